//! What a plan does to columns, step by step.

use std::sync::Arc;

use feel::temporal::{Date, YearsDuration};
use feel::{Number, Value};

use super::domain::Domain;

/// Index of a node; a node's operands come before it.
pub(crate) type NodeId = usize;

/// A step of a plan, which makes one column.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub op: Op,
    pub shape: Shape,
}

/// What a column holds.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// Codes of a domain.
    Codes(Arc<Domain>),
    /// Integers, and codes of the exceptions among them.
    Numbers { unit: Unit, exceptions: Arc<Domain>, bounds: Option<(i64, i64)> },
    /// Quotients of two integers, times ten to the power of `shift`.
    Ratio { shift: i32, exceptions: Arc<Domain> },
    /// Sets of texts.
    Set { dictionary: Arc<[Arc<str>]>, exceptions: Arc<Domain> },
    /// Codes that are places in a table.
    Places,
}

/// What an integer stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number with so many digits after the point.
    Scale(u32),
    /// A date.
    Days,
    /// A duration.
    Months,
}

impl Unit {
    /// The value of an integer.
    pub fn value(self, integer: i64) -> Option<Value> {
        match self {
            Unit::Scale(scale) => {
                let scale = i32::try_from(scale).ok()?;
                Number::from_scaled(i128::from(integer), scale).map(Value::Number)
            }
            Unit::Days => Date::from_days(integer).map(Value::Date),
            Unit::Months => Some(Value::YearsDuration(YearsDuration::from_months(integer))),
        }
    }

    /// The number on the line of integers, before scaling, at which a value stands.
    pub fn point(self, value: &Value) -> Option<Number> {
        match (self, value) {
            (Unit::Scale(_), Value::Number(number)) => Some(*number),
            (Unit::Days, Value::Date(date)) => Some(Number::from(date.to_days())),
            (Unit::Months, Value::YearsDuration(d)) => Some(Number::from(d.total_months())),
            _ => None,
        }
    }

    /// The integer of a value, if it is exact and fits.
    pub fn integer(self, value: &Value) -> Option<i64> {
        super::columns::scaled(self.point(value)?, self.scale())
    }

    pub fn scale(self) -> u32 {
        match self {
            Unit::Scale(scale) => scale,
            Unit::Days | Unit::Months => 0,
        }
    }
}

/// The code of a pair of codes: `map[left * width + right]`.
#[derive(Debug, Clone)]
pub(crate) struct Merge {
    pub width: usize,
    pub map: Vec<u16>,
}

/// A place that cuts numbers in two: those at or above it, and those below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cut {
    pub point: Number,
    /// Whether the point itself lies below the cut.
    pub strict: bool,
}

/// A cut of quotients: `left * numerator ? right * divisor`, with the divisor above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RatioCut {
    pub numerator: i64,
    pub divisor: i64,
    pub strict: bool,
}

/// How two integers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessEqual,
    Equal,
    NotEqual,
}

/// Functions of one integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// The quotient towards negative infinity.
    Floor(i64),
    /// The quotient towards positive infinity.
    Ceiling(i64),
    /// The quotient towards zero.
    Quotient(i64),
    /// The rest of it.
    Remainder(i64),
    Absolute,
    Year,
    Month,
    Day,
}

/// What makes a column.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// The facts of an input.
    Input(usize),
    /// The kept results of a decision.
    Kept(Arc<str>),
    /// One code in all rows.
    Constant(u16),
    /// The place of a combination of codes: each times its stride.
    Index { arguments: Vec<(NodeId, u16)> },
    /// A code for each code.
    Map { source: NodeId, map: Vec<u16> },
    /// An integer for each code, or an exception.
    MapNumbers { source: NodeId, values: Vec<i64>, exceptions: Option<Vec<u16>> },
    /// A code for the number of boundaries that are not above an integer.
    Threshold {
        source: NodeId,
        boundaries: Vec<i64>,
        map: Vec<u16>,
        exceptions: Vec<u16>,
        /// The same boundaries and codes, where they are found so.
        buckets: Option<Arc<Buckets>>,
    },
    /// The same for quotients.
    RatioThreshold { source: NodeId, cuts: Vec<RatioCut>, map: Vec<u16>, exceptions: Vec<u16> },
    /// Whether two integers compare so.
    Compare { order: Order, left: NodeId, right: NodeId, exceptions: Merge },
    /// Whether all, or any, are true.
    Logic { all: bool, operands: Vec<NodeId>, merges: Vec<Merge> },
    /// The sum of integers, each times a factor.
    Sum { terms: Vec<Term>, constant: i64, merges: Vec<Merge>, overflow: u16 },
    /// The product of two integers.
    Product { left: NodeId, right: NodeId, merge: Merge, overflow: u16 },
    /// The quotient of two integers.
    Quotient { left: NodeId, right: NodeId, merge: Merge, by_zero: u16, overflow: u16 },
    /// A function of one integer.
    Unary { function: Function, source: NodeId, exceptions: Vec<u16>, overflow: u16 },
    /// Whole months from one date to another.
    MonthsBetween { from: NodeId, to: NodeId, merge: Merge, overflow: u16 },
    /// A date and months after it.
    AddMonths { date: NodeId, months: NodeId, back: bool, merge: Merge, overflow: u16 },
    /// Integers, of which a truth value chooses one; exceptions by the three codes.
    Select {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
        exceptions: Vec<u16>,
        widths: [usize; 2],
    },
    /// Integers or exceptions by code, or those of another column.
    Choose {
        source: NodeId,
        choice: Vec<u16>,
        values: Vec<i64>,
        exceptions: Vec<u16>,
        others: Vec<Other>,
    },
    /// Codes by code, or those of another column.
    ChooseCodes {
        source: NodeId,
        choice: Vec<u16>,
        codes: Vec<u16>,
        others: Vec<(NodeId, Vec<u16>)>,
    },
    /// Whether a set holds a bit.
    Bit { source: NodeId, bit: u32, exceptions: Vec<u16> },
    /// The first of the rules that match, from the sets of rules that hold in each column.
    Winner { rules: Rules, none: u16, several: Option<u16> },
    /// The sum of an integer for each rule that matches; the last one stands for none.
    RuleSum { rules: Rules, values: Vec<i64>, none: u16 },
}

/// An operand of a sum.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub node: NodeId,
    pub factor: i64,
    /// The greatest magnitude that it can have, with its factor, if that is known.
    pub most: Option<u64>,
    /// The integers of the node's codes, where it is no column of integers.
    pub lookup: Option<Arc<Lookup>>,
}

/// An integer, or an exception, for each code.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub values: Vec<i64>,
    pub exceptions: Option<Vec<u16>>,
    /// The first code that is an exception.
    pub first_exception: Option<u16>,
}

impl Lookup {
    /// Integers and exceptions by code.
    pub fn new(values: Vec<i64>, exceptions: Option<Vec<u16>>) -> Lookup {
        let first = exceptions.iter().flatten().position(|exception| *exception != 0);
        Lookup { values, exceptions, first_exception: first.map(super::domain::code) }
    }

    /// The integer of a code.
    #[inline]
    pub fn value(&self, code: u16) -> i64 {
        self.values.get(usize::from(code)).copied().unwrap_or(0)
    }
}

/// Boundaries by place: integers from `low` to `high` fall into buckets of a power of two, each
/// with one boundary at the most.
#[derive(Debug)]
pub(crate) struct Buckets {
    pub low: i64,
    pub high: i64,
    pub shift: u32,
    pub buckets: Vec<Bucket>,
    /// The codes of buckets of one integer.
    pub single: Option<Vec<u16>>,
}

/// The codes of integers below a boundary, and of those at or above it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    pub boundary: i64,
    pub below: u16,
    pub above: u16,
}

impl Buckets {
    /// The most buckets.
    const MOST: i128 = 4_096;

    /// Buckets for sorted boundaries and the code of each number of boundaries not above an
    /// integer; `None` if they lie too unevenly, or if there are too few to be worth it.
    pub fn new(boundaries: &[i64], map: &[u16]) -> Option<Buckets> {
        let (first, last) = match boundaries {
            [first, .., last] => (*first, *last),
            _ => return None,
        };
        let low = first.checked_sub(1)?;
        let span = i128::from(last) - i128::from(low);
        let mut gaps = boundaries.iter().zip(boundaries.iter().skip(1));
        let gap = |(a, b): (&i64, &i64)| i128::from(*b) - i128::from(*a);
        let least = gaps.by_ref().map(gap).min().filter(|least| *least > 0)?;
        let shift = least.ilog2();
        if span >> shift >= Buckets::MOST {
            return None;
        }
        let at = |place: usize| map.get(place).copied().unwrap_or(0);
        let mut buckets = Vec::new();
        for number in 0..=span >> shift {
            let start = i128::from(low) + (number << shift);
            let before = boundaries.partition_point(|boundary| i128::from(*boundary) < start);
            let end = start + (1 << shift);
            let inside = boundaries.get(before).filter(|boundary| i128::from(**boundary) < end);
            buckets.push(Bucket {
                boundary: inside.copied().unwrap_or(i64::MAX),
                below: at(before),
                // Without a boundary inside, that of the greatest integer changes nothing.
                above: at(before + usize::from(inside.is_some())),
            });
        }
        let code = |bucket: &Bucket| {
            if bucket.boundary == i64::MAX { bucket.below } else { bucket.above }
        };
        let single = (shift == 0).then(|| buckets.iter().map(code).collect());
        Some(Buckets { low, high: last, shift, buckets, single })
    }
}

/// The rules that match.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub columns: Vec<RuleColumn>,
    pub words: usize,
    /// The rules behind which no further one stands, as a set.
    pub all: Vec<u64>,
    /// The bit of sets of one word that says that it can be told; none if there is no room.
    pub told: u64,
    /// The code of rows for which it cannot be told.
    pub undecided: u16,
}

impl Rules {
    /// The code of the first rule of a set of one word, in which a bit says that it can be told.
    #[inline]
    pub fn winner(&self, set: u64, none: u16, several: Option<u16>) -> u16 {
        let matching = set & !self.told;
        match several {
            _ if set & self.told == 0 => self.undecided,
            _ if matching == 0 => none,
            Some(several) if matching & matching.wrapping_sub(1) != 0 => several,
            _ => matching.trailing_zeros() as u16,
        }
    }
}

/// Another column's integers, to be taken where a code says so.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    pub node: NodeId,
    pub factor: i64,
    pub exceptions: Vec<u16>,
    pub overflow: u16,
}

/// The rules that hold for each code of a column.
#[derive(Debug, Clone)]
pub(crate) struct RuleColumn {
    pub source: NodeId,
    /// `words` of them for each code.
    pub sets: Vec<u64>,
    /// The codes for which it cannot be told.
    pub undecided: Vec<bool>,
}

impl Op {
    /// The nodes that it reads.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Op::Input(_) | Op::Kept(_) | Op::Constant(_) => Vec::new(),
            Op::Index { arguments } => arguments.iter().map(|(node, _)| *node).collect(),
            Op::Map { source, .. }
            | Op::MapNumbers { source, .. }
            | Op::Threshold { source, .. }
            | Op::RatioThreshold { source, .. }
            | Op::Unary { source, .. }
            | Op::Bit { source, .. } => vec![*source],
            Op::Compare { left, right, .. }
            | Op::Product { left, right, .. }
            | Op::Quotient { left, right, .. } => vec![*left, *right],
            Op::Logic { operands, .. } => operands.clone(),
            Op::Sum { terms, .. } => terms.iter().map(|term| term.node).collect(),
            Op::MonthsBetween { from, to, .. } => vec![*from, *to],
            Op::AddMonths { date, months, .. } => vec![*date, *months],
            Op::Select { condition, then, otherwise, .. } => vec![*condition, *then, *otherwise],
            Op::Choose { source, others, .. } => {
                [*source].into_iter().chain(others.iter().map(|other| other.node)).collect()
            }
            Op::ChooseCodes { source, others, .. } => {
                [*source].into_iter().chain(others.iter().map(|(node, _)| *node)).collect()
            }
            Op::Winner { rules, .. } | Op::RuleSum { rules, .. } => {
                rules.columns.iter().map(|column| column.source).collect()
            }
        }
    }

    /// Changes the numbers of the nodes that it reads.
    pub fn renumber(&mut self, place: &dyn Fn(&mut NodeId)) {
        match self {
            Op::Input(_) | Op::Kept(_) | Op::Constant(_) => {}
            Op::Index { arguments } => arguments.iter_mut().for_each(|(node, _)| place(node)),
            Op::Map { source, .. }
            | Op::MapNumbers { source, .. }
            | Op::Threshold { source, .. }
            | Op::RatioThreshold { source, .. }
            | Op::Unary { source, .. }
            | Op::Bit { source, .. } => place(source),
            Op::Compare { left, right, .. }
            | Op::Product { left, right, .. }
            | Op::Quotient { left, right, .. } => {
                place(left);
                place(right);
            }
            Op::Logic { operands, .. } => operands.iter_mut().for_each(place),
            Op::Sum { terms, .. } => terms.iter_mut().for_each(|term| place(&mut term.node)),
            Op::MonthsBetween { from, to, .. } => {
                place(from);
                place(to);
            }
            Op::AddMonths { date, months, .. } => {
                place(date);
                place(months);
            }
            Op::Select { condition, then, otherwise, .. } => {
                place(condition);
                place(then);
                place(otherwise);
            }
            Op::Choose { source, others, .. } => {
                place(source);
                others.iter_mut().for_each(|other| place(&mut other.node));
            }
            Op::ChooseCodes { source, others, .. } => {
                place(source);
                others.iter_mut().for_each(|(node, _)| place(node));
            }
            Op::Winner { rules, .. } | Op::RuleSum { rules, .. } => {
                rules.columns.iter_mut().for_each(|column| place(&mut column.source));
            }
        }
    }
}
