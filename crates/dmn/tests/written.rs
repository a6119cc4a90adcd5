//! Models that are written as DMN XML: nothing is lost, and the values are the same.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may panic")]

mod kit;

use std::fs;

use dmn::diagnostic::Diagnostic;
use dmn::model::{Logic, Model};
use dmn::program::Limits;
use dmn::xml::{self, Version};
use feel::temporal::DateTime;
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
        <d:outputEntry><d:text>fee of(Reader.age)
 + Base</d:text></d:outputEntry></d:rule>
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
  <d:businessKnowledgeModel id="_k" name="fee of"><d:variable name="fee of" id="_v4"/>
    <d:encapsulatedLogic id="_f" kind="FEEL"><d:formalParameter id="_fp" name="age" typeRef="number"/>
      <d:literalExpression id="_le"><d:text>if age &gt; 65 then 5 else 10</d:text></d:literalExpression></d:encapsulatedLogic>
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
