//! Xianlu beside its peers: the same people, the same rules, checked equal results, one run.
//!
//! `run.sh` calls this program for the engines in Rust and the scripts in `peers/` for the others.

mod by_hand;
mod dmn_xml;
mod dsntk;
mod oracle;
mod ours;
mod people;
mod report;
mod shapes;
mod timing;
mod zen;

use std::hint::black_box;
use std::path::Path;

use by_hand::{ByColumn, Found, by_person};
use people::{People, array};
use report::Report;
use timing::least;

const USAGE: &str = "usage: xianlu-benches people FOLDER ROWS | run REPORT ROWS | shapes REPORT | print REPORT\n       \
     | oracle [FIRST COUNT]";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let rows = |text: &str| text.parse::<usize>().unwrap_or_else(|why| panic!("{text}: {why}"));
    match arguments[..] {
        ["people", folder, count] => write_people(Path::new(folder), rows(count)),
        ["run", file, count] => run(&mut Report::new(Path::new(file)), rows(count)),
        ["shapes", file] => shapes::measure(&mut Report::new(Path::new(file))),
        ["print", file] => {
            report::print(Path::new(file)).unwrap_or_else(|why| panic!("{file}: {why}"))
        }
        ["oracle"] => oracle(0, 40_000, true),
        ["oracle", first, count] => oracle(rows(first) as u64, rows(count) as u64, false),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
}

fn oracle(first: u64, count: u64, all: bool) {
    if !oracle::run(first, count, all) {
        std::process::exit(1);
    }
}

fn expected(people: &People) -> Found {
    let mut found = Found::default();
    by_person::<true>(people, &mut found);
    found
}

/// Writes the people, and what is found of them, for peers in other languages.
fn write_people(folder: &Path, rows: usize) {
    let people = People::new(rows);
    let found = expected(&people);
    let total = found.total.iter().flat_map(|value| value.to_le_bytes());
    let category = found.category.iter().flat_map(|value| value.to_le_bytes());
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| people.write(folder))
        .and_then(|()| array(folder, "expected_total", "<i8", rows, total))
        .and_then(|()| array(folder, "expected_category", "<u2", rows, category));
    written.unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
}

/// Measures the engines in Rust.
fn run(report: &mut Report, rows: usize) {
    let people = People::new(rows);
    let found = expected(&people);
    let mut columns = ByColumn::new();
    let mut other = Found::default();
    columns.run::<true>(&people, &mut other);
    assert_eq!(found.total, other.total);
    assert_eq!(found.category, other.category);
    assert_eq!(found.hits, other.hits);

    ours::measure(&people, &found, report);
    report.add(
        "by hand, column by column, with rule hits",
        rows,
        least(15, rows, || {
            columns.run::<true>(black_box(&people), &mut other);
        }),
    );
    report.add(
        "by hand, column by column, without rule hits",
        rows,
        least(15, rows, || {
            columns.run::<false>(black_box(&people), &mut other);
        }),
    );
    report.add(
        "by hand, person by person, with rule hits",
        rows,
        least(10, rows, || {
            by_person::<true>(black_box(&people), &mut other);
        }),
    );
    report.add(
        "by hand, person by person, without rule hits",
        rows,
        least(10, rows, || {
            by_person::<false>(black_box(&people), &mut other);
        }),
    );
    dsntk::measure(&people, &found, report);
    zen::measure(&people, &found, report);
}
