//! Whoever asks too often is told so, and nobody else.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Service, Told};
use crate::Limits;
use crate::cases::pace::Peer;

fn from(service: &Service, address: &str, token: &str) -> Told {
    let mut request = Request::get("/api/v1/cases")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(Peer(address.parse().unwrap()));
    service.ask(request)
}

#[test]
fn a_token_that_asks_too_often_is_told_when_to_come_back() {
    let limits = Limits { requests_per_second: 1, wrong_tokens_per_minute: 0 };
    let service = Service::limited(limits);
    let (qian, zhao) = (service.token("qian"), service.token("zhao"));
    let answers: Vec<Told> = (0..8).map(|_| service.get(&qian, "/api/v1/cases")).collect();
    answers.first().unwrap().is(200);
    let last = answers.last().unwrap();
    last.is_problem(429, "too-often");
    assert_eq!(last.answer.header(header::RETRY_AFTER), "1");
    assert!(last.json["message"]["zh"].is_string(), "{}", last.json);
    service.get(&zhao, "/api/v1/cases").is(200);
    // What needs no token is not counted.
    service.ask(Request::get("/healthz").body(Body::empty()).unwrap()).is(200);
}

#[test]
fn wrong_tokens_close_their_address_to_more_of_them() {
    let limits = Limits { requests_per_second: 0, wrong_tokens_per_minute: 5 };
    let service = Service::limited(limits);
    let (qian, zhao) = (service.token("qian"), service.token("zhao"));
    from(&service, "192.0.2.1", &qian).is(200);
    for number in 0..5 {
        from(&service, "192.0.2.1", &format!("wrong-{number}")).is_problem(401, "token");
    }
    let told = from(&service, "192.0.2.1", "wrong-5");
    told.is_problem(429, "too-often");
    let wait: u64 = told.answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    // A token is not tried there any more, right or wrong; those that were let in before go on.
    from(&service, "192.0.2.1", &zhao).is_problem(429, "too-often");
    from(&service, "192.0.2.1", &qian).is(200);
    from(&service, "192.0.2.2", &zhao).is(200);
}
