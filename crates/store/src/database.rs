//! A database: where it is, the connections to it, and the state of its schema.

use std::fmt;
use std::time::Duration;

use casework::store::StoreError;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};

use crate::fault::{Fault, storage};
use crate::schema;
use crate::sql::{self, Dialect, values};

/// How a database is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The most connections at a time. SQLite has one that writes, and these for reading.
    pub connections: u32,
    /// How long an operation waits for a connection before it is told that there is none.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { connections: 16, patience: Duration::from_secs(3) }
    }
}

/// Cases and what belongs to them, in SQLite or PostgreSQL. Clones share their connections.
#[derive(Clone)]
pub struct Database {
    writer: AnyPool,
    reader: AnyPool,
    dialect: Dialect,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No address: it may hold a password.
        f.debug_struct("Database").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Why a database cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// The address is none.
    #[error(
        "`{0}` is no address of a database: `sqlite:FILE` or `postgres://USER@HOST/NAME` is one"
    )]
    Address(String),
    /// It holds nothing of ours yet.
    #[error("the database has no tables: they have to be made first")]
    Empty,
    /// An older program made it.
    #[error("the database has schema {found}, this program needs {needed}: it has to be migrated")]
    Older {
        /// The schema's version.
        found: u64,
        /// This program's.
        needed: u64,
    },
    /// A newer program made it.
    #[error("the database has schema {found}, newer than this program's {needed}: use a newer one")]
    Newer {
        /// The schema's version.
        found: u64,
        /// This program's.
        needed: u64,
    },
    /// It cannot be reached, or failed.
    #[error(transparent)]
    Storage(#[from] StoreError),
}

/// From where to where the schema of a database went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The version that was there; 0 for an empty database.
    pub from: u64,
    /// The version that is there now.
    pub to: u64,
}

impl Database {
    /// Connects to a database and makes sure that its schema is this program's. An empty one gets
    /// its tables; one of an older program is left alone.
    ///
    /// The address is `sqlite:FILE`, made if it is not there, or PostgreSQL's
    /// `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full`.
    ///
    /// # Errors
    ///
    /// An address that is none, a database that cannot be reached, a schema that is not this
    /// program's.
    pub async fn open(address: &str, settings: Settings) -> Result<Database, OpenError> {
        let database = Database::connect(address, settings).await?;
        match database.check_schema().await {
            Err(OpenError::Empty) => {
                database.migrate().await?;
            }
            checked => checked?,
        }
        Ok(database)
    }

    /// Connects to a database without looking at its schema.
    ///
    /// # Errors
    ///
    /// An address that is none, or a database that cannot be reached.
    pub async fn connect(address: &str, settings: Settings) -> Result<Database, OpenError> {
        sqlx::any::install_default_drivers();
        let no_address = || OpenError::Address(without_password(address));
        let dialect = match address.split_once(':') {
            Some(("sqlite", _)) => Dialect::Sqlite,
            Some(("postgres" | "postgresql", _)) => Dialect::Postgres,
            _ => return Err(no_address()),
        };
        let mut full = address.to_owned();
        if dialect == Dialect::Sqlite {
            if full.contains(":memory:") || full.contains("mode=") {
                return Err(no_address());
            }
            full.push_str(if full.contains('?') { "&mode=rwc" } else { "?mode=rwc" });
        }
        let options: AnyConnectOptions = full.parse().map_err(|_| no_address())?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(settings.patience)
                .after_connect(move |on, _| Box::pin(prepare(on, dialect)))
                // SQLite ends a transaction by itself when its disk is full; the driver does not
                // notice, and could begin no other one on this connection.
                .before_acquire(|on, _| {
                    let usable = !on.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
                .connect_lazy_with(options.clone())
        };
        let database = match dialect {
            Dialect::Sqlite => {
                Database { writer: pool(1), reader: pool(settings.connections), dialect }
            }
            Dialect::Postgres => {
                let pool = pool(settings.connections);
                Database { writer: pool.clone(), reader: pool, dialect }
            }
        };
        database.ping().await?;
        Ok(database)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// That it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut on =
            self.writer.acquire().await.map_err(|error| StoreError::from(storage(error)))?;
        on.ping().await.map_err(|error| storage(error).into())
    }

    /// Whether the database answers and has this program's tables: reads one row.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        let text = "SELECT version FROM schema_version WHERE version = $1";
        let newest = values![sql::int(schema::NEWEST)];
        Ok(sql::row(&mut *self.read().await?, text, newest).await?.is_some())
    }

    /// Makes sure that the schema is this program's.
    ///
    /// # Errors
    ///
    /// That it is not, or a failure of the storage.
    pub async fn check_schema(&self) -> Result<(), OpenError> {
        let found = schema::version(&mut *self.read().await?, self.dialect).await?;
        let needed = schema::NEWEST;
        match found {
            0 => Err(OpenError::Empty),
            _ if found < needed => Err(OpenError::Older { found, needed }),
            _ if found > needed => Err(OpenError::Newer { found, needed }),
            _ => Ok(()),
        }
    }

    /// Brings the schema to this program's; does nothing when it is there. Two programs that do so
    /// in the same moment come one after the other.
    ///
    /// # Errors
    ///
    /// A schema that is newer than this program, or a failure of the storage; then nothing has
    /// changed.
    pub async fn migrate(&self) -> Result<Migrated, OpenError> {
        let mut on = self.write().await?;
        let (from, to) = schema::migrate(&mut on, self.dialect).await?;
        if from > schema::NEWEST {
            return Err(OpenError::Newer { found: from, needed: schema::NEWEST });
        }
        commit(on).await.map_err(StoreError::from)?;
        Ok(Migrated { from, to })
    }

    /// Closes all connections, when what is under way has ended.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A connection for reading.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Any>, StoreError> {
        self.reader.acquire().await.map_err(|error| storage(error).into())
    }

    /// A transaction that sees one moment of everything.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(sql::in_time(self.reader.begin_with(self.dialect.begin_snapshot())).await?)
    }

    /// A transaction that writes. Unless it is committed, nothing of it stays.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(sql::in_time(self.writer.begin_with(self.dialect.begin_write())).await?)
    }
}

/// Commits what was written.
pub(crate) async fn commit(on: Transaction<'static, Any>) -> Result<(), Fault> {
    sql::in_time(on.commit()).await
}

/// Sets up a connection so that what is committed outlives a loss of power.
async fn prepare(on: &mut AnyConnection, dialect: Dialect) -> Result<(), sqlx::Error> {
    let settings: &[&'static str] = match dialect {
        Dialect::Sqlite => &[
            "PRAGMA busy_timeout = 10000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
        ],
        Dialect::Postgres => &["SELECT set_config('synchronous_commit', 'on', false)
             WHERE current_setting('synchronous_commit') = 'off'"],
    };
    for setting in settings {
        sqlx::query(*setting).execute(&mut *on).await?;
    }
    Ok(())
}

/// An address as it can be shown.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://…@{place}"),
        None => address.to_owned(),
    }
}
