//! Decision models from files: literate Markdown, or DMN XML with the models that it imports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::{self, Diagnostic};
use dmn::model::Model;
use dmn::program::Program;
use dmn::{markdown, xml};

use crate::commands::{read_text, read_text_up_to};
use crate::failure::Failure;

/// A document that was read.
struct Read {
    file: Arc<str>,
    source: String,
    model: Model,
}

/// A notation of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// Literate Markdown.
    Markdown,
    /// DMN XML.
    Xml,
}

/// Whether the file is DMN XML by its name.
pub fn is_exchange(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "dmn" || extension == "xml")
}

/// The notation that a file's name tells.
pub fn notation(path: &Path) -> Result<Notation, Failure> {
    if is_exchange(path) {
        return Ok(Notation::Xml);
    }
    if path.extension().is_some_and(|extension| extension == "md") {
        return Ok(Notation::Markdown);
    }
    Err(Failure::file(path, "notation-unknown", []))
}

/// Reads the model of a file, without those that it imports.
pub fn read(path: &Path) -> Result<Model, Failure> {
    let read = if is_exchange(path) { read_exchange(path)? } else { read_markdown(path)? };
    Ok(read.model)
}

/// Reads and compiles the model of a file.
pub fn load(path: &Path) -> Result<Program, Failure> {
    if is_exchange(path) { load_exchange(path) } else { load_markdown(path) }
}

fn read_markdown(path: &Path) -> Result<Read, Failure> {
    let source = read_text(path)?;
    let file: Arc<str> = path.display().to_string().into();
    let (model, diagnostics) = markdown::read(file.clone(), &source);
    if diagnostics.iter().any(Diagnostic::is_error) {
        let text = diagnostic::render(&diagnostics, &|_| Some(&source), true);
        return Err(Failure::Rendered(text));
    }
    Ok(Read { file, source, model })
}

fn load_markdown(path: &Path) -> Result<Program, Failure> {
    let Read { file, source, model } = read_markdown(path)?;
    check_imports(path, &model)?;
    // A model of another tool is evaluated as its DMN XML is.
    let mode = if model.remainder.is_some() { Mode::Lenient } else { Mode::Strict };
    let unit = Unit { file, model: &model, role: Role::Main };
    compile_as(&[unit], &[], mode).map_err(|diagnostics| {
        Failure::Rendered(diagnostic::render(&diagnostics, &|_| Some(&source), true))
    })
}

/// The folders below that of the packs in which a document is looked for.
const MAX_LEVELS: usize = 8;

/// The documents that a literate one imports, in all their versions: those of its pack and of the
/// packs beside it, or else those beside it. What is not found or not read is left out.
pub fn imported(path: &Path, model: &Model) -> Vec<Model> {
    if model.imports.is_empty() {
        return Vec::new();
    }
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut folders = absolute.ancestors().skip(1);
    let beside = folders.clone().next();
    let pack = folders.find(|folder| folder.join("pack.toml").is_file());
    let mut files = Vec::new();
    match (pack.and_then(Path::parent), beside) {
        (Some(packs), _) => documents(packs, MAX_LEVELS, &mut files),
        (None, Some(folder)) => documents(folder, 0, &mut files),
        (None, None) => {}
    }
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let Ok(source) = read_text(&file) else { continue };
        let ids = source.lines().take_while(|line| !line.starts_with('#'));
        let mut ids = ids.filter_map(|line| Some(line.strip_prefix("id:")?.trim()));
        if ids.any(|id| model.imports.iter().any(|import| import.text == id)) {
            let (other, faults) = markdown::read("", &source);
            if !faults.iter().any(Diagnostic::is_error) {
                found.push(other);
            }
        }
    }
    found
}

/// Adds the Markdown files of a folder and of so many levels of folders in it.
fn documents(folder: &Path, levels: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        } else if levels > 0 && path.is_dir() {
            documents(&path, levels - 1, files);
        }
    }
}

/// Refuses a literate document that imports others.
fn check_imports(path: &Path, model: &Model) -> Result<(), Failure> {
    let Some(import) = model.imports.first() else { return Ok(()) };
    Err(Failure::file(path, "model-imports", [("import", import.text.clone())]))
}

/// Reads and compiles a DMN XML document; the models that it imports are found by their namespace
/// among the `.dmn` files beside it.
fn load_exchange(path: &Path) -> Result<Program, Failure> {
    let mut read = vec![read_exchange(path)?];
    read.iter().try_for_each(|read| check_imports(path, &read.model))?;
    if read.iter().any(|read| !read.model.prefixed.is_empty()) {
        resolve(path, &mut read)?;
    }
    let units: Vec<Unit<'_>> = read
        .iter()
        .enumerate()
        .map(|(number, read)| Unit {
            file: read.file.clone(),
            model: &read.model,
            role: if number == 0 { Role::Main } else { Role::Import },
        })
        .collect();
    compile_as(&units, &[], Mode::Lenient).map_err(|diagnostics| {
        let source = |file: &str| {
            read.iter().find(|read| *read.file == *file).map(|read| read.source.as_str())
        };
        Failure::Rendered(diagnostic::render(&diagnostics, &source, true))
    })
}

/// Adds the models that are imported, also by those that are added.
fn resolve(path: &Path, read: &mut Vec<Read>) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::read(folder, &error))?;
    let mut beside: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|other| other.extension().is_some_and(|e| e == "dmn") && other != path)
        .collect();
    beside.sort();
    // A broken file beside the model is no fault of the model.
    let mut found: Vec<Read> = beside.iter().filter_map(|path| read_exchange(path).ok()).collect();
    let mut at = 0;
    while let Some(importing) = read.get(at) {
        at += 1;
        let wanted: Vec<String> =
            importing.model.prefixed.iter().map(|i| i.namespace.text.clone()).collect();
        for namespace in wanted {
            let known = |read: &Read| read.model.namespace.as_deref() == Some(&namespace);
            if read.iter().any(known) {
                continue;
            }
            let Some(place) = found.iter().position(known) else {
                return Err(Failure::file(path, "no-namespace", [("namespace", namespace)]));
            };
            read.push(found.swap_remove(place));
        }
    }
    Ok(())
}

fn read_exchange(path: &Path) -> Result<Read, Failure> {
    let source = read_text_up_to(path, xml::MAX_BYTES as u64)?;
    let file: Arc<str> = path.display().to_string().into();
    let (model, diagnostics) = xml::read(file.clone(), &source);
    if diagnostics.iter().any(Diagnostic::is_error) {
        let text = diagnostic::render(&diagnostics, &|_| Some(&source), true);
        return Err(Failure::Rendered(text));
    }
    Ok(Read { file, source, model })
}
