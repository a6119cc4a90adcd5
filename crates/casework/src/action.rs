//! What people and authorities do about a case.

use clock::{Act, Period};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::proposal::Proposal;

/// Something that somebody does about a case. Once recorded it is never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Made by whoever acts; the same action sent twice has the same identifier.
    pub id: String,
    /// The case.
    pub case: String,
    /// How many actions the case had when this one was decided on.
    pub expected_version: u64,
    /// When it reached the authority.
    pub at: Timestamp,
    /// Who acts.
    pub actor: Actor,
    /// For whom, if not for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<String>,
    /// What is done.
    pub what: What,
}

impl Action {
    /// Whether this is the same action, perhaps sent again and so received at another moment.
    pub fn is_same(&self, other: &Action) -> bool {
        let Action { id, case, expected_version, at: _, actor, on_behalf, what } = self;
        *id == other.id
            && *case == other.case
            && *expected_version == other.expected_version
            && *actor == other.actor
            && *on_behalf == other.on_behalf
            && *what == other.what
    }
}

/// Who acts, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The person; for what the system does, the job.
    pub person: String,
    /// As what.
    pub role: Role,
    /// The department, for its officers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
}

/// As what somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The person whom the case is about.
    Applicant,
    /// Someone who acts for the employer.
    EmployerAgent,
    /// Someone with a mandate.
    Intermediary,
    /// Takes in applications.
    IntakeClerk,
    /// Examines cases and prepares decisions.
    CaseOfficer,
    /// Decides.
    Decider,
    /// Answers for another department.
    Verifier,
    /// What falls due because of the time alone.
    System,
}

impl Role {
    /// Whether it is held by an officer of a department.
    pub fn is_officer(self) -> bool {
        match self {
            Role::IntakeClerk | Role::CaseOfficer | Role::Decider | Role::Verifier => true,
            Role::Applicant | Role::EmployerAgent | Role::Intermediary | Role::System => false,
        }
    }
}

/// A document as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What this copy is called, unique in its case.
    pub id: String,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// The digest of its bytes.
    pub digest: String,
}

/// Something that is missing or wrong, and what would mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shortcoming {
    /// The kind of document, as the procedure calls it.
    pub document: String,
    /// The copy that is faulty, if one was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// What is wrong and what would mend it.
    pub why: String,
}

/// What another source says of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// It is so.
    Confirmed,
    /// It is not so.
    Denied,
    /// It cannot be told. That is not a denial.
    Unknown,
}

/// What a case ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// What was applied for is granted.
    Granted,
    /// It is refused.
    Refused,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// A draft is begun.
    Open {
        /// The procedure.
        procedure: String,
        /// The place where it is to be handled: a code of the packs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
        /// The case whose decision is to be reconsidered, if that is what this one is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reconsiders: Option<String>,
    },
    /// The draft is filled in. Facts that are named replace those of before.
    SaveDraft {
        /// Facts by name.
        facts: Map<String, Value>,
        /// Documents that are added.
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
        /// The notice.
        notice: String,
        /// Everything that is missing or wrong.
        items: Vec<Shortcoming>,
    },
    /// The correction notice is served.
    ServeCorrection {
        /// When that was.
        served: Timestamp,
    },
    /// What was asked for is handed in.
    Correct {
        /// Facts by name.
        facts: Map<String, Value>,
        /// Documents that are added.
        documents: Vec<Document>,
    },
    /// The examination begins.
    StartReview,
    /// A fact was checked at its source.
    Verify {
        /// The fact.
        fact: String,
        /// What the source says.
        finding: Verification,
        /// The source: a reply, a register, a document.
        evidence: String,
        /// How long one can go by that; without it, as long as the value does not change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_for: Option<Period>,
    },
    /// A department answers for its part of a joint case.
    Answer {
        /// The track.
        track: String,
        /// Whether it agrees.
        verdict: Verdict,
        /// Why.
        reasons: String,
    },
    /// What the rules say of the facts is put forward for decision.
    Propose {
        /// What they say, with everything it rests on.
        proposal: Box<Proposal>,
    },
    /// Whoever is to decide has looked at something that speaks against the person.
    ConfirmAdverse {
        /// What, as the proposal names it.
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
        verdict: Verdict,
        /// The reasons in the decider's own words.
        reasons: String,
    },
    /// The decision is served.
    ServeDecision {
        /// When that was.
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        by: Period,
        /// Why.
        reason: String,
    },
    /// A time limit is made longer, as it was asked for, by another officer who may approve that.
    Extend {
        /// The clock.
        clock: String,
        /// By how much: no more than was asked for.
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
        served: Timestamp,
    },
    /// What the time alone does to a clock: a warning, a passed limit, a due date that moved.
    Record {
        /// The clock.
        clock: String,
        /// What.
        act: Act,
    },
    /// Another case may be about the same matter.
    SuspectDuplicate {
        /// The other case.
        of: String,
        /// The rule that says so.
        rule: String,
    },
    /// A person says whether it is.
    ResolveDuplicate {
        /// The other case.
        of: String,
        /// Whether it is the same matter.
        same: bool,
        /// Why.
        reason: String,
    },
    /// Someone must not act in this case.
    DeclareConflict {
        /// Who.
        person: String,
        /// Why.
        reason: String,
    },
    /// The decision is contested in another case.
    Contest {
        /// The other case.
        by: String,
    },
}

/// The kinds of what is done, as procedures name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is described at the variant of `What` of its name")]
pub enum ActionKind {
    Open,
    SaveDraft,
    Submit,
    Accept,
    NotAccept,
    RequestCorrection,
    ServeCorrection,
    Correct,
    StartReview,
    Verify,
    Answer,
    Propose,
    ConfirmAdverse,
    ReturnToReview,
    Decide,
    ServeDecision,
    AnnulDecision,
    Close,
    Withdraw,
    Suspend,
    Resume,
    RequestExtension,
    Extend,
    ServeNotice,
    Record,
    SuspectDuplicate,
    ResolveDuplicate,
    DeclareConflict,
    Contest,
}

impl What {
    /// Its kind.
    pub fn kind(&self) -> ActionKind {
        match self {
            What::Open { .. } => ActionKind::Open,
            What::SaveDraft { .. } => ActionKind::SaveDraft,
            What::Submit => ActionKind::Submit,
            What::Accept => ActionKind::Accept,
            What::NotAccept { .. } => ActionKind::NotAccept,
            What::RequestCorrection { .. } => ActionKind::RequestCorrection,
            What::ServeCorrection { .. } => ActionKind::ServeCorrection,
            What::Correct { .. } => ActionKind::Correct,
            What::StartReview => ActionKind::StartReview,
            What::Verify { .. } => ActionKind::Verify,
            What::Answer { .. } => ActionKind::Answer,
            What::Propose { .. } => ActionKind::Propose,
            What::ConfirmAdverse { .. } => ActionKind::ConfirmAdverse,
            What::ReturnToReview { .. } => ActionKind::ReturnToReview,
            What::Decide { .. } => ActionKind::Decide,
            What::ServeDecision { .. } => ActionKind::ServeDecision,
            What::AnnulDecision { .. } => ActionKind::AnnulDecision,
            What::Close => ActionKind::Close,
            What::Withdraw => ActionKind::Withdraw,
            What::Suspend { .. } => ActionKind::Suspend,
            What::Resume { .. } => ActionKind::Resume,
            What::RequestExtension { .. } => ActionKind::RequestExtension,
            What::Extend { .. } => ActionKind::Extend,
            What::ServeNotice { .. } => ActionKind::ServeNotice,
            What::Record { .. } => ActionKind::Record,
            What::SuspectDuplicate { .. } => ActionKind::SuspectDuplicate,
            What::ResolveDuplicate { .. } => ActionKind::ResolveDuplicate,
            What::DeclareConflict { .. } => ActionKind::DeclareConflict,
            What::Contest { .. } => ActionKind::Contest,
        }
    }
}
