//! `xianlu dmn convert`: a model in another notation, or in another version of DMN.

use std::path::Path;
use std::process::ExitCode;

use dmn::xml::{self, Version};

use super::whole;
use crate::failure::Failure;
use crate::models::{self, Notation};

/// Runs the command. No half file is left where it fails.
pub fn run(input: &Path, output: &Path, version: Option<Version>) -> Result<ExitCode, Failure> {
    let to = models::notation(output)?;
    models::notation(input)?;
    let model = models::read(input)?;
    if to == Notation::Markdown && model.remainder.is_some() {
        let message = "it holds what Markdown has no form for; write DMN XML";
        return Err(Failure::input(input, message));
    }
    let text = match to {
        Notation::Xml => xml::write(&model, version)
            .map_err(|unwritable| Failure::input(input, unwritable.to_string()))?,
        Notation::Markdown => {
            if version.is_some() {
                let message = "--dmn: literate Markdown is of no version of DMN; leave it out";
                return Err(Failure::Asked(message.to_owned()));
            }
            dmn::markdown::write(&model)
        }
    };
    whole::write(output, &text)?;
    anstream::println!("{}", output.display());
    Ok(ExitCode::SUCCESS)
}
