//! Values and functions of the wrong type.

use expect_test::expect;

use super::{check, table};

#[test]
fn a_text_in_a_column_of_numbers() {
    check(
        &table("| 1 | \"45\" | - | 1 |\n"),
        expect![[r#"
        error[type]: the column is number, but this is string
          --> law.md:17:7
           · decision t · rule 1 · column age
           |
        17 | | 1 | "45" | - | 1 |
           |       ^^^^
        help: write the number without quotes
    "#]],
    );
}

#[test]
fn a_text_as_points() {
    check(
        &table("| 1 | - | - | \"20\" |\n"),
        expect![[r#"
        error[type]: this is string, but must be number
          --> law.md:17:15
           · decision t · rule 1 · column t
           |
        17 | | 1 | - | - | "20" |
           |               ^^^^
        help: write the number without quotes
    "#]],
    );
}

#[test]
fn a_number_and_a_text_are_added() {
    check(
        "## T → t: number\n\n```feel\nage + level\n```",
        expect![[r#"
        error[type]: `+` cannot be used between number and string
          --> law.md:16:1
           · decision t
           |
        16 | age + level
           | ^^^^^^^^^^^
        help: a number is written without quotes; `string(x)` and `number(x)` convert
    "#]],
    );
}

#[test]
fn a_function_with_wrong_arguments() {
    check(
        "## T → t: number\n\n```feel\nfloor(level)\n```",
        expect![[r#"
        error[type]: `floor` cannot take (string)
          --> law.md:16:1
           · decision t
           |
        16 | floor(level)
           | ^^^^^^^^^^^^
        help: it is `floor(n: number, scale?: number)`
    "#]],
    );
}

#[test]
fn a_result_of_the_wrong_type() {
    check(
        "## T → t: boolean\n\n```feel\nage\n```",
        expect![[r#"
        error[type]: this is number, but must be boolean
          --> law.md:16:1
           · decision t
           |
        16 | age
           | ^^^
    "#]],
    );
}

#[test]
fn a_condition_that_is_no_truth_value() {
    check(
        "## T → t: number\n\n```feel\nif age then 1 else 2\n```",
        expect![[r#"
        error[type]: a condition must be boolean, but this is number
          --> law.md:16:4
           · decision t
           |
        16 | if age then 1 else 2
           |    ^^^
    "#]],
    );
}

#[test]
fn a_collecting_table_with_the_type_of_one_item() {
    check(
        "## T → t: string\n\n| C | age | t |\n|---|---|---|\n| 1 | > 5 | \"a\" |\n",
        expect![[r#"
        error[type]: a `C` table gives a list, but its type is string
          --> law.md:15:3
           · decision t
           |
        15 | | C | age | t |
           |   ^
        help: write `list<string>`, or another hit policy
    "#]],
    );
}

#[test]
fn external_functions_are_refused() {
    check(
        "## T → t: number\n\n```feel\n(function(x) external {java: {class: \"C\", method signature: \"m()\"}})(1)\n```",
        expect![[r#"
            error[type]: external functions (Java, PMML) are refused
              --> law.md:16:1
               · decision t
               |
            16 | (function(x) external {java: {class: "C", method signature: "m()"}})(1)
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: write the function in FEEL
        "#]],
    );
}

#[test]
fn a_number_added_to_a_date() {
    check(
        "## T → t: date\n\n```feel\nborn + 18\n```",
        expect![[r#"
        error[type]: `+` cannot be used between date and number
          --> law.md:16:1
           · decision t
           |
        16 | born + 18
           | ^^^^^^^^^
        help: what is added to a date is a duration: `duration("P18Y")` is 18 years, `duration("P18D")` 18 days
    "#]],
    );
}

#[test]
fn a_function_with_too_many_arguments() {
    check(
        "## S → step(value: number): number\n\n```feel\nvalue\n```\n\n## T → t: number\n\n```feel\nstep(age, 2)\n```",
        expect![[r#"
            error[type]: the function takes one argument, but is given 2
              --> law.md:22:1
               · decision t
               |
            22 | step(age, 2)
               | ^^^^^^^^^^^^
            help: it takes (number)
        "#]],
    );
}

#[test]
fn a_list_compared_with_a_text() {
    check(
        "## T → t: number\n\n| U | posts | t |\n|---|---|---|\n| 1 | \"a\" | 20 |\n",
        expect![[r#"
            error[type]: the column is list<string>, but this is string
              --> law.md:17:7
               · decision t · rule 1 · column posts
               |
            17 | | 1 | "a" | 20 |
               |       ^^^
            help: one of its items is tested by `list contains(?, "a")`
        "#]],
    );
}

#[test]
fn a_sum_of_texts() {
    check(
        "## T → t: number\n\n```feel\nsum(posts)\n```",
        expect![[r#"
        error[type]: `sum` reckons with numbers, but this is string
          --> law.md:16:5
           · decision t
           |
        16 | sum(posts)
           |     ^^^^^
    "#]],
    );
}

#[test]
fn a_comparison_of_number_with_text() {
    check(
        "## T → t: boolean\n\n```feel\nage >= \"18\"\n```",
        expect![[r#"
        error[type]: `>=` cannot be used between number and string
          --> law.md:16:1
           · decision t
           |
        16 | age >= "18"
           | ^^^^^^^^^^^
        help: a number is written without quotes; `string(x)` and `number(x)` convert
    "#]],
    );
}

#[test]
fn a_number_that_is_negated() {
    check(
        "## T → t: boolean\n\n```feel\nnot(age)\n```",
        expect![[r#"
        error[type]: `not` negates true and false, but this is number
          --> law.md:16:5
           · decision t
           |
        16 | not(age)
           |     ^^^
        help: negate a comparison, as in `not(x = y)`
    "#]],
    );
}
