//! FEEL texts: parsed, checked and evaluated.

use feel::check::{self, Environment};
use feel::eval::Machine;
use feel::fault::Fault;
use feel::parser::{self, Names};
use feel::temporal::DateTime;
use feel::typed::{Compiled, CompiledTests};
use feel::value::Possible;
use feel::{Number, Type, Value, ops};

const FUEL: u64 = 50_000;
const DEPTH: u32 = 100;

/// The variables that texts may use.
struct World(Vec<(&'static str, Type, Value)>);

impl World {
    fn new() -> World {
        let number = |text: &str| Number::parse(text).map_or(Value::NULL, Value::Number);
        let numbers = vec![Value::from(1), Value::NULL, number("2.5")];
        World(vec![
            ("n", Type::Number, number("17.25")),
            ("s", Type::String, Value::from("上海 a.b (")),
            ("b", Type::Boolean, Value::Boolean(true)),
            ("d", Type::Date, feel::builtins::at_literal("2024-02-29")),
            ("t", Type::DateTime, feel::builtins::at_literal("2026-10-25T02:30:00@Europe/Paris")),
            ("l", Type::list(Type::Number), Value::list(numbers)),
            ("a", Type::Any, number("-9.999999999999999999999999999999999e6144")),
            ("years of work - abroad", Type::Number, number("3")),
            ("u", Type::Number, Value::unknown("u", Possible::Anything)),
            (
                "v",
                Type::Boolean,
                Value::unknown("v", Possible::OneOf(vec![true.into(), false.into()])),
            ),
        ])
    }

    fn machine(&self) -> Machine {
        let globals = self.0.iter().map(|(_, _, value)| value.clone()).collect();
        let machine = Machine::new(globals, FUEL, DEPTH);
        match DateTime::parse("2026-11-23T12:00:00+08:00") {
            Ok(now) => machine.with_now(now),
            Err(_) => machine,
        }
    }
}

impl Environment for World {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        let place = self.0.iter().position(|(known, _, _)| *known == name)?;
        Some((u32::try_from(place).ok()?, self.0.get(place)?.1.clone()))
    }

    fn named_type(&self, name: &str) -> Option<Type> {
        (name == "tLevel").then_some(Type::String)
    }

    fn global_names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _, _)| *name).collect()
    }

    fn type_names(&self) -> Vec<&str> {
        vec!["tLevel"]
    }
}

/// Checks a text as an expression, as unary tests and as a type.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let world = World::new();
    let mut names = Names::new();
    for (name, _, _) in &world.0 {
        names.add(name);
    }
    match parser::expression(text, &names) {
        Ok(expr) => {
            let (compiled, faults) = check::expression(&expr, &[], &world);
            faults.iter().for_each(|fault| check_fault(fault, text));
            check_expression(&compiled, faults.is_empty(), &world, text);
        }
        Err(fault) => check_fault(&fault, text),
    }
    match parser::unary_tests(text, &names) {
        Ok(tests) => {
            for (_, kind, value) in &world.0 {
                let (compiled, faults) = check::unary_tests(&tests, kind, &[], &world);
                faults.iter().for_each(|fault| check_fault(fault, text));
                check_tests(&compiled, value, &world);
            }
        }
        Err(fault) => check_fault(&fault, text),
    }
    match parser::type_expression(text) {
        Ok(kind) => {
            if let Err(fault) = check::resolve(&kind, &world) {
                check_fault(&fault, text);
            }
        }
        Err(fault) => check_fault(&fault, text),
    }
}

fn check_fault(fault: &Fault, text: &str) {
    assert!(!fault.message.is_empty(), "{fault:?}");
    assert!(fault.span.of(text).is_some(), "{fault:?}");
}

fn check_expression(compiled: &Compiled, faultless: bool, world: &World, text: &str) {
    let once = compiled.evaluate(&mut world.machine());
    // Functions are equal to nothing, but look the same.
    let again = compiled.evaluate(&mut world.machine());
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
    let Ok(value) = once else { return };
    let _ = value.to_string();
    let kind = &compiled.expr.ty;
    if faultless && !ops::conforms(&value, kind) {
        panic!("`{text}` is {value:?}, but {kind} for the checker");
    }
}

/// Tests come to true, false, null or unknown, and to nothing else.
fn check_tests(compiled: &CompiledTests, value: &Value, world: &World) {
    let parameters: [Value; 0] = [];
    let once = compiled.evaluate(&mut world.machine(), &parameters, value);
    assert_eq!(once, compiled.evaluate(&mut world.machine(), &parameters, value));
    let Ok(answer) = once else { return };
    assert!(matches!(answer, Value::Boolean(_) | Value::Null(_)), "{answer:?}");
}
