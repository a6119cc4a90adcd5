//! Faults of the front matter.

use expect_test::expect;

use super::check_document;

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
