//! Comparisons, and whatever depends on where a number lies between constants.

use std::sync::Arc;

use feel::number::Rounding;
use feel::syntax::BinaryOp;
use feel::value::Range;
use feel::{Number, Span, Type, Value, ops};

use super::{Builder, Built, Refusal, excepted, mixed};
use crate::columnar::domain::{Domain, Item};
use crate::columnar::plan::{Cut, Merge, NodeId, Op, Order, RatioCut, Shape, Unit};

/// The most digits of a constant that a quotient is compared with. The row evaluator rounds a
/// quotient to 34 digits before it compares. Two integers of 64 bits have no quotient that differs
/// from a constant of so few digits by as little as the rounding, unless it is equal.
const CONSTANT_DIGITS: u32 = 14;

impl Builder<'_> {
    /// A function of one value, which is the same between the cuts.
    pub(crate) fn function_of(
        &mut self,
        node: NodeId,
        cuts: &[Cut],
        kind: &Type,
        mut f: impl FnMut(&Value) -> Item,
    ) -> Option<NodeId> {
        match self.shape(node).clone() {
            Shape::Codes(_) => Some(self.lookup(&[node], kind, |items| match items {
                [Item::Value(value)] => f(value),
                _ => Item::Open,
            })),
            Shape::Numbers { unit, exceptions, .. } => {
                let mut all: Vec<i64> =
                    cuts.iter().filter_map(|cut| boundary(unit, *cut)).collect();
                all.sort_unstable();
                all.dedup();
                let first = all.first().map_or(0, |first| first.saturating_sub(1));
                let mut domain = Domain::of(kind);
                let mut boundaries = Vec::with_capacity(all.len());
                let mut map = vec![domain.put(f(&unit.value(first)?))];
                for boundary in all {
                    let code = domain.put(unit.value(boundary).map_or(Item::Open, |v| f(&v)));
                    if map.last() != Some(&code) {
                        boundaries.push(boundary);
                        map.push(code);
                    }
                }
                let exceptions = excepted(&exceptions, &mut domain, f);
                let op = Op::Threshold { source: node, boundaries, map, exceptions, buckets: None };
                Some(self.push(op, Shape::Codes(Arc::new(domain))))
            }
            Shape::Ratio { shift, exceptions } => {
                let mut all = cuts.to_vec();
                all.sort_by(|a, b| a.point.cmp(&b.point).then(a.strict.cmp(&b.strict)));
                all.dedup();
                let one = Number::ONE;
                let first = match all.first() {
                    Some(cut) => cut.point.checked_sub(one)?,
                    None => Number::ZERO,
                };
                let mut domain = Domain::of(kind);
                let mut kept = Vec::with_capacity(all.len());
                let mut map = vec![domain.put(f(&Value::Number(first)))];
                for (at, cut) in all.iter().enumerate() {
                    let inside = match (cut.strict, all.get(at + 1)) {
                        (false, _) => cut.point,
                        (true, None) => cut.point.checked_add(one)?,
                        (true, Some(next)) => {
                            cut.point.checked_add(next.point)?.checked_div(Number::from(2))?
                        }
                    };
                    let code = domain.put(f(&Value::Number(inside)));
                    if map.last() != Some(&code) {
                        kept.push(ratio_cut(*cut, shift)?);
                        map.push(code);
                    }
                }
                let exceptions = excepted(&exceptions, &mut domain, f);
                let op = Op::RatioThreshold { source: node, cuts: kept, map, exceptions };
                Some(self.push(op, Shape::Codes(Arc::new(domain))))
            }
            Shape::Set { .. } | Shape::Places => None,
        }
    }

    /// Whether two values compare so.
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        span: Span,
    ) -> Built {
        let refusal = |why: &str| Refusal { span, why: why.to_owned() };
        let apply = compares(op);
        if self.combinations(&[left, right]).is_some() {
            return Ok(self.lookup(&[left, right], &Type::Boolean, |items| match items {
                [Item::Value(a), Item::Value(b)] => Item::Value(apply(a, b)),
                _ => Item::Open,
            }));
        }
        for (node, other, flipped) in [(left, right, false), (right, left, true)] {
            let Some(constant) = self.constant_value(other) else { continue };
            let unit = match self.shape(node) {
                Shape::Numbers { unit, .. } => *unit,
                Shape::Ratio { .. } => Unit::Scale(0),
                _ => continue,
            };
            let mut cuts = Vec::new();
            add_cuts(unit, &constant, &mut cuts);
            let compared = self.function_of(node, &cuts, &Type::Boolean, |value| {
                Item::Value(if flipped { apply(&constant, value) } else { apply(value, &constant) })
            });
            return compared.ok_or_else(|| refusal("a quotient is compared with a long number"));
        }
        let [left, right] = self
            .same_scale([left, right])
            .ok_or_else(|| refusal("a comparison of what cannot be set side by side"))?;
        let (Shape::Numbers { unit, exceptions: a, .. }, Shape::Numbers { exceptions: b, .. }) =
            (self.shape(left), self.shape(right))
        else {
            return Err(refusal("a comparison of what are no numbers"));
        };
        let (units, a, b) = ([*unit, *unit], a.clone(), b.clone());
        let mut domain = Domain::of(&Type::Boolean);
        let merge = |domain: &mut Domain, swapped: bool| {
            let (a, b) = if swapped { (&b, &a) } else { (&a, &b) };
            let mut map = Vec::with_capacity(a.len() * b.len());
            for left in &a.items {
                for right in &b.items {
                    let item = mixed(&[left, right], &units, &|values| match values {
                        [a, b] if swapped => apply(b, a),
                        [a, b] => apply(a, b),
                        _ => Value::NULL,
                    });
                    map.push(match item {
                        Item::Regular => 0,
                        item => domain.put(item),
                    });
                }
            }
            Merge { width: b.len(), map }
        };
        let (order, swapped) = match op {
            BinaryOp::Less => (Order::Less, false),
            BinaryOp::LessEqual => (Order::LessEqual, false),
            BinaryOp::Greater => (Order::Less, true),
            BinaryOp::GreaterEqual => (Order::LessEqual, true),
            BinaryOp::NotEqual => (Order::NotEqual, false),
            _ => (Order::Equal, false),
        };
        let exceptions = merge(&mut domain, swapped);
        let (left, right) = if swapped { (right, left) } else { (left, right) };
        let op = Op::Compare { order, left, right, exceptions };
        Ok(self.push(op, Shape::Codes(Arc::new(domain))))
    }

    /// A node of integers for a node of numbers, dates or durations, of which there are few.
    pub(super) fn integers(&mut self, node: NodeId) -> Option<NodeId> {
        let domain = match self.shape(node) {
            Shape::Numbers { .. } => return Some(node),
            Shape::Codes(domain) => domain.clone(),
            _ => return None,
        };
        if let Some(integers) = self.integers.get(&node) {
            return Some(*integers);
        }
        let values = || {
            domain.items.iter().filter_map(|item| match item {
                Item::Value(value) if !value.is_null() => Some(value),
                _ => None,
            })
        };
        let unit = match values().next() {
            Some(Value::Date(_)) => Unit::Days,
            Some(Value::YearsDuration(_)) => Unit::Months,
            _ => {
                let mut scales = values().map(|value| match value {
                    Value::Number(number) => Some(number.scale()),
                    _ => None,
                });
                Unit::Scale(scales.try_fold(0, |scale, next| next.map(|next| scale.max(next)))?)
            }
        };
        let mut exceptions = Domain::exceptions();
        let mut integers = Vec::with_capacity(domain.len());
        let mut codes = Vec::with_capacity(domain.len());
        let mut bounds: Option<(i64, i64)> = None;
        for item in &domain.items {
            match item {
                Item::Value(value) if !value.is_null() => {
                    let integer = unit.integer(value)?;
                    let (low, high) = bounds.unwrap_or((integer, integer));
                    bounds = Some((low.min(integer), high.max(integer)));
                    integers.push(integer);
                    codes.push(0);
                }
                item => {
                    integers.push(0);
                    codes.push(exceptions.put(item.clone()));
                }
            }
        }
        let exceptional = codes.iter().any(|code| *code != 0);
        let op = Op::MapNumbers {
            source: node,
            values: integers,
            exceptions: exceptional.then_some(codes),
        };
        let bounds = Some(bounds.unwrap_or((0, 0)));
        let made = self.push(op, Shape::Numbers { unit, exceptions: Arc::new(exceptions), bounds });
        self.integers.insert(node, made);
        Some(made)
    }

    /// Nodes of integers with the same number of digits after the point.
    pub(super) fn same_scale<const N: usize>(&mut self, nodes: [NodeId; N]) -> Option<[NodeId; N]> {
        let mut integers = [0; N];
        let mut units = Vec::with_capacity(N);
        for (node, slot) in nodes.into_iter().zip(&mut integers) {
            *slot = self.integers(node)?;
            let Shape::Numbers { unit, .. } = self.shape(*slot) else { return None };
            units.push(*unit);
        }
        let same_kind = units.windows(2).all(|pair| match pair {
            [a, b] => std::mem::discriminant(a) == std::mem::discriminant(b),
            _ => true,
        });
        if !same_kind {
            return None;
        }
        let scale = units.iter().map(|unit| unit.scale()).max()?;
        for (slot, unit) in integers.iter_mut().zip(units) {
            if unit.scale() != scale {
                *slot = self.rescaled(*slot, scale)?;
            }
        }
        Some(integers)
    }
}

/// An operator that compares.
pub(super) fn compares(op: BinaryOp) -> fn(&Value, &Value) -> Value {
    match op {
        BinaryOp::Less => ops::less,
        BinaryOp::LessEqual => ops::less_equal,
        BinaryOp::Greater => ops::greater,
        BinaryOp::GreaterEqual => ops::greater_equal,
        BinaryOp::NotEqual => ops::not_equal,
        _ => ops::equal,
    }
}

/// The cuts below and above the constants that a value is tested with.
pub(super) fn add_cuts(unit: Unit, value: &Value, cuts: &mut Vec<Cut>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| add_cuts(unit, item, cuts)),
        Value::Range(range) => {
            let Range { low, high, .. } = &**range;
            [low, high].into_iter().flatten().for_each(|end| add_cuts(unit, end, cuts));
        }
        value => {
            if let Some(point) = unit.point(value) {
                cuts.push(Cut { point, strict: false });
                cuts.push(Cut { point, strict: true });
            }
        }
    }
}

/// The least integer above a cut; `None` if there is none.
fn boundary(unit: Unit, cut: Cut) -> Option<i64> {
    let scale = i32::try_from(unit.scale()).ok()?;
    let exact = cut.point.to_scaled(scale);
    let integer = match exact {
        Some(integer) => integer + i128::from(cut.strict),
        None => cut.point.round(scale, Rounding::Ceiling)?.to_scaled(scale)?,
    };
    // The least integer of all is above no cut that matters.
    i64::try_from(integer.max(i128::from(i64::MIN) + 1)).ok()
}

fn ratio_cut(cut: Cut, shift: i32) -> Option<RatioCut> {
    let scale = cut.point.scale();
    let integer = i64::try_from(cut.point.to_scaled(i32::try_from(scale).ok()?)?).ok()?;
    let digits = integer.unsigned_abs().checked_ilog10().map_or(0, |log| log + 1);
    let whole = digits.saturating_sub(scale);
    if whole + scale.max(shift.min(0).unsigned_abs()) > CONSTANT_DIGITS {
        return None;
    }
    // numerator / divisor × 10^shift ? integer / 10^scale
    let exponent = shift.checked_add(i32::try_from(scale).ok()?)?;
    let power = 10_i64.checked_pow(exponent.unsigned_abs())?;
    let (numerator, divisor) =
        if exponent >= 0 { (power, integer) } else { (1, integer.checked_mul(power)?) };
    Some(RatioCut { numerator, divisor, strict: cut.strict })
}
