//! Syntax tree to typed expression: names are resolved, types are checked, constants are folded.
//!
//! Checking never stops at the first fault, and always gives an expression that can be evaluated:
//! what is wrong evaluates to `null` with the fault as its cause, as the standard says. Whoever
//! wants strictness refuses a text with faults.

mod arguments;
mod walk;

use std::sync::Arc;

use crate::builtins::{self, Builtin};
use crate::eval::Machine;
use crate::fault::{Fault, FaultCode};
use crate::hint;
use crate::nearest::nearest;
use crate::span::Span;
use crate::syntax::{self, Arguments, BinaryOp, ExprKind, TypeExpr, TypeKind};
use crate::typed::{
    Compiled, CompiledTests, Definition, Domain, Expr, Filter, Iteration, Kind, Loop, RangeExpr,
    Test, Tests,
};
use crate::types::Type;
use crate::value::{FailureCode, Function, Null, Value};

pub use walk::{globals, visit, visit_tests};

/// What the names of a model mean.
pub trait Environment {
    /// Index and type of the variable `name`.
    fn global(&self, name: &str) -> Option<(u32, Type)>;
    /// The type `name`.
    fn named_type(&self, name: &str) -> Option<Type>;
    /// Index and type of the variable `name` of the model that is known as `prefix`.
    fn member(&self, prefix: &str, name: &str) -> Option<(u32, Type)> {
        let _ = (prefix, name);
        None
    }
    /// Whether the types of values may be other than they are declared.
    fn is_lenient(&self) -> bool {
        false
    }
    /// Every name of a variable, to suggest one for a name that is not there.
    fn global_names(&self) -> Vec<&str>;
    /// Every name of a type.
    fn type_names(&self) -> Vec<&str>;
}

/// An environment without variables and types.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

impl Environment for Empty {
    fn global(&self, _: &str) -> Option<(u32, Type)> {
        None
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

/// Checks an expression whose first locals are `parameters`.
pub fn expression(
    expr: &syntax::Expr,
    parameters: &[(Arc<str>, Type)],
    environment: &dyn Environment,
) -> (Compiled, Vec<Fault>) {
    let mut checker = Checker::new(environment, parameters);
    let expr = checker.expr(expr);
    let locals = checker.frame().count;
    (Compiled { expr, locals }, checker.faults)
}

/// Checks unary tests on values of the type `input`; the value is the local after `parameters`.
pub fn unary_tests(
    tests: &syntax::UnaryTests,
    input: &Type,
    parameters: &[(Arc<str>, Type)],
    environment: &dyn Environment,
) -> (CompiledTests, Vec<Fault>) {
    let mut checker = Checker::new(environment, parameters);
    checker.bind("?".into(), input.clone());
    let negated = tests.negated;
    let tests = tests.tests.iter().map(|test| checker.test(test, input)).collect();
    let locals = checker.frame().count;
    let forgiving = environment.is_lenient();
    let tests = Tests { negated, tests, forgiving };
    (CompiledTests { tests, locals }, checker.faults)
}

/// The type that a type expression stands for.
///
/// # Errors
///
/// When it names a type that is not there.
pub fn resolve(kind: &TypeExpr, environment: &dyn Environment) -> Result<Type, Fault> {
    Ok(match &kind.kind {
        TypeKind::List(element) => Type::list(resolve(element, environment)?),
        TypeKind::Range(endpoint) => Type::range(resolve(endpoint, environment)?),
        TypeKind::Context(entries) => Type::Context(
            entries
                .iter()
                .map(|(name, kind)| Ok((name.text.clone(), resolve(kind, environment)?)))
                .collect::<Result<Arc<[_]>, Fault>>()?,
        ),
        TypeKind::Function(parameters, result) => Type::function(
            parameters
                .iter()
                .map(|kind| resolve(kind, environment))
                .collect::<Result<Arc<[_]>, Fault>>()?,
            resolve(result, environment)?,
        ),
        TypeKind::Named(name) => match builtin_type(name) {
            Some(kind) => kind,
            None => environment.named_type(name).ok_or_else(|| {
                let fault = Fault::new(
                    FaultCode::UnknownName,
                    format!("there is no type `{name}`"),
                    kind.span,
                );
                let known = BUILTIN_TYPES.iter().map(|(name, _)| *name);
                match nearest(name, known.chain(environment.type_names())) {
                    Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                    None => fault,
                }
            })?,
        },
    })
}

const BUILTIN_TYPES: [(&str, Type); 11] = [
    ("Any", Type::Any),
    ("Null", Type::Null),
    ("boolean", Type::Boolean),
    ("number", Type::Number),
    ("string", Type::String),
    ("date", Type::Date),
    ("time", Type::Time),
    ("date and time", Type::DateTime),
    ("dateTime", Type::DateTime),
    ("days and time duration", Type::DaysDuration),
    ("years and months duration", Type::YearsDuration),
];

fn builtin_type(name: &str) -> Option<Type> {
    match name {
        "list" => Some(Type::list(Type::Any)),
        "context" => Some(Type::Context(Arc::new([]))),
        "range" => Some(Type::range(Type::Any)),
        "day and time duration" | "dayTimeDuration" => Some(Type::DaysDuration),
        "yearMonthDuration" => Some(Type::YearsDuration),
        _ => BUILTIN_TYPES.iter().find(|(known, _)| *known == name).map(|(_, kind)| kind.clone()),
    }
}

/// The locals of one function body.
#[derive(Default)]
struct Frame {
    bindings: Vec<Binding>,
    count: u32,
    captures: Vec<(u32, u32)>,
}

/// A name that the text binds.
struct Binding {
    name: Arc<str>,
    local: u32,
    kind: Type,
    /// Whether the entries of the value are names too, as those of a filter's item.
    opened: bool,
}

struct Checker<'a> {
    environment: &'a dyn Environment,
    frames: Vec<Frame>,
    faults: Vec<Fault>,
}

impl<'a> Checker<'a> {
    fn new(environment: &'a dyn Environment, parameters: &[(Arc<str>, Type)]) -> Checker<'a> {
        let mut checker =
            Checker { environment, frames: vec![Frame::default()], faults: Vec::new() };
        for (name, kind) in parameters {
            checker.bind(name.clone(), kind.clone());
        }
        checker
    }

    // INVARIANT: there is always a frame; an absent one would only lose bindings.
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "the line above makes sure of it")]
        &mut self.frames[last]
    }

    fn bind(&mut self, name: Arc<str>, kind: Type) -> u32 {
        let frame = self.frame();
        let local = frame.count;
        frame.count += 1;
        frame.bindings.push(Binding { name, local, kind, opened: false });
        local
    }

    fn bound(&mut self) -> usize {
        self.frame().bindings.len()
    }

    fn unbind(&mut self, bound: usize) {
        self.frame().bindings.truncate(bound);
    }

    fn fault(&mut self, code: FaultCode, message: String, span: Span) {
        self.faults.push(Fault::new(code, message, span));
    }

    fn type_fault(&mut self, message: String, span: Span) {
        self.fault(FaultCode::Type, message, span);
    }

    // Names.

    /// What `name` means in the frame `depth`, as an expression of that frame.
    fn lookup(&mut self, depth: usize, name: &str, span: Span) -> Option<Expr> {
        let frame = self.frames.get(depth)?;
        // Items of unknown type may have an entry of the name; those of a declared one only where
        // the declaration is no promise, and then only if the name means nothing else.
        let mut dynamic = None;
        let mut doubtful = None;
        let mut found = None;
        for binding in frame.bindings.iter().rev() {
            let local = |kind: Type| Expr { kind: Kind::Local(binding.local), ty: kind, span };
            if binding.opened {
                if let Some(entry) = binding.kind.entry(name) {
                    let item = Box::new(local(binding.kind.clone()));
                    let kind = Kind::Path(item, name.into());
                    found = Some(Expr { kind, ty: entry.clone(), span });
                    break;
                }
                if &*binding.name != name {
                    match &binding.kind {
                        Type::Any => dynamic = dynamic.or(Some(binding.local)),
                        Type::Context(_) if self.environment.is_lenient() => {
                            doubtful = doubtful.or(Some(binding.local));
                        }
                        _ => {}
                    }
                }
            }
            if &*binding.name == name {
                found = Some(local(binding.kind.clone()));
                break;
            }
        }
        let outside = match (found, depth.checked_sub(1)) {
            (Some(found), _) => Some(found),
            (None, Some(outer)) => {
                let expr = self.lookup(outer, name, span);
                expr.map(|expr| self.capture(depth, expr))
            }
            (None, None) => self.environment.global(name).map(|(index, kind)| Expr {
                kind: Kind::Global(index),
                ty: kind,
                span,
            }),
        };
        let entry = |item: u32, outside: Option<Expr>| {
            let kind = Kind::ItemEntry { item, name: name.into(), outside: outside.map(Box::new) };
            Expr { kind, ty: Type::Any, span }
        };
        match (dynamic, doubtful) {
            (Some(item), _) => Some(entry(item, outside.or_else(|| builtin_value(name, span)))),
            (None, Some(item)) => {
                let known = outside.or_else(|| builtin_value(name, span));
                Some(known.unwrap_or_else(|| entry(item, None)))
            }
            (None, None) => outside,
        }
    }

    /// Turns an expression of the frame outside `depth` into one of the frame `depth`.
    fn capture(&mut self, depth: usize, expr: Expr) -> Expr {
        let kind = match expr.kind {
            Kind::Local(outer) => Kind::Local(self.captured(depth, outer)),
            Kind::Path(item, name) => Kind::Path(Box::new(self.capture(depth, *item)), name),
            Kind::ItemEntry { item, name, outside } => Kind::ItemEntry {
                item: self.captured(depth, item),
                name,
                outside: outside.map(|outside| Box::new(self.capture(depth, *outside))),
            },
            other => other,
        };
        Expr { kind, ..expr }
    }

    fn captured(&mut self, depth: usize, outer: u32) -> u32 {
        let Some(frame) = self.frames.get_mut(depth) else { return outer };
        if let Some((_, inner)) = frame.captures.iter().find(|(other, _)| *other == outer) {
            return *inner;
        }
        let inner = frame.count;
        frame.count += 1;
        frame.captures.push((outer, inner));
        inner
    }

    fn name(&mut self, name: &Arc<str>, span: Span) -> Expr {
        let depth = self.frames.len().saturating_sub(1);
        if let Some(expr) = self.lookup(depth, name, span) {
            return expr;
        }
        if let Some(expr) = builtin_value(name, span) {
            return expr;
        }
        let mut known: Vec<&str> = self.environment.global_names();
        let locals = self.frames.iter().flat_map(|frame| &frame.bindings);
        known.extend(locals.map(|binding| &*binding.name));
        known.extend(builtins::all().iter().map(|builtin| builtin.name));
        let message = format!("there is no `{name}`");
        let fault = Fault::new(FaultCode::UnknownName, message.clone(), span);
        self.faults.push(match hint::name(name).or_else(|| nearest(name, known)) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        });
        let value = Value::failed(FailureCode::Missing, message);
        Expr { kind: Kind::Constant(value), ty: Type::Null, span }
    }

    // Expressions.

    fn expr(&mut self, expr: &syntax::Expr) -> Expr {
        let span = expr.span;
        let constant = |value: Value, ty: Type| Expr { kind: Kind::Constant(value), ty, span };
        match &expr.kind {
            ExprKind::Null => constant(Value::NULL, Type::Null),
            ExprKind::Boolean(value) => constant(Value::Boolean(*value), Type::Boolean),
            ExprKind::Number(value) => constant(Value::Number(*value), Type::Number),
            ExprKind::String(value) => constant(Value::String(value.clone()), Type::String),
            ExprKind::At(text) => self.at_literal(text, span),
            ExprKind::Name(name) => self.name(name, span),
            ExprKind::Negate(operand) => {
                let operand = self.expr(operand);
                let ty = match &operand.ty {
                    Type::Number | Type::DaysDuration | Type::YearsDuration | Type::Any => {
                        operand.ty.clone()
                    }
                    Type::Null => Type::Null,
                    other => {
                        let message = format!("`-` needs a number or duration, not {other}");
                        self.type_fault(message, operand.span);
                        Type::Null
                    }
                };
                fold(Expr { kind: Kind::Negate(Box::new(operand)), ty, span })
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, span),
            ExprKind::Between(value, low, high) => {
                let parts = [self.expr(value), self.expr(low), self.expr(high)];
                let [value, low, high] = &parts;
                for end in [low, high] {
                    self.comparable("between", &value.ty, &end.ty, end.span);
                }
                let kind = Kind::Between(Box::new(parts));
                fold(Expr { kind, ty: Type::Boolean, span })
            }
            ExprKind::In(value, tests) => {
                let value = self.expr(value);
                let ty = value.ty.clone();
                let bound = self.bound();
                let tests = tests.iter().map(|test| self.test(test, &ty)).collect();
                self.unbind(bound);
                let tests = Tests { negated: false, tests, forgiving: false };
                Expr { kind: Kind::In(Box::new(value), tests), ty: Type::Boolean, span }
            }
            ExprKind::InstanceOf(value, kind) => {
                let value = self.expr(value);
                match resolve(kind, self.environment) {
                    Ok(kind) => {
                        let kind = Kind::InstanceOf(Box::new(value), kind);
                        Expr { kind, ty: Type::Boolean, span }
                    }
                    Err(fault) => self.give_up(fault),
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition);
                let then = self.expr(then);
                let otherwise = self.expr(otherwise);
                let ty = then.ty.join(&otherwise.ty);
                Expr { kind: Kind::If(Box::new([condition, then, otherwise])), ty, span }
            }
            ExprKind::For(iterations, body) => {
                let bound = self.bound();
                let iterations = self.iterations(iterations);
                let before = self.frame().count;
                let partial = self.bind("partial".into(), Type::list(Type::Any));
                let body = self.expr(body);
                self.unbind(bound);
                let ty = Type::list(body.ty.clone());
                // `partial` is kept only where the body can see it.
                let partial =
                    (before == partial && walk::names_local(&body, partial)).then_some(partial);
                let kind = Kind::For(Box::new(Loop { iterations, partial, body }));
                Expr { kind, ty, span }
            }
            ExprKind::Quantified(quantifier, iterations, body) => {
                let bound = self.bound();
                let iterations = self.iterations(iterations);
                let body = self.condition(body);
                self.unbind(bound);
                let kind = Kind::Quantified(
                    *quantifier,
                    Box::new(Loop { iterations, partial: None, body }),
                );
                Expr { kind, ty: Type::Boolean, span }
            }
            ExprKind::Path(object, name) => {
                if let Some(member) = self.member(object, name, span) {
                    return member;
                }
                let object = self.expr(object);
                let ty = self.property_type(&object.ty, name);
                Expr { kind: Kind::Path(Box::new(object), name.text.clone()), ty, span }
            }
            ExprKind::Filter(list, filter) => self.filter(list, filter, span),
            ExprKind::Call(function, arguments) => self.call(function, arguments, span),
            ExprKind::List(items) => {
                let items: Vec<Expr> = items.iter().map(|item| self.expr(item)).collect();
                let element = items.iter().map(|item| item.ty.clone()).reduce(|a, b| a.join(&b));
                let ty = Type::list(element.unwrap_or(Type::Null));
                fold(Expr { kind: Kind::List(items), ty, span })
            }
            ExprKind::Context(entries) => self.context(entries, span),
            ExprKind::Function(parameters, body) => self.function(parameters, body, None, span),
            ExprKind::ExternalFunction => self.give_up(
                Fault::new(FaultCode::Type, "external functions (Java, PMML) are refused", span)
                    .with_help("write the function in FEEL"),
            ),
            ExprKind::Interval(interval) => {
                let low = self.expr(&interval.low);
                let high = self.expr(&interval.high);
                if !matches!((&low.ty, &high.ty), (Type::Null, _) | (_, Type::Null)) {
                    self.comparable("..", &low.ty, &high.ty, span);
                }
                let ty = Type::range(low.ty.join(&high.ty));
                let range = RangeExpr {
                    low: Some(low),
                    low_closed: interval.low_closed,
                    high: Some(high),
                    high_closed: interval.high_closed,
                };
                fold(Expr { kind: Kind::Range(Box::new(range)), ty, span })
            }
            ExprKind::Open(op, endpoint) => self.open(*op, endpoint, span),
            ExprKind::Value(value) => constant(value.clone(), crate::ops::type_of(value)),
        }
    }

    /// A variable of an imported model, as `prefix.name`.
    fn member(&self, object: &syntax::Expr, name: &syntax::Name, span: Span) -> Option<Expr> {
        let ExprKind::Name(prefix) = &object.kind else { return None };
        let (index, ty) = self.environment.member(prefix, &name.text)?;
        let mut bound = self.frames.iter().flat_map(|frame| &frame.bindings);
        if bound.any(|binding| binding.name == *prefix) {
            return None;
        }
        Some(Expr { kind: Kind::Global(index), ty, span })
    }

    fn give_up(&mut self, fault: Fault) -> Expr {
        let span = fault.span;
        let code = if fault.message.contains("refused") {
            FailureCode::Refused
        } else {
            FailureCode::Missing
        };
        let value = Value::failed(code, fault.message.clone());
        self.faults.push(fault);
        Expr { kind: Kind::Constant(value), ty: Type::Null, span }
    }

    fn condition(&mut self, expr: &syntax::Expr) -> Expr {
        let expr = self.expr(expr);
        if !expr.ty.overlaps(&Type::Boolean) {
            let message = format!("a condition must be boolean, but this is {}", expr.ty);
            self.type_fault(message, expr.span);
        }
        expr
    }

    fn at_literal(&mut self, text: &Arc<str>, span: Span) -> Expr {
        let value = builtins::at_literal(text);
        let ty = crate::ops::type_of(&value);
        if let Value::Null(Null::Failed(failure)) = &value {
            let message = failure.message.clone();
            self.type_fault(message, span);
        }
        Expr { kind: Kind::Constant(value), ty, span }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &syntax::Expr,
        right: &syntax::Expr,
        span: Span,
    ) -> Expr {
        let (left_text, right_text) = (left, right);
        let (left, right) = (self.expr(left), self.expr(right));
        let compares = !matches!(op, BinaryOp::Add | BinaryOp::Subtract);
        let ty = match binary_type(op, &left.ty, &right.ty) {
            Some(ty) => ty,
            None => {
                let sign = op.sign();
                let (l, r) = (&left.ty, &right.ty);
                let fault = Fault::new(
                    FaultCode::Type,
                    format!("`{sign}` cannot be used between {l} and {r}"),
                    span,
                );
                self.faults.push(match (l, r) {
                    (Type::Number, Type::String) | (Type::String, Type::Number) => fault.with_help(
                        "a number is written without quotes; `string(x)` and `number(x)` convert",
                    ),
                    (Type::Date, _)
                        if compares && let Some(date) = hint::written_date(right_text) =>
                    {
                        fault.with_help(hint::date(&date))
                    }
                    (_, Type::Date)
                        if compares && let Some(date) = hint::written_date(left_text) =>
                    {
                        fault.with_help(hint::date(&date))
                    }
                    (Type::Date | Type::DateTime, Type::Number) => fault.with_help(
                        "what is added to a date is a duration: `duration(\"P18Y\")` is 18 years, \
                         `duration(\"P18D\")` 18 days",
                    ),
                    (Type::String, Type::String) if matches!(op, BinaryOp::And | BinaryOp::Or) => {
                        fault.with_help(
                            "in a cell, a comma stands between texts of which one must match",
                        )
                    }
                    _ => fault,
                });
                Type::Null
            }
        };
        fold(Expr { kind: Kind::Binary(op, Box::new(left), Box::new(right)), ty, span })
    }

    fn comparable(&mut self, sign: &str, left: &Type, right: &Type, span: Span) {
        if !ordered(left, right) {
            self.type_fault(format!("`{sign}` cannot compare {left} and {right}"), span);
        }
    }

    fn iterations(&mut self, iterations: &[syntax::Iteration]) -> Vec<Iteration> {
        let mut typed = Vec::with_capacity(iterations.len());
        for iteration in iterations {
            let (domain, element) = match &iteration.domain {
                syntax::Domain::Items(items) => {
                    let items = self.expr(items);
                    let element = match &items.ty {
                        Type::List(element) | Type::Range(element) => (**element).clone(),
                        Type::Any | Type::Null => Type::Any,
                        other => other.clone(),
                    };
                    (Domain::Items(items), element)
                }
                syntax::Domain::Between(from, to) => {
                    let (from, to) = (self.expr(from), self.expr(to));
                    for end in [&from, &to] {
                        if !end.ty.overlaps(&Type::Number) && !end.ty.overlaps(&Type::Date) {
                            let message =
                                format!("a loop runs over numbers or dates, not {}", end.ty);
                            self.type_fault(message, end.span);
                        }
                    }
                    let element = from.ty.join(&to.ty);
                    (Domain::Between(from, to), element)
                }
            };
            let local = self.bind(iteration.name.text.clone(), element);
            typed.push(Iteration { local, domain });
        }
        typed
    }

    fn property_type(&mut self, object: &Type, name: &syntax::Name) -> Type {
        match object {
            Type::Any | Type::Null => Type::Any,
            Type::List(element) => Type::list(self.property_type(&element.clone(), name)),
            Type::Context(entries) => match object.entry(&name.text) {
                Some(kind) => kind.clone(),
                None if entries.is_empty() => Type::Any,
                None => {
                    let message = format!("there is no entry `{}`", name.text);
                    let fault = Fault::new(FaultCode::UnknownName, message, name.span);
                    let known = entries.iter().map(|(name, _)| &**name);
                    self.faults.push(match nearest(&name.text, known) {
                        Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                        None => fault,
                    });
                    Type::Null
                }
            },
            other => match property_of(other, &name.text) {
                Some(kind) => kind,
                None => {
                    let message = format!("{other} has no property `{}`", name.text);
                    self.type_fault(message, name.span);
                    Type::Null
                }
            },
        }
    }

    fn filter(&mut self, list: &syntax::Expr, filter: &syntax::Expr, span: Span) -> Expr {
        let list = self.expr(list);
        let element = match &list.ty {
            Type::List(element) => (**element).clone(),
            Type::Null => Type::Any,
            other => other.clone(),
        };
        let bound = self.bound();
        let item = self.bind("item".into(), element.clone());
        if let Some(binding) = self.frame().bindings.last_mut() {
            binding.opened = true;
        }
        let filter = self.expr(filter);
        self.unbind(bound);
        let ty = match &filter.ty {
            Type::Number => element,
            Type::Boolean => Type::list(element),
            Type::Any | Type::Null => Type::Any,
            other => {
                let message = format!("a filter is a condition or an index, not {other}");
                self.type_fault(message, filter.span);
                Type::Null
            }
        };
        Expr { kind: Kind::Filter(Box::new(Filter { list, item, filter })), ty, span }
    }

    fn context(&mut self, entries: &[(syntax::Name, syntax::Expr)], span: Span) -> Expr {
        let bound = self.bound();
        let mut typed = Vec::with_capacity(entries.len());
        let mut types = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            if let ExprKind::Function(parameters, body) = &value.kind {
                // The function may call itself by the name of the entry.
                let kinds = vec![Type::Any; parameters.len()];
                let local = self.bind(name.text.clone(), Type::function(kinds, Type::Any));
                let function = self.function(parameters, body, Some(local), value.span);
                if let Some(binding) = self.frame().bindings.last_mut() {
                    binding.kind = function.ty.clone();
                }
                types.push((name.text.clone(), function.ty.clone()));
                typed.push((name.text.clone(), local, function));
                continue;
            }
            let value = self.expr(value);
            types.push((name.text.clone(), value.ty.clone()));
            let local = self.bind(name.text.clone(), value.ty.clone());
            typed.push((name.text.clone(), local, value));
        }
        self.unbind(bound);
        Expr { kind: Kind::Context(typed), ty: Type::Context(types.into()), span }
    }

    fn function(
        &mut self,
        parameters: &[(syntax::Name, Option<TypeExpr>)],
        body: &syntax::Expr,
        own: Option<u32>,
        span: Span,
    ) -> Expr {
        let mut typed = Vec::with_capacity(parameters.len());
        for (name, kind) in parameters {
            let kind = match kind {
                None => Type::Any,
                Some(kind) => resolve(kind, self.environment).unwrap_or_else(|fault| {
                    self.faults.push(fault);
                    Type::Any
                }),
            };
            typed.push((name.text.clone(), kind));
        }
        self.frames.push(Frame::default());
        for (name, kind) in &typed {
            self.bind(name.clone(), kind.clone());
        }
        let body = self.expr(body);
        let frame = self.frames.pop().unwrap_or_default();
        let kinds: Vec<Type> = typed.iter().map(|(_, kind)| kind.clone()).collect();
        let ty = Type::function(kinds, body.ty.clone());
        let mut captures = frame.captures;
        let place = captures.iter().position(|(outer, _)| Some(*outer) == own);
        let own = place.map(|place| captures.remove(place).1);
        let definition = Definition { parameters: typed, captures, own, locals: frame.count, body };
        Expr { kind: Kind::Function(Arc::new(definition)), ty, span }
    }

    // Calls.

    fn call(&mut self, function: &syntax::Expr, arguments: &Arguments, span: Span) -> Expr {
        let callee = self.expr(function);
        match (&callee.kind, &callee.ty) {
            (Kind::Constant(Value::Function(Function::Builtin(builtin))), _) => {
                self.call_builtin(builtin, arguments, span)
            }
            (_, Type::Function(..) | Type::Any | Type::Null) => {
                self.call_value(callee, arguments, span)
            }
            (_, other) => {
                let message = format!("{other} is no function");
                let value = Value::failed(FailureCode::Type, message.clone());
                self.type_fault(message, callee.span);
                Expr { kind: Kind::Constant(value), ty: Type::Null, span }
            }
        }
    }

    fn call_value(&mut self, callee: Expr, arguments: &Arguments, span: Span) -> Expr {
        let (parameters, ty) = match &callee.ty {
            Type::Function(parameters, result) => (Some(parameters.clone()), (**result).clone()),
            _ => (None, Type::Any),
        };
        let kind = match arguments {
            Arguments::Positional(arguments) => {
                let arguments: Vec<Expr> = arguments.iter().map(|a| self.expr(a)).collect();
                if let Some(parameters) = parameters {
                    self.check_arguments(&parameters, &arguments, span);
                }
                Kind::Call(Box::new(callee), arguments)
            }
            Arguments::Named(arguments) => {
                let arguments =
                    arguments.iter().map(|(name, a)| (name.text.clone(), self.expr(a))).collect();
                Kind::CallNamed(Box::new(callee), arguments)
            }
        };
        Expr { kind, ty, span }
    }

    fn check_arguments(&mut self, parameters: &[Type], arguments: &[Expr], span: Span) {
        if parameters.len() != arguments.len() {
            let (wanted, given) = (parameters.len(), arguments.len());
            let message = format!("the function takes {}, but is given {given}", counted(wanted));
            let types: Vec<String> = parameters.iter().map(Type::to_string).collect();
            let fault = Fault::new(FaultCode::Type, message, span);
            self.faults.push(fault.with_help(format!("it takes ({})", types.join(", "))));
            return;
        }
        for (parameter, argument) in parameters.iter().zip(arguments) {
            let single = match parameter {
                Type::List(element) => argument.ty.overlaps(element),
                _ => false,
            };
            if !argument.ty.overlaps(parameter) && !single {
                let message = format!("the argument must be {parameter}, but is {}", argument.ty);
                self.type_fault(message, argument.span);
            }
        }
    }

    fn call_builtin(
        &mut self,
        builtin: &'static Builtin,
        arguments: &Arguments,
        span: Span,
    ) -> Expr {
        let arguments = match arguments {
            Arguments::Positional(arguments) => {
                arguments.iter().map(|a| self.expr(a)).collect::<Vec<Expr>>()
            }
            Arguments::Named(arguments) => {
                let named: Vec<(&syntax::Name, Expr)> =
                    arguments.iter().map(|(name, a)| (name, self.expr(a))).collect();
                match arguments::order(builtin, named, span) {
                    Ok(arguments) => arguments,
                    Err(fault) => return self.give_up(fault),
                }
            }
        };
        let types: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
        if !builtin.signatures.iter().any(|signature| arguments::admits(signature, &types)) {
            let fault = arguments::fault(builtin, &types, span);
            self.faults.push(fault);
        } else if let Some(fault) = arguments::stranger(builtin, &arguments) {
            self.faults.push(fault);
        }
        let ty = (builtin.result)(&types);
        fold(Expr { kind: Kind::Builtin(builtin, arguments), ty, span }).or_fault(self)
    }

    // Tests.

    fn open(&mut self, op: BinaryOp, endpoint: &syntax::Expr, span: Span) -> Expr {
        let endpoint = self.expr(endpoint);
        let ty = Type::range(endpoint.ty.clone());
        let (low, low_closed, high, high_closed) = match op {
            BinaryOp::Less => (None, false, Some(endpoint), false),
            BinaryOp::LessEqual => (None, false, Some(endpoint), true),
            BinaryOp::Greater => (Some(endpoint), false, None, false),
            BinaryOp::GreaterEqual => (Some(endpoint), true, None, false),
            BinaryOp::Equal => (Some(endpoint.clone()), true, Some(endpoint), true),
            _ => {
                return self.give_up(Fault::new(
                    FaultCode::Type,
                    format!("`{}` stands for no range of values", op.sign()),
                    span,
                ));
            }
        };
        let range = RangeExpr { low, low_closed, high, high_closed };
        fold(Expr { kind: Kind::Range(Box::new(range)), ty, span })
    }

    fn test(&mut self, test: &syntax::Expr, input: &Type) -> Test {
        match &test.kind {
            ExprKind::Open(op, written) => {
                let endpoint = self.expr(written);
                let fits = match op {
                    BinaryOp::Equal | BinaryOp::NotEqual => input.overlaps(&endpoint.ty),
                    _ => ordered(input, &endpoint.ty),
                };
                if !fits {
                    self.test_fault(input, &endpoint, written);
                }
                Test::Compare(*op, endpoint)
            }
            ExprKind::Interval(interval) => {
                let typed = [self.expr(&interval.low), self.expr(&interval.high)];
                for (end, text) in typed.iter().zip([&interval.low, &interval.high]) {
                    if !ordered(input, &end.ty) && !range_of(input, &end.ty) {
                        self.test_fault(input, end, text);
                    }
                }
                let [low, high] = typed;
                self.interval_order(&low, &high, test.span);
                if matches!(input, Type::Range(_)) {
                    let ty = Type::range(low.ty.join(&high.ty));
                    let range = RangeExpr {
                        low: Some(low),
                        low_closed: interval.low_closed,
                        high: Some(high),
                        high_closed: interval.high_closed,
                    };
                    return Test::Value(fold(Expr {
                        kind: Kind::Range(Box::new(range)),
                        ty,
                        span: test.span,
                    }));
                }
                Test::Range(RangeExpr {
                    low: Some(low),
                    low_closed: interval.low_closed,
                    high: Some(high),
                    high_closed: interval.high_closed,
                })
            }
            _ => {
                let names_input = walk::mentions_input(test);
                let value = self.expr(test);
                if names_input {
                    if !value.ty.overlaps(&Type::Boolean) {
                        let message = format!(
                            "a test with `?` must be true or false, but this is {}",
                            value.ty
                        );
                        self.type_fault(message, value.span);
                    }
                    return Test::Predicate(value);
                }
                let fits = match &value.ty {
                    Type::List(element) => {
                        input.overlaps(element)
                            || input.overlaps(&value.ty)
                            || range_of(element, input)
                    }
                    Type::Range(endpoint) => ordered(input, endpoint) || input.overlaps(&value.ty),
                    Type::Boolean if value.constant_value().is_none() => true,
                    kind => {
                        input.overlaps(kind)
                            || matches!(input, Type::List(element) if self.environment.is_lenient() && element.overlaps(kind))
                    }
                };
                if !fits {
                    self.test_fault(input, &value, test);
                }
                // Truth values are compared, so that null matches neither of them.
                let truth = matches!(value.constant_value(), Some(Value::Boolean(_)));
                match input {
                    Type::Boolean if value.ty == Type::Boolean => {
                        Test::Compare(BinaryOp::Equal, value)
                    }
                    Type::Any if truth => Test::Compare(BinaryOp::Equal, value),
                    _ => Test::Value(value),
                }
            }
        }
    }

    fn test_fault(&mut self, input: &Type, value: &Expr, written: &syntax::Expr) {
        let message = format!("the column is {input}, but this is {}", value.ty);
        let fault = Fault::new(FaultCode::Type, message, value.span);
        self.faults.push(match (input, &value.ty, value.constant_value()) {
            (Type::Date, _, _) if let Some(date) = hint::written_date(written) => {
                fault.with_help(hint::date(&date))
            }
            (Type::List(_), kind, Some(value)) if !matches!(kind, Type::List(_)) => fault
                .with_help(format!("one of its items is tested by `list contains(?, {value})`")),
            (_, kind, _) => match hint::conversion(kind, input, "") {
                Some(help) => fault.with_help(help),
                None => fault,
            },
        });
    }

    /// An interval of constants whose ends are the wrong way round holds nothing.
    fn interval_order(&mut self, low: &Expr, high: &Expr, span: Span) {
        if let (Some(low), Some(high)) = (low.constant_value(), high.constant_value())
            && crate::ops::compare(low, high) == Some(std::cmp::Ordering::Greater)
        {
            let message = format!("the interval holds nothing: {low} is greater than {high}");
            self.type_fault(message, span);
        }
    }
}

impl Expr {
    /// The value of a constant.
    pub fn constant_value(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is a value or a variable, so that nothing can fail when it is evaluated.
    pub fn is_settled(&self) -> bool {
        matches!(&self.kind, Kind::Constant(_) | Kind::Global(_) | Kind::Local(_))
            && self.constant_value().is_none_or(|value| crate::ops::failure(value).is_none())
    }

    /// Reports a constant that folded to a failure.
    fn or_fault(self, checker: &mut Checker<'_>) -> Expr {
        if let Kind::Constant(Value::Null(Null::Failed(failure))) = &self.kind
            && checker.faults.last().is_none_or(|fault| fault.span != self.span)
        {
            checker.type_fault(failure.message.clone(), self.span);
        }
        self
    }
}

/// A number of arguments in words.
fn counted(arguments: usize) -> String {
    match arguments {
        1 => "one argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

fn builtin_value(name: &str, span: Span) -> Option<Expr> {
    let builtin = builtins::find(name)?;
    let value = Value::Function(Function::Builtin(builtin));
    Some(Expr { kind: Kind::Constant(value), ty: Type::Any, span })
}

/// Whether values of the two types can be ordered against each other.
fn ordered(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Any | Type::Null, _) | (_, Type::Any | Type::Null) => true,
        (
            Type::Number
            | Type::String
            | Type::Date
            | Type::Time
            | Type::DateTime
            | Type::DaysDuration
            | Type::YearsDuration,
            right,
        ) => left == right,
        _ => false,
    }
}

fn range_of(range: &Type, endpoint: &Type) -> bool {
    matches!(range, Type::Range(inner) if inner.overlaps(endpoint))
}

/// The type of an operator's result; `None` where it cannot be used.
fn binary_type(op: BinaryOp, left: &Type, right: &Type) -> Option<Type> {
    use Type::{
        Any, Boolean, Date, DateTime, DaysDuration, Null, Number, String, Time, YearsDuration,
    };
    Some(match op {
        BinaryOp::Or | BinaryOp::And => {
            if !left.overlaps(&Boolean) || !right.overlaps(&Boolean) {
                return None;
            }
            Boolean
        }
        BinaryOp::Equal | BinaryOp::NotEqual => {
            if !left.overlaps(right) {
                return None;
            }
            Boolean
        }
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
            if !ordered(left, right) {
                return None;
            }
            Boolean
        }
        _ if *left == Null || *right == Null => Null,
        BinaryOp::Power => match (left, right) {
            (Number | Any, Number | Any) => Number,
            _ => return None,
        },
        _ if *left == Any && *right == Any => Any,
        BinaryOp::Add => match (left, right) {
            (Number, Number | Any) | (Any, Number) => Number,
            (String, String | Any) | (Any, String) => String,
            (Date, YearsDuration | DaysDuration | Any) => Date,
            (YearsDuration | DaysDuration, Date) => Date,
            (DateTime, YearsDuration | DaysDuration | Any)
            | (YearsDuration | DaysDuration, DateTime) => DateTime,
            (Time, DaysDuration | Any) | (DaysDuration, Time) => Time,
            (DaysDuration, DaysDuration) => DaysDuration,
            (YearsDuration, YearsDuration) => YearsDuration,
            (Any, _) | (_, Any) => Any,
            _ => return None,
        },
        BinaryOp::Subtract => match (left, right) {
            (Number, Number | Any) | (Any, Number) => Number,
            (Date | DateTime, Date | DateTime) => DaysDuration,
            (Date, YearsDuration | DaysDuration) => Date,
            (DateTime, YearsDuration | DaysDuration) => DateTime,
            (Time, Time) => DaysDuration,
            (Time, DaysDuration) => Time,
            (DaysDuration, DaysDuration) => DaysDuration,
            (YearsDuration, YearsDuration) => YearsDuration,
            (Any, _) | (_, Any) => Any,
            _ => return None,
        },
        BinaryOp::Multiply => match (left, right) {
            (Number, Number) => Number,
            (DaysDuration, Number) | (Number, DaysDuration) => DaysDuration,
            (YearsDuration, Number) | (Number, YearsDuration) => YearsDuration,
            (Any, _) | (_, Any) => Any,
            _ => return None,
        },
        BinaryOp::Divide => match (left, right) {
            (Number, Number) => Number,
            (DaysDuration, DaysDuration) | (YearsDuration, YearsDuration) => Number,
            (DaysDuration, Number) => DaysDuration,
            (YearsDuration, Number) => YearsDuration,
            (Any, _) | (_, Any) => Any,
            _ => return None,
        },
    })
}

/// The type of a property of a value that is no context.
fn property_of(kind: &Type, name: &str) -> Option<Type> {
    Some(match (kind, name) {
        (Type::Date | Type::DateTime, "year" | "month" | "day" | "weekday")
        | (Type::Time | Type::DateTime, "hour" | "minute" | "second")
        | (Type::DaysDuration, "days" | "hours" | "minutes" | "seconds")
        | (Type::YearsDuration, "years" | "months") => Type::Number,
        (Type::Time | Type::DateTime, "time offset") => Type::DaysDuration,
        (Type::Time | Type::DateTime, "timezone") => Type::String,
        (Type::Range(endpoint), "start" | "end") => (**endpoint).clone(),
        (Type::Range(_), "start included" | "end included") => Type::Boolean,
        _ => return None,
    })
}

/// Replaces an expression of constants by its value.
fn fold(expr: Expr) -> Expr {
    let constant = |expr: &Expr| matches!(expr.kind, Kind::Constant(_));
    let folds = match &expr.kind {
        Kind::Negate(a) => constant(a),
        Kind::Binary(_, a, b) => constant(a) && constant(b),
        Kind::Between(parts) => parts.iter().all(constant),
        Kind::List(items) => items.iter().all(constant),
        Kind::Builtin(builtin, arguments) => {
            !matches!(builtin.name, "now" | "today")
                && arguments.len() < 16
                && arguments.iter().all(constant)
        }
        Kind::Range(range) => [&range.low, &range.high].into_iter().flatten().all(constant),
        _ => false,
    };
    if !folds {
        return expr;
    }
    let mut machine = Machine::new(Vec::new(), 10_000, 64);
    match machine.run(&expr, 0, &[]) {
        Ok(value) => Expr { kind: Kind::Constant(value), ..expr },
        Err(_) => expr,
    }
}
