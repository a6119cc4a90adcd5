//! Rule documents with the sources of their rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::diagnostic::{Code, Place, Severity};
use dmn::model::{Citation, DecisionTable, Element, Logic, Model, Section, Text};

use crate::assessment::{Confidence, Source};
use crate::nearest::nearest;
use crate::pack::instrument::Register;
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::terms;

/// A rule document.
#[derive(Debug)]
pub struct Document {
    /// Its file within the packs.
    pub file: Arc<str>,
    /// The identifier of its pack.
    pub pack: Arc<str>,
    /// What it says.
    pub model: Arc<Model>,
}

/// The sources of an element's rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct ElementSources {
    /// The source of the element as a whole.
    pub base: Option<Source>,
    /// The source of each row.
    pub rows: Vec<Option<Source>>,
    /// The source of the row of default outputs.
    pub default: Option<Source>,
}

/// Reads and checks a rule document.
pub(crate) fn read(
    file: &Arc<str>,
    pack: &Arc<str>,
    register: &Register,
    report: &mut Report<'_>,
) -> Option<Document> {
    let (model, diagnostics) = dmn::markdown::read(file.clone(), report.text(file));
    let failed = diagnostics.iter().any(dmn::diagnostic::Diagnostic::is_error);
    for diagnostic in diagnostics {
        report.diagnostic(diagnostic);
    }
    check_instruments(&model, file, register, report);
    check_sources(&model, file, report);
    (!failed).then(|| Document { file: file.clone(), pack: pack.clone(), model: Arc::new(model) })
}

/// Reports citations of instruments that no pack defines.
fn check_instruments(model: &Model, file: &Arc<str>, register: &Register, report: &mut Report<'_>) {
    let mut check = |id: &str, item: &str, place: Place| {
        if let Some(part) = register.terms.missing(item) {
            let message = format!("`{part}` has no words in Chinese");
            let help = "add it to `terms.csv` of the pack".to_owned();
            let code = ProblemCode::Unresolved;
            report.push(Severity::Warning, code, message, Some(help), place.clone());
        }
        if id.is_empty() || register.contains_key(id) {
            return;
        }
        let help = match nearest(id, register.keys().map(|id| &**id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "define it in `instruments.toml`".to_owned(),
        };
        let message = format!("no instrument `{id}`");
        report.push(Severity::Error, ProblemCode::Unresolved, message, Some(help), place);
    };
    let place = |span| Place { file: file.clone(), span, ..Place::default() };
    if let Some(instrument) = &model.instrument {
        check(&instrument.text, "", place(instrument.span));
    }
    for section in &model.sections {
        for citation in &section.citations {
            check(&citation.instrument, &citation.item, place(citation.span));
        }
        let Some(element) = &section.element else { continue };
        let Some(Logic::Table(table)) = &element.logic else { continue };
        let Some(column) = table.annotation("source") else { continue };
        for (row, annotations) in annotated_rows(table) {
            let Some(text) = annotations.get(column) else { continue };
            let place = row_place(file, element, row, "source", text.span);
            match Citation::parse(text) {
                Some(citation) => check(&citation.instrument, &citation.item, place),
                None => check("", text.text.trim(), place),
            }
        }
    }
}

/// Refuses rules of which nobody can tell where they come from.
fn check_sources(model: &Model, file: &Arc<str>, report: &mut Report<'_>) {
    for (section, element) in model.elements() {
        if cited(section, model).is_some() {
            continue;
        }
        let help = "cite the instrument in the section, as `[cn/instrument, article 3]`, or name it \
                    in the front matter: `instrument: …`";
        let mut refuse = |row: Option<&str>, span| {
            let place = Place {
                file: file.clone(),
                span,
                element: Some(element.name.text.clone()),
                rule: row.map(str::to_owned),
                column: None,
            };
            let message = "the rule has no source".to_owned();
            let code = ProblemCode::Rule(Code::NoSource);
            report.push(Severity::Error, code, message, Some(help.to_owned()), place);
        };
        let Some(Logic::Table(table)) = &element.logic else {
            refuse(None, element.name.span);
            continue;
        };
        let column = table.annotation("source");
        for (row, annotations) in annotated_rows(table) {
            let own = column.and_then(|column| annotations.get(column)).and_then(Citation::parse);
            if own.is_none() {
                match row {
                    Some(id) => refuse(Some(&id.text), id.span),
                    None => refuse(Some("default"), table.span),
                }
            }
        }
    }
}

/// The rows of a table with their annotations: the identifier of a rule, or none for the row of
/// default outputs.
fn annotated_rows(table: &DecisionTable) -> impl Iterator<Item = (Option<&Text>, &[Text])> {
    let rules = table.rules.iter().map(|rule| (Some(&rule.id), rule.annotations.as_slice()));
    let has_default = table.outputs.iter().any(|output| output.default.is_some());
    let default = has_default.then_some((None, table.default_annotations.as_slice()));
    rules.chain(default)
}

fn row_place(
    file: &Arc<str>,
    element: &Element,
    row: Option<&Text>,
    column: &str,
    span: feel::Span,
) -> Place {
    Place {
        file: file.clone(),
        span,
        element: Some(element.name.text.clone()),
        rule: Some(row.map_or("default", |id| &id.text).to_owned()),
        column: Some(column.to_owned()),
    }
}

/// The instrument that a section's rules come from, and where in it.
fn cited<'m>(section: &'m Section, model: &'m Model) -> Option<(&'m str, &'m str)> {
    match section.citations.first() {
        Some(citation) => Some((&citation.instrument, &citation.item)),
        None => model.instrument.as_ref().map(|instrument| (instrument.text.as_str(), "")),
    }
}

/// The sources of all elements of a document, by name.
pub(crate) fn sources(model: &Model, register: &Register) -> BTreeMap<String, ElementSources> {
    let own = |section, element: &Element| {
        (element.name.text.clone(), sources_of(section, element, model, register))
    };
    model.elements().map(|(section, element)| own(section, element)).collect()
}

/// The sources of an element's rules.
pub(crate) fn sources_of(
    section: &Section,
    element: &Element,
    model: &Model,
    register: &Register,
) -> ElementSources {
    let general = model.confidence.as_ref().and_then(|code| Confidence::from_code(&code.text));
    let base = cited(section, model)
        .and_then(|(instrument, item)| source(register, instrument, item.to_owned(), general));
    let Some(Logic::Table(table)) = &element.logic else {
        return ElementSources { base, ..ElementSources::default() };
    };
    let (source_column, confidence_column) =
        (table.annotation("source"), table.annotation("confidence"));
    let row = |annotations: &[Text]| {
        let cell = |column: Option<usize>| annotations.get(column?);
        let own = cell(confidence_column).and_then(|code| Confidence::from_code(code.text.trim()));
        let confidence = own.or(general);
        let written = cell(source_column).filter(|text| !text.text.trim().is_empty());
        match written.map(|text| (Citation::parse(text), text.text.trim())) {
            Some((Some(citation), _)) => {
                source(register, &citation.instrument, citation.item, confidence)
            }
            Some((None, place)) => {
                let (instrument, item) = cited(section, model)?;
                source(register, instrument, terms::within(item, place), confidence)
            }
            None => {
                let (instrument, item) = cited(section, model)?;
                source(register, instrument, item.to_owned(), confidence)
            }
        }
    };
    ElementSources {
        rows: table.rules.iter().map(|rule| row(&rule.annotations)).collect(),
        default: row(&table.default_annotations),
        base,
    }
}

/// A place in an instrument; without a confidence of its own it has the instrument's.
pub(crate) fn source(
    register: &Register,
    instrument: &str,
    item: String,
    confidence: Option<Confidence>,
) -> Option<Source> {
    let known = register.get(instrument)?;
    Some(Source {
        instrument: known.id.to_arc(),
        title: known.title.clone(),
        number: known.number.as_ref().map(|number| number.to_arc()),
        place: register.terms.words(&item),
        item,
        confidence: confidence.unwrap_or(known.confidence),
    })
}
