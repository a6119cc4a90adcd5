//! Tests of clocks and of the calendar of China.

mod common;
mod ledger;
mod oracle;
mod properties;
mod slow;
