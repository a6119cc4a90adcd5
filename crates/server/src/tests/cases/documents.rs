//! Documents: taken in, refused, listed, given out.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::{Value, json};
use store::{DocumentRecord, Scan, Scanner};

use super::{Service, Told};

/// The test file of the anti-virus industry, which is no virus.
const EICAR: &str = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

impl Service {
    /// Somebody uploads a document.
    fn upload(&self, person: &str, case: &str, query: &str, bytes: &[u8]) -> Told {
        self.upload_as(person, case, query, bytes, "application/octet-stream")
    }

    fn upload_as(&self, person: &str, case: &str, query: &str, bytes: &[u8], of: &str) -> Told {
        let request = Request::post(format!("/api/v1/cases/{case}/documents?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token(person)))
            .header(header::CONTENT_TYPE, of)
            .body(Body::from(bytes.to_vec()));
        self.ask(request.unwrap())
    }

    #[track_caller]
    fn documents(&self, person: &str, case: &str) -> Vec<Value> {
        let told = self.get(&self.token(person), &format!("/api/v1/cases/{case}/documents"));
        told.is(200);
        told.json["documents"].as_array().unwrap().clone()
    }

    fn download(&self, person: &str, case: &str, id: &str) -> Told {
        self.get(&self.token(person), &format!("/api/v1/cases/{case}/documents/{id}"))
    }

    fn record(&self, case: &str, id: &str) -> Option<DocumentRecord> {
        self.runtime.block_on(self.store().document(case, id)).unwrap()
    }

    /// How many files are kept.
    fn files(&self) -> usize {
        fn walk(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
        }
        walk(&self.folder.path().join("documents"))
    }
}

fn pdf(content: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n{content}\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n").into_bytes()
}

/// A daemon that speaks `INSTREAM` and finds the test file and nothing else.
fn daemon(listener: TcpListener) {
    fn answer(mut peer: TcpStream) -> std::io::Result<()> {
        peer.read_exact(&mut [0; 10])?;
        let mut bytes = Vec::new();
        loop {
            let mut length = [0; 4];
            peer.read_exact(&mut length)?;
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
            if length == 0 {
                break;
            }
            let mut chunk = vec![0; length];
            peer.read_exact(&mut chunk)?;
            bytes.extend(chunk);
        }
        let found = bytes.windows(22).any(|part| part == b"EICAR-STANDARD-ANTIVIR");
        let found = if found { "stream: Eicar-Test-Signature FOUND\0" } else { "stream: OK\0" };
        peer.write_all(found.as_bytes())
    }
    std::thread::spawn(move || {
        for peer in listener.incoming() {
            let _ = answer(peer.unwrap());
        }
    });
}

#[test]
fn a_document_is_kept_and_handed_in_and_given_out_as_it_was() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bytes = pdf("<< /Type /Catalog >>");
    let query = "id=passport-1&kind=passport&name=C%3A%5Cscans%5C%E6%8A%A4%E7%85%A7.pdf";
    let told = service.upload_as("maria", &case, query, &bytes, "application/pdf");
    told.is(201);
    assert_eq!(told.json["handed_in"], true);
    assert_eq!(told.json["scan"], "not-done");
    assert_eq!(told.json["digest"], casework::evidence::digest(&bytes));
    assert_eq!(told.json["version"], 2);
    let [document] = service.documents("maria", &case).try_into().unwrap();
    assert_eq!(document["file_name"], "护照.pdf");
    assert_eq!(document["size"], bytes.len());
    assert_eq!(document["by"], "maria");
    assert_eq!(service.show("maria", &case)["documents"]["had"][0]["id"], "passport-1");
    let given = service.download("maria", &case, "passport-1");
    given.is(200);
    assert_eq!(given.answer.body.as_bytes(), bytes);
    assert_eq!(given.answer.header(header::CONTENT_TYPE), "application/pdf");
    let name = "attachment; filename*=UTF-8''%E6%8A%A4%E7%85%A7.pdf";
    assert_eq!(given.answer.header(header::CONTENT_DISPOSITION), name);
    assert_eq!(given.answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let policy = given.answer.header(header::CONTENT_SECURITY_POLICY);
    assert_eq!(policy, "default-src 'none'; sandbox");
    assert_eq!(given.answer.header(header::CACHE_CONTROL), "no-store");
    service.download("maria", &case, "passport-2").is_problem(404, "document");
    // The draft is not the authority's yet.
    service.download("qian", &case, "passport-1").is_problem(404, "case");
}

#[test]
fn a_document_that_is_called_as_a_path_is_none() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bytes = pdf("<< /Path true >>");
    let query = "id=..%2F..%2F..%2Fescaped&kind=passport&name=..%2F..%2Fescaped.pdf";
    service.upload("maria", &case, query, &bytes).is(201);
    let told = service.download("maria", &case, "..%2F..%2F..%2Fescaped");
    assert_eq!(told.is(200).answer.header(header::CONTENT_TYPE), "application/pdf");
    assert!(!told.answer.header(header::CONTENT_DISPOSITION).contains(".."));
    // It lies under what its bytes are, where all others do.
    assert_eq!(service.files(), 1);
    let entries = std::fs::read_dir(service.folder.path()).unwrap();
    let names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("escaped")), "{names:?}");
}

#[test]
fn the_same_request_again_is_the_same_document() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bytes = pdf("<< >>");
    let query = "id=p&kind=passport&name=p.pdf";
    service.upload("maria", &case, query, &bytes).is(201);
    let again = service.upload("maria", &case, query, &bytes);
    again.is(200);
    assert_eq!((&again.json["repeated"], &again.json["version"]), (&json!(true), &json!(2)));
    assert_eq!(service.documents("maria", &case).len(), 1);
    let log = service.get(&service.token("maria"), &format!("/api/v1/cases/{case}/actions"));
    assert_eq!(log.json["actions"].as_array().unwrap().len(), 2);
    // Another one under its name is not it.
    service.upload("maria", &case, query, &pdf("<< /Other 1 >>")).is_problem(422, "id-taken");
    let other = "id=p&kind=contract&name=p.pdf";
    service.upload("maria", &case, other, &bytes).is_problem(422, "id-taken");
    assert_eq!(service.documents("maria", &case).len(), 1);
    // Nor may it be named otherwise than it was sent.
    let document = json!({ "id": "q", "kind": "passport", "digest": "d" });
    let what = json!({ "save-draft": { "documents": [document] } });
    service.does("maria", &case, what).is(201);
    let query = "id=q&kind=passport";
    service.upload("maria", &case, query, &bytes).is_problem(422, "id-taken");
}

#[test]
fn two_who_upload_in_the_same_moment_both_do() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let ask = |person: &str, id: &str, content: &str| {
        let query = format!("id={id}&kind=passport");
        let request = Request::post(format!("/api/v1/cases/{case}/documents?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", service.token(person)))
            .body(Body::from(pdf(content)));
        tower::ServiceExt::oneshot(service.router.clone(), request.unwrap())
    };
    let (one, two) = (ask("maria", "one", "<< /A 1 >>"), ask("agent", "two", "<< /B 1 >>"));
    let (same, again) = (ask("maria", "same", "<< >>"), ask("maria", "same", "<< >>"));
    let told = service.runtime.block_on(async { tokio::join!(one, two, same, again) });
    let statuses = [told.0, told.1, told.2, told.3].map(|told| told.unwrap().status().as_u16());
    assert_eq!(statuses[..2], [201, 201]);
    assert!(statuses[2..].iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
    assert_eq!(service.documents("maria", &case).len(), 3);
    assert_eq!(service.show("maria", &case)["version"], 4);
}

#[test]
fn what_is_not_taken_is_refused_and_leaves_nothing() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bomb = compress_to_vec_zlib(&vec![0; 300 << 20], 9);
    let head = format!("<< /Filter /FlateDecode /Length {} >>\nstream\n", bomb.len());
    let bomb = [b"%PDF-1.7\n1 0 obj\n", head.as_bytes(), &bomb, b"\nendstream\n%%EOF\n"].concat();
    let polyglot = [&pdf("<< >>")[..], b"PK\x03\x04\x14\0\0\0\x08\0and so on"].concat();
    let script = pdf("<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>");
    let script = script.as_slice();
    let locked = pdf("<< /Encrypt 2 0 R >>");
    for (name, bytes, code) in [
        ("a.pdf", &b""[..], "empty"),
        ("a.docx", b"PK\x03\x04\x14\0\x06\0and so on", "other-kind"),
        ("a.pdf", b"MZ\x90\0\x03\0\0\0", "other-kind"),
        ("a.png", &pdf("<< >>"), "other-name"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "damaged"),
        ("a.pdf", &polyglot, "polyglot"),
        ("a.pdf", &bomb, "bomb"),
        ("a.pdf", script, "active"),
        ("a.pdf", &pdf("<< /Launch#20 /J#61vaScript 1 >>"), "active"),
        ("a.pdf", &locked, "locked"),
    ] {
        let query = format!("id=a&kind=passport&name={name}");
        let told = service.upload("maria", &case, &query, bytes);
        told.is_problem(422, "document");
        assert_eq!(told.json["code"], code, "{}", told.json);
        assert!(told.json["message"]["zh"].is_string() && told.json["message"]["en"].is_string());
        assert_eq!(told.json["allowed"]["media_types"][0], "application/pdf");
    }
    let query = "id=a&kind=passport";
    let told = service.upload_as("maria", &case, query, &pdf("<< >>"), "image/png");
    assert_eq!(told.is_problem(422, "document").json["code"], "other-type");
    let large = service.upload("maria", &case, query, &vec![b' '; (20 << 20) + 1]);
    large.is_problem(413, "too-large");
    assert_eq!(large.json["allowed"]["bytes"], 20 << 20);
    // Nor is what belongs nowhere.
    let bytes = pdf("<< >>");
    let told = service.upload("maria", &case, "id=a&kind=no-such-paper", &bytes);
    assert_eq!(told.is_problem(422, "refused").json["code"], "unknown-document");
    service.upload("maria", &case, "kind=passport", &bytes).is_problem(400, "id");
    service.upload("maria", &case, "id=a", &bytes).is_problem(400, "query");
    assert_eq!(service.documents("maria", &case), Vec::<Value>::new());
    assert_eq!((service.files(), service.record(&case, "a")), (0, None));
    // Where nothing may be handed in, nothing is received.
    let case = service.submitted("maria");
    let told = service.upload("maria", &case, query, &bytes);
    assert_eq!(told.is_problem(422, "refused").json["type"], "urn:xianlu:problem:refused");
    assert_eq!((service.files(), service.record(&case, "a")), (0, None));
    let told = service.upload("qian", &case, query, &bytes);
    told.is_problem(422, "refused");
    assert_eq!(service.files(), 0);
}

#[test]
fn others_find_nothing_and_cannot_tell_whether_there_is_something() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bytes = pdf("<< >>");
    service.upload("maria", &case, "id=p&kind=passport", &bytes).is(201);
    let none = service.cases.reference("nobody", "nothing", 0);
    for person in ["john", "stranger", "qian", "wang"] {
        for (of, rest) in [(&case, "/documents"), (&case, "/documents/p"), (&case, "/known")] {
            let there = service.get(&service.token(person), &format!("/api/v1/cases/{of}{rest}"));
            let absent =
                service.get(&service.token(person), &format!("/api/v1/cases/{none}{rest}"));
            there.is_problem(404, "case");
            assert_eq!(there.answer.body, absent.answer.body);
        }
        // Whatever else is wrong with the request.
        for query in ["id=p&kind=passport", "", "kind=none"] {
            let there = service.upload(person, &case, query, &bytes);
            let absent = service.upload(person, &none, query, &bytes);
            there.is_problem(404, "case");
            assert_eq!(there.answer.body, absent.answer.body);
        }
    }
    let bare = Request::post(format!("/api/v1/cases/{case}/documents")).body(Body::empty());
    service.ask(bare.unwrap()).is_problem(401, "token");
    service.upload("agent", &case, "id=q&kind=passport", &bytes).is(201);
    assert_eq!(service.files(), 1, "the same bytes are kept once");
}

#[test]
fn what_was_asked_for_waits_until_it_is_handed_in_at_once() {
    let service = Service::new();
    let case = service.submitted("maria");
    let items = json!([{ "document": "passport", "copy": "passport-1", "why": "it is blurred" }]);
    let notice = json!({ "request-correction": { "notice": "n", "items": items } });
    service.does("zhao", &case, notice).is(201);
    let served = json!({ "serve-correction": { "served": service.time() } });
    service.does("zhao", &case, served).is(201);
    let version = service.show("maria", &case)["version"].clone();
    let bytes = pdf("<< /Sharp true >>");
    let query = "id=passport-2&kind=passport&name=p.pdf";
    let told = service.upload("maria", &case, query, &bytes);
    told.is(201);
    assert_eq!((&told.json["handed_in"], &told.json["version"]), (&json!(false), &version));
    service.upload("maria", &case, query, &bytes).is(200);
    // Until then it is not the authority's.
    assert_eq!(service.documents("qian", &case).len(), 2);
    service.download("qian", &case, "passport-2").is_problem(404, "document");
    let waiting = service.documents("maria", &case);
    assert_eq!(waiting[2]["handed_in"], false);
    service.download("maria", &case, "passport-2").is(200);
    let mut document =
        json!({ "id": "passport-2", "kind": "passport", "digest": told.json["digest"] });
    let correct = |document: &Value| json!({ "correct": { "documents": [document] } });
    let other = json!({ "id": "passport-2", "kind": "passport", "digest": "another" });
    let told = service.does("maria", &case, correct(&other));
    told.is_problem(422, "other-document");
    service.does("maria", &case, correct(&document)).is(201);
    let given = service.download("qian", &case, "passport-2");
    assert_eq!(given.is(200).answer.body.as_bytes(), bytes);
    document["handed_in"] = json!(true);
    let seen = &service.documents("qian", &case)[2];
    assert_eq!((&seen["id"], &seen["handed_in"]), (&document["id"], &document["handed_in"]));
}

#[test]
fn the_same_bytes_in_another_persons_case_are_flagged_for_officers() {
    let service = Service::new();
    let bytes = pdf("<< /Degree true >>");
    let file = |person: &str, id: &str| {
        let case = service.open(person, "cn/work-permit");
        service.upload(person, &case, &format!("id={id}&kind=passport"), &bytes).is(201);
        service.does(person, &case, json!({ "save-draft": super::draft() })).is(201);
        case
    };
    let one = file("maria", "degree-a");
    service.does("maria", &one, json!("submit")).is(201);
    let two = file("john", "degree-b");
    // A draft is nobody else's to see.
    assert_eq!(service.show("qian", &one)["documents"]["elsewhere"], json!({}));
    service.does("john", &two, json!("submit")).is(201);
    let there = json!({ "case": two, "document": "degree-b", "other_person": true });
    let shown = service.show("qian", &one);
    assert_eq!(shown["documents"]["elsewhere"], json!({ "degree-a": [there] }));
    assert_eq!(service.documents("qian", &one)[0]["elsewhere"], json!([there]));
    // Her own case is not another person's, and nobody else is told.
    let three = file("maria", "degree-c");
    service.does("maria", &three, json!("submit")).is(201);
    let own = json!({ "case": three, "document": "degree-c", "other_person": false });
    let found = service.documents("qian", &one)[0]["elsewhere"].clone();
    assert!(found.as_array().unwrap().contains(&own), "{found}");
    assert_eq!(service.show("maria", &one)["documents"]["elsewhere"], json!({}));
    assert_eq!(service.documents("maria", &one)[0]["elsewhere"], json!([]));
    // Whoever has a conflict of interest in the other case sees nothing of it.
    let conflict = json!({ "declare-conflict": { "person": "qian", "reason": "a cousin" } });
    service.does("qian", &two, conflict).is(201);
    let found = service.documents("qian", &one)[0]["elsewhere"].clone();
    assert_eq!(found, json!([own]));
}

#[test]
fn copies_that_nobody_sees_hide_no_case_with_the_same_bytes() {
    let service = Service::new();
    let bytes = pdf("<< /Degree true >>");
    let upload = |person: &str, case: &str, id: &str| {
        service.upload(person, case, &format!("id={id}&kind=passport"), &bytes).is(201);
    };
    let one = service.open("maria", "cn/work-permit");
    upload("maria", &one, "degree");
    service.does("maria", &one, json!({ "save-draft": super::draft() })).is(201);
    service.does("maria", &one, json!("submit")).is(201);
    // Cases come in the order of what they are called: as many as come before the one that matters.
    let mut two;
    let mut drafts = Vec::new();
    loop {
        two = service.open("john", "cn/work-permit");
        drafts.retain(|draft: &String| *draft < two);
        if !drafts.is_empty() {
            break;
        }
        drafts.push(two);
    }
    upload("john", &two, "degree");
    service.does("john", &two, json!({ "save-draft": super::draft() })).is(201);
    service.does("john", &two, json!("submit")).is(201);
    for copy in 0..22 {
        upload("john", &drafts[0], &format!("copy-{copy}"));
    }
    let there = json!({ "case": two, "document": "degree", "other_person": true });
    let elsewhere = |case: &str| service.show("qian", case)["documents"]["elsewhere"].clone();
    assert_eq!(elsewhere(&one), json!({ "degree": [there] }));
    service.does("john", &drafts[0], json!("withdraw")).is(201);
    assert_eq!(elsewhere(&one), json!({ "degree": [there] }));
}

#[test]
fn malicious_software_is_refused_and_nothing_of_it_is_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scanner = Scanner::new(&listener.local_addr().unwrap().to_string());
    daemon(listener);
    let service = Service::with(Some(scanner));
    let case = service.open("maria", "cn/work-permit");
    let told = service.upload("maria", &case, "id=p&kind=passport", &pdf(EICAR));
    told.is_problem(422, "document");
    assert_eq!(told.json["code"], "malicious");
    assert_eq!(told.json["found"], "Eicar-Test-Signature");
    assert_eq!((service.files(), service.record(&case, "p")), (0, None));
    let told = service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>"));
    assert_eq!(told.is(201).json["scan"], "clean");
    service.download("maria", &case, "p").is(200);
}

#[test]
fn what_could_not_be_searched_is_taken_and_given_to_nobody_until_it_was() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let service = Service::with(Some(Scanner::new(&address.to_string())));
    let case = service.open("maria", "cn/work-permit");
    for (id, bytes) in [("good", pdf("<< >>")), ("bad", pdf(EICAR))] {
        let told = service.upload("maria", &case, &format!("id={id}&kind=passport"), &bytes);
        assert_eq!(told.is(201).json["scan"], "not-done");
        let told = service.download("maria", &case, id);
        told.is_problem(503, "not-searched");
        assert!(told.answer.headers.contains_key(header::RETRY_AFTER));
    }
    // The daemon is still away; then it is back.
    let fault = service.runtime.block_on(service.cases.search_unsearched()).unwrap();
    assert!(fault.is_some());
    daemon(TcpListener::bind(address).unwrap());
    assert_eq!(service.runtime.block_on(service.cases.search_unsearched()), Ok(None));
    service.download("maria", &case, "good").is(200);
    let told = service.download("maria", &case, "bad");
    told.is_problem(403, "infected");
    let scan = service.record(&case, "bad").unwrap().scan;
    assert!(matches!(scan, Scan::Infected { with, .. } if with == "Eicar-Test-Signature"));
    let scans: Vec<Value> = service.documents("maria", &case);
    assert_eq!((&scans[0]["scan"], &scans[1]["scan"]), (&json!("clean"), &json!("infected")));
}

#[test]
fn what_is_changed_or_lost_is_not_given() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let told = service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>"));
    let digest = told.is(201).json["digest"].as_str().unwrap().to_owned();
    let (folder, name) = digest.split_at(2);
    let file = service.folder.path().join("documents").join(folder).join(name);
    std::fs::write(&file, pdf("<< /Forged true >>")).unwrap();
    service.download("maria", &case, "p").is_problem(500, "storage-failed");
    std::fs::remove_file(&file).unwrap();
    service.download("maria", &case, "p").is_problem(500, "storage-failed");
}

#[test]
fn a_folder_that_cannot_be_written_loses_nothing() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let folder = service.folder.path().join("documents");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "no folder any more").unwrap();
    let told = service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>"));
    told.is_problem(503, "storage");
    assert!(told.answer.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(service.record(&case, "p"), None);
    assert_eq!(service.show("maria", &case)["version"], 1);
    std::fs::remove_file(&folder).unwrap();
    service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>")).is(201);
}

#[test]
fn a_document_whose_sender_is_gone_keeps_its_processor_until_it_was_looked_at() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let request = Request::post(format!("/api/v1/cases/{case}/documents?id=p&kind=passport"))
        .header(header::AUTHORIZATION, format!("Bearer {}", service.token("maria")))
        .body(Body::from(pdf(&"/A".repeat(9 << 20))));
    let asked = tower::ServiceExt::oneshot(service.router.clone(), request.unwrap());
    service.runtime.block_on(async {
        let begun = async {
            while !service.cases.is_looking() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            answer = asked => panic!("{answer:?}"),
            () = begun => {}
        }
    });
    assert!(service.cases.is_looking());
    while service.cases.is_looking() {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn more_than_fits_into_memory_is_told_to_come_again() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let held = service.cases.hold_memory();
    service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>")).is_problem(503, "busy");
    drop(held);
    service.upload("maria", &case, "id=p&kind=passport", &pdf("<< >>")).is(201);
}

#[test]
fn what_is_fetched_and_not_read_is_bounded() {
    let service = Service::new();
    let case = service.open("maria", "cn/work-permit");
    let bytes = pdf(&" ".repeat((20 << 20) - 100));
    service.upload("maria", &case, "id=p&kind=passport", &bytes).is(201);
    let token = service.token("maria");
    let fetch = || {
        let request = Request::get(format!("/api/v1/cases/{case}/documents/p"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty());
        let asked = tower::ServiceExt::oneshot(service.router.clone(), request.unwrap());
        service.runtime.block_on(asked).unwrap()
    };
    let mut unread: Vec<_> = (0..3).map(|_| fetch()).collect();
    assert!(unread.iter().all(|answer| answer.status() == 200));
    assert_eq!(unread[0].headers()[header::CONTENT_LENGTH], bytes.len().to_string());
    let told = service.download("maria", &case, "p");
    told.is_problem(503, "busy");
    assert_eq!(told.answer.header(header::RETRY_AFTER), "5");
    assert!(told.json["message"]["zh"].is_string());
    // Others are given it, and she is too once one of hers was read.
    service.download("agent", &case, "p").is(200);
    let read = service.runtime.block_on(unread.remove(0).into_body().collect()).unwrap();
    assert_eq!(read.to_bytes(), bytes);
    service.download("maria", &case, "p").is(200);
}

#[test]
fn what_a_source_confirmed_in_another_case_is_known() {
    let service = Service::new();
    let one = service.submitted("maria");
    service.does("zhao", &one, json!("accept")).is(201);
    let verify = json!({ "verify": {
        "fact": "education_level", "finding": "confirmed", "evidence": "CSSD reply 77"
    } });
    service.does("qian", &one, verify).is(201);
    let two = service.open("maria", "cn/work-permit");
    let known = |person: &str, case: &str| {
        let told = service.get(&service.token(person), &format!("/api/v1/cases/{case}/known"));
        told.is(200).json["facts"].clone()
    };
    let value = service.show("maria", &one)["facts"]["education_level"].clone();
    let told = json!({ "education_level": {
        "value": value, "case": one, "evidence": null, "valid_until": null
    } });
    assert_eq!(known("maria", &two), told);
    assert_eq!(known("agent", &two), told);
    assert_eq!(known("maria", &one), json!({}));
    service.does("maria", &two, json!({ "save-draft": super::draft() })).is(201);
    service.does("maria", &two, json!("submit")).is(201);
    assert_eq!(known("qian", &two)["education_level"]["evidence"], "CSSD reply 77");
    // Whoever must not see the other case learns nothing of it.
    let conflict = json!({ "declare-conflict": { "person": "li", "reason": "a cousin" } });
    service.does("li", &one, conflict).is(201);
    assert_eq!(known("li", &two), json!({}));
    assert_eq!(known("qian", &two)["education_level"]["case"], one);
}
