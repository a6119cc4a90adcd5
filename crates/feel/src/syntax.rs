//! The syntax tree of FEEL, as written.

use std::sync::Arc;

use crate::number::Number;
use crate::span::Span;
use crate::value::Value;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
    /// Levels of expressions below and including this one; never above
    /// [`crate::parser::MAX_DEPTH`].
    pub depth: u16,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, its parts separated by single spaces.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A numeral.
    Number(Number),
    /// A string literal, escapes undone.
    String(Arc<str>),
    /// `@"2026-11-23"`: a date, time, date and time or duration.
    At(Arc<str>),
    /// A variable or function, or `?`.
    Name(Arc<str>),
    /// `-a`.
    Negate(Box<Expr>),
    /// `a + b` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a between b and c`.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a in (test, …)`.
    In(Box<Expr>, Vec<Expr>),
    /// `a instance of T`.
    InstanceOf(Box<Expr>, TypeExpr),
    /// `if a then b else c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `for x in list, … return body`.
    For(Vec<Iteration>, Box<Expr>),
    /// `some x in list, … satisfies condition`, and `every`.
    Quantified(Quantifier, Vec<Iteration>, Box<Expr>),
    /// `a.name`.
    Path(Box<Expr>, Name),
    /// `a[filter]`.
    Filter(Box<Expr>, Box<Expr>),
    /// `f(a, b)` or `f(x: a, y: b)`.
    Call(Box<Expr>, Arguments),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: 1, b: 2}`.
    Context(Vec<(Name, Expr)>),
    /// `function(x: T) body`.
    Function(Vec<(Name, Option<TypeExpr>)>, Box<Expr>),
    /// `function(x) external {…}`: parsed, and refused where it is checked.
    ExternalFunction,
    /// `[a..b)` and the like.
    Interval(Box<Interval>),
    /// `< a` and the like, standing for the values that pass it.
    Open(BinaryOp, Box<Expr>),
    /// A value that no text stands for, as the function of a boxed decision table.
    Value(Value),
}

/// An interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// The lower endpoint.
    pub low: Expr,
    /// Whether the lower endpoint belongs to it.
    pub low_closed: bool,
    /// The upper endpoint.
    pub high: Expr,
    /// Whether the upper endpoint belongs to it.
    pub high_closed: bool,
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `**`
    Power,
}

/// `some` or `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `some`
    Some,
    /// `every`
    Every,
}

/// One `x in domain` of a `for`, `some` or `every`.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The variable.
    pub name: Name,
    /// What it runs over.
    pub domain: Domain,
}

/// What an iteration runs over.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// The items of a list, or the integers or dates of a range.
    Items(Expr),
    /// `a..b`: from one to the other, upwards or downwards.
    Between(Expr, Expr),
}

/// Arguments of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// By position.
    Positional(Vec<Expr>),
    /// By name.
    Named(Vec<(Name, Expr)>),
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    /// A built-in or named type.
    Named(Arc<str>),
    /// `list<T>`
    List(Box<TypeExpr>),
    /// `range<T>`
    Range(Box<TypeExpr>),
    /// `context<a: T, …>`
    Context(Vec<(Name, TypeExpr)>),
    /// `function<T, …> -> U`
    Function(Vec<TypeExpr>, Box<TypeExpr>),
}

/// Unary tests: the content of an input cell.
#[derive(Debug, Clone, PartialEq)]
pub struct UnaryTests {
    /// Whether they stand in `not(…)`.
    pub negated: bool,
    /// The tests, of which one must pass; none stands for `-`, which everything passes.
    pub tests: Vec<Expr>,
}

impl Expr {
    /// An expression of these parts.
    ///
    /// # Errors
    ///
    /// When it would be nested too deeply.
    pub fn new(kind: ExprKind, span: Span) -> Result<Expr, crate::fault::Fault> {
        crate::parser::made(kind, span)
    }

    /// The expression with every place changed.
    #[must_use]
    pub fn relocated(mut self, place: &dyn Fn(Span) -> Span) -> Expr {
        relocate(&mut self, place);
        self
    }
}

fn relocate(expr: &mut Expr, place: &dyn Fn(Span) -> Span) {
    expr.span = place(expr.span);
    let name = |name: &mut Name| name.span = place(name.span);
    match &mut expr.kind {
        ExprKind::Null
        | ExprKind::Boolean(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::At(_)
        | ExprKind::Name(_)
        | ExprKind::ExternalFunction
        | ExprKind::Value(_) => {}
        ExprKind::Negate(a) | ExprKind::Open(_, a) => relocate(a, place),
        ExprKind::InstanceOf(a, kind) => {
            relocate(a, place);
            relocate_type(kind, place);
        }
        ExprKind::Path(a, property) => {
            relocate(a, place);
            name(property);
        }
        ExprKind::Function(parameters, body) => {
            for (parameter, kind) in parameters {
                name(parameter);
                kind.iter_mut().for_each(|kind| relocate_type(kind, place));
            }
            relocate(body, place);
        }
        ExprKind::Binary(_, a, b) | ExprKind::Filter(a, b) => {
            relocate(a, place);
            relocate(b, place);
        }
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
            [a, b, c].into_iter().for_each(|part| relocate(part, place));
        }
        ExprKind::In(a, tests) => {
            relocate(a, place);
            tests.iter_mut().for_each(|test| relocate(test, place));
        }
        ExprKind::For(iterations, body) | ExprKind::Quantified(_, iterations, body) => {
            for iteration in iterations {
                name(&mut iteration.name);
                match &mut iteration.domain {
                    Domain::Items(items) => relocate(items, place),
                    Domain::Between(from, to) => {
                        relocate(from, place);
                        relocate(to, place);
                    }
                }
            }
            relocate(body, place);
        }
        ExprKind::Call(callee, arguments) => {
            relocate(callee, place);
            match arguments {
                Arguments::Positional(arguments) => {
                    arguments.iter_mut().for_each(|argument| relocate(argument, place));
                }
                Arguments::Named(arguments) => {
                    for (parameter, argument) in arguments {
                        name(parameter);
                        relocate(argument, place);
                    }
                }
            }
        }
        ExprKind::List(items) => items.iter_mut().for_each(|item| relocate(item, place)),
        ExprKind::Context(entries) => {
            for (key, entry) in entries {
                name(key);
                relocate(entry, place);
            }
        }
        ExprKind::Interval(interval) => {
            relocate(&mut interval.low, place);
            relocate(&mut interval.high, place);
        }
    }
}

fn relocate_type(kind: &mut TypeExpr, place: &dyn Fn(Span) -> Span) {
    kind.span = place(kind.span);
    match &mut kind.kind {
        TypeKind::Named(_) => {}
        TypeKind::List(inner) | TypeKind::Range(inner) => relocate_type(inner, place),
        TypeKind::Context(entries) => {
            for (name, kind) in entries {
                name.span = place(name.span);
                relocate_type(kind, place);
            }
        }
        TypeKind::Function(parameters, result) => {
            parameters.iter_mut().for_each(|kind| relocate_type(kind, place));
            relocate_type(result, place);
        }
    }
}

impl BinaryOp {
    /// The operator as written.
    pub fn sign(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Power => "**",
        }
    }
}
