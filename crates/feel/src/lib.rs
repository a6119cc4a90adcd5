//! The FEEL language of OMG DMN 1.5: source text with spans, typed expressions, values.
//!
//! The way of an expression: [`parse`](syntax) → [`syntax::Expr`] → [`check`](check) →
//! [`typed::Expr`] → [`eval`](eval) → [`Value`].
//! This crate knows nothing of files, decision models or law, does no input or output, and never
//! panics on any input.

pub mod builtins;
pub mod number;
pub mod span;
pub mod temporal;
pub mod types;
pub mod value;

pub use number::Number;
pub use span::Span;
pub use types::Type;
pub use value::{Null, Value};
