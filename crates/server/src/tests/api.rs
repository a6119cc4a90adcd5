//! The API.

use axum::body::Body;
use axum::http::{Request, header};
use feel::temporal::Date;
use policy::assessment::Language;
use serde_json::{Value, json};

use super::{Answer, LIBRARY, ask, get};
use crate::description::DESCRIPTION;

fn assess(body: &str) -> (Answer, Value) {
    send("/api/v1/assess", body)
}

fn send(path: &str, body: &str) -> (Answer, Value) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()));
    let answer = ask(request.unwrap());
    let json = serde_json::from_str(&answer.body).unwrap();
    (answer, json)
}

#[track_caller]
fn check_problem(body: &str, status: u16, code: &str, words: &str) {
    let (answer, json) = assess(body);
    answer.is(status);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
    assert_eq!(json["type"], format!("urn:xianlu:problem:{code}"), "{json}");
    assert_eq!(json["status"], status);
    assert!(json.to_string().contains(words), "no `{words}` in {json}");
}

#[test]
fn an_assessment_names_its_grounds() {
    let body = json!({
        "programme": "cn/work-permit", "on": "2026-11-23", "place": "Shanghai",
        "profile": { "birth_date": "1996-05-04", "education_level": "doctorate" }
    });
    let (answer, json) = assess(&body.to_string());
    answer.is(200);
    assert_eq!(json["outcome"], "undecided");
    assert!(!json["missing"].as_array().unwrap().is_empty());
    assert_eq!(json["place"], "310000");
    assert_eq!(json["sub_scores"]["age_points"].to_string(), "15");
}

#[test]
fn problems_say_what_and_where() {
    let with = |key: &str, value: Value| {
        let mut body = json!({
            "programme": "cn/work-permit", "on": "2026-11-23", "place": "310000", "profile": {}
        });
        body[key] = value;
        body.to_string()
    };
    check_problem("{", 400, "request", "line 1");
    check_problem("[]", 400, "request", "work-permit");
    check_problem(&with("programe", json!(1)), 400, "request", "programe");
    check_problem(&with("programme", json!("cn/workpermit")), 422, "programme", "cn/work-permit");
    check_problem(&with("on", json!("2026-02-30")), 422, "day", "2026-02-30");
    check_problem(&with("on", json!("2010-01-01")), 422, "no-version", "2016");
    check_problem(&with("place", json!("Shanghigh")), 422, "unknown-place", "Shanghai");
    check_problem(&with("lang", json!("fr")), 422, "language", "fr");
    let profile =
        json!({ "education": "doctorate", "annual_salary": -1, "birth_date": "2001-02-30" });
    check_problem(&with("profile", profile.clone()), 422, "profile", "#/profile/education");
    check_problem(&with("profile", profile), 422, "profile", "#/profile/annual_salary");
    let large = "x".repeat(10 << 20);
    check_problem(&with("profile", json!({ "x": large })), 413, "too-large", "bytes");
}

#[test]
fn one_person_by_every_programme() {
    let person: Value =
        serde_json::from_str(include_str!("../../../../examples/people/nurse.json")).unwrap();
    let body = json!({ "on": "2026-11-02", "lang": "zh", "profile": person });
    let (answer, json) = send("/api/v1/assess-all", &body.to_string());
    answer.is(200);
    assert_eq!(json["on"], "2026-11-02");
    let assessments = json["assessments"].as_array().unwrap();
    assert_eq!(
        assessments.len() + json["without"].as_array().unwrap().len(),
        LIBRARY.programmes().count()
    );
    let read = LIBRARY.read_person(&person.to_string()).unwrap();
    let all = LIBRARY.assess_everywhere(&read, Date::parse("2026-11-02").unwrap(), false);
    for (answer, json) in all.answers.iter().zip(assessments) {
        assert_eq!(policy::json::assessment(answer, Language::Zh), *json);
    }
    for without in json["without"].as_array().unwrap() {
        assert_eq!(without["code"], "no-version", "{without}");
    }
    // The same person by one programme.
    let body = json!({ "programme": "ca/express-entry-crs", "on": "2026-11-02", "lang": "zh", "profile": person });
    let (_, one) = assess(&body.to_string());
    let same = assessments.iter().find(|other| other["programme"] == one["programme"]).unwrap();
    assert_eq!((&one["score"], &one["sub_scores"]), (&same["score"], &same["sub_scores"]));
}

#[test]
fn every_fault_of_a_person_is_told_by_key_reason_and_what_is_allowed() {
    let body = json!({ "profile": {
        "birth_date": "1990-02-30",
        "work": [{ "country": "XX", "start": "2015-01-01" }],
        "offer": { "country": "SG", "pay": { "amount": 9000, "currency": "SGD" } },
        "languages": [{ "language": "en", "test": "ielts_general", "scores": { "listening": 9.3 } }],
        "educatoin": [],
    } });
    let (answer, json) = send("/api/v1/assess-all", &body.to_string());
    answer.is(422);
    assert_eq!(json["type"], "urn:xianlu:problem:profile");
    let errors = json["errors"].as_array().unwrap();
    for (key, pointer, reason, allowed) in [
        ("birth_date", "#/profile/birth_date", "1990-02-30", "2026-11-23"),
        ("work[0].country", "#/profile/work/0/country", "XX", "AX"),
        ("offer.pay.period", "#/profile/offer/pay/period", "", "month"),
        ("languages[0].scores.listening", "#/profile/languages/0/scores/listening", "9.3", "9"),
        ("educatoin", "#/profile/educatoin", "", "education"),
    ] {
        let error =
            errors.iter().find(|error| error["key"] == key).unwrap_or_else(|| panic!("{json}"));
        assert_eq!(error["pointer"], pointer);
        for language in ["zh", "en"] {
            let message = error["message"][language].as_str().unwrap();
            assert!(!message.is_empty() && message.contains(reason), "{error}");
            assert!(error["help"][language].as_str().unwrap().contains(allowed), "{error}");
        }
    }
    let check = |body: &str, status: u16, words: &str| {
        let (answer, _) = send("/api/v1/assess-all", body);
        answer.is(status).has(words);
    };
    check("{\"profile\": {", 400, "line 1");
    check("{\"profile\": {}, \"place\": \"CA\"}", 400, "place");
    check("{\"profile\": []}", 422, "object");
    check("{\"profile\": {}, \"on\": \"2026-02-30\"}", 422, "2026-02-30");
    check("{\"profile\": {}, \"lang\": \"fr\"}", 422, "fr");
    check("{\"profile\": {\"work\": [], \"work\": []}}", 422, "more than once");
    check(
        &format!("{{\"profile\": {{\"work\": {}1{}}}}}", "[".repeat(90_000), "]".repeat(90_000)),
        422,
        "work[0]",
    );
    check(&format!("{{\"profile\": \"{}\"}}", "x".repeat(10 << 20)), 413, "bytes");
    let request = Request::post("/api/v1/assess-all").body(Body::from("{}")).unwrap();
    ask(request).is(415);
}

#[test]
fn other_kinds_of_body_are_refused() {
    let request = Request::post("/api/v1/assess").body(Body::from("{}")).unwrap();
    ask(request).is(415);
    let request = Request::get("/api/v1/assess").body(Body::empty()).unwrap();
    ask(request).is(405).has("urn:xianlu:problem:method");
    get("/api/v2").is(404).has("urn:xianlu:problem:not-found");
}

#[test]
fn programmes_are_listed_with_their_facts() {
    let answer = get("/api/v1/programmes");
    let json: Value = serde_json::from_str(&answer.is(200).body).unwrap();
    let programmes = json["programmes"].as_array().unwrap();
    let permit = programmes.iter().find(|programme| programme["id"] == "cn/work-permit").unwrap();
    assert_eq!(permit["outcomes"][0]["value"], "A");
    assert!(permit["facts"].as_array().unwrap().len() > 20);
}

#[test]
fn the_registry_is_the_same_as_that_of_the_packs() {
    let answer = get("/api/v1/coverage");
    let json: Value = serde_json::from_str(&answer.is(200).body).unwrap();
    assert_eq!(json, policy::json::coverage(&super::LIBRARY));
    let packs = json["packs"].as_array().unwrap();
    let britain = packs.iter().find(|pack| pack["id"] == "gb").unwrap();
    let programmes = britain["programmes"].as_array().unwrap();
    let skilled = programmes.iter().find(|known| known["id"] == "gb/skilled-worker").unwrap();
    let version = &skilled["versions"][0];
    assert_eq!(version["checked_until"], "2025-12-06");
    assert_eq!(version["periods"][0]["from"], "2025-07-22");
    assert_eq!(version["sources"][0]["instrument"], "gb/appendix-skilled-worker");
    assert!(!skilled["not_covered"].as_array().unwrap().is_empty());
}

#[test]
fn the_description_tells_of_every_address() {
    let json: &Value = &DESCRIPTION;
    assert_eq!(json["openapi"], "3.1.0");
    let paths = json["paths"].as_object().unwrap();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let request = Request::builder().method(method.as_str()).uri(path);
            let answer = ask(request.body(Body::empty()).unwrap());
            let nothing = answer.body.contains("urn:xianlu:problem:not-found");
            assert!(!nothing && answer.status.as_u16() != 405, "{method} {path}");
        }
    }
    let routes = include_str!("../routes.rs");
    for path in routes.split("route(\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let page = !path.starts_with("/api/") && !["/healthz", "/readyz"].contains(&path);
        assert!(page || paths.contains_key(path), "{path} is not described");
    }
    get("/api/openapi.json").is(200).has("3.1.0");
}
