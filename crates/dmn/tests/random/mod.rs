//! Random models and random people, and what all evaluators must agree on.

mod author;
mod reference;

use std::sync::Arc;

use dmn::columnar::{Columnar, ColumnarError, DEFAULT_RULE, Hits, NO_RULE, Table};
use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use dmn::model::Model;
use dmn::program::{DecisionId, InputId, Limits, Program, Trace};
use feel::temporal::Date;
use feel::value::{Null, Possible};
use feel::{Number, Value};

pub use self::author::{model, person};
use self::reference::reference;

pub const HEAD: &str = "---\nid: zz/test\ntitle: Test\n---\n\n";

/// A model and its program; none for a model with faults.
pub fn compiled(source: &str) -> Option<(Model, Program)> {
    let (model, diagnostics) = markdown::read("model.md", source);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{source}");
    let unit = Unit { file: Arc::from("model.md"), model: &model, role: Role::Main };
    let program = compile(&[unit], &[]).ok()?;
    Some((model, program))
}

/// Compares the three evaluators on a model and on people that are chosen by dice. Some facts of
/// the people `in_part` are missing; those told `in_full` are compared with the reference too.
pub fn compare_chosen(
    of_model: Dice,
    mut dice: Dice,
    in_part: usize,
    in_full: usize,
) -> Option<Compared> {
    let source = model(of_model);
    let (model, program) = compiled(&source)?;
    let mut people: Vec<Vec<Value>> =
        (0..in_part).map(|_| person(&program, &mut dice, 12)).collect();
    for _ in 0..in_full {
        let facts = person(&program, &mut dice, 0);
        decided(&model, &program, &facts, &source);
        people.push(facts);
    }
    // Working out all combinations takes most of the time.
    let most = if dice.chance(6) { None } else { Some(256) };
    Some(compare(&program, &people, &source, most))
}

/// The values of all decisions of a person of whom every fact is known: the row evaluator and the
/// reference find the same.
pub fn decided(model: &Model, program: &Program, facts: &[Value], source: &str) -> Vec<Value> {
    let all: Vec<DecisionId> = (0..program.decisions().len()).map(DecisionId).collect();
    let found = program.evaluate(facts, &all, Limits::default(), false).unwrap();
    let found: Vec<Value> = all.iter().map(|id| found.values[id.0].clone().unwrap()).collect();
    let expected = reference(model, program, facts);
    for ((decision, found), expected) in program.decisions().iter().zip(&found).zip(expected) {
        let name = &decision.name;
        assert!(*found == expected, "`{name}` is {found:?}, not {expected:?}: {facts:?}\n{source}");
    }
    found
}

/// A column says less of what is unknown: not which facts are missing.
pub fn agree(row: &Value, column: &Value) -> bool {
    match (row, column) {
        (Value::Null(Null::Unknown(_)), Value::Null(Null::Unknown(_))) => true,
        (row, column) => row == column,
    }
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub struct Compared {
    /// Why the model is outside the columnar profile.
    pub outside: Option<String>,
    pub rows: usize,
    /// Rows that columns could not decide.
    pub row_by_row: usize,
}

/// Evaluates all decisions of people in columns and row by row, with so many combinations of each
/// table worked out at the most.
pub fn compare(
    program: &Program,
    people: &[Vec<Value>],
    source: &str,
    most: Option<usize>,
) -> Compared {
    let all: Vec<DecisionId> = (0..program.decisions().len()).map(DecisionId).collect();
    let mut people = people.to_vec();
    let found = |facts: &[Value]| program.evaluate(facts, &all, Limits::default(), true).unwrap();
    loop {
        let table = Table::from_rows(program, &people).unwrap();
        let mut schema = table.schema(program);
        most.into_iter().for_each(|cells| schema.set_most_cells(cells));
        for number in 0..program.inputs().len() {
            schema.set_missing(InputId(number), missing(program, number));
        }
        let plan = match Columnar::with_schema(program, schema, &all) {
            Ok(plan) => plan,
            Err(outside) => {
                let outside = Some(format!("{outside}: {}", outside.part()));
                return Compared { outside, ..Compared::default() };
            }
        };
        let output = match plan.evaluate(&table.columns()) {
            Ok(output) => output,
            Err(ColumnarError::Overflow { decision, row, value }) => {
                // A fault, and nothing but a fault: the number is too long for its column.
                let id = program.decision(&decision).unwrap();
                assert_eq!(found(&people[row]).values[id.0], Some(value));
                people.remove(row);
                continue;
            }
            Err(error) => panic!("{error}\n{source}"),
        };
        // Where nothing of a table is worked out beforehand, sets of rules are intersected; some
        // tables have no such form.
        let mut few = plan.schema().clone();
        few.set_most_cells(0);
        let bare = Columnar::with_schema(program, few, &all)
            .or_else(|_| Columnar::with_schema(program, plan.schema().clone(), &all))
            .unwrap();
        let bare = bare.without_hits().with_baseline_instructions();
        let bare = match bare.evaluate_parallel(&table.columns()) {
            Ok(bare) => bare,
            // Its columns may have more decimals, and so be too narrow where the others are not.
            Err(ColumnarError::Overflow { decision, row, value }) => {
                let id = program.decision(&decision).unwrap();
                assert_eq!(found(&people[row]).values[id.0], Some(value));
                people.remove(row);
                continue;
            }
            Err(error) => panic!("{error}\n{source}"),
        };
        let (_, kept) = plan.evaluate_keeping(&table.columns()).unwrap();
        let changed = [DecisionId(all.len() / 2)];
        let schema = plan.schema().clone();
        let after = Columnar::after_change(program, schema, &all, &changed, &kept).unwrap();
        let after = after.evaluate_from(&table.columns(), &kept).unwrap();
        for (row, facts) in people.iter().enumerate() {
            let found = found(facts);
            let place = |what: &str| format!("{what}, row {row}: {facts:?}\n{source}");
            for (column, id) in all.iter().enumerate() {
                let name = &program.decisions()[id.0].name;
                let expected = found.values[id.0].clone().unwrap();
                let forms = [("looked up", &output), ("intersected", &bare), ("changed", &after)];
                for (form, output) in forms {
                    let got = output.results()[column].value(row).unwrap();
                    let place = || place(name);
                    assert!(
                        agree(&expected, &got),
                        "{form}: {got:?} is not {expected:?}: {}",
                        place()
                    );
                }
                let Some(Trace::Table(trace)) = &found.traces[id.0] else { continue };
                let priority =
                    program.decisions()[id.0].table.as_ref().unwrap().hit_policy.sign() == "P";
                match output.hits(*id) {
                    Some(Hits::Rules(rules)) if priority => {
                        assert_eq!(
                            rules[row] == NO_RULE,
                            trace.matched.is_empty() && !trace.default
                        );
                    }
                    Some(Hits::Rules(rules)) => {
                        let first = trace.matched.first().map_or(NO_RULE, |rule| *rule as u16 + 1);
                        let first = if trace.default { DEFAULT_RULE } else { first };
                        assert_eq!(rules[row], first, "hits of {}", place(name));
                    }
                    Some(Hits::Sets { words, sets }) => {
                        let set = &sets[row * words..(row + 1) * words];
                        let rules = (0..words * 64).filter(|r| set[r / 64] >> (r % 64) & 1 == 1);
                        assert_eq!(rules.collect::<Vec<_>>(), trace.matched, "{}", place(name));
                    }
                    None => {}
                }
            }
        }
        return Compared { outside: None, rows: people.len(), row_by_row: output.row_by_row() };
    }
}

pub fn missing(program: &Program, input: usize) -> Value {
    let input = &program.inputs()[input];
    let possible = match (&input.kind, &input.allowed) {
        (feel::Type::Boolean, _) => Possible::OneOf(vec![true.into(), false.into()]),
        (_, Some(values)) if values.len() > 1 => Possible::OneOf(values.clone()),
        _ => Possible::Anything,
    };
    Value::unknown(input.name.clone(), possible)
}

pub fn n(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

pub fn date(text: &str) -> Value {
    Value::Date(Date::parse(text).unwrap())
}

/// Random choices from a seed, or from bytes that a fuzzer has thought out.
#[derive(Debug)]
pub struct Dice {
    /// Bytes that choose first, one for each roll.
    bytes: std::vec::IntoIter<u8>,
    /// What chooses when there are none left; without it, always the first is chosen.
    seed: Option<u64>,
}

impl From<u64> for Dice {
    fn from(seed: u64) -> Dice {
        Dice { bytes: Vec::new().into_iter(), seed: Some(seed) }
    }
}

impl From<&[u8]> for Dice {
    fn from(bytes: &[u8]) -> Dice {
        Dice { bytes: Vec::from(bytes).into_iter(), seed: None }
    }
}

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        if let Some(byte) = self.bytes.next() {
            return usize::from(byte) % sides;
        }
        let Some(seed) = &mut self.seed else { return 0 };
        *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}
