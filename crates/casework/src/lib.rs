//! Cases: what people and authorities did about an application, and what follows from it.
//!
//! A case is an append-only log of [`Action`]s; its state, a [`Case`], is folded from them. What
//! may be done, by whom, and which time limits run is a [`Procedure`], which is data. Storage is
//! a trait, [`Store`]; the [`Desk`] puts the three together.
//!
//! This crate knows nothing of the web or of databases, and never asks what time it is.

pub mod action;
pub mod announcement;
pub mod case;
pub mod competence;
pub mod desk;
pub mod duplicate;
pub mod evidence;
pub mod export;
pub mod letter;
pub mod packs;
pub mod procedure;
pub mod procedures;
pub mod proposal;
pub mod standing;
pub mod store;
pub mod summary;

pub use action::{Action, ActionKind, Actor, Role, What};
pub use announcement::Announcement;
pub use case::{Case, Flag, Refusal, Status};
pub use desk::Desk;
pub use procedure::Procedure;
pub use procedures::Procedures;
pub use proposal::Proposal;
pub use store::{Entry, InMemory, Store};
pub use summary::Summary;
