//! The schema, and how it came to be: steps that go forward only.

use casework::store::StoreError;
use sqlx::AnyConnection;

use crate::sql::{self, Columns, Dialect, values};

/// The steps in their order. One that has been released is never changed; the next comes after it.
const STEPS: &[&str] =
    &[include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

/// What this program's schema is called.
pub(crate) const NEWEST: u64 = STEPS.len() as u64;

/// The step that last changed what the tables hold, and not only how it is found. A backup is of it.
pub(crate) const TABLES: u64 = 1;

/// Held by PostgreSQL while the schema changes, so that of two programs that start one waits.
const LOCK: i64 = 0x0078_6961_6e6c_7501;

/// The version of the schema that is there; 0 for an empty database.
pub(crate) async fn version(on: &mut AnyConnection, dialect: Dialect) -> Result<u64, StoreError> {
    let there = match dialect {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'schema_version'",
        Dialect::Postgres => {
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_name = 'schema_version' AND table_schema = ANY (current_schemas(false))"
        }
    };
    if sql::row(on, there, Vec::new()).await?.is_none() {
        return Ok(0);
    }
    let text = "SELECT MAX(version) FROM schema_version";
    let row = sql::row(on, text, Vec::new()).await?;
    let found = row.map(|row| row.int_or_null(0)).transpose()?.flatten().unwrap_or(0);
    u64::try_from(found).map_err(crate::fault::damaged)
}

/// Does the steps that have not been done; says from where to where the schema went. In a
/// transaction that writes.
pub(crate) async fn migrate(
    on: &mut AnyConnection,
    dialect: Dialect,
) -> Result<(u64, u64), StoreError> {
    if dialect == Dialect::Postgres {
        sql::rows(on, "SELECT pg_advisory_xact_lock($1)", values![LOCK]).await?;
    }
    let from = version(on, dialect).await?;
    if from == 0 {
        let table = "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY)";
        sql::execute(on, table, Vec::new()).await?;
    }
    for (number, step) in (1..).zip(STEPS).filter(|(number, _)| *number > from) {
        sql::script(on, &dialect.fill(step)).await?;
        let done = "INSERT INTO schema_version (version) VALUES ($1)";
        sql::execute(on, done, values![sql::int(number)]).await?;
    }
    Ok((from, from.max(NEWEST)))
}
