//! What is derived from the log of a case: its line, its places in queues, its keys.

use std::collections::BTreeSet;

use casework::store::{Queue, StoreError};
use casework::summary::{Rank, Summary};
use jiff::civil::Date;
use sqlx::AnyConnection;

use crate::fault::Fault;
use crate::sql::{self, Columns, Dialect, Value, values};

/// The owner under whom every case has a place.
const EVERYBODY: &str = "*";

/// A case that is held until the end of the transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    /// Whether it has a line.
    pub(crate) there: bool,
    /// How many actions it has, as its line says; the log decides.
    pub(crate) version: u64,
    /// Its line, unless a program of another version wrote it in another form.
    pub(crate) summary: Option<Summary>,
}

/// Holds a case until the end of the transaction.
pub(crate) async fn hold(
    on: &mut AnyConnection,
    dialect: Dialect,
    case: &str,
) -> Result<Held, Fault> {
    let text = "SELECT version, body FROM summary WHERE case_id = $1 {for update}";
    match sql::row(on, dialect.fill(text), values![case]).await? {
        None => Ok(Held::default()),
        Some(row) => Ok(Held { there: true, version: row.count(0)?, summary: row.json(1).ok() }),
    }
}

/// Holds a case that has no line yet; says whether it did.
pub(crate) async fn hold_new(on: &mut AnyConnection, case: &str) -> Result<bool, Fault> {
    let text = "INSERT INTO summary (case_id, version, body) VALUES ($1, 0, '')
                ON CONFLICT (case_id) DO NOTHING";
    Ok(sql::execute(on, text, values![case]).await? == 1)
}

/// Lets go of the line of a case that was only made to hold it.
pub(crate) async fn let_go(on: &mut AnyConnection, case: &str) -> Result<(), Fault> {
    sql::execute(on, "DELETE FROM summary WHERE case_id = $1", values![case]).await?;
    Ok(())
}

/// Writes what is derived from a case that is held.
///
/// With `anew`, everything is written, since what is there may be wrong; without, only what differs
/// from what was there.
pub(crate) async fn write(
    on: &mut AnyConnection,
    held: &Held,
    after: &Summary,
    anew: bool,
) -> Result<(), Fault> {
    let case = after.case.as_str();
    let text = "INSERT INTO summary (case_id, version, wake, body) VALUES ($1, $2, $3, $4)
                ON CONFLICT (case_id) DO UPDATE
                SET version = excluded.version, wake = excluded.wake, body = excluded.body";
    let wake = after.wake.map(|wake| wake.as_microsecond());
    let values = values![case, sql::int(after.version), wake, sql::json(after)?];
    sql::execute(on, text, values).await?;

    // Without a line that can be read nobody knows what else is there.
    let anew = anew || held.summary.is_none();
    let before = held.summary.as_ref();
    let places = places(after)?;
    if anew || before.map(self::places).transpose()?.as_ref() != Some(&places) {
        sql::execute(on, "DELETE FROM queue WHERE case_id = $1", values![case]).await?;
        let head = "INSERT INTO queue (case_id, owner, due, procedure, status, applicant, place)";
        sql::insert(on, head, places, "").await?;
    }

    let keys: BTreeSet<&String> = after.keys.iter().collect();
    let had: BTreeSet<&String> = before.iter().flat_map(|before| &before.keys).collect();
    if anew || had != keys {
        if anew || !had.is_empty() {
            sql::execute(on, "DELETE FROM shared_key WHERE case_id = $1", values![case]).await?;
        }
        let rows = keys.into_iter().map(|key| values![key.as_str(), case]).collect();
        sql::insert(on, "INSERT INTO shared_key (key, case_id)", rows, "").await?;
    }
    Ok(())
}

/// A case's rows of the queue, in the order of their owners.
pub(crate) fn places(summary: &Summary) -> Result<Vec<Vec<Value>>, StoreError> {
    let due = number(summary.rank().due);
    let status = sql::name(&summary.status)?;
    let owners = std::iter::once(EVERYBODY).chain(summary.waits_for.iter().map(String::as_str));
    let owners: BTreeSet<&str> = owners.collect();
    let row = |owner: &str| {
        let (procedure, applicant) = (summary.procedure.as_str(), summary.applicant.as_str());
        let (status, place) = (status.as_str(), summary.place.as_deref());
        values![summary.case.as_str(), owner, due, procedure, status, applicant, place]
    };
    Ok(owners.into_iter().map(row).collect())
}

/// A page of a queue.
pub(crate) async fn page(
    on: &mut AnyConnection,
    queue: &Queue,
    after: Option<&Rank>,
    limit: usize,
) -> Result<Vec<Summary>, StoreError> {
    let mut wanted = vec![("owner", queue.waits_for.clone().unwrap_or(EVERYBODY.to_owned()))];
    let status = queue.status.map(|status| sql::name(&status)).transpose()?;
    let others = [
        ("procedure", queue.procedure.clone()),
        ("status", status),
        ("applicant", queue.applicant.clone()),
        ("place", queue.place.clone()),
    ];
    wanted.extend(others.into_iter().filter_map(|(column, value)| Some((column, value?))));
    let mut text = "SELECT s.body FROM queue q JOIN summary s ON s.case_id = q.case_id".to_owned();
    let mut values = Vec::new();
    for (column, value) in wanted {
        text.push_str(if values.is_empty() { " WHERE " } else { " AND " });
        values.push(Value::from(value));
        text.push_str(&format!("q.{column} = ${}", values.len()));
    }
    if let Some(after) = after {
        let at = values.len();
        text.push_str(&format!(" AND (q.due, q.case_id) > (${}, ${})", at + 1, at + 2));
        values.extend(values![number(after.due), after.case.as_str()]);
    }
    values.push(sql::limit(limit).into());
    text.push_str(&format!(" ORDER BY q.due, q.case_id LIMIT ${}", values.len()));
    let rows = sql::rows(on, text, values).await?;
    rows.iter().map(|row| row.json(0)).collect()
}

/// A day as a number in which later days are greater.
fn number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
