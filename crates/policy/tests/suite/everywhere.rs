//! One person by every programme.

use feel::temporal::Date;
use policy::assessment::{Figure, Outcome, Tristate};

use crate::packs::load;

const ENGINEER: &str = include_str!("../../../../examples/people/software-engineer.json");

#[test]
fn a_common_profile_is_told_from_the_facts_of_one_country() {
    let library = load();
    assert!(library.is_common_profile(ENGINEER));
    assert!(library.is_common_profile(r#"{ "education": [] }"#));
    assert!(library.is_common_profile(r#"{ "ca": { "age": 30 } }"#));
    for flat in [r#"{ "birth_date": "1990-01-01" }"#, r#"{ "achievements": [] }"#, "[]", "{", ""] {
        assert!(!library.is_common_profile(flat), "{flat}");
    }
}

#[test]
fn what_is_stated_goes_before_what_is_derived() {
    let library = load();
    let on = Date::parse("2026-11-02").unwrap();
    let derived = library.read_person(ENGINEER).unwrap();
    let derived = library.facts_of(&derived, "ca", on).unwrap();
    assert_eq!(derived.facts["age"].to_string(), "30");
    assert!(derived.derived.contains("age"));
    let json = ENGINEER.replacen('{', r#"{ "ca": { "age": 44, "nomination": true },"#, 1);
    let stated = library.read_person(&json).unwrap();
    let stated = library.facts_of(&stated, "ca", on).unwrap();
    assert_eq!(stated.facts["age"].to_string(), "44");
    assert!(!stated.derived.contains("age") && stated.facts.contains_key("nomination"));
    // Another country does not see it.
    let person = library.read_person(&json).unwrap();
    let germany = library.facts_of(&person, "de", on).unwrap();
    assert_eq!(germany.facts["age"].to_string(), "30");
}

#[test]
fn the_nearest_come_first_and_every_programme_in_force_answers() {
    let library = load();
    let person = library.read_person(ENGINEER).unwrap();
    let all = library.assess_everywhere(&person, person.on.unwrap(), false);
    assert!(all.unusable.is_empty());
    assert_eq!(all.answers.len() + all.without.len(), library.programmes().count());
    let class = |answer: &policy::assessment::Assessment| match (&answer.outcome, answer.eligible) {
        (Outcome::Decided(_), Tristate::Yes) => 0,
        (Outcome::Decided(_), Tristate::No) => 2,
        _ => 1,
    };
    assert!(all.answers.is_sorted_by_key(class));
    assert!(all.answers.iter().any(|answer| class(answer) == 0));
    let mut margins = 0;
    for answer in &all.answers {
        if let Some(margin) = answer.margin() {
            let threshold = answer.next_threshold().unwrap().value;
            let Some(Figure::Exactly(score)) = answer.score else { panic!("a margin of no score") };
            assert_eq!(threshold.checked_add(margin), Some(score), "{}", answer.programme);
            // The lowest threshold that is not reached; where all are, the highest.
            let values = answer.thresholds.iter().map(|line| line.value);
            let above = values.clone().filter(|value| *value > score).min();
            assert_eq!(above.or(values.max()), Some(threshold), "{}", answer.programme);
            margins += 1;
        }
    }
    assert!(margins > 0);
}

#[test]
fn bad_profiles_are_refused_with_key_line_and_what_is_allowed() {
    let library = load();
    let cases = [
        // A score that the test does not have.
        (
            r#"{ "languages": [{ "language": "en", "test": "ielts_general", "scores": { "listening": 9.5 } }] }"#,
            "languages[0].scores.listening",
            "9",
        ),
        (
            r#"{ "languages": [{ "language": "en", "test": "ielts_general", "scores": { "listening": 6.3 } }] }"#,
            "languages[0].scores.listening",
            "0.5 apart",
        ),
        (
            r#"{ "languages": [{ "language": "ja", "test": "jlpt", "level": "N6" }] }"#,
            "languages[0].level",
            "N1",
        ),
        (
            r#"{ "languages": [{ "language": "fr", "test": "celpip_general" }] }"#,
            "languages[0].language",
            "en",
        ),
        // Employment that overlaps.
        (
            r#"{ "work": [{ "country": "CA", "start": "2015-01-01", "end": "2018-12-31" }, { "country": "CA", "start": "2018-06-01" }] }"#,
            "work[1]",
            "hours_per_week",
        ),
        // A currency and an occupation code that nobody knows.
        (
            r#"{ "offer": { "country": "DE", "pay": { "amount": 4000, "currency": "EUX", "period": "month" } } }"#,
            "offer.pay.currency",
            "EUR",
        ),
        (
            r#"{ "offer": { "country": "CA", "occupations": { "noc2021": "123" } } }"#,
            "offer.occupations.noc2021",
            "[0-9]{5}",
        ),
        // A place outside the country.
        (
            r#"{ "intended": { "country": "CN", "place": "Ottawa" } }"#,
            "intended.place",
            "no place in CN",
        ),
        // A degree before birth.
        (
            r#"{ "birth_date": "1990-01-01", "education": [{ "level": "bachelor", "end": "1985-07-01" }] }"#,
            "education[0].end",
            "1990",
        ),
        // A salary without period.
        (
            r#"{ "offer": { "country": "DE", "pay": { "amount": 4000, "currency": "EUR" } } }"#,
            "offer.pay.period",
            "month",
        ),
        (
            r#"{ "work": [{ "country": "CA", "start": "2015-01-01", "end": "2014-12-31" }] }"#,
            "work[0].end",
            "2015",
        ),
        (r#"{ "education": [], "educatoin": [] }"#, "educatoin", "education"),
        (r#"{ "education": [], "ca": { "agee": 3 } }"#, "ca.agee", "age"),
        (r#"{ "education": {} }"#, "education", "a list is wanted"),
        (r#"{ "education": [], "birth_date": "1990-02-30" }"#, "birth_date", "2026-11-23"),
        (
            r#"{ "education": [], "birth_date": "1990-01-01", "birth_date": "1990-01-02" }"#,
            "birth_date",
            "more than once",
        ),
    ];
    for (json, key, help) in cases {
        let errors = library.read_person(json).unwrap_err();
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let hit = errors.iter().find(|error| error.key == key);
        let hit = hit.unwrap_or_else(|| panic!("{json}: {found:?}"));
        assert!(hit.fault.to_string().contains(help), "{json}: {found:?}");
        assert!(!hit.fault.message.zh.is_empty());
    }
}

#[test]
fn a_fact_that_cannot_be_derived_closes_only_the_programmes_that_ask_for_it() {
    let mut files = crate::packs::packs();
    let derivation = files.get_mut("de/profile.md").unwrap();
    *derivation = derivation.replacen(
        "age_on(person.birth_date, on)",
        "0 - age_on(person.birth_date, on)",
        1,
    );
    let library = policy::Library::load(&files).unwrap();
    let person = library.read_person(ENGINEER).unwrap();
    let on = person.on.unwrap();
    let all = library.assess_everywhere(&person, on, false);
    // The Opportunity Card counts the age, the Blue Card does not.
    let told: Vec<(&str, &str)> = all
        .unusable
        .iter()
        .flat_map(|(id, faults)| faults.iter().map(|fault| (&**id, fault.key.as_str())))
        .collect();
    assert_eq!(told, [("de/opportunity-card", "age")]);
    let why = all.unusable["de/opportunity-card"][0].to_string();
    assert!(why.contains("age") && why.contains("30"), "{why}");
    let answered = |id: &str| all.answers.iter().any(|answer| *answer.programme == *id);
    assert!(answered("de/blue-card") && !answered("de/opportunity-card"));
    // So does a programme that is asked alone.
    let alone = |id: &str| library.read_any_profile(ENGINEER, id, Some(on), on);
    assert!(alone("de/blue-card").is_ok());
    assert_eq!(alone("de/opportunity-card").unwrap_err()[0].key, "age");
    // What the person states goes before what cannot be derived.
    let json = ENGINEER.replacen('{', r#"{ "de": { "age": 30 },"#, 1);
    let person = library.read_person(&json).unwrap();
    let all = library.assess_everywhere(&person, on, false);
    assert!(all.unusable.is_empty(), "{:?}", all.unusable);
}
