//! Files of compatibility tests: read, and run against a model.

use std::sync::OnceLock;

use dmn::compile::Mode;
use dmn::program::{Limits, Program};
use dmn::tck::Suite;
use dmn::xml;
use feel::temporal::DateTime;

use super::compile;

/// A model that takes values of every kind, with a function and a service.
const MODEL: &str = include_str!("tck.dmn");

/// Checks a text as a file of tests.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(Some(suite)) = Suite::read(text) else { return };
    static PROGRAM: OnceLock<Option<Program>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let (model, diagnostics) = xml::read("model", MODEL);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        compile(&model, MODEL, Mode::Lenient)
    });
    let Some(program) = program else { panic!("the model does not compile") };
    let now = DateTime::parse("2026-11-23T12:00:00Z").ok();
    let limits = Limits { fuel: 20_000, depth: 100, ..Limits::DEFAULT };
    for case in suite.cases.iter().take(20) {
        let verdict = case.run(program, limits, now.as_ref());
        assert_eq!(verdict, case.run(program, limits, now.as_ref()));
    }
}
