//! Reading a document: from blocks to the model.

use std::collections::HashMap;
use std::sync::Arc;

use feel::Span;
use feel::nearest::nearest;

use super::faults::{Faults, Spot};
use super::scan::{self, Block as Raw, Feel, Line, Piece};
use super::table::{self, Contexts};
use super::{KEYS, MAX_BYTES, citation, exchanged, signature};
use crate::diagnostic::{Code, Diagnostic, Lines, quote};
use crate::model::{
    Block, Citation, Element, InputData, ItemDefinition, Logic, Model, Section, Text, Title,
};

/// Reads a document. `file` is its name for the faults' places.
///
/// All faults of the document are reported, in its order; beyond [`super::MAX_FAULTS`] a last one
/// counts the rest. The model holds what could be read; with an error among the faults it is not
/// whole.
///
/// ```
/// let source = "---\nid: demo\ntitle: 示例 / Demo\n---\n\n## Twice → twice: number\n\n```feel\n2 * age\n```\n";
/// let (model, faults) = dmn::markdown::read("demo.md", source);
/// assert!(faults.is_empty());
/// assert_eq!(model.title.en, "Demo");
/// assert_eq!(model.elements().next().map(|(_, element)| element.name.text.as_str()), Some("twice"));
/// ```
pub fn read(file: impl Into<Arc<str>>, source: &str) -> (Model, Vec<Diagnostic>) {
    let mut faults = Faults::new(file.into());
    let model = read_model(source, &mut faults);
    (model, faults.finish())
}

fn read_model(source: &str, faults: &mut Faults) -> Model {
    if source.len() > MAX_BYTES {
        let message = format!("the document has {} bytes, more than {MAX_BYTES}", source.len());
        let help = "divide it into several documents and `import` them";
        faults.error(Spot::default(), Span::default(), Code::Limit, message, help);
        return Model::default();
    }
    let document = scan::scan(source, faults);
    let mut model = Model::default();
    front(&document, &mut model, faults);
    let mut names = Names::new(source);
    // Types may be defined below the tables whose outputs they name.
    let mut contexts = Contexts::default();
    let elements: Vec<Option<Element>> = document
        .sections
        .iter()
        .map(|section| {
            let (_, text) = section.signature?;
            signature::read(section.heading, text, faults)
        })
        .collect();
    let mut sections: Vec<(Section, Vec<Declared>)> = Vec::new();
    for (section, element) in document.sections.iter().zip(elements) {
        let spot = spot(element.as_ref());
        let declared = declarations(section, spot, faults);
        for item in declared.iter().flat_map(Declared::types) {
            contexts.define(item);
        }
        if let Some(element) = &element {
            names.add(Kind::Element, &element.name, faults);
        }
        for declared in &declared {
            declared.inputs().for_each(|input| names.add(Kind::Input, &input.name, faults));
            declared.types().for_each(|item| names.add(Kind::Type, &item.name, faults));
        }
        let title = section.signature.map_or(section.heading, |(title, _)| title);
        let section = Section {
            level: section.level,
            title: read_title(title),
            span: section.span,
            element,
            ..Section::default()
        };
        sections.push((section, declared));
    }
    let mut exchanged: Option<&Feel<'_>> = None;
    for (raw, (mut section, declared)) in document.sections.iter().zip(sections) {
        blocks(raw, &mut section, declared, &mut contexts, faults);
        let mut has_xml = false;
        for block in &raw.blocks {
            let Raw::Xml(block) = block else { continue };
            has_xml = true;
            if exchanged.replace(block).is_some() {
                let message = "a second block is marked `dmn`";
                let help = "write one block with all that Markdown has no form for";
                faults.error(Spot::default(), block.opening.span(), Code::Notation, message, help);
            }
        }
        // A heading over that block alone is not a part of the model.
        let is_empty = section.blocks.is_empty() && (section.level == 0 || has_xml);
        if !is_empty || section.element.is_some() {
            model.sections.push(section);
        }
    }
    match exchanged {
        Some(block) if !faults.has_errors() => {
            let (block, opening) = (block.body.span(), block.opening.span());
            exchanged::join(model, source, block, opening, faults)
        }
        _ => model,
    }
}

/// Reads a title, its white space made single spaces.
fn read_title(title: Piece<'_>) -> Title {
    Title::parse(&title.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn spot(element: Option<&Element>) -> Spot<'_> {
    Spot { element: element.map(|element| element.name.text.as_str()), ..Spot::default() }
}

/// A table of declarations.
enum Declared {
    Inputs(Vec<InputData>),
    Types(Vec<ItemDefinition>),
}

impl Declared {
    fn inputs(&self) -> impl Iterator<Item = &InputData> {
        match self {
            Declared::Inputs(inputs) => inputs.iter(),
            Declared::Types(_) => [].iter(),
        }
    }

    fn types(&self) -> impl Iterator<Item = &ItemDefinition> {
        match self {
            Declared::Inputs(_) => [].iter(),
            Declared::Types(types) => types.iter(),
        }
    }
}

/// The declarations of a section, in order.
fn declarations(section: &scan::Section<'_>, spot: Spot<'_>, faults: &mut Faults) -> Vec<Declared> {
    let tables = section.blocks.iter().filter_map(|block| match block {
        Raw::Table(table) => Some(table),
        _ => None,
    });
    tables
        .filter_map(|table| match table.header.cells.first()?.text {
            "input" => Some(Declared::Inputs(table::inputs(table, spot, faults))),
            "type" => Some(Declared::Types(table::types(table, spot, faults))),
            _ => None,
        })
        .collect()
}

/// Fills in the blocks of a section, its logic and its citations.
fn blocks(
    raw: &scan::Section<'_>,
    section: &mut Section,
    declared: Vec<Declared>,
    contexts: &mut Contexts,
    faults: &mut Faults,
) {
    let mut declared = declared.into_iter();
    let mut logic: Option<Logic> = None;
    // Whether something stands there that was meant as logic.
    let mut is_tried = false;
    let mut citations: Vec<Citation> = Vec::new();
    let Section { element, blocks, .. } = section;
    let spot = spot(element.as_ref());
    for block in &raw.blocks {
        let place = match block {
            Raw::Prose(lines) => {
                citations.extend(citation::read(lines, spot, faults));
                blocks.push(Block::Prose(prose(lines)));
                continue;
            }
            Raw::Table(table)
                if matches!(
                    table.header.cells.first(),
                    Some(Piece { text: "input" | "type", .. })
                ) =>
            {
                blocks.extend(declared.next().map(|declared| match declared {
                    Declared::Inputs(inputs) => Block::Inputs(inputs),
                    Declared::Types(types) => Block::Types(types),
                }));
                continue;
            }
            Raw::Table(table) => table.header.line.span(),
            Raw::Feel(feel) => feel.opening.span(),
            Raw::Xml(_) => continue,
            Raw::Broken(place) => *place,
        };
        if is_tried {
            let name = spot.element.unwrap_or_default();
            let message = format!("{} has a second table or `feel` block", quote(name));
            let help = "one table or one `feel` block decides; give the second a heading of its own, \
                        `→ name: type`, or one without an arrow if it is prose";
            faults.error(spot, place, Code::Notation, message, help);
            continue;
        }
        is_tried = true;
        let Some(element) = &*element else { continue };
        logic = match block {
            Raw::Table(table) => {
                table::decision(table, element, contexts, faults).map(Logic::Table)
            }
            Raw::Feel(feel) => literal(feel, spot, faults).map(Logic::Literal),
            Raw::Prose(_) | Raw::Xml(_) | Raw::Broken(_) => None,
        };
        if logic.is_some() {
            blocks.push(Block::Logic);
        }
    }
    if let Some(element) = element {
        // A heading that is no signature is reported, and perhaps opens no element at all.
        if !is_tried && !element.result.text.is_empty() {
            no_logic(raw, element, faults);
        }
        element.logic = logic;
    }
    section.citations = citations;
}

fn no_logic(raw: &scan::Section<'_>, element: &Element, faults: &mut Faults) {
    let spot = spot(Some(element));
    let name = quote(&element.name.text);
    let (place, message, help) = match raw.other_code {
        Some(language) if language.text.starts_with(['`', '~']) => {
            let message = format!("{name} has no logic, and its code block has no mark");
            (language.span(), message, "write `feel` behind the marks that open the block")
        }
        Some(language) => {
            let marked = quote(language.text);
            let message = format!("{name} has no logic, and its code block is marked {marked}");
            (language.span(), message, "mark it `feel`")
        }
        None if raw.blocks.iter().any(has_indented_table) => {
            let message = format!("{name} has no logic, and its table is indented");
            (raw.span, message, "four spaces or a tab make it code; begin its lines at the margin")
        }
        None => {
            let message = format!("{name} has no logic");
            let help = "write a decision table or a block marked `feel` below the heading, \
                        or the heading without an arrow";
            (raw.span, message, help)
        }
    };
    faults.error(spot, place, Code::Notation, message, help);
}

fn has_indented_table(block: &Raw<'_>) -> bool {
    let Raw::Prose(lines) = block else { return false };
    lines.iter().any(|line| !line.verbatim && line.piece.text.trim_start().starts_with('|'))
}

fn literal(feel: &Feel<'_>, spot: Spot<'_>, faults: &mut Faults) -> Option<Text> {
    let body = feel.body.skip(feel.body.text.len() - without_blank_start(feel.body.text).len());
    let body = body.trim_end();
    if body.text.is_empty() {
        let help = "write a FEEL expression in it";
        faults.error(spot, feel.opening.span(), Code::Notation, "the `feel` block is empty", help);
        return None;
    }
    signature::check_ascii(body, spot, faults);
    let text = body.text.replace("\r\n", "\n").replace('\r', "\n");
    Some(Text { text, span: body.span() })
}

/// The text from its first line that is not blank, which keeps its indentation.
pub(super) fn without_blank_start(text: &str) -> &str {
    let mut rest = text;
    while let Some((line, after)) = rest.split_once(['\n', '\r']) {
        if !line.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

/// Prose without white space at the ends of lines and without double blank lines, but for code
/// and comments.
fn prose(lines: &[Line<'_>]) -> String {
    let mut prose = String::new();
    let mut is_blank = true;
    for line in lines {
        let text = line.piece.text;
        if !line.verbatim && text.is_empty() {
            if !is_blank {
                prose.push('\n');
            }
            is_blank = true;
        } else {
            prose.push_str(text);
            prose.push('\n');
            is_blank = false;
        }
    }
    prose.truncate(prose.trim_end().len());
    prose
}

fn front(document: &scan::Document<'_>, model: &mut Model, faults: &mut Faults) {
    let spot = Spot::default();
    let mut values: HashMap<&str, Piece<'_>> = HashMap::new();
    for line in &document.front {
        let Some(end) = line.text.find([':', '：']) else {
            let message = format!("{} is no `key: value`", quote(line.text));
            let help =
                "write a key, a colon and its value on one line, and prose below the front matter";
            faults.error(spot, line.span(), Code::Notation, message, help);
            continue;
        };
        let (key, rest) = line.split(end);
        let key = key.trim();
        let colon = rest.text.chars().next().map_or(0, char::len_utf8);
        let (colon, value) = rest.split(colon);
        let value = value.trim();
        if colon.text != ":" {
            let help = format!("write {}", quote(&format!("{}: {}", key.text, value.text)));
            let message = "a full-width colon stands behind the key";
            faults.error(spot, colon.span(), Code::Notation, message, help);
        }
        let Some(known) = KEYS.iter().find(|known| **known == key.text) else {
            let help = match nearest(key.text, KEYS) {
                Some(near) => format!("write `{near}`"),
                None => "the keys are `id`, `title`, `instrument`, `confidence`, `import` and \
                         `namespace`"
                    .to_owned(),
            };
            let message = format!("{} is no key of the front matter", quote(key.text));
            faults.error(spot, key.span(), Code::Notation, message, help);
            continue;
        };
        if values.contains_key(known) {
            let message = format!("the key `{known}` stands twice");
            faults.error(spot, key.span(), Code::Notation, message, "keep one of them");
            continue;
        }
        if value.text.is_empty() {
            let message = format!("the key `{known}` has no value");
            faults.error(
                spot,
                key.span(),
                Code::Notation,
                message,
                "write a value, or remove the line",
            );
        }
        values.insert(known, value);
    }
    for key in ["id", "title"] {
        if !values.contains_key(key) && !document.front.is_empty() {
            let message = format!("the front matter has no `{key}`");
            let help = match key {
                "id" => "write a line as `id: cn/work-permit`",
                _ => "write a line as `title: 外国人来华工作许可 / Work permit for foreigners`",
            };
            faults.error(spot, document.front_span, Code::Notation, message, help);
        }
    }
    let value = |key: &str| values.get(key).copied().filter(|value| !value.text.is_empty());
    if let Some(id) = value("id") {
        check_id("the identifier of a model", id, Model::is_id(id.text), faults);
        model.id = id.text.to_owned();
    }
    model.title = value("title").map_or_else(Title::default, read_title);
    model.namespace = value("namespace").map(|namespace| {
        if namespace.text.contains(char::is_whitespace) {
            let message = format!("{} is no URI", quote(namespace.text));
            let help = "write a URI without white space, as `https://example.org/models`";
            faults.error(spot, namespace.span(), Code::Notation, message, help);
        }
        namespace.text.to_owned()
    });
    model.instrument = value("instrument").map(|id| {
        let is_instrument = Citation::is_instrument(id.text);
        check_id("the identifier of an instrument", id, is_instrument, faults);
        id.to_text()
    });
    model.confidence = value("confidence").map(Piece::to_text);
    if let Some(confidence) = &model.confidence {
        table::check_confidence(confidence, spot, faults);
    }
    model.imports = value("import").map_or_else(Vec::new, |list| imports(list, faults));
}

fn imports(list: Piece<'_>, faults: &mut Faults) -> Vec<Text> {
    let mut imports = Vec::new();
    let mut known = std::collections::HashSet::new();
    let mut rest = Some(list);
    while let Some(piece) = rest {
        let (import, after) = piece.split(piece.text.find(',').unwrap_or(piece.text.len()));
        rest = (!after.text.is_empty()).then(|| after.skip(1));
        let import = import.trim();
        if import.text.is_empty() {
            let help = "write identifiers of models, separated by commas";
            let message = "an identifier is missing beside a comma";
            faults.error(Spot::default(), list.span(), Code::Notation, message, help);
            continue;
        }
        check_id("the identifier of a model", import, Model::is_id(import.text), faults);
        if !known.insert(import.text) {
            let message = format!("{} is imported twice", quote(import.text));
            let spot = Spot::default();
            faults.error(spot, import.span(), Code::DuplicateName, message, "keep one of them");
            continue;
        }
        imports.push(import.to_text());
    }
    imports
}

fn check_id(what: &str, id: Piece<'_>, is_sound: bool, faults: &mut Faults) {
    if is_sound {
        return;
    }
    let help = match super::ascii::plain(id.text).filter(|plain| Model::is_id(plain)) {
        Some(plain) => format!("write {}", quote(&plain)),
        None => "an identifier has ASCII letters, digits, `-`, `_` and `.`, in parts between `/`, \
                 as `cn/work-permit`"
            .to_owned(),
    };
    let message = format!("{} is not {what}", quote(id.text));
    faults.error(Spot::default(), id.span(), Code::Notation, message, help);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Element,
    Input,
    Type,
}

/// The names that a document defines: those of values, and those of types.
#[derive(Debug)]
struct Names<'s> {
    lines: Lines<'s>,
    values: HashMap<String, (Kind, Span)>,
    types: HashMap<String, (Kind, Span)>,
}

impl<'s> Names<'s> {
    fn new(source: &'s str) -> Names<'s> {
        Names { lines: Lines::of(source), values: HashMap::new(), types: HashMap::new() }
    }

    fn add(&mut self, kind: Kind, name: &Text, faults: &mut Faults) {
        const BUILT_IN: [&str; 7] = ["number", "string", "boolean", "date", "time", "Any", "Null"];
        if name.text.is_empty() {
            return;
        }
        if kind == Kind::Type && BUILT_IN.contains(&name.text.as_str()) {
            let message = format!("{} is a type of FEEL", quote(&name.text));
            let help = "give the type a name of its own";
            faults.error(Spot::default(), name.span, Code::DuplicateName, message, help);
            return;
        }
        let names = if kind == Kind::Type { &mut self.types } else { &mut self.values };
        let Some((before, place)) = names.get(&name.text).copied() else {
            names.insert(name.text.clone(), (kind, name.span));
            return;
        };
        let quoted = quote(&name.text);
        let message = match (before, kind) {
            (Kind::Input, Kind::Input) => format!("two inputs have the name {quoted}"),
            (Kind::Type, _) => format!("two types have the name {quoted}"),
            (Kind::Element, Kind::Element) => {
                format!("two decisions have the name {quoted}")
            }
            _ => format!("an input and a decision have the name {quoted}"),
        };
        let spot = Spot {
            element: (kind == Kind::Element).then_some(name.text.as_str()),
            ..Spot::default()
        };
        let (line, _) = self.lines.line_column(place.start as usize);
        let help = format!("rename one of them; the first stands on line {line}");
        faults.error(spot, name.span, Code::DuplicateName, message, help);
    }
}
