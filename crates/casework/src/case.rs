//! The state of a case, folded from its actions.

mod apply;
mod limits;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use clock::ledger::Provisional;
use clock::{Ledger, Office, Period, Status as ClockStatus};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::action::{Action, ActionKind, Document, Shortcoming, Verdict, Verification};
use crate::procedure::Procedure;
use crate::proposal::Proposal;

/// What a fact that its source denied is called among what speaks against the person.
pub const DENIED: &str = "denied:";

/// What a department that does not agree is called there.
pub const DISAGREES: &str = "track:";

/// What a case is judged by: its procedure, and the calendar and time zone of the authority.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The procedure.
    pub procedure: &'r Procedure,
    /// The authority's calendar and time zone.
    pub office: &'r Office,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called.
    pub id: String,
    /// How many actions it has.
    pub version: u64,
    /// The person whom it is about.
    pub applicant: String,
    /// The place where it is handled.
    pub place: Option<String>,
    /// When it was begun.
    pub opened: Timestamp,
    /// Where it stands.
    pub status: Status,
    /// What it ended with, once it has.
    pub outcome: Option<Outcome>,
    /// The facts by name, as they were last given.
    pub facts: Map<String, Value>,
    /// The documents that were handed in.
    pub documents: Vec<Document>,
    /// What sources say of the facts.
    pub verified: BTreeMap<String, Verified>,
    /// When it was handed in.
    pub submitted: Option<Timestamp>,
    /// Its acceptance.
    pub accepted: Option<Acceptance>,
    /// The correction notices, in order; all but the last are answered.
    pub corrections: Vec<Correction>,
    /// The answers of the departments of a joint case, by track.
    pub tracks: BTreeMap<String, Option<Answer>>,
    /// What is put forward for decision.
    pub prepared: Option<Prepared>,
    /// The decision in force.
    pub decision: Option<Decision>,
    /// Decisions that were withdrawn, the first first.
    pub annulled: Vec<Decision>,
    /// When the decision in force was served.
    pub served: Option<Timestamp>,
    /// The letters that there are, in order; that one was served is an action of its own.
    pub letters: Vec<String>,
    /// Other cases that may be the same, and what a person said of each.
    pub duplicates: BTreeMap<String, Option<bool>>,
    /// The people who must not act.
    pub conflicts: BTreeSet<String>,
    /// The people of whom somebody else has said that they must not act, and who said so: one
    /// more person must say it.
    pub declared: BTreeMap<String, BTreeSet<String>>,
    /// The case that this one reconsiders.
    pub reconsiders: Option<String>,
    /// The case in which this one is contested.
    pub contested_by: Option<String>,
    /// Where the log says what the rules and calendars of today would not have let be done: nothing
    /// came of such an action when the log was folded.
    pub contradictions: Vec<Contradiction>,
    /// The extensions that were asked for and not approved yet, by clock.
    pub extensions: BTreeMap<String, ExtensionRequest>,
    /// The notices of suspensions and extensions, by what they are called.
    notices: BTreeMap<String, Notice>,
    /// Who acted for the person's side.
    side: BTreeSet<String>,
    /// The officers who acted.
    officers: BTreeSet<String>,
    /// The clocks whose passing has had its effect, by their places in `clocks`: it has it once.
    /// One that ran until a day that does not hold any more has none.
    passed: BTreeSet<usize>,
    /// What has been done, by kind.
    done: BTreeSet<ActionKind>,
    /// The clocks in the order in which they were started; one that starts again is a new one.
    clocks: Vec<Ledger>,
    /// The moment of its latest action.
    latest: Timestamp,
}

/// Where a case stands. There are few of these; the rest are [`Flag`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "docs/cases.md says what each means")]
pub enum Status {
    Draft,
    Submitted,
    Accepted,
    NotAccepted,
    UnderReview,
    Proposed,
    Decided,
    Served,
    Closed,
}

/// What a case ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Not accepted for examination.
    NotAccepted,
    /// Withdrawn by the person.
    Withdrawn,
    /// Given up, as the law says of one who does not answer.
    Abandoned,
}

/// What is particular about a case at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "docs/cases.md says what each means")]
pub enum Flag {
    CorrectionPending,
    ClockSuspended,
    LimitPassed,
    ProvisionalDueDate,
    AcceptedBySilence,
    GrantedBySilence,
    FiledLate,
    Joint,
    DuplicateSuspected,
    ConflictOfInterest,
    Reconsideration,
    Contested,
    Contradicted,
}

/// What a source says of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub finding: Verification,
    /// The source.
    pub evidence: String,
    /// The last day on which one can go by that; none if nothing limits it.
    pub valid_until: Option<Date>,
}

impl Verified {
    /// Whether one can go by it on a day.
    pub fn is_valid(&self, on: Date) -> bool {
        self.valid_until.is_none_or(|until| on <= until)
    }
}

/// How a case came to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// From which day.
    pub on: Date,
    /// Whether by silence.
    pub by_silence: bool,
}

/// A correction notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What the notice is called.
    pub notice: String,
    /// When it was made.
    pub made: Timestamp,
    /// Everything that was asked for.
    pub items: Vec<Shortcoming>,
    /// When it was served.
    pub served: Option<Timestamp>,
    /// Whether what was asked for has been handed in.
    pub answered: bool,
    /// The copies that were there when it was written.
    seen: BTreeSet<String>,
}

/// An extension of a time limit that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRequest {
    /// By how much.
    pub by: Period,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requested_by: String,
}

/// A notice of a suspension or an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Notice {
    made: Timestamp,
    served: bool,
}

/// An action that was taken when it arrived and would not be today, because a calendar or a
/// procedure has changed. A person looks at what is to become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The version that the case had after it.
    pub version: u64,
    /// What it was, and why it would not be taken.
    pub refusal: Refusal,
}

/// What a department says of its part of a joint case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it agrees.
    pub verdict: Verdict,
    /// Why.
    pub reasons: String,
    /// Who says so.
    pub by: String,
}

/// What is put forward for decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What the rules say.
    pub proposal: Proposal,
    /// Who put it forward.
    pub by: String,
    /// What speaks against the person, and who has looked at it.
    pub confirmed: BTreeSet<(String, String)>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// How.
    pub verdict: Verdict,
    /// Who decided; nobody, if the law did.
    pub by: Option<String>,
    /// Who had prepared it.
    pub prepared_by: Option<String>,
    /// The reasons.
    pub reasons: String,
    /// On which day.
    pub on: Date,
    /// When it was made, or the law made it.
    pub at: Timestamp,
    /// When it was served.
    pub served: Option<Timestamp>,
}

/// Why an action is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {why}")]
pub struct Refusal {
    /// What was to be done.
    pub kind: KindName,
    /// Why it is not.
    pub why: Why,
}

/// The kind of an action by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindName(pub ActionKind);

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::procedure::kind_name(self.0))
    }
}

/// Why an action is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say what each means")]
pub enum Why {
    #[error("the case has moved on: version {expected} was expected, it is at {actual}")]
    Conflict { expected: u64, actual: u64 },
    #[error("the action is about another case")]
    OtherCase,
    #[error("the case `{0}` is about another person")]
    OtherPerson(String),
    #[error("the case follows another procedure")]
    OtherProcedure,
    #[error("the case is {0:?}")]
    WrongStatus(Status),
    #[error("the procedure has no such step")]
    NoStep,
    #[error("nothing that comes before it has been done")]
    TooEarly,
    #[error("this step is for others")]
    NotYours,
    #[error("`{0}` must not act in this case")]
    ConflictOfInterest(String),
    #[error("whoever prepared it must not decide it")]
    SamePerson,
    #[error("you have said that `{0}` must not act; another officer must confirm it")]
    Declared(String),
    #[error("rules decide here: an officer’s own proposal is for what they leave open")]
    RulesDecide,
    #[error("a reason is needed")]
    NoReason,
    #[error("nothing was asked for")]
    NothingAsked,
    #[error("the procedure has no document `{0}`")]
    UnknownDocument(String),
    #[error("everything had to be asked for at once: only copies handed in since can be faulted")]
    SecondNotice,
    #[error(
        "that is too much: a case has 500 documents, whose names have 200 bytes, at the most, and nothing is handed in after 2,000 actions"
    )]
    TooMuch,
    #[error("a copy `{0}` is there already")]
    CopyTaken(String),
    #[error("the fact `{0}` must be a date, as 2026-11-28: a time limit runs until then")]
    NoDate(String),
    #[error("a correction is awaited")]
    CorrectionPending,
    #[error("no correction is awaited")]
    NoCorrection,
    #[error("the procedure has no track `{0}`")]
    UnknownTrack(String),
    #[error("the track `{0}` has been answered so")]
    Answered(String),
    #[error("the department of the track `{0}` has not answered")]
    Unanswered(String),
    #[error("the proposal rests on other facts or on another programme than the case")]
    OtherFacts,
    #[error("`{0}` speaks against the person, and the decider has not looked at it")]
    Unconfirmed(String),
    #[error("nothing named `{0}` speaks against the person")]
    NotAdverse(String),
    #[error("the department of the track `{0}` does not agree: it cannot be granted")]
    TrackRefused(String),
    #[error("nothing speaks against the person: a refusal needs something that does")]
    NothingAgainst,
    #[error("it may be the same as the case `{0}`, and nobody has said whether it is")]
    DuplicateUnresolved(String),
    #[error("the case `{0}` was not suspected to be the same")]
    NotSuspected(String),
    #[error("no clock `{0}` has been started")]
    NoClock(String),
    #[error("only what the time alone does can be recorded so")]
    NotOfTime,
    #[error("it cannot have been served after it was recorded")]
    ServedLater,
    #[error("it cannot have been served before it was made")]
    ServedEarly,
    #[error("there is a notice `{0}` already")]
    NoticeTaken(String),
    #[error("no notice `{0}` waits to be served")]
    NoNotice(String),
    #[error("the time limit `{0}` does not run")]
    NotRunning(String),
    #[error("nobody has asked that the time limit `{0}` be made so much longer")]
    NotRequested(String),
    #[error("the case is contested in `{0}`, which has not come to its end")]
    ContestPending(String),
    #[error("that case is of a procedure in which nothing is reconsidered")]
    NoRemedy,
    #[error("{0}")]
    Clock(String),
}

impl Case {
    /// The case that these actions make. Each was judged when it arrived, and who might take it is
    /// not judged again. Where a calendar or a procedure has changed so that one makes no sense any
    /// more, nothing comes of it, and it is among the [`Case::contradictions`].
    ///
    /// # Errors
    ///
    /// The first action that does not belong at its place in this log.
    pub fn fold(rules: Rules<'_>, id: &str, actions: &[Action]) -> Result<Case, Refusal> {
        let mut refused: BTreeMap<usize, Refusal> = BTreeMap::new();
        loop {
            let mut case = Case::empty(id);
            let mut met = None;
            for (place, action) in actions.iter().enumerate() {
                case.belongs(action).map_err(|why| refusal(action, why))?;
                if let Some(refusal) = refused.get(&place) {
                    case.contradict(rules, action, refusal.clone());
                } else if let Err(why) = case.take(rules, action) {
                    // What it did before it failed must not stay: from the beginning, without it.
                    met = Some((place, refusal(action, why)));
                    break;
                }
            }
            match met {
                Some((place, refusal)) => refused.insert(place, refusal),
                None => return Ok(case),
            };
        }
    }

    /// A case of which nothing has been heard yet.
    pub fn empty(id: &str) -> Case {
        Case {
            id: id.to_owned(),
            version: 0,
            applicant: String::new(),
            place: None,
            opened: Timestamp::MIN,
            status: Status::Draft,
            outcome: None,
            facts: Map::new(),
            documents: Vec::new(),
            verified: BTreeMap::new(),
            submitted: None,
            accepted: None,
            corrections: Vec::new(),
            tracks: BTreeMap::new(),
            prepared: None,
            decision: None,
            annulled: Vec::new(),
            served: None,
            letters: Vec::new(),
            duplicates: BTreeMap::new(),
            conflicts: BTreeSet::new(),
            declared: BTreeMap::new(),
            reconsiders: None,
            contested_by: None,
            contradictions: Vec::new(),
            notices: BTreeMap::new(),
            side: BTreeSet::new(),
            officers: BTreeSet::new(),
            extensions: BTreeMap::new(),
            passed: BTreeSet::new(),
            done: BTreeSet::new(),
            clocks: Vec::new(),
            latest: Timestamp::MIN,
        }
    }

    /// Takes an action; a case is left as it was if the action is refused.
    ///
    /// # Errors
    ///
    /// Why the action cannot be taken.
    pub fn apply(&mut self, rules: Rules<'_>, action: &Action) -> Result<(), Refusal> {
        let mut next = self.clone();
        next.judge(rules, action).map_err(|why| refusal(action, why))?;
        *self = next;
        Ok(())
    }

    /// Whether somebody has acted in it as an officer.
    pub fn was_dealt_with_by(&self, person: &str) -> bool {
        self.officers.contains(person)
    }

    /// What speaks against the person: whoever is to decide must look at each. It is what the
    /// proposal holds against them, what a source has denied, and the departments of a joint case
    /// that do not agree.
    pub fn adverse(&self) -> Vec<String> {
        let proposed = self.prepared.iter().flat_map(|prepared| prepared.proposal.adverse.clone());
        let denied = self
            .verified
            .iter()
            .filter(|(_, verified)| verified.finding == Verification::Denied)
            .map(|(fact, _)| format!("{DENIED}{fact}"));
        let refused = |answer: &Answer| answer.verdict == Verdict::Refused;
        let tracks = self
            .tracks
            .iter()
            .filter(|(_, answer)| answer.as_ref().is_some_and(refused))
            .map(|(track, _)| format!("{DISAGREES}{track}"));
        let mut adverse: Vec<String> = Vec::new();
        for item in proposed.chain(denied).chain(tracks) {
            if !adverse.contains(&item) {
                adverse.push(item);
            }
        }
        adverse
    }

    /// The case as it stands at a moment, with what the law has done by then because of the time.
    pub fn at(&self, rules: Rules<'_>, now: Timestamp) -> Case {
        let mut case = self.clone();
        case.settle(rules, now.max(self.latest));
        case
    }

    /// The clocks in the order in which they were started.
    pub fn clocks(&self) -> &[Ledger] {
        &self.clocks
    }

    /// The clock of this name that was started last.
    pub fn clock(&self, id: &str) -> Option<&Ledger> {
        self.clocks.iter().rev().find(|clock| clock.spec().id == id)
    }

    /// The correction notice that has not been answered.
    pub fn open_correction(&self) -> Option<&Correction> {
        self.corrections.last().filter(|correction| !correction.answered)
    }

    /// The moment of its latest action; the beginning of time for a case without any.
    pub fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Whether it has come to its end.
    pub fn is_over(&self) -> bool {
        matches!(self.status, Status::Closed)
    }

    /// What is particular about it at a moment.
    pub fn flags(&self, rules: Rules<'_>, now: Timestamp) -> BTreeSet<Flag> {
        let case = self.at(rules, now);
        let states: Vec<_> = case
            .clocks
            .iter()
            .map(|clock| clock.state(rules.office, now.max(case.latest)))
            .collect();
        let live = |state: &&clock::State| {
            matches!(
                state.status,
                ClockStatus::Running | ClockStatus::Suspended { .. } | ClockStatus::Unsettled
            )
        };
        let provisional = |state: &clock::State| {
            state.due.is_some_and(|due| due.provisional == Some(Provisional::CalendarUnknown))
        };
        let flags = [
            (Flag::CorrectionPending, case.open_correction().is_some()),
            (
                Flag::ClockSuspended,
                states.iter().any(|state| matches!(state.status, ClockStatus::Suspended { .. })),
            ),
            (
                Flag::LimitPassed,
                states.iter().any(|state| matches!(state.status, ClockStatus::Expired { .. })),
            ),
            (Flag::ProvisionalDueDate, states.iter().filter(live).any(provisional)),
            (Flag::AcceptedBySilence, case.accepted.is_some_and(|accepted| accepted.by_silence)),
            (
                Flag::GrantedBySilence,
                case.decision.as_ref().is_some_and(|decision| decision.by.is_none()),
            ),
            (
                Flag::FiledLate,
                rules.procedure.clocks.iter().any(|clock| case.is_late_for(clock, rules)),
            ),
            (Flag::Joint, rules.procedure.joint.is_some()),
            (Flag::DuplicateSuspected, case.duplicates.values().any(Option::is_none)),
            (Flag::ConflictOfInterest, !case.conflicts.is_empty()),
            (Flag::Reconsideration, case.reconsiders.is_some()),
            (Flag::Contested, case.contested_by.is_some()),
            (Flag::Contradicted, !case.contradictions.is_empty()),
        ];
        flags.into_iter().filter(|(_, set)| *set).map(|(flag, _)| flag).collect()
    }
}

fn refusal(action: &Action, why: Why) -> Refusal {
    Refusal { kind: KindName(action.what.kind()), why }
}
