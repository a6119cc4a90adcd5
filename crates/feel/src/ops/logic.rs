//! Ternary logic.

use super::fail;
use super::types::describe;
use super::unknown::{facts_of, one_of};
use crate::value::{FailureCode, Null, Possible, Value};

/// Which of true, false and null a value can be.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Truths {
    yes: bool,
    no: bool,
    null: bool,
}

impl Truths {
    fn of(value: &Value) -> Truths {
        let single = |value: &Value| Truths {
            yes: matches!(value, Value::Boolean(true)),
            no: matches!(value, Value::Boolean(false)),
            null: !matches!(value, Value::Boolean(_)),
        };
        match value {
            Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
                Possible::Anything => Truths { yes: true, no: true, null: false },
                Possible::OneOf(values) => values.iter().map(single).fold(
                    Truths { yes: false, no: false, null: false },
                    |a, b| Truths { yes: a.yes | b.yes, no: a.no | b.no, null: a.null | b.null },
                ),
                Possible::Between(..) => Truths { yes: false, no: false, null: true },
            },
            value => single(value),
        }
    }

    fn not(self) -> Truths {
        Truths { yes: self.no, no: self.yes, null: self.null }
    }

    fn and(self, other: Truths) -> Truths {
        Truths {
            yes: self.yes && other.yes,
            no: self.no || other.no,
            null: self.null && (other.yes || other.null) || self.yes && other.null,
        }
    }

    /// The value that these are, made from `operands`.
    fn value(self, operands: &[&Value]) -> Value {
        let values = [
            (self.yes, Value::Boolean(true)),
            (self.no, Value::Boolean(false)),
            (self.null, Value::NULL),
        ];
        let values: Vec<Value> =
            values.into_iter().filter_map(|(can, value)| can.then_some(value)).collect();
        match values.as_slice() {
            [Value::Null(_)] => {
                let wrong = operands.iter().find(|value| !matches!(value, Value::Boolean(_)));
                match wrong {
                    Some(Value::Null(Null::Plain)) | None => Value::NULL,
                    Some(wrong) => fail(operands, FailureCode::Type, || {
                        format!("{} is neither true nor false", describe(wrong))
                    }),
                }
            }
            [single] => single.clone(),
            several => one_of(&facts_of(operands.iter().copied()), several),
        }
    }
}

/// `a and b`.
pub fn and(a: &Value, b: &Value) -> Value {
    if let (Value::Boolean(a), Value::Boolean(b)) = (a, b) {
        return Value::Boolean(*a && *b);
    }
    Truths::of(a).and(Truths::of(b)).value(&relevant(a, b, false))
}

/// `a or b`.
pub fn or(a: &Value, b: &Value) -> Value {
    if let (Value::Boolean(a), Value::Boolean(b)) = (a, b) {
        return Value::Boolean(*a || *b);
    }
    Truths::of(a).not().and(Truths::of(b).not()).not().value(&relevant(a, b, true))
}

/// `not(a)`.
pub fn not(a: &Value) -> Value {
    match a {
        Value::Boolean(a) => Value::Boolean(!a),
        a => Truths::of(a).not().value(&[a]),
    }
}

/// The operands without one that decides nothing.
fn relevant<'a>(a: &'a Value, b: &'a Value, neutral: bool) -> Vec<&'a Value> {
    [a, b].into_iter().filter(|v| !matches!(v, Value::Boolean(v) if *v != neutral)).collect()
}
