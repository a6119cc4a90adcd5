//! What parameters of built-in functions admit.

use std::fmt;

use crate::ops;
use crate::temporal::DateTime;
use crate::types::Type;
use crate::value::Value;

/// What a parameter admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Every value, also null.
    Any,
    /// Truth values.
    Boolean,
    /// Numbers.
    Number,
    /// Text.
    String,
    /// Dates.
    Date,
    /// Times.
    Time,
    /// Dates with a time of day; a date counts as its midnight in UTC.
    DateTime,
    /// Dates, with or without a time of day.
    Day,
    /// Durations in days.
    DaysDuration,
    /// Durations in years and months.
    YearsDuration,
    /// Numbers and durations.
    Quantity,
    /// Values of an ordered type.
    Point,
    /// Ranges.
    Range,
    /// Contexts.
    Context,
    /// Functions.
    Function,
    /// Lists of anything.
    List,
    /// Lists of numbers.
    Numbers,
    /// Lists of text.
    Strings,
    /// Lists of contexts.
    Contexts,
}

impl Kind {
    /// The type of items, if this is a kind of lists.
    fn element(self) -> Option<Kind> {
        match self {
            Kind::List => Some(Kind::Any),
            Kind::Numbers => Some(Kind::Number),
            Kind::Strings => Some(Kind::String),
            Kind::Contexts => Some(Kind::Context),
            _ => None,
        }
    }

    /// Whether a value of this type may be given: checked leniently, as the evaluation does.
    pub fn admits(self, ty: &Type) -> bool {
        match (self.element(), ty) {
            (_, Type::Any | Type::Null) => true,
            (Some(element), Type::List(item)) => element.admits(item),
            (Some(element), item) => element.admits(item),
            // A list of one item counts as the item.
            (None, Type::List(item)) if self != Kind::Any => self.admits(item),
            (None, ty) => self.admits_item(ty),
        }
    }

    fn admits_item(self, ty: &Type) -> bool {
        match self {
            Kind::Any => true,
            Kind::Boolean => *ty == Type::Boolean,
            Kind::Number => *ty == Type::Number,
            Kind::String => *ty == Type::String,
            Kind::Date => *ty == Type::Date,
            Kind::Time => *ty == Type::Time,
            Kind::DateTime | Kind::Day => matches!(ty, Type::Date | Type::DateTime),
            Kind::DaysDuration => *ty == Type::DaysDuration,
            Kind::YearsDuration => *ty == Type::YearsDuration,
            Kind::Quantity => {
                matches!(ty, Type::Number | Type::DaysDuration | Type::YearsDuration)
            }
            Kind::Point => matches!(
                ty,
                Type::Number
                    | Type::String
                    | Type::Date
                    | Type::Time
                    | Type::DateTime
                    | Type::DaysDuration
                    | Type::YearsDuration
            ),
            Kind::Range => matches!(ty, Type::Range(_)),
            Kind::Context => matches!(ty, Type::Context(_)),
            Kind::Function => matches!(ty, Type::Function(..)),
            Kind::List | Kind::Numbers | Kind::Strings | Kind::Contexts => {
                matches!(ty, Type::List(_))
            }
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Kind::Any, _)
            | (_, Value::Null(_))
            | (Kind::Boolean, Value::Boolean(_))
            | (Kind::Number | Kind::Quantity | Kind::Point, Value::Number(_))
            | (Kind::String | Kind::Point, Value::String(_))
            | (Kind::Date | Kind::Day | Kind::Point, Value::Date(_))
            | (Kind::Time | Kind::Point, Value::Time(_))
            | (Kind::DateTime | Kind::Day | Kind::Point, Value::DateTime(_))
            | (Kind::DaysDuration | Kind::Quantity | Kind::Point, Value::DaysDuration(_))
            | (Kind::YearsDuration | Kind::Quantity | Kind::Point, Value::YearsDuration(_))
            | (Kind::Range, Value::Range(_))
            | (Kind::Context, Value::Context(_))
            | (Kind::Function, Value::Function(_)) => true,
            (kind, Value::List(items)) => match kind.element() {
                Some(Kind::Any) => true,
                Some(element) => items.iter().all(|item| element.accepts(item)),
                None => false,
            },
            _ => false,
        }
    }

    /// Whether [`convert`](Kind::convert) has a value.
    pub(super) fn takes(self, value: &Value) -> bool {
        self.accepts(value) || self.converted(value).is_some()
    }

    /// The value as this kind wants it.
    pub(crate) fn convert(self, value: &Value) -> Option<Value> {
        if self.accepts(value) { Some(value.clone()) } else { self.converted(value) }
    }

    fn converted(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Kind::DateTime, Value::Date(date)) => {
                Some(Value::DateTime(DateTime::midnight_utc(*date)))
            }
            (kind, Value::List(items)) if kind.element().is_none() => match items.as_slice() {
                [Value::List(_) | Value::Null(_)] => None,
                [item] => kind.convert(item),
                _ => None,
            },
            (kind, item) if !matches!(item, Value::List(_)) => {
                kind.element()?.accepts(item).then(|| Value::list(vec![item.clone()]))
            }
            _ => None,
        }
    }

    /// Why a value is not of this kind.
    pub(super) fn mismatch(self, value: &Value) -> String {
        match value {
            Value::List(_) => format!("is {}, but {self} is wanted", ops::type_of(value)),
            value => format!("is {}, but {self} is wanted", ops::describe(value)),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Any => "any value",
            Kind::Boolean => "boolean",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime => "date and time",
            Kind::Day => "date or date and time",
            Kind::DaysDuration => "days and time duration",
            Kind::YearsDuration => "years and months duration",
            Kind::Quantity => "number or duration",
            Kind::Point => "number, string, date, time or duration",
            Kind::Range => "range",
            Kind::Context => "context",
            Kind::Function => "function",
            Kind::List => "list",
            Kind::Numbers => "list of numbers",
            Kind::Strings => "list of strings",
            Kind::Contexts => "list of contexts",
        })
    }
}
