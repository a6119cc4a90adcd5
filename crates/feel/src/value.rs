//! FEEL values.

use std::fmt;
use std::sync::Arc;

use crate::number::Number;
use crate::ops::Walk;
use crate::span::Span;
use crate::temporal::{Date, DateTime, DaysDuration, Time, YearsDuration};
use crate::typed::Closure;

/// A value of the FEEL language. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Value {
    /// The absence of a value, with its cause.
    Null(Null),
    /// A truth value.
    Boolean(bool),
    /// A decimal number.
    Number(Number),
    /// Text.
    String(Arc<str>),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date with a time of day.
    DateTime(DateTime),
    /// A duration in days and smaller units.
    DaysDuration(DaysDuration),
    /// A duration in years and months.
    YearsDuration(YearsDuration),
    /// A range.
    Range(Arc<Range>),
    /// A list.
    List(Arc<List>),
    /// A context.
    Context(Arc<Context>),
    /// A function.
    Function(Function),
}

/// Why there is no value.
#[derive(Debug, Clone, Default)]
pub enum Null {
    /// The literal `null`, or an absence that the standard asks for.
    #[default]
    Plain,
    /// An operation failed: the standard's null, with the reason.
    Failed(Arc<Failure>),
    /// The value rests on facts that nobody has given.
    Unknown(Arc<Unknown>),
}

/// The reason for which an operation yields `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub code: FailureCode,
    /// What went wrong, in words: lower case, no full stop.
    pub message: String,
    /// Where in the expression's source text; empty when it is not known.
    pub span: Span,
}

/// Kinds of failure of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureCode {
    /// An operand or argument has the wrong type.
    Type,
    /// An argument is outside the domain of the function.
    Domain,
    /// A number, date or duration is outside the range that can be represented.
    Overflow,
    /// Division by zero.
    DivisionByZero,
    /// A text does not parse as the value asked for.
    Parse,
    /// A name, entry or index that is not there.
    Missing,
    /// The wrong number of arguments, or an unknown named argument.
    Arguments,
    /// A decision table in which no rule, or more than one, matched where that is an error.
    HitPolicy,
    /// A value that its type's allowed values exclude.
    NotAllowed,
    /// Something that this engine refuses, as external functions.
    Refused,
}

/// A value that rests on missing facts, and what it can be.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// The names of the missing facts that the value rests on, sorted, without repetition.
    pub facts: Vec<Arc<str>>,
    /// What the value can be, whatever the facts are.
    pub possible: Possible,
}

/// What an unknown value can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Possible {
    /// Anything of its type.
    Anything,
    /// One of these, sorted in no particular order, without repetition; two at least.
    OneOf(Vec<Value>),
    /// A number between these, both included.
    Between(Number, Number),
}

/// A range between endpoints of one ordered type.
///
/// An endpoint that is `None` is unbounded, as in the value of `< 10`.
#[derive(Debug, Clone)]
pub struct Range {
    /// The lower endpoint.
    pub low: Option<Value>,
    /// Whether the lower endpoint belongs to the range.
    pub low_closed: bool,
    /// The upper endpoint.
    pub high: Option<Value>,
    /// Whether the upper endpoint belongs to the range.
    pub high_closed: bool,
}

/// The items of a list.
#[derive(Debug, Clone, Default)]
pub struct List(Vec<Value>);

/// Named entries, in the order in which they were written; names are unique.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: Vec<(Arc<str>, Value)>,
}

/// A function value.
#[derive(Debug, Clone)]
pub enum Function {
    /// One of the standard's built-in functions.
    Builtin(&'static crate::builtins::Builtin),
    /// A function written in FEEL, with the values that it closes over.
    Closure(Arc<Closure>),
}

impl std::ops::Deref for List {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.0
    }
}

impl std::ops::DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        &mut self.0
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> List {
        List(items)
    }
}

impl Drop for List {
    fn drop(&mut self) {
        dismantle(std::mem::take(&mut self.0));
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        dismantle(self.entries.drain(..).map(|(_, value)| value).collect());
    }
}

/// Drops values level by level: a deeply nested one would otherwise need as deep a stack.
fn dismantle(mut waiting: Vec<Value>) {
    let nested = |value: &Value| {
        matches!(value, Value::List(_) | Value::Context(_) | Value::Function(Function::Closure(_)))
    };
    if !waiting.iter().any(nested) {
        return;
    }
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut list) = Arc::into_inner(list) {
                    waiting.append(&mut list.0);
                }
            }
            Value::Context(context) => {
                if let Some(mut context) = Arc::into_inner(context) {
                    waiting.extend(context.entries.drain(..).map(|(_, value)| value));
                }
            }
            Value::Function(Function::Closure(closure)) => {
                if let Some(Closure::Feel { captured, .. }) = Arc::into_inner(closure) {
                    waiting.extend(captured);
                }
            }
            _ => {}
        }
    }
}

impl Context {
    /// A context without entries.
    pub fn new() -> Context {
        Context::default()
    }

    /// The entry `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// Sets the entry `name`, in its old place if it is there already.
    pub fn put(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        match self.entries.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.entries.push((name, value)),
        }
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, Value)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(entries: I) -> Context {
        let mut context = Context::new();
        for (name, value) in entries {
            context.put(name, value);
        }
        context
    }
}

impl Value {
    /// `null` without a cause.
    pub const NULL: Value = Value::Null(Null::Plain);

    /// `null` because an operation failed. The evaluator adds the span.
    pub fn failed(code: FailureCode, message: impl Into<String>) -> Value {
        let failure = Failure { code, message: message.into(), span: Span::default() };
        Value::Null(Null::Failed(Arc::new(failure)))
    }

    /// The unknown value of a missing fact.
    pub fn unknown(fact: impl Into<Arc<str>>, possible: Possible) -> Value {
        Value::Null(Null::Unknown(Arc::new(Unknown { facts: vec![fact.into()], possible })))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(List(items)))
    }

    /// Text.
    pub fn string(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// A context.
    pub fn context(context: Context) -> Value {
        Value::Context(Arc::new(context))
    }

    /// Whether this is `null`, for whatever cause.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null(_))
    }

    /// The missing facts that the value rests on, if it is unknown.
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Value::Null(Null::Unknown(unknown)) => Some(unknown),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Boolean(value)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Value {
        Value::Number(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Number(Number::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::string(value)
    }
}

/// Values are equal when they are [the same](crate::ops::same).
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        crate::ops::same(self, other)
    }
}

/// The canonical FEEL source text: what it reads as is the value again, except for functions and
/// for causes of null. Of a value with more than a million parts, `…` stands for the rest.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, self, &mut Walk::default())
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_range(f, self, &mut Walk::default())
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_context(f, self, &mut Walk::default())
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &Value, walk: &mut Walk) -> fmt::Result {
    if !walk.enter() {
        return f.write_str("…");
    }
    match value {
        Value::Null(_) => f.write_str("null")?,
        Value::Boolean(value) => write!(f, "{value}")?,
        Value::Number(value) => write!(f, "{value}")?,
        Value::String(value) => write_quoted(f, value)?,
        Value::Date(value) => write!(f, "date(\"{value}\")")?,
        Value::Time(value) => write!(f, "time(\"{value}\")")?,
        Value::DateTime(value) => write!(f, "date and time(\"{value}\")")?,
        Value::DaysDuration(value) => write!(f, "duration(\"{value}\")")?,
        Value::YearsDuration(value) => write!(f, "duration(\"{value}\")")?,
        Value::Range(range) => write_range(f, range, walk)?,
        Value::List(items) => {
            f.write_str("[")?;
            for (i, item) in items.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                write_value(f, item, walk)?;
                if walk.exceeded() {
                    break;
                }
            }
            f.write_str("]")?;
        }
        Value::Context(context) => write_context(f, context, walk)?,
        Value::Function(Function::Builtin(builtin)) => f.write_str(builtin.name)?,
        Value::Function(Function::Closure(_)) => f.write_str("function(...)")?,
    }
    walk.leave();
    Ok(())
}

fn write_range(f: &mut fmt::Formatter<'_>, range: &Range, walk: &mut Walk) -> fmt::Result {
    let (open, between, close) = match (&range.low, &range.high) {
        (Some(_), None) => (if range.low_closed { "(>= " } else { "(> " }, "", ")"),
        (None, Some(_)) => (if range.high_closed { "(<= " } else { "(< " }, "", ")"),
        _ => (
            if range.low_closed { "[" } else { "(" },
            "..",
            if range.high_closed { "]" } else { ")" },
        ),
    };
    f.write_str(open)?;
    if let Some(low) = &range.low {
        write_value(f, low, walk)?;
    }
    f.write_str(between)?;
    if let Some(high) = &range.high {
        write_value(f, high, walk)?;
    }
    f.write_str(close)
}

fn write_context(f: &mut fmt::Formatter<'_>, context: &Context, walk: &mut Walk) -> fmt::Result {
    f.write_str("{")?;
    for (i, (name, value)) in context.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        if is_identifier(name) {
            f.write_str(name)?;
        } else {
            write_quoted(f, name)?;
        }
        f.write_str(": ")?;
        write_value(f, value, walk)?;
        if walk.exceeded() {
            break;
        }
    }
    f.write_str("}")
}

/// Whether a key needs no quotes.
fn is_identifier(name: &str) -> bool {
    let start = |c: char| c == '_' || c.is_alphabetic();
    let mut characters = name.chars();
    characters.next().is_some_and(start)
        && characters.all(|c| start(c) || c.is_ascii_digit())
        && !KEYWORDS.contains(&name)
}

const KEYWORDS: &[&str] = &[
    "and",
    "between",
    "else",
    "every",
    "external",
    "false",
    "for",
    "function",
    "if",
    "in",
    "instance",
    "not",
    "null",
    "or",
    "return",
    "satisfies",
    "some",
    "then",
    "true",
];

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            character if character.is_control() => {
                write!(f, "\\u{:04X}", u32::from(character))?;
            }
            character => write!(f, "{character}")?,
        }
    }
    f.write_str("\"")
}
