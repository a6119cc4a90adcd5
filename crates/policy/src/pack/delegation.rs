//! `delegation.toml` and `overlay.toml`: what lower levels may vary, and how they do.

use std::sync::Arc;

use feel::temporal::Date;
use serde::Deserialize;

use super::manifest::Level;
use super::problem::Report;
use super::toml_file::{Name, TomlFile, day};
use crate::assessment::Confidence;

/// What a national pack lets lower levels vary.
#[derive(Debug, Clone, Default)]
pub struct Delegation {
    /// Decisions.
    pub decisions: Vec<Delegable>,
    /// Parameters.
    pub parameters: Vec<DelegableParameter>,
    /// The file that declares it.
    pub file: Arc<str>,
}

/// A decision that lower levels may replace.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegable {
    /// The programme's name within the pack.
    pub programme: Name,
    /// The decision.
    pub decision: Name,
    /// The levels that may.
    pub levels: Vec<Level>,
    /// FEEL unary tests that every result passes; none for any result.
    pub band: Option<Name>,
    /// The instrument that delegates.
    pub instrument: Name,
    /// Where in it.
    pub item: String,
    /// How well it is attested.
    pub confidence: Confidence,
}

/// A parameter of which lower levels may state values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegableParameter {
    /// The parameter.
    pub name: Name,
    /// The levels that may.
    pub levels: Vec<Level>,
}

/// A local rule document.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// The identifier of its pack.
    pub pack: Arc<str>,
    /// The programme, as `cn/work-permit`.
    pub programme: Arc<str>,
    /// The file that declares it.
    pub file: Arc<str>,
    /// The rest.
    pub entry: OverlayEntry,
}

/// What `overlay.toml` says of a local rule document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlayEntry {
    /// The file, beside `overlay.toml`.
    pub model: Name,
    /// First day in force.
    #[serde(deserialize_with = "day::read")]
    pub from: Date,
    /// Last day in force.
    #[serde(default, deserialize_with = "day::optional")]
    pub to: Option<Date>,
    /// Where it is in force.
    pub place: Name,
    /// The instrument that puts it in force.
    pub instrument: Name,
}

/// Reads `delegation.toml`.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Delegation {
    let Some(mut toml) = TomlFile::read(file, report) else { return Delegation::default() };
    let decisions = toml.take_all("delegable", report);
    let parameters = toml.take_all("delegable_parameter", report);
    toml.finish_empty(report);
    Delegation {
        decisions: decisions.into_iter().map(|element| element.value).collect(),
        parameters: parameters.into_iter().map(|element| element.value).collect(),
        file: file.clone(),
    }
}

/// Reads `overlay.toml`.
pub(crate) fn read_overlays(
    pack: &Arc<str>,
    programme: &Arc<str>,
    file: &Arc<str>,
    report: &mut Report<'_>,
) -> Vec<Overlay> {
    let Some(mut toml) = TomlFile::read(file, report) else { return Vec::new() };
    let entries = toml.take_all::<OverlayEntry>("overlay", report);
    toml.finish_empty(report);
    let overlay = |entry| Overlay {
        pack: pack.clone(),
        programme: programme.clone(),
        file: file.clone(),
        entry,
    };
    entries.into_iter().map(|element| overlay(element.value)).collect()
}
