//! `xianlu dmn` as its users run it.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MODEL: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
    xmlns:t="urn:tool" id="d" name="Twice" namespace="urn:twice">
  <inputData id="_i" name="n"><variable name="n" typeRef="number"/></inputData>
  <decision id="_d" name="Twice it" t:colour="red">
    <informationRequirement><requiredInput href="#_i"/></informationRequirement>
    <literalExpression><text>2 * n</text></literalExpression>
  </decision>
</definitions>
"##;

fn xianlu(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xianlu")).args(arguments).output().unwrap()
}

fn convert(input: &Path, output: &Path, more: &[&str]) -> Output {
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    xianlu(&[&["dmn", "convert", input, output], more].concat())
}

fn value(model: &Path, decision: &str, input: &str) -> String {
    let model = model.to_str().unwrap();
    let output = xianlu(&["dmn", "eval", model, "--decision", decision, "--input", input]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_model_is_written_in_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.dmn"), folder.path().join("b.dmn"));
    fs::write(&input, MODEL).unwrap();
    let result = convert(&input, &output, &["--dmn", "1.3"]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    let written = fs::read_to_string(&output).unwrap();
    assert!(written.contains("https://www.omg.org/spec/DMN/20191111/MODEL/"), "{written}");
    assert!(written.contains("t:colour=\"red\""), "{written}");
    assert_eq!(value(&output, "Twice it", "{\"n\": 21}"), "42");
    // Onto itself, too.
    let result = convert(&output, &output, &["--dmn", "1.4"]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    assert!(fs::read_to_string(&output).unwrap().contains("20211108/MODEL/"));
}

#[test]
fn a_rule_document_goes_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let document = "---\nid: demo\ntitle: 示例 / Demo\n---\n\nProse.\n\n\
        | input | type   |\n|-------|--------|\n| n     | number |\n\n\
        ## 两倍 / Twice → twice: number\n\n[cn/law, art. 2]\n\n```feel\n2 * n\n```\n";
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.md"), document).unwrap();
    for (from, to) in [("a.md", "b.dmn"), ("b.dmn", "c.md"), ("c.md", "d.md")] {
        let result = convert(&at(from), &at(to), &[]);
        assert_eq!(result.status.code(), Some(0), "{result:?}");
        assert_eq!(value(&at(to), "twice", "{\"n\": 21}"), "42");
    }
    assert_eq!(fs::read_to_string(at("d.md")).unwrap(), document);
    let result = convert(&at("a.md"), &at("e.md"), &["--dmn", "1.5"]);
    assert_eq!(result.status.code(), Some(2), "{result:?}");
}

#[test]
fn a_model_of_another_tool_goes_through_markdown_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.dmn"), MODEL).unwrap();
    for (from, to) in [("a.dmn", "b.md"), ("b.md", "c.dmn"), ("c.dmn", "d.md")] {
        let result = convert(&at(from), &at(to), &[]);
        assert_eq!(result.status.code(), Some(0), "{result:?}");
        assert_eq!(value(&at(to), "Twice it", "{\"n\": 21}"), "42");
    }
    let read = |name: &str| fs::read_to_string(at(name)).unwrap();
    assert!(read("c.dmn").contains("t:colour=\"red\""), "{}", read("c.dmn"));
    assert_eq!(read("b.md"), read("d.md"));
}

#[test]
fn what_cannot_be_used_is_refused_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.dmn"), MODEL).unwrap();
    fs::write(at("broken.dmn"), "<definitions").unwrap();
    fs::write(at("table.md"), "no front matter").unwrap();
    fs::write(at("notes.txt"), MODEL).unwrap();
    fs::create_dir(at("folder.dmn")).unwrap();
    let before = fs::read_dir(folder.path()).unwrap().count();
    let cases = [
        (at("missing.dmn"), at("b.dmn"), vec![], "cannot be read"),
        (at("broken.dmn"), at("b.dmn"), vec![], "the XML cannot be read"),
        (at("table.md"), at("b.dmn"), vec![], "front matter"),
        (at("notes.txt"), at("b.dmn"), vec![], "end it in `.md`"),
        (at("a.dmn"), at("b.txt"), vec![], "end it in `.md`"),
        (at("folder.dmn"), at("b.dmn"), vec![], "cannot be read"),
        (at("a.dmn"), at("folder.dmn"), vec![], "it cannot be written"),
        (at("a.dmn"), at("missing/b.dmn"), vec![], "it cannot be written"),
        (at("a.dmn"), at("b.dmn"), vec!["--dmn", "1.2"], "no version that is written"),
    ];
    for (input, output, more, reason) in cases {
        let result = convert(&input, &output, &more);
        let said = String::from_utf8(result.stderr).unwrap();
        assert_eq!(result.status.code(), Some(2), "{input:?} {output:?}: {said}");
        assert!(said.contains(reason), "{said}");
        assert!(result.stdout.is_empty());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before, "{output:?}");
    }
}

#[test]
fn warnings_of_a_model_stand_beside_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dmn");
    fs::write(&path, MODEL.replace("2 * n", "if n > 0 then 2 * n else missing")).unwrap();
    let path = path.to_str().unwrap();
    let eval = &["dmn", "eval", path, "--decision", "Twice it", "--input", "{\"n\": 21}"];
    let output = xianlu(eval);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "42");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("warning[unknown-name]: there is no `missing`"), "{told}");
}

#[test]
fn what_a_document_uses_of_another_is_required_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let base = "---\nid: demo/base\ntitle: base\n---\n\n| input | type   |\n|-------|--------|\n\
        | n     | number |\n\n## → twice: number\n\n```feel\n2 * n\n```\n\n\
        ## → half(x: number): number\n\n```feel\nx / 2\n```\n";
    let document = "---\nid: demo/more\ntitle: more\nimport: demo/base\n---\n\n\
        ## → thrice: number\n\n```feel\ntwice + n\n```\n\n\
        ## → again: number\n\n```feel\nhalf(thrice)\n```\n";
    fs::write(at("base.md"), base).unwrap();
    fs::write(at("more.md"), document).unwrap();
    let result = convert(&at("more.md"), &at("more.dmn"), &[]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    assert!(result.stderr.is_empty(), "{result:?}");
    let written = fs::read_to_string(at("more.dmn")).unwrap();
    for required in [
        "<requiredDecision href=\"urn:xianlu:model:demo/base#twice\"/>",
        "<requiredInput href=\"urn:xianlu:model:demo/base#n\"/>",
        "<requiredDecision href=\"#thrice\"/>",
        "<requiredKnowledge href=\"urn:xianlu:model:demo/base#half\"/>",
    ] {
        assert_eq!(written.matches(required).count(), 1, "{required}: {written}");
    }
    // It is kept in XML, and Markdown needs no block for it.
    let result = convert(&at("more.dmn"), &at("same.dmn"), &[]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    assert_eq!(fs::read_to_string(at("same.dmn")).unwrap(), written);
    let result = convert(&at("more.dmn"), &at("same.md"), &[]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    assert_eq!(fs::read_to_string(at("same.md")).unwrap(), document);
    // Without the other document that is said.
    fs::remove_file(at("base.md")).unwrap();
    let result = convert(&at("same.md"), &at("alone.dmn"), &[]);
    assert_eq!(result.status.code(), Some(0), "{result:?}");
    let told = String::from_utf8(result.stderr).unwrap();
    assert!(told.starts_with("no document `demo/base` is found"), "{told}");
    assert!(!fs::read_to_string(at("alone.dmn")).unwrap().contains("demo/base#"));
}
