//! `xianlu rules coverage` as its users run it, and the documentation that it writes.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::process::Command;

fn coverage(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_xianlu");
    let output =
        Command::new(program).args(["rules", "coverage"]).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_documentation_is_what_the_packs_say() {
    for (language, file) in [
        ("en", include_str!("../../../docs/coverage.md")),
        ("zh", include_str!("../../../docs/coverage.zh-CN.md")),
    ] {
        let written = coverage(&["--lang", language]);
        assert!(
            written == file,
            "run `xianlu rules coverage --lang {language}` and put its answer into docs/"
        );
    }
}

#[test]
fn the_answer_for_programs_lists_every_pack() {
    let answer: serde_json::Value = serde_json::from_str(&coverage(&["--format", "json"])).unwrap();
    let packs = answer.pointer("/packs").unwrap().as_array().unwrap();
    let ids: Vec<&str> = packs.iter().filter_map(|pack| pack.pointer("/id")?.as_str()).collect();
    for id in ["cn", "cn-sh", "ca", "sg", "jp", "gb", "au", "de", "at", "nz", "kr", "us"] {
        assert!(ids.contains(&id), "{id} is not in {ids:?}");
    }
}
