//! Rules against each other, hit policies and outputs.

use expect_test::expect;

use super::{check, table};

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
