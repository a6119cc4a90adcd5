//! `xianlu batch`: many people by the same rules, from file to file.
//!
//! While a chunk is assessed, the next one is read and the last one is written, so that memory does
//! not grow with the file and no core waits. The output gets its name only when it is whole.

mod facts;
mod input;
mod output;
mod progress;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use policy::population::{FactColumn, Population, Results};
use rayon::prelude::*;

use self::facts::Reader;
use self::input::{Chunk, Source};
use self::output::{MOST_DIGITS, Rejects, Sink, TooManyDigits};
use self::progress::Progress;
use super::today;
use crate::arguments::{Batch, Lang};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{OPEN, paint};

/// The rows that are assessed at a time.
const CHUNK: usize = 1 << 15;

/// The columns that a row may not have of its own: the whole file has one day and one place.
const FOR_ALL: [(&str, &str); 2] = [("on", "--on"), ("place", "--place")];

/// Runs the command.
pub fn run(command: &Batch) -> Result<ExitCode, Failure> {
    let library = packs::load(&command.packs)?;
    let lang = Lang::or_terminal(command.lang);
    let messages = &Messages::new(lang);
    let on = command.on.map_or_else(today, Ok)?;
    let place = match &command.place {
        Some(place) => place.clone(),
        None => root_place(&library, &command.programme)?,
    };
    let population = Population::new(&library, &command.programme, on, &place)
        .map_err(|error| Failure::Asked(super::assess::words(&error, &command.programme, lang)))?;
    if command.input == command.output {
        return Err(Failure::input(&command.output, messages.text("output-is-input")));
    }

    let stopped = stop_at_interrupt()?;
    let mut source = Source::open(&command.input, CHUNK, messages)?;
    let columns = Columns::new(command, &population, source.names(), messages)?;
    let mut sink = Sink::create(&command.output, columns.kept_names(), &population, messages)?;
    let mut rejects = Rejects::new(&command.output, messages);
    let mut progress = Progress::new(source.length(), messages);
    let mut assessor = Assessor::new(&population, &columns, messages);
    let (mut read, mut written) = (0_usize, 0_usize);
    let (mut waiting, mut assessed, mut spare) = (source.read(CHUNK, None)?, None, None);
    while waiting.is_some() || assessed.is_some() {
        let (next, (now, before)) = rayon::join(
            || source.read(CHUNK, spare.take()),
            || {
                rayon::join(
                    || waiting.take().map(|chunk| assessor.assess(chunk)),
                    || {
                        assessed
                            .take()
                            .map(|chunk| write(chunk, &columns, &mut sink, &mut rejects, messages))
                    },
                )
            },
        );
        if let Some(done) = before.transpose()? {
            read += done.chunk.len();
            written += done.written;
            spare = Some(done.chunk);
        }
        if stopped.load(Ordering::Relaxed) {
            let (read, file) = (read.to_string(), command.output.display().to_string());
            let arguments = [("read", read.as_str()), ("file", file.as_str())];
            return Err(Failure::Asked(messages.format("interrupted", &arguments)));
        }
        (waiting, assessed) = (next?, now);
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
                paint(OPEN.bold(), messages.text("warning")),
                messages.format("rejects-in", &arguments)
            );
            ExitCode::from(1)
        }
        None => ExitCode::SUCCESS,
    })
}

/// The place of a programme's country.
fn root_place(library: &policy::Library, programme: &str) -> Result<String, Failure> {
    let programme = library.programme(programme)?;
    let pack = library.pack(&programme.pack);
    let place = pack.map(|pack| pack.manifest.place.to_string());
    place.ok_or_else(|| Failure::said("no-pack", [("name", programme.pack.to_string())]))
}

/// What each column of the input is.
struct Columns {
    /// The place of the fact in the vocabulary.
    facts: Vec<Option<usize>>,
    /// The columns that are written again, and their names.
    kept: Vec<usize>,
    names: Vec<String>,
}

impl Columns {
    fn new(
        command: &Batch,
        population: &Population<'_>,
        names: &[String],
        messages: &Messages,
    ) -> Result<Columns, Failure> {
        let file = command.input.display().to_string();
        let mut kept_names: Vec<&str> = command.keep.iter().map(String::as_str).collect();
        if names.iter().any(|name| name == "id") && !kept_names.contains(&"id") {
            kept_names.insert(0, "id");
        }
        let mut facts = Vec::new();
        let mut faults = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let shown: String = name.chars().take(60).collect();
            let place = (number + 1).to_string();
            let mut fault = |key: &str, flag: &str, why: &str| {
                let arguments = [
                    ("file", file.as_str()),
                    ("number", place.as_str()),
                    ("column", shown.as_str()),
                    ("flag", flag),
                    ("why", why),
                ];
                faults.push(messages.format(key, &arguments));
            };
            if names.iter().take(number).any(|earlier| earlier == name) {
                fault("column-twice", "", "");
            }
            facts.push(match population.fact(name) {
                Ok(fact) => Some(fact),
                Err(_) if kept_names.contains(&name.as_str()) => None,
                Err(unknown) => {
                    match (FOR_ALL.iter().find(|(column, _)| column == name), unknown.nearest) {
                        (Some((_, flag)), _) => fault("column-for-all", flag, ""),
                        (None, Some(near)) => {
                            fault("column-unknown-near", "", messages.pick(&near))
                        }
                        (None, None) => fault("column-unknown", "", ""),
                    }
                    None
                }
            });
        }
        let mut kept = Vec::new();
        for name in kept_names {
            match names.iter().position(|other| other == name) {
                Some(column) => kept.push(column),
                None => {
                    let arguments = [("file", file.as_str()), ("column", name)];
                    faults.push(messages.format("no-column", &arguments));
                }
            }
        }
        match faults.as_slice() {
            [] => Ok(Columns { facts, kept, names: names.to_vec() }),
            faults => Err(Failure::Asked(faults.join("\n"))),
        }
    }

    fn kept_names(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().filter_map(|column| Some(self.names.get(*column)?.as_str()))
    }
}

/// Why a row is rejected.
struct Reject {
    column: String,
    value: String,
    reason: String,
}

impl Reject {
    /// A row of which no single cell is at fault.
    fn whole(reason: impl Into<String>) -> Reject {
        Reject { column: String::new(), value: String::new(), reason: reason.into() }
    }
}

/// A chunk with what the rules say about its people.
struct Assessed {
    chunk: Chunk,
    results: Results,
    /// By row.
    rejects: BTreeMap<usize, Reject>,
}

/// Assesses chunk after chunk.
struct Assessor<'r> {
    population: &'r Population<'r>,
    columns: &'r Columns,
    messages: &'r Messages,
    /// By column, those of facts.
    readers: Vec<Option<Reader<'r>>>,
    /// By fact.
    facts: Vec<FactColumn>,
}

impl<'r> Assessor<'r> {
    fn new(
        population: &'r Population<'r>,
        columns: &'r Columns,
        messages: &'r Messages,
    ) -> Assessor<'r> {
        let reader = |fact: &Option<usize>| Some(Reader::new(population.facts().get((*fact)?)?));
        Assessor {
            population,
            columns,
            messages,
            readers: columns.facts.iter().map(reader).collect(),
            facts: vec![FactColumn::default(); population.facts().len()],
        }
    }

    /// What the rules say about the people of a chunk.
    fn assess(&mut self, chunk: Chunk) -> Assessed {
        let mut rejects = self.misshapen(&chunk);
        let (messages, names) = (self.messages, &self.columns.names);
        self.readers.par_iter_mut().enumerate().for_each(|(column, reader)| {
            match (&chunk, reader) {
                (Chunk::Csv(records), Some(reader)) => {
                    reader.read_records(records, column, messages);
                }
                (Chunk::Parquet(batch, _), Some(reader)) => {
                    if let Some(array) = batch.columns().get(column) {
                        reader.read_array(array, messages);
                    }
                }
                _ => {}
            }
        });
        for ((reader, fact), name) in self.readers.iter_mut().zip(&self.columns.facts).zip(names) {
            let (Some(reader), Some(fact)) = (reader, fact) else { continue };
            for fault in reader.faults.drain(..) {
                rejects.entry(fault.row).or_insert_with(|| Reject {
                    column: name.clone(),
                    value: fault.value,
                    reason: fault.reason,
                });
            }
            if let Some(slot) = self.facts.get_mut(*fact) {
                *slot = std::mem::take(&mut reader.facts);
            }
        }
        if self.population.has_scales() {
            for (row, reject) in self.off_scale(&chunk) {
                rejects.entry(row).or_insert(reject);
            }
        }
        let results = self.population.assess(chunk.len(), &self.facts);
        for (reader, fact) in self.readers.iter_mut().zip(&self.columns.facts) {
            let slot = fact.and_then(|fact| self.facts.get_mut(fact));
            if let (Some(reader), Some(slot)) = (reader, slot) {
                reader.facts = std::mem::take(slot);
            }
        }
        Assessed { chunk, results, rejects }
    }

    /// The rows with a fact that is off the scale on which another fact puts it.
    fn off_scale(&self, chunk: &Chunk) -> BTreeMap<usize, Reject> {
        let fault = |row: usize| {
            let (fact, fault) = self.population.off_scale(row, &self.facts).into_iter().next()?;
            let help = fault.help.as_ref().map(|help| format!("; {}", self.messages.pick(help)));
            let message = self.messages.pick(&fault.message);
            let column = self.columns.names.iter().position(|name| *name == *fact.name);
            let text = column.and_then(|column| chunk.text(row, column)).unwrap_or_default();
            let reject = Reject {
                column: fact.name.to_string(),
                value: text.chars().take(200).collect(),
                reason: format!("{message}{}", help.unwrap_or_default()),
            };
            Some((row, reject))
        };
        (0..chunk.len()).into_par_iter().filter_map(fault).collect()
    }

    /// The records that are no rows of this file.
    fn misshapen(&self, chunk: &Chunk) -> BTreeMap<usize, Reject> {
        let Chunk::Csv(records) = chunk else { return BTreeMap::new() };
        let wanted = self.columns.names.len();
        let fault = |(row, record): (usize, &csv::ByteRecord)| {
            let broken = record.iter().position(|cell| std::str::from_utf8(cell).is_err());
            if let Some(cell) = broken {
                let cell = (cell + 1).to_string();
                let reason = self.messages.format("cell-not-utf8", &[("cell", &cell)]);
                return Some((row, Reject::whole(reason)));
            }
            let cells = record.len();
            (cells != wanted).then(|| {
                let (cells, columns) = (cells.to_string(), wanted.to_string());
                let arguments = [("cells", cells.as_str()), ("columns", columns.as_str())];
                (row, Reject::whole(self.messages.format("row-cells", &arguments)))
            })
        };
        records.par_iter().enumerate().filter_map(fault).collect()
    }
}

/// A chunk that is written.
struct Written {
    chunk: Chunk,
    /// How many of its rows have a result.
    written: usize,
}

/// Writes what the rules say, and which rows are rejected.
fn write(
    assessed: Assessed,
    columns: &Columns,
    sink: &mut Sink<'_>,
    rejects: &mut Rejects<'_>,
    messages: &Messages,
) -> Result<Written, Failure> {
    let Assessed { chunk, results, rejects: mut rejected } = assessed;
    for (row, why) in &results.failed {
        rejected.entry(*row).or_insert_with(|| Reject::whole(messages.pick(&why.0)));
    }
    for TooManyDigits { row, number } in sink.misfits(&results) {
        rejected.entry(row).or_insert_with(|| {
            let (number, digits) = (number.to_string(), MOST_DIGITS.to_string());
            let arguments = [("number", number.as_str()), ("digits", digits.as_str())];
            Reject::whole(messages.format("too-many-digits", &arguments))
        });
    }
    let mut chosen = vec![true; chunk.len()];
    for (row, why) in &rejected {
        if let Some(chosen) = chosen.get_mut(*row) {
            *chosen = false;
        }
        rejects.add(chunk.line(*row), &why.column, &why.value, &why.reason)?;
    }
    sink.write(&chunk, &columns.kept, &results, &chosen)?;
    let written = chunk.len() - rejected.len();
    Ok(Written { chunk, written })
}

/// A flag that an interrupt raises, so that no half file is left behind.
///
/// From here on, being asked to end and writing more than is allowed do not end the program: the
/// one raises the flag, the other becomes a fault of writing.
fn stop_at_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stopped = Arc::new(AtomicBool::new(false));
    let no_signals = |error: std::io::Error| Failure::Asked(error.to_string());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_signals)?;
    let flag = Arc::clone(&stopped);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let receiver = |kind| {
            let _context = runtime.enter();
            signal(kind).map_err(no_signals)
        };
        let mut interrupt = receiver(SignalKind::interrupt())?;
        let mut terminate = receiver(SignalKind::terminate())?;
        let too_large = receiver(SignalKind::from_raw(FILE_TOO_LARGE))?;
        std::thread::spawn(move || {
            let _too_large = too_large;
            runtime.block_on(async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            });
            flag.store(true, Ordering::Relaxed);
        });
    }
    #[cfg(not(unix))]
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    Ok(stopped)
}

/// The signal `SIGXFSZ`: a file grows beyond what this process may write.
#[cfg(unix)]
const FILE_TOO_LARGE: i32 = 25;

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
    fn of(file: &Path, messages: &Messages) -> Result<Form, Failure> {
        let ending = file.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Form::Csv),
            Some("parquet") => Ok(Form::Parquet),
            Some(other) => {
                Err(Failure::input(file, messages.format("unknown-ending", &[("ending", other)])))
            }
            None => Err(Failure::input(file, messages.text("no-ending"))),
        }
    }
}
