//! Faults of the outputs of tables: components, defaults and allowed values.

use expect_test::expect;

use super::check;

#[test]
fn no_component_columns() {
    check(
        r"# 甲 → both: context<zh: string, en: string>

| U | age | a | b |
|---|-----|---|---|
| 1 | -   | 1 | 2 |
",
        expect![[r#"
            error[notation]: the table has no output column
             --> doc.md:8:1
              · decision both
              |
            8 | | U | age | a | b |
              | ^^^^^^^^^^^^^^^^^^^
            help: the decision's type wants the columns `zh`, `en`, side by side
        "#]],
    );
}

#[test]
fn missing_component() {
    check(
        r"# 甲 → both: tBoth

| U | age | low | high |
|---|-----|-----|------|
| 1 | -   | 1   | 2    |

| type  | base                                            |
|-------|-------------------------------------------------|
| tBoth | context<low: number, high: number, top: number> |
",
        expect![[r#"
            error[notation]: the table has no column for the output `top`
             --> doc.md:8:1
              · decision both
              |
            8 | | U | age | low | high |
              | ^^^^^^^^^^^^^^^^^^^^^^^^
            help: the decision's type wants the columns `low`, `high`, `top`, side by side
        "#]],
    );
}

#[test]
fn components_apart() {
    check(
        r"# 甲 → both: context<low: number, high: number>

| U | age | low | source | high |
|---|-----|-----|--------|------|
| 1 | -   | 1   |        | 2    |
",
        expect![[r#"
            error[notation]: the output columns do not stand side by side
             --> doc.md:8:1
              · decision both
              |
            8 | | U | age | low | source | high |
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: put the columns `low`, `high` side by side
        "#]],
    );
}

#[test]
fn unknown_type_of_outputs() {
    check(
        r"# 甲 → both: tBoth

| U | age | low | high |
|---|-----|-----|------|
| 1 | -   | 1   | 2    |
",
        expect![[r#"
            error[notation]: the table has no output column
             --> doc.md:8:1
              · decision both
              |
            8 | | U | age | low | high |
              | ^^^^^^^^^^^^^^^^^^^^^^^^
            help: give the column with the result the header `both`; for several outputs, define `tBoth` in this document
        "#]],
    );
}

#[test]
fn output_twice() {
    check(
        r"# 甲 → points: number

| U | age  | points | points |
|---|------|--------|--------|
| 1 | > 18 | 20     | 30     |

# 乙 → both: context<low: number, high: number>

| U | age | low | high | low |
|---|-----|-----|------|-----|
| 1 | -   | 1   | 2    | 3   |

# 丙 → more: context<a: number, b: number, c: number>

| U | a | b | a | b | c |
|---|---|---|---|---|---|
| 1 | 1 | 2 | 3 | 4 | 5 |

# 丁 → less: context<a: number, b: number>

| U | age | a | a | x | b |
|---|-----|---|---|---|---|
| 1 | -   | 1 | 2 | 3 | 4 |
",
        expect![[r#"
            error[notation]: the output `points` is named twice
             --> doc.md:8:23
              · decision points
              |
            8 | | U | age  | points | points |
              |                       ^^^^^^
            help: one header cell names an output; annotations have other names

            error[notation]: the output `low` is named twice
              --> doc.md:14:26
               · decision both
               |
            14 | | U | age | low | high | low |
               |                          ^^^
            help: one header cell names an output; annotations have other names

            error[notation]: the output `a` is named twice
              --> doc.md:26:17
               · decision less
               |
            26 | | U | age | a | a | x | b |
               |                 ^
            help: one header cell names an output; annotations have other names
        "#]],
    );
}

#[test]
fn default_with_condition() {
    check(
        r"# 甲 → points: number

| U       | age  | points |
|---------|------|--------|
| 1       | > 18 | 20     |
| default | -    | 0      |
",
        expect![[r#"
            error[notation]: the row `default` has a condition
              --> doc.md:11:13
               · decision points · rule default · column age
               |
            11 | | default | -    | 0      |
               |             ^
            help: leave its input cells empty; for a condition, write a rule
        "#]],
    );
}

#[test]
fn default_without_output() {
    check(
        r"# 甲 → points: number

| U       | age  | points | source |
|---------|------|--------|--------|
| 1       | > 18 | 20     |        |
| default |      |        | row 9  |
",
        expect![[r#"
            error[notation]: the row `default` has an empty output cell
              --> doc.md:11:20
               · decision points · rule default · column points
               |
            11 | | default |      |        | row 9  |
               |                    ^
            help: write the result when no rule matches, `null` for none, or remove the row
        "#]],
    );
}

#[test]
fn two_special_rows() {
    check(
        r"# 甲 → points: number

| U       | age  | points |
|---------|------|--------|
| allowed | > 0  |        |
| 1       | > 18 | 20     |
| allowed |      | > 0    |
| default |      | 0      |
| default |      | 1      |
",
        expect![[r#"
            error[notation]: the table has two rows `allowed`
              --> doc.md:12:3
               · decision points · rule allowed
               |
            12 | | allowed |      | > 0    |
               |   ^^^^^^^
            help: keep one of them

            error[notation]: the table has two rows `default`
              --> doc.md:14:3
               · decision points · rule default
               |
            14 | | default |      | 1      |
               |   ^^^^^^^
            help: keep one of them
        "#]],
    );
}

#[test]
fn allowed_with_annotation() {
    check(
        r"# 甲 → points: number

| U       | age  | points | source |
|---------|------|--------|--------|
| allowed | > 0  |        | row 1  |
| 1       | > 18 | 20     |        |
",
        expect![[r#"
            error[notation]: the row `allowed` has an annotation
              --> doc.md:10:29
               · decision points · rule allowed · column source
               |
            10 | | allowed | > 0  |        | row 1  |
               |                             ^^^^^
            help: leave the cell empty, and write it as prose
        "#]],
    );
}
