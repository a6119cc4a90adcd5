//! A small country of which every test may change a line.

use std::collections::BTreeMap;

use feel::temporal::Date;
use policy::Library;
use policy::assess::{AssessError, Request};
use policy::assessment::Assessment;

/// The files of the country.
pub fn files() -> BTreeMap<String, String> {
    FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The files with some texts replaced: file, old text, new text. An empty old text stands for the
/// whole file, an empty file name in the new text's place removes it.
pub fn edited(edits: &[(&str, &str, &str)]) -> BTreeMap<String, String> {
    let mut files = files();
    for (file, old, new) in edits {
        let text = files.entry((*file).to_owned()).or_default();
        if old.is_empty() {
            *text = (*new).to_owned();
        } else {
            assert!(text.contains(old), "{file} does not hold {old}");
            *text = text.replacen(old, new, 1);
        }
    }
    files
}

pub fn load(files: &BTreeMap<String, String>) -> Library {
    Library::load(files).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    })
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn assess_at(
    library: &Library,
    programme: &str,
    json: &str,
    on: &str,
    place: &str,
    improve: bool,
) -> Result<Assessment, AssessError> {
    let profile = library.read_profile(json, programme).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    });
    library.assess(&Request { programme, profile: &profile, on: date(on), place, improve })
}

/// A person who reaches B with 55 points.
pub const PERSON: &str = r#"{
    "age": 30, "degree": "bachelor", "salary": 300000, "language": 1, "skills": ["welding"],
    "clean_record": true, "years": 3
}"#;

pub const MODEL: &str = "zz/programmes/permit/2024-01-01.md";
pub const PROGRAMME: &str = "zz/programmes/permit/programme.toml";
pub const FACTS: &str = "zz/facts.toml";
pub const OVERLAY: &str = "zz-no/programmes/permit/overlay.toml";
pub const LOCAL: &str = "zz-no/programmes/permit/2024-07-01.md";
pub const DELEGATION: &str = "zz/delegation.toml";
pub const CASES: &str = "zz/programmes/permit/tests/cases.toml";

const FILES: [(&str, &str); 21] = [
    ("zz/pack.toml", include_str!("zz/pack.toml")),
    ("zz/coverage.toml", include_str!("zz/coverage.toml")),
    ("zz-no/coverage.toml", include_str!("zz-no/coverage.toml")),
    ("zz/instruments.toml", include_str!("zz/instruments.toml")),
    (FACTS, include_str!("zz/facts.toml")),
    ("zz/places.csv", include_str!("zz/places.csv")),
    ("zz/parameters/wage.csv", include_str!("zz/parameters/wage.csv")),
    (DELEGATION, include_str!("zz/delegation.toml")),
    (PROGRAMME, include_str!("zz/programmes/permit/programme.toml")),
    (MODEL, include_str!("zz/programmes/permit/2024-01-01.md")),
    ("zz/programmes/permit/2020-01-01.md", include_str!("zz/programmes/permit/2020-01-01.md")),
    (CASES, include_str!("zz/programmes/permit/tests/cases.toml")),
    ("zz/programmes/card/programme.toml", include_str!("zz/programmes/card/programme.toml")),
    ("zz/programmes/card/2024-01-01.md", include_str!("zz/programmes/card/2024-01-01.md")),
    ("zz-no/pack.toml", include_str!("zz-no/pack.toml")),
    ("zz-no/instruments.toml", include_str!("zz-no/instruments.toml")),
    ("zz-no/parameters/wage.csv", include_str!("zz-no/parameters/wage.csv")),
    (OVERLAY, include_str!("zz-no/programmes/permit/overlay.toml")),
    (LOCAL, include_str!("zz-no/programmes/permit/2024-07-01.md")),
    ("README.md", "Not read."),
    ("zz/README.md", "Not read either."),
];

/// Loads the country with some texts replaced and compares what is said about it.
#[track_caller]
pub fn check(edits: &[(&str, &str, &str)], expected: expect_test::Expect) {
    let problems = match Library::load(&edited(edits)) {
        Ok(library) => library.warnings().to_vec(),
        Err(problems) => problems,
    };
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expected.assert_eq(&problems.join("\n"));
}
