//! Faults of decision tables: their columns, rows and cells.

use expect_test::expect;

use super::check;

#[test]
fn unknown_hit_policy() {
    check(
        r"# 甲 → points: number

| X | age  | points |
|---|------|--------|
| 1 | > 18 | 20     |

# 乙 → score: number

| c ＋ | age  | score |
|-----|------|-------|
| 1   | > 18 | 20    |
",
        expect![[r#"
            error[notation]: `X` is no hit policy
             --> doc.md:8:3
              · decision points
              |
            8 | | X | age  | points |
              |   ^
            help: the hit policies are `U` unique, `A` any, `P` priority, `F` first, `R` rule order, `O` output order, `C` collect, `C+` sum, `C<` minimum, `C>` maximum and `C#` count; a table that is prose stands under a heading without an arrow

            error[notation]: `c ＋` is no hit policy
              --> doc.md:14:3
               · decision score
               |
            14 | | c ＋ | age  | score |
               |   ^^^^
            help: write `C+`
        "#]],
    );
}

#[test]
fn too_few_cells() {
    check(
        r"# 甲 → points: number

| U | age  | points | source | zh |
|---|------|--------|--------|----|
| 1 | > 18 | 20     |
",
        expect![[r#"
            error[notation]: the row has 3 cells, the table 5 columns: nothing stands under `source`, `zh`
              --> doc.md:10:1
               · decision points · rule 1
               |
            10 | | 1 | > 18 | 20     |
               | ^^^^^^^^^^^^^^^^^^^^^
            help: write an empty cell where there is nothing to say
        "#]],
    );
}

#[test]
fn too_many_cells() {
    check(
        r#"# 甲 → ok: boolean

| U | text | ok   |
|---|------|------|
| 1 | "a|b" | true |
"#,
        expect![[r#"
            error[notation]: the row has 4 cells, the table 3 columns
              --> doc.md:10:15
               · decision ok · rule 1
               |
            10 | | 1 | "a|b" | true |
               |               ^^^^
            help: a `|` inside a cell is written `\|`
        "#]],
    );
}

#[test]
fn wide_bar_in_row() {
    check(
        r"# 甲 → points: number

| U | age  | points |
|---|------|--------|
| 1 ｜ > 18 ｜ 20 |
",
        expect![[r#"
            error[notation]: the row has 1 cell, the table 3 columns
              --> doc.md:10:1
               · decision points
               |
            10 | | 1 ｜ > 18 ｜ 20 |
               | ^^^^^^^^^^^^^^^^^^^
            help: write the ASCII `|` instead of the full-width `｜`
        "#]],
    );
}

#[test]
fn wide_table() {
    check(
        r"# 甲 → points: number

｜ U ｜ age ｜ points ｜
｜---｜-----｜--------｜
｜ 1 ｜ > 18 ｜ 20 ｜
",
        expect![[r#"
            error[notation]: the table is drawn with the full-width `｜`
             --> doc.md:8:1
              · decision points
              |
            8 | ｜ U ｜ age ｜ points ｜
              | ^^^^^^^^^^^^^^^^^^^^^^^^
            help: write the ASCII `|`
        "#]],
    );
}

#[test]
fn no_output_column() {
    check(
        r"# 年薪 → salary_points: number

| U | salary | salary_pionts | source |
|---|--------|---------------|--------|
| 1 | > 18   | 20            | row 1  |

# 乙 → score: number

| U | age | result |
|---|-----|--------|
| 1 | -   | 1      |
",
        expect![[r#"
            error[notation]: the table has no output column
             --> doc.md:8:16
              · decision salary_points
              |
            8 | | U | salary | salary_pionts | source |
              |                ^^^^^^^^^^^^^
            help: write `salary_points` instead of `salary_pionts`

            error[notation]: the table has no output column
              --> doc.md:14:1
               · decision score
               |
            14 | | U | age | result |
               | ^^^^^^^^^^^^^^^^^^^^
            help: give the column with the result the header `score`
        "#]],
    );
}

#[test]
fn rule_ids() {
    check(
        r"# 甲 → points: number

| U       | age  | points |
|---------|------|--------|
| 1       | > 18 | 20     |
| 1       | > 30 | 10     |
|         | > 40 | 5      |
| Default |      | 0      |
",
        expect![[r#"
            error[duplicate-name]: two rules have the identifier `1`
              --> doc.md:11:3
               · decision points · rule 1
               |
            11 | | 1       | > 30 | 10     |
               |   ^
            help: rename one of them

            error[notation]: the rule has no identifier
              --> doc.md:12:3
               · decision points
               |
            12 | |         | > 40 | 5      |
               |   ^
            help: the first cell of a row identifies the rule; number the rules, for example

            error[notation]: `Default` is the identifier of an ordinary rule
              --> doc.md:13:3
               · decision points · rule Default
               |
            13 | | Default |      | 0      |
               |   ^^^^^^^
            help: write `default`, or use another identifier
        "#]],
    );
}

#[test]
fn empty_output() {
    check(
        r"# 甲 → points: number

| U | age  | points |
|---|------|--------|
| 1 | > 18 |        |
",
        expect![[r#"
            error[notation]: the output cell is empty
              --> doc.md:10:14
               · decision points · rule 1 · column points
               |
            10 | | 1 | > 18 |        |
               |              ^
            help: write the result of the rule; `null` for none
        "#]],
    );
}

#[test]
fn no_rules() {
    check(
        r"# 甲 → points: number

| U       | age | points |
|---------|-----|--------|
| default |     | 0      |
",
        expect![[r#"
            error[notation]: the table has no rules
             --> doc.md:8:1
              · decision points
              |
            8 | | U       | age | points |
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: write at least one row below the alignment row, its first cell the rule's identifier
        "#]],
    );
}

#[test]
fn no_alignment_row() {
    check(
        r"# 甲 → points: number

| U | age  | points |
| 1 | > 18 | 20     |
",
        expect![[r#"
            error[notation]: the table has no alignment row
             --> doc.md:8:1
              · decision points
              |
            8 | | U | age  | points |
              | ^^^^^^^^^^^^^^^^^^^^^
            help: write a second line `|---|---|---|` below the header
        "#]],
    );
}

#[test]
fn short_alignment_row() {
    check(
        r"# 甲 → points: number

| U | age  | points |
|---|------|
| 1 | > 18 | 20     |
",
        expect![[r#"
            error[notation]: the alignment row has 2 cells, the header 3
             --> doc.md:9:1
              · decision points
              |
            9 | |---|------|
              | ^^^^^^^^^^^^
            help: write `|---|---|---|`
        "#]],
    );
}

#[test]
fn header_cells() {
    check(
        r"# 甲 → points: number

| U |  | points | zh | zh |
|---|--|--------|----|----|
| 1 |  | 20     |    |    |
",
        expect![[r#"
            error[notation]: the header cell of column 2 is empty
             --> doc.md:8:7
              · decision points
              |
            8 | | U |  | points | zh | zh |
              |       ^
            help: an input column has an expression in its header, every other column a name

            error[duplicate-name]: two columns have the name `zh`
             --> doc.md:8:24
              · decision points
              |
            8 | | U |  | points | zh | zh |
              |                        ^^
            help: rename one of them
        "#]],
    );
}

#[test]
fn wide_cells() {
    check(
        r#"# 甲 → points: number

| U | annual_salary | kind               | points |
|---|---------------|--------------------|--------|
| 1 | ≥ 45          | “博士”，“硕士”     | 20     |
| 2 | （35..45]     | not("（甲）")      | １７   |

# 乙 → score: number

```feel
if points ≥ 60 // 六十分（含）
then "A（高端）" else “B”
```
"#,
        expect![[r#"
            error[syntax]: `≥` stands where FEEL has the ASCII `>=`
              --> doc.md:10:7
               · decision points · rule 1 · column annual_salary
               |
            10 | | 1 | ≥ 45          | “博士”，“硕士”     | 20     |
               |       ^
            help: write `>= 45`

            error[syntax]: `“` stands where FEEL has the ASCII `"`
              --> doc.md:10:23
               · decision points · rule 1 · column kind
               |
            10 | | 1 | ≥ 45          | “博士”，“硕士”     | 20     |
               |                       ^
            help: write `"博士","硕士"`

            error[syntax]: `（` stands where FEEL has the ASCII `(`
              --> doc.md:11:7
               · decision points · rule 2 · column annual_salary
               |
            11 | | 2 | （35..45]     | not("（甲）")      | １７   |
               |       ^^
            help: write `(35..45]`

            error[syntax]: `１` stands where FEEL has the ASCII `1`
              --> doc.md:11:40
               · decision points · rule 2 · column points
               |
            11 | | 2 | （35..45]     | not("（甲）")      | １７   |
               |                                            ^^
            help: write `17`

            error[syntax]: `≥` stands where FEEL has the ASCII `>=`
              --> doc.md:16:11
               · decision score
               |
            16 | if points ≥ 60 // 六十分（含）
               |           ^
            help: write `>=`
        "#]],
    );
}
