//! Cells of tables: codes, intervals and several tests.

use expect_test::expect;

use super::{check, table};

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
