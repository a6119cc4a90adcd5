//! The document around the expressions: rows, headings, fences.

use expect_test::expect;

use super::check;

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
