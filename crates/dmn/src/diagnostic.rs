//! What is wrong with a model, where, and what would be right.

use std::sync::Arc;

use feel::Span;

/// A fault in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What kind of fault.
    pub code: Code,
    /// What is wrong: lower case, no full stop, user's text in backticks.
    pub message: String,
    /// What would be right, if that can be told.
    pub help: Option<String>,
    /// Where.
    pub place: Place,
}

/// How grave a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The model can be used, but is probably not what its author meant.
    Warning,
    /// The model cannot be used.
    Error,
}

/// Where in a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file's name, as the caller gave it.
    pub file: Arc<str>,
    /// The bytes of the file.
    pub span: Span,
    /// The decision or business knowledge model, by name.
    pub element: Option<String>,
    /// The rule of its table, by identifier.
    pub rule: Option<String>,
    /// The column of its table, by header.
    pub column: Option<String>,
}

/// Kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The document does not follow the grammar of the notation.
    Notation,
    /// A FEEL text does not parse.
    Syntax,
    /// A name that nothing defines.
    UnknownName,
    /// A name that two things define.
    DuplicateName,
    /// A value of the wrong type.
    Type,
    /// A value that the type's allowed values exclude.
    NotAllowed,
    /// Decisions that require each other in a circle.
    Cycle,
    /// Rules of a `U` table that match the same values, or of an `A` table that disagree there.
    Overlap,
    /// A table without what its hit policy needs.
    HitPolicy,
    /// A rule without source.
    NoSource,
    /// A limit of size, depth or time is exceeded.
    Limit,
}
