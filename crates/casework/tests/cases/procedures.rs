//! China's procedures, and what is wrong with procedures that do not hold together.

use std::collections::BTreeMap;
use std::path::Path;

use casework::procedure::{DecisionKind, Fault, ProcedureError};
use casework::{ActionKind, Procedure, Proposal};
use clock::Calendar;
use jiff::civil::date;
use policy::Library;
use serde_json::{Map, Value};

use crate::common::{JOINT, LIBRARY, PROCEDURES, WORK_PERMIT, packs};

#[track_caller]
fn faults(text: &str, change: (&str, &str)) -> Vec<(Fault, String)> {
    let changed = text.replacen(change.0, change.1, 1);
    assert_ne!(changed, text, "`{}` is not there", change.0);
    match Procedure::read(&changed) {
        Ok(_) => Vec::new(),
        Err(ProcedureError::Faulty(findings)) => {
            findings.into_iter().map(|finding| (finding.fault, finding.part)).collect()
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_does_not_hold_together_is_found() {
    let check = |text: &str, change: (&str, &str), fault: Fault, part: &str| {
        let found = faults(text, change);
        assert!(found.contains(&(fault, part.to_owned())), "{change:?}: {found:?}");
    };
    let arms = "arms = [\"decision\"]\nmeets = [\"acceptance\"]";
    check(WORK_PERMIT, (arms, "meets = [\"acceptance\"]"), Fault::NeverArmed, "decision");
    check(WORK_PERMIT, ("meets = [\"decision\"]\n", ""), Fault::NeverMet, "decision");
    check(WORK_PERMIT, ("arms = [\"service\"]", "arms = [\"sevice\"]"), Fault::Unknown, "sevice");
    let owner =
        "owner = \"foreign-expert-authority\"\nroles = [\"case-officer\"]\nafter = [\"accept\"]";
    check(
        WORK_PERMIT,
        (owner, &owner.replace("owner = \"foreign-expert-authority\"\n", "")),
        Fault::NoOwner,
        "start-review",
    );
    check(
        WORK_PERMIT,
        ("after = [\"submit\"]\nbasis", "after = [\"serve-correction\"]\nbasis"),
        Fault::Unreachable,
        "request-correction",
    );
    check(WORK_PERMIT, ("on = \"close\"", "on = \"contest\""), Fault::StepMissing, "close");
    check(
        WORK_PERMIT,
        ("letter = \"decision\"", "letter = \"verdict\""),
        Fault::Unknown,
        "verdict",
    );
    check(WORK_PERMIT, ("en = \"Receipt\"", "en = \"\""), Fault::TextMissing, "receipt");
    check(WORK_PERMIT, ("within = { working_days = 5 }\n", ""), Fault::NoLength, "acceptance");
    check(
        WORK_PERMIT,
        (
            "[\"decider\"]\nafter = [\"propose\"]\narms",
            "[\"case-officer\"]\nafter = [\"propose\"]\narms",
        ),
        Fault::NoSeparation,
        "decide",
    );
    check(
        WORK_PERMIT,
        ("same = [\"nationality\", \"passport_number\"]", "same = []"),
        Fault::ComparesNothing,
        "same-passport",
    );
    check(WORK_PERMIT, ("id = \"photo\"", "id = \"health\""), Fault::Duplicate, "health");
    let ladder = "[[clock.law.ladder]]\nid = \"t-2\"\nbefore = { working_days = 2 }\nto = \"intake-clerk\"\n\n[[clock.law.ladder]]\nid = \"t-1\"\nbefore = { working_days = 1 }\nto = \"intake-clerk\"\n";
    check(WORK_PERMIT, (ladder, ""), Fault::NoWarning, "acceptance");
    check(
        JOINT,
        ("within = { working_days = 45 }", "within = { working_days = 19 }"),
        Fault::LongerThanWhole,
        "work-permit",
    );
    // In another unit nothing is said of it: the calendar would have to.
    let months = ("within = { working_days = 45 }", "within = { months = 1 }");
    let found = faults(JOINT, months);
    assert!(found.iter().all(|(fault, _)| *fault != Fault::LongerThanWhole), "{found:?}");
    check(JOINT, ("joint = \"joint\"\n", ""), Fault::NotJoint, "cn/work-and-residence");
    check(JOINT, ("on = \"answer\"", "on = \"contest\""), Fault::StepMissing, "answer");
}

#[test]
fn what_is_begun_and_cannot_be_ended_is_found() {
    for step in ["serve-correction", "correct", "resume", "serve-notice"] {
        let on = format!("on = \"{step}\"\n");
        let found = faults(WORK_PERMIT, (on.as_str(), "on = \"answer\"\n"));
        assert!(found.contains(&(Fault::NotFollowed, step.to_owned())), "{step}: {found:?}");
    }
}

#[test]
fn more_time_that_nobody_asks_for_is_found() {
    let change = ("after = [\"request-extension\"]", "after = [\"accept\"]");
    assert!(faults(WORK_PERMIT, change).contains(&(Fault::NotRequested, "extend".to_owned())));
}

#[test]
fn every_procedure_with_a_time_to_decide_says_what_is_open_against_silence() {
    let silent =
        |procedure: &&Procedure| procedure.remedies(DecisionKind::Silence).next().is_none();
    let silent = PROCEDURES.iter().filter(silent).map(|procedure| procedure.id.as_str());
    // No time limit was read for it.
    assert_eq!(silent.collect::<Vec<_>>(), ["cn/work-permit-cancellation"]);
}

#[test]
fn letters_and_remedies_that_do_not_hold_together_are_found() {
    let check = |text: &str, change: (&str, &str), fault: Fault, part: &str| {
        let found = faults(text, change);
        assert!(found.contains(&(fault, part.to_owned())), "{change:?}: {found:?}");
    };
    let (zh, en) = ("我们已于{ $received }收到", "We received your application");
    check(
        WORK_PERMIT,
        (zh, "我们已于{ $recieved }收到"),
        Fault::UnknownPlaceholder,
        "receipt: recieved",
    );
    check(WORK_PERMIT, (zh, "我们已收到"), Fault::PlaceholderMissing, "receipt: received");
    check(WORK_PERMIT, (zh, "{ $accepted }"), Fault::PlaceholderTooEarly, "receipt: accepted");
    check(
        WORK_PERMIT,
        (zh, "{ $due-service }"),
        Fault::PlaceholderTooEarly,
        "receipt: due-service",
    );
    check(WORK_PERMIT, (zh, "{ $due-visa }"), Fault::UnknownPlaceholder, "receipt: due-visa");
    check(WORK_PERMIT, (zh, "{ $reason }"), Fault::PlaceholderTooEarly, "receipt: reason");
    let broken = |text: &str| {
        let found = faults(WORK_PERMIT, (en, text));
        assert!(
            found.iter().any(|(fault, part)| *fault == Fault::LetterFormat
                && part.starts_with("receipt: ")),
            "{found:?}"
        );
    };
    broken("{ $received");
    broken("{ NUMBER($received) }");
    broken("{ other }");
    check(WORK_PERMIT, ("letter = \"annulment\"\n", ""), Fault::LetterUnused, "annulment");
    let silent = WORK_PERMIT.replace("{ $remedies }", "");
    check(
        &silent,
        ("title = { zh = \"不予受理通知\"", "title = { zh = \"通知\""),
        Fault::RemediesUntold,
        "non-acceptance",
    );
    let against = "against = [\"refused\", \"not-accepted\", \"silence\"]";
    let tacit = WORK_PERMIT.replace(against, "against = [\"silence\"]");
    for part in ["refused", "not-accepted"] {
        check(&tacit, ("id = \"suit\"", "id = \"court\""), Fault::NoRemedy, part);
    }
    // Silence needs a word where there is a time to decide, of the step or of a joint case.
    for text in [WORK_PERMIT, JOINT] {
        let deaf = text.replace("\"silence\"", "\"granted\"");
        check(&deaf, ("en = \"Receipt\"", "en = \"Note\""), Fault::NoRemedy, "silence");
    }
    check(
        WORK_PERMIT,
        ("within = { days = 60 }\n", ""),
        Fault::RemedyIncomplete,
        "reconsideration",
    );
    check(
        WORK_PERMIT,
        (against, &format!("kind = \"none\"\n{against}")),
        Fault::RemedyContradicted,
        "reconsideration",
    );
    check(
        JOINT,
        ("track = \"residence-permit\"\nkind", "track = \"visa\"\nkind"),
        Fault::Unknown,
        "visa",
    );
    check(
        WORK_PERMIT,
        ("id = \"suit\"", "id = \"reconsideration\""),
        Fault::Duplicate,
        "reconsideration",
    );
}

#[test]
fn a_misspelt_key_is_a_fault_of_its_line() {
    let text = WORK_PERMIT.replacen("letter = \"receipt\"", "leter = \"receipt\"", 1);
    let Err(ProcedureError::Format { line, message }) = Procedure::read(&text) else { panic!() };
    assert_eq!(text.lines().nth(line - 1), Some("leter = \"receipt\""));
    assert!(message.contains("leter"), "{message}");
}

/// The places in laws that the letters of a procedure may name.
fn all_items(procedure: &Procedure) -> Vec<String> {
    let grounds = procedure.clocks.iter().flat_map(|clock| &clock.law.grounds);
    let remedies = procedure.remedies.iter().filter_map(|remedy| remedy.basis.as_ref());
    let all = grounds
        .map(|ground| &ground.basis)
        .chain(remedies)
        .chain(procedure.documents.iter().map(|document| &document.basis))
        .chain(procedure.steps.iter().filter_map(|step| step.basis.as_ref()))
        .chain(procedure.clocks.iter().map(|clock| &clock.law.basis));
    all.map(|basis| basis.item.clone()).collect()
}

#[test]
fn every_law_that_a_procedure_cites_is_an_instrument_of_the_pack() {
    let instruments = include_str!("../../../../packs/cn/instruments.toml");
    for procedure in PROCEDURES.iter() {
        let clocks = procedure.clocks.iter().map(|clock| &clock.law);
        let grounds = clocks.clone().flat_map(|law| law.grounds.iter().map(|ground| &ground.basis));
        let extensions =
            clocks.clone().filter_map(|law| law.extension.as_ref().map(|of| &of.basis));
        let all = clocks
            .map(|law| &law.basis)
            .chain(grounds)
            .chain(extensions)
            .chain(procedure.steps.iter().filter_map(|step| step.basis.as_ref()))
            .chain(procedure.documents.iter().map(|document| &document.basis));
        for basis in all {
            let id = format!("id = \"{}\"", basis.instrument);
            assert!(instruments.contains(&id), "{}: {}", procedure.id, basis.instrument);
            assert!(!basis.item.is_empty());
        }
        for item in all_items(procedure) {
            assert_eq!(LIBRARY.place_without_words(&item), None, "{}", procedure.id);
        }
        assert!(procedure.step(ActionKind::Withdraw).is_some());
    }
}

#[test]
fn a_proposal_is_made_again_byte_for_byte_and_shows_when_the_rules_have_changed() {
    let files = packs();
    let library = Library::load(&files).unwrap();
    let facts = include_str!("../../../../examples/doctor-shanghai.json");
    let mut facts: Map<String, Value> = serde_json::from_str(facts).unwrap();
    let (on, place) = ("2026-11-23", "310000");
    for key in ["on", "place", "programme"] {
        facts.remove(key);
    }
    let make = |facts: &Map<String, Value>, library| {
        Proposal::make(library, "cn/work-permit", facts, on, place).unwrap()
    };
    let proposal = make(&facts, &library);
    assert!(proposal.result.contains("\"outcome\""), "{}", proposal.result);
    assert!(!proposal.rules.is_empty());
    assert!(proposal.replays(&library).unwrap());
    // The order in which facts were given does not show.
    let reversed: Map<String, Value> = facts.clone().into_iter().rev().collect();
    assert_eq!(make(&reversed, &library), proposal);
    // Stored and read back, it is the same.
    let text = serde_json::to_string(&proposal).unwrap();
    let stored: Proposal = serde_json::from_str(&text).unwrap();
    assert!(stored.replays(&Library::load(&files).unwrap()).unwrap());
    let mut forged = stored;
    forged.adverse.push("condition_age".to_owned());
    assert!(!forged.replays(&library).unwrap());
    // What speaks against a person is named.
    facts.insert("employer_in_good_standing".to_owned(), false.into());
    let refused = make(&facts, &library);
    assert_eq!(refused.adverse, ["condition_employer_standing"]);
    assert_eq!(proposal.adverse, [""; 0]);
    let unread = Proposal::make(&library, "cn/work-permit", &facts, "tomorrow", place);
    assert!(unread.unwrap_err().to_string().contains("tomorrow"));
}

#[test]
fn every_calendar_of_the_packs_can_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut read = Vec::new();
    for pack in std::fs::read_dir(&root).unwrap() {
        let folder = pack.unwrap().path().join("calendar");
        let Ok(about) = std::fs::read_to_string(folder.join("calendar.toml")) else { continue };
        let days = std::fs::read_to_string(folder.join("days.csv")).unwrap();
        let calendar = Calendar::read(&about, &days).unwrap();
        // Every one of them has New Year's Day off, and none has a make-up day but China.
        assert!(!calendar.is_working(date(2026, 1, 1)), "{}", folder.display());
        assert!(calendar.knows(date(2026, 12, 31)) && !calendar.knows(date(2027, 1, 1)));
        assert_eq!(days.contains("make-up"), calendar.id() == "cn");
        read.push(calendar.id().to_owned());
    }
    read.sort_unstable();
    assert_eq!(read, ["at", "au", "ca", "cn", "de", "gb", "jp", "kr", "nz", "sg", "us"]);
    let folder = root.join("jp/calendar");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let japan = Calendar::read(&text("calendar.toml"), &text("days.csv")).unwrap();
    // Golden Week of 2026: three days off, and Wednesday in lieu of the Sunday.
    let worked = (4..9).filter(|day| japan.is_working(date(2026, 5, *day))).count();
    assert_eq!(worked, 2);
}

fn faults_of(
    files: &BTreeMap<String, String>,
    file: &str,
    from: &str,
    to: &str,
    library: &Library,
) -> Vec<String> {
    let mut files = files.clone();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    *text = text.replace(from, to);
    casework::packs::procedures(&files, library).unwrap_err()
}

/// The line of a file, from 1, in which a text first stands.
fn text_line(files: &BTreeMap<String, String>, file: &str, text: &str) -> usize {
    files[file].lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn calendars_and_procedures_are_checked_with_the_packs() {
    let files = packs();
    let library = Library::load(&files).unwrap();
    let procedures = casework::packs::procedures(&files, &library).unwrap();
    let rules = procedures.rules("cn/work-permit").unwrap();
    assert_eq!(rules.office.zone.iana_name(), Some("Asia/Shanghai"));
    assert!(procedures.rules("cn/no-such-thing").is_none());
    let check = |file: &str, from: &str, to: &str, fault: &str| {
        let faults = faults_of(&files, file, from, to, &library);
        assert!(faults.contains(&fault.to_owned()), "{faults:?}");
    };
    let procedure = "cn/procedures/work-permit.toml";
    let at = |fault: &str| format!("{procedure}: error: {fault}");
    check(procedure, "arms = [\"service\"]\n", "", &at("`service`: nothing starts this clock"));
    let unknown = at("no instrument `cn/licensing-law`");
    check(procedure, "cn/licensing-law-2019", "cn/licensing-law", &unknown);
    let unknown = at("there is no programme `cn/work-permits`; did you mean `cn/work-permit`?");
    check(procedure, "programme = \"cn/work-permit\"", "programme = \"cn/work-permits\"", &unknown);
    let unknown = at("no category `A`");
    check(procedure, "programme = \"cn/work-permit\"\n", "", &unknown);
    let unknown = at("`documentz` has no Chinese; add it to `terms.csv`");
    check(procedure, "item = \"documents\"", "item = \"documentz\"", &unknown);
    let line = text_line(&files, procedure, "when = 'in_china'");
    let unknown = format!("{procedure}:{line}: error: `visa-page`: there is no `in_chna`");
    let found = faults_of(&files, procedure, "when = 'in_china'", "when = 'in_chna'", &library);
    assert!(found.iter().any(|fault| fault.starts_with(&unknown)), "{found:?}");
    let unknown = at("`passport_no` is neither a fact nor a particular");
    check(
        procedure,
        "same = [\"nationality\", \"passport_number\"]",
        "same = [\"passport_no\"]",
        &unknown,
    );
    let unknown = at("no procedure `cn/reconsider`");
    let from = "procedure = \"cn/reconsideration\"";
    check(procedure, from, "procedure = \"cn/reconsider\"", &unknown);
    let seen = at("the particular `birth_date` is a fact");
    check(procedure, "id = \"passport_number\"", "id = \"birth_date\"", &seen);
    check(
        "cn/calendar/days.csv",
        "2026-10-10,make-up",
        "2026-10-12,make-up",
        "cn/calendar/days.csv:772: error: 2026-10-12 is worked anyway, and makes up for nothing",
    );
}
