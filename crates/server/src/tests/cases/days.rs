//! Bad days: the database is away for a while, or its disk is full. On PostgreSQL, with a server
//! of each test's own.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::header;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::events::Receiver;
use super::harness::script;
use super::small_disk::{Disk, noise};
use super::{Service, draft};
use crate::Notice;

/// A server in a folder, at a port of its own: there a connection is refused when it is away.
struct Postgres<'f> {
    folder: &'f Path,
    port: u16,
}

impl<'f> Postgres<'f> {
    /// `None`, with a message, where there is no PostgreSQL.
    fn start(folder: &'f Path) -> Option<Postgres<'f>> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Postgres { folder, port };
        server.again().then_some(server)
    }

    fn again(&self) -> bool {
        let port = format!("port={}", self.port);
        let options = ["listen_addresses=127.0.0.1", &port];
        let [listen, port] = options.map(OsStr::new);
        script(&[OsStr::new("start"), self.folder.as_ref(), listen, port])
    }

    fn stop(&self, mode: &str) {
        script(&[OsStr::new("stop"), self.folder.as_ref(), OsStr::new(mode)]);
    }

    /// Sends a signal to all its processes; says whether that could be done.
    fn signal(&self, signal: &str) -> bool {
        let held = std::fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let Some(main) = held.ok().and_then(|text| Some(text.lines().next()?.to_owned())) else {
            return false;
        };
        let signal = format!("-{signal}");
        let children = Command::new("pkill").args([&*signal, "-P", &main]).status();
        let itself = Command::new("kill").args([&*signal, &main]).status();
        children.is_ok_and(|status| status.success()) && itself.is_ok_and(|status| status.success())
    }

    fn service(&self) -> Service {
        Service::at(&format!("postgres://test@127.0.0.1:{}/postgres", self.port))
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        if self.folder.join("data/postmaster.pid").exists() {
            self.stop("immediate");
        }
    }
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("api-test").tempdir().unwrap()
}

/// Asks, and is told within some seconds that the storage is away.
#[track_caller]
fn is_away(ask: impl FnOnce() -> super::Told) {
    let asked = Instant::now();
    let told = ask();
    told.is_problem(503, "storage");
    assert_eq!(told.answer.header(header::RETRY_AFTER), "5");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[test]
fn a_database_that_was_away_is_worked_with_again() {
    let folder = folder();
    let Some(server) = Postgres::start(folder.path()) else { return };
    let service = server.service();
    let (maria, qian) = (service.token("maria"), service.token("qian"));
    let hook = json!({ "url": "http://127.0.0.1:9/", "kinds": ["submit"] });
    let made = service.post(&qian, "/api/v1/webhooks", &hook);
    let webhook = made.is(201).answer.header(header::LOCATION).to_owned();
    let case = service.open("maria", "cn/work-permit");
    let (path, actions) =
        (format!("/api/v1/cases/{case}"), format!("/api/v1/cases/{case}/actions"));
    let save = json!({ "id": "s", "expected_version": 1, "what": { "save-draft": draft() } });
    service.post(&maria, &actions, &save).is(201);
    let submit = json!({ "id": "h", "expected_version": 2, "what": "submit" });
    let deliver = || service.try_to_deliver();
    service.get("", "/readyz").is(200);

    for mode in ["fast", "immediate"] {
        server.stop(mode);
        is_away(|| service.get(&maria, &path));
        is_away(|| service.get(&qian, "/api/v1/cases"));
        is_away(|| service.post(&maria, &actions, &submit));
        deliver().unwrap_err();
        service.get("", "/healthz").is(200);
        let asked = Instant::now();
        service.get("", "/readyz").is(503);
        assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());

        assert!(server.again());
        service.get("", "/readyz").is(200);
        // What was accepted is there, once; what was not is taken when it is sent again.
        let before = service.get(&maria, &actions).is(200).json["actions"].clone();
        let expected = if mode == "fast" { 2 } else { 3 };
        assert_eq!(before.as_array().unwrap().len(), expected, "{before}");
        service.post(&maria, &actions, &save).is(200);
        let status = if mode == "fast" { 201 } else { 200 };
        service.post(&maria, &actions, &submit).is(status);
        let told = service.get(&qian, "/api/v1/cases");
        assert_eq!(told.is(200).json["cases"][0]["case"], case.as_str());
    }
    assert_eq!(deliver(), Ok(1), "the webhook is tried when the database is there");
    let pending = service.get(&qian, &webhook).json["pending"].clone();
    assert_eq!(pending[0]["attempts"], 1, "{pending}");
    service.does("zhao", &case, json!("accept")).is(201);
}

#[test]
fn a_database_that_hangs_is_told_of_and_worked_with_again() {
    let folder = folder();
    let Some(server) = Postgres::start(folder.path()) else { return };
    let service = server.service();
    let maria = service.token("maria");
    let case = service.open("maria", "cn/work-permit");
    let path = format!("/api/v1/cases/{case}");
    let save = json!({ "id": "s", "expected_version": 1, "what": { "save-draft": draft() } });
    if !server.signal("STOP") {
        println!("skipped: the server of PostgreSQL cannot be made to hang");
        return;
    }
    // Connections are there, and say nothing.
    let asked = Instant::now();
    service.get("", "/healthz").is(200);
    service.get("", "/readyz").is(503);
    let told = service.post(&maria, &format!("{path}/actions"), &save);
    assert!(server.signal("CONT"));
    told.is_problem(503, "storage");
    assert!(asked.elapsed() < Duration::from_secs(40), "{:?}", asked.elapsed());
    service.get("", "/readyz").is(200);
    let told = service.post(&maria, &format!("{path}/actions"), &save);
    assert!([200, 201].contains(&told.answer.status.as_u16()), "{}", told.json);
    assert_eq!(service.get(&maria, &path).is(200).json["version"], 2);
}

#[test]
fn webhooks_are_told_by_themselves_once_the_database_is_there_again() {
    let folder = folder();
    let Some(server) = Postgres::start(folder.path()) else { return };
    let service = server.service();
    let receiver = Receiver::start(&["204 Thanks"]);
    let qian = service.token("qian");
    let hook = json!({ "url": receiver.url, "kinds": ["submit", "accept"] });
    service.post(&qian, "/api/v1/webhooks", &hook).is(201);
    let notices = Arc::new(Mutex::new(Vec::new()));
    let (cases, told) = (Arc::clone(&service.cases), Arc::clone(&notices));
    let tell = move |notice: Notice| told.lock().unwrap().push(format!("{notice:?}"));
    let working = service.runtime.spawn(cases.work(tell));
    // The runtime works only while somebody waits for it.
    let until = |done: &dyn Fn() -> bool| {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done() {
            assert!(Instant::now() < deadline, "{:?}", notices.lock().unwrap());
            let pause = async { tokio::time::sleep(Duration::from_millis(50)).await };
            service.runtime.block_on(pause);
        }
    };
    let case = service.submitted("maria");
    until(&|| receiver.heard().len() == 1);
    server.stop("immediate");
    until(&|| notices.lock().unwrap().iter().any(|notice| notice.starts_with("Storage")));
    assert!(!working.is_finished());
    assert!(server.again());
    service.does("zhao", &case, json!("accept")).is(201);
    until(&|| receiver.heard().len() == 2);
    working.abort();
    let kinds: Vec<_> = receiver.heard().iter().map(|heard| heard.json()["type"].clone()).collect();
    assert_eq!(kinds, ["case.submit", "case.accept"]);
}

/// A draft that says much, and differently each time.
fn long_draft(number: u64) -> Value {
    let text = noise(number, 2_880);
    let [name, passport, employer] =
        [0, 960, 1_920].map(|from| text.get(from..from + 960).unwrap().to_owned());
    let facts = json!({ "name": name, "passport_number": passport, "employer": employer });
    json!({ "facts": facts, "documents": [] })
}

#[test]
fn on_a_full_disk_nothing_is_half_done_and_work_goes_on_when_there_is_room() {
    let Some(disk) = Disk::of(160) else { return };
    let Some(server) = Postgres::start(disk.path()) else { return };
    let service = server.service();
    let maria = service.token("maria");
    let case = service.open("maria", "cn/work-permit");
    let actions = format!("/api/v1/cases/{case}/actions");
    let save = |number: u64| {
        let what = json!({ "save-draft": long_draft(number) });
        let body = json!({ "id": format!("s{number}"), "expected_version": number, "what": what });
        service.post(&maria, &actions, &body)
    };
    disk.fill(1 << 19);
    let mut number = 1;
    let full = loop {
        let told = save(number);
        if told.answer.status != 201 {
            break told;
        }
        number += 1;
        assert!(number < 2_000, "the disk is never full");
    };
    full.is_problem(503, "storage");
    disk.empty();
    // It may have stopped, having no room for its own log.
    assert!(server.again());
    let deadline = Instant::now() + Duration::from_secs(30);
    while save(number).answer.status.as_u16() == 503 {
        assert!(Instant::now() < deadline, "it does not go on");
        std::thread::sleep(Duration::from_millis(200));
    }
    // All that was accepted is there, once, and nothing else.
    let mut ids = Vec::new();
    let mut path = format!("{actions}?limit=200");
    loop {
        let page = service.get(&maria, &path);
        let some = page.is(200).json["actions"].as_array().unwrap();
        ids.extend(some.iter().map(|action| action["id"].as_str().unwrap().to_owned()));
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("{actions}?limit=200&cursor={next}");
    }
    let expected: Vec<String> = (1..=number).map(|number| format!("s{number}")).collect();
    assert_eq!(ids.get(1..), Some(&*expected));
    let checked = service.runtime.block_on(service.store().check(|case, log| {
        let rules = super::PROCEDURES.rules("cn/work-permit")?;
        let folded = casework::Case::fold(rules, case, log).ok()?;
        Some(casework::Summary::of(rules, &folded))
    }));
    assert_eq!(checked.unwrap().first, Vec::new());
}
