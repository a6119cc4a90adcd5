//! The procedures: what is done after what, by whom, with which documents and letters. They are
//! published law and its reading, and need no token.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casework::procedure::{Clock, Letter, Particular, Procedure, Step};
use clock::{Effect, Period};
use schemars::JsonSchema;
use serde::Serialize;

use super::view;
use super::wire::{Basis, Owner, RemedyLine, RequiredDocument, Text, length_or_null, name};
use crate::fields::shorten;
use crate::pages::Desk;
use crate::problem::Problem;

/// The procedures.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProcedureList {
    procedures: Vec<ProcedureLine>,
}

/// A procedure in a line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProcedureLine {
    /// What it is called.
    id: String,
    /// What it is called in words.
    title: Text,
    /// The programme whose rules propose.
    programme: String,
}

/// A procedure.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProcedureState {
    /// What it is called.
    id: String,
    /// What it is called in words.
    title: Text,
    /// The programme whose rules propose.
    programme: String,
    /// What it covers, and what of it is not settled by published law.
    note: Option<Text>,
    /// Who takes part.
    owners: Vec<Owner>,
    /// What is done.
    steps: Vec<StepLine>,
    /// The time limits.
    clocks: Vec<ClockLine>,
    /// The documents.
    documents: Vec<RequiredDocument>,
    /// The letters.
    letters: Vec<LetterLine>,
    /// What the file holds of the person that the rules never see.
    particulars: Vec<ParticularLine>,
    /// What a person can do against its decisions.
    remedies: Vec<RemedyLine>,
}

/// Something that is done in a procedure.
#[derive(Debug, Serialize, JsonSchema)]
struct StepLine {
    /// The kind of action.
    on: String,
    /// What it is called in words.
    title: Text,
    /// Whose step it is.
    owner: String,
    /// Who may do it.
    roles: Vec<String>,
    /// After which steps.
    after: Vec<String>,
    /// The letter that goes out.
    letter: Option<String>,
    /// The law that it rests on.
    basis: Option<Basis>,
}

/// A time limit of a procedure.
#[derive(Debug, Serialize, JsonSchema)]
struct ClockLine {
    /// What it is called.
    id: String,
    /// What it is called in words.
    title: Text,
    /// How long; null for one that runs until a date.
    #[schemars(schema_with = "length_or_null")]
    within: Option<Period>,
    /// The fact with the date until which it runs.
    until: Option<String>,
    /// What its passing means.
    #[schemars(with = "String")]
    effect: Effect,
    /// The grounds on which it can be suspended.
    grounds: Vec<String>,
    /// The law that lays it down.
    basis: Basis,
}

/// A letter of a procedure.
#[derive(Debug, Serialize, JsonSchema)]
struct LetterLine {
    /// What it is called.
    id: String,
    /// Its heading.
    title: Text,
}

/// Something that the file holds and the rules never see.
#[derive(Debug, Serialize, JsonSchema)]
struct ParticularLine {
    /// What it is called among the facts.
    id: String,
    /// What it is called in words.
    title: Text,
    /// What its value is: `string`, `number`, `boolean` or `date`.
    #[serde(rename = "type")]
    kind: String,
    /// The values that it may have; none for any.
    values: Vec<NamedLine>,
}

/// Something with a name.
#[derive(Debug, Serialize, JsonSchema)]
struct NamedLine {
    /// What it is called.
    id: String,
    /// What it is called in words.
    title: Text,
}

/// `GET /api/v1/procedures`
pub(crate) async fn list(State(desk): State<Desk>) -> Json<ProcedureList> {
    let procedures = desk.procedures.all().map(|procedure| ProcedureLine {
        id: procedure.id.clone(),
        title: (&procedure.title).into(),
        programme: procedure.programme.clone(),
    });
    Json(ProcedureList { procedures: procedures.collect() })
}

/// `GET /api/v1/procedures/{pack}/{procedure}`
pub(crate) async fn show(
    State(desk): State<Desk>,
    Path((pack, name)): Path<(String, String)>,
) -> Result<Json<ProcedureState>, Problem> {
    let id = format!("{pack}/{name}");
    let rules = desk.procedures.rules(&id).ok_or_else(|| {
        let detail = format!("there is no procedure `{}`; see /api/v1/procedures", shorten(&id));
        let title = "There is no such procedure";
        Problem::new(StatusCode::NOT_FOUND, "procedure", title, detail).say("problem-procedure")
    })?;
    Ok(Json(state(rules.procedure)))
}

fn state(procedure: &Procedure) -> ProcedureState {
    ProcedureState {
        id: procedure.id.clone(),
        title: (&procedure.title).into(),
        programme: procedure.programme.clone(),
        note: procedure.note.as_ref().map(Into::into),
        owners: procedure.owners.iter().map(view::owner).collect(),
        steps: procedure.steps.iter().map(step).collect(),
        clocks: procedure.clocks.iter().map(clock).collect(),
        documents: procedure.documents.iter().map(view::required).collect(),
        letters: procedure.letters.iter().map(letter).collect(),
        particulars: procedure.particulars.iter().map(particular).collect(),
        remedies: procedure.remedies.iter().map(Into::into).collect(),
    }
}

fn particular(one: &Particular) -> ParticularLine {
    let value = |of: &casework::procedure::ParticularValue| NamedLine {
        id: of.value.clone(),
        title: (&of.title).into(),
    };
    ParticularLine {
        id: one.id.clone(),
        title: (&one.title).into(),
        kind: one.kind.to_string(),
        values: one.values.iter().map(value).collect(),
    }
}

fn step(step: &Step) -> StepLine {
    StepLine {
        on: view::kind_name(step.on),
        title: (&step.title).into(),
        owner: step.owner.clone(),
        roles: step.roles.iter().map(name).collect(),
        after: step.after.iter().map(|kind| view::kind_name(*kind)).collect(),
        letter: step.letter.clone(),
        basis: step.basis.as_ref().map(Into::into),
    }
}

fn clock(clock: &Clock) -> ClockLine {
    ClockLine {
        id: clock.law.id.clone(),
        title: (&clock.title).into(),
        within: clock.law.within,
        until: clock.until.clone(),
        effect: clock.law.effect,
        grounds: clock.law.grounds.iter().map(|ground| ground.id.clone()).collect(),
        basis: (&clock.law.basis).into(),
    }
}

fn letter(letter: &Letter) -> LetterLine {
    LetterLine { id: letter.id.clone(), title: (&letter.title).into() }
}
