//! What a procedure asks beside the facts of the rules: who the person is, and what decides which
//! papers are needed. No outcome rests on it.

use feel::Value;
use feel::temporal::Date;
use feel::value::Possible;
use policy::pack::FactType;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::document::one_of;
use super::{Procedure, Text};

/// Something that the file holds of the person or the application, to tell people apart, to write
/// to them and to know which documents are needed. It is no fact of the rules, and no rule can ask
/// for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Particular {
    /// What it is called among the facts of a case.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// What its value is: `string`, `number`, `boolean` or `date`.
    #[serde(default = "text", rename = "type")]
    pub kind: FactType,
    /// The values that it may have; none for any.
    #[serde(default, rename = "value")]
    pub values: Vec<ParticularValue>,
}

fn text() -> FactType {
    FactType::String
}

/// A value that a particular may have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParticularValue {
    /// The value.
    pub value: String,
    /// What it is called in words.
    pub title: Text,
}

impl Particular {
    /// Its value as given in a case; none where that is not of its type or not allowed.
    pub fn read(&self, given: &Json) -> Option<Value> {
        match (self.kind, given) {
            (FactType::Boolean, Json::Bool(value)) => Some(Value::Boolean(*value)),
            (FactType::Number, Json::Number(number)) => {
                number.to_string().parse().ok().map(Value::Number)
            }
            (FactType::Date, Json::String(text)) => Date::parse(text).ok().map(Value::Date),
            (FactType::String, Json::String(text)) => {
                let allowed = self.values.iter().any(|known| known.value == *text);
                (self.values.is_empty() || allowed).then(|| Value::string(text.as_str()))
            }
            _ => None,
        }
    }

    /// What it can be while it is not given.
    pub(super) fn possible(&self) -> Possible {
        match self.kind {
            FactType::Boolean => one_of(vec![Value::Boolean(true), Value::Boolean(false)]),
            _ => one_of(self.values.iter().map(|of| Value::string(of.value.as_str())).collect()),
        }
    }
}

impl Procedure {
    /// A particular.
    pub fn particular(&self, id: &str) -> Option<&Particular> {
        self.particulars.iter().find(|one| one.id == id)
    }

    /// The facts of a case that the rules see: all but the particulars.
    pub fn facts_of_rules(&self, facts: &Map<String, Json>) -> Map<String, Json> {
        let facts = facts.iter().filter(|(name, _)| self.particular(name).is_none());
        facts.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}
