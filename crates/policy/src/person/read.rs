//! The common profile from JSON, by its schema, with every fault found.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::value::{Context, Possible};
use feel::{Number, Value};
use serde_json::value::RawValue;

use super::schema::{Kind, Object, Shape};
use crate::nearest::nearest;
use crate::pack::FactType;
use crate::profile::{Entries, FactFault, FactFaultCode, MAX_FAULTS, ProfileError, line_of};
use crate::{scalar, words};

/// Reads values by shapes, and gathers the faults.
pub(super) struct Reading<'j> {
    /// The whole text, to tell lines.
    pub json: &'j str,
    pub errors: Vec<ProfileError>,
}

/// The entries of an object that the schema does not name, for the caller.
pub(super) type Rest<'j> = BTreeMap<String, &'j RawValue>;

impl<'j> Reading<'j> {
    pub(super) fn fault(&mut self, path: &str, raw: &str, fault: FactFault) {
        // What a condition of the schema finds again is told once.
        let told = self.errors.iter().any(|known| known.key == path && known.fault == fault);
        if !told && self.errors.len() < MAX_FAULTS {
            let line = line_of(self.json, raw);
            self.errors.push(ProfileError { key: path.to_owned(), line, fault });
        }
    }

    /// Reads the profile: what is not there is unknown, since nobody has said anything of it.
    pub(super) fn root(&mut self, root: &Object, entries: Entries<'j>) -> (Context, Rest<'j>) {
        let mut rest = Rest::new();
        let mut given = self.entries(root, "", entries, Some(&mut rest));
        let mut context = Context::new();
        for (name, _) in root.visible() {
            let unknown = || Value::unknown(name.clone(), Possible::Anything);
            context.put(name.clone(), given.remove(name).unwrap_or_else(unknown));
        }
        (context, rest)
    }

    fn value(&mut self, shape: &Shape, raw: &'j RawValue, path: &str) -> Option<Value> {
        let text = raw.get();
        let first = text.chars().next();
        if first == Some('n') {
            return None;
        }
        match (&shape.kind, first) {
            (Kind::Boolean, Some('t' | 'f')) => Some(Value::Boolean(text == "true")),
            (Kind::Object(object), Some('{')) => {
                let entries = self.parsed::<Entries<'j>>(raw, path)?;
                Some(self.object(object, entries, raw, path))
            }
            (Kind::List { item, most }, Some('[')) => {
                let items = self.parsed::<Vec<&'j RawValue>>(raw, path)?;
                if items.len() > *most {
                    let message = words::too_many_items(items.len(), *most);
                    self.fault(path, text, FactFault::new(FactFaultCode::TooLarge, message, None));
                    return None;
                }
                let values = items.iter().enumerate();
                let values = values
                    .map(|(i, raw)| self.value(item, raw, &format!("{path}[{i}]")))
                    .map(|value| value.unwrap_or(Value::NULL));
                Some(Value::list(values.collect()))
            }
            (Kind::Text { .. } | Kind::Date, Some('"')) => {
                let string = self.parsed::<String>(raw, path)?;
                self.noted(read_text(&shape.kind, &string), path, text)
            }
            (Kind::Number { min, max, step, whole }, Some(c)) if c == '-' || c.is_ascii_digit() => {
                self.noted(read_number([*min, *max, *step], *whole, text), path, text)
            }
            (kind, _) => {
                let message = words::wrong_type(json_kind(first), wanted(kind));
                let fault = FactFault::new(FactFaultCode::WrongType, message, allowed(kind));
                self.fault(path, text, fault);
                None
            }
        }
    }

    /// An object of the profile: what is not there is null.
    fn object(
        &mut self,
        object: &Object,
        entries: Entries<'j>,
        raw: &'j RawValue,
        path: &str,
    ) -> Value {
        let text_of = |name: &str| entries.0.iter().find(|(key, _)| key == name).map(|(_, r)| *r);
        for condition in &object.conditions {
            let decides = text_of(&condition.property)
                .and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
            let applies = decides
                .is_some_and(|decides| condition.values.iter().any(|value| **value == *decides));
            let Kind::Object(then) = &condition.then.kind else { continue };
            if applies && let Ok(again) = serde_json::from_str::<Entries<'j>>(raw.get()) {
                self.entries(then, path, again, None);
            }
        }
        for required in &object.required {
            if text_of(required).is_none_or(|raw| raw.get() == "null") {
                let kind = object.properties.iter().find(|(name, _)| name == required);
                let help = kind.and_then(|(_, shape)| allowed(&shape.kind));
                let fault = FactFault::new(FactFaultCode::Missing, words::required_key(), help);
                self.fault(&join(path, required), raw.get(), fault);
            }
        }
        let mut given = self.entries(object, path, entries, None);
        let mut context = Context::new();
        for (name, _) in object.visible() {
            context.put(name.clone(), given.remove(name).unwrap_or(Value::NULL));
        }
        Value::context(context)
    }

    /// The entries that are there; those that the object does not know go to `rest`, or are faults.
    fn entries(
        &mut self,
        object: &Object,
        path: &str,
        entries: Entries<'j>,
        mut rest: Option<&mut Rest<'j>>,
    ) -> BTreeMap<Arc<str>, Value> {
        let mut given = BTreeMap::new();
        let mut seen: Vec<&str> = Vec::new();
        for (key, raw) in &entries.0 {
            let at = join(path, key);
            if seen.contains(&key.as_str()) {
                let message = words::duplicate_key();
                let fault = FactFault::new(FactFaultCode::DuplicateKey, message, None);
                self.fault(&at, raw.get(), fault);
                continue;
            }
            seen.push(key);
            match object.properties.iter().find(|(name, _)| **name == **key) {
                Some((name, shape)) => {
                    if let Some(value) = self.value(shape, raw, &at) {
                        given.insert(name.clone(), value);
                    }
                }
                None => match &mut rest {
                    Some(rest) => {
                        rest.insert(key.clone(), raw);
                    }
                    None if object.closed => self.unknown_key(object, key, &at, raw),
                    None => {}
                },
            }
        }
        given
    }

    fn unknown_key(&mut self, object: &Object, key: &str, path: &str, raw: &RawValue) {
        let names = object.properties.iter().map(|(name, _)| &**name);
        let help = match nearest(key, names.clone()) {
            Some(near) => words::did_you_mean(&words::same(near)),
            None => words::known_keys(names),
        };
        let fault = FactFault::new(FactFaultCode::UnknownKey, words::unknown_key(), Some(help));
        self.fault(path, raw.get(), fault);
    }

    fn parsed<T: serde::Deserialize<'j>>(&mut self, raw: &'j RawValue, path: &str) -> Option<T> {
        match serde_json::from_str::<T>(raw.get()) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = words::profile_not_json(&error.to_string());
                self.fault(path, raw.get(), FactFault::new(FactFaultCode::Json, message, None));
                None
            }
        }
    }

    fn noted(&mut self, read: Result<Value, FactFault>, path: &str, raw: &str) -> Option<Value> {
        read.map_err(|fault| self.fault(path, raw, fault)).ok()
    }
}

pub(super) fn join(path: &str, key: &str) -> String {
    let key: String = key.chars().take(100).collect();
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn read_text(kind: &Kind, text: &str) -> Result<Value, FactFault> {
    let Kind::Text { allowed: values, pattern, longest } = kind else {
        return scalar::date(text).map(Value::Date).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            let message = words::impossible_date(&shown);
            FactFault::new(FactFaultCode::ImpossibleDate, message, Some(words::date_form()))
        });
    };
    if text.chars().nth(*longest).is_some() {
        let message = words::text_too_long(*longest);
        return Err(FactFault::new(FactFaultCode::TooLarge, message, None));
    }
    let listed = values.is_empty() || values.iter().any(|value| **value == *text);
    let matches = pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
    if listed && matches {
        return Ok(Value::string(text));
    }
    let near = nearest(text, values.iter().map(|value| &**value));
    let help = match near {
        Some(near) => Some(words::did_you_mean(&words::same(near))),
        None => allowed(kind),
    };
    let shown: String = text.chars().take(60).collect();
    Err(FactFault::new(FactFaultCode::NotAllowed, words::not_allowed(&shown), help))
}

fn read_number(
    [min, max, step]: [Option<Number>; 3],
    whole: bool,
    text: &str,
) -> Result<Value, FactFault> {
    let out_of_range = |message, help| FactFault::new(FactFaultCode::OutOfRange, message, help);
    let number =
        scalar::number(text).ok_or_else(|| out_of_range(words::number_too_long(), None))?;
    let below = min.is_some_and(|min| number < min);
    if below || max.is_some_and(|max| number > max) {
        return Err(out_of_range(words::out_of_bounds(number, below), words::bounds(min, max)));
    }
    if whole && !number.is_integer() {
        return Err(out_of_range(words::not_whole(number), None));
    }
    if let Some(step) = step
        && !number.checked_div(step).is_some_and(Number::is_integer)
    {
        return Err(out_of_range(words::not_a_step(number), Some(words::steps(step, min, max))));
    }
    Ok(Value::Number(number))
}

fn json_kind(first: Option<char>) -> &'static str {
    match first {
        Some('{') => "object",
        Some('[') => "list",
        Some('"') => "string",
        Some('t' | 'f') => "boolean",
        _ => "number",
    }
}

fn wanted(kind: &Kind) -> words::Wanted {
    match kind {
        Kind::Object(_) => words::Wanted::Object,
        Kind::List { .. } => words::Wanted::List,
        Kind::Text { .. } => words::Wanted::Fact(FactType::String),
        Kind::Number { .. } => words::Wanted::Fact(FactType::Number),
        Kind::Boolean => words::Wanted::Fact(FactType::Boolean),
        Kind::Date => words::Wanted::Fact(FactType::Date),
    }
}

/// What a value may be, in words.
fn allowed(kind: &Kind) -> Option<dmn::model::Title> {
    match kind {
        Kind::Text { allowed, .. } if !allowed.is_empty() => {
            Some(words::known_keys(allowed.iter().map(|value| &**value)))
        }
        Kind::Text { pattern: Some(pattern), .. } => Some(words::pattern(pattern.as_str())),
        Kind::Number { min, max, .. } => words::bounds(*min, *max),
        Kind::Date => Some(words::date_form()),
        Kind::Object(object) => {
            Some(words::known_keys(object.properties.iter().map(|(name, _)| &**name)))
        }
        _ => None,
    }
}
