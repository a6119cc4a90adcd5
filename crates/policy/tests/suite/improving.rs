//! What would better an outcome: the least changes, and nothing but what a person can change.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use feel::{Number, Value};
use policy::Library;
use policy::assess::Request;
use policy::assessment::{Assessment, Improvement, Outcome};
use proptest::prelude::*;

use crate::zz;

fn outcome(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Decided(outcome) => &outcome.value,
        Outcome::Undecided(_) => "undecided",
    }
}

fn describe(improvement: &Improvement) -> String {
    let changes: Vec<String> = improvement
        .changes
        .iter()
        .map(|change| {
            format!("{}: {} → {} ({})", change.label.en, change.from.en, change.to.en, change.value)
        })
        .collect();
    let score = match improvement.score {
        Some(policy::assessment::Figure::Exactly(score)) => score.to_string(),
        _ => "?".to_owned(),
    };
    let reasons: Vec<String> = improvement
        .reasons
        .iter()
        .map(|reason| {
            let row = reason.row.as_ref().map_or("", |row| row.id.as_str());
            format!("{} {row}", reason.decision)
        })
        .collect();
    format!(
        "{}{}: {} with {score} points, cost {} [{}]",
        if improvement.reaches { "" } else { "(points only) " },
        changes.join(" and "),
        outcome(&improvement.outcome),
        improvement.cost,
        reasons.join(", "),
    )
}

fn improved(library: &Library, json: &str, on: &str, place: &str) -> Assessment {
    zz::assess_at(library, "zz/permit", json, on, place, true).unwrap()
}

#[track_caller]
fn check_at(json: &str, on: &str, place: &str, expected: Expect) {
    check_with(&zz::files(), json, on, place, expected);
}

#[track_caller]
fn check_with(
    files: &BTreeMap<String, String>,
    json: &str,
    on: &str,
    place: &str,
    expected: Expect,
) {
    let library = zz::load(files);
    let assessment = improved(&library, json, on, place);
    let mut said = vec![outcome(&assessment.outcome).to_owned()];
    said.extend(assessment.improvements.iter().map(describe));
    expected.assert_eq(&said.join("\n"));
}

#[track_caller]
fn check(json: &str, expected: Expect) {
    check_at(json, "2025-06-01", "1", expected);
}

#[test]
fn the_least_of_each_change() {
    check(
        zz::PERSON,
        expect![[r#"
            B
            annual salary: 300,000 dollars → 600,000 dollars (600000): A with 75 points, cost 6 [route_a_points , salary_points 1]
            (points only) language level: 1 → 2 (2): B with 57 points, cost 1 [language_points ]
            (points only) annual salary: 300,000 dollars → 400,000 dollars (400000): B with 65 points, cost 3 [salary_points 2]
            (points only) skills: Welding → Welding, Nursing (["welding", "nursing"]): B with 62 points, cost 8 [experience_points 3]
            (points only) Day of the application: 1 June 2025 → in 2 years (1 June 2027) (date("2027-06-01")): B with 57 points, cost 8 [experience_points 1]"#]],
    );
}

#[test]
fn one_step_short() {
    let json = r#"{"age": 30, "degree": "bachelor", "salary": 450000, "language": 3,
                   "skills": ["welding"], "clean_record": true, "years": 3}"#;
    check(
        json,
        expect![[r#"
        B
        language level: 3 → 4 (4): A with 71 points, cost 1 [route_a_points , language_points ]
        annual salary: 450,000 dollars → 600,000 dollars (600000): A with 79 points, cost 3 [route_a_points , salary_points 1]
        skills: Welding → Welding, Nursing (["welding", "nursing"]): A with 76 points, cost 8 [route_a_points , experience_points 3]
        Day of the application: 1 June 2025 → in 2 years (1 June 2027) (date("2027-06-01")): A with 71 points, cost 8 [route_a_points , experience_points 1]
        highest degree: Bachelor → Doctorate ("doctorate"): A with 79 points, cost 20 [route_a_points , degree_points 1]"#]],
    );
}

#[test]
fn the_best_outcome_needs_nothing() {
    let json = r#"{"age": 30, "degree": "doctorate", "salary": 900000, "language": 0,
                   "skills": [], "clean_record": true, "years": 9}"#;
    check(json, expect!["A"]);
}

#[test]
fn nothing_is_said_while_the_outcome_is_open() {
    check(r#"{"age": 30, "salary": 300000}"#, expect!["undecided"]);
}

#[test]
fn a_fact_that_is_not_known_is_not_relied_on() {
    let json = r#"{"age": 30, "degree": "bachelor", "salary": 300000, "language": 1,
                   "clean_record": true, "years": 6}"#;
    check(json, expect!["undecided"]);
}

#[test]
fn what_nobody_can_change_stays() {
    let json = r#"{"age": 30, "degree": "none", "salary": 0, "language": 0, "skills": [],
                   "clean_record": false, "years": 0}"#;
    check(json, expect!["none"]);
}

#[test]
fn waiting_counts_years_and_the_rules_of_the_later_day() {
    let json = r#"{"age": 17, "degree": "bachelor", "salary": 300000, "language": 6,
                   "skills": [], "clean_record": true, "years": 1}"#;
    check_at(
        json,
        "2023-06-01",
        "2",
        expect![[r#"
            none
            Day of the application: 1 June 2023 → in 1 year (1 June 2024) (date("2024-06-01")): B with 65 points, cost 4 [condition_age , age_limit default, experience_points 2]"#]],
    );
}

#[test]
fn two_changes_where_one_does_not_suffice() {
    let json = r#"{"age": 30, "degree": "none", "salary": 100000, "language": 0,
                   "skills": ["welding"], "clean_record": true, "years": 0}"#;
    let files = zz::edited(&[(zz::PROGRAMME, "limit = 2000000", "limit = 599999")]);
    check_with(
        &files,
        json,
        "2025-06-01",
        "1",
        expect![[r#"
            none
            annual salary: 100,000 dollars → 400,000 dollars (400000) and skills: Welding → Welding, Nursing (["welding", "nursing"]): B with 50 points, cost 14 [route_b_points , salary_points 2, experience_points 3]
            highest degree: None → Bachelor ("bachelor") and annual salary: 100,000 dollars → 400,000 dollars (400000): B with 50 points, cost 26 [route_b_points , salary_points 2, degree_points 2]
            highest degree: None → Doctorate ("doctorate") and annual salary: 100,000 dollars → 200,000 dollars (200000): B with 50 points, cost 43 [route_b_points , salary_points 3, degree_points 1]
            highest degree: None → Doctorate ("doctorate") and skills: Welding → Welding, Nursing (["welding", "nursing"]): B with 50 points, cost 48 [route_b_points , degree_points 1, experience_points 3]
            (points only) language level: 0 → 1 (1): none with 2 points, cost 1 [language_points ]"#]],
    );
}

#[test]
fn another_place_has_other_rules() {
    let json = r#"{"age": 68, "degree": "doctorate", "salary": 300000, "language": 0,
                   "skills": [], "clean_record": true, "years": 9}"#;
    check_at(
        json,
        "2025-06-01",
        "2",
        expect![[r#"
            none
            Place of the application: South → North ("1"): B with 65 points, cost 6 [condition_age , age_limit 1]"#]],
    );
}

/// The profile after the changes of an improvement, and the day and place.
fn apply(
    improvement: &Improvement,
    profile: &policy::Profile,
    on: feel::temporal::Date,
    place: &str,
    less: bool,
) -> (policy::Profile, feel::temporal::Date, String) {
    let (mut profile, mut on, mut place) = (profile.clone(), on, place.to_owned());
    for change in &improvement.changes {
        match &*change.fact {
            "on" => {
                let text = change.value.trim_start_matches("date(\"").trim_end_matches("\")");
                let mut then = zz::date(text);
                if less {
                    then = then.add_months(-12).unwrap();
                }
                let years = i64::from(then.year() - on.year());
                for name in ["years", "age"] {
                    if let Some(Value::Number(number)) = profile.facts.get_mut(name) {
                        *number = number.checked_add(Number::from(years)).unwrap();
                    }
                }
                on = then;
            }
            "place" => place = change.value.trim_matches('"').to_owned(),
            fact => {
                let old = profile.facts.get(fact).unwrap().clone();
                let new = match &old {
                    Value::Number(_) => {
                        let number = Number::parse(&change.value).unwrap();
                        let step = if less { Number::ONE } else { Number::ZERO };
                        Value::Number(number.checked_sub(step).unwrap())
                    }
                    Value::String(_) => Value::string(change.value.trim_matches('"')),
                    Value::List(items) => {
                        let mut items = items.to_vec();
                        items.push(Value::string("nursing"));
                        Value::list(items)
                    }
                    other => other.clone(),
                };
                profile.facts.insert(fact.into(), new);
            }
        }
    }
    (profile, on, place)
}

fn rank(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Decided(outcome) => {
            ["A", "B", "none"].iter().position(|v| *v == &*outcome.value).unwrap()
        }
        Outcome::Undecided(_) => 9,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn suggestions_hold_what_they_promise(
        age in 15_i64..75,
        degree in prop::sample::select(vec!["none", "bachelor", "doctorate"]),
        salary in prop::sample::select(vec![0_i64, 150_000, 199_999, 300_000, 400_000, 599_999, 650_000]),
        language in 0_i64..=6,
        nursing in any::<bool>(),
        clean in prop::bool::weighted(0.9),
        years in 0_i64..10,
        place in prop::sample::select(vec!["1", "11", "2", "3"]),
        on in prop::sample::select(vec!["2022-03-01", "2023-06-01", "2024-12-31", "2025-07-01"]),
    ) {
        let skills = if nursing { "\"nursing\"" } else { "" };
        let json = format!(
            r#"{{"age": {age}, "degree": "{degree}", "salary": {salary}, "language": {language},
                "skills": [{skills}], "clean_record": {clean}, "years": {years}}}"#
        );
        let library = zz::load(&zz::files());
        let profile = library.read_profile(&json, "zz").unwrap();
        let day = zz::date(on);
        let request = Request { programme: "zz/permit", profile: &profile, on: day, place, improve: true };
        let before = library.assess(&request).unwrap();
        prop_assert!(before.improvements.len() <= 5);
        for improvement in &before.improvements {
            prop_assert!(improvement.changes.len() <= 2);
            for change in &improvement.changes {
                prop_assert!(!["age", "clean_record", "years"].contains(&&*change.fact));
            }
            let assess = |less| {
                let (profile, on, place) = apply(improvement, &profile, day, place, less);
                library.assess(&Request { profile: &profile, on, place: &place, improve: false, ..request })
            };
            let after = assess(false).unwrap();
            prop_assert_eq!(&after.outcome, &improvement.outcome, "{}", describe(improvement));
            prop_assert_eq!(after.score, improvement.score);
            if improvement.reaches {
                prop_assert!(rank(&after.outcome) < rank(&before.outcome));
            }
            // One step less of a single number or of a single wait does not do.
            let single = improvement.changes.len() == 1
                && ["salary", "language", "on"].contains(&&*improvement.changes[0].fact);
            if let (true, Ok(less)) = (single, assess(true)) {
                if improvement.reaches {
                    prop_assert!(
                        rank(&less.outcome) > rank(&after.outcome),
                        "{} {json} {on} {place}", describe(improvement)
                    );
                } else {
                    prop_assert!(less.score != after.score);
                }
            }
        }
    }
}
