//! Boxed expressions to FEEL syntax trees, so that checking and evaluating stay one mechanism.
//!
//! What has no FEEL text becomes a call of a function value: a decision table inside another
//! expression, and the coercion to a declared type. Places in the trees are those in the document.

use std::sync::Arc;

use feel::fault::Fault;
use feel::parser;
use feel::syntax::{self, Arguments, Domain, Expr, ExprKind, Name, Quantifier, TypeExpr, TypeKind};
use feel::value::FailureCode;
use feel::{Span, Type, Value};

use super::{At, Compiler, provided};
use crate::coercion::CoercionFunction;
use crate::model::{ContextEntry, IterationKind, Logic, Parameter, Text};
use crate::table::TableFunction;

/// Names that the expressions around bind, with their types.
type Locals = Vec<(Arc<str>, Type)>;

/// The entry that holds the result of a boxed context; no text can name it.
const RESULT: &str = "\u{1f}result";

impl Compiler<'_> {
    /// The syntax tree of a boxed expression.
    pub(super) fn boxed(
        &mut self,
        at: &At<'_>,
        logic: &Logic,
        locals: &mut Locals,
        uses: &mut Vec<u32>,
    ) -> Expr {
        match logic {
            Logic::Literal(text) => self.literal(at, text),
            Logic::Nothing(span) => self.node(at, ExprKind::Null, *span),
            Logic::External(span) => self.node(at, ExprKind::ExternalFunction, *span),
            Logic::Typed(inner, kind) => {
                let inner = self.boxed(at, inner, locals, uses);
                self.coerced(at, inner, kind)
            }
            Logic::List(items) => {
                let items: Vec<Expr> =
                    items.iter().map(|item| self.boxed(at, item, locals, uses)).collect();
                let span = spanned(&items, at);
                self.node(at, ExprKind::List(items), span)
            }
            Logic::Relation(columns, rows) => {
                let rows: Vec<Expr> = rows
                    .iter()
                    .map(|row| {
                        let entries: Vec<(Name, Expr)> = columns
                            .iter()
                            .zip(row)
                            .map(|(column, cell)| {
                                (name(column), self.boxed(at, cell, locals, uses))
                            })
                            .collect();
                        let span = entries.iter().map(|(_, e)| e.span).reduce(Span::to);
                        self.node(at, ExprKind::Context(entries), span.unwrap_or(at.span()))
                    })
                    .collect();
                let span = spanned(&rows, at);
                self.node(at, ExprKind::List(rows), span)
            }
            Logic::Context(entries) => self.boxed_context(at, entries, locals, uses),
            Logic::Invocation(function, bindings) => {
                let callee = self.boxed(at, function, locals, uses);
                let span = callee.span;
                let arguments = bindings
                    .iter()
                    .map(|(parameter, value)| {
                        (name(parameter), self.boxed(at, value, locals, uses))
                    })
                    .collect();
                let call = ExprKind::Call(Box::new(callee), Arguments::Named(arguments));
                self.node(at, call, span)
            }
            Logic::Function(parameters, body) => {
                self.boxed_function(at, parameters, body, locals, uses)
            }
            Logic::Conditional(parts) => {
                let [condition, then, otherwise] = [0, 1, 2].map(|part| match parts.get(part) {
                    Some(part) => Box::new(self.boxed(at, part, locals, uses)),
                    None => Box::new(null(at.span())),
                });
                let span = condition.span;
                self.node(at, ExprKind::If(condition, then, otherwise), span)
            }
            Logic::Filter(list, condition) => {
                let list = self.boxed(at, list, locals, uses);
                let bound = locals.len();
                locals.push(("item".into(), Type::Any));
                let condition = self.boxed(at, condition, locals, uses);
                locals.truncate(bound);
                let span = list.span;
                self.node(at, ExprKind::Filter(Box::new(list), Box::new(condition)), span)
            }
            Logic::Iteration(kind, iteration) => {
                let domain = self.boxed(at, &iteration.domain, locals, uses);
                let span = domain.span;
                let bound = locals.len();
                locals.push((iteration.variable.text.as_str().into(), Type::Any));
                if *kind == IterationKind::For {
                    locals.push(("partial".into(), Type::Any));
                }
                let body = Box::new(self.boxed(at, &iteration.body, locals, uses));
                locals.truncate(bound);
                let over = vec![syntax::Iteration {
                    name: name(&iteration.variable),
                    domain: Domain::Items(domain),
                }];
                let kind = match kind {
                    IterationKind::For => ExprKind::For(over, body),
                    IterationKind::Some => ExprKind::Quantified(Quantifier::Some, over, body),
                    IterationKind::Every => ExprKind::Quantified(Quantifier::Every, over, body),
                };
                self.node(at, kind, span)
            }
            Logic::Table(table) => {
                let own: Arc<str> = at.source.element.name.text.as_str().into();
                let compiled = self.table(at, &own, table, &Type::Any, locals, uses);
                let Some(table_ready) = compiled else { return null(table.span) };
                let function = TableFunction {
                    parameters: locals.clone(),
                    result: Type::Any,
                    table: table_ready,
                };
                let arguments = locals
                    .iter()
                    .map(|(local, _)| self.node(at, ExprKind::Name(local.clone()), table.span))
                    .collect();
                self.call(at, provided(function), arguments, table.span)
            }
        }
    }

    /// The syntax tree of a FEEL text; what does not parse is null.
    fn literal(&mut self, at: &At<'_>, text: &Text) -> Expr {
        match parser::expression(&text.text, &self.scope.names) {
            Ok(expr) => expr.relocated(&|span| text.at(span)),
            Err(fault) => {
                self.fault(at, text, &fault);
                failed(&fault, text.span)
            }
        }
    }

    fn boxed_context(
        &mut self,
        at: &At<'_>,
        entries: &[ContextEntry],
        locals: &mut Locals,
        uses: &mut Vec<u32>,
    ) -> Expr {
        let bound = locals.len();
        let mut written: Vec<(Name, Expr)> = Vec::with_capacity(entries.len());
        let mut result = None;
        for entry in entries {
            let value = self.boxed(at, &entry.value, locals, uses);
            match &entry.name {
                Some(own) => {
                    let own = name(own);
                    locals.push((own.text.clone(), Type::Any));
                    written.push((own, value));
                }
                None => {
                    let own = Name { text: RESULT.into(), span: value.span };
                    result = Some(own.clone());
                    written.push((own, value));
                }
            }
        }
        locals.truncate(bound);
        let span = written.iter().map(|(_, e)| e.span).reduce(Span::to).unwrap_or(at.span());
        let context = self.node(at, ExprKind::Context(written), span);
        match result {
            None => context,
            Some(own) => self.node(at, ExprKind::Path(Box::new(context), own), span),
        }
    }

    fn boxed_function(
        &mut self,
        at: &At<'_>,
        parameters: &[Parameter],
        body: &Logic,
        locals: &mut Locals,
        uses: &mut Vec<u32>,
    ) -> Expr {
        let bound = locals.len();
        let mut typed = Vec::with_capacity(parameters.len());
        for parameter in parameters {
            let own = name(&parameter.name);
            let kind = self.kind(at, &parameter.kind);
            locals.push((own.text.clone(), kind));
            let kind = TypeKind::Named(parameter.kind.text.as_str().into());
            typed.push((own, Some(TypeExpr { kind, span: parameter.kind.span })));
        }
        let body = self.boxed(at, body, locals, uses);
        locals.truncate(bound);
        let span = body.span;
        self.node(at, ExprKind::Function(typed, Box::new(body)), span)
    }

    /// The type that a text names; `Any` after a fault, which is reported.
    fn kind(&mut self, at: &At<'_>, text: &Text) -> Type {
        match self.scope.coercion(text) {
            Ok(coercion) => coercion.kind,
            Err(fault) => {
                self.fault(at, text, &fault);
                Type::Any
            }
        }
    }

    /// The expression with its value coerced to the type that a text names.
    fn coerced(&mut self, at: &At<'_>, expr: Expr, kind: &Text) -> Expr {
        let coercion = match self.scope.coercion(kind) {
            Ok(coercion) if coercion.is_any() => return expr,
            Ok(coercion) => coercion,
            Err(fault) => {
                self.fault(at, kind, &fault);
                return expr;
            }
        };
        let span = expr.span;
        self.call(at, provided(CoercionFunction::new(coercion)), vec![expr], span)
    }

    fn call(&mut self, at: &At<'_>, function: Value, arguments: Vec<Expr>, span: Span) -> Expr {
        let callee = self.node(at, ExprKind::Value(function), span);
        let arguments = Arguments::Positional(arguments);
        self.node(at, ExprKind::Call(Box::new(callee), arguments), span)
    }

    fn node(&mut self, at: &At<'_>, kind: ExprKind, span: Span) -> Expr {
        Expr::new(kind, span).unwrap_or_else(|fault| {
            self.fault_at(at, &fault, span, "");
            failed(&fault, span)
        })
    }
}

fn name(text: &Text) -> Name {
    Name { text: text.text.as_str().into(), span: text.span }
}

fn spanned(items: &[Expr], at: &At<'_>) -> Span {
    items.iter().map(|item| item.span).reduce(Span::to).unwrap_or(at.span())
}

fn null(span: Span) -> Expr {
    Expr { kind: ExprKind::Null, span, depth: 1 }
}

/// What evaluates to null with a fault as the reason.
pub(super) fn failed(fault: &Fault, span: Span) -> Expr {
    let value = Value::failed(FailureCode::Parse, fault.message.clone());
    Expr { kind: ExprKind::Value(value), span, depth: 1 }
}
