//! Past rounds as published, with the distribution of the pool before them.

use feel::temporal::Date;

use super::RoundsError;
use super::table::{Row, Table, shorten};
use crate::words;

/// The columns that a file of rounds must have; the bands of the pool follow as `pool_LOW-HIGH`.
const COLUMNS: [&str; 6] =
    ["draw_number", "date", "round_type", "invitations", "crs_cutoff", "pool_as_of"];

/// A round of invitations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its number, as `91a`.
    pub number: String,
    /// The day.
    pub date: Date,
    /// What it was called, as `French language proficiency (Version 1)`.
    pub kind: String,
    /// How many people were invited.
    pub invitations: u64,
    /// The score of the last person invited.
    pub cutoff: u32,
    /// The distribution of the pool, if one was published with it.
    pub pool: Option<Pool>,
}

/// How many people were in the pool, by score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The day of the count.
    pub on: Date,
    /// The bands, highest first.
    pub bands: Vec<Band>,
}

/// People with a score from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The least score.
    pub low: u32,
    /// The greatest score.
    pub high: u32,
    /// How many people.
    pub people: u64,
}

/// Reads a file of rounds, oldest first.
///
/// # Errors
///
/// Every fault of the file, with line and column.
pub fn read_history(text: &str) -> Result<Vec<Round>, Vec<RoundsError>> {
    let table = Table::read(text, &COLUMNS)?;
    let mut bands: Vec<(u32, u32, String)> = table
        .header()
        .iter()
        .filter_map(|column| {
            let (low, high) = column.strip_prefix("pool_")?.split_once('-')?;
            Some((low.parse().ok()?, high.parse().ok()?, column.clone()))
        })
        .collect();
    bands.sort_by_key(|(low, ..)| std::cmp::Reverse(*low));
    for pair in bands.windows(2) {
        if let [(low, ..), (_, high, column)] = pair
            && high >= low
        {
            let (column, message) = (column.clone(), words::bands_overlap());
            return Err(vec![RoundsError { line: 1, column, message }]);
        }
    }
    let mut rounds = table.rows(|row| read_round(row, &bands))?;
    // The file may have the newest first; rounds of one day stay in their order.
    let newest_first = rounds.first().map(|r| r.date) > rounds.last().map(|r| r.date);
    if newest_first {
        rounds.reverse();
    }
    rounds.sort_by_key(|round| round.date);
    Ok(rounds)
}

fn read_round(row: Row<'_>, bands: &[(u32, u32, String)]) -> Result<Round, RoundsError> {
    let date = row.cell("date");
    let date =
        Date::parse(date).map_err(|_| row.fault("date", words::impossible_date(&shorten(date))))?;
    let counted = bands.iter().filter(|(.., column)| !row.cell(column).is_empty()).count();
    let pool = if counted == 0 {
        None
    } else {
        let as_of = row.cell("pool_as_of");
        let on = written_date(as_of)
            .ok_or_else(|| row.fault("pool_as_of", words::not_written_date(&shorten(as_of))))?;
        let read = |(low, high, column): &(u32, u32, String)| {
            Ok(Band { low: *low, high: *high, people: row.count(column)? })
        };
        Some(Pool { on, bands: bands.iter().map(read).collect::<Result<_, _>>()? })
    };
    Ok(Round {
        number: row.cell("draw_number").to_owned(),
        date,
        kind: row.cell("round_type").to_owned(),
        invitations: row.count("invitations")?,
        cutoff: row.count("crs_cutoff")?,
        pool,
    })
}

/// A day as `December 14, 2025` or `July 3rd 2026`, or in ISO form.
fn written_date(text: &str) -> Option<Date> {
    if let Ok(date) = Date::parse(text) {
        return Some(date);
    }
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let month = words.next()?;
    let month = words::MONTHS.iter().position(|known| known.eq_ignore_ascii_case(month))? + 1;
    let day = words.next()?.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let year = words.next()?;
    Date::new(year.parse().ok()?, u8::try_from(month).ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_they_are_written() {
        let day = |text| written_date(text).map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(day("December 14, 2025"), "2025-12-14");
        assert_eq!(day("July 3rd 2026"), "2026-07-03");
        assert_eq!(day("2023-01-18"), "2023-01-18");
        assert_eq!(day("February 30, 2025"), "");
        assert_eq!(day("Decembre 14, 2025"), "");
        assert_eq!(day(""), "");
    }
}
