//! The DMN Technology Compatibility Kit, where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::Diagnostic;
use dmn::model::Model;
use dmn::program::Program;
use dmn::tck::Suite;
use dmn::xml;

/// The folder of the kit: `DMN_TCK_DIR`, or the one beside the checkout.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("DMN_TCK_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dmn-tck"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        println!("skipped: there is no kit at {}; set DMN_TCK_DIR", folder.display());
        return None;
    }
    Some(folder)
}

/// The files of tests below the folder, each with its name and what it asks for.
pub fn suites(folder: &Path) -> Vec<(String, PathBuf, Suite)> {
    let mut files = Vec::new();
    find(folder, "xml", &mut files);
    files.sort();
    let suite = |file: PathBuf| {
        let suite = Suite::read(&fs::read_to_string(&file).unwrap()).unwrap()?;
        let name = file.strip_prefix(folder).unwrap().with_extension("");
        Some((name.to_str().unwrap().replace('\\', "/"), file, suite))
    };
    files.into_iter().filter_map(suite).collect()
}

/// The files below a folder with this ending.
pub fn find(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, extension, files);
        } else if path.extension().is_some_and(|own| own == extension) {
            files.push(path);
        }
    }
}

/// The model of a file, with those beside it that it imports, each changed by `change`.
pub fn load(path: &Path, change: &dyn Fn(Model) -> Model) -> Program {
    let mut models = vec![read(path, change)];
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut others: Vec<(Arc<str>, Model)> = beside
        .filter(|other| other.extension().is_some_and(|e| e == "dmn") && other != path)
        .map(|other| read(&other, change))
        .collect();
    others.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut at = 0;
    while let Some((_, importing)) = models.get(at) {
        for import in importing.prefixed.clone() {
            let wanted = |model: &Model| model.namespace.as_ref() == Some(&import.namespace.text);
            if let Some(place) = others.iter().position(|(_, model)| wanted(model)) {
                models.push(others.remove(place));
            }
        }
        at += 1;
    }
    let units: Vec<Unit<'_>> = models
        .iter()
        .enumerate()
        .map(|(number, (file, model))| Unit {
            file: file.clone(),
            model,
            role: if number == 0 { Role::Main } else { Role::Import },
        })
        .collect();
    compile_as(&units, &[], Mode::Lenient)
        .unwrap_or_else(|diagnostics| panic!("{}: {diagnostics:#?}", path.display()))
}

fn read(path: &Path, change: &dyn Fn(Model) -> Model) -> (Arc<str>, Model) {
    let source = fs::read_to_string(path).unwrap();
    let file: Arc<str> = path.display().to_string().into();
    let (model, diagnostics) = xml::read(file.clone(), &source);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}");
    (file, change(model))
}
