//! How long loading all packs takes, one assessment of the work permit with its full trace, and an
//! example person by every programme.

#![expect(clippy::unwrap_used, reason = "a bench stops at its first fault")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use dmn::program::Limits;
use feel::Value;
use policy::assess::Request;
use policy::{Library, Profile};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CASE: &str = "doctor of 30, 460,000 yuan, 6 years, no HSK, Shanghai";

fn packs() -> BTreeMap<String, String> {
    fn read(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, root, files);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                files.insert(name, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    files
}

fn benches(criterion: &mut Criterion) {
    let files = packs();
    criterion.bench_function("load all packs", |bench| {
        bench.iter(|| Library::load(black_box(&files)).unwrap());
    });

    let library = Library::load(&files).unwrap();
    let case = library.cases().iter().find(|case| case.name.as_str() == CASE).unwrap();
    let profile = Profile { facts: case.facts.clone(), ..Profile::default() };
    let request = Request {
        programme: &case.programme,
        profile: &profile,
        on: case.on,
        place: &case.place,
        improve: false,
    };

    // The engine alone: the inputs are at hand, the whole trace is kept.
    let programme = library.programme(&case.programme).unwrap();
    let program = library.in_force(programme, case.on, &case.place).unwrap().program;
    let assessment = library.assess(&request).unwrap();
    let wage = assessment.facts.iter().find(|fact| &*fact.name == "average_wage").unwrap();
    let wage = feel::Number::parse(&wage.value.en.replace(',', "")).unwrap();
    let inputs: Vec<Value> = program
        .inputs()
        .iter()
        .map(|input| match &*input.name {
            "on" => Value::Date(case.on),
            "place" => Value::string(case.place.as_str()),
            "average_wage" => Value::Number(wage),
            name => case.facts.get(name).cloned().unwrap_or(Value::NULL),
        })
        .collect();
    let names = [&programme.outcome, &programme.eligible];
    let wanted: Vec<_> = names
        .into_iter()
        .chain(&programme.score)
        .chain(programme.conditions.iter().map(|condition| &condition.decision))
        .chain(programme.routes.iter().map(|route| &route.decision))
        .chain(programme.factors.iter().map(|factor| &factor.decision))
        .filter_map(|name| program.decision(name))
        .collect();
    criterion.bench_function("evaluate cn/work-permit with trace", |bench| {
        bench.iter(|| {
            program.evaluate(black_box(&inputs), &wanted, Limits::default(), true).unwrap()
        });
    });

    // From the facts to every line of the result in both languages.
    criterion.bench_function("assess cn/work-permit", |bench| {
        bench.iter(|| library.assess(black_box(&request)).unwrap());
    });
    criterion.bench_function("assess cn/work-permit and improve", |bench| {
        bench.iter(|| library.assess(&Request { improve: true, ..black_box(request) }).unwrap());
    });
}

/// A person of the examples by every programme, each with its full trace and told in both languages.
fn everywhere(criterion: &mut Criterion) {
    let library = Library::load(&packs()).unwrap();
    let example =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/people/software-engineer.json");
    let json = std::fs::read_to_string(example).unwrap();
    let person = library.read_person(&json).unwrap();
    let on = person.on.unwrap();
    criterion.bench_function("assess by all programmes", |bench| {
        bench.iter(|| library.assess_everywhere(black_box(&person), on, false));
    });
    criterion.bench_function("read a common profile", |bench| {
        bench.iter(|| library.read_person(black_box(&json)).unwrap());
    });
}

criterion_group!(group, benches, everywhere);
criterion_main!(group);
