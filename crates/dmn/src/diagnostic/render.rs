//! Diagnostics for people, in the manner of rustc.

use std::collections::HashMap;
use std::fmt::Write as _;

use feel::Span;
use unicode_width::UnicodeWidthChar;

use super::{Diagnostic, Severity};

/// No more columns of a source line than this are shown.
const MAX_COLUMNS: usize = 140;
/// Columns shown before a place far to the right.
const COLUMNS_BEFORE: usize = 40;

/// Writes diagnostics for people, each with its line of the source and the place marked.
///
/// `sources` gives the text of a file by its name; a diagnostic of a file that it does not know is
/// written without the line. With `colour`, the text has ANSI escape sequences.
pub fn render<'s>(
    diagnostics: &[Diagnostic],
    sources: &dyn Fn(&str) -> Option<&'s str>,
    colour: bool,
) -> String {
    let style = Style { colour };
    let mut files: HashMap<&str, Option<Lines<'s>>> = HashMap::new();
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        let file = &*diagnostic.place.file;
        let lines = files.entry(file).or_insert_with(|| sources(file).map(Lines::of));
        one(diagnostic, lines.as_ref(), style, &mut out);
    }
    out
}

fn one(diagnostic: &Diagnostic, lines: Option<&Lines<'_>>, style: Style, out: &mut String) {
    let Diagnostic { severity, code, message, help, place } = diagnostic;
    let tone = match severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
    };
    // Writing to a string does not fail.
    let title = style.paint(tone, &format!("{severity}[{code}]"));
    let message = style.paint(Tone::Strong, &format!(": {}", clean(message)));
    let _ = writeln!(out, "{title}{message}");
    let start = place.span.start as usize;
    // What concerns a file as a whole stands at no place in it.
    let lines = lines.filter(|_| place.span != Span::default());
    let located = lines.map(|lines| (lines, lines.line_column(start)));
    let number = located.map_or(String::new(), |(_, (line, _))| line.to_string());
    let margin = " ".repeat(number.len().max(1));
    let arrow = style.paint(Tone::Frame, "-->");
    match located {
        Some((_, (line, column))) => {
            let _ = writeln!(out, "{margin}{arrow} {}:{line}:{column}", clean(&place.file));
        }
        None if !place.file.is_empty() => {
            let _ = writeln!(out, "{margin}{arrow} {}", clean(&place.file));
        }
        None => {}
    }
    if let Some(within) = place.within() {
        let _ = writeln!(out, "{margin} {} {}", style.paint(Tone::Frame, "·"), clean(&within));
    }
    if let Some((lines, (line, _))) = located {
        let (text, marks) = lines.excerpt(line, start, place.span.end as usize);
        let bar = style.paint(Tone::Frame, "|");
        let _ = writeln!(out, "{margin} {bar}");
        let _ = writeln!(out, "{} {bar} {text}", style.paint(Tone::Frame, &number));
        let _ = writeln!(out, "{margin} {bar} {}", style.paint(tone, marks.trim_end()));
    }
    if let Some(help) = help {
        let label = style.paint(Tone::Help, "help");
        let _ = writeln!(out, "{label}: {}", clean(help));
    }
}

/// The lines of a source text.
#[derive(Debug)]
pub(crate) struct Lines<'s> {
    source: &'s str,
    /// Offset of the first character of each line; never empty.
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    pub(crate) fn of(source: &'s str) -> Lines<'s> {
        let mut starts =
            vec![if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }];
        let mut bytes = source.bytes().enumerate().peekable();
        while let Some((offset, byte)) = bytes.next() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => !matches!(bytes.peek(), Some((_, b'\n'))),
                _ => false,
            };
            if ends {
                starts.push(offset + 1);
            }
        }
        Lines { source, starts }
    }

    /// Line and column of an offset, both counted from one.
    pub(crate) fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.start(line);
        let mut end = offset.clamp(start, self.source.len().max(start));
        while !self.source.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        (line, self.source.get(start..end).map_or(0, |before| before.chars().count()) + 1)
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.source.len())
    }

    /// A line fit for a terminal, and marks that stand under the bytes from `start` to `end`.
    fn excerpt(&self, line: usize, start: usize, end: usize) -> (String, String) {
        let first = self.start(line);
        let last = self.starts.get(line).copied().unwrap_or(self.source.len());
        let text = self.source.get(first..last).unwrap_or_default().trim_end_matches(['\n', '\r']);
        // What stands left of the window is skipped when the place would not fit otherwise.
        let before = text.get(..start.saturating_sub(first)).unwrap_or(text);
        let back = |columns: usize| {
            let mut sum = 0;
            let far = before.char_indices().rev().find(|(_, character)| {
                sum += width(*character);
                sum > columns
            });
            far.map_or(0, |(offset, character)| offset + character.len_utf8())
        };
        let is_far = back(MAX_COLUMNS - COLUMNS_BEFORE) > 0;
        let skip_to = if is_far { back(COLUMNS_BEFORE) } else { 0 };
        let (mut shown, mut marks) = (String::new(), String::new());
        let mut columns = 0;
        if skip_to > 0 {
            shown.push('…');
            marks.push(' ');
            columns += 1;
        }
        let mut cut = false;
        for (offset, character) in text.char_indices().skip_while(|(offset, _)| *offset < skip_to) {
            let (offset, character) = (first + offset, tame(character));
            columns += width(character);
            if columns > MAX_COLUMNS {
                cut = true;
                break;
            }
            let mark = if (start..end.max(start + 1)).contains(&offset) { "^" } else { " " };
            marks.push_str(&mark.repeat(width(character)));
            shown.push(character);
        }
        if cut {
            shown.push('…');
        }
        if !marks.contains('^') {
            marks.push('^');
        }
        (shown, marks)
    }
}

fn width(character: char) -> usize {
    tame(character).width().unwrap_or(1)
}

/// A character as it may be sent to a terminal: no control characters, nothing that turns the
/// direction of writing.
fn tame(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

fn clean(text: &str) -> String {
    text.chars().map(tame).collect()
}

#[derive(Debug, Clone, Copy)]
struct Style {
    colour: bool,
}

#[derive(Debug, Clone, Copy)]
enum Tone {
    Error,
    Warning,
    Strong,
    Frame,
    Help,
}

impl Style {
    fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Error => "1;31",
            Tone::Warning => "1;33",
            Tone::Strong => "1",
            Tone::Frame => "34",
            Tone::Help => "36",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
