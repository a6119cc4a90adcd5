//! The points test in Xianlu: in columns, and row by row.

use std::hint::black_box;
use std::sync::Arc;

use dmn::columnar::{Buffers, Column, Columnar, Columns, Data, Hits, Output, Schema};
use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use dmn::model::Model;
use dmn::program::{DecisionId, Limits, Program, Trace};
use feel::{Number, Value};

use crate::by_hand::{CATEGORY, Found, TABLES};
use crate::people::{CODES, FLAGS, INTEGERS, People, TEXTS};
use crate::report::Report;
use crate::timing::least;

/// The rule document of the points test.
pub const POINTS: &str = include_str!("../models/points.md");

/// Reads a rule document of this bench.
pub fn read(text: &str) -> Model {
    let (model, diagnostics) = markdown::read("bench.md", text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    model
}

/// Compiles a rule document of this bench.
pub fn program(text: &str) -> Program {
    let model = read(text);
    let unit = Unit { file: Arc::from("bench.md"), model: &model, role: Role::Main };
    compile(&[unit], &[]).unwrap_or_else(|diagnostics| {
        panic!("{}", dmn::diagnostic::render(&diagnostics, &|_| Some(text), false))
    })
}

/// People as the columns of the program.
fn columns<'p>(
    people: &'p People,
    program: &Program,
    texts: &'p [Vec<Arc<str>>; 5],
) -> Columns<'p> {
    let mut columns = Columns::new(program, people.rows());
    let mut set = |name: &str, data: Data<'p>| {
        let input = program.input(name).expect("an input of the model");
        columns.set(input, Column { data, known: None, null: None }).expect("a fitting column");
    };
    for (name, values) in INTEGERS.iter().zip(&people.integers) {
        set(name, Data::Integers(values));
    }
    set("salary", Data::Numbers { values: &people.salary, scale: 2 });
    for ((name, codes), dictionary) in CODES.iter().zip(&people.codes).zip(texts) {
        set(name, Data::Codes { codes, dictionary });
    }
    for (name, values) in FLAGS.iter().zip(&people.flags) {
        set(name, Data::Booleans(values));
    }
    columns
}

/// Measures the columnar and the row evaluator, after checking that they find what was expected.
pub fn measure(people: &People, expected: &Found, report: &mut Report) {
    let program = program(POINTS);
    let texts = TEXTS.map(|texts| texts.iter().map(|text| Arc::from(*text)).collect());
    let columns = columns(people, &program, &texts);
    let wanted = ["total", "category"].map(|name| program.decision(name).expect("a decision"));
    let mut schema = Schema::of(&program);
    for name in INTEGERS {
        schema.set_scale(program.input(name).expect("an input"), 0);
    }
    let plan = || Columnar::with_schema(&program, schema.clone(), &wanted).expect("columns");
    let with_hits = plan().without_keeping();
    let bare = plan().without_keeping().without_hits();
    check(&program, &columns, &schema, wanted, &with_hits, expected);

    let count = people.rows();
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    report.add(
        "xianlu, columns, with rule hits",
        count,
        least(15, count, || {
            with_hits
                .evaluate_into(black_box(&columns), &mut buffers, &mut output)
                .expect("results");
        }),
    );
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    report.add(
        "xianlu, columns, without rule hits",
        count,
        least(15, count, || {
            bare.evaluate_into(black_box(&columns), &mut buffers, &mut output).expect("results");
        }),
    );
    change(&columns, &schema, report);

    let rows: Vec<Vec<Value>> = (0..2_000).map(|row| columns.row(row, &schema)).collect();
    for (name, trace) in
        [("xianlu, row by row", false), ("xianlu, row by row, with full trace", true)]
    {
        report.add(
            name,
            rows.len(),
            least(50, rows.len(), || {
                for row in &rows {
                    let found = program.evaluate(row, &wanted, Limits::default(), trace);
                    black_box(found.expect("within the limits"));
                }
            }),
        );
    }
}

fn check(
    program: &Program,
    columns: &Columns<'_>,
    schema: &Schema,
    wanted: [DecisionId; 2],
    plan: &Columnar<'_>,
    expected: &Found,
) {
    let output = plan.evaluate(columns).expect("results");
    assert_eq!(output.row_by_row(), 0);
    assert_eq!(output.results()[0].integers(), Some(&expected.total[..]));
    let parallel = plan.evaluate_parallel(columns).expect("results");
    assert_eq!(parallel.results()[0].integers(), Some(&expected.total[..]));
    let (codes, values) =
        (output.results()[1].codes().expect("codes"), output.results()[1].values());
    for (code, category) in codes.iter().zip(&expected.category) {
        assert_eq!(values[usize::from(*code)], Value::from(CATEGORY[usize::from(*category)]));
    }
    let tables = TABLES.map(|name| program.decision(name).expect("a table"));
    for (table, expected) in tables.iter().zip(&expected.hits) {
        assert_eq!(output.hits(*table), Some(&Hits::Rules(expected.clone())));
    }
    for row in (0..columns.rows()).step_by(1 + columns.rows() / 5_000) {
        let inputs = columns.row(row, schema);
        let found = program.evaluate(&inputs, &wanted, Limits::default(), true).expect("results");
        let total = Number::from_scaled(i128::from(expected.total[row]), 1).expect("a number");
        assert_eq!(found.values[wanted[0].0], Some(Value::Number(total)));
        for (table, expected) in tables.iter().zip(&expected.hits) {
            let Some(Trace::Table(trace)) = &found.traces[table.0] else { panic!("no trace") };
            assert_eq!(trace.matched[0] + 1, usize::from(expected[row]));
        }
    }
}

/// One threshold of category B changes from 60 to 65: all anew, and only what rests on it.
fn change(columns: &Columns<'_>, schema: &Schema, report: &mut Report) {
    let before = program(POINTS);
    let after = program(
        &POINTS.replace("| >= 60      | -         | -  ", "| >= 65      | -         | -  "),
    );
    let count = columns.rows();
    let wanted = |program: &Program| {
        ["total", "category"].map(|name| program.decision(name).expect("a decision"))
    };
    let category = after.decision("category").expect("a decision");
    let plan = Columnar::with_schema(&before, schema.clone(), &wanted(&before)).expect("columns");
    let (old, kept) = plan.evaluate_keeping(columns).expect("results");
    let whole = Columnar::with_schema(&after, schema.clone(), &[category])
        .expect("columns")
        .without_keeping()
        .without_hits();
    let changed = Columnar::after_change(&after, schema.clone(), &[category], &[category], &kept)
        .expect("columns")
        .without_hits();
    let new = changed.evaluate_from(columns, &kept).expect("results");
    assert_eq!(
        new.results()[0].codes(),
        whole.evaluate(columns).expect("results").results()[0].codes()
    );
    assert_ne!(new.results()[0].codes(), old.results()[1].codes(), "the change has no effect");
    report.add(
        "xianlu, a threshold changed: all anew",
        count,
        least(10, count, || {
            black_box(whole.evaluate(columns).expect("results"));
        }),
    );
    report.add(
        "xianlu, a threshold changed: what rests on it",
        count,
        least(10, count, || {
            black_box(changed.evaluate_from(columns, &kept).expect("results"));
        }),
    );
}
