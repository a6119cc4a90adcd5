//! The DMN Technology Compatibility Kit, where it is at hand: `DMN_TCK_DIR` names its folder, by
//! default `../shared/dmn-tck` beside the checkout.
//!
//! `tck/refused.txt` lists every case that does not pass, with the reason. The test fails when a
//! case leaves or enters the list.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may panic")]

mod kit;

use std::collections::BTreeMap;

use dmn::program::Limits;
use dmn::tck::Verdict;
use feel::temporal::DateTime;

#[test]
fn cases_that_do_not_pass_are_listed() {
    let Some(folder) = kit::folder() else { return };
    let now = DateTime::parse("2026-11-23T12:00:00Z").unwrap();
    let (mut passed, mut suites) = (0, Vec::new());
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (name, file, suite) in kit::suites(&folder) {
        let program = kit::load(&file.with_file_name(&suite.model), &|model| model);
        for case in &suite.cases {
            match case.run(&program, Limits::default(), Some(&now)) {
                Verdict::Passed => passed += 1,
                Verdict::Failed(why) => {
                    found.insert(format!("{name} {}", case.id), format!("failing: {why}"));
                }
                Verdict::Refused(why) => {
                    found.insert(format!("{name} {}", case.id), format!("refused: {why}"));
                }
            }
        }
        suites.push(name);
    }
    println!("{passed} passed, {} not", found.len());
    let list = include_str!("tck/refused.txt");
    let listed: BTreeMap<String, String> = list
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let (suite, case) = (words.next().unwrap(), words.next().unwrap());
            (format!("{suite} {case}"), words.next().expect("a reason").to_owned())
        })
        .filter(|(case, _)| suites.iter().any(|suite| case.starts_with(&format!("{suite} "))))
        .collect();
    let kind = |why: &str| why.split(':').next().unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    for (case, why) in &found {
        match listed.get(case) {
            Some(reason) if kind(reason) == kind(why) => {}
            Some(reason) => wrong.push(format!("{case} is listed as {reason}, but {why}")),
            None => wrong.push(format!("not listed: {case} {why}")),
        }
    }
    let passing = listed.keys().filter(|case| !found.contains_key(*case));
    wrong.extend(passing.map(|case| format!("listed, but it passes: {case}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
