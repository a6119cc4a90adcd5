//! The DMN Technology Compatibility Kit, where it is at hand: `DMN_TCK_DIR` names its folder, by
//! default `../shared/dmn-tck` beside the checkout.
//!
//! `tck/refused.txt` lists every case that does not pass, with the reason. The test fails when a
//! case leaves or enters the list.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::Diagnostic;
use dmn::model::Model;
use dmn::program::{Limits, Program};
use dmn::tck::{Suite, Verdict};
use dmn::xml;
use feel::temporal::DateTime;

#[test]
fn cases_that_do_not_pass_are_listed() {
    let folder = std::env::var_os("DMN_TCK_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dmn-tck"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        println!("skipped: there is no kit at {}; set DMN_TCK_DIR", folder.display());
        return;
    }
    let mut files = Vec::new();
    find(&folder, &mut files);
    files.sort();
    let now = DateTime::parse("2026-11-23T12:00:00Z").unwrap();
    let (mut passed, mut suites) = (0, Vec::new());
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for file in &files {
        let Some(suite) = Suite::read(&fs::read_to_string(file).unwrap()).unwrap() else {
            continue;
        };
        let name = file.strip_prefix(&folder).unwrap().with_extension("");
        let name = name.to_str().unwrap().replace('\\', "/");
        let program = load(&file.with_file_name(&suite.model));
        for case in &suite.cases {
            match case.run(&program, Limits::default(), Some(&now)) {
                Verdict::Passed => passed += 1,
                Verdict::Failed(why) => {
                    found.insert(format!("{name} {}", case.id), format!("failing: {why}"));
                }
                Verdict::Refused(why) => {
                    found.insert(format!("{name} {}", case.id), format!("refused: {why}"));
                }
            }
        }
        suites.push(name);
    }
    println!("{passed} passed, {} not", found.len());
    let list = include_str!("tck/refused.txt");
    let listed: BTreeMap<String, String> = list
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let (suite, case) = (words.next().unwrap(), words.next().unwrap());
            (format!("{suite} {case}"), words.next().expect("a reason").to_owned())
        })
        .filter(|(case, _)| suites.iter().any(|suite| case.starts_with(&format!("{suite} "))))
        .collect();
    let kind = |why: &str| why.split(':').next().unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    for (case, why) in &found {
        match listed.get(case) {
            Some(reason) if kind(reason) == kind(why) => {}
            Some(reason) => wrong.push(format!("{case} is listed as {reason}, but {why}")),
            None => wrong.push(format!("not listed: {case} {why}")),
        }
    }
    let passing = listed.keys().filter(|case| !found.contains_key(*case));
    wrong.extend(passing.map(|case| format!("listed, but it passes: {case}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(path);
        }
    }
}

/// The model of a file, with those beside it that it imports.
fn load(path: &Path) -> Program {
    let mut models = vec![read(path)];
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut others: Vec<(Arc<str>, Model)> = beside
        .filter(|other| other.extension().is_some_and(|e| e == "dmn") && other != path)
        .map(|other| read(&other))
        .collect();
    others.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut at = 0;
    while at < models.len() {
        for import in models[at].1.prefixed.clone() {
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

fn read(path: &Path) -> (Arc<str>, Model) {
    let source = fs::read_to_string(path).unwrap();
    let file: Arc<str> = path.display().to_string().into();
    let (model, diagnostics) = xml::read(file.clone(), &source);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}");
    (file, model)
}
