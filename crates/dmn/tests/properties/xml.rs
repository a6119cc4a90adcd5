//! DMN XML: read, compiled both ways and evaluated.

use dmn::compile::Mode;
use dmn::diagnostic::Diagnostic;
use dmn::xml;

use super::{check_diagnostics, check_evaluation, compile};

/// Checks a text as a document.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (model, diagnostics) = xml::read("model", text);
    check_diagnostics(&diagnostics, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    for mode in [Mode::Lenient, Mode::Strict] {
        if let Some(program) = compile(&model, text, mode) {
            check_evaluation(&program);
        }
    }
}
