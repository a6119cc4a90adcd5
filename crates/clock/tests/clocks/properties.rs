//! What holds for any events whatever, sensible or not.

use crate::common::{OFFICE, ledger, spec};
use clock::{Act, ClockSpec, Closing, Effect, Event, Period, Status};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn start() -> Timestamp {
    "2026-01-05T09:00:00+08:00".parse().unwrap()
}

/// A moment of the year after the start, or any moment at all.
fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        20 => (0_i64..24 * 150).prop_map(|hours| start() + SignedDuration::from_hours(hours)),
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    let amount = prop_oneof![9 => 1_u32..40, 1 => Just(u32::MAX)];
    (amount, 0..3_usize).prop_map(|(amount, unit)| {
        let make: [fn(u32) -> Option<Period>; 3] =
            [Period::working_days, Period::days, Period::months];
        make[unit](amount).unwrap()
    })
}

fn date() -> impl Strategy<Value = Date> {
    prop_oneof![
        8 => (0_i64..200).prop_map(|days| OFFICE.day(start() + SignedDuration::from_hours(24 * days))),
        1 => Just(Date::MIN),
        1 => Just(Date::MAX),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    let ground = prop::sample::select(vec!["hearing", "appraisal", "lunch"]);
    let person = || prop::sample::select(vec!["wang", "li"]).prop_map(str::to_owned);
    prop_oneof![
        2 => prop::option::weighted(0.2, date()).prop_map(|until| Act::Armed { until }),
        4 => (name(), ground, prop::option::of(period()))
            .prop_map(|(name, ground, expected)| crate::common::suspended(name, ground, expected)),
        4 => name().prop_map(crate::common::served),
        4 => name().prop_map(crate::common::resumed),
        2 => (period(), person(), person()).prop_map(|(by, requested_by, approved_by)| Act::Extended {
            by, requested_by, approved_by, reason: String::new(), notice: "notice-a".to_owned(),
        }),
        1 => Just(Act::Met),
        1 => date().prop_map(|due| Act::Expired { due }),
        1 => Just(Act::Stopped { reason: "withdrawn".to_owned() }),
        1 => date().prop_map(|due| Act::Warned { rung: "ten".to_owned(), due }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (0_u32..40, moment(), act()).prop_map(|(id, at, act)| Event {
        id: id.to_string(),
        at,
        actor: "clerk".to_owned(),
        act,
    })
}

fn any_spec() -> impl Strategy<Value = ClockSpec> {
    let effect = prop::sample::select(vec![Effect::None, Effect::Escalate, Effect::DeemedGranted]);
    let closing = prop::sample::select(vec![Closing::AsItFalls, Closing::NextWorkingDay]);
    (prop::option::weighted(0.9, period()), effect, closing)
        .prop_map(|(within, effect, closing)| ClockSpec { closing, ..spec(within, effect) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_order_of_recording_does_not_matter(
        (spec, events, shuffled, at) in (any_spec(), prop::collection::vec(event(), 0..24), moment())
            .prop_flat_map(|(spec, events, at)| {
                let shuffled = Just(events.clone()).prop_shuffle();
                (Just(spec), Just(events), shuffled, Just(at))
            })
    ) {
        let state = ledger(spec.clone(), events).state(&OFFICE, at);
        prop_assert_eq!(state, ledger(spec, shuffled).state(&OFFICE, at));
    }

    #[test]
    fn what_is_appended_has_force(
        spec in any_spec(),
        events in prop::collection::vec(event(), 0..24),
    ) {
        let mut ledger = ledger(spec, Vec::new());
        for event in events {
            let id = event.id.clone();
            if ledger.append(event, &OFFICE).is_ok() {
                let state = ledger.state(&OFFICE, ledger.latest().unwrap());
                prop_assert!(state.findings.iter().all(|finding| finding.event != id));
            }
        }
        // Doing what falls due leaves nothing to be done.
        for now in [start(), start() + SignedDuration::from_hours(24 * 400)] {
            let at = ledger.latest().map_or(now, |latest| latest.max(now));
            for act in ledger.due_acts(&OFFICE, now) {
                let id = format!("job-{}", ledger.events().len());
                let event = Event { id, at, actor: "jobs".to_owned(), act };
                prop_assert!(ledger.append(event, &OFFICE).is_ok());
            }
            prop_assert_eq!(ledger.due_acts(&OFFICE, now), []);
        }
    }

    #[test]
    fn longer_is_never_sooner(
        spec in any_spec(),
        events in prop::collection::vec(event(), 1..16),
        more in event(),
        at in moment(),
    ) {
        let Some(within) = spec.within else { return Ok(()) };
        let due = |spec: &ClockSpec, events: &[Event]| {
            ledger(spec.clone(), events.to_vec()).state(&OFFICE, at)
        };
        let (one, longer) = (due(&spec, &events), {
            let more = within.amount().saturating_add(1);
            let within = match within {
                Period::WorkingDays(_) => Period::working_days(more),
                Period::Days(_) => Period::days(more),
                Period::Months(_) => Period::months(more),
            };
            due(&ClockSpec { within, ..spec.clone() }, &events)
        });
        // An extension that came too late for the shorter one may be in time for the longer one.
        if let (Some(one), Some(longer)) = (one.due, longer.due) {
            prop_assert!(longer.on >= one.on);
        }
        // Neither is a suspension or an extension more.
        let stops = matches!(more.act, Act::Suspended { .. } | Act::Extended { .. } | Act::Served { .. });
        if stops && events.iter().all(|event| event.id != more.id) {
            let with: Vec<Event> = events.iter().cloned().chain([more]).collect();
            let with = due(&spec, &with);
            if let (Some(one), Some(with)) = (one.due, with.due) {
                prop_assert!(with.on >= one.on, "{:?} {:?}", one, with);
            }
            if let Status::Running = one.status {
                let expired = matches!(with.status, Status::Expired { .. });
                prop_assert!(!expired);
            }
        }
    }
}
