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
        Notation::Xml => {
            let imported = imported(input, &model);
            let imported: Vec<&Model> = imported.iter().collect();
            xml::write_importing(&model, &imported, version)
                .map_err(|unwritable| Failure::input(input, unwritable.to_string()))?
        }
        Notation::Markdown => {
            if version.is_some() {
                return Err(Failure::said("markdown-has-no-version", []));
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

/// The documents that a literate one imports; says which ones are not found.
fn imported(input: &Path, model: &Model) -> Vec<Model> {
    let found = models::imported(input, model);
    for import in &model.imports {
        if !found.iter().any(|other| other.id == import.text) {
            anstream::eprintln!(
                "no document `{}` is found; what is used of it is written without a requirement",
                import.text
            );
        }
    }
    found
}

/// Refuses a document that would not be read as the model that it is written of.
fn check_again(input: &Path, output: &Path, model: &Model, text: &str) -> Result<(), Failure> {
    let (again, diagnostics) = dmn::markdown::read(output.display().to_string(), text);
    // What is required of other documents follows from them.
    let same = match model.imports.is_empty() {
        true => xml::write(&again, None).ok() == xml::write(model, None).ok(),
        false => xml::alike(&again, model),
    };
    if diagnostics.iter().any(Diagnostic::is_error) || !same {
        return Err(Failure::file(input, "not-in-markdown", []));
    }
    Ok(())
}
