//! Durations.

use std::fmt;

use super::TemporalError;
use super::scanner::Scanner;
use crate::number::{Number, Rounding};

const NANOSECONDS: i128 = 1_000_000_000;

/// A duration in days, hours, minutes and seconds, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DaysDuration {
    // INVARIANT: nanoseconds are less than a second, and count forwards also before zero.
    seconds: i64,
    nanoseconds: u32,
}

impl DaysDuration {
    /// No time at all.
    pub const ZERO: DaysDuration = DaysDuration { seconds: 0, nanoseconds: 0 };

    /// So many seconds.
    pub fn from_seconds(seconds: i64) -> DaysDuration {
        DaysDuration { seconds, nanoseconds: 0 }
    }

    /// So many days.
    pub fn from_days(days: i64) -> Option<DaysDuration> {
        Some(DaysDuration::from_seconds(days.checked_mul(86_400)?))
    }

    /// So many nanoseconds.
    pub fn from_nanoseconds(nanoseconds: i128) -> Option<DaysDuration> {
        let seconds = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
        let nanoseconds = nanoseconds.rem_euclid(NANOSECONDS) as u32;
        Some(DaysDuration { seconds, nanoseconds })
    }

    /// Reads `P1DT2H3M4.5S`, with a minus before or not.
    pub fn parse(text: &str) -> Result<DaysDuration, TemporalError> {
        let mut scanner = Scanner::new(text, "a days and time duration as \"P1DT12H\"");
        let negative = scanner.take('-');
        scanner.expect('P')?;
        let overflow = |scanner: &Scanner| scanner.range_error("the duration is too long");
        let mut total = 0_i128;
        let mut last = 0;
        let mut timed = false;
        let mut parts = 0;
        while !scanner.rest().is_empty() {
            if !timed && scanner.take('T') {
                timed = true;
                parts = 0;
                continue;
            }
            let digits = scanner.digits();
            let fraction = if scanner.take('.') { Some(scanner.nanoseconds()?) } else { None };
            let (rank, unit) = match timed {
                false if scanner.take('D') => (1, 86_400),
                true if scanner.take('H') => (2, 3_600),
                true if scanner.take('M') => (3, 60),
                true if scanner.take('S') => (4, 1),
                _ => return Err(scanner.error()),
            };
            if digits.is_empty() || rank <= last || (fraction.is_some() && rank != 4) {
                return Err(scanner.error());
            }
            let count: i64 = digits.parse().map_err(|_| overflow(&scanner))?;
            total += i128::from(count) * unit * NANOSECONDS + i128::from(fraction.unwrap_or(0));
            last = rank;
            parts += 1;
        }
        if parts == 0 {
            return Err(scanner.error());
        }
        DaysDuration::from_nanoseconds(if negative { -total } else { total })
            .ok_or_else(|| overflow(&scanner))
    }

    /// The whole in nanoseconds.
    pub fn total_nanoseconds(self) -> i128 {
        i128::from(self.seconds) * NANOSECONDS + i128::from(self.nanoseconds)
    }

    /// The whole in seconds, rounded down.
    pub fn seconds_floor(self) -> i64 {
        self.seconds
    }

    /// The whole in seconds.
    pub fn to_seconds(self) -> Option<Number> {
        Number::from_scaled(self.total_nanoseconds(), 9)
    }

    fn part(self, unit: i128, of: i128) -> i64 {
        (self.total_nanoseconds() / (unit * NANOSECONDS) % of) as i64
    }

    /// Whole days; negative if the duration is.
    pub fn days(self) -> i64 {
        self.part(86_400, i128::MAX)
    }

    /// Whole hours beside the days.
    pub fn hours(self) -> i64 {
        self.part(3_600, 24)
    }

    /// Whole minutes beside the hours.
    pub fn minutes(self) -> i64 {
        self.part(60, 60)
    }

    /// Seconds beside the minutes, with their fraction.
    pub fn seconds(self) -> Number {
        Number::from_scaled(self.total_nanoseconds() % (60 * NANOSECONDS), 9).unwrap_or_default()
    }

    /// Whether time runs backwards.
    pub fn is_negative(self) -> bool {
        self.seconds < 0
    }

    /// The sum.
    pub fn checked_add(self, other: DaysDuration) -> Option<DaysDuration> {
        DaysDuration::from_nanoseconds(self.total_nanoseconds() + other.total_nanoseconds())
    }

    /// The difference.
    pub fn checked_sub(self, other: DaysDuration) -> Option<DaysDuration> {
        DaysDuration::from_nanoseconds(self.total_nanoseconds() - other.total_nanoseconds())
    }

    /// The opposite.
    pub fn checked_neg(self) -> Option<DaysDuration> {
        DaysDuration::from_nanoseconds(-self.total_nanoseconds())
    }

    /// Without the sign.
    pub fn checked_abs(self) -> Option<DaysDuration> {
        DaysDuration::from_nanoseconds(self.total_nanoseconds().abs())
    }

    fn from_number_of_seconds(seconds: Number) -> Option<DaysDuration> {
        let exact = seconds.round(9, Rounding::HalfEven)?.to_scaled(9)?;
        DaysDuration::from_nanoseconds(exact)
    }

    /// The product, to the nanosecond.
    pub fn checked_mul(self, factor: Number) -> Option<DaysDuration> {
        DaysDuration::from_number_of_seconds(self.to_seconds()?.checked_mul(factor)?)
    }

    /// The quotient, to the nanosecond.
    pub fn checked_div(self, divisor: Number) -> Option<DaysDuration> {
        DaysDuration::from_number_of_seconds(self.to_seconds()?.checked_div(divisor)?)
    }

    /// How many times the other goes into this one.
    pub fn ratio(self, other: DaysDuration) -> Option<Number> {
        self.to_seconds()?.checked_div(other.to_seconds()?)
    }
}

impl fmt::Display for DaysDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total_nanoseconds();
        if total == 0 {
            return f.write_str("PT0S");
        }
        f.write_str(if total < 0 { "-P" } else { "P" })?;
        let total = total.unsigned_abs();
        let nanoseconds = total % NANOSECONDS as u128;
        let seconds = total / NANOSECONDS as u128;
        if seconds >= 86_400 {
            write!(f, "{}D", seconds / 86_400)?;
        }
        if seconds.is_multiple_of(86_400) && nanoseconds == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        let parts = [(seconds / 3_600 % 24, 'H'), (seconds / 60 % 60, 'M')];
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count}{unit}")?;
        }
        if seconds.is_multiple_of(60) && nanoseconds == 0 {
            return Ok(());
        }
        write!(f, "{}", seconds % 60)?;
        write_fraction(f, nanoseconds as u32)?;
        f.write_str("S")
    }
}

/// Writes a point and the fraction of a second, if there is one.
pub(super) fn write_fraction(f: &mut fmt::Formatter<'_>, nanoseconds: u32) -> fmt::Result {
    if nanoseconds == 0 {
        return Ok(());
    }
    let digits = format!("{nanoseconds:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

/// A duration in years and months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearsDuration {
    months: i64,
}

impl YearsDuration {
    /// So many months.
    pub fn from_months(months: i64) -> YearsDuration {
        YearsDuration { months }
    }

    /// Reads `P1Y2M`, with a minus before or not.
    pub fn parse(text: &str) -> Result<YearsDuration, TemporalError> {
        let mut scanner = Scanner::new(text, "a years and months duration as \"P1Y6M\"");
        let negative = scanner.take('-');
        scanner.expect('P')?;
        let overflow = |scanner: &Scanner| scanner.range_error("the duration is too long");
        let mut total = 0_i64;
        let mut last = 0;
        while last == 0 || !scanner.rest().is_empty() {
            let digits = scanner.digits();
            let (rank, unit) = if scanner.take('Y') {
                (1, 12)
            } else if scanner.take('M') {
                (2, 1)
            } else {
                return Err(scanner.error());
            };
            if digits.is_empty() || rank <= last {
                return Err(scanner.error());
            }
            let months = digits.parse().ok().and_then(|count: i64| count.checked_mul(unit));
            total = months
                .and_then(|months| total.checked_add(months))
                .ok_or_else(|| overflow(&scanner))?;
            last = rank;
        }
        Ok(YearsDuration { months: if negative { -total } else { total } })
    }

    /// The whole in months.
    pub fn total_months(self) -> i64 {
        self.months
    }

    /// Whole years; negative if the duration is.
    pub fn years(self) -> i64 {
        self.months / 12
    }

    /// Months beside the years.
    pub fn months(self) -> i64 {
        self.months % 12
    }

    /// The sum.
    pub fn checked_add(self, other: YearsDuration) -> Option<YearsDuration> {
        self.months.checked_add(other.months).map(YearsDuration::from_months)
    }

    /// The difference.
    pub fn checked_sub(self, other: YearsDuration) -> Option<YearsDuration> {
        self.months.checked_sub(other.months).map(YearsDuration::from_months)
    }

    /// The opposite.
    pub fn checked_neg(self) -> Option<YearsDuration> {
        self.months.checked_neg().map(YearsDuration::from_months)
    }

    /// Without the sign.
    pub fn checked_abs(self) -> Option<YearsDuration> {
        self.months.checked_abs().map(YearsDuration::from_months)
    }

    /// The product, in whole months, cut towards zero.
    pub fn checked_mul(self, factor: Number) -> Option<YearsDuration> {
        let months = Number::from(self.months).checked_mul(factor)?;
        months.truncate().to_i64().map(YearsDuration::from_months)
    }

    /// The quotient, in whole months, cut towards zero.
    pub fn checked_div(self, divisor: Number) -> Option<YearsDuration> {
        let months = Number::from(self.months).checked_div(divisor)?;
        months.truncate().to_i64().map(YearsDuration::from_months)
    }

    /// How many times the other goes into this one.
    pub fn ratio(self, other: YearsDuration) -> Option<Number> {
        Number::from(self.months).checked_div(Number::from(other.months))
    }
}

impl fmt::Display for YearsDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (years, months) = (self.years().unsigned_abs(), self.months().unsigned_abs());
        let sign = if self.months < 0 { "-" } else { "" };
        match (years, months) {
            (0, _) => write!(f, "{sign}P{months}M"),
            (_, 0) => write!(f, "{sign}P{years}Y"),
            _ => write!(f, "{sign}P{years}Y{months}M"),
        }
    }
}
