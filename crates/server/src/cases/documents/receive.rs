//! Taking a document in: read, looked at, searched, kept, and then named in the log of its case.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use casework::desk::DeskError;
use casework::evidence::{Inspected, inspect};
use casework::store::StoreError;
use casework::{Action, Status, What, action};
use http_body_util::BodyExt;
use store::{DocumentRecord, Found as Searched, Scan};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::problem::{
    busy, failed, id_taken, malicious, objects_problem, other_document, other_type, refused,
    too_large,
};
use super::{Shelf, UploadQuery, Uploaded, scan_name};
use crate::cases::access::Caller;
use crate::cases::act::request_id;
use crate::cases::refusal::{desk_problem, store_problem};
use crate::cases::scope::Scope;
use crate::cases::view::is_party;
use crate::cases::{Cases, Found, enter, next};
use crate::form::{BodyFault, read_body};
use crate::pages::Desk;
use crate::problem::{Problem, body_problem, read_query};

/// How long the bytes of a document may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(120);

/// How long an answer may take that waits for a document, a search of it, and its keeping.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(240);

/// The longest name of a file, in characters.
const MAX_NAME: usize = 200;

/// How often it is tried again to name a document in a case in which others act.
const TRIES: usize = 16;

/// `POST /api/v1/cases/{case}/documents`
pub(crate) async fn receive(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesAct).await?;
    let begun = begin(cases, &caller, &reference, &uri, &headers).await;
    let (shelf, query, id) = match begun {
        Ok(begun) => begun,
        Err(problem) => {
            // Whoever is still sending could not read the answer.
            let _ = read_body(body, 0).await;
            return Err(problem);
        }
    };
    let (bytes, memory) = take_in(shelf, body).await?;
    let name = query.name.as_deref().map(file_name).unwrap_or_default();
    let (inspected, _memory) = look(shelf, bytes.clone(), memory, &name).await?;
    if let Some(said) = media_type(&headers)
        && !said.eq_ignore_ascii_case(inspected.kind.media_type())
    {
        return Err(other_type(said, inspected.kind, shelf.limits));
    }
    let scan = match &shelf.scanner {
        None => Scan::NotDone,
        Some(scanner) => match scanner.search(&bytes).await {
            Ok(Searched::Nothing) => Scan::Clean { at: cases.watch.wall() },
            Ok(Searched::Malicious(with)) => return Err(malicious(&with)),
            // A time limit of the person's must not pass because a daemon is away: it is taken,
            // given to nobody, and searched later.
            Err(_) => Scan::NotDone,
        },
    };
    let digest = shelf.objects.keep(bytes).await.map_err(|error| objects_problem(&error))?;
    let named = action::Document { id: id.clone(), kind: query.kind.clone(), digest };
    let found = cases.find(&caller, &reference).await?;
    let record = DocumentRecord {
        case: found.case.id.clone(),
        id,
        kind: query.kind,
        digest: named.digest.clone(),
        size: u64::try_from(inspected.size).unwrap_or(u64::MAX),
        media_type: inspected.kind.media_type().to_owned(),
        file_name: name,
        uploaded: found.now,
        by: caller.actor.person.clone(),
        scan,
    };
    keep(cases, &caller, &reference, record, named).await
}

/// Whether the document can be taken at all, before its bytes are read.
async fn begin<'c>(
    cases: &'c Cases,
    caller: &Caller,
    reference: &str,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(&'c Shelf, UploadQuery, String), Problem> {
    let found = cases.find(caller, reference).await?;
    let query: UploadQuery = read_query(uri)?;
    let id = request_id(headers, query.id.as_deref())?;
    let shelf = cases.shelf()?;
    if !found.case.documents.iter().any(|had| had.id == id) {
        let (kind, digest) = (query.kind.clone(), String::new());
        let document = action::Document { id: id.clone(), kind, digest };
        way(&found, caller, document)?;
    }
    Ok((shelf, query, id))
}

/// How a document is handed in.
enum Way {
    /// It is added to the draft.
    Draft(What),
    /// It waits until everything that was asked for is handed in at once.
    Correction,
}

/// How a document would be handed in now, if it may be.
fn way(found: &Found<'_>, caller: &Caller, document: action::Document) -> Result<Way, Problem> {
    let (facts, documents) = (serde_json::Map::new(), vec![document]);
    let draft = found.case.status == Status::Draft;
    let what = if draft {
        What::SaveDraft { facts, documents }
    } else {
        What::Correct { facts, documents }
    };
    next::attempt(found.rules, &found.case, &caller.actor, found.now, what.clone())
        .map_err(|refusal| desk_problem(DeskError::Refused(refusal)))?;
    Ok(if draft { Way::Draft(what) } else { Way::Correction })
}

/// Keeps what is known of a document and names it in the log of its case.
async fn keep(
    cases: &Cases,
    caller: &Caller,
    reference: &str,
    record: DocumentRecord,
    named: action::Document,
) -> Result<Response, Problem> {
    let store = &cases.desk.store;
    let mut kept = None;
    for _ in 0..TRIES {
        let found = cases.find(caller, reference).await?;
        let had = found.case.documents.iter().find(|had| had.id == named.id);
        if had.is_some_and(|had| *had != named) {
            return Err(id_taken(&named.id));
        }
        let way = match had {
            Some(_) => None,
            None => Some(way(&found, caller, named.clone())?),
        };
        if kept.is_none() {
            let new = store.keep_document(&record).await.map_err(|error| match error {
                StoreError::IdTaken(id) => id_taken(&id),
                error => store_problem(&error),
            })?;
            kept = Some(new);
            if !new && !matches!(record.scan, Scan::NotDone) {
                // The first time it could perhaps not be searched.
                let kept = store.keep_scan(&record.digest, &record.scan).await;
                kept.map_err(|error| store_problem(&error))?;
            }
        }
        let new = kept == Some(true);
        let (version, status) = (found.case.version, found.case.status);
        let what = match way {
            Some(Way::Draft(what)) => what,
            None => return Ok(receipt(&record, true, true, version, status)),
            Some(Way::Correction) => return Ok(receipt(&record, false, !new, version, status)),
        };
        let applicant = &found.case.applicant;
        let on_behalf = (is_party(caller.actor.role) && caller.actor.person != *applicant)
            .then(|| applicant.clone());
        let action = Action {
            id: named.id.clone(),
            case: found.case.id.clone(),
            expected_version: version,
            at: found.now,
            actor: caller.actor.clone(),
            on_behalf,
            what,
        };
        match cases.desk.take(&action).await {
            Ok(taken) => {
                let (version, status) = (taken.summary.version, taken.summary.status);
                return Ok(receipt(&record, true, false, version, status));
            }
            // To add a document rests on nothing that others may have done.
            Err(DeskError::Store(StoreError::Conflict { .. })) => {}
            Err(DeskError::Store(StoreError::IdTaken(id))) => {
                // The same document was sent twice in the same moment, or another action has its
                // name.
                let now = cases.find(caller, reference).await?;
                if !now.case.documents.contains(&named) {
                    return Err(id_taken(&id));
                }
            }
            Err(error) => return Err(desk_problem(error)),
        }
    }
    let status = StatusCode::CONFLICT;
    let detail = "others act in the case all the time; send it again";
    Err(Problem::new(status, "conflict", "The case has moved on", detail).say("problem-conflict"))
}

fn receipt(
    record: &DocumentRecord,
    handed_in: bool,
    repeated: bool,
    version: u64,
    status: Status,
) -> Response {
    let uploaded = Uploaded {
        case: record.case.clone(),
        id: record.id.clone(),
        kind: record.kind.clone(),
        digest: record.digest.clone(),
        size: record.size,
        media_type: record.media_type.clone(),
        scan: scan_name(&record.scan),
        handed_in,
        repeated,
        version,
        status,
    };
    let code = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    (code, Json(uploaded)).into_response()
}

/// Reads a document. What has arrived counts against the memory for all of them; whoever is slow
/// holds only what was sent.
async fn take_in(
    shelf: &Shelf,
    body: Body,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Problem> {
    let limit = shelf.limits.size;
    match timeout(BODY_TIME, read(shelf, body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(body_problem(BodyFault::Late, limit)),
    }
}

async fn read(
    shelf: &Shelf,
    mut body: Body,
    limit: usize,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Problem> {
    let mut bytes = Vec::new();
    let mut memory: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| body_problem(BodyFault::Unreadable, limit))?;
        let Some(data) = frame.data_ref() else { continue };
        let size = bytes.len().saturating_add(data.len());
        if size > limit {
            drop((bytes, memory));
            let _ = read_body(body, 0).await;
            return Err(too_large(shelf.limits));
        }
        let held = memory.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = size.div_ceil(1024).saturating_sub(held);
        let more = u32::try_from(more).map_err(|_| busy())?;
        let more = shelf.memory.clone().try_acquire_many_owned(more).map_err(|_| busy())?;
        match &mut memory {
            Some(memory) => memory.merge(more),
            None => memory = Some(more),
        }
        bytes.extend_from_slice(data);
    }
    Ok((bytes.into(), memory))
}

/// Looks at a document, away from what answers others. Whoever asked may be gone before it has been
/// looked at: the processor and the memory are free again when the looking has ended, not before.
async fn look(
    shelf: &Shelf,
    bytes: Bytes,
    memory: Option<OwnedSemaphorePermit>,
    name: &str,
) -> Result<(Inspected, Option<OwnedSemaphorePermit>), Problem> {
    let processor = shelf.processors.clone().acquire_owned().await.map_err(|_| busy())?;
    let (name, limits) = (name.to_owned(), shelf.limits);
    let looked = tokio::task::spawn_blocking(move || {
        let name = Some(name.as_str()).filter(|name| !name.is_empty());
        let looked = inspect(&bytes, name, limits);
        drop(processor);
        looked.map(|inspected| (inspected, memory))
    });
    let looked = looked.await.map_err(|_| failed("looking at it failed"))?;
    looked.map_err(|fault| refused(&fault, shelf.limits))
}

/// The last part of a path, without what no name has.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|char| !char.is_control()).take(MAX_NAME).collect()
}

/// What the sender says that it is; what programs say where nobody has said anything does not
/// count.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
    let unsaid = ["", "application/octet-stream", "application/x-www-form-urlencoded"];
    (!unsaid.contains(&said.to_ascii_lowercase().as_str())).then_some(said)
}

/// Makes sure that documents are named as they were uploaded, those that were.
///
/// # Errors
///
/// The problem, if one was not.
pub(crate) async fn named(
    cases: &Cases,
    found: &Found<'_>,
    documents: &[crate::cases::wire::Document],
    pointer: &str,
) -> Result<(), Problem> {
    if documents.is_empty() {
        return Ok(());
    }
    let records = cases.desk.store.documents(&found.case.id).await;
    let records = records.map_err(|error| store_problem(&error))?;
    for (index, named) in documents.iter().enumerate() {
        let record = records.iter().find(|record| record.id == named.id);
        if record.is_some_and(|one| one.kind != named.kind || one.digest != named.digest) {
            return Err(other_document(&named.id, &format!("{pointer}/{index}")));
        }
    }
    Ok(())
}
