//! The coverage registry: what it refuses, and what it says of every pack.

use crate::zz::{self, check};
use expect_test::expect;
use policy::coverage::VersionCoverage;

const COVERAGE: &str = "zz/coverage.toml";

#[test]
fn names_that_do_not_exist() {
    check(
        &[(COVERAGE, "programme = \"card\"", "programme = \"cart\"")],
        expect![[r#"
        zz/coverage.toml:2:13: error: the pack has no programme `cart`
          help: did you mean `card`?
        zz/coverage.toml:1:1: error: the version `2024-01-01.md` of `card` is not registered
          help: say in a `[[version]]` until when and by which source it has been checked"#]],
    );
    check(
        &[(COVERAGE, "programmes = [\"permit\"]", "programmes = [\"premit\"]")],
        expect![[r#"
        zz/coverage.toml:19:15: error: the pack has no programme `premit`
          help: did you mean `permit`?"#]],
    );
    check(
        &[(COVERAGE, "model = \"2020-01-01.md\"", "model = \"2021-01-01.md\"")],
        expect![[r#"
        zz/coverage.toml:8:9: error: `permit` has no version `2021-01-01.md`
          help: did you mean `2020-01-01.md`?
        zz/coverage.toml:1:1: error: the version `2020-01-01.md` of `permit` is not registered
          help: say in a `[[version]]` until when and by which source it has been checked"#]],
    );
    check(
        &[(COVERAGE, "\"zz/measures\", ", "\"zz/measure\", ")],
        expect![[r#"
        zz/coverage.toml:16:12: error: no instrument `zz/measure`
          help: did you mean `zz/measures`?"#]],
    );
}

#[test]
fn every_version_is_registered_once() {
    let whole =
        "[[version]]\nprogramme = \"card\"\nmodel = \"2024-01-01.md\"\nsources = [\"zz/law\"]\n";
    check(
        &[(COVERAGE, whole, "")],
        expect![[r#"
        zz/coverage.toml:1:1: error: the version `2024-01-01.md` of `card` is not registered
          help: say in a `[[version]]` until when and by which source it has been checked"#]],
    );
    check(
        &[(COVERAGE, whole, &whole.repeat(2))],
        expect![
            "zz/coverage.toml:7:9: error: the version `2024-01-01.md` of `card` is registered twice"
        ],
    );
    check(
        &[("zz-no/coverage.toml", "2024-07-01.md", "2024-07-02.md")],
        expect![[r#"
        zz-no/coverage.toml:3:9: error: `permit` has no version `2024-07-02.md`
          help: did you mean `2024-07-01.md`?
        zz-no/coverage.toml:1:1: error: the version `2024-07-01.md` of `permit` is not registered
          help: say in a `[[version]]` until when and by which source it has been checked"#]],
    );
}

#[test]
fn days_that_cannot_be() {
    // Before the version is in force.
    check(
        &[(COVERAGE, "until = 2026-05-06", "until = 2023-12-31")],
        expect![[r#"
        zz/coverage.toml:14:9: error: `2024-01-01.md` is in force from 2024-01-01, it cannot be checked until 2023-12-31
          help: leave out `until` where no source is dated later than the rules"#]],
    );
    // After the sources were read.
    check(
        &[(COVERAGE, "until = 2026-05-06", "until = 2026-11-24")],
        expect![[r#"
        zz/coverage.toml:14:9: error: the sources were last read on 2026-11-23, they cannot tell of 2026-11-24
          help: give the day of the latest dated source, or mend `checked` in `pack.toml`"#]],
    );
    // The first and the last day that can be.
    check(&[(COVERAGE, "until = 2026-05-06", "until = 2024-01-01")], expect![[""]]);
    check(&[(COVERAGE, "until = 2026-05-06", "until = 2026-11-23")], expect![[""]]);
    check(
        &[(COVERAGE, "until = 2026-05-06", "until = 2026-05-06\nobtained = false")],
        expect![[r#"
            zz/coverage.toml:14:9: error: rules that have not been obtained cannot have been checked until a day
              help: leave out `until`, or `obtained = false`"#]],
    );
}

#[test]
fn what_is_not_covered_is_said_in_both_languages() {
    check(
        &[(COVERAGE, "zh = \"岗位清单。\", ", "")],
        expect!["zz/coverage.toml:20:8: error: missing field `zh`"],
    );
    check(
        &[(COVERAGE, "en = \"Other classes.\"", "en = \" \"")],
        expect!["zz/coverage.toml:23:8: error: a text is empty: both `zh` and `en` are needed"],
    );
    check(
        &[(COVERAGE, "sources = [\"zz/law\"]", "sources = []")],
        expect![[r#"
        zz/coverage.toml:1:1: error: the version names no source by which it was checked
          help: write the identifiers of instruments in `sources`"#]],
    );
}

#[test]
fn a_pack_that_registers_nothing_is_told() {
    let mut files = zz::files();
    files.remove(COVERAGE);
    let library = zz::load(&files);
    let warnings: Vec<String> = library.warnings().iter().map(ToString::to_string).collect();
    expect![[r#"
        zz/pack.toml:1:1: warning: nobody can tell which of the pack's rules have been checked
          help: register them in `coverage.toml` beside this file"#]]
    .assert_eq(&warnings.join("\n"));
}

#[test]
fn the_registry_says_what_the_packs_say() {
    let library = zz::load(&zz::files());
    let coverage = library.coverage();
    let [national, local] = coverage.as_slice() else { panic!("two packs are registered") };
    let [card, permit] = national.programmes.as_slice() else { panic!("two programmes") };
    assert_eq!((card.id, permit.id), ("zz/card", "zz/permit"));
    let until = |version: &VersionCoverage<'_>| version.until.map(|day| day.to_string());
    // The newest version stands first.
    let days: Vec<Option<String>> = permit.versions.iter().map(until).collect();
    assert_eq!(days, [Some("2026-05-06".to_owned()), Some("2023-12-31".to_owned())]);
    assert!(permit.versions[0].in_force(zz::date("2024-01-01")));
    assert!(!permit.versions[0].in_force(zz::date("2023-12-31")));
    assert!(permit.versions[1].in_force(zz::date("2023-12-31")));
    assert_eq!(permit.gaps[0].en, "The list of posts.");
    assert_eq!(national.whole().map(|gap| gap.zh.as_str()).collect::<Vec<_>>(), ["其他类别。"]);
    let overlay = &local.programmes[0].versions[0];
    assert_eq!(
        (local.programmes[0].id, &*overlay.periods[0].places),
        ("zz/permit", &["1".to_owned()][..])
    );
    let json = policy::json::coverage(&library);
    assert_eq!(json["packs"][0]["programmes"][1]["versions"][0]["checked_until"], "2026-05-06");
    assert_eq!(
        json["packs"][0]["programmes"][0]["versions"][0]["checked_until"],
        serde_json::Value::Null
    );
}

#[test]
fn rows_that_are_not_fully_attested_are_counted() {
    let library = crate::packs::load();
    let coverage = library.coverage();
    let version = |id: &str| {
        let programmes = coverage.iter().flat_map(|covered| &covered.programmes);
        let found = programmes.filter(|programme| programme.id == id);
        found.flat_map(|programme| &programme.versions).next().unwrap()
    };
    // Everything that is known of F-2-7 was seen on pages of low authority or not at all.
    let korea = version("kr/f-2-7");
    assert!(korea.flagged_rows() * 2 > korea.rows, "{} of {}", korea.flagged_rows(), korea.rows);
    // Those of the Skilled Worker are statute, but for what was reported later.
    let britain = version("gb/skilled-worker");
    assert!(
        britain.flagged_rows() * 10 < britain.rows,
        "{} of {}",
        britain.flagged_rows(),
        britain.rows
    );
    assert!(!version("nz/skilled-migrant").obtained);
}
