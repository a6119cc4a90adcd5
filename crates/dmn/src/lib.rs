//! Decision models of OMG DMN 1.5: their notations, their compilation and their evaluation.
//!
//! The way of a rule document: [`markdown::read`] or [`xml::read`] → [`model::Model`] →
//! [`compile::compile`] → [`program::Program`].
//! This crate knows nothing of rule packs, dates in force or law, does no input or output, and
//! never panics on any input.

mod coercion;
pub mod columnar;
pub mod compile;
pub mod diagnostic;
mod index;
pub mod markdown;
pub mod model;
pub mod program;
mod service;
mod table;
pub mod tck;
pub mod xml;
