//! Faults of the tables that declare inputs and types.

use expect_test::expect;

use super::check;

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
