//! Who may see and do what: knowing a reference opens nothing.

use axum::body::Body;
use axum::http::{Request, header};
use casework::Store;
use jiff::ToSpan;
use serde_json::json;

use super::Service;
use crate::Scope;

/// Every address under a case.
const UNDER_A_CASE: [&str; 9] = [
    "",
    "/actions",
    "/documents",
    "/documents/passport-1",
    "/known",
    "/letters",
    "/letters/3",
    "/proposal",
    "/proposal/replay",
];

#[test]
fn without_a_valid_token_nothing_opens() {
    let service = Service::new();
    let case = service.submitted("maria");
    let paths = UNDER_A_CASE.map(|rest| format!("/api/v1/cases/{case}{rest}"));
    for path in paths.iter().chain([&"/api/v1/cases".to_owned()]) {
        let bare = service.ask(Request::get(path).body(Body::empty()).unwrap());
        bare.is_problem(401, "token");
        assert!(bare.answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
        for token in
            ["x", "xianlu_", "Bearer", "xianlu_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        {
            let told = service.get(token, path);
            told.is_problem(401, "token");
            assert!(told.answer.header(header::WWW_AUTHENTICATE).contains("invalid_token"));
        }
        let basic = Request::get(path).header(header::AUTHORIZATION, "Basic bWFyaWE6eA==");
        service.ask(basic.body(Body::empty()).unwrap()).is_problem(401, "token");
    }
    let post = Request::post("/api/v1/cases").body(Body::from("{}")).unwrap();
    service.ask(post).is_problem(401, "token");
}

#[test]
fn a_token_ends_with_its_time() {
    let service = Service::new();
    let case = service.submitted("maria");
    let (id, token) = service.token_until("maria", &Scope::ALL, service.time() + 1.hour());
    let path = format!("/api/v1/cases/{case}");
    service.get(&token, &path).is(200);
    service.on("2026-11-02T10:00:00");
    service.get(&token, &path).is_problem(401, "token");
    // Nor does one that was revoked, which looks the same.
    let (other, token) = service.token_until("maria", &Scope::ALL, service.time() + 1.hour());
    assert_ne!(id, other);
    service.get(&token, &path).is(200);
    let revoked = service.store().revoke_token(&other, service.time());
    assert!(service.runtime.block_on(revoked).unwrap());
    service.get(&token, &path).is_problem(401, "token");
    service.post(&token, "/api/v1/cases", &json!({})).is_problem(401, "token");
}

#[test]
fn a_token_opens_what_its_scopes_say() {
    let service = Service::new();
    let case = service.submitted("maria");
    let token = |scopes: &[Scope]| service.token_with("maria", scopes);
    let show = format!("/api/v1/cases/{case}");
    service.get(&token(&[Scope::CasesRead]), &show).is(200);
    let others = [Scope::CasesAct, Scope::QueueRead, Scope::EventsRead, Scope::Export];
    let refused = service.get(&token(&others), &show);
    refused.is_problem(403, "scope");
    let challenge = refused.answer.header(header::WWW_AUTHENTICATE).to_owned();
    assert!(challenge.contains("insufficient_scope") && challenge.contains("cases:read"));
    service.get(&token(&[Scope::CasesRead]), "/api/v1/cases").is_problem(403, "scope");
    service.get(&token(&[Scope::QueueRead]), "/api/v1/cases").is(200);
    let submit = json!({ "id": "x", "expected_version": 3, "what": "withdraw" });
    let act = format!("{show}/actions");
    service.post(&token(&[Scope::CasesRead]), &act, &submit).is_problem(403, "scope");
    service.post(&token(&[Scope::CasesRead]), "/api/v1/cases", &submit).is_problem(403, "scope");
    assert_eq!(service.show("maria", &case)["version"], 3);
}

#[test]
fn absent_and_forbidden_look_the_same() {
    let service = Service::new();
    let case = service.submitted("maria");
    let absent = "TM-0000-0000-0";
    for person in ["john", "stranger", "wu", "wang"] {
        let token = service.token(person);
        for rest in UNDER_A_CASE {
            let forbidden = service.get(&token, &format!("/api/v1/cases/{case}{rest}"));
            forbidden.is_problem(404, "case");
            let none = service.get(&token, &format!("/api/v1/cases/{absent}{rest}"));
            assert_eq!(forbidden.answer.body, none.answer.body, "{person} {rest}");
            let nonsense = service.get(&token, &format!("/api/v1/cases/%00%ff..{rest}"));
            nonsense.is_problem(400, "request");
        }
        // Acting, with whatever is sent.
        for body in [r#"{"id":"x","expected_version":3,"what":"withdraw"}"#, "{", ""] {
            let act = |case: &str| {
                service.post_text(&token, &format!("/api/v1/cases/{case}/actions"), body)
            };
            let forbidden = act(&case);
            forbidden.is_problem(404, "case");
            assert_eq!(forbidden.answer.body, act(absent).answer.body, "{person} {body}");
        }
    }
    assert_eq!(service.show("maria", &case)["version"], 3);
}

#[test]
fn what_is_not_to_be_seen_is_not_read() {
    let service = Service::new();
    let case = service.submitted("maria");
    let conflict = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    service.does("qian", &case, conflict).is(201);
    // A log that cannot be folded: whoever comes to it is told of a fault.
    let mut summary = service.runtime.block_on(service.store().summary(&case)).unwrap().unwrap();
    let action = casework::Action {
        id: "forged".to_owned(),
        case: case.clone(),
        expected_version: summary.version,
        at: service.time(),
        actor: super::actor("john"),
        on_behalf: None,
        what: casework::What::Open {
            procedure: summary.procedure.clone(),
            place: None,
            reconsiders: None,
        },
    };
    summary.version += 1;
    let announcement = casework::announcement::Announcement {
        case: case.clone(),
        version: summary.version,
        procedure: summary.procedure.clone(),
        kind: casework::ActionKind::Open,
        at: service.time(),
        status: summary.status,
        outcome: None,
        letter: None,
    };
    let entry = casework::store::Entry { action, summary, announcement };
    service.runtime.block_on(service.store().append(&[entry])).unwrap();
    let path = format!("/api/v1/cases/{case}");
    for person in ["maria", "zhao", "li"] {
        service.get(&service.token(person), &path).is_problem(422, "refused");
    }
    for person in ["john", "stranger", "wu", "wang", "qian"] {
        let told = service.get(&service.token(person), &path);
        told.is_problem(404, "case");
        let absent = service.get(&service.token(person), "/api/v1/cases/TM-0000-0000-0");
        assert_eq!(told.answer.body, absent.answer.body, "{person}");
    }
}

#[test]
fn a_draft_is_not_the_authoritys_yet() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let path = format!("/api/v1/cases/{case}");
    for officer in ["zhao", "qian", "li"] {
        service.get(&service.token(officer), &path).is_problem(404, "case");
        let listed = service.get(&service.token(officer), "/api/v1/cases?procedure=cn/work-permit");
        assert_eq!(listed.is(200).json["cases"], json!([]));
    }
}

#[test]
fn an_agent_acts_for_whom_the_token_says() {
    let service = Service::new();
    let agent = service.token("agent");
    let opening = |id: &str, person: Option<&str>| json!({ "id": id, "procedure": "cn/work-permit", "on_behalf": person });
    let opened = service.post(&agent, "/api/v1/cases", &opening("1", Some("maria")));
    opened.is(201);
    let case = opened.json["case"].as_str().unwrap();
    assert_eq!(service.show("maria", case)["applicant"], "maria");
    service.does("agent", case, json!({ "save-draft": {} })).is(201);
    let log = service.get(&agent, &format!("/api/v1/cases/{case}/actions"));
    assert_eq!(log.json["actions"][1]["on_behalf"], "maria");
    service.post(&agent, "/api/v1/cases", &opening("2", Some("john"))).is_problem(403, "on-behalf");
    service.post(&agent, "/api/v1/cases", &opening("3", None)).is_problem(403, "on-behalf");
    let stranger = service.token("stranger");
    service
        .post(&stranger, "/api/v1/cases", &opening("4", Some("maria")))
        .is_problem(403, "on-behalf");
    let john = service.token("john");
    service.post(&john, "/api/v1/cases", &opening("5", Some("maria"))).is_problem(403, "on-behalf");
    service.get(&stranger, &format!("/api/v1/cases/{case}")).is_problem(404, "case");
    service.get(&stranger, "/api/v1/cases?applicant=maria").is_problem(403, "on-behalf");
    assert_eq!(service.get(&agent, "/api/v1/cases").is(200).json["cases"][0]["case"], case);
}

#[test]
fn whoever_has_a_conflict_of_interest_does_not_read_on() {
    let service = Service::new();
    let case = service.submitted("maria");
    let conflict = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    service.does("zhao", &case, conflict.clone()).is(201);
    // What one says of another must be said by a second person.
    let declared = json!([{ "person": "qian", "in_force": false, "declared_by": ["zhao"] }]);
    assert_eq!(service.show("qian", &case)["conflicts"], declared);
    let again = service.does("zhao", &case, conflict.clone());
    assert_eq!(again.is(422).json["code"], "declared");
    service.does("li", &case, conflict).is(201);
    assert_eq!(service.show("li", &case)["conflicts"][0]["in_force"], true);
    assert_eq!(service.show("maria", &case)["conflicts"], json!([]));
    service.get(&service.token("qian"), &format!("/api/v1/cases/{case}")).is_problem(404, "case");
    let listed = service.get(&service.token("qian"), "/api/v1/cases");
    assert_eq!(listed.is(200).json["cases"], json!([]));
    let listed = service.get(&service.token("li"), "/api/v1/cases");
    assert_eq!(listed.is(200).json["cases"][0]["case"], case.as_str());
    // The person is not told of it.
    let state = service.show("maria", &case);
    assert!(!state["flags"].to_string().contains("conflict"), "{state}");
    let log = service.get(&service.token("maria"), &format!("/api/v1/cases/{case}/actions"));
    assert!(!log.answer.body.contains("cousin"), "{}", log.answer.body);
}

#[test]
fn other_cases_that_an_action_names_are_looked_at_first() {
    let service = Service::new();
    let case = service.submitted("maria");
    let hidden = service.open("john", "cn/work-permit");
    let suspect = |of: &str| json!({ "suspect-duplicate": { "of": of, "rule": "same-passport" } });
    let forbidden = service.does("zhao", &case, suspect(&hidden));
    forbidden.is_problem(422, "other-case");
    let absent = service.does("zhao", &case, suspect("TM-0000-0000-0"));
    assert_eq!(forbidden.answer.body, absent.answer.body);
}

#[test]
fn the_person_does_not_see_the_file() {
    let service = Service::new();
    let case = service.submitted("maria");
    // John hands in an application with the same passport.
    let other = service.submitted("john");
    assert_eq!(service.show("zhao", &case)["duplicates"], json!({ &other: null }));
    let state = service.show("maria", &case);
    assert_eq!(state["duplicates"], json!({}));
    assert!(!state.to_string().contains(&other), "another person's case is not named");
    let log = service.get(&service.token("maria"), &format!("/api/v1/cases/{case}/actions"));
    assert!(!log.answer.body.contains(&other), "{}", log.answer.body);
    service
        .get(&service.token("maria"), &format!("/api/v1/cases/{case}/proposal"))
        .is_problem(404, "case");
}

#[test]
fn a_decision_that_was_set_aside_before_it_was_served_is_not_told() {
    let service = Service::new();
    let case = service.decided("maria", "refused");
    let annul = json!({ "annul-decision": { "reason": "the register was wrong" } });
    service.does("zhou", &case, annul).is(201);
    let confirmed = json!({ "verify": {
        "fact": "employer_in_good_standing", "finding": "confirmed", "evidence": "register"
    } });
    service.does("qian", &case, confirmed).is(201);
    service.decide(&case, "granted", "All is well.");
    let served = json!({ "serve-decision": { "served": "2026-11-02T01:00:00Z" } });
    service.does("qian", &case, served).is(201);
    let path = format!("/api/v1/cases/{case}/actions?limit=100");
    let log = |person: &str| service.get(&service.token(person), &path).answer.body;
    assert!(log("qian").contains("No post.") && log("qian").contains("All is well."));
    assert!(!log("maria").contains("No post.") && log("maria").contains("All is well."));
    let state = service.show("maria", &case).to_string();
    assert!(!state.contains("No post."), "{state}");
}

#[test]
fn a_server_without_cases_says_so() {
    let request = Request::get("/api/v1/cases").body(Body::empty()).unwrap();
    let answer = super::super::ask(request);
    answer.is(503).has("urn:xianlu:problem:no-storage").has("--database");
}
