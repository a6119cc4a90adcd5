//! What is reported, and how it looks.

use expect_test::{Expect, expect};

use super::{document, read, rendered};
use crate::markdown::{MAX_BYTES, MAX_FAULTS, MAX_ROWS};

#[track_caller]
fn check_document(source: &str, expected: Expect) {
    let (_, faults) = read("doc.md", source);
    for fault in &faults {
        let span = fault.place.span;
        assert!(span.of(source).is_some(), "{fault} stands nowhere in the document");
        assert!(fault.help.is_some(), "{fault} has no help");
    }
    expected.assert_eq(&rendered(source, &faults));
}

/// Checks the faults of a document with sound front matter.
#[track_caller]
fn check(body: &str, expected: Expect) {
    check_document(&document(body), expected);
}

#[test]
fn no_front_matter() {
    check_document(
        r"# 标题 / Title
",
        expect![[r#"
            error[notation]: the document has no front matter
             --> doc.md:1:1
              |
            1 | # 标题 / Title
              | ^^^^^^^^^^^^^^
            help: begin it with a line `---`, lines `id: …` and `title: …`, and a line `---`
        "#]],
    );
}

#[test]
fn empty_document() {
    check_document(
        "",
        expect![[r#"
            error[notation]: the document has no front matter
             --> doc.md
            help: begin it with a line `---`, lines `id: …` and `title: …`, and a line `---`
        "#]],
    );
}

#[test]
fn front_matter_not_closed() {
    check_document(
        r"---
id: demo
title: 示例

# 标题 / Title

Prose.
",
        expect![[r#"
            error[notation]: the front matter is not closed
             --> doc.md:1:1
              |
            1 | ---
              | ^^^
            help: write a line `---` after its last key
        "#]],
    );
}

#[test]
fn unknown_key() {
    check_document(
        r"---
id: demo
tilte: 示例
author: me
---
",
        expect![[r#"
            error[notation]: the front matter has no `title`
             --> doc.md:1:1
              |
            1 | ---
              | ^^^
            help: write a line as `title: 外国人来华工作许可 / Work permit for foreigners`

            error[notation]: `tilte` is no key of the front matter
             --> doc.md:3:1
              |
            3 | tilte: 示例
              | ^^^^^
            help: write `title`

            error[notation]: `author` is no key of the front matter
             --> doc.md:4:1
              |
            4 | author: me
              | ^^^^^^
            help: the keys are `id`, `title`, `instrument`, `confidence`, `import` and `namespace`
        "#]],
    );
}

#[test]
fn missing_id() {
    check_document(
        r"---
title: 示例
---
",
        expect![[r#"
            error[notation]: the front matter has no `id`
             --> doc.md:1:1
              |
            1 | ---
              | ^^^
            help: write a line as `id: cn/work-permit`
        "#]],
    );
}

#[test]
fn key_twice() {
    check_document(
        r"---
id: demo
title: 甲
title: 乙
---
",
        expect![[r#"
            error[notation]: the key `title` stands twice
             --> doc.md:4:1
              |
            4 | title: 乙
              | ^^^^^
            help: keep one of them
        "#]],
    );
}

#[test]
fn key_without_value() {
    check_document(
        r"---
id:
title: 示例
---
",
        expect![[r#"
            error[notation]: the key `id` has no value
             --> doc.md:2:1
              |
            2 | id:
              | ^^
            help: write a value, or remove the line
        "#]],
    );
}

#[test]
fn no_key() {
    check_document(
        r"---
id: demo
title: 示例
hello
---
",
        expect![[r#"
            error[notation]: `hello` is no `key: value`
             --> doc.md:4:1
              |
            4 | hello
              | ^^^^^
            help: write a key, a colon and its value on one line, and prose below the front matter
        "#]],
    );
}

#[test]
fn wide_colon() {
    check_document(
        r"---
id：demo
title: 示例
---
",
        expect![[r#"
            error[notation]: a full-width colon stands behind the key
             --> doc.md:2:3
              |
            2 | id：demo
              |   ^^
            help: write `id: demo`
        "#]],
    );
}

#[test]
fn bad_ids() {
    check_document(
        r"---
id: cn／work permit
title: 示例
instrument: circular
import: cn/a,, cn/a, cn／b
confidence: sure
namespace: a b
---
",
        expect![[r#"
            error[notation]: `cn／work permit` is not the identifier of a model
             --> doc.md:2:5
              |
            2 | id: cn／work permit
              |     ^^^^^^^^^^^^^^^
            help: an identifier has ASCII letters, digits, `-`, `_` and `.`, in parts between `/`, as `cn/work-permit`

            error[notation]: `circular` is not the identifier of an instrument
             --> doc.md:4:13
              |
            4 | instrument: circular
              |             ^^^^^^^^
            help: an identifier has ASCII letters, digits, `-`, `_` and `.`, in parts between `/`, as `cn/work-permit`

            error[notation]: an identifier is missing beside a comma
             --> doc.md:5:9
              |
            5 | import: cn/a,, cn/a, cn／b
              |         ^^^^^^^^^^^^^^^^^^
            help: write identifiers of models, separated by commas

            error[duplicate-name]: `cn/a` is imported twice
             --> doc.md:5:16
              |
            5 | import: cn/a,, cn/a, cn／b
              |                ^^^^
            help: keep one of them

            error[notation]: `cn／b` is not the identifier of a model
             --> doc.md:5:22
              |
            5 | import: cn/a,, cn/a, cn／b
              |                      ^^^^^
            help: write `cn/b`

            error[notation]: `sure` is no code of confidence
             --> doc.md:6:13
              |
            6 | confidence: sure
              |             ^^^^
            help: the codes are `S`, `P`, `P-`, `K` and `U`

            error[notation]: `a b` is no URI
             --> doc.md:7:12
              |
            7 | namespace: a b
              |            ^^^
            help: write a URI without white space, as `https://example.org/models`
        "#]],
    );
}

#[test]
fn arrow_without_type() {
    check(
        r"# 年薪 / Salary → salary_points

# 年薪 / Salary → salary:

# From A → B, and on
",
        expect![[r#"
            error[notation]: `salary_points` has no type
             --> doc.md:6:17
              · decision salary_points
              |
            6 | # 年薪 / Salary → salary_points
              |                   ^^^^^^^^^^^^^
            help: write `→ salary_points: number`, or the heading without an arrow

            error[notation]: `salary` has no type
             --> doc.md:8:17
              · decision salary
              |
            8 | # 年薪 / Salary → salary:
              |                   ^^^^^^^
            help: write `→ salary: number`, or the heading without an arrow

            error[notation]: `B, and on` is not `name: type`
              --> doc.md:10:12
               · decision B, and on
               |
            10 | # From A → B, and on
               |            ^^^^^^^^^
            help: end the heading in `→ name: type`, or write it without an arrow
        "#]],
    );
}

#[test]
fn arrow_without_name() {
    check(
        r"# 年薪 / Salary →
",
        expect![[r#"
            error[notation]: the heading has no name behind its arrow
             --> doc.md:6:3
              |
            6 | # 年薪 / Salary →
              |   ^^^^^^^^^^^^^^^
            help: end the heading in `→ name: type`, or write it without an arrow
        "#]],
    );
}

#[test]
fn bad_identifier() {
    check(
        r"# 甲 → my-name: number

```feel
1
```

# 乙 → 1st: number

```feel
1
```

# 丙 → if: number

```feel
1
```
",
        expect![[r#"
            error[notation]: `my-name` cannot be the name of a decision
             --> doc.md:6:7
              · decision my-name
              |
            6 | # 甲 → my-name: number
              |        ^^^^^^^
            help: a name is a letter or `_`, then letters, digits and `_`, as `my_name`

            error[notation]: `1st` cannot be the name of a decision
              --> doc.md:12:7
               · decision 1st
               |
            12 | # 乙 → 1st: number
               |        ^^^
            help: a name is a letter or `_`, then letters, digits and `_`, as `_1st`

            error[notation]: `if` is a word of FEEL and cannot be the name of a decision
              --> doc.md:18:7
               · decision if
               |
            18 | # 丙 → if: number
               |        ^^
            help: a name is a letter or `_`, then letters, digits and `_`, as `_if`
        "#]],
    );
}

#[test]
fn other_arrow() {
    check(
        r"# 甲 => points: number

```feel
1
```
",
        expect![[r#"
            error[notation]: the heading's arrow is neither `→` nor `->`
             --> doc.md:6:3
              · decision points
              |
            6 | # 甲 => points: number
              |   ^^^^^^^^^^^^^^^^^^^^
            help: write `→ points: number`
        "#]],
    );
}

#[test]
fn wide_signature() {
    check(
        r"# 甲 → f（a：number，b：number）：number

```feel
a + b
```
",
        expect![[r#"
            error[notation]: `（` stands where ASCII belongs
             --> doc.md:6:8
              · decision f
              |
            6 | # 甲 → f（a：number，b：number）：number
              |         ^^
            help: write `→ f(a: number, b: number): number`
        "#]],
    );
}

#[test]
fn wide_arrow_in_type() {
    check(
        r"# 甲 → f: function<number> → number

```feel
1
```
",
        expect![[r#"
            error[syntax]: `→` stands where FEEL has the ASCII `->`
             --> doc.md:6:27
              · decision f
              |
            6 | # 甲 → f: function<number> → number
              |                            ^
            help: write `function<number> -> number`
        "#]],
    );
}

#[test]
fn parameters() {
    check(
        r"# 甲 → f(a, : number, a: number, , b: ): number

```feel
1
```

# 乙 → g(a: number: number

```feel
1
```

# 丙 → h(a: number) number

```feel
1
```
",
        expect![[r#"
            error[notation]: the parameter `a` has no type
             --> doc.md:6:9
              · decision f
              |
            6 | # 甲 → f(a, : number, a: number, , b: ): number
              |          ^
            help: write parameters as `name: type`, separated by commas

            error[notation]: a parameter of type `number` has no name
             --> doc.md:6:12
              · decision f
              |
            6 | # 甲 → f(a, : number, a: number, , b: ): number
              |             ^^^^^^^^
            help: write parameters as `name: type`, separated by commas

            error[duplicate-name]: two parameters have the name `a`
             --> doc.md:6:22
              · decision f
              |
            6 | # 甲 → f(a, : number, a: number, , b: ): number
              |                       ^
            help: rename one of them

            error[notation]: a parameter is empty
             --> doc.md:6:32
              · decision f
              |
            6 | # 甲 → f(a, : number, a: number, , b: ): number
              |                                 ^
            help: write parameters as `name: type`, separated by commas

            error[notation]: the parameter `b` has no type
             --> doc.md:6:35
              · decision f
              |
            6 | # 甲 → f(a, : number, a: number, , b: ): number
              |                                    ^^
            help: write parameters as `name: type`, separated by commas

            error[notation]: the parameters are not closed
              --> doc.md:12:8
               · decision g
               |
            12 | # 乙 → g(a: number: number
               |         ^^^^^^^^^^^^^^^^^^
            help: close the parameters with `)`

            error[notation]: `number` stands where `:` and a type belong
              --> doc.md:18:20
               · decision h
               |
            18 | # 丙 → h(a: number) number
               |                     ^^^^^^
            help: end the heading in `→ name: type`, or write it without an arrow
        "#]],
    );
}

#[test]
fn misspelt_headings() {
    check(
        r"##甲 → points: number

＃＃ 乙 → score: number
",
        expect![[r#"
            error[notation]: a heading has a space after its `#`
             --> doc.md:6:1
              |
            6 | ##甲 → points: number
              | ^^^^^^^^^^^^^^^^^^^^^
            help: write `## 甲 → points: number`

            error[notation]: a full-width `＃` makes no heading
             --> doc.md:8:1
              |
            8 | ＃＃ 乙 → score: number
              | ^^^^^^^^^^^^^^^^^^^^^^^
            help: write `## 乙 → score: number`
        "#]],
    );
}

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

#[test]
fn no_logic() {
    check(
        r"# 甲 / A → points: number

Prose.

# 乙 / B
",
        expect![[r#"
            error[notation]: `points` has no logic
             --> doc.md:6:1
              · decision points
              |
            6 | # 甲 / A → points: number
              | ^^^^^^^^^^^^^^^^^^^^^^^^^
            help: write a decision table or a block marked `feel` below the heading, or the heading without an arrow
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
fn unknown_column() {
    check(
        r"| input | type   | alowed | unit |
|-------|--------|--------|------|
| age   | number | > 0    | y    |
",
        expect![[r#"
            error[notation]: `alowed` is no column of a table of inputs
             --> doc.md:6:20
              |
            6 | | input | type   | alowed | unit |
              |                    ^^^^^^
            help: write `allowed`

            error[notation]: `unit` is no column of a table of inputs
             --> doc.md:6:29
              |
            6 | | input | type   | alowed | unit |
              |                             ^^^^
            help: the columns of this table are `input`, `type` and, if need be, `allowed`; the first header cell makes it a declaration
        "#]],
    );
}

#[test]
fn missing_column() {
    check(
        r"| type | allowed |
|------|---------|
| tAge | > 0     |
",
        expect![[r#"
            error[notation]: the table of types has no column `base`
             --> doc.md:6:1
              |
            6 | | type | allowed |
              | ^^^^^^^^^^^^^^^^^^
            help: the columns of this table are `type`, `base` and, if need be, `allowed`; the first header cell makes it a declaration
        "#]],
    );
}

#[test]
fn column_twice() {
    check(
        r"| input | type   | type   |
|-------|--------|--------|
| age   | number | string |
",
        expect![[r#"
            error[notation]: two columns have the name `type`
             --> doc.md:6:20
              |
            6 | | input | type   | type   |
              |                    ^^^^
            help: keep one of them
        "#]],
    );
}

#[test]
fn empty_declarations() {
    check(
        r"| input | type |
|-------|------|
",
        expect![[r#"
            error[notation]: the table of inputs is empty
             --> doc.md:6:1
              |
            6 | | input | type |
              | ^^^^^^^^^^^^^^^^
            help: write at least one row below the alignment row
        "#]],
    );
}

#[test]
fn declarations() {
    check(
        r"| input | type     |
|-------|----------|
|       | number   |
| age   |          |
| 1st   | number   |
| a     |
| names | list＜string＞ |
",
        expect![[r#"
            error[notation]: the input has no name
             --> doc.md:8:3
              |
            8 | |       | number   |
              |   ^
            help: write its name under `input`

            error[notation]: the input `age` has no type
             --> doc.md:9:11
              · column type
              |
            9 | | age   |          |
              |           ^
            help: write a type under `type`, as `number`

            error[notation]: `1st` cannot be the name of an input
              --> doc.md:10:3
               |
            10 | | 1st   | number   |
               |   ^^^
            help: a name is a letter or `_`, then letters, digits and `_`, as `_1st`

            error[notation]: the row has 1 cell, the table 2 columns: nothing stands under `type`
              --> doc.md:11:1
               |
            11 | | a     |
               | ^^^^^^^^^
            help: write an empty cell where there is nothing to say

            error[syntax]: `＜` stands where FEEL has the ASCII `<`
              --> doc.md:12:15
               · column type
               |
            12 | | names | list＜string＞ |
               |               ^^
            help: write `list<string>`
        "#]],
    );
}

#[test]
fn no_types() {
    check(
        "# 甲 → x(a: <number>): #1\n\n```feel\n1\n```\n\n| input | type |\n|---|---|\n| a | 1 |\n",
        expect![[r#"
            error[notation]: `<number>` is no type
             --> doc.md:6:12
              · decision x
              |
            6 | # 甲 → x(a: <number>): #1
              |             ^^^^^^^^
            help: write a type of FEEL, as `number` or `list<string>`, or the name of a defined one

            error[notation]: `#1` is no type
             --> doc.md:6:23
              · decision x
              |
            6 | # 甲 → x(a: <number>): #1
              |                        ^^
            help: write a type of FEEL, as `number` or `list<string>`, or the name of a defined one

            error[notation]: `1` is no type
              --> doc.md:14:7
               · decision x · column type
               |
            14 | | a | 1 |
               |       ^
            help: write a type of FEEL, as `number` or `list<string>`, or the name of a defined one
        "#]],
    );
}

#[test]
fn duplicate_names() {
    check(
        r"| input | type   |
|-------|--------|
| age   | number |
| age   | string |
| on    | date   |

| type | base   |
|------|--------|
| tAge | number |
| tAge | string |
| date | string |

# 甲 → on: number

```feel
1
```

# 乙 → points: number

```feel
1
```

# 丙 → points: number

```feel
1
```
",
        expect![[r#"
            error[duplicate-name]: two inputs have the name `age`
             --> doc.md:9:3
              |
            9 | | age   | string |
              |   ^^^
            help: rename one of them; the first stands on line 8

            error[duplicate-name]: two types have the name `tAge`
              --> doc.md:15:3
               |
            15 | | tAge | string |
               |   ^^^^
            help: rename one of them; the first stands on line 14

            error[duplicate-name]: `date` is a type of FEEL
              --> doc.md:16:3
               |
            16 | | date | string |
               |   ^^^^
            help: give the type a name of its own

            error[duplicate-name]: an input and a decision have the name `on`
              --> doc.md:18:7
               · decision on
               |
            18 | # 甲 → on: number
               |        ^^
            help: rename one of them; the first stands on line 10

            error[duplicate-name]: two decisions have the name `points`
              --> doc.md:30:7
               · decision points
               |
            30 | # 丙 → points: number
               |        ^^^^^^
            help: rename one of them; the first stands on line 24
        "#]],
    );
}

#[test]
fn citations() {
    check(
        r"# 甲

[cn/外专发, annex 3] and [cn/x y, 3] and [cn/x-1, ].
[cn/x-1，附件3第1项] and 【cn/x-1，附件3】 and 【A/B 类】.
[cn/x-1, annex
3]
",
        expect![[r#"
            error[notation]: `cn/外专发` is not the identifier of an instrument
             --> doc.md:8:1
              |
            8 | [cn/外专发, annex 3] and [cn/x y, 3] and [cn/x-1, ].
              | ^^^^^^^^^^^^^^^^^^^^
            help: write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`; a bracket that is no citation is written `\[`

            error[notation]: `cn/x y` is not the identifier of an instrument
             --> doc.md:8:23
              |
            8 | [cn/外专发, annex 3] and [cn/x y, 3] and [cn/x-1, ].
              |                          ^^^^^^^^^^^
            help: write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`; a bracket that is no citation is written `\[`

            error[notation]: the citation of `cn/x-1` has no place behind its comma
             --> doc.md:8:39
              |
            8 | [cn/外专发, annex 3] and [cn/x y, 3] and [cn/x-1, ].
              |                                          ^^^^^^^^^^
            help: write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`

            error[notation]: the citation has full-width punctuation
             --> doc.md:9:1
              |
            9 | [cn/x-1，附件3第1项] and 【cn/x-1，附件3】 and 【A/B 类】.
              | ^^^^^^^^^^^^^^^^^^^^
            help: write `[cn/x-1, 附件3第1项]`

            error[notation]: the citation has full-width punctuation
             --> doc.md:9:21
              |
            9 | [cn/x-1，附件3第1项] and 【cn/x-1，附件3】 and 【A/B 类】.
              |                          ^^^^^^^^^^^^^^^^^
            help: write `[cn/x-1, 附件3]`

            error[notation]: the citation of `cn/x-1` is not closed on its line
              --> doc.md:10:1
               |
            10 | [cn/x-1, annex
               | ^^^^^^^^^^^^^^
            help: write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`
        "#]],
    );
}

#[test]
fn source_cells() {
    check(
        r"# 甲 → points: number

| U | age  | points | source         | confidence |
|---|------|--------|----------------|------------|
| 1 | > 18 | 20     | [x, row 1]     | P          |
| 2 | > 19 | 20     | [cn/x，row 1]  | sure       |
",
        expect![[r#"
            error[notation]: `x` is not the identifier of an instrument
              --> doc.md:10:23
               · decision points · rule 1 · column source
               |
            10 | | 1 | > 18 | 20     | [x, row 1]     | P          |
               |                       ^^^^^^^^^^
            help: write a place within the section's instrument, as `item 1`, or `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3]`

            error[notation]: the citation has full-width punctuation
              --> doc.md:11:23
               · decision points · rule 2 · column source
               |
            11 | | 2 | > 19 | 20     | [cn/x，row 1]  | sure       |
               |                       ^^^^^^^^^^^^^
            help: write `[cn/x, row 1]`

            error[notation]: `sure` is no code of confidence
              --> doc.md:11:39
               · decision points · rule 2 · column confidence
               |
            11 | | 2 | > 19 | 20     | [cn/x，row 1]  | sure       |
               |                                        ^^^^
            help: the codes are `S`, `P`, `P-`, `K` and `U`
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

#[test]
fn too_large() {
    let source = document(&"x".repeat(MAX_BYTES));
    check_document(
        &source,
        expect![[r#"
            error[limit]: the document has 4194343 bytes, more than 4194304
             --> doc.md
            help: divide it into several documents and `import` them
        "#]],
    );
}

#[test]
fn too_many_rows() {
    let head = "# 甲 → points: number\n\n| U | points |\n|---|---|\n";
    let rows: String = (0..=MAX_ROWS).map(|row| format!("| {row} | 1 |\n")).collect();
    check(
        &format!("{head}{rows}"),
        expect![[r#"
        error[limit]: the document has more than 100000 table rows
              --> doc.md:100010:1
               · decision points
               |
        100010 | | 100000 | 1 |
               | ^^^^^^^^^^^^^^
        help: divide it into several documents and `import` them
    "#]],
    );
}

#[test]
fn too_many_faults() {
    let body = "# 甲 →\n".repeat(MAX_FAULTS * 1000);
    let (_, faults) = read("doc.md", &document(&body));
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    let last = faults.last().map(ToString::to_string);
    expect!["error[limit]: 99900 more faults are not shown (doc.md)"]
        .assert_eq(&last.unwrap_or_default());
}
