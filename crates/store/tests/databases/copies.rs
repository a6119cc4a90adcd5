//! Backups: made while others write, restored into either kind, and refused when they are not
//! what was written.

use std::collections::BTreeMap;

use casework::case::Case;
use casework::{Action, Desk, Store, Summary, What};
use jiff::SignedDuration;
use store::{
    BackupError, Database, DocumentRecord, Fault, LineFault, NewToken, Scan, Subscription,
};

use crate::harness::{Place, on_both};
use crate::stories::{Story, actor, at, open, procedures, propose, what_draft};

fn fold(case: &str, log: &[Action]) -> Option<Summary> {
    let procedures = procedures();
    let What::Open { procedure, .. } = &log.first()?.what else { return None };
    let rules = procedures.rules(procedure)?;
    Some(Summary::of(rules, &Case::fold(rules, case, log).ok()?))
}

/// Something of everything.
async fn furnish(database: &Database) {
    let desk = Desk { store: database.clone(), procedures: procedures() };
    let mut story = Story::under_review("cn/work-permit", "2026-11-02");
    story.does("qian", "2026-11-05", propose(&["condition_age"]));
    let subscription = Subscription {
        id: "s".to_owned(),
        url: "https://receiver.example/".to_owned(),
        secret: "s".to_owned(),
        kinds: [].into(),
        by: "admin".to_owned(),
        made: at("2026-11-02"),
    };
    for case in 0..30 {
        for action in &story.log {
            desk.take(&Action { case: format!("案-{case}"), ..action.clone() }).await.unwrap();
        }
        if case == 20 {
            database.subscribe(&subscription, None).await.unwrap();
        }
    }
    let lease = SignedDuration::from_mins(1);
    let claimed = database.claim(at("2026-11-06"), lease, 3, |_| 3).await.unwrap();
    database.failed(&claimed[0], "gone \"away\"", None).await.unwrap();
    database.delivered(&claimed[1]).await.unwrap();
    let new = NewToken {
        name: "desk".to_owned(),
        actor: actor("qian"),
        scopes: ["cases:read".to_owned()].into(),
        made: at("2026-11-02"),
        expires: at("2026-11-03"),
    };
    let (token, _) = database.make_token(new.clone()).await.unwrap();
    database.make_token(new).await.unwrap();
    database.revoke_token(&token.id, at("2026-11-02")).await.unwrap();
    let document = DocumentRecord {
        case: "案-1".to_owned(),
        id: "d1".to_owned(),
        kind: "passport".to_owned(),
        digest: "abc".to_owned(),
        size: 1,
        media_type: "application/pdf".to_owned(),
        file_name: "a\tb\u{1f}😀.pdf".to_owned(),
        uploaded: at("2026-11-02"),
        by: "maria".to_owned(),
        scan: Scan::Clean { at: at("2026-11-02") },
    };
    database.keep_document(&document).await.unwrap();
}

async fn backup(database: &Database) -> (Vec<u8>, BTreeMap<String, u64>) {
    let mut file = Vec::new();
    let counts = database.backup(&mut file, at("2026-11-06")).await.unwrap();
    (file, counts)
}

async fn a_backup_fills_either_database_with_the_same(place: Place) {
    let database = place.open().await;
    furnish(&database).await;
    let (file, counts) = backup(&database).await;
    assert_eq!((counts["action"], counts["announcement"], counts["token"]), (180, 180, 2));
    for other in [Some(Place::sqlite()), Place::postgres().await].into_iter().flatten() {
        let other = other.open().await;
        assert_eq!(other.restore(&mut file.as_slice()).await.unwrap(), counts);
        // The same in the same order, to the byte.
        assert_eq!(backup(&other).await.0, file);
        let checked = other.check(fold).await.unwrap();
        assert_eq!((checked.cases, checked.actions, checked.first), (30, 180, Vec::new()));
        assert_eq!(other.tokens().await.unwrap(), database.tokens().await.unwrap());
        // What comes after goes on from there.
        let told = other.events(180, 10).await.unwrap();
        assert!(told.is_empty());
        let desk = Desk { store: other.clone(), procedures: procedures() };
        let mut begun = Story::begin("cn/work-permit");
        begun.does("maria", "2026-11-09", open("cn/work-permit"));
        desk.take(&begun.log[0]).await.unwrap();
        let told = other.events(180, 10).await.unwrap();
        assert_eq!((told.len(), told[0].position), (1, 181));
        let refused = other.restore(&mut file.as_slice()).await;
        let (table, count) = ("action".to_owned(), 181);
        assert_eq!(refused, Err(BackupError::NotEmpty { table, count }));
    }
}

async fn a_backup_that_is_not_what_was_written_fills_nothing(place: Place) {
    let source = Place::sqlite();
    let source = source.open().await;
    furnish(&source).await;
    let (file, _) = backup(&source).await;
    let text = String::from_utf8(file).unwrap();
    let database = place.open().await;
    let lines: Vec<&str> = text.lines().collect();
    let without = |index: usize| {
        let mut lines = lines.clone();
        lines.remove(index);
        lines.join("\n") + "\n"
    };
    let cut_off = |length: usize| text.chars().take(length).collect::<String>();
    let cases = [
        (String::new(), BackupError::CutOff),
        (cut_off(text.chars().count() / 2), BackupError::CutOff),
        (cut_off(text.chars().count() - 5), BackupError::CutOff),
        (without(lines.len() - 1), BackupError::CutOff),
        (without(5), BackupError::Digest),
        (text.replacen("qian", "sun", 1), BackupError::Digest),
        (
            text.replacen("\"schema\":1", "\"schema\":7", 1),
            BackupError::Schema { found: 7, needed: 1 },
        ),
        ("{}\n".to_owned(), BackupError::NoBackup),
        (
            text.replacen("[\"action\",", "[\"actions\",", 1),
            BackupError::Line { line: 2, fault: LineFault::Table("actions".to_owned()) },
        ),
        (
            text.replacen(",1,\"action-0\"", ",\"1\",\"action-0\"", 1),
            BackupError::Line { line: 2, fault: LineFault::Values },
        ),
        (text.replacen("[\"action\",", "{\"action\",", 1), BackupError::CutOff),
        (
            text.replacen("[\"action\",", "\"action\",", 1),
            BackupError::Line { line: 2, fault: LineFault::Form },
        ),
    ];
    for (text, fault) in cases {
        assert_eq!(database.restore(&mut text.as_bytes()).await, Err(fault));
        assert!(database.cases(None, 10).await.unwrap().is_empty(), "nothing stays");
    }
}

async fn a_backup_shows_one_moment_while_others_write(place: Place) {
    let database = place.open().await;
    let writer = {
        let desk = Desk { store: database.clone(), procedures: procedures() };
        tokio::spawn(async move {
            let mut story = Story::begin("cn/work-permit");
            story.does("maria", "2026-11-02", open("cn/work-permit"));
            for _ in 0..60 {
                story.does("maria", "2026-11-02", what_draft(&[]));
            }
            for case in 0..4 {
                for action in &story.log {
                    let action = Action { case: format!("TM-{case}"), ..action.clone() };
                    desk.take(&action).await.unwrap();
                }
            }
        })
    };
    let mut copies = 0;
    while !writer.is_finished() {
        let (file, counts) = backup(&database).await;
        assert_eq!(counts["action"], counts["announcement"]);
        let copy = Place::sqlite();
        let copy = copy.open().await;
        copy.restore(&mut file.as_slice()).await.unwrap();
        let checked = copy.check(fold).await.unwrap();
        assert_eq!((checked.actions, checked.first), (counts["action"], Vec::new()));
        copies += 1;
    }
    writer.await.unwrap();
    println!("{copies} copies");
}

async fn a_check_finds_what_is_wrong_and_rebuilding_puts_right_what_is_derived(place: Place) {
    let database = place.open().await;
    furnish(&database).await;
    let raw = place.raw().await;
    let clean = database.check(fold).await.unwrap();
    assert_eq!((clean.cases, clean.faults), (30, 0));
    let derived = [
        ("DELETE FROM summary WHERE case_id = '案-1'", vec![Fault::Summary, Fault::Queue]),
        (
            "UPDATE summary SET body = '{}' WHERE case_id = '案-1'",
            vec![Fault::Summary, Fault::Queue],
        ),
        ("UPDATE summary SET version = 9 WHERE case_id = '案-1'", vec![Fault::Summary]),
        ("UPDATE summary SET wake = 9 WHERE case_id = '案-1'", vec![Fault::Summary]),
        ("DELETE FROM queue WHERE case_id = '案-1' AND owner = '*'", vec![Fault::Queue]),
        ("UPDATE queue SET place = 'x' WHERE case_id = '案-1'", vec![Fault::Queue]),
        ("INSERT INTO shared_key (key, case_id) VALUES ('k', '案-1')", vec![Fault::Keys]),
    ];
    for (wrong, faults) in derived {
        sqlx::query(wrong).execute(&raw).await.unwrap();
        let found = database.check(fold).await.unwrap().first;
        let expected: Vec<_> = faults.iter().map(|fault| ("案-1".to_owned(), *fault)).collect();
        assert_eq!(found, expected, "{wrong}");
        assert_eq!(database.rebuild(fold).await.unwrap(), (30, Vec::new()));
        assert_eq!(database.check(fold).await.unwrap().faults, 0, "{wrong}");
    }
    let orphan = "INSERT INTO shared_key (key, case_id) VALUES ('k', 'TM-9')";
    sqlx::query(orphan).execute(&raw).await.unwrap();
    let found = database.check(fold).await.unwrap().first;
    assert_eq!(found, [("TM-9".to_owned(), Fault::NoCase)]);
    database.rebuild(fold).await.unwrap();
    assert_eq!(database.check(fold).await.unwrap().faults, 0);
    // What is wrong with a log cannot be put right from it.
    let logs = [
        ("UPDATE action SET id = 'x' WHERE case_id = '案-2' AND version = 2", Fault::Log),
        ("DELETE FROM action WHERE case_id = '案-3' AND version = 2", Fault::Log),
        ("UPDATE action SET body = '{' WHERE case_id = '案-4' AND version = 6", Fault::Log),
        (
            "UPDATE action SET body =
             replace(body, '\"start-review\"', '{\"open\":{\"procedure\":\"cn/work-permit\"}}')
             WHERE case_id = '案-5'",
            Fault::Fold,
        ),
        ("DELETE FROM announcement WHERE case_id = '案-6' AND version = 1", Fault::Announcements),
    ];
    for (wrong, fault) in logs {
        sqlx::query(wrong).execute(&raw).await.unwrap();
        let found = database.check(fold).await.unwrap();
        let case = wrong.split('\'').find(|part| part.starts_with('案')).unwrap();
        let of: Vec<Fault> =
            found.first.iter().filter(|(of, _)| of == case).map(|(_, fault)| *fault).collect();
        assert!(of.contains(&fault), "{wrong}: {found:?}");
    }
    // Nor is there a line of it afterwards, if there was none, and all others can be read.
    let lost = "DELETE FROM summary WHERE case_id = '案-4'";
    sqlx::query(lost).execute(&raw).await.unwrap();
    let (_, unfolded) = database.rebuild(fold).await.unwrap();
    assert_eq!(unfolded, ["案-3", "案-4", "案-5"]);
    assert_eq!(database.lines_after("", 100).await.unwrap().len(), 29);
}

on_both!(
    a_backup_fills_either_database_with_the_same,
    a_backup_that_is_not_what_was_written_fills_nothing,
    a_backup_shows_one_moment_while_others_write,
    a_check_finds_what_is_wrong_and_rebuilding_puts_right_what_is_derived,
);
