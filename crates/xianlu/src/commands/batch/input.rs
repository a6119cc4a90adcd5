//! Rows of facts from CSV and Parquet, as texts.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use arrow_array::{Array, RecordBatch, cast::AsArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::Form;
use crate::failure::Failure;

/// The longest record of a CSV file, in bytes.
const MAX_RECORD: usize = 1 << 20;

/// A row of the input.
pub(super) struct Record {
    /// The line of a CSV file, or the row of a Parquet file, from 1.
    pub line: u64,
    /// The cells, `None` where they are empty; or the number of the first that is no UTF-8.
    pub cells: Result<Vec<Option<String>>, NotUtf8>,
}

/// The number of a cell that is no UTF-8, from 1.
pub(super) struct NotUtf8(pub usize);

impl Record {
    /// The text of a cell.
    pub fn cell(&self, column: usize) -> Option<&str> {
        self.cells.as_ref().ok()?.get(column)?.as_deref()
    }
}

/// An open input.
pub(super) struct Source {
    path: PathBuf,
    names: Vec<String>,
    length: u64,
    kind: Kind,
}

enum Kind {
    Csv(Box<csv::Reader<Bounded>>),
    Parquet { reader: ParquetRecordBatchReader, waiting: Option<(RecordBatch, usize)>, row: u64 },
}

impl Source {
    /// Opens a file and reads the names of its columns.
    pub fn open(path: &Path) -> Result<Source, Failure> {
        let form = Form::of(path)?;
        let file = File::open(path).map_err(|error| Failure::read(path, &error))?;
        let length = file.metadata().map_err(|error| Failure::read(path, &error))?.len();
        match form {
            Form::Csv => Source::csv(path, file, length),
            Form::Parquet => Source::parquet(path, file),
        }
    }

    fn csv(path: &Path, file: File, length: u64) -> Result<Source, Failure> {
        let bounded = Bounded { file: BufReader::with_capacity(1 << 18, file), since_line: 0 };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bounded);
        let names = reader.headers().map_err(|error| csv_failure(path, &error))?;
        let names: Vec<String> = names
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        if names.iter().all(String::is_empty) {
            let message = "the file is empty; its first line names the facts";
            return Err(Failure::input(path, message));
        }
        let kind = Kind::Csv(Box::new(reader));
        Ok(Source { path: path.to_owned(), names, length, kind })
    }

    fn parquet(path: &Path, file: File) -> Result<Source, Failure> {
        let unreadable = |error: &dyn std::fmt::Display| {
            Failure::input(path, format!("it cannot be read as Parquet: {error}"))
        };
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(&error))?;
        let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let length = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let reader = builder.with_batch_size(8_192).build().map_err(|error| unreadable(&error))?;
        let kind = Kind::Parquet { reader, waiting: None, row: 0 };
        Ok(Source { path: path.to_owned(), names, length, kind })
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

    /// Reads so many rows at the most; none at the end.
    pub fn read(&mut self, most: usize) -> Result<Vec<Record>, Failure> {
        let path = &self.path;
        let mut records = Vec::with_capacity(most);
        match &mut self.kind {
            Kind::Csv(reader) => {
                let mut record = csv::ByteRecord::new();
                while records.len() < most {
                    let more = reader.read_byte_record(&mut record);
                    if !more.map_err(|error| csv_failure(path, &error))? {
                        break;
                    }
                    let line = record.position().map_or(0, csv::Position::line);
                    records.push(Record { line, cells: texts(&record) });
                }
            }
            Kind::Parquet { reader, waiting, row } => {
                while records.len() < most {
                    let (batch, start) = match waiting.take() {
                        Some(waiting) => waiting,
                        None => match reader.next() {
                            None => break,
                            Some(batch) => (
                                batch.map_err(|error| {
                                    let message = format!("behind row {row}: {error}");
                                    Failure::input(path, message)
                                })?,
                                0,
                            ),
                        },
                    };
                    let end = batch.num_rows().min(start + most - records.len());
                    let cells = rows(&batch, start, end)
                        .map_err(|error| Failure::input(path, error.to_string()))?;
                    for cells in cells {
                        *row += 1;
                        records.push(Record { line: *row, cells: Ok(cells) });
                    }
                    if end < batch.num_rows() {
                        *waiting = Some((batch, end));
                    }
                }
            }
        }
        Ok(records)
    }
}

fn csv_failure(path: &Path, error: &csv::Error) -> Failure {
    Failure::input(path, format!("it cannot be read as CSV: {error}"))
}

/// The cells of a CSV record; an empty one is none.
fn texts(record: &csv::ByteRecord) -> Result<Vec<Option<String>>, NotUtf8> {
    let text = |(number, cell): (usize, &[u8])| match std::str::from_utf8(cell) {
        Ok(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
        Err(_) => Err(NotUtf8(number + 1)),
    };
    record.iter().enumerate().map(text).collect()
}

/// The cells of some rows of a batch.
fn rows(
    batch: &RecordBatch,
    start: usize,
    end: usize,
) -> Result<Vec<Vec<Option<String>>>, arrow_schema::ArrowError> {
    let mut rows = vec![Vec::with_capacity(batch.num_columns()); end.saturating_sub(start)];
    let options = FormatOptions::new().with_display_error(false);
    for column in batch.columns() {
        let list = column.as_list_opt::<i32>();
        let formatter = match list {
            Some(_) => None,
            None => Some(ArrayFormatter::try_new(column, &options)?),
        };
        for (row, cells) in (start..end).zip(&mut rows) {
            cells.push(match (&formatter, list) {
                _ if column.is_null(row) => None,
                (Some(formatter), _) => Some(formatter.value(row).try_to_string()?),
                (None, Some(list)) => Some(items(&list.value(row), &options)?),
                (None, None) => None,
            });
        }
    }
    Ok(rows)
}

/// The items of a list, as a CSV cell has them.
fn items(
    list: &dyn Array,
    options: &FormatOptions<'_>,
) -> Result<String, arrow_schema::ArrowError> {
    if list.is_empty() {
        return Ok("[]".to_owned());
    }
    let formatter = ArrayFormatter::try_new(list, options)?;
    let items = (0..list.len()).map(|item| formatter.value(item).try_to_string());
    Ok(items.collect::<Result<Vec<String>, _>>()?.join(";"))
}

/// A file whose lines have an end: one that goes on and on would fill the memory.
struct Bounded {
    file: BufReader<File>,
    since_line: usize,
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
            let message = format!("a line is longer than {MAX_RECORD} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}
