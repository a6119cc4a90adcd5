//! Constants that can never be met, since the allowed values of what they are compared with
//! exclude them: a misspelt code in a cell would otherwise fail in silence.

use feel::Span;
use feel::Value;
use feel::nearest::nearest;
use feel::syntax::{Arguments, BinaryOp, Domain, Expr, ExprKind};

use crate::program::Input;

/// A constant that its place excludes.
pub(super) struct DomainFault {
    pub message: String,
    pub help: Option<String>,
    pub span: Span,
}

/// The faults of an expression; `tested` is what `?` and bare tests are compared with.
pub(super) fn faults(expr: &Expr, tested: Option<&Input>, inputs: &[Input]) -> Vec<DomainFault> {
    let mut finder = Finder { tested, inputs, faults: Vec::new() };
    if let Some(tested) = tested {
        finder.test(expr, tested);
    }
    finder.expr(expr);
    finder.faults
}

struct Finder<'a> {
    tested: Option<&'a Input>,
    inputs: &'a [Input],
    faults: Vec<DomainFault>,
}

impl<'a> Finder<'a> {
    /// The input that an expression is.
    fn input(&self, expr: &Expr) -> Option<&'a Input> {
        match &expr.kind {
            ExprKind::Name(name) if &**name == "?" => self.tested,
            ExprKind::Name(name) => self.inputs.iter().find(|input| input.name == *name),
            _ => None,
        }
    }

    /// A test of a cell or of `in`.
    fn test(&mut self, test: &Expr, input: &Input) {
        match &test.kind {
            ExprKind::Open(BinaryOp::Equal | BinaryOp::NotEqual, value) => self.value(value, input),
            ExprKind::List(items) => items.iter().for_each(|item| self.value(item, input)),
            _ => self.value(test, input),
        }
    }

    fn value(&mut self, value: &Expr, input: &Input) {
        let (Some(allowed), ExprKind::String(text)) = (&input.allowed, &value.kind) else { return };
        let known: Vec<&str> = allowed
            .iter()
            .filter_map(|value| match value {
                Value::String(text) => Some(&**text),
                _ => None,
            })
            .collect();
        if known.is_empty() || known.contains(&&**text) {
            return;
        }
        let of =
            if input.name.is_empty() { String::new() } else { format!(" of `{}`", input.name) };
        self.faults.push(DomainFault {
            message: format!("{text:?} is no value{of}"),
            help: Some(match nearest(text, known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("the values are {}", quoted(&known)),
            }),
            span: value.span,
        });
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary(op, a, b) => {
                if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
                    for (side, other) in [(a, b), (b, a)] {
                        if let Some(input) = self.input(side) {
                            self.value(other, input);
                        }
                    }
                }
                self.expr(a);
                self.expr(b);
            }
            ExprKind::In(value, tests) => {
                if let Some(input) = self.input(value) {
                    tests.iter().for_each(|test| self.test(test, input));
                }
                self.expr(value);
                tests.iter().for_each(|test| self.expr(test));
            }
            ExprKind::Call(function, Arguments::Positional(arguments)) => {
                if let (ExprKind::Name(name), [list, item]) = (&function.kind, arguments.as_slice())
                    && &**name == "list contains"
                    && let Some(input) = self.input(list)
                {
                    self.value(item, input);
                }
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Call(function, Arguments::Named(arguments)) => {
                self.expr(function);
                arguments.iter().for_each(|(_, argument)| self.expr(argument));
            }
            ExprKind::Negate(a)
            | ExprKind::InstanceOf(a, _)
            | ExprKind::Path(a, _)
            | ExprKind::Function(_, a)
            | ExprKind::Open(_, a) => self.expr(a),
            ExprKind::Filter(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
                self.expr(a);
                self.expr(b);
                self.expr(c);
            }
            ExprKind::For(iterations, body) | ExprKind::Quantified(_, iterations, body) => {
                for iteration in iterations {
                    match &iteration.domain {
                        Domain::Items(items) => self.expr(items),
                        Domain::Between(from, to) => {
                            self.expr(from);
                            self.expr(to);
                        }
                    }
                }
                self.expr(body);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Context(entries) => entries.iter().for_each(|(_, entry)| self.expr(entry)),
            ExprKind::Interval(interval) => {
                self.expr(&interval.low);
                self.expr(&interval.high);
            }
            ExprKind::Null
            | ExprKind::Boolean(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::At(_)
            | ExprKind::Name(_)
            | ExprKind::Value(_)
            | ExprKind::ExternalFunction => {}
        }
    }
}

fn quoted(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    quoted.join(", ")
}
