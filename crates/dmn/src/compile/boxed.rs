//! Boxed expressions to FEEL syntax trees, so that checking and evaluating stay one mechanism.
//!
//! What has no FEEL text becomes a call of a function value: a decision table inside another
//! expression, and the coercion to a declared type. Places in the trees are those in the document.

use std::sync::Arc;

use feel::fault::Fault;
use feel::parser;
use feel::syntax::{
    self, Arguments, BinaryOp, Domain, Expr, ExprKind, Name, Quantifier, TypeExpr, TypeKind,
};
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
/// Hidden variables.
const VALUE: &str = "\u{1f}value";
const INNER: &str = "\u{1f}inner";

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
                    Some(part) => self.boxed(at, part, locals, uses),
                    None => null(at.span()),
                });
                self.conditional(at, condition, then, otherwise)
            }
            Logic::Filter(list, condition) => {
                let list = self.boxed(at, list, locals, uses);
                let bound = locals.len();
                locals.push(("item".into(), Type::Any));
                let condition = self.boxed(at, condition, locals, uses);
                locals.truncate(bound);
                self.strict_filter(at, list, condition)
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
                let bodies = self.node(at, ExprKind::For(over, body), span);
                match kind {
                    IterationKind::For => bodies,
                    IterationKind::Some => self.strict_quantified(at, Quantifier::Some, bodies),
                    IterationKind::Every => self.strict_quantified(at, Quantifier::Every, bodies),
                }
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

    // Boxed forms are stricter than their texts: what is neither true nor false nor null where a
    // condition should be makes the whole null.

    /// `if` whose condition is a boolean or null.
    fn conditional(&mut self, at: &At<'_>, condition: Expr, then: Expr, otherwise: Expr) -> Expr {
        let span = condition.span;
        let strange = self.is_strange(at, VALUE, span);
        let own = self.named(at, VALUE, span);
        let choice =
            self.node(at, ExprKind::If(Box::new(own), Box::new(then), Box::new(otherwise)), span);
        let result = self.unless(at, strange, choice);
        self.with(at, condition, result)
    }

    fn strict_filter(&mut self, at: &At<'_>, list: Expr, condition: Expr) -> Expr {
        let span = list.span;
        let strange = self.is_strange(at, INNER, span);
        let strange = self.bound(at, INNER, condition.clone(), strange);
        let own = self.named(at, VALUE, span);
        let outliers = ExprKind::Filter(Box::new(own.clone()), Box::new(strange));
        let outliers = self.node(at, outliers, span);
        let any = vec![syntax::Iteration {
            name: Name { text: INNER.into(), span },
            domain: Domain::Items(outliers),
        }];
        let truth = Box::new(self.node(at, ExprKind::Boolean(true), span));
        let any = self.node(at, ExprKind::Quantified(Quantifier::Some, any, truth), span);
        let kept = ExprKind::Filter(Box::new(own), Box::new(condition));
        let kept = self.node(at, kept, span);
        let result = self.unless(at, any, kept);
        self.with(at, list, result)
    }

    fn strict_quantified(&mut self, at: &At<'_>, quantifier: Quantifier, bodies: Expr) -> Expr {
        let span = bodies.span;
        let item = self.named(at, INNER, span);
        let decided = self.over(at, quantifier, item);
        let strange = self.is_strange(at, INNER, span);
        let any = self.over(at, Quantifier::Some, strange);
        let result = self.unless(at, any, decided);
        self.with(at, bodies, result)
    }

    /// Whether some or every item of the hidden variable satisfies a condition on the inner one.
    fn over(&mut self, at: &At<'_>, quantifier: Quantifier, condition: Expr) -> Expr {
        let span = condition.span;
        let domain = Domain::Items(self.named(at, VALUE, span));
        let each = vec![syntax::Iteration { name: Name { text: INNER.into(), span }, domain }];
        self.node(at, ExprKind::Quantified(quantifier, each, Box::new(condition)), span)
    }

    /// Whether the variable is neither a boolean nor null.
    fn is_strange(&mut self, at: &At<'_>, variable: &str, span: Span) -> Expr {
        let boolean = TypeExpr { kind: TypeKind::Named("boolean".into()), span };
        let value = Box::new(self.named(at, variable, span));
        let is_boolean = Box::new(self.node(at, ExprKind::InstanceOf(value, boolean), span));
        let value = Box::new(self.named(at, variable, span));
        let nothing = Box::new(null(span));
        let there = ExprKind::Binary(BinaryOp::NotEqual, value, nothing);
        let there = Box::new(self.node(at, there, span));
        let no = Box::new(self.node(at, ExprKind::Boolean(false), span));
        self.node(at, ExprKind::If(is_boolean, no, there), span)
    }

    /// The expression, or null where the condition is true.
    fn unless(&mut self, at: &At<'_>, condition: Expr, expr: Expr) -> Expr {
        let span = expr.span;
        let parts = (Box::new(condition), Box::new(null(span)), Box::new(expr));
        self.node(at, ExprKind::If(parts.0, parts.1, parts.2), span)
    }

    /// The expression with the hidden variable bound to a value.
    fn with(&mut self, at: &At<'_>, value: Expr, expr: Expr) -> Expr {
        self.bound(at, VALUE, value, expr)
    }

    fn bound(&mut self, at: &At<'_>, variable: &str, value: Expr, expr: Expr) -> Expr {
        let span = value.span;
        let key = |text: &str| Name { text: text.into(), span };
        let entries = vec![(key(variable), value), (key(RESULT), expr)];
        let context = Box::new(self.node(at, ExprKind::Context(entries), span));
        self.node(at, ExprKind::Path(context, key(RESULT)), span)
    }

    fn named(&mut self, at: &At<'_>, name: &str, span: Span) -> Expr {
        self.node(at, ExprKind::Name(name.into()), span)
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
