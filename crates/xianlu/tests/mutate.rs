//! `xianlu rules mutate` as its users run it.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::process::{Command, Output};

fn mutate(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_xianlu");
    Command::new(program).args(["rules", "mutate"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_share_decides_the_exit_status() {
    let enough = mutate(&["us/eb1a", "--at-least", "95", "--lang", "en"]);
    assert_eq!(enough.status.code(), Some(0), "{}", text(&enough.stderr));
    let said = text(&enough.stdout);
    assert!(said.starts_with("us/eb1a: ") && said.contains("changes caught"), "{said}");
    // Some changes of the points of Japan are ones that nobody can notice.
    let below = mutate(&["jp/hsp-a", "--at-least", "100", "--lang", "zh"]);
    assert_eq!(below.status.code(), Some(1), "{}", text(&below.stderr));
    let said = text(&below.stdout);
    assert!(said.contains(">= 70 → >= 69") && said.contains("低于要求的100%"), "{said}");
}

#[test]
fn the_answer_for_programs_names_what_survives() {
    let output = mutate(&["jp/hsp-a", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let group = answer.pointer("/groups/0").unwrap();
    assert_eq!(group.pointer("/id").unwrap(), "jp/hsp-a");
    let survivors = group.pointer("/survivors").unwrap().as_array().unwrap();
    let decisions: Vec<&str> =
        survivors.iter().filter_map(|one| one.pointer("/decision")?.as_str()).collect();
    assert!(decisions.contains(&"route_70"), "{decisions:?}");
    let count = |key: &str| group.pointer(key).unwrap().as_u64().unwrap();
    assert_eq!(count("/total"), count("/caught") + survivors.len() as u64);
}

#[test]
fn what_cannot_be_changed_is_unusable_input() {
    let unknown = mutate(&["jp/hsp-d", "--lang", "en"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean `jp/hsp-"), "{}", text(&unknown.stderr));
    let share = mutate(&["jp/hsp-a", "--at-least", "101"]);
    assert_eq!(share.status.code(), Some(2));
    assert!(text(&share.stderr).contains("from 0 to 100"), "{}", text(&share.stderr));
}

#[test]
fn what_survives_is_listed_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("survivors.csv");
    let output = mutate(&["jp/hsp-a", "--survivors", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = answer.pointer("/groups/0/survivors").unwrap().as_array().unwrap().len();
    let mut listed = csv::Reader::from_path(&file).unwrap();
    assert_eq!(
        listed.headers().unwrap(),
        vec!["group", "file", "decision", "row", "column", "old", "new"]
    );
    let rows: Vec<csv::StringRecord> = listed.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), count);
    let limit =
        |row: &csv::StringRecord| row.get(2) == Some("route_70") && row.get(6) == Some(">= 69");
    assert!(rows.iter().any(limit), "{rows:?}");
    // A folder that is not there.
    let nowhere = folder.path().join("none/survivors.csv");
    let refused = mutate(&["us/eb1a", "--survivors", nowhere.to_str().unwrap(), "--lang", "zh"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("无法写入"), "{}", text(&refused.stderr));
}
