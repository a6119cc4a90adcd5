//! Literate law: decision models in Markdown, as `docs/rule-language.md` defines them.
//!
//! The way of a document: text → `scan` (blocks of Markdown) → `reader` (the model).
//! Reading never fails: it gives the model as far as it can be told, and every fault with its
//! place. A model with an error among its faults is fit for nothing but further messages.

mod ascii;
mod citation;
mod exchanged;
mod faults;
mod reader;
mod scan;
mod signature;
mod table;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::read;
pub use writer::write;

/// The size of the largest document that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The number of table rows that are read of one document.
pub const MAX_ROWS: usize = 100_000;
/// The number of faults that are reported of one document.
pub const MAX_FAULTS: usize = 100;

/// The keys of the front matter, in canonical order.
const KEYS: [&str; 6] = ["id", "title", "instrument", "confidence", "import", "namespace"];
/// The codes of confidence.
const CONFIDENCE: [&str; 5] = ["S", "P", "P-", "K", "U"];
/// The row with the outputs that hold when no rule matches.
const DEFAULT: &str = "default";
/// The row with the allowed values of inputs and outputs.
const ALLOWED: &str = "allowed";
/// The annotation column that says where a row comes from.
const SOURCE: &str = "source";
/// The annotation column with the row's code of confidence.
const CONFIDENCE_COLUMN: &str = "confidence";
