//! Databases for tests: files of SQLite, and a PostgreSQL that the tests start.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyPool, Executor};
use store::{Database, Settings};
use tempfile::TempDir;

/// Makes tests of functions that take a [`Place`], one on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    super::$name($crate::harness::Place::sqlite()).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    if let Some(place) = $crate::harness::Place::postgres().await {
                        super::$name(place).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use on_both;

/// An empty database of a test's own.
pub struct Place {
    pub address: String,
    _folder: Option<TempDir>,
}

impl Place {
    pub fn sqlite() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("cases.db").display());
        Place { address, _folder: Some(folder) }
    }

    /// In the server that all tests share; `None`, with a message, where there is no PostgreSQL.
    pub async fn postgres() -> Option<Place> {
        let folder = std::env::temp_dir().join("store-test-postgres");
        if !script(&["share".as_ref(), folder.as_ref()]) {
            return None;
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", std::process::id());
        let server = address(&folder, "postgres");
        sqlx::any::install_default_drivers();
        let pool = AnyPool::connect(&server).await.unwrap();
        let text = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        pool.execute(sqlx::AssertSqlSafe(text)).await.unwrap();
        let text = format!("CREATE DATABASE {name} TEMPLATE template0");
        pool.execute(sqlx::AssertSqlSafe(text)).await.unwrap();
        pool.close().await;
        Some(Place { address: address(&folder, &name), _folder: None })
    }

    pub async fn open(&self) -> Database {
        let settings = Settings { connections: 24, ..Settings::default() };
        Database::open(&self.address, settings).await.unwrap()
    }

    /// For statements that no program of ours would do.
    pub async fn raw(&self) -> AnyPool {
        sqlx::any::install_default_drivers();
        AnyPool::connect(&self.address).await.unwrap()
    }
}

/// Where a database of a server in a folder is.
pub fn address(folder: &Path, name: &str) -> String {
    format!("postgres://test@localhost/{name}?host={}", folder.display())
}

/// Does something with a server; says whether PostgreSQL is there at all.
pub fn script(arguments: &[&std::ffi::OsStr]) -> bool {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh");
    let output = Command::new(script).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => true,
        Some(2) => {
            println!("skipped: {said}");
            false
        }
        _ => panic!("{said}"),
    }
}
