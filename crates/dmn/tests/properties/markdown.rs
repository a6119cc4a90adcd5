//! Rule documents: read, written, compiled and evaluated.

use dmn::compile::Mode;
use dmn::diagnostic::Diagnostic;
use dmn::markdown;

use super::{check_diagnostics, check_evaluation, compile};

/// Checks a text as a rule document. What reads without faults is printed without loss, and
/// printing it twice changes nothing.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (model, diagnostics) = markdown::read("model", text);
    check_diagnostics(&diagnostics, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    let written = markdown::write(&model);
    let (read, faults) = markdown::read("model", &written);
    check_diagnostics(&faults, &written);
    assert!(!faults.iter().any(Diagnostic::is_error), "{faults:?}\n{written}");
    assert_eq!(markdown::write(&read), written);
    let program = compile(&model, text, Mode::Strict);
    let printed = compile(&read, &written, Mode::Strict);
    assert_eq!(program.is_some(), printed.is_some(), "{written}");
    if let Some(program) = program {
        check_evaluation(&program);
    }
}
