//! Dates with a time of day.

use std::cmp::Ordering;
use std::fmt;

use super::scanner::Scanner;
use super::zone::Local;
use super::{Date, DaysDuration, TemporalError, Time, Zone};

/// A date with a time of day, with or without a zone.
///
/// With a zone it is a moment, and the time is one that the clocks there show: a time that they
/// skip in spring is refused. Of a time that they show twice in autumn, the first is meant, except
/// in the result of a calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    // INVARIANT: with a zone, the time is not skipped on the date.
    // The fields lie so that the whole takes 20 bytes.
    year: i32,
    month: u8,
    day: u8,
    /// Whether it is the second of the two times that clocks show alike.
    second_time: bool,
    second_of_day: u32,
    nanosecond: u32,
    zone: Zone,
}

impl DateTime {
    /// The time on the date; `None` if clocks in its zone skip it.
    pub fn new(date: Date, time: Time) -> Option<DateTime> {
        match time.zone().resolve(date, time.second_of_day()) {
            Some(Local::Never) => None,
            Some(_) => Some(DateTime::build(date, time, false)),
            None => time.zone().is_local().then(|| DateTime::build(date, time, false)),
        }
    }

    /// Midnight of the date, without a zone.
    pub fn midnight(date: Date) -> DateTime {
        DateTime::build(date, Time::MIDNIGHT, false)
    }

    /// Midnight of the date in UTC.
    pub fn midnight_utc(date: Date) -> DateTime {
        DateTime::build(date, Time::MIDNIGHT.with_zone(Zone::UTC), false)
    }

    fn build(date: Date, time: Time, second_time: bool) -> DateTime {
        DateTime {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            second_time,
            second_of_day: time.second_of_day(),
            nanosecond: time.nanosecond(),
            zone: time.zone(),
        }
    }

    /// Reads `2026-11-23T10:30:00`, with a fraction of a second or not, and then `Z`, an offset
    /// as `+08:00` or a zone as `@Asia/Shanghai`, or nothing.
    pub fn parse(text: &str) -> Result<DateTime, TemporalError> {
        let mut scanner = Scanner::new(text, "a date and time as \"2026-11-23T10:30:00\"");
        let date = Date::scan(&mut scanner)?;
        scanner.expect('T')?;
        let (time, end_of_day) = Time::scan(&mut scanner)?;
        let date = if end_of_day { date.add_days(1) } else { Some(date) };
        let date = date.ok_or_else(|| scanner.range_error("there is no next day"))?;
        DateTime::new(date, time)
            .ok_or_else(|| scanner.range_error("clocks in that zone skip this time on that day"))
    }

    /// The moment so many seconds and nanoseconds after the start of 1970 in UTC, in a zone.
    pub fn from_unix(second: i64, nanosecond: u32, zone: Zone) -> Option<DateTime> {
        let most = 86_400 * (Date::MAX.to_days() + 2);
        if nanosecond >= 1_000_000_000 || !(-most..=most).contains(&second) {
            return None;
        }
        let offset = if zone.is_local() { 0 } else { zone.offset_at(second)? };
        let local = second.checked_add(i64::from(offset))?;
        let date = Date::from_days(local.div_euclid(86_400))?;
        let second_of_day = local.rem_euclid(86_400) as u32;
        let second_time = match zone.resolve(date, second_of_day) {
            Some(Local::Twice { later, .. }) => later == offset,
            _ => false,
        };
        let time = Time::from_parts(second_of_day, nanosecond, zone);
        Some(DateTime::build(date, time, second_time))
    }

    /// The date.
    pub fn date(self) -> Date {
        Date::new(self.year, self.month, self.day).unwrap_or(Date::MIN)
    }

    /// The time of day.
    pub fn time(self) -> Time {
        Time::from_parts(self.second_of_day, self.nanosecond, self.zone)
    }

    /// The zone.
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The offset from UTC at this moment.
    pub fn offset(self) -> Option<DaysDuration> {
        self.offset_seconds().map(|offset| DaysDuration::from_seconds(i64::from(offset)))
    }

    fn offset_seconds(self) -> Option<i32> {
        match self.zone.resolve(self.date(), self.second_of_day)? {
            Local::Once(offset) => Some(offset),
            Local::Twice { earlier, later } => Some(if self.second_time { later } else { earlier }),
            Local::Never => None,
        }
    }

    /// Seconds since the start of 1970, in UTC or, without a zone, in local time.
    pub fn unix_seconds(self) -> i64 {
        let local = self.date().to_days() * 86_400 + i64::from(self.second_of_day);
        local - i64::from(self.offset_seconds().unwrap_or(0))
    }

    /// The order of the two in whole seconds, if they can be set against each other: both have
    /// a zone, or neither has.
    pub fn compare(self, other: DateTime) -> Option<Ordering> {
        (self.zone.is_local() == other.zone.is_local())
            .then(|| self.unix_seconds().cmp(&other.unix_seconds()))
    }

    /// The duration from `other` to `self`, if they can be set against each other.
    pub fn since(self, other: DateTime) -> Option<DaysDuration> {
        if self.zone.is_local() != other.zone.is_local() {
            return None;
        }
        let seconds = self.unix_seconds() - other.unix_seconds();
        DaysDuration::from_nanoseconds(
            i128::from(seconds) * 1_000_000_000 + i128::from(self.nanosecond)
                - i128::from(other.nanosecond),
        )
    }

    /// The moment later by a duration, in the same zone.
    pub fn add_duration(self, duration: DaysDuration) -> Option<DateTime> {
        let nanoseconds = (i128::from(self.unix_seconds()) * 1_000_000_000
            + i128::from(self.nanosecond))
        .checked_add(duration.total_nanoseconds())?;
        let second = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
        DateTime::from_unix(second, nanoseconds.rem_euclid(1_000_000_000) as u32, self.zone)
    }

    /// The same time of day so many months later; the day is cut to the length of the month.
    pub fn add_months(self, months: i64) -> Option<DateTime> {
        DateTime::new(self.date().add_months(months)?, self.time())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}
