//! Tests of clocks and of the calendar of China.

#[cfg(test)]
mod common;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod slow;
