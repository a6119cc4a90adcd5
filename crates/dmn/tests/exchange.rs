//! Models in DMN XML, from documents to values: forms, faults and limits.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::sync::Arc;

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::Diagnostic;
use dmn::model::Model;
use dmn::program::{Limits, Program};
use dmn::xml;
use expect_test::{Expect, expect};
use feel::value::Null;
use feel::{Value, eval};

const NAMESPACE: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";

fn document(namespace: &str, content: &str) -> String {
    format!(
        "<definitions xmlns=\"{NAMESPACE}\" namespace=\"{namespace}\" name=\"test\" id=\"d\">\n\
         {content}\n</definitions>\n"
    )
}

fn read(source: &str) -> Model {
    let (model, diagnostics) = xml::read("model.dmn", source);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    model
}

fn compile(models: &[Model]) -> Result<Program, Vec<Diagnostic>> {
    let units: Vec<Unit<'_>> = models
        .iter()
        .enumerate()
        .map(|(number, model)| Unit {
            file: Arc::from("model.dmn"),
            model,
            role: if number == 0 { Role::Main } else { Role::Import },
        })
        .collect();
    compile_as(&units, &[], Mode::Lenient)
}

fn program(content: &str) -> Program {
    compile(&[read(&document("urn:test", content))])
        .unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

/// The value of a decision; inputs that are not given are null.
fn value(program: &Program, decision: &str, given: &[(&str, Value)]) -> Value {
    let inputs: Vec<Value> = program
        .inputs()
        .iter()
        .map(|input| {
            let found = given.iter().find(|(name, _)| *name == &*input.name);
            found.map_or(Value::NULL, |(_, value)| value.clone())
        })
        .collect();
    let id = program.decision(decision).unwrap_or_else(|| panic!("no decision `{decision}`"));
    let evaluation = program.evaluate(&inputs, &[id], Limits::default(), false).unwrap();
    evaluation.values.into_iter().nth(id.0).flatten().unwrap()
}

/// Checks the value of the decision `d`, as text, with the reason of a null.
fn check(content: &str, given: &[(&str, Value)], expected: &Expect) {
    let value = value(&program(content), "d", given);
    let reason = match &value {
        Value::Null(Null::Failed(failure)) => format!(": {}", failure.message),
        _ => String::new(),
    };
    expected.assert_eq(&format!("{value}{reason}"));
}

/// Checks the faults of reading and compiling a document.
fn check_faults(source: &str, expected: &Expect) {
    let (model, mut diagnostics) = xml::read("model.dmn", source);
    if diagnostics.is_empty() {
        match compile(&[model]) {
            Ok(program) => diagnostics.extend(program.warnings().iter().cloned()),
            Err(faults) => diagnostics.extend(faults),
        }
    }
    expected.assert_eq(&dmn::diagnostic::render(&diagnostics, &|_| Some(source), false));
}

/// A decision `d` of one expression that requires whatever else there is.
fn decision(expression: &str) -> String {
    format!("<decision name=\"d\" id=\"d1\">{expression}</decision>")
}

fn literal(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

#[test]
fn a_context_with_a_result_sees_its_entries() {
    let context = "<context>\
        <contextEntry><variable name=\"net pay\" typeRef=\"number\"/>\
          <literalExpression><text>40</text></literalExpression></contextEntry>\
        <contextEntry><variable name=\"tax-free\"/>\
          <literalExpression><text>net pay / 20</text></literalExpression></contextEntry>\
        <contextEntry><literalExpression><text>net pay + tax-free</text></literalExpression></contextEntry>\
      </context>";
    check(&decision(context), &[], &expect!["42"]);
}

#[test]
fn a_table_inside_a_context_sees_the_entries_before_it() {
    let context = "<context>\
        <contextEntry><variable name=\"n\"/><literalExpression><text>7</text></literalExpression></contextEntry>\
        <contextEntry><variable name=\"size\"/>\
          <decisionTable hitPolicy=\"FIRST\">\
            <input><inputExpression><text>n</text></inputExpression></input>\
            <output/>\
            <rule><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>\"small\"</text></outputEntry></rule>\
            <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>\"large\" + string(n)</text></outputEntry></rule>\
          </decisionTable></contextEntry>\
      </context>";
    check(&decision(context), &[], &expect![[r#"{n: 7, size: "large7"}"#]]);
}

#[test]
fn lists_relations_functions_and_invocations() {
    let list = format!("<list>{}{}</list>", literal("1"), literal("1 + 1"));
    check(&decision(&list), &[], &expect!["[1, 2]"]);
    let relation = "<relation><column name=\"a b\"/><column name=\"c\"/>\
        <row><literalExpression><text>1</text></literalExpression>\
             <literalExpression><text>2</text></literalExpression></row></relation>";
    check(&decision(relation), &[], &expect![[r#"[{"a b": 1, c: 2}]"#]]);
    let function = "<context>\
        <contextEntry><variable name=\"f\"/><functionDefinition>\
          <formalParameter name=\"x y\" typeRef=\"number\"/>\
          <literalExpression><text>x y * 2</text></literalExpression></functionDefinition></contextEntry>\
        <contextEntry><invocation><literalExpression><text>f</text></literalExpression>\
          <binding><parameter name=\"x y\"/><literalExpression><text>21</text></literalExpression></binding>\
        </invocation></contextEntry></context>";
    check(&decision(function), &[], &expect!["42"]);
}

#[test]
fn conditions_that_are_no_booleans_make_boxed_forms_null() {
    let part = |tag: &str, text: &str| format!("<{tag}>{}</{tag}>", literal(text));
    let conditional = |condition: &str| {
        let parts = [part("if", condition), part("then", "1"), part("else", "2")].concat();
        decision(&format!("<conditional>{parts}</conditional>"))
    };
    check(&conditional("true"), &[], &expect!["1"]);
    check(&conditional("null"), &[], &expect!["2"]);
    check(&conditional("\"x\""), &[], &expect!["null"]);
    let filter = |condition: &str| {
        let parts = [part("in", "[{a: 1}, {a: 2}]"), part("match", condition)].concat();
        decision(&format!("<filter>{parts}</filter>"))
    };
    check(&filter("a &gt; 1"), &[], &expect!["[{a: 2}]"]);
    check(&filter("item.a = 1"), &[], &expect!["[{a: 1}]"]);
    check(&filter("a"), &[], &expect!["null"]);
    let some = |tag: &str, condition: &str| {
        let parts = [part("in", "[1, 2]"), part("satisfies", condition)].concat();
        decision(&format!("<{tag} iteratorVariable=\"x\">{parts}</{tag}>"))
    };
    check(&some("some", "x = 2"), &[], &expect!["true"]);
    check(&some("every", "x = 2"), &[], &expect!["false"]);
    check(&some("some", "if x = 2 then true else 3"), &[], &expect!["null"]);
    let each = [part("in", "[1, 2]"), part("return", "x + count(partial)")].concat();
    let each = decision(&format!("<for iteratorVariable=\"x\">{each}</for>"));
    check(&each, &[], &expect!["[1, 3]"]);
}

const SERVICE: &str = "\
    <inputData name=\"in put\" id=\"i\"><variable name=\"in put\" typeRef=\"number\"/></inputData>\
    <decision name=\"base\" id=\"base\"><variable name=\"base\" typeRef=\"number\"/>\
      <literalExpression><text>1000</text></literalExpression></decision>\
    <decision name=\"inner\" id=\"inner\">\
      <informationRequirement><requiredDecision href=\"#base\"/></informationRequirement>\
      <informationRequirement><requiredInput href=\"#i\"/></informationRequirement>\
      <literalExpression><text>base + in put</text></literalExpression></decision>\
    <decision name=\"outer\" id=\"outer\">\
      <informationRequirement><requiredDecision href=\"#inner\"/></informationRequirement>\
      <literalExpression><text>inner * 2</text></literalExpression></decision>\
    <decisionService name=\"one\" id=\"one\"><variable name=\"one\" typeRef=\"number\"/>\
      <outputDecision href=\"#outer\"/><encapsulatedDecision href=\"#inner\"/>\
      <inputDecision href=\"#base\"/><inputData href=\"#i\"/></decisionService>\
    <decisionService name=\"two\" id=\"two\"><variable name=\"two\"/>\
      <outputDecision href=\"#outer\"/><outputDecision href=\"#inner\"/>\
      <inputData href=\"#i\"/></decisionService>\
    <decision name=\"d\" id=\"d1\">\
      <informationRequirement><requiredDecision href=\"#outer\"/></informationRequirement>\
      <knowledgeRequirement><requiredKnowledge href=\"#one\"/></knowledgeRequirement>\
      <knowledgeRequirement><requiredKnowledge href=\"#two\"/></knowledgeRequirement>\
      <literalExpression><text>[one(1, 10), one(base: 10, in put: 2), two(3).inner, outer]</text>\
      </literalExpression></decision>";

#[test]
fn decision_services_are_functions_of_their_inputs() {
    // Input data come before input decisions; outside, everything is as it was.
    check(SERVICE, &[("in put", 5.into())], &expect!["[22, 24, 1003, 2010]"]);
    let program = program(SERVICE);
    let call = |name: &str, arguments: &[(&str, Value)]| {
        program.invoke(name, arguments, Limits::default(), None).unwrap().unwrap()
    };
    assert_eq!(call("one", &[("in put", 1.into()), ("base", 2.into())]), Value::from(6));
    let both = call("two", &[("in put", 1.into())]);
    assert_eq!(both.to_string(), "{outer: 2002, inner: 1001}");
    assert!(call("one", &[("in put", "text".into()), ("base", 2.into())]).is_null());
    assert!(program.invoke("three", &[], Limits::default(), None).is_none());
}

#[test]
fn functions_that_call_themselves_without_end_are_stopped() {
    let content = "<businessKnowledgeModel name=\"f\" id=\"f\"><encapsulatedLogic>\
        <formalParameter name=\"x\"/>\
        <literalExpression><text>f(x + 1)</text></literalExpression></encapsulatedLogic>\
      </businessKnowledgeModel>\
      <decision name=\"d\" id=\"d1\">\
        <knowledgeRequirement><requiredKnowledge href=\"#f\"/></knowledgeRequirement>\
        <literalExpression><text>f(0)</text></literalExpression></decision>";
    let program = program(content);
    let id = program.decision("d").unwrap();
    let error = program.evaluate(&[], &[id], Limits::default(), false).unwrap_err();
    assert_eq!(error, eval::Exhausted::Depth);
}

const TYPES: &str = "\
    <itemDefinition name=\"tGrade\"><typeRef>string</typeRef>\
      <allowedValues><text>\"A\", \"B\"</text></allowedValues></itemDefinition>\
    <itemDefinition name=\"tGrades\" isCollection=\"true\"><typeRef>tGrade</typeRef>\
      <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>\
    <itemDefinition name=\"tPupil\">\
      <itemComponent name=\"full name\"><typeRef>string</typeRef></itemComponent>\
      <itemComponent name=\"grades\"><typeRef>tGrades</typeRef></itemComponent></itemDefinition>";

#[test]
fn results_are_coerced_to_declared_types_and_allowed_values_hold() {
    let typed = |kind: &str, text: &str| {
        format!(
            "{TYPES}<decision name=\"d\" id=\"d1\"><variable name=\"d\" typeRef=\"{kind}\"/>{}</decision>",
            literal(text)
        )
    };
    check(&typed("number", "[1]"), &[], &expect!["1"]);
    check(
        &typed("number", "[[1]]"),
        &[],
        &expect![[r#"null: the value is a list, but number is wanted"#]],
    );
    check(
        &typed("string", "1"),
        &[],
        &expect!["null: the value is a number, but string is wanted"],
    );
    check(&typed("tGrade", "\"A\""), &[], &expect![[r#""A""#]]);
    check(
        &typed("tGrade", "\"C\""),
        &[],
        &expect![[r#"null: "C" is not among the allowed values of `tGrade`"#]],
    );
    check(&typed("tGrades", "\"A\""), &[], &expect![[r#"["A"]"#]]);
    check(
        &typed("tGrades", "[\"A\", \"B\", \"A\"]"),
        &[],
        &expect![[r#"null: ["A", "B", "A"] is not among the allowed values of `tGrades`"#]],
    );
    check(
        &typed("tPupil", "{full name: \"Li\", grades: [\"A\", \"X\"]}"),
        &[],
        &expect![[
            r#"null: {"full name": "Li", grades: ["A", "X"]} is not among the allowed values of `tGrade`"#
        ]],
    );
}

#[test]
fn inputs_are_coerced_too() {
    let content = format!(
        "{TYPES}<inputData name=\"pupil\" id=\"i\"><variable name=\"pupil\" typeRef=\"tGrade\"/></inputData>\
         <decision name=\"d\" id=\"d1\">\
         <informationRequirement><requiredInput href=\"#i\"/></informationRequirement>{}</decision>",
        literal("pupil")
    );
    check(&content, &[("pupil", "B".into())], &expect![[r#""B""#]]);
    check(
        &content,
        &[("pupil", "Z".into())],
        &expect![[r#"null: "Z" is not among the allowed values of `tGrade`"#]],
    );
}

#[test]
fn names_of_imported_models_stand_behind_their_prefix() {
    let imported = read(&document(
        "urn:other",
        "<itemDefinition name=\"tN\"><typeRef>number</typeRef></itemDefinition>\
         <inputData name=\"x\" id=\"i\"><variable name=\"x\" typeRef=\"tN\"/></inputData>\
         <decision name=\"d\" id=\"d1\">\
           <informationRequirement><requiredInput href=\"#i\"/></informationRequirement>\
           <literalExpression><text>x + 1</text></literalExpression></decision>",
    ));
    let main = read(&document(
        "urn:test",
        "<import name=\"the other\" namespace=\"urn:other\" importType=\"x\"/>\
         <decision name=\"d\" id=\"d2\"><variable name=\"d\" typeRef=\"the other.tN\"/>\
           <informationRequirement><requiredDecision href=\"urn:other#d1\"/></informationRequirement>\
           <literalExpression><text>the other.d * 10</text></literalExpression></decision>",
    ));
    let program = compile(&[main, imported]).unwrap();
    let names: Vec<&str> = program.inputs().iter().map(|input| &*input.name).collect();
    assert_eq!(names, ["the other.x"]);
    assert_eq!(value(&program, "d", &[("the other.x", 2.into())]), Value::from(30));
    let id = program.decision_of("urn:other", "d").unwrap();
    assert_eq!(&*program.decisions().get(id.0).unwrap().name, "the other.d");
}

#[test]
fn functions_of_other_languages_are_refused() {
    let external = "<context><contextEntry><variable name=\"f\"/>\
        <functionDefinition kind=\"Java\"><formalParameter name=\"x\"/>\
          <literalExpression><text>{class: \"java.lang.Math\"}</text></literalExpression>\
        </functionDefinition></contextEntry>\
        <contextEntry><literalExpression><text>f(1)</text></literalExpression></contextEntry></context>";
    check(&decision(external), &[], &expect!["null: external functions (Java, PMML) are refused"]);
}

#[test]
fn what_the_standard_makes_null_is_a_warning() {
    let source = document(
        "urn:test",
        "<decision name=\"d\" id=\"d1\">\n\
           <informationRequirement><requiredInput href=\"#nowhere\"/></informationRequirement>\n\
           <context>\n\
             <contextEntry><variable name=\"a\"/><literalExpression><text>1 + \"x\"</text></literalExpression></contextEntry>\n\
             <contextEntry><variable name=\"b\" typeRef=\"tNone\"/><literalExpression><text>\n  missing</text></literalExpression></contextEntry>\n\
             <contextEntry><variable name=\"c\"/><literalExpression><text>1 +</text></literalExpression></contextEntry>\n\
           </context>\n</decision>",
    );
    check_faults(
        &source,
        &expect![[r##"
        warning[unknown-name]: `d` requires `nowhere`, which is not there
         --> model.dmn:3:46
          · decision d
          |
        3 | <informationRequirement><requiredInput href="#nowhere"/></informationRequirement>
          |                                              ^^^^^^^^

        warning[unknown-name]: there is no type `tNone`
         --> model.dmn:6:43
          · decision d
          |
        6 | <contextEntry><variable name="b" typeRef="tNone"/><literalExpression><text>
          |                                           ^^^^^

        warning[syntax]: the text ends where an expression should follow
         --> model.dmn:8:63
          · decision d
          |
        8 | <contextEntry><variable name="c"/><literalExpression><text>1 +</text></literalExpression></contextEntry>
          |                                                               ^

        warning[type]: `+` cannot be used between number and string
         --> model.dmn:5:60
          · decision d
          |
        5 | <contextEntry><variable name="a"/><literalExpression><text>1 + "x"</text></literalExpression></contextEntry>
          |                                                            ^^^^^^^
        help: a number is written without quotes; `string(x)` and `number(x)` convert

        warning[unknown-name]: there is no `missing`
         --> model.dmn:7:3
          · decision d
          |
        7 |   missing</text></literalExpression></contextEntry>
          |   ^^^^^^^
    "##]],
    );
}

#[test]
fn documents_that_cannot_be_used() {
    check_faults(
        "<definitions",
        &expect![[r#"
        error[notation]: the XML cannot be read: the document does not have a root node
         --> model.dmn
    "#]],
    );
    check_faults(
        "<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\"/>",
        &expect![[r#"
        error[notation]: the namespace `http://www.omg.org/spec/DMN/20151101/dmn.xsd` is no version of DMN that is read
         --> model.dmn:1:2
          |
        1 | <definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>
          |  ^^^^^^^^^^^
        help: DMN 1.3, 1.4 and 1.5 are read: `definitions` in the namespace https://www.omg.org/spec/DMN/20230324/MODEL/ or an older one
    "#]],
    );
    check_faults(
        "<html/>",
        &expect![[r#"
        error[notation]: `html` is no DMN model
         --> model.dmn:1:2
          |
        1 | <html/>
          |  ^^^^
        help: DMN 1.3, 1.4 and 1.5 are read: `definitions` in the namespace https://www.omg.org/spec/DMN/20230324/MODEL/ or an older one
    "#]],
    );
    check_faults(
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<x>&b;</x>",
        &expect![[r#"
            error[notation]: the XML cannot be read: XML with DTD detected
             --> model.dmn
            help: take the document type definition out; a model needs none
        "#]],
    );
    let table = "<decision name=\"d\" id=\"d1\"><decisionTable hitPolicy=\"BEST\">\
        <input><inputExpression><text>1</text></inputExpression></input><output/>\
        <rule><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>\n\
        <inputData/>";
    check_faults(
        &document("urn:test", table),
        &expect![[r#"
        error[notation]: the rule has 0 and 1 entries, but the table has 1 inputs and 1 outputs
         --> model.dmn:2:134
          |
        2 | …ext></inputExpression></input><output/><rule><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>
          |                                          ^^^^

        error[hit-policy]: there is no hit policy `BEST`
         --> model.dmn:2:43
          |
        2 | <decision name="d" id="d1"><decisionTable hitPolicy="BEST"><input><inputExpression><text>1</text></inputExpression></input><output/><rule><o…
          |                                           ^^^^^^^^^^^^^^^^

        error[notation]: `inputData` has no name
         --> model.dmn:3:2
          |
        3 | <inputData/>
          |  ^^^^^^^^^
    "#]],
    );
    let circle = "<decision name=\"a\" id=\"a\">\
        <informationRequirement><requiredDecision href=\"#b\"/></informationRequirement>\
        <literalExpression><text>b</text></literalExpression></decision>\
        <decision name=\"b\" id=\"b\">\
        <informationRequirement><requiredDecision href=\"#a\"/></informationRequirement>\
        <literalExpression><text>a</text></literalExpression></decision>";
    check_faults(
        &document("urn:test", circle),
        &expect![[r##"
        error[cycle]: decisions require each other in a circle: `a` → `b` → `a`
         --> model.dmn:2:17
          · decision a
          |
        2 | <decision name="a" id="a"><informationRequirement><requiredDecision href="#b"/></informationRequirement><literalExpression><text>b</text></l…
          |                 ^
        help: a decision cannot rest on itself; take one of these names out of its logic
    "##]],
    );
}

#[test]
fn faults_of_escaped_texts_point_at_characters_of_the_document() {
    // As many bytes more than the text has as there are bars or lines in it, by chance.
    for text in
        ["<![CDATA[1贤||||||||||||]]>", "<![CDATA[1贤\n\n\n\n\n\n\n\n\n\n\n\n2]]>", "1 贤|||&lt;"]
    {
        let source = document("urn:test", &decision(&literal(text)));
        let program = compile(&[read(&source)]).unwrap();
        assert!(!program.warnings().is_empty(), "{text}");
        for warning in program.warnings() {
            let part = warning.place.span.of(&source);
            assert!(part.is_some_and(|part| part.contains("1")), "{text}: {part:?}");
        }
    }
}

#[test]
fn deep_documents_are_refused_at_once() {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{}{}", open.repeat(levels), close.repeat(levels))
    };
    let nested = decision(&deep("<list>", "</list>", 60));
    let (_, diagnostics) = xml::read("model.dmn", &document("urn:test", &nested));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    let components = deep("<itemComponent name=\"a\">", "</itemComponent>", 60);
    let types = format!("<itemDefinition name=\"t\">{components}</itemDefinition>");
    let (_, diagnostics) = xml::read("model.dmn", &document("urn:test", &types));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    for levels in [1_000, 200_000] {
        let (_, diagnostics) =
            xml::read("model.dmn", &document("urn:test", &deep("<x>", "</x>", levels)));
        assert!(diagnostics.len() <= 1, "{diagnostics:#?}");
    }
}

#[test]
fn a_function_in_a_context_may_call_itself() {
    let factorial = "<context>\
        <contextEntry><variable name=\"fact\"/><functionDefinition>\
          <formalParameter name=\"n\" typeRef=\"number\"/>\
          <literalExpression><text>if n &lt;= 1 then 1 else n * fact(n - 1)</text></literalExpression>\
        </functionDefinition></contextEntry>\
        <contextEntry><literalExpression><text>fact(5)</text></literalExpression></contextEntry></context>";
    check(&decision(factorial), &[], &expect!["120"]);
    let text = "{g: function(x) x, f: function(x) if x = 0 then 0 else g(f(x - 1)) + 1, y: f(3)}.y";
    check(&decision(&literal(text)), &[], &expect!["3"]);
    check(&decision(&literal("(function(x, y) x - y)(y: 1, x: 3)")), &[], &expect!["2"]);
    check(&decision(&literal("sort([3,1,2], function(x,y) x &lt; y)")), &[], &expect!["[1, 2, 3]"]);
    check(&decision(&literal("function(x: number) x + 1")), &[], &expect!["function(...)"]);
    check(
        &decision(&literal("(function(x: number) x + 1)(\"a\")")),
        &[],
        &expect!["null: the value is a string, but number is wanted"],
    );
    check(
        &decision(&literal("(function(x) external {java: {class: \"X\"}})(1)")),
        &[],
        &expect!["null: external functions (Java, PMML) are refused"],
    );
}

#[test]
fn functions_in_java_are_refused_wherever_they_are_called() {
    let content = "<businessKnowledgeModel name=\"f\" id=\"f\"><encapsulatedLogic kind=\"Java\">\
        <formalParameter name=\"x\" typeRef=\"number\"/>\
        <context><contextEntry><variable name=\"class\"/><literalExpression><text>\"java.lang.Math\"</text></literalExpression></contextEntry></context>\
      </encapsulatedLogic></businessKnowledgeModel>\
      <decision name=\"d\" id=\"d1\">\
        <knowledgeRequirement><requiredKnowledge href=\"#f\"/></knowledgeRequirement>\
        <literalExpression><text>f(0) + 1</text></literalExpression></decision>";
    check(content, &[], &expect!["null: external functions (Java, PMML) are refused"]);
}

#[test]
fn large_models_take_no_time_out_of_proportion() {
    let mut content = String::new();
    for number in 0..5_000 {
        content.push_str(&format!(
            "<itemDefinition name=\"t {number}\"><itemComponent name=\"a part {number}\">\
             <typeRef>number</typeRef></itemComponent></itemDefinition>\
             <decision name=\"a decision {number}\" id=\"d{number}\">\
             <literalExpression><text>{number}</text></literalExpression></decision>"
        ));
    }
    let program = program(&content);
    assert_eq!(value(&program, "a decision 4711", &[]), Value::from(4711));
    let (_, diagnostics) =
        xml::read("model.dmn", &document("urn:test", &"<decision name=\"d\"/>".repeat(50_000)));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
}

#[test]
fn a_cell_that_cannot_be_evaluated_does_not_match() {
    let table = |policy: &str| {
        format!(
            "<inputData name=\"x\" id=\"i\"><variable name=\"x\"/></inputData>\
             <decision name=\"d\" id=\"d1\">\
             <informationRequirement><requiredInput href=\"#i\"/></informationRequirement>\
             <decisionTable{policy}>\
             <input><inputExpression><text>x</text></inputExpression></input><output/>\
             <rule><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>\
             <rule><inputEntry><text>&lt; missing</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>\
             <rule><inputEntry><text>\"a\", \"b\"</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>\
             <rule><inputEntry><text>not(\"c\")</text></inputEntry><outputEntry><text>4</text></outputEntry></rule>\
             </decisionTable></decision>"
        )
    };
    let first = table(" hitPolicy=\"FIRST\"");
    check(&first, &[("x", 4.into())], &expect!["1"]);
    check(&first, &[("x", "a".into())], &expect!["3"]);
    check(&first, &[("x", "c".into())], &expect!["null"]);
    let sum = table(" hitPolicy=\"COLLECT\" aggregation=\"SUM\"");
    check(&sum, &[("x", "b".into())], &expect!["7"]);
    check(&table(""), &[("x", "b".into())], &expect!["null: rules `3`, `4` of `d` match at once"]);
}

#[test]
fn texts_mean_what_the_standard_says() {
    let names = [
        "a",
        "a b",
        "Years - Domestic",
        "date of birth",
        "not ok",
        "for the record",
        "x+y",
        "it's",
        "in the end",
        "f/g",
    ];
    let mut content = String::new();
    let mut requirements = String::new();
    let mut given = Vec::new();
    for (number, name) in (1..).zip(names) {
        content.push_str(&format!(
            "<inputData name=\"{name}\" id=\"i{number}\"><variable name=\"{name}\" typeRef=\"Any\"/></inputData>"
        ));
        requirements.push_str(&format!(
            "<informationRequirement><requiredInput href=\"#i{number}\"/></informationRequirement>"
        ));
        given.push((name, Value::from(number)));
    }
    let check = |text: &str, expected: Expect| {
        let d =
            format!("<decision name=\"d\" id=\"d1\">{requirements}{}</decision>", literal(text));
        check(&format!("{content}{d}"), &given, &expected);
    };
    check("[a, a b, a  b + a, Years - Domestic, Years-Domestic]", expect!["[1, 2, 3, 3, 3]"]);
    check(
        "[date of birth, not ok, for the record, x+y, x + y, it's, in the end, f/g]",
        expect!["[4, 5, 6, 7, 7, 8, 9, 10]"],
    );
    check("{a c: 1, r: a c + a b}.r", expect!["3"]);
    check("for a d in [1,2] return a d + a", expect!["[2, 3]"]);
    check("[{a b: 5}][a b = 5]", expect![[r#"[{"a b": 5}]"#]]);
    check("if a=1 then a b else a", expect!["2"]);
    check("a in (a b, 1)", expect!["true"]);
    check("some q r in [1,2] satisfies q r > a", expect!["true"]);
    check("date(\"2020-01-01\").year + a", expect!["2021"]);
    check("function(p q: number) p q + a b", expect!["function(...)"]);
    check("(function(p q: number) p q + a b)(3)", expect!["5"]);
    check("(function(p q: number) p q + a b)(p q: 3)", expect!["5"]);
    check("[1,2,3][item >= 2 and item != a b]", expect!["[3]"]);
    check("[a..for the record]", expect!["[1..6]"]);
    check("a between 0 and a b", expect!["true"]);
    check("-a b", expect!["-2"]);
    check("3 in [1..a b]", expect!["false"]);
    check("[[1,2],[3]][1][2]", expect!["2"]);
    check("{\"x y\": 1}.x y", expect!["1"]);
    check("range(\"[1..3]\").end included", expect!["true"]);
    check("get value({a b: 3}, \"a b\")", expect!["3"]);
    check("[{x: [1,2]}, {x: [3]}].x", expect!["[[1, 2], [3]]"]);
    check("every x in [1,2], y in [x] satisfies x = y", expect!["true"]);
    check("for i in 1..3, j in i..2 return i*j", expect!["[1, 2, 4, 9, 6]"]);
    check("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", expect!["[1, 1, 2, 6, 24]"]);
    check("1 instance of number", expect!["true"]);
    check("[1] instance of list&lt;number&gt;", expect!["true"]);
    check("@\"2020-01-01\" instance of date and time", expect!["false"]);
    check("(function(x: number) x) instance of function&lt;number&gt; -&gt; Any", expect!["true"]);
    check("{a: 1} instance of context&lt;a: number&gt;", expect!["true"]);
    check("null instance of Null", expect!["true"]);
    check("{f: function() 3}.f()", expect!["3"]);
    check("[function(x) x + 1][1](2)", expect!["3"]);
    check("\"a\" &lt; 1", expect!["null: `<` cannot compare a string with a number"]);
    check(
        "[1,2] = [1,2] and {a: 1} = {a: 1} and not(1 = \"1\")",
        expect!["null: `=` cannot compare a number with a string"],
    );
    check("1 = \"1\"", expect!["null: `=` cannot compare a number with a string"]);
    check("if null then 1 else 2", expect!["2"]);
    check("if \"x\" then 1 else 2", expect!["2"]);
    check("count(null)", expect!["null: `count`: the argument `list` is null"]);
    check("10 / 0", expect!["null: division by zero"]);
    check("2 ** -1", expect!["0.5"]);
    check("-2 ** 2", expect!["4"]);
    check("\"x\" + 1", expect!["null: `+` cannot add a string and a number"]);
    check("{a: 1, b: a + 1, c: {a: 5, d: a + b}}", expect!["{a: 1, b: 2, c: {a: 5, d: 7}}"]);
    check("[1,2,3][-1]", expect!["3"]);
    check("[1,2,3][0]", expect!["null: there is no item 0 in a list of 3"]);
    check("5[1]", expect!["5"]);
    check("5[item > 3]", expect!["[5]"]);
    check("null[1]", expect!["null: there is no item 1 in a list of 0"]);
    check("{a: null}.a.b", expect!["null: null has no property `b`"]);
}
