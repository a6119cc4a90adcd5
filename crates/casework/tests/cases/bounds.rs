//! What cannot be got around: by dates, by a second hat, by another department, by time.

use std::sync::Arc;

use casework::action::{Actor, Role, Verdict, Verification};
use casework::case::{Outcome, Rules, Why};
use casework::{Action, Case, Flag, Status, What};
use clock::{Calendar, Office, Period, Status as ClockStatus};
use jiff::civil::date;

use crate::common::{
    OFFICE, Story, at, confirm, decide, open, propose, propose_in, request, served, what_draft,
};

const PERMIT: &str = "cn/work-permit";
const EXTENSION: &str = "cn/work-permit-extension";
const JOINT: &str = "cn/work-and-residence";

fn annul() -> What {
    What::AnnulDecision { reason: "the degree was overlooked".to_owned() }
}

fn verify(finding: Verification) -> What {
    let (fact, evidence) = ("passport_number".to_owned(), "reply of the consulate".to_owned());
    What::Verify { fact, finding, evidence, valid_for: None }
}

fn answer(track: &str, verdict: Verdict) -> What {
    What::Answer { track: track.to_owned(), verdict, reasons: "looked at".to_owned() }
}

fn extend(notice: &str) -> What {
    What::Extend {
        clock: "decision".to_owned(),
        by: Period::working_days(10).unwrap(),
        requested_by: "qian".to_owned(),
        reason: "an opinion is awaited".to_owned(),
        notice: notice.to_owned(),
    }
}

fn serve(notice: &str, moment: &str) -> What {
    What::ServeNotice { notice: notice.to_owned(), served: at(moment) }
}

fn status(story: &Story, clock: &str, moment: &str) -> ClockStatus {
    story.at(moment).clock(clock).unwrap().state(story.rules.office, at(moment)).status
}

#[test]
fn nothing_is_served_before_it_is_made() {
    let mut story = reconsideration();
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    let early = What::ServeCorrection { served: at("2026-08-04") };
    assert_eq!(story.cannot("zheng", "2026-08-05", early), Why::ServedEarly);
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("li", "2026-11-05", extend("n1"));
    assert_eq!(story.cannot("qian", "2026-11-06", serve("n1", "2026-11-04")), Why::ServedEarly);
    story.refused("qian", "li", "2026-11-06");
    assert_eq!(story.cannot("qian", "2026-11-09", served("2026-11-05")), Why::ServedEarly);
    story.does("qian", "2026-11-09", served("2026-11-06"));
}

#[test]
fn whoever_has_time_to_correct_has_it() {
    let mut story = reconsideration();
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    story.does("zheng", "2026-08-05", What::ServeCorrection { served: at("2026-08-05") });
    let not = || What::NotAccept { reason: "too thin".to_owned() };
    assert_eq!(story.cannot("zheng", "2026-08-06", not()), Why::CorrectionPending);
    story.does("maria", "2026-08-07", crate::common::corrected(&[("request", "r2")]));
    story.does("zheng", "2026-08-10", not());
}

#[test]
fn a_grant_by_silence_that_is_set_aside_stays_so() {
    let mut story = Story::under_review(EXTENSION, "2026-11-02");
    assert_eq!(story.at("2026-12-21").outcome, Some(Outcome::Granted));
    story.does("li", "2026-12-22", annul());
    assert_eq!((story.case.status, story.case.outcome), (Status::UnderReview, None));
    assert_eq!(story.at("2027-01-04").status, Status::UnderReview);
    assert_eq!(story.case.annulled.len(), 1);
    story.does("qian", "2026-12-23", propose_in(EXTENSION, &[]));
    story.does("li", "2026-12-24", decide(Verdict::Granted));
}

#[test]
fn when_a_decision_is_set_aside_the_time_to_decide_runs_anew_and_that_to_serve_no_more() {
    let mut story = Story::under_review(EXTENSION, "2026-11-02");
    story.does("qian", "2026-11-05", propose_in(EXTENSION, &["condition_age"]));
    story.does("li", "2026-11-05", confirm("condition_age"));
    story.does("li", "2026-11-06", decide(Verdict::Refused));
    assert!(matches!(status(&story, "service", "2026-11-06"), ClockStatus::Running));
    story.does("zhou", "2026-11-09", annul());
    assert!(matches!(status(&story, "service", "2026-11-09"), ClockStatus::Stopped { .. }));
    for clock in ["decision", "expiry"] {
        assert!(matches!(status(&story, clock, "2026-11-09"), ClockStatus::Running), "{clock}");
    }
    let due = story.case.clock("decision").unwrap().state(&OFFICE, at("2026-11-09")).due.unwrap();
    assert_eq!(due.on, date(2026, 12, 7), "twenty working days from the ninth");
    // Nobody decides again, and the permit runs out.
    assert_eq!(story.at("2026-12-21").outcome, Some(Outcome::Granted));
}

#[test]
fn a_day_that_is_over_starts_no_clock() {
    let mut story = Story::under_review(EXTENSION, "2026-11-02");
    story.does("qian", "2026-11-05", propose_in(EXTENSION, &["condition_age"]));
    story.does("li", "2026-11-05", confirm("condition_age"));
    story.does("li", "2026-11-06", decide(Verdict::Refused));
    story.does("qian", "2026-11-06", served("2026-11-06"));
    // Set aside when the permit has run out: no grant comes of that alone.
    story.does("zhou", "2026-12-28", annul());
    assert_eq!(story.at("2027-01-29").status, Status::UnderReview);
}

#[test]
fn an_extension_that_is_only_handed_in_is_warned_of() {
    let story = Story::submitted(EXTENSION, "2026-11-02");
    assert!(matches!(status(&story, "expiry", "2026-11-03"), ClockStatus::Running));
}

#[test]
fn a_fact_that_its_source_denies_is_looked_at_before_any_decision() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-04", verify(Verification::Denied));
    story.does("qian", "2026-11-05", propose(&[]));
    assert_eq!(story.case.adverse(), ["denied:passport_number"]);
    let unseen = Why::Unconfirmed("denied:passport_number".to_owned());
    for verdict in [Verdict::Granted, Verdict::Refused] {
        assert_eq!(story.cannot("li", "2026-11-06", decide(verdict)), unseen);
    }
    story.does("li", "2026-11-06", confirm("denied:passport_number"));
    story.does("li", "2026-11-06", decide(Verdict::Refused));
}

#[test]
fn a_refusal_needs_something_against_the_person() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    assert_eq!(story.cannot("li", "2026-11-06", decide(Verdict::Refused)), Why::NothingAgainst);
    story.does("li", "2026-11-06", decide(Verdict::Granted));
}

#[test]
fn no_department_of_a_joint_case_is_passed_over_and_each_can_correct_itself() {
    let mut story = Story::under_review(JOINT, "2026-11-02");
    story.does("qian", "2026-11-05", answer("work-permit", Verdict::Granted));
    story.does("wu", "2026-11-05", answer("residence-permit", Verdict::Refused));
    story.does("qian", "2026-11-06", propose(&[]));
    story.does("li", "2026-11-06", confirm("track:residence-permit"));
    let refused = Why::TrackRefused("residence-permit".to_owned());
    assert_eq!(story.cannot("li", "2026-11-06", decide(Verdict::Granted)), refused);
    story.does("li", "2026-11-06", What::ReturnToReview { reason: "ask again".to_owned() });
    story.does("wu", "2026-11-09", answer("residence-permit", Verdict::Granted));
    story.does("qian", "2026-11-10", propose(&[]));
    story.does("li", "2026-11-10", decide(Verdict::Granted));
}

#[test]
fn a_case_holds_so_much_and_no_more() {
    let mut story = Story::begin(PERMIT);
    story.does("maria", "2026-11-02", open(PERMIT));
    let names: Vec<String> = (0..500).map(|copy| format!("p{copy}")).collect();
    let copies: Vec<(&str, &str)> = names.iter().map(|name| ("passport", name.as_str())).collect();
    let long = "p".repeat(201);
    assert_eq!(
        story.cannot("maria", "2026-11-02", what_draft(&[("passport", &long)])),
        Why::TooMuch
    );
    story.does("maria", "2026-11-02", what_draft(&copies));
    let why = story.cannot("maria", "2026-11-02", what_draft(&[("passport", "one-more")]));
    assert_eq!(why, Why::TooMuch);
    story.does("maria", "2026-11-02", What::Submit);
}

#[test]
fn nobody_deals_with_their_own_case() {
    let mut story = Story::submitted(PERMIT, "2026-11-02");
    let department = Some("foreign-expert-authority".to_owned());
    let mut action = story.action("maria", "2026-11-03", What::Accept);
    action.actor = Actor { person: "maria".to_owned(), role: Role::IntakeClerk, department };
    let why = story.case.apply(story.rules, &action).unwrap_err().why;
    assert_eq!(why, Why::ConflictOfInterest("maria".to_owned()));
}

#[test]
fn what_somebody_prepared_who_must_not_act_is_not_decided_on() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    let conflict =
        What::DeclareConflict { person: "qian".to_owned(), reason: "cousins".to_owned() };
    story.does("qian", "2026-11-05", conflict);
    let barred = Why::ConflictOfInterest("qian".to_owned());
    assert_eq!(story.cannot("li", "2026-11-06", decide(Verdict::Granted)), barred);
    story.does("li", "2026-11-06", What::ReturnToReview { reason: "cousins".to_owned() });
    story.does("sun", "2026-11-09", propose(&[]));
    story.does("li", "2026-11-10", decide(Verdict::Granted));
}

#[test]
fn other_departments_say_nothing_of_a_case() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let conflict = || What::DeclareConflict { person: "li".to_owned(), reason: "so".to_owned() };
    let suspect = || What::SuspectDuplicate { of: "TM-2".to_owned(), rule: "x".to_owned() };
    for what in [conflict(), suspect()] {
        assert_eq!(story.cannot("wang", "2026-11-03", what), Why::NotYours);
    }
    let contest = || What::Contest { by: "TM-2".to_owned() };
    assert_eq!(story.cannot("qian", "2026-11-03", contest()), Why::NotYours);
}

#[test]
fn each_notice_has_a_name_of_its_own_and_is_served_once() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let suspend = |suspension: &str, notice: &str| What::Suspend {
        clock: "decision".to_owned(),
        suspension: suspension.to_owned(),
        ground: "hearing".to_owned(),
        notice: notice.to_owned(),
        expected: Period::working_days(10),
    };
    let nothing = Why::NoNotice("n1".to_owned());
    story.does("qian", "2026-11-04", suspend("s1", "n1"));
    story.does("qian", "2026-11-05", serve("n1", "2026-11-05"));
    assert_eq!(story.cannot("qian", "2026-11-06", serve("n1", "2026-11-06")), nothing);
    let resume = What::Resume { clock: "decision".to_owned(), suspension: "s1".to_owned() };
    story.does("qian", "2026-11-09", resume);
    let taken = Why::NoticeTaken("n1".to_owned());
    assert_eq!(story.cannot("qian", "2026-11-10", suspend("s2", "n1")), taken);
    assert_eq!(story.cannot("li", "2026-11-10", extend("n1")), taken);
    story.does("qian", "2026-11-10", suspend("s2", "n2"));
    assert!(matches!(status(&story, "decision", "2026-11-11"), ClockStatus::Running));
}

#[test]
fn no_time_is_given_that_is_over() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    // Twenty working days end on the thirtieth.
    let over = Why::NotRunning("decision".to_owned());
    assert_eq!(story.cannot("li", "2026-12-01", extend("n1")), over);
    story.refused("qian", "li", "2026-12-02");
    assert_eq!(story.cannot("li", "2026-12-03", extend("n1")), over);
}

#[test]
fn a_decision_that_is_contested_can_be_set_aside_after_the_case_was_closed() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.refused("qian", "li", "2026-11-06");
    story.does("qian", "2026-11-06", served("2026-11-06"));
    story.does("qian", "2026-11-09", What::Close);
    assert_eq!(story.cannot("zhou", "2026-11-10", annul()), Why::WrongStatus(Status::Closed));
    story.does("jobs", "2026-11-10", What::Contest { by: "RE-1".to_owned() });
    story.does("zhou", "2026-11-11", annul());
    assert_eq!(story.case.status, Status::UnderReview);
}

#[test]
fn non_acceptance_and_silence_can_be_contested() {
    let contest = || What::Contest { by: "RE-1".to_owned() };
    let mut story = Story::submitted(PERMIT, "2026-11-02");
    let nothing = Why::WrongStatus(Status::Submitted);
    assert_eq!(story.cannot("jobs", "2026-11-03", contest()), nothing);
    story.does("zhao", "2026-11-03", What::NotAccept { reason: "not ours".to_owned() });
    story.does("jobs", "2026-11-04", contest());
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let nothing = Why::WrongStatus(Status::UnderReview);
    assert_eq!(story.cannot("jobs", "2026-11-30", contest()), nothing);
    let remedies = |story: &Story, moment: &str| {
        let (rules, now) = (story.rules, at(moment));
        let all = rules.procedure.remedies_at(rules, &story.at(moment), now);
        all.into_iter().map(|one| one.remedy.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(remedies(&story, "2026-12-02"), ["reconsideration", "suit"]);
    story.does("jobs", "2026-12-02", contest());
    // A decision that the person has not been told of takes nothing from them.
    story.refused("qian", "li", "2026-12-03");
    assert_eq!(remedies(&story, "2026-12-03"), ["reconsideration", "suit"]);
}

/// A reconsideration that is handed in.
fn reconsideration() -> Story {
    let mut story = Story::begin("cn/reconsideration");
    story.does("maria", "2026-08-03", open("cn/reconsideration"));
    story.does("maria", "2026-08-03", what_draft(&[("request", "r1")]));
    story.does("maria", "2026-08-03", What::Submit);
    story
}

/// China's calendar as it was known before the year 2026 had been announced.
fn earlier() -> Office {
    let days: String = include_str!("../../../../packs/cn/calendar/days.csv")
        .lines()
        .filter(|line| !line.starts_with("2026"))
        .map(|line| format!("{line}\n"))
        .collect();
    let about = include_str!("../../../../packs/cn/calendar/calendar.toml");
    let about = about.replace("known_through = 2026-12-31", "known_through = 2025-12-31");
    let calendar = Calendar::read(&about, &days);
    Office { calendar: Arc::new(calendar.unwrap()), zone: OFFICE.zone.clone() }
}

#[test]
fn what_a_new_calendar_contradicts_is_shown_and_the_case_stays_readable() {
    // Taken by rules under which the clerk had ten days, not five.
    let rules = Story::begin(PERMIT).rules;
    let mut patient = rules.procedure.clone();
    for clock in &mut patient.clocks {
        if clock.law.id == "acceptance" {
            Arc::make_mut(&mut clock.law).within = Period::working_days(10);
        }
    }
    let before = Rules { procedure: &patient, office: &OFFICE };
    let mut story = Story::begin(PERMIT);
    story.rules = Rules { procedure: Box::leak(Box::new(patient.clone())), office: &OFFICE };
    story.does("maria", "2026-11-02", open(PERMIT));
    story.does("maria", "2026-11-02", what_draft(&[("passport", "p1")]));
    story.does("maria", "2026-11-02", What::Submit);
    story.does("zhao", "2026-11-12", What::Accept);
    story.does("qian", "2026-11-12", What::StartReview);
    assert!(Case::fold(before, "TM-1", &story.log).unwrap().contradictions.is_empty());
    let case = Case::fold(rules, "TM-1", &story.log).unwrap();
    assert_eq!((case.version, case.status), (5, Status::UnderReview));
    assert!(case.accepted.unwrap().by_silence, "the law had accepted it before");
    let [contradiction] = case.contradictions.as_slice() else {
        panic!("{:?}", case.contradictions)
    };
    assert_eq!(contradiction.version, 4);
    assert_eq!(contradiction.refusal.why, Why::WrongStatus(Status::Accepted));
    assert!(case.flags(rules, at("2026-11-13")).contains(&Flag::Contradicted));
    // The case goes on.
    let mut story = Story { rules, case, log: story.log };
    story.does("qian", "2026-11-13", propose(&[]));
    story.does("li", "2026-11-16", decide(Verdict::Granted));
    // Who might act then is not judged again: the procedure has other roles by now.
    let mut roles = rules.procedure.clone();
    for step in &mut roles.steps {
        step.roles.retain(|role| *role != Role::Applicant);
    }
    let roles = Rules { procedure: &roles, office: &OFFICE };
    let again = Case::fold(roles, "TM-1", &story.log).unwrap();
    assert_eq!((again.status, again.contradictions.len()), (Status::Decided, 1));
    // A log with a hole in it is no log.
    let hole: Vec<Action> = story.log.iter().skip(1).cloned().collect();
    assert!(Case::fold(rules, "TM-1", &hole).is_err());
}

#[test]
fn a_record_that_a_calendar_moved_away_from_does_not_close_the_case_to_everybody() {
    let office = earlier();
    let story = Story::submitted(PERMIT, "2026-02-09");
    let then = Rules { procedure: story.rules.procedure, office: &office };
    let known = Rules { procedure: story.rules.procedure, office: &OFFICE };
    for (rules, other) in [(then, known), (known, then)] {
        let mut case = Case::fold(rules, "TM-1", &story.log).unwrap();
        let mut log = story.log.clone();
        for day in 9..60 {
            let now = at(&format!("2026-0{}-{:02}", 2 + day / 28, 1 + day % 28));
            for what in case.due_records(rules, now, "time") {
                let (id, expected_version) = (format!("t{}", log.len()), case.version);
                let mut action = story.action("jobs", "2026-02-09", what);
                (action.id, action.expected_version, action.at) = (id, expected_version, now);
                if case.apply(rules, &action).is_ok() {
                    log.push(action);
                }
            }
        }
        assert!(log.len() > story.log.len(), "something was recorded");
        let folded = Case::fold(other, "TM-1", &log).unwrap();
        assert_eq!(folded.version, u64::try_from(log.len()).unwrap());
    }
}
