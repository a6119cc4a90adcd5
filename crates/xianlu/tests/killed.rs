//! `xianlu serve` is killed again and again while a thousand clients act through its API: what was
//! answered is there as it was answered, nothing is there twice, and every case goes on.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at its first fault"
)]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const CASES: usize = 200;
const CLIENTS: usize = 1_000;
/// The server is killed when so many clients have been answered.
const KILLS: [usize; 7] = [1, 40, 97, 150, 300, 500, 850];

/// What a client is answered, by what it sent.
type Told = BTreeMap<String, Value>;

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("cases.db").display());
    a_killed_server_loses_and_doubles_nothing(folder.path(), &address);
}

#[test]
fn postgres() {
    let folder = tempfile::tempdir().unwrap();
    // The server has a user of its own.
    let place = tempfile::Builder::new().prefix("killed-test").tempdir().unwrap();
    let Some(_database) = Postgres::start(place.path()) else { return };
    let address = format!("postgres://test@localhost/postgres?host={}", place.path().display());
    a_killed_server_loses_and_doubles_nothing(folder.path(), &address);
}

fn a_killed_server_loses_and_doubles_nothing(folder: &Path, database: &str) {
    let site = Site::new(folder, database);
    let mut server = site.serve();
    let site = Arc::new(site);
    let cases: Vec<String> =
        (0..CASES).map(|case| site.open(&format!("prepared-{case}"))).collect();
    let answered = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let (site, answered) = (Arc::clone(&site), Arc::clone(&answered));
        let case = cases.get(client % CASES).unwrap().clone();
        clients.push(std::thread::spawn(move || {
            let id = format!("client-{client}");
            let told = match client / CASES {
                0 => json!(site.open(&id)),
                1 => site.upload(&case, &id),
                _ => site.act(&case, &id, &draft(client)),
            };
            answered.fetch_add(1, Ordering::Relaxed);
            (id, told)
        }));
    }
    for kill in KILLS {
        let deadline = Instant::now() + Duration::from_secs(120);
        while answered.load(Ordering::Relaxed) < kill {
            assert!(Instant::now() < deadline, "nobody is answered any more");
            std::thread::sleep(Duration::from_millis(1));
        }
        server.0.kill().unwrap();
        server.0.wait().unwrap();
        println!("killed with {} of {CLIENTS} answered", answered.load(Ordering::Relaxed));
        site.is_whole();
        server = site.serve();
    }
    let told: Told = clients.into_iter().map(|client| client.join().unwrap()).collect();
    assert_eq!(told.len(), CLIENTS);

    // Each is there once, as it was answered, and sent again it is answered the same.
    let mut actions = 0;
    for (number, case) in cases.iter().enumerate() {
        let log = site.get(&format!("/api/v1/cases/{case}/actions?limit=100"));
        let log = log["actions"].as_array().unwrap().clone();
        actions += log.len();
        for client in (0..CLIENTS).filter(|client| client % CASES == number) {
            let id = format!("client-{client}");
            let there: Vec<_> = log.iter().filter(|action| action["id"] == id.as_str()).collect();
            match client / CASES {
                0 => assert_eq!(told[&id], json!(site.open(&id))),
                1 => assert_eq!(site.download(case, &id), pdf(&id)),
                _ => {
                    assert_eq!(there.len(), 1, "{id} in {log:?}");
                    assert_eq!(there[0]["version"], told[&id], "{id}");
                }
            }
        }
        // Opened, three drafts, and what adds the document.
        assert_eq!(log.len(), 5, "{log:?}");
        let submitted = site.act(case, &format!("submit-{number}"), &json!("submit"));
        assert_eq!(submitted, json!(6));
    }
    assert_eq!(actions, 5 * CASES);
    let said = site.is_whole();
    assert!(said.contains(&format!("{} cases with {} actions", 2 * CASES, 7 * CASES)), "{said}");
    assert!(said.contains(&format!("{CASES} documents")), "{said}");
}

/// A server's address, its database and its documents.
struct Site {
    database: String,
    documents: PathBuf,
    port: u16,
    token: String,
    agent: ureq::Agent,
}

/// A running server, which ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Site {
    fn new(folder: &Path, database: &str) -> Site {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build();
        let mut site = Site {
            database: database.to_owned(),
            documents: folder.join("documents"),
            port,
            token: String::new(),
            agent: config.into(),
        };
        let made = site
            .xianlu(&["token", "make", "--person", "maria", "--role", "applicant", "--days", "1"])
            .output()
            .unwrap();
        site.token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        assert!(!site.token.is_empty(), "{}", String::from_utf8_lossy(&made.stderr));
        site
    }

    fn xianlu(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xianlu"));
        command
            .args(arguments)
            .env("DATABASE_URL", &self.database)
            .env("XIANLU_DOCUMENTS", &self.documents)
            .env("NO_COLOR", "1")
            .env_remove("XIANLU_PACKS");
        command
    }

    fn serve(&self) -> Running {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command =
            self.xianlu(&["serve", "--listen", &listen, "--requests-per-second", "0"]);
        let mut server = Running(command.stdout(Stdio::null()).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.ask("GET", "/readyz", "", b"").is_none_or(|(status, _)| status != 200) {
            assert_eq!(server.0.try_wait().unwrap(), None, "the server ended");
            assert!(Instant::now() < deadline, "the server is never ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// What is derived is what the logs say, and every document is where it was kept.
    fn is_whole(&self) -> String {
        let documents = self.documents.to_str().unwrap();
        let arguments = ["store", "check", "--lang", "en", "--documents", documents];
        let output = self.xianlu(&arguments).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Asks once; `None` where the server is not there or went away.
    fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let address = format!("http://127.0.0.1:{}{path}", self.port);
        let bearer = format!("Bearer {}", self.token);
        let answer = match method {
            "GET" => self.agent.get(address).header("authorization", bearer).call(),
            _ => {
                let request = self.agent.post(address).header("authorization", bearer);
                request.header("content-type", kind).send(body)
            }
        };
        let mut answer = answer.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.body_mut().read_to_vec().ok()?))
    }

    /// Asks until there is an answer that is final.
    fn insist(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let deadline = Instant::now() + Duration::from_secs(240);
        loop {
            match self.ask(method, path, kind, body) {
                Some(answer) if answer.0 != 503 => return answer,
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
            assert!(Instant::now() < deadline, "{method} {path} is never answered");
        }
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = self.insist("GET", path, "", b"");
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let (status, body) = self.insist("POST", path, "application/json", body.as_bytes());
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Opens a case, and gives its reference.
    fn open(&self, id: &str) -> String {
        let body = json!({ "id": id, "procedure": "cn/work-permit", "place": "310000" });
        let (status, receipt) = self.post("/api/v1/cases", &body);
        assert!(status == 201 || status == 200, "{status} {receipt}");
        receipt["case"].as_str().unwrap().to_owned()
    }

    /// Acts, and gives the version. Where others acted before, the action is sent again after
    /// theirs; where it is not known whether it was taken, it is sent again as it was.
    fn act(&self, case: &str, id: &str, what: &Value) -> Value {
        let path = format!("/api/v1/cases/{case}");
        let mut expected = self.get(&path)["version"].clone();
        loop {
            let body = json!({ "id": id, "expected_version": expected, "what": what });
            match self.post(&format!("{path}/actions"), &body) {
                (200 | 201, receipt) => return receipt["version"].clone(),
                (409, problem) => expected = problem["version"].clone(),
                (status, problem) => panic!("{status} {problem}"),
            }
        }
    }

    fn upload(&self, case: &str, id: &str) -> Value {
        let path = format!("/api/v1/cases/{case}/documents?id={id}&kind=passport");
        loop {
            match self.insist("POST", &path, "application/pdf", &pdf(id)) {
                (200 | 201, body) => return serde_json::from_slice(&body).unwrap(),
                (409, _) => {}
                (status, body) => panic!("{status} {}", String::from_utf8_lossy(&body)),
            }
        }
    }

    fn download(&self, case: &str, id: &str) -> Vec<u8> {
        let path = format!("/api/v1/cases/{case}/documents/{id}");
        let (status, body) = self.insist("GET", &path, "", b"");
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        body
    }
}

fn draft(number: usize) -> Value {
    let facts = json!({ "passport_number": format!("E{number}") });
    json!({ "save-draft": { "facts": facts, "documents": [] } })
}

/// A document that nobody else has.
fn pdf(of: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n<< /Of ({of}) >>\nendobj\ntrailer\n<< >>\n%%EOF\n").into_bytes()
}

/// A PostgreSQL of the test's own, with everything that makes it safe.
struct Postgres<'f>(&'f Path);

impl<'f> Postgres<'f> {
    /// `None`, with a message, where there is no PostgreSQL.
    fn start(folder: &'f Path) -> Option<Postgres<'f>> {
        let output = script().arg("start").arg(folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => Some(Postgres(folder)),
            Some(2) => {
                println!("skipped: {said}");
                None
            }
            _ => panic!("{said}"),
        }
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        let _ = script().arg("stop").arg(self.0).arg("immediate").output();
    }
}

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh"))
}
