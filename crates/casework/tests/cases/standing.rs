//! How far facts are believed, and what need not be asked again.

use casework::action::{Document, Verification};
use casework::standing::Standing;
use casework::{Action, Desk, InMemory, Store as _, What};
use clock::Period;
use futures_executor::block_on;
use serde_json::{Map, Value, json};

use crate::common::{Story, actor, at, open, procedures};

fn verify(fact: &str, finding: Verification, valid_for: Option<Period>) -> What {
    let (fact, evidence) = (fact.to_owned(), "reply 12 of the ministry".to_owned());
    What::Verify { fact, finding, evidence, valid_for }
}

fn draft(facts: Value, documents: &[&str]) -> What {
    let documents = documents.iter().map(|kind| Document {
        id: format!("{kind}-1"),
        kind: (*kind).to_owned(),
        digest: String::new(),
    });
    let facts: Map<String, Value> = facts.as_object().unwrap().clone();
    What::SaveDraft { facts, documents: documents.collect() }
}

#[test]
fn a_fact_is_claimed_then_documented_then_verified_and_grows_stale() {
    let mut story = Story::begin("cn/work-permit");
    story.does("maria", "2026-11-02", open("cn/work-permit"));
    story.does(
        "maria",
        "2026-11-02",
        draft(json!({ "education_level": "master", "healthy": true }), &[]),
    );
    let standing =
        |story: &Story, fact: &str, day: &str| story.case.standing(story.rules, fact, at(day));
    assert_eq!(standing(&story, "education_level", "2026-11-02"), Some(Standing::Claimed));
    assert_eq!(standing(&story, "annual_salary", "2026-11-02"), None, "nobody said anything of it");
    story.does("maria", "2026-11-02", draft(json!({}), &["degree"]));
    assert_eq!(standing(&story, "education_level", "2026-11-02"), Some(Standing::Documented));
    assert_eq!(standing(&story, "healthy", "2026-11-02"), Some(Standing::Claimed));
    story.does("maria", "2026-11-02", What::Submit).does("zhao", "2026-11-03", What::Accept);
    // That nobody can tell leaves it where it was.
    story.does("qian", "2026-11-04", verify("education_level", Verification::Unknown, None));
    assert_eq!(standing(&story, "education_level", "2026-11-04"), Some(Standing::Documented));
    let month = Period::days(30);
    story.does("qian", "2026-11-05", verify("education_level", Verification::Confirmed, month));
    assert_eq!(standing(&story, "education_level", "2026-12-05"), Some(Standing::Verified));
    assert_eq!(standing(&story, "education_level", "2026-12-06"), Some(Standing::Stale));
    story.does("qian", "2026-11-06", verify("healthy", Verification::Denied, None));
    assert_eq!(standing(&story, "healthy", "2027-11-06"), Some(Standing::Denied));
}

#[test]
fn what_a_source_has_confirmed_in_one_case_is_known_in_the_next() {
    let desk = Desk { store: InMemory::default(), procedures: procedures() };
    let take = |case: &str, person: &str, day: &str, what: What| {
        let version = u64::try_from(block_on(desk.store.load(case)).unwrap().len()).unwrap();
        let action = Action {
            id: format!("{case}-{version}"),
            case: case.to_owned(),
            expected_version: version,
            at: at(day),
            actor: actor(person),
            on_behalf: None,
            what,
        };
        block_on(desk.take(&action)).unwrap();
    };
    let month = Period::days(30);
    for (case, level) in [("TM-1", "master"), ("TM-2", "doctorate")] {
        take(case, "maria", "2026-11-02", open("cn/work-permit"));
        let facts = json!({ "education_level": level, "university": "listed", "healthy": true });
        take(case, "maria", "2026-11-02", draft(facts, &["degree"]));
        take(case, "maria", "2026-11-02", What::Submit);
        take(case, "zhao", "2026-11-03", What::Accept);
        take(case, "qian", "2026-11-04", verify("university", Verification::Confirmed, month));
        take(case, "qian", "2026-11-04", verify("healthy", Verification::Denied, None));
        take(case, "qian", "2026-11-04", verify("education_level", Verification::Confirmed, None));
    }
    let known = |of: &str, but: &str, day: &str| block_on(desk.known_of(of, but, at(day))).unwrap();
    let one = known("maria", "TM-2", "2026-11-05");
    assert_eq!(one.keys().collect::<Vec<_>>(), ["education_level", "university"]);
    assert_eq!(
        (&one["education_level"].value, &*one["education_level"].case),
        (&json!("master"), "TM-1")
    );
    assert_eq!(one["university"].valid_until.unwrap().to_string(), "2026-12-04");
    // Two cases know the degree otherwise: it is asked. What has grown stale is asked too.
    let both = known("maria", "TM-3", "2026-11-05");
    assert_eq!(both.keys().collect::<Vec<_>>(), ["university"]);
    assert!(known("maria", "TM-3", "2026-12-05").is_empty());
    assert!(known("joao", "TM-3", "2026-11-05").is_empty(), "nobody else's");
}
