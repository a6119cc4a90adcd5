//! Faults of a document with a block of DMN XML: each stands where it was written.

use std::sync::Arc;

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::{Diagnostic, render};
use dmn::markdown;
use expect_test::{Expect, expect};

/// A document of another tool: one decision has a form in Markdown, the other has none.
const DOCUMENT: &str = r##"---
id: demo
title: demo
---

| input | type   |
|-------|--------|
| age   | number |

## → points: number

```feel
age + 1
```

## DMN XML

```dmn
<definitions id="d" xmlns:rest="urn:xianlu:dmn:rest" xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
  <inputData id="_age" rest:at="age"/>
  <decision id="_points" rest:at="points">
    <informationRequirement><requiredInput href="#_age"/></informationRequirement>
  </decision>
  <decision id="_list" name="ages">
    <informationRequirement>
      <requiredInput href="#_age"/>
    </informationRequirement>
    <list>
      <literalExpression>
        <text>if age &gt; 18
          then age else 0</text>
      </literalExpression>
      <literalExpression><text> age * 2 </text></literalExpression>
    </list>
  </decision>
</definitions>
```
"##;

fn check(from: &str, to: &str, expected: Expect) {
    let source = DOCUMENT.replacen(from, to, 1);
    let (model, mut faults) = markdown::read("law.md", &source);
    if !faults.iter().any(Diagnostic::is_error) {
        let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
        faults = match compile_as(&[unit], &[], Mode::Lenient) {
            Ok(program) => program.warnings().to_vec(),
            Err(faults) => faults,
        };
    }
    expected.assert_eq(&render(&faults, &|_| Some(&source), false));
}

#[test]
fn none() {
    check("", "", expect![[r#""#]]);
}

#[test]
fn in_the_block() {
    check(
        "age * 2",
        "agee * 2",
        expect![[r#"
        warning[unknown-name]: there is no `agee`
          --> law.md:33:33
           · decision ages
           |
        33 |       <literalExpression><text> agee * 2 </text></literalExpression>
           |                                 ^^^^
        help: did you mean `age`?
    "#]],
    );
}

#[test]
fn behind_an_escape() {
    check(
        "then age else",
        "then agee else",
        expect![[r#"
        warning[unknown-name]: there is no `agee`
          --> law.md:30:15
           · decision ages
           |
        30 |         <text>if age &gt; 18
           |               ^^^^^^^^^^^^^^
        help: did you mean `age`?
    "#]],
    );
}

#[test]
fn around_the_block() {
    check(
        "age + 1",
        "agee + 1",
        expect![[r#"
        warning[unknown-name]: there is no `agee`
          --> law.md:13:1
           · decision points
           |
        13 | agee + 1
           | ^^^^
        help: did you mean `age`?
    "#]],
    );
}

#[test]
fn of_an_element() {
    check(
        " name=\"ages\"",
        "",
        expect![[r#"
            error[notation]: `decision` has no name
              --> law.md:24:4
               |
            24 |   <decision id="_list">
               |    ^^^^^^^^
            help: correct the `dmn` block
        "#]],
    );
}

#[test]
fn of_a_reference() {
    check(
        "<requiredInput href=\"#_age\"/>\n",
        "<requiredInput href=\"#_aeg\"/>\n",
        expect![[r##"
            warning[unknown-name]: `ages` requires `_aeg`, which is not there
              --> law.md:26:28
               · decision ages
               |
            26 |       <requiredInput href="#_aeg"/>
               |                            ^^^^^

            warning[unknown-name]: there is no `age`
              --> law.md:30:15
               · decision ages
               |
            30 |         <text>if age &gt; 18
               |               ^^^^^^^^^^^^^^

            warning[unknown-name]: there is no `age`
              --> law.md:30:15
               · decision ages
               |
            30 |         <text>if age &gt; 18
               |               ^^^^^^^^^^^^^^

            warning[unknown-name]: there is no `age`
              --> law.md:33:33
               · decision ages
               |
            33 |       <literalExpression><text> age * 2 </text></literalExpression>
               |                                 ^^^
        "##]],
    );
}

#[test]
fn of_the_xml() {
    check(
        "</list>",
        "</lists>",
        expect![[r#"
            error[notation]: the XML cannot be read: expected 'list' tag, not 'lists'
              --> law.md:34:5
               |
            34 |     </lists>
               |     ^
            help: write the DMN XML document without what stands above, in one `definitions` element
        "#]],
    );
}
