//! JSON to FEEL values, directed by types.

use std::collections::BTreeMap;

use dmn::program::Input;
use feel::nearest::nearest;
use feel::temporal::{Date, DateTime, DaysDuration, Time, YearsDuration};
use feel::value::{Context, Possible};
use feel::{Number, Type, Value};
use serde_json::value::RawValue;

/// The inputs of a program from a JSON object; those that it does not name are unknown.
pub fn inputs(json: &str, inputs: &[Input]) -> Result<Vec<Value>, String> {
    let given: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(json).map_err(|error| format!("no JSON object: {error}"))?;
    if let Some(stranger) = given.keys().find(|key| !inputs.iter().any(|i| *i.name == ***key)) {
        let near = nearest(stranger, inputs.iter().map(|input| &*input.name));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("there is no input `{stranger}`{near}"));
    }
    inputs
        .iter()
        .map(|input| match given.get(&*input.name) {
            None => Ok(Value::unknown(input.name.clone(), possible(input))),
            Some(raw) => {
                let value = value(raw.get(), &input.kind)
                    .map_err(|message| format!("`{}`: {message}", input.name))?;
                allowed(input, &value)?;
                Ok(value)
            }
        })
        .collect()
}

fn possible(input: &Input) -> Possible {
    match (&input.kind, &input.allowed) {
        (Type::Boolean, _) => Possible::OneOf(vec![Value::from(false), Value::from(true)]),
        (Type::List(_), _) | (_, None) => Possible::Anything,
        (_, Some(values)) if values.len() > 1 => Possible::OneOf(values.clone()),
        _ => Possible::Anything,
    }
}

fn allowed(input: &Input, value: &Value) -> Result<(), String> {
    let Some(allowed) = &input.allowed else { return Ok(()) };
    let single = [value.clone()];
    let items: &[Value] = match value {
        Value::List(items) => items,
        Value::Null(_) => &[],
        _ => &single,
    };
    match items.iter().find(|item| !allowed.contains(item)) {
        None => Ok(()),
        Some(stranger) => {
            let known: Vec<String> = allowed.iter().map(Value::to_string).collect();
            Err(format!("`{}`: {stranger} is not among {}", input.name, known.join(", ")))
        }
    }
}

/// A JSON text as a value of the type.
fn value(json: &str, kind: &Type) -> Result<Value, String> {
    let wrong = || format!("{json} is no {kind}");
    let json = json.trim();
    if json == "null" {
        return Ok(Value::NULL);
    }
    let text = || serde_json::from_str::<String>(json).map_err(|_| wrong());
    Ok(match kind {
        Type::Null => return Err(wrong()),
        Type::Boolean => Value::Boolean(serde_json::from_str(json).map_err(|_| wrong())?),
        Type::Number => Value::Number(number(json).ok_or_else(wrong)?),
        Type::String => Value::string(text()?),
        Type::Date => Value::Date(Date::parse(&text()?).map_err(|_| wrong())?),
        Type::Time => Value::Time(Time::parse(&text()?).map_err(|_| wrong())?),
        Type::DateTime => Value::DateTime(DateTime::parse(&text()?).map_err(|_| wrong())?),
        Type::DaysDuration => {
            Value::DaysDuration(DaysDuration::parse(&text()?).map_err(|_| wrong())?)
        }
        Type::YearsDuration => {
            Value::YearsDuration(YearsDuration::parse(&text()?).map_err(|_| wrong())?)
        }
        Type::List(element) => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).map_err(|_| wrong())?;
            let items: Result<Vec<Value>, String> =
                items.iter().map(|item| value(item.get(), element)).collect();
            Value::list(items?)
        }
        Type::Context(entries) => {
            let given: BTreeMap<String, Box<RawValue>> =
                serde_json::from_str(json).map_err(|_| wrong())?;
            let mut context = Context::new();
            for (name, raw) in given {
                let kind = entries.iter().find(|(key, _)| **key == *name).map(|(_, kind)| kind);
                let entry = value(raw.get(), kind.unwrap_or(&Type::Any))
                    .map_err(|message| format!("`{name}`: {message}"))?;
                context.put(name, entry);
            }
            Value::context(context)
        }
        Type::Any => anything(json).ok_or_else(wrong)?,
        Type::Range(_) | Type::Function(..) => {
            return Err(format!("a {kind} cannot be given as JSON"));
        }
    })
}

/// A JSON number, exactly; an exponent is allowed in JSON as in FEEL.
fn number(json: &str) -> Option<Number> {
    let digits = json.strip_prefix('-').unwrap_or(json);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = Number::parse(digits)?;
    Some(if digits.len() < json.len() { -number } else { number })
}

fn anything(json: &str) -> Option<Value> {
    let kind = match json.chars().next()? {
        '"' => Type::String,
        't' | 'f' => Type::Boolean,
        '[' => Type::list(Type::Any),
        '{' => Type::Context([].into()),
        _ => Type::Number,
    };
    value(json, &kind).ok()
}
