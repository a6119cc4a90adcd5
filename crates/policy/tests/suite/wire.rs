//! The wire form of an assessment.

use expect_test::{Expect, expect};
use policy::assessment::Language;
use serde_json::Value;

use crate::zz;

fn wire(json: &str, place: &str, language: Language) -> Value {
    let library = zz::load(&zz::files());
    let assessment = zz::assess_at(&library, "zz/permit", json, "2025-06-01", place, true).unwrap();
    policy::json::assessment(&assessment, language)
}

/// Compares a part of the wire form.
#[track_caller]
fn check(value: &Value, pointer: &str, expected: Expect) {
    let part = value.pointer(pointer).unwrap_or(&Value::Null);
    expected.assert_eq(&serde_json::to_string_pretty(part).unwrap());
}

#[test]
fn the_keys_are_a_contract() {
    let value = wire(zz::PERSON, "1", Language::En);
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    expect!["programme on place outcome score threshold margin sub_scores eligible missing missing_for_score reasons sources why_not improve rule_versions evaluatedDecisions"].assert_eq(&keys.join(" "));
}

#[test]
fn sub_scores_beside_the_factors() {
    let programme = "zz/programmes/permit/programme.toml";
    let declared = "[[sub_score]]\ndecision = \"salary_wan\"\n\n[[factor]]";
    let files = zz::edited(&[
        (programme, "[[factor]]", declared),
        (programme, "score = \"points\"", "score = \"points\"\nscore_cap = 100"),
    ]);
    let library = zz::load(&files);
    let assess =
        |json| zz::assess_at(&library, "zz/permit", json, "2025-06-01", "1", false).unwrap();
    let assessment = assess(zz::PERSON);
    assert_eq!(assessment.score_cap.unwrap().to_string(), "100");
    let value = policy::json::assessment(&assessment, Language::En);
    check(
        &value,
        "/sub_scores",
        expect![[r#"
            {
              "salary_points": 20,
              "degree_points": 20,
              "language_points": 2,
              "experience_points": 13,
              "local_points": 0,
              "salary_wan": 30
            }"#]],
    );
    let value = policy::json::assessment(&assess("{}"), Language::En);
    check(&value, "/sub_scores/salary_wan", expect!["null"]);
}

#[test]
fn the_result() {
    let value = wire(zz::PERSON, "1", Language::En);
    for (key, expected) in [
        ("/programme", expect![[r#""zz/permit""#]]),
        ("/on", expect![[r#""2025-06-01""#]]),
        ("/place", expect![[r#""1""#]]),
        ("/outcome", expect![[r#""B""#]]),
        ("/eligible", expect!["true"]),
        ("/score", expect!["55"]),
        (
            "/sub_scores",
            expect![[r#"
            {
              "salary_points": 20,
              "degree_points": 20,
              "language_points": 2,
              "experience_points": 13,
              "local_points": 0
            }"#]],
        ),
        ("/missing", expect!["[]"]),
        (
            "/sources",
            expect![[r#"
            [
              {
                "instrument": "zz/law",
                "title": "Immigration Act",
                "number": "第1号",
                "item": "art. 5, (3)",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "art. 6",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 1, row 3",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 1",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 2, row 2",
                "confidence": "P-",
                "flagged": true
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 3",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 4, row 2",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/law",
                "title": "Immigration Act",
                "number": "第1号",
                "item": "art. 10",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/law",
                "title": "Immigration Act",
                "number": "第1号",
                "item": "art. 4",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz/law",
                "title": "Immigration Act",
                "number": "第1号",
                "item": "art. 2",
                "confidence": "P",
                "flagged": false
              },
              {
                "instrument": "zz-no/notice",
                "title": "Notice of North",
                "number": null,
                "item": "art. 1, (2)",
                "confidence": "P-",
                "flagged": true
              },
              {
                "instrument": "zz/law",
                "title": "Immigration Act",
                "number": "第1号",
                "item": "art. 3, (1)",
                "confidence": "S",
                "flagged": false
              },
              {
                "instrument": "zz-no/notice",
                "title": "Notice of North",
                "number": null,
                "item": "p. 1",
                "confidence": "P",
                "flagged": false
              }
            ]"#]],
        ),
        (
            "/rule_versions",
            expect![[r#"
            {
              "zz/programmes/permit/2024-01-01.md": {
                "pack": "zz",
                "from": "2024-01-01",
                "to": null,
                "source": {
                  "instrument": "zz/measures",
                  "title": "Points Measures",
                  "number": null,
                  "item": "",
                  "confidence": "P",
                  "flagged": false
                }
              },
              "zz-no/programmes/permit/2024-07-01.md": {
                "pack": "zz-no",
                "from": "2024-07-01",
                "to": null,
                "source": {
                  "instrument": "zz-no/notice",
                  "title": "Notice of North",
                  "number": null,
                  "item": "",
                  "confidence": "P-",
                  "flagged": true
                }
              }
            }"#]],
        ),
    ] {
        check(&value, key, expected);
    }
}

#[test]
fn a_reason_names_table_row_rule_and_law() {
    let value = wire(zz::PERSON, "1", Language::Zh);
    let reasons = value.pointer("/reasons").unwrap().as_array().unwrap();
    let points = reasons.iter().find(|r| r["decision"] == "salary_points").unwrap();
    check(
        points,
        "",
        expect![[r#"
            {
              "of": "factor",
              "decision": "salary_points",
              "title": "年薪积分",
              "points": 20,
              "cap": 40,
              "table": "salary_points",
              "table_title": "年薪积分",
              "row": 3,
              "rule": "3",
              "text": "年薪（万元）：不低于 20 且低于 40",
              "cells": [
                {
                  "expression": "salary_wan",
                  "label": "年薪（万元）",
                  "value": "30",
                  "test": "[20..40)",
                  "text": "不低于 20 且低于 40",
                  "holds": true
                }
              ],
              "output": "20",
              "source": {
                "instrument": "zz/measures",
                "title": "积分办法",
                "number": null,
                "item": "item 1, row 3",
                "confidence": "P",
                "flagged": false
              }
            }"#]],
    );
    let route = reasons.iter().find(|r| r["of"] == "route").unwrap();
    check(
        route,
        "",
        expect![[r#"
        {
          "of": "route",
          "decision": "route_b_points",
          "title": "积分达到B类",
          "holds": true,
          "outcome": "B",
          "table": "route_b_points",
          "table_title": "积分达到B类",
          "row": null,
          "rule": null,
          "text": "总分：不低于 50",
          "cells": [
            {
              "expression": "points",
              "label": "总分",
              "value": "55",
              "test": ">= 50",
              "text": "不低于 50",
              "holds": true
            }
          ],
          "output": "true",
          "source": {
            "instrument": "zz/measures",
            "title": "积分办法",
            "number": null,
            "item": "art. 6",
            "confidence": "P",
            "flagged": false
          }
        }"#]],
    );
}

#[test]
fn why_not() {
    let value = wire(zz::PERSON, "1", Language::En);
    let all = value.pointer("/why_not").unwrap().as_array().unwrap();
    let route = all.iter().find(|r| r["decision"] == "route_a_pay").unwrap();
    check(
        route,
        "",
        expect![[r#"
            {
              "of": "route",
              "decision": "route_a_pay",
              "title": "High pay",
              "holds": false,
              "outcome": "A",
              "table": "route_a_pay",
              "table_title": "High pay",
              "row": 1,
              "rule": "1",
              "text": "annual salary is 300,000 dollars (required: at least 6 × average wage = 720,000 dollars)",
              "cells": [
                {
                  "expression": "salary",
                  "label": "annual salary",
                  "value": "300,000 dollars",
                  "test": ">= 6 * wage",
                  "text": "at least 6 × average wage = 720,000 dollars",
                  "holds": false
                }
              ],
              "output": "true",
              "source": {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "art. 7, (1)",
                "confidence": "P",
                "flagged": false
              }
            }"#]],
    );
}

#[test]
fn improvements() {
    let value = wire(zz::PERSON, "1", Language::En);
    check(
        &value,
        "/improve/0",
        expect![[r#"
        {
          "changes": [
            {
              "fact": "salary",
              "label": "annual salary",
              "from": "300,000 dollars",
              "to": "600,000 dollars",
              "value": "600000",
              "advice": null
            }
          ],
          "outcome": "A",
          "score": 75,
          "reaches": true,
          "cost": 6,
          "reasons": [
            {
              "table": "route_a_points",
              "table_title": "Points for A",
              "row": null,
              "rule": null,
              "text": "Total: at least 70",
              "cells": [
                {
                  "expression": "points",
                  "label": "Total",
                  "value": "75",
                  "test": ">= 70",
                  "text": "at least 70",
                  "holds": true
                }
              ],
              "output": "true",
              "source": {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "art. 5",
                "confidence": "P",
                "flagged": false
              }
            },
            {
              "table": "salary_points",
              "table_title": "Points for salary",
              "row": 1,
              "rule": "1",
              "text": "salary of 600,000 up",
              "cells": [
                {
                  "expression": "salary_wan",
                  "label": "Salary in 10,000",
                  "value": "60",
                  "test": ">= 60",
                  "text": "at least 60",
                  "holds": true
                }
              ],
              "output": "40",
              "source": {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 1, row 1",
                "confidence": "P",
                "flagged": false
              }
            }
          ]
        }"#]],
    );
}

#[test]
fn evaluated_decisions_have_the_form_of_the_field() {
    let value = wire(zz::PERSON, "1", Language::En);
    let all = value.pointer("/evaluatedDecisions").unwrap().as_array().unwrap();
    let find = |name: &str| all.iter().find(|d| d["decisionId"] == name).unwrap();
    check(
        find("degree_points"),
        "",
        expect![[r#"
        {
          "decisionId": "degree_points",
          "decisionName": "Points for degree",
          "decisionType": "DECISION_TABLE",
          "output": 20,
          "evaluatedInputs": [
            {
              "inputId": "degree",
              "inputName": "highest degree",
              "inputValue": "bachelor"
            }
          ],
          "matchedRules": [
            {
              "ruleId": "2",
              "ruleIndex": 2,
              "evaluatedOutputs": [
                {
                  "outputName": "degree_points",
                  "outputValue": 20
                }
              ],
              "source": {
                "instrument": "zz/measures",
                "title": "Points Measures",
                "number": null,
                "item": "item 2, row 2",
                "confidence": "P-",
                "flagged": true
              }
            }
          ],
          "missing": [],
          "source": {
            "instrument": "zz/measures",
            "title": "Points Measures",
            "number": null,
            "item": "item 2",
            "confidence": "P",
            "flagged": false
          }
        }"#]],
    );
    check(
        find("salary_wan"),
        "",
        expect![[r#"
        {
          "decisionId": "salary_wan",
          "decisionName": "Salary in 10,000",
          "decisionType": "LITERAL_EXPRESSION",
          "output": 30,
          "evaluatedInputs": [
            {
              "inputId": "salary",
              "inputName": "annual salary",
              "inputValue": 300000
            }
          ],
          "matchedRules": [],
          "missing": [],
          "source": {
            "instrument": "zz/measures",
            "title": "Points Measures",
            "number": null,
            "item": "item 1",
            "confidence": "P",
            "flagged": false
          }
        }"#]],
    );
}

#[test]
fn what_is_undecided() {
    let value = wire(r#"{"age": 30, "clean_record": true}"#, "3", Language::En);
    check(&value, "/outcome", expect![[r#""undecided""#]]);
    check(
        &value,
        "/possible",
        expect![[r#"
        [
          "A",
          "B",
          "none"
        ]"#]],
    );
    check(&value, "/score", expect!["null"]);
    check(
        &value,
        "/missing/0",
        expect![[r#"
        {
          "name": "degree",
          "label": "highest degree",
          "kind": "fact",
          "matter": "you",
          "needed_for": [
            "Points for A",
            "Points for B",
            "Points for degree"
          ],
          "help": null
        }"#]],
    );
    let missing = value.pointer("/missing").unwrap().as_array().unwrap();
    let wage = missing.iter().find(|m| m["name"] == "wage").unwrap();
    check(
        wage,
        "",
        expect![[r#"
        {
          "name": "wage",
          "label": "average wage",
          "kind": "parameter",
          "matter": null,
          "needed_for": [
            "High pay"
          ],
          "help": "The packs hold no value for East on 1 June 2025. Choose another place or day, or add the value with its source to the file in `parameters`."
        }"#]],
    );
}

#[test]
fn numbers_keep_their_digits() {
    let number = feel::Number::parse("123456789012345678901234.5678901234").unwrap();
    assert_eq!(policy::json::number(number).to_string(), "123456789012345678901234.5678901234");
    let number = feel::Number::parse("0.10").unwrap();
    assert_eq!(policy::json::number(number).to_string(), "0.1");
}
