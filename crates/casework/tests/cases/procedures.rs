//! China's procedures, and what is wrong with procedures that do not hold together.

use std::collections::BTreeMap;
use std::path::Path;

use casework::procedure::{Fault, ProcedureError};
use casework::{ActionKind, Procedure, Proposal};
use policy::Library;
use serde_json::{Map, Value};

use crate::common::{JOINT, PROCEDURES, WORK_PERMIT, documents};

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
    check(
        WORK_PERMIT,
        ("en = \"We have received your application.\"", "en = \"\""),
        Fault::TextMissing,
        "receipt",
    );
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
    check(JOINT, ("joint = \"joint\"\n", ""), Fault::NotJoint, "cn/work-and-residence");
    check(JOINT, ("on = \"answer\"", "on = \"contest\""), Fault::StepMissing, "answer");
}

#[test]
fn a_misspelt_key_is_a_fault_of_its_line() {
    let text = WORK_PERMIT.replacen("letter = \"receipt\"", "leter = \"receipt\"", 1);
    let Err(ProcedureError::Format { line, message }) = Procedure::read(&text) else { panic!() };
    assert_eq!(text.lines().nth(line - 1), Some("leter = \"receipt\""));
    assert!(message.contains("leter"), "{message}");
}

#[test]
fn category_a_may_promise_some_papers() {
    let procedure = PROCEDURES.iter().find(|one| one.id == "cn/work-permit").unwrap();
    let missing = |category| -> Vec<&str> {
        let has = documents(&[("passport", "p"), ("photo", "f"), ("application-form", "a")]);
        let missing = procedure.missing_documents(category, &has);
        missing.iter().map(|document| document.id.as_str()).collect()
    };
    assert_eq!(missing(Some("A")), ["contract"]);
    let all = ["experience-proof", "degree", "no-criminal-record", "health", "contract"];
    assert_eq!(missing(Some("B")), all);
    assert_eq!(missing(None), all);
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
        assert!(procedure.step(ActionKind::Withdraw).is_some());
    }
}

/// The texts of China's packs by path.
fn packs() -> BTreeMap<String, String> {
    fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                read(root, &path, files);
            } else if name.starts_with("cn") || !name.contains('/') {
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    files
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
fn calendars_and_procedures_are_checked_with_the_packs() {
    let files = packs();
    let library = Library::load(&files).unwrap();
    let procedures = casework::packs::procedures(&files, &library).unwrap();
    let rules = procedures.rules("cn/work-permit").unwrap();
    assert_eq!(rules.office.zone.iana_name(), Some("Asia/Shanghai"));
    assert!(procedures.rules("cn/no-such-thing").is_none());
    let check = |file: &str, from: &str, to: &str, fault: &str| {
        let mut files = files.clone();
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        *text = text.replace(from, to);
        let faults = casework::packs::procedures(&files, &library).unwrap_err();
        assert!(faults.contains(&fault.to_owned()), "{faults:?}");
    };
    let procedure = "cn/procedures/work-permit.toml";
    let at = |fault: &str| format!("{procedure}: error: {fault}");
    check(procedure, "arms = [\"service\"]\n", "", &at("`service`: nothing starts this clock"));
    let unknown = at("no instrument `cn/licensing-law`");
    check(procedure, "cn/licensing-law-2019", "cn/licensing-law", &unknown);
    let unknown = at("there is no programme `cn/work-permits`; did you mean `cn/work-permit`?");
    check(procedure, "programme = \"cn/work-permit\"", "programme = \"cn/work-permits\"", &unknown);
    let unknown = at("`passport_no` is neither a fact nor a particular");
    check(
        procedure,
        "same = [\"nationality\", \"passport_number\"]",
        "same = [\"passport_no\"]",
        &unknown,
    );
    let seen = at("the particular `birth_date` is a fact");
    check(procedure, "id = \"passport_number\"", "id = \"birth_date\"", &seen);
    check(
        "cn/calendar/days.csv",
        "2026-10-10,make-up",
        "2026-10-12,make-up",
        "cn/calendar/days.csv:772: error: 2026-10-12 is worked anyway, and makes up for nothing",
    );
}
