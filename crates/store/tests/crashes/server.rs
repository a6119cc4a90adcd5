//! The server of PostgreSQL dies while a thousand clients are at work, and comes back.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use casework::Store;
use casework::store::StoreError;
use tokio::sync::mpsc;

use crate::harness::{address, script};
use crate::work;

/// A server of a test's own, with everything that makes it safe.
pub struct Server<'f> {
    folder: &'f Path,
}

impl<'f> Server<'f> {
    /// `None`, with a message, where there is no PostgreSQL.
    pub fn start(folder: &'f Path) -> Option<Server<'f>> {
        let server = Server { folder };
        server.again().then_some(server)
    }

    pub fn again(&self) -> bool {
        script(&[OsStr::new("start"), self.folder.as_ref()])
    }

    pub fn stop(&self, mode: &str) {
        script(&[OsStr::new("stop"), self.folder.as_ref(), OsStr::new(mode)]);
    }

    pub fn address(&self) -> String {
        address(self.folder, "postgres")
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        if self.folder.join("data/postmaster.pid").exists() {
            self.stop("immediate");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_server_loses_and_doubles_nothing() {
    let folder = tempfile::Builder::new().prefix("store-test").tempdir().unwrap();
    let Some(server) = Server::start(folder.path()) else { return };
    let database = work::open(&server.address()).await;
    work::prepare(&database).await;
    let (send, mut answers) = mpsc::unbounded_channel();
    let clients = {
        let database = database.clone();
        tokio::spawn(async move { work::clients(&database, send).await })
    };
    let mut told = BTreeMap::new();
    while let Some((id, version)) = answers.recv().await {
        assert_eq!(told.insert(id, version), None, "each is told once");
        if [50, 300, 700].contains(&told.len()) {
            server.stop("immediate");
            // Whoever asks now is told that it may be worth asking again, and soon.
            let asked = std::time::Instant::now();
            let answer = database.load("TM-1").await;
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
            assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
            assert!(server.again());
        }
    }
    clients.await.unwrap();
    work::is_complete(&database, &told).await;
}
