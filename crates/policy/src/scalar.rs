//! Numbers and dates as they stand in pack files and profiles.

use feel::Number;
use feel::temporal::Date;

/// The most significant digits that a number may have without being rounded.
const MAX_DIGITS: usize = 34;

/// Reads a decimal number exactly: digits with an optional minus, fraction and exponent.
pub(crate) fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or(unsigned);
    let digits = mantissa.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit);
    let readable = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.len() <= 100
        && digits.count() <= MAX_DIGITS;
    if readable { Number::parse(text) } else { None }
}

/// Reads a date in ISO form, as `2026-11-23`.
pub fn date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.char_indices().all(|(i, c)| match i {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        });
    if shape { Date::parse(text).ok() } else { None }
}

/// The day after, if there is one.
pub(crate) fn next_day(date: Date) -> Option<Date> {
    date.add_days(1)
}

/// The same day of the calendar some years later; 29 February becomes 28 February.
pub(crate) fn add_years(date: Date, years: i64) -> Option<Date> {
    date.add_months(years.checked_mul(12)?)
}
