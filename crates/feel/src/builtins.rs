//! The built-in functions of FEEL.
//!
//! Each is one item with its name, its signatures, its documentation and examples, which the tests
//! evaluate. A call first counts the work, goes through what unknown arguments can be, and converts
//! the arguments as the signature wants them.

#[macro_use]
mod definition;
mod context;
mod conversion;
mod kind;
mod list;
mod moment;
mod numeric;
mod range;
mod text;

use std::fmt;
use std::sync::LazyLock;

use crate::temporal::{Date, DateTime, DaysDuration, Time, YearsDuration};
use crate::types::Type;
use crate::value::{FailureCode, Function, Value};

pub use kind::Kind;

/// A built-in function.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// The ways to call it.
    pub signatures: &'static [Signature],
    /// The type of the result for arguments of these types.
    pub result: fn(&[Type]) -> Type,
    /// Calls it with arguments in the order of a signature.
    pub call: fn(&mut dyn Host, &[Value]) -> Value,
    /// What it does.
    pub doc: &'static str,
    /// Calls and what they give, both in FEEL.
    pub examples: &'static [(&'static str, &'static str)],
}

/// One way to call a function. Named arguments use the parameter names.
#[derive(Debug)]
pub struct Signature {
    /// The parameters in order; optional ones come last.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may repeat.
    pub variadic: bool,
}

/// A parameter of a built-in function.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it admits.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a built-in may ask of the evaluator.
pub trait Host {
    /// Calls a function value.
    fn call(&mut self, function: &Function, arguments: &[Value]) -> Value;
    /// Takes units of work: false when there are not as many left, upon which the built-in returns
    /// at once.
    fn spend(&mut self, units: u64) -> bool;
    /// The moment that is now, if the evaluation is to know.
    fn now(&self) -> Option<DateTime>;
}

static ALL: LazyLock<Vec<&'static Builtin>> = LazyLock::new(|| {
    let groups: [&[&'static Builtin]; 7] = [
        conversion::ALL,
        text::ALL,
        list::ALL,
        numeric::ALL,
        moment::ALL,
        range::ALL,
        context::ALL,
    ];
    let mut all: Vec<&'static Builtin> = groups.concat();
    all.sort_by_key(|builtin| builtin.name);
    all
});

/// The built-in function of this name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    let at = ALL.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    ALL.get(at).copied()
}

/// All built-in functions, by name.
pub fn all() -> &'static [&'static Builtin] {
    &ALL
}

/// The value of the literal `@"text"`: a date, time, date and time, or duration.
pub fn at_literal(text: &str) -> Value {
    let duration = text.starts_with('P') || text.starts_with("-P");
    let value = if duration {
        match YearsDuration::parse(text) {
            Ok(duration) => Ok(Value::YearsDuration(duration)),
            Err(_) => DaysDuration::parse(text).map(Value::DaysDuration),
        }
    } else if text.contains('T') && text.get(..4).is_some_and(|year| !year.contains(':')) {
        DateTime::parse(text).map(Value::DateTime)
    } else if text.contains(':') {
        Time::parse(text).map(Value::Time)
    } else {
        Date::parse(text).map(Value::Date)
    };
    value.unwrap_or_else(|error| {
        let message = match error.is_range() {
            true => error.to_string(),
            false => format!("`@\"{}\"` is no date, time or duration", text.escape_debug()),
        };
        Value::failed(FailureCode::Parse, message)
    })
}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Builtin").field(&self.name).finish()
    }
}

/// As `(list: list, length?: number)`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, parameter) in self.parameters.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            let optional = if parameter.optional { "?" } else { "" };
            write!(f, "{comma}{}{optional}: {}", parameter.name, parameter.kind)?;
        }
        f.write_str(if self.variadic { ", …)" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{evaluate, evaluate_with, extremes};
    use crate::value::Null;

    #[test]
    fn names_are_sorted_and_unique() {
        let names: Vec<&str> = all().iter().map(|builtin| builtin.name).collect();
        let mut sorted = names.clone();
        sorted.dedup();
        assert_eq!(names, sorted);
        for name in names {
            assert_eq!(find(name).map(|builtin| builtin.name), Some(name));
        }
        assert!(find("list").is_none());
    }

    #[test]
    fn examples_hold() {
        for builtin in all() {
            assert!(!builtin.examples.is_empty(), "{}: an example, please", builtin.name);
            for (source, expected) in builtin.examples {
                let (actual, expected) = (evaluate(source), evaluate(expected));
                assert_eq!(actual, expected, "{source} gives {actual}");
                if let Value::Null(Null::Failed(failure)) = &actual {
                    assert!(!failure.message.ends_with('.'), "{source}: {}", failure.message);
                }
            }
        }
    }

    #[test]
    fn required_parameters_come_first() {
        for builtin in all() {
            for signature in builtin.signatures {
                let optional = signature.parameters.iter().map(|parameter| parameter.optional);
                assert!(optional.is_sorted(), "{}{signature}", builtin.name);
            }
        }
    }

    #[test]
    fn at_literals() {
        let check = |text: &str, expected: &str| {
            assert_eq!(at_literal(text).to_string(), expected, "{text}");
        };
        check("2019-03-31", "date(\"2019-03-31\")");
        check("10:30:11+11:00", "time(\"10:30:11+11:00\")");
        check("10:30:11@australia/melbourne", "time(\"10:30:11@Australia/Melbourne\")");
        check("2018-12-08T10:30:11", "date and time(\"2018-12-08T10:30:11\")");
        check("P10D", "duration(\"P10D\")");
        check("-P10Y", "duration(\"-P10Y\")");
        check("foo", "null");
    }

    #[test]
    fn wrong_arguments_are_told() {
        let check = |source: &str, expected: &str| match evaluate(source) {
            Value::Null(Null::Failed(failure)) => assert_eq!(failure.message, expected, "{source}"),
            other => panic!("{source} gives {other}"),
        };
        check("floor(\"1.5\")", "`floor`: the argument `n` is a string, but number is wanted");
        check("floor(null)", "`floor`: the argument `n` is null");
        check(
            "floor(1, 2, 3)",
            "`floor` cannot take 3 arguments: it is `floor(n: number, scale?: number)`",
        );
    }

    #[test]
    fn a_single_item_stands_for_its_list_and_back() {
        assert_eq!(evaluate("upper case([\"bob\"])"), Value::from("BOB"));
        assert_eq!(evaluate("count(5)"), Value::from(1));
    }

    #[test]
    fn unknown_arguments_are_gone_through() {
        let check = |source: &str, expected: &str| {
            let actual = evaluate_with("x", &["1", "2", "3"], source);
            assert_eq!(actual, expected, "{source}");
        };
        check("count([x, 2])", "2");
        check("count(x)", "1");
        check("list contains([1, x], 1)", "true");
        check("list contains([x], 4)", "false");
        check("list contains([x], 3)", "unknown true | false");
        check("max([x, 5])", "5");
        check("max([x, 2])", "unknown 2 | 3");
        check("sum([x, 2])", "unknown 3 | 4 | 5");
        check("any([x > 0, x > 2])", "true");
        check("all([x > 0, x > 2])", "unknown true | false");
        check("floor(x / 4)", "0");
        check("append([x], 2)[2]", "2");
        check("string(x)", "unknown \"1\" | \"2\" | \"3\"");
        check("is(x, 1)", "unknown true | false");
        check("count(sort([x, 0]))", "2");
        check("get value({a: x, b: 1}, \"b\")", "1");
        check("before(x, [4..5])", "true");
        check("matches(string(x), \"[0-9]\")", "true");
    }

    /// Fuel, and functions that are always true.
    struct Tank(u64);

    impl Host for Tank {
        fn call(&mut self, _: &Function, _: &[Value]) -> Value {
            Value::Boolean(self.spend(1))
        }

        fn spend(&mut self, units: u64) -> bool {
            let left = self.0.checked_sub(units);
            self.0 = left.unwrap_or(0);
            left.is_some()
        }

        fn now(&self) -> Option<DateTime> {
            None
        }
    }

    #[test]
    fn no_arguments_are_too_strange() {
        let values = extremes();
        let mut tank = Tank(u64::MAX);
        let mut call = |builtin: &Builtin, arguments: &[Value]| {
            let value = (builtin.call)(&mut tank, arguments);
            let types: Vec<Type> = arguments.iter().map(crate::ops::type_of).collect();
            let ty = (builtin.result)(&types);
            assert!(
                crate::ops::conforms(&value, &ty),
                "{}({arguments:?}) gives {value}, which is no {ty}",
                builtin.name
            );
        };
        let mut state = 1_u64;
        let mut pick = || {
            // Any sequence does that is the same every time.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            values[(state >> 33) as usize % values.len()].clone()
        };
        for builtin in all() {
            call(builtin, &[]);
            for a in &values {
                call(builtin, std::slice::from_ref(a));
                for b in &values {
                    call(builtin, &[a.clone(), b.clone()]);
                    let arguments: Vec<Value> = (0..4).map(|_| pick()).collect();
                    call(builtin, &arguments);
                    call(builtin, &[a.clone(), b.clone(), pick()]);
                }
            }
            for count in 5..9 {
                let arguments: Vec<Value> = (0..count).map(|_| pick()).collect();
                call(builtin, &arguments);
            }
        }
    }

    #[test]
    fn work_is_paid_for() {
        let many = Value::list((0..10_000).map(Value::from).collect());
        let long = Value::string("ab".repeat(10_000));
        let always = Value::Function(Function::Builtin(find("is").unwrap()));
        let calls: [(&str, Vec<Value>); 9] = [
            ("append", vec![many.clone(), Value::NULL]),
            ("sort", vec![many.clone()]),
            ("sort", vec![many.clone(), always.clone()]),
            ("distinct values", vec![many.clone()]),
            ("flatten", vec![many.clone()]),
            ("list replace", vec![many.clone(), always, Value::NULL]),
            ("string", vec![many.clone()]),
            ("split", vec![long.clone(), Value::from("a")]),
            ("replace", vec![long, Value::from(""), Value::from("abcdef")]),
        ];
        for (name, arguments) in calls {
            let mut tank = Tank(1_000);
            let value = (find(name).unwrap().call)(&mut tank, &arguments);
            assert_eq!(tank.0, 0, "{name}");
            assert!(value.is_null(), "{name}");
            let mut tank = Tank(1_000_000);
            let _ = (find(name).unwrap().call)(&mut tank, &arguments);
            assert!(tank.0 > 0, "{name}");
        }
    }
}
