//! Which departments deal with a case.

use casework::competence::{Department, NotCompetent};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Basis, Text, name};
use crate::language::Language;
use crate::messages;

/// The department of an owner of the procedure that deals with the case where it is handled; or
/// why none can be named.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Competent {
    /// The owner, as the procedure calls it.
    pub owner: String,
    /// What the department is called; null where none can be named.
    pub title: Option<Text>,
    /// The code of its place.
    pub place: Option<String>,
    /// Its level.
    #[schemars(extend("enum" = ["national", "province", "city", null]))]
    pub level: Option<String>,
    /// The law.
    pub basis: Option<Basis>,
    /// What the law leaves open.
    pub note: Option<Text>,
    /// Why none can be named.
    pub unknown: Option<Unknown>,
}

/// Why no department can be named.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Unknown {
    /// The reason: the case has no place, its place has several departments, or nothing says who
    /// is competent there.
    #[schemars(extend("enum" = ["no-place", "too-large", "unsaid"]))]
    pub code: &'static str,
    /// The same in words.
    pub message: Text,
}

impl Competent {
    /// What the packs say of an owner; nothing for a case without a place.
    pub fn of(owner: &str, found: Option<Result<Department, NotCompetent>>) -> Competent {
        let mut line = Competent {
            owner: owner.to_owned(),
            title: None,
            place: None,
            level: None,
            basis: None,
            note: None,
            unknown: None,
        };
        let key = match found {
            Some(Ok(department)) => {
                line.title = Some((&department.title).into());
                line.place = Some(department.place);
                line.level = Some(name(&department.level));
                line.basis = Some((&department.basis).into());
                line.note = department.note.as_ref().map(Into::into);
                return line;
            }
            None => ("no-place", "department-no-place"),
            Some(Err(NotCompetent::TooLarge { .. })) => ("too-large", "department-too-large"),
            // A place that the packs no longer have is one of which nothing is said.
            Some(Err(NotCompetent::Unsaid { .. } | NotCompetent::UnknownPlace { .. })) => {
                ("unsaid", "department-unsaid")
            }
        };
        line.unknown = Some(Unknown { code: key.0, message: said(key.1) });
        line
    }
}

/// A text of the messages in both languages.
fn said(key: &str) -> Text {
    let text = |language| messages::text(language, key, None);
    Text { zh: text(Language::Chinese), en: text(Language::English) }
}
