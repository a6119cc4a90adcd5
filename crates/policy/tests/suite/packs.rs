//! The packs of this repository load, and every worked case of theirs passes.

use std::collections::BTreeMap;
use std::path::Path;

use feel::Number;
use policy::assess::Request;
use policy::assessment::{Assessment, Figure};
use policy::{Library, Profile};

/// All files of the packs by path.
pub fn packs() -> BTreeMap<String, String> {
    fn read(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, root, files);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    files
}

pub fn load() -> Library {
    Library::load(&packs()).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    })
}

#[test]
fn every_worked_case_passes() {
    let library = load();
    let results = library.run_cases(None);
    let failed: Vec<String> =
        results.iter().filter(|result| !result.passed()).map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), results.len(), failed.join("\n"));
    assert!(results.len() >= 150, "{} cases", results.len());
}

#[test]
fn a_country_without_local_rules_is_the_place_where_none_is_named() {
    let library = load();
    let area = |id: &str| library.only_area(id).map(|place| place.code.to_string());
    assert_eq!(area("jp/hsp-b").as_deref(), Some("JP"));
    assert_eq!(area("au/skilled-independent-189").as_deref(), Some("AU"));
    assert_eq!(area("cn/work-permit"), None, "cities of China have rules of their own");
    assert_eq!(area("xx/none"), None);
}

/// The assessment of a worked case, with improvements.
fn improved(library: &Library, case: &str) -> Assessment {
    let case = library.cases().iter().find(|known| known.name.as_str() == case).unwrap();
    let profile = Profile { facts: case.facts.clone(), ..Profile::default() };
    let request = Request {
        programme: &case.programme,
        profile: &profile,
        on: case.on,
        place: &case.place,
        improve: true,
    };
    library.assess(&request).unwrap()
}

#[test]
fn one_level_of_chinese_is_the_first_step_from_84_points() {
    let library = load();
    let assessment = improved(&library, "doctor of 30, 460,000 yuan, 6 years, no HSK, Shanghai");
    let first = &assessment.improvements[0];
    assert!(first.reaches);
    assert_eq!(first.changes.len(), 1);
    assert_eq!((&*first.changes[0].fact, first.changes[0].value.as_str()), ("hsk_level", "1"));
    assert_eq!(first.score, Some(Figure::Exactly(Number::from(85))));
}

#[test]
fn the_least_pay_rise_from_category_b() {
    let library = load();
    let assessment = improved(&library, "bachelor of 28, 160,000 yuan, 2 years, no HSK, Beijing");
    let rises: Vec<(bool, &str)> = assessment
        .improvements
        .iter()
        .filter(|improvement| &*improvement.changes[0].fact == "annual_salary")
        .map(|improvement| (improvement.reaches, improvement.changes[0].value.as_str()))
        .collect();
    // Six times the average wage of Beijing, and the next band of the points table.
    assert_eq!(rises, [(true, "859464"), (false, "250000")]);
}

#[test]
fn every_point_names_its_row_and_its_law() {
    let library = load();
    let assessment = improved(&library, "doctor of 30, 460,000 yuan, 6 years, no HSK, Shanghai");
    for factor in &assessment.factors {
        assert!(!factor.reasons.is_empty(), "{}", factor.decision);
        for reason in &factor.reasons {
            let source = reason.source.as_ref().unwrap();
            assert!(!source.instrument.is_empty() && !source.item.is_empty(), "{reason:?}");
        }
    }
}

#[test]
fn nothing_in_the_packs_is_probably_meant_otherwise() {
    let warnings: Vec<String> = load().warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));
}
