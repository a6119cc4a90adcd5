//! The operators of FEEL, on values.
//!
//! Every operator is total: what has no result is `null` with a cause, and what rests on missing
//! facts is unknown, with what it can be as narrowly as `unknown` tells.

mod arithmetic;
mod comparison;
mod logic;
mod types;
mod unknown;
mod walk;

use std::cmp::Ordering;
use std::sync::Arc;

pub(crate) use arithmetic::{LONGEST_TEXT, lesser_greater};
pub use arithmetic::{add, div, mul, neg, pow, sub};
pub use comparison::{compare, equal, greater, greater_equal, less, less_equal, not_equal, same};
pub use logic::{and, not, or};
pub use types::{coerce, conforms, describe, instance_of, type_of};
pub(crate) use unknown::{Lifted, facts_of, lift, unknown_boolean};
pub use unknown::{one_of, unknown, unknown_of};
pub(crate) use walk::Walk;

use crate::number::Number;
use crate::value::{Failure, FailureCode, Null, Range, Value};

/// A null with a cause for an operand that is null already; else with a new one.
pub(crate) fn fail(
    operands: &[&Value],
    code: FailureCode,
    message: impl FnOnce() -> String,
) -> Value {
    for operand in operands {
        if let Value::Null(Null::Failed(failure)) = operand {
            return Value::Null(Null::Failed(failure.clone()));
        }
    }
    Value::failed(code, message())
}

/// The failure behind a null, if there is one.
pub fn failure(value: &Value) -> Option<&Arc<Failure>> {
    match value {
        Value::Null(Null::Failed(failure)) => Some(failure),
        _ => None,
    }
}

/// A range between endpoints of one type, of which either may be absent; the lower is not above
/// the upper.
pub fn range(
    low: Option<Value>,
    low_closed: bool,
    high: Option<Value>,
    high_closed: bool,
) -> Value {
    for endpoint in [&low, &high].into_iter().flatten() {
        let orderable = matches!(
            endpoint,
            Value::Null(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Date(_)
                | Value::Time(_)
                | Value::DateTime(_)
                | Value::DaysDuration(_)
                | Value::YearsDuration(_)
        );
        if !orderable {
            let kind = describe(endpoint);
            return Value::failed(FailureCode::Type, format!("{kind} cannot end a range"));
        }
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && !low.is_null()
        && !high.is_null()
        && std::mem::discriminant(low) != std::mem::discriminant(high)
    {
        let (low, high) = (describe(low), describe(high));
        let message = format!("a range cannot go from {low} to {high}");
        return Value::failed(FailureCode::Type, message);
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && compare(low, high).is_some_and(Ordering::is_gt)
    {
        let message = format!("a range cannot go from {low} down to {high}");
        return Value::failed(FailureCode::Domain, message);
    }
    Value::Range(Arc::new(Range { low, low_closed, high, high_closed }))
}

/// Whether the range holds the value.
pub fn contains(range: &Range, value: &Value) -> Value {
    let above = match &range.low {
        None => Value::Boolean(true),
        Some(low) if range.low_closed => greater_equal(value, low),
        Some(low) => greater(value, low),
    };
    let below = match &range.high {
        None => Value::Boolean(true),
        Some(high) if range.high_closed => less_equal(value, high),
        Some(high) => less(value, high),
    };
    if range.low.is_none() && range.high.is_none() && value.is_null() {
        return Value::NULL;
    }
    and(&above, &below)
}

/// Whether the value passes a test that has been evaluated: it lies in a range, passes a test of
/// a list, or equals it; a truth value that is set against no other is the answer itself.
pub fn in_test(value: &Value, test: &Value) -> Value {
    let mut walk = Walk::default();
    let result = in_test_within(value, test, &mut walk);
    if walk.exceeded() {
        return Value::failed(FailureCode::Overflow, "the tests are too many");
    }
    result
}

fn in_test_within(value: &Value, test: &Value, walk: &mut Walk) -> Value {
    if !walk.enter() {
        return Value::NULL;
    }
    let result = match (value, test) {
        (_, Value::Range(range)) if !matches!(value, Value::Range(_)) => contains(range, value),
        (_, Value::List(tests)) => {
            if let Value::List(_) = value
                && let whole @ Value::Boolean(true) = equal(value, test)
            {
                return whole;
            }
            let mut result = Value::Boolean(false);
            for test in tests.iter() {
                result = match (value, test) {
                    (Value::List(_), Value::List(_)) => or(&result, &equal(value, test)),
                    // An item of another kind does not match, and does no harm.
                    _ => match in_test_within(value, test, walk) {
                        Value::Null(Null::Failed(failure))
                            if failure.code == FailureCode::Type && !value.is_null() =>
                        {
                            result
                        }
                        passed => or(&result, &passed),
                    },
                };
                if matches!(result, Value::Boolean(true)) {
                    break;
                }
            }
            result
        }
        (Value::Null(Null::Unknown(_)) | Value::Boolean(_), Value::Boolean(_)) => {
            equal(value, test)
        }
        (_, Value::Boolean(passed)) => Value::Boolean(*passed),
        _ => equal(value, test),
    };
    walk.leave();
    result
}

/// The entry or property `name` of a value; of a list, those of its items.
pub fn property(value: &Value, name: &str) -> Value {
    let mut walk = Walk::default();
    let result = property_within(value, name, &mut walk);
    if walk.exceeded() {
        return Value::failed(FailureCode::Overflow, "the value is too large to be looked through");
    }
    result
}

fn property_within(value: &Value, name: &str, walk: &mut Walk) -> Value {
    if !walk.enter() {
        return Value::NULL;
    }
    let result = match value {
        Value::Context(context) => match context.get(name) {
            Some(entry) => entry.clone(),
            None => Value::failed(FailureCode::Missing, format!("there is no entry `{name}`")),
        },
        Value::List(items) => {
            Value::list(items.iter().map(|item| property_within(item, name, walk)).collect())
        }
        Value::Null(Null::Unknown(unknown)) => match lift(&[value], &|values| match values {
            [value] => property(value, name),
            _ => Value::NULL,
        }) {
            Lifted::Done(result) => result,
            _ => self::unknown(&unknown.facts),
        },
        Value::Null(_) => {
            fail(&[value], FailureCode::Missing, || format!("null has no property `{name}`"))
        }
        _ => own_property(value, name).unwrap_or_else(|| {
            let message = format!("{} has no property `{name}`", describe(value));
            Value::failed(FailureCode::Missing, message)
        }),
    };
    walk.leave();
    result
}

/// The property `name` of a date, time, duration or range.
pub fn own_property(value: &Value, name: &str) -> Option<Value> {
    let number = |value: i64| Some(Value::Number(Number::from(value)));
    match value {
        Value::Date(date) => match name {
            "year" => number(i64::from(date.year())),
            "month" => number(i64::from(date.month())),
            "day" => number(i64::from(date.day())),
            "weekday" => number(i64::from(date.weekday())),
            _ => None,
        },
        Value::Time(time) => match name {
            "hour" => number(i64::from(time.hour())),
            "minute" => number(i64::from(time.minute())),
            "second" => number(i64::from(time.second())),
            "time offset" => Some(time.offset().map_or(Value::NULL, Value::DaysDuration)),
            "timezone" => Some(time.zone().name().map_or(Value::NULL, Value::from)),
            _ => None,
        },
        Value::DateTime(moment) => match name {
            "year" | "month" | "day" | "weekday" => own_property(&Value::Date(moment.date()), name),
            "time offset" => Some(moment.offset().map_or(Value::NULL, Value::DaysDuration)),
            _ => own_property(&Value::Time(moment.time()), name),
        },
        Value::DaysDuration(duration) => match name {
            "days" => number(duration.days()),
            "hours" => number(duration.hours()),
            "minutes" => number(duration.minutes()),
            "seconds" => Some(Value::Number(duration.seconds())),
            _ => None,
        },
        Value::YearsDuration(duration) => match name {
            "years" => number(duration.years()),
            "months" => number(duration.months()),
            _ => None,
        },
        Value::Range(range) => match name {
            "start" => Some(range.low.clone().unwrap_or(Value::NULL)),
            "end" => Some(range.high.clone().unwrap_or(Value::NULL)),
            "start included" => Some(Value::Boolean(range.low_closed)),
            "end included" => Some(Value::Boolean(range.high_closed)),
            _ => None,
        },
        _ => None,
    }
}

/// The item at a position from 1, or from -1 backwards from the end.
pub fn item_at(items: &[Value], position: &Value) -> Value {
    match position {
        Value::Number(number) => match place(items.len(), *number) {
            Some(place) => items.get(place).cloned().unwrap_or(Value::NULL),
            None => {
                let count = items.len();
                let message = format!("there is no item {number} in a list of {count}");
                Value::failed(FailureCode::Missing, message)
            }
        },
        Value::Null(Null::Unknown(unknown)) => match lift(&[position], &|positions| {
            positions.first().map_or(Value::NULL, |position| item_at(items, position))
        }) {
            Lifted::Done(result) => result,
            _ if items.len() < unknown::MOST => {
                let mut results = items.to_vec();
                results.push(Value::NULL);
                one_of(&unknown.facts, &results)
            }
            _ => self::unknown(&unknown.facts),
        },
        _ => fail(&[position], FailureCode::Type, || {
            format!("the position in a list must be a number, not {}", describe(position))
        }),
    }
}

/// The index of the position in a list of so many items.
pub(crate) fn place(count: usize, position: Number) -> Option<usize> {
    let position = position.to_i64()?;
    let magnitude = usize::try_from(position.unsigned_abs()).ok()?;
    if position > 0 {
        (magnitude <= count).then(|| magnitude - 1)
    } else {
        count.checked_sub(magnitude).filter(|_| magnitude > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{evaluate, evaluate_with, extremes};
    use crate::types::Type;
    use crate::value::{Context, Possible};

    fn number(value: i64) -> Value {
        Value::from(value)
    }

    fn missing(fact: &str, possible: Possible) -> Value {
        Value::unknown(fact, possible)
    }

    #[track_caller]
    fn fails(source: &str, code: FailureCode, message: &str) {
        let value = evaluate(source);
        let failure = failure(&value).unwrap_or_else(|| panic!("{source} gives {value}"));
        assert_eq!((failure.code, failure.message.as_str()), (code, message), "{source}");
    }

    #[test]
    fn failures_name_what_the_operands_are() {
        fails("1 + \"a\"", FailureCode::Type, "`+` cannot add a number and a string");
        fails("\"a\" - 1", FailureCode::Type, "`-` cannot subtract a number from a string");
        fails("[1] * 2", FailureCode::Type, "`*` cannot multiply a list by a number");
        fails("null / 2", FailureCode::Type, "`/` cannot divide null by a number");
        fails("1 < \"a\"", FailureCode::Type, "`<` cannot compare a number with a string");
        fails("1 = \"a\"", FailureCode::Type, "`=` cannot compare a number with a string");
        fails("1 / 0", FailureCode::DivisionByZero, "division by zero");
        fails("10 ** 10000", FailureCode::Overflow, "the power is out of range");
        fails("true and 1", FailureCode::Type, "a number is neither true nor false");
        fails("-\"a\"", FailureCode::Type, "`-` cannot negate a string");
        fails("date(\"2026-11-23\").hour", FailureCode::Missing, "a date has no property `hour`");
        fails("{a: 1}.b", FailureCode::Missing, "there is no entry `b`");
        fails("[1, 2][3]", FailureCode::Missing, "there is no item 3 in a list of 2");
        // The first cause stays.
        fails("1 / 0 + 1 < 5", FailureCode::DivisionByZero, "division by zero");
    }

    #[test]
    fn dates_and_durations_add_up() {
        let check = |source: &str, expected: &str| {
            let (actual, expected) = (evaluate(source), evaluate(expected));
            assert_eq!(actual, expected, "{source}");
        };
        check("@\"2026-01-31\" + @\"P1M\"", "@\"2026-02-28\"");
        check("@\"2021-01-01\" + @\"PT36H\"", "@\"2021-01-02\"");
        check("@\"2021-01-01\" - @\"PT1H\"", "@\"2020-12-31\"");
        check("@\"10:15:00\" + @\"P1DT1H\"", "@\"11:15:00\"");
        check("@\"2021-01-02T10:10:10@Europe/Paris\" - @\"2021-01-01\"", "@\"P1DT9H10M10S\"");
        check("@\"2021-01-02T10:10:10\" - @\"2021-01-01\"", "null");
        check("1.5 * @\"P4DT1H\"", "@\"P6DT1H30M\"");
        check("@\"P10Y11M\" / -2.5", "@\"-P4Y4M\"");
        check("@\"P1Y\" / @\"P3M\"", "4");
        check("@\"P1D\" < @\"PT25H\"", "true");
        check("@\"P1Y\" = @\"P365D\"", "null");
        check("@\"10:30:00.1\" = @\"10:30:00\"", "true");
        check("@\"10:30:00\" = @\"10:30:00Z\"", "false");
        check("@\"10:30:00\" < @\"10:30:00Z\"", "null");
    }

    #[test]
    fn tests_of_a_value() {
        let check = |value: &str, test: &str, expected: &str| {
            let (value, test) = (evaluate(value), evaluate(test));
            assert_eq!(in_test(&value, &test).to_string(), expected, "{value} in {test}");
        };
        check("5", "[1..10]", "true");
        check("5", "(< 5)", "false");
        check("null", "[1..10]", "null");
        check("1", "[2, 3, 1]", "true");
        check("5", "[[2..4], [1..3]]", "false");
        check("[1, 2]", "[[1, 2], [3]]", "true");
        check("\"a\"", "[1, \"b\"]", "false");
        check("true", "false", "false");
        check("7", "true", "true");
        check("\"a\"", "null", "false");
        check("null", "null", "true");
    }

    #[test]
    fn values_are_coerced() {
        let check = |source: &str, kind: Type, expected: &str| {
            assert_eq!(coerce(&evaluate(source), &kind).to_string(), expected, "{source}: {kind}");
        };
        check("[1]", Type::Number, "1");
        check("1", Type::list(Type::Number), "[1]");
        check("[[1]]", Type::Number, "null");
        check("@\"2026-11-23\"", Type::DateTime, "date and time(\"2026-11-23T00:00:00Z\")");
        check("[@\"2026-11-23\"]", Type::DateTime, "date and time(\"2026-11-23T00:00:00Z\")");
        check("[1, 2]", Type::Number, "null");
        check("null", Type::Number, "null");
        check("{a: null, b: 2}", Type::Context([("a".into(), Type::Number)].into()), {
            "{a: null, b: 2}"
        });
        let failed = coerce(&Value::from("x"), &Type::Number);
        assert_eq!(
            failure(&failed).unwrap().message,
            "the value is a string, but number is wanted"
        );
    }

    #[test]
    fn types_of_values() {
        let check = |source: &str, expected: &str| {
            assert_eq!(type_of(&evaluate(source)).to_string(), expected);
        };
        check("[1, null, 2]", "list<number>");
        check("[1, \"a\"]", "list<Any>");
        check("[]", "list<Null>");
        check("{a: 1, b: [true]}", "context<a: number, b: list<boolean>>");
        check("[1..2]", "range<number>");
        check("@\"P1D\"", "days and time duration");
    }

    #[test]
    fn values_are_written_as_feel() {
        let values = [
            "[1, -2.5, \"a \\\"quoted\\\" \\\\ \\n text\"]",
            "{a: 1, \"two words\": {\"in\": null}, \"\": true}",
            "date and time(\"2026-11-23T10:30:00.5@Asia/Shanghai\")",
            "[1..2)",
            "(>= 1)",
            "(< date(\"2026-11-23\"))",
            "duration(\"-P1Y2M\")",
            "1e40",
        ];
        for text in values {
            let value = evaluate(text);
            assert_eq!(value.to_string(), text);
            assert_eq!(evaluate(&value.to_string()), value);
        }
    }

    #[test]
    fn what_is_unknown_flows() {
        let check = |source: &str, expected: &str| {
            assert_eq!(evaluate_with("x", &["1", "2", "3"], source), expected, "{source}");
        };
        check("x", "unknown 1 | 2 | 3");
        check("x + 1", "unknown 2 | 3 | 4");
        check("x * 0", "0");
        check("x > 3", "false");
        check("x > 2", "unknown false | true");
        check("x = null", "false");
        check("x + null", "null");
        check("x > 0 and x < 2", "unknown true | false");
        check("false and x > 1", "false");
        check("x > 2 or true", "true");
        check("if x > 5 then 1 else 2", "2");
        check("if x > 2 then 7 else 7", "7");
        check("if x > 2 then 7 else x", "unknown 7 | 1 | 2 | 3");
        check("x in [1..3]", "true");
        check("x in (< 2)", "unknown true | false");
        check("[x, 1] = [1, 2]", "false");
        check("{a: x}.a", "unknown 1 | 2 | 3");
        check("-x", "unknown -1 | -2 | -3");
        check("x instance of number", "true");
        check("x between 0 and 5", "true");
        check("x + x + x + x + x <= 15", "true");
    }

    #[test]
    fn many_possible_values_become_limits() {
        let digits = Possible::OneOf((0..10).map(number).collect());
        let [a, b] = ["a", "b"].map(|fact| missing(fact, digits.clone()));
        let sum = add(&mul(&a, &number(10)), &b);
        let unknown = sum.as_unknown().unwrap();
        assert_eq!(unknown.facts.len(), 2);
        assert_eq!(unknown.possible, Possible::Between(Number::ZERO, Number::from(99)));
        assert_eq!(less(&sum, &number(100)), Value::Boolean(true));
        assert_eq!(greater_equal(&sum, &number(100)), Value::Boolean(false));
        assert_eq!(equal(&sum, &number(100)), Value::Boolean(false));
        assert_eq!(equal(&sum, &Value::NULL), Value::Boolean(false));
        assert!(greater(&sum, &number(99)) == Value::Boolean(false));
        assert!(greater(&sum, &number(98)).as_unknown().is_some());
        assert_eq!(mul(&sum, &number(0)), number(0));
    }

    #[test]
    fn a_missing_fact_is_not_null() {
        let fact = missing("age", Possible::Anything);
        let answer = equal(&fact, &Value::NULL);
        assert_eq!(
            answer.as_unknown().unwrap().possible,
            Possible::OneOf(vec![Value::Boolean(true), Value::Boolean(false)])
        );
        assert_eq!(type_of(&fact), Type::Any);
        assert_eq!(and(&Value::Boolean(false), &fact), Value::Boolean(false));
        assert!(less(&fact, &Value::NULL).as_unknown().is_none());
        assert_eq!(one_of(&["age".into()], &[number(1), number(1)]), number(1));
        let ages = [number(10), number(20)];
        let unknown = item_at(&ages, &fact);
        let expected = [ages.to_vec(), vec![Value::NULL]].concat();
        assert_eq!(unknown.as_unknown().unwrap().possible, Possible::OneOf(expected));
        // What is open inside a list is not taken for null.
        let (open, closed) = (Value::list(vec![fact]), Value::list(vec![Value::NULL]));
        assert!(one_of(&["b".into()], &[open, closed]).as_unknown().is_some());
    }

    #[test]
    fn no_operands_are_too_strange() {
        let values = extremes();
        let operators = [
            add,
            sub,
            mul,
            div,
            pow,
            and,
            or,
            equal,
            not_equal,
            less,
            less_equal,
            greater,
            greater_equal,
            in_test,
        ];
        for a in &values {
            let _ = (neg(a), not(a), type_of(a), a.to_string(), format!("{a:?}"));
            assert!(same(a, a));
            for b in &values {
                for operator in operators {
                    let _ = operator(a, b);
                }
                assert_eq!(compare(a, b), compare(b, a).map(Ordering::reverse));
                assert_eq!(same(a, b), same(b, a));
                let _ = (item_at(std::slice::from_ref(a), b), coerce(a, &type_of(b)));
                let _ = range(Some(a.clone()), true, Some(b.clone()), false);
                let _ = lesser_greater(a, b, true);
            }
            for name in ["year", "time offset", "timezone", "seconds", "months", "start", "a"] {
                let _ = property(a, name);
            }
        }
    }

    #[test]
    fn hostile_values_end() {
        let mut wide = number(1);
        let mut deep = number(1);
        for _ in 0..60 {
            wide = Value::list(vec![wide.clone(), wide]);
        }
        for _ in 0..2_000 {
            deep = Value::list(vec![deep]);
        }
        for value in [wide, deep] {
            assert!(failure(&equal(&value, &value)).is_some());
            assert!(!same(&value, &value));
            assert!(value.to_string().contains('…'));
            assert!(failure(&in_test(&number(0), &value)).is_some());
            assert!(failure(&property(&value, "year")).is_some());
            assert!(!conforms(&value, &Type::list(Type::Number)));
            let _ = (type_of(&value), coerce(&value, &Type::Number));
            let _ = one_of(&["a".into()], &[value.clone(), value.clone()]);
        }
        let text = Value::string("x".repeat(LONGEST_TEXT));
        assert!(failure(&add(&text, &text)).is_some());
    }

    /// An expression over three facts.
    #[derive(Debug, Clone)]
    enum Term {
        Fact(usize),
        Constant(i64),
        Add(Box<Term>, Box<Term>),
        Sub(Box<Term>, Box<Term>),
        Mul(Box<Term>, Box<Term>),
        Neg(Box<Term>),
        Min(Box<Term>, Box<Term>),
        Max(Box<Term>, Box<Term>),
        Div(Box<Term>),
        If(Box<Test>, Box<Term>, Box<Term>),
    }

    #[derive(Debug, Clone)]
    enum Test {
        Compare(u8, Box<Term>, Box<Term>),
        In(Box<Term>, Box<Term>, Box<Term>),
        And(Box<Test>, Box<Test>),
        Or(Box<Test>, Box<Test>),
        Not(Box<Test>),
        Among(Box<Term>, Vec<Term>),
    }

    impl Term {
        fn evaluate(&self, facts: &[Value]) -> Value {
            match self {
                Term::Fact(fact) => facts[*fact].clone(),
                Term::Constant(value) => number(*value),
                Term::Add(a, b) => add(&a.evaluate(facts), &b.evaluate(facts)),
                Term::Sub(a, b) => sub(&a.evaluate(facts), &b.evaluate(facts)),
                Term::Mul(a, b) => mul(&a.evaluate(facts), &b.evaluate(facts)),
                Term::Neg(a) => neg(&a.evaluate(facts)),
                Term::Min(a, b) => lesser_greater(&a.evaluate(facts), &b.evaluate(facts), true),
                Term::Max(a, b) => lesser_greater(&a.evaluate(facts), &b.evaluate(facts), false),
                Term::Div(a) => div(&a.evaluate(facts), &number(3)),
                Term::If(test, a, b) => match test.evaluate(facts) {
                    Value::Boolean(true) => a.evaluate(facts),
                    Value::Null(Null::Unknown(unknown)) => {
                        one_of(&unknown.facts, &[a.evaluate(facts), b.evaluate(facts)])
                    }
                    _ => b.evaluate(facts),
                },
            }
        }
    }

    impl Test {
        fn evaluate(&self, facts: &[Value]) -> Value {
            match self {
                Test::Compare(sign, a, b) => {
                    let (a, b) = (a.evaluate(facts), b.evaluate(facts));
                    let signs = [less, less_equal, greater, greater_equal, equal, not_equal];
                    signs[usize::from(*sign)](&a, &b)
                }
                Test::In(a, low, high) => {
                    let range = Range {
                        low: Some(low.evaluate(facts)),
                        low_closed: true,
                        high: Some(high.evaluate(facts)),
                        high_closed: false,
                    };
                    contains(&range, &a.evaluate(facts))
                }
                Test::And(a, b) => and(&a.evaluate(facts), &b.evaluate(facts)),
                Test::Or(a, b) => or(&a.evaluate(facts), &b.evaluate(facts)),
                Test::Not(a) => not(&a.evaluate(facts)),
                Test::Among(a, items) => {
                    let items = items.iter().map(|item| item.evaluate(facts)).collect();
                    in_test(&a.evaluate(facts), &Value::list(items))
                }
            }
        }
    }

    fn terms() -> BoxedStrategy<Term> {
        let leaf =
            prop_oneof![(0..3_usize).prop_map(Term::Fact), (-9..9_i64).prop_map(Term::Constant)];
        leaf.prop_recursive(4, 24, 3, |inner| {
            let boxed = || inner.clone().prop_map(Box::new);
            prop_oneof![
                (boxed(), boxed()).prop_map(|(a, b)| Term::Add(a, b)),
                (boxed(), boxed()).prop_map(|(a, b)| Term::Sub(a, b)),
                (boxed(), boxed()).prop_map(|(a, b)| Term::Mul(a, b)),
                boxed().prop_map(Term::Neg),
                (boxed(), boxed()).prop_map(|(a, b)| Term::Min(a, b)),
                (boxed(), boxed()).prop_map(|(a, b)| Term::Max(a, b)),
                boxed().prop_map(Term::Div),
                (tests_of(inner.clone().boxed()), boxed(), boxed())
                    .prop_map(|(test, a, b)| Term::If(Box::new(test), a, b)),
            ]
        })
        .boxed()
    }

    fn tests_of(terms: BoxedStrategy<Term>) -> BoxedStrategy<Test> {
        let boxed = move || terms.clone().prop_map(Box::new);
        let items = prop::collection::vec(boxed().prop_map(|term| *term), 0..4);
        let leaf = prop_oneof![
            3 => (0..6_u8, boxed(), boxed()).prop_map(|(sign, a, b)| Test::Compare(sign, a, b)),
            1 => (boxed(), boxed(), boxed()).prop_map(|(a, low, high)| Test::In(a, low, high)),
            1 => (boxed(), items).prop_map(|(a, items)| Test::Among(a, items)),
        ];
        leaf.prop_recursive(2, 6, 2, |inner| {
            let boxed = || inner.clone().prop_map(Box::new);
            prop_oneof![
                (boxed(), boxed()).prop_map(|(a, b)| Test::And(a, b)),
                (boxed(), boxed()).prop_map(|(a, b)| Test::Or(a, b)),
                boxed().prop_map(Test::Not),
            ]
        })
        .boxed()
    }

    /// What a fact can be, and values that it has.
    fn possible() -> impl Strategy<Value = (Option<Possible>, Vec<i64>)> {
        prop_oneof![
            (-20..20_i64).prop_map(|value| (None, vec![value])),
            prop::collection::btree_set(-20..20_i64, 2..30).prop_map(|values| {
                let values: Vec<i64> = values.into_iter().collect();
                (Some(Possible::OneOf(values.iter().copied().map(number).collect())), values)
            }),
            (-20..20_i64, 1..40_i64).prop_map(|(low, width)| {
                let limits = Possible::Between(Number::from(low), Number::from(low + width));
                (Some(limits), vec![low, low + width / 2, low + width])
            }),
            Just((Some(Possible::Anything), vec![-1000, 0, 7, 1000])),
        ]
    }

    fn allows(result: &Value, concrete: &Value) -> bool {
        match result {
            Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
                Possible::Anything => true,
                Possible::OneOf(values) => values.iter().any(|value| same(value, concrete)),
                Possible::Between(low, high) => {
                    matches!(concrete, Value::Number(n) if low <= n && n <= high)
                }
            },
            value => same(value, concrete),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn what_is_unknown_allows_every_completion(
            term in terms(),
            test in tests_of(terms()),
            facts in prop::array::uniform3(possible()),
            picks in prop::collection::vec(prop::array::uniform3(any::<prop::sample::Index>()), 20),
        ) {
            let open: Vec<Value> = facts
                .iter()
                .enumerate()
                .map(|(i, (possible, values))| match possible {
                    Some(possible) => missing(&format!("fact{i}"), possible.clone()),
                    None => number(values[0]),
                })
                .collect();
            let (number_result, test_result) = (term.evaluate(&open), test.evaluate(&open));
            for pick in picks {
                let closed: Vec<Value> = facts
                    .iter()
                    .zip(&pick)
                    .map(|((_, values), pick)| number(*pick.get(values)))
                    .collect();
                let concrete = term.evaluate(&closed);
                prop_assert!(allows(&number_result, &concrete), "{number_result:?} {concrete:?}");
                let concrete = test.evaluate(&closed);
                prop_assert!(allows(&test_result, &concrete), "{test_result:?} {concrete:?}");
            }
        }

        #[test]
        fn values_read_as_they_are_written(value in any_value()) {
            let text = value.to_string();
            prop_assert_eq!(evaluate(&text), value, "{}", text);
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::NULL),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(number),
            (any::<i64>(), 0..30_i32).prop_map(|(digits, scale)| {
                Value::Number(Number::from_scaled(i128::from(digits), scale).unwrap())
            }),
            "\\PC{0,8}".prop_map(Value::string),
            "[\"\\\\\n\t\r\u{1}a]{0,4}".prop_map(Value::string),
            (-1_000_000..1_000_000_i64)
                .prop_map(|days| { Value::Date(crate::temporal::Date::from_days(days).unwrap()) }),
            any::<i64>().prop_map(|months| {
                Value::YearsDuration(crate::temporal::YearsDuration::from_months(months / 2))
            }),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
                prop::collection::vec(("[a-z ]{0,5}", inner), 0..4).prop_map(|entries| {
                    Value::context(entries.into_iter().collect::<Context>())
                }),
            ]
        })
    }
}
