//! Decision tables and graphs, from rule documents to values.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use dmn::program::{Cell, Limits, Program, Trace};
use feel::eval::Exhausted;
use feel::value::{Null, Possible};
use feel::{Number, Value};

fn program(source: &str) -> Program {
    let (model, diagnostics) = markdown::read("model.md", source);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let unit = Unit { file: Arc::from("model.md"), model: &model, role: Role::Main };
    compile(&[unit], &[]).unwrap_or_else(|diagnostics| {
        panic!("{}", dmn::diagnostic::render(&diagnostics, &|_| Some(source), false))
    })
}

fn document(inputs: &str, rest: &str) -> String {
    format!("---\nid: zz/test\ntitle: Test\n---\n\n{inputs}\n\n{rest}\n")
}

/// Evaluates a decision; inputs that are not given are unknown.
fn value(program: &Program, decision: &str, given: &[(&str, Value)]) -> Value {
    evaluate(program, decision, given).0
}

fn evaluate(program: &Program, decision: &str, given: &[(&str, Value)]) -> (Value, Option<Trace>) {
    let inputs: Vec<Value> = program
        .inputs()
        .iter()
        .map(|input| {
            let value = given.iter().find(|(name, _)| **name == *input.name);
            value.map(|(_, value)| value.clone()).unwrap_or_else(|| {
                let possible = match (&input.kind, &input.allowed) {
                    (feel::Type::Boolean, _) => Possible::OneOf(vec![true.into(), false.into()]),
                    (_, Some(values)) => Possible::OneOf(values.clone()),
                    _ => Possible::Anything,
                };
                Value::unknown(input.name.clone(), possible)
            })
        })
        .collect();
    let id = program.decision(decision).expect("the decision exists");
    let mut evaluation = program.evaluate(&inputs, &[id], Limits::default(), true).unwrap();
    (evaluation.values[id.0].clone().unwrap(), evaluation.traces[id.0].take())
}

fn table(policy: &str, kind: &str, allowed: &str, default: &str) -> String {
    document(
        "| input | type |\n|---|---|\n| x | number |\n| y | string |",
        &format!(
            "## T → t: {kind}\n\n\
             | {policy} | x | y | t |\n|---|---|---|---|\n\
             {allowed}\
             | 1 | < 10 | \"a\" | 1 |\n\
             | 2 | [5..20) | \"a\", \"b\" | 2 |\n\
             | 3 | >= 20 | - | 3 |\n\
             | 4 | - | not(\"a\", \"b\", \"c\") | 4 |\n\
             {default}"
        ),
    )
}

fn n(number: i64) -> Value {
    number.into()
}

fn xy(x: i64, y: &str) -> [(&'static str, Value); 2] {
    [("x", n(x)), ("y", y.into())]
}

#[test]
fn first_takes_the_first_match_and_the_default_without_any() {
    let program = program(&table("F", "number", "", "| default | | | 0 |\n"));
    for (x, y, expected) in [
        (1, "a", 1),
        (7, "a", 1),
        (7, "b", 2),
        (10, "a", 2),
        (20, "b", 3),
        (7, "z", 4),
        (7, "c", 0),
    ] {
        assert_eq!(value(&program, "t", &xy(x, y)), n(expected), "{x} {y}");
    }
}

#[test]
fn collecting_policies_sum_count_and_list() {
    for (policy, kind, expected) in [
        ("C", "list<number>", Value::list(vec![n(1), n(2)])),
        ("R", "list<number>", Value::list(vec![n(1), n(2)])),
        ("C+", "number", n(3)),
        ("C<", "number", n(1)),
        ("C>", "number", n(2)),
        ("C#", "number", n(2)),
    ] {
        let program = program(&table(policy, kind, "", ""));
        assert_eq!(value(&program, "t", &xy(7, "a")), expected, "{policy}");
        assert!(value(&program, "t", &xy(7, "c")).is_null(), "{policy} without a match is null");
    }
}

#[test]
fn priority_and_output_order_follow_the_allowed_values() {
    let allowed = "| allowed | | | 4, 2, 1, 3 |\n";
    let priority = program(&table("P", "number", allowed, ""));
    assert_eq!(value(&priority, "t", &xy(7, "a")), n(2));
    let order = program(&table("O", "list<number>", allowed, ""));
    assert_eq!(value(&order, "t", &xy(7, "a")), Value::list(vec![n(2), n(1)]));
}

#[test]
fn a_trace_tells_which_cells_fail() {
    let program = program(&table("F", "number", "", ""));
    let (_, trace) = evaluate(&program, "t", &xy(12, "c"));
    let Some(Trace::Table(trace)) = trace else { panic!("a table has a trace") };
    assert_eq!(trace.inputs, [n(12), "c".into()]);
    assert!(trace.matched.is_empty());
    let cells: Vec<[Cell; 2]> =
        (0..4).map(|rule| [trace.cells.get(rule, 0), trace.cells.get(rule, 1)]).collect();
    assert_eq!(
        cells,
        [
            [Cell::Fails, Cell::Fails],
            [Cell::Holds, Cell::Fails],
            [Cell::Fails, Cell::Holds],
            [Cell::Holds, Cell::Fails]
        ]
    );
}

#[test]
fn what_rests_on_a_missing_fact_is_unknown_and_says_what_it_can_be() {
    let program = program(&table("F", "number", "", "| default | | | 0 |\n"));
    let unknown = value(&program, "t", &[("y", "a".into())]);
    let Value::Null(Null::Unknown(unknown)) = unknown else { panic!("{unknown}") };
    assert_eq!(unknown.facts.iter().map(|fact| &**fact).collect::<Vec<_>>(), ["x"]);
    let Possible::OneOf(values) = &unknown.possible else { panic!("{unknown:?}") };
    let mut numbers: Vec<String> = values.iter().map(Value::to_string).collect();
    numbers.sort();
    assert_eq!(numbers, ["1", "2", "3"], "the default cannot come about for `a`");
}

#[test]
fn a_missing_fact_that_does_not_matter_leaves_the_result_known() {
    let source = document(
        "| input | type |\n|---|---|\n| x | number |\n| y | boolean |",
        "## T → t: number\n\n| F | x | y | t |\n|---|---|---|---|\n\
         | 1 | > 5 | - | 1 |\n| 2 | - | true | 2 |\n| 3 | - | false | 2 |\n\n\
         ## Enough → enough: boolean\n\n```feel\nt + 80 >= 85\n```\n\n\
         ## Either → either: boolean\n\n```feel\nx > 5 or y\n```\n",
    );
    let program = program(&source);
    assert_eq!(value(&program, "t", &[("x", n(6))]), n(1));
    assert_eq!(value(&program, "t", &[("x", n(5))]), n(2));
    assert_eq!(value(&program, "enough", &[]), Value::from(false));
    assert_eq!(value(&program, "either", &[("x", n(6))]), Value::from(true));
    assert!(value(&program, "either", &[("x", n(5))]).as_unknown().is_some());
}

#[test]
fn shared_decisions_are_evaluated_once() {
    // Each level names the one below twice: 2^60 evaluations if nothing were shared.
    let mut rest = String::from("## D0 → d0: number\n\n```feel\nx\n```\n\n");
    for level in 1..=60 {
        let below = level - 1;
        rest += &format!("## D{level} → d{level}: number\n\n```feel\nd{below} + d{below}\n```\n\n");
    }
    let program = program(&document("| input | type |\n|---|---|\n| x | number |", &rest));
    let id = program.decision("d60").unwrap();
    let evaluation = program.evaluate(&[n(1)], &[id], Limits::default(), false).unwrap();
    assert_eq!(evaluation.values[id.0], Some(Value::Number(Number::from(1_i64 << 60))));
    assert!(evaluation.fuel < 1_000, "{}", evaluation.fuel);
}

#[test]
fn functions_of_the_model_are_called_with_tables_and_expressions() {
    let source = document(
        "| input | type |\n|---|---|\n| x | number |",
        "## Band → band(v: number): string\n\n| U | v | band |\n|---|---|---|\n\
         | 1 | < x | \"low\" |\n| 2 | >= x | \"high\" |\n\n\
         ## Double → double(v: number): number\n\n```feel\nv * 2\n```\n\n\
         ## T → t: string\n\n```feel\nband(double(6))\n```\n",
    );
    let program = program(&source);
    assert_eq!(value(&program, "t", &[("x", n(12))]), "high".into());
    assert_eq!(value(&program, "t", &[("x", n(13))]), "low".into());
}

#[test]
fn several_outputs_make_a_context() {
    let source = document(
        "| input | type |\n|---|---|\n| x | number |",
        "## T → t: context<a: number, b: string>\n\n| U | x | a | b |\n|---|---|---|---|\n\
         | 1 | < 0 | 1 | \"minus\" |\n| 2 | >= 0 | x + 1 | \"plus\" |\n\n\
         ## B → s: string\n\n```feel\nt.b\n```\n",
    );
    let program = program(&source);
    assert_eq!(value(&program, "s", &[("x", n(3))]), "plus".into());
    assert_eq!(value(&program, "t", &[("x", n(3))]).to_string(), r#"{a: 4, b: "plus"}"#);
}

#[test]
fn unbounded_recursion_ends_with_an_error() {
    let source = document(
        "| input | type |\n|---|---|\n| x | number |",
        "## F → f(v: number): number\n\n```feel\nf(v + 1)\n```\n\n## T → t: number\n\n```feel\nf(x)\n```\n",
    );
    let program = program(&source);
    let id = program.decision("t").unwrap();
    let error = program.evaluate(&[n(1)], &[id], Limits::default(), false).unwrap_err();
    assert_eq!(error.to_string(), "the evaluation is nested deeper than is allowed");
}

#[test]
fn a_range_of_a_thousand_million_ends_with_an_error() {
    for body in ["for i in 1..1000000000 return i", "some i in [1..1000000000] satisfies i < 0"] {
        let kind = if body.starts_with("for") { "list<number>" } else { "boolean" };
        let source = document(
            "| input | type |\n|---|---|\n| x | number |",
            &format!("## T → t: {kind}\n\n```feel\n{body}\n```\n"),
        );
        let program = program(&source);
        let id = program.decision("t").unwrap();
        let limits = Limits { fuel: 100_000, ..Limits::default() };
        let error = program.evaluate(&[n(1)], &[id], limits, false).unwrap_err();
        assert_eq!(error.to_string(), "the evaluation needs more work than is allowed");
    }
}

#[test]
fn each_limit_is_kept_and_named() {
    let evaluate = |expression: &str, limits: Limits| {
        let source = document(
            "| input | type |\n|---|---|\n| x | number |",
            &format!("## T → t: Any\n\n```feel\n{expression}\n```\n"),
        );
        let program = program(&source);
        let id = program.decision("t").unwrap();
        program.evaluate(&[n(1)], &[id], limits, false).map(|evaluation| evaluation.fuel)
    };
    let default = Limits::default();
    let loops = "count(for i in 1..1000 return i * x)";
    let fuel = evaluate(loops, default).unwrap();
    assert!(evaluate(loops, Limits { fuel, ..default }).is_ok());
    assert_eq!(evaluate(loops, Limits { fuel: fuel - 1, ..default }), Err(Exhausted::Fuel));
    assert!(evaluate(loops, Limits { size: 1_000, ..default }).is_ok());
    assert_eq!(evaluate(loops, Limits { size: 900, ..default }), Err(Exhausted::Size));
    let nested = "[[[[x + 1]]]]";
    assert!(evaluate(nested, Limits { depth: 5, ..default }).is_ok());
    assert_eq!(evaluate(nested, Limits { depth: 4, ..default }), Err(Exhausted::Depth));
    let endless = "every i in 1..1000000000 satisfies i > x - 1";
    let limits = Limits { fuel: u64::MAX, time: Some(Duration::from_millis(50)), ..default };
    let begun = Instant::now();
    assert_eq!(evaluate(endless, limits), Err(Exhausted::Time));
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(evaluate(loops, Limits { time: Some(Duration::from_secs(60)), ..default }).is_ok());
}

#[test]
fn a_cell_that_cannot_be_evaluated_is_no_silent_mismatch() {
    let source = document(
        "| input | type |\n|---|---|\n| x | number |",
        "## T → t: number\n\n| F | x | t |\n|---|---|---|\n\
         | 1 | 1 / (? - 5) > 0 | 1 |\n| default | | 0 |\n",
    );
    let program = program(&source);
    assert_eq!(value(&program, "t", &[("x", n(6))]), n(1));
    let Value::Null(Null::Failed(failure)) = value(&program, "t", &[("x", n(5))]) else {
        panic!("a failed cell must fail the table")
    };
    assert!(failure.message.starts_with("rule `1` of `t`: "), "{}", failure.message);
}

#[test]
fn a_lookup_of_two_thousand_rows_spends_no_more_than_one_of_twenty() {
    let catalogue = |rows: usize| {
        let rows: String =
            (0..rows).map(|row| format!("| {row} | \"code {row}\" | {row} |\n")).collect();
        let rest = format!("## T → t: number\n\n| U | code | t |\n|---|---|---|\n{rows}");
        program(&document("| input | type |\n|---|---|\n| code | string |", &rest))
    };
    let fuel = |program: &Program, code: &str| {
        let id = program.decision("t").unwrap();
        let evaluation = program.evaluate(&[code.into()], &[id], Limits::default(), false).unwrap();
        (evaluation.values[id.0].clone().unwrap(), evaluation.fuel)
    };
    let (value, small) = fuel(&catalogue(20), "code 7");
    assert_eq!(value, n(7));
    let (value, large) = fuel(&catalogue(2_000), "code 1999");
    assert_eq!(value, n(1_999));
    assert!(large <= small + 2_000 / 64 + 1, "{small} {large}");
}

/// A truth value that is not there is neither: a decision that failed never counts as met.
#[test]
fn null_is_neither_true_nor_false() {
    for kind in ["boolean", "Any"] {
        let inputs = format!("| input | type |\n|---|---|\n| k | {kind} |");
        let tables = "## Single → single: string\n\n\
            | F | k | single |\n|---|---|---|\n\
            | 1 | true | \"true\" |\n| 2 | false | \"false\" |\n| 3 | - | \"neither\" |\n\n\
            ## Listed → listed: string\n\n\
            | F | k | listed |\n|---|---|---|\n\
            | 1 | true, false | \"one\" |\n| 2 | - | \"neither\" |\n\n\
            ## Negated → negated: string\n\n\
            | F | k | negated |\n|---|---|---|\n\
            | 1 | not(true) | \"not true\" |\n| 2 | - | \"true\" |";
        let program = program(&document(&inputs, tables));
        let with = |decision: &str, k: Value| value(&program, decision, &[("k", k)]).to_string();
        let failed = Value::failed(feel::value::FailureCode::Type, "it failed");
        for null in [Value::NULL, failed] {
            assert_eq!(with("single", null.clone()), "\"neither\"", "{kind}");
            assert_eq!(with("listed", null.clone()), "\"neither\"", "{kind}");
            assert_eq!(with("negated", null), "\"not true\"", "{kind}");
        }
        for truth in [true, false] {
            assert_eq!(with("single", truth.into()), format!("\"{truth}\""), "{kind}");
            assert_eq!(with("listed", truth.into()), "\"one\"", "{kind}");
        }
    }
}
