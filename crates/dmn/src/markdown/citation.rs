//! Citations of legal instruments in prose: `[instrument, place]`.

use std::collections::HashMap;

use super::ascii;
use super::faults::{Faults, Spot};
use super::scan::{Line, Piece};
use crate::diagnostic::{Code, quote};
use crate::model::{Citation, Text};

/// The form of a citation, for helps.
const FORM: &str = "write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`";
const IN_PROSE: &str = "write `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3, item 1]`; \
                        a bracket that is no citation is written `\\[`";
/// The help for a row's source.
pub(super) const IN_CELL: &str = "write a place within the section's instrument, as `item 1`, or \
                                  `[instrument, place]`, as `[cn/waizhuanfa-2017-40, annex 3]`";

/// Reads the citations of a section's prose.
pub(super) fn read(prose: &[Line<'_>], spot: Spot<'_>, faults: &mut Faults) -> Vec<Citation> {
    let mut citations = Vec::new();
    for line in prose.iter().filter(|line| !line.verbatim) {
        if line.piece.text.contains(['[', '［', '【']) {
            read_line(line.piece, spot, faults, &mut citations);
        }
    }
    citations
}

fn read_line(line: Piece<'_>, spot: Spot<'_>, faults: &mut Faults, citations: &mut Vec<Citation>) {
    let code = code_spans(line.text);
    let mut skip_to = 0;
    let mut previous = '\0';
    for (offset, character) in line.text.char_indices() {
        let before = std::mem::replace(&mut previous, character);
        if offset < skip_to {
            continue;
        }
        if character == '`' && before != '`' && before != '\\' {
            skip_to = code.get(&offset).copied().unwrap_or(0);
            continue;
        }
        if before == '\\' {
            // What is escaped escapes nothing.
            previous = '\0';
            continue;
        }
        if !matches!(character, '[' | '［' | '【') {
            continue;
        }
        let bracket = line.skip(offset);
        let inside = bracket.skip(character.len_utf8());
        let end = inside.text.find(['[', ']', '［', '］', '【', '】']);
        let closed = end.filter(|end| inside.skip(*end).text.starts_with([']', '］', '】']));
        let (inside, after) = inside.split(end.unwrap_or(inside.text.len()));
        let instrument = inside.text.split([',', '，']).next().unwrap_or_default().trim();
        if closed.is_none() {
            if Citation::is_instrument(instrument) && inside.text.contains([',', '，']) {
                let message =
                    format!("the citation of {} is not closed on its line", quote(instrument));
                let (place, _) = bracket.split(character.len_utf8() + inside.trim_end().text.len());
                faults.error(spot, place.span(), Code::Notation, message, FORM);
            }
            continue;
        }
        let last = after.text.chars().next().map_or(0, char::len_utf8);
        let behind = after.skip(last);
        let is_link = before == '!' || behind.text.starts_with(['(', '[', ':']) || before == ']';
        if is_link || !instrument.contains(['/', '／']) {
            continue;
        }
        // Full-width brackets are common in Chinese prose; only an instrument makes a citation.
        if character != '[' {
            let id = ascii::plain(instrument).unwrap_or_else(|| instrument.to_owned());
            if !(Citation::is_instrument(&id) && inside.text.contains([',', '，'])) {
                continue;
            }
        }
        let (whole, _) = bracket.split(character.len_utf8() + inside.text.len() + last);
        let text = Text { text: whole.text.to_owned(), span: whole.span() };
        match Citation::parse(&text) {
            Some(citation) => citations.push(citation),
            None => report(&text, IN_PROSE, spot, faults),
        }
    }
}

/// Reports what was meant as a citation and is none.
pub(super) fn report(text: &Text, help: &str, spot: Spot<'_>, faults: &mut Faults) {
    let plain = ascii::plain(&text.text).map(|text| text.replace("],", "], ").replace(',', ", "));
    let plain = plain.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let repaired = plain.filter(|plain| Citation::parse(&Text::new(plain.as_str())).is_some());
    let inside = text.text.trim_matches(['[', ']', '［', '］', '【', '】']);
    let instrument = inside.split([',', '，']).next().unwrap_or_default().trim();
    let (message, help) = if let Some(repaired) = repaired {
        let message = "the citation has full-width punctuation".to_owned();
        (message, format!("write {}", quote(&repaired)))
    } else if Citation::is_instrument(instrument) {
        (
            format!("the citation of {} has no place behind its comma", quote(instrument)),
            FORM.to_owned(),
        )
    } else {
        let message = format!("{} is not the identifier of an instrument", quote(instrument));
        (message, help.to_owned())
    };
    faults.error(spot, text.span, Code::Notation, message, help);
}

/// The code spans of a line: the end of each by its start.
fn code_spans(line: &str) -> HashMap<usize, usize> {
    if !line.contains('`') {
        return HashMap::new();
    }
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (offset, _) in line.match_indices('`') {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == offset => *length += 1,
            _ => runs.push((offset, 1)),
        }
    }
    // The nearest run of each length to the right of the one in hand.
    let mut next: HashMap<usize, usize> = HashMap::new();
    let mut spans = HashMap::new();
    for (start, length) in runs.into_iter().rev() {
        if let Some(end) = next.insert(length, start + length) {
            spans.insert(start, end);
        }
    }
    spans
}
