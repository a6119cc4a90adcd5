//! Results as CSV and Parquet, and the rows that are rejected.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Decimal128Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use feel::Number;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use policy::population::{Population, Results};
use rayon::prelude::*;

use super::input::{Chunk, Texts, text_of};
use super::{Form, rejects_of};
use crate::commands::whole::Whole;
use crate::failure::Failure;
use crate::messages::Messages;

/// Digits of points in Parquet, and those of them after the point.
const DIGITS: (u8, i8) = (28, 6);

/// What stands for an outcome that is not decided yet, as in worked cases.
const UNDECIDED: &str = "undecided";

/// That a file cannot be written, and why.
fn unwritable(path: &Path, messages: &Messages, error: &(dyn Error + 'static)) -> Failure {
    let mut cause = Some(error);
    let mut kind = None;
    while let Some(error) = cause {
        let io = match error.downcast_ref::<csv::Error>().map(csv::Error::kind) {
            Some(csv::ErrorKind::Io(io)) => Some(io),
            _ => error.downcast_ref::<io::Error>(),
        };
        kind = kind.or(io.map(io::Error::kind));
        cause = error.source();
    }
    let why = match kind {
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            messages.text("no-room-left")
        }
        Some(io::ErrorKind::FileTooLarge) => messages.text("file-too-large"),
        Some(io::ErrorKind::PermissionDenied) => messages.text("permission-denied"),
        Some(io::ErrorKind::NotFound) => messages.text("no-such-folder"),
        _ => error.to_string(),
    };
    Failure::input(path, messages.format("cannot-be-written", &[("why", &why)]))
}

/// A row of which the points do not fit the file.
pub(super) struct TooManyDigits {
    pub row: usize,
    pub number: Number,
}

/// The digits after the point that a Parquet file of results holds.
pub(super) const MOST_DIGITS: i8 = DIGITS.1;

/// The results.
pub(super) struct Sink<'m> {
    whole: Whole,
    messages: &'m Messages,
    kind: Kind,
}

enum Kind {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet { writer: Box<ArrowWriter<File>>, schema: SchemaRef },
}

impl<'m> Sink<'m> {
    /// Begins a file with the columns that are kept, then outcome, eligible, score and factors.
    pub fn create<'k>(
        path: &Path,
        kept: impl Iterator<Item = &'k str>,
        population: &'k Population<'_>,
        messages: &'m Messages,
    ) -> Result<Sink<'m>, Failure> {
        let form = Form::of(path, messages)?;
        let unwritable = |error: &(dyn Error + 'static)| unwritable(path, messages, error);
        let whole = Whole::create(path).map_err(|error| unwritable(&error))?;
        let file = whole.writer().map_err(|error| unwritable(&error))?;
        let score = population.has_score().then_some("score");
        let factors = population.factors().iter().map(|name| &**name);
        let kind = match form {
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                let names = kept.chain(["outcome", "eligible"]).chain(score).chain(factors);
                writer
                    .write_record(names.chain(["missing"]))
                    .map_err(|error| unwritable(&error))?;
                Kind::Csv(Box::new(writer))
            }
            Form::Parquet => {
                let number = DataType::Decimal128(DIGITS.0, DIGITS.1);
                let mut fields: Vec<Field> =
                    kept.map(|name| Field::new(name, DataType::Utf8, true)).collect();
                fields.push(Field::new("outcome", DataType::Utf8, false));
                fields.push(Field::new("eligible", DataType::Boolean, true));
                let points = score.into_iter().chain(factors);
                fields.extend(points.map(|name| Field::new(name, number.clone(), true)));
                fields.push(Field::new("missing", DataType::Utf8, true));
                let schema = Arc::new(Schema::new(fields));
                let properties =
                    WriterProperties::builder().set_compression(Compression::SNAPPY).build();
                let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
                    .map_err(|error| unwritable(&error))?;
                Kind::Parquet { writer: Box::new(writer), schema }
            }
        };
        Ok(Sink { whole, messages, kind })
    }

    /// The rows of which the points have too many digits for this file.
    pub fn misfits(&self, results: &Results) -> Vec<TooManyDigits> {
        if let Kind::Csv(_) = self.kind {
            return Vec::new();
        }
        let misfits = |column: &Vec<Option<Number>>| -> Vec<TooManyDigits> {
            let points = column.iter().enumerate();
            let points = points.filter_map(|(row, number)| Some((row, (*number)?)));
            let misfits = points.filter(|(_, number)| millionths(*number).is_none());
            misfits.map(|(row, number)| TooManyDigits { row, number }).collect()
        };
        let columns: Vec<&Vec<Option<Number>>> =
            results.score.iter().chain(&results.factors).collect();
        columns.into_par_iter().flat_map_iter(misfits).collect()
    }

    /// Writes the results of the rows of a chunk that are chosen, with the columns that are kept.
    pub fn write(
        &mut self,
        chunk: &Chunk,
        kept: &[usize],
        results: &Results,
        chosen: &[bool],
    ) -> Result<(), Failure> {
        let rows: Vec<usize> =
            chosen.iter().enumerate().filter(|(_, chosen)| **chosen).map(|(row, _)| row).collect();
        let (path, messages) = (&self.whole.path, self.messages);
        let unwritable = |error: &(dyn Error + 'static)| unwritable(path, messages, error);
        match &mut self.kind {
            Kind::Csv(writer) => write_csv(writer, chunk, kept, results, &rows)
                .and_then(|()| Ok(writer.flush()?))
                .map_err(|error| unwritable(&error)),
            Kind::Parquet { writer, schema } => {
                let batch = RecordBatch::try_new(
                    Arc::clone(schema),
                    arrays(chunk, kept, results, &rows).map_err(|error| unwritable(&error))?,
                );
                let batch = batch.map_err(|error| unwritable(&error))?;
                writer.write(&batch).map_err(|error| unwritable(&error))
            }
        }
    }

    /// Gives the file its name.
    pub fn finish(self) -> Result<(), Failure> {
        let Sink { whole, messages, kind } = self;
        let path = whole.path.clone();
        let unwritable = |error: &(dyn Error + 'static)| unwritable(&path, messages, error);
        match kind {
            Kind::Csv(mut writer) => writer.flush().map_err(|error| unwritable(&error))?,
            Kind::Parquet { writer, .. } => {
                writer.close().map_err(|error| unwritable(&error))?;
            }
        }
        whole.finish().map_err(|error| unwritable(&error))
    }
}

/// The texts of a column that is kept, row by row.
fn texts<'c>(
    chunk: &'c Chunk,
    column: usize,
    rows: &'c [usize],
) -> Box<dyn Iterator<Item = Option<Cow<'c, str>>> + 'c> {
    match chunk {
        Chunk::Csv(records) => Box::new(rows.iter().map(move |row| {
            let cell = records.get(*row).and_then(|record| record.get(column));
            cell.and_then(text_of).map(Cow::Borrowed)
        })),
        Chunk::Parquet(batch, _) => match batch.columns().get(column) {
            Some(array) => {
                let texts = Texts::new(array);
                Box::new(rows.iter().map(move |row| texts.get(*row)))
            }
            None => Box::new(rows.iter().map(|_| None)),
        },
    }
}

fn write_csv(
    writer: &mut csv::Writer<BufWriter<File>>,
    chunk: &Chunk,
    kept: &[usize],
    results: &Results,
    rows: &[usize],
) -> Result<(), csv::Error> {
    let mut kept: Vec<_> = kept.iter().map(|column| texts(chunk, *column, rows)).collect();
    let mut text = String::new();
    for row in rows {
        for column in &mut kept {
            writer.write_field(column.next().flatten().as_deref().unwrap_or_default())?;
        }
        writer.write_field(results.outcome(*row).map_or(UNDECIDED, |outcome| outcome))?;
        writer.write_field(match results.eligible.get(*row).copied().flatten() {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        })?;
        for points in results.score.iter().chain(&results.factors) {
            text.clear();
            if let Some(number) = points.get(*row).copied().flatten() {
                // Writing to a string does not fail.
                let _ = write!(text, "{number}");
            }
            writer.write_field(&text)?;
        }
        let missing = results.missing.get(row).map(|missing| missing.join(";"));
        writer.write_field(missing.unwrap_or_default())?;
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

/// The columns of a Parquet file.
fn arrays(
    chunk: &Chunk,
    kept: &[usize],
    results: &Results,
    rows: &[usize],
) -> Result<Vec<ArrayRef>, arrow_schema::ArrowError> {
    enum Wanted<'r> {
        Kept(usize),
        Outcome,
        Eligible,
        Points(&'r [Option<Number>]),
        Missing,
    }
    let points = results.score.iter().chain(&results.factors);
    let wanted: Vec<Wanted<'_>> = kept
        .iter()
        .map(|column| Wanted::Kept(*column))
        .chain([Wanted::Outcome, Wanted::Eligible])
        .chain(points.map(|points| Wanted::Points(points)))
        .chain([Wanted::Missing])
        .collect();
    let array = |wanted: Wanted<'_>| -> Result<ArrayRef, arrow_schema::ArrowError> {
        Ok(match wanted {
            Wanted::Kept(column) => {
                let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 8);
                texts(chunk, column, rows).for_each(|text| builder.append_option(text));
                Arc::new(builder.finish())
            }
            Wanted::Outcome => {
                let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
                for row in rows {
                    builder.append_value(results.outcome(*row).map_or(UNDECIDED, |text| text));
                }
                Arc::new(builder.finish())
            }
            Wanted::Eligible => {
                let mut builder = BooleanBuilder::with_capacity(rows.len());
                for row in rows {
                    builder.append_option(results.eligible.get(*row).copied().flatten());
                }
                Arc::new(builder.finish())
            }
            Wanted::Points(points) => {
                let mut builder = Decimal128Builder::with_capacity(rows.len())
                    .with_precision_and_scale(DIGITS.0, DIGITS.1)?;
                for row in rows {
                    let number = points.get(*row).copied().flatten();
                    builder.append_option(number.and_then(millionths));
                }
                Arc::new(builder.finish())
            }
            Wanted::Missing => {
                let mut builder = StringBuilder::with_capacity(rows.len(), 0);
                for row in rows {
                    builder.append_option(results.missing.get(row).map(|names| names.join(";")));
                }
                Arc::new(builder.finish())
            }
        })
    };
    wanted.into_par_iter().map(array).collect()
}

/// A number in millionths; `None` if it has more digits after the point.
fn millionths(number: Number) -> Option<i128> {
    number.to_scaled(i32::from(DIGITS.1))
}

/// The rows that are rejected, in a side file that there is only if there are any.
pub(super) struct Rejects<'m> {
    path: PathBuf,
    messages: &'m Messages,
    open: Option<(Whole, csv::Writer<BufWriter<File>>)>,
    count: usize,
}

impl<'m> Rejects<'m> {
    /// The side file of an output.
    pub fn new(output: &Path, messages: &'m Messages) -> Rejects<'m> {
        Rejects { path: rejects_of(output), messages, open: None, count: 0 }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds a row: its line, the column and value at fault, and why.
    pub fn add(
        &mut self,
        line: u64,
        column: &str,
        value: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let unwritable =
            |error: &(dyn Error + 'static)| unwritable(&self.path, self.messages, error);
        let (_, writer) = match &mut self.open {
            Some(open) => open,
            none => {
                let whole = Whole::create(&self.path).map_err(|error| unwritable(&error))?;
                let file = whole.writer().map_err(|error| unwritable(&error))?;
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                let header = ["line", "column", "value", "reason"];
                writer.write_record(header).map_err(|error| unwritable(&error))?;
                none.insert((whole, writer))
            }
        };
        self.count += 1;
        let line = line.to_string();
        writer
            .write_record([line.as_str(), column, value, reason])
            .map_err(|error| unwritable(&error))
    }

    /// Gives the file its name; one of an earlier run is removed if nothing is rejected.
    pub fn finish(self) -> Result<Option<PathBuf>, Failure> {
        let Rejects { path, messages, open, .. } = self;
        let unwritable = |error: io::Error| unwritable(&path, messages, &error);
        let Some((whole, mut writer)) = open else {
            return match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(error)),
                _ => Ok(None),
            };
        };
        writer.flush().map_err(unwritable)?;
        drop(writer);
        whole.finish().map_err(unwritable)?;
        Ok(Some(path))
    }
}
