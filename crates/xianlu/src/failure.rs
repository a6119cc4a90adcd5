//! What keeps a command from doing its work: unusable input, told with file and place.

use std::fmt::Write as _;
use std::path::Path;

use policy::pack::Problem;
use policy::profile::ProfileError;

use crate::arguments::Lang;
use crate::paint::{NOT_MET, STRONG, paint};

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
                    let _ = writeln!(text, "{}", problem.render());
                }
                writeln!(text, "{error}: {self}: {} faults", problems.len())
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
