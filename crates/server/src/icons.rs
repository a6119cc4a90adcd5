//! Small drawings: the marks of a state, and the stamp of an outcome.

use crate::text::{Markup, escape};

/// A mark, drawn beside a word that says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A tick.
    Yes,
    /// A cross.
    No,
    /// A question in a ring.
    Open,
    /// A half ring.
    Progress,
    /// A ring.
    Empty,
    /// A dash.
    Dash,
    /// An arrow upwards.
    Step,
}

impl Icon {
    /// The drawing.
    pub fn markup(self) -> Markup {
        let path = match self {
            Icon::Yes => "M4 12.5l5 5L20 6.5",
            Icon::No => "M6 6l12 12M18 6L6 18",
            Icon::Open => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.4 9.6c.2-1.6 1.3-2.4 2.7-2.4 1.5 0 2.6.9 2.6 2.3 \
                 0 1.8-2.6 2-2.6 3.9M12.05 16.6v.1"
            }
            Icon::Progress => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
            Icon::Empty => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
            Icon::Dash => "M5 12h14",
            Icon::Step => "M12 20V5M6 11l6-6 6 6",
        };
        Markup(format!(
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" \
             aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\"/></svg>"
        ))
    }
}

/// How an outcome's stamp looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// A seal in cinnabar.
    Sealed,
    /// A frame.
    Plain,
    /// A broken frame: not decided.
    Open,
}

/// The stamp of an outcome: its letter, carved.
pub(crate) fn stamp(kind: Stamp, letter: &str) -> Markup {
    let class = match kind {
        Stamp::Sealed => "",
        Stamp::Plain => " plain",
        Stamp::Open => " open",
    };
    let letter = escape(letter);
    Markup(format!(
        "<svg class=\"stamp{class}\" viewBox=\"0 0 112 112\" aria-hidden=\"true\" \
         focusable=\"false\"><path d=\"M8 3Q30 1 56 2T104 4Q110 5 109 13Q111 60 110 100Q110 110 101 \
         110Q74 111 50 110T10 110Q2 110 3 100Q1 60 3 14Q2 4 8 3Z\"/><text x=\"56\" \
         y=\"79\">{letter}</text></svg>"
    ))
}
