//! DMN XML: read, compiled both ways and evaluated.

use dmn::compile::Mode;
use dmn::diagnostic::Diagnostic;
use dmn::xml;

use super::{check_diagnostics, check_evaluation, compile};

/// Checks a text as a document. What reads without faults is written, and writing it twice changes
/// nothing.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (model, diagnostics) = xml::read("model", text);
    check_diagnostics(&diagnostics, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    if let Ok(written) = xml::write(&model, None) {
        let (again, faults) = xml::read("model", &written);
        check_diagnostics(&faults, &written);
        assert!(!faults.iter().any(Diagnostic::is_error), "{faults:?}\n{written}");
        assert_eq!(xml::write(&again, None).as_deref(), Ok(&*written));
    }
    for mode in [Mode::Lenient, Mode::Strict] {
        if let Some(program) = compile(&model, text, mode) {
            check_evaluation(&program);
        }
    }
}
