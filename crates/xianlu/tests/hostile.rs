//! Models that are written to do harm, as the program meets them: each ends soon, with an error
//! that says why.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The longest time that one may take; a program without optimisation is slower.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });

/// Evaluates the decision `d` of a document, which fails, and wants a part of the error.
#[track_caller]
fn refuses(name: &str, document: &str, options: &[&str], error: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, document).unwrap();
    let (status, said) = evaluate(&path, options);
    assert!(said.contains(error), "{said}");
    assert!(matches!(status, Some(1 | 2)), "{status:?}: {said}");
    assert!(said.len() < 20_000, "{} bytes of errors", said.len());
}

fn evaluate(path: &Path, options: &[&str]) -> (Option<i32>, String) {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_xianlu"))
        .args(["dmn", "eval", path.to_str().unwrap(), "--decision", "d"])
        .args(options)
        .output()
        .unwrap();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn law(expression: &str) -> String {
    format!("---\nid: zz/test\ntitle: Test\n---\n\n## D → d: Any\n\n```feel\n{expression}\n```\n")
}

fn xml(content: &str) -> String {
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:t\" \
         name=\"t\" id=\"t\">{content}</definitions>"
    )
}

#[test]
fn a_loop_over_a_thousand_million() {
    let source = law("count(for i in 1..1000000000 return i)");
    refuses("a.md", &source, &[], "larger list or text than is allowed; `--size` sets the limit");
    let source = law("some i in 1..1000000000 satisfies i < 0");
    refuses("a.md", &source, &[], "more work than is allowed; `--fuel` sets the limit");
    let source = law("every i in 1..1000000000, j in 1..1000000000 satisfies i + j > 0");
    refuses("a.md", &source, &["--time", "0.2", "--fuel", "1000000000000"], "more time than is");
}

#[test]
fn functions_that_call_themselves() {
    for body in ["f(x + 1)", "f(x)[1]", "[f(x)]", "if f(x) then 1 else 2", "sort([f(x), 1], f)"] {
        let source = law(&format!("{{f: function(x) {body}, r: f(1)}}.r"));
        let error = "nested deeper than is allowed; `--depth` sets the limit";
        refuses("a.md", &source, &[], error);
        refuses("a.md", &source, &["--depth", "1000"], error);
    }
    refuses("a.md", &law("1"), &["--depth", "100000"], "1..=1000");
}

#[test]
fn decisions_in_a_circle() {
    let decision = |name: &str, other: &str| {
        format!(
            "<decision name=\"{name}\" id=\"{name}\"><informationRequirement>\
             <requiredDecision href=\"#{other}\"/></informationRequirement>\
             <literalExpression><text>{other}</text></literalExpression></decision>"
        )
    };
    let source = xml(&(decision("d", "e") + &decision("e", "d")));
    refuses("a.dmn", &source, &[], "decisions require each other in a circle");
    refuses("a.md", &law("d"), &[], "decisions require each other in a circle: `d` → `d`");
}

#[test]
fn entities_that_multiply() {
    let mut types = String::from("<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..30 {
        let inner = format!("&a{};", level - 1).repeat(10);
        types += &format!("<!ENTITY a{level} \"{inner}\">");
    }
    let source = format!("<!DOCTYPE d [{types}]>{}", xml("&a29;"));
    refuses("a.dmn", &source, &[], "document type");
}

#[test]
fn a_hundred_thousand_levels() {
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    refuses("a.md", &law(&deep("(", ")")), &[], "nested more than 100 levels deep");
    refuses("a.md", &law(&deep("[", "]")), &[], "nested more than 100 levels deep");
    refuses("a.md", &law(&deep("-", "")), &[], "nested more than 100 levels deep");
    let boxed =
        xml(&format!("<decision name=\"d\" id=\"d\">{}</decision>", deep("<list>", "</list>")));
    refuses("a.dmn", &boxed, &[], "deep");
}

#[test]
fn numbers_beyond_all_measure() {
    refuses("a.md", &law("1e999999999 + 1"), &[], "1e999999999");
    refuses("a.md", &law("9e6144 * 10"), &[], "null because: the product is out of range");
    refuses("a.md", &law("2 ** 1e9"), &[], "null because");
    refuses("a.md", &law("duration(\"P99999999999999999999Y\")"), &[], "99999999999999999999");
    refuses("a.md", &law("date(\"2024-01-01\") + duration(\"P9999999999Y\")"), &[], "null because");
}

#[test]
fn texts_and_lists_that_double() {
    let source = law(
        "(for i in 1..18 return if i = 1 then \"aaaaaaaa\" else partial[-1] + partial[-1])[-1]",
    );
    refuses("a.md", &source, &["--size", "1000"], "larger list or text than is allowed");
    let source = law(
        "(for i in 1..60 return if i = 1 then \"aaaaaaaa\" else partial[-1] + partial[-1])[-1]",
    );
    refuses("a.md", &source, &[], "null because: the text is too long");
    let source = law(
        "for i in 1..60 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])",
    );
    refuses("a.md", &source, &[], "is allowed; `--");
    let source = law("string join(for i in 1..1000000 return \"aaaaaaaa\", \"-\")");
    refuses("a.md", &source, &["--size", "1000"], "larger list or text than is allowed");
}
