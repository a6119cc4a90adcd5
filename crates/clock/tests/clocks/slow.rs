//! A million random clocks beside a slow one that walks day by day.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::common::{CHINA, OFFICE, day, spec};
use clock::spec::EffectFrom;
use clock::{Act, Calendar, ClockSpec, Closing, Effect, Event, Ledger, Office, Period, Status};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// SplitMix64: the same clocks on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A clock in days from 1 January 2004, day 0.
#[derive(Debug)]
struct Clock {
    start: i64,
    budget: i64,
    working: bool,
    closing: Closing,
    stops: Vec<(i64, i64)>,
    /// On which day it was made longer, and by how much.
    extension: Option<(i64, i64)>,
}

fn random(dice: &mut Dice, days: i64) -> Clock {
    let start = dice.below(days - 700);
    let usual = [1, 3, 5, 10, 15, 20, 30, 45, 60];
    let budget = match dice.below(2) {
        0 => usual[usize::try_from(dice.below(9)).unwrap()],
        _ => 1 + dice.below(120),
    };
    let stops = (0..[0, 0, 1, 1, 2, 3][usize::try_from(dice.below(6)).unwrap()])
        .map(|_| {
            let from = start - 3 + dice.below(100);
            (from, from + [0, 1, 7, 20, 40][usize::try_from(dice.below(5)).unwrap()])
        })
        .collect();
    let working = dice.below(3) > 0;
    let closing =
        [Closing::AsItFalls, Closing::NextWorkingDay][usize::try_from(dice.below(2)).unwrap()];
    let extension = (dice.below(4) == 0).then(|| (start + 1 + dice.below(100), 1 + dice.below(10)));
    Clock { start, budget, working, closing, stops, extension }
}

/// Day by day, with nothing clever: a day that is suspended is passed over, a day that counts is
/// counted, and the clock ends on the first day with the budget used up on which it can end.
fn slowly(clock: &Clock, works: &[bool]) -> i64 {
    let (mut day, mut budget, mut used, mut longer) =
        (clock.start, clock.budget, 0, clock.extension);
    loop {
        day += 1;
        if let Some((from, by)) = longer.filter(|(from, _)| *from <= day) {
            let _ = from;
            budget += by;
            longer = None;
        }
        if clock.stops.iter().any(|(from, until)| (*from..*until).contains(&day)) {
            continue;
        }
        let works = works[usize::try_from(day).unwrap()];
        if works || !clock.working {
            used += 1;
        }
        if used >= budget && (works || (!clock.working && clock.closing == Closing::AsItFalls)) {
            return day;
        }
    }
}

fn ours(clock: &Clock, specs: &[[Arc<ClockSpec>; 2]; 2], now: Timestamp) -> (Ledger, Option<i64>) {
    let shape =
        &specs[usize::from(clock.working)][usize::from(clock.closing == Closing::NextWorkingDay)];
    let unit = if clock.working { Period::working_days } else { Period::days };
    let amount = |days: i64| unit(u32::try_from(days).unwrap()).unwrap();
    let mut spec = ClockSpec::clone(shape);
    spec.within = Some(amount(clock.budget));
    let mut events = Vec::with_capacity(12);
    let mut push = |day: i64, act| {
        let at = moment(day);
        events.push(Event { id: events.len().to_string(), at, actor: String::new(), act });
    };
    push(clock.start, Act::Armed { until: None });
    for (index, (from, until)) in clock.stops.iter().enumerate() {
        let name = index.to_string();
        push(*from, crate::common::served(&name));
        push(*until, crate::common::resumed(&name));
        push(*from, crate::common::suspended(&name, "hearing", None));
    }
    if let Some((from, by)) = clock.extension {
        push(from, crate::common::served("extension"));
        push(
            from,
            Act::Extended {
                by: amount(by),
                requested_by: "officer".to_owned(),
                approved_by: "head".to_owned(),
                reason: String::new(),
                notice: "notice-extension".to_owned(),
            },
        );
    }
    let ledger = Ledger::from_events(Arc::new(spec), events);
    let due = ledger.state(&OFFICE, now).due;
    let due = due.filter(|due| due.provisional.is_none()).map(|due| number(due.on));
    (ledger, due)
}

fn moment(day: i64) -> Timestamp {
    let noon: Timestamp = "2004-01-01T12:00:00+08:00".parse().unwrap();
    noon + SignedDuration::from_hours(24 * day)
}

fn number(date: Date) -> i64 {
    i64::from(day("2004-01-01").until(date).unwrap().get_days())
}

fn shapes() -> [[Arc<ClockSpec>; 2]; 2] {
    [Period::days(1), Period::working_days(1)].map(|within| {
        [Closing::AsItFalls, Closing::NextWorkingDay].map(|closing| {
            Arc::new(ClockSpec { closing, ladder: Vec::new(), ..spec(within, Effect::None) })
        })
    })
}

/// A million where tests are optimised, fewer elsewhere.
#[test]
fn random_clocks_are_due_as_a_slow_one_says() {
    let count = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
    let works: Vec<bool> = (0..8_401).map(|n| CHINA.is_working(moment_day(n))).collect();
    let (specs, now) = (shapes(), moment(8_401));
    let (mut dice, mut stopped, mut longer) = (Dice(2026), 0, 0);
    for _ in 0..count {
        let clock = random(&mut dice, 8_401);
        let expected = slowly(&clock, &works);
        let (_, found) = ours(&clock, &specs, now);
        assert_eq!(found, Some(expected), "{clock:?}");
        // What the events did must be seen, or nothing has been compared.
        let plain = Clock { stops: Vec::new(), extension: None, ..clock };
        let without = slowly(&plain, &works);
        stopped += i32::from(without < expected && clock.extension.is_none());
        longer += i32::from(without < expected && clock.extension.is_some());
    }
    assert!(stopped > count / 20 && longer > count / 20, "{stopped} {longer}");
}

fn moment_day(n: i64) -> Date {
    OFFICE.day(moment(n))
}

/// Whatever moment is asked about, the state agrees with the due date of the end.
#[test]
fn states_along_the_way_agree() {
    let specs = shapes();
    let mut dice = Dice(7);
    for _ in 0..2_000 {
        let clock = random(&mut dice, 8_401);
        let (ledger, Some(due)) = ours(&clock, &specs, moment(8_401)) else { panic!("{clock:?}") };
        let mut consumed = 0;
        for day in clock.start..due + 3 {
            let state = ledger.state(&OFFICE, moment(day));
            assert!(state.consumed >= consumed, "what is over never comes back: {clock:?}");
            consumed = state.consumed;
            match state.status {
                Status::Expired { on, recorded: false } => {
                    assert_eq!(number(on), due, "{clock:?}");
                    assert!(day > due && state.remaining == 0);
                }
                Status::Running => assert!(day <= due, "{clock:?}"),
                Status::Suspended { since } => {
                    let since = number(since);
                    let inside = |(from, until): &(i64, i64)| (*from..*until).contains(&day);
                    assert!(since <= day && clock.stops.iter().any(inside), "{clock:?}");
                }
                other => panic!("{other:?} {clock:?}"),
            }
            if clock.working && clock.extension.is_none() {
                assert_eq!(i64::from(state.total), clock.budget, "day {day} {clock:?}");
            }
        }
    }
}

/// Reckoning by the calendar as it will be known once more is announced gives what would have
/// been given had it been known at once.
#[test]
fn projecting_again_equals_working_it_out_anew() {
    let (specs, now) = (shapes(), moment(8_401));
    let mut dice = Dice(99);
    let calendars: Vec<Office> = (2010..=2027)
        .map(|year| Office {
            calendar: crate::common::china_until(year),
            zone: OFFICE.zone.clone(),
        })
        .collect();
    let mut moved = 0;
    let mut compared = 0;
    while compared < 300 {
        let clock = random(&mut dice, 8_401);
        let (ledger, due) = ours(&clock, &specs, now);
        // What happens after the last day would end the clock before anything could be told.
        if ledger.latest() > due.map(moment) {
            continue;
        }
        compared += 1;
        let mut ledger =
            Ledger::from_events(Arc::new(ledger.spec().clone()), ledger.events().to_vec());
        for office in &calendars {
            for act in ledger.due_acts(office, moment(clock.start)) {
                let Act::Reprojected { from, to, .. } = &act else { continue };
                moved += i32::from(from.is_some_and(|from| from != *to));
                let id = format!("told-{:03}", ledger.events().len());
                let at = ledger.latest().unwrap();
                let event = Event { id, at, actor: "jobs".to_owned(), act };
                ledger.append(event, office).unwrap();
            }
        }
        let state = ledger.state(&OFFICE, now);
        assert_eq!(state.due.map(|due| number(due.on)), due);
        assert_eq!(state.told.map(number), due, "what was told last is what holds: {clock:?}");
    }
    assert!(moved > 20, "{moved}");
}

#[test]
fn arithmetic_beyond_what_is_known_goes_by_the_week() {
    let calendar: &Calendar = &CHINA;
    for start in ["1999-06-05", "2003-12-20", "2026-12-01", "2027-03-01", "2031-01-01"].map(day) {
        let mut date = start;
        let mut seen = BTreeSet::new();
        for count in 1..400 {
            loop {
                date = date.tomorrow().unwrap();
                if calendar.is_working(date) {
                    break;
                }
            }
            assert_eq!(calendar.working_day_after(start, count), date);
            assert_eq!(calendar.working_days_between(start, date), i64::from(count));
            assert_eq!(calendar.working_day_from(date), date);
            assert!(seen.insert(date));
            if calendar.is_working(start) {
                assert_eq!(calendar.working_day_before(date, count), start);
            }
        }
    }
    assert!(calendar.is_working(day("2027-01-01")), "a Friday that nobody has announced to be off");
}

#[test]
fn effects_hold_from_the_day_that_the_law_says() {
    let arming = EffectFrom::Arming;
    let spec =
        ClockSpec { effect_from: arming, ..spec(Period::working_days(5), Effect::DeemedAccepted) };
    let armed = crate::common::event("1", "2026-09-21", Act::Armed { until: None });
    let ledger = crate::common::ledger(spec, vec![armed]);
    // 21 September is a Monday; 25 to 27 are Mid-autumn Festival.
    let state = ledger.state(&OFFICE, crate::common::at("2026-09-30T10:00:00"));
    assert_eq!(state.status, Status::Expired { on: day("2026-09-29"), recorded: false });
    assert_eq!(state.taken.unwrap().from, day("2026-09-21"));
}
