//! `pack.toml`: who and where.

use std::fmt;
use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use serde::Deserialize;

use super::problem::{ProblemCode, Report};
use super::toml_file::{Name, TomlFile, day, title};

/// What a pack says of itself.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Identifier: ISO 3166-1 as `cn`, or ISO 3166-2 as `cn-sh` for an overlay.
    pub id: Name,
    /// The pack that this one overlays.
    pub parent: Option<Name>,
    /// Title.
    pub title: Title,
    /// Languages of the pack's texts.
    pub languages: Vec<String>,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Time zone, as `Asia/Shanghai`.
    pub time_zone: String,
    /// The area of the pack: a code of `places.csv`.
    pub place: Name,
    /// Level of government.
    pub level: Level,
    /// The day on which the sources were last read.
    pub checked: Date,
    /// What the pack covers and what it does not.
    pub scope: Title,
    /// The authorities of its programmes.
    pub authorities: Vec<Authority>,
}

/// A level of government.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The whole country.
    National,
    /// A province, or what has its rank.
    Province,
    /// A city.
    City,
}

/// An authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Identifier within the pack.
    pub id: Name,
    /// Name.
    #[serde(deserialize_with = "title::read")]
    pub title: Title,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Name,
    parent: Option<Name>,
    #[serde(deserialize_with = "title::read")]
    title: Title,
    languages: Vec<String>,
    currency: Name,
    time_zone: Name,
    place: Name,
    level: Level,
    #[serde(deserialize_with = "day::read")]
    checked: Date,
    #[serde(deserialize_with = "title::read")]
    scope: Title,
}

impl Level {
    /// The level as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::National => "national",
            Level::Province => "province",
            Level::City => "city",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads `pack.toml` of the folder `folder`.
pub(crate) fn read(folder: &str, file: &Arc<str>, report: &mut Report<'_>) -> Option<Manifest> {
    let mut toml = TomlFile::read(file, report)?;
    let authorities = toml.take_all::<Authority>("authority", report);
    let head: Head = toml.finish(report)?;
    let mut format = |name: &Name, message: String, help: &str| {
        report.error(file, name.span(), ProblemCode::Format, message, Some(help.to_owned()));
    };
    if !is_jurisdiction(&head.id) {
        let help = "write ISO 3166-1 as `cn`, or ISO 3166-2 as `cn-sh`, in small letters";
        format(
            &head.id,
            format!("`{}` is no code of a country or of a part of one", head.id),
            help,
        );
    }
    if &*head.id != folder {
        let message = format!("the pack `{}` lies in the folder `{folder}`", head.id);
        format(&head.id, message, "folder and identifier must be the same");
    }
    let code = head.currency.as_str();
    if code.len() != 3 || !code.chars().all(|c| c.is_ascii_uppercase()) {
        format(&head.currency, format!("`{code}` is no currency"), "write ISO 4217, as `CNY`");
    }
    let is_overlay = head.parent.is_some();
    if is_overlay == (head.level == Level::National) {
        let (message, help) = if is_overlay {
            (
                "a pack with a parent cannot be `national`",
                "write `level = \"province\"` or `\"city\"`",
            )
        } else {
            (
                "a pack without parent must be `national`",
                "write `level = \"national\"` or add `parent`",
            )
        };
        format(&head.id, message.to_owned(), help);
    }
    if &*head.id != folder {
        report.mark_incomplete();
    }
    let authorities: Vec<Authority> = authorities.into_iter().map(|e| e.value).collect();
    for (i, authority) in authorities.iter().enumerate() {
        if authorities.iter().take(i).any(|earlier| earlier.id == authority.id) {
            let message = format!("the authority `{}` is defined twice", authority.id);
            report.error(file, authority.id.span(), ProblemCode::Duplicate, message, None);
        }
    }
    Some(Manifest {
        id: head.id,
        parent: head.parent,
        title: head.title,
        languages: head.languages,
        currency: head.currency.as_str().to_owned(),
        time_zone: head.time_zone.as_str().to_owned(),
        place: head.place,
        level: head.level,
        checked: head.checked,
        scope: head.scope,
        authorities,
    })
}

/// Whether a text has the form of ISO 3166-1, or 3166-2, in small letters.
fn is_jurisdiction(text: &str) -> bool {
    let (country, part) = match text.split_once('-') {
        Some((country, part)) => (country, Some(part)),
        None => (text, None),
    };
    country.len() == 2
        && country.chars().all(|c| c.is_ascii_lowercase())
        && part.is_none_or(|part| {
            (1..=3).contains(&part.len())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}
