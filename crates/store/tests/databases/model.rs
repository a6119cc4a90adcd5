//! Random operations: every store does what the one in memory does, and what is derived from the
//! log is what it derives.

use std::collections::BTreeSet;

use casework::announcement::Announcement;
use casework::store::{Entry, Queue};
use casework::summary::{DueFirst, Rank};
use casework::{Action, ActionKind, InMemory, Status, Store, Summary, What};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};
use sqlx::Executor;
use store::Database;

use crate::harness::{Place, on_both};
use crate::stories::{actor, at};

const CASES: [&str; 4] = ["TM-1", "TM-10", "tm-1", "案-2"];
const OWNERS: [&str; 3] = ["authority", "applicant-side", "出入境"];
const PLACES: [&str; 2] = ["110000", "310000"];
const KEYS: [&str; 3] = ["k1", "k2", "k3"];
const STATUSES: [Status; 3] = [Status::Draft, Status::Submitted, Status::UnderReview];
const DAYS: [&str; 3] = ["2026-11-30", "2026-12-01", "2027-01-02"];

/// What one writer does.
#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Draft>),
    Replace(usize, Shape),
}

/// An entry before it is known at which version its case is.
#[derive(Debug, Clone)]
struct Draft {
    case: usize,
    id: usize,
    of: usize,
    behind: i64,
    shape: Shape,
}

/// What a summary says.
#[derive(Debug, Clone)]
struct Shape {
    owners: BTreeSet<usize>,
    place: Option<usize>,
    applicant: usize,
    status: usize,
    due: Option<usize>,
    wake: Option<i64>,
    keys: BTreeSet<usize>,
}

fn shape() -> impl Strategy<Value = Shape> {
    (
        prop::collection::btree_set(0..OWNERS.len(), 0..3),
        prop::option::of(0..PLACES.len()),
        0_usize..2,
        0..STATUSES.len(),
        prop::option::of(0..DAYS.len()),
        prop::option::of(0_i64..4),
        prop::collection::btree_set(0..KEYS.len(), 0..3),
    )
        .prop_map(|(owners, place, applicant, status, due, wake, keys)| Shape {
            owners,
            place,
            applicant,
            status,
            due,
            wake,
            keys,
        })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let behind = prop_oneof![8 => Just(0_i64), 1 => Just(1), 1 => Just(-1), 1 => Just(2)];
    let draft = (0..CASES.len(), 0_usize..40, 0_usize..2, behind, shape())
        .prop_map(|(case, id, of, behind, shape)| Draft { case, id, of, behind, shape });
    let step = prop_oneof![
        12 => prop::collection::vec(draft, 1..4).prop_map(Step::Append),
        1 => (0..CASES.len(), shape()).prop_map(|(case, shape)| Step::Replace(case, shape)),
    ];
    prop::collection::vec(step, 1..40)
}

fn summary(case: &str, version: u64, shape: &Shape) -> Summary {
    let names = |from: &[&str], which: &BTreeSet<usize>| {
        which.iter().map(|index| from[*index].to_owned()).collect::<Vec<_>>()
    };
    Summary {
        case: case.to_owned(),
        version,
        procedure: if case == "TM-1" { "cn/one" } else { "cn/other" }.to_owned(),
        place: shape.place.map(|index| PLACES[index].to_owned()),
        applicant: format!("person-{}", shape.applicant),
        status: STATUSES[shape.status],
        outcome: None,
        flags: BTreeSet::new(),
        waits_for: names(&OWNERS, &shape.owners).into_iter().collect(),
        due: shape.due.map(|index| DueFirst {
            on: DAYS[index].parse().unwrap(),
            clock: "decision".to_owned(),
            provisional: index == 2,
        }),
        wake: shape.wake.map(|hour| Timestamp::from_second(hour * 3_600).unwrap()),
        opened: at("2026-11-02"),
        submitted: None,
        latest: at("2026-11-03"),
        keys: names(&KEYS, &shape.keys),
        reconsiders: None,
        contested_by: None,
        conflicts: Default::default(),
    }
}

fn entry(draft: &Draft, length: u64) -> Entry {
    let case = CASES[draft.case];
    let expected_version = length.checked_add_signed(-draft.behind).unwrap_or(0);
    let action = Action {
        id: format!("a{}", draft.id),
        case: case.to_owned(),
        expected_version,
        at: at("2026-11-02"),
        actor: actor("maria"),
        on_behalf: None,
        what: What::Contest { by: format!("TM-{}", draft.of) },
    };
    let announcement = Announcement {
        case: case.to_owned(),
        version: expected_version + 1,
        procedure: "cn/one".to_owned(),
        kind: ActionKind::Contest,
        at: action.at,
        status: Status::Draft,
        outcome: None,
        letter: None,
    };
    Entry { summary: summary(case, expected_version + 1, &draft.shape), action, announcement }
}

async fn play(steps: &[Step], one: &Database, other: &InMemory) {
    for step in steps {
        match step {
            Step::Append(drafts) => {
                let mut entries = Vec::new();
                for draft in drafts {
                    let case = CASES[draft.case];
                    let earlier = entries.iter().filter(|entry: &&Entry| entry.action.case == case);
                    let length = other.load(case).await.unwrap().len() + earlier.count();
                    entries.push(entry(draft, u64::try_from(length).unwrap()));
                }
                let (done, modelled) = (one.append(&entries).await, other.append(&entries).await);
                let cases: BTreeSet<_> = drafts.iter().map(|draft| draft.case).collect();
                if cases.len() == 1 || modelled.is_ok() {
                    assert_eq!(done, modelled);
                } else {
                    // Which of several faults is told may differ.
                    assert!(done.is_err(), "{done:?}");
                }
            }
            Step::Replace(case, shape) => {
                let length = other.load(CASES[*case]).await.unwrap().len();
                let wrong = summary(CASES[*case], u64::try_from(length).unwrap(), shape);
                let done = one.replace_summary(&wrong).await.unwrap();
                assert_eq!(done, other.replace_summary(&wrong).await.unwrap());
                let late = Summary { version: wrong.version + 1, ..wrong };
                assert!(!one.replace_summary(&late).await.unwrap());
            }
        }
    }
}

async fn pages(store: &impl Store, queue: &Queue) -> Vec<Summary> {
    let mut shown = Vec::new();
    let mut after: Option<Rank> = None;
    loop {
        let page = store.queue(queue, after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { return shown };
        after = Some(last.rank());
        shown.extend(page);
    }
}

/// Everything that can be asked is answered alike.
async fn compare(one: &Database, other: &InMemory) {
    for case in CASES {
        assert_eq!(one.load(case).await.unwrap(), other.load(case).await.unwrap());
        assert_eq!(one.summary(case).await.unwrap(), other.summary(case).await.unwrap());
    }
    let name = |name: &&str| Some((*name).to_owned());
    let owners = OWNERS.iter().map(name).chain([None]);
    let places: Vec<_> = PLACES.iter().map(name).chain([None]).collect();
    for waits_for in owners {
        for place in &places {
            for status in STATUSES.iter().copied().map(Some).chain([None]) {
                for (procedure, applicant) in
                    [(None, None), (Some("cn/one"), None), (None, Some("person-1"))]
                {
                    let queue = Queue {
                        waits_for: waits_for.clone(),
                        procedure: procedure.map(str::to_owned),
                        status,
                        applicant: applicant.map(str::to_owned),
                        place: place.clone(),
                    };
                    assert_eq!(pages(one, &queue).await, pages(other, &queue).await, "{queue:?}");
                }
            }
        }
    }
    for hour in 0..4 {
        let now = Timestamp::from_second(hour * 3_600 + 1).unwrap();
        for limit in [1, 10] {
            let mut after = None;
            loop {
                let waking = one.waking(now, after.as_ref(), limit).await.unwrap();
                assert_eq!(waking, other.waking(now, after.as_ref(), limit).await.unwrap());
                let Some(last) = waking.into_iter().last() else { break };
                after = Some(last);
            }
        }
    }
    let sorted = |mut found: Vec<(String, String)>| {
        found.sort();
        found
    };
    let keys: Vec<String> = KEYS.iter().map(|key| (*key).to_owned()).collect();
    for keys in [&keys[..], &keys[1..2], &[]] {
        let shared = sorted(one.sharing(keys).await.unwrap());
        assert_eq!(shared, sorted(other.sharing(keys).await.unwrap()));
    }
    for after in [None, Some("TM-1"), Some("tm-1"), Some("x")] {
        for limit in [2, 10] {
            let cases = one.cases(after, limit).await.unwrap();
            assert_eq!(cases, other.cases(after, limit).await.unwrap());
        }
    }
}

async fn every_store_does_what_the_one_in_memory_does(place: Place) {
    let database = place.open().await;
    let raw = place.raw().await;
    let config = Config::default();
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    for _ in 0..25 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for table in ["delivery", "announcement", "shared_key", "queue", "summary", "action"] {
            raw.execute(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).await.unwrap();
        }
        let memory = InMemory::default();
        play(&steps, &database, &memory).await;
        compare(&database, &memory).await;
    }
    database.close().await;
}

on_both!(every_store_does_what_the_one_in_memory_does);
