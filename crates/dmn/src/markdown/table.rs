//! Decision tables and tables of declarations.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use feel::nearest::nearest;

use super::faults::{Faults, Spot};
use super::scan::{Piece, Row, Table, cell_text, cells};
use super::{ALLOWED, CONFIDENCE, CONFIDENCE_COLUMN, DEFAULT, SOURCE, citation, signature};
use crate::diagnostic::{Code, quote};
use crate::model::{
    Citation, DecisionTable, Element, HitPolicy, InputClause, InputData, ItemDefinition,
    OutputClause, Rule, Text,
};

/// The components of the context types that a document defines.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    bases: HashMap<String, String>,
    known: HashMap<String, Option<Rc<Components>>>,
}

/// The components of a context type, in order and by name.
#[derive(Debug)]
struct Components {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Contexts {
    pub(super) fn define(&mut self, item: &ItemDefinition) {
        self.bases.entry(item.name.text.clone()).or_insert_with(|| item.base.text.clone());
    }

    /// The components of a context type or of a list of one, written out or by name.
    fn components(&mut self, kind: &str) -> Option<Rc<Components>> {
        if let Some(known) = self.known.get(kind) {
            return known.clone();
        }
        // Types may be defined in a circle, which compiling reports.
        const MAX_STEPS: usize = 32;
        let mut end = kind.trim();
        for _ in 0..MAX_STEPS {
            end = signature::list_element(end).unwrap_or(end).trim();
            match self.bases.get(end) {
                Some(base) => end = base.trim(),
                None => break,
            }
        }
        if let Some(known) = self.known.get(end).cloned() {
            self.known.insert(kind.to_owned(), known.clone());
            return known;
        }
        let components = signature::entries(end).map(|names| {
            let index = names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), i)).collect();
            Rc::new(Components { names: names.into_iter().map(str::to_owned).collect(), index })
        });
        self.known.insert(end.to_owned(), components.clone());
        self.known.insert(kind.to_owned(), components.clone());
        components
    }

    fn is_defined(&self, kind: &str) -> bool {
        self.bases.contains_key(kind)
    }
}

/// Reads the decision table of an element.
pub(super) fn decision(
    table: &Table<'_>,
    element: &Element,
    contexts: &mut Contexts,
    faults: &mut Faults,
) -> Option<DecisionTable> {
    let spot = Spot { element: Some(&element.name.text), ..Spot::default() };
    let header: Vec<Text> = table.header.cells.iter().map(|cell| cell_text(*cell)).collect();
    let (sign, columns) = header.split_first()?;
    let hit_policy = hit_policy(sign, spot, faults);
    let outputs = outputs(table, columns, element, contexts, faults);
    let roles = Roles { columns, outputs };
    roles.check_header(table, spot, faults);
    let mut reader = Rows {
        spot,
        header: &header,
        roles: &roles,
        ids: HashSet::new(),
        rules: Vec::new(),
        default: None,
        allowed: None,
    };
    let mut is_sound = true;
    for row in &table.rows {
        is_sound &= reader.row(row, faults);
    }
    let Rows { rules, default, allowed, ids, .. } = reader;
    if rules.is_empty() && ids.is_empty() && is_sound {
        faults.error(
            spot,
            table.header.line.span(),
            Code::Notation,
            "the table has no rules",
            "write at least one row below the alignment row, its first cell the rule's identifier",
        );
    }
    let outputs = roles.outputs.clone()?;
    let filled = |row: &Option<Vec<Text>>, column: usize| {
        row.as_ref()?.get(column).filter(|text| !text.text.is_empty()).cloned()
    };
    let inputs = columns.iter().take(outputs.start).enumerate();
    let default_annotations =
        default.as_ref().map(|row| row.get(outputs.end..).unwrap_or_default());
    Some(DecisionTable {
        hit_policy,
        span: sign.span,
        inputs: inputs
            .map(|(column, text)| InputClause {
                expression: text.clone(),
                kind: None,
                allowed: filled(&allowed, column),
            })
            .collect(),
        outputs: outputs
            .clone()
            .filter_map(|column| {
                Some(OutputClause {
                    name: columns.get(column)?.clone(),
                    kind: None,
                    allowed: filled(&allowed, column),
                    default: filled(&default, column),
                })
            })
            .collect(),
        annotations: columns.iter().skip(outputs.end).map(|text| text.text.clone()).collect(),
        rules,
        default_annotations: default_annotations.unwrap_or_default().to_vec(),
    })
}

fn hit_policy(sign: &Text, spot: Spot<'_>, faults: &mut Faults) -> HitPolicy {
    let known = HitPolicy::ALL.iter().find(|(_, known)| *known == sign.text);
    if let Some((policy, _)) = known {
        return *policy;
    }
    let upper = sign.text.replace(' ', "").to_uppercase();
    let spelt = super::ascii::plain(&upper).unwrap_or(upper);
    let names = [
        ("UNIQUE", "U"),
        ("ANY", "A"),
        ("PRIORITY", "P"),
        ("FIRST", "F"),
        ("RULEORDER", "R"),
        ("OUTPUTORDER", "O"),
        ("COLLECT", "C"),
        ("SUM", "C+"),
        ("MIN", "C<"),
        ("MAX", "C>"),
        ("COUNT", "C#"),
    ];
    let named = names.iter().find(|(name, _)| *name == spelt);
    let spelt = named.map_or(spelt, |(_, sign)| (*sign).to_owned());
    let message = if sign.text.is_empty() {
        "the table's first header cell is empty, and names no hit policy".to_owned()
    } else {
        format!("{} is no hit policy", quote(&sign.text))
    };
    let help = if HitPolicy::ALL.iter().any(|(_, known)| *known == spelt) {
        format!("write `{spelt}`")
    } else {
        "the hit policies are `U` unique, `A` any, `P` priority, `F` first, `R` rule order, \
         `O` output order, `C` collect, `C+` sum, `C<` minimum, `C>` maximum and `C#` count; \
         a table that is prose stands under a heading without an arrow"
            .to_owned()
    };
    faults.error(spot, sign.span, Code::Notation, message, help);
    HitPolicy::Unique
}

/// Finds the output columns, counted without the first column.
fn outputs(
    table: &Table<'_>,
    columns: &[Text],
    element: &Element,
    contexts: &mut Contexts,
    faults: &mut Faults,
) -> Option<Range<usize>> {
    let name = element.name.text.as_str();
    let spot = Spot { element: Some(name), ..Spot::default() };
    let twice = |text: &Text, faults: &mut Faults| {
        let message = format!("the output {} is named twice", quote(&text.text));
        let help = "one header cell names an output; annotations have other names";
        faults.error(spot, text.span, Code::Notation, message, help);
    };
    let mut named = columns.iter().enumerate().filter(|(_, text)| text.text == name);
    if let Some((output, _)) = named.next() {
        named.for_each(|(_, text)| twice(text, faults));
        return Some(output..output + 1);
    }
    let kind = element.result.text.as_str();
    let components = contexts.components(kind).filter(|components| components.names.len() > 1);
    let Some(components) = components else {
        let near = nearest(name, columns.iter().take(100).map(|text| text.text.as_str()));
        let near = near.and_then(|near| columns.iter().find(|text| text.text == near));
        let mut help = match near {
            Some(near) => format!("write {} instead of {}", quote(name), quote(&near.text)),
            None => format!("give the column with the result the header {}", quote(name)),
        };
        let is_name = signature::is_name(kind) && !contexts.is_defined(kind);
        if is_name && !matches!(kind, "number" | "string" | "boolean" | "date" | "time" | "Any") {
            let part = format!("; for several outputs, define {} in this document", quote(kind));
            help.push_str(&part);
        }
        let place = near.map_or(table.header.line.span(), |near| near.span);
        let message = "the table has no output column";
        faults.error(spot, place, Code::Notation, message, help);
        return None;
    };
    // The run of header cells in which every component stands once.
    let mut last: HashMap<usize, usize> = HashMap::new();
    let mut start = 0;
    for (column, text) in columns.iter().enumerate() {
        match components.index.get(&text.text) {
            None => start = column + 1,
            Some(component) => {
                if let Some(before) = last.insert(*component, column) {
                    start = start.max(before + 1);
                }
                if column + 1 - start == components.names.len() {
                    let outputs = start..column + 1;
                    let again =
                        columns.get(column + 1).filter(|t| components.index.contains_key(&t.text));
                    again.into_iter().for_each(|text| twice(text, faults));
                    return Some(outputs);
                }
            }
        }
    }
    let missing: Vec<&str> = components
        .names
        .iter()
        .enumerate()
        .filter(|(index, _)| !last.contains_key(index))
        .map(|(_, name)| name.as_str())
        .take(5)
        .collect();
    let expected = list(components.names.iter().map(String::as_str));
    let (message, help) = if missing.len() == components.names.len().min(5) {
        let help = format!("the decision's type wants the columns {expected}, side by side");
        ("the table has no output column".to_owned(), help)
    } else if missing.is_empty() {
        let mut seen = HashSet::new();
        let again = columns.iter().filter(|text| components.index.contains_key(&text.text));
        if let Some(text) = again.clone().find(|text| !seen.insert(text.text.as_str()))
            && again.count() > components.names.len()
        {
            twice(text, faults);
            return None;
        }
        let help = format!("put the columns {expected} side by side");
        ("the output columns do not stand side by side".to_owned(), help)
    } else {
        let help = format!("the decision's type wants the columns {expected}, side by side");
        (format!("the table has no column for the output {}", list(missing.into_iter())), help)
    };
    faults.error(spot, table.header.line.span(), Code::Notation, message, help);
    None
}

/// A list of names for a message, shortened.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const MAX_NAMES: usize = 8;
    let mut names = names.map(quote);
    let shown: Vec<String> = names.by_ref().take(MAX_NAMES).collect();
    let more = if names.next().is_some() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// What the columns behind the first are.
#[derive(Debug)]
struct Roles<'t> {
    columns: &'t [Text],
    outputs: Option<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Input,
    Output,
    Annotation,
    Unknown,
}

impl Roles<'_> {
    fn of(&self, column: usize) -> Role {
        match &self.outputs {
            None => Role::Unknown,
            Some(outputs) if column < outputs.start => Role::Input,
            Some(outputs) if column < outputs.end => Role::Output,
            Some(_) => Role::Annotation,
        }
    }

    fn check_header(&self, table: &Table<'_>, spot: Spot<'_>, faults: &mut Faults) {
        let mut annotations = HashSet::new();
        for (column, text) in self.columns.iter().enumerate() {
            match self.of(column) {
                _ if text.text.is_empty() => {
                    let message = format!("the header cell of column {} is empty", column + 2);
                    let help = "an input column has an expression in its header, every other column a name";
                    faults.error(spot, text.span, Code::Notation, message, help);
                }
                Role::Input => {
                    let cell = table.header.cells.get(column + 1).copied().unwrap_or_default();
                    signature::check_ascii(cell, spot.column(&text.text), faults);
                }
                Role::Annotation if !annotations.insert(text.text.as_str()) => {
                    let message = format!("two columns have the name {}", quote(&text.text));
                    faults.error(
                        spot,
                        text.span,
                        Code::DuplicateName,
                        message,
                        "rename one of them",
                    );
                }
                Role::Annotation | Role::Output | Role::Unknown => {}
            }
        }
    }
}

struct Rows<'t> {
    spot: Spot<'t>,
    header: &'t [Text],
    roles: &'t Roles<'t>,
    ids: HashSet<String>,
    rules: Vec<Rule>,
    /// The cells behind the first of the rows `default` and `allowed`.
    default: Option<Vec<Text>>,
    allowed: Option<Vec<Text>>,
}

impl Rows<'_> {
    /// Reads a row; says whether its number of cells is right.
    fn row(&mut self, row: &Row<'_>, faults: &mut Faults) -> bool {
        let Some((first, rest)) = row.cells.split_first() else { return false };
        let id = cell_text(*first);
        let of_rule = {
            let is_rule = !rest.is_empty() && !id.text.is_empty();
            Spot { rule: is_rule.then_some(id.text.as_str()), ..self.spot }
        };
        let is_sound = check_length(row, self.header, of_rule, faults);
        let texts: Vec<Text> = rest.iter().map(|cell| cell_text(*cell)).collect();
        let spot = self.spot.rule(&id.text);
        match id.text.as_str() {
            DEFAULT | ALLOWED => {
                let is_default = id.text == DEFAULT;
                let there = if is_default { &self.default } else { &self.allowed };
                if there.is_some() {
                    let message = format!("the table has two rows {}", quote(&id.text));
                    faults.error(spot, id.span, Code::Notation, message, "keep one of them");
                }
                if is_sound && is_default {
                    self.default_row(rest, &texts, spot, faults);
                } else if is_sound {
                    self.allowed_row(rest, &texts, spot, faults);
                }
                let row = if is_default { &mut self.default } else { &mut self.allowed };
                row.get_or_insert(if is_sound { texts } else { Vec::new() });
                return is_sound;
            }
            "" => {
                let help =
                    "the first cell of a row identifies the rule; number the rules, for example";
                faults.error(
                    self.spot,
                    id.span,
                    Code::Notation,
                    "the rule has no identifier",
                    help,
                );
            }
            _ => {
                if !self.ids.insert(id.text.clone()) {
                    let message = format!("two rules have the identifier {}", quote(&id.text));
                    faults.error(spot, id.span, Code::DuplicateName, message, "rename one of them");
                }
                let lower = id.text.to_ascii_lowercase();
                if matches!(lower.as_str(), DEFAULT | ALLOWED) {
                    let message =
                        format!("{} is the identifier of an ordinary rule", quote(&id.text));
                    let help = format!("write `{lower}`, or use another identifier");
                    faults.error(spot, id.span, Code::Notation, message, help);
                }
            }
        }
        if is_sound {
            self.rule(id, rest, texts, faults);
        }
        is_sound
    }

    fn cells<'c, 's>(
        &self,
        cells: &'c [Piece<'s>],
        texts: &'c [Text],
    ) -> impl Iterator<Item = (Role, &str, Piece<'s>, &'c Text)> {
        let roles = (0..).map(|column| self.roles.of(column));
        let names = self.roles.columns.iter().map(|text| text.text.as_str());
        let cells = cells.iter().copied().zip(texts);
        roles.zip(names).zip(cells).map(|((role, name), (cell, text))| (role, name, cell, text))
    }

    fn rule(&mut self, id: Text, pieces: &[Piece<'_>], texts: Vec<Text>, faults: &mut Faults) {
        let spot = self.spot.rule(&id.text);
        for (role, name, cell, text) in self.cells(pieces, &texts) {
            let spot = spot.column(name);
            match role {
                Role::Output if text.text.is_empty() => {
                    let help = "write the result of the rule; `null` for none";
                    faults.error(spot, text.span, Code::Notation, "the output cell is empty", help);
                }
                Role::Input | Role::Output => signature::check_ascii(cell, spot, faults),
                Role::Annotation => check_annotation(name, text, spot, faults),
                Role::Unknown => {}
            }
        }
        let Some(outputs) = &self.roles.outputs else { return };
        let mut inputs = texts;
        let mut outputs_and_rest = inputs.split_off(outputs.start.min(inputs.len()));
        let annotations = outputs_and_rest.split_off(outputs.len().min(outputs_and_rest.len()));
        self.rules.push(Rule { id, inputs, outputs: outputs_and_rest, annotations });
    }

    fn default_row(
        &self,
        pieces: &[Piece<'_>],
        texts: &[Text],
        spot: Spot<'_>,
        faults: &mut Faults,
    ) {
        for (role, name, cell, text) in self.cells(pieces, texts) {
            let spot = spot.column(name);
            match role {
                Role::Input if !text.text.is_empty() => {
                    let message = "the row `default` has a condition";
                    let help = "leave its input cells empty; for a condition, write a rule";
                    faults.error(spot, text.span, Code::Notation, message, help);
                }
                Role::Output if text.text.is_empty() => {
                    let message = "the row `default` has an empty output cell";
                    let help =
                        "write the result when no rule matches, `null` for none, or remove the row";
                    faults.error(spot, text.span, Code::Notation, message, help);
                }
                Role::Output => signature::check_ascii(cell, spot, faults),
                Role::Annotation => check_annotation(name, text, spot, faults),
                Role::Input | Role::Unknown => {}
            }
        }
    }

    fn allowed_row(
        &self,
        pieces: &[Piece<'_>],
        texts: &[Text],
        spot: Spot<'_>,
        faults: &mut Faults,
    ) {
        for (role, name, cell, text) in self.cells(pieces, texts) {
            let spot = spot.column(name);
            match role {
                Role::Annotation if !text.text.is_empty() => {
                    let message = "the row `allowed` has an annotation";
                    let help = "leave the cell empty, and write it as prose";
                    faults.error(spot, text.span, Code::Notation, message, help);
                }
                Role::Input | Role::Output => signature::check_ascii(cell, spot, faults),
                Role::Annotation | Role::Unknown => {}
            }
        }
    }
}

fn check_annotation(name: &str, text: &Text, spot: Spot<'_>, faults: &mut Faults) {
    if name == SOURCE && text.text.starts_with(['[', '［', '【']) && Citation::parse(text).is_none()
    {
        citation::report(text, citation::IN_CELL, spot, faults);
    }
    if name == CONFIDENCE_COLUMN {
        check_confidence(text, spot, faults);
    }
}

/// Reports a code of confidence that does not exist.
pub(super) fn check_confidence(text: &Text, spot: Spot<'_>, faults: &mut Faults) {
    if !text.text.is_empty() && !CONFIDENCE.contains(&text.text.as_str()) {
        let message = format!("{} is no code of confidence", quote(&text.text));
        let help = "the codes are `S`, `P`, `P-`, `K` and `U`";
        faults.error(spot, text.span, Code::Notation, message, help);
    }
}

/// Reports a row whose cells are not as many as the columns.
fn check_length(row: &Row<'_>, header: &[Text], spot: Spot<'_>, faults: &mut Faults) -> bool {
    let (count, columns) = (row.cells.len(), header.len());
    if count == columns {
        return true;
    }
    let columns = if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") };
    let have = format!("the row has {}, the table {columns}", cells(count));
    let (place, message, help) = if row.line.text.contains('｜') {
        (row.line, have, "write the ASCII `|` instead of the full-width `｜`")
    } else if count < header.len() {
        let names = header.iter().skip(count).map(|text| text.text.as_str());
        let missing = list(names.map(|name| if name.is_empty() { " " } else { name }));
        let help = if row.line.text.contains('|') {
            "write an empty cell where there is nothing to say"
        } else {
            "write a blank line between a table and the prose below it"
        };
        (row.line, format!("{have}: nothing stands under {missing}"), help)
    } else {
        let beyond = row.cells.get(header.len()).copied().unwrap_or_default();
        (beyond, have, "a `|` inside a cell is written `\\|`")
    };
    faults.error(spot, place.span(), Code::Notation, message, help);
    false
}

/// A table of declarations, its cells by column.
struct Declarations<'t, 's> {
    table: &'t Table<'s>,
    columns: [(&'static str, Option<usize>); 3],
}

impl<'t, 's> Declarations<'t, 's> {
    fn read(
        table: &'t Table<'s>,
        names: [&'static str; 3],
        spot: Spot<'_>,
        faults: &mut Faults,
    ) -> Self {
        let [first, second, third] = names;
        let mut columns = names.map(|name| (name, None));
        let mut help = format!(
            "the columns of this table are `{first}`, `{second}` and, if need be, `{third}`"
        );
        help.push_str("; the first header cell makes it a declaration");
        for (index, cell) in table.header.cells.iter().enumerate() {
            match columns.iter_mut().find(|(name, _)| *name == cell.text) {
                Some((_, place @ None)) => *place = Some(index),
                Some(_) => {
                    let message = format!("two columns have the name {}", quote(cell.text));
                    faults.error(spot, cell.span(), Code::Notation, message, "keep one of them");
                }
                None => {
                    let message =
                        format!("{} is no column of a table of {first}s", quote(cell.text));
                    let help = match nearest(cell.text, names) {
                        Some(near) => format!("write `{near}`"),
                        None => help.clone(),
                    };
                    faults.error(spot, cell.span(), Code::Notation, message, help);
                }
            }
        }
        if let Some((name, None)) = columns.get(1) {
            let message = format!("the table of {first}s has no column `{name}`");
            faults.error(spot, table.header.line.span(), Code::Notation, message, help);
        }
        if table.rows.is_empty() {
            let message = format!("the table of {first}s is empty");
            let help = "write at least one row below the alignment row";
            faults.error(spot, table.header.line.span(), Code::Notation, message, help);
        }
        Declarations { table, columns }
    }

    /// Name, type and allowed values of each row that has them.
    fn rows(&self, spot: Spot<'_>, faults: &mut Faults) -> Vec<(Text, Text, Option<Text>)> {
        let header: Vec<Text> =
            self.table.header.cells.iter().map(|cell| cell_text(*cell)).collect();
        let [(first, name), (second, kind), (third, allowed)] = self.columns;
        let mut declared = Vec::new();
        for row in &self.table.rows {
            if !check_length(row, &header, spot, faults) {
                continue;
            }
            let cell =
                |column: Option<usize>| column.and_then(|column| row.cells.get(column)).copied();
            let Some(name) = cell(name) else { continue };
            if name.text.is_empty() {
                let message = format!("the {first} has no name");
                let help = format!("write its name under `{first}`");
                faults.error(spot, name.span(), Code::Notation, message, help);
                continue;
            }
            let article = if first == "input" { "an input" } else { "a type" };
            signature::check_name(&format!("the name of {article}"), name, spot, faults);
            let Some(kind) = cell(kind) else { continue };
            if kind.text.is_empty() {
                let message = format!("the {first} {} has no {second}", quote(name.text));
                let help = format!("write a type under `{second}`, as `number`");
                faults.error(spot.column(second), kind.span(), Code::Notation, message, help);
                continue;
            }
            signature::check_type(kind, spot.column(second), faults);
            let allowed = cell(allowed).filter(|cell| !cell.text.is_empty());
            if let Some(allowed) = allowed {
                signature::check_ascii(allowed, spot.column(third), faults);
            }
            declared.push((cell_text(name), cell_text(kind), allowed.map(cell_text)));
        }
        declared
    }
}

/// Reads a table of input data.
pub(super) fn inputs(table: &Table<'_>, spot: Spot<'_>, faults: &mut Faults) -> Vec<InputData> {
    let declarations = Declarations::read(table, ["input", "type", "allowed"], spot, faults);
    let rows = declarations.rows(spot, faults).into_iter();
    rows.map(|(name, kind, allowed)| InputData { name, kind, allowed, ..InputData::default() })
        .collect()
}

/// Reads a table of item definitions.
pub(super) fn types(table: &Table<'_>, spot: Spot<'_>, faults: &mut Faults) -> Vec<ItemDefinition> {
    let declarations = Declarations::read(table, ["type", "base", "allowed"], spot, faults);
    let rows = declarations.rows(spot, faults).into_iter();
    rows.map(|(name, base, allowed)| ItemDefinition {
        name,
        base,
        allowed,
        ..ItemDefinition::default()
    })
    .collect()
}
