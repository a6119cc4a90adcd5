//! Two officers in the same moment, the same action twice, a thousand clients, and cases that
//! touch each other.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use casework::action::Verdict;
use casework::case::{Flag, Why};
use casework::desk::{DeskError, Refolded};
use casework::store::{Kept, Queue, StoreError};
use casework::{Action, Actor, Desk, InMemory, Status, Store, Summary, What};
use futures_executor::block_on;
use jiff::Timestamp;

use crate::common::{Story, actor, at, decide, open, procedures, propose, request, what_draft};

fn desk(log: &[Action]) -> Desk<InMemory> {
    let desk = Desk { store: InMemory::default(), procedures: procedures() };
    for action in log {
        block_on(desk.take(action)).unwrap();
    }
    desk
}

fn take(desk: &Desk<InMemory>, action: &Action) -> Result<Kept, DeskError> {
    block_on(desk.take(action)).map(|taken| taken.kept)
}

fn summary(desk: &Desk<InMemory>, case: &str) -> Summary {
    block_on(desk.store.summary(case)).unwrap().unwrap()
}

fn proposed() -> Story {
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    story
}

/// What somebody does in another case than that of a story.
fn in_case(
    desk: &Desk<InMemory>,
    case: &str,
    person: &str,
    moment: &str,
    what: What,
) -> Result<Kept, DeskError> {
    let version = block_on(desk.store.load(case)).unwrap().len();
    let action = Action {
        id: format!("{case}-{version}"),
        case: case.to_owned(),
        expected_version: u64::try_from(version).unwrap(),
        at: at(moment),
        actor: actor(person),
        on_behalf: None,
        what,
    };
    take(desk, &action)
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
            (action.clone(), take(&desk, &action))
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| act("li", Verdict::Granted));
            let other = scope.spawn(|| act("zhou", Verdict::Granted));
            (one.join().unwrap(), other.join().unwrap())
        });
        let (won, lost) = if one.1.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(won.1, Ok(Kept::New(7)));
        let (case, since) = ("TM-1".to_owned(), vec![won.0]);
        let conflict = StoreError::Conflict { case, expected: 6, actual: 7, since };
        assert_eq!(lost.1, Err(DeskError::Store(conflict)));
        // The case is whole, and can be worked on.
        let (case, _) = block_on(desk.case("TM-1", at("2026-11-06"))).unwrap();
        assert_eq!((case.status, case.version), (Status::Decided, 7));
    }
}

#[test]
fn the_same_action_again_gives_the_same_answer() {
    let story = proposed();
    let desk = desk(&story.log);
    let action = story.action("li", "2026-11-06", decide(Verdict::Granted));
    assert_eq!(take(&desk, &action), Ok(Kept::New(7)));
    // Sent again it arrives at another moment, and is the same.
    let again = Action { at: at("2026-11-09"), ..action.clone() };
    assert_eq!(take(&desk, &again), Ok(Kept::Known(7)));
    for (index, earlier) in story.log.iter().enumerate() {
        let version = u64::try_from(index + 1).unwrap();
        assert_eq!(take(&desk, earlier), Ok(Kept::Known(version)));
    }
    let mut other = action;
    other.what = decide(Verdict::Refused);
    let taken = DeskError::Store(StoreError::IdTaken(other.id.clone()));
    assert_eq!(take(&desk, &other), Err(taken));
    assert_eq!(block_on(desk.store.load("TM-1")).unwrap().len(), 7);
}

#[test]
fn what_is_refused_is_not_kept() {
    let story = proposed();
    let desk = desk(&story.log);
    let action = story.action("qian", "2026-11-06", decide(Verdict::Granted));
    assert!(matches!(take(&desk, &action), Err(DeskError::Refused(_))));
    assert_eq!(block_on(desk.store.load("TM-1")).unwrap(), story.log);
    let mut stray = story.action("maria", "2026-11-06", What::Submit);
    (stray.case, stray.expected_version) = ("TM-9".to_owned(), 0);
    assert_eq!(take(&desk, &stray), Err(DeskError::UnknownCase("TM-9".to_owned())));
    assert!(block_on(desk.store.load("TM-9")).unwrap().is_empty());
}

#[test]
fn a_thousand_clients_lose_nothing() {
    let story = Story::under_review("cn/work-permit", "2026-11-02");
    let desk = desk(&[]);
    for case in 0..25 {
        for action in &story.log {
            take(&desk, &Action { case: format!("TM-{case}"), ..action.clone() }).unwrap();
        }
    }
    let conflicts = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let (desk, story, conflicts) = (&desk, &story, &conflicts);
            scope.spawn(move || {
                for client in 0..125 {
                    let mut action = story.action("jobs", "2026-11-03", What::Submit);
                    action.case = format!("TM-{}", client % 25);
                    action.id = format!("client-{worker}-{client}");
                    action.what = What::SuspectDuplicate {
                        of: action.id.clone(),
                        rule: "same-person".to_owned(),
                    };
                    loop {
                        action.expected_version = summary(desk, &action.case).version;
                        match take(desk, &action) {
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
                }
            });
        }
    });
    for case in 0..25 {
        let id = format!("TM-{case}");
        let (case, rules) = block_on(desk.case(&id, Timestamp::MIN)).unwrap();
        assert_eq!((case.version, case.duplicates.len()), (45, 40));
        assert_eq!(summary(&desk, &id), Summary::of(rules, &case));
    }
    println!("{} conflicts", conflicts.load(Ordering::Relaxed));
}

#[test]
fn cases_of_one_passport_are_marked_on_both_sides_and_cannot_be_decided_unseen() {
    let story = proposed();
    let desk = desk(&story.log);
    in_case(&desk, "TM-2", "maria", "2026-11-05", open("cn/work-permit")).unwrap();
    let draft = what_draft(&[("passport", "p1")]);
    in_case(&desk, "TM-2", "maria", "2026-11-05", draft).unwrap();
    // A draft is found by nobody; there is no passport without a nationality either.
    assert!(summary(&desk, "TM-2").keys.is_empty());
    let mut facts = crate::common::facts();
    facts.insert("nationality".to_owned(), "PT".into());
    let draft = What::SaveDraft { facts: facts.clone(), documents: Vec::new() };
    in_case(&desk, "TM-2", "maria", "2026-11-05", draft).unwrap();
    in_case(&desk, "TM-2", "maria", "2026-11-05", What::Submit).unwrap();
    assert!(!summary(&desk, "TM-2").flags.contains(&Flag::DuplicateSuspected));
    for (case, other) in [("TM-3", "TM-2"), ("TM-4", "TM-3")] {
        in_case(&desk, case, "maria", "2026-11-06", open("cn/work-permit")).unwrap();
        let draft = What::SaveDraft { facts: facts.clone(), documents: Vec::new() };
        in_case(&desk, case, "maria", "2026-11-06", draft).unwrap();
        in_case(&desk, case, "maria", "2026-11-06", What::Submit).unwrap();
        for id in [case, other] {
            assert!(summary(&desk, id).flags.contains(&Flag::DuplicateSuspected), "{id}");
        }
    }
    let (case, _) = block_on(desk.case("TM-4", at("2026-11-06"))).unwrap();
    assert_eq!(case.duplicates.keys().collect::<Vec<_>>(), ["TM-2", "TM-3"]);
    let resolve = |of: &str| What::ResolveDuplicate {
        of: of.to_owned(),
        same: false,
        reason: "twins".to_owned(),
    };
    in_case(&desk, "TM-4", "zhao", "2026-11-06", resolve("TM-2")).unwrap();
    in_case(&desk, "TM-4", "zhao", "2026-11-06", resolve("TM-3")).unwrap();
    // What a person has said stands.
    in_case(&desk, "TM-4", "zhao", "2026-11-06", What::Accept).unwrap();
    assert!(!summary(&desk, "TM-4").flags.contains(&Flag::DuplicateSuspected));
}

#[test]
fn a_reconsideration_contests_the_decision_in_the_same_moment_or_is_not_handed_in() {
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.refused("qian", "li", "2026-11-06");
    let desk = desk(&story.log);
    let reconsider = |of: &str| What::Open {
        procedure: "cn/reconsideration".to_owned(),
        place: None,
        reconsiders: Some(of.to_owned()),
    };
    let begin = |case: &str, person: &str, of: &str| {
        in_case(&desk, case, person, "2026-11-09", reconsider(of)).unwrap();
        let draft = what_draft(&[("request", "r1")]);
        in_case(&desk, case, person, "2026-11-09", draft).unwrap();
        in_case(&desk, case, person, "2026-11-09", What::Submit)
    };
    assert_eq!(begin("RE-1", "maria", "TM-1"), Ok(Kept::New(3)));
    assert!(summary(&desk, "TM-1").flags.contains(&Flag::Contested));
    let (contested, _) = block_on(desk.case("TM-1", at("2026-11-09"))).unwrap();
    assert_eq!(contested.contested_by.as_deref(), Some("RE-1"));
    // One after the other, and only where decisions of that kind are reconsidered.
    let refused = |submitted| match submitted {
        Err(DeskError::Refused(refusal)) => refusal.why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(begin("RE-4", "maria", "TM-1")), Why::ContestPending("RE-1".to_owned()));
    assert_eq!(refused(begin("RE-5", "maria", "RE-1")), Why::NoRemedy);
    // Whoever decided does not deal with it, in whatever department.
    let accept = |person: &str| {
        let mut accept = Action {
            id: format!("accept-by-{person}"),
            case: "RE-1".to_owned(),
            expected_version: 3,
            at: at("2026-11-09"),
            actor: actor("zheng"),
            on_behalf: None,
            what: What::Accept,
        };
        accept.actor.person = person.to_owned();
        take(&desk, &accept)
    };
    for dealt in ["li", "qian"] {
        let Err(DeskError::Refused(refusal)) = accept(dealt) else { panic!("{dealt}") };
        assert_eq!(refusal.why, Why::ConflictOfInterest(dealt.to_owned()));
    }
    assert_eq!(accept("zheng"), Ok(Kept::New(4)));
    in_case(&desk, "RE-1", "maria", "2026-11-09", What::Withdraw).unwrap();
    in_case(&desk, "RE-4", "maria", "2026-11-09", What::Submit).unwrap();
    let (contested, _) = block_on(desk.case("TM-1", at("2026-11-09"))).unwrap();
    assert_eq!(contested.contested_by.as_deref(), Some("RE-4"));
    // Nobody contests a decision about somebody else, nor one that is not there.
    let mut other = Story::begin("cn/work-permit");
    other.does("maria", "2026-11-02", open("cn/work-permit"));
    let mut foreign = other.log.remove(0);
    (foreign.case, foreign.on_behalf) = ("TM-7".to_owned(), Some("joao".to_owned()));
    take(&desk, &foreign).unwrap();
    let refused = begin("RE-2", "maria", "TM-7");
    let Err(DeskError::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.why, Why::OtherPerson("TM-7".to_owned()));
    assert_eq!(begin("RE-3", "maria", "TM-8"), Err(DeskError::UnknownCase("TM-8".to_owned())));
    for (case, contested) in [("RE-2", "TM-7"), ("RE-3", "TM-8")] {
        assert_eq!(summary(&desk, case).status, Status::Draft);
        let (log, one) = (block_on(desk.store.load(contested)).unwrap(), foreign.case.as_str());
        assert_eq!(log.len(), usize::from(contested == one), "nothing is kept of it");
    }
}

#[test]
fn what_is_to_come_after_something_that_is_not_there_is_not_kept_unjudged() {
    let story = proposed();
    let desk = desk(&story.log);
    let mut early = story.action("maria", "2026-11-06", decide(Verdict::Granted));
    early.expected_version += 1;
    let conflict =
        StoreError::Conflict { case: "TM-1".to_owned(), expected: 7, actual: 6, since: Vec::new() };
    assert_eq!(take(&desk, &early), Err(conflict.into()));
    // Nor by the storage alone: what was judged as of another version is none of its log.
    let entry = |expected_version| {
        let action = Action { expected_version, ..early.clone() };
        let summary = summary(&desk, "TM-1");
        let announcement =
            casework::announcement::Announcement::of(story.rules.procedure, &story.case, &action);
        casework::store::Entry { action, summary, announcement }
    };
    let kept = block_on(desk.store.append(&[entry(6)]));
    assert!(matches!(kept, Err(StoreError::Failed(_))), "{kept:?}");
    assert_eq!(block_on(desk.store.load("TM-1")).unwrap().len(), 6);
}

#[test]
fn a_queue_shows_whose_move_it_is_the_nearest_limit_first() {
    let desk = desk(&Story::submitted("cn/work-permit", "2026-11-02").log);
    for (case, day) in [("TM-2", "2026-11-05"), ("TM-3", "2026-11-03"), ("TM-4", "2026-11-03")] {
        in_case(&desk, case, "maria", day, open("cn/work-permit")).unwrap();
        in_case(&desk, case, "maria", day, what_draft(&[("passport", "p1")])).unwrap();
        if case != "TM-4" {
            in_case(&desk, case, "maria", day, What::Submit).unwrap();
        }
    }
    let shown = |queue: Queue| -> Vec<String> {
        let mut shown = Vec::new();
        let mut after = None;
        loop {
            let page = block_on(desk.store.queue(&queue, after.as_ref(), 1)).unwrap();
            let Some(last) = page.last() else { return shown };
            after = Some(last.rank());
            shown.extend(page.into_iter().map(|one| one.case));
        }
    };
    let of = |owner: &str| Queue { waits_for: Some(owner.to_owned()), ..Queue::default() };
    assert_eq!(shown(of("foreign-expert-authority")), ["TM-1", "TM-3", "TM-2"]);
    assert_eq!(shown(of("applicant-side")), ["TM-4"]);
    let asked = request(&[("passport", Some("p1"))]);
    in_case(&desk, "TM-3", "zhao", "2026-11-04", asked).unwrap();
    let served = What::ServeCorrection { served: at("2026-11-04") };
    in_case(&desk, "TM-3", "zhao", "2026-11-04", served).unwrap();
    assert_eq!(shown(of("foreign-expert-authority")), ["TM-1", "TM-2"]);
    assert_eq!(shown(of("applicant-side")), ["TM-3", "TM-4"]);
    let drafts = Queue { status: Some(Status::Draft), ..Queue::default() };
    assert_eq!(shown(drafts), ["TM-4"]);
    let nobody = Queue { applicant: Some("joao".to_owned()), ..Queue::default() };
    assert!(shown(nobody).is_empty());
}

#[test]
fn what_the_time_alone_does_is_recorded_once_and_the_case_is_not_looked_at_before() {
    let desk = desk(&Story::submitted("cn/work-permit", "2026-11-02").log);
    let mut recorded = Vec::new();
    for day in 2..12 {
        let now = at(&format!("2026-11-{day:02}"));
        let record = || block_on(desk.record_due(now, 10)).unwrap();
        recorded.push(record().records);
        assert_eq!(record().records, 0, "once only");
    }
    assert_eq!(summary(&desk, "TM-1").status, Status::Accepted, "silence is acceptance");
    assert!(summary(&desk, "TM-1").flags.contains(&Flag::AcceptedBySilence));
    // The last day is told; two warnings; the limit passes, and the last day of the next is told.
    assert_eq!(recorded, [1, 0, 0, 1, 1, 0, 0, 0, 2, 0]);
    let (case, rules) = block_on(desk.case("TM-1", Timestamp::MIN)).unwrap();
    assert!(summary(&desk, "TM-1").says_the_same(&Summary::of(rules, &case)));
}

#[test]
fn summaries_are_put_right_from_the_log() {
    let desk = desk(&proposed().log);
    assert_eq!(block_on(desk.refold()).unwrap(), Refolded { cases: 1, differing: Vec::new() });
    let right = summary(&desk, "TM-1");
    let wrong = Summary { status: Status::Closed, ..right.clone() };
    assert!(block_on(desk.store.replace_summary(&wrong)).unwrap());
    let differing = vec!["TM-1".to_owned()];
    assert_eq!(block_on(desk.refold()).unwrap(), Refolded { cases: 1, differing });
    assert_eq!(summary(&desk, "TM-1"), right);
    // A summary that was folded before the case moved on is not put in its place.
    let old = Summary { version: right.version - 1, ..right };
    assert!(!block_on(desk.store.replace_summary(&old)).unwrap());
}

#[test]
fn a_withdrawn_twin_hides_no_other_and_is_still_answered_for() {
    let desk = desk(&[]);
    let mut facts = crate::common::facts();
    facts.insert("nationality".to_owned(), "PT".into());
    let file = |case: &str| {
        in_case(&desk, case, "maria", "2026-11-05", open("cn/work-permit")).unwrap();
        let draft = What::SaveDraft { facts: facts.clone(), documents: Vec::new() };
        in_case(&desk, case, "maria", "2026-11-05", draft).unwrap();
        in_case(&desk, case, "maria", "2026-11-05", What::Submit).unwrap();
    };
    let of = |case: &str| {
        let (case, _) = block_on(desk.case(case, at("2026-11-06"))).unwrap();
        case.duplicates
    };
    file("TM-1");
    file("TM-2");
    in_case(&desk, "TM-1", "maria", "2026-11-06", What::Withdraw).unwrap();
    // The mark stays until a person has said what it is.
    assert_eq!(of("TM-2").get("TM-1"), Some(&None));
    assert!(summary(&desk, "TM-2").flags.contains(&Flag::DuplicateSuspected));
    // Another one is still found beside those that are left.
    file("TM-3");
    assert_eq!(of("TM-3").keys().collect::<Vec<_>>(), ["TM-2"]);
    assert_eq!(of("TM-2").keys().collect::<Vec<_>>(), ["TM-1", "TM-3"]);
    for twin in ["TM-1", "TM-3"] {
        let (of, reason) = (twin.to_owned(), "twins".to_owned());
        let said = What::ResolveDuplicate { of, same: false, reason };
        in_case(&desk, "TM-2", "zhao", "2026-11-06", said).unwrap();
    }
    assert!(!summary(&desk, "TM-2").flags.contains(&Flag::DuplicateSuspected));
}

#[test]
fn a_reference_is_never_given_to_another_case() {
    let desk = desk(&[]);
    in_case(&desk, "TM-1", "maria", "2026-11-05", open("cn/work-permit")).unwrap();
    in_case(&desk, "TM-1", "maria", "2026-11-05", What::Withdraw).unwrap();
    // What was withdrawn as a draft keeps its reference for good.
    let other = Action {
        id: "another".to_owned(),
        case: "TM-1".to_owned(),
        expected_version: 0,
        at: at("2027-11-05"),
        actor: Actor { person: "john".to_owned(), ..actor("maria") },
        on_behalf: None,
        what: open("cn/work-permit"),
    };
    let taken = take(&desk, &other);
    assert!(matches!(taken, Err(DeskError::Store(StoreError::Conflict { .. }))), "{taken:?}");
    assert_eq!(block_on(desk.store.load("TM-1")).unwrap().len(), 2);
}
