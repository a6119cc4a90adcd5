//! Boxed expressions and decision tables.

use feel::Span;
use roxmltree::Node;

use super::MAX_DEPTH;
use super::reader::{Reader, content, name_span, type_reference};
use crate::diagnostic::{Code, quote};
use crate::model::{
    ContextEntry, DecisionTable, HitPolicy, InputClause, Iteration, IterationKind, Logic,
    OutputClause, Parameter, Rule, Text,
};

impl Reader {
    /// Whether an element of this name is an expression.
    pub(super) fn is_expression(tag: &str) -> bool {
        matches!(
            tag,
            "literalExpression"
                | "decisionTable"
                | "context"
                | "list"
                | "relation"
                | "invocation"
                | "functionDefinition"
                | "conditional"
                | "filter"
                | "for"
                | "some"
                | "every"
        )
    }

    /// Reads an expression.
    pub(super) fn expression(&mut self, node: Node<'_, '_>, depth: usize) -> Logic {
        let span = name_span(node);
        if depth > MAX_DEPTH {
            let message = format!("expressions are nested more than {MAX_DEPTH} levels deep");
            self.error(Code::Limit, span, message);
            return Logic::Nothing(span);
        }
        let deeper = depth + 1;
        let tag = self.tag(node);
        let logic = match tag {
            "literalExpression" => self.literal(node),
            "decisionTable" => Logic::Table(self.table(node)),
            "context" => {
                let entries = self.children(node, "contextEntry");
                Logic::Context(entries.into_iter().map(|e| self.entry(e, deeper)).collect())
            }
            "list" => Logic::List(self.expressions(node, deeper)),
            "relation" => {
                let columns = self.children(node, "column");
                let columns = columns.into_iter().map(|column| self.name(column)).collect();
                let rows = self.children(node, "row");
                let rows = rows.into_iter().map(|row| self.expressions(row, deeper)).collect();
                Logic::Relation(columns, rows)
            }
            "invocation" => self.invocation(node, deeper),
            "functionDefinition" => {
                let (parameters, body) = self.function_parts(node, deeper);
                match body {
                    external @ Logic::External(_) => external,
                    body => Logic::Function(parameters, Box::new(body)),
                }
            }
            "conditional" => Logic::Conditional(Box::new([
                self.part(node, "if", deeper),
                self.part(node, "then", deeper),
                self.part(node, "else", deeper),
            ])),
            "filter" => Logic::Filter(
                Box::new(self.part(node, "in", deeper)),
                Box::new(self.part(node, "match", deeper)),
            ),
            "for" => self.iteration(IterationKind::For, node, "return", deeper),
            "some" => self.iteration(IterationKind::Some, node, "satisfies", deeper),
            "every" => self.iteration(IterationKind::Every, node, "satisfies", deeper),
            _ => {
                let message = format!("{} is no expression", quote(node.tag_name().name()));
                self.error(Code::Notation, span, message);
                Logic::Nothing(span)
            }
        };
        match self.attribute(node, "typeRef") {
            Some(kind) if tag != "functionDefinition" => typed(logic, type_reference(kind)),
            _ => logic,
        }
    }

    fn literal(&mut self, node: Node<'_, '_>) -> Logic {
        let language = node.attribute("expressionLanguage").unwrap_or_default();
        let foreign = !language.is_empty() && !language.to_ascii_lowercase().contains("feel");
        if foreign || self.child(node, "importedValues").is_some() {
            return Logic::External(name_span(node));
        }
        match self.child(node, "text").map(content) {
            Some(text) if !text.text.is_empty() => Logic::Literal(text),
            _ => Logic::Nothing(name_span(node)),
        }
    }

    /// The expressions directly inside.
    fn expressions(&mut self, node: Node<'_, '_>, depth: usize) -> Vec<Logic> {
        let children: Vec<Node<'_, '_>> = node
            .children()
            .filter(|child| child.is_element() && Reader::is_expression(self.tag(*child)))
            .collect();
        children.into_iter().map(|child| self.expression(child, depth)).collect()
    }

    fn first_expression(&mut self, node: Node<'_, '_>, depth: usize) -> Option<Logic> {
        let child = node
            .children()
            .find(|child| child.is_element() && Reader::is_expression(self.tag(*child)))?;
        Some(self.expression(child, depth))
    }

    /// The expression inside the child `tag`.
    fn part(&mut self, node: Node<'_, '_>, tag: &str, depth: usize) -> Logic {
        let Some(child) = self.child(node, tag) else {
            let message = format!("{} has no {}", quote(node.tag_name().name()), quote(tag));
            self.error(Code::Notation, name_span(node), message);
            return Logic::Nothing(name_span(node));
        };
        let logic = self.first_expression(child, depth).unwrap_or(Logic::Nothing(name_span(child)));
        match self.attribute(child, "typeRef") {
            Some(kind) => typed(logic, type_reference(kind)),
            None => logic,
        }
    }

    fn entry(&mut self, node: Node<'_, '_>, depth: usize) -> ContextEntry {
        let value = self.first_expression(node, depth).unwrap_or(Logic::Nothing(name_span(node)));
        let Some(variable) = self.child(node, "variable") else {
            return ContextEntry { name: None, value };
        };
        let name = Some(self.name(variable));
        let value = match self.attribute(variable, "typeRef") {
            Some(kind) => typed(value, type_reference(kind)),
            None => value,
        };
        ContextEntry { name, value }
    }

    fn invocation(&mut self, node: Node<'_, '_>, depth: usize) -> Logic {
        let function = self.first_expression(node, depth).unwrap_or_else(|| {
            self.error(Code::Notation, name_span(node), "the invocation names no function".into());
            Logic::Nothing(name_span(node))
        });
        let mut bindings = Vec::new();
        for binding in self.children(node, "binding") {
            let Some(parameter) = self.child(binding, "parameter") else { continue };
            let name = self.name(parameter);
            let value =
                self.first_expression(binding, depth).unwrap_or(Logic::Nothing(name_span(binding)));
            bindings.push((name, value));
        }
        Logic::Invocation(Box::new(function), bindings)
    }

    /// Parameters and body of a function.
    pub(super) fn function_parts(
        &mut self,
        node: Node<'_, '_>,
        depth: usize,
    ) -> (Vec<Parameter>, Logic) {
        let parameters = self.children(node, "formalParameter");
        let parameters = parameters.into_iter().map(|p| self.parameter(p)).collect();
        if node.attribute("kind").is_some_and(|kind| kind != "FEEL") {
            return (parameters, Logic::External(name_span(node)));
        }
        let body = self.first_expression(node, depth).unwrap_or(Logic::Nothing(name_span(node)));
        let body = match self.attribute(node, "typeRef") {
            Some(kind) => typed(body, type_reference(kind)),
            None => body,
        };
        (parameters, body)
    }

    fn iteration(
        &mut self,
        kind: IterationKind,
        node: Node<'_, '_>,
        body: &str,
        depth: usize,
    ) -> Logic {
        let variable = self.attribute(node, "iteratorVariable").unwrap_or_else(|| {
            self.error(Code::Notation, name_span(node), "the iteration has no variable".into());
            Text::default()
        });
        let domain = self.part(node, "in", depth);
        let body = self.part(node, body, depth);
        Logic::Iteration(kind, Box::new(Iteration { variable, domain, body }))
    }

    fn table(&mut self, node: Node<'_, '_>) -> DecisionTable {
        let inputs: Vec<InputClause> =
            self.children(node, "input").into_iter().map(|input| self.input(input)).collect();
        let outputs: Vec<OutputClause> =
            self.children(node, "output").into_iter().map(|output| self.output(output)).collect();
        let annotations: Vec<String> = self
            .children(node, "annotation")
            .into_iter()
            .map(|annotation| annotation.attribute("name").unwrap_or_default().to_owned())
            .collect();
        let mut rules = Vec::new();
        for (number, rule) in self.children(node, "rule").into_iter().enumerate() {
            let entries = |tag: &str| -> Vec<Text> {
                let entries = self.children(rule, tag).into_iter();
                entries
                    .map(|entry| {
                        self.child(entry, "text")
                            .map_or(Text { text: String::new(), span: name_span(entry) }, content)
                    })
                    .collect()
            };
            let id = self
                .attribute(rule, "id")
                .unwrap_or_else(|| Text { text: (number + 1).to_string(), span: name_span(rule) });
            let mut texts = entries("annotationEntry");
            texts.resize(annotations.len(), Text::default());
            let (tests, values) = (entries("inputEntry"), entries("outputEntry"));
            if tests.len() != inputs.len() || values.len() != outputs.len() {
                let message = format!(
                    "the rule has {} and {} entries, but the table has {} inputs and {} outputs",
                    tests.len(),
                    values.len(),
                    inputs.len(),
                    outputs.len()
                );
                self.error(Code::Notation, name_span(rule), message);
                continue;
            }
            rules.push(Rule { id, inputs: tests, outputs: values, annotations: texts });
        }
        DecisionTable {
            hit_policy: self.hit_policy(node),
            span: name_span(node),
            inputs,
            outputs,
            annotations,
            rules,
            default_annotations: Vec::new(),
        }
    }

    fn input(&mut self, node: Node<'_, '_>) -> InputClause {
        let expression = self.child(node, "inputExpression");
        InputClause {
            expression: expression
                .and_then(|expression| self.child(expression, "text"))
                .map_or(Text { text: String::new(), span: name_span(node) }, content),
            kind: expression.and_then(|e| self.attribute(e, "typeRef")).map(type_reference),
            allowed: self.child(node, "inputValues").and_then(|values| self.tests(values)),
        }
    }

    fn output(&mut self, node: Node<'_, '_>) -> OutputClause {
        let default = self.child(node, "defaultOutputEntry");
        OutputClause {
            name: self
                .attribute(node, "name")
                .unwrap_or(Text { text: String::new(), span: name_span(node) }),
            kind: self.attribute(node, "typeRef").map(type_reference),
            allowed: self.child(node, "outputValues").and_then(|values| self.tests(values)),
            default: default
                .and_then(|entry| self.child(entry, "text"))
                .map(content)
                .filter(|text| !text.text.is_empty()),
        }
    }

    fn hit_policy(&mut self, node: Node<'_, '_>) -> HitPolicy {
        let policy = node.attribute("hitPolicy").unwrap_or("UNIQUE");
        let aggregation = node.attribute("aggregation");
        match (policy, aggregation) {
            ("UNIQUE", _) => HitPolicy::Unique,
            ("ANY", _) => HitPolicy::Any,
            ("PRIORITY", _) => HitPolicy::Priority,
            ("FIRST", _) => HitPolicy::First,
            ("RULE ORDER", _) => HitPolicy::RuleOrder,
            ("OUTPUT ORDER", _) => HitPolicy::OutputOrder,
            ("COLLECT", None) => HitPolicy::Collect,
            ("COLLECT", Some("SUM")) => HitPolicy::Sum,
            ("COLLECT", Some("MIN")) => HitPolicy::Minimum,
            ("COLLECT", Some("MAX")) => HitPolicy::Maximum,
            ("COLLECT", Some("COUNT")) => HitPolicy::Count,
            ("COLLECT", Some(other)) => {
                let message = format!("there is no aggregation {}", quote(other));
                self.error(Code::HitPolicy, attribute_span(node, "aggregation"), message);
                HitPolicy::Collect
            }
            (other, _) => {
                let message = format!("there is no hit policy {}", quote(other));
                self.error(Code::HitPolicy, attribute_span(node, "hitPolicy"), message);
                HitPolicy::Unique
            }
        }
    }
}

fn attribute_span(node: Node<'_, '_>, name: &str) -> Span {
    let range = node.attribute_node(name).map(|attribute| attribute.range());
    range.map_or_else(|| name_span(node), |range| Span::new(range.start, range.end))
}

fn typed(logic: Logic, kind: Text) -> Logic {
    if kind.text.is_empty() || kind.text == "Any" {
        return logic;
    }
    Logic::Typed(Box::new(logic), kind)
}
