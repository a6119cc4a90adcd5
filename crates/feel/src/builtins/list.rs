//! Functions on lists.

use std::collections::HashSet;
use std::sync::Arc;

use super::numeric::{numbers, spend};
use super::{Builtin, Host};
use crate::number::Number;
use crate::ops;
use crate::temporal::{Date, DaysDuration, YearsDuration};
use crate::types::Type;
use crate::value::{FailureCode, Function, Null, Value};

pub(super) const ALL: &[&Builtin] = &[
    &LIST_CONTAINS,
    &COUNT,
    &MIN,
    &MAX,
    &SUM,
    &MEAN,
    &MEDIAN,
    &STDDEV,
    &MODE,
    &PRODUCT,
    &ALL_OF,
    &ANY_OF,
    &SUBLIST,
    &APPEND,
    &CONCATENATE,
    &INSERT_BEFORE,
    &REMOVE,
    &REVERSE,
    &INDEX_OF,
    &UNION,
    &DISTINCT_VALUES,
    &FLATTEN,
    &LIST_REPLACE,
    &SORT,
];

/// The items: of the one list, or the arguments themselves.
fn items(arguments: &[Value]) -> &[Value] {
    match arguments {
        [Value::List(items)] => items,
        items => items,
    }
}

/// The type of the items of a list type.
fn element(ty: &Type) -> Type {
    match ty {
        Type::List(element) => (**element).clone(),
        other => other.clone(),
    }
}

/// The type of a list like the first argument.
fn same_list(types: &[Type]) -> Type {
    match types.first() {
        Some(list @ Type::List(_)) => list.clone(),
        Some(item) => Type::list(item.clone()),
        None => Type::list(Type::Any),
    }
}

/// The type of the items of all these lists.
fn elements(types: &[Type]) -> Type {
    types.iter().map(element).reduce(|a, b| a.join(&b)).unwrap_or(Type::Any)
}

fn number(value: usize) -> Value {
    Value::Number(Number::from(value as u64))
}

/// Whether two items are equal; of different kinds, they are not.
fn equal_items(a: &Value, b: &Value) -> Value {
    match ops::equal(a, b) {
        Value::Null(Null::Plain | Null::Failed(_)) => Value::Boolean(false),
        decided => decided,
    }
}

builtin! {
    /// Whether the list has an item that equals `element`.
    LIST_CONTAINS = "list contains" (Outer)
    ("list" List, "element" Any)
    -> |_| Type::Boolean;
    |_, arguments| match arguments {
        [Value::List(items), element] => {
            let mut result = Value::Boolean(false);
            for item in items.iter() {
                result = ops::or(&result, &equal_items(item, element));
                if matches!(result, Value::Boolean(true)) {
                    break;
                }
            }
            result
        }
        _ => Value::NULL,
    };
    "list contains([1, 2, 3], 2)" => "true",
    "list contains([1, null], null)" => "true",
    "list contains([1, \"a\"], \"b\")" => "false",
}

builtin! {
    /// The number of items.
    COUNT = "count" (Outer)
    ("list" List)
    ("c" Any, "c" Any; variadic)
    -> |_| Type::Number;
    |_, arguments| number(items(arguments).len());
    "count([1, 2, 3])" => "3",
    "count([])" => "0",
    "count([1, null])" => "2",
}

builtin! {
    /// The least item.
    MIN = "min" (Outer)
    ("list" List)
    ("c" Any, "c" Any; variadic)
    -> elements;
    |_, arguments| extreme("min", items(arguments), true);
    "min([3, 1, 2])" => "1",
    "min(3, 1, 2)" => "1",
    "min([\"b\", \"a\"])" => "\"a\"",
    "min([])" => "null",
}

builtin! {
    /// The greatest item.
    MAX = "max" (Outer)
    ("list" List)
    ("c" Any, "c" Any; variadic)
    -> elements;
    |_, arguments| extreme("max", items(arguments), false);
    "max(1, 3, 2)" => "3",
    "max([date(\"2026-01-01\"), date(\"2026-02-01\")])" => "date(\"2026-02-01\")",
    "max([1, \"a\"])" => "null",
}

fn extreme(name: &str, items: &[Value], least: bool) -> Value {
    let Some((first, rest)) = items.split_first() else { return empty(name) };
    if rest.is_empty() {
        // A single item has to be of an ordered type all the same.
        return ops::lesser_greater(first, first, least);
    }
    rest.iter().fold(first.clone(), |found, item| ops::lesser_greater(&found, item, least))
}

fn empty(name: &str) -> Value {
    Value::failed(FailureCode::Domain, format!("`{name}` of an empty list"))
}

/// Refuses items that are neither numbers nor unknown.
fn only_numbers(name: &str, items: &[Value]) -> Option<Value> {
    let wrong = items
        .iter()
        .find(|item| !matches!(item, Value::Number(_) | Value::Null(Null::Unknown(_))))?;
    numbers(name, std::slice::from_ref(wrong)).err()
}

builtin! {
    /// The sum of numbers.
    SUM = "sum" (Outer)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::Number;
    |_, arguments| sum("sum", items(arguments));
    "sum([1, 2, 3])" => "6",
    "sum(1, 2, 3)" => "6",
    "sum([])" => "null",
    "sum([1, \"2\"])" => "null",
    "sum([1, null])" => "null",
}

fn sum(name: &str, items: &[Value]) -> Value {
    match only_numbers(name, items) {
        Some(failure) => failure,
        None => {
            items.iter().cloned().reduce(|a, b| ops::add(&a, &b)).unwrap_or_else(|| empty(name))
        }
    }
}

builtin! {
    /// The mean of numbers.
    MEAN = "mean" (Outer)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::Number;
    |_, arguments| {
        let items = items(arguments);
        match sum("mean", items) {
            sum if items.is_empty() => sum,
            sum => ops::div(&sum, &number(items.len())),
        }
    };
    "mean([1, 2, 6])" => "3",
    "mean(1, 2)" => "1.5",
    "mean([])" => "null",
}

builtin! {
    /// The product of numbers.
    PRODUCT = "product" (Outer)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::Number;
    |_, arguments| {
        let items = items(arguments);
        match only_numbers("product", items) {
            Some(failure) => failure,
            None => {
                let product = items.iter().cloned().reduce(|a, b| ops::mul(&a, &b));
                product.unwrap_or_else(|| empty("product"))
            }
        }
    };
    "product([2, 3, 4])" => "24",
    "product(2, 3, 4)" => "24",
    "product([])" => "null",
}

builtin! {
    /// The middle of the numbers in their order; of an even count, the mean of the middle two.
    MEDIAN = "median" (Whole)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::Number;
    |host, arguments| {
        let items = items(arguments);
        let mut sorted = match sorted_numbers("median", host, items) {
            Ok(sorted) => sorted.into_iter(),
            Err(failure) => return failure,
        };
        let count = sorted.len();
        if count == 0 {
            return empty("median");
        }
        let upper = if count % 2 == 0 { count / 2 - 1 } else { count / 2 };
        match (sorted.nth(upper), sorted.next()) {
            (Some(a), Some(b)) if count % 2 == 0 => {
                ops::div(&ops::add(&Value::Number(a), &Value::Number(b)), &number(2))
            }
            (Some(a), _) => Value::Number(a),
            _ => Value::NULL,
        }
    };
    "median([8, 2, 5, 3, 4])" => "4",
    "median([6, 1, 2, 3])" => "2.5",
    "median([])" => "null",
}

fn sorted_numbers(name: &str, host: &mut dyn Host, items: &[Value]) -> Result<Vec<Number>, Value> {
    if !spend(host, items.len()) {
        return Err(Value::NULL);
    }
    let mut sorted = numbers(name, items)?;
    sorted.sort_unstable();
    Ok(sorted)
}

builtin! {
    /// The standard deviation of a sample.
    STDDEV = "stddev" (Whole)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::Number;
    |_, arguments| {
        let items = items(arguments);
        let values = match numbers("stddev", items) {
            Ok(values) if values.len() < 2 => {
                let message = "`stddev` wants at least two numbers";
                return Value::failed(FailureCode::Domain, message);
            }
            Ok(values) => values,
            Err(failure) => return failure,
        };
        let deviation = || -> Option<Number> {
            let count = Number::from(values.len() as u64);
            let mut total = Number::ZERO;
            for value in &values {
                total = total.checked_add(*value)?;
            }
            let mean = total.checked_div(count)?;
            let mut squares = Number::ZERO;
            for value in &values {
                let distance = value.checked_sub(mean)?;
                squares = squares.checked_add(distance.checked_mul(distance)?)?;
            }
            squares.checked_div(count.checked_sub(Number::ONE)?)?.sqrt()
        };
        super::numeric::number_or_overflow(deviation().map(Value::Number))
    };
    "stddev([2, 4, 4, 4, 5, 5, 7, 9]) > 2.13" => "true",
    "stddev(47)" => "null",
    "stddev([])" => "null",
}

builtin! {
    /// The most frequent of the numbers, in order.
    MODE = "mode" (Whole)
    ("list" List)
    ("n" Any, "n" Any; variadic)
    -> |_| Type::list(Type::Number);
    |host, arguments| {
        let sorted = match sorted_numbers("mode", host, items(arguments)) {
            Ok(sorted) => sorted,
            Err(failure) => return failure,
        };
        let runs: Vec<&[Number]> = sorted.chunk_by(|a, b| a == b).collect();
        let most = runs.iter().map(|run| run.len()).max().unwrap_or(0);
        let modes = runs.iter().filter(|run| run.len() == most).filter_map(|run| run.first());
        Value::list(modes.map(|number| Value::Number(*number)).collect())
    };
    "mode([6, 3, 9, 6, 6])" => "[6]",
    "mode([6, 1, 9, 6, 1])" => "[1, 6]",
    "mode([])" => "[]",
}

builtin! {
    /// Whether all items are true.
    ALL_OF = "all" (Outer)
    ("list" List)
    ("b" Any, "b" Any; variadic)
    -> |_| Type::Boolean;
    |_, arguments| {
        items(arguments).iter().fold(Value::Boolean(true), |all, item| ops::and(&all, item))
    };
    "all([true, false])" => "false",
    "all([true, null])" => "null",
    "all([false, null])" => "false",
    "all([])" => "true",
}

builtin! {
    /// Whether an item is true.
    ANY_OF = "any" (Outer)
    ("list" List)
    ("b" Any, "b" Any; variadic)
    -> |_| Type::Boolean;
    |_, arguments| {
        items(arguments).iter().fold(Value::Boolean(false), |any, item| ops::or(&any, item))
    };
    "any([true, null])" => "true",
    "any([false, null])" => "null",
    "any([])" => "false",
}

/// The index of a position from 1, or from -1 backwards; `Err` with the failure.
fn index(name: &str, count: usize, position: &Value) -> Result<usize, Value> {
    let Value::Number(position) = position else { return Err(Value::NULL) };
    ops::place(count, position.truncate()).ok_or_else(|| {
        let message = format!("`{name}`: there is no item {position} in a list of {count}");
        Value::failed(FailureCode::Missing, message)
    })
}

builtin! {
    /// The items from a position, all or so many.
    SUBLIST = "sublist" (Outer)
    ("list" List, "start position" Number, "length" Number optional)
    -> same_list;
    |host, arguments| {
        let (Some(Value::List(items)), Some(position)) = (arguments.first(), arguments.get(1))
        else {
            return Value::NULL;
        };
        let start = match index("sublist", items.len(), position) {
            Ok(start) => start,
            Err(failure) => return failure,
        };
        let rest = items.len() - start;
        let length = match arguments.get(2) {
            Some(Value::Number(length)) => length.truncate().to_i64(),
            _ => i64::try_from(rest).ok(),
        };
        match length.and_then(|length| usize::try_from(length).ok()) {
            Some(length) if length <= rest => {
                if !spend(host, length) {
                    return Value::NULL;
                }
                Value::list(items.iter().skip(start).take(length).cloned().collect())
            }
            _ => {
                let message = format!("`sublist`: there are only {rest} items from there");
                Value::failed(FailureCode::Domain, message)
            }
        }
    };
    "sublist([4, 5, 6], 2)" => "[5, 6]",
    "sublist([4, 5, 6], 1, 2)" => "[4, 5]",
    "sublist([4, 5, 6], -2)" => "[5, 6]",
    "sublist([4, 5, 6], 4)" => "null",
}

builtin! {
    /// The list with items added at its end.
    APPEND = "append" (Outer)
    ("list" List, "item" Any; variadic)
    -> |types| match types {
        [list, items @ ..] => {
            let joined = items.iter().fold(element(list), |joined, item| joined.join(item));
            Type::list(joined)
        }
        [] => Type::list(Type::Any),
    };
    |host, arguments| match arguments {
        [Value::List(list), items @ ..] => {
            if !spend(host, list.len() + items.len()) {
                return Value::NULL;
            }
            Value::list(list.iter().chain(items).cloned().collect())
        }
        _ => Value::NULL,
    };
    "append([1], 2, 3)" => "[1, 2, 3]",
    "append([1], [2])" => "[1, [2]]",
}

builtin! {
    /// The items of all lists, one list after the other.
    CONCATENATE = "concatenate" (Outer)
    ("list" List; variadic)
    -> |types| Type::list(elements(types));
    |host, arguments| concatenated(host, arguments).map_or(Value::NULL, Value::list);
    "concatenate([1, 2], [3])" => "[1, 2, 3]",
    "concatenate([1], 2)" => "[1, 2]",
}

fn concatenated(host: &mut dyn Host, lists: &[Value]) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for list in lists {
        let Value::List(items) = list else { continue };
        if !spend(host, items.len()) {
            return None;
        }
        all.extend(items.iter().cloned());
    }
    Some(all)
}

builtin! {
    /// The list with a new item before the one at a position.
    INSERT_BEFORE = "insert before" (Outer)
    ("list" List, "position" Number, "newItem" Any)
    -> |types| match types {
        [list, _, item] => Type::list(element(list).join(item)),
        _ => Type::list(Type::Any),
    };
    |host, arguments| changed(host, "insert before", arguments, |items, at, new| {
        items.insert(at, new);
    });
    "insert before([1, 3], 2, 2)" => "[1, 2, 3]",
    "insert before([1, 3], 3, 4)" => "null",
}

builtin! {
    /// The list without the item at a position.
    REMOVE = "remove" (Outer)
    ("list" List, "position" Number)
    -> same_list;
    |host, arguments| changed(host, "remove", arguments, |items, at, _| {
        items.remove(at);
    });
    "remove([1, 2, 3], 2)" => "[1, 3]",
    "remove([1, 2, 3], -1)" => "[1, 2]",
}

/// A copy of the list with a change at a position.
fn changed(
    host: &mut dyn Host,
    name: &str,
    arguments: &[Value],
    change: impl FnOnce(&mut Vec<Value>, usize, Value),
) -> Value {
    let (Some(Value::List(items)), Some(position)) = (arguments.first(), arguments.get(1)) else {
        return Value::NULL;
    };
    let at = match index(name, items.len(), position) {
        Ok(at) => at,
        Err(failure) => return failure,
    };
    if !spend(host, items.len()) {
        return Value::NULL;
    }
    let mut items = items.to_vec();
    change(&mut items, at, arguments.get(2).cloned().unwrap_or(Value::NULL));
    Value::list(items)
}

builtin! {
    /// The list backwards.
    REVERSE = "reverse" (Outer)
    ("list" List)
    -> same_list;
    |host, arguments| match arguments {
        [Value::List(items)] if spend(host, items.len()) => {
            Value::list(items.iter().rev().cloned().collect())
        }
        _ => Value::NULL,
    };
    "reverse([1, 2, 3])" => "[3, 2, 1]",
}

builtin! {
    /// The positions of the items that equal `match`.
    INDEX_OF = "index of" (Outer)
    ("list" List, "match" Any)
    -> |_| Type::list(Type::Number);
    |host, arguments| match arguments {
        [Value::List(items), wanted] => {
            if !spend(host, items.len()) {
                return Value::NULL;
            }
            let mut positions = Vec::new();
            for (at, item) in items.iter().enumerate() {
                match equal_items(item, wanted) {
                    Value::Boolean(true) => positions.push(number(at + 1)),
                    Value::Null(Null::Unknown(_)) => {
                        return ops::unknown(&ops::facts_of(items.iter().chain([wanted])));
                    }
                    _ => {}
                }
            }
            Value::list(positions)
        }
        _ => Value::NULL,
    };
    "index of([1, 2, 3, 2], 2)" => "[2, 4]",
    "index of([1, null], null)" => "[2]",
    "index of([1], 2)" => "[]",
}

builtin! {
    /// The items of all lists, each value once.
    UNION = "union" (Whole)
    ("list" List; variadic)
    -> |types| Type::list(elements(types));
    |host, arguments| match concatenated(host, arguments) {
        Some(items) => distinct(host, &items),
        None => Value::NULL,
    };
    "union([1, 2], [2, 3])" => "[1, 2, 3]",
}

builtin! {
    /// The items, each value once.
    DISTINCT_VALUES = "distinct values" (Whole)
    ("list" List)
    -> same_list;
    |host, arguments| distinct(host, items(arguments));
    "distinct values([1, 2, 3, 2, 1])" => "[1, 2, 3]",
    "distinct values([1, null, null])" => "[1, null]",
    "distinct values([1, \"1\", 1.0, [1], [1], {a: 1}])" => "[1, \"1\", [1], {a: 1}]",
}

fn distinct(host: &mut dyn Host, items: &[Value]) -> Value {
    let mut found: Vec<Value> = Vec::new();
    let mut keys: HashSet<Key> = HashSet::new();
    // Items without a key are compared one by one.
    let mut others: Vec<Value> = Vec::new();
    for item in items {
        if !spend(host, 1 + others.len() / 8) {
            return Value::NULL;
        }
        let new = match Key::of(item) {
            Some(key) => keys.insert(key),
            None => {
                let equal = |other| matches!(equal_items(other, item), Value::Boolean(true));
                let new = !others.iter().any(equal);
                if new {
                    others.push(item.clone());
                }
                new
            }
        };
        if new {
            found.push(item.clone());
        }
    }
    Value::list(found)
}

/// What tells apart values that are equal only if they are the same.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Null,
    Boolean(bool),
    Number(Number),
    String(Arc<str>),
    Date(Date),
    DaysDuration(DaysDuration),
    YearsDuration(YearsDuration),
}

impl Key {
    fn of(value: &Value) -> Option<Key> {
        Some(match value {
            Value::Null(Null::Plain | Null::Failed(_)) => Key::Null,
            Value::Boolean(value) => Key::Boolean(*value),
            Value::Number(value) => Key::Number(*value),
            Value::String(value) => Key::String(value.clone()),
            Value::Date(value) => Key::Date(*value),
            Value::DaysDuration(value) => Key::DaysDuration(*value),
            Value::YearsDuration(value) => Key::YearsDuration(*value),
            _ => return None,
        })
    }
}

builtin! {
    /// The items with those of inner lists, however deep.
    FLATTEN = "flatten" (Whole)
    ("list" List)
    -> |types| {
        let mut inner = same_list(types);
        while let Type::List(element) = inner {
            inner = (*element).clone();
        }
        Type::list(inner)
    };
    |host, arguments| {
        let mut flat = Vec::new();
        // Lists that are being read, outermost first, with the place in each.
        let mut open: Vec<(Arc<crate::value::List>, usize)> = Vec::new();
        if let [Value::List(items)] = arguments {
            open.push((items.clone(), 0));
        }
        while let Some((list, at)) = open.last_mut() {
            if !spend(host, 1) {
                return Value::NULL;
            }
            match list.get(*at).cloned() {
                Some(Value::List(inner)) => {
                    *at += 1;
                    open.push((inner, 0));
                }
                Some(item) => {
                    *at += 1;
                    flat.push(item);
                }
                None => {
                    open.pop();
                }
            }
        }
        Value::list(flat)
    };
    "flatten([[1, 2], [[3]], 4])" => "[1, 2, 3, 4]",
    "flatten([])" => "[]",
}

builtin! {
    /// The list with a new item in place of the one at a position, or of all for which a function
    /// of the item and the new item is true.
    LIST_REPLACE = "list replace" (Outer)
    ("list" List, "position" Number, "newItem" Any)
    ("list" List, "match" Function, "newItem" Any)
    -> |types| match types {
        [list, _, item] => Type::list(element(list).join(item)),
        _ => Type::list(Type::Any),
    };
    |host, arguments| match arguments {
        [Value::List(items), Value::Function(matches), new] => {
            replace_where(host, items, matches, new)
        }
        _ => changed(host, "list replace", arguments, |items, at, new| {
            if let Some(item) = items.get_mut(at) {
                *item = new;
            }
        }),
    };
    "list replace([1, 2, 3], 2, 4)" => "[1, 4, 3]",
    "list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)" => "[5, 5, 7, 8]",
    "list replace([1, 2, 3], 4, 4)" => "null",
}

fn replace_where(host: &mut dyn Host, items: &[Value], matches: &Function, new: &Value) -> Value {
    let mut replaced = Vec::with_capacity(items.len());
    for item in items {
        if !spend(host, 1) {
            return Value::NULL;
        }
        match host.call(matches, &[item.clone(), new.clone()]) {
            Value::Boolean(true) => replaced.push(new.clone()),
            Value::Boolean(false) => replaced.push(item.clone()),
            Value::Null(Null::Unknown(unknown)) => {
                replaced.push(ops::one_of(&unknown.facts, &[item.clone(), new.clone()]));
            }
            other => {
                return ops::fail(&[&other], FailureCode::Type, || {
                    let kind = ops::describe(&other);
                    format!("`list replace`: the function gives {kind}, neither true nor false")
                });
            }
        }
    }
    Value::list(replaced)
}

builtin! {
    /// The items in order, or in the order of a function that tells whether its first argument
    /// precedes its second. Items that precede each other in neither way keep their order.
    SORT = "sort" (Whole)
    ("list" List, "precedes" Function optional)
    -> same_list;
    |host, arguments| match arguments {
        [Value::List(items)] => sorted(host, items, &mut |host, a, b| {
            if !spend(host, 1) {
                return Err(Value::NULL);
            }
            match ops::less(a, b) {
                Value::Boolean(precedes) => Ok(precedes),
                failure => Err(failure),
            }
        }),
        [Value::List(items), Value::Function(precedes)] => {
            sorted(host, items, &mut |host, a, b| {
                if !spend(host, 1) {
                    return Err(Value::NULL);
                }
                match host.call(precedes, &[a.clone(), b.clone()]) {
                    Value::Boolean(precedes) => Ok(precedes),
                    Value::Null(Null::Unknown(unknown)) => Err(ops::unknown(&unknown.facts)),
                    other => Err(ops::fail(&[&other], FailureCode::Type, || {
                        let kind = ops::describe(&other);
                        format!("`sort`: the function gives {kind}, neither true nor false")
                    })),
                }
            })
        }
        _ => Value::NULL,
    };
    "sort([3, 1, 4, 5, 2])" => "[1, 2, 3, 4, 5]",
    "sort([3, 1, 4, 5, 2], function(x, y) x > y)" => "[5, 4, 3, 2, 1]",
    "sort([1, \"a\"])" => "null",
}

type Precedes<'a> = dyn FnMut(&mut dyn Host, &Value, &Value) -> Result<bool, Value> + 'a;

/// Merges runs of growing length, so that a function without order does no harm.
fn sorted(host: &mut dyn Host, items: &[Value], precedes: &mut Precedes<'_>) -> Value {
    let mut runs: Vec<Vec<Value>> = items.iter().map(|item| vec![item.clone()]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(first) = pairs.next() {
            let Some(second) = pairs.next() else {
                merged.push(first);
                break;
            };
            match merge(host, first, second, precedes) {
                Ok(run) => merged.push(run),
                Err(value) => return value,
            }
        }
        runs = merged;
    }
    Value::list(runs.pop().unwrap_or_default())
}

fn merge(
    host: &mut dyn Host,
    first: Vec<Value>,
    second: Vec<Value>,
    precedes: &mut Precedes<'_>,
) -> Result<Vec<Value>, Value> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    while let (Some(a), Some(b)) = (first.peek(), second.peek()) {
        let from_second = precedes(host, b, a)?;
        merged.extend(if from_second { second.next() } else { first.next() });
    }
    merged.extend(first);
    merged.extend(second);
    Ok(merged)
}
