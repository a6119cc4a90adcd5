//! What can be done against decisions.

use casework::procedure::{Remedy, RemedyStanding};
use clock::Period;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Basis, Text, day_or_null, length_or_null, name};

/// A remedy against kinds of decision, or that there is none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RemedyLine {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The kinds of decision that it is about.
    #[schemars(schema_with = "decision_kinds")]
    pub against: Vec<String>,
    /// The department of a joint case whose refusal it is about.
    pub track: Option<String>,
    /// `open`; `none` where the law makes the decision final; `unsettled` where no law that was
    /// read says.
    #[schemars(extend("enum" = ["open", "none", "unsettled"]))]
    pub kind: String,
    /// To whom the person turns.
    pub to: Option<Text>,
    /// Within which time.
    #[schemars(schema_with = "length_or_null")]
    pub within: Option<Period>,
    /// From when that time runs.
    pub from: Option<Text>,
    /// What else the person must know.
    pub how: Option<Text>,
    /// The procedure in which it is dealt with here.
    pub procedure: Option<String>,
    /// The law.
    pub basis: Option<Basis>,
}

/// A remedy against a decision of which the person has been told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RemedyState {
    /// The remedy.
    #[serde(flatten)]
    pub remedy: RemedyLine,
    /// The kind of decision of this case that it is against.
    #[schemars(schema_with = "decision_kind")]
    pub decision: String,
    /// The last day on which it is open, counted from the service of the decision; null where it
    /// cannot be told. A last day that is a day off is not moved.
    #[schemars(schema_with = "day_or_null")]
    pub last_day: Option<Date>,
    /// Whether that day is over.
    pub over: bool,
}

impl From<&Remedy> for RemedyLine {
    fn from(remedy: &Remedy) -> RemedyLine {
        let text = |text: &Option<casework::procedure::Text>| text.as_ref().map(Into::into);
        RemedyLine {
            id: remedy.id.clone(),
            title: (&remedy.title).into(),
            against: remedy.against.iter().map(name).collect(),
            track: remedy.track.clone(),
            kind: name(&remedy.kind),
            to: text(&remedy.to),
            within: remedy.within,
            from: text(&remedy.from),
            how: text(&remedy.how),
            procedure: remedy.procedure.clone(),
            basis: remedy.basis.as_ref().map(Into::into),
        }
    }
}

impl From<RemedyStanding<'_>> for RemedyState {
    fn from(standing: RemedyStanding<'_>) -> RemedyState {
        RemedyState {
            remedy: standing.remedy.into(),
            decision: name(&standing.against),
            last_day: standing.last_day,
            over: standing.over,
        }
    }
}

fn decision_kind(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string", "enum": ["granted", "refused", "not-accepted", "silence"]
    })
}

fn decision_kinds(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "array", "items": decision_kind(generator) })
}
