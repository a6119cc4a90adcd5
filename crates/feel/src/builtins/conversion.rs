//! Functions that convert.

use std::fmt::{self, Write as _};

use super::{Builtin, at_literal};
use crate::number::Number;
use crate::ops;
use crate::temporal::{Date, DateTime, DaysDuration, TemporalError, Time, YearsDuration, Zone};
use crate::types::Type;
use crate::value::{FailureCode, Null, Range, Value};

pub(super) const ALL: &[&Builtin] = &[
    &DATE,
    &DATE_AND_TIME,
    &TIME,
    &DURATION,
    &YEARS_AND_MONTHS_DURATION,
    &NUMBER,
    &STRING,
    &RANGE,
    &NOT,
];

builtin! {
    /// The date of a text, of a date and time, or of its parts.
    DATE = "date" (Whole)
    ("from" String)
    ("from" Day)
    ("year" Number, "month" Number, "day" Number)
    -> |_| Type::Date;
    |_, arguments| match arguments {
        [Value::String(text)] => parsed(Date::parse(text).map(Value::Date)),
        [Value::Date(date)] => Value::Date(*date),
        [Value::DateTime(moment)] => Value::Date(moment.date()),
        [Value::Number(year), Value::Number(month), Value::Number(day)] => {
            date_of(*year, *month, *day).map_or_else(no_date, Value::Date)
        }
        _ => Value::NULL,
    };
    "date(\"2026-11-23\")" => "date(\"2026-11-23\")",
    "date(2026, 11, 23)" => "date(\"2026-11-23\")",
    "date(year: -2017, month: 1, day: 1)" => "date(\"-2017-01-01\")",
    "date(date and time(\"2026-11-23T14:25:00@Europe/Paris\"))" => "date(\"2026-11-23\")",
    "date(\"998-12-31\")" => "null",
    "date(2025, 2, 29)" => "null",
}

builtin! {
    /// The date and time of a text, of a date and a time, or of its parts.
    DATE_AND_TIME = "date and time" (Whole)
    ("from" String)
    ("from" DateTime)
    ("date" Day, "time" Time)
    (
        "year" Number, "month" Number, "day" Number, "hour" Number, "minute" Number,
        "second" Number, "offset" DaysDuration optional nullable
    )
    (
        "year" Number, "month" Number, "day" Number, "hour" Number, "minute" Number,
        "second" Number, "timezone" String
    )
    -> |_| Type::DateTime;
    |_, arguments| match arguments {
        [Value::String(text)] => match Date::parse(text) {
            Ok(date) => Value::DateTime(DateTime::midnight(date)),
            Err(_) => parsed(DateTime::parse(text).map(Value::DateTime)),
        },
        [Value::DateTime(moment)] => Value::DateTime(*moment),
        [Value::Date(date), Value::Time(time)] => date_time(*date, *time),
        [Value::DateTime(moment), Value::Time(time)] => date_time(moment.date(), *time),
        [
            Value::Number(year),
            Value::Number(month),
            Value::Number(day),
            Value::Number(hour),
            Value::Number(minute),
            Value::Number(second),
            rest @ ..,
        ] => {
            let Some(date) = date_of(*year, *month, *day) else { return no_date() };
            let zone = match rest.first() {
                Some(Value::String(name)) => match Zone::named(name) {
                    Some(zone) => zone,
                    None => {
                        let message = format!("there is no time zone `{}`", name.escape_debug());
                        return Value::failed(FailureCode::Domain, message);
                    }
                },
                Some(Value::DaysDuration(offset)) => match zone_of(*offset) {
                    Some(zone) => zone,
                    None => return no_offset(*offset),
                },
                _ => Zone::LOCAL,
            };
            match time_of(*hour, *minute, *second, zone) {
                Some(time) => date_time(date, time),
                None => no_time(),
            }
        }
        _ => Value::NULL,
    };
    "date and time(\"2026-11-23T10:30:00\")" => "date and time(\"2026-11-23T10:30:00\")",
    "date and time(\"2026-11-23\")" => "date and time(\"2026-11-23T00:00:00\")",
    "date and time(date(\"2026-11-23\"), time(\"10:30:00+08:00\"))"
        => "date and time(\"2026-11-23T10:30:00+08:00\")",
    "date and time(2026, 11, 23, 10, 30, 0)" => "date and time(\"2026-11-23T10:30:00\")",
    "date and time(2026, 11, 23, 10, 30, 0, duration(\"PT8H\"))"
        => "date and time(\"2026-11-23T10:30:00+08:00\")",
    "date and time(2026, 11, 23, 10, 30, 0, \"Asia/Shanghai\")"
        => "date and time(\"2026-11-23T10:30:00@Asia/Shanghai\")",
    "date and time(\"2026-03-29T02:30:00@Europe/Paris\")" => "null",
}

builtin! {
    /// The time of a text, of a date and time, or of its parts.
    TIME = "time" (Whole)
    ("from" String)
    ("from" Time)
    ("from" DateTime)
    ("hour" Number, "minute" Number, "second" Number, "offset" DaysDuration optional nullable)
    -> |_| Type::Time;
    |_, arguments| match arguments {
        [Value::String(text)] => parsed(Time::parse(text).map(Value::Time)),
        [Value::Time(time)] => Value::Time(*time),
        [Value::DateTime(moment)] => Value::Time(moment.time()),
        [Value::Number(hour), Value::Number(minute), Value::Number(second), rest @ ..] => {
            let zone = match rest.first() {
                Some(Value::DaysDuration(offset)) => match zone_of(*offset) {
                    Some(zone) => zone,
                    None => return no_offset(*offset),
                },
                _ => Zone::LOCAL,
            };
            time_of(*hour, *minute, *second, zone).map_or_else(no_time, Value::Time)
        }
        _ => Value::NULL,
    };
    "time(\"10:30:00+08:00\")" => "time(\"10:30:00+08:00\")",
    "time(12, 59, 1.3, duration(\"-PT1H\"))" => "time(\"12:59:01.3-01:00\")",
    "time(date and time(\"2026-11-23T10:30:00Z\"))" => "time(\"10:30:00Z\")",
    "time(24, 0, 0)" => "null",
}

builtin! {
    /// The duration of a text, either in days and smaller units or in years and months.
    DURATION = "duration" (Whole)
    ("from" String)
    -> |_| Type::Any;
    |_, arguments| match arguments {
        [Value::String(text)] => match YearsDuration::parse(text) {
            Ok(duration) => Value::YearsDuration(duration),
            Err(error) if error.is_range() => Value::failed(FailureCode::Parse, error.to_string()),
            Err(_) => match DaysDuration::parse(text) {
                Ok(duration) => Value::DaysDuration(duration),
                Err(error) if error.is_range() => {
                    Value::failed(FailureCode::Parse, error.to_string())
                }
                Err(_) => {
                    let text = text.escape_debug();
                    let message =
                        format!("`{text}` is no duration, as \"P1Y6M\" or \"P1DT12H\"");
                    Value::failed(FailureCode::Parse, message)
                }
            },
        },
        _ => Value::NULL,
    };
    "duration(\"PT24H\")" => "duration(\"P1D\")",
    "duration(\"P26M\")" => "duration(\"P2Y2M\")",
    "duration(\"P1Y2D\")" => "null",
}

builtin! {
    /// The whole years and months from one date to another.
    YEARS_AND_MONTHS_DURATION = "years and months duration" (Whole)
    ("from" Day, "to" Day)
    -> |_| Type::YearsDuration;
    |_, arguments| {
        let date = |value: &Value| match value {
            Value::Date(date) => Some(*date),
            Value::DateTime(moment) => Some(moment.date()),
            _ => None,
        };
        match arguments {
            [from, to] => match (date(from), date(to)) {
                (Some(from), Some(to)) => Value::YearsDuration(from.months_until(to)),
                _ => Value::NULL,
            },
            _ => Value::NULL,
        }
    };
    "years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))"
        => "duration(\"P1Y8M\")",
    "years and months duration(date(\"2013-08-24\"), date(\"2011-12-22\"))"
        => "duration(\"-P1Y8M\")",
}

builtin! {
    /// The number of a text. The grouping separator is a space, a comma or a full stop, and is
    /// dropped; the decimal separator is a full stop unless it is given as a comma.
    NUMBER = "number" (Whole)
    (
        "from" String, "grouping separator" String optional nullable,
        "decimal separator" String optional nullable
    )
    -> |_| Type::Number;
    |_, arguments| {
        let Some(Value::String(text)) = arguments.first() else { return Value::NULL };
        let separator = |at: usize, admitted: &[&str]| match arguments.get(at) {
            Some(Value::String(separator)) if admitted.contains(&&**separator) => {
                Ok(Some(separator.to_string()))
            }
            Some(Value::String(separator)) => {
                let separator = separator.escape_debug();
                let message = format!("`{separator}` cannot separate digits here");
                Err(Value::failed(FailureCode::Domain, message))
            }
            _ => Ok(None),
        };
        let (grouping, decimal) = match (separator(1, &[" ", ",", "."]), separator(2, &[",", "."])) {
            (Ok(grouping), Ok(decimal)) => (grouping, decimal.unwrap_or_else(|| ".".to_owned())),
            (Err(failure), _) | (_, Err(failure)) => return failure,
        };
        if grouping.as_ref() == Some(&decimal) {
            let message = "the two separators of a number cannot be the same";
            return Value::failed(FailureCode::Domain, message);
        }
        let mut digits = match grouping {
            Some(grouping) => text.replace(&grouping, ""),
            None => text.to_string(),
        };
        if decimal == "," {
            if digits.contains('.') {
                digits.clear();
            }
            digits = digits.replace(',', ".");
        }
        match Number::parse(&digits) {
            Some(number) => Value::Number(number),
            None => {
                let text: String = text.chars().take(40).collect();
                let message = format!("`{}` is no number", text.escape_debug());
                Value::failed(FailureCode::Parse, message)
            }
        }
    };
    "number(\"1 000,5\", \" \", \",\")" => "1000.5",
    "number(\"1,000,000.01\", \",\", \".\")" => "1000000.01",
    "number(\"-12.50\")" => "-12.5",
    "number(\"1.000,5\", \".\")" => "null",
    "number(\"twelve\")" => "null",
}

builtin! {
    /// The text of a value; null for null.
    STRING = "string" (Whole)
    ("from" Any)
    -> |_| Type::String;
    |host, arguments| {
        let mut text = Bounded::new(ops::LONGEST_TEXT);
        let written = match arguments {
            [Value::Null(Null::Failed(failure))] => {
                return Value::Null(Null::Failed(failure.clone()));
            }
            [Value::Null(_)] => return Value::NULL,
            [Value::String(text)] => return Value::String(text.clone()),
            [Value::Date(value)] => write!(text, "{value}"),
            [Value::Time(value)] => write!(text, "{value}"),
            [Value::DateTime(value)] => write!(text, "{value}"),
            [Value::DaysDuration(value)] => write!(text, "{value}"),
            [Value::YearsDuration(value)] => write!(text, "{value}"),
            [value] => write!(text, "{value}"),
            _ => return Value::NULL,
        };
        if !host.spend(text.text.len() as u64 / 64) {
            return Value::NULL;
        }
        match written {
            Ok(()) => Value::string(text.text),
            Err(_) => Value::failed(FailureCode::Overflow, "the text is too long"),
        }
    };
    "string(1.10)" => "\"1.1\"",
    "string(date(\"2026-11-23\"))" => "\"2026-11-23\"",
    "string([1, \"a\"])" => "\"[1, \\\"a\\\"]\"",
    "string({a: null})" => "\"{a: null}\"",
    "string(null)" => "null",
}

builtin! {
    /// The range of a text, as `[1..3]`, between literal endpoints.
    RANGE = "range" (Whole)
    ("from" String)
    -> |_| Type::range(Type::Any);
    |_, arguments| match arguments {
        [Value::String(text)] => read_range(text).unwrap_or_else(|| {
            let text: String = text.chars().take(40).collect();
            let message = format!("`{}` is no range, as \"[1..3]\"", text.escape_debug());
            Value::failed(FailureCode::Parse, message)
        }),
        _ => Value::NULL,
    };
    "range(\"[18..21)\")" => "[18..21)",
    "range(\"]1..3[\")" => "(1..3)",
    "range(\"[\\\"a\\\"..\\\"c\\\"]\")" => "[\"a\"..\"c\"]",
    "range(\"[3..1]\")" => "null",
    "range(\"[1..]\")" => "null",
}

builtin! {
    /// The opposite of a truth value.
    NOT = "not" (Own)
    ("negand" Any)
    -> |_| Type::Boolean;
    |_, arguments| arguments.first().map_or(Value::NULL, ops::not);
    "not(true)" => "false",
    "not(null)" => "null",
    "not(0)" => "null",
}

fn parsed(value: Result<Value, TemporalError>) -> Value {
    value.unwrap_or_else(|error| Value::failed(FailureCode::Parse, error.to_string()))
}

fn date_of(year: Number, month: Number, day: Number) -> Option<Date> {
    let year = i32::try_from(year.to_i64()?).ok()?;
    let month = u8::try_from(month.to_i64()?).ok()?;
    let day = u8::try_from(day.to_i64()?).ok()?;
    Date::new(year, month, day)
}

/// The time; the second may have a fraction.
fn time_of(hour: Number, minute: Number, second: Number, zone: Zone) -> Option<Time> {
    let hour = u8::try_from(hour.to_i64()?).ok()?;
    let minute = u8::try_from(minute.to_i64()?).ok()?;
    let nanoseconds = u64::try_from(second.to_scaled(9)?).ok()?;
    let second = u8::try_from(nanoseconds / 1_000_000_000).ok()?;
    Time::new(hour, minute, second, (nanoseconds % 1_000_000_000) as u32, zone)
}

fn zone_of(offset: DaysDuration) -> Option<Zone> {
    Zone::offset(i32::try_from(offset.seconds_floor()).ok()?)
}

fn date_time(date: Date, time: Time) -> Value {
    match DateTime::new(date, time) {
        Some(moment) => Value::DateTime(moment),
        None => {
            let message = format!("clocks in that zone skip {time} on {date}");
            Value::failed(FailureCode::Domain, message)
        }
    }
}

fn no_date() -> Value {
    Value::failed(FailureCode::Domain, "there is no such date")
}

fn no_time() -> Value {
    Value::failed(FailureCode::Domain, "there is no such time")
}

fn no_offset(offset: DaysDuration) -> Value {
    let message = format!("offsets from UTC go up to 18 hours, not {offset}");
    Value::failed(FailureCode::Domain, message)
}

fn read_range(text: &str) -> Option<Value> {
    let text = text.trim();
    let low_closed = match text.chars().next()? {
        '[' => true,
        '(' | ']' => false,
        _ => return None,
    };
    let high_closed = match text.chars().last()? {
        ']' => true,
        ')' | '[' => false,
        _ => return None,
    };
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let mut quoted = false;
    let mut escaped = false;
    let between = inner.char_indices().find(|(at, character)| {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            '.' => return !quoted && inner.get(*at..).is_some_and(|rest| rest.starts_with("..")),
            _ => {}
        }
        false
    })?;
    let low = read_endpoint(inner.get(..between.0)?.trim())?;
    let high = read_endpoint(inner.get(between.0 + 2..)?.trim())?;
    if ops::compare(&low, &high)?.is_gt() {
        return None;
    }
    let range = Range { low: Some(low), low_closed, high: Some(high), high_closed };
    Some(Value::Range(std::sync::Arc::new(range)))
}

fn read_endpoint(text: &str) -> Option<Value> {
    if let Some(number) = Number::parse(text) {
        return Some(Value::Number(number));
    }
    if let Some(literal) = text.strip_prefix('@') {
        return Some(at_literal(&read_string(literal.trim_start())?)).filter(|v| !v.is_null());
    }
    if text.starts_with('"') {
        return read_string(text).map(Value::string);
    }
    let (function, argument) = text.strip_suffix(')')?.split_once('(')?;
    let argument = read_string(argument.trim())?;
    match function.trim() {
        "date" => Date::parse(&argument).ok().map(Value::Date),
        "time" => Time::parse(&argument).ok().map(Value::Time),
        "date and time" => DateTime::parse(&argument).ok().map(Value::DateTime),
        "duration" => Some(at_literal(&argument))
            .filter(|value| matches!(value, Value::DaysDuration(_) | Value::YearsDuration(_))),
        _ => None,
    }
}

/// The text of a string literal.
fn read_string(literal: &str) -> Option<String> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return None,
            '\\' => match characters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                same @ ('"' | '\\' | '\'') => text.push(same),
                _ => return None,
            },
            character => text.push(character),
        }
    }
    Some(text)
}

/// Text that refuses to grow beyond a size.
struct Bounded {
    text: String,
    most: usize,
}

impl Bounded {
    fn new(most: usize) -> Bounded {
        Bounded { text: String::new(), most }
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.text.len() + text.len() > self.most {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}
