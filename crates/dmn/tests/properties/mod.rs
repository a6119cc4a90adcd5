//! What holds of any input, however hostile. The fuzzers of `fuzz/` look for inputs of which it
//! does not hold, and the test `corpus` sees to those that they have found interesting.

pub mod evaluation;
pub mod feel;
pub mod markdown;
pub mod tck;
pub mod xml;

use std::sync::Arc;

use ::feel::Value;
use ::feel::value::Possible;
use dmn::compile::{Mode, Role, Unit, compile_as};
use dmn::diagnostic::{Diagnostic, render};
use dmn::model::Model;
use dmn::program::{DecisionId, Limits, Program};

/// Little work, so that the fuzzer tries much.
const LIMITS: Limits = Limits { fuel: 50_000, depth: 100, ..Limits::DEFAULT };

/// Every fault says something, and points at a part of the source.
fn check_diagnostics(diagnostics: &[Diagnostic], source: &str) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.is_empty(), "{diagnostic:?}");
        assert!(diagnostic.place.span.of(source).is_some(), "{diagnostic:?}");
    }
    let rendered = render(diagnostics, &|_| Some(source), false);
    assert_eq!(rendered.is_empty(), diagnostics.is_empty());
}

/// Compiles a model that reads without errors.
fn compile(model: &Model, source: &str, mode: Mode) -> Option<Program> {
    let unit = Unit { file: Arc::from("model"), model, role: Role::Main };
    match compile_as(&[unit], &[], mode) {
        Ok(program) => {
            check_diagnostics(program.warnings(), source);
            Some(program)
        }
        Err(diagnostics) => {
            check_diagnostics(&diagnostics, source);
            assert!(diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:?}");
            None
        }
    }
}

/// Every decision comes to a value or to a limit, and to the same one again.
fn check_evaluation(program: &Program) {
    let wanted: Vec<DecisionId> = (0..program.decisions().len()).map(DecisionId).collect();
    let null = vec![Value::NULL; program.inputs().len()];
    let unknown = program.inputs().iter();
    let unknown = unknown.map(|input| Value::unknown(input.name.clone(), Possible::Anything));
    for inputs in [null, unknown.collect()] {
        let once = program.evaluate(&inputs, &wanted, LIMITS, true);
        let again = program.evaluate(&inputs, &wanted, LIMITS, false);
        match (once, again) {
            (Ok(once), Ok(again)) => {
                // Functions are equal to nothing, but look the same.
                assert_eq!(format!("{:?}", once.values), format!("{:?}", again.values));
                for value in once.values.iter().flatten() {
                    let _ = value.to_string();
                }
            }
            (once, again) => assert_eq!(once.err(), again.err()),
        }
    }
}
