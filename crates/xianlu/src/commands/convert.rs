//! `xianlu dmn convert`: a model in another notation, or in another version of DMN.

use std::path::Path;
use std::process::ExitCode;

use dmn::diagnostic::Diagnostic;
use dmn::model::Model;
use dmn::xml::{self, Version};

use super::whole;
use crate::failure::Failure;
use crate::models::{self, Notation};

/// Runs the command. No half file is left where it fails.
pub fn run(input: &Path, output: &Path, version: Option<Version>) -> Result<ExitCode, Failure> {
    let to = models::notation(output)?;
    models::notation(input)?;
    let model = models::read(input)?;
    let text = match to {
        Notation::Xml => xml::write(&model, version)
            .map_err(|unwritable| Failure::input(input, unwritable.to_string()))?,
        Notation::Markdown => {
            if version.is_some() {
                let message = "--dmn: literate Markdown is of no version of DMN; leave it out";
                return Err(Failure::Asked(message.to_owned()));
            }
            let text = dmn::markdown::write(&model);
            check_again(input, output, &model, &text)?;
            text
        }
    };
    whole::write(output, &text)?;
    anstream::println!("{}", output.display());
    Ok(ExitCode::SUCCESS)
}

/// Refuses a document that would not be read as the model that it is written of.
fn check_again(input: &Path, output: &Path, model: &Model, text: &str) -> Result<(), Failure> {
    let (again, diagnostics) = dmn::markdown::read(output.display().to_string(), text);
    let lost = diagnostics.iter().any(Diagnostic::is_error)
        || xml::write(&again, None).ok() != xml::write(model, None).ok();
    if lost {
        let message = "it would not be read again from Markdown as it is; write DMN XML";
        return Err(Failure::input(input, message));
    }
    Ok(())
}
