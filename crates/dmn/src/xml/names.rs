//! The names that the logic of an element uses.

use std::collections::HashSet;
use std::sync::Arc;

use feel::parser::{self, Names};
use feel::syntax::{Arguments, Domain, Expr, ExprKind};

use crate::model::{Element, Logic, Text};

/// Those of the known names that an element's logic uses, in the order of their first use.
///
/// A text that cannot be parsed uses none. Only literal expressions and decision tables are
/// looked at, the forms of literate documents.
pub(super) fn used<'n>(element: &Element, known: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names = Names::new();
    names.tolerate();
    known.for_each(|name| names.add(name));
    let mut uses = Uses { names, bound: Vec::new(), seen: HashSet::new(), found: Vec::new() };
    for parameter in element.parameters.iter().flatten() {
        uses.bound.push(parameter.name.text.as_str().into());
    }
    match &element.logic {
        Some(Logic::Literal(text)) => uses.expression(text),
        Some(Logic::Table(table)) => {
            for input in &table.inputs {
                uses.expression(&input.expression);
                input.allowed.iter().for_each(|text| uses.tests(text));
            }
            for output in &table.outputs {
                output.allowed.iter().for_each(|text| uses.tests(text));
                output.default.iter().for_each(|text| uses.expression(text));
            }
            for rule in &table.rules {
                rule.inputs.iter().for_each(|text| uses.tests(text));
                rule.outputs.iter().for_each(|text| uses.expression(text));
            }
        }
        _ => {}
    }
    uses.found
}

struct Uses {
    names: Names,
    /// Names that the expressions around bind.
    bound: Vec<Arc<str>>,
    seen: HashSet<String>,
    found: Vec<String>,
}

impl Uses {
    fn expression(&mut self, text: &Text) {
        if let Ok(expr) = parser::expression(&text.text, &self.names) {
            self.visit(&expr);
        }
    }

    fn tests(&mut self, text: &Text) {
        if let Ok(tests) = parser::unary_tests(&text.text, &self.names) {
            tests.tests.iter().for_each(|test| self.visit(test));
        }
    }

    fn visit(&mut self, expr: &Expr) {
        let bound = self.bound.len();
        match &expr.kind {
            ExprKind::Name(name) => {
                if !self.bound.contains(name) && self.seen.insert(name.to_string()) {
                    self.found.push(name.to_string());
                }
            }
            ExprKind::Null
            | ExprKind::Boolean(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::At(_)
            | ExprKind::ExternalFunction
            | ExprKind::Value(_) => {}
            ExprKind::Negate(inner)
            | ExprKind::InstanceOf(inner, _)
            | ExprKind::Path(inner, _)
            | ExprKind::Open(_, inner) => self.visit(inner),
            ExprKind::Binary(_, left, right) | ExprKind::Filter(left, right) => {
                self.visit(left);
                self.visit(right);
            }
            ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
                [a, b, c].into_iter().for_each(|part| self.visit(part));
            }
            ExprKind::In(value, tests) => {
                self.visit(value);
                tests.iter().for_each(|test| self.visit(test));
            }
            ExprKind::For(iterations, body) | ExprKind::Quantified(_, iterations, body) => {
                for iteration in iterations {
                    match &iteration.domain {
                        Domain::Items(items) => self.visit(items),
                        Domain::Between(from, to) => {
                            self.visit(from);
                            self.visit(to);
                        }
                    }
                    self.bound.push(iteration.name.text.clone());
                }
                self.visit(body);
            }
            ExprKind::Call(function, arguments) => {
                self.visit(function);
                match arguments {
                    Arguments::Positional(values) => values.iter().for_each(|v| self.visit(v)),
                    Arguments::Named(values) => values.iter().for_each(|(_, v)| self.visit(v)),
                }
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.visit(item)),
            ExprKind::Context(entries) => {
                for (name, value) in entries {
                    self.visit(value);
                    self.bound.push(name.text.clone());
                }
            }
            ExprKind::Function(parameters, body) => {
                self.bound.extend(parameters.iter().map(|(name, _)| name.text.clone()));
                self.visit(body);
            }
            ExprKind::Interval(interval) => {
                self.visit(&interval.low);
                self.visit(&interval.high);
            }
        }
        self.bound.truncate(bound);
    }
}
