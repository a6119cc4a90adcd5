//! A case from draft to archive, sent again, and in the way of another.

use serde_json::{Value, json};

use super::{Service, draft};
use crate::Scope;
use axum::body::Body;
use axum::http::{Request, header};
use tower::ServiceExt;

#[test]
fn from_draft_to_archive() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let state = service.show("maria", &case);
    assert_eq!((&state["status"], &state["version"]), (&json!("draft"), &json!(1)));
    let next = |state: &serde_json::Value| {
        let steps = state["next"].as_array().unwrap();
        steps.iter().map(|step| step["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(next(&state), ["save-draft", "withdraw"]);
    service.does("maria", &case, json!({ "save-draft": draft() })).is(201);
    assert_eq!(next(&service.show("maria", &case)), ["save-draft", "submit", "withdraw"]);
    service.does("maria", &case, json!("submit")).is(201);
    let state = service.show("zhao", &case);
    assert_eq!(next(&state), ["request-correction", "accept", "not-accept"]);
    assert_eq!(state["clocks"][0]["id"], "acceptance");
    assert_eq!(state["clocks"][0]["due"], "2026-11-09");
    assert_eq!(state["clocks"][0]["remaining"], 5);
    let missing = state["documents"]["missing"].as_array().unwrap();
    assert!(missing.iter().any(|document| document["id"] == "health"), "{missing:?}");
    let asked = json!({ "request-correction": { "notice": "n1", "items": [
        { "document": "health", "why": "it is missing" }
    ] } });
    service.does("zhao", &case, asked).is(201);
    // The person is told when it is served.
    assert_eq!(service.show("maria", &case)["corrections"], json!([]));
    let served = json!({ "serve-correction": { "served": "2026-11-02T01:00:00Z" } });
    service.does("zhao", &case, served).is(201);
    let state = service.show("maria", &case);
    assert_eq!(state["corrections"][0]["items"][0]["document"], "health");
    assert_eq!(next(&state), ["correct", "withdraw"]);
    service.on("2026-11-05");
    let corrected = json!({ "correct": {
        "documents": [{ "id": "h1", "kind": "health", "digest": "d" }]
    } });
    service.does("maria", &case, corrected).is(201);
    service.does("zhao", &case, json!("accept")).is(201);
    service.does("qian", &case, json!("start-review")).is(201);
    // What the rules say is asked by the server, and said again.
    let said = service.get(&service.token("qian"), &format!("/api/v1/cases/{case}/proposal"));
    said.is(200);
    assert_eq!((&said.json["on"], &said.json["place"]), (&json!("2026-11-02"), &json!("310000")));
    assert!(said.json["result"]["outcome"].is_string(), "{}", said.json);
    assert!(said.json["facts"]["passport_number"].is_null(), "the rules see no particulars");
    service.does("qian", &case, json!("propose")).is(201);
    let path = format!("/api/v1/cases/{case}/proposal/replay");
    let replayed = service.get(&service.token("li"), &path);
    replayed.is(200);
    assert_eq!(replayed.json["same"], true);
    assert_eq!(replayed.json["proposal"], said.json);
    service.confirm_all(&case);
    let decision = json!({ "decide": { "verdict": "granted", "reasons": "The degree fits." } });
    service.does("li", &case, decision).is(201);
    // How it was decided is told by serving it.
    let state = service.show("maria", &case);
    assert_eq!((&state["outcome"], &state["decision"]), (&json!(null), &json!(null)));
    assert_eq!(service.show("qian", &case)["decision"]["by"], "li");
    let served = json!({ "serve-decision": { "served": "2026-11-05T01:00:00Z" } });
    service.does("qian", &case, served).is(201);
    let state = service.show("maria", &case);
    assert_eq!(state["outcome"], "granted");
    assert_eq!(state["decision"]["reasons"], "The degree fits.");
    assert_eq!(state["decision"]["by"], json!(null), "who decided is the file's");
    service.does("qian", &case, json!("close")).is(201);
    assert_eq!(service.show("maria", &case)["status"], "closed");
    let letters = service.show("maria", &case)["letters"].clone();
    let letters: Vec<_> = letters.as_array().unwrap().iter().map(|one| &one["letter"]).collect();
    assert_eq!(letters, ["receipt", "correction", "acceptance", "decision"]);
}

#[test]
fn the_same_request_again_changes_nothing() {
    let service = Service::new();
    let token = service.token("maria");
    let opening = json!({ "id": "once", "procedure": "cn/work-permit", "place": "Shanghai" });
    let first = service.post(&token, "/api/v1/cases", &opening);
    first.is(201);
    let case = first.json["case"].as_str().unwrap();
    assert_eq!(first.answer.header(header::LOCATION), format!("/api/v1/cases/{case}"));
    let again = service.post(&token, "/api/v1/cases", &opening);
    again.is(200);
    assert_eq!((&again.json["case"], &again.json["repeated"]), (&first.json["case"], &json!(true)));
    let other = json!({ "id": "once", "procedure": "cn/work-permit", "place": "110000" });
    service.post(&token, "/api/v1/cases", &other).is_problem(422, "id-taken");
    // Another person's request of that name is another request.
    let theirs = service.post(&service.token("john"), "/api/v1/cases", &opening);
    theirs.is(201);
    assert_ne!(theirs.json["case"], first.json["case"]);

    let path = format!("/api/v1/cases/{case}/actions");
    let draft = json!({ "id": "d", "expected_version": 1, "what": { "save-draft": draft() } });
    assert_eq!(service.post(&token, &path, &draft).is(201).json["version"], 2);
    service.on("2026-11-03");
    let submit = json!({ "id": "s", "expected_version": 2, "what": "submit" });
    assert_eq!(service.post(&token, &path, &submit).is(201).json["version"], 3);
    // The first one again, after others and at another time.
    let again = service.post(&token, &path, &draft);
    again.is(200);
    let told = |key: &str| again.json[key].clone();
    assert_eq!(
        (told("action"), told("repeated"), told("version"), told("status")),
        (json!(2), json!(true), json!(2), json!("draft")),
        "what was answered then"
    );
    // Nor is anything taken that is to come after what is not there yet.
    let early = json!({ "id": "e", "expected_version": 4, "what": "accept" });
    for person in ["maria", "zhao"] {
        let token = service.token(person);
        let conflict = service.post(&token, &path, &early);
        assert_eq!(conflict.is_problem(409, "conflict").json["version"], 3);
    }
    let forged = json!({ "id": "s", "expected_version": 2, "what": "withdraw" });
    service.post(&token, &path, &forged).is_problem(422, "id-taken");
    assert_eq!(service.show("maria", case)["version"], 3);
}

#[test]
fn a_reference_that_another_case_has_is_not_given_again() {
    let service = Service::new();
    let (taken, free) =
        (service.cases.reference("maria", "x", 0), service.cases.reference("maria", "x", 1));
    let open = casework::What::Open {
        procedure: "cn/work-permit".to_owned(),
        place: Some("310000".to_owned()),
        reconsiders: None,
    };
    let theirs = casework::Action {
        id: "another".to_owned(),
        case: taken.clone(),
        expected_version: 0,
        at: service.time(),
        actor: super::actor("john"),
        on_behalf: None,
        what: open,
    };
    service.runtime.block_on(service.cases.desk.take(&theirs)).unwrap();
    let opening = json!({ "id": "x", "procedure": "cn/work-permit", "place": "310000" });
    let told = service.post(&service.token("maria"), "/api/v1/cases", &opening);
    assert_eq!(told.is(201).json["case"], free);
    // Nor when it is asked for again.
    let told = service.post(&service.token("maria"), "/api/v1/cases", &opening);
    assert_eq!(told.is(200).json["case"], free);
    service.get(&service.token("maria"), &format!("/api/v1/cases/{taken}")).is_problem(404, "case");
}

#[test]
fn whoever_declares_a_conflict_twice_is_answered_twice() {
    let service = Service::new();
    let case = service.submitted("maria");
    let token = service.token("qian");
    let path = format!("/api/v1/cases/{case}/actions");
    let what = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    let body = json!({ "id": "c", "expected_version": 3, "what": what });
    let first = service.post(&token, &path, &body);
    let again = service.post(&token, &path, &body);
    assert_eq!(again.is(200).json["version"], first.is(201).json["version"]);
    assert_eq!(again.json["repeated"], true);
    // Whoever did not, is told as before that there is no such case.
    let other = json!({ "id": "d", "expected_version": 3, "what": what });
    service.post(&token, &path, &other).is_problem(404, "case");
}

#[test]
fn the_identifier_may_stand_in_the_header() {
    let service = Service::new();
    let send = |key: Option<&str>, body: &str| {
        let mut request = Request::post("/api/v1/cases")
            .header(header::AUTHORIZATION, format!("Bearer {}", service.token("maria")))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        service.ask(request.body(Body::from(body.to_owned())).unwrap())
    };
    let bare = r#"{"procedure": "cn/work-permit"}"#;
    let named = r#"{"id": "k1", "procedure": "cn/work-permit"}"#;
    let first = send(Some("\"k1\""), bare);
    first.is(201);
    for (key, body) in [(Some("k1"), bare), (Some("k1"), named), (None, named)] {
        assert_eq!(send(key, body).is(200).json["case"], first.json["case"], "{key:?} {body}");
    }
    send(None, bare).is_problem(400, "id");
    send(Some("k2"), named).is_problem(400, "id");
    send(Some(&"k".repeat(201)), bare).is_problem(400, "id");
    send(Some("\"\""), bare).is_problem(400, "id");
    send(Some("system:1"), bare).is_problem(400, "id");
}

#[test]
fn of_two_that_act_at_once_one_is_told_what_the_other_did() {
    let service = Service::new();
    let case = service.submitted("maria");
    let path = format!("/api/v1/cases/{case}/actions");
    let accept = json!({ "id": "a", "expected_version": 3, "what": "accept" });
    service.post(&service.token("zhao"), &path, &accept).is(201);
    let withdraw = json!({ "id": "w", "expected_version": 3, "what": "withdraw" });
    let conflict = service.post(&service.token("maria"), &path, &withdraw);
    conflict.is_problem(409, "conflict");
    assert_eq!(conflict.json["version"], 4);
    assert_eq!(conflict.json["since"][0]["kind"], "accept");
    assert_eq!(conflict.json["since"][0]["person"], json!(null), "the officer has no name here");
    assert_eq!(conflict.json["errors"][0]["pointer"], "#/expected_version");
    assert!(conflict.json["message"]["zh"].is_string());
    // The case is usable.
    service.does("maria", &case, json!("withdraw")).is(201);
    // A version that is yet to come is a conflict too, and nothing was done since.
    let early = json!({ "id": "e", "expected_version": 99, "what": "close" });
    let conflict = service.post(&service.token("qian"), &path, &early);
    conflict.is_problem(409, "conflict");
    assert_eq!(conflict.json["since"], json!([]));
}

#[test]
fn what_is_not_allowed_is_said_with_a_code() {
    let service = Service::new();
    let case = service.submitted("maria");
    let refused = service.does("qian", &case, json!("start-review"));
    refused.is_problem(422, "refused");
    assert_eq!(refused.json["code"], "too-early");
    assert!(refused.json["message"]["zh"].as_str().unwrap().contains("尚未"));
    let code = |person: &str, what| service.does(person, &case, what).json["code"].clone();
    assert_eq!(code("maria", json!("accept")), "not-yours");
    assert_eq!(code("zhao", json!({ "not-accept": { "reason": " " } })), "no-reason");
    // Whoever may not propose is not told what the rules think of the facts.
    assert_eq!(code("zhao", json!("propose")), "not-yours");
    let elsewhere = Service::new();
    let decided = elsewhere.decided("john", "granted");
    let early = json!({ "serve-decision": { "served": "2020-01-01T00:00:00Z" } });
    assert_eq!(elsewhere.does("qian", &decided, early).json["code"], "served-early");
    let endless = json!({ "verify": {
        "fact": "hsk_level", "finding": "confirmed", "evidence": "register",
        "valid-for": { "months": 4_294_967_295_u32 }
    } });
    service.does("qian", &case, endless).is_problem(422, "length");
    assert_eq!(service.show("maria", &case)["version"], 3, "nothing was kept");
}

#[test]
fn officers_see_how_far_facts_are_to_be_believed() {
    let service = Service::new();
    let case = service.submitted("maria");
    service.does("zhao", &case, json!("accept")).is(201);
    let confirmed = json!({ "verify": {
        "fact": "hsk_level", "finding": "confirmed", "evidence": "register",
        "valid-for": { "days": 10 }
    } });
    service.does("qian", &case, confirmed).is(201);
    let state = service.show("qian", &case);
    assert_eq!(state["standings"]["hsk_level"], "verified");
    assert_eq!(state["verified"]["hsk_level"]["valid_until"], "2026-11-12");
    assert_eq!(state["standings"]["annual_salary"], "documented");
    assert_eq!(state["standings"]["relevant_work_years"], "claimed");
    service.on("2026-11-13");
    assert_eq!(service.show("qian", &case)["standings"]["hsk_level"], "stale");
    assert_eq!(service.show("maria", &case)["standings"], json!({}));
}

#[test]
fn facts_are_looked_at_when_they_are_given() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let facts = json!({
        "annual_salary": -1, "no/such~fact": 1, "passport_number": 7, "birth_date": "1990-02-30"
    });
    let refused = service.does("maria", &case, json!({ "save-draft": { "facts": facts } }));
    refused.is_problem(422, "facts");
    let mut pointers: Vec<&str> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "#/what/save-draft/facts/annual_salary",
            "#/what/save-draft/facts/birth_date",
            "#/what/save-draft/facts/no~1such~0fact",
            "#/what/save-draft/facts/passport_number",
        ]
    );
}

#[test]
fn bad_requests_are_told_where() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let path = format!("/api/v1/cases/{case}/actions");
    let token = service.token("maria");
    let send = |text: &str| service.post_text(&token, &path, text);
    let broken = send("{\n  \"id\": \"x\",\n  oops\n}");
    broken.is_problem(400, "request");
    assert_eq!((&broken.json["line"], &broken.json["column"]), (&json!(3), &json!(3)));
    let pointer =
        |text: &str| send(text).is_problem(400, "request").json["errors"][0]["pointer"].clone();
    let draft = r#"{"id":"x","expected_version":1,"what":{"save-draft":{"documents":[{"id":1}]}}}"#;
    assert_eq!(pointer(draft), "#/what/save-draft/documents/0/id");
    assert_eq!(
        pointer(r#"{"id":"x","expected_version":-1,"what":"submit"}"#),
        "#/expected_version"
    );
    assert_eq!(pointer(r#"{"id":"x","expected_version":1,"what":"fly"}"#), "#/what");
    for text in ["", "[]", "null", "{}", "{\"id\":\"x\"}", "{} {}", "\u{feff}{}"] {
        send(text).is_problem(400, "request");
    }
    // Who acts, and when, is not the client's to say.
    for key in ["actor", "at", "person"] {
        let forged = format!(r#"{{"id":"x","expected_version":1,"what":"submit","{key}":"li"}}"#);
        send(&forged).is_problem(400, "request");
    }
    // Nor is a proposal, or what the time does.
    let proposal = r#"{"id":"x","expected_version":1,"what":{"propose":{"proposal":{}}}}"#;
    send(proposal).is_problem(400, "request");
    let record = r#"{"id":"x","expected_version":1,"what":{"record":{"clock":"decision"}}}"#;
    send(record).is_problem(400, "request");
    let deep = format!(
        r#"{{"id":"x","expected_version":1,"what":{{"save-draft":{{"facts":{{"a":{}1{}}}}}}}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    send(&deep).is_problem(400, "request");
    let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(2 << 20));
    send(&large).is_problem(413, "too-large");
    let plain = Request::post(&path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from("{}"));
    service.ask(plain.unwrap()).is_problem(415, "media-type");
    let unknown = json!({ "id": "x", "procedure": "cn/no-such" });
    service.post(&token, "/api/v1/cases", &unknown).is_problem(422, "procedure");
    let nowhere = json!({ "id": "x", "procedure": "cn/work-permit", "place": "Shanghigh" });
    let refused = service.post(&token, "/api/v1/cases", &nowhere);
    refused.is_problem(422, "unknown-place");
    assert!(refused.json["detail"].as_str().unwrap().contains("Shanghai"), "{}", refused.json);
}

#[test]
fn a_reconsideration_is_opened_of_ones_own_case_only() {
    let service = Service::new();
    let case = service.submitted("maria");
    let opening = |id: &str| {
        json!({
            "id": id, "procedure": "cn/reconsideration", "reconsiders": case
        })
    };
    let refused = service.post(&service.token("john"), "/api/v1/cases", &opening("r"));
    refused.is_problem(422, "other-case");
    let absent = json!({
        "id": "r", "procedure": "cn/reconsideration", "reconsiders": "TM-0000-0000-0"
    });
    let absent = service.post(&service.token("john"), "/api/v1/cases", &absent);
    assert_eq!(refused.answer.body, absent.answer.body, "forbidden and absent look the same");
    service.post(&service.token("maria"), "/api/v1/cases", &opening("r")).is(201);
}

#[test]
fn letters_are_written_from_the_log() {
    let service = Service::new();
    let case = service.submitted("maria");
    let path = format!("/api/v1/cases/{case}/letters");
    let listed = service.get(&service.token("maria"), &path);
    let letters = listed.is(200).json["letters"].as_array().unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((&letters[0]["letter"], &letters[0]["version"]), (&json!("receipt"), &json!(3)));
    assert_eq!(service.show("maria", &case)["letters"][0]["version"], 3);
    let one = |query: &str| service.get(&service.token("maria"), &format!("{path}/{query}"));
    let (zh, en) = (one("3"), one("3?lang=en"));
    assert_eq!(zh.is(200).json["body"], letters[0]["text"]["zh"]);
    assert_eq!(en.is(200).json["body"], letters[0]["text"]["en"]);
    assert!(en.json["body"].as_str().unwrap().contains(&case), "{}", en.json);
    for none in ["1", "9", "x", "-1", "18446744073709551615", "18446744073709551616"] {
        one(none).is_problem(404, "letter");
    }
    one("3?lang=fr").is_problem(400, "query");
    service.get(&service.token("john"), &format!("{path}/3")).is_problem(404, "case");
}

#[test]
fn of_two_at_the_same_moment_one_is_taken() {
    let service = Service::new();
    let case = service.submitted("maria");
    let (zhao, maria) = (service.token("zhao"), service.token("maria"));
    let ask = |token: &str, id: &str, what: &str| {
        let body = json!({ "id": id, "expected_version": 3, "what": what }).to_string();
        let request = Request::post(format!("/api/v1/cases/{case}/actions"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        service.router.clone().oneshot(request)
    };
    let (accept, withdraw) = service
        .runtime
        .block_on(async { tokio::join!(ask(&zhao, "a", "accept"), ask(&maria, "w", "withdraw")) });
    let mut statuses = [accept, withdraw].map(|answer| answer.unwrap().status().as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(service.show("maria", &case)["version"], 4);
}

#[test]
fn a_storage_that_is_away_is_said_to_be() {
    let service = Service::new();
    let case = service.submitted("maria");
    let token = service.token("maria");
    service.runtime.block_on(service.store().close());
    let away = service.get(&token, &format!("/api/v1/cases/{case}"));
    away.is_problem(503, "storage");
    assert_eq!(away.answer.header(header::RETRY_AFTER), "5");
    assert!(away.json["message"]["zh"].is_string());
    let opening = json!({ "id": "x", "procedure": "cn/work-permit" });
    service.post(&token, "/api/v1/cases", &opening).is_problem(503, "storage");
    // What needs no storage is still there.
    service.get(&token, "/api/v1/procedures/cn/work-permit").is(200);
    service.get(&token, "/api/v1/procedures/cn/no-such").is_problem(404, "procedure");
}

#[test]
fn those_who_reconsider_a_decision_see_its_file() {
    let service = Service::new();
    let case = service.decided("maria", "refused");
    let served = json!({ "serve-decision": { "served": "2026-11-02T01:00:00Z" } });
    service.does("qian", &case, served).is(201);
    let wang = service.token("wang");
    let path = format!("/api/v1/cases/{case}");
    service.get(&wang, &path).is_problem(404, "case");
    let opening = json!({ "id": "r", "procedure": "cn/reconsideration", "reconsiders": case });
    let opened = service.post(&service.token("maria"), "/api/v1/cases", &opening);
    let other = opened.is(201).json["case"].as_str().unwrap().to_owned();
    service.does("maria", &other, json!({ "save-draft": {} })).is(201);
    service.get(&wang, &path).is_problem(404, "case");
    service.does("maria", &other, json!("submit")).is(201);
    assert_eq!(service.show("maria", &case)["contested_by"], other.as_str());
    // The file is there to read, and nothing else is.
    assert_eq!(service.show("wang", &case)["decision"]["by"], "li");
    let annul = json!({ "annul-decision": { "reason": "wrong" } });
    assert_eq!(service.does("wang", &case, annul).is(422).json["code"], "not-yours");
    service.get(&service.token("wu"), &path).is_problem(404, "case");
    service.get(&service.token("john"), &path).is_problem(404, "case");
}

#[test]
fn nothing_is_offered_in_a_reconsideration_to_whoever_dealt_with_its_case() {
    let service = Service::new();
    let case = service.decided("maria", "refused");
    let served = json!({ "serve-decision": { "served": "2026-11-02T01:00:00Z" } });
    service.does("qian", &case, served).is(201);
    let opening = json!({ "id": "r", "procedure": "cn/reconsideration", "reconsiders": case });
    let opened = service.post(&service.token("maria"), "/api/v1/cases", &opening);
    let other = opened.is(201).json["case"].as_str().unwrap().to_owned();
    service.does("maria", &other, json!({ "save-draft": {} })).is(201);
    service.does("maria", &other, json!("submit")).is(201);
    let officer = |person: &str, role, department: &str, case: &str, what| {
        let action = casework::Action {
            id: service.id(),
            case: case.to_owned(),
            expected_version: service.show("wang", case)["version"].as_u64().unwrap(),
            at: service.time(),
            actor: casework::Actor {
                person: person.to_owned(),
                role,
                department: Some(department.to_owned()),
            },
            on_behalf: None,
            what,
        };
        service.runtime.block_on(service.cases.desk.take(&action)).unwrap();
    };
    let (clerk, examiner) = (casework::Role::IntakeClerk, casework::Role::CaseOfficer);
    officer("zheng", clerk, "reconsideration-body", &other, casework::What::Accept);
    let next = || service.show("wang", &other)["next"].to_string();
    assert!(next().contains("start-review"), "{}", next());
    // It turns out that wang worked elsewhere before.
    let conflict =
        casework::What::DeclareConflict { person: "sun".to_owned(), reason: "a cousin".to_owned() };
    officer("wang", examiner, "foreign-expert-authority", &case, conflict);
    assert_eq!(next(), "[]");
    let refused = service.does("wang", &other, json!("start-review"));
    assert_eq!(refused.is(422).json["code"], "conflict-of-interest");
}

#[test]
fn an_officer_proposes_where_no_rules_decide() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit-cancellation");
    service.does("maria", &case, json!({ "save-draft": {} })).is(201);
    service.does("maria", &case, json!("submit")).is(201);
    service.does("zhao", &case, json!("accept")).is(201);
    let words = |reasons: &str| {
        let item = "the employer still pays wages";
        json!({ "propose-by-officer": { "adverse": [item], "reasons": reasons } })
    };
    service.does("qian", &case, json!("start-review")).is(201);
    let next = service.show("qian", &case)["next"].to_string();
    assert!(next.contains("\"propose\""), "{next}");
    let refused = service.does("qian", &case, json!("propose"));
    assert_eq!(refused.is(422).json["code"], "no-reason");
    let silent = service.does("qian", &case, words(" "));
    assert_eq!(silent.is(422).json["code"], "no-reason");
    assert_eq!(service.does("li", &case, words("No.")).is(422).json["code"], "not-yours");
    let body = json!({
        "id": "put", "expected_version": 5, "what": words("The employer was asked.")
    });
    let path = format!("/api/v1/cases/{case}/actions");
    service.post(&service.token("qian"), &path, &body).is(201);
    service.post(&service.token("qian"), &path, &body).is(200);
    let mut other = body.clone();
    other["what"] = words("Something else.");
    service.post(&service.token("qian"), &path, &other).is_problem(422, "id-taken");
    let shown = service.show("li", &case)["proposal"].clone();
    assert_eq!(shown["reasons"], "The employer was asked.");
    assert_eq!(shown["adverse"][0]["item"], "the employer still pays wages");
    assert_eq!(service.show("maria", &case)["proposal"], json!(null), "it is the file's");
    let log = service.get(&service.token("maria"), &path);
    assert!(!log.answer.body.contains("still pays wages"), "{}", log.answer.body);
    let replay =
        service.get(&service.token("li"), &format!("/api/v1/cases/{case}/proposal/replay"));
    assert_eq!(replay.is(200).json["same"], true);
    let decide = json!({ "decide": { "verdict": "refused", "reasons": "It goes on." } });
    let unseen = service.does("li", &case, decide.clone());
    assert_eq!(unseen.is(422).json["code"], "unconfirmed");
    let confirm = json!({ "confirm-adverse": { "item": "the employer still pays wages" } });
    service.does("li", &case, confirm).is(201);
    service.does("li", &case, decide).is(201);
}

#[test]
fn where_rules_decide_an_officer_does_not_speak_in_their_place() {
    let service = Service::new();
    let case = service.submitted("maria");
    service.does("zhao", &case, json!("accept")).is(201);
    service.does("qian", &case, json!("start-review")).is(201);
    let words = json!({ "propose-by-officer": { "reasons": "I say so." } });
    let refused = service.does("qian", &case, words);
    assert_eq!(refused.is(422).json["code"], "rules-decide");
    assert!(refused.json["message"]["zh"].is_string());
    service.does("qian", &case, json!("propose")).is(201);
}

#[test]
fn of_two_that_edit_the_same_field_one_is_shown_what_the_other_wrote() {
    let service = Service::new();
    let opening = json!({ "id": "o", "procedure": "cn/work-permit", "on_behalf": "maria" });
    let opened = service.post(&service.token("agent"), "/api/v1/cases", &opening);
    let case = opened.is(201).json["case"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/cases/{case}/actions");
    let write = |id: &str, value: u32| {
        json!({
            "id": id, "expected_version": 1,
            "what": { "save-draft": { "facts": { "hsk_level": value } } }
        })
    };
    service.post(&service.token("agent"), &path, &write("a", 3)).is(201);
    let conflict = service.post(&service.token("maria"), &path, &write("m", 4));
    conflict.is_problem(409, "conflict");
    assert_eq!(conflict.json["since"][0]["what"]["save-draft"]["facts"]["hsk_level"], 3);
    assert_eq!(conflict.json["since"][0]["version"], 2);
    assert_eq!(service.show("maria", &case)["facts"]["hsk_level"], 3, "nothing was overwritten");
    // To read what was done takes a token that opens it, and is no longer than a page.
    let acts = service.token_with("maria", &[Scope::CasesAct]);
    let conflict = service.post(&acts, &path, &write("n", 5));
    conflict.is_problem(409, "conflict");
    assert_eq!((&conflict.json["version"], &conflict.json["since"]), (&json!(2), &Value::Null));
    for version in 2..203 {
        let what = json!({ "save-draft": {} });
        let id = service.id();
        let body = json!({ "id": id, "expected_version": version, "what": what });
        service.post(&acts, &path, &body).is(201);
    }
    let conflict = service.post(&service.token("maria"), &path, &write("p", 6));
    let since = conflict.is_problem(409, "conflict").json["since"].as_array().unwrap();
    assert_eq!((since.len(), &conflict.json["version"]), (200, &json!(203)));
    assert_eq!((&since[0]["version"], &since[199]["version"]), (&json!(2), &json!(201)));
}
