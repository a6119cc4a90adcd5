//! The documents of cases: taken in, listed and given out.
//!
//! Nothing is said to be received before its bytes and what is known of them are kept. A document
//! is part of the file once the log of the case names it; until then only the person's side sees
//! it.

mod known;
mod outlet;
mod problem;
mod receive;
mod search;
mod shared;
mod wire;

use std::num::NonZero;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use casework::evidence::Limits;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::{DocumentRecord, Objects, Scan, Scanner};
use tokio::sync::Semaphore;

use super::access::Sight;
use super::refusal::store_problem;
use super::scope::Scope;
use super::{Cases, Found, enter};
use crate::pages::Desk;
use crate::problem::Problem;
pub(crate) use known::known;
use outlet::{Outgoing, Outlet};
use problem::{busy_sending, infected, no_document, no_folder, not_searched, objects_problem};
pub(crate) use receive::{ANSWER_TIME, named, receive};
pub(crate) use shared::shared;
use wire::{DocumentLine, scan_name};
pub(crate) use wire::{DocumentList, Elsewhere, KnownList, UploadQuery, Uploaded, bytes};

/// How many KiB of documents are in memory at a time, over all requests.
const MEMORY: usize = 256 << 10;

/// Where the bytes of documents are, and how they are looked at.
pub(crate) struct Shelf {
    objects: Objects,
    scanner: Option<Scanner>,
    limits: Limits,
    /// What is left of [`MEMORY`].
    memory: Arc<Semaphore>,
    /// Looking at a document takes a processor.
    processors: Arc<Semaphore>,
    /// What is on its way out.
    outlet: Arc<Outlet>,
}

impl Shelf {
    fn new(objects: Objects, scanner: Option<Scanner>) -> Shelf {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Shelf {
            objects,
            scanner,
            limits: Limits::default(),
            memory: Arc::new(Semaphore::new(MEMORY)),
            processors: Arc::new(Semaphore::new(processors)),
            outlet: Arc::default(),
        }
    }
}

impl Cases {
    /// With a place for the bytes of documents and, if there is one, the search for malicious
    /// software in them.
    #[must_use]
    pub fn with_documents(mut self, objects: Objects, scanner: Option<Scanner>) -> Cases {
        self.shelf = Some(Shelf::new(objects, scanner));
        self
    }

    /// All memory for documents, as if as many arrived.
    #[cfg(test)]
    pub(crate) fn hold_memory(&self) -> tokio::sync::OwnedSemaphorePermit {
        let memory = self.shelf.as_ref().unwrap().memory.clone();
        memory.try_acquire_many_owned(u32::try_from(MEMORY).unwrap()).unwrap()
    }

    /// Whether a document is being looked at.
    #[cfg(test)]
    pub(crate) fn is_looking(&self) -> bool {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        self.shelf.as_ref().unwrap().processors.available_permits() < processors
    }

    fn shelf(&self) -> Result<&Shelf, Problem> {
        self.shelf.as_ref().ok_or_else(no_folder)
    }
}

/// `GET /api/v1/cases/{case}/documents`
pub(crate) async fn list(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<DocumentList>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let records = cases.desk.store.documents(&found.case.id).await;
    let records = records.map_err(|error| store_problem(&error))?;
    let mut elsewhere = shared(cases, &caller, &found).await?;
    let mut documents = Vec::new();
    for named in &found.case.documents {
        let record = records.iter().find(|record| is_of(named, record));
        let elsewhere = elsewhere.remove(&named.id).unwrap_or_default();
        documents.push(DocumentLine::handed_in(named, record, elsewhere));
    }
    let officer = found.sight == Sight::Officer;
    let waiting = records.iter().filter(|record| !officer && !is_handed_in(&found, record));
    documents.extend(waiting.map(DocumentLine::waiting));
    Ok(Json(DocumentList { documents }))
}

/// `GET /api/v1/cases/{case}/documents/{document}`
pub(crate) async fn give(
    State(desk): State<Desk>,
    Path((reference, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    if id.contains('\0') {
        return Err(no_document());
    }
    let record = cases.desk.store.document(&found.case.id, &id).await;
    let record = record.map_err(|error| store_problem(&error))?;
    let seen =
        |record: &DocumentRecord| found.sight == Sight::Party || is_handed_in(&found, record);
    let record = record.filter(seen).ok_or_else(no_document)?;
    let shelf = cases.shelf()?;
    match &record.scan {
        Scan::Infected { with, .. } => return Err(infected(with)),
        // That nobody has looked is not the same as having found nothing.
        Scan::NotDone if shelf.scanner.is_some() => return Err(not_searched()),
        Scan::NotDone | Scan::Clean { .. } => {}
    }
    let room = shelf.outlet.room(&caller.actor.person, record.size).ok_or_else(busy_sending)?;
    let bytes = shelf.objects.give(&record.digest).await;
    let bytes = bytes.map_err(|error| objects_problem(&error))?;
    let bytes = bytes.ok_or_else(problem::lost)?;
    let mut response = Response::new(Body::new(Outgoing::new(bytes, room)));
    let headers = response.headers_mut();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &record.media_type);
    put(header::CONTENT_DISPOSITION, &disposition(&record));
    put(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}

/// As RFC 6266 writes it: to be saved, under the name that it had.
fn disposition(record: &DocumentRecord) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let name = match record.file_name.as_str() {
        "" => {
            let ending = match record.media_type.as_str() {
                "application/pdf" => "pdf",
                "image/jpeg" => "jpg",
                _ => "png",
            };
            format!("{}.{ending}", record.id)
        }
        name => name.to_owned(),
    };
    format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(&name, KEPT))
}

/// Whether a record is what the log names.
fn is_of(named: &casework::action::Document, record: &DocumentRecord) -> bool {
    named.id == record.id && named.kind == record.kind && named.digest == record.digest
}

fn is_handed_in(found: &Found<'_>, record: &DocumentRecord) -> bool {
    found.case.documents.iter().any(|named| is_of(named, record))
}
