//! What was done in cases, as OCEL 2.0 and CSV.

use std::collections::BTreeSet;

use casework::action::Verdict;
use casework::{Action, What, export};
use expect_test::expect_file;
use serde_json::{Value, json};

use crate::common::{Story, corrected, decide, propose, request, served};

/// A case with a correction and a decision that is withdrawn.
fn story() -> Story {
    let mut story = Story::submitted("cn/work-permit", "2026-11-02");
    story.does("zhao", "2026-11-03", request(&[("passport", Some("p1"))]));
    story.does(
        "zhao",
        "2026-11-03",
        What::ServeCorrection { served: crate::common::at("2026-11-03") },
    );
    story.does("maria", "2026-11-04", corrected(&[("passport", "maria-schmidt.pdf")]));
    story.does("zhao", "2026-11-05", What::Accept).does("qian", "2026-11-05", What::StartReview);
    story.refused("qian", "li", "2026-11-09");
    story.does(
        "zhou",
        "2026-11-10",
        What::AnnulDecision { reason: "maria was wronged".to_owned() },
    );
    story.does("qian", "2026-11-10", propose(&[]));
    story.does("li", "2026-11-11", decide(Verdict::Granted));
    story.does("qian", "2026-11-12", served("2026-11-12"));
    story
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value.as_array().unwrap();
    list.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

/// What the JSON schema of OCEL 2.0 asks for, and that everything that is named is there.
fn valid(log: &Value) {
    for key in log.as_object().unwrap().keys() {
        assert!(
            ["objectTypes", "eventTypes", "objects", "events"].contains(&key.as_str()),
            "{key}"
        );
    }
    let kinds = ["string", "time", "integer", "float", "boolean"];
    let mut attributes = std::collections::BTreeMap::new();
    for (group, kind) in [("objectTypes", "objects"), ("eventTypes", "events")] {
        for of in log[group].as_array().unwrap() {
            for attribute in of["attributes"].as_array().unwrap() {
                assert!(kinds.contains(&attribute["type"].as_str().unwrap()));
            }
            let names: BTreeSet<String> = texts(&of["attributes"], "name").into_iter().collect();
            attributes.insert((kind, of["name"].as_str().unwrap().to_owned()), names);
        }
    }
    let objects: BTreeSet<String> = texts(&log["objects"], "id").into_iter().collect();
    assert_eq!(objects.len(), log["objects"].as_array().unwrap().len(), "identifiers are unique");
    let events: BTreeSet<String> = texts(&log["events"], "id").into_iter().collect();
    assert_eq!(events.len(), log["events"].as_array().unwrap().len(), "identifiers are unique");
    for kind in ["objects", "events"] {
        for of in log[kind].as_array().unwrap() {
            let names = &attributes[&(kind, of["type"].as_str().unwrap().to_owned())];
            for attribute in of["attributes"].as_array().unwrap() {
                assert!(names.contains(attribute["name"].as_str().unwrap()), "{attribute}");
                assert!(attribute["value"].is_string());
                if kind == "objects" {
                    attribute["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
                }
            }
            for relationship in of["relationships"].as_array().unwrap() {
                assert!(objects.contains(relationship["objectId"].as_str().unwrap()));
                assert!(!relationship["qualifier"].as_str().unwrap().is_empty());
            }
        }
    }
    for event in log["events"].as_array().unwrap() {
        event["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    }
}

#[test]
fn actions_are_events_of_cases_people_departments_documents_and_decisions() {
    let story = story();
    let log = serde_json::to_value(export::ocel([story.log.as_slice()])).unwrap();
    valid(&log);
    let written = serde_json::to_string_pretty(&log).unwrap() + "\n";
    expect_file!["../export/work-permit.ocel.json"].assert_eq(&written);
    assert_eq!(
        texts(&log["objectTypes"], "name"),
        ["case", "person", "department", "document", "decision"]
    );
    assert_eq!(log["events"].as_array().unwrap().len(), story.log.len());
    let event = |kind: &str| {
        let all = log["events"].as_array().unwrap();
        all.iter().rev().find(|event| event["type"] == kind).unwrap().clone()
    };
    let related = |kind: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let relations = event(kind)["relationships"].as_array().unwrap().clone();
        relations.iter().map(|one| (text(&one["qualifier"]), text(&one["objectId"]))).collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        related("request-correction"),
        [
            pair("case", "case:TM-1"),
            pair("actor", "person:person-2"),
            pair("department", "department:foreign-expert-authority"),
            pair("faulted", "document:TM-1/1"),
        ]
    );
    assert!(related("correct").contains(&pair("handed in", "document:TM-1/3")));
    assert!(related("annul-decision").contains(&pair("withdrawn", "decision:TM-1/1")));
    assert!(related("serve-decision").contains(&pair("served", "decision:TM-1/2")));
    let verdict = json!({ "name": "verdict", "value": "granted" });
    assert!(event("decide")["attributes"].as_array().unwrap().contains(&verdict));
    assert_eq!(event("submit")["time"], "2026-11-02T01:00:00Z");
}

#[test]
fn nothing_personal_leaves_the_cases() {
    let story = story();
    let ocel = serde_json::to_string(&export::ocel([story.log.as_slice()])).unwrap();
    let csv = export::csv([story.log.as_slice()]).unwrap();
    for text in [&ocel, &csv] {
        for secret in ["maria", "zhao", "E1", "2026-12-20", "pdf", "degree fits", "legible"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[test]
fn the_same_people_and_departments_are_the_same_objects_in_all_cases() {
    let one = story().log;
    let mut other = one.clone();
    for action in &mut other {
        action.case = "TM-2".to_owned();
    }
    let log = serde_json::to_value(export::ocel([one.as_slice(), other.as_slice()])).unwrap();
    valid(&log);
    let ids = texts(&log["objects"], "id");
    let people = ids.iter().filter(|id| id.starts_with("person:")).count();
    assert_eq!(people, 5, "{ids:?}");
    assert!(ids.contains(&"document:TM-2/3".to_owned()));
}

#[test]
fn a_table_has_a_line_for_each_action_and_no_formula() {
    let mut log: Vec<Action> = story().log;
    for action in &mut log {
        action.case = "=HYPERLINK(\"x\")".to_owned();
    }
    log[0].actor.department = Some("@department".to_owned());
    log[1].actor.department = Some("-1+2, \"quoted\"".to_owned());
    log[2].actor.department = Some("+1".to_owned());
    log[3].actor.department = Some("\t=1".to_owned());
    let text = export::csv([log.as_slice()]).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), export::COLUMNS);
    expect_file!["../export/formulas.csv"].assert_eq(&text);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), log.len());
    for row in &rows {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let departments: Vec<&str> = rows.iter().take(4).map(|row| &row[7]).collect();
    assert_eq!(departments, ["'@department", "'-1+2, \"quoted\"", "'+1", "'\t=1"]);
    assert_eq!(&rows[0][0], "'=HYPERLINK(\"x\")");
    assert_eq!(
        rows[2].iter().skip(1).take(4).collect::<Vec<_>>(),
        ["cn/work-permit", "3", "submit", "2026-11-02T01:00:00Z"]
    );
}
