//! Faults of blocks that stand where they should not, or are not closed.

use expect_test::expect;

use super::check;

#[test]
fn indented_table() {
    check(
        "# 甲 → points: number\n\n    | U | age  | points |\n    |---|------|--------|\n",
        expect![[r#"
            error[notation]: `points` has no logic, and its table is indented
             --> doc.md:6:1
              · decision points
              |
            6 | # 甲 → points: number
              | ^^^^^^^^^^^^^^^^^^^^^
            help: four spaces or a tab make it code; begin its lines at the margin
        "#]],
    );
}

#[test]
fn two_boxed_expressions() {
    check(
        r"# 甲 → points: number

```feel
1
```

| U | age  | points |
|---|------|--------|
| 1 | > 18 | 20     |
",
        expect![[r#"
            error[notation]: `points` has a second table or `feel` block
              --> doc.md:12:1
               · decision points
               |
            12 | | U | age  | points |
               | ^^^^^^^^^^^^^^^^^^^^^
            help: one table or one `feel` block decides; give the second a heading of its own, `→ name: type`, or one without an arrow if it is prose
        "#]],
    );
}

#[test]
fn prose_below_a_table() {
    check(
        r"# 甲 → points: number

| U | age  | points |
|---|------|--------|
| 1 | > 18 | 20     |
Prose.
",
        expect![[r#"
            error[notation]: the row has 1 cell, the table 3 columns: nothing stands under `age`, `points`
              --> doc.md:11:1
               · decision points
               |
            11 | Prose.
               | ^^^^^^
            help: write a blank line between a table and the prose below it
        "#]],
    );
}

#[test]
fn wrong_language() {
    check(
        r"# 甲 → points: number

```FEEL
1
```

# 乙 → score: number

```
1
```

# 丙 → third: number

```feel numbers
1
```
",
        expect![[r#"
            error[notation]: `points` has no logic, and its code block is marked `FEEL`
             --> doc.md:8:4
              · decision points
              |
            8 | ```FEEL
              |    ^^^^
            help: mark it `feel`

            error[notation]: `score` has no logic, and its code block has no mark
              --> doc.md:14:1
               · decision score
               |
            14 | ```
               | ^^^
            help: write `feel` behind the marks that open the block

            error[notation]: the block's mark is `feel numbers`, not `feel` alone
              --> doc.md:20:4
               · decision third
               |
            20 | ```feel numbers
               |    ^^^^^^^^^^^^
            help: write nothing after `feel`
        "#]],
    );
}

#[test]
fn feel_in_prose() {
    check(
        r"# 甲

```feel
1
```
",
        expect![[r#"
            error[notation]: a `feel` block stands in a section that is no decision
             --> doc.md:8:1
              |
            8 | ```feel
              | ^^^^^^^
            help: end the heading in `→ name: type`, or mark the block otherwise if it is prose
        "#]],
    );
}

#[test]
fn empty_feel() {
    check(
        r"# 甲 → points: number

```feel

```
",
        expect![[r#"
            error[notation]: the `feel` block is empty
             --> doc.md:8:1
              · decision points
              |
            8 | ```feel
              | ^^^^^^^
            help: write a FEEL expression in it
        "#]],
    );
}

#[test]
fn code_not_closed() {
    check(
        r"# 甲

```text
abc

# 乙 → points: number
",
        expect![[r#"
            error[notation]: the code block is not closed
             --> doc.md:8:1
              |
            8 | ```text
              | ^^^^^^^
            help: close it with a line of the marks that open it
        "#]],
    );
}

#[test]
fn comment_not_closed() {
    check(
        r"# 甲

<!-- abc

# 乙 → points: number
",
        expect![[r#"
            error[notation]: the comment is not closed
             --> doc.md:8:1
              |
            8 | <!-- abc
              | ^^^^^^^^
            help: write `-->` where it ends
        "#]],
    );
}

#[test]
fn suspicious_prose_tables() {
    check(
        r"# 甲

| U | age  | points | source |
|---|------|--------|--------|
| 1 | > 18 | 20     | row 1  |

| Input | Type   |
|-------|--------|
| age   | number |
",
        expect![[r#"
            warning[notation]: a decision table stands in a section that is no decision, and is prose
             --> doc.md:8:1
              |
            8 | | U | age  | points | source |
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: end the heading in `→ name: type`

            warning[notation]: the table's first header cell is `Input`, and the table is prose
              --> doc.md:12:3
               |
            12 | | Input | Type   |
               |   ^^^^^
            help: write `input` to declare something
        "#]],
    );
}
