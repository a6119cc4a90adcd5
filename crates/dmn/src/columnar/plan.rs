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
    Threshold { source: NodeId, boundaries: Vec<i64>, map: Vec<u16>, exceptions: Vec<u16> },
    /// The same for quotients.
    RatioThreshold { source: NodeId, cuts: Vec<RatioCut>, map: Vec<u16>, exceptions: Vec<u16> },
    /// Whether two integers compare so.
    Compare { order: Order, left: NodeId, right: NodeId, exceptions: Merge },
    /// Whether all, or any, are true.
    Logic { all: bool, operands: Vec<NodeId>, merges: Vec<Merge> },
    /// The sum of integers, each times a factor.
    Sum { terms: Vec<(NodeId, i64)>, constant: i64, merges: Vec<Merge>, overflow: u16 },
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
            Op::Sum { terms, .. } => terms.iter().map(|(node, _)| *node).collect(),
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
            Op::Sum { terms, .. } => terms.iter_mut().for_each(|(node, _)| place(node)),
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
