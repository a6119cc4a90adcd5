//! Access tokens, and what is known of documents.

use casework::store::StoreError;
use casework::{ActionKind, Status, Store};
use jiff::{SignedDuration, Timestamp};
use store::{DocumentRecord, NewToken, Scan};

use crate::harness::{Place, on_both};
use crate::outbox::entry;
use crate::stories::{actor, at};

async fn a_token_is_known_by_its_secret_alone_until_it_expires_or_is_revoked(place: Place) {
    let database = place.open().await;
    let made = at("2026-11-02");
    let expires = made + SignedDuration::from_hours(24);
    let new = |name: &str| NewToken {
        name: name.to_owned(),
        actor: actor("qian"),
        scopes: ["cases:read".to_owned()].into(),
        made,
        expires,
    };
    let (token, secret) = database.make_token(new("desk")).await.unwrap();
    let (other, other_secret) = database.make_token(new("other")).await.unwrap();
    assert_ne!(secret, other_secret);
    assert_eq!(database.token(&secret, made).await.unwrap(), Some(token.clone()));
    let last = expires - SignedDuration::from_micros(1);
    assert_eq!(database.token(&secret, last).await.unwrap(), Some(token.clone()));
    assert_eq!(database.token(&secret, expires).await.unwrap(), None);
    for wrong in
        ["", "xianlu_", &token.id, secret.trim_start_matches("xianlu_"), &secret.to_uppercase()]
    {
        assert_eq!(database.token(wrong, made).await.unwrap(), None, "{wrong}");
    }
    let now = made + SignedDuration::from_hours(1);
    assert!(database.revoke_token(&token.id, now).await.unwrap());
    assert!(!database.revoke_token(&token.id, made).await.unwrap(), "for good");
    assert_eq!(database.token(&secret, now).await.unwrap(), None);
    assert_eq!(database.token(&other_secret, now).await.unwrap(), Some(other.clone()));
    let mut listed = database.tokens().await.unwrap();
    listed.sort_by_key(|token| token.name.clone());
    let revoked = store::Token { revoked: Some(now), ..token };
    assert_eq!(listed, [revoked, other]);
    // The secret is nowhere in what is kept.
    let raw = place.raw().await;
    let text = "SELECT COUNT(*) FROM token WHERE body LIKE $1 OR digest LIKE $1 OR id LIKE $1";
    let digits = secret.trim_start_matches("xianlu_");
    let query = sqlx::query_scalar(text).bind(format!("%{digits}%"));
    let found: i64 = query.fetch_one(&raw).await.unwrap();
    assert_eq!(found, 0);
}

async fn the_same_bytes_are_found_in_other_cases(place: Place) {
    let database = place.open().await;
    let document = |case: &str, id: &str, digest: &str| DocumentRecord {
        case: case.to_owned(),
        id: id.to_owned(),
        kind: "degree".to_owned(),
        digest: digest.to_owned(),
        size: 3_000_000_000,
        media_type: "application/pdf".to_owned(),
        file_name: "学位证书 \"1\".pdf".to_owned(),
        uploaded: at("2026-11-02"),
        by: "maria".to_owned(),
        scan: Scan::NotDone,
    };
    let (one, two) = (document("TM-1", "d1", "abc"), document("TM-2", "d7", "abc"));
    for new in [&one, &two, &document("TM-1", "d2", "other")] {
        assert!(database.keep_document(new).await.unwrap());
    }
    // The same upload again, later; and another document under the same identifier.
    let again = DocumentRecord { uploaded: at("2026-11-03"), ..one.clone() };
    assert!(!database.keep_document(&again).await.unwrap());
    let other = document("TM-1", "d1", "xyz");
    let refused = database.keep_document(&other).await;
    assert_eq!(refused, Err(StoreError::IdTaken("d1".to_owned())));
    let nul = DocumentRecord { id: "d\0".to_owned(), ..one.clone() };
    assert!(matches!(database.keep_document(&nul).await, Err(StoreError::Failed(_))));
    let found = database.same_bytes("abc").await.unwrap();
    let places: Vec<_> = found.iter().map(|(case, id)| (case.as_str(), id.as_str())).collect();
    assert_eq!(places, [("TM-1", "d1"), ("TM-2", "d7")]);
    assert!(database.keep_document(&document("TM-3", "d9", "abc")).await.unwrap());
    assert_eq!(database.unsearched("", 5).await.unwrap(), ["abc", "other"]);
    assert_eq!(database.unsearched("abc", 5).await.unwrap(), ["other"]);
    assert_eq!(database.unsearched("", 1).await.unwrap(), ["abc"]);
    assert_eq!(database.document("TM-1", "d1").await.unwrap(), Some(one));
    assert_eq!(database.document("TM-1", "d7").await.unwrap(), None);
    let scan = Scan::Infected { at: Timestamp::UNIX_EPOCH, with: "Eicar".to_owned() };
    assert_eq!(database.keep_scan("abc", &scan).await.unwrap(), 3);
    assert_eq!(database.unsearched("", 5).await.unwrap(), ["other"]);
    let listed = database.documents("TM-2").await.unwrap();
    assert_eq!(listed, [DocumentRecord { scan, ..two }]);
}

async fn cases_with_the_same_bytes_are_those_that_were_handed_in(place: Place) {
    let database = place.open().await;
    let keep = async |case: &str, id: &str, digest: &str| {
        let new = DocumentRecord {
            case: case.to_owned(),
            id: id.to_owned(),
            kind: "degree".to_owned(),
            digest: digest.to_owned(),
            size: 1,
            media_type: "application/pdf".to_owned(),
            file_name: String::new(),
            uploaded: at("2026-11-02"),
            by: "maria".to_owned(),
            scan: Scan::NotDone,
        };
        assert!(database.keep_document(&new).await.unwrap());
    };
    let open = async |case: &str, applicant: &str, submitted: bool, status: Status| {
        let mut entry = entry(case, 1, ActionKind::Submit);
        entry.summary.applicant = applicant.to_owned();
        entry.summary.submitted = submitted.then(|| at("2026-11-02"));
        entry.summary.status = status;
        // What people write is no moment of handing in.
        entry.summary.place = Some("\"submitted\":null".to_owned());
        database.append(&[entry]).await.unwrap();
    };
    open("TM-0", "maria", true, Status::Submitted).await;
    for id in ["a", "b"] {
        keep("TM-0", id, "degree").await;
    }
    keep("TM-0", "c", "licence").await;
    // Many copies in one case, in a draft, and in one that was given up before it was handed in.
    for (case, submitted, status) in [
        ("TM-1", false, Status::Draft),
        ("TM-2", false, Status::Closed),
        ("TM-3", true, Status::Closed),
    ] {
        open(case, "john", submitted, status).await;
        for copy in 0..30 {
            keep(case, &format!("copy-{copy}"), "degree").await;
        }
    }
    open("TM-4", "wei", true, Status::Submitted).await;
    open("TM-5", "maria", true, Status::Submitted).await;
    for case in ["TM-4", "TM-5"] {
        keep(case, "degree", "degree").await;
        keep(case, "licence", "licence").await;
    }
    let same = async |most, all| {
        let same = database.cases_with_the_same_bytes("TM-0", "maria", most, all).await.unwrap();
        same.into_iter().map(|(digest, line)| format!("{digest} {}", line.case)).collect::<Vec<_>>()
    };
    let others = ["degree TM-3", "licence TM-4", "degree TM-4"];
    assert_eq!(same(9, 9).await, [&others[..], &["licence TM-5", "degree TM-5"]].concat());
    assert_eq!(same(1, 9).await, others[..2]);
    assert_eq!(same(9, 3).await, others);
}

on_both!(
    cases_with_the_same_bytes_are_those_that_were_handed_in,
    a_token_is_known_by_its_secret_alone_until_it_expires_or_is_revoked,
    the_same_bytes_are_found_in_other_cases,
);
