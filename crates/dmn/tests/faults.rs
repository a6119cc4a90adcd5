//! What is wrong with a model is told when it is compiled: what, where, and what would be right.

use std::sync::Arc;

use dmn::compile::{Allowed, Role, Unit, compile};
use dmn::markdown;
use expect_test::{Expect, expect};

fn check(rest: &str, expected: Expect) {
    let inputs = "| input | type |\n|---|---|\n| age | number |\n| level | string |\n| born | date |\n| posts | list<string> |";
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{inputs}\n\n{rest}\n");
    let (model, mut diagnostics) = markdown::read("law.md", &source);
    // A document that does not read is not compiled.
    if diagnostics.is_empty() {
        let allowed = [Allowed {
            input: "level".into(),
            values: vec!["doctorate".into(), "master".into(), "bachelor".into()],
        }];
        let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
        diagnostics = match compile(&[unit], &allowed) {
            Ok(program) => program.warnings().to_vec(),
            Err(found) => found,
        };
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
            help: leave 25 out of one of the two: `(` and `)` leave an end out, as do `>` and `<`
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
            help: a date is written as `date("2000-01-01")`
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

#[test]
fn a_misspelt_function() {
    check(
        "## T → t: number\n\n```feel\nflor(age)\n```",
        expect![[r#"
        error[unknown-name]: there is no `flor`
          --> law.md:16:1
           · decision t
           |
        16 | flor(age)
           | ^^^^
        help: did you mean `floor`?
    "#]],
    );
}

#[test]
fn a_misspelt_parameter() {
    check(
        "## T → t: string\n\n```feel\nsubstring(string: level, start: 2)\n```",
        expect![[r#"
        error[type]: `substring` has no parameter `start`
          --> law.md:16:26
           · decision t
           |
        16 | substring(string: level, start: 2)
           |                          ^^^^^
        help: it is `substring(string: string, start position: number, length?: number)`
    "#]],
    );
}

#[test]
fn a_misspelt_entry() {
    check(
        "## T → t: number\n\n```feel\n{years: 1}.yaers\n```",
        expect![[r#"
        error[unknown-name]: there is no entry `yaers`
          --> law.md:16:12
           · decision t
           |
        16 | {years: 1}.yaers
           |            ^^^^^
        help: did you mean `years`?
    "#]],
    );
}

#[test]
fn a_decimal_comma() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | - | - | 2,5 |\n",
        expect![[r#"
            error[syntax]: `,` stands where an operator or the end should
              --> law.md:17:16
               · decision t · rule 1 · column t
               |
            17 | | 1 | - | - | 2,5 |
               |                ^
            help: a decimal is written with a point, as `2.5`
        "#]],
    );
}

#[test]
fn a_per_cent_sign() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | - | - | 20% |\n",
        expect![[r#"
            error[syntax]: `%` stands where an operator or the end should
              --> law.md:17:17
               · decision t · rule 1 · column t
               |
            17 | | 1 | - | - | 20% |
               |                 ^
            help: a number has no unit: write `20`, and `%` in the name of what it counts
        "#]],
    );
}

#[test]
fn a_number_with_its_unit() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | >= 45万 | - | 20 |\n",
        expect![[r#"
            error[syntax]: `万` stands where an operator or the end should
              --> law.md:17:12
               · decision t · rule 1 · column age
               |
            17 | | 1 | >= 45万 | - | 20 |
               |            ^^
            help: a number has no unit: write `45`, and `万` in the name of what it counts
        "#]],
    );
}

#[test]
fn a_number_in_groups() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | >= 100,000 | - | 20 |\n",
        expect![[r#"
            warning[type]: `>= 100,000` is 2 tests
              --> law.md:17:7
               · decision t · rule 1 · column age
               |
            17 | | 1 | >= 100,000 | - | 20 |
               |       ^^^^^^^^^^
            help: the digits of a number stand together, as `100000`; between tests, write a blank behind the comma
        "#]],
    );
}

#[test]
fn a_number_with_underscores() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | >= 100_000 | - | 20 |\n",
        expect![[r#"
            error[syntax]: `_000` stands where an operator or the end should
              --> law.md:17:13
               · decision t · rule 1 · column age
               |
            17 | | 1 | >= 100_000 | - | 20 |
               |             ^^^^
            help: the digits of a number stand together, as `100000`
        "#]],
    );
}

#[test]
fn a_row_with_a_cell_too_few() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | 20 |\n",
        expect![[r#"
            error[notation]: the row has 3 cells, the table 4 columns: nothing stands under `t`
              --> law.md:17:1
               · decision t · rule 1
               |
            17 | | 1 | > 5 | 20 |
               | ^^^^^^^^^^^^^^^^
            help: write an empty cell where there is nothing to say
        "#]],
    );
}

#[test]
fn a_row_with_a_cell_too_many() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | - | 20 |\n",
        expect![[r#"
            error[notation]: the row has 5 cells, the table 4 columns
              --> law.md:17:21
               · decision t · rule 1
               |
            17 | | 1 | > 5 | - | - | 20 |
               |                     ^^
            help: a `|` inside a cell is written `\|`
        "#]],
    );
}

#[test]
fn a_rule_twice() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n| 1 | < 5 | - | 10 |\n",
        expect![[r#"
            error[duplicate-name]: two rules have the identifier `1`
              --> law.md:18:3
               · decision t · rule 1
               |
            18 | | 1 | < 5 | - | 10 |
               |   ^
            help: rename one of them
        "#]],
    );
}

#[test]
fn a_decision_twice() {
    check(
        "## T → t: number\n\n```feel\n1\n```\n\n## T → t: number\n\n```feel\n2\n```",
        expect![[r#"
            error[duplicate-name]: two decisions have the name `t`
              --> law.md:19:8
               · decision t
               |
            19 | ## T → t: number
               |        ^
            help: rename one of them; the first stands on line 13
        "#]],
    );
}

#[test]
fn an_input_twice() {
    check(
        "| input | type |\n|---|---|\n| age | number |\n\n## T → t: number\n\n```feel\nage\n```",
        expect![[r#"
            error[duplicate-name]: two inputs have the name `age`
              --> law.md:15:3
               |
            15 | | age | number |
               |   ^^^
            help: rename one of them; the first stands on line 8
        "#]],
    );
}

#[test]
fn a_hit_policy_in_full() {
    check(
        "## T → t: number\n\n| UNIQUE | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n",
        expect![[r#"
            error[notation]: `UNIQUE` is no hit policy
              --> law.md:15:3
               · decision t
               |
            15 | | UNIQUE | age | level | t |
               |   ^^^^^^
            help: write `U`
        "#]],
    );
}

#[test]
fn a_hit_policy_that_is_none() {
    check(
        "## T → t: number\n\n| X | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n",
        expect![[r#"
            error[notation]: `X` is no hit policy
              --> law.md:15:3
               · decision t
               |
            15 | | X | age | level | t |
               |   ^
            help: the hit policies are `U` unique, `A` any, `P` priority, `F` first, `R` rule order, `O` output order, `C` collect, `C+` sum, `C<` minimum, `C>` maximum and `C#` count; a table that is prose stands under a heading without an arrow
        "#]],
    );
}

#[test]
fn a_table_without_output() {
    check(
        "## T → t: number\n\n| U | age | level | points |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n",
        expect![[r#"
            error[notation]: the table has no output column
              --> law.md:15:1
               · decision t
               |
            15 | | U | age | level | points |
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: give the column with the result the header `t`
        "#]],
    );
}

#[test]
fn a_misspelt_column() {
    check(
        "## T → t: number\n\n| U | aeg | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n",
        expect![[r#"
            error[unknown-name]: there is no `aeg`
              --> law.md:15:7
               · decision t · column aeg
               |
            15 | | U | aeg | level | t |
               |       ^^^
            help: did you mean `age`?
        "#]],
    );
}

#[test]
fn a_heading_without_type() {
    check(
        "## T → t\n\n```feel\n1\n```",
        expect![[r#"
        error[notation]: `t` has no type
          --> law.md:13:8
           · decision t
           |
        13 | ## T → t
           |        ^
        help: write `→ t: number`, or the heading without an arrow
    "#]],
    );
}

#[test]
fn a_heading_without_logic() {
    check(
        "## T → t: number\n\nProse alone.",
        expect![[r#"
        error[notation]: `t` has no logic
          --> law.md:13:1
           · decision t
           |
        13 | ## T → t: number
           | ^^^^^^^^^^^^^^^^
        help: write a decision table or a block marked `feel` below the heading, or the heading without an arrow
    "#]],
    );
}

#[test]
fn an_and_of_other_languages() {
    check(
        "## T → t: boolean\n\n```feel\nage > 1 && age < 5\n```",
        expect![[r#"
        error[syntax]: `&` stands where an operator or the end should
          --> law.md:16:9
           · decision t
           |
        16 | age > 1 && age < 5
           |         ^
        help: write `and`
    "#]],
    );
}

#[test]
fn an_or_of_other_languages() {
    check(
        "## T → t: boolean\n\n```feel\nage > 1 || age < 5\n```",
        expect![[r#"
        error[syntax]: `|` stands where an operator or the end should
          --> law.md:16:9
           · decision t
           |
        16 | age > 1 || age < 5
           |         ^
        help: write `or`
    "#]],
    );
}

#[test]
fn an_and_in_capitals() {
    check(
        "## T → t: boolean\n\n```feel\nage > 1 AND age < 5\n```",
        expect![[r#"
        error[syntax]: `AND` stands where an operator or the end should
          --> law.md:16:9
           · decision t
           |
        16 | age > 1 AND age < 5
           |         ^^^
        help: FEEL's words are written in small letters: `and`
    "#]],
    );
}

#[test]
fn a_not_of_other_languages() {
    check(
        "## T → t: boolean\n\n```feel\n!(age > 1)\n```",
        expect![[r#"
        error[syntax]: `!` stands where an expression should
          --> law.md:16:1
           · decision t
           |
        16 | !(age > 1)
           | ^
        help: write `not(…)` or `!=`
    "#]],
    );
}

#[test]
fn an_unequal_sign_of_other_languages() {
    check(
        "## T → t: boolean\n\n```feel\nage <> 1\n```",
        expect![[r#"
        error[syntax]: `>` stands where an expression should
          --> law.md:16:6
           · decision t
           |
        16 | age <> 1
           |      ^
        help: that two values differ is written `!=`
    "#]],
    );
}

#[test]
fn a_sign_the_wrong_way_round() {
    check(
        "## T → t: boolean\n\n```feel\nage => 1\n```",
        expect![[r#"
        error[syntax]: `>` stands where an expression should
          --> law.md:16:6
           · decision t
           |
        16 | age => 1
           |      ^
        help: write `>=`
    "#]],
    );
}

#[test]
fn single_quotes() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | - | 'master' | 20 |\n",
        expect![[r#"
            error[syntax]: `'` stands where an expression should
              --> law.md:17:11
               · decision t · rule 1 · column level
               |
            17 | | 1 | - | 'master' | 20 |
               |           ^
            help: texts stand between double quotes, as "doctorate"
        "#]],
    );
}

#[test]
fn an_if_without_else() {
    check(
        "## T → t: number\n\n```feel\nif age > 1 then 2\n```",
        expect![[r#"
        error[syntax]: the text ends where `else` should follow
          --> law.md:16:18
           · decision t
           |
        16 | if age > 1 then 2
           |                  ^
        help: say what holds otherwise, as `else null`
    "#]],
    );
}

#[test]
fn codes_with_or() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | - | \"master\" or \"bachelor\" | 20 |\n",
        expect![[r#"
            error[type]: `or` cannot be used between string and string
              --> law.md:17:11
               · decision t · rule 1 · column level
               |
            17 | | 1 | - | "master" or "bachelor" | 20 |
               |           ^^^^^^^^^^^^^^^^^^^^^^
            help: in a cell, a comma stands between texts of which one must match
        "#]],
    );
}

#[test]
fn an_interval_as_a_subtraction() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | 18-25 | - | 20 |\n",
        expect![[r#"
            warning[type]: `18-25` is the number -7
              --> law.md:17:7
               · decision t · rule 1 · column age
               |
            17 | | 1 | 18-25 | - | 20 |
               |       ^^^^^
            help: an interval is written `[18..25]`
        "#]],
    );
}

#[test]
fn an_interval_without_brackets() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | 18..25 | - | 20 |\n",
        expect![[r#"
            error[syntax]: `..` stands where an operator or the end should
              --> law.md:17:9
               · decision t · rule 1 · column age
               |
            17 | | 1 | 18..25 | - | 20 |
               |         ^^
            help: an interval stands in brackets, as `[18..25]`; `(` and `)` leave an end out
        "#]],
    );
}

#[test]
fn two_comparisons_with_and() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 18 and < 25 | - | 20 |\n",
        expect![[r#"
            error[syntax]: `and` stands where an operator or the end should
              --> law.md:17:12
               · decision t · rule 1 · column age
               |
            17 | | 1 | > 18 and < 25 | - | 20 |
               |            ^^^
            help: write both ends as an interval, as `(18..25)`; a comma means `or`
        "#]],
    );
}

#[test]
fn two_comparisons_without_comma() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | >18 <25 | - | 20 |\n",
        expect![[r#"
            error[syntax]: `<` stands where an operator or the end should
              --> law.md:17:11
               · decision t · rule 1 · column age
               |
            17 | | 1 | >18 <25 | - | 20 |
               |           ^
            help: write both ends as an interval, as `(18..25)`; a comma means `or`
        "#]],
    );
}

#[test]
fn a_truth_value_in_capitals() {
    check(
        "## T → t: boolean\n\n```feel\nage > 1 and TRUE\n```",
        expect![[r#"
        error[unknown-name]: there is no `TRUE`
          --> law.md:16:13
           · decision t
           |
        16 | age > 1 and TRUE
           |             ^^^^
        help: did you mean `true`?
    "#]],
    );
}

#[test]
fn a_yes() {
    check(
        "## T → t: number\n\n| U | age > 5 | t |\n|---|---|---|\n| 1 | yes | 20 |\n",
        expect![[r#"
            error[unknown-name]: there is no `yes`
              --> law.md:17:7
               · decision t · rule 1 · column age > 5
               |
            17 | | 1 | yes | 20 |
               |       ^^^
            help: did you mean `true`?
        "#]],
    );
}

#[test]
fn a_parenthesis_that_is_not_closed() {
    check(
        "## T → t: number\n\n```feel\n(age + 1) * (age\n```",
        expect![[r#"
        error[syntax]: the text ends where `)` should follow
          --> law.md:16:17
           · decision t
           |
        16 | (age + 1) * (age
           |                 ^
        help: close what `(` opens
    "#]],
    );
}

#[test]
fn a_bracket_that_is_not_closed() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | [18..25 | - | 20 |\n",
        expect![[r#"
            error[syntax]: the text ends where `]` or `)` should follow
              --> law.md:17:14
               · decision t · rule 1 · column age
               |
            17 | | 1 | [18..25 | - | 20 |
               |              ^
            help: `]` takes the end into the interval, `)` leaves it out
        "#]],
    );
}

#[test]
fn a_date_without_quotes() {
    check(
        "## T → t: number\n\n| U | born | t |\n|---|---|---|\n| 1 | >= 2020-01-01 | 20 |\n",
        expect![[r#"
            error[type]: the column is date, but this is number
              --> law.md:17:10
               · decision t · rule 1 · column born
               |
            17 | | 1 | >= 2020-01-01 | 20 |
               |          ^^^^^^^^^^
            help: a date is written as `date("2020-01-01")`
        "#]],
    );
}

#[test]
fn a_date_as_a_text() {
    check(
        "## T → t: number\n\n| U | born | t |\n|---|---|---|\n| 1 | >= \"2020-01-01\" | 20 |\n",
        expect![[r#"
            error[type]: the column is date, but this is string
              --> law.md:17:10
               · decision t · rule 1 · column born
               |
            17 | | 1 | >= "2020-01-01" | 20 |
               |          ^^^^^^^^^^^^
            help: a date is written as `date("2020-01-01")`
        "#]],
    );
}

#[test]
fn a_number_added_to_a_date() {
    check(
        "## T → t: date\n\n```feel\nborn + 18\n```",
        expect![[r#"
        error[type]: `+` cannot be used between date and number
          --> law.md:16:1
           · decision t
           |
        16 | born + 18
           | ^^^^^^^^^
        help: what is added to a date is a duration: `duration("P18Y")` is 18 years, `duration("P18D")` 18 days
    "#]],
    );
}

#[test]
fn an_output_that_is_not_allowed() {
    check(
        "## T → t: string\n\n| U | age | level | t |\n|---|---|---|---|\n| allowed | | | \"A\", \"B\" |\n| 1 | > 5 | - | \"C\" |\n",
        expect![[r#"
            error[not-allowed]: "C" is no allowed value of `t`
              --> law.md:18:17
               · decision t · rule 1 · column t
               |
            18 | | 1 | > 5 | - | "C" |
               |                 ^^^
            help: the values are "A", "B"
        "#]],
    );
}

#[test]
fn an_output_that_is_missing() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | |\n",
        expect![[r#"
            error[notation]: the output cell is empty
              --> law.md:17:17
               · decision t · rule 1 · column t
               |
            17 | | 1 | > 5 | - | |
               |                 ^
            help: write the result of the rule; `null` for none
        "#]],
    );
}

#[test]
fn a_default_with_a_condition() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n| default | > 3 | | 0 |\n",
        expect![[r#"
            error[notation]: the row `default` has a condition
              --> law.md:18:13
               · decision t · rule default · column age
               |
            18 | | default | > 3 | | 0 |
               |             ^^^
            help: leave its input cells empty; for a condition, write a rule
        "#]],
    );
}

#[test]
fn rules_of_an_any_table_that_disagree() {
    check(
        "## T → t: number\n\n| A | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n| 2 | > 8 | - | 10 |\n",
        expect![[r#"
            error[overlap]: rules `1` and `2` match at once and disagree, for `age` above 8
              --> law.md:18:3
               · decision t · rule 2
               |
            18 | | 2 | > 8 | - | 10 |
               |   ^
            help: narrow one of the two, or let the first one win with the hit policy `F`
        "#]],
    );
}

#[test]
fn a_decision_that_names_itself() {
    check(
        "## T → t: number\n\n```feel\nt + 1\n```",
        expect![[r#"
        error[cycle]: decisions require each other in a circle: `t` → `t`
          --> law.md:13:8
           · decision t
           |
        13 | ## T → t: number
           |        ^
        help: a decision cannot rest on itself; take one of these names out of its logic
    "#]],
    );
}

#[test]
fn a_word_of_the_grammar_as_a_name() {
    check(
        "## T → if: number\n\n```feel\n1\n```",
        expect![[r#"
        error[notation]: `if` is a word of FEEL and cannot be the name of a decision
          --> law.md:13:8
           · decision if
           |
        13 | ## T → if: number
           |        ^^
        help: a name is a letter or `_`, then letters, digits and `_`, as `_if`
    "#]],
    );
}

#[test]
fn a_name_with_a_space() {
    check(
        "## T → my points: number\n\n```feel\n1\n```",
        expect![[r#"
        error[notation]: `my points` cannot be the name of a decision
          --> law.md:13:8
           · decision my points
           |
        13 | ## T → my points: number
           |        ^^^^^^^^^
        help: a name is a letter or `_`, then letters, digits and `_`, as `my_points`
    "#]],
    );
}

#[test]
fn a_function_with_too_many_arguments() {
    check(
        "## S → step(value: number): number\n\n```feel\nvalue\n```\n\n## T → t: number\n\n```feel\nstep(age, 2)\n```",
        expect![[r#"
            error[type]: the function takes one argument, but is given 2
              --> law.md:22:1
               · decision t
               |
            22 | step(age, 2)
               | ^^^^^^^^^^^^
            help: it takes (number)
        "#]],
    );
}

#[test]
fn a_fence_that_is_not_closed() {
    check(
        "## T → t: number\n\n```feel\nage",
        expect![[r#"
        error[notation]: the code block is not closed
          --> law.md:15:1
           · decision t
           |
        15 | ```feel
           | ^^^^^^^
        help: close it with a line of the marks that open it
    "#]],
    );
}

#[test]
fn ends_of_neighbours_that_both_exclude_a_value() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | [18..25) | - | 20 |\n| 2 | (25..45] | - | 10 |\n",
        expect![[r#"
            warning[gap]: no rule holds for `age` 25, between the rules `1` and `2`
              --> law.md:18:7
               · decision t · rule 2 · column age
               |
            18 | | 2 | (25..45] | - | 10 |
               |       ^^^^^^^^
            help: take 25 into one of the two: `[` and `]` take an end in, as do `>=` and `<=`
        "#]],
    );
}

#[test]
fn ends_of_neighbours_that_share_a_value() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | [18..25] | - | 20 |\n| 2 | [25..45] | - | 10 |\n",
        expect![[r#"
            error[overlap]: rules `1` and `2` match at once, for `age` 25
              --> law.md:18:3
               · decision t · rule 2
               |
            18 | | 2 | [25..45] | - | 10 |
               |   ^
            help: leave 25 out of one of the two: `(` and `)` leave an end out, as do `>` and `<`
        "#]],
    );
}

#[test]
fn a_list_compared_with_a_text() {
    check(
        "## T → t: number\n\n| U | posts | t |\n|---|---|---|\n| 1 | \"a\" | 20 |\n",
        expect![[r#"
            error[type]: the column is list<string>, but this is string
              --> law.md:17:7
               · decision t · rule 1 · column posts
               |
            17 | | 1 | "a" | 20 |
               |       ^^^
            help: one of its items is tested by `list contains(?, "a")`
        "#]],
    );
}

#[test]
fn a_sum_of_texts() {
    check(
        "## T → t: number\n\n```feel\nsum(posts)\n```",
        expect![[r#"
        error[type]: `sum` reckons with numbers, but this is string
          --> law.md:16:5
           · decision t
           |
        16 | sum(posts)
           |     ^^^^^
    "#]],
    );
}

#[test]
fn a_missing_quote_in_an_expression() {
    check(
        "## T → t: number\n\n```feel\nif level = \"master then 1 else 2\n```",
        expect![[r#"
        error[syntax]: text is not closed
          --> law.md:16:12
           · decision t
           |
        16 | if level = "master then 1 else 2
           |            ^^^^^^^^^^^^^^^^^^^^^
        help: end it with `"`
    "#]],
    );
}

#[test]
fn quotes_of_typography() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | - | “master” | 20 |\n",
        expect![[r#"
            error[syntax]: `“` stands where FEEL has the ASCII `"`
              --> law.md:17:11
               · decision t · rule 1 · column level
               |
            17 | | 1 | - | “master” | 20 |
               |           ^
            help: write `"master"`
        "#]],
    );
}

#[test]
fn a_comparison_of_number_with_text() {
    check(
        "## T → t: boolean\n\n```feel\nage >= \"18\"\n```",
        expect![[r#"
        error[type]: `>=` cannot be used between number and string
          --> law.md:16:1
           · decision t
           |
        16 | age >= "18"
           | ^^^^^^^^^^^
        help: a number is written without quotes; `string(x)` and `number(x)` convert
    "#]],
    );
}
