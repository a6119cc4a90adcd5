//! XML document to decision model.

use std::sync::Arc;

use feel::Span;
use roxmltree::{Document, Node, ParsingOptions, TextPos};

use super::rest::rest_of;
use super::tree::{self, MAX_LEVELS};
use super::version::Version;
use super::{
    MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_FAULTS, MAX_NODES, Remainder, literate, writer,
};
use crate::diagnostic::{Code, Diagnostic, Place, quote};
use crate::model::{
    Block, DecisionService, Element, Exchange, FunctionItem, InputData, ItemDefinition, Logic,
    Model, Parameter, PrefixedImport, Reference, Requirement, RequirementKind, Section, Text,
    Title,
};

/// Reads a DMN XML document. `file` names it in the faults.
pub fn read(file: impl Into<Arc<str>>, source: &str) -> (Model, Vec<Diagnostic>) {
    let mut reader = Reader { file: file.into(), namespace: "", faults: Vec::new() };
    let model = reader.document(source);
    (model, reader.faults)
}

/// What reading needs beside the node at hand.
pub(super) struct Reader {
    file: Arc<str>,
    /// The namespace of the model's elements.
    namespace: &'static str,
    faults: Vec<Diagnostic>,
}

impl Reader {
    fn document(&mut self, source: &str) -> Model {
        if source.len() > MAX_BYTES {
            let message = format!("the document has {} bytes, more than {MAX_BYTES}", source.len());
            self.error(Code::Limit, Span::default(), message);
            return Model::default();
        }
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = match Document::parse_with_options(source, options) {
            Ok(document) => document,
            Err(error) => {
                self.parse_error(source, &error);
                return Model::default();
            }
        };
        let root = document.root_element();
        let uri = root.tag_name().namespace().unwrap_or_default();
        let Some(version) = Version::of_namespace(uri) else {
            let message = match root.tag_name().name() {
                "definitions" => {
                    format!("the namespace {} is no version of DMN that is read", quote(uri))
                }
                name => format!("{} is no DMN model", quote(name)),
            };
            let place = self.place(name_span(root));
            self.push(Diagnostic::error(Code::Notation, place, message).with_help(
                "DMN 1.3, 1.4 and 1.5 are read: `definitions` in the namespace \
                 https://www.omg.org/spec/DMN/20230324/MODEL/ or an older one",
            ));
            return Model::default();
        };
        self.namespace = version.uri("");
        if root.tag_name().name() != "definitions" {
            let message =
                format!("{} stands where `definitions` should", quote(root.tag_name().name()));
            self.error(Code::Notation, name_span(root), message);
            return Model::default();
        }
        let mut model = self.definitions(root);
        match tree::read(root) {
            Ok(tree) => {
                let is_literate = literate::restore(&mut model, &tree);
                let rest = rest_of(&tree, &writer::tree(&model, &[], version, is_literate));
                let before = comments_before(root);
                if !is_literate || !rest.is_bare() || !before.is_empty() {
                    let remainder = Remainder { version, is_literate, before, rest };
                    model.remainder = Some(Box::new(remainder));
                }
            }
            Err(span) => {
                let message = format!("elements are nested more than {MAX_LEVELS} levels deep");
                self.error(Code::Limit, span, message);
            }
        }
        model
    }

    fn parse_error(&mut self, source: &str, error: &roxmltree::Error) {
        let at = offset(source, error.pos());
        let code = match error {
            roxmltree::Error::NodesLimitReached | roxmltree::Error::EntityReferenceLoop(_) => {
                Code::Limit
            }
            _ => Code::Notation,
        };
        let place = self.place(Span::new(at, at));
        let diagnostic = Diagnostic::error(code, place, format!("the XML cannot be read: {error}"));
        self.push(match error {
            roxmltree::Error::DtdDetected => {
                diagnostic.with_help("take the document type definition out; a model needs none")
            }
            _ => diagnostic,
        });
    }

    fn definitions(&mut self, root: Node<'_, '_>) -> Model {
        let name = self.name(root);
        let mut model = Model {
            id: root.attribute("id").unwrap_or_default().to_owned(),
            title: title(root, &name),
            namespace: root.attribute("namespace").map(str::to_owned),
            ..Model::default()
        };
        let mut inputs = Vec::new();
        let mut types = Vec::new();
        let mut elements = Vec::new();
        for (number, child) in root.children().filter(Node::is_element).enumerate() {
            if number >= MAX_ELEMENTS {
                let message = format!("the model has more than {MAX_ELEMENTS} elements");
                self.error(Code::Limit, name_span(child), message);
                break;
            }
            match self.tag(child) {
                "import" => model.prefixed.push(PrefixedImport {
                    prefix: self.attribute(child, "name").unwrap_or_default(),
                    namespace: self.attribute(child, "namespace").unwrap_or_default(),
                }),
                "itemDefinition" => types.push(self.item_definition(child, 0)),
                "inputData" => inputs.push(self.input_data(child)),
                "decision" => elements.push(self.decision(child)),
                "businessKnowledgeModel" => elements.push(self.knowledge(child)),
                "decisionService" => model.services.push(self.service(child)),
                _ => {}
            }
        }
        model.sections.push(Section {
            blocks: vec![Block::Types(types), Block::Inputs(inputs)],
            ..Section::default()
        });
        model.sections.extend(elements);
        model
    }

    fn input_data(&mut self, node: Node<'_, '_>) -> InputData {
        InputData {
            name: self.name(node),
            kind: self.variable_type(node),
            allowed: None,
            id: node.attribute("id").unwrap_or_default().to_owned(),
        }
    }

    fn item_definition(&mut self, node: Node<'_, '_>, depth: usize) -> ItemDefinition {
        if depth > MAX_DEPTH {
            let message = format!("components are nested more than {MAX_DEPTH} levels deep");
            self.error(Code::Limit, name_span(node), message);
            return ItemDefinition::default();
        }
        let mut item = ItemDefinition {
            name: self.name(node),
            collection: matches!(node.attribute("isCollection"), Some("true" | "1")),
            base: self.attribute(node, "typeRef").map(type_reference).unwrap_or_default(),
            ..ItemDefinition::default()
        };
        for child in node.children().filter(Node::is_element) {
            match self.tag(child) {
                "typeRef" => item.base = type_reference(content(child)),
                "allowedValues" => item.allowed = self.tests(child),
                "typeConstraint" => item.constraint = self.tests(child),
                "itemComponent" => item.components.push(self.item_definition(child, depth + 1)),
                "functionItem" => {
                    let parameters = self.children(child, "parameters");
                    item.function = Some(FunctionItem {
                        parameters: parameters.into_iter().map(|p| self.parameter(p)).collect(),
                        result: self
                            .attribute(child, "outputTypeRef")
                            .map(type_reference)
                            .unwrap_or_else(|| Text::new("Any")),
                    });
                }
                _ => {}
            }
        }
        item
    }

    fn decision(&mut self, node: Node<'_, '_>) -> Section {
        let name = self.name(node);
        let exchange = self.exchange(node);
        let mut logic = None;
        for child in node.children().filter(Node::is_element) {
            if Reader::is_expression(self.tag(child)) {
                logic = Some(self.expression(child, 0));
            }
        }
        // A decision without logic is null.
        let logic = logic.unwrap_or(Logic::Nothing(name_span(node)));
        let element = Element {
            result: self.variable_type(node),
            name: name.clone(),
            parameters: None,
            logic: Some(logic),
            exchange: Some(exchange),
        };
        section(node, &name, element)
    }

    fn knowledge(&mut self, node: Node<'_, '_>) -> Section {
        let name = self.name(node);
        let exchange = self.exchange(node);
        let mut logic = Logic::Nothing(name_span(node));
        let mut parameters = Vec::new();
        if let Some(function) = self.child(node, "encapsulatedLogic") {
            (parameters, logic) = self.function_parts(function, 0);
        }
        let element = Element {
            result: self.variable_type(node),
            name: name.clone(),
            parameters: Some(parameters),
            logic: Some(logic),
            exchange: Some(exchange),
        };
        section(node, &name, element)
    }

    fn service(&mut self, node: Node<'_, '_>) -> DecisionService {
        DecisionService {
            name: self.name(node),
            id: node.attribute("id").unwrap_or_default().to_owned(),
            result: self.variable_type(node),
            outputs: self.references(node, "outputDecision"),
            encapsulated: self.references(node, "encapsulatedDecision"),
            input_decisions: self.references(node, "inputDecision"),
            input_data: self.references(node, "inputData"),
        }
    }

    fn exchange(&mut self, node: Node<'_, '_>) -> Exchange {
        const KINDS: [(&str, RequirementKind); 3] = [
            ("requiredInput", RequirementKind::Input),
            ("requiredDecision", RequirementKind::Decision),
            ("requiredKnowledge", RequirementKind::Knowledge),
        ];
        let mut requires = Vec::new();
        for requirement in node.children().filter(Node::is_element) {
            if !matches!(self.tag(requirement), "informationRequirement" | "knowledgeRequirement") {
                continue;
            }
            for (tag, kind) in KINDS {
                let targets = self.references(requirement, tag);
                requires.extend(targets.into_iter().map(|target| Requirement { kind, target }));
            }
        }
        Exchange { id: node.attribute("id").unwrap_or_default().to_owned(), requires }
    }

    // Parts.

    /// The name of a child in the model's namespace; empty for others.
    pub(super) fn tag<'a>(&self, node: Node<'a, '_>) -> &'a str {
        let name = node.tag_name();
        if name.namespace() == Some(self.namespace) { name.name() } else { "" }
    }

    pub(super) fn children<'a, 'input>(
        &self,
        node: Node<'a, 'input>,
        tag: &str,
    ) -> Vec<Node<'a, 'input>> {
        node.children().filter(|child| child.is_element() && self.tag(*child) == tag).collect()
    }

    pub(super) fn child<'a, 'input>(
        &self,
        node: Node<'a, 'input>,
        tag: &str,
    ) -> Option<Node<'a, 'input>> {
        node.children().find(|child| child.is_element() && self.tag(*child) == tag)
    }

    pub(super) fn attribute(&self, node: Node<'_, '_>, name: &str) -> Option<Text> {
        let attribute = node.attribute_node(name)?;
        let range = attribute.range_value();
        Some(Text { text: spaced(attribute.value()), span: Span::new(range.start, range.end) })
    }

    /// The name of an element, which it must have.
    pub(super) fn name(&mut self, node: Node<'_, '_>) -> Text {
        match self.attribute(node, "name") {
            Some(name) if !name.text.is_empty() => name,
            _ => {
                let message = format!("{} has no name", quote(node.tag_name().name()));
                self.error(Code::Notation, name_span(node), message);
                Text { text: String::new(), span: name_span(node) }
            }
        }
    }

    /// The type of an element's variable.
    fn variable_type(&self, node: Node<'_, '_>) -> Text {
        self.child(node, "variable")
            .and_then(|variable| self.attribute(variable, "typeRef"))
            .map(type_reference)
            .unwrap_or_else(|| Text::new("Any"))
    }

    pub(super) fn parameter(&mut self, node: Node<'_, '_>) -> Parameter {
        Parameter {
            name: self.name(node),
            kind: self
                .attribute(node, "typeRef")
                .map(type_reference)
                .unwrap_or_else(|| Text::new("Any")),
        }
    }

    /// The text of unary tests.
    pub(super) fn tests(&self, node: Node<'_, '_>) -> Option<Text> {
        let text = content(self.child(node, "text")?);
        (!text.text.is_empty()).then_some(text)
    }

    fn references(&mut self, node: Node<'_, '_>, tag: &str) -> Vec<Reference> {
        let mut references = Vec::new();
        for child in self.children(node, tag) {
            let Some(href) = self.attribute(child, "href") else {
                let message = format!("{} names nothing", quote(tag));
                self.error(Code::Notation, name_span(child), message);
                continue;
            };
            references.push(match href.text.rsplit_once('#') {
                Some((namespace, id)) => Reference {
                    namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
                    id: Text { text: id.to_owned(), span: href.span },
                },
                None => Reference { namespace: None, id: href },
            });
        }
        references
    }

    // Faults.

    pub(super) fn error(&mut self, code: Code, span: Span, message: String) {
        let place = self.place(span);
        self.push(Diagnostic::error(code, place, message));
    }

    fn push(&mut self, fault: Diagnostic) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file.clone(), span, ..Place::default() }
    }
}

/// The comments before the root element.
pub(super) fn comments_before(root: Node<'_, '_>) -> Vec<String> {
    let before = root.prev_siblings().filter(|node| node.is_comment() && *node != root);
    let mut comments: Vec<String> =
        before.map(|comment| comment.text().unwrap_or_default().to_owned()).collect();
    comments.reverse();
    comments
}

fn section(node: Node<'_, '_>, name: &Text, element: Element) -> Section {
    Section {
        level: 2,
        title: title(node, name),
        span: name_span(node),
        element: Some(element),
        blocks: vec![Block::Logic],
        citations: Vec::new(),
    }
}

/// The label of an element, or else its name.
fn title(node: Node<'_, '_>, name: &Text) -> Title {
    let label = node.attribute("label").filter(|label| !label.trim().is_empty());
    Title::parse(label.unwrap_or(&name.text))
}

/// The offset of a line and a column, both counted from one.
pub(super) fn offset(source: &str, position: TextPos) -> usize {
    let line = position.row.saturating_sub(1) as usize;
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source.get(before..).unwrap_or_default();
    let column = (position.col as usize).saturating_sub(1);
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    (before + within).min(source.len())
}

/// The place of an element's name in its start tag.
pub(super) fn name_span(node: Node<'_, '_>) -> Span {
    let start = node.range().start + 1;
    let prefix = node.lookup_prefix(node.tag_name().namespace().unwrap_or_default());
    let prefix = prefix.filter(|prefix| !prefix.is_empty()).map_or(0, |prefix| prefix.len() + 1);
    Span::new(start, start + prefix + node.tag_name().name().len())
}

/// The text of an element without white space around it.
pub(super) fn content(node: Node<'_, '_>) -> Text {
    let mut text = String::new();
    let mut span: Option<Span> = None;
    for child in node.children().filter(Node::is_text) {
        let range = child.range();
        let place = Span::new(range.start, range.end);
        span = Some(span.map_or(place, |span| span.to(place)));
        text.push_str(child.text().unwrap_or_default());
    }
    let span = span.unwrap_or_else(|| name_span(node));
    let trimmed = text.trim();
    let before = text.len() - text.trim_start().len();
    let after = text.len() - text.trim_end().len();
    let written = (span.end - span.start) as usize;
    // Where nothing is escaped, the place is exact.
    let span = if written == text.len() && !trimmed.is_empty() {
        Span::new(span.start as usize + before, span.end as usize - after)
    } else {
        span
    };
    let written = span.of(node.document().input_text()).unwrap_or_default();
    let exact = written.replace("\r\n", "\n") == trimmed;
    let span = if exact { span } else { inexact(span, trimmed, written) };
    Text { text: trimmed.to_owned(), span }
}

/// The place of a text that is written with escapes, so that no place in it can be told. Where
/// there are by chance as many of them as [`Text::at`] expects for another reason, it is cut short.
pub(super) fn inexact(span: Span, text: &str, written: &str) -> Span {
    let extra = written.len().saturating_sub(text.len());
    let by_chance =
        extra > 0 && ['\n', '|'].iter().any(|character| text.matches(*character).count() == extra);
    if !by_chance {
        return span;
    }
    let end = written.floor_char_boundary(text.len().saturating_sub(1));
    Span::new(span.start as usize, span.start as usize + end)
}

/// A reference to a type, without the prefix of the built-in ones.
pub(super) fn type_reference(text: Text) -> Text {
    let stripped = text.text.strip_prefix("feel:").unwrap_or(&text.text).trim();
    Text { text: stripped.to_owned(), span: text.span }
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
