//! Documents that are too large, and too many faults.

use expect_test::expect;

use super::{check, check_document};
use crate::markdown::tests::{document, read};
use crate::markdown::{MAX_BYTES, MAX_FAULTS, MAX_ROWS};

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
