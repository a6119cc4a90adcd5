//! A CSV file with named columns, and faults by line and column.

use std::str::FromStr;

use dmn::model::Title;

use super::RoundsError;
use crate::words;

/// How many faults of one file are reported.
const MAX_FAULTS: usize = 20;

/// The rows of a CSV file and what is wrong with them.
#[derive(Debug)]
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
    faults: Vec<RoundsError>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'t> {
    header: &'t [String],
    pub line: u64,
    record: &'t csv::StringRecord,
}

impl Table {
    /// Reads a file that must have the columns `columns` and may have others.
    pub fn read(text: &str, columns: &[&str]) -> Result<Table, Vec<RoundsError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let fault = |line, message| RoundsError { line, column: String::new(), message };
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(_) => return Err(vec![fault(1, words::not_csv())]),
        };
        let missing: Vec<RoundsError> = columns
            .iter()
            .filter(|column| header.iter().all(|known| known != *column))
            .map(|column| RoundsError {
                line: 1,
                column: (*column).to_owned(),
                message: words::column_missing(),
            })
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut table = Table { header, rows: Vec::new(), faults: Vec::new() };
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = line_of(text, record.position());
                    table.rows.push((line, record));
                }
                Err(error) => {
                    let line = line_of(text, error.position());
                    table.fault(fault(line, words::not_csv()));
                }
            }
        }
        Ok(table)
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// What each row is read as, or every fault.
    pub fn rows<T>(
        mut self,
        read: impl Fn(Row<'_>) -> Result<T, RoundsError>,
    ) -> Result<Vec<T>, Vec<RoundsError>> {
        let rows = std::mem::take(&mut self.rows);
        let header = std::mem::take(&mut self.header);
        let mut found = Vec::with_capacity(rows.len());
        for (line, record) in &rows {
            match read(Row { header: &header, line: *line, record }) {
                Ok(item) => found.push(item),
                Err(fault) => self.fault(fault),
            }
        }
        if self.faults.is_empty() { Ok(found) } else { Err(self.faults) }
    }

    fn fault(&mut self, fault: RoundsError) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }
}

impl Row<'_> {
    /// The cell of a column; empty where there is none.
    pub fn cell(&self, column: &str) -> &str {
        let position = self.header.iter().position(|known| known == column);
        position.and_then(|position| self.record.get(position)).unwrap_or("")
    }

    /// A whole number that is not negative.
    pub fn count<T: FromStr>(&self, column: &str) -> Result<T, RoundsError> {
        let cell = self.cell(column);
        cell.parse().map_err(|_| self.fault(column, words::not_count(&shorten(cell))))
    }

    /// A fault in a column of this row.
    pub fn fault(&self, column: &str, message: Title) -> RoundsError {
        RoundsError { line: self.line, column: column.to_owned(), message }
    }
}

/// The line of a record, from 1; its position may lie on the line break before it.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(0);
    let rest = text.get(start..).unwrap_or("");
    let breaks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let before = text.get(..start + breaks).unwrap_or("");
    before.matches('\n').count() as u64 + 1
}

/// The beginning of a cell, for a message.
pub(super) fn shorten(cell: &str) -> String {
    cell.chars().take(60).collect()
}
