//! Every single change of the rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use dmn::model::{DecisionTable, Element, Logic, Model, Text};

use super::literal::{self, Kind};
use crate::library::{Country, Library};
use crate::pack::ParameterRow;
use crate::scalar;

/// A single change of the rules.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The programme, or the file of a parameter.
    pub group: Arc<str>,
    /// The file.
    pub file: Arc<str>,
    /// The decision; the place of a parameter's value.
    pub element: String,
    /// The rule; the first day of a parameter's value.
    pub row: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The text as it is.
    pub old: String,
    /// The text as changed.
    pub new: String,
    pub(super) change: Change,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Text(Cell),
    /// A row of a parameter of the country at this index.
    Parameter {
        country: usize,
        name: Arc<str>,
        row: usize,
        value: feel::Number,
    },
}

/// Where a text of a rule document stands, and what is written there instead.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// The section of the document.
    pub section: usize,
    pub at: Spot,
    /// The texts to try, the first that loading accepts counts.
    pub texts: Vec<String>,
}

/// A place in an element's logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// The literal expression.
    Whole,
    /// The expression above an input column.
    Head(usize),
    /// A rule and an input column.
    Input(usize, usize),
    /// A rule and an output column.
    Output(usize, usize),
    /// The default of an output column.
    Default(usize),
}

impl Spot {
    /// The text there.
    pub(super) fn text_mut(self, logic: &mut Logic) -> Option<&mut Text> {
        match (self, logic) {
            (Spot::Whole, Logic::Literal(text)) => Some(text),
            (_, Logic::Typed(inner, _)) => self.text_mut(inner),
            (Spot::Head(column), Logic::Table(table)) => {
                table.inputs.get_mut(column).map(|input| &mut input.expression)
            }
            (Spot::Input(rule, column), Logic::Table(table)) => {
                table.rules.get_mut(rule)?.inputs.get_mut(column)
            }
            (Spot::Output(rule, column), Logic::Table(table)) => {
                table.rules.get_mut(rule)?.outputs.get_mut(column)
            }
            (Spot::Default(column), Logic::Table(table)) => {
                table.outputs.get_mut(column)?.default.as_mut()
            }
            _ => None,
        }
    }
}

/// Every change of the rules that the filter names: a programme, a pack or a file.
pub(super) fn all(library: &Library, filter: Option<&str>) -> Vec<Mutant> {
    let wanted = |programme: &str, pack: &str, file: &str| {
        filter.is_none_or(|filter| filter == programme || filter == pack || filter == file)
    };
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut parameters: BTreeSet<(usize, &str)> = BTreeSet::new();
    for (index, programme) in library.programmes().enumerate() {
        let versions = programme.versions.len();
        let versions = (0..versions).filter_map(|version| library.version_document(index, version));
        let overlays = library.overlays().iter().enumerate();
        let overlays = overlays
            .filter(|(_, overlay)| overlay.programme == programme.id)
            .filter_map(|(overlay, _)| library.overlay_document(overlay));
        let Some(country) = library.countries().iter().position(|c| c.id == programme.pack) else {
            continue;
        };
        let Some(known) = library.countries().get(country) else { continue };
        for document in versions.chain(overlays) {
            if wanted(&programme.id, &document.pack, &document.file) && seen.insert(&document.file)
            {
                let context =
                    Context { group: &programme.id, file: &document.file, country: known };
                context.of_model(&document.model, &mut found);
            }
            for input in document.model.inputs() {
                let Some(parameter) = known.parameters.get(input.name.text.as_str()) else {
                    continue;
                };
                if !parameters.insert((country, &parameter.name)) {
                    continue;
                }
                for (row, value) in parameter.rows.iter().enumerate() {
                    let pack = value.file.split('/').next().unwrap_or_default();
                    if wanted(&programme.id, pack, &value.file) {
                        of_parameter(country, &parameter.name, row, value, &mut found);
                    }
                }
            }
        }
    }
    found
}

fn of_parameter(
    country: usize,
    name: &Arc<str>,
    row: usize,
    value: &ParameterRow,
    found: &mut Vec<Mutant>,
) {
    let old = value.value.to_string();
    for new in literal::steps(&old) {
        let Some(changed) = scalar::number(&new) else { continue };
        found.push(Mutant {
            group: value.file.clone(),
            file: value.file.clone(),
            element: value.place.to_string(),
            row: Some(value.from.to_string()),
            column: None,
            old: old.clone(),
            new,
            change: Change::Parameter { country, name: name.clone(), row, value: changed },
        });
    }
}

struct Context<'l> {
    group: &'l Arc<str>,
    file: &'l Arc<str>,
    country: &'l Country,
}

impl Context<'_> {
    fn of_model(&self, model: &Model, found: &mut Vec<Mutant>) {
        for (index, section) in model.sections.iter().enumerate() {
            let Some(element) = &section.element else { continue };
            match &element.logic {
                Some(Logic::Literal(text)) => {
                    let place = Place { section: index, element, row: None, column: None };
                    self.of_text(&place, Spot::Whole, text, &self.codes_of_facts(text), found);
                }
                Some(Logic::Table(table)) => self.of_table(index, element, table, model, found),
                _ => {}
            }
        }
    }

    fn of_table(
        &self,
        section: usize,
        element: &Element,
        table: &DecisionTable,
        model: &Model,
        found: &mut Vec<Mutant>,
    ) {
        let place = |row: Option<&Text>, column: &str| Place {
            section,
            element,
            row: row.map(|row| row.text.clone()),
            column: Some(column.to_owned()),
        };
        for (column, input) in table.inputs.iter().enumerate() {
            let head = &input.expression;
            let codes = self.codes_of_facts(head);
            self.of_text(&place(None, &head.text), Spot::Head(column), head, &codes, found);
            let codes = self.codes_of_input(column, table, model);
            for (index, rule) in table.rules.iter().enumerate() {
                let Some(cell) = rule.inputs.get(column) else { continue };
                let place = place(Some(&rule.id), &head.text);
                self.of_text(&place, Spot::Input(index, column), cell, &codes, found);
            }
        }
        for (column, output) in table.outputs.iter().enumerate() {
            let codes = codes_of_output(column, element, table, model);
            for (index, rule) in table.rules.iter().enumerate() {
                let Some(cell) = rule.outputs.get(column) else { continue };
                let place = place(Some(&rule.id), &output.name.text);
                self.of_text(&place, Spot::Output(index, column), cell, &codes, found);
            }
            if let Some(cell) = &output.default {
                let default = Text::new("default");
                let place = place(Some(&default), &output.name.text);
                self.of_text(&place, Spot::Default(column), cell, &codes, found);
            }
        }
    }

    /// The changes of one text.
    fn of_text(
        &self,
        place: &Place<'_>,
        at: Spot,
        text: &Text,
        codes: &[String],
        found: &mut Vec<Mutant>,
    ) {
        let literals = literal::literals(&text.text);
        let written = |range: &std::ops::Range<usize>| text.text.get(range.clone()).unwrap_or("");
        let here: Vec<&str> = literals
            .iter()
            .filter(|literal| literal.kind == Kind::Code)
            .map(|literal| written(&literal.at))
            .collect();
        let mut add = |texts: Vec<String>| {
            let Some(new) = texts.first().cloned() else { return };
            found.push(Mutant {
                group: self.group.clone(),
                file: self.file.clone(),
                element: place.element.name.text.clone(),
                row: place.row.clone(),
                column: place.column.clone(),
                old: on_one_line(&text.text),
                new,
                change: Change::Text(Cell { section: place.section, at, texts }),
            });
        };
        for literal in &literals {
            let old = written(&literal.at);
            let replace = |new: &String| literal::replaced(&text.text, &literal.at, new);
            match literal.kind {
                Kind::Number => literal::steps(old).iter().for_each(|new| add(vec![replace(new)])),
                Kind::Temporal => {
                    literal::moved(old).iter().for_each(|new| add(vec![replace(new)]));
                }
                Kind::Boolean => {
                    let other = if old == "true" { "false" } else { "true" };
                    add(vec![replace(&other.to_owned())]);
                }
                Kind::Code => {
                    let mut texts = Vec::new();
                    if here.len() > 1 && matches!(at, Spot::Input(..) | Spot::Whole) {
                        texts.extend(literal::without(&text.text, &literal.at));
                    }
                    texts.extend(next_codes(old, &here, codes).iter().map(replace));
                    add(texts);
                }
            }
        }
    }

    /// The codes of the facts whose values a text names.
    fn codes_of_facts(&self, text: &Text) -> Vec<String> {
        let facts = self.country.vocabulary.facts.iter();
        let named =
            facts.filter(|fact| !fact.values.is_empty() && text.text.contains(fact.name.as_str()));
        named.flat_map(|fact| fact.values.iter().map(|value| value.value.to_string())).collect()
    }

    /// The codes that an input column can test for.
    fn codes_of_input(&self, column: usize, table: &DecisionTable, model: &Model) -> Vec<String> {
        let Some(input) = table.inputs.get(column) else { return Vec::new() };
        let head = input.expression.text.trim();
        if let Some(fact) = self.country.vocabulary.fact(head)
            && !fact.values.is_empty()
        {
            return fact.values.iter().map(|value| value.value.to_string()).collect();
        }
        let decision = model.elements().find(|(_, element)| element.name.text == head);
        let typed = decision.map(|(_, element)| codes_of_type(&element.result.text, model));
        typed.filter(|codes| !codes.is_empty()).unwrap_or_else(|| {
            codes_of(table.rules.iter().filter_map(|rule| rule.inputs.get(column)))
        })
    }
}

struct Place<'m> {
    section: usize,
    element: &'m Element,
    row: Option<String>,
    column: Option<String>,
}

/// The codes that an output column can give.
fn codes_of_output(
    column: usize,
    element: &Element,
    table: &DecisionTable,
    model: &Model,
) -> Vec<String> {
    let typed = codes_of_type(&element.result.text, model);
    if !typed.is_empty() {
        return typed;
    }
    let cells = table.rules.iter().filter_map(|rule| rule.outputs.get(column));
    let default = table.outputs.get(column).and_then(|output| output.default.as_ref());
    codes_of(cells.chain(default))
}

/// The codes that a named type allows.
fn codes_of_type(name: &str, model: &Model) -> Vec<String> {
    let item = model.types().find(|item| item.name.text == name.trim());
    codes_of(item.and_then(|item| item.allowed.as_ref()))
}

/// A text without its line ends, as reports show it.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// The codes that some texts name, each once.
fn codes_of<'t>(texts: impl IntoIterator<Item = &'t Text>) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for text in texts {
        for literal in literal::literals(&text.text) {
            let code = text.text.get(literal.at).unwrap_or("");
            if literal.kind == Kind::Code && !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        }
    }
    codes
}

/// What a code can be mistaken for: those that follow it in the vocabulary and do not stand beside
/// it; of a number as text, the neighbours.
fn next_codes(code: &str, beside: &[&str], codes: &[String]) -> Vec<String> {
    const TRIES: usize = 4;
    let at = codes.iter().position(|known| known == code);
    let after = codes.iter().skip(at.map_or(0, |at| at + 1));
    let cycle = after.chain(codes.iter().take(at.unwrap_or(0)));
    let mut next: Vec<String> =
        cycle.filter(|new| !beside.contains(&new.as_str())).take(TRIES).cloned().collect();
    if !code.is_empty() && code.chars().all(|c| c.is_ascii_digit()) {
        next.extend(literal::steps(code).into_iter().filter(|new| new.len() == code.len()));
        next.push("0".repeat(code.len()));
    }
    next
}
