//! Types of values.

use std::sync::Arc;

use super::unknown::{Lifted, lift, one_of, unknown_boolean};
use super::{Walk, fail};
use crate::temporal::DateTime;
use crate::typed::Closure;
use crate::types::Type;
use crate::value::{FailureCode, Function, Null, Possible, Value};

/// What a value is, with an article: `a number`, `text`, `null`.
pub fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null(Null::Unknown(_)) => "an unknown value",
        Value::Null(_) => "null",
        Value::Boolean(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Date(_) => "a date",
        Value::Time(_) => "a time",
        Value::DateTime(_) => "a date and time",
        Value::DaysDuration(_) => "a days and time duration",
        Value::YearsDuration(_) => "a years and months duration",
        Value::Range(_) => "a range",
        Value::List(_) => "a list",
        Value::Context(_) => "a context",
        Value::Function(_) => "a function",
    }
}

/// The narrowest type of a value; of an unknown one, `Any`.
pub fn type_of(value: &Value) -> Type {
    type_within(value, &mut Walk::default())
}

fn type_within(value: &Value, walk: &mut Walk) -> Type {
    if !walk.enter() {
        return Type::Any;
    }
    let kind = match value {
        Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
            Possible::Anything => Type::Any,
            Possible::Between(..) => Type::Number,
            Possible::OneOf(values) => join(&mut values.iter(), walk),
        },
        Value::Null(_) => Type::Null,
        Value::Boolean(_) => Type::Boolean,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        Value::Date(_) => Type::Date,
        Value::Time(_) => Type::Time,
        Value::DateTime(_) => Type::DateTime,
        Value::DaysDuration(_) => Type::DaysDuration,
        Value::YearsDuration(_) => Type::YearsDuration,
        Value::Range(range) => {
            Type::range(join(&mut [&range.low, &range.high].into_iter().flatten(), walk))
        }
        Value::List(items) => Type::list(join(&mut items.iter(), walk)),
        Value::Context(context) => Type::Context(
            context.iter().map(|(name, value)| (name.clone(), type_within(value, walk))).collect(),
        ),
        Value::Function(Function::Builtin(builtin)) => {
            let parameters: Vec<Type> = builtin
                .signatures
                .first()
                .map(|signature| signature.parameters.iter().map(|_| Type::Any).collect())
                .unwrap_or_default();
            Type::function(parameters, Type::Any)
        }
        Value::Function(Function::Closure(closure)) => {
            let types = |parameters: &[(Arc<str>, Type)]| -> Vec<Type> {
                parameters.iter().map(|(_, kind)| kind.clone()).collect()
            };
            match &**closure {
                Closure::Feel { definition, .. } => {
                    Type::function(types(&definition.parameters), definition.body.ty.clone())
                }
                Closure::Provided(callable) => {
                    Type::function(types(callable.parameters()), callable.result().clone())
                }
            }
        }
    };
    walk.leave();
    kind
}

fn join(values: &mut dyn Iterator<Item = &Value>, walk: &mut Walk) -> Type {
    let mut joined = Type::Null;
    for value in values {
        if joined == Type::Any {
            break;
        }
        joined = joined.join(&type_within(value, walk));
    }
    joined
}

/// Whether a value is of a type; null is of every type.
pub fn conforms(value: &Value, expected: &Type) -> bool {
    conforms_within(value, expected, &mut Walk::default())
}

fn conforms_within(value: &Value, expected: &Type, walk: &mut Walk) -> bool {
    if !walk.enter() {
        return false;
    }
    let conforms = match (value, expected) {
        (Value::Null(_), _) | (_, Type::Any) => true,
        (Value::List(items), Type::List(element)) => {
            **element == Type::Any || items.iter().all(|item| conforms_within(item, element, walk))
        }
        (Value::Range(range), Type::Range(endpoint)) => [&range.low, &range.high]
            .into_iter()
            .flatten()
            .all(|end| conforms_within(end, endpoint, walk)),
        (Value::Context(context), Type::Context(entries)) => entries.iter().all(|(name, kind)| {
            context.get(name).is_some_and(|value| conforms_within(value, kind, walk))
        }),
        (Value::List(_) | Value::Range(_) | Value::Context(_), _) => false,
        (value, expected) => type_of(value).conforms_to(expected),
    };
    walk.leave();
    conforms
}

/// `value instance of kind`: as [`conforms`], but null is of no type.
pub fn instance_of(value: &Value, kind: &Type) -> Value {
    match value {
        Value::Null(Null::Unknown(unknown)) => {
            let test = |values: &[&Value]| {
                values.first().map_or(Value::NULL, |value| instance_of(value, kind))
            };
            match (lift(&[value], &test), &unknown.possible) {
                (Lifted::Done(value), _) => value,
                (_, Possible::Between(..)) => Value::Boolean(Type::Number.conforms_to(kind)),
                _ => unknown_boolean(&unknown.facts),
            }
        }
        Value::Null(_) => Value::Boolean(*kind == Type::Null),
        value => Value::Boolean(conforms(value, kind)),
    }
}

/// The value as one of the type: itself, the only item of a list, a list of it, or the midnight of
/// a date in UTC. Else null, with the reason.
pub fn coerce(value: &Value, expected: &Type) -> Value {
    if let Value::Null(Null::Unknown(unknown)) = value {
        return match &unknown.possible {
            Possible::OneOf(values) => {
                let values: Vec<Value> = values.iter().map(|v| coerce(v, expected)).collect();
                one_of(&unknown.facts, &values)
            }
            _ => value.clone(),
        };
    }
    if conforms(value, expected) {
        return value.clone();
    }
    match (value, expected) {
        (Value::Date(date), Type::DateTime) => Value::DateTime(DateTime::midnight_utc(*date)),
        (Value::List(items), expected) if items.len() == 1 => match items.first() {
            Some(item) if !matches!((item, expected), (Value::List(_), _) | (_, Type::List(_))) => {
                coerce(item, expected)
            }
            _ => mismatch(value, expected),
        },
        (value, Type::List(element)) if !matches!(value, Value::List(_)) => {
            if conforms(value, element) {
                Value::list(vec![value.clone()])
            } else {
                mismatch(value, expected)
            }
        }
        _ => mismatch(value, expected),
    }
}

fn mismatch(value: &Value, expected: &Type) -> Value {
    fail(&[value], FailureCode::Type, || match (value, expected) {
        (Value::List(_) | Value::Context(_), Type::List(_) | Type::Context(_)) => {
            format!("the value is {}, but {expected} is wanted", type_of(value))
        }
        _ => format!("the value is {}, but {expected} is wanted", describe(value)),
    })
}
