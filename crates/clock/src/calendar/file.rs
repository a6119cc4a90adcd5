//! Reading calendars: `calendar.toml` says what the calendar is, `days.csv` lists the days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Calendar, Exception, Text, Week};
use crate::day::{self, Day};

/// What is wrong with a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}", position(*line))]
pub struct CalendarError {
    /// Which of the two files: `calendar.toml` or `days.csv`.
    pub file: &'static str,
    /// The line, from 1; 0 where the fault is the file's as a whole.
    pub line: u64,
    /// What is wrong and what would be right.
    pub message: String,
}

fn position(line: u64) -> String {
    if line == 0 { String::new() } else { format!(":{line}") }
}

/// The fields of `calendar.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: Text,
    working_weekdays: Vec<Weekday>,
    known_from: toml::value::Datetime,
    known_through: toml::value::Datetime,
    pub(crate) source: Text,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: String,
    kind: String,
    name_zh: String,
    name_en: String,
}

/// How many days a calendar may span: more than six centuries.
const MAX_DAYS: Day = 250_000;

pub(super) fn read(about: &str, days: &str) -> Result<Calendar, CalendarError> {
    let about: About = toml::from_str(about).map_err(|error| in_about(about, &error))?;
    let whole = |message: &str| CalendarError {
        file: "calendar.toml",
        line: 0,
        message: message.to_owned(),
    };
    let week = Week::new(about.working_weekdays.iter().map(|day| *day as i64))
        .ok_or_else(|| whole("`working_weekdays` is empty: name the days that are worked"))?;
    let known_from = known("known_from", &about.known_from)?;
    let known_through = known("known_through", &about.known_through)?;
    if known_through < known_from {
        return Err(whole("`known_through` is before `known_from`"));
    }
    if known_through - known_from > MAX_DAYS {
        return Err(whole("the calendar spans more than 250,000 days"));
    }
    let exceptions = read_days(days, week, known_from, known_through)?;
    Ok(Calendar::build(about, week, (known_from, known_through), exceptions))
}

fn in_about(text: &str, error: &toml::de::Error) -> CalendarError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = u64::try_from(before.matches('\n').count() + 1).unwrap_or(0);
    let message = error.message().trim().replace('\n', ", ");
    CalendarError { file: "calendar.toml", line, message }
}

fn known(field: &str, value: &toml::value::Datetime) -> Result<Day, CalendarError> {
    let date = match (value.date, value.time) {
        (Some(date), None) => date.to_string().parse::<Date>().ok(),
        _ => None,
    };
    date.map(day::number).ok_or_else(|| CalendarError {
        file: "calendar.toml",
        line: 0,
        message: format!("`{field}` is `{value}`: a date is wanted, as 2026-12-31"),
    })
}

fn read_days(
    text: &str,
    week: Week,
    known_from: Day,
    known_through: Day,
) -> Result<BTreeMap<Day, Exception>, CalendarError> {
    let mut exceptions = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| in_days(&error, 1))?.clone();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| in_days(&error, 0))? {
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record.deserialize(Some(&headers)).map_err(|error| in_days(&error, line))?;
        let fault = |message| CalendarError { file: "days.csv", line, message };
        let date: Date = row
            .date
            .parse()
            .map_err(|_| fault(format!("`{}` is no day: write it as 2026-02-14", row.date)))?;
        let day = day::number(date);
        if !(known_from..=known_through).contains(&day) {
            return Err(fault(format!("{date} lies outside of what the calendar says it knows")));
        }
        let working = match row.kind.as_str() {
            "holiday" => false,
            "make-up" => true,
            other => {
                return Err(fault(format!("`{other}` is no kind: `holiday` or `make-up`")));
            }
        };
        if working && week.works(day) {
            return Err(fault(format!("{date} is worked anyway, and makes up for nothing")));
        }
        if row.name_zh.is_empty() || row.name_en.is_empty() {
            return Err(fault(format!("{date} has no name: both `name_zh` and `name_en`")));
        }
        let name = Text { zh: row.name_zh, en: row.name_en };
        if exceptions.insert(day, Exception { working, name }).is_some() {
            return Err(fault(format!("{date} is listed twice")));
        }
    }
    Ok(exceptions)
}

fn in_days(error: &csv::Error, line: u64) -> CalendarError {
    let line = error.position().map_or(line, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, the header has {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => {
            format!("{err}: the columns are `date,kind,name_zh,name_en`")
        }
        _ => "the row cannot be read as CSV".to_owned(),
    };
    CalendarError { file: "days.csv", line, message }
}
