//! Canada's language tests, from a common profile and beside stated levels.

use policy::assessment::Language;

use crate::packs;
use crate::zz::date;

const REPORTS: &str = r#"
    { "language": "en", "test": "ielts_general", "date": "2024-01-10",
      "scores": { "listening": 8.5, "reading": 8, "writing": 8, "speaking": 8 } },
    { "language": "en", "test": "celpip_general", "date": "2025-06-01",
      "scores": { "listening": 7, "reading": 8, "writing": 6, "speaking": 7 } },
    { "language": "en", "test": "ielts_academic", "date": "2026-01-01",
      "scores": { "listening": 9, "reading": 9, "writing": 9, "speaking": 9 } },
    { "language": "fr", "test": "tef_canada", "date": "2023-12-10",
      "scores": { "listening": 699, "reading": 699, "writing": 699, "speaking": 699 } }"#;

/// The levels of listening and reading in English, and of reading in French.
fn levels(reports: &str, section: &str, on: &str) -> String {
    let library = packs::load();
    let json = format!(r#"{{ "birth_date": "1996-05-14", "languages": [{reports}]{section} }}"#);
    let person = library.read_person(&json).unwrap();
    let profile = library.facts_of(&person, "ca", date(on)).unwrap();
    let programme = "ca/language";
    let (on, place) = (date(on), "CA");
    let request =
        policy::assess::Request { programme, profile: &profile, on, place, improve: false };
    let found = policy::json::assessment(&library.assess(&request).unwrap(), Language::En);
    ["english_listening_level", "english_reading_level", "french_reading_level"]
        .map(|name| found["sub_scores"][name].to_string())
        .join(" ")
}

#[test]
fn the_latest_valid_report_counts() {
    assert_eq!(levels(REPORTS, "", "2025-07-01"), "7 8 null");
    // Before the second test, and two years after each.
    assert_eq!(levels(REPORTS, "", "2025-05-31"), "10 10 null");
    assert_eq!(levels(REPORTS, "", "2027-06-01"), "7 8 null");
    assert_eq!(levels(REPORTS, "", "2027-06-02"), "null null null");
}

#[test]
fn of_tef_canada_only_the_scale_that_is_known() {
    let reports = REPORTS.replace("2023-12-10", "2023-12-11");
    assert_eq!(levels(&reports, "", "2025-07-01"), "7 8 10");
}

#[test]
fn a_report_without_day_does_not_count() {
    let reports = REPORTS.replace(r#""date": "2025-06-01","#, "");
    assert_eq!(levels(&reports, "", "2025-07-01"), "10 10 null");
}

#[test]
fn no_entry_of_a_language_is_no_level_of_it() {
    assert_eq!(levels(r#"{ "language": "pt", "native": true }"#, "", "2025-07-01"), "0 0 0");
    let stated = r#", "ca": { "english_test": "pte_core", "english_test_reading": 69 }"#;
    let found = levels(r#"{ "language": "pt", "native": true }"#, stated, "2025-07-01");
    assert_eq!(found, "null 8 0");
}

#[test]
fn what_canadas_section_states_goes_before() {
    let levels_stated = r#", "ca": { "english_listening": 4, "english_reading": 9 }"#;
    assert_eq!(levels(REPORTS, levels_stated, "2025-07-01"), "4 9 null");
    // A stated test is not mixed with the scores of another.
    let test_stated = r#", "ca": { "english_test": "pte_core", "english_test_reading": 69 }"#;
    assert_eq!(levels(REPORTS, test_stated, "2025-07-01"), "null 8 null");
}
