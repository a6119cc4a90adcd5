//! Functions on contexts.

use super::Builtin;
use super::numeric::spend;
use crate::ops;
use crate::types::Type;
use crate::value::{Context, FailureCode, Value};

pub(super) const ALL: &[&Builtin] =
    &[&GET_VALUE, &GET_ENTRIES, &CONTEXT, &CONTEXT_PUT, &CONTEXT_MERGE];

builtin! {
    /// The entry of a context under a key, or under keys one inside the other; null if it is not
    /// there.
    GET_VALUE = "get value" (Outer)
    ("m" Context, "key" String)
    ("m" Context, "keys" Strings)
    -> |_| Type::Any;
    |_, arguments| match arguments {
        [Value::Context(context), Value::String(key)] => {
            context.get(key).cloned().unwrap_or(Value::NULL)
        }
        [context, Value::List(keys)] => {
            let mut value = context.clone();
            for key in keys.iter() {
                value = match (&value, key) {
                    (Value::Context(context), Value::String(key)) => {
                        context.get(key).cloned().unwrap_or(Value::NULL)
                    }
                    _ => return Value::NULL,
                };
            }
            value
        }
        _ => Value::NULL,
    };
    "get value({a: 1}, \"a\")" => "1",
    "get value({a: {b: 2}}, [\"a\", \"b\"])" => "2",
    "get value({a: 1}, \"b\")" => "null",
}

builtin! {
    /// The entries of a context, as contexts of `key` and `value`.
    GET_ENTRIES = "get entries" (Outer)
    ("m" Context)
    -> |_| Type::list(Type::Context(
        [("key".into(), Type::String), ("value".into(), Type::Any)].into(),
    ));
    |host, arguments| match arguments {
        [Value::Context(context)] => {
            if !spend(host, 2 * context.len()) {
                return Value::NULL;
            }
            let entry = |(key, value): (&std::sync::Arc<str>, &Value)| {
                let pair = [("key", Value::String(key.clone())), ("value", value.clone())];
                Value::context(pair.into_iter().collect())
            };
            Value::list(context.iter().map(entry).collect())
        }
        _ => Value::NULL,
    };
    "get entries({a: 1, b: 2})" => "[{key: \"a\", value: 1}, {key: \"b\", value: 2}]",
    "get entries({})" => "[]",
}

builtin! {
    /// The context of a list of entries, each a context of `key` and `value`.
    CONTEXT = "context" (Outer)
    ("entries" Contexts)
    -> |_| Type::Context([].into());
    |host, arguments| match arguments {
        [Value::List(entries)] => {
            if !spend(host, entries.len()) {
                return Value::NULL;
            }
            let mut context = Context::new();
            for entry in entries.iter() {
                let (key, value) = match entry {
                    Value::Context(entry) => match (entry.get("key"), entry.get("value")) {
                        (Some(Value::String(key)), Some(value)) => (key, value),
                        _ => {
                            let message = "an entry wants a string `key` and a `value`";
                            return Value::failed(FailureCode::Missing, message);
                        }
                    },
                    other => return ops::property(other, "key"),
                };
                if context.get(key).is_some() {
                    let message = format!("there are two entries `{key}`");
                    return Value::failed(FailureCode::Domain, message);
                }
                context.put(key.clone(), value.clone());
            }
            Value::context(context)
        }
        _ => Value::NULL,
    };
    "context([{key: \"a\", value: 1}, {key: \"b\", value: null}])" => "{a: 1, b: null}",
    "context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])" => "null",
    "context([{key: \"a\"}])" => "null",
}

builtin! {
    /// The context with an entry set, under a key or under keys one inside the other.
    CONTEXT_PUT = "context put" (Outer)
    ("context" Context, "key" String, "value" Any)
    ("context" Context, "keys" Strings, "value" Any)
    -> |_| Type::Context([].into());
    |host, arguments| match arguments {
        [Value::Context(context), Value::String(key), value] => {
            if !spend(host, context.len()) {
                return Value::NULL;
            }
            let mut context = (**context).clone();
            context.put(key.clone(), value.clone());
            Value::context(context)
        }
        [context, Value::List(keys), value] => {
            let size = match context {
                Value::Context(context) => context.len(),
                _ => 0,
            };
            if spend(host, size + keys.len()) { put(context, keys, value) } else { Value::NULL }
        }
        _ => Value::NULL,
    };
    "context put({a: 1}, \"b\", 2)" => "{a: 1, b: 2}",
    "context put({a: 1, b: 2}, \"a\", 3)" => "{a: 3, b: 2}",
    "context put({x: 1, y: {a: 0}}, [\"y\", \"a\"], 2)" => "{x: 1, y: {a: 2}}",
    "context put({x: 1}, [\"x\", \"a\"], 2)" => "null",
    "context put({}, [], 2)" => "null",
}

/// Sets an entry deep inside a context.
fn put(whole: &Value, keys: &[Value], value: &Value) -> Value {
    // The contexts on the way down, each with the key that leads on.
    let mut way = Vec::with_capacity(keys.len());
    let mut inner = whole.clone();
    for key in keys {
        let Value::String(key) = key else {
            return ops::fail(&[key], FailureCode::Type, || {
                format!("a key must be a string, not {}", ops::describe(key))
            });
        };
        let Value::Context(context) = inner else {
            let message = format!("there is no context to put `{key}` into");
            return Value::failed(FailureCode::Missing, message);
        };
        inner = context.get(key).cloned().unwrap_or(Value::NULL);
        way.push((context, key.clone()));
    }
    if way.is_empty() {
        return Value::failed(FailureCode::Arguments, "`context put` wants at least one key");
    }
    let mut value = value.clone();
    for (context, key) in way.into_iter().rev() {
        let mut context = (*context).clone();
        context.put(key, value);
        value = Value::context(context);
    }
    value
}

builtin! {
    /// One context of the entries of all; of two under one key, the later holds.
    CONTEXT_MERGE = "context merge" (Outer)
    ("contexts" Contexts)
    -> |_| Type::Context([].into());
    |host, arguments| match arguments {
        [Value::List(contexts)] => {
            let mut merged = Context::new();
            for context in contexts.iter() {
                let Value::Context(context) = context else {
                    return match context.as_unknown() {
                        Some(_) => ops::unknown_of(contexts),
                        None => ops::property(context, "entries"),
                    };
                };
                if !spend(host, context.len()) {
                    return Value::NULL;
                }
                for (key, value) in context.iter() {
                    merged.put(key.clone(), value.clone());
                }
            }
            Value::context(merged)
        }
        _ => Value::NULL,
    };
    "context merge([{a: 1}, {b: 2}])" => "{a: 1, b: 2}",
    "context merge([{a: {b: 1}}, {a: {c: 2}}])" => "{a: {c: 2}}",
    "context merge([])" => "{}",
}
