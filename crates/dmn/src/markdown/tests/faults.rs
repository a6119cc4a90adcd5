//! What is reported, and how it looks.

mod blocks;
mod declarations;
mod front_matter;
mod headings;
mod limits;
mod outputs;
mod sources;
mod tables;

use expect_test::Expect;

use super::{document, read, rendered};

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
