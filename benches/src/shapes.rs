//! Shapes that are known to be slow: long lookup tables, shared graphs, long loops.

use std::fmt::Write;
use std::hint::black_box;

use dmn::program::Limits;
use dsntk_feel::context::FeelContext;
use dsntk_feel::{FeelNumber, Name};
use feel::Value;

use crate::dsntk;
use crate::ours::program;
use crate::report::Report;
use crate::timing::least;

fn catalogue(rows: usize) -> String {
    let mut text = String::from(
        "---\nid: zz/catalogue\ntitle: Catalogue\n---\n\n| input | type |\n|---|---|\n| occupation | string |\n\n## Rate → rate: number\n\n| U | occupation | rate |\n|---|---|---|\n",
    );
    for row in 0..rows {
        let _ = writeln!(text, "| {row} | \"{:04}\" | {} |", 1000 + row, 20_000 + row * 7);
    }
    text
}

fn lookup(report: &mut Report) {
    report.part("lookup");
    for rows in [20, 2_000] {
        let text = catalogue(rows);
        let ours = program(&text);
        let peer = dsntk::evaluator(&text);
        let rate = ours.decision("rate").expect("a decision");
        let codes: Vec<String> = (0..64).map(|n| format!("{:04}", 1000 + n * 31 % rows)).collect();
        let rows_of_facts: Vec<Vec<Value>> =
            codes.iter().map(|code| vec![Value::string(code.as_str())]).collect();
        let contexts: Vec<FeelContext> = codes
            .iter()
            .map(|code| {
                let mut facts = FeelContext::default();
                facts.set_entry(
                    &Name::from("occupation"),
                    dsntk_feel::values::Value::String(code.clone()),
                );
                facts
            })
            .collect();
        for (facts, context) in rows_of_facts.iter().zip(&contexts) {
            let found = ours.evaluate(facts, &[rate], Limits::default(), true).expect("a rate");
            let other = dsntk::evaluate(&peer, "rate", context);
            let found = found.values[rate.0].clone().expect("a rate");
            assert_eq!(found.to_string(), other.to_string());
        }
        for trace in [false, true] {
            let times = if trace { "" } else { ", without trace" };
            report.add(
                &format!("xianlu, {} rows{times}", grouped(rows)),
                64,
                least(200, 64, || {
                    for facts in &rows_of_facts {
                        black_box(
                            ours.evaluate(facts, &[rate], Limits::default(), trace)
                                .expect("a rate"),
                        );
                    }
                }),
            );
        }
        report.add(
            &format!("dsntk 0.3, {} rows, without trace", grouped(rows)),
            64,
            least(5, 64, || {
                for context in &contexts {
                    black_box(dsntk::evaluate(&peer, "rate", context));
                }
            }),
        );
    }
}

fn grouped(number: usize) -> String {
    if number >= 1_000 {
        format!("{},{:03}", number / 1_000, number % 1_000)
    } else {
        number.to_string()
    }
}

/// Decisions that each require the one below twice.
fn diamonds(depth: usize) -> String {
    let mut text = String::from(
        "---\nid: zz/graph\ntitle: Graph\n---\n\n| input | type |\n|---|---|\n| x | number |\n\n## Level → level_0: number\n\n```feel\nx + 1\n```\n",
    );
    for level in 1..=depth {
        let below = level - 1;
        for side in ["left", "right"] {
            let _ = writeln!(
                text,
                "\n## {side} → {side}_{level}: number\n\n```feel\nlevel_{below} + {level}\n```"
            );
        }
        let _ = writeln!(
            text,
            "\n## Level → level_{level}: number\n\n```feel\nleft_{level} - right_{level} + level_{below}\n```"
        );
    }
    text
}

fn graph(report: &mut Report) {
    report.part("graph");
    for depth in [7, 14] {
        let text = diamonds(depth);
        let ours = program(&text);
        let name = format!("level_{depth}");
        let top = ours.decision(&name).expect("a decision");
        let facts = [Value::Number(feel::Number::from(1_i64))];
        report.add(
            &format!("xianlu, depth {depth}"),
            1,
            least(200, 1, || {
                black_box(
                    ours.evaluate(&facts, &[top], Limits::default(), true).expect("a number"),
                );
            }),
        );
        let peer = dsntk::evaluator(&text);
        let mut context = FeelContext::default();
        context.set_entry(&Name::from("x"), dsntk_feel::values::Value::Number(FeelNumber::from(1)));
        let found = ours.evaluate(&facts, &[top], Limits::default(), true).expect("a number");
        let found = found.values[top.0].clone().expect("a number");
        if depth < 14 {
            assert_eq!(found.to_string(), dsntk::evaluate(&peer, &name, &context).to_string());
            report.add(
                &format!("dsntk 0.3, depth {depth}"),
                1,
                least(3, 1, || {
                    black_box(dsntk::evaluate(&peer, &name, &context));
                }),
            );
        }
    }
}

fn loops(report: &mut Report) {
    report.part("loop");
    let text = "---\nid: zz/loop\ntitle: Loop\n---\n\n| input | type |\n|---|---|\n| n | number |\n\n## Total → total: number\n\n```feel\nsum(for i in 1..n return i * 2)\n```\n";
    let ours = program(text);
    let total = ours.decision("total").expect("a decision");
    let peer = dsntk::evaluator(text);
    for turns in [4_000_i64, 16_000] {
        let facts = [Value::Number(feel::Number::from(turns))];
        let found = ours.evaluate(&facts, &[total], Limits::default(), false).expect("a sum");
        assert_eq!(
            found.values[total.0],
            Some(Value::Number(feel::Number::from(turns * (turns + 1))))
        );
        report.add(
            &format!("xianlu, {} turns", grouped(turns as usize)),
            1,
            least(50, 1, || {
                black_box(
                    ours.evaluate(&facts, &[total], Limits::default(), false).expect("a sum"),
                );
            }),
        );
        let mut context = FeelContext::default();
        context.set_entry(
            &Name::from("n"),
            dsntk_feel::values::Value::Number(FeelNumber::from(turns)),
        );
        report.add(
            &format!("dsntk 0.3, {} turns", grouped(turns as usize)),
            1,
            least(1, 1, || {
                black_box(dsntk::evaluate(&peer, "total", &context));
            }),
        );
    }
}

/// Measures all of them.
pub fn measure(report: &mut Report) {
    lookup(report);
    graph(report);
    loops(report);
}
