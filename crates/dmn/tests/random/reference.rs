//! The reference: every cell of every rule, straight from the model.

use dmn::model::{DecisionTable, Logic, Model};
use dmn::program::Program;
use feel::Value;
use feel::check::{self, Environment};
use feel::eval::Machine;
use feel::parser;

/// What names mean: inputs first, then decisions in the order of the document.
struct Names(Vec<(String, feel::Type)>);

impl Environment for Names {
    fn global(&self, name: &str) -> Option<(u32, feel::Type)> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some((place as u32, self.0[place].1.clone()))
    }

    fn named_type(&self, name: &str) -> Option<feel::Type> {
        (name == "tColour").then_some(feel::Type::String)
    }

    fn global_names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn type_names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// The values of all decisions of a person of whom every fact is known.
pub fn reference(model: &Model, program: &Program, facts: &[Value]) -> Vec<Value> {
    let mut names = Names(Vec::new());
    let mut known = parser::Names::default();
    for input in program.inputs() {
        known.add(&input.name);
        names.0.push((input.name.to_string(), input.kind.clone()));
    }
    for decision in program.decisions() {
        known.add(&decision.name);
        names.0.push((decision.name.to_string(), decision.kind.clone()));
    }
    let mut values = facts.to_vec();
    for (_, element) in model.elements() {
        let machine = || {
            let mut globals = values.clone();
            globals.resize(names.0.len(), Value::NULL);
            Machine::new(globals, 1_000_000, 400)
        };
        let evaluate = |text: &str| {
            let expr = parser::expression(text, &known).unwrap();
            check::expression(&expr, &[], &names).0.evaluate(&mut machine()).unwrap()
        };
        let value = match element.logic.as_ref().unwrap() {
            Logic::Literal(text) => evaluate(&text.text),
            Logic::Table(table) => {
                let inputs: Vec<(Value, feel::Type)> = table
                    .inputs
                    .iter()
                    .map(|input| {
                        let expr = parser::expression(&input.expression.text, &known).unwrap();
                        let kind = check::expression(&expr, &[], &names).0.expr.ty;
                        (evaluate(&input.expression.text), kind)
                    })
                    .collect();
                let passes = |cell: &str, kind: &feel::Type, value: &Value| {
                    let tests = parser::unary_tests(cell, &known).unwrap();
                    let tests = check::unary_tests(&tests, kind, &[], &names).0;
                    tests.evaluate(&mut machine(), &[], value).unwrap()
                };
                by_cells(table, &inputs, &evaluate, &passes)
            }
            _ => panic!("the author writes no other logic"),
        };
        let declared = &names.0.iter().find(|(name, _)| *name == element.name.text).unwrap().1;
        let fits = value.is_null() || feel::ops::conforms(&value, declared);
        values.push(if fits { value } else { Value::NULL });
    }
    values.split_off(facts.len())
}

fn by_cells(
    table: &DecisionTable,
    inputs: &[(Value, feel::Type)],
    evaluate: &dyn Fn(&str) -> Value,
    passes: &dyn Fn(&str, &feel::Type, &Value) -> Value,
) -> Value {
    let mut matching = Vec::new();
    let mut failed = false;
    for rule in &table.rules {
        let mut holds = true;
        for (cell, (value, kind)) in rule.inputs.iter().zip(inputs) {
            let answer = passes(&cell.text, kind, value);
            failed |= holds && feel::ops::failure(&answer).is_some() && !value.is_null();
            holds &= answer == Value::Boolean(true);
        }
        if holds {
            matching.push(&*rule.outputs[0].text);
        }
    }
    if failed {
        return Value::NULL;
    }
    if matching.is_empty() {
        return table.outputs[0].default.as_ref().map_or(Value::NULL, |text| evaluate(&text.text));
    }
    let values: Vec<Value> = matching.iter().map(|text| evaluate(text)).collect();
    let first = values[0].clone();
    let rest = values.iter().skip(1);
    match table.hit_policy.sign() {
        "U" if values.len() > 1 => Value::NULL,
        "A" if rest.clone().any(|other| *other != first) => Value::NULL,
        "P" => {
            let allowed = table.outputs[0].allowed.as_ref().unwrap();
            let order: Vec<Value> = allowed.text.split(", ").map(evaluate).collect();
            let best = order.into_iter().find(|value| values.contains(value));
            best.unwrap()
        }
        "C#" => Value::from(values.len() as i64),
        "C+" => rest.fold(first, |sum, value| feel::ops::add(&sum, value)),
        sign @ ("C<" | "C>") => rest.fold(first, |best, value| {
            let less = feel::ops::less(value, &best) == Value::Boolean(true);
            let greater = feel::ops::greater(value, &best) == Value::Boolean(true);
            if if sign == "C<" { less } else { greater } { value.clone() } else { best }
        }),
        _ => first,
    }
}
