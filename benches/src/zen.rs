//! zen-engine, the rules engine of GoRules: its own notation, no DMN.

use std::hint::black_box;
use std::sync::Arc;

use dmn::model::{Logic, Model};
use serde_json::{Value, json};
use zen_engine::model::GraphContent;
use zen_engine::{Decision, EvaluationOptions};

use crate::by_hand::{CATEGORY, Found};
use crate::ours::{POINTS, read};
use crate::people::{CODES, FLAGS, INTEGERS, People, TEXTS};
use crate::report::Report;
use crate::timing::least;

/// How many people.
const PEOPLE: usize = 4_000;

/// The model as a graph: one node for each decision, in their order, each passing on what it got.
fn graph(model: &Model) -> Value {
    let mut nodes = vec![json!({"id": "in", "type": "inputNode", "name": "in"})];
    let mut edges = Vec::new();
    let mut last = "in".to_owned();
    let mut link = |nodes: &mut Vec<Value>, node: Value| {
        let id = node["id"].as_str().unwrap_or_default().to_owned();
        edges.push(
            json!({"id": format!("{last}-{id}"), "type": "edge", "sourceId": last, "targetId": id}),
        );
        last = id;
        nodes.push(node);
    };
    for (_, element) in model.elements() {
        let name = &element.name.text;
        let node = match element.logic.as_ref() {
            Some(Logic::Literal(text)) => json!({
                "id": name, "name": name, "type": "expressionNode",
                "content": {"passThrough": true, "expressions": [
                    {"id": "e", "key": name, "value": text.text.replace('\n', " ")}
                ]}
            }),
            Some(Logic::Table(table)) => {
                let inputs: Vec<Value> = table.inputs.iter().enumerate().map(|(place, input)| {
                    json!({"id": format!("i{place}"), "name": input.expression.text, "field": input.expression.text})
                }).collect();
                let rules: Vec<Value> = table
                    .rules
                    .iter()
                    .map(|rule| {
                        let mut row = json!({"_id": rule.id.text, "o": rule.outputs[0].text});
                        for (place, cell) in rule.inputs.iter().enumerate() {
                            let cell = match cell.text.as_str() {
                                "-" => String::new(),
                                "not(\"other\")" => "$ != \"other\"".to_owned(),
                                text => text.to_owned(),
                            };
                            row[format!("i{place}")] = json!(cell);
                        }
                        row
                    })
                    .collect();
                json!({
                    "id": name, "name": name, "type": "decisionTableNode",
                    "content": {"hitPolicy": "first", "passThrough": true, "inputs": inputs,
                        "outputs": [{"id": "o", "name": name, "field": name}], "rules": rules}
                })
            }
            other => panic!("{name} is no table and no literal expression: {other:?}"),
        };
        link(&mut nodes, node);
    }
    link(&mut nodes, json!({"id": "out", "type": "outputNode", "name": "out"}));
    json!({"nodes": nodes, "edges": edges})
}

fn facts(people: &People, row: usize) -> Value {
    let mut facts = json!({});
    for (name, column) in INTEGERS.iter().zip(&people.integers) {
        facts[*name] = json!(column[row]);
    }
    facts["salary"] = json!(people.salary[row] as f64 / 100.0);
    for ((name, column), texts) in CODES.iter().zip(&people.codes).zip(TEXTS) {
        facts[*name] = json!(texts[usize::from(column[row])]);
    }
    for (name, column) in FLAGS.iter().zip(&people.flags) {
        facts[*name] = json!(column[row]);
    }
    facts
}

/// Measures the evaluation, after checking that it finds what was expected.
pub fn measure(people: &People, expected: &Found, report: &mut Report) {
    let content: GraphContent =
        serde_json::from_value(graph(&read(POINTS))).expect("a graph that zen reads");
    let mut decision = Decision::from(Arc::new(content));
    decision.compile();
    let facts: Vec<Value> = (0..PEOPLE).map(|row| facts(people, row)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for (row, facts) in facts.iter().enumerate() {
        let response = runtime.block_on(decision.evaluate(facts.clone().into()));
        let found = response.unwrap_or_else(|why| panic!("{why:?}")).result.to_value();
        assert_eq!(found["category"], json!(CATEGORY[usize::from(expected.category[row])]));
        let total = found["total"].as_f64().expect("a total");
        assert!((total * 10.0 - expected.total[row] as f64).abs() < 1e-6, "{total}");
    }
    for (name, trace) in [
        ("zen-engine 2.1, row by row, without trace", false),
        ("zen-engine 2.1, row by row, with trace", true),
    ] {
        report.add(
            name,
            PEOPLE,
            least(5, PEOPLE, || {
                for facts in &facts {
                    let options = EvaluationOptions { trace, ..Default::default() };
                    let found = runtime
                        .block_on(decision.evaluate_with_opts(facts.clone().into(), options));
                    black_box(found.expect("a result"));
                }
            }),
        );
    }
}
