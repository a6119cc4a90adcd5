//! What happens to a case, from draft to archive.

use casework::action::Verdict;
use casework::case::{Outcome, Why};
use casework::proposal::Opinion;
use casework::{Case, Flag, Proposal, Status, What};
use clock::{Act, Status as ClockStatus};
use jiff::civil::date;

use crate::common::{
    LIBRARY, Story, at, confirm, corrected, decide, open, propose, propose_in, request, served,
    what_draft,
};

const PERMIT: &str = "cn/work-permit";

#[test]
fn from_draft_to_archive() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-05", propose(&[]));
    story.does("li", "2026-11-06", decide(Verdict::Granted));
    assert_eq!(story.case.status, Status::Decided);
    let decision =
        story.case.clock("decision").unwrap().state(story.rules.office, at("2026-11-06"));
    assert_eq!(decision.status, ClockStatus::Met { on: date(2026, 11, 6), late: false });
    story.does("qian", "2026-11-09", served("2026-11-09"));
    story.does("qian", "2026-11-10", What::Close);
    assert_eq!((story.case.status, story.case.outcome), (Status::Closed, Some(Outcome::Granted)));
    assert_eq!(story.case.letters, ["receipt", "acceptance", "decision"]);
    let again = Case::fold(story.rules, "TM-1", &story.log).unwrap();
    assert_eq!(format!("{again:?}"), format!("{:?}", story.case), "the log is the case");
}

#[test]
fn silence_for_five_working_days_is_acceptance_on_the_day_of_receipt() {
    // Monday to Saturday 14 February 2026, which makes up for Spring Festival.
    let mut story = Story::submitted(PERMIT, "2026-02-09");
    assert_eq!(story.at("2026-02-14T23:59:59").status, Status::Submitted);
    let case = story.at("2026-02-15T00:00:00");
    let accepted = case.accepted.unwrap();
    assert_eq!((accepted.on, accepted.by_silence), (date(2026, 2, 9), true));
    let decision = case.clock("decision").unwrap().state(story.rules.office, at("2026-02-15"));
    assert_eq!(decision.armed, Some(date(2026, 2, 9)), "the time to decide runs from receipt");
    assert!(story.case.flags(story.rules, at("2026-02-15")).contains(&Flag::AcceptedBySilence));
    // It is too late to ask for anything, or not to accept.
    let why = story.cannot("zhao", "2026-02-24", request(&[("health", None)]));
    assert_eq!(why, Why::WrongStatus(Status::Accepted));
    let refuse = What::NotAccept { reason: "no".to_owned() };
    assert_eq!(story.cannot("zhao", "2026-02-24", refuse), Why::WrongStatus(Status::Accepted));
    // The passing is recorded and warned of once.
    let acts = story.case.due_records(story.rules, at("2026-02-15"));
    let expired = Act::Expired { due: date(2026, 2, 14) };
    let record = What::Record { clock: "acceptance".to_owned(), act: expired };
    assert!(acts.contains(&record), "{acts:?}");
    story.does("jobs", "2026-02-15", record.clone());
    assert!(!story.case.due_records(story.rules, at("2026-02-16")).contains(&record));
    story.does("qian", "2026-02-24", What::StartReview);
}

#[test]
fn a_notice_served_in_time_but_recorded_late_was_served_in_time() {
    let mut story = Story::submitted(PERMIT, "2026-11-02");
    story.does("zhao", "2026-11-06", request(&[("health", None)]));
    let serve = |moment: &str| What::ServeCorrection { served: at(moment) };
    assert_eq!(story.cannot("zhao", "2026-11-12", serve("2026-11-13")), Why::ServedLater);
    assert_eq!(
        story.cannot("zhao", "2026-11-12", serve("2026-11-10")),
        Why::WrongStatus(Status::Accepted),
        "the limit passed on 9 November"
    );
    story.does("zhao", "2026-11-12", serve("2026-11-09"));
    assert_eq!(story.at("2026-12-31").status, Status::Submitted);
    assert!(story.case.flags(story.rules, at("2026-11-12")).contains(&Flag::CorrectionPending));
}

#[test]
fn everything_is_asked_for_at_once() {
    let mut story = Story::submitted(PERMIT, "2026-11-02");
    assert_eq!(story.cannot("zhao", "2026-11-03", request(&[])), Why::NothingAsked);
    let why = story.cannot("zhao", "2026-11-03", request(&[("horoscope", None)]));
    assert_eq!(why, Why::UnknownDocument("horoscope".to_owned()));
    story.does("zhao", "2026-11-03", request(&[("health", None), ("passport", Some("p1"))]));
    assert_eq!(
        story.cannot("zhao", "2026-11-03", request(&[("photo", None)])),
        Why::CorrectionPending
    );
    assert_eq!(story.cannot("maria", "2026-11-03", corrected(&[("health", "h1")])), Why::TooEarly);
    story.does("zhao", "2026-11-03", What::ServeCorrection { served: at("2026-11-03") });
    assert_eq!(story.cannot("zhao", "2026-11-04", What::Accept), Why::CorrectionPending);
    story.does("maria", "2026-11-20", corrected(&[("health", "h1"), ("passport", "p2")]));
    // The rest had to be said then; of what came since, only what came can be faulted.
    for late in [("photo", None), ("contract", Some("c1")), ("passport", Some("p1"))] {
        assert_eq!(story.cannot("zhao", "2026-11-23", request(&[late])), Why::SecondNotice);
    }
    story.does("zhao", "2026-11-23", request(&[("health", Some("h1"))]));
    // The five days run anew from the corrected papers: through Friday the 27th.
    assert_eq!(story.at("2026-11-27T23:00:00").status, Status::Submitted);
    assert_eq!(story.at("2026-11-28T00:00:00").status, Status::Accepted);
}

#[test]
fn whoever_prepares_does_not_decide_and_every_adverse_fact_is_looked_at() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    assert_eq!(story.cannot("li", "2026-11-05", decide(Verdict::Refused)), Why::TooEarly);
    story.does("qian", "2026-11-05", propose(&["condition_age", "condition_record"]));
    assert_eq!(story.cannot("qian", "2026-11-06", decide(Verdict::Refused)), Why::NotYours);
    let unconfirmed = |item: &str| Why::Unconfirmed(item.to_owned());
    assert_eq!(
        story.cannot("li", "2026-11-06", decide(Verdict::Refused)),
        unconfirmed("condition_age")
    );
    story.does("li", "2026-11-06", confirm("condition_age"));
    story.does("zhou", "2026-11-06", confirm("condition_record"));
    // Another decider's look is not the decider's own; and a grant is no way round it.
    assert_eq!(
        story.cannot("li", "2026-11-06", decide(Verdict::Granted)),
        unconfirmed("condition_record")
    );
    assert_eq!(
        story.cannot("li", "2026-11-06", confirm("hair")),
        Why::NotAdverse("hair".to_owned())
    );
    story.does("li", "2026-11-06", confirm("condition_record"));
    let mute = What::Decide { verdict: Verdict::Refused, reasons: "  ".to_owned() };
    assert_eq!(story.cannot("li", "2026-11-06", mute), Why::NoReason);
    story.does("li", "2026-11-06", decide(Verdict::Refused));
    assert_eq!(story.case.outcome, Some(Outcome::Refused));
    assert_eq!(story.case.decision.as_ref().unwrap().prepared_by.as_deref(), Some("qian"));
}

#[test]
fn one_person_with_two_hats_is_still_one_person() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.does("qian", "2026-11-05", propose(&["condition_age"]));
    let mut both = story.action("li", "2026-11-06", decide(Verdict::Granted));
    "qian".clone_into(&mut both.actor.person);
    assert_eq!(story.case.apply(story.rules, &both).unwrap_err().why, Why::SamePerson);
    both.what = confirm("condition_age");
    assert_eq!(story.case.apply(story.rules, &both).unwrap_err().why, Why::SamePerson);
    // Nor may an officer of another department, or the person.
    let mut other = story.action("li", "2026-11-06", decide(Verdict::Granted));
    other.actor.department = Some("exit-entry".to_owned());
    assert_eq!(story.case.apply(story.rules, &other).unwrap_err().why, Why::NotYours);
    assert_eq!(story.cannot("maria", "2026-11-06", decide(Verdict::Granted)), Why::NotYours);
}

#[test]
fn a_proposal_about_other_facts_is_refused() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let What::Propose { mut proposal } = propose(&[]) else { panic!() };
    proposal.facts = r#"{"passport_number":"E2"}"#.to_owned();
    assert_eq!(story.cannot("qian", "2026-11-05", What::Propose { proposal }), Why::OtherFacts);
}

#[test]
fn a_decision_in_error_is_set_aside_by_another_person_and_stays_on_record() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    story.refused("qian", "li", "2026-11-06");
    story.does("qian", "2026-11-09", served("2026-11-09"));
    let annul = || What::AnnulDecision { reason: "the degree was overlooked".to_owned() };
    assert_eq!(story.cannot("li", "2026-11-10", annul()), Why::SamePerson);
    story.does("zhou", "2026-11-10", annul());
    assert_eq!((story.case.status, story.case.outcome), (Status::UnderReview, None));
    assert_eq!(story.case.annulled.len(), 1);
    story.does("sun", "2026-11-11", propose(&[]));
    story.does("zhou", "2026-11-12", decide(Verdict::Granted));
    assert_eq!(story.case.annulled[0].verdict, Verdict::Refused);
}

#[test]
fn an_extension_nobody_decides_is_granted_when_the_permit_runs_out() {
    let mut story = Story::under_review("cn/work-permit-extension", "2026-11-02");
    story.does("qian", "2026-12-10", propose_in("cn/work-permit-extension", &[]));
    assert_eq!(story.at("2026-12-20T23:59:59").status, Status::Proposed);
    let case = story.at("2026-12-21T00:00:00");
    assert_eq!((case.status, case.outcome), (Status::Decided, Some(Outcome::Granted)));
    assert_eq!(case.decision.as_ref().unwrap().by, None, "the law decided");
    assert!(story.case.flags(story.rules, at("2026-12-21")).contains(&Flag::GrantedBySilence));
    let why = story.cannot("li", "2026-12-21", decide(Verdict::Refused));
    assert_eq!(why, Why::WrongStatus(Status::Decided));
    // It was warned of before.
    let warned = story.case.due_records(story.rules, at("2026-12-11"));
    let warns = |what: &&What| matches!(what, What::Record { clock, act: Act::Warned { .. } } if clock == "expiry");
    assert_eq!(warned.iter().filter(warns).count(), 1, "ten working days before: {warned:?}");
}

#[test]
fn an_extension_filed_too_late_is_not_granted_by_silence() {
    // The thirtieth day before 20 December is 20 November.
    let story = Story::under_review("cn/work-permit-extension", "2026-11-20");
    assert!(story.case.clock("expiry").is_some());
    let story = Story::under_review("cn/work-permit-extension", "2026-11-21");
    assert!(story.case.clock("expiry").is_none());
    assert_eq!(story.at("2027-06-01").status, Status::UnderReview);
    assert!(story.case.flags(story.rules, at("2026-11-21")).contains(&Flag::FiledLate));
}

#[test]
fn an_extension_without_the_day_on_which_the_permit_runs_out_is_not_handed_in() {
    let mut story = Story::begin("cn/work-permit-extension");
    story.does("maria", "2026-11-02", open("cn/work-permit-extension"));
    let mut draft = what_draft(&[]);
    if let What::SaveDraft { facts, .. } = &mut draft {
        facts.insert("permit_expiry".to_owned(), "next year".into());
    }
    story.does("maria", "2026-11-02", draft);
    let why = story.cannot("maria", "2026-11-02", What::Submit);
    assert_eq!(why, Why::NoDate("permit_expiry".to_owned()));
}

#[test]
fn a_hearing_stops_the_clock_from_when_the_notice_is_served() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let suspend = |ground: &str| What::Suspend {
        clock: "decision".to_owned(),
        suspension: "s1".to_owned(),
        ground: ground.to_owned(),
        notice: "n1".to_owned(),
        expected: clock::Period::working_days(10),
    };
    let why = story.cannot("qian", "2026-11-04", suspend("holiday of the officer"));
    assert!(matches!(why, Why::Clock(_)), "{why}");
    story.does("qian", "2026-11-04", suspend("hearing"));
    let flags = |story: &Story| story.case.flags(story.rules, at("2026-11-10"));
    assert!(!flags(&story).contains(&Flag::ClockSuspended));
    let notice = What::ServeNotice { notice: "n1".to_owned(), served: at("2026-11-09") };
    story.does("qian", "2026-11-10", notice);
    assert!(flags(&story).contains(&Flag::ClockSuspended));
    let resume = What::Resume { clock: "decision".to_owned(), suspension: "s1".to_owned() };
    story.does("qian", "2026-11-23", resume);
    let state = story.case.clock("decision").unwrap().state(story.rules.office, at("2026-11-23"));
    assert_eq!(state.due.unwrap().on, date(2026, 12, 14));
    // A longer time needs a second person, and that the person is told.
    let extend = |days: u32| What::Extend {
        clock: "decision".to_owned(),
        by: clock::Period::working_days(days).unwrap(),
        reason: "two opinions are awaited".to_owned(),
        notice: "n2".to_owned(),
    };
    let request = |days: u32| What::RequestExtension {
        clock: "decision".to_owned(),
        by: clock::Period::working_days(days).unwrap(),
        reason: "two opinions are awaited".to_owned(),
    };
    let nobody = Why::NotRequested("decision".to_owned());
    assert_eq!(story.cannot("li", "2026-12-01", extend(10)), Why::TooEarly);
    assert_eq!(story.cannot("li", "2026-12-01", request(10)), Why::NotYours);
    // Nobody asks for more than the law gives.
    assert!(matches!(story.cannot("qian", "2026-12-01", request(11)), Why::Clock(_)));
    story.does("qian", "2026-12-01", request(9));
    assert_eq!(story.cannot("li", "2026-12-01", extend(10)), nobody);
    story.does("qian", "2026-12-01", request(10));
    assert_eq!(story.cannot("qian", "2026-12-01", extend(10)), Why::NotYours);
    story.does("li", "2026-12-01", extend(10));
    // What was approved is not approved again.
    assert_eq!(story.cannot("li", "2026-12-01", extend(10)), nobody);
    let notice = What::ServeNotice { notice: "n2".to_owned(), served: at("2026-12-02") };
    story.does("qian", "2026-12-02", notice);
    let state = story.case.clock("decision").unwrap().state(story.rules.office, at("2026-12-02"));
    assert_eq!(state.due.unwrap().on, date(2026, 12, 28));
}

#[test]
fn departments_work_side_by_side_within_one_budget() {
    let mut story = Story::submitted("cn/work-and-residence", "2026-11-02");
    story.does("zhao", "2026-11-04", What::Accept);
    for (clock, due) in [
        ("joint", date(2027, 1, 6)),
        ("work-permit", date(2026, 12, 2)),
        ("residence-permit", date(2026, 11, 25)),
    ] {
        let state = story.case.clock(clock).unwrap().state(story.rules.office, at("2026-11-04"));
        assert_eq!(state.due.unwrap().on, due, "{clock}");
    }
    let flags = story.case.flags(story.rules, at("2026-11-04"));
    assert!(flags.contains(&Flag::Joint) && flags.contains(&Flag::ProvisionalDueDate));
    story.does("qian", "2026-11-05", What::StartReview);
    let answer = |track: &str, verdict, reasons: &str| What::Answer {
        track: track.to_owned(),
        verdict,
        reasons: reasons.to_owned(),
    };
    assert_eq!(
        story.cannot("wu", "2026-11-06", answer("work-permit", Verdict::Granted, "")),
        Why::NotYours,
        "each department answers for its own"
    );
    assert_eq!(
        story.cannot("wu", "2026-11-06", answer("residence-permit", Verdict::Refused, " ")),
        Why::NoReason
    );
    story.does("wu", "2026-11-06", answer("residence-permit", Verdict::Granted, ""));
    let again = answer("residence-permit", Verdict::Granted, "");
    let answered = Why::Answered("residence-permit".to_owned());
    assert_eq!(story.cannot("wu", "2026-11-07", again), answered);
    let unanswered = Why::Unanswered("work-permit".to_owned());
    assert_eq!(story.cannot("qian", "2026-11-09", propose(&[])), unanswered);
    story.does("qian", "2026-11-09", answer("work-permit", Verdict::Granted, ""));
    let status = |story: &Story, clock: &str| {
        story.case.clock(clock).unwrap().state(story.rules.office, at("2026-11-20")).status
    };
    assert!(matches!(status(&story, "residence-permit"), ClockStatus::Met { late: false, .. }));
    assert_eq!(status(&story, "joint"), ClockStatus::Running);
    story.does("qian", "2026-11-10", propose(&[])).does(
        "li",
        "2026-11-11",
        decide(Verdict::Granted),
    );
    assert!(matches!(status(&story, "joint"), ClockStatus::Met { late: false, .. }));
}

#[test]
fn a_suspected_duplicate_is_resolved_by_a_person_before_a_decision() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let suspect =
        || What::SuspectDuplicate { of: "TM-2".to_owned(), rule: "same-passport".to_owned() };
    story.does("jobs", "2026-11-02", suspect());
    story.does("qian", "2026-11-05", propose(&[]));
    let unresolved = Why::DuplicateUnresolved("TM-2".to_owned());
    assert_eq!(story.cannot("li", "2026-11-06", decide(Verdict::Granted)), unresolved);
    let resolve = |of: &str, reason: &str| What::ResolveDuplicate {
        of: of.to_owned(),
        same: false,
        reason: reason.to_owned(),
    };
    assert_eq!(story.cannot("jobs", "2026-11-06", resolve("TM-2", "sure")), Why::NotYours);
    assert_eq!(story.cannot("qian", "2026-11-06", resolve("TM-2", "")), Why::NoReason);
    assert_eq!(
        story.cannot("qian", "2026-11-06", resolve("TM-3", "no")),
        Why::NotSuspected("TM-3".to_owned())
    );
    story.does("qian", "2026-11-06", resolve("TM-2", "twins"));
    // Found again by the rule, it stays resolved.
    story.does("jobs", "2026-11-06", suspect()).does("li", "2026-11-06", decide(Verdict::Granted));
}

#[test]
fn whoever_has_a_conflict_of_interest_does_nothing_more() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let conflict =
        What::DeclareConflict { person: "qian".to_owned(), reason: "cousins".to_owned() };
    story.does("qian", "2026-11-03", conflict);
    let barred = Why::ConflictOfInterest("qian".to_owned());
    assert_eq!(story.cannot("qian", "2026-11-05", propose(&[])), barred);
    story.does("sun", "2026-11-05", propose(&[]));
}

#[test]
fn nobody_alone_keeps_another_from_a_case() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    let conflict =
        || What::DeclareConflict { person: "qian".to_owned(), reason: "cousins".to_owned() };
    story.does("sun", "2026-11-03", conflict());
    assert!(story.case.conflicts.is_empty(), "a second person must say it");
    let again = story.cannot("sun", "2026-11-03", conflict());
    assert_eq!(again, Why::Declared("qian".to_owned()));
    // Until then it keeps nobody from anything.
    story.does("qian", "2026-11-04", propose(&[]));
    story.does("li", "2026-11-04", conflict());
    assert!(story.case.conflicts.contains("qian") && story.case.declared.is_empty());
    let barred = Why::ConflictOfInterest("qian".to_owned());
    let back = || What::ReturnToReview { reason: "again".to_owned() };
    assert_eq!(story.cannot("qian", "2026-11-05", back()), barred);
}

#[test]
fn an_officer_speaks_where_the_rules_leave_the_outcome_open() {
    let opinion = |adverse: &[&str], reasons: &str| Opinion {
        adverse: adverse.iter().map(|item| (*item).to_owned()).collect(),
        reasons: reasons.to_owned(),
    };
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    // No rule of the programme asks for it.
    story.case.facts.remove("permit_expiry");
    let facts = story.rules.procedure.facts_of_rules(&story.case.facts);
    let put = |opinion: Opinion| {
        let programme = "cn/work-permit";
        Proposal::by_officer(&LIBRARY, programme, &facts, "2026-11-02", "110000", opinion).unwrap()
    };
    let propose = |proposal: &Proposal| What::Propose { proposal: Box::new(proposal.clone()) };
    let named = put(opinion(&["the post does not exist"], "We were there."));
    assert!(named.is_open(), "{}", named.result);
    assert!(named.adverse.contains(&"the post does not exist".to_owned()));
    let by_rules = Proposal::make(&LIBRARY, "cn/work-permit", &facts, "2026-11-02", "110000");
    for item in by_rules.unwrap().adverse {
        assert!(named.adverse.contains(&item), "what the rules hold against the person stays");
    }
    assert_eq!(named.replays(&LIBRARY), Ok(true));
    let mut forged = named.clone();
    forged.adverse.clear();
    assert_eq!(forged.replays(&LIBRARY), Ok(false));
    for (proposal, why) in [
        (put(opinion(&["x"], " ")), Why::NoReason),
        (put(opinion(&[" "], "We were there.")), Why::NoReason),
        (forged, Why::OtherFacts),
        (Proposal { result: r#"{"outcome":"A"}"#.to_owned(), ..named.clone() }, Why::RulesDecide),
    ] {
        assert_eq!(story.cannot("qian", "2026-11-05", propose(&proposal)), why);
    }
    story.does("qian", "2026-11-05", propose(&named));
    // Another person decides, and has looked at what the officer named.
    let decide = || decide(Verdict::Refused);
    for item in named.adverse.iter().filter(|item| *item != "the post does not exist") {
        story.does("li", "2026-11-06", confirm(item));
    }
    let unseen = Why::Unconfirmed("the post does not exist".to_owned());
    assert_eq!(story.cannot("li", "2026-11-06", decide()), unseen);
    story.does("li", "2026-11-06", confirm("the post does not exist"));
    story.does("li", "2026-11-06", decide());
}

#[test]
fn a_withdrawn_case_is_over_and_its_clocks_stand() {
    let mut story = Story::under_review(PERMIT, "2026-11-02");
    assert_eq!(story.cannot("qian", "2026-11-03", What::Withdraw), Why::NotYours);
    story.does("maria", "2026-11-03", What::Withdraw);
    assert_eq!(story.case.outcome, Some(Outcome::Withdrawn));
    let state = story.case.clock("decision").unwrap().state(story.rules.office, at("2027-11-03"));
    assert_eq!(state.status, ClockStatus::Stopped { on: date(2026, 11, 3) });
    assert_eq!(story.cannot("qian", "2026-11-04", propose(&[])), Why::WrongStatus(Status::Closed));
    assert!(story.case.due_records(story.rules, at("2027-11-03")).is_empty());
}

#[test]
fn a_reconsideration_is_a_case_of_its_own_with_its_own_clocks() {
    let mut story = Story::begin("cn/reconsideration");
    let open = What::Open {
        procedure: "cn/reconsideration".to_owned(),
        place: None,
        reconsiders: Some("TM-0".to_owned()),
    };
    story.does("maria", "2026-08-03", open);
    story.does("maria", "2026-08-03", what_draft(&[("request", "r1")]));
    story.does("maria", "2026-08-03", What::Submit);
    assert!(story.case.flags(story.rules, at("2026-08-03")).contains(&Flag::Reconsideration));
    // Silence is acceptance, here from the end of the five working days on.
    let accepted = story.at("2026-08-11").accepted.unwrap();
    assert_eq!((accepted.on, accepted.by_silence), (date(2026, 8, 10), true));
    // Sixty calendar days from then end on 9 October.
    let case = story.at("2026-08-11");
    let state = case.clock("decision").unwrap().state(story.rules.office, at("2026-08-11"));
    assert_eq!(state.due.unwrap().on, date(2026, 10, 9));
    // Whether who does not correct within ten working days has given up, a person says.
    story.does("zheng", "2026-08-05", request(&[("request", Some("r1"))]));
    story.does("zheng", "2026-08-05", What::ServeCorrection { served: at("2026-08-05") });
    assert_eq!(story.at("2026-08-19T23:00:00").status, Status::Submitted);
    let case = story.at("2026-08-20T00:00:00");
    assert_eq!((case.status, case.outcome), (Status::Submitted, None));
    story.does("maria", "2026-08-19", corrected(&[("request", "r2")]));
    assert_eq!(story.at("2026-08-20").status, Status::Submitted);
    story.does("zheng", "2026-08-20", What::Accept).does("wang", "2026-08-20", What::StartReview);
    story.refused("wang", "feng", "2026-08-24");
    assert_eq!(story.case.reconsiders.as_deref(), Some("TM-0"));
}

#[test]
fn what_was_handed_in_anew_is_to_be_verified_anew() {
    let mut story = Story::submitted(PERMIT, "2026-11-02");
    story.does("zhao", "2026-11-03", request(&[("passport", Some("p1"))]));
    story.does("zhao", "2026-11-03", What::ServeCorrection { served: at("2026-11-03") });
    let copy = story.action("maria", "2026-11-04", corrected(&[("passport", "p1")]));
    let why = story.case.apply(story.rules, &copy).unwrap_err().why;
    assert_eq!(why, Why::CopyTaken("p1".to_owned()));
    story.does("maria", "2026-11-04", corrected(&[("passport", "p2")]));
    assert_eq!(story.case.documents.len(), 3, "nothing that was handed in is lost");
}
