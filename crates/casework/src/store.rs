//! Where the logs of cases are kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::action::Action;

/// Keeps the logs of cases. It looks at nothing of an action but its case, identifier and expected
/// version; whether the action may be done is judged before.
///
/// Implementations append one action of a case at a time: of two actions that expect the same
/// version, one is kept and the other is a [`StoreError::Conflict`].
pub trait Store {
    /// Adds an action to the log of its case.
    ///
    /// # Errors
    ///
    /// A conflict, a reused identifier, or a failure of the storage.
    fn append(&self, action: &Action) -> Result<Kept, StoreError>;

    /// The log of a case, in order; empty for a case that is not there.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn load(&self, case: &str) -> Result<Vec<Action>, StoreError>;
}

/// What became of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was added, and the case has this version now.
    New(u64),
    /// The very same action was there; the case had this version after it.
    Known(u64),
}

/// Why an action was not kept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// The case has moved on since the action was decided on.
    #[error("the case has moved on: version {expected} was expected, it is at {actual}")]
    Conflict {
        /// The version that was expected.
        expected: u64,
        /// The version that it has.
        actual: u64,
        /// What was done since.
        since: Vec<Action>,
    },
    /// Another action has its identifier.
    #[error("another action has the identifier `{0}`")]
    IdTaken(String),
    /// The storage failed.
    #[error("the storage failed: {0}")]
    Failed(String),
}

/// Keeps the logs in memory, for tests and trials.
#[derive(Debug, Default)]
pub struct InMemory {
    logs: Mutex<BTreeMap<String, Vec<Action>>>,
}

impl Store for InMemory {
    fn append(&self, action: &Action) -> Result<Kept, StoreError> {
        // A thread that panicked elsewhere leaves the logs whole: each append is one push.
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.entry(action.case.clone()).or_default();
        if let Some(index) = log.iter().position(|known| known.id == action.id) {
            return if log.get(index) == Some(action) {
                Ok(Kept::Known(version(index + 1)))
            } else {
                Err(StoreError::IdTaken(action.id.clone()))
            };
        }
        let actual = version(log.len());
        if action.expected_version != actual {
            let skip = usize::try_from(action.expected_version).unwrap_or(usize::MAX);
            let since = log.iter().skip(skip).cloned().collect();
            return Err(StoreError::Conflict { expected: action.expected_version, actual, since });
        }
        log.push(action.clone());
        Ok(Kept::New(actual + 1))
    }

    fn load(&self, case: &str) -> Result<Vec<Action>, StoreError> {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(logs.get(case).cloned().unwrap_or_default())
    }
}

fn version(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
