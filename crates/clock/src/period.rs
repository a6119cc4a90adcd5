//! Lengths of time as the law gives them.

use std::fmt;
use std::num::NonZeroU32;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::day;

/// A length of time, in the unit in which the law gives it. Never zero.
///
/// A working day is a day, not a number of hours: a period of one working day that starts at
/// 23:59 ends at the end of the next working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Days that are worked.
    WorkingDays(NonZeroU32),
    /// Days of any kind.
    Days(NonZeroU32),
    /// Months; where the last one has no such day, its last day.
    Months(NonZeroU32),
}

impl Period {
    /// A period of working days; none for zero.
    pub fn working_days(amount: u32) -> Option<Period> {
        NonZeroU32::new(amount).map(Period::WorkingDays)
    }

    /// A period of days; none for zero.
    pub fn days(amount: u32) -> Option<Period> {
        NonZeroU32::new(amount).map(Period::Days)
    }

    /// A period of months; none for zero.
    pub fn months(amount: u32) -> Option<Period> {
        NonZeroU32::new(amount).map(Period::Months)
    }

    /// How many of its unit.
    pub fn amount(self) -> u32 {
        match self {
            Period::WorkingDays(amount) | Period::Days(amount) | Period::Months(amount) => {
                amount.get()
            }
        }
    }

    /// Whether two periods are in the same unit.
    pub fn same_unit(self, other: Period) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// The last day of the period when it starts with an event on `date`, which is not counted.
    pub fn after(self, date: Date, calendar: &Calendar) -> Date {
        match self {
            Period::WorkingDays(amount) => calendar.working_day_after(date, amount.get()),
            Period::Days(amount) => day::date(day::number(date) + i64::from(amount.get())),
            Period::Months(amount) => months(date, i64::from(amount.get())).unwrap_or(Date::MAX),
        }
    }

    /// The day that lies the period before `date`: the last one on which it can still be said
    /// that the whole period is left.
    pub fn before(self, date: Date, calendar: &Calendar) -> Date {
        match self {
            Period::WorkingDays(amount) => calendar.working_day_before(date, amount.get()),
            Period::Days(amount) => day::date(day::number(date) - i64::from(amount.get())),
            Period::Months(amount) => months(date, -i64::from(amount.get())).unwrap_or(Date::MIN),
        }
    }
}

fn months(date: Date, amount: i64) -> Option<Date> {
    // 240,000 months are all years there are.
    date.checked_add(amount.clamp(-239_976, 239_976).months()).ok()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self {
            Period::WorkingDays(_) => "working day",
            Period::Days(_) => "day",
            Period::Months(_) => "month",
        };
        let plural = if self.amount() == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.amount())
    }
}
