//! Changes of the rules that the worked cases notice, and those that they do not.

use expect_test::{Expect, expect};
use policy::Library;
use policy::mutation::Mutation;

use crate::zz::{self, CASES, MODEL};

fn mutation(library: &Library, id: &str) -> Mutation {
    library.mutate(Some(id)).unwrap()
}

/// The changes of some decisions that no case notices.
#[track_caller]
fn check(edits: &[(&str, &str, &str)], decisions: &[&str], expected: Expect) {
    let library = zz::load(&zz::edited(edits));
    let mutation = mutation(&library, MODEL);
    let lines: Vec<String> = mutation
        .groups
        .iter()
        .flat_map(|group| &group.survivors)
        .filter(|mutant| decisions.contains(&mutant.element.as_str()))
        .map(|mutant| {
            let (row, column) = (mutant.row.as_deref(), mutant.column.as_deref());
            let (row, column) = (row.unwrap_or("-"), column.unwrap_or("-"));
            format!("{} {row} {column}: {} → {}", mutant.element, mutant.old, mutant.new)
        })
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_cell_that_a_case_rests_on_is_caught_and_one_that_none_reaches_survives() {
    // One person with a bachelor and 300,000: the row of doctors is never reached, nor an edge.
    check(
        &[],
        &["salary_points", "degree_points", "language_points"],
        expect![[r#"
            salary_points 1 salary_wan: >= 60 → >= 61
            salary_points 2 salary_wan: [40..60) → [41..60)
            salary_points 2 salary_wan: [40..60) → [40..59)
            salary_points 3 salary_wan: [20..40) → [21..40)
            salary_points 3 salary_wan: [20..40) → [19..40)
            salary_points 3 salary_wan: [20..40) → [20..39)
            salary_points 1 salary_points: 40 → 41
            salary_points 1 salary_points: 40 → 39
            salary_points 2 salary_points: 30 → 31
            salary_points 2 salary_points: 30 → 29
            salary_points default salary_points: 0 → 1
            salary_points default salary_points: 0 → -1
            degree_points 1 degree: "doctorate" → "none"
            degree_points 1 degree_points: 30 → 29
            degree_points default degree_points: 0 → 1
            degree_points default degree_points: 0 → -1"#]],
    );
}

#[test]
fn a_case_at_an_edge_catches_what_moves_it() {
    let case = r#"
[[case]]
name = "at 200,000"
based_on = "bachelor, 30"
on = 2025-06-01
place = "1"
source = "row 3 of the measures"
facts = { salary = 200000 }

[case.expect]
sub_scores = { salary_points = 20 }

[[case]]
name = "the same in 2019""#;
    check(
        &[(CASES, "\n[[case]]\nname = \"the same in 2019\"", case)],
        &["salary_points"],
        expect![[r#"
            salary_points 1 salary_wan: >= 60 → >= 61
            salary_points 2 salary_wan: [40..60) → [41..60)
            salary_points 2 salary_wan: [40..60) → [40..59)
            salary_points 3 salary_wan: [20..40) → [19..40)
            salary_points 3 salary_wan: [20..40) → [20..39)
            salary_points 1 salary_points: 40 → 41
            salary_points 1 salary_points: 40 → 39
            salary_points 2 salary_points: 30 → 31
            salary_points 2 salary_points: 30 → 29
            salary_points default salary_points: 0 → 1
            salary_points default salary_points: 0 → -1"#]],
    );
}

#[test]
fn rows_that_would_overlap_are_set_aside() {
    let library = zz::load(&zz::files());
    let mutation = mutation(&library, MODEL);
    let [group] = mutation.groups.as_slice() else { panic!("{mutation:?}") };
    assert_eq!(group.id, "zz/permit");
    // As `>= 59` beside `[40..60)`, and an outcome that the programme does not have.
    assert!(group.refused >= 4, "{} refused", group.refused);
    assert_eq!(mutation.total(), group.caught + group.survivors.len());
    assert!(mutation.caught() > 10, "{} caught", mutation.caught());
}

#[test]
fn figures_of_a_parameter_are_changed_too() {
    let library = zz::load(&zz::files());
    let ids = |id: &str| -> Vec<String> {
        mutation(&library, id).groups.into_iter().map(|group| group.id).collect()
    };
    assert_eq!(ids("zz"), ["zz/card", "zz/parameters/wage.csv", "zz/permit"]);
    assert_eq!(ids("zz-no"), ["zz-no/parameters/wage.csv", "zz/permit"]);
}

#[test]
fn cases_that_fail_without_a_change_and_names_that_nothing_has() {
    let files = zz::edited(&[(CASES, "score = 55", "score = 54")]);
    let error = zz::load(&files).mutate(Some("zz/permit")).unwrap_err();
    expect!["1 of the worked cases fail as the rules are, as `bachelor, 30`"]
        .assert_eq(&error.to_string());
    let error = zz::load(&zz::files()).mutate(Some("zz/permt")).unwrap_err();
    expect!["there is no programme or pack with figures `zz/permt`; did you mean `zz/permit`?"]
        .assert_eq(&error.to_string());
}
