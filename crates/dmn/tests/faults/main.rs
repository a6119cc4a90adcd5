//! What is wrong with a model is told when it is compiled: what, where, and what would be right.

mod cells;
mod constants;
mod exchanged;
mod names;
mod notation;
mod rules;
mod signs;
mod types;

use std::sync::Arc;

use dmn::compile::{Allowed, Role, Unit, compile};
use dmn::markdown;
use expect_test::Expect;

fn check(rest: &str, expected: Expect) {
    let inputs = "| input | type |\n|---|---|\n| age | number |\n| level | string |\n| born | date |\n| posts | list<string> |";
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{inputs}\n\n{rest}\n");
    let (model, mut diagnostics) = markdown::read("law.md", &source);
    // A document that does not read is not compiled.
    if diagnostics.is_empty() {
        let allowed = [Allowed {
            input: "level".into(),
            values: vec!["doctorate".into(), "master".into(), "bachelor".into()],
        }];
        let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
        diagnostics = match compile(&[unit], &allowed) {
            Ok(program) => program.warnings().to_vec(),
            Err(found) => found,
        };
    }
    expected.assert_eq(&dmn::diagnostic::render(&diagnostics, &|_| Some(&source), false));
}

fn table(rows: &str) -> String {
    format!("## T → t: number\n\n| U | age | level | t |\n|---|---|---|---|\n{rows}")
}
