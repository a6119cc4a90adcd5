//! `xianlu batch` as its users run it: from file to file, beside `xianlu assess`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at its first fault"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, ListArray, RecordBatch,
    StringArray,
};
use arrow_cast::display::array_value_to_string;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

const ON: &str = "2026-11-23";

fn xianlu(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xianlu")).args(arguments).output().unwrap()
}

fn batch(input: &Path, programme: &str, output: &Path, more: &[&str]) -> Output {
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    let common =
        ["batch", input, "--programme", programme, "--on", ON, "-o", output, "--lang", "en"];
    xianlu(&[&common, more].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// People by chance, as JSON objects of the vocabulary, some facts left out.
fn people(count: usize) -> Vec<Value> {
    let mut state = 11_u64;
    let mut roll = |sides: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    (0..count)
        .map(|_| {
            let mut person = serde_json::from_str::<Value>(include_str!(
                "../../../examples/engineer-beijing.json"
            ))
            .unwrap();
            let facts = person.as_object_mut().unwrap();
            facts.remove("on");
            facts.remove("place");
            let pick = |texts: &[&str], at: usize| json!(texts[at % texts.len()]);
            facts["birth_date"] = json!(format!("{}-05-01", 1950 + roll(58)));
            facts["education_level"] =
                pick(&["none", "college", "bachelor", "master", "doctorate"], roll(5));
            facts["annual_salary"] = json!(20_000 + roll(900_000));
            facts["relevant_work_years"] = json!(roll(25));
            facts["months_in_china_per_year"] = json!(roll(13));
            facts["hsk_level"] = json!(roll(7));
            facts["healthy"] = json!(roll(20) > 0);
            facts["job_offer"] = json!(roll(20) > 0);
            facts["short_term"] = json!(roll(10) == 0);
            if roll(4) == 0 {
                let names: Vec<String> = facts.keys().cloned().collect();
                facts.remove(&names[roll(names.len())]);
            }
            person
        })
        .collect()
}

fn csv_of(people: &[Value]) -> String {
    let mut names: Vec<&String> =
        people.iter().flat_map(|person| person.as_object().unwrap().keys()).collect();
    names.sort();
    names.dedup();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["id".to_owned()].into_iter().chain(names.iter().map(|name| (*name).clone()));
    writer.write_record(header).unwrap();
    for (number, person) in people.iter().enumerate() {
        let cell = |name: &&String| match person.get(*name) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(items)) if items.is_empty() => "[]".to_owned(),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(";")
            }
            Some(other) => other.to_string(),
        };
        let cells = [format!("p{number}")].into_iter().chain(names.iter().map(cell));
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn read_csv(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

#[test]
fn each_row_has_the_result_of_an_assessment() {
    let folder = tempfile::tempdir().unwrap();
    let people = people(3);
    let input = folder.path().join("people.csv");
    fs::write(&input, csv_of(&people)).unwrap();
    let mut decided = 0;
    for (programme, place) in [("cn/work-permit", "310000"), ("cn/permanent-residence", "110000")] {
        let output = folder.path().join("results.csv");
        let run = batch(&input, programme, &output, &["--place", place]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let results = read_csv(&output);
        assert_eq!(results.len(), people.len());
        for (number, (person, result)) in people.iter().zip(&results).enumerate() {
            let profile = folder.path().join("profile.json");
            fs::write(&profile, person.to_string()).unwrap();
            let assessed = xianlu(&[
                "assess",
                profile.to_str().unwrap(),
                "--programme",
                programme,
                "--on",
                ON,
                "--place",
                place,
                "--format",
                "json",
            ]);
            let assessed: Value = serde_json::from_slice(&assessed.stdout).unwrap();
            assert_eq!(result["id"], format!("p{number}"));
            let outcome = assessed["outcome"].as_str().unwrap_or("undecided");
            assert_eq!(result["outcome"], outcome, "{person}");
            decided += usize::from(outcome != "undecided");
            let shown = |value: &Value| match value {
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                _ => String::new(),
            };
            assert_eq!(result["eligible"], shown(&assessed["eligible"]), "{person}");
            if let Some(score) = result.get("score") {
                assert_eq!(*score, shown(&assessed["score"]), "{person}");
            }
            for (name, points) in assessed["sub_scores"].as_object().unwrap() {
                assert_eq!(result[name], shown(points), "{name} of {person}");
            }
            assert_eq!(outcome == "undecided", !result["missing"].is_empty(), "{person}");
        }
    }
    assert!(decided > 0, "nobody is decided");
}

#[test]
fn parquet_and_csv_have_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let rows = 5;
    let highlights = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>(
        std::iter::repeat_n(Some(Vec::<Option<i32>>::new()), rows),
    );
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(1..=5))),
        ("birth_date", Arc::new(Date32Array::from_iter_values([0, 3650, 7300, 9000, 12_000]))),
        (
            "annual_salary",
            Arc::new(
                Decimal128Array::from(vec![
                    Some(45_000_000),
                    Some(16_000_050),
                    None,
                    Some(1),
                    Some(7),
                ])
                .with_precision_and_scale(12, 2)
                .unwrap(),
            ),
        ),
        (
            "education_level",
            Arc::new(StringArray::from(vec!["master", "doctorate", "none", "bachelor", "college"])),
        ),
        ("healthy", Arc::new(BooleanArray::from(vec![true, false, true, true, true]))),
        ("achievements", Arc::new(highlights)),
    ];
    let batches = RecordBatch::try_from_iter(columns).unwrap();
    let input = fs::File::create(file("people.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(input, batches.schema(), None).unwrap();
    writer.write(&batches).unwrap();
    writer.close().unwrap();
    let csv = "id,birth_date,annual_salary,education_level,healthy,achievements\r\n\
        1,1970-01-01,450000.00,master,true,[]\r\n2,1979-12-30,160000.50,doctorate,false,[]\r\n\
        3,1989-12-27,,none,TRUE,[]\r\n4,1994-08-23,0.01,bachelor,true,[]\r\n\
        5,2002-11-09,0.07,\"college\",true,[]\r\n";
    fs::write(file("people.csv"), format!("\u{feff}{csv}")).unwrap();

    let mut results = Vec::new();
    for input in ["people.csv", "people.parquet"] {
        for output in ["results.csv", "results.parquet"] {
            let run = batch(&file(input), "cn/work-permit", &file(output), &[]);
            assert_eq!(run.status.code(), Some(0), "{input}: {}", text(&run.stderr));
            assert!(text(&run.stderr).contains("5 rows read, 5 written, 0 rejected"));
            results.push(if output.ends_with(".csv") {
                let mut reader = csv::Reader::from_path(file(output)).unwrap();
                reader
                    .records()
                    .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            } else {
                read_parquet(&file(output))
            });
        }
    }
    for other in &results {
        assert_eq!(other, &results[0]);
    }
}

/// The cells of a Parquet file as CSV has them.
fn read_parquet(path: &Path) -> Vec<Vec<String>> {
    let file = fs::File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        for row in 0..batch.num_rows() {
            let cell = |column: &ArrayRef| {
                let text = array_value_to_string(column, row).unwrap();
                match text.split_once('.') {
                    Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                    None => text,
                }
            };
            rows.push(batch.columns().iter().map(cell).collect());
        }
    }
    rows
}

#[test]
fn bad_rows_are_put_aside_with_line_column_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("people.csv");
    let output = folder.path().join("results.csv");
    let mut bytes = b"id,birth_date,annual_salary,education_level\n\
        1,1990-01-01,300000,master\n\
        2,1990-02-30,300000,master\n\
        3,1990-01-01,-5,master\n\
        4,1990-01-01,300000,mastre\n\
        5,1990-01-01,300000\n\
        6,1990-01-01,lots,master\n\
        7,1990-01-01,300000,"
        .to_vec();
    bytes.extend(b"\xff\xfe\n8,1991-01-01,200000,bachelor\n");
    fs::write(&input, bytes).unwrap();
    let run = batch(&input, "cn/work-permit", &output, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("8 rows read, 2 written, 6 rejected"));
    let ids: Vec<String> = read_csv(&output).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["1", "8"]);
    let rejects = fs::read_to_string(folder.path().join("results.csv.rejects.csv")).unwrap();
    expect_test::expect![[r#"
        line,column,value,reason
        3,birth_date,1990-02-30,"`1990-02-30` is no day of the calendar; write it as ""2026-11-23"""
        4,annual_salary,-5,"-5 is too small; it lies between 0 and 1,000,000,000"
        5,education_level,mastre,`mastre` is not among the allowed values; did you mean `master`?
        6,,,"the row has 3 cells, the header has 4"
        7,annual_salary,lots,"a number, without quotes, is wanted, a text was given"
        8,,,cell 4 is no UTF-8
    "#]]
    .assert_eq(&rejects);

    // A run without rejects leaves no side file of an earlier one.
    fs::write(&input, "id,birth_date\n1,1990-01-01\n").unwrap();
    let run = batch(&input, "cn/work-permit", &output, &[]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(!folder.path().join("results.csv.rejects.csv").exists());
}

#[test]
fn unusable_input_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("results.csv");
    for (name, content, expected) in [
        ("typo.csv", &b"id,anual_salary\n1,5\n"[..], "did you mean `annual_salary`?"),
        ("twice.csv", b"healthy,healthy\ntrue,true\n", "there are two columns of this name"),
        ("place.csv", b"place,healthy\n310000,true\n", "give it as --place"),
        ("empty.csv", b"", "the file is empty"),
        ("damaged.parquet", b"PAR1 this is none", "it cannot be read as Parquet"),
        ("people.txt", b"id\n1\n", "neither .csv nor .parquet"),
    ] {
        let input = folder.path().join(name);
        fs::write(&input, content).unwrap();
        let run = batch(&input, "cn/work-permit", &output, &[]);
        assert_eq!(run.status.code(), Some(2), "{name}");
        assert!(text(&run.stderr).contains(expected), "{name}: {}", text(&run.stderr));
        assert!(!output.exists(), "{name}");
    }
    let long = folder.path().join("long.csv");
    fs::write(&long, ["id\n", &"x".repeat(3 << 20)].concat()).unwrap();
    let run = batch(&long, "cn/work-permit", &output, &[]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("a line is longer than"), "{}", text(&run.stderr));
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part") || name.starts_with("results"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_score_that_the_test_does_not_have_puts_the_row_aside() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("people.csv");
    let output = folder.path().join("results.csv");
    let people = "id,english_test,english_test_reading\n\
        1,ielts_general,6.5\n\
        2,ielts_general,65\n\
        3,pte_core,65\n\
        4,,65\n";
    fs::write(&input, people).unwrap();
    let run = batch(&input, "ca/language", &output, &["--place", "CA"]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let levels: Vec<String> =
        read_csv(&output).iter().map(|row| row["english_reading_level"].clone()).collect();
    assert_eq!(levels, ["8", "7"]);
    let rejects = fs::read_to_string(folder.path().join("results.csv.rejects.csv")).unwrap();
    expect_test::expect![[r#"
        line,column,value,reason
        3,english_test_reading,65,IELTS General Training has no score 65; scores go from 0 to 9 in steps of 0.5
        5,english_test_reading,65,"`english_test` does not say on which scale this number is; give `english_test`: ""ielts_general"", ""celpip_general"", ""pte_core"""
    "#]].assert_eq(&rejects);
}

/// The names in a folder that `xianlu batch` made.
fn made(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".part") || name.starts_with("results"));
    names.sort();
    names
}

/// The first line of a file, and the row of someone of whom everything is known.
fn whole_person() -> (String, String) {
    let mut person =
        serde_json::from_str::<Value>(include_str!("../../../examples/engineer-beijing.json"))
            .unwrap();
    let facts = person.as_object_mut().unwrap();
    facts.remove("on");
    facts.remove("place");
    let csv = csv_of(&[person]);
    let (header, row) = csv.split_once('\n').unwrap();
    (format!("{header}\n"), row.to_owned())
}

/// A run that is stopped by a signal while its input goes on and on; its status and what it said.
#[cfg(unix)]
fn stopped_by(signal: &str, folder: &Path, output: &Path) -> (std::process::ExitStatus, String) {
    use std::io::{Read, Write};
    use std::process::Stdio;

    let input = folder.join("people.csv");
    assert!(Command::new("mkfifo").arg(&input).status().unwrap().success());
    let mut run = Command::new(env!("CARGO_BIN_EXE_xianlu"))
        .args(["batch", input.to_str().unwrap(), "-o", output.to_str().unwrap()])
        .args(["--programme", "cn/work-permit", "--on", ON, "--lang", "en"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let people = std::thread::spawn(move || {
        let mut pipe = fs::OpenOptions::new().write(true).open(&input).unwrap();
        let (header, row) = whole_person();
        let mut rows = header.into_bytes();
        while pipe.write_all(&rows).is_ok() {
            rows = row.repeat(1_000).into_bytes();
        }
    });
    while made(folder).iter().all(|name| !name.ends_with(".part")) {
        assert_eq!(run.try_wait().unwrap(), None, "it ends early");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = run.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    let status = run.wait().unwrap();
    people.join().unwrap();
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (status, said)
}

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_says_so_and_leaves_no_file() {
    for (signal, name) in [("INT", "results.parquet"), ("TERM", "results.csv")] {
        let folder = tempfile::tempdir().unwrap();
        let (status, said) = stopped_by(signal, folder.path(), &folder.path().join(name));
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains("interrupted after"), "{said}");
        assert!(said.contains(&format!("{name} is not written")), "{said}");
        assert_eq!(made(folder.path()), Vec::<String>::new());
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_the_earlier_result_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("results.csv");
    fs::write(&output, "an earlier result").unwrap();
    let (status, _) = stopped_by("KILL", folder.path(), &output);
    assert_eq!(status.code(), None);
    assert_eq!(fs::read_to_string(&output).unwrap(), "an earlier result");
    // It cannot clear up after itself, but nothing has the name of a result.
    let rest: Vec<String> = made(folder.path());
    assert!(rest.iter().all(|name| name == "results.csv" || name.ends_with(".part")), "{rest:?}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("people.csv");
    let (header, row) = whole_person();
    let good = [header.as_str(), &row.repeat(4_000)].concat();
    let bad = [header.as_str(), &row.replace("1998-05-01", "1998-02-30").repeat(4_000)].concat();
    assert_ne!(good, bad);
    for (people, name) in
        [(&good, "results.csv"), (&good, "results.parquet"), (&bad, "results.csv")]
    {
        fs::write(&input, people).unwrap();
        // No file may be longer than two blocks, as if there were no more room.
        let run = Command::new("sh")
            .args(["-c", r#"ulimit -f 1; exec "$0" "$@""#, env!("CARGO_BIN_EXE_xianlu")])
            .args(["batch", input.to_str().unwrap(), "--programme", "cn/work-permit"])
            .args(["-o", folder.path().join(name).to_str().unwrap(), "--lang", "en"])
            .output()
            .unwrap();
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains("cannot be written: "), "{name}: {said}");
        assert_eq!(made(folder.path()), Vec::<String>::new(), "{name}");
    }
}
