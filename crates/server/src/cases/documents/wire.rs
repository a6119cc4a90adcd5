//! What travels about documents.

use std::collections::BTreeMap;

use casework::evidence::Kind;
use casework::{Status, action};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{DocumentRecord, Scan};

use crate::cases::wire::{day_or_null, moment_or_null, status};

/// What is said of a document that is sent; its bytes are the body.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    /// What this copy is called, unique in its case. May stand in the header `Idempotency-Key`
    /// instead. The same document again does nothing and gives the same answer.
    #[serde(default)]
    pub id: Option<String>,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// What its file is called.
    #[serde(default)]
    pub name: Option<String>,
}

/// A document that is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Uploaded {
    /// The case.
    pub case: String,
    /// What this copy is called.
    pub id: String,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// How many bytes it has.
    pub size: u64,
    /// The type of its content, as it was found by looking.
    pub media_type: String,
    /// What the search for malicious software found.
    #[schemars(with = "String", extend("enum" = ["not-done", "clean", "infected"]))]
    pub scan: &'static str,
    /// Whether it is handed in. If not, it waits until `correct` names it, together with
    /// everything else that was asked for.
    pub handed_in: bool,
    /// Whether it was there already, because it had been sent before.
    pub repeated: bool,
    /// How many actions the case has now.
    pub version: u64,
    /// Where the case stands now.
    #[schemars(schema_with = "status")]
    pub status: Status,
}

/// The documents of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DocumentList {
    /// Those that were handed in, in order; for the person's side also those that wait for that.
    pub documents: Vec<DocumentLine>,
}

/// A document of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DocumentLine {
    /// What this copy is called.
    pub id: String,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// SHA-256 of its bytes, or what it was said to be where the document is kept elsewhere.
    pub digest: String,
    /// Whether it is handed in.
    pub handed_in: bool,
    /// How many bytes it has; null where it is kept elsewhere, as are the next five.
    pub size: Option<u64>,
    /// The type of its content.
    pub media_type: Option<String>,
    /// What its file was called.
    pub file_name: Option<String>,
    /// When it was uploaded.
    #[schemars(schema_with = "moment_or_null")]
    pub uploaded: Option<Timestamp>,
    /// By whom.
    pub by: Option<String>,
    /// What the search for malicious software found.
    #[schemars(with = "Option<String>", extend("enum" = ["not-done", "clean", "infected", null]))]
    pub scan: Option<&'static str>,
    /// Where else the same bytes were handed in; for officers.
    pub elsewhere: Vec<Elsewhere>,
}

/// The same bytes in another case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Elsewhere {
    /// The other case.
    pub case: String,
    /// What the copy is called there.
    pub document: String,
    /// Whether that case is about another person.
    pub other_person: bool,
}

/// What is known of a person already, and need not be asked again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct KnownList {
    /// Facts by name. Those of which two cases know different things are left out.
    pub facts: BTreeMap<String, KnownLine>,
}

/// A fact that its source has confirmed in another case of the same person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct KnownLine {
    /// The value.
    pub value: Value,
    /// The case in which it was confirmed.
    pub case: String,
    /// The source; for officers.
    pub evidence: Option<String>,
    /// The last day on which one can go by that; null where nothing limits it.
    #[schemars(schema_with = "day_or_null")]
    pub valid_until: Option<Date>,
}

impl DocumentLine {
    /// A document that the log names, with what is known of it.
    pub fn handed_in(
        named: &action::Document,
        record: Option<&DocumentRecord>,
        elsewhere: Vec<Elsewhere>,
    ) -> DocumentLine {
        DocumentLine {
            id: named.id.clone(),
            kind: named.kind.clone(),
            digest: named.digest.clone(),
            handed_in: true,
            size: record.map(|record| record.size),
            media_type: record.map(|record| record.media_type.clone()),
            file_name: record.map(|record| record.file_name.clone()),
            uploaded: record.map(|record| record.uploaded),
            by: record.map(|record| record.by.clone()),
            scan: record.map(|record| scan_name(&record.scan)),
            elsewhere,
        }
    }

    /// A document that is kept and not handed in.
    pub fn waiting(record: &DocumentRecord) -> DocumentLine {
        let DocumentRecord { id, kind, digest, .. } = record.clone();
        let named = action::Document { id, kind, digest };
        let line = DocumentLine::handed_in(&named, Some(record), Vec::new());
        DocumentLine { handed_in: false, ..line }
    }
}

/// What a search found, in a word.
pub(super) fn scan_name(scan: &Scan) -> &'static str {
    match scan {
        Scan::NotDone => "not-done",
        Scan::Clean { .. } => "clean",
        Scan::Infected { .. } => "infected",
    }
}

/// The bytes of a document of each type that is taken.
pub(crate) fn bytes(_: &mut SchemaGenerator) -> Schema {
    let kinds = Kind::ALL.map(|kind| json_schema!({ "contentMediaType": kind.media_type() }));
    json_schema!({ "oneOf": kinds })
}
