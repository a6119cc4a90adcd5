//! What is unknown, and what it can be.
//!
//! An unknown value carries the missing facts that it rests on and what it can be, whatever they
//! are. Operators go through the combinations of what their operands can be, as long as those are
//! few; else numbers keep their limits. What operands have in common is not seen: `x - x` can be
//! anything for an unknown `x`. So the possible values are never too few, but may be too many.

use std::sync::Arc;

use super::comparison::same;
use crate::number::Number;
use crate::value::{Null, Possible, Unknown, Value};

/// The most alternatives that are kept apart.
pub(super) const MOST: usize = 64;

/// The union of missing facts, sorted.
pub(crate) fn facts_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<Arc<str>> {
    let mut facts = Vec::new();
    for value in values {
        if let Some(unknown) = value.as_unknown() {
            facts.extend(unknown.facts.iter().cloned());
        }
    }
    sorted(facts)
}

fn sorted(mut facts: Vec<Arc<str>>) -> Vec<Arc<str>> {
    facts.sort();
    facts.dedup();
    facts
}

fn build(facts: &[Arc<str>], possible: Possible) -> Value {
    let facts = sorted(facts.to_vec());
    Value::Null(Null::Unknown(Arc::new(Unknown { facts, possible })))
}

/// The unknown value that rests on these facts and can be anything of its type.
pub fn unknown(facts: &[Arc<str>]) -> Value {
    build(facts, Possible::Anything)
}

/// The unknown value that rests on the facts of all the unknown ones, and can be anything.
pub fn unknown_of(values: &[Value]) -> Value {
    unknown(&facts_of(values))
}

/// An unknown truth value.
pub(crate) fn unknown_boolean(facts: &[Arc<str>]) -> Value {
    build(facts, Possible::OneOf(vec![Value::Boolean(true), Value::Boolean(false)]))
}

/// The unknown number between two.
pub(crate) fn between(facts: &[Arc<str>], low: Number, high: Number) -> Value {
    if low == high { Value::Number(low) } else { build(facts, Possible::Between(low, high)) }
}

/// The value that is one of these, depending on facts: the value itself where all are the same.
///
/// Values that are unknown themselves add their facts and possible values.
pub fn one_of(facts: &[Arc<str>], values: &[Value]) -> Value {
    let mut gathered = Gathered::default();
    let mut all_facts: Option<Vec<Arc<str>>> = None;
    for value in values {
        match value {
            Value::Null(Null::Unknown(unknown)) => {
                all_facts
                    .get_or_insert_with(|| facts.to_vec())
                    .extend(unknown.facts.iter().cloned());
                match &unknown.possible {
                    Possible::Anything => gathered.anything = true,
                    Possible::OneOf(values) => values.iter().for_each(|v| gathered.put(v)),
                    Possible::Between(low, high) => gathered.widen(*low, *high),
                }
            }
            value => gathered.put(value),
        }
    }
    gathered.value(all_facts.as_deref().unwrap_or(facts))
}

/// What a value can be, as it is gathered.
#[derive(Default)]
struct Gathered {
    alternatives: Vec<Value>,
    limits: Option<(Number, Number)>,
    anything: bool,
}

impl Gathered {
    fn widen(&mut self, low: Number, high: Number) {
        let (least, greatest) = self.limits.unwrap_or((low, high));
        self.limits = Some((least.min(low), greatest.max(high)));
    }

    fn put(&mut self, value: &Value) {
        if self.anything || self.alternatives.iter().any(|other| same(other, value)) {
            return;
        }
        if self.alternatives.len() < MOST {
            self.alternatives.push(value.clone());
            return;
        }
        // Of too many alternatives, only the limits of numbers are kept.
        match value {
            Value::Number(number) => self.widen(*number, *number),
            _ => self.anything = true,
        }
    }

    fn value(mut self, facts: &[Arc<str>]) -> Value {
        if self.limits.is_none() && !self.anything {
            return match <[Value; 1]>::try_from(self.alternatives) {
                Ok([only]) => only,
                Err(alternatives) if alternatives.is_empty() => unknown(facts),
                Err(alternatives) => build(facts, Possible::OneOf(alternatives)),
            };
        }
        for value in std::mem::take(&mut self.alternatives) {
            match value {
                Value::Number(number) => self.widen(number, number),
                _ => self.anything = true,
            }
        }
        match self.limits {
            Some((low, high)) if !self.anything => between(facts, low, high),
            _ => unknown(facts),
        }
    }
}

/// What came of going through the combinations.
pub(crate) enum Lifted {
    /// Nothing is unknown.
    Known,
    /// The result of all combinations.
    Done(Value),
    /// Something can be too many things; the facts are these.
    TooMany(Vec<Arc<str>>),
}

/// Goes through the combinations of what the values can be, if they are few.
pub(crate) fn lift(values: &[&Value], apply: &dyn Fn(&[&Value]) -> Value) -> Lifted {
    if values.iter().all(|value| value.as_unknown().is_none()) {
        return Lifted::Known;
    }
    let facts = facts_of(values.iter().copied());
    let mut combinations = 1_usize;
    let mut alternatives: Vec<&[Value]> = Vec::with_capacity(values.len());
    for value in values {
        let possible = match value {
            Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
                Possible::OneOf(possible) => possible.as_slice(),
                _ => return Lifted::TooMany(facts),
            },
            value => std::slice::from_ref(*value),
        };
        combinations = combinations.saturating_mul(possible.len());
        if combinations > MOST {
            return Lifted::TooMany(facts);
        }
        alternatives.push(possible);
    }
    let mut results = Vec::with_capacity(combinations);
    let mut chosen = Vec::with_capacity(values.len());
    for combination in 0..combinations {
        chosen.clear();
        let mut rest = combination;
        for possible in &alternatives {
            chosen.extend(possible.get(rest % possible.len().max(1)));
            rest /= possible.len().max(1);
        }
        results.push(apply(&chosen));
    }
    Lifted::Done(one_of(&facts, &results))
}
