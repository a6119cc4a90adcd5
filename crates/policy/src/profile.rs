//! A person's facts: read from JSON or from single answers, with every fault found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use dmn::model::Title;
use feel::Value;
use feel::temporal::Date;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::nearest::nearest;
use crate::pack::{BUILT_IN, Fact, FactType, Places, Vocabulary};
use crate::scalar;
use crate::words;

/// The largest profile that is read, in bytes.
pub const MAX_PROFILE_LENGTH: usize = 1 << 20;

/// How many faults of one profile are reported.
pub(crate) const MAX_FAULTS: usize = 100;

/// The longest text that a fact can be, in characters.
const MAX_TEXT_LENGTH: usize = 1_000;

/// What is known of a person, an offer and an employer.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The facts that were given, by name.
    pub facts: BTreeMap<Arc<str>, Value>,
    /// The day of the assessment, if the profile names one.
    pub on: Option<Date>,
    /// The code of the place of the assessment, if the profile names one.
    pub place: Option<Arc<str>>,
    /// The names of the facts that were derived from a common profile.
    pub derived: BTreeSet<Arc<str>>,
}

/// A fault in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    /// The key that is at fault; empty for the profile as a whole.
    pub key: String,
    /// The line in the JSON text, from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong with it, and what would be right.
    pub fault: FactFault,
}

/// What is wrong with a fact as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactFault {
    /// What kind of fault.
    pub code: FactFaultCode,
    /// What is wrong.
    pub message: Title,
    /// What would be right, if that can be told.
    pub help: Option<Title>,
}

/// Kinds of fault of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FactFaultCode {
    /// The text is no JSON object.
    Json,
    /// Too large.
    TooLarge,
    /// A key that the vocabulary does not know.
    UnknownKey,
    /// A key that stands twice.
    DuplicateKey,
    /// A value of the wrong type.
    WrongType,
    /// A day that does not exist.
    ImpossibleDate,
    /// A number outside its bounds, or with a fraction where none makes sense.
    OutOfRange,
    /// A text that is not among the allowed values.
    NotAllowed,
    /// A key that must stand and does not.
    Missing,
    /// Parts that cannot all be true.
    Inconsistent,
}

/// A fact as given, before it is checked.
#[derive(Debug, Clone)]
pub enum Given<'g> {
    /// Yes or no.
    Boolean(bool),
    /// The text of a number.
    Number(&'g str),
    /// A text.
    String(&'g str),
    /// Several texts.
    Strings(Vec<&'g str>),
    /// Something that no fact can be, in words.
    Other(&'static str),
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        self.fault.fmt(f)
    }
}

impl std::error::Error for ProfileError {}

impl fmt::Display for FactFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)?;
        match &self.help {
            Some(help) => write!(f, "; {}", help.en),
            None => Ok(()),
        }
    }
}

impl FactFault {
    pub(crate) fn new(code: FactFaultCode, message: Title, help: Option<Title>) -> FactFault {
        FactFault { code, message, help }
    }
}

impl Profile {
    /// Reads a JSON object of facts by name; `on` and `place` may stand among them. A fact that is
    /// `null` counts as not given.
    pub fn from_json(
        json: &str,
        vocabulary: &Vocabulary,
        places: &Places,
    ) -> Result<Profile, Vec<ProfileError>> {
        let entries = object_of_entries(json)?;
        let mut profile = Profile::default();
        let mut errors = Vec::new();
        let mut seen = BTreeSet::new();
        for (key, raw) in &entries.0 {
            let read = if seen.insert(key.as_str()) {
                profile.read_entry(key, raw, vocabulary, places)
            } else {
                let message = words::duplicate_key();
                Err(FactFault::new(FactFaultCode::DuplicateKey, message, None))
            };
            if let Err(fault) = read {
                let line = line_of(json, raw.get());
                let key = key.chars().take(100).collect();
                errors.push(ProfileError { key, line, fault });
            }
            if errors.len() == MAX_FAULTS {
                break;
            }
        }
        let off_scale = vocabulary.off_scale(|name| profile.facts.get(name));
        for (fact, fault) in off_scale.into_iter().take(MAX_FAULTS - errors.len()) {
            let raw = entries.0.iter().find(|(key, _)| *key == *fact.name);
            let line = raw.map_or(0, |(_, raw)| line_of(json, raw.get()));
            errors.push(ProfileError { key: fact.name.to_string(), line, fault });
        }
        if errors.is_empty() { Ok(profile) } else { Err(errors) }
    }

    fn read_entry(
        &mut self,
        key: &str,
        raw: &RawValue,
        vocabulary: &Vocabulary,
        places: &Places,
    ) -> Result<(), FactFault> {
        let fact = vocabulary.fact(key);
        if fact.is_none() && !BUILT_IN.contains(&key) {
            let known = vocabulary.names().chain(BUILT_IN);
            let help = nearest(key, known).map(|near| words::did_you_mean(&words::same(near)));
            return Err(FactFault::new(FactFaultCode::UnknownKey, words::unknown_key(), help));
        }
        let text = raw.get();
        let string;
        let strings;
        let given = match text.chars().next() {
            Some('n') => return Ok(()),
            Some('t' | 'f') => Given::Boolean(text == "true"),
            Some('"') => {
                string = serde_json::from_str::<String>(text).unwrap_or_default();
                Given::String(&string)
            }
            Some('[') => match serde_json::from_str::<Vec<String>>(text) {
                Ok(items) => {
                    strings = items;
                    Given::Strings(strings.iter().map(String::as_str).collect())
                }
                Err(_) => Given::Other("list"),
            },
            Some('{') => Given::Other("object"),
            _ => Given::Number(text),
        };
        match (fact, key) {
            (Some(fact), _) => {
                let value = read_fact(fact, given)?;
                self.facts.insert(fact.name.to_arc(), value);
            }
            (None, "on") => self.on = Some(read_date(&given)?),
            (None, _) => self.place = Some(read_place(&given, places)?),
        }
        Ok(())
    }
}

/// The entries of a JSON object.
pub(crate) fn object_of_entries(json: &str) -> Result<Entries<'_>, Vec<ProfileError>> {
    let whole = |code, line, message, help| {
        vec![ProfileError { key: String::new(), line, fault: FactFault::new(code, message, help) }]
    };
    if json.len() > MAX_PROFILE_LENGTH {
        let message = words::profile_too_large(json.len(), MAX_PROFILE_LENGTH);
        return Err(whole(FactFaultCode::TooLarge, 0, message, None));
    }
    if let Some(first) = json.trim_start().chars().next().filter(|first| *first != '{') {
        let kind = match first {
            '[' => "list",
            '"' => "string",
            't' | 'f' => "boolean",
            c if c == '-' || c.is_ascii_digit() => "number",
            _ => "other",
        };
        let message = words::profile_not_object(kind);
        return Err(whole(FactFaultCode::Json, 1, message, Some(words::profile_example())));
    }
    serde_json::from_str::<Entries<'_>>(json).map_err(|error| {
        let message = words::profile_not_json(&error.to_string());
        whole(FactFaultCode::Json, error.line(), message, Some(words::profile_example()))
    })
}

/// Whether a value is one that a fact may have.
pub(crate) fn check_fact(fact: &Fact, value: &Value) -> Result<(), FactFault> {
    let text = |value: &Value| match value {
        Value::String(text) => allowed_text(fact, text).map(drop),
        _ => Ok(()),
    };
    match value {
        Value::Number(number) => read_number(fact, &number.to_string()).map(drop),
        Value::List(items) => items.iter().try_for_each(text),
        value => text(value),
    }
}

/// Reads one fact as given.
pub fn read_fact(fact: &Fact, given: Given<'_>) -> Result<Value, FactFault> {
    match (fact.kind, &given) {
        (FactType::Boolean, Given::Boolean(value)) => Ok(Value::Boolean(*value)),
        (FactType::Number, Given::Number(text)) => read_number(fact, text),
        (FactType::String, Given::String(text)) => Ok(Value::string(allowed_text(fact, text)?)),
        (FactType::Date, Given::String(_)) => read_date(&given).map(Value::Date),
        (FactType::StringList, Given::Strings(items)) => {
            let mut values: Vec<Value> = Vec::new();
            let mut seen = BTreeSet::new();
            for item in items {
                let text = allowed_text(fact, item)?;
                if seen.insert(text) {
                    values.push(Value::string(text));
                }
            }
            Ok(Value::list(values))
        }
        _ => {
            let message = words::wrong_type(given.kind(), fact.kind);
            let help = (!fact.values.is_empty()).then(|| words::one_of(fact));
            Err(FactFault::new(FactFaultCode::WrongType, message, help))
        }
    }
}

fn read_number(fact: &Fact, text: &str) -> Result<Value, FactFault> {
    let out_of_range = |message, help| FactFault::new(FactFaultCode::OutOfRange, message, help);
    let number =
        scalar::number(text).ok_or_else(|| out_of_range(words::number_too_long(), None))?;
    if fact.whole && !number.is_integer() {
        return Err(out_of_range(words::not_whole(number), None));
    }
    let below = fact.min.is_some_and(|min| number < min);
    let above = fact.max.is_some_and(|max| number > max);
    if below || above {
        let help = words::bounds(fact.min, fact.max);
        return Err(out_of_range(words::out_of_bounds(number, below), help));
    }
    Ok(Value::Number(number))
}

fn allowed_text<'g>(fact: &Fact, text: &'g str) -> Result<&'g str, FactFault> {
    if fact.values.is_empty() {
        return match text.chars().nth(MAX_TEXT_LENGTH) {
            None => Ok(text),
            Some(_) => {
                let message = words::text_too_long(MAX_TEXT_LENGTH);
                Err(FactFault::new(FactFaultCode::TooLarge, message, None))
            }
        };
    }
    if fact.value_label(text).is_some() {
        return Ok(text);
    }
    let values = fact.values.iter().map(|value| value.value.as_str());
    let help = match nearest(text, values) {
        Some(near) => words::did_you_mean(&words::same(near)),
        None => words::one_of(fact),
    };
    let shown: String = text.chars().take(60).collect();
    Err(FactFault::new(FactFaultCode::NotAllowed, words::not_allowed(&shown), Some(help)))
}

fn read_date(given: &Given<'_>) -> Result<Date, FactFault> {
    let help = Some(words::date_form());
    match given {
        Given::String(text) => scalar::date(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            FactFault::new(FactFaultCode::ImpossibleDate, words::impossible_date(&shown), help)
        }),
        _ => {
            let message = words::wrong_type(given.kind(), FactType::Date);
            Err(FactFault::new(FactFaultCode::WrongType, message, help))
        }
    }
}

fn read_place(given: &Given<'_>, places: &Places) -> Result<Arc<str>, FactFault> {
    let Given::String(text) = given else {
        let message = words::wrong_type(given.kind(), FactType::String);
        let help = Some(words::place_form());
        return Err(FactFault::new(FactFaultCode::WrongType, message, help));
    };
    match places.find(text) {
        Some(place) => Ok(place.code.clone()),
        None => {
            let shown: String = text.chars().take(40).collect();
            let help = places
                .nearest(text)
                .map(|place| words::did_you_mean(&words::place_with_code(place)));
            let message = words::unknown_place(&shown);
            Err(FactFault::new(FactFaultCode::NotAllowed, message, help))
        }
    }
}

impl Given<'_> {
    /// The kind of value as JSON calls it.
    fn kind(&self) -> &'static str {
        match self {
            Given::Boolean(_) => "boolean",
            Given::Number(_) => "number",
            Given::String(_) => "string",
            Given::Strings(_) => "list",
            Given::Other(kind) => kind,
        }
    }
}

/// The line on which a part of a text begins, from 1.
pub(crate) fn line_of(json: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).saturating_sub(json.as_ptr() as usize);
    json.get(..offset).map_or(0, |before| before.matches('\n').count() + 1)
}

/// The entries of a JSON object as written, repeated keys included.
pub(crate) struct Entries<'j>(pub Vec<(String, &'j RawValue)>);

impl<'de: 'j, 'j> Deserialize<'de> for Entries<'j> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of facts by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<String, &RawValue>()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Object).map(Entries)
    }
}
