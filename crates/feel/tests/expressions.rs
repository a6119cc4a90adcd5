//! FEEL texts to values: the grammar, names, scopes, and what a text means that is at fault.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests may panic"
)]

use std::sync::Arc;

use feel::check::{self, Environment};
use feel::eval::Machine;
use feel::parser::{self, Names};
use feel::value::{FailureCode, Null};
use feel::{Type, Value};

/// Two variables with names of several words, and a function's worth of fuel.
struct Model;

const VARIABLES: [(&str, Type); 3] = [
    ("Years of Experience - Domestic", Type::Number),
    ("Years", Type::Number),
    ("person", Type::Any),
];

impl Environment for Model {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        let at = VARIABLES.iter().position(|(known, _)| *known == name)?;
        Some((u32::try_from(at).ok()?, VARIABLES[at].1.clone()))
    }

    fn named_type(&self, name: &str) -> Option<Type> {
        (name == "tAge").then_some(Type::Number)
    }

    fn global_names(&self) -> Vec<&str> {
        VARIABLES.iter().map(|(name, _)| *name).collect()
    }

    fn type_names(&self) -> Vec<&str> {
        vec!["tAge"]
    }
}

fn person() -> Value {
    let entries = [("name", Value::from("Li")), ("age", Value::from(30))];
    Value::context(entries.into_iter().map(|(name, value)| (Arc::from(name), value)).collect())
}

fn evaluate(source: &str) -> Value {
    let mut names = Names::new();
    VARIABLES.iter().for_each(|(name, _)| names.add(name));
    let expr =
        parser::expression(source, &names).unwrap_or_else(|fault| panic!("{source}: {fault:?}"));
    let (compiled, _) = check::expression(&expr, &[], &Model);
    let globals = vec![Value::from(7), Value::from(3), person()];
    let mut machine = Machine::new(globals, 1_000_000, 400);
    compiled.evaluate(&mut machine).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(evaluate(source).to_string(), expected, "{source}");
}

#[track_caller]
fn fails(source: &str, code: FailureCode) {
    match evaluate(source) {
        Value::Null(Null::Failed(failure)) => assert_eq!(failure.code, code, "{source}"),
        other => panic!("{source} gives {other}"),
    }
}

#[test]
fn operators_bind_as_the_grammar_says() {
    check("1 + 2 * 3", "7");
    check("(1 + 2) * 3", "9");
    check("2 ** 3 ** 2", "64");
    check("-2 ** 2", "4");
    check("10 - 3 - 2", "5");
    check("1 + 1 = 2 and 2 > 1", "true");
    check("false and true or true", "true");
    check("true or true and false", "true");
    check("5 between 1 and 10 and true", "true");
    check("5 in (1, 5)", "true");
    check("5 in (> 6, < 3)", "false");
    check("5 in [1..5)", "false");
    check("5 in (1..5]", "true");
    check("1 in [2, 3, 1]", "true");
    check("if 1 > 2 then 3 else 4 + 5", "9");
}

#[test]
fn the_longest_known_name_wins() {
    check("Years of Experience - Domestic", "7");
    check("Years  of   Experience-Domestic + 1", "8");
    check("Years - 1", "2");
}

#[test]
fn scopes_nest() {
    check("{a: 1, b: a + 1, c: {d: b + 1}}.c.d", "3");
    check("for x in [1, 2], y in [x, 10] return x * y", "[1, 10, 4, 20]");
    check("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", "[1, 2, 6, 24]");
    check("for i in 3..1 return i", "[3, 2, 1]");
    check("some x in [1, 2] satisfies x > 1", "true");
    check("every x in [1, 2], y in [3] satisfies x < y", "true");
    check("every x in [] satisfies x > 1", "true");
    check("{f: function(n: number) n * Years, r: f(2)}.r", "6");
    check("{k: 10, add: function(n) n + k, r: add(n: 5)}.r", "15");
    check("(function(x) (function(y) x + y)(2))(1)", "3");
}

#[test]
fn filters_see_the_entries_of_items() {
    check("[{a: 1}, {a: 2}][a > 1]", "[{a: 2}]");
    check("[1, 2, 3][item >= 2]", "[2, 3]");
    check("[1, 2, 3][-1]", "3");
    check("[{a: 1, b: 5}, {a: 2, b: 6}].b", "[5, 6]");
    check("[person][age > 20].name", r#"["Li"]"#);
    check("[person][item.age > Years]", r#"[{name: "Li", age: 30}]"#);
}

#[test]
fn ternary_logic_keeps_null() {
    check("null and false", "false");
    check("null or true", "true");
    check("null and true", "null");
    check("null = null", "true");
    check("1 = null", "false");
    check("null < 1", "null");
    check("if null then 1 else 2", "2");
}

#[test]
fn what_is_at_fault_is_null_with_its_cause() {
    fails("1 + \"a\"", FailureCode::Type);
    fails("1 / 0", FailureCode::DivisionByZero);
    fails("Yearz", FailureCode::Missing);
    fails(
        "(function(x) external {java: {class: \"A\", method signature: \"m\"}})",
        FailureCode::Refused,
    );
    fails("(function(x) x)(1, 2)", FailureCode::Arguments);
}

#[test]
fn literals_read_and_print_alike() {
    for literal in ["\"a\\\"b\\\\c\"", "[1, 2]", "{a: 1}", "1.5", "true", "null"] {
        check(literal, literal);
    }
    check("\"\\u0041\\U01F40E\"", "\"A🐎\"");
    check("0.10", "0.1");
    check(".5", "0.5");
    check("1e3", "1000");
    check("// a comment\n1 /* and\nanother */ + 1", "2");
}

#[test]
fn hostile_texts_end_quickly() {
    let names = Names::new();
    let nested =
        |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    for source in [
        nested("(", ")", 100_000),
        nested("[", "]", 100_000),
        nested("-", "", 100_000),
        nested("{a:", "}", 100_000),
        "a in (".repeat(20_000),
        "if 1 then ".repeat(20_000),
        "1+".repeat(50_000) + "1",
        "function(x) ".repeat(20_000) + "1",
        "1.".repeat(10_000),
    ] {
        assert!(parser::expression(&source, &names).is_err(), "{}", &source[..20]);
    }
}

#[test]
fn faults_of_escapes_point_at_characters_of_the_text() {
    for (source, part) in [
        ("\"a\\U12", "\\U12"),
        ("\"a\\贤路\"", "\\贤"),
        ("\"a\\u12贤路\"", "\\u12贤路"),
        ("\"\\u+041\"", "\\u+041"),
        ("\"\\", "\\"),
    ] {
        let fault = parser::expression(source, &Names::new()).unwrap_err();
        assert_eq!(fault.span.of(source), Some(part), "{source}: {fault:?}");
    }
}

#[test]
fn deeply_nested_values_are_dropped_without_a_deep_stack() {
    for (body, levels) in
        [("[partial[-1]]", 50_000), ("{a: partial[-1]}", 50_000), ("function() partial[-1]", 1_000)]
    {
        let source = format!("count(for i in 1..{levels} return if i = 1 then [] else {body})");
        check(&source, &levels.to_string());
    }
}

#[test]
fn what_comes_of_an_unknown_list_is_unknown() {
    use feel::value::Possible;
    let names = Names::new();
    let list = |n: i64| Value::list(vec![n.into()]);
    for source in ["person[1]", "[1, 2][item > person[1]]", "for x in person return x + 1"] {
        let expr = parser::expression(source, &names).unwrap();
        let (compiled, _) = check::expression(&expr, &[], &Model);
        let unknown = Value::unknown("person", Possible::OneOf(vec![list(1), list(2)]));
        let mut machine = Machine::new(vec![Value::NULL, Value::NULL, unknown], 1_000, 100);
        let value = compiled.evaluate(&mut machine).unwrap();
        let unknown = value.as_unknown().unwrap_or_else(|| panic!("{source} gives {value}"));
        assert_eq!(unknown.possible, Possible::Anything, "{source}");
    }
}
