//! The blocks of a document: front matter, headings, tables, fenced code, prose.
//!
//! This is the part of Markdown (CommonMark with the tables of GitHub) that decides where a
//! heading, a table or a code block starts and ends. Everything else is prose and kept as it is.

use feel::Span;

use super::exchanged::MARK;
use super::faults::{Faults, Spot};
use super::{MAX_ROWS, signature};
use crate::diagnostic::{Code, quote};
use crate::model::Text;

/// A part of the document that knows its place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Piece<'s> {
    pub(super) text: &'s str,
    pub(super) start: usize,
}

impl<'s> Piece<'s> {
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    pub(super) fn trim(self) -> Piece<'s> {
        let from_start = self.text.trim_start();
        let start = self.start + (self.text.len() - from_start.len());
        Piece { text: from_start.trim_end(), start }
    }

    pub(super) fn trim_end(self) -> Piece<'s> {
        Piece { text: self.text.trim_end(), start: self.start }
    }

    /// The piece in two at `offset`, which is on a character's boundary.
    pub(super) fn split(self, offset: usize) -> (Piece<'s>, Piece<'s>) {
        let (left, right) = self.text.split_at_checked(offset).unwrap_or((self.text, ""));
        let start = self.start + left.len();
        (Piece { text: left, start: self.start }, Piece { text: right, start })
    }

    pub(super) fn skip(self, offset: usize) -> Piece<'s> {
        self.split(offset).1
    }

    pub(super) fn to_text(self) -> Text {
        Text { text: self.text.to_owned(), span: self.span() }
    }
}

#[derive(Debug)]
pub(super) struct Document<'s> {
    pub(super) front: Vec<Piece<'s>>,
    /// Place of the front matter's first line, or of the document's where there is none.
    pub(super) front_span: Span,
    pub(super) sections: Vec<Section<'s>>,
}

#[derive(Debug, Default)]
pub(super) struct Section<'s> {
    pub(super) level: u8,
    pub(super) heading: Piece<'s>,
    pub(super) span: Span,
    /// What stands left and right of the heading's arrow.
    pub(super) signature: Option<(Piece<'s>, Piece<'s>)>,
    pub(super) blocks: Vec<Block<'s>>,
    /// The language of the first fenced block that is prose.
    pub(super) other_code: Option<Piece<'s>>,
}

#[derive(Debug)]
pub(super) enum Block<'s> {
    Prose(Vec<Line<'s>>),
    Table(Table<'s>),
    /// A block marked `feel` in the section of an element.
    Feel(Feel<'s>),
    /// A block marked `dmn`.
    Xml(Feel<'s>),
    /// Something that was meant as logic and is reported already.
    Broken(Span),
}

/// A line of prose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'s> {
    pub(super) piece: Piece<'s>,
    /// Whether it stands in code or in a comment.
    pub(super) verbatim: bool,
}

#[derive(Debug)]
pub(super) struct Table<'s> {
    pub(super) header: Row<'s>,
    pub(super) rows: Vec<Row<'s>>,
}

#[derive(Debug)]
pub(super) struct Row<'s> {
    /// The row without white space around it.
    pub(super) line: Piece<'s>,
    pub(super) cells: Vec<Piece<'s>>,
}

#[derive(Debug)]
pub(super) struct Feel<'s> {
    /// The line that opens the block.
    pub(super) opening: Piece<'s>,
    /// The lines between, with their line ends.
    pub(super) body: Piece<'s>,
}

/// Reads the blocks of a document.
pub(super) fn scan<'s>(source: &'s str, faults: &mut Faults) -> Document<'s> {
    let lines = lines(source);
    let mut scanner = Scanner {
        source,
        lines: &lines,
        next: 0,
        faults,
        sections: vec![Section::default()],
        prose: Vec::new(),
        rows: 0,
    };
    let (front, front_span) = scanner.front();
    scanner.body();
    Document { front, front_span, sections: scanner.sections }
}

/// The lines of a text without their ends, which are LF, CR LF or CR.
fn lines(source: &str) -> Vec<Piece<'_>> {
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut rest = Piece { text: body, start: source.len() - body.len() };
    let mut lines = Vec::new();
    while let Some(length) = rest.text.find(['\n', '\r']) {
        let (line, after) = rest.split(length);
        lines.push(line);
        rest = after.skip(if after.text.starts_with("\r\n") { 2 } else { 1 });
    }
    if !rest.text.is_empty() {
        lines.push(rest);
    }
    lines
}

struct Scanner<'s, 'l> {
    source: &'s str,
    lines: &'l [Piece<'s>],
    next: usize,
    faults: &'l mut Faults,
    sections: Vec<Section<'s>>,
    /// Lines of prose since the last other block.
    prose: Vec<Line<'s>>,
    /// Table rows so far.
    rows: usize,
}

impl<'s> Scanner<'s, '_> {
    fn line(&self) -> Option<Piece<'s>> {
        self.lines.get(self.next).copied()
    }

    fn front(&mut self) -> (Vec<Piece<'s>>, Span) {
        while self.line().is_some_and(|line| line.text.trim().is_empty()) {
            self.next += 1;
        }
        let Some(first) = self.line().filter(|line| line.text.trim_end() == "---") else {
            let place = self.line().unwrap_or_default().trim_end().span();
            self.faults.error(
                Spot::default(),
                place,
                Code::Notation,
                "the document has no front matter",
                "begin it with a line `---`, lines `id: …` and `title: …`, and a line `---`",
            );
            return (Vec::new(), place);
        };
        let opening = first.trim_end().span();
        self.next += 1;
        let mut front = Vec::new();
        while let Some(line) = self.line() {
            if line.text.trim_end() == "---" {
                self.next += 1;
                return (front, opening);
            }
            if heading(line).is_some() || line.text.trim_start().starts_with('|') {
                break;
            }
            if !line.text.trim().is_empty() {
                front.push(line.trim());
            }
            self.next += 1;
        }
        self.faults.error(
            Spot::default(),
            opening,
            Code::Notation,
            "the front matter is not closed",
            "write a line `---` after its last key",
        );
        // What was meant as prose is no key: take the leading lines that look like keys.
        let is_key = |line: &Piece<'_>| {
            line.text.split_once(':').is_some_and(|(key, _)| !key.trim().contains(' '))
        };
        let keys = front.iter().take_while(|line| is_key(line)).count();
        front.truncate(keys);
        (front, opening)
    }

    fn body(&mut self) {
        while let Some(line) = self.line() {
            if let Some((level, content)) = heading(line) {
                self.heading(line, level, content);
            } else if let Some(fence) = Fence::open(line) {
                self.fence(line, fence);
            } else if is_comment(line) {
                self.comment(line);
            } else if !self.table(line) {
                self.misspelt_heading(line);
                self.prose.push(Line { piece: line.trim_end(), verbatim: false });
                self.next += 1;
            }
        }
        self.end_prose();
    }

    fn spot(&self) -> Spot<'s> {
        let signature = self.sections.last().and_then(|section| section.signature);
        Spot { element: signature.and_then(|(_, text)| signature::name(text)), ..Spot::default() }
    }

    fn is_element(&self) -> bool {
        self.sections.last().is_some_and(|section| section.signature.is_some())
    }

    fn end_prose(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if prose.iter().any(|line| line.verbatim || !line.piece.text.is_empty()) {
            self.push(Block::Prose(prose));
        }
    }

    fn push(&mut self, block: Block<'s>) {
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    fn heading(&mut self, line: Piece<'s>, level: u8, content: Piece<'s>) {
        self.end_prose();
        self.next += 1;
        self.sections.push(Section {
            level,
            heading: content,
            span: line.trim().span(),
            signature: signature::split(content),
            ..Section::default()
        });
    }

    /// A line that is no heading to Markdown, but was meant to open an element.
    fn misspelt_heading(&mut self, line: Piece<'s>) {
        let spot = self.spot();
        let text = line.text.trim();
        let marks = text.trim_start_matches(['#', '＃']);
        let count = text.chars().take_while(|c| matches!(c, '#' | '＃')).count();
        if !(1..=6).contains(&count) || signature::split(Piece { text: marks, start: 0 }).is_none()
        {
            return;
        }
        let help = format!("write {}", quote(&format!("{} {}", "#".repeat(count), marks.trim())));
        let message = if text.starts_with('＃') {
            "a full-width `＃` makes no heading"
        } else {
            "a heading has a space after its `#`"
        };
        self.faults.error(spot, line.trim().span(), Code::Notation, message, help);
    }

    fn fence(&mut self, opening: Piece<'s>, fence: Fence<'s>) {
        let spot = self.spot();
        self.next += 1;
        let first = self.next;
        while self.line().is_some_and(|line| !fence.is_closed_by(line)) {
            self.next += 1;
        }
        let last = self.next;
        if self.line().is_none() {
            self.faults.error(
                spot,
                opening.trim().span(),
                Code::Notation,
                "the code block is not closed",
                "close it with a line of the marks that open it",
            );
        }
        self.next += 1;
        let word = fence.language.text.split_whitespace().next().unwrap_or_default();
        if word == MARK {
            self.end_prose();
            let body = self.lines_between(first, last);
            self.push(Block::Xml(Feel { opening: opening.trim(), body }));
            return;
        }
        if word == "feel" && self.is_element() {
            self.end_prose();
            if fence.language.text != "feel" {
                self.faults.error(
                    spot,
                    fence.language.span(),
                    Code::Notation,
                    format!("the block's mark is {}, not `feel` alone", quote(fence.language.text)),
                    "write nothing after `feel`",
                );
            }
            let body = self.lines_between(first, last);
            self.push(Block::Feel(Feel { opening: opening.trim(), body }));
            return;
        }
        if word == "feel" {
            self.faults.error(
                spot,
                opening.trim().span(),
                Code::Notation,
                "a `feel` block stands in a section that is no decision",
                "end the heading in `→ name: type`, or mark the block otherwise if it is prose",
            );
        }
        if let Some(section) = self.sections.last_mut() {
            let language = if word.is_empty() { opening.trim() } else { fence.language };
            section.other_code.get_or_insert(language);
        }
        let end = self.next.min(self.lines.len());
        let verbatim = self.lines.get(first.saturating_sub(1)..end).unwrap_or_default();
        self.prose.extend(verbatim.iter().map(|&piece| Line { piece, verbatim: true }));
    }

    /// The lines from one to before another, with their line ends.
    fn lines_between(&self, first: usize, last: usize) -> Piece<'s> {
        let offset = |index: usize| self.lines.get(index).map_or(self.source.len(), |l| l.start);
        let (start, end) = (offset(first), offset(last));
        Piece { text: self.source.get(start..end).unwrap_or_default(), start }
    }

    fn comment(&mut self, opening: Piece<'s>) {
        let spot = self.spot();
        let first = self.next;
        let mut closed = false;
        while let Some(line) = self.line() {
            self.next += 1;
            let text = if self.next == first + 1 {
                line.text.trim_start().strip_prefix("<!--").unwrap_or_default()
            } else {
                line.text
            };
            // `<!-->` and `<!--->` are comments, too.
            let is_empty = text.starts_with('>') || text.starts_with("->");
            let is_empty = is_empty && self.next == first + 1;
            if text.contains("-->") || is_empty {
                closed = true;
                break;
            }
        }
        if !closed {
            self.faults.error(
                spot,
                opening.trim().span(),
                Code::Notation,
                "the comment is not closed",
                "write `-->` where it ends",
            );
        }
        let verbatim = self.lines.get(first..self.next).unwrap_or_default();
        self.prose.extend(verbatim.iter().map(|&piece| Line { piece, verbatim: true }));
    }

    /// Reads a table, if one starts here.
    fn table(&mut self, line: Piece<'s>) -> bool {
        let spot = self.spot();
        if is_indented(line) {
            return false;
        }
        let text = line.text.trim();
        if text.starts_with('｜') && self.wide_table(line) {
            return true;
        }
        let alignment = self.lines.get(self.next + 1).and_then(|line| alignment(*line));
        if text.is_empty() || (!text.contains('|') && alignment.is_none()) {
            return false;
        }
        let header = row(line);
        let first = header.cells.first().map_or("", |cell| cell.text);
        let meant = self.is_element() || is_declaration(first);
        match alignment {
            Some((_, columns)) if columns == header.cells.len() => {}
            Some((place, columns)) if meant && text.contains('|') => self.faults.error(
                spot,
                place.span(),
                Code::Notation,
                format!(
                    "the alignment row has {}, the header {}",
                    cells(columns),
                    header.cells.len()
                ),
                format!("write `|{}`", "---|".repeat(header.cells.len().min(20))),
            ),
            None if meant && text.starts_with('|') => self.faults.error(
                spot,
                header.line.span(),
                Code::Notation,
                "the table has no alignment row",
                format!(
                    "write a second line `|{}` below the header",
                    "---|".repeat(header.cells.len().min(20))
                ),
            ),
            _ => return false,
        }
        let first_line = self.next;
        self.next += if alignment.is_some() { 2 } else { 1 };
        let mut rows = Vec::new();
        while let Some(line) = self.line() {
            if line.text.trim().is_empty() || starts_block(line) {
                break;
            }
            self.rows += 1;
            if self.rows <= MAX_ROWS {
                rows.push(row(line));
            } else if self.rows == MAX_ROWS + 1 {
                self.faults.error(
                    spot,
                    line.trim().span(),
                    Code::Limit,
                    format!("the document has more than {MAX_ROWS} table rows"),
                    "divide it into several documents and `import` them",
                );
            }
            self.next += 1;
        }
        if meant {
            self.end_prose();
            self.push(Block::Table(Table { header, rows }));
        } else {
            self.suspect(&header);
            let prose = self.lines.get(first_line..self.next).unwrap_or_default();
            let prose = prose.iter().map(|l| Line { piece: l.trim_end(), verbatim: false });
            self.prose.extend(prose);
        }
        true
    }

    /// Warns of a table that stays prose and looks like more.
    fn suspect(&mut self, header: &Row<'s>) {
        let spot = self.spot();
        let first = header.cells.first().copied().unwrap_or_default();
        let has = |names: [&str; 2]| {
            header
                .cells
                .iter()
                .skip(1)
                .any(|cell| names.iter().any(|n| cell.text.eq_ignore_ascii_case(n)))
        };
        let sign = crate::model::HitPolicy::ALL.iter().any(|(_, sign)| *sign == first.text);
        if sign && has([super::SOURCE, super::CONFIDENCE_COLUMN]) {
            self.faults.warning(
                spot,
                header.line.span(),
                "a decision table stands in a section that is no decision, and is prose",
                "end the heading in `→ name: type`",
            );
        } else if is_declaration(&first.text.to_ascii_lowercase()) && has(["type", "base"]) {
            self.faults.warning(
                spot,
                first.span(),
                format!(
                    "the table's first header cell is {}, and the table is prose",
                    quote(first.text)
                ),
                format!("write `{}` to declare something", first.text.to_ascii_lowercase()),
            );
        }
    }

    /// A table drawn with `｜`.
    fn wide_table(&mut self, line: Piece<'s>) -> bool {
        let spot = self.spot();
        let plain = line.text.replace('｜', "|");
        let header = row(Piece { text: &plain, start: 0 });
        if !self.is_element() && !header.cells.first().is_some_and(|cell| is_declaration(cell.text))
        {
            return false;
        }
        self.end_prose();
        self.faults.error(
            spot,
            line.trim().span(),
            Code::Notation,
            "the table is drawn with the full-width `｜`",
            "write the ASCII `|`",
        );
        while self.line().is_some_and(|line| !line.text.trim().is_empty() && !starts_block(line)) {
            self.next += 1;
        }
        self.push(Block::Broken(line.trim().span()));
        true
    }
}

/// `1 cell`, `2 cells`.
pub(super) fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

fn is_declaration(first: &str) -> bool {
    matches!(first, "input" | "type")
}

/// Whether Markdown takes the line for code or for a part of the paragraph above it.
fn is_indented(line: Piece<'_>) -> bool {
    let rest = line.text.trim_start_matches(' ');
    line.text.len() - rest.len() >= 4 || rest.starts_with('\t')
}

fn is_comment(line: Piece<'_>) -> bool {
    !is_indented(line) && line.text.trim_start_matches(' ').starts_with("<!--")
}

fn starts_block(line: Piece<'_>) -> bool {
    heading(line).is_some() || Fence::open(line).is_some() || is_comment(line)
}

/// Level and text of a heading.
fn heading(line: Piece<'_>) -> Option<(u8, Piece<'_>)> {
    if is_indented(line) {
        return None;
    }
    let line = line.trim_end();
    let indent = line.text.len() - line.text.trim_start_matches(' ').len();
    let line = line.skip(indent);
    let marks = line.text.len() - line.text.trim_start_matches('#').len();
    let level = u8::try_from(marks).ok().filter(|level| (1..=6).contains(level))?;
    let content = line.skip(marks);
    if !(content.text.is_empty() || content.text.starts_with([' ', '\t'])) {
        return None;
    }
    let mut content = content.trim();
    // Marks may close the heading as well.
    while content.text.ends_with('#') {
        let text = content.text.trim_end_matches('#');
        if !(text.is_empty() || text.ends_with(char::is_whitespace)) {
            break;
        }
        content = Piece { text, start: content.start }.trim_end();
    }
    Some((level, content))
}

#[derive(Debug, Clone, Copy)]
struct Fence<'s> {
    marks: &'s str,
    language: Piece<'s>,
}

impl<'s> Fence<'s> {
    fn open(line: Piece<'s>) -> Option<Fence<'s>> {
        let (marks, rest) = Fence::marks(line)?;
        let language = rest.trim();
        let sound = marks.starts_with('~') || !language.text.contains('`');
        sound.then_some(Fence { marks, language })
    }

    fn is_closed_by(self, line: Piece<'s>) -> bool {
        Fence::marks(line).is_some_and(|(marks, rest)| {
            marks.starts_with(self.marks) && rest.text.trim().is_empty()
        })
    }

    fn marks(line: Piece<'s>) -> Option<(&'s str, Piece<'s>)> {
        if is_indented(line) {
            return None;
        }
        let line = line.skip(line.text.len() - line.text.trim_start_matches(' ').len());
        let mark = line.text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = line.text.len() - line.text.trim_start_matches(mark).len();
        let (marks, rest) = line.split(length);
        (length >= 3).then_some((marks.text, rest))
    }
}

/// The number of columns of an alignment row.
fn alignment(line: Piece<'_>) -> Option<(Piece<'_>, usize)> {
    if !line.text.contains('|') || !line.text.contains('-') {
        return None;
    }
    let row = row(line);
    let sound = row.cells.iter().all(|cell| {
        let dashes = cell.text.strip_prefix(':').unwrap_or(cell.text);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    });
    sound.then_some((row.line, row.cells.len()))
}

/// The cells of a table's row. A cell is without white space around it; an empty one stands one
/// character after the `|` on its left.
fn row(line: Piece<'_>) -> Row<'_> {
    let line = line.trim();
    let mut cells = Vec::new();
    let mut rest = line;
    let mut from = 0;
    // `\|` is part of a cell, whatever precedes it.
    while let Some(pipe) = rest.text.get(from..).and_then(|text| text.find('|')).map(|at| from + at)
    {
        if rest.text.get(..pipe).is_some_and(|before| before.ends_with('\\')) {
            from = pipe + 1;
            continue;
        }
        let (cell, after) = rest.split(pipe);
        let is_outer = cells.is_empty() && cell.start == line.start && cell.text.is_empty();
        if !is_outer {
            cells.push(trim_cell(cell));
        }
        rest = after.skip(1);
        from = 0;
    }
    if !rest.text.is_empty() || cells.is_empty() {
        cells.push(trim_cell(rest));
    }
    Row { line, cells }
}

fn trim_cell(cell: Piece<'_>) -> Piece<'_> {
    let trimmed = cell.trim();
    if trimmed.text.is_empty() {
        Piece { text: "", start: cell.start + cell.text.chars().next().map_or(0, char::len_utf8) }
    } else {
        trimmed
    }
}

/// The text of a cell, escapes undone.
pub(super) fn cell_text(cell: Piece<'_>) -> Text {
    Text { text: cell.text.replace("\\|", "|"), span: cell.span() }
}
