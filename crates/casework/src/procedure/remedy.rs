//! What a person can do against a decision.

use clock::{Basis, Period};
use serde::Deserialize;

use super::{Procedure, Text};
use crate::action::Verdict;
use crate::case::Case;

/// A remedy against a kind of decision, or that there is none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The kinds of decision that it is about.
    pub against: Vec<DecisionKind>,
    /// The department of a joint case whose refusal it is about; without it, any decision.
    #[serde(default)]
    pub track: Option<String>,
    /// Whether it is open.
    #[serde(default)]
    pub kind: RemedyKind,
    /// To whom the person turns.
    #[serde(default)]
    pub to: Option<Text>,
    /// Within which time.
    #[serde(default)]
    pub within: Option<Period>,
    /// From when that time runs.
    #[serde(default)]
    pub from: Option<Text>,
    /// What else the person must know.
    #[serde(default)]
    pub how: Option<Text>,
    /// The procedure in which it is dealt with, if it is one of this programme.
    #[serde(default)]
    pub procedure: Option<String>,
    /// The law.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// Kinds of decision that remedies are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// What was applied for is granted.
    Granted,
    /// It is refused.
    Refused,
    /// The application is not accepted for examination.
    NotAccepted,
    /// Nothing was decided within the time limit.
    Silence,
}

/// Whether a remedy is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyKind {
    /// It is.
    #[default]
    Open,
    /// The law says that there is none: the decision is final.
    None,
    /// No law that was read says.
    Unsettled,
}

impl From<Verdict> for DecisionKind {
    fn from(verdict: Verdict) -> DecisionKind {
        match verdict {
            Verdict::Granted => DecisionKind::Granted,
            Verdict::Refused => DecisionKind::Refused,
        }
    }
}

impl Procedure {
    /// What a person can do against a kind of decision in this procedure, in the order of the file.
    pub fn remedies(&self, against: DecisionKind) -> impl Iterator<Item = &Remedy> {
        self.remedies.iter().filter(move |remedy| remedy.against.contains(&against))
    }

    /// What the person of a case can do against a kind of decision: in a joint case, remedies that
    /// are about one department stand where that department did not agree, or where no department
    /// did not.
    pub fn remedies_in<'p>(&'p self, case: &Case, against: DecisionKind) -> Vec<&'p Remedy> {
        let refused = |track: &String| {
            let answer = case.tracks.get(track).and_then(Option::as_ref);
            answer.is_some_and(|answer| answer.verdict == Verdict::Refused)
        };
        let any = case.tracks.keys().any(refused);
        self.remedies(against)
            .filter(|remedy| remedy.track.as_ref().is_none_or(|track| !any || refused(track)))
            .collect()
    }
}
