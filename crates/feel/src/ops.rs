//! The operators of FEEL, on values.
//!
//! Every operator is total: what has no result is `null` with a cause, and what rests on missing
//! facts is unknown, with what it can be as narrowly as [`unknown`](mod@self::unknown) tells.

mod arithmetic;
mod comparison;
mod logic;
mod types;
mod unknown;

use std::cmp::Ordering;
use std::sync::Arc;

pub(crate) use arithmetic::lesser_greater;
pub use arithmetic::{add, div, mul, neg, pow, sub};
pub use comparison::{compare, equal, greater, greater_equal, less, less_equal, not_equal, same};
pub use logic::{and, not, or};
pub use types::{coerce, conforms, describe, instance_of, type_of};
pub(crate) use unknown::{Lifted, facts_of, lift, unknown_boolean};
pub use unknown::{one_of, unknown, unknown_of};

use crate::number::Number;
use crate::value::{Failure, FailureCode, Null, Range, Value};

/// A null with a cause for an operand that is null already; else with a new one.
pub(crate) fn fail(
    operands: &[&Value],
    code: FailureCode,
    message: impl FnOnce() -> String,
) -> Value {
    for operand in operands {
        if let Value::Null(Null::Failed(failure)) = operand {
            return Value::Null(Null::Failed(failure.clone()));
        }
    }
    Value::failed(code, message())
}

/// The failure behind a null, if there is one.
pub fn failure(value: &Value) -> Option<&Arc<Failure>> {
    match value {
        Value::Null(Null::Failed(failure)) => Some(failure),
        _ => None,
    }
}

/// A range between endpoints of one type, of which either may be absent; the lower is not above
/// the upper.
pub fn range(
    low: Option<Value>,
    low_closed: bool,
    high: Option<Value>,
    high_closed: bool,
) -> Value {
    for endpoint in [&low, &high].into_iter().flatten() {
        let orderable = matches!(
            endpoint,
            Value::Null(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Date(_)
                | Value::Time(_)
                | Value::DateTime(_)
                | Value::DaysDuration(_)
                | Value::YearsDuration(_)
        );
        if !orderable {
            let kind = describe(endpoint);
            return Value::failed(FailureCode::Type, format!("{kind} cannot end a range"));
        }
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && !low.is_null()
        && !high.is_null()
        && std::mem::discriminant(low) != std::mem::discriminant(high)
    {
        let (low, high) = (describe(low), describe(high));
        let message = format!("a range cannot go from {low} to {high}");
        return Value::failed(FailureCode::Type, message);
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && compare(low, high).is_some_and(Ordering::is_gt)
    {
        let message = format!("a range cannot go from {low} down to {high}");
        return Value::failed(FailureCode::Domain, message);
    }
    Value::Range(Arc::new(Range { low, low_closed, high, high_closed }))
}

/// Whether the range holds the value.
pub fn contains(range: &Range, value: &Value) -> Value {
    let above = match &range.low {
        None => Value::Boolean(true),
        Some(low) if range.low_closed => greater_equal(value, low),
        Some(low) => greater(value, low),
    };
    let below = match &range.high {
        None => Value::Boolean(true),
        Some(high) if range.high_closed => less_equal(value, high),
        Some(high) => less(value, high),
    };
    if range.low.is_none() && range.high.is_none() && value.is_null() {
        return Value::NULL;
    }
    and(&above, &below)
}

/// Whether the value passes a test that has been evaluated: it lies in a range, passes a test of
/// a list, or equals it; a truth value that is set against no other is the answer itself.
pub fn in_test(value: &Value, test: &Value) -> Value {
    match (value, test) {
        (_, Value::Range(range)) if !matches!(value, Value::Range(_)) => contains(range, value),
        (_, Value::List(tests)) => {
            if let Value::List(_) = value
                && let whole @ Value::Boolean(true) = equal(value, test)
            {
                return whole;
            }
            let mut result = Value::Boolean(false);
            for test in tests.iter() {
                result = match (value, test) {
                    (Value::List(_), Value::List(_)) => or(&result, &equal(value, test)),
                    // An item of another kind does not match, and does no harm.
                    _ => match in_test(value, test) {
                        Value::Null(Null::Failed(failure))
                            if failure.code == FailureCode::Type && !value.is_null() =>
                        {
                            result
                        }
                        passed => or(&result, &passed),
                    },
                };
                if matches!(result, Value::Boolean(true)) {
                    break;
                }
            }
            result
        }
        (Value::Null(Null::Unknown(_)) | Value::Boolean(_), Value::Boolean(_)) => {
            equal(value, test)
        }
        (_, Value::Boolean(passed)) => Value::Boolean(*passed),
        _ => equal(value, test),
    }
}

/// The entry or property `name` of a value; of a list, those of its items.
pub fn property(value: &Value, name: &str) -> Value {
    match value {
        Value::Context(context) => match context.get(name) {
            Some(entry) => entry.clone(),
            None => Value::failed(FailureCode::Missing, format!("there is no entry `{name}`")),
        },
        Value::List(items) => Value::list(items.iter().map(|item| property(item, name)).collect()),
        Value::Null(Null::Unknown(unknown)) => match lift(&[value], &|values| match values {
            [value] => property(value, name),
            _ => Value::NULL,
        }) {
            Lifted::Done(result) => result,
            _ => self::unknown(&unknown.facts),
        },
        Value::Null(_) => {
            fail(&[value], FailureCode::Missing, || format!("null has no property `{name}`"))
        }
        _ => own_property(value, name).unwrap_or_else(|| {
            let message = format!("{} has no property `{name}`", describe(value));
            Value::failed(FailureCode::Missing, message)
        }),
    }
}

/// The property `name` of a date, time, duration or range.
pub fn own_property(value: &Value, name: &str) -> Option<Value> {
    let number = |value: i64| Some(Value::Number(Number::from(value)));
    match value {
        Value::Date(date) => match name {
            "year" => number(i64::from(date.year())),
            "month" => number(i64::from(date.month())),
            "day" => number(i64::from(date.day())),
            "weekday" => number(i64::from(date.weekday())),
            _ => None,
        },
        Value::Time(time) => match name {
            "hour" => number(i64::from(time.hour())),
            "minute" => number(i64::from(time.minute())),
            "second" => number(i64::from(time.second())),
            "time offset" => Some(time.offset().map_or(Value::NULL, Value::DaysDuration)),
            "timezone" => Some(time.zone().name().map_or(Value::NULL, Value::from)),
            _ => None,
        },
        Value::DateTime(moment) => match name {
            "year" | "month" | "day" | "weekday" => own_property(&Value::Date(moment.date()), name),
            "time offset" => Some(moment.offset().map_or(Value::NULL, Value::DaysDuration)),
            _ => own_property(&Value::Time(moment.time()), name),
        },
        Value::DaysDuration(duration) => match name {
            "days" => number(duration.days()),
            "hours" => number(duration.hours()),
            "minutes" => number(duration.minutes()),
            "seconds" => Some(Value::Number(duration.seconds())),
            _ => None,
        },
        Value::YearsDuration(duration) => match name {
            "years" => number(duration.years()),
            "months" => number(duration.months()),
            _ => None,
        },
        Value::Range(range) => match name {
            "start" => Some(range.low.clone().unwrap_or(Value::NULL)),
            "end" => Some(range.high.clone().unwrap_or(Value::NULL)),
            "start included" => Some(Value::Boolean(range.low_closed)),
            "end included" => Some(Value::Boolean(range.high_closed)),
            _ => None,
        },
        _ => None,
    }
}

/// The item at a position from 1, or from -1 backwards from the end.
pub fn item_at(items: &[Value], position: &Value) -> Value {
    match position {
        Value::Number(number) => match place(items.len(), *number) {
            Some(place) => items.get(place).cloned().unwrap_or(Value::NULL),
            None => {
                let count = items.len();
                let message = format!("there is no item {number} in a list of {count}");
                Value::failed(FailureCode::Missing, message)
            }
        },
        Value::Null(Null::Unknown(unknown)) => match lift(&[position], &|positions| {
            positions.first().map_or(Value::NULL, |position| item_at(items, position))
        }) {
            Lifted::Done(result) => result,
            _ if items.len() < unknown::MOST => {
                let mut results = items.to_vec();
                results.push(Value::NULL);
                one_of(&unknown.facts, &results)
            }
            _ => self::unknown(&unknown.facts),
        },
        _ => fail(&[position], FailureCode::Type, || {
            format!("the position in a list must be a number, not {}", describe(position))
        }),
    }
}

/// The index of the position in a list of so many items.
pub(crate) fn place(count: usize, position: Number) -> Option<usize> {
    let position = position.to_i64()?;
    let magnitude = usize::try_from(position.unsigned_abs()).ok()?;
    if position > 0 {
        (magnitude <= count).then(|| magnitude - 1)
    } else {
        count.checked_sub(magnitude).filter(|_| magnitude > 0)
    }
}
