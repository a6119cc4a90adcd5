//! Rule packs, the rules in force on a day and at a place, and what they say about a person.
//!
//! This crate knows nothing of storage or the web, and does no input or output: packs come in as
//! texts by name.

pub mod assessment;
