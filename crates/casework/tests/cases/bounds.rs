//! What cannot be got around: by dates, by a second hat, by another department, by time.

use std::sync::Arc;

use casework::action::{Actor, Role, Verdict, Verification};
use casework::case::{Outcome, Rules, Why};
use casework::store::Kept;
use casework::{Action, Case, Desk, Flag, InMemory, Status, What};
use clock::{Act, Calendar, Effect, Office, Period, Status as ClockStatus};
use futures_executor::block_on;
use jiff::civil::{Date, date};
use serde_json::Map;

use crate::common::{
    OFFICE, Story, at, confirm, corrected, decide, open, procedures, propose, propose_in, request,
    served, what_draft,
};

const PERMIT: &str = "cn/work-permit";
const EXTENSION: &str = "cn/work-permit-extension";
const JOINT: &str = "cn/work-and-residence";

fn annul() -> What {
    What::AnnulDecision { reason: "the degree was overlooked".to_owned() }
}

fn verify(finding: Verification) -> What {
    verify_fact("passport_number", finding)
}

fn verify_fact(fact: &str, finding: Verification) -> What {
    let (fact, evidence) = (fact.to_owned(), "reply of the consulate".to_owned());
    What::Verify { fact, finding, evidence, valid_for: None }
}

fn answer(track: &str, verdict: Verdict) -> What {
    What::Answer { track: track.to_owned(), verdict, reasons: "looked at".to_owned() }
}

fn extend(notice: &str) -> What {
    What::Extend {
        clock: "decision".to_owned(),
        by: Period::working_days(10).unwrap(),
        reason: "an opinion is awaited".to_owned(),
        notice: notice.to_owned(),
    }
}

fn request_extension() -> What {
    What::RequestExtension {
        clock: "decision".to_owned(),
        by: Period::working_days(10).unwrap(),
        reason: "an opinion is awaited".to_owned(),
    }
}

fn serve(notice: &str, moment: &str) -> What {
    What::ServeNotice { notice: notice.to_owned(), served: at(moment) }
}

fn status(story: &Story, clock: &str, moment: &str) -> ClockStatus {
    story.at(moment).clock(clock).unwrap().state(story.rules.office, at(moment)).status
}

/// The last day of a clock.
fn due(story: &Story, clock: &str, moment: &str) -> Date {
    let case = story.at(moment);
    case.clock(clock).unwrap().state(story.rules.office, at(moment)).due.unwrap().on
}

/// What the person can do, by name.
fn remedies(story: &Story, moment: &str) -> Vec<String> {
    let (rules, now) = (story.rules, at(moment));
    let all = rules.procedure.remedies_at(rules, &story.at(moment), now);
    all.into_iter().map(|one| one.remedy.id.clone()).collect()
}

#[test]
fn nothing_is_served_before_it_is_made() {
    let mut story = reconsideration();
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    let early = What::ServeCorrection { served: at("2026-08-04") };
    assert_eq!(story.cannot("zheng", "2026-08-05", early), Why::ServedEarly);
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-04", request_extension());
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
    story.does("maria", "2026-08-07", corrected(&[("request", "r2")]));
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

/// An extension that was refused on 6 November, and not served yet.
fn refused_extension() -> Story {
    let mut story = Story::under_review(EXTENSION, "2026-11-02");
    story.does("qian", "2026-11-05", propose_in(EXTENSION, &["condition_age"]));
    story.does("li", "2026-11-05", confirm("condition_age"));
    story.does("li", "2026-11-06", decide(Verdict::Refused));
    story
}

#[test]
fn when_a_decision_is_set_aside_the_time_to_decide_runs_anew_and_that_to_serve_no_more() {
    let mut story = refused_extension();
    assert!(matches!(status(&story, "service", "2026-11-06"), ClockStatus::Running));
    story.does("zhou", "2026-11-09", annul());
    assert!(matches!(status(&story, "service", "2026-11-09"), ClockStatus::Stopped { .. }));
    for clock in ["decision", "expiry"] {
        assert!(matches!(status(&story, clock, "2026-11-09"), ClockStatus::Running), "{clock}");
    }
    let due = due(&story, "decision", "2026-11-09");
    assert_eq!(due, date(2026, 12, 7), "twenty working days from the ninth");
    // Nobody decides again, and the permit runs out.
    assert_eq!(story.at("2026-12-21").outcome, Some(Outcome::Granted));
}

#[test]
fn a_day_that_is_over_starts_no_clock() {
    let mut story = refused_extension();
    story.does("qian", "2026-11-06", served("2026-11-06"));
    // Set aside when the permit has run out: no grant comes of that alone.
    story.does("zhou", "2026-12-28", annul());
    assert_eq!(story.at("2027-01-29").status, Status::UnderReview);
}

/// An extension that was handed in on 2 November with the permit running out on a day as the
/// person wrote it; the next day something was found to be missing.
fn extension_to_correct(expiry: &str) -> Story {
    let mut story = Story::begin(EXTENSION);
    story.does("maria", "2026-11-02", open(EXTENSION));
    let mut draft = what_draft(&[("passport", "p1")]);
    if let What::SaveDraft { facts, .. } = &mut draft {
        facts.insert("permit_expiry".to_owned(), expiry.into());
    }
    story.does("maria", "2026-11-02", draft).does("maria", "2026-11-02", What::Submit);
    story.does("zhao", "2026-11-03", request(&[("health", None)]));
    story.does("zhao", "2026-11-03", What::ServeCorrection { served: at("2026-11-03") });
    story
}

fn correct_expiry(day: &str) -> What {
    let mut facts = Map::new();
    facts.insert("permit_expiry".to_owned(), day.into());
    What::Correct { facts, documents: Vec::new() }
}

/// The same after the day was corrected and the application accepted.
fn extension_corrected(from: &str, to: &str) -> Story {
    let mut story = extension_to_correct(from);
    story.does("maria", "2026-11-04", correct_expiry(to));
    story.does("zhao", "2026-11-05", What::Accept).does("qian", "2026-11-05", What::StartReview);
    let again = Case::fold(story.rules, "TM-1", &story.log).unwrap();
    assert_eq!(format!("{again:?}"), format!("{:?}", story.case), "the log is the case");
    story
}

#[test]
fn silence_grants_by_the_day_that_the_person_has_corrected() {
    for (to, day, next) in [
        ("2027-01-15", date(2027, 1, 15), "2027-01-16"),
        ("2026-12-10", date(2026, 12, 10), "2026-12-11"),
    ] {
        let story = extension_corrected("2026-12-20", to);
        assert_eq!(due(&story, "expiry", "2026-11-05"), day);
        let ran = story.case.clocks().iter().find(|clock| clock.spec().id == "expiry").unwrap();
        let ran = ran.state(story.rules.office, at("2026-11-05")).status;
        assert!(matches!(ran, ClockStatus::Stopped { .. }), "the first one: {ran:?}");
        let before = format!("{to}T23:00:00");
        assert_eq!(story.at(&before).outcome, None, "{to}");
        let case = story.at(next);
        assert_eq!((case.outcome, case.decision.unwrap().on), (Some(Outcome::Granted), day));
    }
}

#[test]
fn whether_an_extension_came_in_time_is_judged_by_the_day_as_corrected() {
    // The thirtieth day before 25 November was over, and 1 November is over itself.
    for to in ["2026-11-25", "2026-11-01"] {
        let story = extension_corrected("2026-12-20", to);
        assert!(matches!(status(&story, "expiry", "2026-11-05"), ClockStatus::Stopped { .. }));
        let case = story.at("2027-06-01");
        assert_eq!((case.status, case.outcome), (Status::UnderReview, None), "{to}");
        assert!(story.case.flags(story.rules, at("2026-11-05")).contains(&Flag::FiledLate));
    }
    // The other way round.
    let story = extension_to_correct("2026-11-25");
    assert!(story.case.clock("expiry").is_none());
    let story = extension_corrected("2026-11-25", "2027-01-15");
    assert_eq!(due(&story, "expiry", "2026-11-05"), date(2027, 1, 15));
    assert_eq!(story.at("2027-01-16").outcome, Some(Outcome::Granted));
}

/// Whether it is to be recorded, and so told, that the permit ran out without a decision.
fn is_told(story: &Story, moment: &str) -> bool {
    let passed = |what: &What| match what {
        What::Record { clock, act: Act::Expired { .. } } => clock == "expiry",
        _ => false,
    };
    story.case.due_records(story.rules, at(moment)).iter().any(passed)
}

#[test]
fn a_day_that_passed_before_it_was_corrected_grants_nothing_and_is_told_to_nobody() {
    let mut story = extension_to_correct("2026-12-20");
    // Nothing is granted while a correction is awaited, and nobody is told that it is.
    assert_eq!(story.at("2026-12-21").status, Status::Submitted);
    assert!(!is_told(&story, "2026-12-21"));
    story.does("maria", "2026-12-22", correct_expiry("2027-01-20"));
    story.does("zhao", "2026-12-23", What::Accept);
    assert_eq!(story.case.outcome, None);
    assert_eq!(story.at("2027-01-20T23:00:00").outcome, None);
    assert_eq!(story.at("2027-01-21").decision.unwrap().on, date(2027, 1, 20));
    assert!(is_told(&story, "2027-01-21"));
    // Where the day was right, acceptance brings the grant, and it is told then.
    let mut story = extension_to_correct("2026-12-20");
    story.does("maria", "2026-12-22", corrected(&[("health", "h1")]));
    story.does("zhao", "2026-12-23", What::Accept);
    assert_eq!(story.at("2026-12-23").decision.unwrap().on, date(2026, 12, 20));
    assert!(is_told(&story, "2026-12-23"));
}

#[test]
fn nothing_is_granted_by_a_day_that_its_source_denies() {
    let verify = |finding| verify_fact("permit_expiry", finding);
    let mut story = Story::under_review(EXTENSION, "2026-11-02");
    story.does("qian", "2026-11-04", verify(Verification::Denied));
    assert!(matches!(status(&story, "expiry", "2026-11-04"), ClockStatus::Stopped { .. }));
    let case = story.at("2027-06-01");
    assert_eq!((case.status, case.outcome), (Status::UnderReview, None));
    // That another source cannot tell takes that back as little.
    story.does("qian", "2026-11-05", verify(Verification::Unknown));
    assert_eq!(story.at("2027-06-01").outcome, None);
    let mut log = story.log.clone();
    // A person decides.
    story.does("qian", "2026-11-06", propose_in(EXTENSION, &[]));
    story.does("li", "2026-11-09", confirm("denied:permit_expiry"));
    story.does("li", "2026-11-09", decide(Verdict::Granted));
    // Set aside while the day is denied, it starts no clock either.
    story.does("zhou", "2026-11-10", annul());
    assert_eq!(story.at("2027-06-01").outcome, None);
    // Once a source confirms the day, it holds again.
    let confirmed = Action {
        expected_version: u64::try_from(log.len()).unwrap(),
        id: "confirmed".to_owned(),
        ..story.action("qian", "2026-11-06", verify(Verification::Confirmed))
    };
    log.push(confirmed);
    let case = Case::fold(story.rules, "TM-1", &log).unwrap();
    assert!(case.contradictions.is_empty());
    assert_eq!(case.at(story.rules, at("2026-12-20T23:00:00")).outcome, None);
    assert_eq!(case.at(story.rules, at("2026-12-21")).outcome, Some(Outcome::Granted));
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
fn an_answer_that_comes_late_is_late_and_after_the_proposal_none_is_heard() {
    let mut story = Story::under_review(JOINT, "2026-11-02");
    story.does("qian", "2026-11-05", answer("work-permit", Verdict::Granted));
    // The fifteen working days of the police end on the twenty-third.
    story.does("wu", "2026-11-24", answer("residence-permit", Verdict::Granted));
    let late = ClockStatus::Met { on: date(2026, 11, 24), late: true };
    assert_eq!(status(&story, "residence-permit", "2026-11-24"), late);
    let again = Why::Answered("residence-permit".to_owned());
    let same = answer("residence-permit", Verdict::Granted);
    assert_eq!(story.cannot("wu", "2026-11-24", same), again);
    story.does("qian", "2026-11-25", propose(&[]));
    for verdict in [Verdict::Granted, Verdict::Refused] {
        let why = story.cannot("wu", "2026-11-25", answer("residence-permit", verdict));
        assert_eq!(why, Why::WrongStatus(Status::Proposed));
    }
    story.does("li", "2026-11-26", decide(Verdict::Granted));
    let why = story.cannot("wu", "2026-11-27", answer("residence-permit", Verdict::Refused));
    assert_eq!(why, Why::WrongStatus(Status::Decided));
}

#[test]
fn an_answer_that_is_sent_again_is_known() {
    let story = Story::under_review(JOINT, "2026-11-02");
    let desk = Desk { store: InMemory::default(), procedures: procedures() };
    for action in &story.log {
        block_on(desk.take(action)).unwrap();
    }
    let first = story.action("wu", "2026-11-05", answer("residence-permit", Verdict::Granted));
    let kept = |action: &Action| block_on(desk.take(action)).unwrap().kept;
    assert_eq!(kept(&first), Kept::New(6));
    let later = Action { at: at("2026-12-05"), ..first.clone() };
    assert_eq!((kept(&first), kept(&later)), (Kept::Known(6), Kept::Known(6)));
}

#[test]
fn against_silence_in_a_joint_case_all_remedies_stand_whatever_a_department_has_said() {
    let mut story = Story::under_review(JOINT, "2026-08-03");
    story.does("wu", "2026-08-06", answer("residence-permit", Verdict::Refused));
    assert_eq!(remedies(&story, "2026-08-07"), [""; 0]);
    // The forty-five working days are over.
    let all = ["reconsideration", "suit", "silence-residence-permit"];
    assert_eq!(remedies(&story, "2026-11-02"), all);
    // Against the refusal stands what is open against the department that did not agree.
    story.does("qian", "2026-11-02", answer("work-permit", Verdict::Granted));
    story.does("qian", "2026-11-02", propose(&[]));
    story.does("li", "2026-11-03", confirm("track:residence-permit"));
    story.does("li", "2026-11-03", decide(Verdict::Refused));
    story.does("qian", "2026-11-03", served("2026-11-03"));
    assert_eq!(remedies(&story, "2026-11-03"), ["final"]);
}

#[test]
fn whether_there_was_good_reason_not_to_correct_a_person_says() {
    let mut story = reconsideration();
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    story.does("zheng", "2026-08-05", What::ServeCorrection { served: at("2026-08-05") });
    // Ten working days are over on the nineteenth, and nothing comes of that alone.
    let case = story.at("2026-12-01");
    assert_eq!((case.status, case.outcome), (Status::Submitted, None));
    let flags = story.case.flags(story.rules, at("2026-08-20"));
    assert!(flags.contains(&Flag::LimitPassed) && flags.contains(&Flag::CorrectionPending));
    let waits_for = |story: &Story, moment: &str| {
        story.case.waits_for(story.rules, at(moment)).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(waits_for(&story, "2026-08-19"), ["applicant-side"]);
    assert_eq!(waits_for(&story, "2026-08-20"), ["reconsideration-body"]);
    let given_up = || What::NotAccept { reason: "not corrected, without good reason".to_owned() };
    let mut heard = reconsideration();
    for action in story.log.iter().skip(heard.log.len()) {
        heard.does(&action.actor.person, "2026-08-05", action.what.clone());
    }
    assert_eq!(story.cannot("zheng", "2026-08-19", given_up()), Why::CorrectionPending);
    story.does("zheng", "2026-08-20", given_up());
    assert_eq!(story.case.outcome, Some(Outcome::NotAccepted));
    assert_eq!(remedies(&story, "2026-08-20"), ["suit"]);
    // Who corrects late is heard, as long as nobody has said so.
    heard.does("maria", "2026-08-24", corrected(&[("request", "r2")]));
    heard.does("zheng", "2026-08-25", What::Accept);
    assert_eq!(remedies(&heard, "2026-11-30"), ["silence"], "nothing is decided in sixty days");
}

#[test]
fn where_the_law_gives_a_request_up_the_case_is_over() {
    let mut story = reconsideration();
    let mut procedure = story.rules.procedure.clone();
    for clock in &mut procedure.clocks {
        if clock.law.id == "correction" {
            Arc::make_mut(&mut clock.law).effect = Effect::DeemedAbandoned;
        }
    }
    story.rules = Rules { procedure: Box::leak(Box::new(procedure)), office: &OFFICE };
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    story.does("zheng", "2026-08-05", What::ServeCorrection { served: at("2026-08-05") });
    assert_eq!(story.at("2026-08-19T23:00:00").status, Status::Submitted);
    let case = story.at("2026-08-20T00:00:00");
    assert_eq!((case.status, case.outcome), (Status::Closed, Some(Outcome::Abandoned)));
    let expired = Act::Expired { due: date(2026, 8, 19) };
    let record = What::Record { clock: "correction".to_owned(), act: expired };
    assert!(story.case.due_records(story.rules, at("2026-08-20")).contains(&record));
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
    story.does("qian", "2026-11-10", request_extension());
    assert_eq!(story.cannot("li", "2026-11-10", extend("n1")), taken);
    story.does("qian", "2026-11-10", suspend("s2", "n2"));
    assert!(matches!(status(&story, "decision", "2026-11-11"), ClockStatus::Running));
}

#[test]
fn no_time_is_given_that_is_over() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    // Twenty working days end on the thirtieth.
    let over = Why::NotRunning("decision".to_owned());
    story.does("qian", "2026-11-30", request_extension());
    assert_eq!(story.cannot("qian", "2026-12-01", request_extension()), over);
    assert_eq!(story.cannot("li", "2026-12-01", extend("n1")), over);
    story.refused("qian", "li", "2026-12-02");
    assert_eq!(story.cannot("qian", "2026-12-03", request_extension()), over);
    assert_eq!(story.cannot("li", "2026-12-03", extend("n1")), over);
}

#[test]
fn what_was_asked_by_somebody_who_must_not_act_is_not_approved() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-04", request_extension());
    let conflict = |person: &str| What::DeclareConflict {
        person: person.to_owned(),
        reason: "a cousin".to_owned(),
    };
    story.does("qian", "2026-11-05", conflict("qian"));
    let barred = Why::ConflictOfInterest("qian".to_owned());
    assert_eq!(story.cannot("li", "2026-11-05", extend("n1")), barred);
}

#[test]
fn more_time_that_was_asked_before_a_decision_is_not_given_after_it_was_set_aside() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-04", request_extension());
    story.refused("qian", "li", "2026-11-06");
    story.does("zhou", "2026-11-09", annul());
    let nobody = Why::NotRequested("decision".to_owned());
    assert_eq!(story.cannot("li", "2026-11-10", extend("n1")), nobody);
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
            for what in case.due_records(rules, now) {
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
