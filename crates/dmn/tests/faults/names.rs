//! Names: misspelt, unknown, twice, in circles.

use expect_test::expect;

use super::check;

#[test]
fn a_misspelt_name() {
    check(
        "## T → t: number\n\n```feel\nagee * 2\n```",
        expect![[r#"
        error[unknown-name]: there is no `agee`
          --> law.md:16:1
           · decision t
           |
        16 | agee * 2
           | ^^^^
        help: did you mean `age`?
    "#]],
    );
}

#[test]
fn decisions_in_a_circle() {
    check(
        "## A → a: number\n\n```feel\nb + 1\n```\n\n## B → b: number\n\n```feel\nc\n```\n\n## C → c: number\n\n```feel\na\n```",
        expect![[r#"
            error[cycle]: decisions require each other in a circle: `a` → `b` → `c` → `a`
              --> law.md:13:8
               · decision a
               |
            13 | ## A → a: number
               |        ^
            help: a decision cannot rest on itself; take one of these names out of its logic
        "#]],
    );
}

#[test]
fn an_unknown_type() {
    check(
        "## T → t: nubmer\n\n```feel\nage\n```",
        expect![[r#"
        error[unknown-name]: there is no type `nubmer`
          --> law.md:13:11
           |
        13 | ## T → t: nubmer
           |           ^^^^^^
        help: did you mean `number`?
    "#]],
    );
}

#[test]
fn a_misspelt_function() {
    check(
        "## T → t: number\n\n```feel\nflor(age)\n```",
        expect![[r#"
        error[unknown-name]: there is no `flor`
          --> law.md:16:1
           · decision t
           |
        16 | flor(age)
           | ^^^^
        help: did you mean `floor`?
    "#]],
    );
}

#[test]
fn a_misspelt_parameter() {
    check(
        "## T → t: string\n\n```feel\nsubstring(string: level, start: 2)\n```",
        expect![[r#"
        error[type]: `substring` has no parameter `start`
          --> law.md:16:26
           · decision t
           |
        16 | substring(string: level, start: 2)
           |                          ^^^^^
        help: it is `substring(string: string, start position: number, length?: number)`
    "#]],
    );
}

#[test]
fn a_misspelt_entry() {
    check(
        "## T → t: number\n\n```feel\n{years: 1}.yaers\n```",
        expect![[r#"
        error[unknown-name]: there is no entry `yaers`
          --> law.md:16:12
           · decision t
           |
        16 | {years: 1}.yaers
           |            ^^^^^
        help: did you mean `years`?
    "#]],
    );
}

#[test]
fn a_rule_twice() {
    check(
        "## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n| 1 | > 5 | - | 20 |\n| 1 | < 5 | - | 10 |\n",
        expect![[r#"
            error[duplicate-name]: two rules have the identifier `1`
              --> law.md:18:3
               · decision t · rule 1
               |
            18 | | 1 | < 5 | - | 10 |
               |   ^
            help: rename one of them
        "#]],
    );
}

#[test]
fn a_decision_twice() {
    check(
        "## T → t: number\n\n```feel\n1\n```\n\n## T → t: number\n\n```feel\n2\n```",
        expect![[r#"
            error[duplicate-name]: two decisions have the name `t`
              --> law.md:19:8
               · decision t
               |
            19 | ## T → t: number
               |        ^
            help: rename one of them; the first stands on line 13
        "#]],
    );
}

#[test]
fn an_input_twice() {
    check(
        "| input | type |\n|---|---|\n| age | number |\n\n## T → t: number\n\n```feel\nage\n```",
        expect![[r#"
            error[duplicate-name]: two inputs have the name `age`
              --> law.md:15:3
               |
            15 | | age | number |
               |   ^^^
            help: rename one of them; the first stands on line 8
        "#]],
    );
}

#[test]
fn a_decision_that_names_itself() {
    check(
        "## T → t: number\n\n```feel\nt + 1\n```",
        expect![[r#"
        error[cycle]: decisions require each other in a circle: `t` → `t`
          --> law.md:13:8
           · decision t
           |
        13 | ## T → t: number
           |        ^
        help: a decision cannot rest on itself; take one of these names out of its logic
    "#]],
    );
}

#[test]
fn a_word_of_the_grammar_as_a_name() {
    check(
        "## T → if: number\n\n```feel\n1\n```",
        expect![[r#"
        error[notation]: `if` is a word of FEEL and cannot be the name of a decision
          --> law.md:13:8
           · decision if
           |
        13 | ## T → if: number
           |        ^^
        help: a name is a letter or `_`, then letters, digits and `_`, as `_if`
    "#]],
    );
}

#[test]
fn a_name_with_a_space() {
    check(
        "## T → my points: number\n\n```feel\n1\n```",
        expect![[r#"
        error[notation]: `my points` cannot be the name of a decision
          --> law.md:13:8
           · decision my points
           |
        13 | ## T → my points: number
           |        ^^^^^^^^^
        help: a name is a letter or `_`, then letters, digits and `_`, as `my_points`
    "#]],
    );
}
