//! The finitely many things that a column of codes can hold.

use feel::value::{Null, Possible};
use feel::{Type, Value, ops};

/// What a code stands for.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A number, date or list that stands in the column itself.
    Regular,
    /// A value: a constant, null, or an unknown one whose missing facts are left out.
    Value(Value),
    /// What columns cannot tell: the row evaluator has to.
    Open,
}

impl Item {
    /// The null of an operation that failed.
    pub fn is_certain_null(&self) -> bool {
        matches!(self, Item::Value(Value::Null(Null::Plain | Null::Failed(_))))
    }

    /// Whether this is unknown, and can be anything of its type.
    pub fn is_anything(&self) -> bool {
        match self {
            Item::Value(value) => {
                value.as_unknown().is_some_and(|u| matches!(u.possible, Possible::Anything))
            }
            _ => false,
        }
    }

    fn is_alike(&self, other: &Item) -> bool {
        match (self, other) {
            (Item::Regular, Item::Regular) | (Item::Open, Item::Open) => true,
            (Item::Value(a), Item::Value(b)) => alike(a, b),
            _ => false,
        }
    }
}

/// What the codes of a column stand for, by code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Domain {
    pub items: Vec<Item>,
}

/// The most items of a domain; what is more is left to the row evaluator.
const MOST: usize = 60_000;

/// The most items that are searched one by one for an equal one.
const MOST_COMPARED: usize = 512;

impl Domain {
    /// An empty domain for values of a type; truth values have fixed codes.
    pub fn of(kind: &Type) -> Domain {
        let mut domain = Domain::default();
        if *kind == Type::Boolean {
            domain.put(Item::Value(Value::Boolean(false)));
            domain.put(Item::Value(Value::Boolean(true)));
        }
        domain
    }

    /// The domain of exceptions: the first code is for what stands in the column itself.
    pub fn exceptions() -> Domain {
        Domain { items: vec![Item::Regular] }
    }

    /// The code of an item, which is added if it is new.
    pub fn put(&mut self, item: Item) -> u16 {
        let compared =
            self.items.iter().take(MOST_COMPARED).position(|other| other.is_alike(&item));
        if let Some(at) = compared {
            return code(at);
        }
        if self.items.len() >= MOST {
            return self.put_open();
        }
        self.items.push(item);
        code(self.items.len() - 1)
    }

    /// The code of [`Item::Open`].
    pub fn put_open(&mut self) -> u16 {
        let open = self.items.iter().position(|item| matches!(item, Item::Open));
        code(open.unwrap_or_else(|| {
            self.items.push(Item::Open);
            self.items.len() - 1
        }))
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether false and true have the codes 0 and 1.
    pub fn is_boolean(&self) -> bool {
        matches!(
            self.items.as_slice(),
            [Item::Value(Value::Boolean(false)), Item::Value(Value::Boolean(true)), ..]
        )
    }
}

/// An index as a code. Domains are far smaller than codes go.
pub(crate) fn code(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// Whether two values behave alike in every operator: equal, or nulls of one kind, or unknown with
/// the same possible values. Missing facts and messages do not matter.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null(Null::Unknown(a)), Value::Null(Null::Unknown(b))) => {
            match (&a.possible, &b.possible) {
                (Possible::Anything, Possible::Anything) => true,
                (Possible::Between(a, b), Possible::Between(c, d)) => a == c && b == d,
                (Possible::OneOf(a), Possible::OneOf(b)) => {
                    a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| alike(a, b)))
                }
                _ => false,
            }
        }
        (Value::Null(Null::Plain), Value::Null(Null::Plain))
        | (Value::Null(Null::Failed(_)), Value::Null(Null::Failed(_))) => true,
        (Value::Null(_), _) | (_, Value::Null(_)) => false,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| alike(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((n, a), (m, b))| n == m && alike(a, b))
        }
        (a, b) => ops::same(a, b),
    }
}
