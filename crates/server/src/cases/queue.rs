//! The queue: cases in the order of their time limits.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use casework::action::Role;
use casework::store::Queue;
use casework::summary::{Rank, Summary};
use casework::{Status, Store};
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::Caller;
use super::page;
use super::refusal::store_problem;
use super::scope::Scope;
use super::view::is_party;
use super::wire::{CasePage, status};
use super::{Cases, enter, view};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// How many cases are looked through for one page: a page is shorter where most of them are not
/// the caller's to see.
const MOST_LOOKED_AT: usize = 2_000;

/// How many cases are read at a time, or as many as a page has where that is more.
const AT_ONCE: usize = 200;

/// What this list is called on its places.
const LIST: &str = "queue";

/// Which cases are asked for: those that have everything that is given.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Whose move it is: an owner of the procedure's steps. For officers, their own department
    /// where neither this nor `procedure` is given.
    pub owner: Option<String>,
    /// Where they stand.
    #[schemars(schema_with = "status")]
    pub status: Option<Status>,
    /// The procedure.
    pub procedure: Option<String>,
    /// The person whom they are about.
    pub applicant: Option<String>,
    /// The place, by its code.
    pub place: Option<String>,
    /// Only those in which it is the caller's side's or department's move.
    pub mine: Option<bool>,
    /// Where the last page ended: its `next`.
    pub cursor: Option<String>,
    /// How many cases at most.
    #[schemars(range(min = 1, max = 200), extend("default" = 50))]
    pub limit: Option<usize>,
}

/// `GET /api/v1/cases`
pub(crate) async fn queue(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<CasePage>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::QueueRead).await?;
    let filter: Filter = read_query(&uri)?;
    let limit = page::limit(filter.limit)?;
    page::known_procedure(cases, filter.procedure.as_deref())?;
    let mut after: Option<Rank> = cases.seal.place(LIST, filter.cursor.as_deref())?;
    let own_moves = filter.mine == Some(true) && is_party(caller.actor.role);
    let queue = wanted(filter, &caller)?;
    let fetched = limit.max(AT_ONCE);
    let mut shown = Vec::new();
    let mut looked_at = 0;
    let mut more = true;
    while more && shown.len() < limit && looked_at < MOST_LOOKED_AT {
        let batch = cases.desk.store.queue(&queue, after.as_ref(), fetched).await;
        let batch = batch.map_err(|error| store_problem(&error))?;
        more = batch.len() == fetched;
        for line in batch {
            if shown.len() == limit {
                more = true;
                break;
            }
            looked_at += 1;
            after = Some(line.rank());
            if own_moves && !is_their_move(cases, &line) {
                continue;
            }
            if let Some(sight) = cases.sees(&caller, &line) {
                shown.push(view::line(line, sight));
            }
        }
    }
    let next = after.filter(|_| more).map(|rank| cases.seal.cursor(LIST, &rank));
    Ok(Json(CasePage { cases: shown, next }))
}

/// What to ask the store for.
fn wanted(filter: Filter, caller: &Caller) -> Result<Queue, Problem> {
    let mut queue = Queue {
        waits_for: filter.owner,
        procedure: filter.procedure,
        status: filter.status,
        applicant: filter.applicant,
        place: filter.place,
    };
    let mine = filter.mine == Some(true);
    match caller.actor.role {
        Role::Applicant => {
            let own = &caller.actor.person;
            if queue.applicant.as_ref().is_some_and(|asked| asked != own) {
                return Err(not_theirs());
            }
            queue.applicant = Some(own.clone());
        }
        Role::EmployerAgent | Role::Intermediary => match (&queue.applicant, &*caller.on_behalf) {
            (Some(asked), _) if caller.acts_for(asked) => {}
            (None, [only]) => queue.applicant = Some(only.clone()),
            _ => return Err(not_theirs()),
        },
        _ => {
            if mine || queue.waits_for.is_none() && queue.procedure.is_none() {
                queue.waits_for = caller.actor.department.clone();
            }
        }
    }
    Ok(queue)
}

/// Whether it is the move of the person's side.
fn is_their_move(cases: &Cases, line: &Summary) -> bool {
    let rules = cases.desk.procedures.rules(&line.procedure);
    let owners = rules.into_iter().flat_map(|rules| &rules.procedure.owners);
    owners.into_iter().any(|owner| owner.party && line.waits_for.contains(&owner.id))
}

fn not_theirs() -> Problem {
    let detail = "`applicant` must be a person for whom the token lets its bearer act";
    Problem::new(StatusCode::FORBIDDEN, "on-behalf", "Not for this person", detail)
        .say("problem-on-behalf")
}
