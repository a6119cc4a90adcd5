//! Colours, where the output is a terminal that wants them.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// What is met.
pub const MET: Style = AnsiColor::Green.on_default();
/// What is not met.
pub const NOT_MET: Style = AnsiColor::Red.on_default();
/// What is not known, provisional or flagged.
pub const OPEN: Style = AnsiColor::Yellow.on_default();
/// What stands back, as sources.
pub const DIM: Style = Style::new().dimmed();
/// Headings and the outcome.
pub const STRONG: Style = Style::new().bold();

/// A text in a style; the stream takes the style out where it cannot be shown.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
