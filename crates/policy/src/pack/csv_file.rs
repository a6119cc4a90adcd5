//! CSV files row by row, with the lines of their faults.

use std::sync::Arc;

use feel::Span;

use super::problem::{ProblemCode, Report};
use crate::nearest::suggestion;

/// A row of a CSV file: its fields in the order of the columns that were asked for.
#[derive(Debug)]
pub(crate) struct Row {
    pub fields: Vec<String>,
    pub span: Span,
}

/// Reads the rows of `file`, which must have exactly the columns `columns`, in any order.
pub(crate) fn read(file: &Arc<str>, columns: &[&str], report: &mut Report<'_>) -> Vec<Row> {
    let text = report.text(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            report.error(file, 0..0, ProblemCode::Format, describe(&error), None);
            return Vec::new();
        }
    };
    let mut complete = true;
    for name in header.iter().filter(|name| !columns.contains(name)) {
        let message = format!("unknown column `{name}`");
        report.error(
            file,
            0..0,
            ProblemCode::Format,
            message,
            suggestion(name, columns.iter().copied()),
        );
        complete = false;
    }
    let mut order = Vec::new();
    for name in columns {
        match header.iter().position(|known| known == *name) {
            Some(position) => order.push(position),
            None => {
                let message = format!("the column `{name}` is missing");
                let help = Some(format!("the columns are `{}`", columns.join(",")));
                report.error(file, 0..0, ProblemCode::Format, message, help);
                complete = false;
            }
        }
    }
    if !complete {
        report.mark_incomplete();
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let span = span(record.position(), text);
                let fields = order
                    .iter()
                    .map(|position| record.get(*position).unwrap_or("").to_owned())
                    .collect();
                rows.push(Row { fields, span });
            }
            Err(error) => {
                let span = span(error.position(), text);
                report.error(file, span, ProblemCode::Format, describe(&error), None);
                report.mark_incomplete();
            }
        }
    }
    rows
}

impl Row {
    /// The field of the column `column`, counted in the order of the columns asked for.
    pub(crate) fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

fn span(position: Option<&csv::Position>, text: &str) -> Span {
    let start = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
    // A record's position may lie on the line break before it.
    let rest = text.get(start..).unwrap_or("");
    let start = start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    Span::new(start, start + length)
}

fn describe(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".to_owned(),
        _ => "the row cannot be read as CSV".to_owned(),
    }
}
