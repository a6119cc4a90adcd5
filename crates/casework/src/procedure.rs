//! Procedures as data: who does what after what, which clocks run, which letters go out.

mod check;

use std::sync::Arc;

use clock::{Basis, ClockSpec, Period};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::action::{ActionKind, Role};
use crate::duplicate::DuplicateRule;
pub(crate) use check::kind_name;
pub use check::{Fault, Finding};

/// A procedure of an authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// What it is called, as `cn/work-permit`.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The programme whose rules decide.
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
    /// What the file holds of the person that the rules never see.
    #[serde(default, rename = "particular")]
    pub particulars: Vec<Particular>,
}

/// Something that the file holds of the person, to tell people apart and to write to them. It is
/// no fact of the rules, and no rule can ask for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Particular {
    /// What it is called among the facts of a case.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
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
    /// What the law says of it.
    #[serde(deserialize_with = "shared")]
    pub law: Arc<ClockSpec>,
}

fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<ClockSpec>, D::Error> {
    ClockSpec::deserialize(deserializer).map(Arc::new)
}

/// A letter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// What it is called.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// What it says.
    pub body: Text,
}

/// A document that is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredDocument {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The categories that may promise it instead and hand it in later.
    #[serde(default)]
    pub commitment_for: Vec<String>,
    /// Whether it is asked for in some cases only.
    #[serde(default)]
    pub sometimes: bool,
    /// The law that asks for it.
    pub basis: Basis,
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

    /// A track.
    pub fn track(&self, id: &str) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }

    /// The facts of a case that the rules see: all but the particulars.
    pub fn facts_of_rules(&self, facts: &Map<String, Value>) -> Map<String, Value> {
        let particular = |name: &String| self.particulars.iter().any(|one| one.id == *name);
        let facts = facts.iter().filter(|(name, _)| !particular(name));
        facts.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The documents that an application in this category must have and has not. Those that may be
    /// promised count as had; those that are asked for in some cases only are left to a person.
    pub fn missing_documents<'p>(
        &'p self,
        category: Option<&str>,
        has: &[crate::action::Document],
    ) -> Vec<&'p RequiredDocument> {
        let promised = |document: &RequiredDocument| {
            category.is_some_and(|category| document.commitment_for.iter().any(|of| of == category))
        };
        self.documents
            .iter()
            .filter(|document| !document.sometimes && !promised(document))
            .filter(|document| !has.iter().any(|had| had.kind == document.id))
            .collect()
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
