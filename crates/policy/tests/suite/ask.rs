//! Questions in the order in which they decide.

use std::collections::BTreeSet;

use policy::assess::Request;
use policy::assessment::{Figure, Outcome};
use policy::{Library, Profile};

use crate::packs::load;

/// Answers the first question from a worked case again and again; the number of questions.
fn interview(library: &Library, name: &str) -> usize {
    let case = library.cases().iter().find(|case| case.name.as_str() == name).unwrap();
    let mut profile = Profile::default();
    let mut asked = BTreeSet::new();
    loop {
        let request = Request {
            programme: &case.programme,
            profile: &profile,
            on: case.on,
            place: case.place.as_str(),
            improve: false,
        };
        let questions = library.questions(&request).unwrap();
        assert!(questions.next.is_sorted_by(|a, b| a.weight >= b.weight));
        let next = questions
            .next
            .iter()
            .find(|question| case.facts.contains_key(question.fact.name.as_str()));
        let Some(question) = next else {
            assert_eq!(questions.next.len(), 0, "{name}: only what the case leaves out is open");
            if let Some(expected) = &case.expect.outcome {
                let Outcome::Decided(outcome) = &questions.outcome else {
                    panic!("{name} is open")
                };
                assert_eq!(*outcome.value, **expected, "{name}");
            }
            if let Some(expected) = case.expect.score {
                assert_eq!(questions.score, Some(Figure::Exactly(expected)), "{name}");
            }
            return asked.len();
        };
        assert!((0.0..=1.0).contains(&question.weight));
        let fact = question.fact.name.to_arc();
        profile.facts.insert(fact.clone(), case.facts[&*fact].clone());
        assert!(asked.insert(fact), "{name}: nothing is asked twice");
    }
}

#[test]
fn an_interview_ends_with_the_outcome_of_the_case_and_asks_less_than_everything() {
    let library = load();
    for (pack, cases) in [("cn", 2), ("sg", 2), ("de", 2), ("jp", 1)] {
        let of_pack = library.cases().iter().filter(|case| {
            case.programme.starts_with(pack)
                && case.expect.missing.is_none()
                && case.expect.error.is_none()
                && case.expect.outcome.as_deref().is_some_and(|outcome| outcome != "undecided")
        });
        let names: Vec<&str> = of_pack.map(|case| case.name.as_str()).collect();
        assert!(names.len() > 10, "{pack}");
        for name in names.iter().step_by(names.len() / cases).take(cases) {
            let asked = interview(&library, name);
            let vocabulary = library.country(pack).unwrap().vocabulary.facts.len();
            assert!(asked > 0 && asked < vocabulary, "{name}: {asked} of {vocabulary}");
        }
    }
}

#[test]
fn what_can_no_longer_change_the_outcome_is_not_asked() {
    let library = load();
    let json = r#"{ "achievements": ["nobel_prize"] }"#;
    let profile = library.read_profile(json, "cn").unwrap();
    let request = Request {
        programme: "cn/work-permit",
        profile: &profile,
        on: feel::temporal::Date::parse("2026-11-23").unwrap(),
        place: "310000",
        improve: false,
    };
    let asked = library.questions(&request).unwrap();
    let names: Vec<&str> = asked.next.iter().map(|question| question.fact.name.as_str()).collect();
    let nothing = Profile::default();
    let all = library.questions(&Request { profile: &nothing, ..request }).unwrap();
    assert!(names.len() < all.next.len(), "{names:?}");
    assert!(!names.contains(&"achievements"));
}
