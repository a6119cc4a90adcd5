//! What is told of cases to those who ask to be told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionKind};
use crate::case::{Case, Outcome, Status};
use crate::procedure::Procedure;

/// That something was done in a case. It says what kind of thing and where the case stands, and
/// nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Announcement {
    /// The case.
    pub case: String,
    /// The version of the case after the action; with the case it names the announcement.
    pub version: u64,
    /// The procedure of the case.
    pub procedure: String,
    /// What was done.
    pub kind: ActionKind,
    /// When.
    pub at: Timestamp,
    /// Where the case stands after it.
    pub status: Status,
    /// What the case ended with, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The letter that goes out with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

impl Announcement {
    /// What is told of an action, with the case as it is after it.
    pub fn of(procedure: &Procedure, case: &Case, action: &Action) -> Announcement {
        let kind = action.what.kind();
        Announcement {
            case: case.id.clone(),
            version: case.version,
            procedure: procedure.id.clone(),
            kind,
            at: action.at,
            status: case.status,
            outcome: case.outcome,
            letter: procedure.letter_of(&action.what).cloned(),
        }
    }
}
