//! What local packs may replace: only what the national pack delegates, inside its band.

use std::collections::BTreeSet;

use dmn::diagnostic::{Code, Place, Severity};
use dmn::model::{DecisionTable, Element, HitPolicy, Logic, Model, Text, Title};
use feel::Value;
use feel::check;
use feel::eval::Machine;
use feel::parser::{self, Names};

use super::combination::all_selections;
use super::{Country, Document, Library, Selection};
use crate::nearest::suggestion;
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{Delegable, Delegation, Overlay, Pack, Programme};
use crate::wording::counterexample;

/// Work and depth that the constants of a band may need.
const MAX_FUEL: u64 = 100_000;
const MAX_DEPTH: u32 = 64;

/// Checks every delegation, and every overlay against every version that it is applied to.
pub(super) fn check(library: &Library, report: &mut Report<'_>) {
    for pack in &library.packs {
        for delegable in &pack.delegation.decisions {
            check_delegable(library, pack, delegable, report);
        }
    }
    let mut seen = BTreeSet::new();
    for selection in &all_selections(library) {
        check_selection(library, selection, &mut seen, report);
    }
}

fn check_delegable(library: &Library, pack: &Pack, delegable: &Delegable, report: &mut Report<'_>) {
    let file = &pack.delegation.file;
    let id = format!("{}/{}", pack.manifest.id, delegable.programme);
    let Some(index) = library.programme_index(&id) else {
        let known = library.programmes.iter().filter_map(|p| p.id.split_once('/'));
        let known: Vec<&str> = known.map(|(_, name)| name).collect();
        let help = suggestion(&delegable.programme, known.iter().copied());
        let message = format!("no programme `{}`", delegable.programme);
        report.error(file, delegable.programme.span(), ProblemCode::Unresolved, message, help);
        return;
    };
    let versions = library.programmes.get(index).map_or(0, |p| p.versions.len());
    let documents = (0..versions).filter_map(|version| library.version_document(index, version));
    let names: Vec<&str> = documents
        .flat_map(|document| document.model.elements())
        .map(|(_, element)| element.name.text.as_str())
        .collect();
    if !names.contains(&delegable.decision.as_str()) {
        let help = suggestion(&delegable.decision, names.iter().copied());
        let message = format!("no version has a decision `{}`", delegable.decision);
        report.error(file, delegable.decision.span(), ProblemCode::Unresolved, message, help);
    }
    if let Some(band) = &delegable.band
        && lies_in_band("null", band) == Err(NotInBand::NoBand)
    {
        let message = format!("the band `{band}` cannot be read");
        let help = Some("write FEEL unary tests, as `[60..70]`".to_owned());
        report.error(file, band.span(), ProblemCode::Format, message, help);
    }
}

fn check_selection(
    library: &Library,
    selection: &Selection,
    seen: &mut BTreeSet<(usize, usize, usize)>,
    report: &mut Report<'_>,
) {
    let (programme, version) = (selection.programme, selection.version);
    let (Some(declared), Some(national)) =
        (library.programmes.get(programme), library.version_document(programme, version))
    else {
        return;
    };
    let Some(country) = library.country(&declared.pack) else { return };
    let Some(delegation) = library.pack(&declared.pack).map(|pack| &pack.delegation) else {
        return;
    };
    let mut imported = Vec::new();
    library.collect_imports(selection, &mut imported);
    for (position, index) in selection.overlays.iter().enumerate() {
        let (Some(overlay), Some(document)) =
            (library.overlays.get(*index), library.overlay_document(*index))
        else {
            continue;
        };
        check_same_place(library, selection, position, report);
        if !seen.insert((programme, version, *index)) {
            continue;
        }
        let layer = Layer {
            country,
            programme: declared,
            delegation,
            national,
            overlay,
            document,
            library,
        };
        layer.check(&imported, report);
    }
}

/// Refuses two overlays of one place that replace the same decision at once.
fn check_same_place(
    library: &Library,
    selection: &Selection,
    position: usize,
    report: &mut Report<'_>,
) {
    let get = |index: usize| Some((library.overlays.get(index)?, library.overlay_document(index)?));
    let Some((overlay, document)) = selection.overlays.get(position).and_then(|i| get(*i)) else {
        return;
    };
    for earlier in selection.overlays.iter().take(position) {
        let Some((other, other_document)) = get(*earlier) else { continue };
        if other.entry.place != overlay.entry.place {
            continue;
        }
        for (_, element) in document.model.elements() {
            let name = &element.name.text;
            if other_document.model.elements().any(|(_, known)| known.name.text == *name) {
                let message = format!(
                    "`{}` replaces `{name}` for the same place at the same time",
                    other_document.file
                );
                let help = Some("end the earlier overlay with `to`".to_owned());
                let place = place(document, element, None, element.name.span);
                report.push(Severity::Error, ProblemCode::Overlap, message, help, place);
            }
        }
    }
}

/// An overlay on a version.
struct Layer<'l> {
    library: &'l Library,
    country: &'l Country,
    programme: &'l Programme,
    delegation: &'l Delegation,
    national: &'l Document,
    overlay: &'l Overlay,
    document: &'l Document,
}

impl Layer<'_> {
    fn check(&self, imported: &[&Document], report: &mut Report<'_>) {
        for (_, element) in self.document.model.elements() {
            let name = element.name.text.as_str();
            let original = find(&self.national.model, name);
            match original {
                Some(original) => self.check_element(element, original, report),
                None => {
                    let owner = imported
                        .iter()
                        .filter(|import| import.pack == self.national.pack)
                        .find(|import| find(&import.model, name).is_some());
                    if let Some(owner) = owner {
                        let message = format!(
                            "`{name}` is a decision of `{}`, which is imported",
                            owner.file
                        );
                        let help = Some("choose another name".to_owned());
                        self.refuse(
                            element,
                            None,
                            ProblemCode::NotDelegated,
                            message,
                            help,
                            report,
                        );
                    }
                }
            }
        }
        let national: BTreeSet<&str> =
            self.national.model.types().map(|item| item.name.text.as_str()).collect();
        for item in self.document.model.types() {
            if national.contains(item.name.text.as_str()) {
                let same = self.national.model.types().any(|known| {
                    let allowed = |item: &dmn::model::ItemDefinition| {
                        item.allowed.as_ref().map(|text| text.text.clone())
                    };
                    known.name.text == item.name.text
                        && known.base.text == item.base.text
                        && allowed(known) == allowed(item)
                });
                if !same {
                    let message =
                        format!("the type `{}` differs from the national one", item.name.text);
                    let span = item.name.span;
                    let file = &self.document.file;
                    let help = Some("choose another name".to_owned());
                    report.error(file, span, ProblemCode::NotDelegated, message, help);
                }
            }
        }
    }

    fn check_element(&self, element: &Element, original: &Element, report: &mut Report<'_>) {
        let name = element.name.text.as_str();
        let short = self.programme.id.rsplit('/').next().unwrap_or_default();
        let delegables =
            || self.delegation.decisions.iter().filter(|delegable| *delegable.programme == *short);
        let Some(level) = self.library.pack(&self.overlay.pack).map(|pack| pack.manifest.level)
        else {
            return;
        };
        let Some(delegable) = delegables().find(|delegable| *delegable.decision == *name) else {
            let delegated: Vec<&str> =
                delegables().map(|delegable| delegable.decision.as_str()).collect();
            let help = match delegated.as_slice() {
                [] => format!("`{}` delegates nothing of this programme", self.delegation.file),
                known => format!("delegated are `{}`", known.join("`, `")),
            };
            let row = self.first_difference(element, original);
            let message =
                format!("`{name}` is not delegated, so that no local rule may replace it");
            let message = self.with_difference(message, element, row);
            self.refuse(element, row, ProblemCode::NotDelegated, message, Some(help), report);
            return;
        };
        if !delegable.levels.contains(&level) {
            let levels: Vec<&str> = delegable.levels.iter().map(|level| level.as_str()).collect();
            let row = self.first_difference(element, original);
            let message = format!("`{name}` is not delegated to a {level}");
            let message = self.with_difference(message, element, row);
            let help = Some(format!("it is delegated to: {}", levels.join(", ")));
            self.refuse(element, row, ProblemCode::NotDelegated, message, help, report);
        }
        self.check_signature(element, original, report);
        if let Some(band) = &delegable.band {
            self.check_band(element, band, report);
        }
        let has_default = |element: &Element| match &element.logic {
            Some(Logic::Table(table)) => table.outputs.iter().all(|o| o.default.is_some()),
            _ => true,
        };
        if has_default(original) && !has_default(element) {
            let message =
                format!("`{name}` has a default in the national document, here it has none");
            let help = Some("add a row `default`".to_owned());
            self.refuse(element, None, ProblemCode::OutsideBand, message, help, report);
        }
    }

    fn check_signature(&self, element: &Element, original: &Element, report: &mut Report<'_>) {
        let name = &element.name.text;
        let plain = |text: &Text| text.text.split_whitespace().collect::<String>();
        if plain(&element.result) != plain(&original.result) {
            let message = format!(
                "the type of `{name}` is `{}`, in the national document it is `{}`",
                element.result.text, original.result.text
            );
            let code = ProblemCode::Rule(Code::Type);
            let place = place(self.document, element, None, element.result.span);
            report.push(Severity::Error, code, message, None, place);
        }
        let parameters = |element: &Element| {
            element.parameters.as_ref().map(|parameters| {
                parameters.iter().map(|p| (plain(&p.name), plain(&p.kind))).collect::<Vec<_>>()
            })
        };
        if parameters(element) != parameters(original) {
            let message =
                format!("the parameters of `{name}` differ from those of the national document");
            self.refuse(element, None, ProblemCode::Rule(Code::Type), message, None, report);
        }
    }

    /// Refuses results outside the band, and those that cannot be shown to lie in it.
    fn check_band(&self, element: &Element, band: &str, report: &mut Report<'_>) {
        match &element.logic {
            None => {}
            Some(Logic::Literal(text)) => self.check_result(element, None, text, band, report),
            Some(Logic::Table(table)) => {
                use HitPolicy::{Any, First, Maximum, Minimum, Priority, Unique};
                let single =
                    matches!(table.hit_policy, Any | First | Maximum | Minimum | Priority | Unique);
                if !single || table.outputs.len() != 1 {
                    let why = "its hit policy puts several results together";
                    let message = cannot(element, band, why);
                    let code = ProblemCode::OutsideBand;
                    self.refuse(element, None, code, message, None, report);
                    return;
                }
                for (index, rule) in table.rules.iter().enumerate() {
                    for output in &rule.outputs {
                        self.check_result(element, Some(index), output, band, report);
                    }
                }
                for default in table.outputs.iter().filter_map(|output| output.default.as_ref()) {
                    self.check_result(element, None, default, band, report);
                }
            }
            Some(_) => {
                let why = "boxed expressions are not looked into";
                self.refuse_band(element, None, band, &cannot(element, band, why), report);
            }
        }
    }

    fn check_result(
        &self,
        element: &Element,
        row: Option<usize>,
        result: &Text,
        band: &str,
        report: &mut Report<'_>,
    ) {
        let text = result.text.trim();
        let message = match lies_in_band(text, band) {
            Ok(()) | Err(NotInBand::NoBand) => return,
            Err(NotInBand::Outside) => format!("{text} lies outside the band `{band}`"),
            Err(NotInBand::NotConstant) => {
                cannot(element, band, &format!("`{text}` is not a constant"))
            }
        };
        self.refuse_band(element, row, band, &message, report);
    }

    fn refuse_band(
        &self,
        element: &Element,
        row: Option<usize>,
        band: &str,
        message: &str,
        report: &mut Report<'_>,
    ) {
        let help = Some(format!(
            "`{}` delegates it within `{band}`; give constants that lie there",
            self.delegation.file
        ));
        let message = self.with_person(message.to_owned(), element, row);
        self.refuse(element, row, ProblemCode::OutsideBand, message, help, report);
    }

    /// The first row that the national document does not have so.
    fn first_difference(&self, element: &Element, original: &Element) -> Option<usize> {
        let (Some(Logic::Table(table)), logic) = (&element.logic, &original.logic) else {
            return None;
        };
        let Some(Logic::Table(known)) = logic else { return Some(0) };
        let text = |texts: &[Text]| texts.iter().map(|t| t.text.clone()).collect::<Vec<_>>();
        let same = |a: &dmn::model::Rule, b: &dmn::model::Rule| {
            text(&a.inputs) == text(&b.inputs) && text(&a.outputs) == text(&b.outputs)
        };
        table.rules.iter().position(|rule| !known.rules.iter().any(|known| same(rule, known)))
    }

    /// Adds to a message who would be treated otherwise, where a row makes the difference.
    fn with_difference(&self, message: String, element: &Element, row: Option<usize>) -> String {
        match row {
            Some(_) => self.with_person(message, element, row),
            None => message,
        }
    }

    /// Adds to a message who would be treated otherwise than the national rules allow.
    fn with_person(&self, message: String, element: &Element, row: Option<usize>) -> String {
        let Some(Logic::Table(table)) = &element.logic else { return message };
        let Some(row) = row else {
            return format!("{message}; it would decide on a person whom no row fits");
        };
        match describe_person(table, row, self.country) {
            Some(person) => format!("{message}; it would decide on a person with {}", person.en),
            None => format!("{message}; it would decide on anybody"),
        }
    }

    fn refuse(
        &self,
        element: &Element,
        row: Option<usize>,
        code: ProblemCode,
        message: String,
        help: Option<String>,
        report: &mut Report<'_>,
    ) {
        let rule = match &element.logic {
            Some(Logic::Table(table)) => row.and_then(|row| table.rules.get(row)),
            _ => None,
        };
        let span = rule.map_or(element.name.span, |rule| rule.id.span);
        let place = place(self.document, element, rule.map(|rule| rule.id.text.clone()), span);
        report.push(Severity::Error, code, message, help, place);
    }
}

/// A person whom a row decides on, by one value for each cell.
fn describe_person(table: &DecisionTable, row: usize, country: &Country) -> Option<Title> {
    let rule = table.rules.get(row)?;
    let cells = table.inputs.iter().zip(&rule.inputs);
    let parts: Vec<Title> = cells
        .filter_map(|(input, test)| counterexample(&input.expression.text, &test.text, country))
        .collect();
    (!parts.is_empty()).then(|| crate::words::join(&parts))
}

fn find<'m>(model: &'m Model, name: &str) -> Option<&'m Element> {
    model.elements().map(|(_, element)| element).find(|element| element.name.text == name)
}

fn place(document: &Document, element: &Element, rule: Option<String>, span: feel::Span) -> Place {
    Place {
        file: document.file.clone(),
        span,
        element: Some(element.name.text.clone()),
        rule,
        column: None,
    }
}

fn cannot(element: &Element, band: &str, why: &str) -> String {
    format!("`{}` cannot be shown to stay in the band `{band}`: {why}", element.name.text)
}

/// Why a result is not known to lie in a band.
#[derive(Debug, PartialEq, Eq)]
enum NotInBand {
    Outside,
    NotConstant,
    NoBand,
}

/// Whether the value of a constant expression passes the tests of a band.
fn lies_in_band(output: &str, band: &str) -> Result<(), NotInBand> {
    let constant = evaluate(output).ok_or(NotInBand::NotConstant)?;
    if constant.is_null() {
        return match evaluate(&format!("1 in ({band})")) {
            Some(_) => Err(NotInBand::Outside),
            None => Err(NotInBand::NoBand),
        };
    }
    match evaluate(&format!("({output}) in ({band})")) {
        Some(Value::Boolean(true)) => Ok(()),
        Some(_) => Err(NotInBand::Outside),
        None => Err(NotInBand::NoBand),
    }
}

/// The value of an expression that names nothing; none if it does, or is faulty.
fn evaluate(expression: &str) -> Option<Value> {
    let expression = parser::expression(expression, &Names::new()).ok()?;
    let (compiled, faults) = check::expression(&expression, &[], &check::Empty);
    if !faults.is_empty() {
        return None;
    }
    compiled.evaluate(&mut Machine::new(Vec::new(), MAX_FUEL, MAX_DEPTH)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_and_bands() {
        assert_eq!(lies_in_band("65", "[60..70]"), Ok(()));
        assert_eq!(lies_in_band("-1 + 2", "0, 1"), Ok(()));
        assert_eq!(lies_in_band("\"b\"", "\"a\", \"b\""), Ok(()));
        assert_eq!(lies_in_band("59.5", "[60..70]"), Err(NotInBand::Outside));
        assert_eq!(lies_in_band("null", "[60..70]"), Err(NotInBand::Outside));
        assert_eq!(lies_in_band("60 + age", "[60..70]"), Err(NotInBand::NotConstant));
        assert_eq!(lies_in_band("60", "[60.."), Err(NotInBand::NoBand));
    }
}
