//! Queues and logs in pages.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::{Store, Summary};
use serde_json::{Value, json};

use super::Service;
use crate::{Notice, Scope};

fn cases(page: &Value) -> Vec<String> {
    let cases = page["cases"].as_array().unwrap();
    cases.iter().map(|case| case["case"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_queue_is_read_to_its_end_while_cases_are_added() {
    let service = Service::new();
    for day in 2..7 {
        service.on(&format!("2026-11-0{day}"));
        for _ in 0..2 {
            service.submitted(if day % 2 == 0 { "maria" } else { "john" });
        }
    }
    let token = service.token("zhao");
    let all = cases(&service.get(&token, "/api/v1/cases?limit=200").is(200).json);
    assert_eq!(all.len(), 10);
    let mut read = Vec::new();
    let mut path = "/api/v1/cases?limit=3".to_owned();
    loop {
        let page = service.get(&token, &path);
        page.is(200);
        read.extend(cases(&page.json));
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/api/v1/cases?limit=3&cursor={next}");
        // One more is handed in meanwhile, with the latest time limit.
        if read.len() < 7 {
            service.submitted("maria");
        }
    }
    let distinct: BTreeSet<&String> = read.iter().collect();
    assert_eq!(distinct.len(), read.len(), "none comes twice");
    assert!(all.iter().all(|case| read.contains(case)), "none is left out");
    assert_eq!(read.len(), 12);
    let due = service.get(&token, "/api/v1/cases?limit=1").json["cases"][0]["due"]["on"].clone();
    assert_eq!(due, "2026-11-09");
}

#[test]
fn a_procedure_that_is_not_there_is_refused_and_not_an_empty_list() {
    let service = Service::new();
    let token = service.token_with("qian", &[Scope::QueueRead, Scope::Export]);
    for path in ["/api/v1/cases", "/api/v1/export/csv", "/api/v1/export/ocel"] {
        service.get(&token, &format!("{path}?procedure=cn/work-permit")).answer.is(200);
        let told = service.get(&token, &format!("{path}?procedure=cn/none"));
        assert!(told.is_problem(400, "query").json["message"]["zh"].is_string());
        assert!(told.json["detail"].as_str().unwrap().contains("`cn/none`"), "{}", told.json);
    }
}

#[test]
fn what_is_derived_is_worked_out_anew_when_procedures_have_changed() {
    let service = Service::new();
    let case = service.submitted("maria");
    let store = &service.cases.desk.store;
    let refold = || {
        let quiet = |notice: Notice| panic!("{notice:?}");
        service.runtime.block_on(service.cases.refold_if_changed(&quiet));
    };
    let line = || service.runtime.block_on(store.summary(&case)).unwrap().unwrap();
    // So it was worked out with an older calendar.
    let right = line();
    let spoil = || {
        let wrong = Summary { due: None, wake: None, ..right.clone() };
        assert!(service.runtime.block_on(store.replace_summary(&wrong)).unwrap());
    };
    spoil();
    refold();
    assert_eq!(line(), right);
    // Not again as long as nothing changes.
    spoil();
    refold();
    assert_eq!(line().due, None);
    service.runtime.block_on(store.keep_derived_with("another calendar")).unwrap();
    refold();
    assert_eq!(line(), right);
}

#[test]
fn a_queue_shows_what_is_asked_for() {
    let service = Service::new();
    let first = service.submitted("maria");
    let draft = service.open("maria", "cn/work-permit-extension");
    service.does("zhao", &first, json!("accept")).is(201);
    let second = service.submitted("john");
    let list = |person: &str, query: &str| {
        cases(&service.get(&service.token(person), &format!("/api/v1/cases{query}")).is(200).json)
    };
    let both = |one: &String, two: &String| BTreeSet::from([one.clone(), two.clone()]);
    let set = |list: Vec<String>| list.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(list("maria", "")), both(&first, &draft));
    assert_eq!(list("maria", "?status=draft"), std::slice::from_ref(&draft));
    assert_eq!(list("maria", "?procedure=cn/work-permit"), std::slice::from_ref(&first));
    assert_eq!(list("maria", "?mine=true"), std::slice::from_ref(&draft), "her move alone");
    assert_eq!(list("agent", "?mine=true"), std::slice::from_ref(&draft));
    assert_eq!(set(list("agent", "?mine=false")), both(&first, &draft));
    assert_eq!(set(list("qian", "")), both(&first, &second));
    assert_eq!(list("qian", "?status=accepted"), std::slice::from_ref(&first));
    assert_eq!(list("qian", "?applicant=john"), std::slice::from_ref(&second));
    assert_eq!(list("qian", "?place=110000"), [""; 0]);
    assert_eq!(set(list("qian", "?mine=true&place=310000")), both(&first, &second));
    assert_eq!(list("qian", "?owner=applicant-side"), [""; 0], "drafts are not theirs");
    assert_eq!(list("wu", "?procedure=cn/work-permit"), [""; 0]);
    assert_eq!(list("wu", "?owner=foreign-expert-authority"), [""; 0]);
    let token = service.token("maria");
    service.get(&token, "/api/v1/cases?applicant=john").is_problem(403, "on-behalf");
    let qian = service.token("qian");
    for name in ["owner", "procedure", "applicant", "place"] {
        service.get(&qian, &format!("/api/v1/cases?{name}=a%00b")).is_problem(400, "query");
    }
    let path = format!("/api/v1/cases/{first}/documents/a%00b");
    service.get(&qian, &path).is_problem(404, "document");
    for query in ["limit=0", "limit=201", "limit=x", "status=lost", "colour=red", "mine=perhaps"] {
        service.get(&token, &format!("/api/v1/cases?{query}")).is_problem(400, "query");
    }
    for cursor in ["x", "%00", "e30", "bnVsbA"] {
        service.get(&token, &format!("/api/v1/cases?cursor={cursor}")).is_problem(400, "cursor");
    }
}

#[test]
fn a_log_is_read_in_pages() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    for _ in 0..6 {
        service.does("maria", &case, json!({ "save-draft": {} })).is(201);
    }
    let token = service.token("maria");
    let path = format!("/api/v1/cases/{case}/actions?limit=3");
    let first = service.get(&token, &path);
    let versions = |page: &Value| {
        let actions = page["actions"].as_array().unwrap();
        actions.iter().map(|action| action["version"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(versions(&first.is(200).json), [1, 2, 3]);
    service.does("maria", &case, json!({ "save-draft": {} })).is(201);
    let next = |page: &Value| format!("{path}&cursor={}", page["next"].as_str().unwrap());
    let second = service.get(&token, &next(&first.json));
    assert_eq!(versions(&second.json), [4, 5, 6]);
    let third = service.get(&token, &next(&second.json));
    assert_eq!(versions(&third.json), [7, 8]);
    assert_eq!(third.json["next"], json!(null));
    service.get(&token, &format!("{path}&cursor=zzz")).is_problem(400, "cursor");
}

#[test]
fn logs_are_taken_out_in_parts() {
    let service = Service::new();
    let case = service.submitted("maria");
    for _ in 0..2 {
        service.submitted("maria");
    }
    service.open("maria", "cn/work-permit");
    let qian = service.token("qian");
    let whole = service.get(&qian, "/api/v1/export/csv");
    whole.is(200);
    assert_eq!(whole.answer.header(axum::http::header::CONTENT_TYPE), "text/csv; charset=utf-8");
    let lines = |text: &str| text.lines().count() - 1;
    assert_eq!(lines(&whole.answer.body), 9 + whole.answer.body.matches("duplicate").count());
    assert!(!whole.answer.body.contains("maria"), "{}", whole.answer.body);
    let mut path = "/api/v1/export/csv?limit=2".to_owned();
    let mut read = 0;
    loop {
        let part = service.get(&qian, &path);
        read += lines(&part.is(200).answer.body);
        let link = part.answer.header(axum::http::header::LINK).to_owned();
        let Some(next) = link.strip_prefix('<').and_then(|link| link.split('>').next()) else {
            break;
        };
        path = next.to_owned();
    }
    assert_eq!(read, lines(&whole.answer.body));
    let ocel = service.get(&qian, "/api/v1/export/ocel");
    assert!(ocel.is(200).json["events"].as_array().unwrap().len() >= 9);
    let elsewhere = service.get(&service.token("wang"), "/api/v1/export/ocel");
    assert_eq!(elsewhere.is(200).json["events"], json!([]));
    let person = service.get(&service.token("maria"), "/api/v1/export/ocel");
    assert_eq!(person.is(200).json["events"], json!([]));
    // Where a part ends says nothing of the cases that are left out.
    let mut path = "/api/v1/export/csv?limit=1".to_owned();
    let mut links = 0;
    loop {
        let part = service.get(&qian, &path);
        let link = part.is(200).answer.header(axum::http::header::LINK).to_owned();
        let Some((_, cursor)) = link.split_once("cursor=") else { break };
        let cursor = cursor.split('>').next().unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("TM-"), "{bytes:?}");
        path = format!("/api/v1/export/csv?limit=1&cursor={cursor}");
        links += 1;
    }
    assert!(links >= 2, "{links}");
    // Whoever has a conflict of interest in a case does not take it out either.
    let conflict = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    service.does("qian", &case, conflict).is(201);
    let has_log = |person: &str| {
        let told = service.get(&service.token(person), "/api/v1/export/csv");
        told.is(200).answer.body.lines().any(|line| line.starts_with(&case))
    };
    assert_eq!((has_log("qian"), has_log("zhao")), (false, true));
    service.get(&qian, "/api/v1/export/csv?limit=10001").is_problem(400, "query");
    service.get(&qian, "/api/v1/export/csv?cursor=x").is_problem(400, "cursor");
}
