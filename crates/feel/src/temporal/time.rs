//! Times of day.

use std::cmp::Ordering;
use std::fmt;

use super::duration::write_fraction;
use super::scanner::Scanner;
use super::{DaysDuration, TemporalError, Zone};

const SECONDS_OF_DAY: i64 = 86_400;

/// A time of day, with or without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Time {
    // INVARIANT: less than a day, and less than a second.
    second_of_day: u32,
    nanosecond: u32,
    zone: Zone,
}

impl Time {
    /// Midnight, without a zone.
    pub const MIDNIGHT: Time = Time { second_of_day: 0, nanosecond: 0, zone: Zone::LOCAL };

    /// The time, if there is one.
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32, zone: Zone) -> Option<Time> {
        let valid = hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000;
        let second_of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
        valid.then_some(Time { second_of_day, nanosecond, zone })
    }

    // CAUTION: the caller sees to the invariant.
    pub(super) fn from_parts(second_of_day: u32, nanosecond: u32, zone: Zone) -> Time {
        Time { second_of_day, nanosecond, zone }
    }

    /// Reads `10:30:00`, with a fraction of a second or not, and then `Z`, an offset as `+08:00`
    /// or a zone as `@Asia/Shanghai`, or nothing.
    pub fn parse(text: &str) -> Result<Time, TemporalError> {
        let mut scanner = Scanner::new(text, "a time as \"10:30:00\" or \"10:30:00+08:00\"");
        Ok(Time::scan(&mut scanner)?.0)
    }

    /// Also tells whether it was 24:00, the midnight of the next day.
    pub(super) fn scan(scanner: &mut Scanner) -> Result<(Time, bool), TemporalError> {
        let hour = scanner.two_digits()?;
        scanner.expect(':')?;
        let minute = scanner.two_digits()?;
        scanner.expect(':')?;
        let second = scanner.two_digits()?;
        let nanosecond = if scanner.take('.') {
            if !scanner.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return Err(scanner.error());
            }
            scanner.nanoseconds()?
        } else {
            0
        };
        let zone = Zone::scan(scanner)?;
        let end_of_day = (hour, minute, second, nanosecond) == (24, 0, 0, 0);
        let hour = if end_of_day { 0 } else { hour };
        Time::new(hour, minute, second, nanosecond, zone)
            .map(|time| (time, end_of_day))
            .ok_or_else(|| scanner.range_error("there is no such time"))
    }

    /// The hour, from 0 to 23.
    pub fn hour(self) -> u8 {
        (self.second_of_day / 3600) as u8
    }

    /// The minute, from 0 to 59.
    pub fn minute(self) -> u8 {
        (self.second_of_day / 60 % 60) as u8
    }

    /// The second, from 0 to 59, without its fraction.
    pub fn second(self) -> u8 {
        (self.second_of_day % 60) as u8
    }

    /// The fraction of the second in nanoseconds.
    pub fn nanosecond(self) -> u32 {
        self.nanosecond
    }

    /// Whole seconds since midnight.
    pub fn second_of_day(self) -> u32 {
        self.second_of_day
    }

    /// The zone.
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The same time of day in another zone.
    pub fn with_zone(self, zone: Zone) -> Time {
        Time { zone, ..self }
    }

    /// The offset from UTC, if the zone has the same on every day.
    pub fn offset(self) -> Option<DaysDuration> {
        self.zone.fixed_offset().map(|offset| DaysDuration::from_seconds(i64::from(offset)))
    }

    /// Seconds since midnight in UTC (or in the common zone), if both can be set against each
    /// other: both without a zone, in the same one, or at known offsets.
    fn common_seconds(self, other: Time) -> Option<(i64, i64)> {
        let (left, right) = (i64::from(self.second_of_day), i64::from(other.second_of_day));
        if self.zone == other.zone {
            return Some((left, right));
        }
        let left = left - i64::from(self.zone.fixed_offset()?);
        let right = right - i64::from(other.zone.fixed_offset()?);
        Some((left, right))
    }

    /// The order of the two in whole seconds, if they can be set against each other.
    ///
    /// FEEL knows no fractions here: the standard's tests want `10:30:00.1` to equal `10:30:00`.
    pub fn compare(self, other: Time) -> Option<Ordering> {
        self.common_seconds(other).map(|(left, right)| left.cmp(&right))
    }

    /// The time later by a duration, around the clock.
    pub fn add_duration(self, duration: DaysDuration) -> Time {
        let day = i128::from(SECONDS_OF_DAY) * 1_000_000_000;
        let nanoseconds = i128::from(self.second_of_day) * 1_000_000_000
            + i128::from(self.nanosecond)
            + duration.total_nanoseconds() % day;
        let nanoseconds = nanoseconds.rem_euclid(day);
        Time {
            second_of_day: (nanoseconds / 1_000_000_000) as u32,
            nanosecond: (nanoseconds % 1_000_000_000) as u32,
            zone: self.zone,
        }
    }

    /// The duration from `other` to `self`, if they can be set against each other.
    pub fn since(self, other: Time) -> Option<DaysDuration> {
        let (left, right) = self.common_seconds(other)?;
        DaysDuration::from_nanoseconds(
            i128::from(left - right) * 1_000_000_000 + i128::from(self.nanosecond)
                - i128::from(other.nanosecond),
        )
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        write_fraction(f, self.nanosecond)?;
        write!(f, "{}", self.zone)
    }
}
