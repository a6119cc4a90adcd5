//! The FEEL language of OMG DMN 1.5: source text with spans, typed expressions, values.
//!
//! The way of an expression: [`parser`] → [`syntax::Expr`] → [`check`] → [`typed::Compiled`] →
//! [`eval::Machine`] → [`Value`].
//! This crate knows nothing of files, decision models or law, does no input or output, and never
//! panics on any input.

pub mod builtins;
pub mod check;
pub mod eval;
pub mod fault;
pub mod hint;
mod lexer;
pub mod nearest;
pub mod number;
pub mod ops;
pub mod parser;
pub mod span;
pub mod syntax;
pub mod temporal;
#[cfg(test)]
mod testing;
pub mod typed;
pub mod types;
pub mod value;

pub use number::Number;
pub use span::Span;
pub use types::Type;
pub use value::{Null, Value};
