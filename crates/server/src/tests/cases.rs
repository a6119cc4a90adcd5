//! The case API: on SQLite, or on PostgreSQL where `XIANLU_TEST_POSTGRES` is set.

mod access;
mod days;
mod description;
mod documents;
mod events;
#[path = "../../../store/tests/databases/harness.rs"]
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests of the store use more of it"
)]
mod harness;
mod life;
mod lists;
mod pace;
mod remedies;
#[path = "../../../store/tests/crashes/small_disk.rs"]
mod small_disk;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use casework::{Actor, Role};
use http_body_util::BodyExt;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use store::{Database, NewToken, Objects, Scanner, Settings};
use tower::ServiceExt;

use super::{Answer, LIBRARY, PROCEDURES, site};
use crate::Cases;
use crate::{Limits, ON_BEHALF, Scope, Sending};
use harness::Place;

/// A server with cases, whose time is what a test says.
struct Service {
    router: Router,
    cases: Arc<Cases>,
    folder: tempfile::TempDir,
    _place: Option<Place>,
    now: Arc<Mutex<Timestamp>>,
    runtime: tokio::runtime::Runtime,
    requests: std::cell::Cell<u32>,
}

/// An answer as JSON.
struct Told {
    answer: Answer,
    json: Value,
}

const UNLIMITED: Limits = Limits { requests_per_second: 0, wrong_tokens_per_minute: 0 };

impl Service {
    fn new() -> Service {
        Service::with(None)
    }

    /// With a search for malicious software in documents.
    fn with(scanner: Option<Scanner>) -> Service {
        Service::build(None, UNLIMITED, scanner)
    }

    /// One that may be asked so often.
    fn limited(limits: Limits) -> Service {
        Service::build(None, limits, None)
    }

    /// One whose database is there already.
    fn at(address: &str) -> Service {
        Service::build(Some(address), UNLIMITED, None)
    }

    fn build(address: Option<&str>, limits: Limits, scanner: Option<Scanner>) -> Service {
        let place = address.is_none().then(|| {
            if std::env::var_os("XIANLU_TEST_POSTGRES").is_none() {
                return Place::sqlite();
            }
            // Where there is none, that is said, and the tests are those of SQLite.
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(Place::postgres()).unwrap_or_else(Place::sqlite)
        });
        let address = address.or(place.as_ref().map(|place| place.address.as_str())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let now = Arc::new(Mutex::new(at("2026-11-02")));
        let clock = Arc::clone(&now);
        let cases = runtime.block_on(async {
            let store = Database::open(address, Settings::default()).await.unwrap();
            let procedures = (**PROCEDURES).clone();
            Cases::open(store, LIBRARY.clone(), procedures, Sending::LoopbackToo).await.unwrap()
        });
        let documents = folder.path().join("documents");
        let objects = Objects::open(documents.to_str().unwrap()).unwrap();
        let cases = cases.with_documents(objects, scanner).limited(limits);
        let cases = Arc::new(cases.at(move || *clock.lock().unwrap()));
        let router = crate::router(site(Some(Arc::clone(&cases))));
        let requests = std::cell::Cell::new(0);
        Service { router, cases, _place: place, folder, now, runtime, requests }
    }

    /// It is this day, or this moment in China.
    fn on(&self, moment: &str) -> &Service {
        *self.now.lock().unwrap() = at(moment);
        self
    }

    /// A token for somebody known by name.
    fn token(&self, person: &str) -> String {
        self.token_with(person, &Scope::ALL)
    }

    fn token_with(&self, person: &str, scopes: &[Scope]) -> String {
        self.token_until(person, scopes, self.time() + (24 * 365).hours()).1
    }

    /// A token, by what it is called and by its secret.
    fn token_until(&self, person: &str, scopes: &[Scope], expires: Timestamp) -> (String, String) {
        let mut scopes: BTreeSet<String> = scopes.iter().map(Scope::to_string).collect();
        if person == "agent" {
            scopes.insert(format!("{ON_BEHALF}maria"));
        }
        let (name, made) = ("a test".to_owned(), self.time());
        let new = NewToken { name, actor: actor(person), scopes, made, expires };
        let (token, secret) = self.runtime.block_on(self.store().make_token(new)).unwrap();
        (token.id, secret)
    }

    fn store(&self) -> &Database {
        &self.cases.desk.store
    }

    fn time(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn ask(&self, request: Request<Body>) -> Told {
        let answer = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            let body = String::from_utf8(bytes.to_vec()).unwrap();
            Answer { status: parts.status, headers: parts.headers, body }
        });
        let json = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        Told { answer, json }
    }

    fn get(&self, token: &str, path: &str) -> Told {
        let request = Request::get(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty());
        self.ask(request.unwrap())
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> Told {
        self.post_text(token, path, &body.to_string())
    }

    fn delete(&self, token: &str, path: &str) -> Told {
        let request = Request::delete(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty());
        self.ask(request.unwrap())
    }

    fn post_text(&self, token: &str, path: &str, body: &str) -> Told {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()));
        self.ask(request.unwrap())
    }

    /// Opens a case of a procedure.
    #[track_caller]
    fn open(&self, person: &str, procedure: &str) -> String {
        let body = json!({ "id": self.id(), "procedure": procedure, "place": "310000" });
        let told = self.post(&self.token(person), "/api/v1/cases", &body);
        told.is(201);
        told.json["case"].as_str().unwrap().to_owned()
    }

    /// Somebody acts, expecting the version that the case has.
    fn does(&self, person: &str, case: &str, what: Value) -> Told {
        let token = self.token(person);
        let version = self.get(&token, &format!("/api/v1/cases/{case}")).json["version"].clone();
        let body = json!({ "id": self.id(), "expected_version": version, "what": what });
        self.post(&token, &format!("/api/v1/cases/{case}/actions"), &body)
    }

    /// A case that was handed in with all its papers.
    #[track_caller]
    fn submitted(&self, person: &str) -> String {
        let case = self.open(person, "cn/work-permit");
        self.does(person, &case, json!({ "save-draft": draft() })).is(201);
        self.does(person, &case, json!("submit")).is(201);
        case
    }

    /// A case that is decided so, and not served yet.
    #[track_caller]
    fn decided(&self, person: &str, verdict: &str) -> String {
        let case = self.submitted(person);
        self.does("zhao", &case, json!("accept")).is(201);
        self.does("qian", &case, json!("start-review")).is(201);
        if verdict == "refused" {
            let denied = json!({ "verify": {
                "fact": "employer_in_good_standing", "finding": "denied", "evidence": "register"
            } });
            self.does("qian", &case, denied).is(201);
        }
        self.decide(&case, verdict, "No post.");
        case
    }

    /// A case under review is put forward and decided so.
    #[track_caller]
    fn decide(&self, case: &str, verdict: &str, reasons: &str) {
        self.does("qian", case, json!("propose")).is(201);
        self.confirm_all(case);
        let decision = json!({ "decide": { "verdict": verdict, "reasons": reasons } });
        self.does("li", case, decision).is(201);
    }

    /// Whoever is to decide looks at everything that speaks against the person.
    #[track_caller]
    fn confirm_all(&self, case: &str) {
        for item in self.show("li", case)["proposal"]["adverse"].as_array().unwrap() {
            self.does("li", case, json!({ "confirm-adverse": { "item": item["item"] } })).is(201);
        }
    }

    /// A case as somebody sees it.
    #[track_caller]
    fn show(&self, person: &str, case: &str) -> Value {
        let told = self.get(&self.token(person), &format!("/api/v1/cases/{case}"));
        told.is(200);
        told.json
    }

    /// A name that no other request has.
    fn id(&self) -> String {
        self.requests.set(self.requests.get() + 1);
        format!("request-{}", self.requests.get())
    }
}

impl Told {
    #[track_caller]
    fn is(&self, status: u16) -> &Told {
        self.answer.is(status);
        self
    }

    /// Is a problem of this status and type.
    #[track_caller]
    fn is_problem(&self, status: u16, code: &str) -> &Told {
        self.answer.is(status);
        let media_type = self.answer.header(header::CONTENT_TYPE);
        assert_eq!(media_type, "application/problem+json", "{}", self.answer.body);
        assert_eq!(self.json["type"], format!("urn:xianlu:problem:{code}"), "{}", self.json);
        assert_eq!(self.json["status"], status);
        assert!(self.json["title"].is_string() && self.json["detail"].is_string());
        self
    }
}

/// Nine in the morning in China on a day; or a moment.
fn at(moment: &str) -> Timestamp {
    let moment = if moment.len() == 10 { format!("{moment}T09:00:00") } else { moment.to_owned() };
    format!("{moment}+08:00").parse().unwrap()
}

/// People by name: as what they act, and for which department.
fn actor(person: &str) -> Actor {
    let (role, department) = match person {
        "maria" | "john" => (Role::Applicant, None),
        "agent" | "stranger" => (Role::Intermediary, None),
        "zhao" => (Role::IntakeClerk, Some("foreign-expert-authority")),
        "qian" => (Role::CaseOfficer, Some("foreign-expert-authority")),
        "li" | "zhou" => (Role::Decider, Some("foreign-expert-authority")),
        "wu" => (Role::Verifier, Some("exit-entry")),
        "feng" => (Role::IntakeClerk, Some("exit-entry")),
        "wang" => (Role::CaseOfficer, Some("reconsideration-body")),
        _ => panic!("nobody is called {person}"),
    };
    Actor { person: person.to_owned(), role, department: department.map(str::to_owned) }
}

/// The facts of the worked example of a doctor in Shanghai, and papers.
fn draft() -> Value {
    let text = include_str!("../../../../examples/doctor-shanghai.json");
    let mut facts: Value = serde_json::from_str(text).unwrap();
    for key in ["on", "place", "programme"] {
        facts.as_object_mut().unwrap().remove(key);
    }
    facts["passport_number"] = json!("E1");
    facts["nationality"] = json!("AT");
    let document = |kind: &str| json!({ "id": format!("{kind}-1"), "kind": kind, "digest": "d" });
    json!({ "facts": facts, "documents": [document("passport"), document("contract")] })
}
