//! Numeric functions.

use super::{Builtin, Host};
use crate::number::{Number, Rounding};
use crate::ops;
use crate::types::Type;
use crate::value::{FailureCode, Value};

pub(super) const ALL: &[&Builtin] = &[
    &DECIMAL,
    &FLOOR,
    &CEILING,
    &ROUND_UP,
    &ROUND_DOWN,
    &ROUND_HALF_UP,
    &ROUND_HALF_DOWN,
    &ABS,
    &MODULO,
    &SQRT,
    &LOG,
    &EXP,
    &ODD,
    &EVEN,
];

builtin! {
    /// The number `n` with `scale` digits after the point; a half goes to the even neighbour.
    DECIMAL = "decimal" (Whole)
    ("n" Number, "scale" Number)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::HalfEven);
    "decimal(1/3, 2)" => "0.33",
    "decimal(1.5, 0)" => "2",
    "decimal(2.5, 0)" => "2",
    "decimal(1250, -2)" => "1200",
    "decimal(n: 2.345, scale: 2)" => "2.34",
    "decimal(1, 6177)" => "null",
}

builtin! {
    /// The greatest number with `scale` digits after the point that is not above `n`.
    FLOOR = "floor" (Whole)
    ("n" Number, "scale" Number optional)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::Floor);
    "floor(1.5)" => "1",
    "floor(-1.5)" => "-2",
    "floor(-1.56, 1)" => "-1.6",
    "floor(null)" => "null",
}

builtin! {
    /// The least number with `scale` digits after the point that is not below `n`.
    CEILING = "ceiling" (Whole)
    ("n" Number, "scale" Number optional)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::Ceiling);
    "ceiling(1.5)" => "2",
    "ceiling(-1.5)" => "-1",
    "ceiling(-1.56, 1)" => "-1.5",
}

builtin! {
    /// Rounds away from zero to `scale` digits after the point.
    ROUND_UP = "round up" (Whole)
    ("n" Number, "scale" Number)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::Up);
    "round up(5.5, 0)" => "6",
    "round up(-5.5, 0)" => "-6",
    "round up(1.121, 2)" => "1.13",
}

builtin! {
    /// Rounds towards zero to `scale` digits after the point.
    ROUND_DOWN = "round down" (Whole)
    ("n" Number, "scale" Number)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::Down);
    "round down(5.5, 0)" => "5",
    "round down(-5.5, 0)" => "-5",
    "round down(1.126, 2)" => "1.12",
}

builtin! {
    /// Rounds to `scale` digits after the point; a half goes away from zero.
    ROUND_HALF_UP = "round half up" (Whole)
    ("n" Number, "scale" Number)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::HalfUp);
    "round half up(5.5, 0)" => "6",
    "round half up(-5.5, 0)" => "-6",
    "round half up(1.121, 2)" => "1.12",
}

builtin! {
    /// Rounds to `scale` digits after the point; a half goes towards zero.
    ROUND_HALF_DOWN = "round half down" (Whole)
    ("n" Number, "scale" Number)
    -> |_| Type::Number;
    |_, arguments| round(arguments, Rounding::HalfDown);
    "round half down(5.5, 0)" => "5",
    "round half down(-5.5, 0)" => "-5",
    "round half down(1.126, 2)" => "1.13",
}

fn round(arguments: &[Value], rounding: Rounding) -> Value {
    let (n, scale) = match arguments {
        [Value::Number(n)] => (n, Number::ZERO),
        [Value::Number(n), Value::Number(scale)] => (n, *scale),
        _ => return Value::NULL,
    };
    let digits = scale.truncate().to_i64().and_then(|scale| i32::try_from(scale).ok());
    match digits.and_then(|digits| n.round(digits, rounding)) {
        Some(number) => Value::Number(number),
        None => {
            let message = format!("the scale must be between -6111 and 6176, not {scale}");
            Value::failed(FailureCode::Domain, message)
        }
    }
}

builtin! {
    /// The number or duration without its sign.
    ABS = "abs" (Whole)
    ("n" Quantity)
    -> |types| match types.first() {
        Some(Type::List(item)) => (**item).clone(),
        Some(item) => item.clone(),
        None => Type::Any,
    };
    |_, arguments| match arguments {
        [Value::Number(n)] => Value::Number(n.abs()),
        [Value::DaysDuration(n)] => number_or_overflow(n.checked_abs().map(Value::DaysDuration)),
        [Value::YearsDuration(n)] => number_or_overflow(n.checked_abs().map(Value::YearsDuration)),
        _ => Value::NULL,
    };
    "abs(-10)" => "10",
    "abs(duration(\"-PT5H\"))" => "duration(\"PT5H\")",
    "abs(duration(\"-P1Y\"))" => "duration(\"P1Y\")",
}

builtin! {
    /// What is left of `dividend` after the division by `divisor`, with the sign of the divisor.
    MODULO = "modulo" (Whole)
    ("dividend" Number, "divisor" Number)
    -> |_| Type::Number;
    |_, arguments| match arguments {
        [Value::Number(dividend), Value::Number(divisor)] => {
            if divisor.is_zero() {
                return Value::failed(FailureCode::DivisionByZero, "`modulo`: division by zero");
            }
            number_or_overflow(dividend.checked_modulo(*divisor).map(Value::Number))
        }
        _ => Value::NULL,
    };
    "modulo(12, 5)" => "2",
    "modulo(-12, 5)" => "3",
    "modulo(12, -5)" => "-3",
    "modulo(10.1, 4.5)" => "1.1",
    "modulo(10, 0)" => "null",
}

builtin! {
    /// The square root.
    SQRT = "sqrt" (Whole)
    ("number" Number)
    -> |_| Type::Number;
    |_, arguments| real(arguments, "sqrt", Number::sqrt);
    "sqrt(16)" => "4",
    "sqrt(-1)" => "null",
}

builtin! {
    /// The natural logarithm.
    LOG = "log" (Whole)
    ("number" Number)
    -> |_| Type::Number;
    |_, arguments| real(arguments, "log", Number::ln);
    "decimal(log(10), 8)" => "2.30258509",
    "log(0)" => "null",
}

builtin! {
    /// Euler's number to the power of `number`.
    EXP = "exp" (Whole)
    ("number" Number)
    -> |_| Type::Number;
    |_, arguments| real(arguments, "exp", Number::exp);
    "decimal(exp(5), 8)" => "148.41315910",
    "exp(0)" => "1",
}

fn real(arguments: &[Value], name: &str, apply: fn(Number) -> Option<Number>) -> Value {
    match arguments {
        [Value::Number(number)] => match apply(*number) {
            Some(result) => Value::Number(result),
            None => {
                let message = format!("`{name}` has no value for {number}");
                Value::failed(FailureCode::Domain, message)
            }
        },
        _ => Value::NULL,
    }
}

builtin! {
    /// Whether the integer is odd.
    ODD = "odd" (Whole)
    ("number" Number)
    -> |_| Type::Boolean;
    |_, arguments| parity(arguments, false);
    "odd(5)" => "true",
    "odd(-2)" => "false",
    "odd(1.5)" => "null",
}

builtin! {
    /// Whether the integer is even.
    EVEN = "even" (Whole)
    ("number" Number)
    -> |_| Type::Boolean;
    |_, arguments| parity(arguments, true);
    "even(5)" => "false",
    "even(0)" => "true",
}

fn parity(arguments: &[Value], even: bool) -> Value {
    match arguments {
        [Value::Number(number)] if number.is_integer() => {
            let rest = number.checked_rem(Number::from(2));
            Value::Boolean(rest.is_some_and(|rest| rest.is_zero() == even))
        }
        [Value::Number(number)] => {
            let message = format!("{number} is no integer");
            Value::failed(FailureCode::Domain, message)
        }
        _ => Value::NULL,
    }
}

pub(super) fn number_or_overflow(value: Option<Value>) -> Value {
    value.unwrap_or_else(|| Value::failed(FailureCode::Overflow, "the result is out of range"))
}

/// The numbers of a list, or the failure that one is missing or something else.
pub(super) fn numbers(name: &str, items: &[Value]) -> Result<Vec<Number>, Value> {
    items
        .iter()
        .map(|item| match item {
            Value::Number(number) => Ok(*number),
            other => Err(ops::fail(&[other], FailureCode::Type, || {
                let kind = ops::describe(other);
                format!("`{name}` wants a list of numbers, but an item is {kind}")
            })),
        })
        .collect()
}

/// Spends for work; false when there is no more.
pub(super) fn spend(host: &mut dyn Host, units: usize) -> bool {
    host.spend(units as u64)
}
