//! What is told: in one order, to everybody who asked, at least once, and never to two workers at
//! a time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use casework::announcement::Announcement;
use casework::store::Entry;
use casework::{Action, ActionKind, Status, Store, Summary, What};
use jiff::{SignedDuration, Timestamp};
use store::{Backoff, Database, Delivery, Replay, Subscription};

use crate::harness::{Place, on_both};
use crate::stories::{actor, at};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

pub(crate) fn entry(case: &str, version: u64, kind: ActionKind) -> Entry {
    let moment = at("2026-11-02");
    let action = Action {
        id: format!("a{version}"),
        case: case.to_owned(),
        expected_version: version - 1,
        at: moment,
        actor: actor("maria"),
        on_behalf: None,
        what: if kind == ActionKind::Submit { What::Submit } else { What::Withdraw },
    };
    let summary = Summary {
        case: case.to_owned(),
        version,
        procedure: "cn/work-permit".to_owned(),
        place: None,
        applicant: "maria".to_owned(),
        status: Status::Draft,
        outcome: None,
        flags: BTreeSet::new(),
        waits_for: BTreeSet::new(),
        due: None,
        wake: None,
        opened: moment,
        submitted: None,
        latest: moment,
        keys: Vec::new(),
        reconsiders: None,
        contested_by: None,
        conflicts: Default::default(),
    };
    let announcement = Announcement {
        case: case.to_owned(),
        version,
        procedure: summary.procedure.clone(),
        kind,
        at: moment,
        status: Status::Draft,
        outcome: None,
        letter: None,
    };
    Entry { action, summary, announcement }
}

async fn tell(database: &Database, case: &str, version: u64, kind: ActionKind) {
    database.append(&[entry(case, version, kind)]).await.unwrap();
}

fn subscription(id: &str, kinds: &[ActionKind]) -> Subscription {
    Subscription {
        id: id.to_owned(),
        url: "https://receiver.example/hook".to_owned(),
        secret: "s".to_owned(),
        kinds: kinds.iter().copied().collect(),
        by: "admin".to_owned(),
        made: at("2026-11-02"),
    }
}

fn positions(deliveries: &[Delivery]) -> Vec<u64> {
    deliveries.iter().map(|delivery| delivery.told.position).collect()
}

async fn whoever_reads_on_misses_nothing_in_whatever_order_writers_end(place: Place) {
    let database = place.open().await;
    let writing = Arc::new(AtomicBool::new(true));
    let reader = {
        let (database, writing) = (database.clone(), Arc::clone(&writing));
        tokio::spawn(async move {
            let mut read = Vec::new();
            loop {
                let last_round = !writing.load(Ordering::SeqCst);
                let after = read.last().map_or(0, |told: &store::Told| told.position);
                let told = database.events(after, 7).await.unwrap();
                if told.is_empty() && last_round {
                    return read;
                }
                read.extend(told);
            }
        })
    };
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let database = database.clone();
            tokio::spawn(async move {
                for version in 1..=15 {
                    tell(&database, &format!("TM-{writer}"), version, ActionKind::Submit).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    writing.store(false, Ordering::SeqCst);
    let read = reader.await.unwrap();
    let given: Vec<u64> = read.iter().map(|told| told.position).collect();
    assert_eq!(given, (1..=300).collect::<Vec<u64>>());
    for writer in 0..20 {
        let case = format!("TM-{writer}");
        let of = read.iter().filter(|told| told.announcement.case == case);
        let versions: Vec<u64> = of.map(|told| told.announcement.version).collect();
        assert_eq!(versions, (1..=15).collect::<Vec<u64>>());
    }
    assert_eq!(database.events(0, 1_000).await.unwrap(), read, "the order stays");
}

async fn a_delivery_is_in_one_hand_at_a_time_and_comes_back_if_nothing_is_heard(place: Place) {
    let database = place.open().await;
    let now = at("2026-11-02");
    tell(&database, "TM-1", 1, ActionKind::Submit).await;
    database.subscribe(&subscription("all", &[]), None).await.unwrap();
    database.subscribe(&subscription("submitted", &[ActionKind::Submit]), Some(0)).await.unwrap();
    tell(&database, "TM-1", 2, ActionKind::Withdraw).await;
    tell(&database, "TM-2", 1, ActionKind::Submit).await;
    let claimed = database.claim(now, MINUTE, 10, |_| 10).await.unwrap();
    let of = |id: &str, claimed: &[Delivery]| {
        let of = claimed.iter().filter(|one| one.subscription.id == id);
        of.map(|one| one.told.position).collect::<Vec<_>>()
    };
    // One is told from when it came; the other asked for what was before, and only submissions.
    assert_eq!(of("all", &claimed), [2, 3]);
    assert_eq!(of("submitted", &claimed), [1, 3]);
    assert!(database.claim(now, MINUTE, 10, |_| 10).await.unwrap().is_empty(), "in hand");
    assert!(database.delivered(&claimed[0]).await.unwrap());
    assert!(!database.delivered(&claimed[0]).await.unwrap(), "once");
    // The others come back; whoever had them before has no say any more.
    let later = now + MINUTE;
    let again = database.claim(later, MINUTE, 10, |_| 10).await.unwrap();
    assert_eq!(again.len(), 3);
    assert!(again.iter().all(|delivery| delivery.attempt == 2));
    assert!(!database.delivered(&claimed[1]).await.unwrap());
    assert!(!database.failed(&claimed[1], "late", None).await.unwrap());
    for delivery in &again {
        assert!(database.delivered(delivery).await.unwrap());
    }
    assert!(database.claim(later + MINUTE, MINUTE, 10, |_| 10).await.unwrap().is_empty());
    assert!(database.unsubscribe("all").await.unwrap());
    assert!(!database.unsubscribe("all").await.unwrap());
    tell(&database, "TM-3", 1, ActionKind::Submit).await;
    let claimed = database.claim(later, MINUTE, 10, |_| 10).await.unwrap();
    assert_eq!((of("all", &claimed), of("submitted", &claimed)), (vec![], vec![4]));
    assert_eq!(database.subscriptions().await.unwrap().len(), 1);
}

async fn many_workers_never_have_the_same_delivery(place: Place) {
    let database = place.open().await;
    for id in ["one", "two"] {
        database.subscribe(&subscription(id, &[]), None).await.unwrap();
    }
    for case in 0..100 {
        tell(&database, &format!("TM-{case}"), 1, ActionKind::Submit).await;
    }
    let now = at("2026-11-02");
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut had = Vec::new();
                loop {
                    let claimed = database.claim(now, MINUTE, 7, |_| 7).await.unwrap();
                    if claimed.is_empty() {
                        return had;
                    }
                    for delivery in claimed {
                        assert!(database.delivered(&delivery).await.unwrap());
                        had.push((delivery.subscription.id.clone(), delivery.told.position));
                    }
                }
            })
        })
        .collect();
    let mut had = Vec::new();
    for worker in workers {
        had.extend(worker.await.unwrap());
    }
    let different: BTreeSet<_> = had.iter().collect();
    // With locks skipped, a worker may find nothing although another still has some in hand.
    assert_eq!((had.len(), different.len()), (200, 200));
}

async fn a_receiver_that_is_dead_for_a_day_gets_everything_in_the_end(place: Place) {
    let database = place.open().await;
    database.subscribe(&subscription("s", &[]), None).await.unwrap();
    for version in 1..=5 {
        tell(&database, "TM-1", version, ActionKind::Submit).await;
    }
    let begun = at("2026-11-02");
    let back = begun + SignedDuration::from_hours(24);
    let mut now = begun;
    let mut arrived = Vec::new();
    let mut attempts = 0;
    while now < begun + SignedDuration::from_hours(72) {
        for delivery in database.claim(now, MINUTE, 10, |_| 10).await.unwrap() {
            attempts += 1;
            if now < back {
                let again = Backoff::default().next(delivery.attempt, now);
                assert!(again.is_some(), "not given up within a day");
                assert!(database.failed(&delivery, "connection refused", again).await.unwrap());
            } else {
                assert!(database.delivered(&delivery).await.unwrap());
                arrived.push(delivery.told.position);
            }
        }
        now += SignedDuration::from_mins(10);
    }
    assert_eq!(arrived, [1, 2, 3, 4, 5]);
    assert!(attempts < 5 * 40, "{attempts}");
    assert!(database.pending("s", 0, 10).await.unwrap().is_empty());
}

async fn what_was_given_up_can_be_told_again(place: Place) {
    let database = place.open().await;
    database.subscribe(&subscription("s", &[]), None).await.unwrap();
    for version in 1..=4 {
        tell(&database, "TM-1", version, ActionKind::Submit).await;
    }
    let now = at("2026-11-02");
    let claimed = database.claim(now, MINUTE, 10, |_| 10).await.unwrap();
    for delivery in &claimed[..2] {
        assert!(database.failed(delivery, "410\0gone", None).await.unwrap());
    }
    for delivery in &claimed[2..] {
        assert!(database.delivered(delivery).await.unwrap());
    }
    let pending = database.pending("s", 0, 10).await.unwrap();
    let dead: Vec<_> = pending.iter().map(|one| (one.position, one.dead, one.attempts)).collect();
    assert_eq!(dead, [(1, true, 1), (2, true, 1)]);
    assert_eq!(pending[0].fault.as_deref(), Some("410 gone"));
    assert!(database.claim(now + MINUTE, MINUTE, 10, |_| 10).await.unwrap().is_empty());
    assert_eq!(database.replay("s", Replay::Dead).await.unwrap(), 2);
    let again = database.claim(now, MINUTE, 10, |_| 10).await.unwrap();
    assert_eq!(positions(&again), [1, 2]);
    assert_eq!(again[0].attempt, 1, "as if never tried");
    assert_eq!(database.replay("s", Replay::After(2)).await.unwrap(), 2);
    assert_eq!(positions(&database.claim(now, MINUTE, 10, |_| 10).await.unwrap()), [3, 4]);
    assert_eq!(database.replay("nobody", Replay::After(0)).await.unwrap(), 0);
}

async fn no_subscription_stands_before_another_one(place: Place) {
    let database = place.open().await;
    database.subscribe(&subscription("busy", &[]), None).await.unwrap();
    for case in 0..30 {
        tell(&database, &format!("TM-{case}"), 1, ActionKind::Submit).await;
    }
    database.subscribe(&subscription("quiet", &[]), None).await.unwrap();
    tell(&database, "TM-9", 2, ActionKind::Submit).await;
    let now = at("2026-11-02");
    let of = |deliveries: &[Delivery]| {
        let of = |id: &str| deliveries.iter().filter(|one| one.subscription.id == id).count();
        (of("busy"), of("quiet"))
    };
    let claimed = database.claim(now, MINUTE, 16, |_| 4).await.unwrap();
    assert_eq!(of(&claimed), (4, 1));
    // What is due since longest comes first; where there is no room, nothing is taken in hand.
    assert_eq!(positions(&claimed), [1, 2, 3, 4, 31]);
    let room = |id: &str| if id == "busy" { 0 } else { 4 };
    assert!(database.claim(now, MINUTE, 16, room).await.unwrap().is_empty());
    let claimed = database.claim(now, MINUTE, 3, |_| 4).await.unwrap();
    assert_eq!(positions(&claimed), [5, 6, 7]);
}

async fn many_are_told_again_and_ended_in_parts(place: Place) {
    let database = place.open().await;
    let many = 2_100;
    let entries: Vec<Entry> =
        (0..many).map(|case| entry(&format!("TM-{case}"), 1, ActionKind::Submit)).collect();
    database.append(&entries).await.unwrap();
    database.subscribe(&subscription("s", &[]), Some(50)).await.unwrap();
    database.subscribe(&subscription("other", &[]), None).await.unwrap();
    let pending = |id: &'static str| {
        let database = database.clone();
        async move { database.pending(id, 0, 5_000).await.unwrap().len() }
    };
    assert_eq!((pending("s").await, pending("other").await), (many - 50, 0));
    assert_eq!(database.replay("s", Replay::After(0)).await.unwrap(), many as u64);
    let now = at("2026-11-02");
    for delivery in database.claim(now, MINUTE, many, |_| many).await.unwrap() {
        assert!(database.failed(&delivery, "gone", None).await.unwrap());
    }
    assert_eq!(database.replay("s", Replay::Dead).await.unwrap(), many as u64);
    assert!(database.pending("s", 0, 5_000).await.unwrap().iter().all(|one| !one.dead));
    tell(&database, "TM-0", 2, ActionKind::Submit).await;
    assert!(database.unsubscribe("s").await.unwrap());
    assert!(!database.unsubscribe("s").await.unwrap());
    assert_eq!((pending("s").await, pending("other").await), (0, 1));
}

#[test]
fn waits_double_up_to_an_hour_and_end_after_three_days() {
    let backoff = Backoff::default();
    let mut now = Timestamp::UNIX_EPOCH;
    let mut waits = Vec::new();
    for attempt in 1.. {
        let Some(next) = backoff.next(attempt, now) else { break };
        waits.push(next.duration_since(now).as_secs());
        now = next;
    }
    assert_eq!(waits[..10], [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
    assert_eq!((waits.len(), waits.last()), (79, Some(&3600)));
    assert!(now.as_second() > 70 * 3_600, "{now}");
    assert_eq!(backoff.next(u64::MAX, now), None);
}

on_both!(
    whoever_reads_on_misses_nothing_in_whatever_order_writers_end,
    a_delivery_is_in_one_hand_at_a_time_and_comes_back_if_nothing_is_heard,
    many_workers_never_have_the_same_delivery,
    a_receiver_that_is_dead_for_a_day_gets_everything_in_the_end,
    what_was_given_up_can_be_told_again,
    no_subscription_stands_before_another_one,
    many_are_told_again_and_ended_in_parts,
);
