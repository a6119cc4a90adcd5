//! dsntk, the DMN engine in Rust.

use std::hint::black_box;
use std::sync::Arc;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{FeelNumber, Name};
use dsntk_model_evaluator::ModelEvaluator;

use crate::by_hand::{CATEGORY, Found};
use crate::dmn_xml::{self, NAMESPACE};
use crate::ours::{POINTS, read};
use crate::people::{CODES, FLAGS, INTEGERS, People, TEXTS};
use crate::report::Report;
use crate::timing::least;

/// How many people: it takes about a thousand times as long as columns do.
const PEOPLE: usize = 4_000;

/// An evaluator of a rule document.
pub fn evaluator(text: &str) -> Arc<ModelEvaluator> {
    let xml = dmn_xml::write(&read(text), "bench");
    let definitions = dsntk_model::parse(&xml).unwrap_or_else(|why| panic!("{why}\n{xml}"));
    ModelEvaluator::new(&[definitions]).unwrap_or_else(|why| panic!("{why}"))
}

/// Evaluates a decision.
pub fn evaluate(evaluator: &ModelEvaluator, decision: &str, facts: &FeelContext) -> Value {
    evaluator.evaluate_invocable(NAMESPACE, "bench", decision, facts)
}

fn facts(people: &People, row: usize) -> FeelContext {
    let mut facts = FeelContext::default();
    let mut set = |name: &str, value| facts.set_entry(&Name::from(name), value);
    for (name, column) in INTEGERS.iter().zip(&people.integers) {
        set(name, Value::Number(FeelNumber::from(column[row])));
    }
    set("salary", Value::Number(FeelNumber::new(people.salary[row], 2)));
    for ((name, column), texts) in CODES.iter().zip(&people.codes).zip(TEXTS) {
        set(name, Value::String(texts[usize::from(column[row])].to_owned()));
    }
    for (name, column) in FLAGS.iter().zip(&people.flags) {
        set(name, Value::Boolean(column[row]));
    }
    facts
}

/// Measures the evaluation of the category, after checking that it finds what was expected.
pub fn measure(people: &People, expected: &Found, report: &mut Report) {
    let evaluator = evaluator(POINTS);
    let facts: Vec<FeelContext> = (0..PEOPLE).map(|row| facts(people, row)).collect();
    for (row, facts) in facts.iter().enumerate() {
        let Value::Number(total) = evaluate(&evaluator, "total", facts) else { panic!("no total") };
        assert_eq!(total, FeelNumber::new(expected.total[row], 1));
        let category = CATEGORY[usize::from(expected.category[row])].to_owned();
        assert_eq!(evaluate(&evaluator, "category", facts), Value::String(category));
    }
    report.add(
        "dsntk 0.3, row by row, without trace",
        PEOPLE,
        least(5, PEOPLE, || {
            for facts in &facts {
                black_box(evaluate(&evaluator, "category", facts));
            }
        }),
    );
}
