//! What a person can do against a decision.

use clock::{Basis, Period};
use serde::{Deserialize, Serialize};

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Clock, Procedure, Text};
use crate::action::Verdict;
use crate::case::{Case, Outcome, Rules};

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
    /// What of the case starts that time, where that can be told from its log.
    #[serde(default)]
    pub starts: Option<Start>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// What of a case starts the time within which a remedy is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The service of the decision: by it the person learns of the decision.
    Service,
}

/// A remedy as it stands in a case.
#[derive(Debug, Clone)]
pub struct Standing<'p> {
    /// The remedy.
    pub remedy: &'p Remedy,
    /// The kind of decision that it is against.
    pub against: DecisionKind,
    /// The last day on which it is open, where that can be told: the time is known, and so is the
    /// day from which it runs. As the days fall; what moves a last day that is a holiday is not
    /// counted in.
    pub last_day: Option<Date>,
    /// Whether that day is over.
    pub over: bool,
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

    /// What the person of a case can do against a kind of decision: against the refusal of a joint
    /// case, remedies that are about one department stand where that department did not agree, or
    /// where no department did not.
    pub fn remedies_in<'p>(&'p self, case: &Case, against: DecisionKind) -> Vec<&'p Remedy> {
        let refused = |track: &String| {
            let answer = case.tracks.get(track).and_then(Option::as_ref);
            answer.is_some_and(|answer| answer.verdict == Verdict::Refused)
        };
        let any = against == DecisionKind::Refused && case.tracks.keys().any(refused);
        self.remedies(against)
            .filter(|remedy| remedy.track.as_ref().is_none_or(|track| !any || refused(track)))
            .collect()
    }

    /// What the person of a case can do as the case stands at a moment, in the order of the file;
    /// nothing before there is a decision that the person has been told of. A decision that the
    /// law makes needs no service.
    pub fn remedies_at(&self, rules: Rules<'_>, case: &Case, now: Timestamp) -> Vec<Standing<'_>> {
        let Some(against) = self.contestable(rules, case, now) else { return Vec::new() };
        let (office, today) = (rules.office, rules.office.day(now));
        let served = case.served.map(|served| office.day(served));
        let standing = |remedy: &Remedy| {
            let start = match remedy.starts {
                Some(Start::Service) => served,
                None => None,
            };
            let within = remedy.within.filter(|_| remedy.kind == RemedyKind::Open);
            let last = start.zip(within).map(|(day, within)| within.after(day, &office.calendar));
            (last, last.is_some_and(|last| last < today))
        };
        self.remedies_in(case, against)
            .into_iter()
            .map(|remedy| {
                let (last_day, over) = standing(remedy);
                Standing { remedy, against, last_day, over }
            })
            .collect()
    }

    /// Whether there is something that the person of a case can contest: a decision, even before it
    /// was served, that the application is not accepted, or that nothing was decided in time.
    pub(crate) fn is_contestable(&self, rules: Rules<'_>, case: &Case, now: Timestamp) -> bool {
        case.decision.is_some() || self.contestable(rules, case, now).is_some()
    }

    /// The kind of decision that the person of a case has been told of and that is in force: a
    /// decision that was served or that the law made, that the application is not accepted, or
    /// that they were told of nothing within the time limit for deciding.
    fn contestable(&self, rules: Rules<'_>, case: &Case, now: Timestamp) -> Option<DecisionKind> {
        if let Some(decision) = &case.decision
            && (case.served.is_some() || decision.by.is_none())
        {
            return Some(decision.verdict.into());
        }
        match case.outcome {
            Some(Outcome::NotAccepted) => Some(DecisionKind::NotAccepted),
            Some(_) if case.decision.is_none() => None,
            _ => {
                let passed = |limit: &Clock| {
                    case.clock(&limit.law.id).is_some_and(|clock| {
                        matches!(
                            clock.present(rules.office, now).status,
                            clock::Status::Expired { .. } | clock::Status::Met { late: true, .. }
                        )
                    })
                };
                self.limits_to_decide().any(passed).then_some(DecisionKind::Silence)
            }
        }
    }
}
