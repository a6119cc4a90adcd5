//! A person whom a row of a table decides on, by a value for each cell.

use std::sync::Arc;

use dmn::model::Title;
use feel::check;
use feel::eval::Machine;
use feel::parser::{self, Names};
use feel::syntax::{Arguments, Expr, ExprKind, UnaryTests};
use feel::{Number, Type, Value};

use super::{Glossary, constant};
use crate::library::Country;
use crate::pack::{Fact, FactType};
use crate::words;

/// A value that passes a cell's test, in words: `age: 71`. None where the cell accepts everything.
pub(crate) fn counterexample(expression: &str, test: &str, country: &Country) -> Option<Title> {
    let tests = parser::unary_tests(test, &Names::new()).ok()?;
    if tests.tests.is_empty() {
        return None;
    }
    let glossary = Glossary { country, program: None, values: None };
    let label = glossary.label(expression);
    let fact = glossary.fact(expression);
    let kind = fact.map_or(Type::Any, |fact| fact.kind.to_type());
    let (compiled, faults) = check::unary_tests(&tests, &kind, &[], &check::Empty);
    let passes = |value: &Value| {
        let mut machine = Machine::new(Vec::new(), 10_000, 64);
        matches!(compiled.evaluate(&mut machine, &[], value), Ok(Value::Boolean(true)))
    };
    let found =
        candidates(&tests, fact).into_iter().find(|value| faults.is_empty() && passes(value));
    Some(match found {
        Some(value) => words::asked(&label, &glossary.value(expression, &value)),
        None => words::asked(&label, &glossary.tests(expression, &tests, test)),
    })
}

/// Values that tests of the common shapes tell apart.
fn candidates(tests: &UnaryTests, fact: Option<&Arc<Fact>>) -> Vec<Value> {
    let mut values = Vec::new();
    if let Some(fact) = fact {
        let allowed = fact.values.iter().map(|value| Value::string(value.value.to_arc()));
        match fact.kind {
            FactType::StringList => values.extend(allowed.map(|value| Value::list(vec![value]))),
            _ => values.extend(allowed),
        }
    }
    let mut literals = Vec::new();
    for test in &tests.tests {
        collect_literals(test, &mut literals);
    }
    for literal in literals {
        match &literal {
            Value::Number(number) => {
                let near = [Number::ZERO, Number::ONE, -Number::ONE];
                values.extend(
                    near.iter().filter_map(|step| number.checked_add(*step).map(Value::Number)),
                );
            }
            Value::Date(date) => {
                let near = [0, 1, -1].map(|days| date.add_days(days));
                values.extend(near.into_iter().flatten().map(Value::Date));
            }
            _ => values.push(literal),
        }
    }
    values.extend([Value::Boolean(true), Value::Boolean(false)]);
    values
}

fn collect_literals(expr: &Expr, found: &mut Vec<Value>) {
    if let Some(value) = constant(expr) {
        found.push(value);
        return;
    }
    match &expr.kind {
        ExprKind::Open(_, limit) => collect_literals(limit, found),
        ExprKind::Binary(_, left, right) => {
            collect_literals(left, found);
            collect_literals(right, found);
        }
        ExprKind::Interval(interval) => {
            collect_literals(&interval.low, found);
            collect_literals(&interval.high, found);
        }
        ExprKind::Call(_, Arguments::Positional(arguments)) => {
            arguments.iter().for_each(|argument| collect_literals(argument, found));
        }
        _ => {}
    }
}
