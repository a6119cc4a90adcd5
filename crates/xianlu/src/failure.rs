//! What keeps a command from doing its work: unusable input, told with file and place.

use std::fmt::Write as _;
use std::path::Path;

use dmn::diagnostic::Severity;
use policy::library::UnknownName;
use policy::pack::Problem;
use policy::profile::ProfileError;
use unicode_width::UnicodeWidthStr;

use crate::arguments::Lang;
use crate::messages::Messages;
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
    /// Something that was asked for does not exist or cannot be, already put in words.
    #[error("{0}")]
    Asked(String),
    /// What a message says, in the language of the answer.
    #[error("{key}")]
    Said {
        /// The file that cannot be used, if it is one.
        file: Option<String>,
        /// The message.
        key: &'static str,
        /// Its arguments.
        arguments: Vec<(&'static str, String)>,
    },
    /// A name that the packs do not know.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
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

    /// A file that cannot be used, for the reason that a message says.
    pub fn file<const N: usize>(
        file: &Path,
        key: &'static str,
        arguments: [(&'static str, String); N],
    ) -> Failure {
        let file = Some(file.display().to_string());
        Failure::Said { file, key, arguments: arguments.into() }
    }

    /// What a message says.
    pub fn said<const N: usize>(
        key: &'static str,
        arguments: [(&'static str, String); N],
    ) -> Failure {
        Failure::Said { file: None, key, arguments: arguments.into() }
    }

    /// A file that cannot be read.
    pub fn read(file: &Path, error: &std::io::Error) -> Failure {
        Failure::file(file, "cannot-be-read", [("why", error.to_string())])
    }

    /// Writes the failure to the standard error, in a language.
    pub fn print(&self, lang: Lang) {
        let lang = if let Failure::Profile { lang, .. } = self { *lang } else { lang };
        let messages = Messages::new(lang);
        let error = paint(NOT_MET.bold(), messages.text("error"));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = match self {
            Failure::Input { .. } | Failure::Asked(_) => writeln!(text, "{error}: {self}"),
            Failure::Said { file, key, arguments } => {
                let arguments: Vec<(&str, &str)> =
                    arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let said = messages.format(key, &arguments);
                let file = file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default();
                writeln!(text, "{error}: {file}{said}")
            }
            Failure::Unknown(unknown) => {
                writeln!(text, "{error}: {}", unknown_name(unknown, &messages))
            }
            Failure::Rendered(rendered) => write!(text, "{rendered}"),
            Failure::Packs(problems) => {
                for problem in problems {
                    write_problem(&mut text, problem, &messages);
                }
                let key = if problems.len() == 1 { "packs-one-fault" } else { "packs-faults" };
                let said = messages.format(key, &[("count", &problems.len().to_string())]);
                writeln!(text, "{error}: {said}")
            }
            Failure::Profile { file, faults, .. } => {
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
                    let message = messages.pick(&fault.fault.message);
                    let _ = writeln!(text, "{error}: {place}: {key}{message}");
                    if let Some(help) = &fault.fault.help {
                        let label = paint(STRONG, messages.text("help"));
                        let _ = writeln!(text, "  {label}: {}", messages.pick(help));
                    }
                }
                Ok(())
            }
        };
        anstream::eprint!("{text}");
    }
}

/// A name that the packs do not know, with the nearest that they do.
pub fn unknown_name(unknown: &UnknownName, messages: &Messages) -> String {
    let key = match unknown.kind {
        "programme" => "no-programme",
        "place" => "no-place",
        _ => "no-such-thing",
    };
    let said = messages.format(key, &[("name", &unknown.name)]);
    match &unknown.nearest {
        Some(near) => said + &messages.format("did-you-mean", &[("name", messages.pick(near))]),
        None => said,
    }
}

/// A fault of a pack in the manner of a compiler: message, place, the line, and what would be right.
fn write_problem(text: &mut String, problem: &Problem, messages: &Messages) {
    let place = &problem.place;
    let (label, style) = match problem.severity {
        Severity::Error => (messages.text("error"), NOT_MET),
        Severity::Warning => (messages.text("warning"), OPEN),
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
        place.element.as_ref().map(|name| messages.format("place-decision", &[("name", name)])),
        place.rule.as_ref().map(|name| messages.format("place-row", &[("name", name)])),
        place.column.as_ref().map(|name| messages.format("place-column", &[("name", name)])),
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
        let _ = writeln!(text, "{}: {help}", paint(STRONG, messages.text("help")));
    }
    text.push('\n');
}
