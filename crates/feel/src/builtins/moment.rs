//! Functions on dates and times.

use super::{Builtin, Host};
use crate::number::Number;
use crate::ops;
use crate::temporal::{Date, DateTime};
use crate::types::Type;
use crate::value::{FailureCode, Value};

pub(super) const ALL: &[&Builtin] =
    &[&DAY_OF_YEAR, &DAY_OF_WEEK, &MONTH_OF_YEAR, &WEEK_OF_YEAR, &NOW, &TODAY, &IS];

builtin! {
    /// The number of the day in its year.
    DAY_OF_YEAR = "day of year" (Whole)
    ("date" Day)
    -> |_| Type::Number;
    |_, arguments| of_date(arguments, |date| {
        Value::Number(Number::from(u32::from(date.day_of_year())))
    });
    "day of year(date(2019, 9, 17))" => "260",
    "day of year(date(2020, 12, 31))" => "366",
}

builtin! {
    /// The English name of the day of the week.
    DAY_OF_WEEK = "day of week" (Whole)
    ("date" Day)
    -> |_| Type::String;
    |_, arguments| of_date(arguments, |date| {
        let names =
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let name = names.get(usize::from(date.weekday()).wrapping_sub(1));
        name.map_or(Value::NULL, |name| Value::from(*name))
    });
    "day of week(date(2019, 9, 17))" => "\"Tuesday\"",
}

builtin! {
    /// The English name of the month.
    MONTH_OF_YEAR = "month of year" (Whole)
    ("date" Day)
    -> |_| Type::String;
    |_, arguments| of_date(arguments, |date| {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ];
        let name = names.get(usize::from(date.month()).wrapping_sub(1));
        name.map_or(Value::NULL, |name| Value::from(*name))
    });
    "month of year(date(2019, 9, 17))" => "\"September\"",
}

builtin! {
    /// The number of the week in its year, by ISO 8601.
    WEEK_OF_YEAR = "week of year" (Whole)
    ("date" Day)
    -> |_| Type::Number;
    |_, arguments| of_date(arguments, |date| {
        Value::Number(Number::from(u32::from(date.week_of_year())))
    });
    "week of year(date(2019, 9, 17))" => "38",
    "week of year(date(2003, 12, 29))" => "1",
    "week of year(date(2005, 1, 1))" => "53",
}

fn of_date(arguments: &[Value], apply: fn(Date) -> Value) -> Value {
    match arguments {
        [Value::Date(date)] => apply(*date),
        [Value::DateTime(moment)] => apply(moment.date()),
        _ => Value::NULL,
    }
}

builtin! {
    /// The date and time at which the evaluation is set.
    NOW = "now" (Whole)
    ()
    -> |_| Type::DateTime;
    |host, _| match now(host) {
        Ok(moment) => Value::DateTime(moment),
        Err(failure) => failure,
    };
    "now()" => "date and time(\"2026-11-23T12:00:00+08:00\")",
}

builtin! {
    /// The date at which the evaluation is set.
    TODAY = "today" (Whole)
    ()
    -> |_| Type::Date;
    |host, _| match now(host) {
        Ok(moment) => Value::Date(moment.date()),
        Err(failure) => failure,
    };
    "today()" => "date(\"2026-11-23\")",
}

fn now(host: &mut dyn Host) -> Result<DateTime, Value> {
    host.now().ok_or_else(|| {
        Value::failed(FailureCode::Refused, "this evaluation is not told what time it is")
    })
}

builtin! {
    /// Whether two values are one and the same: times also in their zones.
    IS = "is" (Whole)
    ("value1" Any optional, "value2" Any optional)
    -> |_| Type::Boolean;
    |_, arguments| {
        let value = |at: usize| arguments.get(at).unwrap_or(&Value::NULL);
        Value::Boolean(ops::same(value(0), value(1)))
    };
    "is(time(\"23:00:50Z\"), time(\"23:00:50+00:00\"))" => "true",
    "is(time(\"20:00:50+00:00\"), time(\"21:00:50+01:00\"))" => "false",
    "is(date(\"2012-12-25\"), time(\"23:00:50\"))" => "false",
    "is(1, 1.0)" => "true",
}
