//! Rows of CSV and Parquet, chunk by chunk.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use csv::ByteRecord;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::Form;
use crate::failure::Failure;
use crate::messages::Messages;

/// The longest record of a CSV file, in bytes.
const MAX_RECORD: usize = 1 << 20;

/// Some rows of the input.
pub(super) enum Chunk {
    /// Records of a CSV file.
    Csv(Vec<ByteRecord>),
    /// Columns of a Parquet file; the number of the first row, from 1.
    Parquet(RecordBatch, u64),
}

impl Chunk {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Chunk::Csv(records) => records.len(),
            Chunk::Parquet(batch, _) => batch.num_rows(),
        }
    }

    /// The text of a cell.
    pub fn text(&self, row: usize, column: usize) -> Option<String> {
        match self {
            Chunk::Csv(records) => {
                records.get(row)?.get(column).and_then(text_of).map(str::to_owned)
            }
            Chunk::Parquet(batch, _) => {
                Texts::new(batch.columns().get(column)?).get(row).map(Cow::into_owned)
            }
        }
    }

    /// The line of a row in a CSV file, or its number in a Parquet file, from 1.
    pub fn line(&self, row: usize) -> u64 {
        match self {
            Chunk::Csv(records) => {
                let position = records.get(row).and_then(ByteRecord::position);
                position.map_or(0, csv::Position::line)
            }
            Chunk::Parquet(_, first) => first + row as u64,
        }
    }
}

/// The text of a CSV cell; an empty one has none.
pub(super) fn text_of(cell: &[u8]) -> Option<&str> {
    std::str::from_utf8(cell).ok().map(str::trim).filter(|text| !text.is_empty())
}

/// The texts of the cells of a Parquet column, as CSV has them.
pub(super) struct Texts<'a> {
    column: &'a ArrayRef,
    formatter: Option<ArrayFormatter<'a>>,
}

/// Values that cannot be shown are faults.
const STRICT: FormatOptions<'static> = FormatOptions::new().with_display_error(false);

impl<'a> Texts<'a> {
    /// The texts of a column.
    pub fn new(column: &'a ArrayRef) -> Texts<'a> {
        let formatter = match column.as_list_opt::<i32>() {
            Some(_) => None,
            None => ArrayFormatter::try_new(column, &STRICT).ok(),
        };
        Texts { column, formatter }
    }

    /// The text of a row; `None` where it is null, or where its type has no text.
    pub fn get(&self, row: usize) -> Option<Cow<'a, str>> {
        if self.column.is_null(row) {
            return None;
        }
        if let Some(texts) = self.column.as_string_opt::<i32>() {
            return Some(Cow::Borrowed(texts.value(row)));
        }
        if let Some(formatter) = &self.formatter {
            return formatter.value(row).try_to_string().ok().map(Cow::Owned);
        }
        let list = self.column.as_list_opt::<i32>()?;
        if list.value_length(row) == 0 {
            return Some(Cow::Borrowed("[]"));
        }
        let items = list.value(row);
        let formatter = ArrayFormatter::try_new(&items, &STRICT).ok()?;
        let items = (0..items.len()).map(|item| formatter.value(item).try_to_string().ok());
        Some(Cow::Owned(items.collect::<Option<Vec<String>>>()?.join(";")))
    }
}

/// An open input.
pub(super) struct Source<'m> {
    path: PathBuf,
    messages: &'m Messages,
    names: Vec<String>,
    length: u64,
    kind: Kind,
}

enum Kind {
    Csv(Box<csv::Reader<Bounded>>),
    Parquet { reader: ParquetRecordBatchReader, row: u64 },
}

impl<'m> Source<'m> {
    /// Opens a file and reads the names of its columns; it is read in chunks of so many rows.
    pub fn open(path: &Path, chunk: usize, messages: &'m Messages) -> Result<Source<'m>, Failure> {
        let form = Form::of(path, messages)?;
        let unreadable = |error: io::Error| {
            let why = [("why", &*error.to_string())];
            Failure::input(path, messages.format("cannot-be-read", &why))
        };
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let (names, length, kind) = match form {
            Form::Csv => {
                let line_too_long =
                    messages.format("line-too-long", &[("most", &MAX_RECORD.to_string())]);
                let file = BufReader::with_capacity(1 << 18, file);
                let bounded = Bounded { file, since_line: 0, line_too_long };
                let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bounded);
                let names = reader.headers().map_err(|e| csv_failure(path, messages, &e))?;
                let name = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
                let names: Vec<String> = names.iter().map(name).collect();
                if names.iter().all(String::is_empty) {
                    return Err(Failure::input(path, messages.text("file-is-empty")));
                }
                (names, length, Kind::Csv(Box::new(reader)))
            }
            Form::Parquet => {
                let unreadable = |error: &dyn std::fmt::Display| {
                    let why = [("form", "Parquet"), ("why", &*error.to_string())];
                    Failure::input(path, messages.format("cannot-be-read-as", &why))
                };
                let builder = ParquetRecordBatchReaderBuilder::try_new(file)
                    .map_err(|error| unreadable(&error))?;
                let fields = builder.schema().fields().iter();
                let names = fields.map(|field| field.name().clone()).collect();
                let rows = u64::try_from(builder.metadata().file_metadata().num_rows());
                let reader =
                    builder.with_batch_size(chunk).build().map_err(|error| unreadable(&error))?;
                (names, rows.unwrap_or(0), Kind::Parquet { reader, row: 0 })
            }
        };
        Ok(Source { path: path.to_owned(), messages, names, length, kind })
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What [`Source::position`] comes to: bytes of a CSV file, rows of a Parquet file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How far the file is read.
    pub fn position(&self) -> u64 {
        match &self.kind {
            Kind::Csv(reader) => reader.position().byte(),
            Kind::Parquet { row, .. } => *row,
        }
    }

    /// Reads so many rows at the most; `None` at the end. The records of an earlier chunk are used
    /// again.
    pub fn read(&mut self, most: usize, used: Option<Chunk>) -> Result<Option<Chunk>, Failure> {
        let Source { path, messages, kind, .. } = self;
        match kind {
            Kind::Csv(reader) => {
                let mut records = match used {
                    Some(Chunk::Csv(records)) => records,
                    _ => Vec::new(),
                };
                let mut count = 0;
                while count < most {
                    if count == records.len() {
                        records.push(ByteRecord::new());
                    }
                    let Some(record) = records.get_mut(count) else { break };
                    let more = reader.read_byte_record(record);
                    if !more.map_err(|error| csv_failure(path, messages, &error))? {
                        break;
                    }
                    count += 1;
                }
                records.truncate(count);
                Ok((count > 0).then_some(Chunk::Csv(records)))
            }
            Kind::Parquet { reader, row } => {
                let Some(batch) = reader.next() else { return Ok(None) };
                let batch = batch.map_err(|error| {
                    let why = [("row", &*row.to_string()), ("why", &*error.to_string())];
                    Failure::input(path, messages.format("cannot-be-read-behind", &why))
                })?;
                let first = *row + 1;
                *row += batch.num_rows() as u64;
                Ok(Some(Chunk::Parquet(batch, first)))
            }
        }
    }
}

fn csv_failure(path: &Path, messages: &Messages, error: &csv::Error) -> Failure {
    let why = [("form", "CSV"), ("why", &*error.to_string())];
    Failure::input(path, messages.format("cannot-be-read-as", &why))
}

/// A file whose lines have an end: one that goes on and on would fill the memory.
struct Bounded {
    file: BufReader<File>,
    since_line: usize,
    line_too_long: String,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        match read.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => self.since_line = count - end,
            None => self.since_line += count,
        }
        if self.since_line > MAX_RECORD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, self.line_too_long.clone()));
        }
        Ok(count)
    }
}
