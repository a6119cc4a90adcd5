//! Pages and HTTP API over the rules.
//!
//! A person's answers travel with the pages: nothing of them is stored, logged, or put into an
//! address. Every page works without scripts, and nothing in a page is inline.

mod answers;
mod api;
mod assets;
mod chart;
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
mod routes;
mod text;
mod ui;

pub use listen::Server;
pub use routes::router;

#[cfg(test)]
mod tests;
