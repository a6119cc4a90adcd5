//! Faults of headings: names, types and parameters.

use expect_test::expect;

use super::check;

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
