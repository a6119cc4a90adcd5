//! Dates, times and durations.
//!
//! Dates are proleptic Gregorian with years from -999,999,999 to 999,999,999.
//! Time zones come from the tz database that is compiled in, so that the same expression has the
//! same value on every machine.

mod date;
mod date_time;
mod duration;
mod scanner;
mod time;
mod zone;

pub use date::Date;
pub use date_time::DateTime;
pub use duration::{DaysDuration, YearsDuration};
pub use time::Time;
pub use zone::Zone;

/// A text or numbers that do not make a date, time or duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemporalError {
    kind: ErrorKind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    Syntax,
    Range,
}

impl TemporalError {
    fn syntax(message: impl Into<String>) -> TemporalError {
        TemporalError { kind: ErrorKind::Syntax, message: message.into() }
    }

    fn range(message: impl Into<String>) -> TemporalError {
        TemporalError { kind: ErrorKind::Range, message: message.into() }
    }

    /// Whether the form is right and a component, or the whole, is out of range.
    pub fn is_range(&self) -> bool {
        self.kind == ErrorKind::Range
    }
}
