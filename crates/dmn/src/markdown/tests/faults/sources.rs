//! Faults of citations.

use expect_test::expect;

use super::check;

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
