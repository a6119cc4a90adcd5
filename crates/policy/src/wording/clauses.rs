//! The clauses of an expression: what it compares and combines.

use std::sync::Arc;

use feel::Value;
use feel::parser::{self, Names};
use feel::syntax::{Arguments, BinaryOp, Expr, ExprKind};

use super::{constant, is_comparison};

/// A part of an expression that must hold, or that may hold instead of others.
#[derive(Debug)]
pub(crate) struct Clause {
    /// The name that is looked at.
    pub name: Arc<str>,
    /// What is asked of its value, as FEEL; empty for a name that is true by itself.
    pub test: String,
    /// The operator and what stands on its right.
    pub comparison: Option<(BinaryOp, Operand)>,
    /// Whether the name must be false.
    pub negated: bool,
}

/// What a name is compared with.
#[derive(Debug)]
pub(crate) enum Operand {
    /// A constant.
    Value(Value),
    /// Another name.
    Name(Arc<str>),
}

/// The clauses that an expression joins by `and` and `or`; none if any of them is of another
/// shape than a name, `not(name)` or a comparison of a name.
pub(crate) fn clauses(source: &str) -> Option<Vec<Clause>> {
    fn collect(expr: &Expr, source: &str, clauses: &mut Vec<Clause>) -> Option<()> {
        let plain = |name: &Arc<str>, negated| Clause {
            name: name.clone(),
            test: if negated { "false".to_owned() } else { String::new() },
            comparison: None,
            negated,
        };
        match &expr.kind {
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                collect(left, source, clauses)?;
                collect(right, source, clauses)?;
            }
            ExprKind::Name(name) => clauses.push(plain(name, false)),
            ExprKind::Call(callee, Arguments::Positional(arguments)) => {
                match (&callee.kind, arguments.as_slice()) {
                    (ExprKind::Name(not), [Expr { kind: ExprKind::Name(name), .. }])
                        if &**not == "not" =>
                    {
                        clauses.push(plain(name, true));
                    }
                    _ => return None,
                }
            }
            ExprKind::Binary(op, left, right) if is_comparison(*op) => {
                let ExprKind::Name(name) = &left.kind else { return None };
                let operand = match (&right.kind, constant(right)) {
                    (_, Some(value)) => Operand::Value(value),
                    (ExprKind::Name(name), None) => Operand::Name(name.clone()),
                    _ => return None,
                };
                let test = format!("{} {}", op.sign(), right.span.of(source)?.trim());
                clauses.push(Clause {
                    name: name.clone(),
                    test,
                    comparison: Some((*op, operand)),
                    negated: false,
                });
            }
            _ => return None,
        }
        Some(())
    }
    let expr = parser::expression(source, &Names::new()).ok()?;
    let mut found = Vec::new();
    collect(&expr, source, &mut found)?;
    Some(found)
}
