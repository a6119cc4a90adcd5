//! A round: the highest scores first, and of one score whoever came first.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use feel::temporal::DateTime;

use super::RoundsError;
use super::table::{Row, Table, shorten};
use crate::words;

/// The columns that a file of candidates must have.
const COLUMNS: [&str; 4] = ["id", "score", "submitted_at", "categories"];

/// A person in the pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Who, by any sign.
    pub id: String,
    /// The score.
    pub score: u32,
    /// When the profile was submitted.
    pub submitted_at: DateTime,
    /// The programmes and categories in which the person can be invited.
    pub categories: BTreeSet<String>,
}

/// Who is invited.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection<'c> {
    /// The invited people, in the order of their selection.
    pub invited: Vec<&'c Candidate>,
    /// How many people could have been invited.
    pub eligible: usize,
    /// The score of the last person invited.
    pub cutoff: Option<u32>,
    /// When the last person invited submitted the profile, if others of the same score came later
    /// and were not invited.
    pub tie_break_at: Option<DateTime>,
}

/// Selects people from a pool. With `category`, only those in that category can be invited.
///
/// People of one score and one moment keep the order of the pool.
pub fn select<'c>(
    pool: &'c [Candidate],
    invitations: usize,
    category: Option<&str>,
) -> Selection<'c> {
    let mut eligible: Vec<&Candidate> = pool
        .iter()
        .filter(|candidate| category.is_none_or(|name| candidate.categories.contains(name)))
        .collect();
    eligible.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| earlier(a, b)));
    let (invited, left) = eligible.split_at(invitations.min(eligible.len()));
    let last = invited.last();
    let tie = last.zip(left.first()).filter(|(last, next)| last.score == next.score);
    Selection {
        cutoff: last.map(|last| last.score),
        tie_break_at: tie.map(|(last, _)| last.submitted_at),
        invited: invited.to_vec(),
        eligible: eligible.len(),
    }
}

fn earlier(a: &Candidate, b: &Candidate) -> Ordering {
    // Moments that are read all have a zone, so that they compare.
    a.submitted_at.compare(b.submitted_at).unwrap_or(Ordering::Equal)
}

/// Reads a file of candidates. Categories are separated by `;`.
///
/// # Errors
///
/// Every fault of the file, with line and column.
pub fn read_candidates(text: &str) -> Result<Vec<Candidate>, Vec<RoundsError>> {
    let rows = Table::read(text, &COLUMNS)?.rows(|row| Ok((row.line, read_candidate(row)?)))?;
    let mut seen = BTreeSet::new();
    let twice = rows.iter().find(|(_, candidate)| !seen.insert(candidate.id.as_str()));
    if let Some((line, candidate)) = twice {
        let message = words::candidate_twice(&shorten(&candidate.id));
        return Err(vec![RoundsError { line: *line, column: "id".to_owned(), message }]);
    }
    Ok(rows.into_iter().map(|(_, candidate)| candidate).collect())
}

fn read_candidate(row: Row<'_>) -> Result<Candidate, RoundsError> {
    let submitted = row.cell("submitted_at");
    let moment = DateTime::parse(submitted).ok().filter(|moment| !moment.zone().is_local());
    let categories = row.cell("categories").split(';').map(str::trim);
    Ok(Candidate {
        id: row.cell("id").to_owned(),
        score: row.count("score")?,
        submitted_at: moment
            .ok_or_else(|| row.fault("submitted_at", words::not_moment(&shorten(submitted))))?,
        categories: categories.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "\
id,score,submitted_at,categories
late,515,2025-09-09T18:59:00Z,CEC
high,530,2025-11-01T00:00:00Z,FSW
first,515,2025-09-09T18:58:59Z,CEC;French
east,515,2025-09-10T02:58:59+08:00,CEC
low,399,2025-01-01T00:00:00Z,French
";

    fn ids(selection: &Selection<'_>) -> Vec<String> {
        selection.invited.iter().map(|candidate| candidate.id.clone()).collect()
    }

    #[test]
    fn score_then_time() {
        let pool = read_candidates(POOL).unwrap();
        let selection = select(&pool, 3, None);
        // Two moments that are one in two zones keep the order of the pool.
        assert_eq!(ids(&selection), ["high", "first", "east"]);
        assert_eq!((selection.cutoff, selection.eligible), (Some(515), 5));
        assert_eq!(selection.tie_break_at, Some(pool[3].submitted_at));
        let selection = select(&pool, 4, None);
        assert_eq!((selection.cutoff, selection.tie_break_at), (Some(515), None));
        assert_eq!(ids(&select(&pool, 100, None)).len(), 5);
        assert_eq!(select(&pool, 0, None).cutoff, None);
    }

    #[test]
    fn only_a_category() {
        let pool = read_candidates(POOL).unwrap();
        let selection = select(&pool, 2, Some("French"));
        assert_eq!(ids(&selection), ["first", "low"]);
        assert_eq!((selection.cutoff, selection.eligible), (Some(399), 2));
        assert_eq!(select(&pool, 2, Some("STEM")).eligible, 0);
    }

    #[test]
    fn faults_say_line_and_column() {
        let said = |text: &str| {
            let faults = read_candidates(text).unwrap_err();
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        expect_test::expect![[r#"
            line 2: `submitted_at`: `2025-09-09T18:59:00` is no moment with its zone; write it as "2025-08-24T23:43:05Z"
            line 3: `score`: `-530` is no whole number"#]]
        .assert_eq(&said(&POOL.replace("59:00Z", "59:00").replace("530", "-530")));
        expect_test::expect!["line 6: `id`: `high` stands twice"]
            .assert_eq(&said(&POOL.replace("low", "high")));
        expect_test::expect!["line 3: the row is no CSV with as many cells as the header"]
            .assert_eq(&said(&POOL.replace("high,", "high,,")));
    }
}
