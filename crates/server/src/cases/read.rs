//! One case: its state and its log.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::page::{self, Page};
use super::refusal::desk_problem;
use super::scope::Scope;
use super::wire::{ActionPage, CaseState};
use super::{documents, enter, view};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// `GET /api/v1/cases/{case}`
pub(crate) async fn show(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<CaseState>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let mut state = view::state(cases, &found, &caller);
    // Nothing is offered to whoever has dealt with the case that is contested.
    let impartial = cases.desk.is_impartial(&found.case, &caller.actor).await;
    if !impartial.map_err(desk_problem)? {
        state.next.clear();
    }
    state.documents.elsewhere = documents::shared(cases, &caller, &found).await?;
    Ok(Json(state))
}

/// `GET /api/v1/cases/{case}/actions`
pub(crate) async fn log(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<ActionPage>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let Page { cursor, limit } = read_query(&uri)?;
    let limit = page::limit(limit)?;
    let after = page::place::<u64>(cursor.as_deref())?.unwrap_or(0);
    let mut lines = (1..)
        .zip(&found.log)
        .filter(|(version, _)| *version > after)
        .filter_map(|(version, one)| view::action(&found.case, one, version, &caller, found.sight));
    let actions: Vec<_> = lines.by_ref().take(limit).collect();
    let more = lines.next().is_some();
    let last = actions.last().map(|line| line.version);
    Ok(Json(ActionPage { actions, next: last.filter(|_| more).map(|last| page::cursor(&last)) }))
}

/// `GET /api/v1/cases/{case}/proposal`
pub(crate) async fn proposal(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    if found.sight != super::access::Sight::Officer {
        return Err(super::access::no_case());
    }
    let proposal = super::proposal::make(&cases.library, found.rules, &found.case, found.now)?;
    Ok(Json(super::proposal::shown(&proposal)))
}

/// `GET /api/v1/cases/{case}/proposal/replay`
pub(crate) async fn replay(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    if found.sight != super::access::Sight::Officer {
        return Err(super::access::no_case());
    }
    let stored = found.log.iter().rev().find_map(|action| match &action.what {
        casework::What::Propose { proposal } => Some((action, proposal)),
        _ => None,
    });
    let Some((action, stored)) = stored else {
        let detail = "nothing has been put forward for decision in this case";
        return Err(Problem::invalid("no-proposal", "There is no proposal", detail)
            .say("problem-no-proposal"));
    };
    let again = stored.replays(&cases.library).map_err(|error| {
        Problem::invalid("proposal", "There is no proposal", error.to_string())
            .say("problem-proposal")
    })?;
    Ok(Json(json!({
        "same": again,
        "action": action.id,
        "at": action.at,
        "proposal": super::proposal::shown(stored),
    })))
}
