//! The logs of cases for process mining and evaluation.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use casework::{Action, Store, What, export};
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::Caller;
use super::refusal::store_problem;
use super::scope::Scope;
use super::{Cases, enter, page};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// How many cases are taken out where nothing is asked for.
const USUAL: usize = 1_000;

/// The most cases that are taken out at a time.
const MOST: usize = 10_000;

/// Which cases are taken out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// Only those of this procedure.
    procedure: Option<String>,
    /// Where the last part ended: what its header `Link` says.
    cursor: Option<String>,
    /// How many cases are looked at.
    #[schemars(range(min = 1, max = 10_000), extend("default" = 1_000))]
    limit: Option<usize>,
}

/// The logs of cases, and where the next part begins.
struct Part {
    logs: Vec<Vec<Action>>,
    next: Option<String>,
}

/// `GET /api/v1/export/ocel`
pub(crate) async fn ocel(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::Export).await?;
    let part = part(cases, &caller, &uri).await?;
    let log = export::ocel(part.logs.iter().map(Vec::as_slice));
    Ok(answer(&uri, &part, axum::Json(log).into_response()))
}

/// `GET /api/v1/export/csv`
pub(crate) async fn csv(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::Export).await?;
    let part = part(cases, &caller, &uri).await?;
    let table = export::csv(part.logs.iter().map(Vec::as_slice))
        .map_err(|error| store_problem(&casework::store::StoreError::Failed(error.to_string())))?;
    let media_type = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok(answer(&uri, &part, (media_type, table).into_response()))
}

/// The logs of cases that the caller may take out.
async fn part(cases: &Cases, caller: &Caller, uri: &Uri) -> Result<Part, Problem> {
    let query: ExportQuery = read_query(uri)?;
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(page::bad_limit(MOST));
    }
    let after: Option<String> = page::place(query.cursor.as_deref())?;
    let store = &cases.desk.store;
    let ids = store.cases(after.as_deref(), limit).await.map_err(|error| store_problem(&error))?;
    let next = ids.last().filter(|_| ids.len() == limit).map(page::cursor);
    let mut logs = Vec::new();
    for id in ids {
        let log = store.load(&id).await.map_err(|error| store_problem(&error))?;
        if is_shown(cases, caller, query.procedure.as_deref(), &log) {
            logs.push(log);
        }
    }
    Ok(Part { logs, next })
}

/// Whether a case was handed in to a procedure in which the caller's department has a part.
fn is_shown(cases: &Cases, caller: &Caller, wanted: Option<&str>, log: &[Action]) -> bool {
    let Some(What::Open { procedure, .. }) = log.first().map(|first| &first.what) else {
        return false;
    };
    let rules = cases.desk.procedures.rules(procedure);
    wanted.is_none_or(|wanted| wanted == procedure)
        && log.iter().any(|action| action.what == What::Submit)
        && rules.is_some_and(|rules| caller.takes_part(rules.procedure))
}

/// The answer, with where the next part is.
fn answer(uri: &Uri, part: &Part, mut response: Response) -> Response {
    if let Some(next) = &part.next {
        let kept = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let kept = kept.filter(|(name, _)| name != "cursor");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("cursor", next);
        let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(HeaderName::from_static("link"), link);
        }
    }
    response
}
