//! What follows from what happens to a clock, case by case.

use std::sync::Arc;

use crate::common::{
    CHINA, OFFICE, at, china_until, day, event, extended, ledger, resumed, served, spec, suspended,
    working_days,
};
use clock::ledger::{Appended, Fault, Provisional};
use clock::{Act, ClockSpec, Closing, Effect, Event, Ledger, Office, Period, Status};

fn armed(moment: &str) -> Event {
    event("armed", moment, Act::Armed { until: None })
}

fn due(spec: ClockSpec, events: Vec<Event>, moment: &str) -> String {
    ledger(spec, events).state(&OFFICE, at(moment)).due.unwrap().on.to_string()
}

#[track_caller]
fn refused(ledger: &mut Ledger, event: Event, fault: Fault) {
    let before = ledger.events().len();
    let refused = ledger.append(event, &OFFICE).unwrap_err();
    assert_eq!(refused.finding.fault, fault, "{refused}");
    assert_eq!(ledger.events().len(), before, "nothing is kept of it");
}

#[test]
fn a_working_day_is_a_day_and_not_a_number_of_hours() {
    for moment in ["2026-11-02T00:00:00", "2026-11-02T09:00:00", "2026-11-02T23:59:59"] {
        let due = due(spec(working_days(1), Effect::None), vec![armed(moment)], moment);
        assert_eq!(due, "2026-11-03", "armed at {moment}");
    }
}

#[test]
fn a_clock_armed_on_a_day_off_starts_with_the_next_working_day() {
    // National Day: 1 to 7 October 2026, and Saturday 10 makes up for it.
    let with =
        |days| due(spec(working_days(days), Effect::None), vec![armed("2026-10-02")], "2026-10-02");
    assert_eq!(with(1), "2026-10-08");
    assert_eq!(with(3), "2026-10-10");
    assert_eq!(with(4), "2026-10-12");
}

#[test]
fn a_limit_passes_at_midnight_on_a_make_up_saturday() {
    let ledger =
        ledger(spec(working_days(5), Effect::DeemedGranted), vec![armed("2026-02-09T10:00:00")]);
    let last = ledger.state(&OFFICE, at("2026-02-14T23:59:59"));
    assert_eq!(last.status, Status::Running);
    assert_eq!((last.consumed, last.remaining), (5, 0));
    let over = ledger.state(&OFFICE, at("2026-02-15T00:00:00"));
    assert_eq!(over.status, Status::Expired { on: day("2026-02-14"), recorded: false });
    let taken = over.taken.unwrap();
    assert_eq!((taken.effect, taken.from), (Effect::DeemedGranted, day("2026-02-14")));
}

#[test]
fn the_day_ends_at_the_authority_and_not_in_greenwich() {
    let ledger = ledger(spec(working_days(5), Effect::None), vec![armed("2026-02-09T10:00:00")]);
    let status = |moment: &str| ledger.state(&OFFICE, moment.parse().unwrap()).status;
    assert_eq!(status("2026-02-14T15:59:59Z"), Status::Running);
    assert!(matches!(status("2026-02-14T16:00:00Z"), Status::Expired { .. }));
}

#[test]
fn a_suspension_moves_the_due_date_by_its_working_days() {
    let mut events = vec![armed("2026-11-02")];
    let plain = || spec(working_days(20), Effect::None);
    assert_eq!(due(plain(), events.clone(), "2026-11-02"), "2026-11-30");
    events.push(event("1", "2026-11-09", suspended("a", "hearing", None)));
    events.push(event("2", "2026-11-09", served("a")));
    events.push(event("3", "2026-11-16", resumed("a")));
    assert_eq!(due(plain(), events.clone(), "2026-11-20"), "2026-12-07");
    // One within it and one that overlaps its end: the days are not taken twice.
    events.push(event("4", "2026-11-10", suspended("b", "appraisal", None)));
    events.push(event("5", "2026-11-10", served("b")));
    events.push(event("6", "2026-11-12", resumed("b")));
    assert_eq!(due(plain(), events.clone(), "2026-11-20"), "2026-12-07");
    events.push(event("7", "2026-11-13", suspended("c", "appraisal", None)));
    events.push(event("8", "2026-11-13", served("c")));
    events.push(event("9", "2026-11-18", resumed("c")));
    assert_eq!(due(plain(), events, "2026-11-20"), "2026-12-09");
}

#[test]
fn a_suspension_without_a_served_notice_has_no_force() {
    let mut events =
        vec![armed("2026-11-02"), event("1", "2026-11-04", suspended("a", "hearing", None))];
    let plain = || spec(working_days(20), Effect::None);
    let state = ledger(plain(), events.clone()).state(&OFFICE, at("2026-11-20"));
    assert_eq!((state.status, state.due.unwrap().on), (Status::Running, day("2026-11-30")));
    assert_eq!(state.suspensions[0].from, None);
    // Served a week later, it counts from then; in whatever order that was recorded.
    events.insert(0, event("2", "2026-11-11", served("a")));
    events.push(event("3", "2026-11-18", resumed("a")));
    assert_eq!(due(plain(), events, "2026-11-20"), "2026-12-07");
}

#[test]
fn a_suspension_on_the_last_day_has_force_and_after_it_has_none() {
    let with = |from: &str| {
        let events = vec![
            armed("2026-11-02"),
            event("1", from, suspended("a", "hearing", None)),
            event("2", from, served("a")),
            event("3", "2026-12-15", resumed("a")),
        ];
        ledger(spec(working_days(20), Effect::None), events).state(&OFFICE, at("2026-12-16"))
    };
    assert_eq!(with("2026-11-30").due.unwrap().on, day("2026-12-15"));
    let late = with("2026-12-01");
    assert_eq!(late.due.unwrap().on, day("2026-11-30"), "a limit that has passed is not revived");
    assert_eq!(late.findings[0].fault, Fault::TooLate);
}

#[test]
fn an_open_suspension_keeps_the_limit_from_passing() {
    let events = vec![
        armed("2026-11-02"),
        event("1", "2026-11-09", suspended("a", "hearing", working_days(10))),
        event("2", "2026-11-09", served("a")),
    ];
    let ledger = ledger(spec(working_days(20), Effect::DeemedGranted), events);
    let state = ledger.state(&OFFICE, at("2026-11-10"));
    assert_eq!(state.status, Status::Suspended { since: day("2026-11-09") });
    assert_eq!((state.consumed, state.remaining), (4, 16));
    assert_eq!(state.suspensions[0].expected, Some(day("2026-11-23")));
    let due = state.due.unwrap();
    assert_eq!((due.on, due.provisional), (day("2026-12-14"), Some(Provisional::OpenSuspension)));
    assert!(state.warnings.is_empty(), "nothing bites while it stands still");
    let later = ledger.state(&OFFICE, at("2030-01-01"));
    assert_eq!((later.status, later.taken), (Status::Suspended { since: day("2026-11-09") }, None));
}

#[test]
fn an_extension_needs_a_second_person_and_a_notice_in_time() {
    let mut ledger = ledger(spec(working_days(20), Effect::None), vec![armed("2026-11-02")]);
    refused(
        &mut ledger,
        event("1", "2026-11-20", extended(10, "wang", "wang")),
        Fault::SelfApproved,
    );
    refused(
        &mut ledger,
        event("1", "2026-11-20", extended(11, "wang", "li")),
        Fault::NotExtendable,
    );
    ledger.append(event("1", "2026-11-20", extended(10, "wang", "li")), &OFFICE).unwrap();
    let on = |ledger: &Ledger| ledger.state(&OFFICE, at("2026-11-25")).due.unwrap().on;
    assert_eq!(on(&ledger), day("2026-11-30"), "nobody was told yet");
    ledger.append(event("2", "2026-11-24", served("extension")), &OFFICE).unwrap();
    assert_eq!(on(&ledger), day("2026-12-14"));
    assert!(ledger.state(&OFFICE, at("2026-11-25")).extended);
    refused(&mut ledger, event("3", "2026-11-26", extended(5, "wang", "li")), Fault::NotExtendable);
}

#[test]
fn an_extension_told_after_the_limit_is_void() {
    let events = vec![
        armed("2026-11-02"),
        event("1", "2026-11-27", extended(10, "wang", "li")),
        event("2", "2026-12-01", served("extension")),
    ];
    let state =
        ledger(spec(working_days(20), Effect::None), events).state(&OFFICE, at("2026-12-02"));
    assert_eq!(state.status, Status::Expired { on: day("2026-11-30"), recorded: false });
    assert_eq!((state.extended, state.findings[0].fault), (false, Fault::TooLate));
}

#[test]
fn a_joint_case_filed_today_runs_past_the_known_calendar() {
    let ledger = ledger(spec(working_days(45), Effect::DeemedGranted), vec![armed("2026-11-28")]);
    let state = ledger.state(&OFFICE, at("2026-11-28"));
    let due = state.due.unwrap();
    assert_eq!((due.on, due.provisional), (day("2027-01-29"), Some(Provisional::CalendarUnknown)));
    // Passed by what can be guessed: no grant comes of a guess.
    let state = ledger.state(&OFFICE, at("2027-02-10"));
    assert_eq!((state.status, state.taken), (Status::Unsettled, None));
    let acts = ledger.due_acts(&OFFICE, at("2027-02-10"));
    assert!(!acts.iter().any(|act| matches!(act, Act::Expired { .. })), "{acts:?}");
}

#[test]
fn what_is_announced_later_moves_the_date_that_was_told() {
    let office = Office { calendar: china_until(2026), zone: OFFICE.zone.clone() };
    let mut ledger = ledger(spec(working_days(30), Effect::None), vec![armed("2025-12-10")]);
    let acts = ledger.due_acts(&office, at("2025-12-10"));
    let Act::Reprojected { from: None, to, provisional: true, .. } = acts[0].clone() else {
        panic!("{acts:?}")
    };
    assert_eq!(to, day("2026-01-21"));
    ledger.append(event("told", "2025-12-10", acts[0].clone()), &office).unwrap();
    assert_eq!(ledger.due_acts(&office, at("2025-12-11")).len(), 0, "told is told");
    // 1 and 2 January are off, Sunday 4 is worked: one working day fewer.
    let acts = ledger.due_acts(&OFFICE, at("2025-12-12"));
    let Act::Reprojected { calendar, from, to, provisional, reason } = acts[0].clone() else {
        panic!("{acts:?}")
    };
    assert_eq!((from, to), (Some(day("2026-01-21")), day("2026-01-22")));
    assert_eq!((calendar.as_str(), provisional), (CHINA.version(), false));
    assert_eq!(reason, "calendar");
}

#[test]
fn a_date_that_moved_is_told_with_what_moved_it() {
    let mut ledger = ledger(spec(working_days(20), Effect::None), vec![armed("2026-11-02")]);
    let mut told = 0;
    let mut cause = |ledger: &mut Ledger, moment: &str| {
        let acts = ledger.due_acts(&OFFICE, at(moment)).into_iter();
        let act = acts.into_iter().find(|act| matches!(act, Act::Reprojected { .. }))?;
        let Act::Reprojected { reason, .. } = &act else { return None };
        let reason = reason.clone();
        told += 1;
        ledger.append(event(&format!("told-{told}"), moment, act), &OFFICE).unwrap();
        Some(reason)
    };
    assert_eq!(cause(&mut ledger, "2026-11-02").as_deref(), Some("first-told"));
    for (id, act) in [("1", suspended("a", "hearing", None)), ("2", served("a"))] {
        ledger.append(event(id, "2026-11-04", act), &OFFICE).unwrap();
    }
    ledger.append(event("3", "2026-11-09", resumed("a")), &OFFICE).unwrap();
    assert_eq!(cause(&mut ledger, "2026-11-09").as_deref(), Some("suspension"));
    ledger.append(event("4", "2026-11-10", extended(5, "officer", "chief")), &OFFICE).unwrap();
    // What is served of another limit moves nothing, nor does an extension that was not served.
    ledger.append(event("5", "2026-11-10", served("elsewhere")), &OFFICE).unwrap();
    assert_eq!(cause(&mut ledger, "2026-11-10"), None);
    ledger.append(event("6", "2026-11-11", served("extension")), &OFFICE).unwrap();
    assert_eq!(cause(&mut ledger, "2026-11-11").as_deref(), Some("extension"));
}

#[test]
fn warnings_come_before_the_effect_and_once_for_each_due_date() {
    let mut ledger =
        ledger(spec(working_days(20), Effect::DeemedGranted), vec![armed("2026-11-02")]);
    let warned = |ledger: &Ledger, moment: &str| -> Vec<String> {
        ledger
            .due_acts(&OFFICE, at(moment))
            .into_iter()
            .filter_map(|act| match act {
                Act::Warned { rung, .. } => Some(rung),
                _ => None,
            })
            .collect()
    };
    assert_eq!(warned(&ledger, "2026-11-13"), [""; 0]);
    assert_eq!(warned(&ledger, "2026-11-16"), ["ten"]);
    let due = day("2026-11-30");
    let warning = Act::Warned { rung: "ten".to_owned(), due };
    ledger.append(event("w", "2026-11-16", warning), &OFFICE).unwrap();
    assert_eq!(warned(&ledger, "2026-11-17"), [""; 0]);
    assert_eq!(warned(&ledger, "2026-11-26"), ["five", "two"]);
    // The due date moves: what was said of the old one says nothing of the new one.
    for (id, act) in [("1", suspended("a", "hearing", None)), ("2", served("a"))] {
        ledger.append(event(id, "2026-11-26", act), &OFFICE).unwrap();
    }
    assert_eq!(warned(&ledger, "2026-12-01"), [""; 0]);
    ledger.append(event("3", "2026-12-10", resumed("a")), &OFFICE).unwrap();
    assert_eq!(warned(&ledger, "2026-12-10"), ["ten", "five", "two"]);
}

#[test]
fn a_deemed_effect_is_recorded_once_and_not_undone() {
    let mut ledger =
        ledger(spec(working_days(5), Effect::DeemedGranted), vec![armed("2026-02-09")]);
    let expired = Act::Expired { due: day("2026-02-14") };
    refused(&mut ledger, event("x", "2026-02-14T23:00:00", expired.clone()), Fault::NotPassed);
    let acts = ledger.due_acts(&OFFICE, at("2026-02-15T00:00:01"));
    assert!(acts.contains(&expired), "{acts:?}");
    ledger.append(event("x", "2026-02-15T00:00:01", expired), &OFFICE).unwrap();
    assert!(
        !ledger
            .due_acts(&OFFICE, at("2026-02-16"))
            .iter()
            .any(|act| matches!(act, Act::Expired { .. }))
    );
    refused(&mut ledger, event("met", "2026-02-24", Act::Met), Fault::TooLate);
    // Somebody edits the calendar so that the Saturday is off: the grant stands, and it shows.
    let about = include_str!("../../../../packs/cn/calendar/calendar.toml");
    let days = include_str!("../../../../packs/cn/calendar/days.csv");
    let days: Vec<&str> = days.lines().filter(|line| !line.starts_with("2026-02-14")).collect();
    let edited = clock::Calendar::read(about, &days.join("\n")).unwrap();
    let office = Office { calendar: Arc::new(edited), zone: OFFICE.zone.clone() };
    let state = ledger.state(&office, at("2026-03-01"));
    assert_eq!(state.status, Status::Expired { on: day("2026-02-14"), recorded: true });
    assert_eq!(state.taken.unwrap().effect, Effect::DeemedGranted);
    assert_eq!(state.findings[0].fault, Fault::NotPassed);
}

#[test]
fn a_decision_after_a_deemed_grant_comes_too_late_and_one_before_does_not() {
    let on = |moment: &str, effect| {
        let events = vec![armed("2026-02-09"), event("met", moment, Act::Met)];
        ledger(spec(working_days(5), effect), events).state(&OFFICE, at("2026-03-01")).status
    };
    assert_eq!(
        on("2026-02-14T23:59:59", Effect::DeemedGranted),
        Status::Met { on: day("2026-02-14"), late: false }
    );
    assert_eq!(
        on("2026-02-24", Effect::DeemedGranted),
        Status::Expired { on: day("2026-02-14"), recorded: false }
    );
    assert_eq!(on("2026-02-24", Effect::None), Status::Met { on: day("2026-02-24"), late: true });
}

#[test]
fn a_renewal_runs_until_the_permit_ends_and_nothing_moves_that() {
    let spec = ClockSpec { ladder: Vec::new(), ..spec(None, Effect::DeemedGranted) };
    let until = Act::Armed { until: Some(day("2026-03-08")) };
    let mut ledger = ledger(spec, vec![event("armed", "2026-02-02", until)]);
    refused(
        &mut ledger,
        event("1", "2026-02-10", suspended("a", "hearing", None)),
        Fault::UnknownGround,
    );
    refused(&mut ledger, event("2", "2026-02-11", Act::Armed { until: None }), Fault::WrongArming);
    let state = ledger.state(&OFFICE, at("2026-03-08T23:59:59"));
    // A Sunday: the permit ends on it all the same.
    assert_eq!((state.status, state.due.unwrap().on), (Status::Running, day("2026-03-08")));
    assert!(ledger.state(&OFFICE, at("2026-03-09T00:00:00")).taken.is_some());
}

#[test]
fn calendar_days_end_as_the_law_of_their_closing_says() {
    let sixty = |closing| {
        let spec = ClockSpec { closing, ..spec(Period::days(60), Effect::None) };
        due(spec, vec![armed("2026-08-05")], "2026-08-05")
    };
    // 4 October 2026 is a Sunday in the holidays of National Day.
    assert_eq!(sixty(Closing::AsItFalls), "2026-10-04");
    assert_eq!(sixty(Closing::NextWorkingDay), "2026-10-08");
}

#[test]
fn months_end_on_the_same_day_or_the_last_of_the_month() {
    let months = |months, from: &str| {
        due(spec(Period::months(months), Effect::None), vec![armed(from)], from)
    };
    assert_eq!(months(6, "2026-03-31"), "2026-09-30");
    assert_eq!(months(1, "2024-01-31"), "2024-02-29");
    assert_eq!(months(12, "2024-02-29"), "2025-02-28");
}

#[test]
fn the_same_event_again_changes_nothing_and_another_of_its_name_is_refused() {
    let mut ledger = ledger(spec(working_days(20), Effect::None), Vec::new());
    assert_eq!(ledger.append(armed("2026-11-02"), &OFFICE), Ok(Appended::New));
    assert_eq!(ledger.append(armed("2026-11-02"), &OFFICE), Ok(Appended::Known));
    refused(&mut ledger, event("armed", "2026-11-03", Act::Met), Fault::SameId);
    refused(
        &mut ledger,
        event("again", "2026-11-03", Act::Armed { until: None }),
        Fault::ArmedTwice,
    );
    refused(&mut ledger, event("r", "2026-11-03", resumed("a")), Fault::UnknownSuspension);
    refused(
        &mut ledger,
        event("s", "2026-11-03", suspended("a", "lunch", None)),
        Fault::UnknownGround,
    );
    let warned = Act::Warned { rung: "never".to_owned(), due: day("2026-11-30") };
    refused(&mut ledger, event("w", "2026-11-03", warned), Fault::UnknownRung);
}

#[test]
fn nothing_counts_on_a_clock_that_nothing_armed() {
    let mut ledger = ledger(spec(working_days(20), Effect::DeemedGranted), Vec::new());
    refused(&mut ledger, event("1", "2026-11-03", Act::Met), Fault::NotArmed);
    let state = ledger.state(&OFFICE, at("2030-01-01"));
    assert_eq!((state.status, state.due), (Status::Waiting, None));
}

#[test]
fn a_wall_clock_that_falls_back_undoes_nothing() {
    let mut ledger = ledger(spec(working_days(5), Effect::None), vec![armed("2026-02-09")]);
    ledger.append(event("met", "2026-02-11", Act::Met), &OFFICE).unwrap();
    let present = ledger.present(&OFFICE, at("2020-01-01"));
    assert_eq!(present.status, Status::Met { on: day("2026-02-11"), late: false });
    assert_eq!(ledger.state(&OFFICE, at("2020-01-01")).status, Status::Waiting);
}

#[test]
fn events_are_stored_and_read_back() {
    let events = vec![
        armed("2026-11-02"),
        event("1", "2026-11-09", suspended("a", "hearing", working_days(10))),
        event("2", "2026-11-20", extended(10, "wang", "li")),
        event("3", "2026-11-20", Act::Met),
    ];
    let text = serde_json::to_string(&events).unwrap();
    assert!(text.contains(r#"{"suspended":{"suspension":"a","ground":"hearing","notice":"notice-a","expected":{"working_days":10}}}"#), "{text}");
    assert_eq!(serde_json::from_str::<Vec<Event>>(&text).unwrap(), events);
}

#[test]
fn a_suspension_on_no_ground_takes_no_name_from_one_that_stops_the_clock() {
    // Logs that were joined can hold what would never have been taken.
    let stopped = |more: Vec<Event>| {
        let mut events = vec![
            armed("2026-11-02"),
            event("served", "2026-11-03", served("a")),
            event("stop", "2026-11-04", suspended("a", "hearing", None)),
            event("go", "2026-11-11", resumed("a")),
        ];
        events.extend(more);
        ledger(spec(working_days(20), Effect::None), events).state(&OFFICE, at("2026-11-30"))
    };
    let strange = event("strange", "2026-11-03", suspended("a", "lunch", None));
    let (without, with) = (stopped(Vec::new()), stopped(vec![strange]));
    assert_eq!(with.due, without.due);
    assert_eq!(
        due(spec(working_days(20), Effect::None), vec![armed("2026-11-02")], "2026-11-30"),
        "2026-11-30"
    );
    assert_eq!(with.due.map(|due| due.on), Some(day("2026-12-07")));
    assert_eq!(with.findings.len(), 1);
    assert_eq!(with.findings[0].fault, Fault::UnknownGround);
}
