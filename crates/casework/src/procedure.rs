//! Procedures as data: who does what after what, which clocks run, which letters go out.

mod check;
mod document;
mod particular;
mod remedy;

use std::sync::Arc;

use clock::{Act, Basis, ClockSpec, Effect, Period};
use serde::{Deserialize, Deserializer};

use crate::action::{ActionKind, Role, What};
use crate::duplicate::DuplicateRule;
pub(crate) use check::kind_name;
pub use check::{Fault, Finding};
pub use document::{CATEGORY, ConditionFault, Conditions, Need, Needed, RequiredDocument};
pub use particular::{Particular, ParticularValue};
pub use remedy::{DecisionKind, Remedy, RemedyKind, Standing as RemedyStanding, Start};

/// A procedure of an authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// What it is called, as `cn/work-permit`.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The programme whose rules say what comes of the facts; empty where no rule document does,
    /// and an officer says what speaks against the person.
    #[serde(default)]
    pub programme: String,
    /// What it covers, and what of it is not settled by published law.
    #[serde(default)]
    pub note: Option<Text>,
    /// Who takes part.
    #[serde(default, rename = "owner")]
    pub owners: Vec<Owner>,
    /// What is done.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    /// The time limits.
    #[serde(default, rename = "clock")]
    pub clocks: Vec<Clock>,
    /// The letters.
    #[serde(default, rename = "letter")]
    pub letters: Vec<Letter>,
    /// The documents.
    #[serde(default, rename = "document")]
    pub documents: Vec<RequiredDocument>,
    /// The clock of a joint case as a whole, whose departments have tracks.
    #[serde(default)]
    pub joint: Option<String>,
    /// What departments do side by side in a joint case.
    #[serde(default, rename = "track")]
    pub tracks: Vec<Track>,
    /// When two cases may be one.
    #[serde(default, rename = "duplicate")]
    pub duplicates: Vec<DuplicateRule>,
    /// What the file holds of the person and the application that the rules never see.
    #[serde(default, rename = "particular")]
    pub particulars: Vec<Particular>,
    /// What a person can do against its decisions.
    #[serde(default, rename = "remedy")]
    pub remedies: Vec<Remedy>,
    /// The conditions of the documents, once they are compiled with the packs.
    #[serde(skip)]
    pub conditions: Conditions,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    #[serde(default)]
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// A department, or the side of the person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// Whether it is the person's side, and no department.
    #[serde(default)]
    pub party: bool,
}

/// Something that is done in a procedure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What kind of action it is; each kind is one step at most.
    pub on: ActionKind,
    /// What it is called in words.
    pub title: Text,
    /// Whose step it is.
    #[serde(default)]
    pub owner: String,
    /// Who may do it.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// After which steps; none for the first.
    #[serde(default)]
    pub after: Vec<ActionKind>,
    /// The clocks that it starts.
    #[serde(default)]
    pub arms: Vec<String>,
    /// The clocks that it meets.
    #[serde(default)]
    pub meets: Vec<String>,
    /// The letter that goes out.
    #[serde(default)]
    pub letter: Option<String>,
    /// The law that it rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// A time limit of a procedure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What it is called in words.
    pub title: Text,
    /// The fact with the date on which it ends, for a clock without a length, as the day on which
    /// a permit runs out.
    #[serde(default)]
    pub until: Option<String>,
    /// How long before that date the application must be filed for the clock to run at all.
    #[serde(default)]
    pub filed_before: Option<Period>,
    /// The letter that goes out when it is recorded that it has passed: what the law did then.
    #[serde(default)]
    pub letter: Option<String>,
    /// What the law says of it.
    #[serde(deserialize_with = "shared")]
    pub law: Arc<ClockSpec>,
}

fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<ClockSpec>, D::Error> {
    ClockSpec::deserialize(deserializer).map(Arc::new)
}

/// A letter, written by [`crate::letter::Writer`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// What it is called.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// What it says: a pattern of Fluent with placeholders.
    pub body: Text,
}

/// What a department does in a joint case, beside the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The department.
    pub owner: String,
    /// Its clock, which starts with acceptance.
    pub clock: String,
}

/// Why a procedure cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcedureError {
    /// It is not written as procedures are.
    #[error("line {line}: {message}")]
    Format {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It does not hold together.
    #[error("{} faults, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Faulty(Vec<Finding>),
}

impl Procedure {
    /// Reads a procedure and checks that it holds together.
    ///
    /// # Errors
    ///
    /// Where it is not written as `docs/cases.md` says; or everything that does not hold together.
    pub fn read(text: &str) -> Result<Procedure, ProcedureError> {
        let procedure: Procedure = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
            let message = error.message().trim().replace('\n', ", ");
            ProcedureError::Format { line: before.matches('\n').count() + 1, message }
        })?;
        let findings = procedure.check();
        if findings.is_empty() { Ok(procedure) } else { Err(ProcedureError::Faulty(findings)) }
    }

    /// Everything that does not hold together.
    pub fn check(&self) -> Vec<Finding> {
        check::check(self)
    }

    /// The step of a kind of action.
    pub fn step(&self, on: ActionKind) -> Option<&Step> {
        self.steps.iter().find(|step| step.on == on)
    }

    /// A clock.
    pub fn clock(&self, id: &str) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.law.id == id)
    }

    /// The time limits for deciding whose passing does not itself decide.
    pub(crate) fn limits_to_decide(&self) -> impl Iterator<Item = &Clock> {
        let met = self.step(ActionKind::Decide).into_iter().flat_map(|step| &step.meets);
        let clocks = met.chain(&self.joint).filter_map(move |id| self.clock(id));
        clocks.filter(|clock| clock.law.effect != Effect::DeemedGranted)
    }

    /// The letter that goes out with what is done: that of its step, or that of a clock that is
    /// recorded to have passed.
    pub fn letter_of(&self, what: &What) -> Option<&String> {
        match what {
            What::Record { clock, act: Act::Expired { .. } } => self.clock(clock)?.letter.as_ref(),
            _ => self.step(what.kind())?.letter.as_ref(),
        }
    }

    /// A track.
    pub fn track(&self, id: &str) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A procedure in which nothing is done.
    pub(crate) fn bare(id: &str) -> Procedure {
        toml::from_str(&format!("id = \"{id}\"\nprogramme = \"{id}\"\ntitle = {{}}")).unwrap()
    }
}
