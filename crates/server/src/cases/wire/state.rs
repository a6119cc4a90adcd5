//! A case as it stands, as whoever asks is shown it.

use std::collections::BTreeMap;

use casework::action::{Verdict, Verification};
use casework::standing::Standing;
use casework::{Flag, Status, case};
use clock::Period;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cases::documents::Elsewhere;

use super::{
    Basis, Competent, Document, RemedyState, Shortcoming, Text, day, day_or_null, flags, length,
    moment, moment_or_null, outcome, status,
};

/// A case as it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CaseState {
    /// The case.
    pub case: String,
    /// How many actions it has.
    pub version: u64,
    /// Its procedure.
    pub procedure: String,
    /// What the procedure is called.
    pub title: Text,
    /// The place where it is handled.
    pub place: Option<String>,
    /// Which departments deal with it there, for each owner of the procedure that is one.
    pub departments: Vec<Competent>,
    /// The person whom it is about.
    pub applicant: String,
    /// Where it stands.
    #[schemars(schema_with = "status")]
    pub status: Status,
    /// What it ended with, once it has; for the person only once that was served.
    #[schemars(schema_with = "outcome")]
    pub outcome: Option<case::Outcome>,
    /// What is particular about it.
    #[schemars(schema_with = "flags")]
    pub flags: Vec<Flag>,
    /// Whose move it is.
    pub waits_for: Vec<Owner>,
    /// What may be done next by whoever asks.
    pub next: Vec<NextStep>,
    /// When it was begun.
    #[schemars(schema_with = "moment")]
    pub opened: Timestamp,
    /// When it was handed in.
    #[schemars(schema_with = "moment_or_null")]
    pub submitted: Option<Timestamp>,
    /// Its acceptance.
    pub accepted: Option<Acceptance>,
    /// The facts by name, as they were last given.
    pub facts: Map<String, Value>,
    /// How far each fact is to be believed: claimed, documented, stale, verified, denied; for
    /// officers.
    #[schemars(with = "BTreeMap<String, String>")]
    pub standings: BTreeMap<String, Standing>,
    /// What sources say of the facts; for officers.
    pub verified: BTreeMap<String, Verified>,
    /// Its documents.
    pub documents: Documents,
    /// The time limits, in the order in which they were started.
    pub clocks: Vec<ClockState>,
    /// More time that was asked for and is not approved yet, by time limit; for officers.
    pub extensions_requested: BTreeMap<String, ExtensionRequested>,
    /// The correction notices; for the person, those that were served.
    pub corrections: Vec<Correction>,
    /// What departments do side by side in a joint case.
    pub tracks: Vec<Track>,
    /// What is put forward for decision; for officers.
    pub proposal: Option<Prepared>,
    /// The decision in force; for the person, once it was served.
    pub decision: Option<Decision>,
    /// What can be done against the decision, or against non-acceptance or silence, once the person
    /// has been told; what the letters say, with the last day where it can be told.
    pub remedies: Vec<RemedyState>,
    /// Decisions that were set aside, the first first.
    pub annulled: Vec<Decision>,
    /// The letters that went out, in order.
    pub letters: Vec<LetterSent>,
    /// Other cases that may be the same, and what a person said of each; for officers.
    pub duplicates: BTreeMap<String, Option<bool>>,
    /// Who must not act in it, and of whom one person alone has said so; for officers.
    pub conflicts: Vec<Conflict>,
    /// The case that this one reconsiders.
    pub reconsiders: Option<String>,
    /// The case in which this one is contested.
    pub contested_by: Option<String>,
}

/// A department, or the side of the person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Owner {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// Whether it is the person's side, and no department.
    pub party: bool,
}

/// Something that may be done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct NextStep {
    /// The kind of action.
    pub what: String,
    /// What it is called in words.
    pub title: Text,
}

/// How a case came to be accepted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Acceptance {
    /// From which day.
    #[schemars(schema_with = "day")]
    pub on: Date,
    /// Whether by silence.
    pub by_silence: bool,
}

/// What a source says of a fact.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Verified {
    /// What it says.
    #[schemars(with = "String", extend("enum" = ["confirmed", "denied", "unknown"]))]
    pub finding: Verification,
    /// The source.
    pub evidence: String,
    /// The last day on which one can go by that; null where nothing limits it.
    #[schemars(schema_with = "day_or_null")]
    pub valid_until: Option<Date>,
}

/// The documents of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Documents {
    /// Those that were handed in.
    pub had: Vec<Document>,
    /// Those that it must have and has not, and those of which that cannot be told yet.
    pub missing: Vec<MissingDocument>,
    /// Those that it has not, and that may be promised and handed in later because of the category
    /// that the rules give for the facts as they stand.
    pub promised: Vec<PromisedDocument>,
    /// Documents whose very bytes were handed in in other cases too, by the copy in this one; for
    /// officers.
    pub elsewhere: BTreeMap<String, Vec<Elsewhere>>,
}

/// A document that may be promised.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PromisedDocument {
    /// The document.
    #[serde(flatten)]
    pub document: RequiredDocument,
    /// What the person is told of it.
    pub message: Text,
}

/// A document that was not handed in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct MissingDocument {
    /// The document.
    #[serde(flatten)]
    pub document: RequiredDocument,
    /// What must be known to tell whether it is asked for; null where it is.
    pub open: Option<Vec<String>>,
}

/// A document that is asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RequiredDocument {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// When it is asked for, a condition in FEEL; null for always.
    pub when: Option<String>,
    /// The categories that may promise it and hand it in later.
    pub commitment_for: Vec<String>,
    /// The law that asks for it.
    pub basis: Basis,
}

/// A time limit of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ClockState {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Option<Text>,
    /// The law that lays it down.
    pub basis: Basis,
    /// Where it stands.
    #[schemars(with = "String", extend("enum" = [
        "waiting", "running", "suspended", "met", "expired", "unsettled", "stopped"
    ]))]
    pub status: &'static str,
    /// The day on which it started.
    #[schemars(schema_with = "day_or_null")]
    pub started: Option<Date>,
    /// Its last day; it ends at midnight at the authority.
    #[schemars(schema_with = "day_or_null")]
    pub due: Option<Date>,
    /// Why the last day may still change without anybody acting on the clock.
    #[schemars(with = "Option<String>")]
    pub provisional: Option<&'static str>,
    /// How many days count against it.
    pub total: u32,
    /// How many of them are over.
    pub consumed: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// What its passing means.
    #[schemars(with = "String")]
    pub effect: clock::Effect,
    /// From which day the law has acted because it passed.
    #[schemars(schema_with = "day_or_null")]
    pub taken_from: Option<Date>,
    /// Whether it was made longer.
    pub extended: bool,
    /// The warnings before it passes; for officers.
    pub warnings: Vec<Warning>,
    /// The times in which it stood still.
    pub suspensions: Vec<Suspension>,
}

/// More time that an officer has asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ExtensionRequested {
    /// By how much.
    #[schemars(schema_with = "length")]
    pub by: Period,
    /// Why.
    pub reason: String,
    /// Who asked: somebody else approves it.
    pub requested_by: String,
}

/// A warning before a time limit passes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Warning {
    /// The rung of the ladder.
    pub rung: String,
    /// The day on which it falls due.
    #[schemars(schema_with = "day")]
    pub on: Date,
    /// The role that is warned.
    pub to: String,
    /// Whether it has been given.
    pub given: bool,
}

/// A time in which a time limit stands still.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Suspension {
    /// What it is called.
    pub id: String,
    /// Its ground.
    pub ground: String,
    /// The first day that is not counted; null while it has no force.
    #[schemars(schema_with = "day_or_null")]
    pub from: Option<Date>,
    /// The first day that is counted again; null while it is open.
    #[schemars(schema_with = "day_or_null")]
    pub until: Option<Date>,
}

/// A correction notice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Correction {
    /// What the notice is called.
    pub notice: String,
    /// Everything that was asked for.
    pub items: Vec<Shortcoming>,
    /// When it was served.
    #[schemars(schema_with = "moment_or_null")]
    pub served: Option<Timestamp>,
    /// Whether what was asked for has been handed in.
    pub answered: bool,
}

/// What a department does in a joint case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Track {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The department.
    pub owner: String,
    /// Its clock.
    pub clock: String,
    /// What the department says; for officers.
    #[schemars(with = "Option<String>", extend("enum" = ["granted", "refused", null]))]
    pub verdict: Option<Verdict>,
    /// Whether it has answered.
    pub answered: bool,
}

/// What is put forward for decision.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Prepared {
    /// Who put it forward.
    pub by: String,
    /// The day whose rules were applied.
    pub on: String,
    /// The place whose rules were applied.
    pub place: String,
    /// What speaks against the person.
    pub adverse: Vec<Adverse>,
    /// Why, in the words of the officer who put it forward; null where the rules alone speak.
    pub reasons: Option<String>,
}

/// Something that speaks against a person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Adverse {
    /// What, as the proposal names it.
    pub item: String,
    /// Who has looked at it.
    pub confirmed_by: Vec<String>,
}

/// That somebody must not act in a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Conflict {
    /// Who.
    pub person: String,
    /// Whether it counts: the person has said so, or two others have.
    pub in_force: bool,
    /// Who else has said so, while it does not count yet.
    pub declared_by: Vec<String>,
}

/// A decision.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Decision {
    /// How.
    #[schemars(with = "String", extend("enum" = ["granted", "refused"]))]
    pub verdict: Verdict,
    /// Whether the law decided because nobody else did.
    pub by_silence: bool,
    /// Who decided; for officers.
    pub by: Option<String>,
    /// Who had prepared it; for officers.
    pub prepared_by: Option<String>,
    /// The reasons.
    pub reasons: String,
    /// On which day.
    #[schemars(schema_with = "day")]
    pub on: Date,
    /// When it was served.
    #[schemars(schema_with = "moment_or_null")]
    pub served: Option<Timestamp>,
}

/// A letter that went out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct LetterSent {
    /// The action with which it went out, from 1.
    pub version: u64,
    /// The letter of the procedure.
    pub letter: String,
    /// Its heading.
    pub title: Option<Text>,
}
