//! Copies of everything in a form that either database can be filled from.
//!
//! A backup is lines of JSON: a header, a line for each row with the name of its table first, and
//! at the end the numbers of rows and the SHA-256 of all lines before. It shows one moment,
//! whatever is written meanwhile.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use casework::store::StoreError;
use futures_util::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::database::{Database, commit};
use crate::fault::Fault;
use crate::schema;
use crate::sql::{self, Columns, Value, values};
use crate::tokens::hex;

/// How many rows are written in one statement.
const BATCH: usize = 500;

/// The form of backups.
const FORM: u64 = 1;

/// How many rows there are, by table.
pub type Counts = BTreeMap<String, u64>;

/// Why a backup was not made, or a database not filled from one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BackupError {
    /// The file could not be read or written.
    #[error("the file cannot be read or written: {0}")]
    File(String),
    /// The database holds something already.
    #[error("the database is not empty: it has {count} rows in `{table}`")]
    NotEmpty {
        /// A table with rows.
        table: String,
        /// How many.
        count: u64,
    },
    /// A line is not as it must be.
    #[error("line {line}: {fault}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        fault: LineFault,
    },
    /// The first line is not that of a backup.
    #[error("this is no backup of Xianlu: its first line is another")]
    NoBackup,
    /// The backup was made from another schema.
    #[error(
        "the backup has schema {found} and this program {needed}: fill a database with the program \
         that made the backup, and migrate it"
    )]
    Schema {
        /// The backup's.
        found: u64,
        /// This program's.
        needed: u64,
    },
    /// The backup ends too early.
    #[error("the backup is cut off: its last line is missing")]
    CutOff,
    /// The backup is not what was written.
    #[error("the backup was changed or damaged after it was written: its digest differs")]
    Digest,
    /// Not as many rows are there as the backup says.
    #[error("`{table}` has {found} rows, and {expected} in the backup")]
    Count {
        /// The table.
        table: String,
        /// How many rows are there.
        found: u64,
        /// How many there must be.
        expected: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StoreError),
}

/// What is wrong with a line of a backup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// It is no JSON array.
    #[error("it is no array of JSON")]
    Form,
    /// It is of a table that is not there.
    #[error("there is no table `{0}`")]
    Table(String),
    /// Its values are not those of its table.
    #[error("its values are not those of its table")]
    Values,
}

impl From<Fault> for BackupError {
    fn from(fault: Fault) -> BackupError {
        BackupError::Storage(fault.into())
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
}

use Kind::{Int, Text};

/// A table, as backups hold it.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
    /// In which order its rows are.
    order: &'static str,
}

/// The tables, those that others refer to first. Of the counters there is only the last position,
/// which is that of the announcements.
const TABLES: &[Table] = &[
    Table {
        name: "action",
        columns: &[("case_id", Text), ("version", Int), ("id", Text), ("body", Text)],
        order: "case_id, version",
    },
    Table {
        name: "summary",
        columns: &[("case_id", Text), ("version", Int), ("wake", Int), ("body", Text)],
        order: "case_id",
    },
    Table {
        name: "queue",
        columns: &[
            ("case_id", Text),
            ("owner", Text),
            ("due", Int),
            ("procedure", Text),
            ("status", Text),
            ("applicant", Text),
            ("place", Text),
        ],
        order: "case_id, owner",
    },
    Table {
        name: "shared_key",
        columns: &[("key", Text), ("case_id", Text)],
        order: "key, case_id",
    },
    Table {
        name: "announcement",
        columns: &[
            ("position", Int),
            ("case_id", Text),
            ("version", Int),
            ("kind", Text),
            ("body", Text),
        ],
        order: "arrival",
    },
    Table {
        name: "subscription",
        columns: &[("id", Text), ("kinds", Text), ("active", Int), ("body", Text)],
        order: "id",
    },
    Table {
        name: "delivery",
        columns: &[
            ("subscription_id", Text),
            ("position", Int),
            ("state", Text),
            ("due", Int),
            ("tries", Int),
            ("fault", Text),
        ],
        order: "subscription_id, position",
    },
    Table {
        name: "token",
        columns: &[
            ("id", Text),
            ("digest", Text),
            ("expires", Int),
            ("revoked", Int),
            ("body", Text),
        ],
        order: "id",
    },
    Table {
        name: "document",
        columns: &[
            ("case_id", Text),
            ("id", Text),
            ("digest", Text),
            ("scan", Text),
            ("body", Text),
        ],
        order: "case_id, id",
    },
    Table { name: "secret", columns: &[("name", Text), ("value", Text)], order: "name" },
];

impl Table {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    fn line(&self, row: &AnyRow) -> Result<String, StoreError> {
        let mut line = vec![Json::from(self.name)];
        for (index, (_, kind)) in self.columns.iter().enumerate() {
            line.push(match kind {
                Text => row.text_or_null(index)?.into(),
                Int => row.int_or_null(index)?.into(),
            });
        }
        sql::json(&line)
    }

    fn row(&self, values: &[Json]) -> Option<Vec<Value>> {
        if values.len() != self.columns.len() {
            return None;
        }
        let value = |(value, (_, kind)): (&Json, &(&str, Kind))| match (kind, value) {
            (Text, Json::Null) => Some(Value::Text(None)),
            (Int, Json::Null) => Some(Value::Int(None)),
            (Text, Json::String(text)) => Some(text.as_str().into()),
            (Int, Json::Number(number)) => number.as_i64().map(Value::from),
            _ => None,
        };
        values.iter().zip(self.columns).map(value).collect()
    }

    async fn count(&self, on: &mut AnyConnection) -> Result<u64, StoreError> {
        let text = format!("SELECT COUNT(*) FROM {}", self.name);
        match sql::stream(on, text).next().await {
            Some(row) => row?.count(0),
            None => Ok(0),
        }
    }

    async fn fill(&self, on: &mut AnyConnection, rows: Vec<Vec<Value>>) -> Result<(), Fault> {
        let head = format!("INSERT INTO {} ({})", self.name, self.names());
        sql::insert(on, &head, rows, "").await?;
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Header {
    xianlu_backup: u64,
    schema: u64,
    made: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Trailer {
    rows: Counts,
    sha256: String,
}

impl Database {
    /// Writes everything, as it is at one moment; says how many rows.
    ///
    /// It holds the secrets of subscriptions and everything that is known of people: keep it as
    /// safe as the database.
    ///
    /// # Errors
    ///
    /// When the file cannot be written or the database fails.
    pub async fn backup(
        &self,
        to: &mut (impl Write + Send),
        made: Timestamp,
    ) -> Result<Counts, BackupError> {
        let mut digest = Sha256::new();
        let mut write = |line: &str| {
            digest.update(line.as_bytes());
            digest.update(b"\n");
            writeln!(to, "{line}").map_err(file)
        };
        let mut on = self.snapshot().await?;
        write(&sql::json(&Header { xianlu_backup: FORM, schema: schema::TABLES, made })?)?;
        let mut counts = Counts::new();
        for table in TABLES {
            let (names, name, order) = (table.names(), table.name, table.order);
            let text = format!("SELECT {names} FROM {name} ORDER BY {order}");
            let mut rows = sql::stream(&mut on, text);
            let mut count = 0;
            while let Some(row) = rows.next().await {
                write(&table.line(&row?)?)?;
                count += 1;
            }
            counts.insert(name.to_owned(), count);
        }
        on.rollback().await.map_err(crate::fault::storage)?;
        let trailer = Trailer { rows: counts.clone(), sha256: hex(&digest.finalize()) };
        writeln!(to, "{}", sql::json(&trailer)?).map_err(file)?;
        to.flush().map_err(file)?;
        Ok(counts)
    }

    /// Fills an empty database from a backup, whichever of the two kinds it was made from; all of
    /// it, or nothing when anything is wrong with it.
    ///
    /// # Errors
    ///
    /// A database that is not empty; a backup that is cut off, damaged or of another schema; a file
    /// that cannot be read; a failure of the database.
    pub async fn restore(&self, from: &mut (impl BufRead + Send)) -> Result<Counts, BackupError> {
        let mut on = self.write().await?;
        for table in TABLES {
            let count = table.count(&mut on).await?;
            if count > 0 {
                return Err(BackupError::NotEmpty { table: table.name.to_owned(), count });
            }
        }
        let counts = fill(&mut on, from).await?;
        for table in TABLES {
            let (found, expected) =
                (table.count(&mut on).await?, counts.get(table.name).copied().unwrap_or(0));
            if found != expected {
                let table = table.name.to_owned();
                return Err(BackupError::Count { table, found, expected });
            }
        }
        let text = "UPDATE counter SET value =
                      (SELECT COALESCE(MAX(position), 0) FROM announcement)
                    WHERE name = 'position'";
        sql::execute(&mut on, text, values![]).await?;
        commit(on).await?;
        Ok(counts)
    }
}

/// Writes the rows of a backup; gives the numbers that its last line says.
async fn fill(
    on: &mut AnyConnection,
    from: &mut (impl BufRead + Send),
) -> Result<Counts, BackupError> {
    let mut digest = Sha256::new();
    let mut number = 0;
    let mut waiting: Option<(&Table, Vec<Vec<Value>>)> = None;
    loop {
        let mut line = String::new();
        number += 1;
        if from.read_line(&mut line).map_err(file)? == 0 {
            return Err(BackupError::CutOff);
        }
        let wrong = |fault| BackupError::Line { line: number, fault };
        let before = digest.clone();
        digest.update(line.as_bytes());
        if number == 1 {
            let header: Header = serde_json::from_str(&line).map_err(|_| BackupError::NoBackup)?;
            if header.xianlu_backup != FORM || header.schema != schema::TABLES {
                let (found, needed) = (header.schema, schema::TABLES);
                return Err(BackupError::Schema { found, needed });
            }
            continue;
        }
        if line.starts_with('{') {
            // A last line that is cut off is not the last line.
            let trailer: Trailer = serde_json::from_str(&line).map_err(|_| BackupError::CutOff)?;
            if trailer.sha256 != hex(&before.finalize()) {
                return Err(BackupError::Digest);
            }
            if let Some((table, rows)) = waiting {
                table.fill(on, rows).await?;
            }
            return Ok(trailer.rows);
        }
        let cells: Vec<Json> = serde_json::from_str(&line).map_err(|_| {
            if line.ends_with('\n') { wrong(LineFault::Form) } else { BackupError::CutOff }
        })?;
        let (name, cells) = cells.split_first().ok_or_else(|| wrong(LineFault::Form))?;
        let name = name.as_str().unwrap_or_default();
        let table = TABLES.iter().find(|table| name == table.name);
        let table = table.ok_or_else(|| wrong(LineFault::Table(name.to_owned())))?;
        let row = table.row(cells).ok_or_else(|| wrong(LineFault::Values))?;
        match &mut waiting {
            Some((same, rows)) if same.name == table.name && rows.len() < BATCH => rows.push(row),
            _ => {
                if let Some((table, rows)) = waiting.replace((table, vec![row])) {
                    table.fill(on, rows).await?;
                }
            }
        }
    }
}

fn file(error: std::io::Error) -> BackupError {
    BackupError::File(error.to_string())
}
