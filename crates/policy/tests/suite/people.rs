//! What each country derives from the example people, and what every programme says of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use feel::Value;
use feel::temporal::Date;
use policy::Library;
use policy::assessment::{Figure, Outcome};
use serde_json::{Value as Json, json};

use crate::packs;

/// The example people by the names of their files.
fn people() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/people");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The facts of every country that has a `profile.md`, one a line.
fn derived(library: &Library, json: &str) -> String {
    let person = library.read_person(json).unwrap();
    let on = person.on.unwrap();
    let mut said = String::new();
    for country in library.countries() {
        let facts = library.facts_of(&person, &country.id, on).unwrap().facts;
        writeln!(said, "{}", country.id).unwrap();
        for (name, value) in facts {
            writeln!(said, "  {name} = {value}").unwrap();
        }
    }
    said
}

/// Outcome, score and what is missing, by programme.
fn answers(library: &Library, json: &str) -> String {
    let person = library.read_person(json).unwrap();
    let everywhere = library.assess_everywhere(&person, person.on.unwrap(), false);
    assert!(everywhere.unusable.is_empty(), "{:?}", everywhere.unusable);
    let mut answers = everywhere.answers;
    answers.sort_by(|a, b| a.programme.cmp(&b.programme));
    let mut said = String::new();
    for answer in answers {
        let outcome = match &answer.outcome {
            Outcome::Decided(outcome) => outcome.value.to_string(),
            Outcome::Undecided(_) => "undecided".to_owned(),
        };
        let score = match &answer.score {
            None => String::new(),
            Some(Figure::Exactly(score)) => format!(", {score} points"),
            Some(Figure::Between(least, most)) => format!(", {least} to {most} points"),
            Some(Figure::Unknown) => ", unknown points".to_owned(),
        };
        writeln!(said, "{}: {outcome}{score}", answer.programme).unwrap();
        for missing in &answer.missing {
            writeln!(said, "  ? {}", missing.name).unwrap();
        }
    }
    for (programme, error) in everywhere.without {
        writeln!(said, "{programme}: {error}").unwrap();
    }
    said
}

#[test]
fn facts_of_the_example_people() {
    let library = packs::load();
    for (name, json) in people() {
        expect_file![format!("people/{name}.facts")].assert_eq(&derived(&library, &json));
    }
}

#[test]
fn every_programme_of_the_example_people() {
    let library = packs::load();
    for (name, json) in people() {
        expect_file![format!("people/{name}.answers")].assert_eq(&answers(&library, &json));
    }
}

/// A value as JSON writes it.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Boolean(yes) => json!(yes),
        Value::String(text) => json!(&**text),
        Value::Date(day) => json!(day.to_string()),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        other => panic!("no fact is {other}"),
    }
}

/// The facts that the `profile.md` of a country says it derives: its headings that name a fact.
fn promised(library: &Library, country: &str) -> BTreeSet<String> {
    let path = format!("{}/../../packs/{country}/profile.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let vocabulary = &library.country(country).unwrap().vocabulary;
    let headings = text.lines().filter(|line| line.starts_with("## "));
    headings
        .filter_map(|heading| heading.rsplit_once(" → ")?.1.split_once(':'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| vocabulary.fact(name).is_some())
        .collect()
}

/// Each case is a fragment of a profile, the day, and the facts that follow; `null` is what must
/// stay unknown. Every fact that the country derives is derived in some case.
fn wrong_facts(library: &Library, country: &str, cases: &str) -> String {
    let mut derived = BTreeSet::new();
    let mut wrong = String::new();
    for (i, case) in serde_json::from_str::<Vec<Json>>(cases).unwrap().iter().enumerate() {
        let person = library.read_person(&case["profile"].to_string()).unwrap();
        let on = Date::parse(case["on"].as_str().unwrap()).unwrap();
        let facts = library.facts_of(&person, country, on).unwrap().facts;
        for (name, expected) in case["facts"].as_object().unwrap() {
            let found = facts.get(name.as_str()).map_or(Json::Null, json_of);
            // A number is the same with and without zeros behind its point.
            let same = match (found.as_f64(), expected.as_f64()) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                _ => found == *expected,
            };
            if !same {
                writeln!(wrong, "{country} case {i}: {name} is {found}, not {expected}").unwrap();
            }
            if !expected.is_null() {
                derived.insert(name.clone());
            }
        }
    }
    for name in promised(library, country).difference(&derived) {
        writeln!(wrong, "{country}: no case derives {name}").unwrap();
    }
    wrong
}

#[test]
fn facts_of_every_country() {
    let library = packs::load();
    let countries = [
        ("at", include_str!("derivations/at.json")),
        ("au", include_str!("derivations/au.json")),
        ("ca", include_str!("derivations/ca.json")),
        ("cn", include_str!("derivations/cn.json")),
        ("de", include_str!("derivations/de.json")),
        ("gb", include_str!("derivations/gb.json")),
        ("jp", include_str!("derivations/jp.json")),
        ("kr", include_str!("derivations/kr.json")),
        ("nz", include_str!("derivations/nz.json")),
        ("sg", include_str!("derivations/sg.json")),
        ("us", include_str!("derivations/us.json")),
    ];
    let wrong: String =
        countries.iter().map(|(country, cases)| wrong_facts(&library, country, cases)).collect();
    assert!(wrong.is_empty(), "{wrong}");
    let derived = library.countries().iter().filter(|country| {
        let path = format!("{}/../../packs/{}/profile.md", env!("CARGO_MANIFEST_DIR"), country.id);
        Path::new(&path).exists()
    });
    assert_eq!(derived.count(), countries.len(), "every country that derives facts is checked");
}
