//! The syntax tree of FEEL, as written.

use std::sync::Arc;

use crate::number::Number;
use crate::span::Span;

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
