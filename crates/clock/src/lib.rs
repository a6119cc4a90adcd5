//! Legal time limits: calendars of working days, and clocks kept as ledgers of what happened.
//!
//! A clock never stores a due date. It stores what happened (armed, suspended, resumed, extended,
//! met), and its due date, what is left of it and its legal effect are folded from that under a
//! [`Calendar`]. A calendar says until when it is known; a due date beyond that is provisional.
//!
//! This crate knows nothing of cases, does no input or output, and never asks what time it is:
//! every moment is given.

pub mod calendar;
mod day;
pub mod ledger;
pub mod period;
pub mod spec;
pub mod tick;

pub use calendar::{Calendar, DayKind};
pub use ledger::{Act, Event, Finding, Ledger, Office, State, Status};
pub use period::Period;
pub use spec::{Basis, ClockSpec, Closing, Effect};
