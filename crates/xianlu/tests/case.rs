//! Cases from the command line: documents that are sent to a server, listed, fetched, and looked
//! for where they are kept; logs that are taken out in parts.

#![expect(clippy::unwrap_used, reason = "a test stops at its first fault")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xianlu"));
    command.args(arguments).env("NO_COLOR", "1").current_dir(folder);
    for name in ["DATABASE_URL", "XIANLU_PACKS", "XIANLU_TOKEN", "XIANLU_DOCUMENTS"] {
        command.env_remove(name);
    }
    command
}

fn xianlu(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = command(folder, arguments).output().unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), said)
}

/// A server of a folder, and its address.
fn serve(folder: &Path) -> (Server, String) {
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:one.db"];
    let serve = [&serve[..], &["--documents", "kept"]].concat();
    let server = command(folder, &serve).stdout(Stdio::piped()).spawn().unwrap();
    let mut server = Server(server);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split_once(": ").unwrap().1.trim().to_owned();
    (server, address)
}

fn token(folder: &Path, of: &[&str]) -> String {
    let make = ["token", "make", "--format", "json", "--database", "sqlite:one.db"];
    let (code, said) = xianlu(folder, &[&make[..], of].concat());
    assert_eq!(code, 0, "{said}");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let secret = json.get("token").or(json.get("secret"));
    secret.unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_log_that_is_taken_out_in_parts_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (_server, address) = serve(folder);
    let maria = token(folder, &["--person", "maria", "--role", "applicant"]);
    let officer = ["--person", "qian", "--role", "case-officer"];
    let of = ["--department", "foreign-expert-authority", "--scope", "export"];
    let qian = token(folder, &[&officer[..], &of].concat());
    let case = |token: &str, arguments: &[&str]| {
        let to = ["--server", &address, "--token", token, "--lang", "en"];
        xianlu(folder, &[&["case"], arguments, &to].concat())
    };
    for _ in 0..2 {
        let (code, said) = case(&maria, &["open", "cn/work-permit", "--format", "json"]);
        assert_eq!(code, 0, "{said}");
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        let reference = json["case"].as_str().unwrap();
        for what in [r#"{"save-draft": {}}"#, "submit"] {
            let (code, said) = case(&maria, &["act", reference, what]);
            assert_eq!(code, 0, "{said}");
        }
    }
    let cases = |log: &str| {
        let rows = log.lines().filter(|line| line.contains(",cn/work-permit,"));
        rows.filter_map(|row| row.split(',').next()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (code, whole) = case(&qian, &["export", "csv"]);
    assert_eq!((code, cases(&whole).len()), (0, 2), "{whole}");
    let (code, first) = case(&qian, &["export", "csv", "--limit", "1"]);
    assert_eq!((code, cases(&first).len()), (1, 1), "{first}");
    let cursor = first.split("--cursor ").nth(1).unwrap().split('`').next().unwrap();
    let (_, second) = case(&qian, &["export", "csv", "--limit", "1", "--cursor", cursor]);
    assert_eq!(&cases(&first) | &cases(&second), cases(&whole));
}

#[test]
fn a_document_is_sent_listed_fetched_and_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (server, address) = serve(folder);
    let token = token(folder, &["--person", "maria", "--role", "applicant"]);
    let case = |arguments: &[&str]| {
        let to = ["--server", &address, "--token", &token, "--lang", "en"];
        xianlu(folder, &[&["case"], arguments, &to].concat())
    };
    let (code, said) = case(&["open", "cn/work-permit", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let reference = json["case"].as_str().unwrap();

    let file = folder.join("护照.pdf");
    let bytes = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n";
    std::fs::write(&file, bytes).unwrap();
    let name = file.to_str().unwrap();
    for word in ["received", "had been received before"] {
        let (code, said) = case(&["upload", reference, "passport", name]);
        assert_eq!((code, said.contains(word)), (0, true), "{said}");
    }
    let (code, said) = case(&["documents", reference, "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["documents"].as_array().unwrap().len(), 1);
    assert_eq!(json["documents"][0]["file_name"], "护照.pdf");
    let id = json["documents"][0]["id"].as_str().unwrap();
    let (code, said) = case(&["documents", reference]);
    assert_eq!((code, said.contains("not searched")), (0, true), "{said}");
    let (code, said) = case(&["download", reference, id, "fetched.pdf"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read(folder.join("fetched.pdf")).unwrap(), bytes);
    let (code, said) = case(&["download", reference, id, "fetched.pdf"]);
    assert_eq!((code, said.contains("already")), (2, true), "{said}");
    let (code, said) = case(&["download", reference, "another", "another.pdf"]);
    assert_eq!((code, said.contains("no such document")), (1, true), "{said}");
    assert!(!folder.join("another.pdf").exists());
    std::fs::write(&file, b"MZ\x90\0 a program").unwrap();
    let (code, said) = case(&["upload", reference, "passport", name]);
    assert_eq!((code, said.contains("PDF, JPEG and PNG are taken")), (1, true), "{said}");
    drop(server);

    let check = |documents: &str| {
        let at = ["--database", "sqlite:one.db", "--lang", "en"];
        xianlu(folder, &[&["store", "check", "--documents", documents], &at[..]].concat())
    };
    let (code, said) = check("kept");
    assert_eq!((code, said.contains("1 documents were read")), (0, true), "{said}");
    let digest = json["documents"][0]["digest"].as_str().unwrap();
    let (shelf, rest) = digest.split_at(2);
    let kept = folder.join("kept").join(shelf).join(rest);
    std::fs::write(&kept, b"%PDF-1.7 forged %%EOF").unwrap();
    let (code, said) = check("kept");
    assert_eq!((code, said.contains("not those that were kept")), (1, true), "{said}");
    assert!(said.contains(&format!("{reference}/{id}")), "{said}");
    std::fs::remove_file(&kept).unwrap();
    let (code, said) = check("kept");
    assert_eq!((code, said.contains("not where they were kept")), (1, true), "{said}");
    let (code, said) = check("elsewhere");
    assert_eq!((code, said.contains("no such folder")), (2, true), "{said}");
}
