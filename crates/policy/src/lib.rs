//! Rule packs, the rules in force on a day and at a place, and what they say about a person.
//!
//! This crate knows nothing of storage or the web, and does no input or output: packs come in as
//! texts by name.

pub mod ask;
pub mod assess;
pub mod assessment;
pub mod cases;
pub mod coverage;
pub mod everywhere;
mod improve;
pub mod json;
pub mod library;
pub mod mutation;
mod nearest;
pub mod pack;
pub mod person;
pub mod population;
pub mod profile;
pub mod rounds;
mod scalar;
mod wording;
mod words;

pub use library::Library;
pub use profile::Profile;
