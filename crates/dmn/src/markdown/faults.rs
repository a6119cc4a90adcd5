//! Collecting the faults of a document.

use std::sync::Arc;

use feel::Span;

use super::MAX_FAULTS;
use crate::diagnostic::{Code, Diagnostic, Place};

/// More faults than this are counted, not kept.
const MAX_KEPT: usize = 2000;

#[derive(Debug)]
pub(super) struct Faults {
    file: Arc<str>,
    kept: Vec<Diagnostic>,
    uncounted: usize,
}

/// Where in the model the reader is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot<'a> {
    pub(super) element: Option<&'a str>,
    pub(super) rule: Option<&'a str>,
    pub(super) column: Option<&'a str>,
}

impl<'a> Spot<'a> {
    pub(super) fn rule(self, rule: &'a str) -> Spot<'a> {
        Spot { rule: Some(rule), ..self }
    }

    pub(super) fn column(self, column: &'a str) -> Spot<'a> {
        Spot { column: Some(column), ..self }
    }
}

impl Faults {
    pub(super) fn new(file: Arc<str>) -> Faults {
        Faults { file, kept: Vec::new(), uncounted: 0 }
    }

    pub(super) fn error(
        &mut self,
        spot: Spot<'_>,
        span: Span,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.place(spot, span);
        self.keep(Diagnostic::error(code, place, message).with_help(help));
    }

    pub(super) fn warning(
        &mut self,
        spot: Spot<'_>,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.place(spot, span);
        self.keep(Diagnostic::warning(Code::Notation, place, message).with_help(help));
    }

    /// Whether a fault makes the document unusable.
    pub(super) fn has_errors(&self) -> bool {
        self.uncounted > 0 || self.kept.iter().any(Diagnostic::is_error)
    }

    fn place(&self, spot: Spot<'_>, span: Span) -> Place {
        // A name is as long as its author likes; in a place it is a label.
        let label = |name: Option<&str>| name.map(|name| name.chars().take(100).collect());
        Place {
            file: self.file.clone(),
            span,
            element: label(spot.element),
            rule: label(spot.rule),
            column: label(spot.column),
        }
    }

    fn keep(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < MAX_KEPT {
            self.kept.push(diagnostic);
        } else {
            self.uncounted += 1;
        }
    }

    /// The faults in the order of the document; the last line counts those that are not told.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let Faults { file, mut kept, uncounted } = self;
        // What makes the document unusable is told before what does not.
        if kept.len() > MAX_FAULTS {
            kept.sort_by_key(|fault| (!fault.is_error(), fault.place.span));
        }
        let untold = kept.len().saturating_sub(MAX_FAULTS) + uncounted;
        kept.truncate(MAX_FAULTS);
        kept.sort_by_key(|fault| fault.place.span);
        if untold > 0 {
            let place = Place { file, ..Place::default() };
            let message = format!("{untold} more faults are not shown");
            kept.push(
                Diagnostic::error(Code::Limit, place, message).with_help("correct these first"),
            );
        }
        kept
    }
}
