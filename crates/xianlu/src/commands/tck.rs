//! `xianlu dmn tck`: run a folder of tests of the DMN Technology Compatibility Kit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dmn::program::Limits;
use dmn::tck::{Suite, Verdict};
use dmn::xml;
use feel::temporal::DateTime;

use super::read_text_up_to;
use crate::failure::Failure;
use crate::models;
use crate::paint::{MET, NOT_MET, paint};

/// How deep folders are looked into.
const MAX_DEPTH: usize = 32;

/// Runs every test below the folder. The last line is `N passed, M failed, K refused`.
pub fn run(folder: &Path, failures: Option<&Path>, limits: Limits) -> Result<ExitCode, Failure> {
    let mut files = Vec::new();
    find(folder, 0, &mut files)?;
    files.sort();
    let now = now();
    let (mut passed, mut failed, mut refused) = (0_usize, 0_usize, 0_usize);
    // Writing to a string does not fail.
    let mut list = String::new();
    let mut suites = 0_usize;
    for file in &files {
        let source = read_text_up_to(file, xml::MAX_BYTES as u64)?;
        let suite = match Suite::read(&source) {
            Ok(Some(suite)) => suite,
            Ok(None) => continue,
            Err(error) => {
                // A file that cannot be read counts as one test.
                failed += 1;
                let _ = writeln!(list, "{} - failed: {error}", name(folder, file));
                continue;
            }
        };
        suites += 1;
        let program = models::load(&file.with_file_name(&suite.model));
        for case in &suite.cases {
            let verdict = match &program {
                Ok(program) => case.run(program, limits, now.as_ref()),
                Err(failure) => Verdict::Failed(format!("the model cannot be used: {failure}")),
            };
            match verdict {
                Verdict::Passed => {
                    passed += 1;
                    continue;
                }
                Verdict::Failed(_) => failed += 1,
                Verdict::Refused(_) => refused += 1,
            }
            let verdict = verdict.to_string();
            let line = verdict.split_whitespace().collect::<Vec<&str>>().join(" ");
            let _ = writeln!(list, "{} {} {line}", name(folder, file), case.id);
        }
    }
    if suites == 0 && failed == 0 {
        return Err(Failure::file(folder, "no-tests", []));
    }
    match failures {
        Some(path) => {
            std::fs::write(path, &list).map_err(|error| Failure::read(path, &error))?;
        }
        None => anstream::print!("{list}"),
    }
    let style = if failed == 0 { MET } else { NOT_MET };
    let line = format!("{passed} passed, {failed} failed, {refused} refused");
    anstream::println!("{}", paint(style, line));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The `.xml` files below a folder.
fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::read(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::read(folder, &error))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| Failure::read(&path, &error))?;
        if kind.is_dir() {
            find(&path, depth + 1, files)?;
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The path below the folder, without the ending.
fn name(folder: &Path, file: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let parts: Vec<String> =
        below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

fn now() -> Option<DateTime> {
    DateTime::parse(&jiff::Timestamp::now().to_string()).ok()
}
