//! Tests of the storage, each on both databases.

#[cfg(test)]
mod beside;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod model;
#[cfg(test)]
mod outbox;
#[cfg(test)]
#[path = "../../../casework/tests/cases/common.rs"]
#[expect(dead_code, reason = "the tests of cases use more of it")]
mod stories;
