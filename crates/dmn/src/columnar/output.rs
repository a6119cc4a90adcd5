//! What a plan finds for many people.

use std::collections::HashMap;
use std::sync::Arc;

use feel::Value;
use feel::value::Null;

use super::domain::{Domain, Item, code};
use super::plan::Unit;
use crate::program::DecisionId;

/// In the rule hits of a table: no rule matches for certain.
pub const NO_RULE: u16 = 0;
/// In the rule hits of a table: the default is used.
pub const DEFAULT_RULE: u16 = u16::MAX;
/// While a plan runs: the row evaluator has to tell.
pub(crate) const OPEN_RULE: u16 = u16::MAX - 1;

/// What a plan finds, row by row.
#[derive(Debug, Clone, Default)]
pub struct Output {
    pub(crate) rows: usize,
    pub(crate) results: Vec<Results>,
    pub(crate) hits: Vec<(DecisionId, Hits)>,
    pub(crate) row_by_row: usize,
    /// The plan that the results are laid out for.
    pub(crate) plan: usize,
}

impl Output {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The results of each wanted decision, in the order in which they were wanted.
    pub fn results(&self) -> &[Results] {
        &self.results
    }

    /// The rules of a table that match, if they were asked for.
    pub fn hits(&self, table: DecisionId) -> Option<&Hits> {
        self.hits.iter().find(|(id, _)| *id == table).map(|(_, hits)| hits)
    }

    /// How many rows the columns could not decide, so that the row evaluator did.
    pub fn row_by_row(&self) -> usize {
        self.row_by_row
    }

    /// Appends the rows of another output of the same plan.
    pub(crate) fn append(&mut self, other: &Output) {
        self.rows += other.rows;
        self.row_by_row += other.row_by_row;
        for (mine, theirs) in self.results.iter_mut().zip(&other.results) {
            mine.append(theirs);
        }
        for ((_, mine), (_, theirs)) in self.hits.iter_mut().zip(&other.hits) {
            match (mine, theirs) {
                (Hits::Rules(mine), Hits::Rules(theirs)) => mine.extend_from_slice(theirs),
                (Hits::Sets { sets: mine, .. }, Hits::Sets { sets: theirs, .. }) => {
                    mine.extend_from_slice(theirs);
                }
                _ => {}
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.rows = 0;
        self.row_by_row = 0;
        for results in &mut self.results {
            results.clear();
        }
        for (_, hits) in &mut self.hits {
            match hits {
                Hits::Rules(rules) => rules.clear(),
                Hits::Sets { sets, .. } => sets.clear(),
            }
        }
    }
}

/// The rules of a table that match, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hits {
    /// The number of the rule that gives the result, from 1; or [`NO_RULE`] or [`DEFAULT_RULE`].
    Rules(Vec<u16>),
    /// The set of rules that match: so many words for each row, the first rule the lowest bit.
    Sets {
        /// Words for each row.
        words: usize,
        /// The sets.
        sets: Vec<u64>,
    },
}

/// The results of a decision, row by row.
#[derive(Debug, Clone)]
pub struct Results {
    pub(crate) decision: Arc<str>,
    pub(crate) data: ResultData,
    /// Values of codes beyond those of the plan, by their text.
    added: HashMap<String, u16>,
    /// The codes that the plan has.
    fixed: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum ResultData {
    /// Codes of values.
    Codes { codes: Vec<u16>, values: Vec<Value> },
    /// Integers, and codes of the exceptions among them, which are none as long as there are no
    /// codes.
    Numbers { unit: Unit, integers: Vec<i64>, exceptions: Vec<u16>, values: Vec<Value> },
    /// Values of any kind.
    Values(Vec<Value>),
}

impl Results {
    pub(crate) fn new(decision: Arc<str>, data: ResultData) -> Results {
        let fixed = match &data {
            ResultData::Codes { values, .. } | ResultData::Numbers { values, .. } => values.len(),
            ResultData::Values(_) => 0,
        };
        Results { decision, data, added: HashMap::new(), fixed }
    }

    /// The name of the decision.
    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// The result of a row. The missing facts of an unknown one are named only where the row
    /// evaluator decided.
    pub fn value(&self, row: usize) -> Option<Value> {
        match &self.data {
            ResultData::Codes { codes, values } => {
                values.get(usize::from(*codes.get(row)?)).cloned()
            }
            ResultData::Numbers { unit, integers, exceptions, values } => {
                match exceptions.get(row).copied().unwrap_or(0) {
                    0 => unit.value(*integers.get(row)?),
                    exception => values.get(usize::from(exception)).cloned(),
                }
            }
            ResultData::Values(values) => values.get(row).cloned(),
        }
    }

    /// The integers of numbers, dates in days since 1970-01-01 or durations in months. Those of
    /// rows with an [exception](Results::exceptions) mean nothing.
    pub fn integers(&self) -> Option<&[i64]> {
        match &self.data {
            ResultData::Numbers { integers, .. } => Some(integers),
            _ => None,
        }
    }

    /// Digits after the point of the [integers](Results::integers).
    pub fn scale(&self) -> Option<u32> {
        match &self.data {
            ResultData::Numbers { unit, .. } => Some(unit.scale()),
            _ => None,
        }
    }

    /// For each row 0, or the place in [`Results::values`] of the null or unknown value that it
    /// has instead of an integer. Empty where no row has one.
    pub fn exceptions(&self) -> &[u16] {
        match &self.data {
            ResultData::Numbers { exceptions, .. } => exceptions,
            _ => &[],
        }
    }

    /// For each row the place of its value in [`Results::values`].
    pub fn codes(&self) -> Option<&[u16]> {
        match &self.data {
            ResultData::Codes { codes, .. } => Some(codes),
            _ => None,
        }
    }

    /// The values that codes and exceptions stand for; or those of each row, where neither
    /// integers nor codes can hold them.
    pub fn values(&self) -> &[Value] {
        match &self.data {
            ResultData::Codes { values, .. }
            | ResultData::Numbers { values, .. }
            | ResultData::Values(values) => values,
        }
    }

    /// Sets the result of a row; false if it does not fit.
    pub(crate) fn set(&mut self, row: usize, value: Value) -> bool {
        let code = match &mut self.data {
            ResultData::Values(values) => {
                return values.get_mut(row).map(|slot| *slot = value).is_some();
            }
            ResultData::Numbers { unit, integers, .. } if !value.is_null() => {
                let (Some(integer), Some(slot)) = (unit.integer(&value), integers.get_mut(row))
                else {
                    return false;
                };
                *slot = integer;
                0
            }
            ResultData::Codes { values, .. } | ResultData::Numbers { values, .. } => {
                match place(&mut self.added, values, value) {
                    Some(code) => code,
                    None => return false,
                }
            }
        };
        match &mut self.data {
            ResultData::Codes { codes, .. } => {
                codes.get_mut(row).map(|slot| *slot = code).is_some()
            }
            ResultData::Numbers { integers, exceptions, .. } => {
                if code == 0 && exceptions.is_empty() {
                    return true;
                }
                exceptions.resize(integers.len(), 0);
                exceptions.get_mut(row).map(|slot| *slot = code).is_some()
            }
            ResultData::Values(_) => false,
        }
    }

    fn append(&mut self, other: &Results) {
        let fixed = self.fixed;
        let added = &mut self.added;
        let mut translate = |values: &mut Vec<Value>, theirs: &[Value]| -> Vec<u16> {
            let own = (0..fixed).map(code);
            let new = theirs.iter().skip(fixed);
            let new: Vec<u16> =
                new.map(|value| place(added, values, value.clone()).unwrap_or(u16::MAX)).collect();
            own.chain(new).collect()
        };
        match (&mut self.data, &other.data) {
            (
                ResultData::Codes { codes, values },
                ResultData::Codes { codes: more, values: theirs },
            ) => {
                if theirs.len() == fixed {
                    codes.extend_from_slice(more);
                } else {
                    let map = translate(values, theirs);
                    let get = |code: &u16| map.get(usize::from(*code)).copied().unwrap_or(0);
                    codes.extend(more.iter().map(get));
                }
            }
            (
                ResultData::Numbers { integers, exceptions, values, .. },
                ResultData::Numbers { integers: more, exceptions: codes, values: theirs, .. },
            ) => {
                if !codes.is_empty() {
                    let map = translate(values, theirs);
                    exceptions.resize(integers.len(), 0);
                    let get = |code: &u16| map.get(usize::from(*code)).copied().unwrap_or(0);
                    exceptions.extend(codes.iter().map(get));
                }
                integers.extend_from_slice(more);
                if !exceptions.is_empty() {
                    exceptions.resize(integers.len(), 0);
                }
            }
            (ResultData::Values(values), ResultData::Values(more)) => {
                values.extend(more.iter().cloned());
            }
            _ => {}
        }
    }

    fn clear(&mut self) {
        self.added.clear();
        match &mut self.data {
            ResultData::Codes { codes, values } => {
                codes.clear();
                values.truncate(self.fixed);
            }
            ResultData::Numbers { integers, exceptions, values, .. } => {
                integers.clear();
                exceptions.clear();
                values.truncate(self.fixed);
            }
            ResultData::Values(values) => values.clear(),
        }
    }
}

/// The place of a value beyond those of the plan.
fn place(added: &mut HashMap<String, u16>, values: &mut Vec<Value>, value: Value) -> Option<u16> {
    let key = format!("{value:?}");
    if let Some(code) = added.get(&key) {
        return Some(*code);
    }
    let code = u16::try_from(values.len()).ok().filter(|code| *code < u16::MAX)?;
    values.push(value);
    added.insert(key, code);
    Some(code)
}

/// The values of a domain; what is open has none yet.
pub(crate) fn values(domain: &Domain) -> Vec<Value> {
    let value = |item: &Item| match item {
        Item::Value(value) => value.clone(),
        Item::Regular | Item::Open => Value::Null(Null::Plain),
    };
    domain.items.iter().map(value).collect()
}
