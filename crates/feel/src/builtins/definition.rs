//! How built-in functions are defined and called.

use std::cell::RefCell;

use super::{Builtin, Host, Signature};
use crate::ops::{self, Lifted, Walk};
use crate::types::Type;
use crate::value::{Context, FailureCode, Null, Value};

/// Defines a built-in function as a static item, with examples that are tested.
///
/// `optional` parameters may be left out, `nullable` ones may be null.
macro_rules! builtin {
    (
        $(#[doc = $doc:literal])+
        $ident:ident = $name:literal ($treatment:ident)
        $( (
            $( $parameter:literal $kind:ident $($mark:ident)* ),* $(; $variadic:ident)?
        ) )+
        -> $result:expr;
        $body:expr;
        $( $example:literal => $value:literal, )*
    ) => {
        $(#[doc = $doc])+
        static $ident: $crate::builtins::Builtin = $crate::builtins::Builtin {
            name: $name,
            signatures: &[$(
                $crate::builtins::Signature {
                    parameters: &[$(
                        $crate::builtins::Parameter {
                            name: $parameter,
                            kind: $crate::builtins::Kind::$kind,
                            optional: marked!(optional $($mark)*),
                            nullable: marked!(nullable $($mark)*),
                        },
                    )*],
                    variadic: marked!(variadic $($variadic)?),
                },
            )+],
            result: $result,
            call: |host, arguments| {
                $crate::builtins::definition::invoke(
                    &$ident,
                    $crate::builtins::definition::Treatment::$treatment,
                    $body,
                    host,
                    arguments,
                )
            },
            doc: concat!($($doc, "\n"),+),
            examples: &[$(($example, $value)),*],
        };
    };
}

/// Whether the first word is among the others.
macro_rules! marked {
    (optional optional $($rest:ident)*) => { true };
    (nullable nullable $($rest:ident)*) => { true };
    (variadic variadic $($rest:ident)*) => { true };
    ($wanted:ident $other:ident $($rest:ident)*) => { marked!($wanted $($rest)*) };
    ($wanted:ident) => { false };
}

/// How a built-in takes what is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It needs every argument to its depth.
    Whole,
    /// It needs its arguments, but not the items of lists nor what may be any value.
    Outer,
    /// It sees to it itself.
    Own,
}

/// The work of a built-in, on arguments as a signature wants them.
pub(super) type Body = fn(&mut dyn Host, &[Value]) -> Value;

/// Calls a built-in: counts the work, goes through what is unknown, converts the arguments.
pub(super) fn invoke(
    builtin: &'static Builtin,
    treatment: Treatment,
    body: Body,
    host: &mut dyn Host,
    arguments: &[Value],
) -> Value {
    let Some(signature) = choose(builtin, arguments) else {
        return wrong_arguments(builtin, arguments);
    };
    let mut walk = Walk::default();
    let mut leaves: Vec<&Value> = Vec::new();
    match treatment {
        Treatment::Whole => {
            for argument in arguments {
                collect_unknown(argument, &mut leaves, &mut walk);
            }
        }
        Treatment::Outer => {
            let needed = arguments.iter().enumerate().filter(|(i, _)| {
                signature.parameter(*i).is_some_and(|p| p.kind != super::Kind::Any)
            });
            leaves
                .extend(needed.map(|(_, argument)| argument).filter(|a| a.as_unknown().is_some()));
        }
        Treatment::Own => {}
    }
    let work = u64::from(walk.seen()) / 8;
    if !host.spend(1 + weight(arguments) + work) {
        return Value::NULL;
    }
    if walk.exceeded() {
        let message = format!("`{}`: the arguments are too large", builtin.name);
        return Value::failed(FailureCode::Overflow, message);
    }
    if leaves.is_empty() {
        return call_known(builtin, signature, body, host, arguments);
    }
    let host = RefCell::new(host);
    let apply = |chosen: &[&Value]| {
        let mut chosen = chosen.iter().copied();
        let deep = treatment == Treatment::Whole;
        let known: Vec<Value> = arguments
            .iter()
            .enumerate()
            .map(|(i, argument)| {
                let needed = signature.parameter(i).is_some_and(|p| p.kind != super::Kind::Any);
                if deep || needed { replace(argument, deep, &mut chosen) } else { argument.clone() }
            })
            .collect();
        let Ok(mut host) = host.try_borrow_mut() else { return Value::NULL };
        if !host.spend(1 + work) {
            return Value::NULL;
        }
        match choose(builtin, &known) {
            Some(signature) => call_known(builtin, signature, body, &mut **host, &known),
            None => Value::NULL,
        }
    };
    match ops::lift(&leaves, &apply) {
        Lifted::Done(value) => value,
        Lifted::TooMany(facts) => {
            let types: Vec<Type> = arguments.iter().map(ops::type_of).collect();
            match (builtin.result)(&types) {
                Type::Boolean => ops::unknown_boolean(&facts),
                _ => ops::unknown(&facts),
            }
        }
        Lifted::Known => Value::NULL,
    }
}

impl Signature {
    /// The parameter that the argument at this place is for.
    fn parameter(&self, at: usize) -> Option<&super::Parameter> {
        self.parameters.get(at).or(self.parameters.last().filter(|_| self.variadic))
    }

    fn admits_count(&self, count: usize) -> bool {
        let required = self.parameters.iter().filter(|parameter| !parameter.optional).count();
        count >= required && (count <= self.parameters.len() || self.variadic)
    }
}

/// The first signature that takes the arguments, or else one that takes as many.
fn choose(builtin: &'static Builtin, arguments: &[Value]) -> Option<&'static Signature> {
    let mut of_count =
        builtin.signatures.iter().filter(|signature| signature.admits_count(arguments.len()));
    let first = of_count.next()?;
    // Where there is no choice, the call itself tells what does not fit.
    let mut others = of_count.clone();
    if others.next().is_none() || fits(first, arguments) {
        return Some(first);
    }
    Some(of_count.find(|signature| fits(signature, arguments)).unwrap_or(first))
}

fn fits(signature: &Signature, arguments: &[Value]) -> bool {
    arguments
        .iter()
        .enumerate()
        .all(|(i, argument)| signature.parameter(i).is_some_and(|p| p.kind.takes(argument)))
}

fn call_known(
    builtin: &Builtin,
    signature: &Signature,
    body: Body,
    host: &mut dyn Host,
    arguments: &[Value],
) -> Value {
    let mut converted = Vec::with_capacity(arguments.len());
    for (i, argument) in arguments.iter().enumerate() {
        let Some(parameter) = signature.parameter(i) else { continue };
        if matches!(argument, Value::Null(Null::Plain | Null::Failed(_)))
            && parameter.kind != super::Kind::Any
            && !parameter.nullable
        {
            return ops::fail(&[argument], FailureCode::Type, || {
                format!("`{}`: the argument `{}` is null", builtin.name, parameter.name)
            });
        }
        match parameter.kind.convert(argument) {
            Some(value) => converted.push(value),
            None => {
                let why = parameter.kind.mismatch(argument);
                let message =
                    format!("`{}`: the argument `{}` {why}", builtin.name, parameter.name);
                return Value::failed(FailureCode::Type, message);
            }
        }
    }
    body(host, &converted)
}

fn wrong_arguments(builtin: &Builtin, arguments: &[Value]) -> Value {
    let forms: Vec<String> =
        builtin.signatures.iter().map(|form| format!("`{}{form}`", builtin.name)).collect();
    let message = format!(
        "`{}` cannot take {} arguments: it is {}",
        builtin.name,
        arguments.len(),
        forms.join(" or ")
    );
    Value::failed(FailureCode::Arguments, message)
}

/// The work of looking at the arguments once.
fn weight(arguments: &[Value]) -> u64 {
    let weight = |argument: &Value| match argument {
        Value::List(items) => items.len() as u64 / 8,
        Value::String(text) => text.len() as u64 / 64,
        _ => 0,
    };
    arguments.iter().map(weight).sum()
}

fn collect_unknown<'a>(value: &'a Value, leaves: &mut Vec<&'a Value>, walk: &mut Walk) {
    if !walk.enter() {
        return;
    }
    match value {
        Value::Null(Null::Unknown(_)) => leaves.push(value),
        Value::List(items) => {
            items.iter().for_each(|item| collect_unknown(item, leaves, walk));
        }
        Value::Context(context) => {
            context.iter().for_each(|(_, entry)| collect_unknown(entry, leaves, walk));
        }
        Value::Range(range) => {
            let ends = [&range.low, &range.high].into_iter().flatten();
            ends.for_each(|end| collect_unknown(end, leaves, walk));
        }
        _ => {}
    }
    walk.leave();
}

/// The value with its unknown parts replaced in order.
fn replace(value: &Value, deep: bool, chosen: &mut dyn Iterator<Item = &Value>) -> Value {
    match value {
        Value::Null(Null::Unknown(_)) => chosen.next().cloned().unwrap_or(Value::NULL),
        Value::List(items) if deep => {
            Value::list(items.iter().map(|item| replace(item, deep, chosen)).collect())
        }
        Value::Context(context) if deep => {
            let entries =
                context.iter().map(|(name, entry)| (name.clone(), replace(entry, deep, chosen)));
            Value::context(entries.collect::<Context>())
        }
        Value::Range(range) if deep => {
            let mut range = (**range).clone();
            for end in [&mut range.low, &mut range.high].into_iter().flatten() {
                *end = replace(end, deep, chosen);
            }
            Value::Range(std::sync::Arc::new(range))
        }
        value => value.clone(),
    }
}
