//! Pages and HTTP API over the rules.
//!
//! A person's answers travel with the pages: nothing of them is stored, logged, or put into an
//! address. Every page works without scripts, and nothing in a page is inline.

mod answers;
mod api;
mod assets;
mod cases;
mod chart;
mod description;
mod fields;
mod form;
mod format;
mod headers;
mod icons;
mod language;
mod listen;
mod markdown;
mod messages;
mod pages;
mod problem;
mod profile;
mod routes;
mod text;
mod ui;

pub use cases::Cases;
pub use cases::background::Notice;
pub use cases::pace::Limits;
pub use cases::scope::{ON_BEHALF, Scope};
pub use cases::send::{Sending, tls};
pub use listen::Server;
pub use routes::{Site, router};

#[cfg(test)]
mod tests;
