//! What a heading says behind its arrow: `name: type` or `name(parameter: type, …): type`.

use super::ascii;
use super::faults::{Faults, Spot};
use super::scan::Piece;
use crate::diagnostic::{Code, quote};
use crate::model::{Element, Parameter};

/// The words of FEEL, which name nothing.
const RESERVED: [&str; 21] = [
    "and",
    "between",
    "else",
    "every",
    "external",
    "false",
    "for",
    "function",
    "if",
    "in",
    "instance",
    "item",
    "not",
    "null",
    "of",
    "or",
    "return",
    "satisfies",
    "some",
    "then",
    "true",
];

/// The heading left and right of its arrow, if it has one.
pub(super) fn split(heading: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    const ARROWS: [&str; 2] = ["→", "->"];
    let first = |arrow: &&'static str| Some((heading.text.find(*arrow)?, *arrow));
    if let Some((offset, arrow)) = ARROWS.iter().filter_map(first).min() {
        let (title, rest) = heading.split(offset);
        return Some((title.trim(), rest.skip(arrow.len()).trim()));
    }
    // Other arrows open an element only where nothing else can be meant; the caller reports them.
    const OTHERS: [&str; 10] = ["=>", "⇒", "➜", "➔", "⟶", "—>", "–>", "－>", "－＞", "-＞"];
    let first = |arrow: &&'static str| Some((heading.text.find(*arrow)?, *arrow));
    let (offset, arrow) = OTHERS.iter().filter_map(first).min()?;
    let (title, rest) = heading.split(offset);
    let rest = rest.skip(arrow.len()).trim();
    let name = rest.text.split([':', '：', '(', '（']).next()?;
    (is_name(name.trim()) && name.len() < rest.text.len()).then(|| (title.trim(), rest))
}

/// The name in what stands behind an arrow, for a fault's place.
pub(super) fn name(text: Piece<'_>) -> Option<&str> {
    let name = text.text.split([':', '：', '(', '（']).next()?.trim();
    (!name.is_empty()).then_some(name)
}

/// Whether the heading's arrow is one that the grammar knows.
fn has_arrow(heading: Piece<'_>) -> bool {
    heading.text.contains("→") || heading.text.contains("->")
}

/// Whether `name` can name something.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && characters.all(|c| c == '_' || c.is_alphanumeric())
        && !RESERVED.contains(&name)
}

/// Reports a name that names nothing. `what` is as `the name of the input`.
pub(super) fn check_name(what: &str, name: Piece<'_>, spot: Spot<'_>, faults: &mut Faults) {
    if name.text.is_empty() || is_name(name.text) {
        return;
    }
    let message = if RESERVED.contains(&name.text) {
        format!("{} is a word of FEEL and cannot be {what}", quote(name.text))
    } else {
        format!("{} cannot be {what}", quote(name.text))
    };
    let mut proposal = String::new();
    for character in name.text.chars() {
        match ascii::of(character) {
            Some(ascii) => proposal.push_str(ascii),
            None => proposal.push(character),
        }
    }
    proposal = proposal.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if !is_name(&proposal) {
        proposal.insert(0, '_');
    }
    let help =
        format!("a name is a letter or `_`, then letters, digits and `_`, as {}", quote(&proposal));
    faults.error(spot, name.span(), Code::Notation, message, help);
}

/// Reads what stands behind the arrow.
///
/// An element whose type could not be read is reported, and its type is empty.
pub(super) fn read(heading: Piece<'_>, text: Piece<'_>, faults: &mut Faults) -> Option<Element> {
    let example = "end the heading in `→ name: type`, or write it without an arrow";
    let end = text.text.find([':', '：', '(', '（']);
    let (before, rest) = text.split(end.unwrap_or(text.text.len()));
    let name = before.trim();
    let spot = Spot { element: self::name(text), ..Spot::default() };
    if name.text.is_empty() {
        let message = "the heading has no name behind its arrow";
        faults.error(spot, heading.span(), Code::Notation, message, example);
        return None;
    }
    if end.is_none() && !is_name(name.text) {
        let message = format!("{} is not `name: type`", quote(name.text));
        faults.error(spot, name.span(), Code::Notation, message, example);
        return Some(element(name, None, Piece::default()));
    }
    check_name("the name of a decision", name, spot, faults);
    let mut wide = Vec::new();
    let (parameters, rest) = match opening(rest) {
        Some(inside) => {
            note(&mut wide, rest);
            let Some(end) = closing(inside.text) else {
                let help = "close the parameters with `)`";
                let message = "the parameters are not closed";
                faults.error(spot, rest.span(), Code::Notation, message, help);
                return Some(element(name, Some(Vec::new()), Piece::default()));
            };
            let (inside, after) = inside.split(end);
            note(&mut wide, after);
            let parameters = read_parameters(inside, &mut wide, spot, faults);
            (Some(parameters), skip_first(after).trim())
        }
        None => (None, rest),
    };
    let is_typed = rest.text.starts_with([':', '：']);
    note(&mut wide, rest);
    let result = if is_typed { skip_first(rest).trim() } else { Piece::default() };
    let element = element(name, parameters, result);
    if !rest.text.is_empty() && !is_typed {
        let message = format!("{} stands where `:` and a type belong", quote(rest.text));
        faults.error(spot, rest.span(), Code::Notation, message, example);
    } else if result.text.is_empty() {
        let message = format!("{} has no type", quote(name.text));
        let typed = format!("→ {}: number", text.text.trim_end_matches([':', '：', ' ']));
        let help = format!("write {}, or the heading without an arrow", quote(&typed));
        faults.error(spot, text.span(), Code::Notation, message, help);
    } else if let Some((piece, character)) = wide.first() {
        let help = format!("write {}", quote(&super::writer::signature(&element)));
        let message = format!("{} stands where ASCII belongs", quote(character));
        faults.error(spot, piece.span(), Code::Notation, message, help);
    } else if !has_arrow(heading) {
        let help = format!("write {}", quote(&format!("→ {}", text.text)));
        let message = "the heading's arrow is neither `→` nor `->`";
        faults.error(spot, heading.span(), Code::Notation, message, help);
    } else {
        check_type(result, spot, faults);
    }
    Some(element)
}

fn element(name: Piece<'_>, parameters: Option<Vec<Parameter>>, result: Piece<'_>) -> Element {
    Element {
        name: name.to_text(),
        parameters,
        result: result.to_text(),
        logic: None,
        exchange: None,
    }
}

fn read_parameters<'s>(
    inside: Piece<'s>,
    wide: &mut Vec<(Piece<'s>, &'s str)>,
    spot: Spot<'_>,
    faults: &mut Faults,
) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut names = std::collections::HashSet::new();
    if inside.text.trim().is_empty() {
        return parameters;
    }
    for part in parts(inside, wide) {
        let (name, rest) = part.split(part.text.find([':', '：']).unwrap_or(part.text.len()));
        note(wide, rest);
        let (name, kind) = (name.trim(), skip_first(rest).trim());
        let place = if part.trim().text.is_empty() { part.span() } else { part.trim().span() };
        if name.text.is_empty() || kind.text.is_empty() {
            let message = match (name.text, kind.text) {
                ("", "") => "a parameter is empty".to_owned(),
                ("", kind) => format!("a parameter of type {} has no name", quote(kind)),
                (name, _) => format!("the parameter {} has no type", quote(name)),
            };
            let help = "write parameters as `name: type`, separated by commas";
            faults.error(spot, place, Code::Notation, message, help);
        }
        if !kind.text.is_empty() {
            check_type(kind, spot, faults);
        }
        check_name("the name of a parameter", name, spot, faults);
        if !name.text.is_empty() && !names.insert(name.text) {
            let message = format!("two parameters have the name {}", quote(name.text));
            faults.error(spot, name.span(), Code::DuplicateName, message, "rename one of them");
        }
        parameters.push(Parameter { name: name.to_text(), kind: kind.to_text() });
    }
    parameters
}

/// Reports what is no type at first sight; compiling reads it whole.
pub(super) fn check_type(kind: Piece<'_>, spot: Spot<'_>, faults: &mut Faults) {
    if kind.text.starts_with(|c: char| c == '_' || c.is_alphabetic()) {
        check_ascii(kind, spot, faults);
    } else {
        let message = format!("{} is no type", quote(kind.text));
        let help =
            "write a type of FEEL, as `number` or `list<string>`, or the name of a defined one";
        faults.error(spot, kind.span(), Code::Notation, message, help);
    }
}

/// Reports full-width characters of a FEEL text, outside of its strings.
pub(super) fn check_ascii(text: Piece<'_>, spot: Spot<'_>, faults: &mut Faults) {
    let Some(found) = ascii::feel(text.text) else { return };
    let place = text.skip(found.offset).text.chars().next().map_or(0, char::len_utf8);
    let (place, _) = text.skip(found.offset).split(place);
    let message =
        format!("`{}` stands where FEEL has the ASCII `{}`", found.character, found.ascii);
    let help = match found.plain.lines().nth(1) {
        None => format!("write {}", quote(&found.plain)),
        Some(_) => format!("write `{}`", found.ascii),
    };
    faults.error(spot, place.span(), Code::Syntax, message, help);
}

fn opening(text: Piece<'_>) -> Option<Piece<'_>> {
    text.text.starts_with(['(', '（']).then(|| skip_first(text))
}

fn skip_first(text: Piece<'_>) -> Piece<'_> {
    text.skip(text.text.chars().next().map_or(0, char::len_utf8))
}

/// Remembers the first character of `text` if it is a full-width one.
fn note<'s>(wide: &mut Vec<(Piece<'s>, &'s str)>, text: Piece<'s>) {
    let (first, _) = text.split(text.text.chars().next().map_or(0, char::len_utf8));
    if first.text.chars().any(|c| ascii::of(c).is_some()) {
        wide.push((first, first.text));
    }
}

/// The offset of the bracket that closes an open one.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, character) in text.char_indices() {
        match character {
            '(' | '（' => depth += 1,
            ')' | '）' if depth == 0 => return Some(offset),
            ')' | '）' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts between the commas that no bracket encloses.
fn parts<'s>(text: Piece<'s>, wide: &mut Vec<(Piece<'s>, &'s str)>) -> Vec<Piece<'s>> {
    let mut parts = Vec::new();
    let (mut rest, mut from) = (text, 0);
    let (mut depth, mut previous) = (0_usize, '\0');
    for (offset, character) in text.text.char_indices() {
        match character {
            '<' | '(' | '（' | '＜' => depth += 1,
            // The arrow of a function's type closes nothing.
            '>' if previous == '-' => {}
            '>' | ')' | '）' | '＞' => depth = depth.saturating_sub(1),
            ',' | '，' if depth == 0 => {
                let (part, after) = rest.split(offset - from);
                note(wide, after);
                parts.push(part);
                rest = skip_first(after);
                from = offset + character.len_utf8();
            }
            _ => {}
        }
        previous = character;
    }
    parts.push(rest);
    parts
}

/// The names of the entries of a type `context<name: type, …>`.
pub(super) fn entries(kind: &str) -> Option<Vec<&str>> {
    let inside = argument(kind, "context")?;
    let parts = parts(Piece { text: inside, start: 0 }, &mut Vec::new());
    parts.iter().map(|part| Some(part.text.split_once(':')?.0.trim())).collect()
}

/// The element type of a type `list<type>`.
pub(super) fn list_element(kind: &str) -> Option<&str> {
    argument(kind, "list")
}

fn argument<'k>(kind: &'k str, constructor: &str) -> Option<&'k str> {
    let inside = kind.trim().strip_prefix(constructor)?.trim_start();
    inside.strip_prefix('<')?.strip_suffix('>')
}
