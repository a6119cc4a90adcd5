//! Two officers in the same moment, the same action twice, and a thousand clients.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use casework::action::Verdict;
use casework::store::{Kept, StoreError};
use casework::{Action, Desk, InMemory, Status, Store, What};

use crate::common::{OFFICE, PROCEDURES, Story, at, decide, propose};
use casework::desk::DeskError;

fn desk(log: &[Action]) -> Desk<'static, InMemory> {
    let desk = Desk { store: InMemory::default(), procedures: &PROCEDURES, office: &OFFICE };
    for action in log {
        desk.take(action).unwrap();
    }
    desk
}

fn proposed() -> Story {
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    story
}

#[test]
fn of_two_officers_in_one_moment_one_is_told_what_the_other_did() {
    let story = proposed();
    for _ in 0..50 {
        let desk = desk(&story.log);
        let barrier = Barrier::new(2);
        let act = |person: &str, verdict| {
            let mut action = story.action(person, "2026-11-06", decide(verdict));
            action.id = format!("by-{person}");
            barrier.wait();
            (action.clone(), desk.take(&action))
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| act("li", Verdict::Granted));
            let other = scope.spawn(|| act("zhou", Verdict::Refused));
            (one.join().unwrap(), other.join().unwrap())
        });
        let (won, lost) = if one.1.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(won.1, Ok(Kept::New(7)));
        let since = vec![won.0];
        let conflict = StoreError::Conflict { expected: 6, actual: 7, since };
        assert_eq!(lost.1, Err(DeskError::Store(conflict)));
        // The case is whole, and can be worked on.
        let case = desk.case("TM-1", at("2026-11-06")).unwrap();
        assert_eq!((case.status, case.version), (Status::Decided, 7));
    }
}

#[test]
fn the_same_action_again_gives_the_same_answer() {
    let story = proposed();
    let desk = desk(&story.log);
    let action = story.action("li", "2026-11-06", decide(Verdict::Granted));
    assert_eq!(desk.take(&action), Ok(Kept::New(7)));
    assert_eq!(desk.take(&action), Ok(Kept::Known(7)));
    for (index, earlier) in story.log.iter().enumerate() {
        assert_eq!(desk.take(earlier), Ok(Kept::Known(u64::try_from(index + 1).unwrap())));
    }
    let mut other = action;
    other.what = decide(Verdict::Refused);
    let taken = DeskError::Store(StoreError::IdTaken(other.id.clone()));
    assert_eq!(desk.take(&other), Err(taken));
    assert_eq!(desk.store.load("TM-1").unwrap().len(), 7);
}

#[test]
fn what_is_refused_is_not_kept() {
    let story = proposed();
    let desk = desk(&story.log);
    let action = story.action("qian", "2026-11-06", decide(Verdict::Granted));
    assert!(matches!(desk.take(&action), Err(DeskError::Refused(_))));
    assert_eq!(desk.store.load("TM-1").unwrap(), story.log);
    let mut stray = story.action("maria", "2026-11-06", What::Submit);
    (stray.case, stray.expected_version) = ("TM-9".to_owned(), 0);
    assert_eq!(desk.take(&stray), Err(DeskError::UnknownCase("TM-9".to_owned())));
    assert!(desk.store.load("TM-9").unwrap().is_empty());
}

#[test]
fn a_thousand_clients_lose_nothing() {
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = desk(&story.log);
    let conflicts = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let (desk, story, conflicts) = (&desk, &story, &conflicts);
            scope.spawn(move || {
                for client in 0..125 {
                    let mut action = story.action("jobs", "2026-11-03", What::Submit);
                    action.id = format!("client-{worker}-{client}");
                    action.what = What::SuspectDuplicate {
                        of: action.id.clone(),
                        rule: "same-person".to_owned(),
                    };
                    loop {
                        action.expected_version =
                            u64::try_from(desk.store.load("TM-1").unwrap().len()).unwrap();
                        match desk.store.append(&action) {
                            Ok(_) => break,
                            Err(StoreError::Conflict { .. }) => {
                                conflicts.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            });
        }
    });
    let case = desk.case("TM-1", at("2026-11-04")).unwrap();
    assert_eq!((case.version, case.duplicates.len()), (1_005, 1_000));
    println!("{} conflicts", conflicts.load(Ordering::Relaxed));
}
