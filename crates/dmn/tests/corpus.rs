//! The inputs that the fuzzers of `fuzz/` found interesting, and those that once went wrong.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

mod properties;
mod random;

use std::fs;
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn feel() {
    replay("feel", properties::feel::check);
}

#[test]
fn xml() {
    replay("xml", properties::xml::check);
}

#[test]
fn markdown() {
    replay("markdown", properties::markdown::check);
}

#[test]
fn tck() {
    replay("tck", properties::tck::check);
}

#[test]
fn evaluation() {
    replay("evaluation", properties::evaluation::check);
}
