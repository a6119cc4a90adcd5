//! Equality and order.

use std::cmp::Ordering;
use std::sync::Arc;

use super::arithmetic::number_limits;
use super::types::describe;
use super::unknown::{Lifted, lift, unknown_boolean};
use super::{and, fail, not};
use crate::value::{FailureCode, Function, Null, Possible, Value};

/// The order of two values of one ordered type, if they can be set against each other.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => a.compare(*b),
        (Value::DateTime(a), Value::DateTime(b)) => a.compare(*b),
        (Value::DaysDuration(a), Value::DaysDuration(b)) => Some(a.cmp(b)),
        (Value::YearsDuration(a), Value::YearsDuration(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// `a < b`.
pub fn less(a: &Value, b: &Value) -> Value {
    ordered(a, b, "<", Ordering::is_lt)
}

/// `a <= b`.
pub fn less_equal(a: &Value, b: &Value) -> Value {
    ordered(a, b, "<=", Ordering::is_le)
}

/// `a > b`.
pub fn greater(a: &Value, b: &Value) -> Value {
    ordered(a, b, ">", Ordering::is_gt)
}

/// `a >= b`.
pub fn greater_equal(a: &Value, b: &Value) -> Value {
    ordered(a, b, ">=", Ordering::is_ge)
}

#[inline]
fn ordered(a: &Value, b: &Value, sign: &str, holds: fn(Ordering) -> bool) -> Value {
    match compare(a, b) {
        Some(order) => Value::Boolean(holds(order)),
        None => ordered_otherwise(a, b, sign, holds),
    }
}

#[cold]
fn ordered_otherwise(a: &Value, b: &Value, sign: &str, holds: fn(Ordering) -> bool) -> Value {
    let is_unknown = |value: &Value| value.as_unknown().is_some();
    if (is_unknown(a) || is_unknown(b)) && !is_certain_null(a) && !is_certain_null(b) {
        let known = |values: &[&Value]| match values {
            [a, b] => ordered(a, b, sign, holds),
            _ => Value::NULL,
        };
        return match lift(&[a, b], &known) {
            Lifted::TooMany(facts) => match (number_limits(a), number_limits(b)) {
                (Some((a_low, a_high)), Some((b_low, b_high))) => {
                    // The answer depends on the order only: it is the same at all places if it is
                    // at the two extremes, since a comparison changes once on the way.
                    let first = holds(a_low.cmp(&b_high));
                    let last = holds(a_high.cmp(&b_low));
                    if first == last { Value::Boolean(first) } else { unknown_boolean(&facts) }
                }
                _ => unknown_boolean(&facts),
            },
            Lifted::Done(value) => value,
            Lifted::Known => Value::NULL,
        };
    }
    fail(&[a, b], FailureCode::Type, || {
        let mixed = match (a, b) {
            (Value::Time(_), Value::Time(_)) | (Value::DateTime(_), Value::DateTime(_)) => {
                " without knowing their zones"
            }
            _ => "",
        };
        format!("`{sign}` cannot compare {} with {}{mixed}", describe(a), describe(b))
    })
}

pub(super) fn is_certain_null(value: &Value) -> bool {
    matches!(value, Value::Null(Null::Plain | Null::Failed(_)))
}

/// `a != b`.
pub fn not_equal(a: &Value, b: &Value) -> Value {
    not(&equal(a, b))
}

/// `a = b`: null between different kinds, except that null equals null and nothing else.
pub fn equal(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Boolean(a == b),
        (Value::String(a), Value::String(b)) => Value::Boolean(a == b),
        (Value::Boolean(a), Value::Boolean(b)) => Value::Boolean(a == b),
        (Value::Null(Null::Unknown(_)), _) | (_, Value::Null(Null::Unknown(_))) => {
            equal_unknown(a, b)
        }
        (Value::Null(_), Value::Null(_)) => Value::Boolean(true),
        (Value::Null(_), _) | (_, Value::Null(_)) => Value::Boolean(false),
        (Value::List(a), Value::List(b)) => {
            if Arc::ptr_eq(a, b) && a.is_empty() || a.len() != b.len() {
                return Value::Boolean(a.len() == b.len());
            }
            all(a.iter().zip(b.iter()).map(|(a, b)| equal(a, b)))
        }
        (Value::Context(a), Value::Context(b)) => {
            if a.len() != b.len() {
                return Value::Boolean(false);
            }
            all(a.iter().map(|(name, a)| match b.get(name) {
                Some(b) => equal(a, b),
                None => Value::Boolean(false),
            }))
        }
        (Value::Range(a), Value::Range(b)) => {
            let endpoint = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
                (Some(a), Some(b)) => equal(a, b),
                (a, b) => Value::Boolean(a.is_none() && b.is_none()),
            };
            let closed = a.low_closed == b.low_closed && a.high_closed == b.high_closed;
            let ends = [endpoint(&a.low, &b.low), endpoint(&a.high, &b.high)];
            all([Value::Boolean(closed)].into_iter().chain(ends))
        }
        (Value::Function(a), Value::Function(b)) => Value::Boolean(same_function(a, b)),
        _ => match compare(a, b) {
            Some(order) => Value::Boolean(order.is_eq()),
            // Times with and without a zone.
            None if std::mem::discriminant(a) == std::mem::discriminant(b) => Value::Boolean(false),
            None => {
                let (a, b) = (describe(a), describe(b));
                let message = format!("`=` cannot compare {a} with {b}");
                Value::failed(FailureCode::Type, message)
            }
        },
    }
}

/// Whether all are true, in the order and at the first that is false.
fn all(parts: impl Iterator<Item = Value>) -> Value {
    let mut result = Value::Boolean(true);
    for part in parts {
        result = and(&result, &part);
        if matches!(result, Value::Boolean(false)) {
            break;
        }
    }
    result
}

#[cold]
fn equal_unknown(a: &Value, b: &Value) -> Value {
    let known = |values: &[&Value]| match values {
        [a, b] => equal(a, b),
        _ => Value::NULL,
    };
    match lift(&[a, b], &known) {
        Lifted::TooMany(facts) => match (number_limits(a), number_limits(b)) {
            (Some((_, a_high)), Some((b_low, _))) if a_high < b_low => Value::Boolean(false),
            (Some((a_low, _)), Some((_, b_high))) if a_low > b_high => Value::Boolean(false),
            // A number is never null.
            (Some(_), None) if is_certain_null(b) => Value::Boolean(false),
            (None, Some(_)) if is_certain_null(a) => Value::Boolean(false),
            _ => unknown_boolean(&facts),
        },
        Lifted::Done(value) => value,
        Lifted::Known => Value::NULL,
    }
}

fn same_function(a: &Function, b: &Function) -> bool {
    match (a, b) {
        (Function::Builtin(a), Function::Builtin(b)) => std::ptr::eq(*a, *b),
        (Function::Closure(a), Function::Closure(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

/// Whether two values are one and the same: of the same kind, numbers numerically, times with
/// their fractions and zones, unknown values by what they can be; whatever their causes, other
/// nulls are the same.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null(Null::Unknown(a)), Value::Null(Null::Unknown(b))) => {
            a.facts == b.facts && same_possible(&a.possible, &b.possible)
        }
        (Value::Null(a), Value::Null(b)) => {
            !matches!(a, Null::Unknown(_)) && !matches!(b, Null::Unknown(_))
        }
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Date(a), Value::Date(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::DateTime(a), Value::DateTime(b)) => a == b,
        (Value::DaysDuration(a), Value::DaysDuration(b)) => a == b,
        (Value::YearsDuration(a), Value::YearsDuration(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (Value::Range(a), Value::Range(b)) => {
            let endpoint = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
                (Some(a), Some(b)) => same(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
                && endpoint(&a.low, &b.low)
                && endpoint(&a.high, &b.high)
        }
        (Value::Function(a), Value::Function(b)) => same_function(a, b),
        _ => false,
    }
}

fn same_possible(a: &Possible, b: &Possible) -> bool {
    match (a, b) {
        (Possible::Anything, Possible::Anything) => true,
        (Possible::Between(a, b), Possible::Between(c, d)) => a == c && b == d,
        (Possible::OneOf(a), Possible::OneOf(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(a, b)))
        }
        _ => false,
    }
}
