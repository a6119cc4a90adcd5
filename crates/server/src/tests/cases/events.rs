//! What is told of cases, and to whom.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use casework::store::StoreError;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Service;
use crate::cases::background::Deliveries;
use crate::cases::send::sign;

/// A receiver on this machine that answers with these status lines, one after the other, and the
/// last one for ever.
pub(super) struct Receiver {
    pub url: String,
    heard: Arc<Mutex<Vec<Message>>>,
}

#[derive(Clone)]
pub(super) struct Message {
    headers: String,
    body: String,
}

impl Message {
    fn header(&self, name: &str) -> String {
        let line = self.headers.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        line.unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Receiver {
    pub fn start(answers: &'static [&'static str]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let mut text = Vec::new();
                let mut part = [0; 4096];
                let message = loop {
                    let read = stream.read(&mut part).unwrap();
                    text.extend_from_slice(&part[..read]);
                    let whole = String::from_utf8_lossy(&text).into_owned();
                    let Some((headers, body)) = whole.split_once("\r\n\r\n") else { continue };
                    let message = Message { headers: headers.to_owned(), body: body.to_owned() };
                    if body.len() == message.header("content-length").parse::<usize>().unwrap() {
                        break message;
                    }
                };
                hears.lock().unwrap().push(message);
                let answer = answers.get(number).or(answers.last()).unwrap();
                let answer =
                    format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Receiver { url, heard }
    }

    pub fn heard(&self) -> Vec<Message> {
        self.heard.lock().unwrap().clone()
    }
}

impl Service {
    fn deliver(&self) -> usize {
        self.try_to_deliver().unwrap()
    }

    /// Makes the deliveries that are due, and waits for them; says how many those were.
    pub(super) fn try_to_deliver(&self) -> Result<usize, StoreError> {
        self.runtime.block_on(async {
            let mut deliveries = Deliveries::new(&self.cases);
            let begun = deliveries.begin().await?;
            while deliveries.wait().await? {}
            Ok(begun)
        })
    }
}

#[test]
fn events_are_told_in_order_without_anything_of_the_person() {
    let service = Service::new();
    let case = service.submitted("maria");
    service.does("zhao", &case, json!("accept")).is(201);
    let token = service.token("qian");
    let first = service.get(&token, "/api/v1/events?limit=3");
    first.is(200);
    // Drafts are not the authority's; the third event is the handing in.
    let events = first.json["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{}", first.json);
    assert_eq!(events[0]["type"], "case.submit");
    assert_eq!(events[0]["specversion"], "1.0");
    assert_eq!(events[0]["id"], format!("{case}:3"));
    assert_eq!(events[0]["data"]["status"], "submitted");
    let next = first.json["next"].as_str().unwrap();
    let second = service.get(&token, &format!("/api/v1/events?cursor={next}"));
    assert_eq!(second.json["events"][0]["type"], "case.accept");
    assert!(!format!("{}{}", first.json, second.json).contains("maria"));
    // Nothing yet, and then what comes.
    let next = second.json["next"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/events?cursor={next}");
    assert_eq!(service.get(&token, &path).json["events"], json!([]));
    service.does("qian", &case, json!("start-review")).is(201);
    assert_eq!(service.get(&token, &path).json["events"][0]["type"], "case.start-review");
    // Another department is told nothing of it, and a person nothing at all.
    for other in ["wang", "maria"] {
        let told = service.get(&service.token(other), "/api/v1/events");
        assert_eq!(told.is(200).json["events"], json!([]), "{other}");
    }
}

#[test]
fn nothing_is_told_of_what_was_never_handed_in_nor_to_whoever_has_a_conflict() {
    let service = Service::new();
    let receiver = Receiver::start(&["204 Thanks"]);
    let qian = service.token("qian");
    let hook = json!({ "url": receiver.url });
    service.post(&qian, "/api/v1/webhooks", &hook).is(201);
    let given_up = service.open("maria", "cn/work-permit");
    service.does("maria", &given_up, json!("withdraw")).is(201);
    let told = |person: &str| {
        let told = service.get(&service.token(person), "/api/v1/events");
        told.is(200).json["events"].as_array().unwrap().len()
    };
    assert_eq!(told("qian"), 0);
    while service.deliver() > 0 {}
    assert_eq!(receiver.heard().len(), 0);
    let case = service.submitted("maria");
    assert_eq!(told("qian"), 1);
    let conflict = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    service.does("qian", &case, conflict).is(201);
    service.does("zhao", &case, json!("accept")).is(201);
    assert_eq!((told("qian"), told("zhao")), (0, 3));
    // The department is told all the same.
    while service.deliver() > 0 {}
    assert_eq!(receiver.heard().len(), 3);
}

#[test]
fn a_webhook_is_told_again_until_it_answers() {
    let service = Service::new();
    let receiver = Receiver::start(&["500 No", "307 Elsewhere\r\nLocation: /other", "204 Thanks"]);
    let token = service.token("qian");
    let hook = json!({ "url": receiver.url, "kinds": ["submit", "accept"] });
    let made = service.post(&token, "/api/v1/webhooks", &hook);
    made.is(201);
    let secret = made.json["secret"].as_str().unwrap().to_owned();
    let path = made.answer.header(axum::http::header::LOCATION).to_owned();
    let case = service.submitted("maria");
    assert_eq!(service.deliver(), 1);
    assert_eq!(service.deliver(), 0, "it is not tried again at once");
    let pending = service.get(&token, &path).json["pending"].clone();
    assert_eq!((&pending[0]["attempts"], &pending[0]["given_up"]), (&json!(1), &json!(false)));
    assert!(pending[0]["fault"].as_str().unwrap().contains("500"), "{pending}");
    // A redirect is no answer, and is not followed.
    service.on("2026-11-02T09:00:11");
    assert_eq!(service.deliver(), 1);
    service.on("2026-11-02T09:00:40");
    assert_eq!(service.deliver(), 1);
    service.on("2026-11-02T12:00:00");
    assert_eq!(service.deliver(), 0, "it has arrived");
    assert_eq!(service.get(&token, &path).json["pending"], json!([]));
    let heard = receiver.heard();
    assert_eq!(heard.len(), 3);
    for message in &heard {
        assert_eq!(message.header("webhook-id"), format!("{case}:3"), "the same event");
        let moment: i64 = message.header("webhook-timestamp").parse().unwrap();
        let moment = Timestamp::from_second(moment).unwrap();
        let signed = sign(&secret, &format!("{case}:3"), moment, &message.body).unwrap();
        assert_eq!(message.header("webhook-signature"), signed);
        assert_eq!(message.header("content-type"), "application/cloudevents+json");
        assert_eq!(message.json()["type"], "case.submit");
        assert!(!message.body.contains("maria"));
    }
    // Told again from the beginning of the feed: what it has had keeps its name.
    let from = json!({ "after": "MA" });
    let replayed = service.post(&token, &format!("{path}/replay"), &from);
    assert_eq!(replayed.is(200).json["deliveries"], 1);
    assert_eq!(service.deliver(), 1);
    assert_eq!(receiver.heard()[3].header("webhook-id"), format!("{case}:3"));
    service.delete(&token, &path).is(204);
    service.does("zhao", &case, json!("accept")).is(201);
    assert_eq!(service.deliver(), 0);
    service.get(&token, &path).is_problem(404, "webhook");
}

#[test]
fn a_receiver_that_does_not_answer_holds_up_no_other() {
    let service = Service::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let receiver = Receiver::start(&["204 Thanks"]);
    let url = format!("http://{}/hook", silent.local_addr().unwrap());
    for (person, url) in [("qian", &url), ("qian", &receiver.url)] {
        let hook = json!({ "url": url, "kinds": ["submit"] });
        service.post(&service.token(person), "/api/v1/webhooks", &hook).is(201);
    }
    for _ in 0..9 {
        service.submitted("maria");
    }
    let begun = Instant::now();
    service.runtime.block_on(async {
        let mut deliveries = Deliveries::new(&service.cases);
        // Each has places of its own, and those of the silent one stay taken.
        for begun in [8, 4, 1] {
            assert_eq!(deliveries.begin().await.unwrap(), begun);
            while !deliveries.are(4) {
                deliveries.wait().await.unwrap();
            }
        }
        assert_eq!(receiver.heard().len(), 9);
        drop(silent);
    });
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_webhook_that_is_asked_for_again_is_the_same() {
    let service = Service::new();
    let token = service.token("qian");
    let hook = |id: &str, kinds: &[&str]| {
        let body = json!({ "id": id, "url": "http://127.0.0.1:9/hook", "kinds": kinds });
        service.post(&token, "/api/v1/webhooks", &body)
    };
    let first = hook("h", &["submit"]);
    let again = hook("h", &["submit"]);
    assert_eq!(again.is(200).json, first.is(201).json);
    assert!(first.json["secret"].as_str().unwrap().starts_with("whsec_"));
    hook("h", &["decide"]).is_problem(422, "id-taken");
    let other = hook("i", &["submit"]);
    assert_ne!(other.is(201).json["secret"], first.json["secret"]);
    // Another person's request of that name is another one; without a name each is.
    let body = json!({ "id": "h", "url": "http://127.0.0.1:9/hook", "kinds": ["submit"] });
    let theirs = service.post(&service.token("li"), "/api/v1/webhooks", &body);
    assert_ne!(theirs.is(201).json["id"], first.json["id"]);
    let body = json!({ "url": "http://127.0.0.1:9/hook" });
    let (one, two) = (
        service.post(&token, "/api/v1/webhooks", &body),
        service.post(&token, "/api/v1/webhooks", &body),
    );
    assert_ne!(one.is(201).json["id"], two.is(201).json["id"]);
    let listed = service.get(&token, "/api/v1/webhooks");
    assert_eq!(listed.json["webhooks"].as_array().unwrap().len(), 5);
}

#[test]
fn webhooks_are_their_departments_alone() {
    let service = Service::new();
    let hook = json!({ "url": "https://example.org/hook" });
    let made = service.post(&service.token("qian"), "/api/v1/webhooks", &hook);
    let path = made.answer.header(axum::http::header::LOCATION).to_owned();
    assert!(made.is(201).json["secret"].as_str().unwrap().starts_with("whsec_"));
    let listed = service.get(&service.token("li"), "/api/v1/webhooks");
    assert_eq!(listed.json["webhooks"][0]["url"], "https://example.org/hook");
    assert!(!listed.answer.body.contains("whsec_"), "a secret is shown once");
    let wang = service.token("wang");
    assert_eq!(service.get(&wang, "/api/v1/webhooks").json["webhooks"], json!([]));
    service.get(&wang, &path).is_problem(404, "webhook");
    service.delete(&wang, &path).is_problem(404, "webhook");
    service.post(&wang, &format!("{path}/replay"), &json!({})).is_problem(404, "webhook");
    let maria = service.token("maria");
    service.post(&maria, "/api/v1/webhooks", &hook).is_problem(403, "webhooks");
    let token = service.token("qian");
    for url in ["http://example.org/", "https://10.0.0.1/", "nonsense", ""] {
        let refused = service.post(&token, "/api/v1/webhooks", &json!({ "url": url }));
        refused.is_problem(422, "webhook-url");
        assert_eq!(refused.json["errors"][0]["pointer"], "#/url");
    }
    let unknown = json!({ "url": "https://example.org/", "kinds": ["fly"] });
    service.post(&token, "/api/v1/webhooks", &unknown).is_problem(400, "request");
}

#[test]
fn another_department_is_not_sent_what_does_not_concern_it() {
    let service = Service::new();
    let receiver = Receiver::start(&["204 Thanks"]);
    let hook = json!({ "url": receiver.url });
    service.post(&service.token("wang"), "/api/v1/webhooks", &hook).is(201);
    service.submitted("maria");
    assert_eq!(service.deliver(), 3);
    assert_eq!(receiver.heard().len(), 0);
    assert_eq!(service.deliver(), 0);
}
