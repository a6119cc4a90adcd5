//! The value of a part of an expression, by the values of the things that it names.

use std::sync::Arc;

use feel::check::{self, Environment};
use feel::eval::Machine;
use feel::syntax::{Arguments, Expr, ExprKind};
use feel::{Type, Value};

use super::Named;

/// The value of an expression; none if it names what is not known, or does more than compute.
pub(super) fn evaluate(expr: &Expr, values: &dyn Named) -> Option<Value> {
    let mut known = Known::default();
    known.collect(expr, values)?;
    let (compiled, faults) = check::expression(expr, &[], &known);
    if !faults.is_empty() {
        return None;
    }
    let globals = known.0.into_iter().map(|(_, value)| value).collect();
    let value = compiled.evaluate(&mut Machine::new(globals, 10_000, 64)).ok()?;
    (!value.is_null()).then_some(value)
}

/// The things that an expression names, with their values.
#[derive(Debug, Default)]
struct Known(Vec<(Arc<str>, Value)>);

impl Known {
    fn collect(&mut self, expr: &Expr, values: &dyn Named) -> Option<()> {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::At(_) | ExprKind::Boolean(_) => {}
            ExprKind::Name(name) => {
                let value = values.named(name)?;
                if value.is_null() {
                    return None;
                }
                self.0.push((name.clone(), value.clone()));
            }
            ExprKind::Negate(inner) => self.collect(inner, values)?,
            ExprKind::Path(inner, _) => self.collect(inner, values)?,
            ExprKind::Binary(_, left, right) => {
                self.collect(left, values)?;
                self.collect(right, values)?;
            }
            ExprKind::Call(_, Arguments::Positional(arguments)) => {
                arguments.iter().try_for_each(|argument| self.collect(argument, values))?;
            }
            _ => return None,
        }
        Some(())
    }
}

impl Environment for Known {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        let position = self.0.iter().position(|(known, _)| &**known == name)?;
        let kind = match self.0.get(position)?.1 {
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::Boolean(_) => Type::Boolean,
            Value::Date(_) => Type::Date,
            Value::DaysDuration(_) => Type::DaysDuration,
            Value::YearsDuration(_) => Type::YearsDuration,
            _ => Type::Any,
        };
        Some((u32::try_from(position).ok()?, kind))
    }

    fn named_type(&self, _: &str) -> Option<Type> {
        None
    }

    fn global_names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn type_names(&self) -> Vec<&str> {
        Vec::new()
    }
}
