//! What is wrong with a model is told when it is compiled: what, where, and what would be right.

use std::sync::Arc;

use dmn::compile::{Allowed, Role, Unit, compile};
use dmn::markdown;
use expect_test::{Expect, expect};

fn check(rest: &str, expected: Expect) {
    let inputs = "| input | type |\n|---|---|\n| age | number |\n| level | string |\n| born | date |\n| posts | list<string> |";
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{inputs}\n\n{rest}\n");
    let (model, mut diagnostics) = markdown::read("law.md", &source);
    let allowed = [Allowed {
        input: "level".into(),
        values: vec!["doctorate".into(), "master".into(), "bachelor".into()],
    }];
    let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
    if let Err(found) = compile(&[unit], &allowed) {
        diagnostics.extend(found);
    }
    expected.assert_eq(&dmn::diagnostic::render(&diagnostics, &|_| Some(&source), false));
}

fn table(rows: &str) -> String {
    format!("## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n{rows}")
}

#[test]
fn a_misspelt_name() {
    check(
        "## T → t: number\n\n```feel\nagee * 2\n```",
        expect![[r#"
        error[unknown-name]: there is no `agee`
          --> law.md:16:1
           · decision t
           |
        16 | agee * 2
           | ^^^^
        help: did you mean `age`?
    "#]],
    );
}

#[test]
fn a_misspelt_code() {
    check(
        &table("| 1 | - | \"docotrate\" | 1 |\n"),
        expect![[r#"
        error[not-allowed]: "docotrate" is no value of `level`
          --> law.md:17:11
           · decision t · rule 1 · column level
           |
        17 | | 1 | - | "docotrate" | 1 |
           |           ^^^^^^^^^^^
        help: did you mean "doctorate"?
    "#]],
    );
}

#[test]
fn a_text_in_a_column_of_numbers() {
    check(
        &table("| 1 | \"45\" | - | 1 |\n"),
        expect![[r#"
        error[type]: the column is number, but this is string
          --> law.md:17:7
           · decision t · rule 1 · column age
           |
        17 | | 1 | "45" | - | 1 |
           |       ^^^^
        help: write the number without quotes
    "#]],
    );
}

#[test]
fn a_text_as_points() {
    check(
        &table("| 1 | - | - | \"20\" |\n"),
        expect![[r#"
        error[type]: this is string, but must be number
          --> law.md:17:15
           · decision t · rule 1 · column t
           |
        17 | | 1 | - | - | "20" |
           |               ^^^^
        help: write the number without quotes
    "#]],
    );
}

#[test]
fn a_missing_quote() {
    check(
        &table("| 1 | - | \"master | 1 |\n"),
        expect![[r#"
        error[syntax]: text is not closed
          --> law.md:17:11
           · decision t · rule 1 · column level
           |
        17 | | 1 | - | "master | 1 |
           |           ^^^^^^^
        help: end it with `"`
    "#]],
    );
}

#[test]
fn a_code_without_quotes() {
    check(
        &table("| 1 | - | master | 1 |\n"),
        expect![[r#"
        error[unknown-name]: there is no `master`
          --> law.md:17:11
           · decision t · rule 1 · column level
           |
        17 | | 1 | - | master | 1 |
           |           ^^^^^^
        help: a text stands between quotes: "master"
    "#]],
    );
}

#[test]
fn rows_that_overlap() {
    check(
        &table("| 1 | [18..25] | - | 10 |\n| 2 | [25..45] | \"master\" | 15 |\n"),
        expect![[r#"
            error[overlap]: rules `1` and `2` match at once, for `age` 25 and `level` "master"
              --> law.md:18:3
               · decision t · rule 2
               |
            18 | | 2 | [25..45] | "master" | 15 |
               |   ^
            help: narrow one of the two, or let the first one win with the hit policy `F`
        "#]],
    );
}

#[test]
fn an_interval_the_wrong_way_round() {
    check(
        &table("| 1 | [45..18] | - | 10 |\n"),
        expect![[r#"
        error[type]: the interval holds nothing: 45 is greater than 18
          --> law.md:17:7
           · decision t · rule 1 · column age
           |
        17 | | 1 | [45..18] | - | 10 |
           |       ^^^^^^^^
    "#]],
    );
}

#[test]
fn decisions_in_a_circle() {
    check(
        "## A → a: number\n\n```feel\nb + 1\n```\n\n## B → b: number\n\n```feel\nc\n```\n\n## C → c: number\n\n```feel\na\n```",
        expect![[r#"
            error[cycle]: decisions require each other in a circle: `a` → `b` → `c` → `a`
              --> law.md:13:8
               · decision a
               |
            13 | ## A → a: number
               |        ^
            help: a decision cannot rest on itself; take one of these names out of its logic
        "#]],
    );
}

#[test]
fn a_number_and_a_text_are_added() {
    check(
        "## T → t: number\n\n```feel\nage + level\n```",
        expect![[r#"
        error[type]: `+` cannot be used between number and string
          --> law.md:16:1
           · decision t
           |
        16 | age + level
           | ^^^^^^^^^^^
        help: a number is written without quotes; `string(x)` and `number(x)` convert
    "#]],
    );
}

#[test]
fn a_date_without_constructor() {
    check(
        "## T → t: boolean\n\n```feel\nborn >= \"2000-01-01\"\n```",
        expect![[r#"
        error[type]: `>=` cannot be used between date and string
          --> law.md:16:1
           · decision t
           |
        16 | born >= "2000-01-01"
           | ^^^^^^^^^^^^^^^^^^^^
        help: a date is written as `date("2026-11-23")`
    "#]],
    );
}

#[test]
fn an_impossible_date() {
    check(
        "## T → t: boolean\n\n```feel\nborn >= date(\"2026-02-30\")\n```",
        expect![[r#"
            error[type]: `2026-02-30`: there is no such date
              --> law.md:16:9
               · decision t
               |
            16 | born >= date("2026-02-30")
               |         ^^^^^^^^^^^^^^^^^^
        "#]],
    );
}

#[test]
fn a_function_with_wrong_arguments() {
    check(
        "## T → t: number\n\n```feel\nfloor(level)\n```",
        expect![[r#"
        error[type]: `floor` cannot take (string)
          --> law.md:16:1
           · decision t
           |
        16 | floor(level)
           | ^^^^^^^^^^^^
        help: it is `floor(n: number, scale?: number)`
    "#]],
    );
}

#[test]
fn an_unknown_type() {
    check(
        "## T → t: nubmer\n\n```feel\nage\n```",
        expect![[r#"
        error[unknown-name]: there is no type `nubmer`
          --> law.md:13:11
           |
        13 | ## T → t: nubmer
           |           ^^^^^^
        help: did you mean `number`?
    "#]],
    );
}

#[test]
fn a_result_of_the_wrong_type() {
    check(
        "## T → t: boolean\n\n```feel\nage\n```",
        expect![[r#"
        error[type]: this is number, but must be boolean
          --> law.md:16:1
           · decision t
           |
        16 | age
           | ^^^
    "#]],
    );
}

#[test]
fn equality_with_two_signs() {
    check(
        "## T → t: boolean\n\n```feel\nage == 5\n```",
        expect![[r#"
        error[syntax]: `=` stands where an expression should
          --> law.md:16:6
           · decision t
           |
        16 | age == 5
           |      ^
        help: equality is written with one `=`
    "#]],
    );
}

#[test]
fn full_width_signs() {
    check(
        "## T → t: boolean\n\n```feel\nage ≥ 5\n```",
        expect![[r#"
        error[syntax]: `≥` stands where FEEL has the ASCII `>=`
          --> law.md:16:5
           · decision t
           |
        16 | age ≥ 5
           |     ^
        help: write `age >= 5`

        error[syntax]: `≥` has no meaning here
          --> law.md:16:5
           · decision t
           |
        16 | age ≥ 5
           |     ^
        help: write `>=`
    "#]],
    );
}

#[test]
fn a_condition_that_is_no_truth_value() {
    check(
        "## T → t: number\n\n```feel\nif age then 1 else 2\n```",
        expect![[r#"
        error[type]: a condition must be boolean, but this is number
          --> law.md:16:4
           · decision t
           |
        16 | if age then 1 else 2
           |    ^^^
    "#]],
    );
}

#[test]
fn a_collecting_table_with_the_type_of_one_item() {
    check(
        "## T → t: string\n\n| C | age | t |\n|---|---|---|\n| 1 | > 5 | \"a\" |\n",
        expect![[r#"
        error[type]: a `C` table gives a list, but its type is string
          --> law.md:15:3
           · decision t
           |
        15 | | C | age | t |
           |   ^
        help: write `list<string>`, or another hit policy
    "#]],
    );
}

#[test]
fn a_priority_table_without_order() {
    check(
        "## T → t: string\n\n| P | age | t |\n|---|---|---|\n| 1 | > 5 | \"a\" |\n",
        expect![[r#"
        error[hit-policy]: a `P` table needs the allowed values of `t` in order
          --> law.md:15:3
           · decision t
           |
        15 | | P | age | t |
           |   ^
        help: add a row `allowed` with them, the first one first
    "#]],
    );
}

#[test]
fn a_hundred_thousand_parentheses() {
    let source = format!("## T → t: number\n\n```feel\n{}1\n```", "(".repeat(100_000));
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{source}\n");
    let (model, _) = markdown::read("law.md", &source);
    let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
    let faults = compile(&[unit], &[]).expect_err("too deep");
    assert_eq!(faults[0].message, "the expression is nested more than 100 levels deep");
}

#[test]
fn external_functions_are_refused() {
    check(
        "## T → t: number\n\n```feel\n(function(x) external {java: {class: \"C\", method signature: \"m()\"}})(1)\n```",
        expect![[r#"
            error[type]: external functions (Java, PMML) are refused
              --> law.md:16:1
               · decision t
               |
            16 | (function(x) external {java: {class: "C", method signature: "m()"}})(1)
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: write the function in FEEL
        "#]],
    );
}
