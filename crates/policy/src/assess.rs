//! From the facts of a person to an assessment: pick the rules in force, evaluate, explain.

mod evaluate;
mod grounds;
mod lines;
mod rests;

use std::collections::BTreeSet;
use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;

use crate::assessment::Assessment;
use crate::improve;
use crate::library::{Library, NoVersion, UnknownName};
use crate::profile::Profile;
use crate::words;
pub(crate) use evaluate::{LIMITS, Run, country_of, find_place};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The programme, as `cn/work-permit`.
    pub programme: &'r str,
    /// The person's facts.
    pub profile: &'r Profile,
    /// The day whose rules are applied.
    pub on: Date,
    /// The place whose rules are applied: a code, the ISO code of a pack, or a name.
    pub place: &'r str,
    /// Whether to look for what would better the outcome.
    pub improve: bool,
}

/// Why there is no assessment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessError {
    /// No such programme.
    #[error(transparent)]
    UnknownProgramme(UnknownName),
    /// No such place in the programme's country.
    #[error(transparent)]
    UnknownPlace(UnknownName),
    /// No rules are in force.
    #[error(transparent)]
    NoVersion(Box<NoVersion>),
    /// A rule gives no result: a fault of the pack.
    #[error("{}", words::fault_of_pack(.decision, .why).en)]
    Fault {
        /// The decision.
        decision: Arc<str>,
        /// Why it gives none.
        why: String,
    },
    /// The rules ask for more work than is allowed.
    #[error("{}", words::too_much_work(.0).en)]
    Limit(String),
}

impl AssessError {
    /// The kind of error, as worked cases name it.
    pub fn code(&self) -> &'static str {
        match self {
            AssessError::UnknownProgramme(_) => "unknown-programme",
            AssessError::UnknownPlace(_) => "unknown-place",
            AssessError::NoVersion(_) => "no-version",
            AssessError::Fault { .. } => "pack-fault",
            AssessError::Limit(_) => "limit",
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 5] =
        ["unknown-programme", "unknown-place", "no-version", "pack-fault", "limit"];

    /// What is wrong, in both languages.
    pub fn message(&self) -> Title {
        match self {
            AssessError::UnknownProgramme(unknown) => words::unknown_programme(&unknown.name),
            AssessError::UnknownPlace(unknown) => words::unknown_place(&unknown.name),
            AssessError::NoVersion(none) => none.message(),
            AssessError::Fault { decision, why } => words::fault_of_pack(decision, why),
            AssessError::Limit(why) => words::too_much_work(why),
        }
    }

    /// What would be right, in both languages.
    pub fn help(&self) -> Option<Title> {
        match self {
            AssessError::UnknownProgramme(unknown) | AssessError::UnknownPlace(unknown) => {
                unknown.nearest.as_ref().map(words::did_you_mean)
            }
            AssessError::NoVersion(none) => Some(none.help()),
            AssessError::Fault { .. } | AssessError::Limit(_) => None,
        }
    }
}

impl Library {
    /// What the rules in force say about a person.
    ///
    /// # Errors
    ///
    /// When there is no such programme or place, when no rules are in force, or when the pack is
    /// at fault.
    pub fn assess(&self, request: &Request<'_>) -> Result<Assessment, AssessError> {
        let run = Run::start(self, request)?;
        let mut assessment = run.explain()?;
        if request.improve {
            assessment.improvements = improve::improve(&run, request.profile, &assessment)?;
        }
        Ok(assessment)
    }
}

/// Names in the order in which they first appear.
pub(crate) fn in_order<T: Clone + Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}
