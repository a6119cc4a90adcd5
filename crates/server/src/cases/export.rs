//! The logs of cases for process mining and evaluation.

use std::io;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use casework::{Action, Store, export};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::SemaphorePermit;

use super::access::{Caller, Sight};
use super::refusal::store_problem;
use super::scope::Scope;
use super::{Cases, enter, page};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// How many cases are taken out where nothing is asked for.
const USUAL: usize = 1_000;

/// The most cases that are taken out at a time.
const MOST: usize = 10_000;

/// How many bytes of logs are held for one part: it ends with the case that goes beyond.
const MOST_HELD: usize = 32 << 20;

/// How many parts are made at a time; others wait.
pub(super) const AT_A_TIME: usize = 4;

/// How many lines of cases are read at a time.
const LINES: usize = 200;

/// How many cases are looked through for one part: a part is shorter where most of them are not
/// the caller's to take out.
const MOST_LOOKED_AT: usize = 20_000;

/// What this list is called on its places.
const LIST: &str = "export";

/// Which cases are taken out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// Only those of this procedure.
    procedure: Option<String>,
    /// Where the last part ended: what its header `Link` says.
    cursor: Option<String>,
    /// How many cases at most; a part may be shorter, and the next is what its header `Link` says.
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
    let _turn = turn(cases).await?;
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
    let _turn = turn(cases).await?;
    let part = part(cases, &caller, &uri).await?;
    let table = export::csv(part.logs.iter().map(Vec::as_slice))
        .map_err(|error| store_problem(&casework::store::StoreError::Failed(error.to_string())))?;
    let media_type = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok(answer(&uri, &part, (media_type, table).into_response()))
}

/// The logs of cases that the caller may take out. Whether that is so is judged by the line of a
/// case, before its log is read.
async fn part(cases: &Cases, caller: &Caller, uri: &Uri) -> Result<Part, Problem> {
    let query: ExportQuery = read_query(uri)?;
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(page::bad_limit(MOST));
    }
    page::known_procedure(cases, query.procedure.as_deref())?;
    let after: Option<String> = cases.seal.place(LIST, query.cursor.as_deref())?;
    let mut after = after.unwrap_or_default();
    let store = &cases.desk.store;
    let mut logs = Vec::new();
    let (mut looked_at, mut held, mut more) = (0, 0, true);
    while more && logs.len() < limit && held < MOST_HELD && looked_at < MOST_LOOKED_AT {
        let lines = store.lines_after(&after, LINES).await;
        let lines = lines.map_err(|error| store_problem(&error))?;
        more = lines.len() == LINES;
        for line in lines {
            if logs.len() == limit || held >= MOST_HELD {
                more = true;
                break;
            }
            looked_at += 1;
            let wanted = query.procedure.as_ref().is_none_or(|wanted| *wanted == line.procedure);
            if wanted && cases.sees(caller, &line) == Some(Sight::Officer) {
                let log = store.load(&line.case).await.map_err(|error| store_problem(&error))?;
                held += size(&log);
                logs.push(log);
            }
            after = line.case;
        }
    }
    Ok(Part { logs, next: more.then(|| cases.seal.cursor(LIST, &after)) })
}

/// How many bytes a log has as JSON.
fn size(log: &[Action]) -> usize {
    /// Counts what is written.
    struct Count(usize);

    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    match serde_json::to_writer(&mut count, log) {
        Ok(()) => count.0,
        Err(_) => MOST_HELD,
    }
}

/// A place among those who take out logs at a time.
async fn turn(cases: &Cases) -> Result<SemaphorePermit<'_>, Problem> {
    cases.exports.acquire().await.map_err(|error| {
        store_problem(&casework::store::StoreError::Unavailable(error.to_string()))
    })
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
