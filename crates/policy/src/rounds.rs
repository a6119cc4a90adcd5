//! Rounds of invitations from a pool: who is invited, and past rounds run again on the published
//! distribution of the pool.

mod history;
mod replay;
mod selection;
mod table;

use std::fmt;

use dmn::model::Title;

pub use history::{Band, Pool, Round, read_history};
pub use replay::{Reach, Replay, Summary, Tally, Verdict, replay, summary};
pub use selection::{Candidate, Selection, read_candidates, select};

/// A fault in a file of rounds or candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundsError {
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column; empty for a row as a whole.
    pub column: String,
    /// What is wrong, and what would be right.
    pub message: Title,
}

impl fmt::Display for RoundsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, "`{}`: ", self.column)?;
        }
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for RoundsError {}
