//! What is accepted outlives everything: a killed program, a killed server, a full disk.

#[cfg(test)]
mod disk;
#[cfg(test)]
#[path = "../databases/harness.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod harness;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod server;
#[cfg(test)]
mod small_disk;
#[cfg(test)]
#[path = "../../../casework/tests/cases/common.rs"]
#[expect(dead_code, reason = "the tests of cases use more of it")]
mod stories;
#[cfg(test)]
mod work;
