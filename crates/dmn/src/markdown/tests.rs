//! Tests of the notation: what is read, what is reported, what is written.

mod faults;
mod forms;
mod properties;

use super::{read, write};
use crate::diagnostic::{Diagnostic, render};
use crate::model::Model;

/// Reads a document that has no faults.
#[track_caller]
fn sound(source: &str) -> Model {
    let (model, faults) = read("doc.md", source);
    assert_eq!(rendered(source, &faults), "", "no faults are expected");
    model
}

fn rendered(source: &str, faults: &[Diagnostic]) -> String {
    render(faults, &|_| Some(source), false)
}

/// A document with the usual front matter; line 6 is the first of `body`.
fn document(body: &str) -> String {
    format!("---\nid: demo\ntitle: 示例 / Demo\n---\n\n{body}")
}
