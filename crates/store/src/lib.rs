//! Cases and what belongs to them in a database: SQLite, which needs nothing else, or PostgreSQL.
//!
//! A [`Database`] keeps the logs of cases (as [`casework::Store`]), what is derived from them, what
//! is told of them and to whom, who may ask, and what is known of documents. Every statement is
//! written once, for both. The bytes of documents are in a folder ([`Objects`]), and are searched
//! for malicious software where that is configured ([`Scanner`]).
//!
//! This crate knows nothing of the web, and never asks what time it is.

mod backup;
mod check;
mod database;
mod derivation;
mod documents;
mod fault;
mod log;
mod objects;
mod outbox;
mod projection;
mod scanner;
mod schema;
mod secret;
mod sql;
mod tokens;

pub use backup::{BackupError, Counts, LineFault};
pub use check::{Checked, Fault};
pub use database::{Database, Migrated, OpenError, Settings};
pub use documents::{DocumentRecord, Scan};
pub use objects::{LocationFault, Objects, ObjectsError};
pub use outbox::{Backoff, Delivery, Pending, Replay, Subscription, Told};
pub use scanner::{Found, Scanner};
pub use tokens::{NewToken, Token};
