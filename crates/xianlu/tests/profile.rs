//! Profiles that are wrong, as the program meets them: status 2, with the field, the reason and
//! what is allowed, in both languages; and never a panic.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at its first fault")]

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const ENGINEER: &str = include_str!("../../../examples/people/software-engineer.json");

/// The longest time that one may take; a program without optimisation is slower.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });

/// What the program answers to a profile: its status, what it writes, and its errors.
fn assess(profile: &[u8], options: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.json");
    std::fs::write(&path, profile).unwrap();
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_xianlu"))
        .args(["assess", path.to_str().unwrap()])
        .args(options)
        .output()
        .unwrap();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A profile that is refused without a word of an answer, and what is said of it.
#[track_caller]
fn refused(profile: &[u8], options: &[&str]) -> String {
    let (status, said, errors) = assess(profile, options);
    assert_eq!(status, Some(2), "{errors}");
    assert_eq!(said, "", "{errors}");
    assert!(!errors.contains("panicked") && errors.len() < 60_000, "{errors}");
    errors
}

/// The engineer of the examples with one part put in place of another.
fn engineer(pointer: &str, value: Value) -> Value {
    let mut person: Value = serde_json::from_str(ENGINEER).unwrap();
    match person.pointer_mut(pointer) {
        Some(part) => *part = value,
        None => {
            let (outer, name) = pointer.rsplit_once('/').unwrap();
            let object = person.pointer_mut(outer).unwrap().as_object_mut().unwrap();
            object.insert(name.to_owned(), value);
        }
    }
    person
}

/// Wants a fault at a key with its reason and what is allowed, in English and Chinese.
#[track_caller]
fn check(person: &Value, key: &str, english: [&str; 2], chinese: [&str; 2]) {
    let text = serde_json::to_vec_pretty(person).unwrap();
    for (lang, label, advice, [reason, allowed]) in
        [("en", "error: ", "  help: ", english), ("zh", "错误: ", "  提示: ", chinese)]
    {
        let errors = refused(&text, &["--all", "--lang", lang]);
        let mut lines = errors.lines().skip_while(|line| !line.contains(&format!("`{key}`: ")));
        let line = lines.next().unwrap_or_else(|| panic!("no `{key}` in {errors}"));
        assert!(line.starts_with(label) && line.contains(reason), "{errors}");
        let help = lines.next().unwrap_or_default();
        assert!(help.starts_with(advice) && help.contains(allowed), "{errors}");
    }
}

#[test]
fn a_score_that_the_test_does_not_have() {
    let scores = "/languages/1/scores/listening";
    let key = "languages[1].scores.listening";
    let (apart, bounds) = ("0.5 apart", "between 0 and 9");
    check(&engineer(scores, json!(8.3)), key, ["no value 8.3", apart], ["没有 8.3 这一档", "0.5"]);
    check(&engineer(scores, json!(9.5)), key, ["9.5 is too large", bounds], ["9.5 太大", "0 与 9"]);
    let test = json!({ "language": "zh", "test": "hsk", "level": "12" });
    check(
        &engineer("/languages/1", test),
        "languages[1].level",
        ["`12` is not among", "`9`"],
        ["“12”不在", "`9`"],
    );
    let test = json!({ "language": "fr", "test": "ielts_general", "scores": { "reading": 7 } });
    let person = engineer("/languages/1", test);
    check(&person, "languages[1].language", ["`fr` is not", "`en`"], ["“fr”不在", "`en`"]);
    let test = json!({ "language": "en", "test": "ielts_general", "scores": { "overal": 7 } });
    let person = engineer("/languages/1", test);
    check(&person, "languages[1].scores.overal", ["", "`overall`"], ["", "overall"]);
}

#[test]
fn periods_of_full_time_work_that_overlap() {
    let person = engineer("/work/1/start", json!("2022-06-01"));
    check(
        &person,
        "work[1]",
        ["overlaps that of `work[0]`", "`hours_per_week` below 30"],
        ["与 work[0] 的时间重叠", "少于 30 小时"],
    );
    let person = engineer("/work/0/end", json!("2017-06-30"));
    check(&person, "work[0].end", ["before it begins", "2018"], ["早于开始日", "2018"]);
}

#[test]
fn codes_that_nobody_knows() {
    let offer = |currency: &str, code: &str| {
        let pay = json!({ "amount": 90_000, "currency": currency, "period": "year" });
        let occupations = json!({ "noc2021": code });
        engineer("/offer", json!({ "country": "CA", "pay": pay, "occupations": occupations }))
    };
    let mut person = offer("CDA", "21232");
    person["has_offer"] = json!(true);
    let key = "offer.pay.currency";
    check(&person, key, ["`CDA` is not among", "`CAD`"], ["“CDA”不在", "CAD"]);
    let mut person = offer("CAD", "21239");
    person["has_offer"] = json!(true);
    let key = "offer.occupations.noc2021";
    check(&person, key, ["has no code `21239`", "`2123"], ["没有代码“21239”", "2123"]);
    let person = engineer("/work/0/occupations/noc2021", json!("2123"));
    let key = "work[0].occupations.noc2021";
    check(&person, key, ["`2123` is not", ""], ["“2123”不在", ""]);
    let person = engineer("/work/0/country", json!("UK"));
    check(&person, "work[0].country", ["`UK` is not", ""], ["“UK”不在", ""]);
}

#[test]
fn a_place_outside_the_country() {
    let person = engineer("/intended", json!({ "country": "AU", "place": "Shanghai" }));
    check(
        &person,
        "intended.place",
        ["`Shanghai` is no place in AU", "did you mean"],
        ["“Shanghai”不是 AU 境内", "是否指"],
    );
}

#[test]
fn a_degree_finished_before_birth() {
    let person = engineer("/birth_date", json!("2018-01-01"));
    check(
        &person,
        "education[0].end",
        ["15 December 2017 lies before the day of birth", "not before 1 January 2018"],
        ["2017年12月15日早于出生日期", "不早于2018年1月1日"],
    );
}

#[test]
fn pay_without_a_period() {
    let pay = json!({ "amount": 9_000, "currency": "SGD" });
    let mut person = engineer("/offer", json!({ "country": "SG", "pay": pay }));
    person["has_offer"] = json!(true);
    check(&person, "offer.pay.period", ["is missing", "`month`"], ["缺少这一项", "`month`"]);
}

#[test]
fn data_that_an_operator_must_load_are_named() {
    let options = ["--programme", "nz/skilled-migrant", "--on", "2026-11-02"];
    for (lang, undecided, data) in [
        ("en", "cannot be decided", "points table from August 2026"),
        ("zh", "不能判定", "2026年8月起的分值表"),
    ] {
        let (status, said, errors) =
            assess(ENGINEER.as_bytes(), &[&options[..], &["--lang", lang]].concat());
        assert_eq!(status, Some(2), "{errors}");
        assert!(said.contains(undecided) && said.contains(data), "{said}");
        // What there is to do about it.
        assert!(errors.contains(undecided) && errors.contains(data), "{errors}");
        assert!(errors.contains("parameters/points_table_2026.csv"), "{errors}");
        let (_, json, _) = assess(
            ENGINEER.as_bytes(),
            &[&options[..], &["--lang", lang, "--format", "json"]].concat(),
        );
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["outcome"], "undecided");
        let missing = json["missing"].as_array().unwrap().iter();
        let table = missing.clone().find(|missing| missing["name"] == "points_table_2026").unwrap();
        assert_eq!(table["kind"], "parameter");
        assert!(table["label"].as_str().unwrap().contains(data), "{table}");
    }
}

#[test]
fn text_that_is_no_profile() {
    for (text, words) in [
        (&b""[..], "JSON"),
        (b"null", "JSON object"),
        (b"[]", "a list was given"),
        (b"7", "a number was given"),
        (b"{ \"birth_date\": }", "line 1"),
        (b"{ \"birth_date\": \"1990-01-01\" } {}", "line 1"),
        (b"\xff\xfe{\x00}\x00", ""),
        (b"{ \"birth_date\": \"1990-01-01\\ud800\" }", ""),
        (b"\0\0\0", ""),
    ] {
        let errors = refused(text, &["--all", "--lang", "en"]);
        assert!(errors.contains(words), "{errors}");
    }
    // Cut off anywhere it is no profile; the last byte is the end of the line.
    let whole = ENGINEER.trim_end();
    let cuts = (1..whole.len()).step_by(whole.len() / 8).chain([whole.len() - 1]);
    for cut in cuts.filter(|cut| whole.is_char_boundary(*cut)) {
        refused(whole.get(..cut).unwrap().as_bytes(), &["--all", "--lang", "en"]);
    }
}

#[test]
fn numbers_beyond_all_measure() {
    for number in ["1e999999999", "-1e999999999", "1e-999999999", &"9".repeat(5_000)] {
        let text = ENGINEER
            .replace("28000", number)
            .replace("\"children\": 0", &format!("\"children\": {number}"));
        assert!(text.contains(number));
        let errors = refused(text.as_bytes(), &["--all", "--lang", "en"]);
        assert!(errors.contains("`assets.funds.amount`") || number == "1e-999999999", "{errors}");
        assert!(errors.contains("`family.children`"), "{errors}");
    }
}

#[test]
fn values_of_the_wrong_kind() {
    let person: Value = serde_json::from_str(ENGINEER).unwrap();
    let keys: Vec<&String> = person.as_object().unwrap().keys().collect();
    for value in [json!(7), json!("x"), json!(true), json!([7, "x", [], {}]), json!({ "x": {} })] {
        let wrong: Value = keys.iter().map(|key| ((*key).clone(), value.clone())).collect();
        let errors = refused(&serde_json::to_vec(&wrong).unwrap(), &["--all", "--lang", "zh"]);
        // Every key is told but those of which the value is of the right kind.
        let told = keys.iter().filter(|key| errors.contains(&format!("`{key}"))).count();
        assert!(told + 1 >= keys.len(), "{told} of {}: {errors}", keys.len());
        let wrong = engineer("/work/0", value);
        refused(&serde_json::to_vec(&wrong).unwrap(), &["--all", "--lang", "en"]);
    }
}

#[test]
fn keys_that_stand_more_than_once() {
    let text = ENGINEER.replacen("\"licences\": []", "\"licences\": [], \"licences\": []", 1);
    let text = text.replacen(
        "\"level\": \"bachelor\"",
        "\"level\": \"master\", \"level\": \"bachelor\"",
        1,
    );
    let errors = refused(text.as_bytes(), &["--all", "--lang", "en"]);
    assert!(errors.contains("`licences`: the key stands more than once"), "{errors}");
    assert!(errors.contains("`education[0].level`: the key stands more than once"), "{errors}");
}

#[test]
fn ten_megabytes_and_a_hundred_thousand_levels() {
    let large = format!("{{ \"birth_date\": \"{}\" }}", "9".repeat(10 << 20));
    for (lang, words) in [("en", "at most 1048576 are read"), ("zh", "最多允许 1048576 字节")]
    {
        let errors = refused(large.as_bytes(), &["--all", "--lang", lang]);
        assert!(errors.contains(words), "{errors}");
    }
    let deep = |open: &str, close: &str| {
        let levels = 100_000;
        format!("{{ \"work\": {}1{} }}", open.repeat(levels), close.repeat(levels))
    };
    for text in [deep("[", "]"), deep("{\"a\":", "}")] {
        let errors = refused(text.as_bytes(), &["--all", "--lang", "en"]);
        assert!(errors.contains("`work") || errors.contains("1048576"), "{errors}");
    }
    let many = format!("{{ \"licences\": [{}] }}", "{},".repeat(50_000) + "{}");
    let errors = refused(many.as_bytes(), &["--all", "--lang", "en"]);
    assert!(errors.contains("`licences`"), "{errors}");
}
