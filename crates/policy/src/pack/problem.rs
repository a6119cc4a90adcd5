//! What is wrong with a pack, where, and what would be right.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use dmn::diagnostic::{Code, Diagnostic, Place, Severity};
use feel::Span;
use rayon::prelude::*;

/// A fault in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How grave it is.
    pub severity: Severity,
    /// What kind of fault.
    pub code: ProblemCode,
    /// What is wrong: lower case, no full stop, the author's text in backticks.
    pub message: String,
    /// What would be right, if that can be told.
    pub help: Option<String>,
    /// The file, and within it the bytes, the decision, the rule and the column.
    pub place: Place,
    /// The line, from 1; 0 where the fault is the file's as a whole.
    pub line: usize,
    /// The character in the line, from 1.
    pub character: usize,
    /// The line as written.
    pub excerpt: String,
}

/// Kinds of fault of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// A fault of a rule document.
    Rule(Code),
    /// A file that does not follow its format, or a value that its field does not allow.
    Format,
    /// A name or identifier that nothing defines.
    Unresolved,
    /// A name or identifier that two things define.
    Duplicate,
    /// Two rows or versions that are in force at once.
    Overlap,
    /// Places or packs that are their own parents.
    Cycle,
    /// A local rule or parameter that the national pack does not delegate.
    NotDelegated,
    /// A local rule whose result leaves the band, or cannot be shown to stay in it.
    OutsideBand,
    /// Too large.
    Limit,
}

/// How many faults of all packs together are reported.
const MAX_PROBLEMS: usize = 1_000;

/// The faults found so far, with the texts that they are found in.
#[derive(Debug)]
pub(crate) struct Report<'f> {
    files: &'f BTreeMap<String, String>,
    problems: Vec<Problem>,
    incomplete: bool,
}

impl<'f> Report<'f> {
    pub(crate) fn new(files: &'f BTreeMap<String, String>) -> Report<'f> {
        Report { files, problems: Vec::new(), incomplete: false }
    }

    /// An empty report on the same texts, for work that is done beside this one.
    pub(crate) fn beside(&self) -> Report<'f> {
        Report::new(self.files)
    }

    /// Adds what work beside this one has found.
    pub(crate) fn absorb(&mut self, other: Report<'f>) {
        self.incomplete |= other.incomplete;
        for problem in other.problems {
            self.add(problem);
        }
    }

    /// Does the same work on each of `items`, side by side; the results and what is found are in the
    /// order of the items.
    pub(crate) fn on_each<T: Sync, R: Send>(
        &mut self,
        items: &[T],
        work: impl Fn(&T, &mut Report<'f>) -> R + Sync,
    ) -> Vec<R> {
        let beside = &*self;
        let done: Vec<(R, Report<'f>)> = items
            .par_iter()
            .map(|item| {
                let mut report = beside.beside();
                (work(item, &mut report), report)
            })
            .collect();
        let mut results = Vec::with_capacity(done.len());
        for (result, report) in done {
            results.push(result);
            self.absorb(report);
        }
        results
    }

    /// The text of a file; empty where there is none.
    pub(crate) fn text(&self, file: &str) -> &'f str {
        self.files.get(file).map_or("", String::as_str)
    }

    pub(crate) fn error(
        &mut self,
        file: &Arc<str>,
        span: impl IntoSpan,
        code: ProblemCode,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let place = Place { file: file.clone(), span: span.into_span(), ..Place::default() };
        self.push(Severity::Error, code, message.into(), help, place);
    }

    pub(crate) fn warning(
        &mut self,
        file: &Arc<str>,
        span: impl IntoSpan,
        code: ProblemCode,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let place = Place { file: file.clone(), span: span.into_span(), ..Place::default() };
        self.push(Severity::Warning, code, message.into(), help, place);
    }

    pub(crate) fn diagnostic(&mut self, diagnostic: Diagnostic) {
        let Diagnostic { severity, code, message, help, place } = diagnostic;
        self.push(severity, ProblemCode::Rule(code), message, help, place);
    }

    /// Adds a fault, unless it has been found before.
    pub(crate) fn push(
        &mut self,
        severity: Severity,
        code: ProblemCode,
        message: String,
        help: Option<String>,
        place: Place,
    ) {
        // To find the line of a place costs as much as the file is long.
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        let (line, character, excerpt) = locate(self.text(&place.file), place.span);
        let problem = Problem { severity, code, message, help, place, line, character, excerpt };
        self.add(problem);
    }

    fn add(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Notes that a part of a file could not be read, so that what refers to it is not at fault.
    pub(crate) fn mark_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Whether a part of a file could not be read.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// What can stand for a place in a file.
pub(crate) trait IntoSpan {
    fn into_span(self) -> Span;
}

impl IntoSpan for Span {
    fn into_span(self) -> Span {
        self
    }
}

impl IntoSpan for Range<usize> {
    fn into_span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Line and character of a place, both from 1, and the text of the line.
fn locate(text: &str, span: Span) -> (usize, usize, String) {
    if text.is_empty() {
        return (0, 0, String::new());
    }
    let start = (span.start as usize).min(text.len());
    let before = text.get(..start).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let head = before.rsplit('\n').next().unwrap_or("");
    let excerpt = text.lines().nth(line - 1).unwrap_or("").chars().take(240).collect();
    (line, head.chars().count() + 1, excerpt)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.character)?;
        }
        match self.severity {
            Severity::Error => f.write_str(": error: ")?,
            Severity::Warning => f.write_str(": warning: ")?,
        }
        let Place { element, rule, column, .. } = &self.place;
        let parts = [("", element), ("row ", rule), ("column ", column)];
        let parts: Vec<String> = parts
            .into_iter()
            .filter_map(|(word, name)| name.as_ref().map(|name| format!("{word}`{name}`")))
            .collect();
        if !parts.is_empty() {
            write!(f, "{}: ", parts.join(", "))?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
