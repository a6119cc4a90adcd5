//! Numbers, dates, texts and truth values as other languages or people write them.

use expect_test::expect;

use super::{check, table};

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
