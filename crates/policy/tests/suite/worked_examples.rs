//! Every example that docs/worked-examples.md names is a case of the packs, and passes.

use crate::packs;

const EXAMPLES: &str = include_str!("../../../../docs/worked-examples.md");

#[test]
fn every_published_example_is_a_case_that_passes() {
    let results = packs::load().run_cases(None);
    let rows: Vec<Vec<&str>> = EXAMPLES
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    for row in rows {
        let [programme, _, _, case] = row[..] else { panic!("{row:?}") };
        let programme = programme.trim_matches('`');
        let found = results.iter().find(|r| &*r.programme == programme && r.name == case);
        let found = found.unwrap_or_else(|| panic!("{programme}: no case `{case}`"));
        assert!(found.passed() && !found.source.is_empty(), "{found}");
    }
}
