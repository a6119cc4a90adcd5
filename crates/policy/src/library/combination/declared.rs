//! The declarations of a programme, looked up in the rule documents that are in force together.

use std::collections::BTreeSet;

use dmn::diagnostic::{Code, Place, Severity};
use dmn::model::Logic;
use dmn::program::{Decision, DecisionId, Program, Table};
use feel::{Number, Type};

use super::Context;
use crate::library::Library;
use crate::nearest::suggestion;
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{Name, Programme};
use crate::scalar;

/// The declarations of a programme, looked up in a program.
pub(super) struct Declared<'a, 'l, 'r, 'f> {
    pub context: &'a Context<'l, 'a>,
    pub programme: &'l Programme,
    pub program: &'a Program,
    /// The declared decisions that some combination has, by programme.
    pub found: &'a mut BTreeSet<(usize, &'l str)>,
    pub report: &'r mut Report<'f>,
}

impl<'l> Declared<'_, 'l, '_, '_> {
    pub(super) fn required(&mut self, name: &'l Name, kind: &Type) -> Option<DecisionId> {
        if self.program.decision(name).is_none() {
            self.report_missing(name);
        }
        self.find(name, kind)
    }

    pub(super) fn optional(
        &mut self,
        name: &'l Name,
        models: &[Name],
        kind: &Type,
    ) -> Option<DecisionId> {
        let version = self.programme.versions.get(self.context.selection.version)?;
        if !models.is_empty() {
            if !models.contains(&version.model) {
                return None;
            }
            return self.required(name, kind);
        }
        self.find(name, kind)
    }

    fn find(&mut self, name: &'l Name, kind: &Type) -> Option<DecisionId> {
        let id = self.program.decision(name)?;
        self.found.insert((self.context.selection.programme, name.as_str()));
        let decision = self.program.decisions().get(id.0)?;
        if decision.kind != *kind {
            let message = format!(
                "the decision `{name}` is of type `{}`, a `{kind}` is wanted here",
                decision.kind
            );
            let (file, span) = (&self.programme.file, name.span());
            self.report.error(file, span, ProblemCode::Rule(Code::Type), message, None);
        }
        Some(id)
    }

    fn report_missing(&mut self, name: &Name) {
        let version = self.programme.versions.get(self.context.selection.version);
        let model = version.map_or("", |version| version.model.as_str());
        let known = self.program.decisions().iter().map(|decision| &*decision.name);
        let help = suggestion(name, known);
        let message = format!("no decision `{name}` in `{model}`");
        let (file, span) = (&self.programme.file, name.span());
        self.report.error(file, span, ProblemCode::Unresolved, message, help);
    }

    fn place_of(&self, decision: &Decision, row: Option<&str>) -> Place {
        let model = self.context.library.document(&decision.file).map(|d| d.model.clone());
        let span = model.and_then(|model| {
            let (_, element) = model.elements().find(|(_, e)| e.name.text == *decision.name)?;
            match (&element.logic, row) {
                (Some(Logic::Table(table)), Some(row)) => {
                    table.rules.iter().find(|rule| rule.id.text == row).map(|rule| rule.id.span)
                }
                _ => Some(element.name.span),
            }
        });
        Place {
            file: decision.file.clone(),
            span: span.unwrap_or_default(),
            element: Some(decision.name.to_string()),
            rule: row.map(str::to_owned),
            column: None,
        }
    }

    /// Refuses outcomes that the programme does not declare.
    pub(super) fn check_outcomes(&mut self, outcome: Option<DecisionId>) {
        let Some(decision) = outcome.and_then(|id| self.program.decisions().get(id.0)) else {
            return;
        };
        let Some(table) = &decision.table else { return };
        let rows = table.rules.iter().map(|rule| (rule.id.as_str(), &rule.outputs));
        let default = table.default.iter().map(|outputs| ("default", outputs));
        for (row, outputs) in rows.chain(default) {
            let Some(value) = outputs.first().and_then(|text| string_literal(text)) else {
                continue;
            };
            if self.programme.outcome(value).is_none() {
                let known = self.programme.outcomes.iter().map(|outcome| outcome.value.as_str());
                let help = suggestion(value, known);
                let message = format!("`programme.toml` declares no outcome `{value}`");
                let place = self.place_of(decision, Some(row));
                let code = ProblemCode::Unresolved;
                self.report.push(Severity::Error, code, message, help, place);
            }
        }
    }

    /// The most points that a factor gives: what its rows say, else what the programme says.
    pub(super) fn cap(&self, index: usize, id: DecisionId) -> Option<Number> {
        let declared = self.programme.factors.get(index)?.cap;
        let table = self.program.decisions().get(id.0).and_then(|decision| decision.table.as_ref());
        let highest =
            table.and_then(constant_outputs).and_then(|rows| rows.iter().map(|row| row.1).max());
        Some(highest.filter(|points| *points > Number::ZERO).unwrap_or(declared))
    }

    /// Refuses points tables without default, and rows that give more than the cap.
    pub(super) fn check_factor(&mut self, index: usize, id: DecisionId) {
        let Some(factor) = self.programme.factors.get(index) else { return };
        let Some(decision) = self.program.decisions().get(id.0) else { return };
        let Some(table) = &decision.table else { return };
        if table.default.is_none() {
            let message = "a table of points needs a row `default`".to_owned();
            let help = "without it, a person whom no row fits has no total: write `0` for none";
            let place = self.place_of(decision, None);
            let code = ProblemCode::Rule(Code::HitPolicy);
            self.report.push(Severity::Error, code, message, Some(help.to_owned()), place);
        }
        for (row, points) in constant_outputs(table).into_iter().flatten() {
            if points > factor.cap {
                let message = format!(
                    "the row gives {points} points, the cap of `{}` in `{}` is {}",
                    decision.name, self.programme.file, factor.cap
                );
                let place = self.place_of(decision, Some(row));
                let code = ProblemCode::Format;
                self.report.push(Severity::Error, code, message, None, place);
            }
        }
    }
}

/// The rows with the points that they give, if these are constants and only one row counts.
fn constant_outputs(table: &Table) -> Option<Vec<(&str, Number)>> {
    use dmn::model::HitPolicy::{Any, First, Maximum, Minimum, Priority, Unique};
    if !matches!(table.hit_policy, Unique | Any | Priority | First | Maximum | Minimum) {
        return None;
    }
    let rows = table.rules.iter().map(|rule| (rule.id.as_str(), &rule.outputs));
    let default = table.default.iter().map(|outputs| ("default", outputs));
    rows.chain(default)
        .map(|(row, outputs)| match outputs.as_slice() {
            [output] => Some((row, scalar::number(output.trim())?)),
            _ => None,
        })
        .collect()
}

/// The text of a string literal without escapes.
pub(crate) fn string_literal(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['"', '\\'])).then_some(inner)
}

/// Reports decisions of `programme.toml` that no version has.
pub(super) fn check_declared(
    library: &Library,
    found: &BTreeSet<(usize, &str)>,
    report: &mut Report<'_>,
) {
    if report.has_errors() {
        return;
    }
    for (index, programme) in library.programmes.iter().enumerate() {
        let names = programme.conditions.iter().map(|condition| &condition.decision);
        let names = names.chain(programme.routes.iter().map(|route| &route.decision));
        let names = names.chain(programme.factors.iter().map(|factor| &factor.decision));
        let names = names.chain(programme.sub_scores.iter().map(|sub_score| &sub_score.decision));
        for name in names.chain(programme.notices.iter().map(|notice| &notice.decision)) {
            if found.contains(&(index, name.as_str())) {
                continue;
            }
            let known: BTreeSet<&str> = (0..programme.versions.len())
                .filter_map(|version| library.version_document(index, version))
                .flat_map(|document| document.model.elements())
                .map(|(_, element)| element.name.text.as_str())
                .collect();
            let help = suggestion(name, known);
            let message = format!("no version has a decision `{name}`");
            report.error(&programme.file, name.span(), ProblemCode::Unresolved, message, help);
        }
    }
}
