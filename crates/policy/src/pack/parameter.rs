//! `parameters/NAME.csv`: dated values by place.

use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use feel::{Number, Span};

use super::csv_file::{self, Row};
use super::instrument::{self, Register};
use super::place::Places;
use super::problem::{ProblemCode, Report};
use crate::assessment::Confidence;
use crate::nearest::suggestion;
use crate::scalar;

const COLUMNS: [&str; 12] = [
    "place",
    "value",
    "unit",
    "from",
    "to",
    "instrument",
    "item",
    "confidence",
    "statistic_zh",
    "statistic_en",
    "note_zh",
    "note_en",
];

/// The rows of one parameter in all packs of a country.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// The name of the input in rule documents.
    pub name: Arc<str>,
    /// The rows, those of the national pack first.
    pub rows: Vec<ParameterRow>,
}

/// A value at a place from one day to another.
#[derive(Debug, Clone)]
pub struct ParameterRow {
    /// The place's code.
    pub place: Arc<str>,
    /// The value.
    pub value: Number,
    /// Its unit.
    pub unit: String,
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    pub to: Option<Date>,
    /// The instrument that states it.
    pub instrument: Arc<str>,
    /// Where in the instrument.
    pub item: String,
    /// How well it is attested.
    pub confidence: Confidence,
    /// Which statistic it is.
    pub statistic: Title,
    /// What a reader should know; may be empty.
    pub note: Title,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Where it stands in the file.
    pub span: Span,
}

impl Parameter {
    /// The row in force on a day at a place: that of the nearest place above that has one.
    pub fn find(&self, places: &Places, on: Date, place: &str) -> Option<&ParameterRow> {
        places.upwards(place).find_map(|place| {
            self.rows.iter().find(|row| row.place == place.code && row.is_in_force(on))
        })
    }
}

impl ParameterRow {
    /// Whether the row is in force on a day.
    pub fn is_in_force(&self, on: Date) -> bool {
        is_in_force(self.from, self.to, on)
    }
}

/// Whether a day lies between the first and the last day in force.
pub(crate) fn is_in_force(from: Date, to: Option<Date>, on: Date) -> bool {
    from <= on && to.is_none_or(|to| on <= to)
}

/// Whether two times in force have a day in common.
pub(crate) fn overlap(a: (Date, Option<Date>), b: (Date, Option<Date>)) -> bool {
    a.1.is_none_or(|to| b.0 <= to) && b.1.is_none_or(|to| a.0 <= to)
}

/// Reads one file of a parameter.
pub(crate) fn read(
    file: &Arc<str>,
    places: &Places,
    register: &Register,
    report: &mut Report<'_>,
) -> Vec<ParameterRow> {
    let rows = csv_file::read(file, &COLUMNS, report);
    rows.iter().filter_map(|row| read_row(row, file, places, register, report)).collect()
}

fn read_row(
    row: &Row,
    file: &Arc<str>,
    places: &Places,
    register: &Register,
    report: &mut Report<'_>,
) -> Option<ParameterRow> {
    let [place, value, unit, from, to, instrument, item, confidence] =
        [0, 1, 2, 3, 4, 5, 6, 7].map(|column| row.field(column));
    let title = |zh, en| Title { zh: row.field(zh).to_owned(), en: row.field(en).to_owned() };
    let (statistic, note) = (title(8, 9), title(10, 11));
    let mut fault = |column: &str, message: String, help: Option<String>| {
        let message = format!("column `{column}`: {message}");
        report.error(file, row.span, ProblemCode::Format, message, help);
    };
    if places.get(place).is_none() {
        fault("place", format!("no place `{place}`"), suggestion(place, places.codes()));
    }
    let number = scalar::number(value);
    if number.is_none() {
        fault("value", format!("`{value}` is not a number"), Some("write it as `12345.67`".into()));
    }
    let first = scalar::date(from);
    if first.is_none() {
        fault("from", format!("`{from}` is not a day"), Some("write it as `2026-11-23`".into()));
    }
    let last = if to.is_empty() { Some(None) } else { scalar::date(to).map(Some) };
    if last.is_none() {
        let help = "write it as `2026-11-23`, or nothing for until further notice".into();
        fault("to", format!("`{to}` is not a day"), Some(help));
    }
    if let (Some(first), Some(Some(last))) = (first, last)
        && last < first
    {
        fault("to", format!("{last} is before the first day {first}"), None);
    }
    let code = Confidence::from_code(confidence);
    if code.is_none() {
        let help = Some("write S, P, P-, K or U".to_owned());
        fault("confidence", format!("`{confidence}` is no confidence code"), help);
    }
    for (column, text) in
        [("unit", unit), ("statistic_zh", &statistic.zh), ("statistic_en", &statistic.en)]
    {
        if text.is_empty() {
            fault(column, "the field is empty".to_owned(), None);
        }
    }
    if let Some(part) = register.terms.missing(item) {
        let message = format!("column `item`: `{part}` has no words in Chinese");
        let help = Some("add it to `terms.csv` of the pack".to_owned());
        report.warning(file, row.span, ProblemCode::Unresolved, message, help);
    }
    if !instrument::check_id(instrument, file, row.span, register, report) {
        return None;
    }
    Some(ParameterRow {
        place: place.into(),
        value: number?,
        unit: unit.to_owned(),
        from: first?,
        to: last?,
        instrument: instrument.into(),
        item: item.to_owned(),
        confidence: code?,
        statistic,
        note,
        file: file.clone(),
        span: row.span,
    })
}

/// Refuses rows for one place that are in force at once.
pub(crate) fn check_overlaps(parameter: &Parameter, report: &mut Report<'_>) {
    let mut rows: Vec<&ParameterRow> = parameter.rows.iter().collect();
    rows.sort_by_key(|row| (&row.place, row.from));
    for (earlier, row) in rows.iter().zip(rows.iter().skip(1)) {
        let clash =
            earlier.place == row.place && overlap((earlier.from, earlier.to), (row.from, row.to));
        if clash {
            let since = |row: &ParameterRow| match row.to {
                Some(to) => format!("{} to {to}", row.from),
                None => format!("{} on", row.from),
            };
            let message = format!(
                "two values of `{}` for the place `{}` are in force at once: from {} and from {} ({})",
                parameter.name,
                row.place,
                since(row),
                since(earlier),
                earlier.file,
            );
            let help = Some("end the earlier one with `to`".to_owned());
            report.error(&row.file, row.span, ProblemCode::Overlap, message, help);
        }
    }
}
