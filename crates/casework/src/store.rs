//! Where the logs of cases are kept, with what is derived from them.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, ready};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::action::Action;
use crate::announcement::Announcement;
use crate::case::Status;
use crate::summary::{Rank, Summary, Waking};

/// Keeps the logs of cases, their summaries, and what is to be told of them.
///
/// It looks at nothing of an action but its case, identifier and expected version; whether the
/// action may be done is judged before.
///
/// Implementations append one action of a case at a time: of two actions that expect the same
/// version, one is kept and the other is a [`StoreError::Conflict`].
pub trait Store: Send + Sync {
    /// Adds actions to the logs of their cases, with the summaries of the cases after them and
    /// what is to be told. All are kept or none is, and what is kept outlives a loss of power.
    ///
    /// An action whose identifier its case knows already is not added again, and neither its
    /// summary nor its announcement is looked at.
    ///
    /// # Errors
    ///
    /// A conflict, a reused identifier, or a failure of the storage.
    fn append(
        &self,
        entries: &[Entry],
    ) -> impl Future<Output = Result<Vec<Kept>, StoreError>> + Send;

    /// The log of a case, in order; empty for a case that is not there.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn load(&self, case: &str) -> impl Future<Output = Result<Vec<Action>, StoreError>> + Send;

    /// The summary of a case.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn summary(
        &self,
        case: &str,
    ) -> impl Future<Output = Result<Option<Summary>, StoreError>> + Send;

    /// The cases of a queue after a place in it, at most `limit`, in the order of [`Rank`].
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn queue(
        &self,
        queue: &Queue,
        after: Option<&Rank>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Summary>, StoreError>> + Send;

    /// The cases in which the time alone does something by `now`, the longest overdue first, after
    /// a place, at most `limit`.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn waking(
        &self,
        now: Timestamp,
        after: Option<&Waking>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Waking>, StoreError>> + Send;

    /// The cases with one of these keys, each with the key; see [`crate::duplicate::keys`].
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn sharing(
        &self,
        keys: &[String],
    ) -> impl Future<Output = Result<Vec<(String, String)>, StoreError>> + Send;

    /// The identifiers of cases in their order, after one of them, at most `limit`.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn cases(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Puts a summary that was folded anew in place of the one that is there, unless the case has
    /// moved on since it was folded; says whether it did.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    fn replace_summary(
        &self,
        summary: &Summary,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// An action with what is kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// The case after it.
    pub summary: Summary,
    /// What is told of it.
    pub announcement: Announcement,
}

/// Which cases a queue shows: those that have everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// Whose move it is.
    pub waits_for: Option<String>,
    /// The procedure.
    pub procedure: Option<String>,
    /// Where they stand.
    pub status: Option<Status>,
    /// The person whom they are about.
    pub applicant: Option<String>,
    /// The place.
    pub place: Option<String>,
}

impl Queue {
    /// Whether it shows a case.
    pub fn shows(&self, summary: &Summary) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        self.waits_for.as_ref().is_none_or(|owner| summary.waits_for.contains(owner))
            && same(&self.procedure, Some(&summary.procedure))
            && self.status.is_none_or(|status| status == summary.status)
            && same(&self.applicant, Some(&summary.applicant))
            && same(&self.place, summary.place.as_deref())
    }
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
    #[error("the case `{case}` has moved on: version {expected} was expected, it is at {actual}")]
    Conflict {
        /// The case.
        case: String,
        /// The version that was expected.
        expected: u64,
        /// The version that it has.
        actual: u64,
        /// What was done since.
        since: Vec<Action>,
    },
    /// Another action of the case has its identifier.
    #[error("another action has the identifier `{0}`")]
    IdTaken(String),
    /// The storage cannot be reached or is full: the same may succeed later.
    #[error("the storage is not available: {0}")]
    Unavailable(String),
    /// The storage failed, and asking again does not help.
    #[error("the storage failed: {0}")]
    Failed(String),
}

/// Keeps everything in memory, for tests and trials.
#[derive(Debug, Default)]
pub struct InMemory {
    // A thread that panicked elsewhere leaves the cases whole: they are changed when nothing can
    // fail any more.
    cases: Mutex<BTreeMap<String, Held>>,
}

#[derive(Debug, Clone)]
struct Held {
    log: Vec<Action>,
    summary: Summary,
}

impl InMemory {
    fn with<T>(&self, ask: impl FnOnce(&mut BTreeMap<String, Held>) -> T) -> T {
        ask(&mut self.cases.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for InMemory {
    fn append(
        &self,
        entries: &[Entry],
    ) -> impl Future<Output = Result<Vec<Kept>, StoreError>> + Send {
        ready(self.with(|cases| {
            let mut changed: BTreeMap<String, Held> = BTreeMap::new();
            let mut kept = Vec::new();
            for Entry { action, summary, .. } in entries {
                let case = changed.get(&action.case).or_else(|| cases.get(&action.case));
                let log = case.map_or(&[][..], |case| &case.log);
                let one = place(log, action)?;
                kept.push(one);
                if let Kept::New(version) = one {
                    if summary.version != version {
                        return Err(unjudged(action));
                    }
                    let mut log = log.to_vec();
                    log.push(action.clone());
                    let case = Held { log, summary: summary.clone() };
                    changed.insert(action.case.clone(), case);
                }
            }
            cases.extend(changed);
            Ok(kept)
        }))
    }

    fn load(&self, case: &str) -> impl Future<Output = Result<Vec<Action>, StoreError>> + Send {
        let log = self.with(|cases| cases.get(case).map(|case| case.log.clone()));
        ready(Ok(log.unwrap_or_default()))
    }

    fn summary(
        &self,
        case: &str,
    ) -> impl Future<Output = Result<Option<Summary>, StoreError>> + Send {
        ready(Ok(self.with(|cases| cases.get(case).map(|case| case.summary.clone()))))
    }

    fn queue(
        &self,
        queue: &Queue,
        after: Option<&Rank>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Summary>, StoreError>> + Send {
        let mut shown: Vec<Summary> = self.with(|cases| {
            let summaries = cases.values().map(|case| &case.summary);
            let later = |one: &&Summary| after.is_none_or(|after| one.rank() > *after);
            summaries.filter(|one| queue.shows(one)).filter(later).cloned().collect()
        });
        shown.sort_by_key(Summary::rank);
        shown.truncate(limit);
        ready(Ok(shown))
    }

    fn waking(
        &self,
        now: Timestamp,
        after: Option<&Waking>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Waking>, StoreError>> + Send {
        let mut waking: Vec<Waking> = self.with(|cases| {
            let due = cases.values().filter_map(|case| {
                let wake = case.summary.wake.filter(|wake| *wake <= now)?;
                Some(Waking { wake, case: case.summary.case.clone() })
            });
            due.filter(|one| after.is_none_or(|after| one > after)).collect()
        });
        waking.sort();
        waking.truncate(limit);
        ready(Ok(waking))
    }

    fn sharing(
        &self,
        keys: &[String],
    ) -> impl Future<Output = Result<Vec<(String, String)>, StoreError>> + Send {
        let keys: BTreeSet<&String> = keys.iter().collect();
        ready(Ok(self.with(|cases| {
            let summaries = cases.values().map(|case| &case.summary);
            let shared = summaries.flat_map(|one| {
                let shared = one.keys.iter().filter(|key| keys.contains(key));
                shared.map(|key| (key.clone(), one.case.clone()))
            });
            shared.collect()
        })))
    }

    fn cases(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send {
        ready(Ok(self.with(|cases| {
            let later = |id: &&String| after.is_none_or(|after| id.as_str() > after);
            cases.keys().filter(later).take(limit).cloned().collect()
        })))
    }

    fn replace_summary(
        &self,
        summary: &Summary,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        ready(Ok(self.with(|cases| match cases.get_mut(&summary.case) {
            Some(case) if version(case.log.len()) == summary.version => {
                case.summary = summary.clone();
                true
            }
            _ => false,
        })))
    }
}

/// Where an action comes in a log.
/// An action that was not judged as the next one of its log is not kept.
pub fn unjudged(action: &Action) -> StoreError {
    StoreError::Failed(format!(
        "the action `{}` of the case `{}` was judged as of another version",
        action.id, action.case
    ))
}

/// Where an action comes in a log: it is the next one, or it is there already.
///
/// # Errors
///
/// Another action has its identifier, or the log is not as long as was expected.
pub(crate) fn place(log: &[Action], action: &Action) -> Result<Kept, StoreError> {
    if let Some(index) = log.iter().position(|known| known.id == action.id) {
        return match log.get(index) {
            Some(known) if known.is_same(action) => Ok(Kept::Known(version(index + 1))),
            _ => Err(StoreError::IdTaken(action.id.clone())),
        };
    }
    let actual = version(log.len());
    if action.expected_version == actual {
        return Ok(Kept::New(actual + 1));
    }
    let skip = usize::try_from(action.expected_version).unwrap_or(usize::MAX);
    let since = log.iter().skip(skip).cloned().collect();
    let (case, expected) = (action.case.clone(), action.expected_version);
    Err(StoreError::Conflict { case, expected, actual, since })
}

fn version(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
