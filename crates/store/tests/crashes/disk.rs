//! A disk that is full: a clear fault, nothing accepted is lost, and work goes on when there is
//! room.

use std::collections::BTreeMap;
use std::time::Duration;

use casework::store::{Kept, StoreError};
use casework::{Action, Desk, Store, What, desk::DeskError};
use store::Database;

use crate::server::Server;
use crate::small_disk::{Disk, noise};
use crate::stories::{Story, procedures};
use crate::work::open;

/// Does actions until the disk is full, empties it, and goes on.
async fn work(database: &Database, disk: &Disk, server: Option<&Server<'_>>) {
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = Desk { store: database.clone(), procedures: procedures() };
    for action in &story.log {
        desk.take(action).await.unwrap();
    }
    let action = |number: u64| {
        let mut action = story.action("jobs", "2026-11-03", What::Submit);
        action.id = format!("client-{number}");
        action.expected_version = number;
        let (of, rule) = (action.id.clone(), noise(number, 16_000));
        action.what = What::SuspectDuplicate { of, rule };
        action
    };
    disk.fill(1 << 19);
    let mut accepted: BTreeMap<u64, Action> = BTreeMap::new();
    let mut number = 5;
    let fault = loop {
        match desk.take(&action(number)).await {
            Ok(taken) => {
                assert_eq!(taken.kept, Kept::New(number + 1));
                accepted.insert(number, action(number));
                number += 1;
                assert!(number < 2_000, "the disk is never full");
            }
            Err(DeskError::Store(fault)) => break fault,
            Err(other) => panic!("{other}"),
        }
    };
    println!("full after {}: {fault}", accepted.len());
    assert!(matches!(fault, StoreError::Unavailable(_)), "{fault:?}");
    disk.empty();
    if let Some(server) = server {
        // It may have stopped, having no room for its own log.
        assert!(server.again());
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    let kept = loop {
        match desk.take(&action(number)).await {
            Ok(taken) => break taken.kept,
            Err(DeskError::Store(StoreError::Unavailable(fault))) => {
                assert!(std::time::Instant::now() < deadline, "{fault}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err(other) => panic!("{other}"),
        }
    };
    assert!(matches!(kept, Kept::New(_) | Kept::Known(_)));
    let log = database.load("TM-1").await.unwrap();
    for (number, action) in &accepted {
        assert_eq!(log.get(usize::try_from(*number).unwrap()), Some(action));
    }
    assert_eq!(log.len(), 6 + accepted.len());
    assert_eq!(crate::work::check(database).await.first, Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_on_a_full_disk() {
    let Some(disk) = Disk::of(8) else { return };
    let database = open(&format!("sqlite:{}", disk.path().join("cases.db").display())).await;
    work(&database, &disk, None).await;
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_on_a_full_disk() {
    let Some(disk) = Disk::of(160) else { return };
    let Some(server) = Server::start(disk.path()) else { return };
    let database = open(&server.address()).await;
    work(&database, &disk, Some(&server)).await;
    database.close().await;
    server.stop("immediate");
}
