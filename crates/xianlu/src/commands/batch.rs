//! `xianlu batch`: many people by the same rules, from file to file.
//!
//! The input is read, assessed and written in chunks, so that memory does not grow with it. The
//! output gets its name only when it is whole.

mod input;
mod output;
mod progress;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use policy::population::{Facts, Population};
use policy::profile::{Given, read_fact};
use rayon::prelude::*;

use self::input::{Record, Source};
use self::output::{AddError, Rejects, Sink};
use self::progress::Progress;
use super::today;
use crate::arguments::{Batch, Lang};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{NOT_MET, OPEN, paint};

/// The rows that are assessed at a time.
const CHUNK: usize = 1 << 15;

/// The columns that a row may not have of its own: the whole file has one day and one place.
const FOR_ALL: [(&str, &str); 2] = [("on", "--on"), ("place", "--place")];

/// Runs the command.
pub fn run(command: &Batch) -> Result<ExitCode, Failure> {
    let library = packs::load(&command.packs)?;
    let lang = Lang::or_terminal(command.lang);
    let messages = Messages::new(lang);
    let on = command.on.map_or_else(today, Ok)?;
    let place = match &command.place {
        Some(place) => place.clone(),
        None => root_place(&library, &command.programme)?,
    };
    let population = Population::new(&library, &command.programme, on, &place)
        .map_err(|error| Failure::Asked(super::assess::words(&error, &command.programme, lang)))?;
    if command.input == command.output {
        return Err(Failure::input(&command.output, "the output is the input"));
    }

    let mut source = Source::open(&command.input)?;
    let columns = Columns::new(command, &population, source.names())?;
    let mut sink = Sink::create(&command.output, columns.kept_names(), &population)?;
    let mut rejects = Rejects::new(&command.output);
    let stopped = stop_at_interrupt();
    let mut progress = Progress::new(source.length());
    let (mut read, mut written) = (0_usize, 0_usize);
    loop {
        let chunk = source.read(CHUNK)?;
        if chunk.is_empty() {
            break;
        }
        read += chunk.len();
        written += assess(&population, &columns, chunk, &messages, &mut sink, &mut rejects)?;
        if stopped.load(Ordering::Relaxed) {
            let (read, file) = (read.to_string(), command.output.display().to_string());
            let arguments = [("read", read.as_str()), ("file", file.as_str())];
            return Err(Failure::Asked(messages.format("interrupted", &arguments)));
        }
        progress.at(source.position(), read);
    }
    let rejected = rejects.count();
    // Both names appear together: first what was rejected, then the result.
    let side_file = rejects.finish()?;
    sink.finish()?;
    progress.finish(read);
    let [read, written, rejected] = [read, written, rejected].map(|count| count.to_string());
    let counts =
        [("read", read.as_str()), ("written", written.as_str()), ("rejected", rejected.as_str())];
    anstream::eprintln!("{}", messages.format("rows-counted", &counts));
    Ok(match side_file {
        Some(side_file) => {
            let file = side_file.display().to_string();
            let arguments = [("rejected", rejected.as_str()), ("file", file.as_str())];
            anstream::eprintln!(
                "{}: {}",
                paint(OPEN.bold(), "warning"),
                messages.format("rejects-in", &arguments)
            );
            ExitCode::from(1)
        }
        None => ExitCode::SUCCESS,
    })
}

/// The place of a programme's country.
fn root_place(library: &policy::Library, programme: &str) -> Result<String, Failure> {
    let programme =
        library.programme(programme).map_err(|unknown| Failure::Asked(unknown.to_string()))?;
    let pack = library.pack(&programme.pack);
    let place = pack.map(|pack| pack.manifest.place.to_string());
    place.ok_or_else(|| Failure::Asked(format!("there is no pack `{}`", programme.pack)))
}

/// What each column of the input is.
struct Columns {
    /// The place of the fact in the vocabulary.
    facts: Vec<Option<usize>>,
    /// The columns that are written again.
    kept: Vec<(usize, String)>,
    names: Vec<String>,
}

impl Columns {
    fn new(
        command: &Batch,
        population: &Population<'_>,
        names: &[String],
    ) -> Result<Columns, Failure> {
        let file = &command.input;
        let mut kept_names: Vec<&str> = command.keep.iter().map(String::as_str).collect();
        if names.iter().any(|name| name == "id") && !kept_names.contains(&"id") {
            kept_names.insert(0, "id");
        }
        let mut facts = Vec::new();
        let mut faults = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let shown: String = name.chars().take(60).collect();
            let place = format!("{}: column {} `{shown}`", file.display(), number + 1);
            if names.iter().take(number).any(|earlier| earlier == name) {
                faults.push(format!("{place}: there are two columns of this name"));
            }
            facts.push(match population.fact(name) {
                Ok(fact) => Some(fact),
                Err(_) if kept_names.contains(&name.as_str()) => None,
                Err(unknown) => {
                    let for_all = FOR_ALL.iter().find(|(column, _)| column == name);
                    faults.push(match for_all {
                        Some((_, flag)) => format!(
                            "{place}: it is the same for the whole file; give it as {flag} and \
                             leave the column out, or pass it on with --keep {name}"
                        ),
                        None => format!(
                            "{place}: {unknown}; a column that is no fact can be passed on with \
                             --keep"
                        ),
                    });
                    None
                }
            });
        }
        let mut kept = Vec::new();
        for name in kept_names {
            match names.iter().position(|other| other == name) {
                Some(column) => kept.push((column, name.to_owned())),
                None => {
                    faults.push(format!("{}: there is no column `{name}`", file.display()));
                }
            }
        }
        match faults.as_slice() {
            [] => Ok(Columns { facts, kept, names: names.to_vec() }),
            faults => Err(Failure::Asked(faults.join("\n"))),
        }
    }

    fn kept_names(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|(_, name)| name.as_str())
    }
}

/// Why a row is rejected.
struct Reject {
    column: String,
    value: String,
    reason: String,
}

/// Assesses a chunk and writes it; how many rows have a result.
fn assess(
    population: &Population<'_>,
    columns: &Columns,
    chunk: Vec<Record>,
    messages: &Messages,
    sink: &mut Sink,
    rejects: &mut Rejects,
) -> Result<usize, Failure> {
    let read: Vec<Result<Facts, Reject>> =
        chunk.par_iter().map(|record| facts(population, columns, record, messages)).collect();
    let mut people = Vec::with_capacity(chunk.len());
    let mut records = Vec::with_capacity(chunk.len());
    for (record, read) in chunk.into_iter().zip(read) {
        match read {
            Ok(facts) => {
                people.push(facts);
                records.push(record);
            }
            Err(why) => rejects.add(record.line, &why.column, &why.value, &why.reason)?,
        }
    }
    let mut written = 0;
    for (record, found) in records.iter().zip(population.assess(&people)) {
        match found {
            Ok(brief) => {
                let kept = columns.kept.iter().map(|(column, _)| record.cell(*column));
                match sink.add(kept, &brief) {
                    Ok(()) => written += 1,
                    Err(AddError::Digits { number, digits }) => {
                        let (number, digits) = (number.to_string(), digits.to_string());
                        let arguments = [("number", number.as_str()), ("digits", digits.as_str())];
                        let reason = messages.format("too-many-digits", &arguments);
                        rejects.add(record.line, "", "", &reason)?;
                    }
                    Err(AddError::Write(failure)) => return Err(failure),
                }
            }
            Err(why) => rejects.add(record.line, "", "", messages.pick(&why.0))?,
        }
    }
    sink.write()?;
    Ok(written)
}

/// The facts of a row.
fn facts(
    population: &Population<'_>,
    columns: &Columns,
    record: &Record,
    messages: &Messages,
) -> Result<Facts, Reject> {
    let reject = |column: &str, value: &str, reason: String| Reject {
        column: column.to_owned(),
        value: value.chars().take(200).collect(),
        reason,
    };
    let cells = record.cells.as_ref().map_err(|input::NotUtf8(cell)| {
        reject("", "", messages.format("cell-not-utf8", &[("cell", &cell.to_string())]))
    })?;
    if cells.len() != columns.names.len() {
        let (cells, columns) = (cells.len().to_string(), columns.names.len().to_string());
        let arguments = [("cells", cells.as_str()), ("columns", columns.as_str())];
        return Err(reject("", "", messages.format("row-cells", &arguments)));
    }
    let mut facts: Facts = vec![None; population.facts().len()];
    for ((cell, fact), name) in cells.iter().zip(&columns.facts).zip(&columns.names) {
        let (Some(text), Some(place)) = (cell, fact) else { continue };
        let (Some(fact), Some(slot)) = (population.facts().get(*place), facts.get_mut(*place))
        else {
            continue;
        };
        let value = read_fact(fact, given(fact, text)).map_err(|fault| {
            let help = fault.help.as_ref().map(|help| format!("; {}", messages.pick(help)));
            let message = messages.pick(&fault.message);
            reject(name, text, format!("{message}{}", help.unwrap_or_default()))
        })?;
        *slot = Some(value);
    }
    if let Some((fact, fault)) = population.off_scale(&facts).into_iter().next() {
        let help = fault.help.as_ref().map(|help| format!("; {}", messages.pick(help)));
        let message = messages.pick(&fault.message);
        let cell = columns.names.iter().position(|name| *name == *fact.name);
        let text = cell.and_then(|cell| cells.get(cell)?.as_deref()).unwrap_or_default();
        return Err(reject(&fact.name, text, format!("{message}{}", help.unwrap_or_default())));
    }
    Ok(facts)
}

/// A cell as the fact that it should be.
fn given<'t>(fact: &policy::pack::Fact, text: &'t str) -> Given<'t> {
    use policy::pack::FactType;
    match fact.kind {
        FactType::Boolean if text.eq_ignore_ascii_case("true") => Given::Boolean(true),
        FactType::Boolean if text.eq_ignore_ascii_case("false") => Given::Boolean(false),
        FactType::Number if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            Given::Number(text)
        }
        FactType::StringList if text == "[]" => Given::Strings(Vec::new()),
        FactType::StringList => Given::Strings(text.split(';').map(str::trim).collect()),
        _ => Given::String(text),
    }
}

/// A flag that an interrupt raises, so that no half file is left behind.
fn stop_at_interrupt() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            flag.store(true, Ordering::Relaxed);
        }
    });
    stopped
}

/// The name of the side file of an output.
fn rejects_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".rejects.csv");
    PathBuf::from(name)
}

/// The form of a file, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Parquet,
}

impl Form {
    fn of(file: &Path) -> Result<Form, Failure> {
        let ending = file.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Form::Csv),
            Some("parquet") => Ok(Form::Parquet),
            _ => Err(Failure::input(
                file,
                format!(
                    "{} is neither .csv nor .parquet",
                    paint(NOT_MET, ending.map_or("a name without ending", |ending| ending))
                ),
            )),
        }
    }
}
