//! A reader of the fixed forms of ISO 8601.

use super::TemporalError;

pub(super) struct Scanner<'a> {
    text: &'a str,
    rest: &'a str,
    expected: &'static str,
}

impl<'a> Scanner<'a> {
    /// Reads `text`, which should be `expected`, as `a date as "2026-11-23"`.
    pub(super) fn new(text: &'a str, expected: &'static str) -> Scanner<'a> {
        Scanner { text, rest: text, expected }
    }

    pub(super) fn error(&self) -> TemporalError {
        TemporalError::syntax(format!("`{}` is not {}", shorten(self.text), self.expected))
    }

    pub(super) fn range_error(&self, why: &str) -> TemporalError {
        TemporalError::range(format!("`{}`: {why}", shorten(self.text)))
    }

    pub(super) fn take(&mut self, byte: char) -> bool {
        match self.rest.strip_prefix(byte) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, byte: char) -> Result<(), TemporalError> {
        if self.take(byte) { Ok(()) } else { Err(self.error()) }
    }

    /// All digits that follow, perhaps none.
    pub(super) fn digits(&mut self) -> &'a str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        digits
    }

    /// Exactly two digits.
    pub(super) fn two_digits(&mut self) -> Result<u8, TemporalError> {
        match self.digits() {
            digits if digits.len() == 2 => digits.parse().map_err(|_| self.error()),
            _ => Err(self.error()),
        }
    }

    /// What follows a point, in nanoseconds.
    pub(super) fn nanoseconds(&mut self) -> Result<u32, TemporalError> {
        let digits = self.digits();
        if digits.len() > 9 {
            return Err(self.range_error("fractions of a second have at most nine digits"));
        }
        let mut nanoseconds = 0;
        for digit in digits.bytes().chain(std::iter::repeat_n(b'0', 9 - digits.len())) {
            nanoseconds = nanoseconds * 10 + u32::from(digit - b'0');
        }
        Ok(nanoseconds)
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn end(&self) -> Result<(), TemporalError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error()) }
    }
}

/// At most forty characters of a text, for messages.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
