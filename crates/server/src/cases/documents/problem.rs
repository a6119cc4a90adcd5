//! What goes wrong with documents, as problems.

use axum::http::{StatusCode, header};
use casework::evidence::{Fault, Kind, Limits};
use serde_json::{Value, json};
use store::ObjectsError;

use crate::problem::Problem;

/// A document that is not taken.
pub(super) fn refused(fault: &Fault, limits: Limits) -> Problem {
    let (code, message) = match fault {
        Fault::Empty => ("empty", "document-empty"),
        Fault::TooLarge { .. } => return too_large(limits),
        Fault::OtherKind { .. } => ("other-kind", "document-other-kind"),
        Fault::OtherName { .. } => ("other-name", "document-other-name"),
        Fault::Damaged { .. } => ("damaged", "document-damaged"),
        Fault::Polyglot { .. } => ("polyglot", "document-polyglot"),
        Fault::Bomb => ("bomb", "document-bomb"),
        Fault::TooManyPixels { .. } => ("too-many-pixels", "document-too-many-pixels"),
        Fault::Active { .. } => ("active", "document-active"),
        Fault::Locked => ("locked", "document-locked"),
    };
    not_taken(code, message, fault.to_string()).with("allowed", allowed(limits))
}

/// A document whose sender says that it is something else.
pub(super) fn other_type(said: &str, kind: Kind, limits: Limits) -> Problem {
    let said = crate::fields::shorten(said);
    let detail = format!("it was sent as `{said}` and is {}", kind.media_type());
    not_taken("other-type", "document-other-type", detail).with("allowed", allowed(limits))
}

/// A document in which malicious software was found.
pub(super) fn malicious(with: &str) -> Problem {
    let with = crate::fields::shorten(with);
    let detail = format!("`{with}` was found in it; nothing of it is kept");
    not_taken("malicious", "document-malicious", detail).with("found", with)
}

/// A document that is larger than is taken.
pub(super) fn too_large(limits: Limits) -> Problem {
    let detail = format!("at most {} bytes are taken", limits.size);
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Problem::new(status, "too-large", "The document is too large", detail)
        .say("document-too-large")
        .with("code", "too-large")
        .with("allowed", allowed(limits))
}

/// More documents arrive than there is memory for.
pub(super) fn busy() -> Problem {
    let detail = "too many documents arrive at once; send it again in a moment";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "busy", "Too much arrives at once", detail)
        .say("problem-busy")
        .header(header::RETRY_AFTER, "5")
}

/// More documents are on their way out than there is memory for.
pub(super) fn busy_sending() -> Problem {
    let detail = "too many documents are fetched at once; fetch it again in a moment";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "busy", "Too much is fetched at once", detail)
        .say("problem-busy-sending")
        .header(header::RETRY_AFTER, "5")
}

/// A name under which there is another document.
pub(super) fn id_taken(id: &str) -> Problem {
    let id = crate::fields::shorten(id);
    let detail = format!("the case has another document, or another action, `{id}`");
    Problem::invalid("id-taken", "The identifier is taken", detail)
        .say("problem-id-taken")
        .at("#/id", "give each document an identifier of its own")
}

/// A document that is named otherwise than it was sent.
pub(super) fn other_document(id: &str, pointer: &str) -> Problem {
    let id = crate::fields::shorten(id);
    let detail = format!("`{id}` was uploaded with another kind or another digest");
    Problem::invalid("other-document", "The document is another one", detail.clone())
        .say("problem-other-document")
        .at(pointer, detail)
}

pub(super) fn no_document() -> Problem {
    let detail = "there is no such document; see the documents of the case";
    Problem::new(StatusCode::NOT_FOUND, "document", "There is no such document", detail)
        .say("problem-document")
}

pub(super) fn no_folder() -> Problem {
    let detail = "start it with `--documents`";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "no-documents", "This server keeps no documents", detail)
        .say("problem-no-documents")
}

/// A document that is not given out before it has been searched.
pub(super) fn not_searched() -> Problem {
    let detail = "the search for malicious software has not been done yet";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "not-searched", "The document has not been searched", detail)
        .say("problem-not-searched")
        .header(header::RETRY_AFTER, "60")
}

/// A document that is not given out.
pub(super) fn infected(with: &str) -> Problem {
    let with = crate::fields::shorten(with);
    let detail = format!("`{with}` was found in it");
    Problem::new(StatusCode::FORBIDDEN, "infected", "The document is not given out", detail)
        .say("problem-infected")
        .with("found", with)
}

/// Bytes that are not where they were kept.
pub(super) fn lost() -> Problem {
    failed("its bytes are not where they were kept")
}

/// A failure of the place where bytes are kept.
pub(super) fn objects_problem(error: &ObjectsError) -> Problem {
    match error {
        ObjectsError::Unavailable(_) => {
            let detail = "the place of documents is away or full; nothing was done, and the same \
                          can be sent again";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Problem::new(status, "storage", "Documents cannot be kept now", detail)
                .say("problem-documents")
                .header(header::RETRY_AFTER, "30")
        }
        ObjectsError::Changed(_) | ObjectsError::Location { .. } => failed(&error.to_string()),
    }
}

/// What fails for good.
pub(super) fn failed(detail: &str) -> Problem {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Problem::new(status, "storage-failed", "The document cannot be given", detail)
        .say("problem-storage-failed")
}

fn not_taken(code: &str, message: &str, detail: String) -> Problem {
    Problem::invalid("document", "The document is not taken", detail)
        .say(message)
        .with("code", code)
}

/// What is taken.
fn allowed(limits: Limits) -> Value {
    let media_types = Kind::ALL.map(Kind::media_type);
    json!({ "media_types": media_types, "bytes": limits.size, "pixels": limits.pixels })
}
