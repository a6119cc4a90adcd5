//! FEEL types and conformance between them (DMN 1.5, section 10.3.2.9).

use std::fmt;
use std::sync::Arc;

/// A FEEL type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// Every value.
    Any,
    /// `null` alone.
    Null,
    /// `true` and `false`.
    Boolean,
    /// Decimal numbers.
    Number,
    /// Text.
    String,
    /// Calendar dates.
    Date,
    /// Times of day, with or without a zone.
    Time,
    /// Dates with a time of day.
    DateTime,
    /// Durations in days and smaller units.
    DaysDuration,
    /// Durations in years and months.
    YearsDuration,
    /// Lists of a type.
    List(Arc<Type>),
    /// Ranges of a type.
    Range(Arc<Type>),
    /// Contexts with at least these entries.
    Context(Arc<[(Arc<str>, Type)]>),
    /// Functions.
    Function(Arc<[Type]>, Arc<Type>),
}

impl Type {
    /// `list<element>`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// `range<endpoint>`.
    pub fn range(endpoint: Type) -> Type {
        Type::Range(Arc::new(endpoint))
    }

    /// `function<parameters> -> result`.
    pub fn function(parameters: impl Into<Arc<[Type]>>, result: Type) -> Type {
        Type::Function(parameters.into(), Arc::new(result))
    }

    /// Whether every value of this type may stand where `expected` is asked for.
    ///
    /// `Null` conforms to every type, and every type conforms to `Any`.
    pub fn conforms_to(&self, expected: &Type) -> bool {
        match (self, expected) {
            (_, Type::Any) | (Type::Null, _) => true,
            (Type::List(a), Type::List(b)) | (Type::Range(a), Type::Range(b)) => a.conforms_to(b),
            (Type::Context(a), Type::Context(b)) => b.iter().all(|(name, expected)| {
                a.iter().any(|(key, actual)| key == name && actual.conforms_to(expected))
            }),
            (Type::Function(a, ra), Type::Function(b, rb)) => {
                a.len() == b.len()
                    && b.iter().zip(a.iter()).all(|(b, a)| b.conforms_to(a))
                    && ra.conforms_to(rb)
            }
            (a, b) => a == b,
        }
    }

    /// Whether some value but `null` may be of both types; a checker objects only where there is
    /// none.
    pub fn overlaps(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Any | Type::Null, _) | (_, Type::Any | Type::Null) => true,
            (Type::List(a), Type::List(b)) | (Type::Range(a), Type::Range(b)) => a.overlaps(b),
            (Type::Context(a), Type::Context(b)) => a.iter().all(|(name, left)| {
                b.iter().all(|(key, right)| key != name || left.overlaps(right))
            }),
            (Type::Function(a, _), Type::Function(b, _)) => a.len() == b.len(),
            (a, b) => a == b,
        }
    }

    /// The narrowest of our types that both conform to.
    pub fn join(&self, other: &Type) -> Type {
        match (self, other) {
            (a, b) if a.conforms_to(b) => b.clone(),
            (a, b) if b.conforms_to(a) => a.clone(),
            (Type::List(a), Type::List(b)) => Type::list(a.join(b)),
            (Type::Context(a), Type::Context(b)) => Type::Context(
                a.iter()
                    .filter_map(|(name, left)| {
                        let (_, right) = b.iter().find(|(key, _)| key == name)?;
                        Some((name.clone(), left.join(right)))
                    })
                    .collect(),
            ),
            _ => Type::Any,
        }
    }

    /// The type of the context entry `name`, if this is a context that has it.
    pub fn entry(&self, name: &str) -> Option<&Type> {
        match self {
            Type::Context(entries) => {
                entries.iter().find(|(key, _)| &**key == name).map(|(_, t)| t)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("Any"),
            Type::Null => f.write_str("Null"),
            Type::Boolean => f.write_str("boolean"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::DateTime => f.write_str("date and time"),
            Type::DaysDuration => f.write_str("days and time duration"),
            Type::YearsDuration => f.write_str("years and months duration"),
            Type::List(element) => write!(f, "list<{element}>"),
            Type::Range(endpoint) => write!(f, "range<{endpoint}>"),
            Type::Context(entries) => {
                f.write_str("context<")?;
                for (i, (name, entry)) in entries.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{name}: {entry}")?;
                }
                f.write_str(">")
            }
            Type::Function(parameters, result) => {
                f.write_str("function<")?;
                for (i, parameter) in parameters.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{parameter}")?;
                }
                write!(f, "> -> {result}")
            }
        }
    }
}
