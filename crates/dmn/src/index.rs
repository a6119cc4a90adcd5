//! Which rules of a column hold for a value, by lookup.
//!
//! The constants of a column cut its values into elementary intervals (numbers, dates) or single
//! values (texts, booleans). For each of them the rules whose cell holds are a set of bits. A
//! lookup is a binary search or a hash, whatever the number of rules.

use std::cmp::Ordering;
use std::sync::Arc;

use feel::syntax::BinaryOp;
use feel::typed::{CompiledTests, RangeExpr, Test};
use feel::value::Possible;
use feel::{Number, Value, ops};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// A set of rules; that of a table of up to 128 rules needs no memory of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleSet(pub SmallVec<[u64; 2]>);

impl RuleSet {
    pub fn empty(rules: usize) -> RuleSet {
        RuleSet(smallvec![0; words(rules)])
    }

    pub fn all(rules: usize) -> RuleSet {
        let mut set = RuleSet(smallvec![u64::MAX; words(rules)]);
        set.trim(rules);
        set
    }

    /// Those of so many rules that are not in the other set.
    pub fn except(rules: usize, other: impl Iterator<Item = u64>) -> RuleSet {
        let mut set = RuleSet::empty(rules);
        set.0.iter_mut().zip(other).for_each(|(word, other)| *word = !other);
        set.trim(rules);
        set
    }

    /// Clears the bits behind the last rule.
    fn trim(&mut self, rules: usize) {
        if let Some(last) = self.0.last_mut().filter(|_| !rules.is_multiple_of(64)) {
            *last &= (1 << (rules % 64)) - 1;
        }
    }

    pub fn insert(&mut self, rule: usize) {
        if let Some(word) = self.0.get_mut(rule / 64) {
            *word |= 1 << (rule % 64);
        }
    }

    pub fn contains(&self, rule: usize) -> bool {
        self.0.get(rule / 64).is_some_and(|word| word >> (rule % 64) & 1 == 1)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn union(&mut self, other: &RuleSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub fn intersect(&mut self, other: &RuleSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    pub fn remove(&mut self, other: &RuleSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// The number of words of a set of so many rules.
pub(crate) fn words(rules: usize) -> usize {
    rules.div_ceil(64)
}

/// The cells of one column.
#[derive(Debug)]
pub(crate) struct Index {
    lookup: Lookup,
    /// Rules whose cell is not made of constants and must be evaluated.
    pub dynamic: RuleSet,
    has_dynamic: bool,
    /// Whether every cell accepts everything.
    trivial: bool,
}

#[derive(Debug)]
enum Lookup {
    /// Every cell that is made of constants accepts everything.
    Everything,
    /// Sorted points; the sets of the intervals before, at, between and after them, in turn.
    Ordered { points: Vec<Value>, sets: Vec<RuleSet> },
    /// Sets by text, and for any other text.
    Texts { sets: FxHashMap<Arc<str>, RuleSet>, other: RuleSet },
    /// Sets for false and true.
    Booleans([RuleSet; 2]),
    /// The constants are of kinds that cannot be indexed together.
    None,
}

/// The kind of values that a column's constants have.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Date,
    Text,
    Boolean,
}

impl Index {
    /// Indexes the cells of a column.
    pub fn new(cells: &[CompiledTests]) -> Index {
        let rules = cells.len();
        let mut dynamic = RuleSet::empty(rules);
        let mut kind = None;
        let mut mixed = false;
        let mut points: Vec<Value> = Vec::new();
        for (rule, cell) in cells.iter().enumerate() {
            match constants(cell) {
                None => dynamic.insert(rule),
                Some(found) => {
                    for value in found {
                        let value_kind = kind_of(&value);
                        mixed |= value_kind.is_none() || kind.is_some() && kind != value_kind;
                        kind = kind.or(value_kind);
                        points.push(value);
                    }
                }
            }
        }
        let has_dynamic = dynamic.0.iter().any(|word| *word != 0);
        let trivial = cells.iter().all(CompiledTests::is_any);
        let lookup = match kind {
            _ if mixed => Lookup::None,
            None => Lookup::Everything,
            Some(Kind::Number | Kind::Date) => ordered(cells, points),
            Some(Kind::Text) => texts(cells, points),
            Some(Kind::Boolean) => {
                Lookup::Booleans([false, true].map(|value| holding(cells, &Value::Boolean(value))))
            }
        };
        if matches!(lookup, Lookup::None) {
            let dynamic = RuleSet::all(rules);
            return Index { lookup, dynamic, has_dynamic: true, trivial: false };
        }
        Index { lookup, dynamic, has_dynamic, trivial }
    }

    /// Whether every cell accepts everything.
    pub fn is_trivial(&self) -> bool {
        self.trivial
    }

    /// Whether some cells must be evaluated.
    pub fn has_dynamic(&self) -> bool {
        self.has_dynamic
    }

    /// The rules whose constant cell holds for the value; `None` where it has to be evaluated
    /// cell by cell. Dynamic cells are not in the set.
    pub fn holding(&self, value: &Value) -> Option<Held<'_>> {
        match (&self.lookup, value) {
            (Lookup::Everything, Value::Null(_)) if self.has_dynamic => None,
            (Lookup::Everything, _) => Some(Held::All),
            (Lookup::Ordered { points, sets }, Value::Number(_) | Value::Date(_)) => {
                let mut comparable = true;
                let found = points.binary_search_by(|point| {
                    ops::compare(point, value).unwrap_or_else(|| {
                        comparable = false;
                        Ordering::Equal
                    })
                });
                let at = match found {
                    Ok(point) => 2 * point + 1,
                    Err(gap) => 2 * gap,
                };
                sets.get(at).filter(|_| comparable).map(Held::Some)
            }
            (Lookup::Texts { sets, other }, Value::String(text)) => {
                Some(Held::Some(sets.get(text).unwrap_or(other)))
            }
            (Lookup::Booleans([on_false, on_true]), Value::Boolean(value)) => {
                Some(Held::Some(if *value { on_true } else { on_false }))
            }
            _ => None,
        }
    }

    /// The different sets of rules that can hold for an unknown value; `None` where that cannot be
    /// told by lookup.
    pub fn alternatives(&self, possible: &Possible) -> Option<Vec<&RuleSet>> {
        if self.has_dynamic {
            return None;
        }
        let sets: Vec<&RuleSet> = match (possible, &self.lookup) {
            (Possible::OneOf(values), _) => values
                .iter()
                .map(|value| match self.holding(value) {
                    Some(Held::Some(set)) => Some(set),
                    _ => None,
                })
                .collect::<Option<_>>()?,
            (Possible::Between(low, high), Lookup::Ordered { points, sets }) => {
                let below = |limit: &Number, closed: bool| {
                    points.partition_point(|point| {
                        let order = ops::compare(point, &Value::Number(*limit));
                        order == Some(Ordering::Less) || closed && order == Some(Ordering::Equal)
                    })
                };
                // The point at the limit itself has an odd place, the gaps beside it even ones.
                let place = |limit: &Number| {
                    let before = below(limit, false);
                    2 * before + usize::from(below(limit, true) > before)
                };
                sets.get(place(low)..=place(high))?.iter().collect()
            }
            (Possible::Anything, Lookup::Ordered { sets, .. }) => sets.iter().collect(),
            (Possible::Anything, Lookup::Texts { sets, other }) => {
                sets.values().chain([other]).collect()
            }
            (_, Lookup::Booleans(sets)) => sets.iter().collect(),
            _ => return None,
        };
        let mut different: Vec<&RuleSet> = Vec::with_capacity(sets.len());
        for set in sets {
            if !different.contains(&set) {
                different.push(set);
            }
        }
        Some(different)
    }

    /// For each rule the rules that share a value with it in this column, as far as constants
    /// tell; with one shared value of each.
    pub fn sharing(&self, rule: usize, rules: usize) -> RuleSet {
        let mut shared = RuleSet::empty(rules);
        let sets: Vec<&RuleSet> = match &self.lookup {
            Lookup::Everything => return self.with_dynamic_out(rule, RuleSet::all(rules), rules),
            Lookup::None => return RuleSet::empty(rules),
            Lookup::Ordered { sets, .. } => sets.iter().collect(),
            Lookup::Texts { sets, other } => sets.values().chain([other]).collect(),
            Lookup::Booleans(sets) => sets.iter().collect(),
        };
        for set in sets {
            if set.contains(rule) {
                shared.union(set);
            }
        }
        self.with_dynamic_out(rule, shared, rules)
    }

    fn with_dynamic_out(&self, rule: usize, mut shared: RuleSet, rules: usize) -> RuleSet {
        if self.dynamic.contains(rule) {
            return RuleSet::empty(rules);
        }
        shared.remove(&self.dynamic);
        shared
    }

    /// Values for which no cell holds, though one holds right below and one right above: both leave
    /// out the end that they share. With the two rules.
    pub fn excluded_ends(&self) -> Vec<(&Value, usize, usize)> {
        let Lookup::Ordered { points, sets } = &self.lookup else { return Vec::new() };
        if self.has_dynamic {
            return Vec::new();
        }
        let ends = points.iter().enumerate().filter_map(|(i, point)| {
            let place = |at: usize| sets.get(2 * i + at);
            let (below, at, above) = (place(0)?, place(1)?, place(2)?);
            let (last, next) = (below.iter().last()?, above.iter().next()?);
            // A rule on both sides leaves the value out on purpose, as `not(25)`.
            let meant = below.iter().any(|rule| above.contains(rule));
            (at.is_empty() && !meant).then_some((point, last, next))
        });
        ends.collect()
    }

    /// The one value for which the cells of both rules hold, if there is only one, and it is not
    /// all that either of them holds for.
    pub fn only_shared(&self, a: usize, b: usize) -> Option<&Value> {
        let Lookup::Ordered { points, sets } = &self.lookup else { return None };
        let both = |set: &RuleSet| set.contains(a) && set.contains(b);
        let mut shared = (0..sets.len()).filter(|at| sets.get(*at).is_some_and(both));
        let (at, None) = (shared.next()?, shared.next()) else { return None };
        let wider = |rule: usize| {
            let mut others = sets.iter().enumerate().filter(|(place, _)| *place != at);
            others.any(|(_, set)| set.contains(rule))
        };
        (at % 2 == 1 && wider(a) && wider(b)).then(|| points.get(at / 2)).flatten()
    }

    /// A value for which the cells of both rules hold.
    pub fn witness(&self, a: usize, b: usize) -> Option<String> {
        let both = |set: &RuleSet| set.contains(a) && set.contains(b);
        match &self.lookup {
            Lookup::Everything | Lookup::None => None,
            Lookup::Ordered { points, sets } => {
                let at = sets.iter().position(both)?;
                let point = |i: usize| points.get(i).map(Value::to_string);
                Some(match (at % 2, at / 2) {
                    (1, i) => point(i)?,
                    (_, 0) => format!("below {}", point(0)?),
                    (_, i) if i == points.len() => format!("above {}", point(i - 1)?),
                    (_, i) => format!("between {} and {}", point(i - 1)?, point(i)?),
                })
            }
            Lookup::Texts { sets, other } => sets
                .iter()
                .find(|(_, set)| both(set))
                .map(|(text, _)| format!("{text:?}"))
                .or_else(|| both(other).then(|| "any other text".to_owned())),
            Lookup::Booleans([on_false, _]) => Some((!both(on_false)).to_string()),
        }
    }
}

/// Rules that hold.
pub(crate) enum Held<'a> {
    All,
    Some(&'a RuleSet),
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Number(_) => Kind::Number,
        Value::Date(_) => Kind::Date,
        Value::String(_) => Kind::Text,
        Value::Boolean(_) => Kind::Boolean,
        _ => return None,
    })
}

/// The constants that a cell is made of; `None` if it is not made of constants alone.
fn constants(cell: &CompiledTests) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    for test in &cell.tests.tests {
        match test {
            Test::Compare(_, endpoint) => found.push(endpoint.constant_value()?.clone()),
            Test::Range(RangeExpr { low, high, .. }) => {
                for end in [low, high].into_iter().flatten() {
                    found.push(end.constant_value()?.clone());
                }
            }
            Test::Value(expr) => match expr.constant_value()? {
                Value::List(items) => {
                    for item in items.iter() {
                        found.push(item.clone());
                    }
                }
                Value::Range(range) => {
                    found.extend([&range.low, &range.high].into_iter().flatten().cloned());
                }
                value => found.push(value.clone()),
            },
            Test::Predicate(_) => return None,
        }
    }
    found.iter().all(|value| kind_of(value).is_some()).then_some(found)
}

/// The rules whose constant cell holds for a value.
fn holding(cells: &[CompiledTests], value: &Value) -> RuleSet {
    let mut set = RuleSet::empty(cells.len());
    for (rule, cell) in cells.iter().enumerate() {
        if constants(cell).is_some() && passes(cell, value) {
            set.insert(rule);
        }
    }
    set
}

fn passes(cell: &CompiledTests, value: &Value) -> bool {
    let mut machine = feel::eval::Machine::new(Vec::new(), 100_000, 64);
    matches!(cell.evaluate(&mut machine, &[], value), Ok(Value::Boolean(true)))
}

fn ordered(cells: &[CompiledTests], mut points: Vec<Value>) -> Lookup {
    points.sort_by(|a, b| ops::compare(a, b).unwrap_or(Ordering::Equal));
    points.dedup_by(|a, b| ops::compare(a, b) == Some(Ordering::Equal));
    let rules = cells.len();
    let mut sets = vec![RuleSet::empty(rules); 2 * points.len() + 1];
    for (rule, cell) in cells.iter().enumerate() {
        if constants(cell).is_none() {
            continue;
        }
        let any = cell.tests.tests.is_empty();
        let negated = cell.tests.negated;
        let mut holds = vec![any; sets.len()];
        for test in &cell.tests.tests {
            mark(test, &points, &mut holds);
        }
        for (set, holds) in sets.iter_mut().zip(holds) {
            if holds != negated {
                set.insert(rule);
            }
        }
    }
    Lookup::Ordered { points, sets }
}

/// Marks the elementary intervals in which a test of constants holds.
fn mark(test: &Test, points: &[Value], holds: &mut [bool]) {
    let at = |value: &Value| {
        let found =
            points.binary_search_by(|point| ops::compare(point, value).unwrap_or(Ordering::Equal));
        found.map_or(0, |point| 2 * point + 1)
    };
    let last = holds.len().saturating_sub(1);
    let mut fill = |from: usize, to: usize| {
        for held in holds.iter_mut().take(to + 1).skip(from) {
            *held = true;
        }
    };
    match test {
        Test::Compare(op, endpoint) => {
            let Some(value) = endpoint.constant_value() else { return };
            let point = at(value);
            match op {
                BinaryOp::Less => fill(0, point - 1),
                BinaryOp::LessEqual => fill(0, point),
                BinaryOp::Greater => fill(point + 1, last),
                BinaryOp::GreaterEqual => fill(point, last),
                BinaryOp::NotEqual => {
                    fill(0, point - 1);
                    fill(point + 1, last);
                }
                _ => fill(point, point),
            }
        }
        Test::Range(RangeExpr { low, low_closed, high, high_closed }) => {
            let low = low.as_ref().and_then(|low| low.constant_value());
            let high = high.as_ref().and_then(|high| high.constant_value());
            let from = low.map_or(0, |low| at(low) + usize::from(!low_closed));
            let to = high.map_or(last, |high| at(high) - usize::from(!high_closed));
            if from <= to {
                fill(from, to);
            }
        }
        Test::Value(expr) => match expr.constant_value() {
            Some(Value::List(items)) => {
                for item in items.iter() {
                    let point = at(item);
                    fill(point, point);
                }
            }
            Some(Value::Range(range)) => {
                let from =
                    range.low.as_ref().map_or(0, |low| at(low) + usize::from(!range.low_closed));
                let to = range
                    .high
                    .as_ref()
                    .map_or(last, |high| at(high) - usize::from(!range.high_closed));
                if from <= to {
                    fill(from, to);
                }
            }
            Some(value) => {
                let point = at(value);
                fill(point, point);
            }
            None => {}
        },
        Test::Predicate(_) => {}
    }
}

fn texts(cells: &[CompiledTests], points: Vec<Value>) -> Lookup {
    // Ordering comparisons of texts are rare and not worth an index.
    let ordering = cells.iter().flat_map(|cell| &cell.tests.tests).any(|test| match test {
        Test::Range(_) => true,
        Test::Compare(op, _) => !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual),
        Test::Value(expr) => matches!(expr.constant_value(), Some(Value::Range(_))),
        Test::Predicate(_) => false,
    });
    if ordering {
        return Lookup::None;
    }
    let rules = cells.len();
    let mut other = RuleSet::empty(rules);
    let mut sets: FxHashMap<Arc<str>, RuleSet> = FxHashMap::default();
    for point in points {
        if let Value::String(text) = point {
            sets.entry(text).or_insert_with(|| RuleSet::empty(rules));
        }
    }
    for (rule, cell) in cells.iter().enumerate() {
        let Some(constants) = constants(cell) else { continue };
        // A cell holds either for the texts that it names, or for all but those.
        let named: Vec<&Arc<str>> = constants
            .iter()
            .filter_map(|value| match value {
                Value::String(text) => Some(text),
                _ => None,
            })
            .collect();
        let excluding = cell.tests.tests.is_empty() != cell.tests.negated
            || cell.tests.tests.iter().any(|t| matches!(t, Test::Compare(BinaryOp::NotEqual, _)));
        if excluding {
            let unlike = Value::string("\u{0}");
            if passes(cell, &unlike) {
                other.insert(rule);
            }
            for (text, set) in &mut sets {
                if passes(cell, &Value::String(text.clone())) {
                    set.insert(rule);
                }
            }
            continue;
        }
        for text in named {
            if let Some(set) = sets.get_mut(text) {
                set.insert(rule);
            }
        }
    }
    Lookup::Texts { sets, other }
}
