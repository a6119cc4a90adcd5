//! Whether what is derived is what the log says, and making it so.

mod documents;

use std::collections::{BTreeMap, BTreeSet};

use casework::Action;
use casework::store::{Store, StoreError};
use casework::summary::Summary;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::database::{Database, commit};
use crate::log::length;
use crate::projection;
use crate::sql::{self, Columns, Value, values};

/// How many cases are looked at together.
const BATCH: usize = 200;

/// How many faults are told in full.
const TOLD: usize = 1_000;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The cases that were looked at.
    pub cases: u64,
    /// Their actions.
    pub actions: u64,
    /// The documents whose bytes were looked for.
    pub documents: u64,
    /// How many faults there are.
    pub faults: u64,
    /// The first thousand of them: the case and what is wrong with it.
    pub first: Vec<(String, Fault)>,
}

/// What is wrong with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Its versions have a gap, an action stands in the wrong place, or one cannot be read.
    Log,
    /// Its log cannot be folded under its procedure.
    Fold,
    /// Its summary is missing or is not what the log says.
    Summary,
    /// Its rows of the queue are not what the summary says.
    Queue,
    /// Its keys are not what the summary says.
    Keys,
    /// Not exactly one announcement for each action.
    Announcements,
    /// Something is derived of a case that is not there.
    NoCase,
    /// The bytes of a document are not where they were kept.
    DocumentMissing,
    /// The bytes of a document are not those that were kept.
    DocumentChanged,
}

impl Checked {
    fn fault(&mut self, case: &str, fault: Fault) {
        self.faults += 1;
        if self.first.len() < TOLD {
            self.first.push((case.to_owned(), fault));
        }
    }
}

/// The tables with what is derived of cases.
const DERIVED: [&str; 4] = ["summary", "queue", "shared_key", "announcement"];

impl Database {
    /// Looks at every case, as all are at one moment: whether its log is whole, and what is derived
    /// from it is what the log says. `fold` makes a summary of a log, and gives `None` when it
    /// cannot.
    ///
    /// # Errors
    ///
    /// A failure of the storage. What is wrong with cases is no error, but what was found.
    pub async fn check(
        &self,
        fold: impl Fn(&str, &[Action]) -> Option<Summary> + Send + Sync,
    ) -> Result<Checked, StoreError> {
        let mut on = self.snapshot().await?;
        let mut checked = Checked::default();
        let mut last: Option<String> = None;
        loop {
            let batch = Batch::after(&mut on, last.as_deref()).await?;
            let Some((case, _)) = batch.logs.last_key_value() else { break };
            last = Some(case.clone());
            for (case, log) in &batch.logs {
                checked.cases += 1;
                checked.actions += u64::try_from(log.len()).unwrap_or(u64::MAX);
                for fault in batch.faults(case, log, &fold)? {
                    checked.fault(case, fault);
                }
            }
        }
        for table in DERIVED {
            let text = format!(
                "SELECT DISTINCT d.case_id FROM {table} d WHERE NOT EXISTS
                 (SELECT 1 FROM action a WHERE a.case_id = d.case_id) ORDER BY d.case_id"
            );
            let mut rows = sql::stream(&mut on, text);
            while let Some(row) = rows.next().await {
                checked.fault(&row.map_err(StoreError::from)?.text(0)?, Fault::NoCase);
            }
        }
        on.rollback().await.map_err(|error| StoreError::from(crate::fault::storage(error)))?;
        Ok(checked)
    }

    /// Writes everything anew that is derived from logs, whether it was right or not, and lets go
    /// of what is derived of cases that are not there; says of how many cases, and which of them
    /// could not be folded. Others may work meanwhile.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn rebuild(
        &self,
        fold: impl Fn(&str, &[Action]) -> Option<Summary> + Send + Sync,
    ) -> Result<(u64, Vec<String>), StoreError> {
        let mut rebuilt = 0;
        let mut unfolded = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let cases = self.cases(last.as_deref(), BATCH).await?;
            let Some(case) = cases.last() else { break };
            last = Some(case.clone());
            let mut on = self.write().await?;
            for case in &cases {
                let held = projection::hold(&mut on, self.dialect(), case).await?;
                // Where there was no line, somebody may be writing the first one in this moment.
                if !held.there && !projection::hold_new(&mut on, case).await? {
                    continue;
                }
                let log = crate::log::since(&mut on, case, 0).await;
                match log.ok().and_then(|log| fold(case, &log)) {
                    Some(summary) if summary.version == length(&mut on, case).await? => {
                        projection::write(&mut on, &held, &summary, true).await?;
                        rebuilt += 1;
                    }
                    _ => {
                        if !held.there {
                            projection::let_go(&mut on, case).await?;
                        }
                        unfolded.push(case.clone());
                    }
                }
            }
            commit(on).await?;
        }
        let mut on = self.write().await?;
        for table in ["summary", "queue", "shared_key"] {
            let text = format!(
                "DELETE FROM {table} WHERE NOT EXISTS
                 (SELECT 1 FROM action a WHERE a.case_id = {table}.case_id)"
            );
            sql::execute_over_all(&mut on, text).await?;
        }
        commit(on).await?;
        Ok((rebuilt, unfolded))
    }
}

/// Some cases that follow each other, with what is kept of them.
struct Batch {
    /// The actions with their versions and identifiers; `None` for one that cannot be read.
    logs: BTreeMap<String, Vec<(u64, String, Option<Action>)>>,
    summaries: BTreeMap<String, (u64, Option<i64>, Option<Summary>)>,
    queue: BTreeMap<String, Vec<Vec<Value>>>,
    keys: BTreeMap<String, BTreeSet<String>>,
    announced: BTreeMap<String, Vec<u64>>,
}

impl Batch {
    async fn after(on: &mut AnyConnection, last: Option<&str>) -> Result<Batch, StoreError> {
        let mut batch = Batch {
            logs: BTreeMap::new(),
            summaries: BTreeMap::new(),
            queue: BTreeMap::new(),
            keys: BTreeMap::new(),
            announced: BTreeMap::new(),
        };
        let (more, from) = last.map_or((">=", ""), |last| (">", last));
        let text = format!(
            "SELECT MAX(case_id) FROM (SELECT DISTINCT case_id FROM action WHERE case_id {more} $1
             ORDER BY case_id LIMIT $2) AS batch"
        );
        let row = sql::row(on, text, values![from, sql::limit(BATCH)]).await?;
        let Some(to) = row.map(|row| row.text_or_null(0)).transpose()?.flatten() else {
            return Ok(batch);
        };
        let of = |what: &str, order: &str| {
            format!("SELECT {what} WHERE case_id {more} $1 AND case_id <= $2 ORDER BY {order}")
        };
        let range = || values![from, to.as_str()];
        let text = of("case_id, version, id, body FROM action", "case_id, version");
        for row in sql::rows(on, text, range()).await? {
            let action = (row.count(1)?, row.text(2)?, row.json(3).ok());
            batch.logs.entry(row.text(0)?).or_default().push(action);
        }
        let text = of("case_id, version, wake, body FROM summary", "case_id");
        for row in sql::rows(on, text, range()).await? {
            let summary = (row.count(1)?, row.int_or_null(2)?, row.json(3).ok());
            batch.summaries.insert(row.text(0)?, summary);
        }
        let what = "case_id, owner, due, procedure, status, applicant, place FROM queue";
        for row in sql::rows(on, of(what, "case_id, owner"), range()).await? {
            let case = row.text(0)?;
            let (owner, due) = (row.text(1)?, row.int(2)?);
            let (procedure, status) = (row.text(3)?, row.text(4)?);
            let (applicant, place) = (row.text(5)?, row.text_or_null(6)?);
            let place = place.as_deref();
            let row = values![case.as_str(), owner, due, procedure, status, applicant, place];
            batch.queue.entry(case).or_default().push(row);
        }
        let text = of("case_id, key FROM shared_key", "case_id, key");
        for row in sql::rows(on, text, range()).await? {
            batch.keys.entry(row.text(0)?).or_default().insert(row.text(1)?);
        }
        let text = of("case_id, version FROM announcement", "case_id, version");
        for row in sql::rows(on, text, range()).await? {
            batch.announced.entry(row.text(0)?).or_default().push(row.count(1)?);
        }
        Ok(batch)
    }

    fn faults(
        &self,
        case: &str,
        log: &[(u64, String, Option<Action>)],
        fold: &impl Fn(&str, &[Action]) -> Option<Summary>,
    ) -> Result<Vec<Fault>, StoreError> {
        let mut faults = Vec::new();
        let versions: Vec<u64> = log.iter().map(|(version, _, _)| *version).collect();
        let whole = (1..).zip(log).all(|(at, (version, id, action))| {
            *version == at
                && action.as_ref().is_some_and(|action| {
                    action.case == case && action.id == *id && action.expected_version + 1 == at
                })
        });
        let actions: Vec<Action> = log.iter().filter_map(|(_, _, action)| action.clone()).collect();
        let kept = self.summaries.get(case);
        let summary = kept.and_then(|(_, _, summary)| summary.as_ref());
        if whole {
            match fold(case, &actions) {
                None => faults.push(Fault::Fold),
                Some(folded) => {
                    let right = kept.is_some_and(|(version, wake, summary)| {
                        *version == folded.version
                            && summary.as_ref().is_some_and(|summary| {
                                summary.says_the_same(&folded)
                                    && *wake == summary.wake.map(Timestamp::as_microsecond)
                            })
                    });
                    if !right {
                        faults.push(Fault::Summary);
                    }
                }
            }
        } else {
            faults.push(Fault::Log);
        }
        let places = summary.map(projection::places).transpose()?.unwrap_or_default();
        if self.queue.get(case).cloned().unwrap_or_default() != places {
            faults.push(Fault::Queue);
        }
        let keys = summary.map(|summary| summary.keys.iter().cloned().collect::<BTreeSet<_>>());
        if self.keys.get(case).cloned().unwrap_or_default() != keys.unwrap_or_default() {
            faults.push(Fault::Keys);
        }
        if self.announced.get(case) != Some(&versions) {
            faults.push(Fault::Announcements);
        }
        Ok(faults)
    }
}
