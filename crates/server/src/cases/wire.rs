//! What travels between clients and the case API. The types are the description: the schemas of
//! `/api/openapi.json` are derived from them.

mod department;
mod remedy;
mod state;

use casework::action::{self, Role};
use casework::{Flag, Status, case};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deed::Deed;
pub(crate) use department::Competent;
pub(crate) use remedy::{RemedyLine, RemedyState};
pub(crate) use state::*;

/// A text in both languages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A place in a legal instrument.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Basis {
    /// The instrument, by its identifier in the packs.
    pub instrument: String,
    /// The place in it.
    pub item: String,
}

/// A document as it was handed in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// What this copy is called, unique in its case.
    pub id: String,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// The digest of its bytes.
    pub digest: String,
}

/// Something that is missing or wrong, and what would mend it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shortcoming {
    /// The kind of document, as the procedure calls it.
    pub document: String,
    /// The copy that is faulty, if one was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// What is wrong and what would mend it.
    pub why: String,
}

/// What opens a case.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opening {
    /// What the client calls this request: the same one again opens no second case. May stand in
    /// the header `Idempotency-Key` instead.
    #[serde(default)]
    pub id: Option<String>,
    /// The procedure.
    pub procedure: String,
    /// The place where it is to be handled: a code or a name of the packs.
    #[serde(default)]
    pub place: Option<String>,
    /// The person whom the case is about, where an agent opens it for them. The token must allow
    /// acting for that person.
    #[serde(default)]
    pub on_behalf: Option<String>,
    /// The case whose decision is to be reconsidered, if that is what this one is about.
    #[serde(default)]
    pub reconsiders: Option<String>,
}

/// Something that is to be done about a case. Who does it is who the token was made for, and when
/// is when it arrives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRequest {
    /// What the client calls this action: the same one again does nothing and gives the same
    /// answer. May stand in the header `Idempotency-Key` instead.
    #[serde(default)]
    pub id: Option<String>,
    /// How many actions the case had when this one was decided on. If others have acted since, it
    /// is a conflict.
    pub expected_version: u64,
    /// What is done.
    pub what: Deed,
}

/// An action that was taken.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Receipt {
    /// The case.
    pub case: String,
    /// What the client calls the action.
    pub id: String,
    /// Which one of the case it is, from 1.
    pub action: u64,
    /// Whether it was there already, because it had been sent before.
    pub repeated: bool,
    /// How many actions the case has now: the next one expects this.
    pub version: u64,
    /// Where the case stands now.
    #[schemars(schema_with = "status")]
    pub status: Status,
}

/// A case in a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CaseLine {
    /// The case.
    pub case: String,
    /// How many actions it has.
    pub version: u64,
    /// Its procedure.
    pub procedure: String,
    /// The place where it is handled.
    pub place: Option<String>,
    /// The person whom it is about.
    pub applicant: String,
    /// Where it stands.
    #[schemars(schema_with = "status")]
    pub status: Status,
    /// What it ended with, once it has; for the person only once that was served.
    #[schemars(schema_with = "outcome")]
    pub outcome: Option<case::Outcome>,
    /// What is particular about it, as of its latest action.
    #[schemars(schema_with = "flags")]
    pub flags: Vec<Flag>,
    /// Whose move it is.
    pub waits_for: Vec<String>,
    /// The time limit that ends first.
    pub due: Option<DueFirst>,
    /// When it was begun.
    #[schemars(schema_with = "moment")]
    pub opened: Timestamp,
    /// When it was handed in.
    #[schemars(schema_with = "moment_or_null")]
    pub submitted: Option<Timestamp>,
    /// When something was last done.
    #[schemars(schema_with = "moment")]
    pub latest: Timestamp,
    /// The case that it reconsiders.
    pub reconsiders: Option<String>,
}

/// The time limit that ends first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DueFirst {
    /// Its last day.
    #[schemars(schema_with = "day")]
    pub on: Date,
    /// The clock.
    pub clock: String,
    /// Whether the day may still change without anybody acting on the clock.
    pub provisional: bool,
}

/// Cases in the order of their time limits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CasePage {
    /// The cases.
    pub cases: Vec<CaseLine>,
    /// What to ask for next; null where there are no more.
    pub next: Option<String>,
}

/// The log of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ActionPage {
    /// The actions in order. The person sees their own and those that they have been told of.
    pub actions: Vec<ActionLine>,
    /// What to ask for next; null where there are no more.
    pub next: Option<String>,
}

/// Something that was done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ActionLine {
    /// What whoever acted calls it; for officers, and for the person's own.
    pub id: Option<String>,
    /// Which one of the case it is, from 1.
    pub version: u64,
    /// When it reached the authority.
    #[schemars(schema_with = "moment")]
    pub at: Timestamp,
    /// Who acted; for officers, and for the person's own side.
    pub person: Option<String>,
    /// As what.
    #[schemars(with = "String")]
    pub role: Role,
    /// The department, of its officers.
    pub department: Option<String>,
    /// For whom, if not for themselves.
    pub on_behalf: Option<String>,
    /// The kind of action.
    pub kind: String,
    /// What was done, in the form in which it is sent; a proposal in full.
    pub what: Value,
}

impl From<Document> for action::Document {
    fn from(document: Document) -> action::Document {
        let Document { id, kind, digest } = document;
        action::Document { id, kind, digest }
    }
}

impl From<&action::Document> for Document {
    fn from(document: &action::Document) -> Document {
        let action::Document { id, kind, digest } = document.clone();
        Document { id, kind, digest }
    }
}

impl From<Shortcoming> for action::Shortcoming {
    fn from(item: Shortcoming) -> action::Shortcoming {
        let Shortcoming { document, copy, why } = item;
        action::Shortcoming { document, copy, why }
    }
}

impl From<&action::Shortcoming> for Shortcoming {
    fn from(item: &action::Shortcoming) -> Shortcoming {
        let action::Shortcoming { document, copy, why } = item.clone();
        Shortcoming { document, copy, why }
    }
}

impl From<&casework::procedure::Text> for Text {
    fn from(text: &casework::procedure::Text) -> Text {
        Text { zh: text.zh.clone(), en: text.en.clone() }
    }
}

impl From<&clock::Basis> for Basis {
    fn from(basis: &clock::Basis) -> Basis {
        Basis { instrument: basis.instrument.clone(), item: basis.item.clone() }
    }
}

/// A moment.
pub(crate) fn moment(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

/// A moment, or none.
pub(crate) fn moment_or_null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date-time" })
}

/// A day.
pub(crate) fn day(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}

pub(crate) fn day_or_null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date" })
}

/// A length of time, in the unit in which the law gives it.
pub(crate) fn length(_: &mut SchemaGenerator) -> Schema {
    let amount = json_schema!({ "type": "integer", "minimum": 1, "maximum": 36500 });
    json_schema!({
        "type": "object",
        "properties": { "working_days": amount, "days": amount, "months": amount },
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

/// A length of time, or none.
pub(crate) fn length_or_null(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "oneOf": [length(generator), { "type": "null" }] })
}

/// What something is called where it is written.
pub(crate) fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The names of statuses.
pub(crate) const STATUSES: [&str; 9] = [
    "draft",
    "submitted",
    "accepted",
    "not-accepted",
    "under-review",
    "proposed",
    "decided",
    "served",
    "closed",
];

/// Where a case stands.
pub(crate) fn status(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": STATUSES })
}

fn outcome(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "enum": ["granted", "refused", "not-accepted", "withdrawn", "abandoned", null]
    })
}

fn flags(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "uniqueItems": true,
        "items": {
            "type": "string",
            "enum": [
                "correction-pending", "clock-suspended", "limit-passed", "provisional-due-date",
                "accepted-by-silence", "granted-by-silence", "filed-late", "joint",
                "duplicate-suspected", "conflict-of-interest", "reconsideration", "contested",
                "contradicted"
            ]
        }
    })
}
