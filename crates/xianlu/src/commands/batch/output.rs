//! Results as CSV and Parquet, and the rows that are rejected.

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
use policy::population::{Brief, Population};

use super::{Form, rejects_of};
use crate::commands::whole::{Whole, write_failure};
use crate::failure::Failure;

/// Digits of points in Parquet, and those of them after the point.
const DIGITS: (u8, i8) = (28, 6);

/// What stands for an outcome that is not decided yet, as in worked cases.
const UNDECIDED: &str = "undecided";

fn other(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::input(path, format!("it cannot be written: {error}"))
}

/// Why a row is not added.
pub(super) enum AddError {
    /// A number has more digits after the point than the file holds.
    Digits { number: Number, digits: usize },
    /// The file cannot be written.
    Write(Failure),
}

/// The results.
pub(super) struct Sink {
    whole: Whole,
    kind: Kind,
}

enum Kind {
    Csv { writer: csv::Writer<BufWriter<File>>, score: bool },
    Parquet { writer: Box<ArrowWriter<File>>, schema: SchemaRef, batch: Batch },
}

/// Rows that are not written yet.
struct Batch {
    kept: Vec<StringBuilder>,
    outcome: StringBuilder,
    eligible: BooleanBuilder,
    score: Option<Decimal128Builder>,
    factors: Vec<Decimal128Builder>,
    missing: StringBuilder,
}

impl Sink {
    /// Begins a file with the columns that are kept, then outcome, eligible, score and factors.
    pub fn create<'k>(
        path: &Path,
        kept: impl Iterator<Item = &'k str>,
        population: &Population<'_>,
    ) -> Result<Sink, Failure> {
        let form = Form::of(path)?;
        let whole = Whole::create(path)?;
        let file = whole.writer()?;
        let kept: Vec<&str> = kept.collect();
        let score = population.has_score();
        let kind = match form {
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                let names = kept.iter().copied().chain(["outcome", "eligible"]);
                let names = names.chain(score.then_some("score"));
                let names = names.chain(population.factors().iter().map(|name| &**name));
                writer
                    .write_record(names.chain(["missing"]))
                    .map_err(|error| other(path, error))?;
                Kind::Csv { writer, score }
            }
            Form::Parquet => {
                let number = || DataType::Decimal128(DIGITS.0, DIGITS.1);
                let mut fields: Vec<Field> =
                    kept.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
                fields.push(Field::new("outcome", DataType::Utf8, false));
                fields.push(Field::new("eligible", DataType::Boolean, true));
                if score {
                    fields.push(Field::new("score", number(), true));
                }
                let factors = population.factors().iter();
                fields.extend(factors.map(|name| Field::new(&**name, number(), true)));
                fields.push(Field::new("missing", DataType::Utf8, true));
                let schema = Arc::new(Schema::new(fields));
                let properties =
                    WriterProperties::builder().set_compression(Compression::SNAPPY).build();
                let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
                    .map_err(|error| other(path, error))?;
                let points = || {
                    Decimal128Builder::new()
                        .with_precision_and_scale(DIGITS.0, DIGITS.1)
                        .map_err(|error| other(path, error))
                };
                let batch = Batch {
                    kept: kept.iter().map(|_| StringBuilder::new()).collect(),
                    outcome: StringBuilder::new(),
                    eligible: BooleanBuilder::new(),
                    score: if score { Some(points()?) } else { None },
                    factors: population
                        .factors()
                        .iter()
                        .map(|_| points())
                        .collect::<Result<_, _>>()?,
                    missing: StringBuilder::new(),
                };
                Kind::Parquet { writer: Box::new(writer), schema, batch }
            }
        };
        Ok(Sink { whole, kind })
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When its points have too many digits for the file, or it cannot be written.
    pub fn add<'c>(
        &mut self,
        kept: impl Iterator<Item = Option<&'c str>>,
        brief: &Brief,
    ) -> Result<(), AddError> {
        let outcome = brief.outcome.as_deref().unwrap_or(UNDECIDED);
        let missing = brief.missing.join(";");
        match &mut self.kind {
            Kind::Csv { writer, score } => {
                let text = |number: &Option<Number>| number.map(|n| n.to_string());
                let mut cells: Vec<String> =
                    kept.map(|cell| cell.unwrap_or_default().to_owned()).collect();
                cells.push(outcome.to_owned());
                cells.push(brief.eligible.map(|eligible| eligible.to_string()).unwrap_or_default());
                if *score {
                    cells.push(text(&brief.score).unwrap_or_default());
                }
                cells.extend(brief.factors.iter().map(|points| text(points).unwrap_or_default()));
                cells.push(missing);
                writer
                    .write_record(&cells)
                    .map_err(|error| AddError::Write(other(&self.whole.path, error)))
            }
            Kind::Parquet { batch, .. } => {
                let score = integer(brief.score)?;
                let factors: Vec<Option<i128>> = brief
                    .factors
                    .iter()
                    .map(|points| integer(*points))
                    .collect::<Result<_, _>>()?;
                for (builder, cell) in batch.kept.iter_mut().zip(kept) {
                    builder.append_option(cell);
                }
                batch.outcome.append_value(outcome);
                batch.eligible.append_option(brief.eligible);
                if let Some(builder) = &mut batch.score {
                    builder.append_option(score);
                }
                for (builder, points) in batch.factors.iter_mut().zip(factors) {
                    builder.append_option(points);
                }
                batch.missing.append_option(Some(missing).filter(|missing| !missing.is_empty()));
                Ok(())
            }
        }
    }

    /// Writes what was added.
    pub fn write(&mut self) -> Result<(), Failure> {
        let path = &self.whole.path;
        match &mut self.kind {
            Kind::Csv { writer, .. } => writer.flush().map_err(|error| write_failure(path, &error)),
            Kind::Parquet { writer, schema, batch } => {
                let mut columns: Vec<ArrayRef> = Vec::new();
                columns.extend(batch.kept.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
                columns.push(Arc::new(batch.outcome.finish()));
                columns.push(Arc::new(batch.eligible.finish()));
                columns.extend(batch.score.as_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
                columns.extend(batch.factors.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
                columns.push(Arc::new(batch.missing.finish()));
                let batch = RecordBatch::try_new(Arc::clone(schema), columns)
                    .map_err(|error| other(path, error))?;
                writer.write(&batch).map_err(|error| other(path, error))
            }
        }
    }

    /// Gives the file its name.
    pub fn finish(self) -> Result<(), Failure> {
        let Sink { whole, kind } = self;
        match kind {
            Kind::Csv { mut writer, .. } => {
                writer.flush().map_err(|error| write_failure(&whole.path, &error))?;
            }
            Kind::Parquet { writer, .. } => {
                writer.close().map_err(|error| other(&whole.path, error))?;
            }
        }
        whole.finish()
    }
}

/// A number in millionths.
fn integer(number: Option<Number>) -> Result<Option<i128>, AddError> {
    let Some(number) = number else { return Ok(None) };
    let millionths = number.to_string();
    let (whole, fraction) = millionths.split_once('.').unwrap_or((&millionths, ""));
    let digits = usize::try_from(DIGITS.1).unwrap_or(0);
    let scaled = (fraction.len() <= digits)
        .then(|| format!("{whole}{fraction:0<digits$}").parse::<i128>().ok())
        .flatten();
    scaled.map(Some).ok_or(AddError::Digits { number, digits })
}

/// The rows that are rejected, in a side file that there is only if there are any.
pub(super) struct Rejects {
    path: PathBuf,
    open: Option<(Whole, csv::Writer<BufWriter<File>>)>,
    count: usize,
}

impl Rejects {
    /// The side file of an output.
    pub fn new(output: &Path) -> Rejects {
        Rejects { path: rejects_of(output), open: None, count: 0 }
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
        let (_, writer) = match &mut self.open {
            Some(open) => open,
            none => {
                let whole = Whole::create(&self.path)?;
                let mut writer = csv::Writer::from_writer(BufWriter::new(whole.writer()?));
                let header = ["line", "column", "value", "reason"];
                writer.write_record(header).map_err(|error| other(&self.path, error))?;
                none.insert((whole, writer))
            }
        };
        self.count += 1;
        let line = line.to_string();
        writer
            .write_record([line.as_str(), column, value, reason])
            .map_err(|error| other(&self.path, error))
    }

    /// Gives the file its name; one of an earlier run is removed if nothing is rejected.
    pub fn finish(self) -> Result<Option<PathBuf>, Failure> {
        let Some((whole, mut writer)) = self.open else {
            return match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(write_failure(&self.path, &error))
                }
                _ => Ok(None),
            };
        };
        writer.flush().map_err(|error| write_failure(&self.path, &error))?;
        drop(writer);
        whole.finish()?;
        Ok(Some(self.path))
    }
}
