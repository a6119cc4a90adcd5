//! What keeps a command from its work is told in the language of the answer.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::process::Command;

#[track_caller]
fn refused(arguments: &[&str], terminal: &str, told: &str) {
    let program = env!("CARGO_BIN_EXE_xianlu");
    let mut command = Command::new(program);
    command.args(arguments).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", terminal);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(told), "no `{told}` in {said}");
}

#[test]
fn failures_are_told_in_the_language_of_the_answer() {
    let unknown = ["rules", "mutate", "jp/hsp-d", "--lang"];
    refused(&[&unknown[..], &["zh"]].concat(), "en_US.UTF-8", "错误: 没有名为 `jp/hsp-d` 的内容");
    refused(
        &[&unknown[..], &["en"]].concat(),
        "zh_CN.UTF-8",
        "error: there is nothing of the name",
    );
    let programme = ["assess", "no-such.json", "--lang", "zh"];
    refused(&programme, "en_US.UTF-8", "错误: no-such.json: 无法读取");
}

#[test]
fn where_no_language_is_asked_for_it_is_that_of_the_terminal() {
    let shown = ["rules", "show", "cn/workpermit"];
    refused(&shown, "zh_CN.UTF-8", "错误: 没有项目 `cn/workpermit`；是不是 `cn/work-permit`？");
    refused(
        &shown,
        "en_US.UTF-8",
        "error: there is no programme `cn/workpermit`; did you mean `cn/work-permit`?",
    );
    let before = ["rules", "show", "cn/work-permit", "--on", "2010-01-01"];
    refused(&before, "zh_CN.UTF-8", "错误: ");
    refused(&["rules", "test", "no-such"], "zh_CN.UTF-8", "没有 `no-such` 的算例");
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();
    refused(&["rules", "list", "--packs", folder], "zh_CN.UTF-8", "这个文件夹里没有规则包");
    let converted = ["dmn", "convert", "model.txt", "model.dmn"];
    refused(&converted, "zh_CN.UTF-8", "从文件名看不出记法");
}
