//! How profiles are read, and what is said of faulty ones.

use expect_test::{Expect, expect};

use crate::zz;

#[track_caller]
fn check(json: &str, expected: Expect) {
    let library = zz::load(&zz::files());
    let said = match library.read_profile(json, "zz/permit") {
        Ok(profile) => {
            let mut said: Vec<String> =
                profile.facts.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            said.extend(profile.on.map(|on| format!("on {on}")));
            said.extend(profile.place.map(|place| format!("at {place}")));
            said
        }
        Err(errors) => errors
            .iter()
            .map(|error| {
                let help = error.fault.help.as_ref().map(|help| format!(" | {}", help.zh));
                format!("{error} | {}{}", error.fault.message.zh, help.unwrap_or_default())
            })
            .collect(),
    };
    expected.assert_eq(&said.join("\n"));
}

#[test]
fn a_profile() {
    check(
        zz::PERSON,
        expect![[r#"
        age = 30
        clean_record = true
        degree = "bachelor"
        language = 1
        salary = 300000
        skills = ["welding"]
        years = 3"#]],
    );
    check(
        r#"{"on": "2025-01-01", "place": "north", "started": "2024-02-29"}"#,
        expect![[r#"
        started = date("2024-02-29")
        on 2025-01-01
        at 1"#]],
    );
    check(r#"{"age": null, "skills": []}"#, expect!["skills = []"]);
    check("{}", expect![[""]]);
}

#[test]
fn numbers_keep_their_digits() {
    check(
        r#"{"salary": 123456789012345678901234567890.1234}"#,
        expect!["salary = 123456789012345678901234567890.1234"],
    );
    check(r#"{"salary": 0.1}"#, expect!["salary = 0.1"]);
    check(r#"{"salary": 4.5e5}"#, expect!["salary = 450000"]);
    check(
        r#"{"salary": 12345678901234567890123456789012345}"#,
        expect![
            "line 1: `salary`: this is no decimal number that can be read exactly (at most 34 digits) | 不是可以精确读取的十进制数字（最多 34 位）"
        ],
    );
    check(
        r#"{"salary": 1e999999999}"#,
        expect![
            "line 1: `salary`: this is no decimal number that can be read exactly (at most 34 digits) | 不是可以精确读取的十进制数字（最多 34 位）"
        ],
    );
}

#[test]
fn every_fault_is_reported() {
    check(
        r#"{
            "agee": 30,
            "degree": "doctor",
            "salary": -1,
            "language": 2.5,
            "skills": ["weldin", "nursing"],
            "clean_record": "yes",
            "years": 61,
            "started": "2023-02-29",
            "age": "30",
            "age": 30,
            "on": "2025-13-01",
            "place": "Nort"
        }"#,
        expect![[r#"
            line 2: `agee`: there is no such fact; did you mean `age`? | 没有这一项事实 | 是否指“age”？
            line 3: `degree`: `doctor` is not among the allowed values; the allowed values are "none", "bachelor", "doctorate" | “doctor”不在可选的值之中 | 可选的值："none"、"bachelor"、"doctorate"
            line 4: `salary`: -1 is too small; the least is 0 | -1 太小 | 不小于 0
            line 5: `language`: 2.5 is not a whole number | 2.5 不是整数
            line 6: `skills`: `weldin` is not among the allowed values; did you mean `welding`? | “weldin”不在可选的值之中 | 是否指“welding”？
            line 7: `clean_record`: `true` or `false` is wanted, a text was given | 需要 true 或 false，给出的是文字
            line 8: `years`: 61 is too large; it lies between 0 and 60 | 61 太大 | 应在 0 与 60 之间
            line 9: `started`: `2023-02-29` is no day of the calendar; write it as "2026-11-23" | “2023-02-29”不是一个存在的日期 | 请写成 "2026-11-23" 的形式
            line 10: `age`: a number, without quotes, is wanted, a text was given | 需要 数字（不加引号），给出的是文字
            line 11: `age`: the key stands more than once | 这一项出现了不止一次
            line 12: `on`: `2025-13-01` is no day of the calendar; write it as "2026-11-23" | “2025-13-01”不是一个存在的日期 | 请写成 "2026-11-23" 的形式
            line 13: `place`: there is no place `Nort`; did you mean `North (1)`? | 没有地点“Nort” | 是否指“北省（1）”？"#]],
    );
}

#[test]
fn wrong_types_say_what_was_given() {
    check(
        r#"{"age": true, "degree": 1, "skills": "welding", "started": 2024}"#,
        expect![[r#"
            line 1: `age`: a number, without quotes, is wanted, yes or no was given | 需要 数字（不加引号），给出的是是或否
            line 1: `degree`: a text is wanted, a number was given; the allowed values are "none", "bachelor", "doctorate" | 需要 文字，给出的是数字 | 可选的值："none"、"bachelor"、"doctorate"
            line 1: `skills`: a list of texts is wanted, a text was given; the allowed values are "welding", "nursing" | 需要 文字的列表，给出的是文字 | 可选的值："welding"、"nursing"
            line 1: `started`: a day is wanted, a number was given | 需要 日期，给出的是数字"#]],
    );
    check(
        r#"{"age": [1], "degree": {}, "skills": [1], "place": 1, "on": false}"#,
        expect![[r#"
            line 1: `age`: a number, without quotes, is wanted, a list was given | 需要 数字（不加引号），给出的是列表
            line 1: `degree`: a text is wanted, an object was given; the allowed values are "none", "bachelor", "doctorate" | 需要 文字，给出的是对象 | 可选的值："none"、"bachelor"、"doctorate"
            line 1: `skills`: a list of texts is wanted, a list was given; the allowed values are "welding", "nursing" | 需要 文字的列表，给出的是列表 | 可选的值："welding"、"nursing"
            line 1: `place`: a text is wanted, a number was given; write a code or a name, as "310000" | 需要 文字，给出的是数字 | 请填写地点的代码或名称，如 "310000"
            line 1: `on`: a day is wanted, yes or no was given; write it as "2026-11-23" | 需要 日期，给出的是是或否 | 请写成 "2026-11-23" 的形式"#]],
    );
}

#[test]
fn what_is_no_object() {
    check(
        "[]",
        expect![[
            r#"line 1: a JSON object of facts is wanted, a list was given; write an object of facts, as {"age": 30, "education_level": "doctorate"} | 应为由各项事实组成的 JSON 对象，给出的是列表 | 应为各项事实组成的对象，如 {"age": 30, "education_level": "doctorate"}"#
        ]],
    );
    check(
        "{",
        expect![[
            r#"line 1: the profile is no JSON object: EOF while parsing an object at line 1 column 1; write an object of facts, as {"age": 30, "education_level": "doctorate"} | 不是 JSON 对象：EOF while parsing an object at line 1 column 1 | 应为各项事实组成的对象，如 {"age": 30, "education_level": "doctorate"}"#
        ]],
    );
    check(
        "",
        expect![[
            r#"line 1: the profile is no JSON object: EOF while parsing a value at line 1 column 0; write an object of facts, as {"age": 30, "education_level": "doctorate"} | 不是 JSON 对象：EOF while parsing a value at line 1 column 0 | 应为各项事实组成的对象，如 {"age": 30, "education_level": "doctorate"}"#
        ]],
    );
    check(
        r#"{"age": 030}"#,
        expect![[
            r#"line 1: the profile is no JSON object: invalid number at line 1 column 10; write an object of facts, as {"age": 30, "education_level": "doctorate"} | 不是 JSON 对象：invalid number at line 1 column 10 | 应为各项事实组成的对象，如 {"age": 30, "education_level": "doctorate"}"#
        ]],
    );
}

#[test]
fn hostile_profiles() {
    let large = format!(r#"{{"age": 30, "degree": "{}"}}"#, "x".repeat(2_000_000));
    check(
        &large,
        expect![
            "the profile has 2000025 bytes; at most 1048576 are read | 内容有 2000025 字节，最多允许 1048576 字节"
        ],
    );
    let deep = format!(r#"{{"skills": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    check(
        &deep,
        expect![[
            r#"line 1: `skills`: a list of texts is wanted, a list was given; the allowed values are "welding", "nursing" | 需要 文字的列表，给出的是列表 | 可选的值："welding"、"nursing""#
        ]],
    );
    let many: Vec<String> = (0..20_000).map(|i| format!("\"k{i}\": 1")).collect();
    let library = zz::load(&zz::files());
    let errors = library.read_profile(&format!("{{{}}}", many.join(",")), "zz").unwrap_err();
    assert!(errors.len() <= 101, "{}", errors.len());
}

const FACTS: &str = "zz/facts.toml";

/// Language is measured in tenths for doctors and in whole steps of two for bachelors.
const SCALES: &str = "[[fact.scale]]
fact = \"degree\"
value = \"bachelor\"
min = 2
max = 6
step = 2
[[fact.scale]]
fact = \"degree\"
value = \"doctorate\"
min = 0
max = 1
step = 0.1

[[fact]]
name = \"skills\"";

#[test]
fn a_number_on_the_scale_of_another_fact() {
    let files = zz::edited(&[
        (FACTS, "max = 6\nwhole = true\n", "max = 6\n"),
        ("zz/programmes/permit/tests/cases.toml", "", ""),
        (FACTS, "[[fact]]\nname = \"skills\"", SCALES),
    ]);
    let library = zz::load(&files);
    let read = |json: &str| match library.read_profile(json, "zz/permit") {
        Ok(_) => "fine".to_owned(),
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    assert_eq!(read(r#"{"degree": "bachelor", "language": 4}"#), "fine");
    assert_eq!(read(r#"{"language": 0.3, "degree": "doctorate"}"#), "fine");
    assert_eq!(read(r#"{"degree": "bachelor"}"#), "fine");
    expect!["line 1: `language`: Bachelor has no score 3; scores go from 2 to 6 in steps of 2"]
        .assert_eq(&read(r#"{"degree": "bachelor", "language": 3}"#));
    expect!["line 2: `language`: Doctorate has no score 4; scores go from 0 to 1 in steps of 0.1"]
        .assert_eq(&read("{\"degree\": \"doctorate\",\n\"language\": 4}"));
    let unnamed = expect![[
        r#"line 1: `language`: `degree` does not say on which scale this number is; give `degree`: "bachelor", "doctorate""#
    ]];
    unnamed.assert_eq(&read(r#"{"language": 4}"#));
    assert_eq!(read(r#"{"language": 4}"#), read(r#"{"language": 4, "degree": "none"}"#));
}

#[test]
fn a_value_that_stands_where_none_is_given() {
    let evidence = "evidence = { zh = \"学位证书\"";
    let absent = format!("if_absent = \"bachelor\"\n{evidence}");
    let library = zz::load(&zz::edited(&[(FACTS, evidence, &absent)]));
    let points = |json| {
        let found = zz::assess_at(&library, "zz/permit", json, "2025-06-01", "1", false).unwrap();
        assert!(found.missing.iter().all(|missing| &*missing.name != "degree"));
        policy::json::assessment(&found, policy::assessment::Language::En)["sub_scores"]
            ["degree_points"]
            .to_string()
    };
    assert_eq!(points("{}"), "20");
    assert_eq!(points(r#"{"degree": "none"}"#), "0");
}
