//! Calendar dates.

use std::fmt;

use super::scanner::Scanner;
use super::{DaysDuration, TemporalError, YearsDuration};

/// Days in 400 years.
pub(super) const DAYS_OF_CYCLE: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// A valid date of the proleptic Gregorian calendar.
///
/// ```
/// use feel::temporal::Date;
/// let date = Date::parse("2026-01-31").unwrap();
/// assert_eq!(date.add_months(1).unwrap().to_string(), "2026-02-28");
/// assert!(Date::new(2023, 2, 29).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // INVARIANT: the date exists, and the year is within `GREATEST_YEAR` of 0. The order of the
    // fields is that of time.
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The greatest year; the least is its negative.
    pub const GREATEST_YEAR: i32 = 999_999_999;
    /// The first date.
    pub const MIN: Date = Date { year: -Date::GREATEST_YEAR, month: 1, day: 1 };
    /// The last date.
    pub const MAX: Date = Date { year: Date::GREATEST_YEAR, month: 12, day: 31 };

    /// The date, if it exists.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let valid = (-Date::GREATEST_YEAR..=Date::GREATEST_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        valid.then_some(Date { year, month, day })
    }

    /// Reads `2026-11-23`; years of more than four digits and a minus are admitted.
    pub fn parse(text: &str) -> Result<Date, TemporalError> {
        let mut scanner = Scanner::new(text, "a date as \"2026-11-23\"");
        let date = Date::scan(&mut scanner)?;
        scanner.end()?;
        Ok(date)
    }

    pub(super) fn scan(scanner: &mut Scanner) -> Result<Date, TemporalError> {
        let negative = scanner.take('-');
        let digits = scanner.digits();
        let excess_zero = digits.len() > 4 && digits.starts_with('0');
        if digits.len() < 4 || excess_zero || (negative && digits == "0000") {
            return Err(scanner.error());
        }
        if digits.len() > 9 {
            return Err(scanner.range_error("years have at most nine digits"));
        }
        let year: i32 = digits.parse().map_err(|_| scanner.error())?;
        scanner.expect('-')?;
        let month = scanner.two_digits()?;
        scanner.expect('-')?;
        let day = scanner.two_digits()?;
        let year = if negative { -year } else { year };
        Date::new(year, month, day).ok_or_else(|| scanner.range_error("there is no such date"))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week, from 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.to_days() + 3).rem_euclid(7) as u8 + 1
    }

    /// The day of the year, from 1.
    pub fn day_of_year(self) -> u16 {
        let first = Date { month: 1, day: 1, ..self };
        (self.to_days() - first.to_days()) as u16 + 1
    }

    /// The week of the year by ISO 8601, from 1 to 53.
    pub fn week_of_year(self) -> u8 {
        // The week belongs to the year of its Thursday.
        let thursday = self.to_days() + 4 - i64::from(self.weekday());
        let (year, ..) = civil_from_days(thursday);
        ((thursday - days_from_civil(year, 1, 1)) / 7) as u8 + 1
    }

    /// Days since 1970-01-01.
    pub fn to_days(self) -> i64 {
        days_from_civil(i64::from(self.year), self.month, self.day)
    }

    /// The date so many days after 1970-01-01.
    pub fn from_days(days: i64) -> Option<Date> {
        if !(Date::MIN.to_days()..=Date::MAX.to_days()).contains(&days) {
            return None;
        }
        let (year, month, day) = civil_from_days(days);
        Date::new(i32::try_from(year).ok()?, month, day)
    }

    /// The date so many days later.
    pub fn add_days(self, days: i64) -> Option<Date> {
        Date::from_days(self.to_days().checked_add(days)?)
    }

    /// The date so many months later; the day is cut to the length of the month.
    pub fn add_months(self, months: i64) -> Option<Date> {
        let total = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = i32::try_from(total.div_euclid(12)).ok()?;
        let month = total.rem_euclid(12) as u8 + 1;
        Date::new(year, month, self.day.min(days_in_month(year, month)))
    }

    /// The date after a duration from midnight, without the time of day.
    pub fn add_duration(self, duration: DaysDuration) -> Option<Date> {
        self.add_days(duration.seconds_floor().div_euclid(86_400))
    }

    /// Whole years and months from `self` to `other`.
    pub fn months_until(self, other: Date) -> YearsDuration {
        let months = (i64::from(other.year) - i64::from(self.year)) * 12 + i64::from(other.month)
            - i64::from(self.month);
        let whole = if months > 0 && other.day < self.day {
            months - 1
        } else if months < 0 && other.day > self.day {
            months + 1
        } else {
            months
        };
        YearsDuration::from_months(whole)
    }
}

/// Whether the year has a 29 February.
pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Both ways as in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March,
// so that the leap day is the last.

pub(super) fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let month = i64::from(month);
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * DAYS_OF_CYCLE + day_of_cycle - DAYS_TO_EPOCH
}

pub(super) fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + DAYS_TO_EPOCH;
    let cycle = days.div_euclid(DAYS_OF_CYCLE);
    let day_of_cycle = days.rem_euclid(DAYS_OF_CYCLE);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
    (year, month as u8, day)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.year.unsigned_abs(), self.month, self.day)
    }
}
