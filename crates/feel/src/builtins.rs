//! The built-in functions of FEEL.
//!
//! Each is one item with its name, its signatures, its documentation and examples, which the tests
//! evaluate. A call goes through [`invoke`], which counts the work, goes through what unknown
//! arguments can be, and converts the arguments as the signature wants them.

#[macro_use]
mod definition;
mod context;
mod conversion;
mod kind;
mod list;
mod moment;
mod numeric;
mod range;
mod text;

use std::fmt;
use std::sync::LazyLock;

use crate::temporal::{Date, DateTime, DaysDuration, Time, YearsDuration};
use crate::types::Type;
use crate::value::{FailureCode, Function, Value};

pub use kind::Kind;

/// A built-in function.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// The ways to call it.
    pub signatures: &'static [Signature],
    /// The type of the result for arguments of these types.
    pub result: fn(&[Type]) -> Type,
    /// Calls it with arguments in the order of a signature.
    pub call: fn(&mut dyn Host, &[Value]) -> Value,
    /// What it does.
    pub doc: &'static str,
    /// Calls and what they give, both in FEEL.
    pub examples: &'static [(&'static str, &'static str)],
}

/// One way to call a function. Named arguments use the parameter names.
#[derive(Debug)]
pub struct Signature {
    /// The parameters in order; optional ones come last.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may repeat.
    pub variadic: bool,
}

/// A parameter of a built-in function.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it admits.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a built-in may ask of the evaluator.
pub trait Host {
    /// Calls a function value.
    fn call(&mut self, function: &Function, arguments: &[Value]) -> Value;
    /// Takes units of work: false when there are not as many left, upon which the built-in returns
    /// at once.
    fn spend(&mut self, units: u64) -> bool;
    /// The moment that is now, if the evaluation is to know.
    fn now(&self) -> Option<DateTime>;
}

static ALL: LazyLock<Vec<&'static Builtin>> = LazyLock::new(|| {
    let groups: [&[&'static Builtin]; 7] = [
        conversion::ALL,
        text::ALL,
        list::ALL,
        numeric::ALL,
        moment::ALL,
        range::ALL,
        context::ALL,
    ];
    let mut all: Vec<&'static Builtin> = groups.concat();
    all.sort_by_key(|builtin| builtin.name);
    all
});

/// The built-in function of this name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    let at = ALL.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    ALL.get(at).copied()
}

/// All built-in functions, by name.
pub fn all() -> &'static [&'static Builtin] {
    &ALL
}

/// The value of the literal `@"text"`: a date, time, date and time, or duration.
pub fn at_literal(text: &str) -> Value {
    let duration = text.starts_with('P') || text.starts_with("-P");
    let value = if duration {
        match YearsDuration::parse(text) {
            Ok(duration) => Ok(Value::YearsDuration(duration)),
            Err(_) => DaysDuration::parse(text).map(Value::DaysDuration),
        }
    } else if text.contains('T') && text.get(..4).is_some_and(|year| !year.contains(':')) {
        DateTime::parse(text).map(Value::DateTime)
    } else if text.contains(':') {
        Time::parse(text).map(Value::Time)
    } else {
        Date::parse(text).map(Value::Date)
    };
    value.unwrap_or_else(|error| {
        let message = match error.is_range() {
            true => error.to_string(),
            false => format!("`@\"{}\"` is no date, time or duration", text.escape_debug()),
        };
        Value::failed(FailureCode::Parse, message)
    })
}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Builtin").field(&self.name).finish()
    }
}

/// As `(list: list, length?: number)`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, parameter) in self.parameters.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            let optional = if parameter.optional { "?" } else { "" };
            write!(f, "{comma}{}{optional}: {}", parameter.name, parameter.kind)?;
        }
        f.write_str(if self.variadic { ", …)" } else { ")" })
    }
}
