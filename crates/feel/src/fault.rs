//! What is wrong with a FEEL text.

use crate::span::Span;

/// A fault in a FEEL text, found before it is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// What is wrong: lower case, no full stop, user's text in backticks.
    pub message: String,
    /// What would be right, if that can be told.
    pub help: Option<String>,
    /// Where in the text.
    pub span: Span,
}

/// Kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultCode {
    /// The text does not follow the grammar.
    Syntax,
    /// A name that nothing defines.
    UnknownName,
    /// A value of the wrong type.
    Type,
    /// The text is too large or too deeply nested.
    Limit,
}

impl Fault {
    pub(crate) fn new(code: FaultCode, message: impl Into<String>, span: Span) -> Fault {
        Fault { code, message: message.into(), help: None, span }
    }

    pub(crate) fn syntax(message: impl Into<String>, span: Span) -> Fault {
        Fault::new(FaultCode::Syntax, message, span)
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }
}
