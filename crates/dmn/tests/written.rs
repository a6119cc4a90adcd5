//! Models that are written as DMN XML: nothing is lost, and the values are the same.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

mod kit;

use std::fs;
use std::path::{Path, PathBuf};

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::Diagnostic;
use dmn::markdown;
use dmn::model::{Logic, Model};
use dmn::program::{Limits, Program};
use dmn::xml::{self, Version};
use feel::temporal::DateTime;
use feel::{Type, Value};
use roxmltree::{Document, Node};

fn read(source: &str) -> Model {
    let (model, diagnostics) = xml::read("model.dmn", source);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}\n{source}");
    model
}

/// Reads what is written of a model.
fn again(model: &Model) -> Model {
    read(&xml::write(model, None).unwrap())
}

/// Everything that a document says, a line for each element, text and comment.
fn said(source: &str) -> Vec<String> {
    let document = Document::parse(source).unwrap();
    let mut lines = Vec::new();
    say(document.root_element(), 0, &mut lines);
    lines
}

/// A model with everything that has no effect on a decision.
const EVERYTHING: &str = r##"<?xml version="1.0"?>
<!-- Made by hand: Kaffee & Kuchen -->
<d:definitions xmlns:d="https://www.omg.org/spec/DMN/20230324/MODEL/"
    xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
    xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/"
    xmlns:feel="https://www.omg.org/spec/DMN/20230324/FEEL/"
    xmlns="urn:other:default" xmlns:t="urn:tool" xmlns:dc2="urn:unused"
    id="_d" name="Fees  of a   library" namespace="urn:library" exporter="A tool"
    expressionLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/" t:logo="1&#10;2">
  <d:description>  Fees,
    by age &lt;and&gt; status </d:description>
  <d:extensionElements><note t:a="b">one <b>two</b> three</note><t:empty/></d:extensionElements>
  <d:import id="_i" name="Law" namespace="urn:law" locationURI="law.dmn"
      importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
  <d:itemDefinition id="_t" name="tReader" isCollection="false" label="Reader">
    <d:description>A reader</d:description>
    <d:itemComponent id="_t1" name="full  name"><d:typeRef>feel:string</d:typeRef></d:itemComponent>
    <d:itemComponent id="_t2" name="age"><d:typeRef>number</d:typeRef>
      <d:allowedValues id="_t3"><d:text> [0..150] </d:text></d:allowedValues>
      <d:typeConstraint id="_t4"><d:text>&gt;= 0</d:text></d:typeConstraint></d:itemComponent>
  </d:itemDefinition>
  <d:itemDefinition name="tFee" id="_t5"><d:functionItem outputTypeRef="number">
    <d:parameters name="age" typeRef="number" id="_t6"/></d:functionItem></d:itemDefinition>
  <d:decision id="_d2" name="Fee">
    <d:description>What a reader pays</d:description>
    <d:question>How much?</d:question>
    <d:allowedAnswers>0 to 10</d:allowedAnswers>
    <d:variable id="_v2" name="Fee" typeRef="number" label="fee"/>
    <d:informationRequirement id="_r1" t:colour="red"><d:requiredInput href="#_in"/></d:informationRequirement>
    <d:informationRequirement id="_r2"><d:description>why</d:description><d:requiredDecision href="#_d3"/></d:informationRequirement>
    <d:knowledgeRequirement id="_r3"><d:requiredKnowledge href="#_k"/></d:knowledgeRequirement>
    <d:authorityRequirement id="_r4"><d:requiredAuthority href="#_s"/></d:authorityRequirement>
    <d:decisionOwner href="#_o"/>
    <d:decisionTable id="_dt" hitPolicy="COLLECT" aggregation="MAX" outputLabel="Fee"
        preferredOrientation="Rule-as-Row">
      <d:input id="_c1" label="age"><d:inputExpression id="_e1" typeRef="number"><d:text>Reader.age</d:text></d:inputExpression>
        <d:inputValues id="_iv"><d:text>[0..150]</d:text></d:inputValues></d:input>
      <d:output id="_c2" name="Fee" label="Euro" typeRef="number"><d:outputValues id="_ov"><d:text>0, 5, 10</d:text></d:outputValues>
        <d:defaultOutputEntry id="_do"><d:text>0</d:text></d:defaultOutputEntry></d:output>
      <d:annotation name="why"/>
      <!-- children -->
      <d:rule id="_ru1"><d:description>Children</d:description>
        <d:inputEntry id="_ie"><d:text>&lt; 18</d:text></d:inputEntry>
        <d:outputEntry id="_oe" expressionLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/"><d:text>0</d:text></d:outputEntry>
        <d:annotationEntry><d:text>sec. 1</d:text></d:annotationEntry></d:rule>
      <d:rule><d:inputEntry><d:text>-</d:text></d:inputEntry>
        <d:outputEntry><d:text>fee_of(Reader.age) + Base</d:text></d:outputEntry></d:rule>
    </d:decisionTable>
  </d:decision>
  <d:inputData id="_in" name="Reader"><d:extensionElements><t:x/></d:extensionElements>
    <d:variable id="_v1" name="Reader" typeRef="tReader"/></d:inputData>
  <d:knowledgeSource id="_s" name="Statute" locationURI="urn:statute">
    <d:authorityRequirement id="_r5"><d:requiredAuthority href="#_s2"/></d:authorityRequirement>
    <d:type>law</d:type><d:owner href="#_o"/></d:knowledgeSource>
  <d:knowledgeSource id="_s2" name="Constitution"/>
  <d:decision id="_d3" name="Base">
    <d:context id="_cx" typeRef="number">
      <d:contextEntry id="_ce1"><d:description>the list</d:description><d:variable id="_v3" name="steps" typeRef="Any"/>
        <d:list id="_l"><d:literalExpression id="_l1"><d:text>1</d:text></d:literalExpression>
          <d:conditional id="_co" label="or"><d:if id="_if"><d:literalExpression><d:text>true</d:text></d:literalExpression></d:if>
            <d:then><d:literalExpression><d:text>2</d:text></d:literalExpression></d:then><d:else/></d:conditional>
          <d:literalExpression id="_l3" expressionLanguage="urn:lua"><d:text>x</d:text></d:literalExpression>
          <d:filter><d:in typeRef="Any"><d:relation><d:column id="_co1" name="a"/><d:row id="_ro"><d:literalExpression typeRef="number"><d:text>3</d:text></d:literalExpression></d:row></d:relation></d:in>
            <d:match><d:literalExpression><d:text>a &gt; 1</d:text></d:literalExpression></d:match></d:filter>
          <d:for iteratorVariable="i"><d:in><d:literalExpression><d:text>[1]</d:text></d:literalExpression></d:in><d:return><d:literalExpression><d:text>i</d:text></d:literalExpression></d:return></d:for>
          <d:functionDefinition kind="Java"><d:context/></d:functionDefinition>
        </d:list></d:contextEntry>
      <d:contextEntry><d:invocation id="_iv2"><d:literalExpression><d:text>max</d:text></d:literalExpression>
        <d:binding><d:parameter name="list" id="_p"/><d:literalExpression><d:text>[steps[1], steps[2]]</d:text></d:literalExpression></d:binding></d:invocation></d:contextEntry>
    </d:context>
  </d:decision>
  <d:businessKnowledgeModel id="_k" name="fee_of"><d:variable name="fee_of" id="_v4"/>
    <d:encapsulatedLogic id="_f" kind="FEEL"><d:formalParameter id="_fp" name="age" typeRef="number"/>
      <d:literalExpression id="_le"><d:text>if age &gt; 65 then 5
  else 10</d:text></d:literalExpression></d:encapsulatedLogic>
    <d:authorityRequirement><d:requiredAuthority href="#_s"/></d:authorityRequirement></d:businessKnowledgeModel>
  <d:decisionService id="_ds" name="Fees"><d:variable name="Fees" id="_v5"/><d:outputDecision href="#_d2"/>
    <d:encapsulatedDecision href="#_d3"/><d:inputData href="#_in"/></d:decisionService>
  <d:textAnnotation id="_a" textFormat="text/plain"><d:text>Look here</d:text></d:textAnnotation>
  <d:association id="_as" associationDirection="One"><d:sourceRef href="#_d2"/><d:targetRef href="#_a"/></d:association>
  <d:group id="_g" name="All"/>
  <d:elementCollection id="_ec" name="Some"><d:drgElement href="#_d2"/></d:elementCollection>
  <d:performanceIndicator id="_pi" name="Use" URI="urn:use"><d:impactingDecision href="#_d2"/></d:performanceIndicator>
  <d:organizationUnit id="_o" name="Library"><d:decisionOwned href="#_d2"/></d:organizationUnit>
  <dmndi:DMNDI><dmndi:DMNDiagram id="_dd" name="DRG" useAlternativeInputDataShape="false">
    <dmndi:Size width="1" height="2"/>
    <dmndi:DMNShape id="_sh" dmnElementRef="_d2" isCollapsed="false"><dc:Bounds x="1" y="2.5" width="3" height="4"/>
      <dmndi:DMNLabel/></dmndi:DMNShape>
    <dmndi:DMNEdge id="_ed" dmnElementRef="_r1"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/></dmndi:DMNEdge>
  </dmndi:DMNDiagram></dmndi:DMNDI>
</d:definitions>
"##;

#[test]
fn everything_that_has_no_effect_is_kept() {
    let model = read(EVERYTHING).without_places();
    let written = xml::write(&model, None).unwrap();
    assert_eq!(
        said(&written).join(
            "
"
        ),
        said(EVERYTHING).join(
            "
"
        )
    );
    assert!(written.contains(
        "<!-- Made by hand: Kaffee & Kuchen -->
<definitions xmlns="
    ));
    assert_eq!(read(&written).without_places(), model);
    // Writing again changes not a byte.
    assert_eq!(xml::write(&read(&written), None).unwrap(), written);
}

#[test]
fn the_model_alone_has_all_that_has_an_effect() {
    let model = read(EVERYTHING);
    let alone = Model { remainder: None, ..model.clone() };
    let again = read(&xml::write(&alone, None).unwrap());
    let without = |model: Model| Model { remainder: None, ..model.without_places() };
    let mut expected = without(model);
    // A function in another language is a part of the remainder.
    for section in &mut expected.sections {
        let logic = section.element.as_mut().and_then(|element| element.logic.as_mut());
        if let Some(Logic::Typed(inner, _)) = logic
            && let Logic::Context(entries) = &mut **inner
            && let Some(Logic::List(items)) = entries.first_mut().map(|entry| &mut entry.value)
        {
            items.retain(|item| !matches!(item, Logic::External(_)));
        }
    }
    let again = without(again);
    assert_eq!(again, expected);
}

#[test]
fn another_version_is_written_if_it_has_the_elements() {
    let model = read(EVERYTHING);
    let error = xml::write(&model, Some(Version::V1_3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "DMN 1.3 has no `typeConstraint`; it is written in DMN 1.5 or newer"
    );
    let older = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
        xmlns:di="https://www.omg.org/spec/DMN/20191111/DMNDI/" id="d" name="n" namespace="urn:n"
        typeLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">
        <decision id="_1" name="one"><literalExpression><text>1</text></literalExpression>
        </decision><di:DMNDI/></definitions>"#;
    let model = read(older);
    assert_eq!(said(&xml::write(&model, None).unwrap()), said(older));
    let newer = xml::write(&model, Some(Version::V1_5)).unwrap();
    assert_eq!(said(&newer).join("\n"), said(older).join("\n").replace("20191111", "20230324"));
    let back = xml::write(&read(&newer), Some(Version::V1_3)).unwrap();
    assert_eq!(said(&back), said(older));
}

#[test]
fn elements_nested_too_deeply_are_a_fault() {
    for levels in [150, 250, 100_000] {
        let source = format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="n"
            namespace="urn:n"><extensionElements>{}{}</extensionElements></definitions>"#,
            "<a>".repeat(levels),
            "</a>".repeat(levels)
        );
        let (model, faults) = xml::read("deep.dmn", &source);
        assert_eq!(faults.is_empty(), levels < 200, "{levels}: {faults:?}");
        if faults.is_empty() {
            assert_eq!(said(&xml::write(&model, None).unwrap()), said(&source));
        }
    }
}

fn say(node: Node<'_, '_>, level: usize, lines: &mut Vec<String>) {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<&str>>().join(" ");
    if node.is_element() {
        let mut attributes: Vec<String> = node
            .attributes()
            .map(|attribute| {
                let value = spaced(attribute.value());
                let value = value.strip_prefix("feel:").unwrap_or(&value);
                let namespace = attribute.namespace().unwrap_or_default();
                format!("{{{namespace}}}{}={value}", attribute.name())
            })
            .collect();
        attributes.sort();
        let name = node.tag_name();
        let namespace = name.namespace().unwrap_or_default();
        lines.push(format!("{level} {{{namespace}}}{} {attributes:?}", name.name()));
        node.children().for_each(|child| say(child, level + 1, lines));
    } else if let Some(text) = node.text().filter(|text| !text.trim().is_empty()) {
        let text = text.trim();
        lines.push(format!("{level} {}", text.strip_prefix("feel:").unwrap_or(text)));
    }
}

#[test]
fn models_of_the_kit_are_written_without_loss() {
    let Some(folder) = kit::folder() else { return };
    let mut files = Vec::new();
    kit::find(&folder, "dmn", &mut files);
    assert!(!files.is_empty());
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let model = read(&source).without_places();
        let written = xml::write(&model, None).unwrap();
        let (before, after) = (said(&source), said(&written));
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "{}", file.display());
        }
        assert_eq!(before.len(), after.len(), "{}", file.display());
        assert!(read(&written).without_places() == model, "another model: {}", file.display());
    }
}

#[test]
fn cases_of_the_kit_are_decided_alike_by_what_is_written() {
    let Some(folder) = kit::folder() else { return };
    let now = DateTime::parse("2026-11-23T12:00:00Z").unwrap();
    let mut cases = 0;
    for (name, file, suite) in kit::suites(&folder) {
        let model = file.with_file_name(&suite.model);
        let (read, written) =
            (kit::load(&model, &|model| model), kit::load(&model, &|m| again(&m)));
        for case in &suite.cases {
            let verdict = |program| case.run(program, Limits::default(), Some(&now));
            assert_eq!(verdict(&read), verdict(&written), "{name} {}", case.id);
            cases += 1;
        }
    }
    assert!(cases > 0);
}

// Models of other tools as literate Markdown.

/// Reads the Markdown of a model.
fn by_markdown(model: &Model) -> Model {
    let text = markdown::write(model);
    let (again, diagnostics) = markdown::read("model.md", &text);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}\n{text}");
    assert_eq!(markdown::write(&again), text);
    again
}

#[test]
fn models_of_the_kit_are_written_as_markdown_without_loss() {
    let Some(folder) = kit::folder() else { return };
    let mut files = Vec::new();
    kit::find(&folder, "dmn", &mut files);
    let (mut native, mut elements) = (0, 0);
    for file in files {
        let model = read(&fs::read_to_string(&file).unwrap());
        let again = by_markdown(&model);
        assert!(again.without_places() == model.clone().without_places(), "{}", file.display());
        let text = markdown::write(&model);
        native += text.lines().filter(|line| line.starts_with("## ") && line.contains('→')).count();
        elements += model.elements().count();
    }
    println!("{native} of {elements} elements have a section of their own");
    assert!(native * 10 > elements * 8, "{native} of {elements}");
}

#[test]
fn cases_of_the_kit_are_decided_alike_by_markdown() {
    let Some(folder) = kit::folder() else { return };
    let now = DateTime::parse("2026-11-23T12:00:00Z").unwrap();
    for (name, file, suite) in kit::suites(&folder) {
        let model = file.with_file_name(&suite.model);
        let read = kit::load(&model, &|model| model);
        let written = kit::load(&model, &|model| by_markdown(&model));
        for case in &suite.cases {
            let verdict = |program| case.run(program, Limits::default(), Some(&now));
            assert_eq!(verdict(&read), verdict(&written), "{name} {}", case.id);
        }
    }
}

#[test]
fn everything_is_kept_in_markdown() {
    let model = read(EVERYTHING);
    assert_eq!(by_markdown(&model).without_places(), model.clone().without_places());
    assert_eq!(said(&xml::write(&by_markdown(&model), None).unwrap()), said(EVERYTHING));
    expect_test::expect_file!["written/everything.md"].assert_eq(&markdown::write(&model));
}

#[test]
fn what_is_changed_in_markdown_is_changed_in_xml() {
    let text = markdown::write(&read(EVERYTHING));
    let changed = text.replace("if age > 65 then 5", "if age > 60 then 4");
    assert_ne!(changed, text);
    let (model, faults) = markdown::read("model.md", &changed);
    assert!(faults.is_empty(), "{faults:#?}");
    let expected = EVERYTHING.replace("if age &gt; 65 then 5", "if age &gt; 60 then 4");
    assert_eq!(said(&xml::write(&model, None).unwrap()), said(&expected));
}

#[test]
fn a_block_that_is_no_rest_of_a_document_is_a_fault() {
    let text = markdown::write(&read(EVERYTHING));
    let cases = [
        (text.replace("<definitions ", "<definitions <"), "the XML cannot be read"),
        (text.replace("20230324/MODEL/", "20010101/MODEL/"), "no `definitions` of DMN"),
        (format!("{text}\n```dmn\n```\n"), "a second block is marked `dmn`"),
        (text.replace("## DMN XML\n", "Lost prose.\n\n## DMN XML\n"), "has no place for"),
        (text.replace("href=\"#_o\"", ""), ""),
    ];
    for (changed, message) in cases {
        assert_ne!(changed, text, "{message}");
        let (_, faults) = markdown::read("model.md", &changed);
        let found = faults.iter().any(|fault| fault.is_error() && fault.message.contains(message));
        assert_eq!(found, !message.is_empty(), "{message}: {faults:#?}");
    }
}

// Literate documents.

/// The rule documents of all packs, each with its file.
fn documents() -> Vec<(String, Model)> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = Vec::new();
    kit::find(&packs, "md", &mut files);
    files.sort();
    assert!(!files.is_empty());
    let document = |file: PathBuf| {
        let source = fs::read_to_string(&file).unwrap();
        let (model, diagnostics) = markdown::read("document.md", &source);
        assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}");
        (file.display().to_string(), model)
    };
    files.into_iter().map(document).collect()
}

#[test]
fn documents_of_packs_come_back_from_xml() {
    for (file, model) in documents() {
        let written = xml::write(&model, None).unwrap();
        // Most tools read the oldest version.
        assert!(written.contains("https://www.omg.org/spec/DMN/20191111/MODEL/"), "{file}");
        let again = read(&written).without_places();
        assert!(again == model.clone().without_places(), "another model: {file}");
        assert_eq!(markdown::write(&again), markdown::write(&model), "{file}");
    }
}

#[test]
fn documents_of_packs_are_decided_alike_by_other_tools() {
    let compile = |model: &Model, mode| {
        let unit = Unit { file: "model".into(), model, role: Role::Main };
        compile_as(&[unit], &[], mode)
    };
    let (mut alone, mut values) = (0, 0);
    for (file, model) in documents() {
        // A document that imports others is decided together with them.
        let Ok(program) = compile(&model, Mode::Strict) else { continue };
        alone += 1;
        // As a tool sees it that does not know our extension elements.
        let written = xml::write(&model, None).unwrap().replace("urn:xianlu:dmn", "urn:other");
        let other = read(&written);
        assert!(other.elements().all(|(_, element)| element.exchange.is_some()));
        let other = compile(&other, Mode::Lenient).unwrap();
        assert_eq!(other.warnings(), [], "{file}");
        let mut chance = Chance(u64::try_from(alone).unwrap());
        for _ in 0..60 {
            let facts: Vec<(String, Value)> = program
                .inputs()
                .iter()
                .map(|input| {
                    let bounded = model
                        .inputs()
                        .any(|data| *data.name.text == *input.name && data.allowed.is_some());
                    let value = chance.value(&input.kind, input.allowed.as_deref(), bounded);
                    (input.name.to_string(), value)
                })
                .collect();
            for decision in program.decisions() {
                let value = |program: &Program| {
                    let given = |name: &str| facts.iter().find(|(known, _)| known == name);
                    let inputs: Vec<Value> = program
                        .inputs()
                        .iter()
                        .map(|input| given(&input.name).map_or(Value::NULL, |(_, v)| v.clone()))
                        .collect();
                    let id = program.decision(&decision.name).unwrap();
                    let evaluation =
                        program.evaluate(&inputs, &[id], Limits::default(), false).unwrap();
                    evaluation.values[id.0].clone().unwrap().to_string()
                };
                let (own, others) = (value(&program), value(&other));
                assert_eq!(own, others, "{file}: `{}` of {facts:?}", decision.name);
                values += usize::from(own != "null");
            }
        }
    }
    println!("{alone} documents, {values} values that are not null");
    assert!(alone > 20 && values > 10_000, "{alone} documents, {values} values");
}

/// Values by chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// A value of a type; a `bounded` number is small.
    fn value(&mut self, kind: &Type, allowed: Option<&[Value]>, bounded: bool) -> Value {
        if let Type::List(item) = kind {
            let count = self.roll(3);
            return Value::list((0..count).map(|_| self.value(item, allowed, bounded)).collect());
        }
        if let Some(allowed) = allowed
            && !allowed.is_empty()
        {
            let place = self.roll(u64::try_from(allowed.len()).unwrap());
            return allowed[usize::try_from(place).unwrap()].clone();
        }
        match kind {
            Type::Number => {
                let scale = if bounded { 1 } else { [1, 10, 1_000, 50_000][self.roll(4) as usize] };
                Value::from(
                    i64::try_from(1 + self.roll(if bounded { 3 } else { 5 }) * scale).unwrap(),
                )
            }
            Type::Boolean => Value::Boolean(self.roll(2) == 0),
            Type::Date => {
                let text = format!(
                    "{}-{:02}-{:02}",
                    1950 + self.roll(77),
                    1 + self.roll(12),
                    1 + self.roll(28)
                );
                Value::Date(feel::temporal::Date::parse(&text).unwrap())
            }
            Type::String => Value::string(["a", "b", ""][self.roll(3) as usize]),
            _ => Value::NULL,
        }
    }
}

const LITERATE: &str = r#"---
id: demo/fees
title: 费用 / Fees <&>
instrument: cn/law
confidence: P
import: demo/base, demo/other
---

Before the first heading.

# 费用 / Fees

## 事实 / Facts

| input | type                           | allowed  |
|-------|--------------------------------|----------|
| age   | number                         | [0..150] |
| langs | list<string>                   |          |
| pairs | list<list<tCode>>              |          |
| who   | context<a: number, b: tCode>   |          |

More prose.

| type  | base         | allowed    |
|-------|--------------|------------|
| tCode | string       | "x", "y|z" |
| tMany | list<string> |            |

## → step(value: number, codes: list<tCode>): number

Half. [cn/other, art. 2]

```feel
value / count(codes)
```

And more.

## 等级 / Grade → grade: context<level: string, fee: number>

| P       | age    | step(age, ["x"]) | level    | fee    | source           | zh   |
|---------|--------|------------------|----------|--------|------------------|------|
| allowed | [0..9] |                  | "A", "B" | 300, 0 |                  |      |
| one     | >= 85  | < 1              | "A"      | 300    | [cn/third, no 1] | 一   |
| 2       | -      | > grade_of       | "B"      | 0      | art. 4           |      |
| default |        |                  | "B"      | 0      |                  | 其他 |

## Grade of → grade_of: number

```feel
for age in [1] return age + (if count(langs) > 1 then who.a else step(age, []))
```
"#;

#[test]
fn a_literate_document_says_in_xml_what_other_tools_need() {
    let source = LITERATE.replace("y|z", "y\\|z");
    let (model, diagnostics) = markdown::read("demo.md", &source);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}");
    let written = xml::write(&model, None).unwrap();
    expect_test::expect_file!["written/literate.dmn"].assert_eq(&written);
    assert_eq!(read(&written).without_places(), model.clone().without_places());
    assert_eq!(markdown::write(&read(&written)), markdown::write(&model));
}

#[test]
fn what_other_tools_add_to_a_literate_document_is_kept() {
    let source = LITERATE.replace("y|z", "y\\|z");
    let (model, _) = markdown::read("demo.md", &source);
    let written = xml::write(&model, None).unwrap();
    let added = written
        .replace(
            "</definitions>",
            r##"<inputData id="_new" name="Colour of it"><variable name="Colour of it"/></inputData>
            <decision id="_d" name="New one"><informationRequirement id="_r">
            <requiredInput href="#_new"/></informationRequirement>
            <literalExpression><text>Colour of it</text></literalExpression></decision>
            <textAnnotation id="_t"><text>Note</text></textAnnotation></definitions>"##,
        )
        .replace("<rule id=\"grade_one\">", "<rule id=\"grade_one\" label=\"seen\">");
    assert!(added.contains("label=\"seen\""));
    let again = read(&added);
    assert_eq!(said(&xml::write(&again, Some(Version::V1_3)).unwrap()), said(&added));
    let names = again.elements().map(|(_, element)| element.name.text.as_str());
    assert_eq!(names.collect::<Vec<&str>>(), ["step", "grade", "grade_of", "New one"]);
    assert_eq!(by_markdown(&again).without_places(), again.clone().without_places());
    expect_test::expect_file!["written/added.md"].assert_eq(&markdown::write(&again));
    assert_eq!(again.imports, read(&written).imports);
}
