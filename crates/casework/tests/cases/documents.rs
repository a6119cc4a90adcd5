//! Which documents a case needs.

use casework::Procedure;
use casework::procedure::{Conditions, Need};
use serde_json::{Map, Value, json};

use crate::common::{LIBRARY, PROCEDURES, WORK_PERMIT, documents};

fn procedure(id: &str) -> &'static Procedure {
    PROCEDURES.iter().find(|known| known.id == id).unwrap()
}

fn facts(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[track_caller]
fn need(given: Value, category: Option<&str>, document: &str) -> Need {
    need_in("cn/work-permit", given, category, document)
}

#[track_caller]
fn need_in(id: &str, given: Value, category: Option<&str>, document: &str) -> Need {
    let needs = procedure(id).documents_needed(&facts(given), category);
    needs.into_iter().find(|needed| needed.document.id == document).unwrap().need
}

fn open(names: &[&str]) -> Need {
    Need::Open(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn facts_decide_which_documents_are_asked_for() {
    assert_eq!(need(json!({ "in_china": true }), None, "visa-page"), Need::Asked);
    assert_eq!(need(json!({ "in_china": false }), None, "visa-page"), Need::NotAsked);
    assert_eq!(need(json!({}), None, "visa-page"), open(&["in_china"]));
    // Faulty values decide nothing.
    assert_eq!(need(json!({ "in_china": "yes" }), None, "visa-page"), open(&["in_china"]));
    assert_eq!(need(json!({ "in_china": null }), None, "visa-page"), open(&["in_china"]));
    // One fact may be enough.
    let moves = json!({ "changes_employer": false, "in_china": true });
    assert_eq!(need(moves.clone(), None, "cancellation"), Need::NotAsked);
    assert_eq!(need(moves, None, "health"), Need::Asked);
    let moves = json!({ "changes_employer": true });
    assert_eq!(need(moves.clone(), None, "cancellation"), open(&["old_permit_valid"]));
    assert_eq!(need(moves, Some("B"), "no-criminal-record"), Need::NotAsked);
}

#[test]
fn the_category_decides_what_may_be_promised_and_what_must_be_proved() {
    let nothing = || json!({});
    assert_eq!(need(nothing(), Some("A"), "degree"), Need::Promised);
    assert_eq!(need(nothing(), Some("B"), "degree"), Need::Asked);
    assert_eq!(need(nothing(), None, "degree"), Need::Asked);
    // Whether it is asked for is open; as it may be promised, nothing is due now.
    assert_eq!(need(nothing(), Some("A"), "health"), Need::Promised);
    let inside = json!({ "in_china": true });
    assert_eq!(need(inside, Some("B"), "health"), open(&["changes_employer"]));
    assert_eq!(need(nothing(), Some("A"), "talent-evidence"), Need::Asked);
    let ordinary = json!({ "relevant_work_years": 3, "education_level": "master" });
    assert_eq!(need(ordinary.clone(), Some("B"), "talent-evidence"), Need::NotAsked);
    assert_eq!(need(ordinary, None, "talent-evidence"), open(&["category"]));
    let short = json!({ "relevant_work_years": 1 });
    assert_eq!(need(short, None, "talent-evidence"), Need::Asked, "whatever the category is");
    let some = json!({ "relevant_work_years": 3 });
    assert_eq!(need(some, Some("B"), "talent-evidence"), open(&["education_level"]));
}

#[test]
fn before_entry_whoever_applies_commits_to_an_examination_after_it() {
    let from = |in_china: bool| json!({ "changes_employer": false, "in_china": in_china });
    for id in ["cn/work-permit", "cn/work-and-residence"] {
        for category in ["A", "B", "C"] {
            let need = |in_china, document| need_in(id, from(in_china), Some(category), document);
            let at = format!("{id} {category}");
            assert_eq!(need(false, "health"), Need::NotAsked, "{at}");
            assert_eq!(need(false, "health-commitment"), Need::Asked, "{at}");
            assert_eq!(need(true, "health-commitment"), Need::NotAsked, "{at}");
            let talent = id == "cn/work-permit" && category == "A";
            let inside = if talent { Need::Promised } else { Need::Asked };
            assert_eq!(need(true, "health"), inside, "{at}");
        }
    }
}

#[test]
fn a_residence_permit_of_a_year_or_more_needs_a_health_certificate() {
    for first in [true, false] {
        let given = |long: bool| json!({ "first_residence": first, "one_year_or_more": long });
        let need = |long| need_in("cn/residence-permit", given(long), None, "health");
        assert_eq!((need(true), need(false)), (Need::Asked, Need::NotAsked));
    }
    // A change of employer waives it for the work permit, and not for the police.
    let moves = |long: bool| json!({ "in_china": true, "changes_employer": true, "one_year_or_more": long });
    let need = |long| need_in("cn/work-and-residence", moves(long), Some("A"), "health");
    assert_eq!((need(true), need(false)), (Need::Asked, Need::NotAsked));
}

#[test]
fn a_joint_case_needs_what_the_police_need() {
    let need = |in_china: bool, document| {
        let given = json!({ "in_china": in_china });
        need_in("cn/work-and-residence", given, Some("B"), document)
    };
    assert_eq!((need(true, "residence-form"), need(true, "lodging")), (Need::Asked, Need::Asked));
    assert_eq!(need(false, "lodging"), Need::NotAsked, "it is registered after entry");
}

#[test]
fn what_is_there_or_may_be_promised_is_not_missing() {
    let procedure = procedure("cn/work-permit");
    let missing = |given: Value, category| -> Vec<&str> {
        let has = documents(&[("passport", "p"), ("photo", "f"), ("application-form", "a")]);
        let given = facts(given);
        let missing = procedure.missing_documents(&given, category, &has);
        missing.iter().map(|needed| needed.document.id.as_str()).collect()
    };
    let known = json!({
        "in_china": false, "changes_employer": false, "family_accompanies": false,
        "relevant_work_years": 3, "education_level": "master",
    });
    let talent = ["health-commitment", "contract", "talent-evidence"];
    assert_eq!(missing(known.clone(), Some("A")), talent);
    let commitment = "health-commitment";
    let all = ["experience-proof", "degree", "no-criminal-record", commitment, "contract"];
    assert_eq!(missing(known, Some("B")), all);
    assert!(missing(json!({}), Some("A")).contains(&"visa-page"), "open ones are not forgotten");
}

#[test]
fn a_condition_that_does_not_fit_the_vocabulary_is_a_fault_of_its_line() {
    let check = |from: &str, to: &str, wanted: &str| {
        let text = WORK_PERMIT.replacen(from, to, 1);
        assert_ne!(text, WORK_PERMIT);
        let procedure = Procedure::read(&text).unwrap();
        let faults = Conditions::compile(&procedure, &LIBRARY, &text).unwrap_err();
        let fault = faults.first().unwrap();
        assert!(text.lines().nth(fault.line - 1).unwrap().contains(to), "{fault:?}");
        assert!(fault.message.contains(wanted), "{fault}");
    };
    check("when = 'in_china'", "when = 'in_chna'", "`in_chna`");
    check("when = 'in_china'", "when = 'relevant_work_years'", "boolean");
    check("when = 'in_china'", "when = 'in_china >= 3'", "number");
    check("when = 'in_china'", "when = 'in_china and'", "");
    check("category = \"B\"", "category = \"D\"", "\"D\"");
    check("(\"bachelor\", ", "(\"bachelr\", ", "bachelr");
}

#[test]
fn before_conditions_are_compiled_nobody_knows() {
    let bare = Procedure::read(WORK_PERMIT).unwrap();
    let needs = bare.documents_needed(&facts(json!({ "in_china": true })), None);
    let of = |id: &str| needs.iter().find(|needed| needed.document.id == id).unwrap().need.clone();
    assert_eq!(of("visa-page"), Need::Open(vec![]));
    assert_eq!(of("passport"), Need::Asked);
}
