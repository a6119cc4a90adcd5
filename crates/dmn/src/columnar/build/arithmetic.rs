//! Arithmetic on integers with a fixed number of digits after the point.

use std::sync::Arc;

use feel::syntax::BinaryOp;
use feel::typed::{Expr, Kind};
use feel::{Number, Span, Type, Value, ops};

use super::{Builder, Built, Frame, Refusal, excepted, mixed};
use crate::columnar::columns::scaled;
use crate::columnar::domain::{Domain, Item};
use crate::columnar::plan::{Function, Merge, NodeId, Op, Shape, Term, Unit};

/// The most digits after the point that a column has.
const MOST_DECIMALS: u32 = 18;

/// A sum of integers, each times a number, and a number.
#[derive(Debug, Clone)]
struct Linear {
    terms: Vec<(NodeId, Number)>,
    constant: Number,
}

impl Builder<'_> {
    /// The node of a sum, difference, product, quotient or negation.
    pub(super) fn arithmetic(&mut self, expr: &Expr, frame: &Frame<'_>) -> Built {
        let refusal = |why: &str| Refusal { span: expr.span, why: why.to_owned() };
        if let Kind::Binary(BinaryOp::Divide, left, right) = &expr.kind {
            return self.quotient(left, right, frame, expr.span);
        }
        match &expr.ty {
            Type::Number | Type::YearsDuration => {
                let linear = self.linear(expr, frame)?;
                let unit = if expr.ty == Type::Number { Unit::Scale(0) } else { Unit::Months };
                self.sum(linear, unit)
                    .ok_or_else(|| refusal("it has more digits than a column holds"))
            }
            Type::Date => {
                let Kind::Binary(op, left, right) = &expr.kind else {
                    return Err(refusal("a date from arithmetic"));
                };
                let (date, months) = match (&left.ty, &right.ty) {
                    (Type::Date, Type::YearsDuration) => (left, right),
                    (Type::YearsDuration, Type::Date) => (right, left),
                    _ => return Err(refusal("a date moved by days and hours")),
                };
                let date = self.expression(date, frame)?;
                let months = self.expression(months, frame)?;
                self.moved(date, months, *op == BinaryOp::Subtract, expr.span)
            }
            Type::Any => Err(refusal("the type of its operands is not known")),
            other => Err(Refusal { span: expr.span, why: format!("arithmetic on {other}") }),
        }
    }

    fn linear(&mut self, expr: &Expr, frame: &Frame<'_>) -> Result<Linear, Refusal> {
        let refusal = |why: &str| Refusal { span: expr.span, why: why.to_owned() };
        let long = || refusal("it has more digits than a column holds");
        if expr.ty == Type::YearsDuration
            && matches!(&expr.kind, Kind::Binary(BinaryOp::Multiply | BinaryOp::Divide, ..))
        {
            return Err(refusal("a duration times a number"));
        }
        match &expr.kind {
            Kind::Binary(op @ (BinaryOp::Add | BinaryOp::Subtract), left, right) => {
                let (left, right) = (self.linear(left, frame)?, self.linear(right, frame)?);
                let right = if *op == BinaryOp::Subtract {
                    times(right, -Number::ONE).ok_or_else(long)?
                } else {
                    right
                };
                let constant = left.constant.checked_add(right.constant).ok_or_else(long)?;
                let mut terms = left.terms;
                terms.extend(right.terms);
                Ok(Linear { terms, constant })
            }
            Kind::Negate(operand) => {
                times(self.linear(operand, frame)?, -Number::ONE).ok_or_else(long)
            }
            Kind::Binary(BinaryOp::Multiply, left, right) => {
                let (left, right) = (self.linear(left, frame)?, self.linear(right, frame)?);
                match (left.terms.is_empty(), right.terms.is_empty()) {
                    (_, true) if !right.constant.is_zero() => {
                        times(left, right.constant).ok_or_else(long)
                    }
                    (true, _) if !left.constant.is_zero() => {
                        times(right, left.constant).ok_or_else(long)
                    }
                    _ => {
                        let left = self.sum(left, Unit::Scale(0)).ok_or_else(long)?;
                        let right = self.sum(right, Unit::Scale(0)).ok_or_else(long)?;
                        let node = self.product(left, right).ok_or_else(long)?;
                        Ok(Linear { terms: vec![(node, Number::ONE)], constant: Number::ZERO })
                    }
                }
            }
            _ => {
                let node = self.expression(expr, frame)?;
                let constant = self.constant_value(node);
                if let Some(Value::Number(constant)) = constant {
                    return Ok(Linear { terms: Vec::new(), constant });
                }
                if let Some(Value::YearsDuration(constant)) = constant {
                    let constant = Number::from(constant.total_months());
                    return Ok(Linear { terms: Vec::new(), constant });
                }
                let node = self.integers(node).ok_or_else(|| match self.shape(node) {
                    Shape::Ratio { .. } => refusal("a quotient that does not end is computed with"),
                    _ => refusal("an operand is no number"),
                })?;
                Ok(Linear { terms: vec![(node, Number::ONE)], constant: Number::ZERO })
            }
        }
    }

    /// The node of a sum.
    fn sum(&mut self, linear: Linear, kind: Unit) -> Option<NodeId> {
        let Linear { terms, constant } = linear;
        if let [(node, factor)] = terms.as_slice()
            && *factor == Number::ONE
            && constant.is_zero()
        {
            return Some(*node);
        }
        if terms.is_empty() {
            let value = match kind {
                Unit::Months => kind.value(scaled(constant, 0)?)?,
                _ => Value::Number(constant),
            };
            let node = self.constant(&value, &Type::Any);
            return self.integers(node);
        }
        let mut scale = constant.scale();
        for (node, factor) in &terms {
            let Shape::Numbers { unit, .. } = self.shape(*node) else { return None };
            if std::mem::discriminant(unit) != std::mem::discriminant(&kind) {
                return None;
            }
            scale = scale.max(unit.scale() + factor.scale());
        }
        if scale > MOST_DECIMALS {
            return None;
        }
        let mut integers = Vec::with_capacity(terms.len());
        let mut low = i128::from(scaled(constant, scale)?);
        let mut high = low;
        let mut all = Vec::new();
        let mut bounded = true;
        for (node, factor) in &terms {
            let Shape::Numbers { unit, exceptions, bounds } = self.shape(*node) else {
                return None;
            };
            let factor = scaled(*factor, scale.checked_sub(unit.scale())?)?;
            let most = bounds.and_then(|(low, high)| {
                let most = low.unsigned_abs().max(high.unsigned_abs());
                most.checked_mul(factor.unsigned_abs())
            });
            integers.push(Term { node: *node, factor, most, lookup: None });
            all.push((exceptions.clone(), *unit));
            match bounds {
                Some((least, most)) => {
                    let ends = [least, most].map(|end| i128::from(*end) * i128::from(factor));
                    low += ends.into_iter().min().unwrap_or(0);
                    high += ends.into_iter().max().unwrap_or(0);
                }
                None => bounded = false,
            }
        }
        let bounds = i64::try_from(low).ok().zip(i64::try_from(high).ok()).filter(|_| bounded);
        // Exceptions, pair by pair.
        let mut merges = Vec::new();
        let mut all = all.into_iter();
        let (first, mut unit) = all.next()?;
        let mut domain = Domain::exceptions();
        if terms.len() == 1 {
            let (_, factor) = terms.first()?;
            let map = match kind {
                Unit::Months => {
                    let constant = Unit::Months.value(scaled(constant, 0)?)?;
                    let negated = *factor == -Number::ONE;
                    if !negated && *factor != Number::ONE {
                        return None;
                    }
                    excepted(&first, &mut domain, |value| {
                        let value = if negated { ops::neg(value) } else { value.clone() };
                        Item::Value(ops::add(&value, &constant))
                    })
                }
                _ => {
                    let (factor, constant) = (Value::Number(*factor), Value::Number(constant));
                    excepted(&first, &mut domain, |value| {
                        Item::Value(ops::add(&ops::mul(value, &factor), &constant))
                    })
                }
            };
            merges.push(Merge { width: 1, map });
        } else {
            let mut left = (*first).clone();
            for (right, next) in all {
                domain = Domain::exceptions();
                let units = [unit, next];
                merges.push(self.merge(&left, &right, &mut domain, |a, b| {
                    // Several unknown operands with few possible values are rare.
                    match (a, b) {
                        (Item::Value(_), Item::Value(_)) if !strict(a) && !strict(b) => Item::Open,
                        _ => mixed(&[a, b], &units, &|values| match values {
                            [a, b] => ops::add(a, b),
                            _ => Value::NULL,
                        }),
                    }
                }));
                left = domain.clone();
                unit = next;
            }
        }
        let overflow = if bounds.is_some() { 0 } else { domain.put_open() };
        let constant = scaled(constant, scale)?;
        let unit = if kind == Unit::Months { Unit::Months } else { Unit::Scale(scale) };
        let op = Op::Sum { terms: integers, constant, merges, overflow };
        Some(self.push(op, Shape::Numbers { unit, exceptions: Arc::new(domain), bounds }))
    }

    /// The node with more digits after the point.
    pub(super) fn rescaled(&mut self, node: NodeId, scale: u32) -> Option<NodeId> {
        let Shape::Numbers { unit, exceptions, bounds } = self.shape(node).clone() else {
            return None;
        };
        if scale > MOST_DECIMALS {
            return None;
        }
        let factor = 10_i64.checked_pow(scale.checked_sub(unit.scale())?)?;
        let mut domain = (*exceptions).clone();
        let bounds = bounds
            .and_then(|(low, high)| Some((low.checked_mul(factor)?, high.checked_mul(factor)?)));
        let overflow = if bounds.is_some() { 0 } else { domain.put_open() };
        let map = (0..exceptions.len()).map(crate::columnar::domain::code).collect();
        let most = bounds.map(|(low, high)| low.unsigned_abs().max(high.unsigned_abs()));
        let op = Op::Sum {
            terms: vec![Term { node, factor, most, lookup: None }],
            constant: 0,
            merges: vec![Merge { width: 1, map }],
            overflow,
        };
        let unit = Unit::Scale(scale);
        Some(self.push(op, Shape::Numbers { unit, exceptions: Arc::new(domain), bounds }))
    }

    fn product(&mut self, left: NodeId, right: NodeId) -> Option<NodeId> {
        let (left, right) = (self.integers(left)?, self.integers(right)?);
        let (
            Shape::Numbers { unit: a, exceptions: x, .. },
            Shape::Numbers { unit: b, exceptions: y, .. },
        ) = (self.shape(left), self.shape(right))
        else {
            return None;
        };
        let (units, x, y) = ([*a, *b], x.clone(), y.clone());
        let [Unit::Scale(a), Unit::Scale(b)] = units else { return None };
        let scale = a + b;
        if scale > MOST_DECIMALS {
            return None;
        }
        let mut domain = Domain::exceptions();
        let merge = self.merge(&x, &y, &mut domain, |a, b| {
            mixed(&[a, b], &units, &|values| match values {
                [a, b] => ops::mul(a, b),
                _ => Value::NULL,
            })
        });
        let overflow = domain.put_open();
        let op = Op::Product { left, right, merge, overflow };
        let unit = Unit::Scale(scale);
        Some(self.push(op, Shape::Numbers { unit, exceptions: Arc::new(domain), bounds: None }))
    }

    fn quotient(&mut self, left: &Expr, right: &Expr, frame: &Frame<'_>, span: Span) -> Built {
        let refusal = |why: &str| Refusal { span, why: why.to_owned() };
        let left = self.expression(left, frame)?;
        let right = self.expression(right, frame)?;
        if let Some(Value::Number(divisor)) = self.constant_value(right)
            && let Some(inverse) = inverse(divisor)
            && let Some(node) = self.integers(left)
        {
            let linear = Linear { terms: vec![(node, inverse)], constant: Number::ZERO };
            return self
                .sum(linear, Unit::Scale(0))
                .ok_or_else(|| refusal("it has more digits than a column holds"));
        }
        let (Some(left), Some(right)) = (self.integers(left), self.integers(right)) else {
            return Err(refusal("a quotient of quotients"));
        };
        let (
            Shape::Numbers { unit: a, exceptions: x, .. },
            Shape::Numbers { unit: b, exceptions: y, .. },
        ) = (self.shape(left), self.shape(right))
        else {
            return Err(refusal("a quotient of what are no numbers"));
        };
        let (units, x, y) = ([*a, *b], x.clone(), y.clone());
        let [Unit::Scale(a), Unit::Scale(b)] = units else {
            return Err(refusal("a quotient of durations"));
        };
        let shift = i32::try_from(b).unwrap_or(0) - i32::try_from(a).unwrap_or(0);
        let mut domain = Domain::exceptions();
        let divide = |a: &Value, b: &Value| ops::div(a, b);
        let merge = self.merge(&x, &y, &mut domain, |a, b| {
            mixed(&[a, b], &units, &|values| match values {
                [a, b] => divide(a, b),
                _ => Value::NULL,
            })
        });
        let failed = divide(&Value::Number(Number::ONE), &Value::Number(Number::ZERO));
        let by_zero = domain.put(Item::Value(failed));
        let overflow = domain.put_open();
        let op = Op::Quotient { left, right, merge, by_zero, overflow };
        Ok(self.push(op, Shape::Ratio { shift, exceptions: Arc::new(domain) }))
    }

    fn moved(&mut self, date: NodeId, months: NodeId, back: bool, span: Span) -> Built {
        let refusal = |why: &str| Refusal { span, why: why.to_owned() };
        let (Some(date), Some(months)) = (self.integers(date), self.integers(months)) else {
            return Err(refusal("a date moved by what is no duration of months"));
        };
        let (Some(x), Some(y)) = (self.exceptions(date), self.exceptions(months)) else {
            return Err(refusal("a date moved by what is no duration of months"));
        };
        let units = [Unit::Days, Unit::Months];
        let mut domain = Domain::exceptions();
        let merge = self.merge(&x, &y, &mut domain, |a, b| {
            mixed(&[a, b], &units, &|values| match values {
                [a, b] if back => ops::sub(a, b),
                [a, b] => ops::add(a, b),
                _ => Value::NULL,
            })
        });
        let overflow = domain.put_open();
        let op = Op::AddMonths { date, months, back, merge, overflow };
        let exceptions = Arc::new(domain);
        Ok(self.push(op, Shape::Numbers { unit: Unit::Days, exceptions, bounds: None }))
    }

    /// The node of a property or of a call of a built-in function.
    pub(super) fn function(&mut self, expr: &Expr, frame: &Frame<'_>) -> Built {
        let refusal = |why: String| Refusal { span: expr.span, why };
        match &expr.kind {
            Kind::Path(object, name) => {
                let node = self.expression(object, frame)?;
                let Shape::Numbers { unit, exceptions, .. } = self.shape(node).clone() else {
                    return Err(refusal(format!("the property `{name}`")));
                };
                let function = match (unit, &**name) {
                    (Unit::Months, "years") => Function::Quotient(12),
                    (Unit::Months, "months") => Function::Remainder(12),
                    (Unit::Days, "year") => Function::Year,
                    (Unit::Days, "month") => Function::Month,
                    (Unit::Days, "day") => Function::Day,
                    _ => return Err(refusal(format!("the property `{name}`"))),
                };
                Ok(self.unary(node, function, Unit::Scale(0), &exceptions, |value| {
                    ops::property(value, name)
                }))
            }
            Kind::Builtin(builtin, arguments) => {
                let call = |machine: &mut feel::eval::Machine, values: &[Value]| {
                    (builtin.call)(machine, values)
                };
                match (builtin.name, arguments.as_slice()) {
                    ("not", [operand]) => {
                        let node = self.expression(operand, frame)?;
                        let mut machine = self.machine();
                        self.function_of(node, &[], &Type::Boolean, |value| {
                            Item::Value(call(&mut machine, std::slice::from_ref(value)))
                        })
                        .filter(|_| self.domain(node).is_some())
                        .ok_or_else(|| refusal("`not` of what is no truth value".to_owned()))
                    }
                    ("floor" | "ceiling" | "abs", [operand]) => {
                        let node = self.expression(operand, frame)?;
                        let node = self.integers(node).ok_or_else(|| {
                            refusal(format!("`{}` of a quotient that does not end", builtin.name))
                        })?;
                        let Shape::Numbers { unit, exceptions, .. } = self.shape(node).clone()
                        else {
                            return Err(refusal(format!("`{}`", builtin.name)));
                        };
                        let power = 10_i64.checked_pow(unit.scale());
                        let power = power.ok_or_else(|| refusal("too many digits".to_owned()))?;
                        let (function, result) = match builtin.name {
                            "floor" => (Function::Floor(power), Unit::Scale(0)),
                            "ceiling" => (Function::Ceiling(power), Unit::Scale(0)),
                            _ => (Function::Absolute, unit),
                        };
                        if unit == Unit::Days || unit == Unit::Months && result != unit {
                            return Err(refusal(format!("`{}` of a date", builtin.name)));
                        }
                        let mut machine = self.machine();
                        Ok(self.unary(node, function, result, &exceptions, |value| {
                            call(&mut machine, std::slice::from_ref(value))
                        }))
                    }
                    ("years and months duration", [from, to]) => {
                        let from = self.expression(from, frame)?;
                        let to = self.expression(to, frame)?;
                        let dates = self.integers(from).zip(self.integers(to));
                        let days = |builder: &Self, node| {
                            matches!(builder.shape(node), Shape::Numbers { unit: Unit::Days, .. })
                        };
                        let (from, to) = dates
                            .filter(|(from, to)| days(self, *from) && days(self, *to))
                            .ok_or_else(|| {
                                refusal("months between what are no dates".to_owned())
                            })?;
                        let mut machine = self.machine();
                        let (Some(x), Some(y)) = (self.exceptions(from), self.exceptions(to))
                        else {
                            return Err(refusal("months between what are no dates".to_owned()));
                        };
                        let units = [Unit::Days, Unit::Days];
                        let mut domain = Domain::exceptions();
                        let machine = std::cell::RefCell::new(&mut machine);
                        let merge = self.merge(&x, &y, &mut domain, |a, b| {
                            mixed(&[a, b], &units, &|values| match machine.try_borrow_mut() {
                                Ok(mut machine) => call(&mut machine, values),
                                Err(_) => Value::NULL,
                            })
                        });
                        let overflow = domain.put_open();
                        let op = Op::MonthsBetween { from, to, merge, overflow };
                        let shape = Shape::Numbers {
                            unit: Unit::Months,
                            exceptions: Arc::new(domain),
                            bounds: None,
                        };
                        Ok(self.push(op, shape))
                    }
                    ("list contains", [list, item]) => {
                        let list = self.expression(list, frame)?;
                        let item = self.expression(item, frame)?;
                        self.contains(list, item)
                            .ok_or_else(|| refusal("`list contains` of what is no set".to_owned()))
                    }
                    _ => Err(refusal(format!("`{}` of a number, date or list", builtin.name))),
                }
            }
            _ => Err(refusal("a function".to_owned())),
        }
    }

    fn unary(
        &mut self,
        node: NodeId,
        function: Function,
        unit: Unit,
        exceptions: &Domain,
        mut apply: impl FnMut(&Value) -> Value,
    ) -> NodeId {
        let mut domain = Domain::exceptions();
        let map = excepted(exceptions, &mut domain, |value| Item::Value(apply(value)));
        let overflow = domain.put_open();
        let op = Op::Unary { function, source: node, exceptions: map, overflow };
        self.push(op, Shape::Numbers { unit, exceptions: Arc::new(domain), bounds: None })
    }

    /// Whether a set holds a text.
    fn contains(&mut self, list: NodeId, item: NodeId) -> Option<NodeId> {
        let item = self.constant_value(item)?;
        let Value::String(text) = &item else { return None };
        let Shape::Set { dictionary, exceptions } = self.shape(list).clone() else { return None };
        let bit = u32::try_from(dictionary.iter().position(|known| known == text)?).ok()?;
        let builtin = feel::builtins::find("list contains")?;
        let mut machine = self.machine();
        let mut domain = Domain::of(&Type::Boolean);
        let map = excepted(&exceptions, &mut domain, |value| {
            Item::Value((builtin.call)(&mut machine, &[value.clone(), item.clone()]))
        });
        let op = Op::Bit { source: list, bit, exceptions: map };
        Some(self.push(op, Shape::Codes(Arc::new(domain))))
    }
}

fn strict(item: &Item) -> bool {
    item.is_certain_null() || item.is_anything()
}

fn times(linear: Linear, factor: Number) -> Option<Linear> {
    let terms = linear.terms.into_iter().map(|(node, other)| {
        Some((node, other.checked_mul(factor).filter(|product| digits(*product) <= 14)?))
    });
    Some(Linear {
        terms: terms.collect::<Option<_>>()?,
        constant: linear.constant.checked_mul(factor)?,
    })
}

/// The digits of a number without its point.
fn digits(number: Number) -> u32 {
    let integer = number.to_scaled(i32::try_from(number.scale()).unwrap_or(0));
    integer.map_or(u32::MAX, |integer| integer.unsigned_abs().checked_ilog10().unwrap_or(0) + 1)
}

/// One over a number, if it ends after few digits.
fn inverse(divisor: Number) -> Option<Number> {
    let inverse = Number::ONE.checked_div(divisor)?;
    let exact = inverse.checked_mul(divisor)? == Number::ONE && digits(inverse) <= 14;
    exact.then_some(inverse)
}
