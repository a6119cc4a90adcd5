//! What the fuzzers try to refute: the properties that the tests of the product replay.

#[path = "../crates/dmn/tests/properties/mod.rs"]
pub mod properties;
#[path = "../crates/dmn/tests/random/mod.rs"]
mod random;
