//! What tests of several modules use.

use crate::check::{self, Environment};
use crate::eval::Machine;
use crate::parser::{self, Names};
use crate::temporal::DateTime;
use crate::types::Type;
use crate::value::{Null, Possible, Value};

/// A model with one variable.
struct One<'a>(&'a str);

impl Environment for One<'_> {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        (name == self.0).then_some((0, Type::Any))
    }

    fn named_type(&self, _: &str) -> Option<Type> {
        None
    }

    fn global_names(&self) -> Vec<&str> {
        vec![self.0]
    }

    fn type_names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// The value of an expression without variables.
pub(crate) fn evaluate(source: &str) -> Value {
    evaluate_where("none", Value::NULL, source)
}

/// The value of an expression with one variable.
pub(crate) fn evaluate_where(name: &str, value: Value, source: &str) -> Value {
    let names = Names::new();
    let expr = parser::expression(source, &names).unwrap_or_else(|f| panic!("{source}: {f:?}"));
    let (compiled, _) = check::expression(&expr, &[], &One(name));
    let now = DateTime::parse("2026-11-23T12:00:00+08:00").unwrap();
    let mut machine = Machine::new(vec![value], 1_000_000, 200).with_now(now);
    compiled.evaluate(&mut machine).unwrap_or_else(|e| panic!("{source}: {e}"))
}

/// The value of an expression with one variable that is missing and can be one of these, written
/// as FEEL, or as `unknown` and what it can be.
pub(crate) fn evaluate_with(name: &str, possible: &[&str], source: &str) -> String {
    let possible = possible.iter().map(|value| evaluate(value)).collect();
    let value = evaluate_where(name, Value::unknown("fact", Possible::OneOf(possible)), source);
    match &value {
        Value::Null(Null::Unknown(unknown)) => {
            assert_eq!(unknown.facts.iter().map(|fact| &**fact).collect::<Vec<_>>(), ["fact"]);
            match &unknown.possible {
                Possible::Anything => "unknown".to_owned(),
                Possible::Between(low, high) => format!("unknown {low}..{high}"),
                Possible::OneOf(values) => {
                    let values: Vec<String> = values.iter().map(Value::to_string).collect();
                    format!("unknown {}", values.join(" | "))
                }
            }
        }
        value => value.to_string(),
    }
}
