//! Wrongs that rule engines are known for, each with a test that has its name: an error that reads
//! as "no", null that matches null, numbers that are none, lists of codes that overflow, words
//! that nobody reads, results of another type than the last time.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use dmn::columnar::{Columnar, Table};
use dmn::compile::{Role, Unit, compile};
use dmn::diagnostic::Diagnostic;
use dmn::markdown;
use dmn::program::{DecisionId, Limits, Program};
use feel::value::{FailureCode, Null};
use feel::{Number, Value};

const INPUTS: &str = "| input | type |\n|---|---|\n| x | number |\n| y | number |\n| code | string |\n| k | boolean |\n\n";

fn compiled(rest: &str) -> Result<Program, Vec<Diagnostic>> {
    let source = format!("---\nid: zz/test\ntitle: Test\n---\n\n{INPUTS}{rest}\n");
    let (model, diagnostics) = markdown::read("law.md", &source);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let unit = Unit { file: Arc::from("law.md"), model: &model, role: Role::Main };
    compile(&[unit], &[])
}

fn program(rest: &str) -> Program {
    compiled(rest).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

/// The messages of a document that cannot be used.
fn faults(rest: &str) -> Vec<String> {
    let diagnostics = compiled(rest).map(|_| ()).unwrap_err();
    diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

fn literal(expression: &str, kind: &str) -> String {
    format!("## D → d: {kind}\n\n```feel\n{expression}\n```\n")
}

/// The last decision row by row; columns say the same where they say anything.
fn value(program: &Program, inputs: &[Value]) -> Value {
    let id = DecisionId(program.decisions().len() - 1);
    let evaluation = program.evaluate(inputs, &[id], Limits::default(), false).unwrap();
    let value = evaluation.values[id.0].clone().unwrap();
    let table = Table::from_rows(program, &[inputs.to_vec()]).unwrap();
    if let Ok(plan) = Columnar::with_schema(program, table.schema(program), &[id]) {
        let output = plan.evaluate(&table.columns()).unwrap();
        assert_eq!(output.results()[0].value(0).unwrap(), value);
    }
    value
}

fn person(x: Value, y: Value, code: &str, k: bool) -> Vec<Value> {
    vec![x, y, code.into(), k.into()]
}

fn failure(value: &Value) -> (FailureCode, String) {
    match value {
        Value::Null(Null::Failed(failure)) => (failure.code, failure.message.clone()),
        other => panic!("{other:?} did not fail"),
    }
}

#[test]
fn a_cell_that_fails_does_not_read_as_no_match() {
    for policy in ["F", "U", "A", "C+", "P"] {
        let allowed = if policy == "P" { "| allowed | | 7, 0 |\n" } else { "" };
        let program = program(&format!(
            "## D → d: number\n\n| {policy} | x | d |\n|---|---|---|\n{allowed}\
             | 1 | y / ? > 2 | 7 |\n| default | | 0 |\n"
        ));
        let with = |x: i64| value(&program, &person(x.into(), 10.into(), "a", true));
        assert_eq!(with(2), 7.into(), "{policy}");
        assert_eq!(with(9), 0.into(), "{policy}");
        let (_, message) = failure(&with(0));
        assert!(message.starts_with("rule `1` of `d`: "), "{policy}: {message}");
    }
}

#[test]
fn null_does_not_match_a_name_that_is_not_there() {
    assert_eq!(faults(&literal("missing = null", "boolean")), ["there is no `missing`"]);
    let table = "## D → d: number\n\n| U | x | d |\n|---|---|---|\n| 1 | missing | 7 |\n";
    assert_eq!(faults(table), ["there is no `missing`"]);
}

#[test]
fn null_does_not_match_a_cell_that_fails() {
    for cell in ["10 / y", "number(code)", "[1, 2][7 + y]"] {
        let program = program(&format!(
            "## D → d: number\n\n| F | x | d |\n|---|---|---|\n| 1 | {cell} | 7 |\n| 2 | - | 0 |\n"
        ));
        let found = value(&program, &person(Value::NULL, 0.into(), "a", true));
        assert_ne!(found, 7.into(), "{cell}");
    }
    // Null that is written is meant.
    let program = program(
        "## D → d: number\n\n| F | x | d |\n|---|---|---|\n| 1 | null | 7 |\n| 2 | - | 0 |\n",
    );
    assert_eq!(value(&program, &person(Value::NULL, 0.into(), "a", true)), 7.into());
}

#[test]
fn a_fact_that_is_null_matches_no_code_and_no_number() {
    let program = program(
        "## D → d: string\n\n| F | x | code | d |\n|---|---|---|---|\n\
         | 1 | <= 0 | - | \"low\" |\n| 2 | > 0 | - | \"high\" |\n| 3 | - | \"null\", \"\" | \"empty\" |\n\
         | default | | | \"none\" |\n",
    );
    let mut facts = person(Value::NULL, Value::NULL, "null", true);
    facts[2] = Value::NULL;
    let found = value(&program, &facts);
    assert!(found == "none".into() || found.is_null(), "{found:?}");
}

#[test]
fn no_number_is_not_a_number_or_infinite() {
    for text in ["NaN", "Infinity", "-Infinity", "INF", "inf", "1e99999", "0x10", "1_000", ""] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
    for expression in [
        "x / y",
        "y / y",
        "sqrt(-x)",
        "log(y)",
        "log(-x)",
        "exp(x * 1000000)",
        "10 ** (x * 10000)",
        "y ** -x",
        "(-8 * x) ** 0.5",
        "modulo(x, y)",
        "stddev([x])",
        "9e6144 * x + 9e6144",
    ] {
        let program = program(&literal(&format!("if k then {expression} else 0"), "number"));
        let facts = person(1.into(), 0.into(), "a", true);
        let (_, message) = failure(&value(&program, &facts));
        assert!(!message.is_empty(), "{expression}");
        // And what rests on it is no number either.
        let rests = format!(
            "{}\n## E → e: number\n\n```feel\nd + 1\n```\n",
            literal(&format!("if k then {expression} else 0"), "number")
        );
        assert!(value(&self::program(&rests), &facts).is_null(), "{expression}");
    }
}

#[test]
fn decimals_are_not_cut() {
    for (expression, expected) in [
        ("0.1 + 0.2", "0.3"),
        ("x * 3", "3.0000000000000003"),
        ("1234567890123456.78 + 0.01", "1234567890123456.79"),
        ("0.1 ** 20 * 10 ** 20", "1"),
    ] {
        let x = Value::Number(Number::parse("1.0000000000000001").unwrap());
        let found =
            value(&program(&literal(expression, "number")), &person(x, 1.into(), "a", true));
        assert_eq!(found, Value::Number(Number::parse(expected).unwrap()), "{expression}");
    }
}

/// An index of a byte holds 256 codes, one of two bytes 65,536.
#[test]
fn a_list_of_codes_does_not_overflow() {
    for count in [255, 256, 257, 300, 66_000] {
        let mut rules = String::new();
        for code in [0, 1, 254, 255, 256, 257, 299, 65_534, 65_535, 65_536, 65_999] {
            writeln!(rules, "| {code} | \"c{code}\" | {code} |").unwrap();
        }
        let table = format!(
            "## D → d: number\n\n| U | code | d |\n|---|---|---|\n{rules}| default | | -1 |\n"
        );
        let program = program(&table);
        let people: Vec<Vec<Value>> =
            (0..count).map(|i| person(i.into(), 0.into(), &format!("c{i}"), true)).collect();
        let id = DecisionId(0);
        let Ok(table) = Table::from_rows(&program, &people) else {
            assert!(count > 65_000, "{count} codes are refused");
            continue;
        };
        let plan = match Columnar::with_schema(&program, table.schema(&program), &[id]) {
            Ok(plan) => plan,
            Err(outside) => {
                assert!(count > 65_000, "{count} codes: {outside}");
                continue;
            }
        };
        let output = plan.evaluate(&table.columns()).unwrap();
        for (row, facts) in people.iter().enumerate().filter(|(row, _)| row % 257 < 2) {
            let evaluation = program.evaluate(facts, &[id], Limits::default(), false).unwrap();
            let expected = evaluation.values[0].clone().unwrap();
            assert_eq!(output.results()[0].value(row).unwrap(), expected, "{count}: {facts:?}");
        }
    }
}

#[test]
fn no_key_is_dropped_in_silence() {
    let read = |source: &str| {
        let (_, diagnostics) = markdown::read("law.md", source);
        let messages: Vec<String> = diagnostics.into_iter().map(|d| d.message).collect();
        messages.join("; ")
    };
    let head = "---\nid: zz/test\ntitle: Test\n";
    let found = read(&format!("{head}confidense: S\n---\n"));
    assert!(found.contains("`confidense`"), "{found}");
    let found = read(&format!("{head}title: Again\n---\n"));
    assert!(found.contains("`title`"), "{found}");
    let found = read(&format!(
        "{head}---\n\n| input | type | alowed |\n|---|---|---|\n| x | number | >= 0 |\n"
    ));
    assert!(found.contains("`alowed`"), "{found}");
}

#[test]
fn the_type_of_a_result_does_not_drift() {
    // A table of truth values that gives 1 makes `not(d)` go wrong somewhere else.
    let table = |outputs: [&str; 2], kind: &str| {
        format!(
            "## D → d: {kind}\n\n| F | x | d |\n|---|---|---|\n| 1 | > 5 | {} |\n| 2 | - | {} |\n",
            outputs[0], outputs[1]
        )
    };
    let drifting = [
        (["true", "0"], "boolean", "this is number, but must be boolean"),
        (["1", "false"], "number", "this is boolean, but must be number"),
        (["1", "\"1\""], "number", "this is string, but must be number"),
        (["[1]", "2"], "number", "this is list<number>, but must be number"),
    ];
    for (outputs, kind, message) in drifting {
        assert_eq!(faults(&table(outputs, kind)), [message], "{outputs:?}");
    }
    // Where the type is left open, the wrong value fails, and is not taken for a truth value.
    let open = format!(
        "{}\n## E → e: Any\n\n```feel\nif d then 1 else 0\n```\n",
        table(["1", "true"], "Any")
    );
    let found = value(&program(&open), &person(9.into(), 0.into(), "a", true));
    assert_ne!(found, 1.into());
}

/// Where the checker cannot tell the type of a result, as where the branches differ, a value of
/// another type than the declared one is none.
#[test]
fn a_result_of_another_type_than_declared_is_null() {
    for (expression, kind, expected) in [
        ("if k then 1 else true", "boolean", Value::Boolean(true)),
        ("if k then \"1\" else x", "number", Value::from(7)),
    ] {
        let program = program(&literal(expression, kind));
        let found = |k| value(&program, &person(Value::from(7), Value::NULL, "a", k));
        assert_eq!(found(false), expected);
        assert_eq!(failure(&found(true)).0, FailureCode::Type, "{expression}");
    }
    let table = "## D → d: number\n\n| F | k | d |\n|---|---|---|\n\
                 | 1 | true | if x > 5 then \"high\" else 1 |\n| 2 | - | 2 |\n";
    let program = program(table);
    let found = |x: i64, k| value(&program, &person(Value::from(x), Value::NULL, "a", k));
    assert_eq!((found(5, true), found(6, false)), (Value::from(1), Value::from(2)));
    assert_eq!(failure(&found(6, true)).0, FailureCode::Type);
}

#[test]
fn nothing_is_left_to_chance() {
    let found = faults(&literal("random()", "number"));
    assert!(found[0].contains("random"), "{found:?}");
    // Without a moment that is given there is no now.
    let program = program(&literal("string(now())", "string"));
    assert!(value(&program, &person(1.into(), 1.into(), "a", true)).is_null());
}
