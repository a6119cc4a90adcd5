//! Signs and words of other languages; brackets.

use std::sync::Arc;

use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use expect_test::expect;

use super::check;

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
fn a_hundred_thousand_parentheses() {
    let source = format!("## T → t: number\n\n```feel\n{}1\n```", "(".repeat(100_000));
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{source}\n");
    let (model, _) = markdown::read("law.md", &source);
    let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
    let faults = compile(&[unit], &[]).expect_err("too deep");
    assert_eq!(faults[0].message, "the expression is nested more than 100 levels deep");
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
