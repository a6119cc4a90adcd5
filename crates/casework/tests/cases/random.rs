//! Random actions: nothing panics, and what the law forbids does not happen.

use std::collections::{BTreeMap, BTreeSet};

use casework::action::{Verdict, Verification};
use casework::case::{Answer, Outcome};
use casework::letter::Writer;
use casework::{Action, Case, Status, What, export};
use clock::{Act, Period};
use jiff::SignedDuration;
use policy::assessment::Language;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Map;

use crate::common::{
    ALL, LIBRARY, actor, at, confirm, corrected, documents, facts, open, propose_in, request, rules,
};

const PEOPLE: [&str; 9] = ["maria", "zhao", "qian", "sun", "li", "zhou", "wu", "jobs", "zheng"];

fn what() -> impl Strategy<Value = What> {
    let name = |names: &'static [&'static str]| prop::sample::select(names).prop_map(str::to_owned);
    let clock = || name(&["acceptance", "decision", "expiry", "joint", "residence-permit", "none"]);
    let kinds = || prop::sample::select(vec!["passport", "health", "contract", "horoscope"]);
    let copies = || prop::sample::select(vec!["p1", "p2", "h1", "c1", "x"]);
    let verdict = || prop::sample::select(vec![Verdict::Granted, Verdict::Refused]);
    let adverse = || prop::sample::select(vec!["condition_age", "condition_record"]);
    let reason = || name(&["because", "because", "because", " "]);
    let moment =
        || (0_i64..24 * 60).prop_map(|hours| at("2026-11-02") + SignedDuration::from_hours(hours));
    let opened = name(&["cn/work-permit", "cn/work-permit-extension", "cn/work-and-residence"]);
    prop_oneof![
        1 => opened.prop_map(|procedure| open(&procedure)),
        2 => (kinds(), copies()).prop_map(|(kind, copy)| What::SaveDraft {
            facts: facts(),
            documents: documents(&[(kind, copy)]),
        }),
        3 => Just(What::Submit),
        3 => Just(What::Accept),
        2 => name(&[" ", " ", "because"]).prop_map(|reason| What::NotAccept { reason }),
        3 => (kinds(), prop::option::of(copies())).prop_map(|(kind, copy)| request(&[(kind, copy)])),
        3 => moment().prop_map(|served| What::ServeCorrection { served }),
        3 => (kinds(), copies()).prop_map(|(kind, copy)| corrected(&[(kind, copy)])),
        6 => Just(What::StartReview),
        1 => (prop::sample::select(vec![Verification::Unknown, Verification::Denied]), reason())
            .prop_map(|(finding, evidence)| What::Verify {
                fact: "passport_number".to_owned(), finding, evidence, valid_for: None,
            }),
        3 => (name(&["work-permit", "residence-permit"]), verdict(), reason())
            .prop_map(|(track, verdict, reasons)| What::Answer { track, verdict, reasons }),
        14 => (name(&["cn/work-permit", "cn/work-permit-extension"]), prop::collection::vec(adverse(), 0..3))
            .prop_map(|(procedure, adverse)| propose_in(&procedure, &adverse)),
        8 => adverse().prop_map(confirm),
        2 => name(&["denied:passport_number", "track:residence-permit", "track:work-permit"])
            .prop_map(|item| confirm(&item)),
        1 => reason().prop_map(|reason| What::ReturnToReview { reason }),
        6 => (verdict(), reason()).prop_map(|(verdict, reasons)| What::Decide { verdict, reasons }),
        2 => moment().prop_map(|served| What::ServeDecision { served }),
        1 => reason().prop_map(|reason| What::AnnulDecision { reason }),
        1 => Just(What::Close),
        1 => Just(What::Withdraw),
        2 => (clock(), name(&["s1", "s2"]), name(&["hearing", "lunch"]), name(&["n1", "n2"]))
            .prop_map(|(clock, suspension, ground, notice)| What::Suspend {
                clock, suspension, ground, notice, expected: None,
            }),
        2 => (clock(), name(&["s1", "s2"]))
            .prop_map(|(clock, suspension)| What::Resume { clock, suspension }),
        2 => (clock(), 1_u32..12, reason()).prop_map(|(clock, by, reason)| What::RequestExtension {
            clock, by: Period::working_days(by).unwrap(), reason,
        }),
        2 => (clock(), 1_u32..12, reason()).prop_map(|(clock, by, reason)| What::Extend {
            clock, by: Period::working_days(by).unwrap(), reason, notice: "n2".to_owned(),
        }),
        2 => (name(&["n1", "n2"]), moment())
            .prop_map(|(notice, served)| What::ServeNotice { notice, served }),
        1 => clock().prop_map(|clock| What::Record { clock, act: Act::Met }),
        1 => reason().prop_map(|_| What::SuspectDuplicate { of: "TM-2".to_owned(), rule: String::new() }),
        1 => reason().prop_map(|reason| What::ResolveDuplicate { of: "TM-2".to_owned(), same: true, reason }),
        1 => (prop::sample::select(PEOPLE.to_vec()), reason())
            .prop_map(|(person, reason)| What::DeclareConflict { person: person.to_owned(), reason }),
        1 => Just(What::Contest { by: "TM-3".to_owned() }),
    ]
}

/// Mostly what comes next, done by whoever does it, so that cases come somewhere.
fn steps() -> impl Strategy<Value = Steps> {
    let anyone = prop::option::weighted(0.3, prop::sample::select(PEOPLE.to_vec()));
    let step = (anyone, prop_oneof![19 => 0_i64..24, 1 => -400_i64..1_000], what());
    prop::collection::vec(step, 0..160)
}

/// Who usually does this.
fn usual(what: &What) -> &'static str {
    match what {
        What::Open { .. } | What::SaveDraft { .. } | What::Submit | What::Correct { .. } => "maria",
        What::Accept
        | What::NotAccept { .. }
        | What::RequestCorrection { .. }
        | What::ServeCorrection { .. } => "zhao",
        What::Decide { .. }
        | What::ConfirmAdverse { .. }
        | What::ReturnToReview { .. }
        | What::Extend { .. } => "li",
        What::AnnulDecision { .. } => "zhou",
        What::Answer { track, .. } if track == "residence-permit" => "wu",
        What::Record { .. } => "jobs",
        _ => "qian",
    }
}

fn rank(status: Status) -> i32 {
    match status {
        Status::Draft => 0,
        Status::Submitted => 1,
        Status::Accepted | Status::NotAccepted => 2,
        Status::UnderReview => 3,
        Status::Proposed => 4,
        Status::Decided => 5,
        Status::Served => 6,
        Status::Closed => 7,
    }
}

type Steps = Vec<(Option<&'static str>, i64, What)>;

const PROCEDURES: [&str; 3] =
    ["cn/work-permit", "cn/work-permit-extension", "cn/work-and-residence"];

/// Takes the actions that are not refused, and checks each.
fn play(
    procedure: &str,
    steps: Steps,
) -> Result<(Case, Vec<Action>, BTreeSet<Status>), TestCaseError> {
    let rules = rules(procedure);
    let mut case = Case::empty("TM-1");
    let mut log: Vec<Action> = Vec::new();
    let mut reached = BTreeSet::new();
    let mut now = at("2026-11-02");
    let draft = What::SaveDraft { facts: facts(), documents: documents(&[("passport", "p1")]) };
    let start = [open(procedure), draft];
    let steps = start.into_iter().map(|what| (None, 0, what)).chain(steps);
    for (index, (person, hours, what)) in steps.enumerate() {
        now += SignedDuration::from_hours(hours);
        let mut action = Action {
            id: format!("a{index}"),
            case: "TM-1".to_owned(),
            expected_version: case.version,
            at: now,
            actor: actor(person.unwrap_or(usual(&what))),
            on_behalf: None,
            what,
        };
        // Mostly served when that is recorded: it cannot be before it was made.
        if let What::ServeDecision { served } = &mut action.what
            && index % 4 != 0
        {
            *served = now;
        }
        let before = case.clone();
        if case.apply(rules, &action).is_err() {
            prop_assert_eq!(format!("{:?}", &case), format!("{before:?}"));
            continue;
        }
        log.push(action.clone());
        prop_assert_eq!(case.version, before.version + 1);
        check_step(&before, &case, &action)?;
        reached.insert(case.status);
    }
    Ok((case, log, reached))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_the_law_forbids_does_not_happen(
        procedure in prop::sample::select(PROCEDURES.to_vec()),
        steps in steps(),
    ) {
        let rules = rules(procedure);
        let (case, log, _) = play(procedure, steps)?;
        let now = log.iter().map(|action| action.at).max().unwrap();
        // The log, folded anew, is the case; and written down and read back as well.
        let again = Case::fold(rules, "TM-1", &log).unwrap();
        prop_assert_eq!(format!("{again:?}"), format!("{case:?}"));
        let text = serde_json::to_string(&log).unwrap();
        let read: Vec<Action> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &log);
        told(procedure, &log)?;
        // However long one waits, nothing breaks, and nothing is taken back.
        for days in [0, 40, 400] {
            let later = now + SignedDuration::from_hours(24 * days);
            let waited = case.at(rules, later);
            prop_assert!(rank(waited.status) >= rank(case.status));
            prop_assert_eq!(case.flags(rules, later), waited.flags(rules, later));
            for record in case.due_records(rules, later) {
                prop_assert_eq!(record.kind(), casework::ActionKind::Record);
            }
        }
    }
}

/// Properties of what never happens would be empty.
#[test]
fn random_cases_come_to_every_status() {
    let mut runner = TestRunner::deterministic();
    let cases = (prop::sample::select(PROCEDURES.to_vec()), steps());
    let mut reached = BTreeMap::new();
    let (mut corrected, mut adverse) = (0, 0);
    for _ in 0..300 {
        let (procedure, steps) = cases.new_tree(&mut runner).unwrap().current();
        let (case, log, statuses) = play(procedure, steps).unwrap();
        for status in statuses {
            *reached.entry(status).or_insert(0) += 1;
        }
        corrected += i32::from(case.corrections.iter().any(|one| one.answered));
        adverse += i32::from(log.iter().any(|one| matches!(one.what, What::ConfirmAdverse { .. })));
    }
    println!("{reached:?}, {corrected} corrected, {adverse} with adverse facts looked at");
    assert_eq!(reached.len(), 9, "{reached:?}");
    assert!(reached.values().all(|count| *count > 10), "{reached:?}");
    assert!(corrected > 10 && adverse > 10, "{corrected} {adverse}");
}

/// However a case went, its letters leave nothing out, and what was done can be exported.
fn told(procedure: &str, log: &[Action]) -> Result<(), TestCaseError> {
    let writer = Writer::of(&ALL, &LIBRARY, procedure).unwrap();
    for (sent, language) in
        writer.letters(log).iter().zip([Language::Zh, Language::En].iter().cycle())
    {
        let letter = writer.write(log, sent.version, *language).unwrap();
        prop_assert!(!letter.body.contains('{'), "{letter:?}");
        let granted = letter.fields.get("verdict").is_some_and(|verdict| verdict == "granted");
        for (name, value) in &letter.fields {
            prop_assert!(
                !value.is_empty() || (granted && name == "remedies"),
                "{name}: {letter:?}"
            );
        }
    }
    let exported = export::ocel([log]);
    let objects: BTreeSet<&String> = exported.objects.iter().map(|object| &object.id).collect();
    prop_assert_eq!(objects.len(), exported.objects.len());
    prop_assert_eq!(exported.events.len(), log.len());
    let of_events = exported.events.iter().flat_map(|event| &event.relationships);
    let all = exported.objects.iter().flat_map(|object| &object.relationships).chain(of_events);
    for relationship in all {
        prop_assert!(objects.contains(&relationship.object_id), "{relationship:?}");
    }
    prop_assert_eq!(export::csv([log]).unwrap().lines().count(), log.len() + 1);
    Ok(())
}

fn check_step(before: &Case, case: &Case, action: &Action) -> Result<(), TestCaseError> {
    // Preparer and decider differ, and the decider has looked at all that is adverse.
    if let What::Decide { reasons, .. } = &action.what {
        let prepared = before.prepared.as_ref().unwrap();
        let decision = case.decision.as_ref().unwrap();
        let by = decision.by.clone().unwrap();
        prop_assert_ne!(Some(&by), decision.prepared_by.as_ref());
        prop_assert!(!reasons.trim().is_empty());
        for item in before.adverse() {
            prop_assert!(prepared.confirmed.contains(&(item, by.clone())));
        }
        let agrees = |answer: &Option<_>| {
            answer.as_ref().is_some_and(|said: &Answer| said.verdict == Verdict::Granted)
        };
        prop_assert!(
            decision.verdict == Verdict::Refused || case.tracks.values().all(agrees),
            "no grant that a department refused"
        );
        prop_assert!(!before.conflicts.contains(&prepared.by));
        prop_assert!(case.duplicates.values().all(Option::is_some));
        prop_assert!(case.tracks.values().all(Option::is_some));
    }
    // One notice: a later one faults nothing that was there for an earlier one.
    for (earlier, later) in case.corrections.iter().zip(case.corrections.iter().skip(1)) {
        prop_assert!(earlier.answered);
        for item in &later.items {
            prop_assert!(item.copy.is_some());
        }
    }
    // What is over stays over, unless a decision that is contested is set aside.
    let annulled = matches!(action.what, What::AnnulDecision { .. });
    if before.is_over() && !(annulled && before.contested_by.is_some()) {
        prop_assert!(case.is_over());
        prop_assert_eq!(before.outcome, case.outcome);
    }
    // Only by setting a decision aside, or sending a proposal back, does a case go back.
    if rank(case.status) < rank(before.status) {
        let back = matches!(action.what, What::AnnulDecision { .. } | What::ReturnToReview { .. });
        prop_assert!(back);
    }
    if matches!(case.status, Status::Decided | Status::Served) {
        prop_assert!(case.decision.is_some());
        prop_assert!(matches!(case.outcome, Some(Outcome::Granted | Outcome::Refused)));
    }
    // Nothing is served before it is made.
    if let (Some(served), Some(decision)) = (case.served, &case.decision) {
        prop_assert!(served >= decision.at);
    }
    prop_assert!(case.contradictions.is_empty());
    // Nothing that was handed in, decided or said is lost.
    prop_assert!(case.documents.len() >= before.documents.len());
    prop_assert!(case.annulled.len() >= before.annulled.len());
    prop_assert!(before.conflicts.is_subset(&case.conflicts));
    if action.actor.role.is_officer() {
        prop_assert!(!before.conflicts.contains(&action.actor.person));
    }
    prop_assert!(Map::len(&case.facts) >= before.facts.len());
    Ok(())
}
