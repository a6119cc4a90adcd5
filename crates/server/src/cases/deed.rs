//! What can be done about a case through the API.
//!
//! It is close to what is kept ([`What`]), and not the same: a proposal is made by the server from
//! the facts of the case, a case is opened at an address of its own, and what the time alone does
//! is nobody's to send.

use casework::action::{Verdict, Verification};
use casework::proposal::Opinion;
use casework::{Proposal, What};
use clock::Period;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::wire::{Document, Shortcoming, length, moment};

/// What is done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub(crate) enum Deed {
    /// The draft is filled in. Facts that are named replace those of before.
    SaveDraft {
        /// Facts by name.
        #[serde(default)]
        facts: Map<String, Value>,
        /// Documents that are added.
        #[serde(default)]
        documents: Vec<Document>,
    },
    /// The application is handed in.
    Submit,
    /// It is accepted for examination.
    Accept,
    /// It is not accepted.
    NotAccept {
        /// Why.
        reason: String,
    },
    /// Everything that is missing is asked for, at once.
    RequestCorrection {
        /// What the notice is called.
        notice: String,
        /// Everything that is missing or wrong.
        items: Vec<Shortcoming>,
    },
    /// The correction notice is served.
    ServeCorrection {
        /// When that was.
        #[schemars(schema_with = "moment")]
        served: Timestamp,
    },
    /// What was asked for is handed in.
    Correct {
        /// Facts by name.
        #[serde(default)]
        facts: Map<String, Value>,
        /// Documents that are added.
        #[serde(default)]
        documents: Vec<Document>,
    },
    /// The examination begins.
    StartReview,
    /// A fact was checked at its source.
    Verify {
        /// The fact.
        fact: String,
        /// What the source says. That it cannot be told is no denial.
        #[schemars(with = "String", extend("enum" = ["confirmed", "denied", "unknown"]))]
        finding: Verification,
        /// The source: a reply, a register, a document.
        evidence: String,
        /// How long one can go by that.
        #[serde(default)]
        #[schemars(schema_with = "length")]
        valid_for: Option<Period>,
    },
    /// A department answers for its part of a joint case.
    Answer {
        /// The track.
        track: String,
        /// Whether it agrees.
        #[schemars(with = "String", extend("enum" = ["granted", "refused"]))]
        verdict: Verdict,
        /// Why.
        #[serde(default)]
        reasons: String,
    },
    /// What the rules say of the facts is put forward for decision. The server asks the rules.
    Propose,
    /// What an officer says is put forward for decision: where no rules decide in the procedure,
    /// or they leave the outcome open. What the rules hold against the person stays in it.
    ProposeByOfficer {
        /// What speaks against the person beside what the rules say, each in a few words: whoever
        /// decides must look at each.
        #[serde(default)]
        adverse: Vec<String>,
        /// Why, in the officer's own words.
        reasons: String,
    },
    /// Whoever is to decide has looked at something that speaks against the person.
    ConfirmAdverse {
        /// What, as it is named in `proposal.adverse` of the case: what the proposal says,
        /// `denied:` with a fact, or `track:` with the part of a department that does not agree.
        item: String,
    },
    /// It goes back to examination.
    ReturnToReview {
        /// Why.
        reason: String,
    },
    /// It is decided.
    Decide {
        /// How.
        #[schemars(with = "String", extend("enum" = ["granted", "refused"]))]
        verdict: Verdict,
        /// The reasons in the decider's own words.
        reasons: String,
    },
    /// The decision is served.
    ServeDecision {
        /// When that was.
        #[schemars(schema_with = "moment")]
        served: Timestamp,
    },
    /// A decision in error is withdrawn, and the case is examined again.
    AnnulDecision {
        /// Why.
        reason: String,
    },
    /// The case is closed.
    Close,
    /// The application is withdrawn.
    Withdraw,
    /// A time limit is suspended, from when the notice is served.
    Suspend {
        /// The clock.
        clock: String,
        /// What this suspension is called.
        suspension: String,
        /// The ground.
        ground: String,
        /// The notice.
        notice: String,
        /// How long it is expected to last.
        #[serde(default)]
        #[schemars(schema_with = "length")]
        expected: Option<Period>,
    },
    /// The ground of a suspension fell away.
    Resume {
        /// The clock.
        clock: String,
        /// The suspension.
        suspension: String,
    },
    /// An officer asks that a time limit be made longer.
    RequestExtension {
        /// The clock.
        clock: String,
        /// By how much.
        #[schemars(schema_with = "length")]
        by: Period,
        /// Why.
        reason: String,
    },
    /// A time limit is made longer, as it was asked for, by another officer who may approve that.
    Extend {
        /// The clock.
        clock: String,
        /// By how much: no more than was asked for, as `extensions_requested` of the case says.
        #[schemars(schema_with = "length")]
        by: Period,
        /// Why.
        reason: String,
        /// The notice.
        notice: String,
    },
    /// A notice of a suspension or an extension is served.
    ServeNotice {
        /// The notice.
        notice: String,
        /// When that was.
        #[schemars(schema_with = "moment")]
        served: Timestamp,
    },
    /// Another case may be about the same matter.
    SuspectDuplicate {
        /// The other case.
        of: String,
        /// The rule that says so.
        rule: String,
    },
    /// A person says whether another case is about the same matter.
    ResolveDuplicate {
        /// The other case.
        of: String,
        /// Whether it is the same matter.
        same: bool,
        /// Why.
        reason: String,
    },
    /// Someone must not act in this case. Of another person, a second officer must say it too.
    DeclareConflict {
        /// Who.
        person: String,
        /// Why.
        reason: String,
    },
}

impl Deed {
    /// What an officer says of the case, where that is put forward for decision.
    pub fn opinion(&self) -> Option<Opinion> {
        match self {
            Deed::ProposeByOfficer { adverse, reasons } => {
                Some(Opinion { adverse: adverse.clone(), reasons: reasons.clone() })
            }
            _ => None,
        }
    }

    /// A length of time that it gives.
    pub fn length(&self) -> Option<Period> {
        match self {
            Deed::Suspend { expected, .. } => *expected,
            Deed::Verify { valid_for, .. } => *valid_for,
            Deed::RequestExtension { by, .. } | Deed::Extend { by, .. } => Some(*by),
            _ => None,
        }
    }

    /// What is kept of it. `propose` makes the proposal where there is to be one.
    pub fn into_what<E>(
        self,
        propose: impl FnOnce(Option<Opinion>) -> Result<Proposal, E>,
    ) -> Result<What, E> {
        Ok(match self {
            Deed::SaveDraft { facts, documents } => {
                What::SaveDraft { facts, documents: all(documents) }
            }
            Deed::Submit => What::Submit,
            Deed::Accept => What::Accept,
            Deed::NotAccept { reason } => What::NotAccept { reason },
            Deed::RequestCorrection { notice, items } => {
                What::RequestCorrection { notice, items: all(items) }
            }
            Deed::ServeCorrection { served } => What::ServeCorrection { served },
            Deed::Correct { facts, documents } => {
                What::Correct { facts, documents: all(documents) }
            }
            Deed::StartReview => What::StartReview,
            Deed::Verify { fact, finding, evidence, valid_for } => {
                What::Verify { fact, finding, evidence, valid_for }
            }
            Deed::Answer { track, verdict, reasons } => What::Answer { track, verdict, reasons },
            Deed::Propose => What::Propose { proposal: Box::new(propose(None)?) },
            Deed::ProposeByOfficer { adverse, reasons } => {
                let opinion = Opinion { adverse, reasons };
                What::Propose { proposal: Box::new(propose(Some(opinion))?) }
            }
            Deed::ConfirmAdverse { item } => What::ConfirmAdverse { item },
            Deed::ReturnToReview { reason } => What::ReturnToReview { reason },
            Deed::Decide { verdict, reasons } => What::Decide { verdict, reasons },
            Deed::ServeDecision { served } => What::ServeDecision { served },
            Deed::AnnulDecision { reason } => What::AnnulDecision { reason },
            Deed::Close => What::Close,
            Deed::Withdraw => What::Withdraw,
            Deed::Suspend { clock, suspension, ground, notice, expected } => {
                What::Suspend { clock, suspension, ground, notice, expected }
            }
            Deed::Resume { clock, suspension } => What::Resume { clock, suspension },
            Deed::RequestExtension { clock, by, reason } => {
                What::RequestExtension { clock, by, reason }
            }
            Deed::Extend { clock, by, reason, notice } => {
                What::Extend { clock, by, reason, notice }
            }
            Deed::ServeNotice { notice, served } => What::ServeNotice { notice, served },
            Deed::SuspectDuplicate { of, rule } => What::SuspectDuplicate { of, rule },
            Deed::ResolveDuplicate { of, same, reason } => {
                What::ResolveDuplicate { of, same, reason }
            }
            Deed::DeclareConflict { person, reason } => What::DeclareConflict { person, reason },
        })
    }
}

fn all<W, T: From<W>>(items: Vec<W>) -> Vec<T> {
    items.into_iter().map(T::from).collect()
}
