//! What is wrong with a model, where, and what would be right.

mod render;

use std::fmt;
use std::sync::Arc;

use feel::Span;

pub(crate) use render::Lines;
pub use render::render;

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
    /// A value that falls between two rules of a table.
    Gap,
    /// A table without what its hit policy needs.
    HitPolicy,
    /// A rule without source.
    NoSource,
    /// A limit of size, depth or time is exceeded.
    Limit,
}

impl Diagnostic {
    /// A fault that makes the model unusable.
    pub fn error(code: Code, place: Place, message: impl Into<String>) -> Diagnostic {
        let message = message.into();
        Diagnostic { severity: Severity::Error, code, message, help: None, place }
    }

    /// A fault that leaves the model usable.
    pub fn warning(code: Code, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    /// The same fault with what would be right.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Whether the fault makes the model unusable.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Line and column of the fault's first character in `source`, both counted from one.
    ///
    /// Columns count characters. A line ends with LF, CR LF or CR; a byte order mark is no
    /// character of the first line.
    pub fn line_column(&self, source: &str) -> (usize, usize) {
        render::Lines::of(source).line_column(self.place.span.start as usize)
    }
}

/// User's text for a message: in backticks, on one line, and shortened when it is long.
///
/// ```
/// assert_eq!(dmn::diagnostic::quote("annual_salary"), "`annual_salary`");
/// ```
pub fn quote(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    let mut quoted = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == MAX_CHARACTERS {
            quoted.push('…');
            break;
        }
        quoted.push(if character.is_control() { ' ' } else { character });
    }
    quoted.push('`');
    quoted
}

impl Code {
    /// The code as it is printed and written in machine-readable output, as `unknown-name`.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Notation => "notation",
            Code::Syntax => "syntax",
            Code::UnknownName => "unknown-name",
            Code::DuplicateName => "duplicate-name",
            Code::Type => "type",
            Code::NotAllowed => "not-allowed",
            Code::Cycle => "cycle",
            Code::Overlap => "overlap",
            Code::Gap => "gap",
            Code::HitPolicy => "hit-policy",
            Code::NoSource => "no-source",
            Code::Limit => "limit",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Place {
    /// The place within the model, as `decision salary_points · rule 2 · column source`; nothing
    /// where only the file is known.
    pub fn within(&self) -> Option<String> {
        let parts = [("decision", &self.element), ("rule", &self.rule), ("column", &self.column)];
        let parts: Vec<String> = parts
            .into_iter()
            .filter_map(|(what, name)| {
                Some(format!("{what} {}", quote(name.as_deref()?).trim_matches('`')))
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// One line: `error[type]: message (file, decision salary_points · rule 2)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        let place = [Some(self.place.file.to_string()), self.place.within()];
        let place: Vec<String> = place.into_iter().flatten().filter(|p| !p.is_empty()).collect();
        if place.is_empty() { Ok(()) } else { write!(f, " ({})", place.join(", ")) }
    }
}
