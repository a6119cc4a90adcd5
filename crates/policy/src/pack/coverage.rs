//! `coverage.toml`: which rules have been checked, until when and by which source, and what is not
//! covered.

use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use serde::Deserialize;

use super::problem::{ProblemCode, Report};
use super::toml_file::{Name, TomlFile, day, title};

/// A pack's part of the coverage registry.
#[derive(Debug)]
pub struct Coverage {
    /// The file.
    pub file: Arc<str>,
    /// The versions of rules, in the order of the file.
    pub versions: Vec<CheckedVersion>,
    /// What is not covered, in the order of the file.
    pub gaps: Vec<Gap>,
}

/// A version of rules, and how it was checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckedVersion {
    /// The programme within its country, as `work-permit`.
    pub programme: Name,
    /// The rule document, as `programme.toml` or `overlay.toml` names it.
    pub model: Name,
    /// The latest day that a dated source tells of; what changed after it is not known. Absent
    /// where no source carries a date.
    #[serde(default, deserialize_with = "day::optional")]
    pub until: Option<Date>,
    /// Whether the rules have been obtained; if not, nothing is decided by them.
    #[serde(default = "yes")]
    pub obtained: bool,
    /// The instruments by which the version was checked, the weightiest first.
    pub sources: Vec<Name>,
}

/// Something that a pack does not cover.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The programmes that lack it; none stands for the whole pack.
    #[serde(default)]
    pub programmes: Vec<Name>,
    /// What is lacking.
    #[serde(deserialize_with = "title::read")]
    pub text: Title,
}

fn yes() -> bool {
    true
}

/// Reads `coverage.toml`.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Option<Coverage> {
    let mut toml = TomlFile::read(file, report)?;
    let versions = toml.take_all::<CheckedVersion>("version", report);
    let gaps = toml.take_all::<Gap>("gap", report);
    toml.finish_empty(report);
    for element in &versions {
        let version = &element.value;
        if version.sources.is_empty() {
            let message = "the version names no source by which it was checked";
            let help = Some("write the identifiers of instruments in `sources`".to_owned());
            report.error(file, element.span, ProblemCode::Format, message, help);
        }
        if !version.obtained && version.until.is_some() {
            let message = "rules that have not been obtained cannot have been checked until a day";
            let help = Some("leave out `until`, or `obtained = false`".to_owned());
            report.error(file, version.model.span(), ProblemCode::Format, message, help);
        }
    }
    Some(Coverage {
        file: file.clone(),
        versions: versions.into_iter().map(|element| element.value).collect(),
        gaps: gaps.into_iter().map(|element| element.value).collect(),
    })
}
