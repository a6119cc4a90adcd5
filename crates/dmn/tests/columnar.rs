//! Columns against rows against a reference that looks at every cell.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

mod random;

use std::sync::Arc;

use dmn::columnar::{Column, Columnar, Data, Table};
use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use dmn::program::{DecisionId, InputId, Limits, Program};
use feel::Value;
use proptest::prelude::*;

use self::random::{
    Compared, Dice, HEAD, agree, compare, compare_chosen, compiled, date, missing, model, n, person,
};

fn program(source: &str) -> Program {
    let (model, diagnostics) = markdown::read("model.md", source);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{source}");
    let unit = Unit { file: Arc::from("model.md"), model: &model, role: Role::Main };
    compile(&[unit], &[]).unwrap_or_else(|diagnostics| {
        panic!("{}", dmn::diagnostic::render(&diagnostics, &|_| Some(source), false))
    })
}

#[test]
fn a_points_test_is_the_same_in_columns() {
    let source = format!(
        "{HEAD}| input | type |\n|---|---|\n| age | number |\n| pay | number |\n| wage | number |\n\
         | level | tLevel |\n| ok | boolean |\n| born | date |\n| on | date |\n| marks | list<string> |\n\n\
         | type | base | allowed |\n|---|---|---|\n| tLevel | string | \"a\", \"b\", \"c\" |\n\n\
         ## Age → age_points: number\n\n| U | age | age_points |\n|---|---|---|\n\
         | 1 | [18..25] | 10 |\n| 2 | (25..45) | 15.5 |\n| default | | 0 |\n\n\
         ## Level → level_points: number\n\n| F | level | ok | level_points |\n|---|---|---|---|\n\
         | 1 | \"a\" | - | 20 |\n| 2 | - | true | 3 |\n| 3 | not(\"c\") | - | age + 0.25 |\n\n\
         ## Sum → sum_points: number\n\n| C+ | age | level | sum_points |\n|---|---|---|---|\n\
         | 1 | > 20 | - | 1 |\n| 2 | - | \"b\", \"c\" | 2.5 |\n| 3 | < 60 | - | 4 |\n\n\
         ## Total → total: number\n\n```feel\nage_points + sum_points * 2 - 1\n```\n\n\
         ## Ratio → ratio: number\n\n```feel\npay / wage\n```\n\n\
         ## Rich → rich: boolean\n\n```feel\nratio >= 4 and not(age < 18)\n```\n\n\
         ## Full → years: number\n\n```feel\nyears and months duration(born, on).years\n```\n\n\
         ## Marked → marked: boolean\n\n| A | marks | years | marked |\n|---|---|---|---|\n\
         | 1 | list contains(?, \"x\") | - | true |\n| 2 | list contains(?, \"y\") | >= 30 | true |\n\
         | default | | | false |\n\n\
         ## Late → late: boolean\n\n| U | on | late |\n|---|---|---|\n\
         | 1 | >= born + @\"P30Y\" | true |\n| default | | false |\n\n\
         ## Class → class: string\n\n| F | total | rich | class |\n|---|---|---|---|\n\
         | 1 | >= 20.5 | true | \"A\" |\n| 2 | > 10 | - | \"B\" |\n| 3 | - | false | level |\n"
    );
    let program = program(&source);
    let mut people = Vec::new();
    for (age, pay) in [(17, "1.5"), (18, "400"), (25, "399.99"), (26, "0"), (45, "12345.678")] {
        for level in [Some("a"), Some("b"), Some("c"), None] {
            for (number, ok) in [Some(true), Some(false), None].into_iter().enumerate() {
                people.push(vec![
                    Value::from(age),
                    n(pay),
                    if age == 26 { n("0") } else { n("100") },
                    level.map_or_else(|| missing(&program, 3), Value::from),
                    ok.map_or_else(|| missing(&program, 4), Value::from),
                    if number == 2 { missing(&program, 5) } else { date("1990-02-28") },
                    date(["2020-02-27", "2020-02-28", "2024-02-29"][number]),
                    match number {
                        0 => Value::list(vec!["x".into()]),
                        1 => Value::list(vec!["y".into(), "z".into()]),
                        _ => missing(&program, 7),
                    },
                ]);
            }
        }
    }
    let compared = compare(&program, &people, &source, None);
    assert_eq!(compared.outside, None);
}

/// The rules of the work permit, on people who are like no one but vary in every fact.
#[test]
fn the_work_permit_is_the_same_in_columns() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/programmes/work-permit/2017-04-01.md");
    let source = std::fs::read_to_string(path).unwrap();
    let program = program(&source);
    let mut dice = Dice::from(11);
    let people: Vec<Vec<Value>> = (0..400)
        .map(|row| {
            let facts = program.inputs().iter().enumerate().map(|(number, input)| {
                // Half of the people have told everything.
                if row % 2 == 0 && dice.chance(10) {
                    return missing(&program, number);
                }
                match (&input.kind, &input.allowed) {
                    (feel::Type::Number, _) => match &*input.name {
                        "annual_salary" => Value::from(dice.roll(1_000_000) as i64),
                        "average_wage" => Value::from(100_000),
                        "months_in_china_per_year" => Value::from(dice.roll(13) as i64),
                        _ => n(dice.one(&["0", "1", "2", "2.5", "3", "4", "5", "6", "17"])),
                    },
                    (feel::Type::Boolean, _) => Value::Boolean(dice.chance(97)),
                    (feel::Type::Date, _) => match &*input.name {
                        "on" => date(dice.one(&["2020-02-29", "2024-12-01", "2026-03-01"])),
                        "birth_date" => date(dice.one(&["1960-02-29", "1985-03-01", "2003-07-07"])),
                        "passport_expiry" => date(dice.one(&["2026-08-01", "2030-01-01"])),
                        _ => date(dice.one(&["2019-06-30", "2025-09-01"])),
                    },
                    (feel::Type::List(_), _) => {
                        let marks = [
                            "fortune_500",
                            "mother_tongue",
                            "degree_from_language_country",
                            "teaching_degree",
                            "nobel_prize",
                            "graduate_quota",
                        ];
                        let chosen = marks.into_iter().filter(|_| dice.chance(20));
                        Value::list(chosen.map(Value::from).collect())
                    }
                    (_, Some(values)) => values[dice.roll(values.len())].clone(),
                    _ => Value::from(dice.one(&["310000", "110000", "440300"])),
                }
            });
            facts.collect()
        })
        .collect();
    let compared = compare(&program, &people, "the work permit", None);
    assert_eq!(compared.outside, None);
    assert!(compared.row_by_row <= 200, "{compared:?}");
}

/// A set of rows: those of which it holds.
fn bits(rows: &[Vec<Value>], holds: impl Fn(&[Value]) -> bool) -> Vec<u64> {
    let word = |rows: &[Vec<Value>]| {
        let bit = |(row, facts): (usize, &Vec<Value>)| u64::from(holds(facts)) << row;
        rows.iter().enumerate().map(bit).fold(0, |word, bit| word | bit)
    };
    rows.chunks(64).map(word).collect()
}

/// Many people of whom all is known, then some of whom not all is, then again: columns read the
/// facts in other ways than of few people, and whole numbers and codes in others than a table.
#[test]
fn many_people_are_decided_in_columns_as_each_alone() {
    let (mut models, mut row_by_row) = (0, 0);
    for seed in 0..60 {
        let Some((_, program)) = compiled(&model(Dice::from(seed))) else { continue };
        let mut dice = Dice::from(!seed);
        let (number, text) = (program.input("n1").unwrap(), program.input("e1").unwrap());
        let mut think = |missing_percent| loop {
            let mut facts = person(&program, &mut dice, missing_percent);
            if !facts[number.0].is_null() {
                facts[number.0] = Value::from(dice.roll(130) as i64 - 20);
            }
            if missing_percent > 0 || !facts.iter().any(Value::is_null) {
                return facts;
            }
        };
        let known: Vec<Vec<Value>> = (0..40).map(|_| think(0)).collect();
        let in_part: Vec<Vec<Value>> = (0..40).map(|_| think(12)).collect();
        let all: Vec<DecisionId> = (0..program.decisions().len()).map(DecisionId).collect();
        let found = |facts: &Vec<Value>| {
            program.evaluate(facts, &all, Limits::default(), false).unwrap().values
        };
        let expected: Vec<_> = known.iter().chain(&in_part).map(found).collect();
        let place =
            |row: usize| if (4_500..6_000).contains(&row) { 40 + row % 40 } else { row % 40 };
        let people: Vec<Vec<Value>> = (0..9_000)
            .map(|row| known.iter().chain(&in_part).nth(place(row)).unwrap().clone())
            .collect();

        let table = Table::from_rows(&program, &people).unwrap();
        let mut schema = table.schema(&program);
        for number in 0..program.inputs().len() {
            schema.set_missing(InputId(number), missing(&program, number));
        }
        schema.set_scale(number, 0);
        let integer = |facts: &Vec<Value>| match &facts[number.0] {
            Value::Number(number) => i32::try_from(number.to_i64().unwrap()).unwrap(),
            _ => 0,
        };
        let integers: Vec<i32> = people.iter().map(integer).collect();
        let dictionary = schema.dictionary(text).to_vec();
        let code = |facts: &Vec<Value>| {
            let known = |known: &Arc<str>| facts[text.0] == Value::String(known.clone());
            dictionary.iter().position(known).unwrap_or(0) as u16
        };
        let codes: Vec<u16> = people.iter().map(code).collect();
        let sets = |input: InputId| {
            let known = bits(&people, |facts| !facts[input.0].is_null());
            (known, bits(&people, |facts| facts[input.0] == Value::NULL))
        };
        let (of_number, of_text) = (sets(number), sets(text));
        let mut columns = table.columns();
        let given = [
            (number, Data::Integers(&integers), &of_number),
            (text, Data::Codes { codes: &codes, dictionary: &dictionary }, &of_text),
        ];
        for (input, data, (known, null)) in given {
            let column = Column { data, known: Some(known), null: Some(null) };
            columns.set(input, column).unwrap();
        }

        let Ok(plan) = Columnar::with_schema(&program, schema.clone(), &all) else { continue };
        let bare = Columnar::with_schema(&program, schema, &all).unwrap().without_hits();
        let bare = bare.without_keeping();
        let outputs = [plan.evaluate(&columns), bare.evaluate_parallel(&columns)];
        // A number that is too long for its column is a fault in both.
        let [Ok(output), Ok(parallel)] = outputs else { continue };
        models += 1;
        row_by_row += output.row_by_row();
        for row in 0..people.len() {
            for (column, id) in all.iter().enumerate() {
                let expected = expected[place(row)][id.0].as_ref().unwrap();
                for output in [&output, &parallel] {
                    let got = output.results()[column].value(row).unwrap();
                    assert!(agree(expected, &got), "{seed}, {row}: {got:?} is not {expected:?}");
                }
            }
        }
    }
    assert!(models > 30 && row_by_row < models * 4_500, "{models} models, {row_by_row} rows");
}

/// Compares the three evaluators on the random model of a seed; none for a model with faults.
fn compare_random(seed: u64) -> Option<Compared> {
    compare_chosen(Dice::from(seed), Dice::from(!seed), 60, 15)
}

/// Seeds of models in which the evaluators once differed.
#[test]
fn models_that_once_differed_do_no_more() {
    for seed in [10_332_404_658_956_944_698, 2_658_557_325_852_920_387] {
        assert!(compare_random(seed).is_some(), "{seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        max_global_rejects: 100_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_models_are_the_same_in_columns_in_rows_and_cell_by_cell(seed in any::<u64>()) {
        let Some(compared) = compare_random(seed) else {
            return Err(TestCaseError::reject("faults"));
        };
        prop_assert!(compared.outside.is_some() || compared.row_by_row <= compared.rows);
    }
}
