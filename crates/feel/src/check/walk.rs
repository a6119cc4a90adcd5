//! Going through expressions: what they name.

use crate::syntax::{self, Arguments, ExprKind};
use crate::typed::{Domain, Expr, Kind, RangeExpr, Test, Tests};

/// Whether the text names `?`, not counting functions that it defines.
pub(super) fn mentions_input(expr: &syntax::Expr) -> bool {
    let domain = |domain: &syntax::Domain| match domain {
        syntax::Domain::Items(items) => mentions_input(items),
        syntax::Domain::Between(from, to) => mentions_input(from) || mentions_input(to),
    };
    match &expr.kind {
        ExprKind::Name(name) => &**name == "?",
        ExprKind::Negate(a)
        | ExprKind::InstanceOf(a, _)
        | ExprKind::Path(a, _)
        | ExprKind::Function(_, a)
        | ExprKind::Open(_, a) => mentions_input(a),
        ExprKind::Binary(_, a, b) | ExprKind::Filter(a, b) => {
            mentions_input(a) || mentions_input(b)
        }
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
            mentions_input(a) || mentions_input(b) || mentions_input(c)
        }
        ExprKind::In(a, tests) => mentions_input(a) || tests.iter().any(mentions_input),
        ExprKind::For(iterations, a) | ExprKind::Quantified(_, iterations, a) => {
            iterations.iter().any(|i| domain(&i.domain)) || mentions_input(a)
        }
        ExprKind::Call(f, Arguments::Positional(arguments)) => {
            mentions_input(f) || arguments.iter().any(mentions_input)
        }
        ExprKind::Call(f, Arguments::Named(arguments)) => {
            mentions_input(f) || arguments.iter().any(|(_, a)| mentions_input(a))
        }
        ExprKind::List(items) => items.iter().any(mentions_input),
        ExprKind::Context(entries) => entries.iter().any(|(_, e)| mentions_input(e)),
        ExprKind::Interval(interval) => {
            mentions_input(&interval.low) || mentions_input(&interval.high)
        }
        ExprKind::Null
        | ExprKind::Boolean(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::At(_)
        | ExprKind::Value(_)
        | ExprKind::ExternalFunction => false,
    }
}

/// Whether an expression of the same frame reads the local.
pub(super) fn names_local(expr: &Expr, local: u32) -> bool {
    let mut found = false;
    visit(expr, &mut |expr| {
        found |= match &expr.kind {
            Kind::Local(index) => *index == local,
            Kind::ItemEntry { item, .. } => *item == local,
            Kind::Function(definition) => definition.captures.iter().any(|(o, _)| *o == local),
            _ => false,
        };
    });
    found
}

/// Calls `f` on an expression and all below it in the same frame.
pub fn visit(expr: &Expr, f: &mut dyn FnMut(&Expr)) {
    f(expr);
    let range = |range: &RangeExpr, f: &mut dyn FnMut(&Expr)| {
        for end in [&range.low, &range.high].into_iter().flatten() {
            visit(end, f);
        }
    };
    match &expr.kind {
        Kind::Constant(_) | Kind::Global(_) | Kind::Local(_) | Kind::Function(_) => {}
        Kind::Negate(a) | Kind::InstanceOf(a, _) | Kind::Path(a, _) => visit(a, f),
        Kind::Binary(_, a, b) => {
            visit(a, f);
            visit(b, f);
        }
        Kind::Between(parts) | Kind::If(parts) => parts.iter().for_each(|part| visit(part, f)),
        Kind::In(a, tests) => {
            visit(a, f);
            visit_tests(tests, f);
        }
        Kind::For(body) | Kind::Quantified(_, body) => {
            for iteration in &body.iterations {
                match &iteration.domain {
                    Domain::Items(items) => visit(items, f),
                    Domain::Between(from, to) => {
                        visit(from, f);
                        visit(to, f);
                    }
                }
            }
            visit(&body.body, f);
        }
        Kind::Filter(filter) => {
            visit(&filter.list, f);
            visit(&filter.filter, f);
        }
        Kind::ItemEntry { outside, .. } => {
            if let Some(outside) = outside {
                visit(outside, f);
            }
        }
        Kind::Builtin(_, items) | Kind::List(items) => items.iter().for_each(|item| visit(item, f)),
        Kind::Call(callee, arguments) => {
            visit(callee, f);
            arguments.iter().for_each(|argument| visit(argument, f));
        }
        Kind::CallNamed(callee, arguments) => {
            visit(callee, f);
            arguments.iter().for_each(|(_, argument)| visit(argument, f));
        }
        Kind::Context(entries) => entries.iter().for_each(|(_, _, entry)| visit(entry, f)),
        Kind::Range(ends) => range(ends, f),
    }
}

/// Calls `f` on every expression of the tests and all below it.
pub fn visit_tests(tests: &Tests, f: &mut dyn FnMut(&Expr)) {
    for test in &tests.tests {
        match test {
            Test::Compare(_, expr) | Test::Value(expr) | Test::Predicate(expr) => visit(expr, f),
            Test::Range(range) => {
                for end in [&range.low, &range.high].into_iter().flatten() {
                    visit(end, f);
                }
            }
        }
    }
}

/// The globals that an expression reads, also inside the functions that it defines.
pub fn globals(expr: &Expr, found: &mut Vec<u32>) {
    visit(expr, &mut |expr| match &expr.kind {
        Kind::Global(index) if !found.contains(index) => found.push(*index),
        Kind::Function(definition) => globals(&definition.body, found),
        _ => {}
    });
}
