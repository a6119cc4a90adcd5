//! A thousand clients, four in each case, and what must hold of them in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use casework::case::Case;
use casework::desk::DeskError;
use casework::store::{Kept, StoreError};
use casework::{Action, Desk, Store, Summary, What};
use store::{Checked, Database, Settings};
use tokio::sync::mpsc::UnboundedSender;

use crate::stories::{Story, procedures};

const CASES: usize = 250;
pub const CLIENTS: usize = 1_000;

/// What each client is told: its action, and the version of the case after it.
pub type Told = BTreeMap<String, u64>;

pub async fn open(address: &str) -> Database {
    let patience = Duration::from_secs(2);
    Database::open(address, Settings { connections: 16, patience }).await.unwrap()
}

fn desk(database: &Database) -> Desk<Database> {
    Desk { store: database.clone(), procedures: procedures() }
}

/// Puts the cases where the clients find them.
pub async fn prepare(database: &Database) {
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = desk(database);
    for case in 0..CASES {
        for action in &story.log {
            desk.take(&Action { case: format!("TM-{case}"), ..action.clone() }).await.unwrap();
        }
    }
}

/// Lets all clients do what they do, until each has been told that it is done. What cannot be done
/// now is tried again, as a client would.
pub async fn clients(database: &Database, told: UnboundedSender<(String, u64)>) {
    let desk = Arc::new(desk(database));
    let story = Arc::new(Story::under_review("cn/work-permit", "2026-11-02"));
    let mut tasks = Vec::new();
    for client in 0..CLIENTS {
        let (desk, story, told) = (Arc::clone(&desk), Arc::clone(&story), told.clone());
        tasks.push(tokio::spawn(async move {
            let mut action = story.action("jobs", "2026-11-03", What::Submit);
            action.case = format!("TM-{}", client % CASES);
            action.id = format!("client-{client}");
            let (of, rule) = (action.id.clone(), "same-person".to_owned());
            action.what = What::SuspectDuplicate { of, rule };
            loop {
                let log = desk.store.load(&action.case).await;
                // An action that was decided on is sent again as it was.
                if let Ok(log) = &log {
                    let known = log.iter().find(|known| known.id == action.id);
                    action.expected_version =
                        known.map_or(log.len() as u64, |known| known.expected_version);
                }
                let taken = match log {
                    Ok(_) => desk.take(&action).await.map(|taken| taken.kept),
                    Err(error) => Err(error.into()),
                };
                match taken {
                    Ok(Kept::New(version) | Kept::Known(version)) => {
                        told.send((action.id, version)).unwrap();
                        return;
                    }
                    Err(DeskError::Store(StoreError::Conflict { .. })) => {}
                    Err(DeskError::Store(StoreError::Unavailable(_))) => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }));
    }
    drop(told);
    for task in tasks {
        task.await.unwrap();
    }
}

/// Whether what is derived is what the logs say.
pub async fn check(database: &Database) -> Checked {
    let procedures = procedures();
    let fold = |case: &str, log: &[Action]| {
        let rules = procedures.rules("cn/work-permit")?;
        Some(Summary::of(rules, &Case::fold(rules, case, log).ok()?))
    };
    database.check(fold).await.unwrap()
}

/// Nothing that was told is lost or changed, nothing is there twice, and every log is whole.
pub async fn holds(database: &Database, told: &Told) {
    let checked = check(database).await;
    assert_eq!((checked.cases, checked.first), (CASES as u64, Vec::new()));
    let mut there = BTreeMap::new();
    for case in database.cases(None, 1_000).await.unwrap() {
        for (index, action) in database.load(&case).await.unwrap().into_iter().enumerate() {
            if action.id.starts_with("client-") {
                let again = there.insert(action.id.clone(), index as u64 + 1);
                assert_eq!(again, None, "{} is there twice", action.id);
            }
        }
    }
    for (id, version) in told {
        assert_eq!(there.get(id), Some(version), "{id} was told to be version {version}");
    }
}

/// In the end every client's action is there once, is announced once, and every case goes on.
pub async fn is_complete(database: &Database, told: &Told) {
    assert_eq!(told.len(), CLIENTS);
    holds(database, told).await;
    let total = CASES * 5 + CLIENTS;
    assert_eq!(check(database).await.actions, total as u64);
    let events = database.events(0, 10_000).await.unwrap();
    let different: BTreeSet<_> =
        events.iter().map(|told| (&told.announcement.case, told.announcement.version)).collect();
    assert_eq!((events.len(), different.len()), (total, total));
    assert_eq!(events.last().unwrap().position, total as u64);
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = desk(database);
    for case in 0..CASES {
        let mut action = story.action("qian", "2026-11-09", What::Withdraw);
        action.case = format!("TM-{case}");
        action.expected_version = desk.store.load(&action.case).await.unwrap().len() as u64;
        action.actor = crate::stories::actor("maria");
        let taken = desk.take(&action).await.unwrap();
        assert!(matches!(taken.kept, Kept::New(_)), "TM-{case} goes on");
    }
}
