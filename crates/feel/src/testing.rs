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

/// Values of all kinds, with those at the limits of their kinds.
pub(crate) fn extremes() -> Vec<Value> {
    let texts = [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "2.5",
        "9.999999999999999999999999999999999e6144",
        "-9.999999999999999999999999999999999e6144",
        "1e-6176",
        "0.3333333333333333333333333333333333",
        "9223372036854775807",
        "\"\"",
        "\"上海 a.b (\"",
        "\"P1D\"",
        "date(\"999999999-12-31\")",
        "date(\"-999999999-01-01\")",
        "date(\"2024-02-29\")",
        "time(\"23:59:59.999999999\")",
        "time(\"00:00:00@Europe/Paris\")",
        "time(\"12:00:00-18:00\")",
        "date and time(\"999999999-12-31T23:59:59.999999999\")",
        "date and time(\"-999999999-01-01T00:00:00@Asia/Shanghai\")",
        "date and time(\"2026-10-25T02:30:00@Europe/Paris\")",
        "date and time(\"999999999-12-31T23:59:59-18:00\")",
        "duration(\"P106751991167300D\")",
        "duration(\"-P106751991167300D\")",
        "duration(\"PT0.000000001S\")",
        "duration(\"P9223372036854775807M\")",
        "duration(\"-P9223372036854775807M\")",
        "duration(\"P0M\")",
        "[]",
        "[1, null, \"a\"]",
        "[[1, 2], [3]]",
        "[{key: \"a\", value: 1}]",
        "{}",
        "{a: {b: 1}}",
        "[1..10)",
        "(< date(\"2024-02-29\"))",
        "[\"a\"..\"b\"]",
        "function(a, b) a < b",
        "is",
    ];
    let mut values: Vec<Value> = texts.iter().map(|text| evaluate(text)).collect();
    let zones = "date and time(\"999999999-12-31T23:59:59@America/New_York\")";
    values.push(evaluate(zones));
    values.push(Value::unknown("a", Possible::Anything));
    values.push(Value::unknown("b", Possible::OneOf(vec![Value::from(1), Value::from("x")])));
    let (low, high) = (crate::Number::from(-3), crate::Number::from(7));
    values.push(Value::unknown("c", Possible::Between(low, high)));
    values.push(Value::list(vec![values[values.len() - 1].clone(), Value::from(2)]));
    values
}
