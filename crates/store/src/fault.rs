//! What goes wrong with a database, and whether asking again helps.

use casework::store::StoreError;

/// Why a statement was not done.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The database broke it off in favour of another one; done again, it may well be done.
    BrokenOff(String),
    /// It cannot be done.
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Store(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> StoreError {
        match fault {
            Fault::BrokenOff(text) => StoreError::Unavailable(text),
            Fault::Store(error) => error,
        }
    }
}

/// A fault of the database as the cases' storage knows it: [`StoreError::Unavailable`] when the
/// same may succeed later, [`StoreError::Failed`] when it will not.
pub(crate) fn storage(error: sqlx::Error) -> Fault {
    use sqlx::Error;
    let store = match &error {
        Error::PoolTimedOut => {
            StoreError::Unavailable("no connection to the database could be had in time".to_owned())
        }
        // The last of these: the server went away in the middle of what it was saying.
        Error::Io(_)
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::Tls(_)
        | Error::Protocol(_) => StoreError::Unavailable(error.to_string()),
        Error::Database(fault) => {
            let code = fault.code().unwrap_or_default();
            let text = fault.message().to_owned();
            if code.len() == 5 && code.starts_with("40") {
                return Fault::BrokenOff(text);
            }
            if passes(&code) { StoreError::Unavailable(text) } else { StoreError::Failed(text) }
        }
        _ => StoreError::Failed(error.to_string()),
    };
    Fault::Store(store)
}

/// Whether a fault of this code passes: connections lost, servers that stop or start, disks that
/// are full, locks that others hold.
fn passes(code: &str) -> bool {
    // PostgreSQL's codes are five characters; SQLite's are shorter numbers, whose lower eight bits
    // say the kind.
    if code.len() == 5 {
        let classes = ["08", "53", "55P03", "57P", "58"];
        return classes.iter().any(|class| code.starts_with(class));
    }
    let kind = code.parse::<u32>().map_or(0, |number| number & 0xff);
    [BUSY, LOCKED, NO_MEMORY, READING_OR_WRITING, FULL, CANNOT_OPEN].contains(&kind)
}

const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const NO_MEMORY: u32 = 7;
const READING_OR_WRITING: u32 = 10;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;

/// What was kept cannot be read: somebody else has written to the database, or a newer program.
pub(crate) fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(format!("what is kept cannot be read: {error}"))
}
