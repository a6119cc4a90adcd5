//! Equality and order.

use std::cmp::Ordering;
use std::sync::Arc;

use super::arithmetic::number_limits;
use super::types::describe;
use super::unknown::{Lifted, lift, unknown_boolean};
use super::{Walk, and, fail, not};
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
        _ => {
            let mut walk = Walk::default();
            let result = equal_within(a, b, &mut walk);
            if walk.exceeded() { too_large() } else { result }
        }
    }
}

fn too_large() -> Value {
    Value::failed(FailureCode::Overflow, "the values are too large to be compared")
}

fn equal_within(a: &Value, b: &Value, walk: &mut Walk) -> Value {
    if !walk.enter() {
        return Value::NULL;
    }
    let result = match (a, b) {
        (Value::Null(Null::Unknown(_)), _) | (_, Value::Null(Null::Unknown(_))) => {
            equal_unknown(a, b)
        }
        (Value::Null(_), Value::Null(_)) => Value::Boolean(true),
        (Value::Null(_), _) | (_, Value::Null(_)) => Value::Boolean(false),
        (Value::Boolean(a), Value::Boolean(b)) => Value::Boolean(a == b),
        (Value::List(a), Value::List(b)) => {
            if a.len() == b.len() {
                let mut pairs = a.iter().zip(b.iter());
                all(&mut || pairs.next().map(|(a, b)| equal_within(a, b, walk)))
            } else {
                Value::Boolean(false)
            }
        }
        (Value::Context(a), Value::Context(b)) => {
            if a.len() == b.len() {
                let mut entries = a.iter();
                all(&mut || {
                    let (name, a) = entries.next()?;
                    Some(match b.get(name) {
                        Some(b) => equal_within(a, b, walk),
                        None => Value::Boolean(false),
                    })
                })
            } else {
                Value::Boolean(false)
            }
        }
        (Value::Range(a), Value::Range(b)) => {
            let closed = (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed);
            let mut ends = [(&a.low, &b.low), (&a.high, &b.high)].into_iter();
            let ends = all(&mut || {
                Some(match ends.next()? {
                    (Some(a), Some(b)) => equal_within(a, b, walk),
                    (a, b) => Value::Boolean(a.is_none() && b.is_none()),
                })
            });
            and(&Value::Boolean(closed), &ends)
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
    };
    walk.leave();
    result
}

/// Whether all are true, in order, up to the first that is false.
fn all(next: &mut dyn FnMut() -> Option<Value>) -> Value {
    let mut result = Value::Boolean(true);
    while let Some(part) = next() {
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
/// nulls are the same. Values too large to be looked through are not.
pub fn same(a: &Value, b: &Value) -> bool {
    same_within(a, b, &mut Walk::default())
}

fn same_within(a: &Value, b: &Value, walk: &mut Walk) -> bool {
    if !walk.enter() {
        return false;
    }
    let result = match (a, b) {
        (Value::Null(Null::Unknown(a)), Value::Null(Null::Unknown(b))) => {
            a.facts == b.facts && same_possible(&a.possible, &b.possible, walk)
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
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_within(a, b, walk))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same_within(a, b, walk)))
        }
        (Value::Range(a), Value::Range(b)) => {
            let mut endpoint = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
                (Some(a), Some(b)) => same_within(a, b, walk),
                (a, b) => a.is_none() && b.is_none(),
            };
            (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
                && endpoint(&a.low, &b.low)
                && endpoint(&a.high, &b.high)
        }
        (Value::Function(a), Value::Function(b)) => same_function(a, b),
        _ => false,
    };
    walk.leave();
    result
}

fn same_possible(a: &Possible, b: &Possible, walk: &mut Walk) -> bool {
    match (a, b) {
        (Possible::Anything, Possible::Anything) => true,
        (Possible::Between(a, b), Possible::Between(c, d)) => a == c && b == d,
        (Possible::OneOf(a), Possible::OneOf(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same_within(a, b, walk)))
        }
        _ => false,
    }
}
