//! What keeps a command from doing its work: unusable input, told with file and place.

use std::fmt::Write as _;
use std::path::Path;

use dmn::diagnostic::Severity;
use policy::pack::Problem;
use policy::profile::ProfileError;
use unicode_width::UnicodeWidthStr;

use crate::arguments::Lang;
use crate::paint::{DIM, NOT_MET, OPEN, STRONG, paint};

/// Unusable input.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file that cannot be used.
    #[error("{file}: {message}")]
    Input {
        /// The file.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// Something that was asked for does not exist or cannot be.
    #[error("{0}")]
    Asked(String),
    /// Faults in a document, already put in words.
    #[error("{0}")]
    Rendered(String),
    /// Faults in packs.
    #[error("the rule packs cannot be used")]
    Packs(Vec<Problem>),
    /// Faults in a profile.
    #[error("the profile cannot be used")]
    Profile {
        /// The file.
        file: String,
        /// The faults.
        faults: Vec<ProfileError>,
        /// The language of the answer.
        lang: Lang,
    },
}

impl Failure {
    /// A file that cannot be used.
    pub fn input(file: &Path, message: impl Into<String>) -> Failure {
        Failure::Input { file: file.display().to_string(), message: message.into() }
    }

    /// A file that cannot be read.
    pub fn read(file: &Path, error: &std::io::Error) -> Failure {
        Failure::input(file, format!("cannot be read: {error}"))
    }

    /// Writes the failure to the standard error.
    pub fn print(&self) {
        let error = paint(NOT_MET.bold(), "error");
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = match self {
            Failure::Input { .. } | Failure::Asked(_) => writeln!(text, "{error}: {self}"),
            Failure::Rendered(rendered) => write!(text, "{rendered}"),
            Failure::Packs(problems) => {
                for problem in problems {
                    write_problem(&mut text, problem);
                }
                let count = problems.len();
                let faults = if count == 1 { "fault" } else { "faults" };
                writeln!(text, "{error}: {self}: {count} {faults}")
            }
            Failure::Profile { file, faults, lang } => {
                for fault in faults {
                    let place = if fault.line > 0 {
                        format!("{file}:{}", fault.line)
                    } else {
                        file.clone()
                    };
                    let key = if fault.key.is_empty() {
                        String::new()
                    } else {
                        format!("`{}`: ", fault.key)
                    };
                    let pick = |title: &dmn::model::Title| match lang {
                        Lang::Zh => title.zh.clone(),
                        Lang::En => title.en.clone(),
                    };
                    let _ = writeln!(text, "{error}: {place}: {key}{}", pick(&fault.fault.message));
                    if let Some(help) = &fault.fault.help {
                        let _ = writeln!(text, "  {}: {}", paint(STRONG, "help"), pick(help));
                    }
                }
                Ok(())
            }
        };
        anstream::eprint!("{text}");
    }
}

/// A fault of a pack in the manner of a compiler: message, place, the line, and what would be right.
fn write_problem(text: &mut String, problem: &Problem) {
    let place = &problem.place;
    let (label, style) = match problem.severity {
        Severity::Error => ("error", NOT_MET),
        Severity::Warning => ("warning", OPEN),
    };
    // Writing to a string does not fail.
    let _ = writeln!(text, "{}: {}", paint(style.bold(), label), problem.message);
    let line = if problem.line > 0 {
        format!(":{}:{}", problem.line, problem.character)
    } else {
        String::new()
    };
    let _ = writeln!(text, "  {} {}{line}", paint(DIM, "-->"), place.file);
    let within: Vec<String> = [
        place.element.as_ref().map(|name| format!("decision {name}")),
        place.rule.as_ref().map(|name| format!("rule {name}")),
        place.column.as_ref().map(|name| format!("column {name}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !within.is_empty() {
        let _ = writeln!(text, "   {} {}", paint(DIM, "·"), within.join(" · "));
    }
    if !problem.excerpt.is_empty() {
        let number = problem.line.to_string();
        let before: String =
            problem.excerpt.chars().take(problem.character.saturating_sub(1)).collect();
        let _ = writeln!(text, "{} {}", paint(DIM, format!("{number} |")), problem.excerpt);
        let indent = " ".repeat(number.len() + 3 + before.width());
        let _ = writeln!(text, "{indent}{}", paint(style.bold(), "^"));
    }
    if let Some(help) = &problem.help {
        let _ = writeln!(text, "{}: {help}", paint(STRONG, "help"));
    }
    text.push('\n');
}
