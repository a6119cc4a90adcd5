//! Common profiles that cannot be true of anybody: each is refused with field, reason and help.

use crate::packs;

/// A profile, and what is said of it: field, reason, and what is allowed.
const IMPOSSIBLE: &[(&str, [&str; 3])] = &[
    (
        r#"{"languages": [{"language": "en", "test": "ielts_general", "scores": {"listening": 9.5}}]}"#,
        ["languages[0].scores.listening", "too large", "between 0 and 9"],
    ),
    (
        r#"{"languages": [{"language": "en", "test": "pte_core", "scores": {"reading": 60.5}}]}"#,
        ["languages[0].scores.reading", "no value 60.5", "1 apart"],
    ),
    (
        r#"{"languages": [{"language": "ja", "test": "jlpt", "level": "N6"}]}"#,
        ["languages[0].level", "not among the allowed values", "`N1`"],
    ),
    (
        r#"{"work": [
            {"country": "CN", "start": "2015-01-01", "end": "2018-01-01"},
            {"country": "CN", "start": "2017-01-01"}
        ]}"#,
        ["work[1]", "overlaps that of `work[0]`", "hours_per_week"],
    ),
    (
        r#"{"offer": {"country": "DE", "pay": {"amount": 1, "currency": "EURO", "period": "year"}}}"#,
        ["offer.pay.currency", "not among the allowed values", "`EUR`"],
    ),
    (
        r#"{"offer": {"country": "DE", "pay": {"amount": 1, "currency": "EUR"}}}"#,
        ["offer.pay.period", "missing", "`hour`, `week`, `month`, `year`"],
    ),
    (
        r#"{"offer": {"country": "GB", "occupations": {"soc2020": "2239"}}}"#,
        ["offer.occupations.soc2020", "no code `2239`", "did you mean `2139`"],
    ),
    (
        r#"{"work": [{"country": "CA", "start": "2020-01-01", "occupations": {"noc2021": "21239"}}]}"#,
        ["work[0].occupations.noc2021", "no code `21239`", "did you mean `2123"],
    ),
    (
        r#"{"offer": {"country": "GB", "occupations": {"soc2020": "213"}}}"#,
        ["offer.occupations.soc2020", "not among the allowed values", "^[0-9]{4}$"],
    ),
    (
        r#"{"intended": {"country": "CA", "place": "GB-ENG"}}"#,
        ["intended.place", "no place in CA", "did you mean"],
    ),
    (
        r#"{"birth_date": "1990-01-01", "education": [{"level": "bachelor", "end": "1989-06-30"}]}"#,
        ["education[0].end", "before the day of birth", "1 January 1990"],
    ),
    (
        r#"{"has_offer": false, "offer": {"country": "GB"}}"#,
        ["has_offer", "`offer` describes one", "leave out"],
    ),
    (r#"{"education": [], "fr": {"age": 30}}"#, ["`fr`", "no such fact", "did you mean"]),
];

#[test]
fn what_cannot_be_is_refused() {
    let library = packs::load();
    for (json, says) in IMPOSSIBLE {
        let faults = library.read_person(json).unwrap_err();
        let message = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for part in says {
            assert!(message.contains(part), "no `{part}` for {json} in:\n{message}");
        }
    }
}
