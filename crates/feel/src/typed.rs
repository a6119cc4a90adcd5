//! The typed form of FEEL, which is evaluated.
//!
//! INVARIANT: every [`Kind::Local`] is an index into the locals of the function body (or of the
//! whole expression) that it stands in; the checker counts them, so that none is out of range.

use std::sync::Arc;

use crate::builtins::Builtin;
use crate::eval::{Callable, Exhausted, Machine};
use crate::span::Span;
use crate::syntax::{BinaryOp, Quantifier};
use crate::types::Type;
use crate::value::{Null, Value};

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// The type of its value; `null` is of every type.
    pub ty: Type,
    /// Where it stands in its source text.
    pub span: Span,
}

/// Kinds of typed expression.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A value.
    Constant(Value),
    /// A variable of the model, by its index among the globals.
    Global(u32),
    /// A variable of the expression, by its index among the locals.
    Local(u32),
    /// `-a`.
    Negate(Box<Expr>),
    /// An operator with two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a between b and c`.
    Between(Box<[Expr; 3]>),
    /// A value and the tests of which one must pass.
    In(Box<Expr>, Tests),
    /// `a instance of T`.
    InstanceOf(Box<Expr>, Type),
    /// `if a then b else c`.
    If(Box<[Expr; 3]>),
    /// `for … return body`.
    For(Box<Loop>),
    /// `some … satisfies body`, and `every`.
    Quantified(Quantifier, Box<Loop>),
    /// `a.name`.
    Path(Box<Expr>, Arc<str>),
    /// `a[filter]`; the local holds the item.
    Filter(Box<Filter>),
    /// A name inside a filter on items of unknown type: the item's entry, or else what the name
    /// means outside.
    ItemEntry {
        /// The local that holds the item.
        item: u32,
        /// The name.
        name: Arc<str>,
        /// What the name means outside the filter.
        outside: Option<Box<Expr>>,
    },
    /// A call of a built-in function.
    Builtin(&'static Builtin, Vec<Expr>),
    /// A call of a function value by position.
    Call(Box<Expr>, Vec<Expr>),
    /// A call of a function value by name.
    CallNamed(Box<Expr>, Vec<(Arc<str>, Expr)>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: 1}`; each entry is kept in a local while the later ones are evaluated.
    Context(Vec<(Arc<str>, u32, Expr)>),
    /// A function literal.
    Function(Arc<Definition>),
    /// `[a..b)`; an endpoint that is absent is unbounded.
    Range(Box<RangeExpr>),
}

/// An interval whose endpoints are expressions.
#[derive(Debug, Clone)]
pub struct RangeExpr {
    /// The lower endpoint.
    pub low: Option<Expr>,
    /// Whether the lower endpoint belongs to it.
    pub low_closed: bool,
    /// The upper endpoint.
    pub high: Option<Expr>,
    /// Whether the upper endpoint belongs to it.
    pub high_closed: bool,
}

/// The iterations and the body of a `for`, `some` or `every`.
#[derive(Debug, Clone)]
pub struct Loop {
    /// The variables and what they run over, outermost first.
    pub iterations: Vec<Iteration>,
    /// The local of `partial`, if the body names it.
    pub partial: Option<u32>,
    /// The body.
    pub body: Expr,
}

/// A variable and what it runs over.
#[derive(Debug, Clone)]
pub struct Iteration {
    /// The local of the variable.
    pub local: u32,
    /// What it runs over.
    pub domain: Domain,
}

/// What an iteration runs over.
#[derive(Debug, Clone)]
pub enum Domain {
    /// The items of a list or range.
    Items(Expr),
    /// From one to the other.
    Between(Expr, Expr),
}

/// A filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is filtered.
    pub list: Expr,
    /// The local of the item.
    pub item: u32,
    /// A condition on the item, or an index.
    pub filter: Expr,
}

/// A function literal.
#[derive(Debug)]
pub struct Definition {
    /// Names and types of the parameters, which are the first locals of the body.
    pub parameters: Vec<(Arc<str>, Type)>,
    /// The locals outside that the body names, each with the local of the body that holds it.
    pub captures: Vec<(u32, u32)>,
    /// The local of the body that holds the function itself, where it names itself.
    pub own: Option<u32>,
    /// Locals that the body needs in all.
    pub locals: u32,
    /// The body.
    pub body: Expr,
}

/// A function with the values that it closes over.
#[derive(Debug)]
pub enum Closure {
    /// Written in FEEL.
    Feel {
        /// The function.
        definition: Arc<Definition>,
        /// The values of its captures.
        captured: Vec<Value>,
    },
    /// Provided by the model, as a business knowledge model with a decision table.
    Provided(Arc<dyn Callable>),
}

/// Unary tests: one must pass.
#[derive(Debug, Clone)]
pub struct Tests {
    /// Whether none may pass instead.
    pub negated: bool,
    /// The tests; none stands for `-`, which everything passes.
    pub tests: Vec<Test>,
    /// Whether the failure of a cell's tests counts as not passing, as the standard has it; else
    /// it is the answer.
    pub forgiving: bool,
}

/// A unary test.
#[derive(Debug, Clone)]
pub enum Test {
    /// A comparison with an endpoint, as `< 10`.
    Compare(BinaryOp, Expr),
    /// An interval.
    Range(RangeExpr),
    /// Anything else without `?`: equality, membership or truth, as the value's kind asks.
    Value(Expr),
    /// An expression with `?`, which must be true.
    Predicate(Expr),
}

/// A typed expression ready to be evaluated on its own.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The expression.
    pub expr: Expr,
    /// Locals that it needs.
    pub locals: u32,
}

/// Typed unary tests ready to be evaluated on their own.
#[derive(Debug, Clone)]
pub struct CompiledTests {
    /// The tests; the value that is tested is the local after the parameters.
    pub tests: Tests,
    /// Locals that they need.
    pub locals: u32,
}

impl Compiled {
    /// Evaluates the expression.
    ///
    /// # Errors
    ///
    /// When a limit of the machine is reached.
    pub fn evaluate(&self, machine: &mut Machine) -> Result<Value, Exhausted> {
        self.evaluate_with(machine, &[])
    }

    /// Evaluates the expression with the values of the parameters that it was checked with.
    ///
    /// # Errors
    ///
    /// When a limit of the machine is reached.
    pub fn evaluate_with(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
    ) -> Result<Value, Exhausted> {
        match &self.expr.kind {
            Kind::Global(index) => Ok(machine.global(*index)),
            Kind::Constant(value) => Ok(value.clone()),
            _ => machine.run(&self.expr, self.locals, arguments),
        }
    }

    /// The value, if it is the same whatever the variables are.
    pub fn constant(&self) -> Option<&Value> {
        match &self.expr.kind {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }
}

impl CompiledTests {
    /// Whether `value` passes: true, false, null where it cannot be told, or unknown.
    ///
    /// # Errors
    ///
    /// When a limit of the machine is reached.
    pub fn evaluate(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        value: &Value,
    ) -> Result<Value, Exhausted> {
        match machine.run_tests(&self.tests, self.locals, arguments, value)? {
            Value::Null(Null::Failed(_)) if self.tests.forgiving => Ok(Value::Boolean(false)),
            passed => Ok(passed),
        }
    }

    /// Whether the tests accept everything.
    pub fn is_any(&self) -> bool {
        self.tests.tests.is_empty() && !self.tests.negated
    }
}
