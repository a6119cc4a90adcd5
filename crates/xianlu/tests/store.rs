//! `xianlu store`: made, checked, copied and restored, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::path::Path;
use std::process::{Command, Output};

fn xianlu(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_xianlu"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("XIANLU_PACKS")
        .env("NO_COLOR", "1")
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), said)
}

#[test]
fn a_database_is_made_checked_copied_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let store = |arguments: &[&str]| {
        xianlu(folder.path(), &[&["store"], arguments, &["--lang", "en"]].concat())
    };
    let (code, said) = store(&["check", "--database", "sqlite:one.db"]);
    assert_eq!((code, said.contains("`xianlu store migrate` makes them")), (2, true), "{said}");
    for (word, sentence) in [("migrate", "was empty"), ("migrate", "already")] {
        let (code, said) = store(&[word, "--database", "sqlite:one.db"]);
        assert_eq!((code, said.contains(sentence)), (0, true), "{said}");
    }
    let (code, said) = store(&["check", "--database", "sqlite:one.db"]);
    assert_eq!((code, said.contains("0 cases with 0 actions: every log")), (0, true), "{said}");
    let (code, said) = store(&["backup", "all.jsonl", "--database", "sqlite:one.db"]);
    assert_eq!((code, said.contains("0 rows written")), (0, true), "{said}");
    let (code, said) = store(&["backup", "all.jsonl", "--database", "sqlite:one.db"]);
    assert_eq!((code, said.contains("a file of this name already")), (2, true), "{said}");
    let (code, said) = store(&["restore", "all.jsonl", "--database", "sqlite:two.db"]);
    assert_eq!((code, said.contains("0 rows restored")), (0, true), "{said}");
    let (code, said) = store(&["rebuild", "--database", "sqlite:two.db"]);
    assert_eq!((code, said.contains("for 0 cases")), (0, true), "{said}");
    let file = folder.path().join("all.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"action\":0", "\"action\":1", 1)).unwrap();
    let (code, said) = store(&["restore", "all.jsonl", "--database", "sqlite:three.db"]);
    assert_eq!((code, said.contains("`action` has 0 rows, and 1")), (2, true), "{said}");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains(".db"))
        .collect();
    assert_eq!(left, ["all.jsonl"], "no partial file");
}

#[test]
fn what_cannot_be_reached_is_told_in_both_languages_without_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("postgres://u:geheim@localhost/x?host={}", folder.path().display());
    for (lang, sentence) in [("en", "is not available"), ("zh", "数据库暂不可用")] {
        let arguments = ["store", "migrate", "--database", &nowhere, "--lang", lang];
        let (code, said) = xianlu(folder.path(), &arguments);
        assert_eq!((code, said.contains(sentence)), (2, true), "{said}");
        assert!(!said.contains("geheim"), "{said}");
    }
    let arguments = ["store", "check", "--database", "mysql://u:geheim@h/x", "--lang", "zh"];
    let (code, said) = xianlu(folder.path(), &arguments);
    assert_eq!((code, said.contains("不是数据库地址")), (2, true), "{said}");
    assert!(!said.contains("geheim"), "{said}");
}
