//! The logs of cases, and what is derived from them, as [`casework::Store`] wants them kept.

use std::collections::{BTreeMap, BTreeSet};

use casework::Action;
use casework::store::{Entry, Kept, Queue, Store, StoreError, unjudged};
use casework::summary::{Rank, Summary, Waking};
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::database::{Database, commit};
use crate::fault::{Fault, damaged};
use crate::projection;
use crate::sql::{self, Columns, Dialect, Value, values};

/// How many times an append is tried when the database breaks it off in favour of another one.
const TRIES: usize = 8;

/// How many cases are named in one statement.
const MOST_NAMED: usize = 500;

impl Store for Database {
    async fn append(&self, entries: &[Entry]) -> Result<Vec<Kept>, StoreError> {
        let mut tries = 1;
        loop {
            match self.try_append(entries).await {
                Err(Fault::BrokenOff(_)) if tries < TRIES => tries += 1,
                tried => return Ok(tried?),
            }
        }
    }

    async fn load(&self, case: &str) -> Result<Vec<Action>, StoreError> {
        since(&mut *self.read().await?, case, 0).await
    }

    async fn summary(&self, case: &str) -> Result<Option<Summary>, StoreError> {
        let text = "SELECT body FROM summary WHERE case_id = $1";
        let row = sql::row(&mut *self.read().await?, text, values![case]).await?;
        row.map(|row| row.json(0)).transpose()
    }

    async fn queue(
        &self,
        queue: &Queue,
        after: Option<&Rank>,
        limit: usize,
    ) -> Result<Vec<Summary>, StoreError> {
        let mut on = self.read().await?;
        projection::page(&mut on, queue, after, limit).await
    }

    async fn waking(
        &self,
        now: Timestamp,
        after: Option<&Waking>,
        limit: usize,
    ) -> Result<Vec<Waking>, StoreError> {
        let text = "SELECT wake, case_id FROM summary
                    WHERE wake IS NOT NULL AND wake <= $1 AND (wake, case_id) > ($2, $3)
                    ORDER BY wake, case_id LIMIT $4";
        let (wake, case) = match after {
            Some(after) => (after.wake.as_microsecond(), after.case.as_str()),
            None => (i64::MIN, ""),
        };
        let values = values![now.as_microsecond(), wake, case, sql::limit(limit)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        let read = |row: &AnyRow| {
            let wake = Timestamp::from_microsecond(row.int(0)?).map_err(damaged)?;
            Ok(Waking { wake, case: row.text(1)? })
        };
        rows.iter().map(read).collect()
    }

    async fn sharing(&self, keys: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        let mut found = Vec::new();
        let mut on = self.read().await?;
        for key in keys {
            let text = "SELECT key, case_id FROM shared_key WHERE key = $1 ORDER BY case_id";
            for row in sql::rows(&mut on, text, values![key.as_str()]).await? {
                found.push((row.text(0)?, row.text(1)?));
            }
        }
        Ok(found)
    }

    async fn cases(&self, after: Option<&str>, limit: usize) -> Result<Vec<String>, StoreError> {
        // The first action of every case is its version 1.
        let (text, values) = match after {
            None => (
                "SELECT case_id FROM action WHERE version = 1 ORDER BY case_id LIMIT $1",
                values![sql::limit(limit)],
            ),
            Some(after) => (
                "SELECT case_id FROM action WHERE version = 1 AND case_id > $1
                 ORDER BY case_id LIMIT $2",
                values![after, sql::limit(limit)],
            ),
        };
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    async fn replace_summary(&self, summary: &Summary) -> Result<bool, StoreError> {
        let mut on = self.write().await?;
        let held = projection::hold(&mut on, self.dialect(), &summary.case).await?;
        // Where there was no line, somebody may be writing the first one in this moment.
        if !held.there && !projection::hold_new(&mut on, &summary.case).await? {
            return Ok(false);
        }
        // A case that is not there has no summary either.
        let length = length(&mut on, &summary.case).await?;
        if length == 0 || length != summary.version {
            return Ok(false);
        }
        projection::write(&mut on, &held, summary, true).await?;
        commit(on).await?;
        Ok(true)
    }
}

impl Database {
    /// Cases in a line, those of these identifiers that are there.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn lines(&self, cases: &BTreeSet<&str>) -> Result<Vec<Summary>, StoreError> {
        let cases: Vec<&str> = cases.iter().copied().collect();
        let mut lines = Vec::new();
        for some in cases.chunks(MOST_NAMED) {
            let places: Vec<String> = (1..=some.len()).map(|place| format!("${place}")).collect();
            let places = places.join(", ");
            let text = format!("SELECT body FROM summary WHERE case_id IN ({places})");
            let values = some.iter().map(|case| Value::from(*case)).collect();
            for row in sql::rows(&mut *self.read().await?, text, values).await? {
                lines.push(row.json(0)?);
            }
        }
        Ok(lines)
    }

    /// Cases in a line in the order of their identifiers, after one of them, at most `limit`.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn lines_after(&self, after: &str, limit: usize) -> Result<Vec<Summary>, StoreError> {
        let text = "SELECT body FROM summary WHERE case_id > $1 ORDER BY case_id LIMIT $2";
        let values = values![after, sql::limit(limit)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        rows.iter().map(|row| row.json(0)).collect()
    }

    async fn try_append(&self, entries: &[Entry]) -> Result<Vec<Kept>, Fault> {
        let mut on = self.write().await?;
        let kept = append(&mut on, self.dialect(), entries).await?;
        if kept.iter().any(|kept| matches!(kept, Kept::New(_))) {
            commit(on).await?;
        }
        Ok(kept)
    }
}

/// Adds the entries, each case's in their order, the cases in the order of their names: so no two
/// of us wait for each other.
async fn append(
    on: &mut AnyConnection,
    dialect: Dialect,
    entries: &[Entry],
) -> Result<Vec<Kept>, Fault> {
    let mut cases: BTreeMap<&str, Vec<(usize, &Entry)>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        cases.entry(&entry.action.case).or_default().push((index, entry));
    }
    let mut held = BTreeMap::new();
    for case in cases.keys() {
        held.insert(*case, projection::hold(on, dialect, case).await?);
    }
    let mut all = BTreeMap::new();
    let mut told: Vec<(usize, Vec<Value>)> = Vec::new();
    for (case, entries) in cases {
        let held = held.remove(case).unwrap_or_default();
        let mut at = held.version;
        let mut after = None;
        for (index, entry) in entries {
            let kept = add(on, &entry.action, at).await?;
            all.insert(index, kept);
            if let Kept::New(version) = kept {
                if entry.summary.version != version {
                    return Err(unjudged(&entry.action).into());
                }
                at = version;
                after = Some(&entry.summary);
                told.push((index, announcement(entry)?));
            }
        }
        if let Some(after) = after {
            projection::write(on, &held, after, false).await?;
        }
    }
    told.sort_by_key(|(index, _)| *index);
    let told = told.into_iter().map(|(_, row)| row).collect();
    let head = "INSERT INTO announcement (case_id, version, kind, body)";
    sql::insert(on, head, told, "").await?;
    Ok(all.into_values().collect())
}

/// Adds an action to the log of a case that is held, and most likely at the version `at`.
async fn add(on: &mut AnyConnection, action: &Action, at: u64) -> Result<Kept, Fault> {
    let mut actual = at;
    // Only a case that is begun in this moment, or whose summary is not what its log says, comes
    // here twice.
    for _ in 0..2 {
        if action.expected_version == actual {
            let text = "INSERT INTO action (case_id, version, id, body) VALUES ($1, $2, $3, $4)
                        ON CONFLICT DO NOTHING";
            let version = actual + 1;
            let (case, id) = (action.case.as_str(), action.id.as_str());
            let values = values![case, sql::int(version), id, sql::json(action)?];
            if sql::execute(on, text, values).await? == 1 {
                return Ok(Kept::New(version));
            }
        }
        let text = "SELECT version, body FROM action WHERE case_id = $1 AND id = $2";
        let values = values![action.case.as_str(), action.id.as_str()];
        if let Some(row) = sql::row(on, text, values).await? {
            let known: Action = row.json(1)?;
            return if known.is_same(action) {
                Ok(Kept::Known(row.count(0)?))
            } else {
                Err(StoreError::IdTaken(action.id.clone()).into())
            };
        }
        let length = length(on, &action.case).await?;
        if length == actual || action.expected_version != length {
            actual = length;
            break;
        }
        actual = length;
    }
    let (case, expected) = (action.case.clone(), action.expected_version);
    let since = since(on, &case, expected).await?;
    Err(StoreError::Conflict { case, expected, actual, since }.into())
}

/// How many actions a case has.
pub(crate) async fn length(on: &mut AnyConnection, case: &str) -> Result<u64, StoreError> {
    let text = "SELECT MAX(version) FROM action WHERE case_id = $1";
    let row = sql::row(on, text, values![case]).await?;
    let length = row.map(|row| row.int_or_null(0)).transpose()?.flatten().unwrap_or(0);
    u64::try_from(length).map_err(crate::fault::damaged)
}

/// The actions of a case after a version, in order.
pub(crate) async fn since(
    on: &mut AnyConnection,
    case: &str,
    version: u64,
) -> Result<Vec<Action>, StoreError> {
    let text = "SELECT body FROM action WHERE case_id = $1 AND version > $2 ORDER BY version";
    let rows = sql::rows(on, text, values![case, sql::int(version)]).await?;
    rows.iter().map(|row| row.json(0)).collect()
}

fn announcement(entry: &Entry) -> Result<Vec<Value>, StoreError> {
    let told = &entry.announcement;
    let kind = sql::name(&told.kind)?;
    Ok(values![told.case.as_str(), sql::int(told.version), kind, sql::json(told)?])
}
