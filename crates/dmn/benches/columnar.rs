//! A points test of nine tables and 85 rules on many people: in columns, by a loop written by
//! hand over the same columns, and row by row. All are checked to agree first.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::match_overlapping_arm,
    reason = "a bench stops at its first fault, and bands read best by their upper ends"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dmn::columnar::{Buffers, Column, Columnar, Columns, Data, Hits, Output};
use dmn::compile::{Role, Unit, compile};
use dmn::markdown;
use dmn::program::{DecisionId, Limits, Program, Trace};
use feel::{Number, Value};

const MODEL: &str = r#"---
id: zz/points
title: Points test
---

| input           | type       | allowed |
|-----------------|------------|---------|
| age             | number     |         |
| salary          | number     |         |
| experience      | number     |         |
| months          | number     |         |
| level           | number     |         |
| bonus           | number     |         |
| education       | tEducation |         |
| skill           | tSkill     |         |
| region          | tRegion    |         |
| post            | tPost      |         |
| university      | tUniversity |        |
| former_national | boolean    |         |
| taught          | boolean    |         |
| healthy         | boolean    |         |
| no_record       | boolean    |         |
| offer           | boolean    |         |
| standing        | boolean    |         |
| need            | boolean    |         |
| approved        | boolean    |         |
| extension       | boolean    |         |

| type        | base   | allowed |
|-------------|--------|---------|
| tEducation  | string | "none", "college", "bachelor", "master", "doctorate" |
| tSkill      | string | "none", "senior_worker", "technician", "senior_technician" |
| tRegion     | string | "elsewhere", "west", "north_east", "county", "county_central", "border", "island" |
| tPost       | string | "manager", "technical", "teacher", "culture", "sport", "other" |
| tUniversity | string | "none", "other", "chinese", "high_level", "top_100" |

## Pay → pay_points: number

| U  | salary               | pay_points |
|----|----------------------|------------|
| 1  | < 50000              | 0          |
| 2  | [50000..70000)       | 5          |
| 3  | [70000..100000)      | 7          |
| 4  | [100000..150000)     | 8          |
| 5  | [150000..200000)     | 11         |
| 6  | [200000..250000)     | 12         |
| 7  | [250000..300000)     | 14         |
| 8  | [300000..350000)     | 15         |
| 9  | [350000..400000)     | 17         |
| 10 | [400000..450000)     | 18         |
| 11 | [450000..600000.50)  | 20         |
| 12 | >= 600000.50         | 22         |

## Education → education_points: number

| F  | education     | skill               | university             | education_points |
|----|---------------|---------------------|------------------------|------------------|
| 1  | "doctorate"   | -                   | "top_100"              | 22               |
| 2  | "doctorate"   | -                   | -                      | 20               |
| 3  | -             | "senior_technician" | -                      | 20               |
| 4  | "master"      | -                   | "top_100", "high_level" | 17              |
| 5  | "master"      | -                   | -                      | 15               |
| 6  | -             | "technician"        | -                      | 15               |
| 7  | "bachelor"    | -                   | -                      | 10               |
| 8  | -             | "senior_worker"     | -                      | 10               |
| 9  | "college"     | -                   | -                      | 5                |
| 10 | -             | -                   | -                      | 0                |

## Experience → experience_points: number

| U | experience | experience_points |
|---|------------|-------------------|
| 1 | < 2        | 0                 |
| 2 | [2..3)     | 5                 |
| 3 | [3..5)     | 6.5               |
| 4 | [5..7)     | 8.5               |
| 5 | [7..10)    | 11                |
| 6 | [10..14)   | 14                |
| 7 | [14..17)   | 17.5              |
| 8 | >= 17      | 20                |

## Time → time_points: number

| U | months | time_points |
|---|--------|-------------|
| 1 | >= 9   | 15          |
| 2 | [7..9) | 11          |
| 3 | [6..7) | 10          |
| 4 | [4..6) | 6           |
| 5 | [3..4) | 5           |
| 6 | < 3    | 0           |

## Language → language_points: number

| F  | former_national | taught | level  | language_points |
|----|-----------------|--------|--------|-----------------|
| 1  | true            | true   | -      | 6               |
| 2  | true            | -      | -      | 5               |
| 3  | -               | true   | >= 6   | 6               |
| 4  | -               | true   | -      | 5               |
| 5  | -               | -      | >= 6   | 5.5             |
| 6  | -               | -      | [5..6) | 5               |
| 7  | -               | -      | [4..5) | 4               |
| 8  | -               | -      | [3..4) | 3               |
| 9  | -               | -      | [2..3) | 2               |
| 10 | -               | -      | [1..2) | 1               |
| 11 | -               | -      | 0      | 0               |
| 12 | -               | -      | -      | 0               |

## Region → region_points: number

| F | region                      | post                   | region_points |
|---|-----------------------------|------------------------|---------------|
| 1 | "west"                      | "teacher"              | 12            |
| 2 | "west"                      | -                      | 10            |
| 3 | "north_east"                | -                      | 10            |
| 4 | "county", "county_central"  | "teacher", "technical" | 11            |
| 5 | "county", "county_central"  | -                      | 10            |
| 6 | "border"                    | not("other")           | 9             |
| 7 | "island"                    | -                      | 4             |
| 8 | -                           | -                      | 0             |

## Age → age_points: number

| U  | age      | age_points |
|----|----------|------------|
| 1  | < 18     | 0          |
| 2  | [18..21] | 8          |
| 3  | [22..25] | 10         |
| 4  | [26..29] | 13         |
| 5  | [30..34] | 15         |
| 6  | [35..39] | 14.5       |
| 7  | [40..45] | 14         |
| 8  | [46..50] | 11         |
| 9  | [51..55] | 10         |
| 10 | [56..58] | 6          |
| 11 | [59..60] | 5          |
| 12 | > 60     | 0          |

## Total → total: number

```feel
pay_points + education_points + experience_points + time_points
  + language_points + region_points + age_points + bonus
```

## Eligible → eligible: boolean

| F | healthy | no_record | offer | standing | need  | approved | age  | extension | eligible |
|---|---------|-----------|-------|----------|-------|----------|------|-----------|----------|
| 1 | false   | -         | -     | -        | -     | -        | -    | -         | false    |
| 2 | -       | false     | -     | -        | -     | -        | -    | -         | false    |
| 3 | -       | -         | false | -        | -     | -        | -    | -         | false    |
| 4 | -       | -         | -     | false    | -     | -        | -    | -         | false    |
| 5 | -       | -         | -     | -        | false | -        | -    | -         | false    |
| 6 | -       | -         | -     | -        | -     | false    | -    | -         | false    |
| 7 | -       | -         | -     | -        | -     | -        | < 18 | -         | false    |
| 8 | -       | -         | -     | -        | -     | -        | > 65 | false     | false    |
| 9 | -       | -         | -     | -        | -     | -        | -    | -         | true     |

## Category → category: string

| F | eligible | total      | salary    | education               | category |
|---|----------|------------|-----------|-------------------------|----------|
| 1 | false    | -          | -         | -                       | "none"   |
| 2 | true     | >= 85      | -         | -                       | "A"      |
| 3 | true     | -          | >= 600000 | -                       | "A"      |
| 4 | true     | [75..85)   | -         | "doctorate"             | "A"      |
| 5 | true     | >= 60      | -         | -                       | "B"      |
| 6 | true     | -          | >= 400000 | -                       | "B"      |
| 7 | true     | [55..60)   | -         | "master", "doctorate"   | "B"      |
| 8 | true     | -          | -         | -                       | "C"      |
"#;

const EDUCATION: [&str; 5] = ["none", "college", "bachelor", "master", "doctorate"];
const SKILL: [&str; 4] = ["none", "senior_worker", "technician", "senior_technician"];
const REGION: [&str; 7] =
    ["elsewhere", "west", "north_east", "county", "county_central", "border", "island"];
const POST: [&str; 6] = ["manager", "technical", "teacher", "culture", "sport", "other"];
const UNIVERSITY: [&str; 5] = ["none", "other", "chinese", "high_level", "top_100"];
const CATEGORY: [&str; 4] = ["none", "A", "B", "C"];
const TABLES: [&str; 9] = [
    "pay_points",
    "education_points",
    "experience_points",
    "time_points",
    "language_points",
    "region_points",
    "age_points",
    "eligible",
    "category",
];

/// Facts of many people, as columns.
struct People {
    /// Age, experience, months, level, bonus.
    integers: [Vec<i32>; 5],
    /// In hundredths.
    salary: Vec<i64>,
    /// Education, skill, region, post, university.
    codes: [Vec<u16>; 5],
    /// From `former_national` to `extension`.
    flags: [Vec<bool>; 9],
}

impl People {
    fn new(rows: usize) -> People {
        let mut state = 7_u64;
        let mut roll = |sides: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % sides
        };
        let mut integers = |low: i32, sides| (0..rows).map(|_| low + roll(sides) as i32).collect();
        let integers =
            [integers(16, 52), integers(0, 25), integers(0, 13), integers(0, 7), integers(0, 11)];
        let salary = (0..rows).map(|_| 1_500_000 + (roll(900) * roll(90_000)) as i64).collect();
        let mut codes = |sides| (0..rows).map(|_| roll(sides) as u16).collect();
        let codes = [codes(5), codes(4), codes(7), codes(6), codes(5)];
        let flags = std::array::from_fn(|flag| {
            (0..rows).map(|_| roll(100) < if flag < 2 { 10 } else { 97 }).collect()
        });
        People { integers, salary, codes, flags }
    }

    fn rows(&self) -> usize {
        self.salary.len()
    }

    fn columns<'p>(&'p self, program: &Program, texts: &'p [Vec<Arc<str>>; 5]) -> Columns<'p> {
        let mut columns = Columns::new(program, self.rows());
        let mut set = |name: &str, data: Data<'p>| {
            let input = program.input(name).unwrap();
            columns.set(input, Column { data, known: None, null: None }).unwrap();
        };
        let names = ["age", "experience", "months", "level", "bonus"];
        for (name, values) in names.iter().zip(&self.integers) {
            set(name, Data::Integers(values));
        }
        set("salary", Data::Numbers { values: &self.salary, scale: 2 });
        let names = ["education", "skill", "region", "post", "university"];
        for ((name, codes), dictionary) in names.iter().zip(&self.codes).zip(texts) {
            set(name, Data::Codes { codes, dictionary });
        }
        for (name, values) in FLAGS.iter().zip(&self.flags) {
            set(name, Data::Booleans(values));
        }
        columns
    }
}

const FLAGS: [&str; 9] = [
    "former_national",
    "taught",
    "healthy",
    "no_record",
    "offer",
    "standing",
    "need",
    "approved",
    "extension",
];

/// What the loop by hand finds.
#[derive(Default)]
struct ByHand {
    /// In tenths.
    total: Vec<i64>,
    category: Vec<u16>,
    hits: [Vec<u16>; 9],
}

/// The rule and the points, in tenths.
type Points = (u16, i64);

fn pay(salary: i64) -> Points {
    match salary {
        ..5_000_000 => (1, 0),
        ..7_000_000 => (2, 50),
        ..10_000_000 => (3, 70),
        ..15_000_000 => (4, 80),
        ..20_000_000 => (5, 110),
        ..25_000_000 => (6, 120),
        ..30_000_000 => (7, 140),
        ..35_000_000 => (8, 150),
        ..40_000_000 => (9, 170),
        ..45_000_000 => (10, 180),
        ..60_000_050 => (11, 200),
        _ => (12, 220),
    }
}

fn education(education: u16, skill: u16, university: u16) -> Points {
    match (education, skill, university) {
        (4, _, 4) => (1, 220),
        (4, _, _) => (2, 200),
        (_, 3, _) => (3, 200),
        (3, _, 3 | 4) => (4, 170),
        (3, _, _) => (5, 150),
        (_, 2, _) => (6, 150),
        (2, _, _) => (7, 100),
        (_, 1, _) => (8, 100),
        (1, _, _) => (9, 50),
        _ => (10, 0),
    }
}

fn experience(years: i32) -> Points {
    match years {
        ..2 => (1, 0),
        ..3 => (2, 50),
        ..5 => (3, 65),
        ..7 => (4, 85),
        ..10 => (5, 110),
        ..14 => (6, 140),
        ..17 => (7, 175),
        _ => (8, 200),
    }
}

fn time(months: i32) -> Points {
    match months {
        9.. => (1, 150),
        7.. => (2, 110),
        6 => (3, 100),
        4.. => (4, 60),
        3 => (5, 50),
        _ => (6, 0),
    }
}

fn language(former: bool, taught: bool, level: i32) -> Points {
    match (former, taught, level) {
        (true, true, _) => (1, 60),
        (true, false, _) => (2, 50),
        (_, true, 6..) => (3, 60),
        (_, true, _) => (4, 50),
        (_, _, 6..) => (5, 55),
        (_, _, 5) => (6, 50),
        (_, _, 4) => (7, 40),
        (_, _, 3) => (8, 30),
        (_, _, 2) => (9, 20),
        (_, _, 1) => (10, 10),
        (_, _, 0) => (11, 0),
        _ => (12, 0),
    }
}

fn region(region: u16, post: u16) -> Points {
    match (region, post) {
        (1, 2) => (1, 120),
        (1, _) => (2, 100),
        (2, _) => (3, 100),
        (3 | 4, 1 | 2) => (4, 110),
        (3 | 4, _) => (5, 100),
        (5, 0..5) => (6, 90),
        (6, _) => (7, 40),
        _ => (8, 0),
    }
}

fn age(age: i32) -> Points {
    match age {
        ..18 => (1, 0),
        ..=21 => (2, 80),
        ..=25 => (3, 100),
        ..=29 => (4, 130),
        ..=34 => (5, 150),
        ..=39 => (6, 145),
        ..=45 => (7, 140),
        ..=50 => (8, 110),
        ..=55 => (9, 100),
        ..=58 => (10, 60),
        ..=60 => (11, 50),
        _ => (12, 0),
    }
}

fn category(eligible: bool, total: i64, salary: i64, education: u16) -> (u16, u16) {
    match (eligible, total, salary, education) {
        (false, ..) => (1, 0),
        (_, 850.., _, _) => (2, 1),
        (_, _, 60_000_000.., _) => (3, 1),
        (_, 750.., _, 4) => (4, 1),
        (_, 600.., _, _) => (5, 2),
        (_, _, 40_000_000.., _) => (6, 2),
        (_, 550.., _, 3 | 4) => (7, 2),
        _ => (8, 3),
    }
}

/// The loop by hand: a pass over the columns, person by person.
fn by_hand<const HITS: bool>(people: &People, out: &mut ByHand) {
    let rows = people.rows();
    out.total.clear();
    out.category.clear();
    out.hits.iter_mut().for_each(Vec::clear);
    let integers = people.integers.each_ref().map(|column| &column[..rows]);
    let codes = people.codes.each_ref().map(|column| &column[..rows]);
    let flags = people.flags.each_ref().map(|column| &column[..rows]);
    let salary = &people.salary[..rows];
    for row in 0..rows {
        let tables = [
            pay(salary[row]),
            self::education(codes[0][row], codes[1][row], codes[4][row]),
            experience(integers[1][row]),
            time(integers[2][row]),
            language(flags[0][row], flags[1][row], integers[3][row]),
            self::region(codes[2][row], codes[3][row]),
            self::age(integers[0][row]),
        ];
        let total =
            tables.iter().map(|(_, points)| points).sum::<i64>() + i64::from(integers[4][row]) * 10;
        let failed = flags[2..8].iter().position(|flag| !flag[row]);
        let (rule, eligible) = match (failed, integers[0][row], flags[8][row]) {
            (Some(place), _, _) => (place as u16 + 1, false),
            (None, ..18, _) => (7, false),
            (None, 66.., false) => (8, false),
            _ => (9, true),
        };
        let (last, found) = category(eligible, total, salary[row], codes[0][row]);
        out.total.push(total);
        out.category.push(found);
        if HITS {
            for (hits, (rule, _)) in out.hits.iter_mut().zip(tables) {
                hits.push(rule);
            }
            out.hits[7].push(rule);
            out.hits[8].push(last);
        }
    }
}

fn program() -> Program {
    let (model, diagnostics) = markdown::read("points.md", MODEL);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let unit = Unit { file: Arc::from("points.md"), model: &model, role: Role::Main };
    compile(&[unit], &[]).unwrap_or_else(|diagnostics| {
        panic!("{}", dmn::diagnostic::render(&diagnostics, &|_| Some(MODEL), false))
    })
}

/// Checks that columns, the loop by hand and rows agree.
fn check(
    program: &Program,
    people: &People,
    columns: &Columns<'_>,
    wanted: &[DecisionId],
    output: &Output,
    hand: &ByHand,
) {
    let tables: Vec<DecisionId> =
        TABLES.iter().map(|name| program.decision(name).unwrap()).collect();
    assert_eq!(output.row_by_row(), 0);
    assert_eq!(output.results()[0].integers().unwrap(), hand.total);
    for row in 0..people.rows() {
        let category = CATEGORY[usize::from(hand.category[row])];
        assert_eq!(output.results()[1].value(row), Some(Value::from(category)));
    }
    for (table, expected) in tables.iter().zip(&hand.hits) {
        assert_eq!(output.hits(*table), Some(&Hits::Rules(expected.clone())));
    }
    let schema = dmn::columnar::Schema::of(program);
    for row in (0..people.rows()).step_by(10) {
        let inputs = columns.row(row, &schema);
        let found = program.evaluate(&inputs, wanted, Limits::default(), true).unwrap();
        let total = Number::from_scaled(i128::from(hand.total[row]), 1).unwrap();
        assert_eq!(found.values[wanted[0].0], Some(Value::Number(total)));
        for (table, expected) in tables.iter().zip(&hand.hits) {
            let Some(Trace::Table(trace)) = &found.traces[table.0] else { panic!("no trace") };
            assert_eq!(trace.matched[0] + 1, usize::from(expected[row]));
        }
    }
}

/// Prints the least time of many short runs, which other work on the machine disturbs least.
fn least(
    program: &Program,
    texts: &[Vec<Arc<str>>; 5],
    wanted: &[DecisionId],
    bare: &Columnar<'_>,
    with_hits: &Columnar<'_>,
) {
    fn time(name: &str, people: usize, mut run: impl FnMut()) {
        let least = (0..300)
            .map(|_| {
                let start = std::time::Instant::now();
                run();
                start.elapsed()
            })
            .min();
        let each = least.unwrap_or_default().as_nanos() as f64 / people as f64;
        println!("{name:<30} {each:>9.1} ns a person");
    }
    let people = People::new(1 << 14);
    let count = people.rows();
    let columns = people.columns(program, texts);
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    time("columns", count, || {
        bare.evaluate_into(black_box(&columns), &mut buffers, &mut output).unwrap();
    });
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    time("columns, with rule hits", count, || {
        with_hits.evaluate_into(black_box(&columns), &mut buffers, &mut output).unwrap();
    });
    let mut hand = ByHand::default();
    time("by hand", count, || by_hand::<false>(black_box(&people), &mut hand));
    time("by hand, with rule hits", count, || by_hand::<true>(black_box(&people), &mut hand));
    let rows: Vec<Vec<Value>> = (0..100).map(|row| columns.row(row, bare.schema())).collect();
    for (name, trace) in [("row by row", false), ("row by row, with full trace", true)] {
        time(name, rows.len(), || {
            for row in &rows {
                black_box(program.evaluate(row, wanted, Limits::default(), trace).unwrap());
            }
        });
    }
}

fn benches(criterion: &mut Criterion) {
    let program = program();
    let people = People::new(1 << 17);
    let texts = [&EDUCATION[..], &SKILL, &REGION, &POST, &UNIVERSITY]
        .map(|texts| texts.iter().map(|text| Arc::from(*text)).collect());
    let columns = people.columns(&program, &texts);
    let wanted = ["total", "category"].map(|name| program.decision(name).unwrap());
    let mut schema = dmn::columnar::Schema::of(&program);
    for name in ["age", "experience", "months", "level", "bonus"] {
        schema.set_scale(program.input(name).unwrap(), 0);
    }
    let plan = |schema: &dmn::columnar::Schema| {
        Columnar::with_schema(&program, schema.clone(), &wanted).unwrap().without_keeping()
    };
    let (with_hits, bare) = (plan(&schema), plan(&schema).without_hits());
    let mut hand = ByHand::default();
    by_hand::<true>(&people, &mut hand);
    let output = with_hits.evaluate(&columns).unwrap();
    check(&program, &people, &columns, &wanted, &output, &hand);

    least(&program, &texts, &wanted, &bare, &with_hits);

    let mut group = criterion.benchmark_group("points test");
    group.throughput(Throughput::Elements(people.rows() as u64));
    group.sample_size(20).measurement_time(Duration::from_secs(2));
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    group.bench_function("columns", |bench| {
        bench.iter(|| bare.evaluate_into(black_box(&columns), &mut buffers, &mut output));
    });
    let (mut buffers, mut output) = (Buffers::default(), Output::default());
    group.bench_function("columns, with rule hits", |bench| {
        bench.iter(|| with_hits.evaluate_into(black_box(&columns), &mut buffers, &mut output));
    });
    group.bench_function("by hand", |bench| {
        bench.iter(|| by_hand::<false>(black_box(&people), &mut hand));
    });
    group.bench_function("by hand, with rule hits", |bench| {
        bench.iter(|| by_hand::<true>(black_box(&people), &mut hand));
    });
    let rows: Vec<Vec<Value>> = (0..1_000).map(|row| columns.row(row, &schema)).collect();
    group.throughput(Throughput::Elements(rows.len() as u64));
    for (name, trace) in [("row by row", false), ("row by row, with full trace", true)] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                for row in &rows {
                    let found = program.evaluate(row, &wanted, Limits::default(), trace);
                    black_box(found.unwrap());
                }
            });
        });
    }
    group.finish();
}

criterion_group! { name = all; config = Criterion::default().warm_up_time(Duration::from_secs(1)); targets = benches }
criterion_main!(all);
