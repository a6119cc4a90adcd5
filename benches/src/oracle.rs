//! Random models decided by four: row by row, in columns, by a slow reference that looks at every
//! cell, and by dsntk.
//!
//! The first three agree to the last digit. Where dsntk finds something else, the difference is
//! one of its [known] faults, or the run fails.

#[path = "../../crates/dmn/tests/random/mod.rs"]
#[allow(dead_code, reason = "tests of the product use more of it")]
mod random;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

use dmn::model::{Element, Logic};
use dmn::program::{DecisionId, Program};
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Theirs;
use dsntk_feel::{FeelNumber, Name};
use dsntk_model_evaluator::ModelEvaluator;
use feel::Value;

use self::random::{Dice, compare, compiled, decided, model, person};

/// The people that decide each model.
const PEOPLE: usize = 12;

/// The namespace and the name of random models.
const NAMESPACE: &str = "urn:xianlu:model:zz/test";
const NAME: &str = "Test";

/// The differences that are known, one in a line.
const KNOWN: &str = include_str!("../oracle/known.tsv");

/// A kind of difference, and how often it was met.
struct Known {
    /// `table` or `literal`.
    logic: &'static str,
    /// What the text of the decision holds.
    text: &'static str,
    /// `null`, `boolean`, or `*` for whatever Xianlu finds.
    ours: &'static str,
    /// What the value of dsntk holds as text.
    theirs: &'static str,
    reason: &'static str,
    met: usize,
}

impl Known {
    fn all() -> Vec<Known> {
        let lines = KNOWN.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| match line.split('\t').collect::<Vec<&str>>()[..] {
                [logic, text, ours, theirs, reason] => {
                    Known { logic, text, ours, theirs, reason, met: 0 }
                }
                _ => panic!("not five columns: {line}"),
            })
            .collect()
    }

    fn covers(&self, element: &Element, text: &str, ours: &Value, theirs: &Theirs) -> bool {
        let holds = |part: &str, whole: &str| part == "*" || whole.contains(part);
        let logic = match element.logic {
            Some(Logic::Table(_)) => "table",
            _ => "literal",
        };
        let kind = match ours {
            Value::Null(_) => "null",
            Value::Boolean(_) => "boolean",
            _ => "other",
        };
        self.logic == logic
            && holds(self.text, text)
            && (self.ours == "*" || self.ours == kind)
            && holds(self.theirs, &theirs.to_string())
    }
}

/// What came of a run.
#[derive(Default)]
struct Tally {
    models: usize,
    faulty: usize,
    equal: usize,
    resting: usize,
    known: Vec<Known>,
    strange: usize,
}

/// Compares on the models of so many seeds. Whether every difference is known, and, where `all` is
/// set, every known one was met.
pub fn run(first: u64, count: u64, all: bool) -> bool {
    let mut tally = Tally { known: Known::all(), ..Tally::default() };
    for seed in first..first.saturating_add(count) {
        one(seed, &mut tally);
    }
    let Tally { models, faulty, equal, resting, known, strange } = tally;
    println!("{models} models ({faulty} more have faults, as rules that overlap)");
    println!("{equal} values are equal in rows, columns, cell by cell and for dsntk");
    for known in &known {
        println!("{} differ: {}", known.met, known.reason);
    }
    println!("{resting} rest on a decision that differs");
    println!("{strange} differ for no known reason");
    let unmet = known.iter().filter(|known| all && known.met == 0).count();
    if unmet > 0 {
        println!("{unmet} known differences are no more: take them out of oracle/known.tsv");
    }
    strange + unmet == 0
}

fn one(seed: u64, tally: &mut Tally) {
    let source = model(Dice::from(seed));
    let Some((model, program)) = compiled(&source) else {
        tally.faulty += 1;
        return;
    };
    tally.models += 1;
    let mut dice = Dice::from(!seed);
    let people: Vec<Vec<Value>> = (0..PEOPLE).map(|_| person(&program, &mut dice, 0)).collect();
    compare(&program, &people, &source, None);
    let xml = dmn::xml::write(&model, None).unwrap_or_else(|why| panic!("{why}"));
    let evaluator = catch_unwind(|| {
        let definitions = dsntk_model::parse(&xml).map_err(|why| why.to_string())?;
        ModelEvaluator::new(&[definitions]).map_err(|why| why.to_string())
    });
    let evaluator = match evaluator {
        Ok(Ok(evaluator)) => evaluator,
        other => {
            tally.strange += 1;
            println!("seed {seed}: dsntk reads no model: {:?}\n{source}", other.map(Result::err));
            return;
        }
    };
    for facts in &people {
        let expected = decided(&model, &program, facts, &source);
        let theirs = their_facts(&program, facts);
        let mut differ: Vec<DecisionId> = Vec::new();
        for (number, (ours, (_, element))) in expected.iter().zip(model.elements()).enumerate() {
            let name = &*element.name.text;
            let found = evaluate(&evaluator, name, &theirs);
            if same(ours, &found) {
                tally.equal += 1;
                continue;
            }
            let id = DecisionId(number);
            let rests = differ.iter().any(|other| program.rests_on(id, *other));
            differ.push(id);
            let text = text(name, &source);
            let mut known = tally.known.iter_mut();
            if rests {
                tally.resting += 1;
            } else if let Some(known) = known.find(|k| k.covers(element, text, ours, &found)) {
                known.met += 1;
            } else {
                tally.strange += 1;
                println!("seed {seed}: {name} is {ours}, for dsntk {found}\n{text}");
                let inputs = program.inputs().iter().map(|input| &*input.name).zip(facts);
                let elements = model.elements().map(|(_, element)| &*element.name.text);
                for (name, value) in inputs.chain(elements.zip(&expected)) {
                    println!("  {name} = {value}");
                }
            }
        }
    }
}

/// The text of a decision.
fn text<'s>(name: &str, source: &'s str) -> &'s str {
    let start = source.find(&format!("→ {name}:")).unwrap_or(0);
    let rest = &source[start..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

fn evaluate(evaluator: &ModelEvaluator, decision: &str, facts: &FeelContext) -> Theirs {
    let found = catch_unwind(AssertUnwindSafe(|| {
        evaluator.evaluate_invocable(NAMESPACE, NAME, decision, facts)
    }));
    found.unwrap_or_else(|_| Theirs::Null(Some("panic".to_owned())))
}

fn their_facts(program: &Program, facts: &[Value]) -> FeelContext {
    let mut context = FeelContext::default();
    for (input, value) in program.inputs().iter().zip(facts) {
        context.set_entry(&Name::from(&*input.name), their_value(value));
    }
    context
}

fn their_value(value: &Value) -> Theirs {
    match value {
        Value::Boolean(value) => Theirs::Boolean(*value),
        Value::Number(number) => {
            let number = FeelNumber::from_str(&number.to_string());
            Theirs::Number(number.unwrap_or_else(|why| panic!("{why}")))
        }
        Value::String(text) => Theirs::String(text.to_string()),
        Value::Date(date) => {
            Theirs::try_from_xsd_date(&date.to_string()).unwrap_or_else(|why| panic!("{why}"))
        }
        Value::List(items) => Theirs::List(items.iter().map(their_value).collect()),
        Value::Null(_) => Theirs::Null(None),
        other => panic!("random people have no {other}"),
    }
}

fn same(ours: &Value, theirs: &Theirs) -> bool {
    match (ours, theirs) {
        (Value::Null(_), Theirs::Null(_)) => true,
        (Value::Null(_), _) | (_, Theirs::Null(_)) => false,
        (ours, theirs) => their_value(ours) == *theirs,
    }
}
