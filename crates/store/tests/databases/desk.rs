//! The desk on a real store: two officers in one moment, many clients, cases that touch each
//! other, what the time alone does, and what is put right from the log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use casework::action::Verdict;
use casework::case::Flag;
use casework::desk::{DeskError, Refolded};
use casework::store::{Kept, StoreError};
use casework::{Action, Desk, Procedures, Status, Store, Summary, What};
use clock::{Act, Calendar, Office};
use jiff::Timestamp;
use store::{Database, OpenError, Settings};
use tokio::sync::Barrier;

use crate::harness::{Place, on_both};
use crate::stories::{OFFICE, Story, actor, at, decide, open, procedures, propose, what_draft};

async fn desk(place: &Place, log: &[Action]) -> Arc<Desk<Database>> {
    let desk = Desk { store: place.open().await, procedures: procedures() };
    for action in log {
        desk.take(action).await.unwrap();
    }
    Arc::new(desk)
}

async fn take(desk: &Desk<Database>, action: &Action) -> Result<Kept, DeskError> {
    Ok(desk.take(action).await?.kept)
}

async fn summary(desk: &Desk<Database>, case: &str) -> Summary {
    desk.store.summary(case).await.unwrap().unwrap()
}

fn proposed() -> Story {
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    story
}

async fn in_case(
    desk: &Desk<Database>,
    case: &str,
    person: &str,
    moment: &str,
    what: What,
) -> Result<Kept, DeskError> {
    let version = desk.store.load(case).await.unwrap().len();
    let action = Action {
        id: format!("{case}-{version}"),
        case: case.to_owned(),
        expected_version: u64::try_from(version).unwrap(),
        at: at(moment),
        actor: actor(person),
        on_behalf: None,
        what,
    };
    take(desk, &action).await
}

async fn of_two_officers_in_one_moment_one_is_told_what_the_other_did(place: Place) {
    let story = proposed();
    let desk = desk(&place, &[]).await;
    for round in 0..20 {
        let id = format!("TM-{round}");
        for action in &story.log {
            take(&desk, &Action { case: id.clone(), ..action.clone() }).await.unwrap();
        }
        let barrier = Arc::new(Barrier::new(2));
        let act = |person: &'static str, verdict| {
            let (desk, barrier) = (Arc::clone(&desk), Arc::clone(&barrier));
            let mut action = story.action(person, "2026-11-06", decide(verdict));
            (action.id, action.case) = (format!("by-{person}"), id.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let taken = take(&desk, &action).await;
                (action, taken)
            })
        };
        let (one, other) = (act("li", Verdict::Granted), act("zhou", Verdict::Granted));
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        let (won, lost) = if one.1.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(won.1, Ok(Kept::New(7)));
        let (case, since) = (id.clone(), vec![won.0]);
        let conflict = StoreError::Conflict { case, expected: 6, actual: 7, since };
        assert_eq!(lost.1, Err(DeskError::Store(conflict)));
        let (case, _) = desk.case(&id, at("2026-11-06")).await.unwrap();
        assert_eq!((case.status, case.version), (Status::Decided, 7));
    }
}

async fn the_same_action_again_gives_the_same_answer(place: Place) {
    let story = proposed();
    let desk = desk(&place, &story.log).await;
    let action = story.action("li", "2026-11-06", decide(Verdict::Granted));
    assert_eq!(take(&desk, &action).await, Ok(Kept::New(7)));
    let again = Action { at: at("2026-11-09"), ..action.clone() };
    assert_eq!(take(&desk, &again).await, Ok(Kept::Known(7)));
    for (index, earlier) in story.log.iter().enumerate() {
        let version = u64::try_from(index + 1).unwrap();
        assert_eq!(take(&desk, earlier).await, Ok(Kept::Known(version)));
    }
    let other = Action { what: decide(Verdict::Refused), ..action };
    let taken = DeskError::Store(StoreError::IdTaken(other.id.clone()));
    assert_eq!(take(&desk, &other).await, Err(taken));
    assert_eq!(desk.store.load("TM-1").await.unwrap().len(), 7);
    // What was kept is there for the next program too.
    desk.store.close().await;
    let later = self::desk(&place, &[]).await;
    assert_eq!(take(&later, &again).await, Ok(Kept::Known(7)));
}

async fn many_clients_lose_nothing(place: Place) {
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = desk(&place, &[]).await;
    for case in 0..25 {
        for action in &story.log {
            take(&desk, &Action { case: format!("TM-{case}"), ..action.clone() }).await.unwrap();
        }
    }
    let conflicts = Arc::new(AtomicUsize::new(0));
    let begun = std::time::Instant::now();
    let mut clients = Vec::new();
    for client in 0..200 {
        let (desk, conflicts) = (Arc::clone(&desk), Arc::clone(&conflicts));
        let mut action = story.action("jobs", "2026-11-03", What::Submit);
        action.case = format!("TM-{}", client % 25);
        action.id = format!("client-{client}");
        let (of, rule) = (action.id.clone(), "same-person".to_owned());
        action.what = What::SuspectDuplicate { of, rule };
        clients.push(tokio::spawn(async move {
            loop {
                action.expected_version = summary(&desk, &action.case).await.version;
                match take(&desk, &action).await {
                    Ok(kept) => {
                        assert!(matches!(kept, Kept::New(_)));
                        break;
                    }
                    Err(DeskError::Store(StoreError::Conflict { .. })) => {
                        conflicts.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
    println!("{:?}, {} conflicts", begun.elapsed(), conflicts.load(Ordering::Relaxed));
    for case in 0..25 {
        let id = format!("TM-{case}");
        let (case, rules) = desk.case(&id, Timestamp::MIN).await.unwrap();
        assert_eq!((case.version, case.duplicates.len()), (13, 8));
        assert_eq!(summary(&desk, &id).await, Summary::of(rules, &case));
    }
}

async fn a_reconsideration_contests_the_decision_in_the_same_moment(place: Place) {
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.refused("qian", "li", "2026-11-06");
    let desk = desk(&place, &story.log).await;
    for (case, contested) in [("RE-1", "TM-1"), ("RE-2", "TM-9")] {
        let reconsider = What::Open {
            procedure: "cn/reconsideration".to_owned(),
            place: None,
            reconsiders: Some(contested.to_owned()),
        };
        in_case(&desk, case, "maria", "2026-11-09", reconsider).await.unwrap();
        let draft = what_draft(&[("request", "r1")]);
        in_case(&desk, case, "maria", "2026-11-09", draft).await.unwrap();
        let handed_in = in_case(&desk, case, "maria", "2026-11-09", What::Submit).await;
        if contested == "TM-1" {
            assert_eq!(handed_in, Ok(Kept::New(3)));
        } else {
            assert_eq!(handed_in, Err(DeskError::UnknownCase(contested.to_owned())));
            assert_eq!(summary(&desk, case).await.status, Status::Draft);
        }
    }
    assert!(summary(&desk, "TM-1").await.flags.contains(&Flag::Contested));
    let told = desk.store.events(0, 100).await.unwrap();
    let of: Vec<_> = told
        .iter()
        .map(|told| (told.announcement.case.as_str(), told.announcement.version))
        .skip(8)
        .collect();
    let expected = [("RE-1", 1), ("RE-1", 2), ("RE-1", 3), ("TM-1", 9), ("RE-2", 1), ("RE-2", 2)];
    assert_eq!(of, expected);
}

async fn what_the_time_alone_does_is_recorded_once(place: Place) {
    let desk = desk(&place, &Story::submitted("cn/work-permit", "2026-11-02").log).await;
    let mut recorded = Vec::new();
    for day in 2..12 {
        let now = at(&format!("2026-11-{day:02}"));
        recorded.push(desk.record_due(now, 10).await.unwrap().records);
        assert_eq!(desk.record_due(now, 10).await.unwrap().records, 0, "once only");
    }
    assert_eq!(summary(&desk, "TM-1").await.status, Status::Accepted, "silence is acceptance");
    assert_eq!(recorded, [1, 0, 0, 1, 1, 0, 0, 0, 2, 0]);
}

async fn the_time_passes_for_others_too_when_cases_cannot_be_read(place: Place) {
    let log = Story::submitted("cn/work-permit", "2026-11-02").log;
    let desk = desk(&place, &log).await;
    for case in ["TM-2", "TM-3"] {
        for action in &log {
            let id = format!("{case}:{}", action.id);
            desk.take(&Action { id, case: case.to_owned(), ..action.clone() }).await.unwrap();
        }
    }
    let raw = place.raw().await;
    let damage = "UPDATE action SET body = '{' WHERE case_id <> 'TM-3' AND version = 1";
    sqlx::query(damage).execute(&raw).await.unwrap();
    // As many as are read at a time cannot be read.
    let recorded = desk.record_due(at("2026-11-11"), 2).await;
    assert!(matches!(recorded, Err(DeskError::Store(StoreError::Failed(_)))), "{recorded:?}");
    assert_eq!(summary(&desk, "TM-3").await.status, Status::Accepted);
    assert_eq!(summary(&desk, "TM-1").await.status, Status::Submitted);
}

async fn of_what_is_not_kept_nobody_is_told(place: Place) {
    let story = proposed();
    let desk = desk(&place, &story.log).await;
    let told = desk.store.events(0, 100).await.unwrap();
    let raw = place.raw().await;
    let decided = story.action("li", "2026-11-06", decide(Verdict::Granted));
    // The last thing that is written fails.
    for (broken, mended) in [
        ("ALTER TABLE announcement RENAME TO away", "ALTER TABLE away RENAME TO announcement"),
        ("ALTER TABLE queue RENAME TO away", "ALTER TABLE away RENAME TO queue"),
    ] {
        sqlx::query(broken).execute(&raw).await.unwrap();
        assert!(take(&desk, &decided).await.is_err(), "{broken}");
        sqlx::query(mended).execute(&raw).await.unwrap();
        assert_eq!(desk.store.load("TM-1").await.unwrap().len(), 6);
        assert_eq!(desk.store.events(0, 100).await.unwrap(), told);
        assert_eq!(summary(&desk, "TM-1").await.status, Status::Proposed);
    }
    assert_eq!(take(&desk, &decided).await, Ok(Kept::New(7)));
    assert_eq!(desk.store.events(0, 100).await.unwrap().len(), told.len() + 1);
}

/// What a desk worked with before it had been announced when people work in 2026.
fn procedures_of_2025() -> Procedures {
    let about = include_str!("../../../../packs/cn/calendar/calendar.toml");
    let about = about.replace("2026-12-31", "2025-12-31").replace("\"2026-11-28\"", "\"old\"");
    let days = include_str!("../../../../packs/cn/calendar/days.csv");
    let days: Vec<&str> = days.lines().take_while(|line| !line.starts_with("2026-")).collect();
    let calendar = Calendar::read(&about, &days.join("\n")).unwrap();
    let office = Office { calendar: Arc::new(calendar), zone: OFFICE.zone.clone() };
    let offices = BTreeMap::from([("cn".to_owned(), office)]);
    Procedures::new(procedures().all().cloned(), offices).unwrap()
}

async fn a_calendar_that_is_announced_moves_what_was_told(place: Place) {
    let story = Story::under_review("cn/work-permit", "2025-12-10");
    let (old, all) = (procedures_of_2025(), procedures());
    assert_ne!(old.mark(), all.mark());
    assert_eq!(all.mark(), procedures().mark());
    let desk_of = async |procedures| Desk { store: place.open().await, procedures };
    let desk = desk_of(old).await;
    for action in &story.log {
        desk.take(action).await.unwrap();
    }
    desk.record_due(at("2025-12-12"), 10).await.unwrap();
    let told = summary(&desk, "TM-1").await.due.unwrap();
    assert!(told.provisional, "{told:?}");
    let desk = desk_of(all).await;
    assert_eq!(desk.refold().await.unwrap().differing, ["TM-1"]);
    desk.record_due(at("2025-12-15"), 10).await.unwrap();
    let log = desk.store.load("TM-1").await.unwrap();
    let reasons: Vec<_> = log
        .iter()
        .filter_map(|action| match &action.what {
            What::Record { clock, act: Act::Reprojected { reason, .. } } if clock == "decision" => {
                Some(reason.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(reasons, ["first-told", "calendar"]);
    let due = summary(&desk, "TM-1").await.due.unwrap();
    assert!(!due.provisional, "{due:?}");
    // And now it passes.
    desk.record_due(at("2026-02-02"), 10).await.unwrap();
    assert!(summary(&desk, "TM-1").await.flags.contains(&Flag::LimitPassed));
}

async fn what_is_derived_is_put_right_from_the_log(place: Place) {
    let desk = desk(&place, &proposed().log).await;
    in_case(&desk, "TM-2", "maria", "2026-11-05", open("cn/work-permit")).await.unwrap();
    assert_eq!(desk.refold().await.unwrap(), Refolded { cases: 2, differing: Vec::new() });
    let right = summary(&desk, "TM-1").await;
    let raw = place.raw().await;
    for wrong in [
        "DELETE FROM summary WHERE case_id = 'TM-1'",
        "UPDATE summary SET body = replace(body, 'proposed', 'closed')",
    ] {
        sqlx::query(wrong).execute(&raw).await.unwrap();
        let refolded = desk.refold().await;
        let differing = vec!["TM-1".to_owned()];
        assert_eq!(refolded, Ok(Refolded { cases: 2, differing }), "{wrong}");
        assert_eq!(summary(&desk, "TM-1").await, right);
    }
    // A case whose line is lost can be worked on all the same.
    sqlx::query("DELETE FROM summary WHERE case_id = 'TM-1'").execute(&raw).await.unwrap();
    let decided = in_case(&desk, "TM-1", "li", "2026-11-06", decide(Verdict::Granted)).await;
    assert_eq!(decided, Ok(Kept::New(7)));
    assert_eq!(summary(&desk, "TM-1").await.status, Status::Decided);
}

async fn a_schema_is_made_once_and_a_newer_one_is_refused(place: Place) {
    let database = Database::connect(&place.address, Settings::default()).await.unwrap();
    assert_eq!(database.check_schema().await, Err(OpenError::Empty));
    // Several programs start in the same moment.
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let address = place.address.clone();
            tokio::spawn(async move { Database::open(&address, Settings::default()).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
    let again = database.migrate().await.unwrap();
    assert_eq!(again.from, again.to);
    let raw = place.raw().await;
    let newer = "INSERT INTO schema_version (version) VALUES (999)";
    sqlx::query(newer).execute(&raw).await.unwrap();
    let refused = Database::open(&place.address, Settings::default()).await.map(|_| ());
    assert_eq!(refused, Err(OpenError::Newer { found: 999, needed: again.to }));
    let refused = database.migrate().await;
    assert_eq!(refused, Err(OpenError::Newer { found: 999, needed: again.to }));
    sqlx::query("DELETE FROM schema_version").execute(&raw).await.unwrap();
    assert_eq!(database.check_schema().await, Err(OpenError::Empty));
}

async fn a_database_of_an_older_program_is_brought_forward(place: Place) {
    let database = place.open().await;
    let raw = place.raw().await;
    // As the first step left it.
    for text in [
        "DROP TABLE derivation",
        "DROP INDEX delivery_of",
        "CREATE INDEX delivery_due ON delivery (due, position) WHERE state = 'waiting'",
        "DELETE FROM schema_version WHERE version > 1",
    ] {
        sqlx::query(text).execute(&raw).await.unwrap();
    }
    let refused = Database::open(&place.address, Settings::default()).await.map(|_| ());
    assert!(matches!(refused, Err(OpenError::Older { found: 1, .. })), "{refused:?}");
    let migrated = database.migrate().await.unwrap();
    assert_eq!(migrated.from, 1);
    assert!(migrated.to > 1);
    Database::open(&place.address, Settings::default()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_its_password() {
    for address in ["", "cases.db", "mysql://u:secret@h/n", "sqlite::memory:"] {
        let refused = Database::connect(address, Settings::default()).await.map(|_| ());
        let Err(OpenError::Address(shown)) = refused else { panic!("{address}: {refused:?}") };
        assert!(!shown.contains("secret"), "{shown}");
    }
}

on_both!(
    of_two_officers_in_one_moment_one_is_told_what_the_other_did,
    the_same_action_again_gives_the_same_answer,
    many_clients_lose_nothing,
    a_reconsideration_contests_the_decision_in_the_same_moment,
    what_the_time_alone_does_is_recorded_once,
    the_time_passes_for_others_too_when_cases_cannot_be_read,
    of_what_is_not_kept_nobody_is_told,
    a_calendar_that_is_announced_moves_what_was_told,
    what_is_derived_is_put_right_from_the_log,
    a_schema_is_made_once_and_a_newer_one_is_refused,
    a_database_of_an_older_program_is_brought_forward,
);
