//! Tests of the crate from outside: on a small country, and on the packs of this repository.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at its first fault"
)]

mod ask;
mod assessing;
mod canada;
mod coverage;
mod everywhere;
mod impossible;
mod improving;
mod loading;
mod mutating;
mod packs;
mod people;
mod population;
mod profiles;
mod wire;
mod worked_examples;
mod zz;
