//! What is told of cases: CloudEvents 1.0, with nothing of the person in them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use casework::announcement::Announcement;
use casework::summary::Summary;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::page::{self, Page};
use super::refusal::store_problem;
use super::scope::Scope;
use super::view::kind_name;
use super::wire::{moment, status};
use super::{Cases, enter};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// What happened over all cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventPage {
    /// The events in the order in which they were told.
    events: Vec<CloudEvent>,
    /// What to ask for next, now or later: nothing that is told later comes before it.
    next: String,
}

/// Something that happened in a case, as CloudEvents 1.0 writes it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CloudEvent {
    /// Always 1.0.
    specversion: &'static str,
    /// What it is called: the same event has the same name wherever it is told.
    pub id: String,
    /// Where it comes from.
    source: &'static str,
    /// What happened: `case.` and the kind of action.
    #[serde(rename = "type")]
    kind: String,
    /// The case.
    subject: String,
    /// When.
    #[schemars(schema_with = "moment")]
    time: Timestamp,
    /// Its place in the order of all events.
    sequence: String,
    /// Always application/json.
    datacontenttype: &'static str,
    /// What is told of it.
    data: EventData,
}

/// Where the case stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct EventData {
    /// The case.
    case: String,
    /// How many actions it has after it.
    version: u64,
    /// Its procedure.
    procedure: String,
    /// Where it stands after it.
    #[schemars(schema_with = "status")]
    status: casework::Status,
    /// The letter that goes out with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<String>,
}

impl CloudEvent {
    /// An announcement at its place. How a case ended is not told: it is read with a token.
    pub fn of(announcement: &Announcement, position: u64) -> CloudEvent {
        let Announcement { case, version, procedure, kind, at, status, letter, .. } =
            announcement.clone();
        CloudEvent {
            specversion: "1.0",
            id: format!("{case}:{version}"),
            source: "/api/v1/cases",
            kind: format!("case.{}", kind_name(kind)),
            subject: case.clone(),
            time: at,
            sequence: position.to_string(),
            datacontenttype: "application/json",
            data: EventData { case, version, procedure, status, letter },
        }
    }
}

/// `GET /api/v1/events`
pub(crate) async fn events(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<EventPage>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::EventsRead).await?;
    let Page { cursor, limit } = read_query(&uri)?;
    let limit = page::limit(limit)?;
    let mut after = page::place::<u64>(cursor.as_deref())?.unwrap_or(0);
    let told =
        cases.desk.store.events(after, limit).await.map_err(|error| store_problem(&error))?;
    let of = told.iter().map(|one| one.announcement.case.as_str());
    let lines = cases.lines(of).await.map_err(|error| store_problem(&error))?;
    let mut events = Vec::new();
    for one in told {
        after = one.position;
        let Some(line) = lines.get(&one.announcement.case) else { continue };
        let takes_part = |procedure: &casework::Procedure| caller.takes_part(procedure);
        if told_to(cases, &one.announcement, line, takes_part) && !caller.is_barred(&line.conflicts)
        {
            events.push(CloudEvent::of(&one.announcement, one.position));
        }
    }
    Ok(Json(EventPage { events, next: page::cursor(&after) }))
}

/// Whether an announcement concerns a department: it has a part in the procedure, and the case was
/// the authority's then. One that was given up before it was handed in never is.
pub(crate) fn told_to(
    cases: &Cases,
    announcement: &Announcement,
    line: &Summary,
    takes_part: impl Fn(&casework::Procedure) -> bool,
) -> bool {
    let rules = cases.desk.procedures.rules(&announcement.procedure);
    announcement.status != casework::Status::Draft
        && line.submitted.is_some()
        && rules.is_some_and(|rules| takes_part(rules.procedure))
}
