//! Arithmetic.

use super::comparison::{compare, is_certain_null};
use super::fail;
use super::types::describe;
use super::unknown::{Lifted, between, lift, unknown};
use crate::number::Number;
use crate::temporal::DateTime;
use crate::value::{FailureCode, Null, Possible, Value};

/// The longest text that operators and built-in functions make, in bytes.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// `a + b`.
pub fn add(a: &Value, b: &Value) -> Value {
    if let (Value::Number(x), Value::Number(y)) = (a, b) {
        return number(x.checked_add(*y), "sum");
    }
    lifted(a, b, &add_known, &|(a, b), (c, d)| Some((a.checked_add(c)?, b.checked_add(d)?)))
}

fn add_known(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => number(x.checked_add(*y), "sum"),
        (Value::String(x), Value::String(y)) => {
            if x.len() + y.len() > LONGEST_TEXT {
                return Value::failed(FailureCode::Overflow, "the text is too long");
            }
            let mut text = String::with_capacity(x.len() + y.len());
            text.push_str(x);
            text.push_str(y);
            Value::string(text)
        }
        (Value::DaysDuration(x), Value::DaysDuration(y)) => {
            result(x.checked_add(*y).map(Value::DaysDuration), "sum")
        }
        (Value::YearsDuration(x), Value::YearsDuration(y)) => {
            result(x.checked_add(*y).map(Value::YearsDuration), "sum")
        }
        (moment, duration @ (Value::DaysDuration(_) | Value::YearsDuration(_))) => {
            shift(moment, duration, 1).unwrap_or_else(|| wrong(a, b, "+", "add", "and"))
        }
        (duration @ (Value::DaysDuration(_) | Value::YearsDuration(_)), moment) => {
            shift(moment, duration, 1).unwrap_or_else(|| wrong(a, b, "+", "add", "and"))
        }
        _ => wrong(a, b, "+", "add", "and"),
    }
}

/// `a - b`.
pub fn sub(a: &Value, b: &Value) -> Value {
    if let (Value::Number(x), Value::Number(y)) = (a, b) {
        return number(x.checked_sub(*y), "difference");
    }
    lifted(a, b, &sub_known, &|(a, b), (c, d)| Some((a.checked_sub(d)?, b.checked_sub(c)?)))
}

fn sub_known(a: &Value, b: &Value) -> Value {
    // A date set against a moment is its midnight in UTC.
    let moment = |value: &Value| match value {
        Value::Date(date) => Some(DateTime::midnight_utc(*date)),
        Value::DateTime(moment) => Some(*moment),
        _ => None,
    };
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => number(x.checked_sub(*y), "difference"),
        (Value::DaysDuration(x), Value::DaysDuration(y)) => {
            result(x.checked_sub(*y).map(Value::DaysDuration), "difference")
        }
        (Value::YearsDuration(x), Value::YearsDuration(y)) => {
            result(x.checked_sub(*y).map(Value::YearsDuration), "difference")
        }
        (Value::Time(x), Value::Time(y)) => match x.since(*y) {
            Some(duration) => Value::DaysDuration(duration),
            None => zones(a, b),
        },
        (Value::Date(_) | Value::DateTime(_), Value::Date(_) | Value::DateTime(_)) => {
            let difference = moment(a).zip(moment(b)).and_then(|(x, y)| x.since(y));
            difference.map_or_else(|| zones(a, b), Value::DaysDuration)
        }
        (moment, duration @ (Value::DaysDuration(_) | Value::YearsDuration(_))) => {
            shift(moment, duration, -1).unwrap_or_else(|| wrong(b, a, "-", "subtract", "from"))
        }
        _ => wrong(b, a, "-", "subtract", "from"),
    }
}

/// A date or time moved by a duration, forwards or backwards; `None` if it is neither.
fn shift(moment: &Value, duration: &Value, direction: i64) -> Option<Value> {
    let shifted = match (moment, duration) {
        (Value::Date(_) | Value::DateTime(_), Value::YearsDuration(duration)) => {
            let months = duration.total_months().checked_mul(direction);
            match (moment, months) {
                (Value::Date(date), Some(months)) => date.add_months(months).map(Value::Date),
                (Value::DateTime(moment), Some(months)) => match moment.add_months(months) {
                    Some(moment) => Some(Value::DateTime(moment)),
                    None if moment.date().add_months(months).is_some() => {
                        let message = "clocks in that zone skip this time on that day";
                        return Some(Value::failed(FailureCode::Domain, message));
                    }
                    None => None,
                },
                _ => None,
            }
        }
        (Value::Date(_) | Value::DateTime(_) | Value::Time(_), Value::DaysDuration(duration)) => {
            let duration = if direction < 0 { duration.checked_neg() } else { Some(*duration) };
            match (moment, duration) {
                (Value::Date(date), Some(duration)) => date.add_duration(duration).map(Value::Date),
                (Value::DateTime(moment), Some(duration)) => {
                    moment.add_duration(duration).map(Value::DateTime)
                }
                (Value::Time(time), Some(duration)) => {
                    Some(Value::Time(time.add_duration(duration)))
                }
                _ => None,
            }
        }
        _ => return None,
    };
    Some(result(shifted, "date"))
}

/// `a * b`.
pub fn mul(a: &Value, b: &Value) -> Value {
    if let (Value::Number(x), Value::Number(y)) = (a, b) {
        return number(x.checked_mul(*y), "product");
    }
    lifted(a, b, &mul_known, &|a, b| extremes(a, b, Number::checked_mul))
}

fn mul_known(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => number(x.checked_mul(*y), "product"),
        (Value::DaysDuration(duration), Value::Number(factor))
        | (Value::Number(factor), Value::DaysDuration(duration)) => {
            result(duration.checked_mul(*factor).map(Value::DaysDuration), "product")
        }
        (Value::YearsDuration(duration), Value::Number(factor))
        | (Value::Number(factor), Value::YearsDuration(duration)) => {
            result(duration.checked_mul(*factor).map(Value::YearsDuration), "product")
        }
        _ => wrong(a, b, "*", "multiply", "by"),
    }
}

/// `a / b`.
pub fn div(a: &Value, b: &Value) -> Value {
    lifted(a, b, &div_known, &|a, (low, high)| {
        let zero = low <= Number::ZERO && high >= Number::ZERO;
        if zero { None } else { extremes(a, (low, high), Number::checked_div) }
    })
}

fn div_known(a: &Value, b: &Value) -> Value {
    let zero = match b {
        Value::Number(divisor) => divisor.is_zero(),
        Value::DaysDuration(divisor) => divisor.total_nanoseconds() == 0,
        Value::YearsDuration(divisor) => divisor.total_months() == 0,
        _ => false,
    };
    let by_zero = |quotient: Option<Value>| {
        if zero {
            Value::failed(FailureCode::DivisionByZero, "division by zero")
        } else {
            result(quotient, "quotient")
        }
    };
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => by_zero(x.checked_div(*y).map(Value::Number)),
        (Value::DaysDuration(x), Value::Number(y)) => {
            by_zero(x.checked_div(*y).map(Value::DaysDuration))
        }
        (Value::YearsDuration(x), Value::Number(y)) => {
            by_zero(x.checked_div(*y).map(Value::YearsDuration))
        }
        (Value::DaysDuration(x), Value::DaysDuration(y)) => by_zero(x.ratio(*y).map(Value::Number)),
        (Value::YearsDuration(x), Value::YearsDuration(y)) => {
            by_zero(x.ratio(*y).map(Value::Number))
        }
        _ => wrong(a, b, "/", "divide", "by"),
    }
}

/// `a ** b`.
pub fn pow(a: &Value, b: &Value) -> Value {
    lifted(a, b, &pow_known, &|_, _| None)
}

fn pow_known(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match x.checked_pow(*y) {
            Some(power) => Value::Number(power),
            None if x.is_zero() => {
                Value::failed(FailureCode::DivisionByZero, "zero to a negative power")
            }
            None if x.is_negative() && !y.is_integer() => {
                Value::failed(FailureCode::Domain, "a negative number has no power with a fraction")
            }
            None => result(None, "power"),
        },
        _ => wrong(a, b, "**", "raise", "to the power of"),
    }
}

/// `-a`.
pub fn neg(a: &Value) -> Value {
    match a {
        Value::Number(a) => Value::Number(-*a),
        Value::DaysDuration(a) => result(a.checked_neg().map(Value::DaysDuration), "duration"),
        Value::YearsDuration(a) => result(a.checked_neg().map(Value::YearsDuration), "duration"),
        Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
            Possible::Between(low, high) => between(&unknown.facts, -*high, -*low),
            _ => match lift(&[a], &|values| values.first().map_or(Value::NULL, |a| neg(a))) {
                Lifted::Done(value) => value,
                _ => super::unknown(&unknown.facts),
            },
        },
        _ => fail(&[a], FailureCode::Type, || format!("`-` cannot negate {}", describe(a))),
    }
}

/// The lesser or the greater of two values of one ordered type.
pub(crate) fn lesser_greater(a: &Value, b: &Value, lesser: bool) -> Value {
    let known = |a: &Value, b: &Value| match compare(a, b) {
        Some(order) => {
            if order.is_gt() == lesser {
                b.clone()
            } else {
                a.clone()
            }
        }
        None => fail(&[a, b], FailureCode::Type, || {
            format!("{} and {} have no order", describe(a), describe(b))
        }),
    };
    lifted(a, b, &known, &|(a, b), (c, d)| {
        Some(if lesser { (a.min(c), b.min(d)) } else { (a.max(c), b.max(d)) })
    })
}

type Limits = (Number, Number);

/// Applies an operator also where operands are unknown: to all combinations if they are few, else
/// to the limits of numbers.
fn lifted(
    a: &Value,
    b: &Value,
    known: &dyn Fn(&Value, &Value) -> Value,
    limits: &dyn Fn(Limits, Limits) -> Option<Limits>,
) -> Value {
    if a.as_unknown().is_none() && b.as_unknown().is_none() {
        return known(a, b);
    }
    if is_certain_null(a) || is_certain_null(b) {
        return fail(&[a, b], FailureCode::Type, || "an operand is null".to_owned());
    }
    let apply = |values: &[&Value]| match values {
        [a, b] => known(a, b),
        _ => Value::NULL,
    };
    match lift(&[a, b], &apply) {
        Lifted::Done(value) => value,
        Lifted::TooMany(facts) => {
            let result = number_limits(a).zip(number_limits(b)).and_then(|(a, b)| limits(a, b));
            match result {
                Some((low, high)) => between(&facts, low, high),
                None => unknown(&facts),
            }
        }
        Lifted::Known => Value::NULL,
    }
}

/// The least and the greatest number that a value can be, if it can be nothing else.
pub(super) fn number_limits(value: &Value) -> Option<Limits> {
    match value {
        Value::Number(number) => Some((*number, *number)),
        Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
            Possible::Between(low, high) => Some((*low, *high)),
            Possible::Anything => None,
            Possible::OneOf(values) => {
                let mut limits: Option<Limits> = None;
                for value in values {
                    let Value::Number(number) = value else { return None };
                    let (low, high) = limits.unwrap_or((*number, *number));
                    limits = Some((low.min(*number), high.max(*number)));
                }
                limits
            }
        },
        _ => None,
    }
}

/// The limits of an operator that has its extremes at the corners.
fn extremes(a: Limits, b: Limits, apply: fn(Number, Number) -> Option<Number>) -> Option<Limits> {
    let corners = [apply(a.0, b.0)?, apply(a.0, b.1)?, apply(a.1, b.0)?, apply(a.1, b.1)?];
    Some((corners.iter().copied().min()?, corners.iter().copied().max()?))
}

fn number(number: Option<Number>, what: &str) -> Value {
    result(number.map(Value::Number), what)
}

fn result(value: Option<Value>, what: &str) -> Value {
    value.unwrap_or_else(|| {
        Value::failed(FailureCode::Overflow, format!("the {what} is out of range"))
    })
}

fn zones(a: &Value, b: &Value) -> Value {
    let (a, b) = (describe(a), describe(b));
    let message = format!("`-` cannot set {a} against {b} without knowing their zones");
    Value::failed(FailureCode::Domain, message)
}

fn wrong(a: &Value, b: &Value, sign: &str, verb: &str, with: &str) -> Value {
    fail(&[a, b], FailureCode::Type, || {
        format!("`{sign}` cannot {verb} {} {with} {}", describe(a), describe(b))
    })
}
