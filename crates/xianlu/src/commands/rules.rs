//! `xianlu rules`: list, show, test, mutate and format rules, and tell what they cover.

use std::path::Path;
use std::process::ExitCode;

use dmn::diagnostic;
use dmn::markdown;
use feel::temporal::Date;

use super::{coverage, mutate, read_text, today};
use crate::arguments::{Lang, Packs, Rules};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{DIM, MET, NOT_MET, STRONG, paint};

/// Runs the command.
pub fn run(command: &Rules) -> Result<ExitCode, Failure> {
    match command {
        Rules::List { lang, packs } => list(Lang::or_terminal(*lang), packs),
        Rules::Show { id, on, place, packs } => show(id, *on, place.as_deref(), packs),
        Rules::Test { id, packs } => test(id.as_deref(), packs),
        Rules::Coverage { format, lang, packs } => {
            coverage::run(*format, Lang::or_terminal(*lang), packs)
        }
        Rules::Mutate { id, at_least, survivors, format, lang, packs } => {
            let asked = mutate::Asked {
                id: id.as_deref(),
                at_least: *at_least,
                survivors: survivors.as_deref(),
                format: *format,
                lang: Lang::or_terminal(*lang),
            };
            mutate::run(&asked, packs)
        }
        Rules::Fmt { files, check } => format(files, *check),
    }
}

fn list(lang: Lang, packs: &Packs) -> Result<ExitCode, Failure> {
    let library = packs::load(packs)?;
    let messages = Messages::new(lang);
    for pack in library.packs() {
        let manifest = &pack.manifest;
        anstream::println!("{}  {}", paint(STRONG, &manifest.id), messages.pick(&manifest.title));
        for programme in library.programmes().filter(|p| *p.pack == *manifest.id.as_str()) {
            anstream::println!("  {}  {}", programme.id, messages.pick(&programme.title));
            for version in &programme.versions {
                let period = period(&messages, version.from, version.to);
                let area = if version.area.is_empty() {
                    String::new()
                } else {
                    format!("  [{}]", codes(&version.area))
                };
                anstream::println!("    {period}  {}{area}", paint(DIM, &version.model));
            }
        }
        for overlay in library.overlays().iter().filter(|o| *o.pack == *manifest.id.as_str()) {
            let entry = &overlay.entry;
            let period = period(&messages, entry.from, entry.to);
            anstream::println!(
                "  {} [{}]  {period}  {}",
                overlay.programme,
                entry.place,
                paint(DIM, &entry.model)
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn codes(area: &[policy::pack::Name]) -> String {
    let codes: Vec<&str> = area.iter().map(policy::pack::Name::as_str).collect();
    codes.join(", ")
}

fn period(messages: &Messages, from: Date, to: Option<Date>) -> String {
    let from = from.to_string();
    match to {
        Some(to) => messages.format("between", &[("from", &from), ("to", &to.to_string())]),
        None => messages.format("since", &[("from", &from)]),
    }
}

fn show(
    id: &str,
    on: Option<Date>,
    place: Option<&str>,
    packs: &Packs,
) -> Result<ExitCode, Failure> {
    let library = packs::load(packs)?;
    let programme = library.programme(id)?;
    let on = match on {
        Some(on) => on,
        None => today()?,
    };
    let place = match place {
        Some(place) => library.place(place)?.code.to_string(),
        None => library
            .pack(&programme.pack)
            .map_or_else(String::new, |pack| pack.manifest.place.to_string()),
    };
    let in_force = library.in_force(programme, on, &place).map_err(|none| {
        let messages = Messages::new(Lang::or_terminal(None));
        let (message, help) = (none.message(), none.help());
        Failure::Asked(format!("{}; {}", messages.pick(&message), messages.pick(&help)))
    })?;
    let documents = std::iter::once(in_force.document)
        .chain(in_force.overlays.iter().map(|(_, document)| *document));
    for (number, document) in documents.enumerate() {
        if number > 0 {
            anstream::println!("\n{}\n", paint(DIM, "─".repeat(72)));
        }
        anstream::println!("{}\n", paint(DIM, &document.file));
        anstream::print!("{}", markdown::write(&document.model));
    }
    Ok(ExitCode::SUCCESS)
}

fn test(filter: Option<&str>, packs: &Packs) -> Result<ExitCode, Failure> {
    let library = packs::load(packs)?;
    let results = library.run_cases(filter);
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for result in &results {
        if result.passed() {
            passed += 1;
            continue;
        }
        failed += 1;
        anstream::println!("{result}");
    }
    if results.is_empty() {
        return Err(match filter {
            Some(what) => Failure::said("no-case-for", [("what", what.to_owned())]),
            None => Failure::said("no-case", []),
        });
    }
    let style = if failed == 0 { MET } else { NOT_MET };
    anstream::println!("{}", paint(style, format!("{passed} passed, {failed} failed")));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn format(files: &[std::path::PathBuf], check: bool) -> Result<ExitCode, Failure> {
    let messages = Messages::new(Lang::or_terminal(None));
    let mut changed = 0_usize;
    for path in files {
        let source = read_text(path)?;
        let canonical = canonical(path, &source)?;
        if canonical == source {
            continue;
        }
        changed += 1;
        if check {
            anstream::println!("{}: {}", path.display(), messages.text("not-canonical"));
        } else {
            write_whole(path, &canonical)?;
            anstream::println!("{}: {}", path.display(), messages.text("formatted"));
        }
    }
    Ok(if check && changed > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn canonical(path: &Path, source: &str) -> Result<String, Failure> {
    let name = path.display().to_string();
    let (model, diagnostics) = markdown::read(name, source);
    if diagnostics.iter().any(|d| d.severity == diagnostic::Severity::Error) {
        let text = diagnostic::render(&diagnostics, &|_| Some(source), true);
        return Err(Failure::Rendered(text));
    }
    Ok(markdown::write(&model))
}

/// Writes beside the file and then puts it in its place, so that no half file is left.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text).map_err(|error| Failure::read(Path::new(&beside), &error))?;
    std::fs::rename(&beside, path).map_err(|error| Failure::read(path, &error))
}
