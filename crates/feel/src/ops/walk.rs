//! Limits of what looks through values to their depth.
//!
//! Values share their parts, so that a short text can make a value with more parts than there is
//! time to look at: sixty lists, each twice the one before.

/// The most values that are looked at.
const MOST_VALUES: u32 = 1 << 20;
/// The deepest nesting that is looked into.
const DEEPEST: u32 = 256;

/// How far a look into values has gone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Walk {
    values: u32,
    depth: u32,
    exceeded: bool,
}

impl Walk {
    /// Goes into a value; false when it is too much.
    pub(crate) fn enter(&mut self) -> bool {
        self.values += 1;
        self.depth += 1;
        if self.values > MOST_VALUES || self.depth > DEEPEST {
            self.exceeded = true;
        }
        !self.exceeded
    }

    /// Comes back out of a value.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// The number of values seen.
    pub(crate) fn seen(&self) -> u32 {
        self.values
    }

    /// Whether it was too much.
    pub(crate) fn exceeded(&self) -> bool {
        self.exceeded
    }
}
