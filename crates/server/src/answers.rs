//! A person's answers on their way: they travel with the pages, and the server keeps nothing.

use std::collections::{BTreeMap, BTreeSet};

use feel::Value;
use policy::pack::{Fact, Vocabulary};
use policy::profile::{FactFault, Given, Profile, read_fact};
use serde::{Deserialize, Serialize};

/// The version of the form in which answers travel.
const VERSION: u8 = 1;

/// The most bytes of answers that are read.
const MAX_LENGTH: usize = 128 * 1024;

/// The answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    v: u8,
    /// The programme, by identifier.
    pub programme: String,
    /// The place, by code.
    pub place: String,
    /// The day, in ISO form.
    pub on: String,
    /// The facts.
    #[serde(default)]
    pub facts: BTreeMap<String, Answer>,
    /// The matters that the person has been through.
    #[serde(default)]
    pub seen: BTreeSet<String>,
}

/// A fact as a person gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    /// Yes or no.
    #[serde(rename = "b")]
    Boolean(bool),
    /// A number, by its digits.
    #[serde(rename = "n")]
    Number(String),
    /// A text or a day.
    #[serde(rename = "s")]
    Text(String),
    /// Several texts.
    #[serde(rename = "l")]
    Texts(Vec<String>),
}

/// Why answers cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswersFault {
    /// There is too much of them.
    TooLarge,
    /// They are not what this service sends out.
    Unreadable,
}

impl Answers {
    /// No answers yet.
    pub fn new(programme: &str, place: &str, on: &str) -> Answers {
        Answers {
            v: VERSION,
            programme: programme.to_owned(),
            place: place.to_owned(),
            on: on.to_owned(),
            facts: BTreeMap::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Reads what came with a page.
    pub fn read(text: &str) -> Result<Answers, AnswersFault> {
        if text.len() > MAX_LENGTH {
            return Err(AnswersFault::TooLarge);
        }
        let answers: Answers = serde_json::from_str(text).map_err(|_| AnswersFault::Unreadable)?;
        if answers.v == VERSION { Ok(answers) } else { Err(AnswersFault::Unreadable) }
    }

    /// Writes what goes with a page.
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The facts as a profile, and what could not be used, by the fact's name.
    pub fn profile(&self, vocabulary: &Vocabulary) -> (Profile, Vec<(String, Option<FactFault>)>) {
        let mut profile = Profile::default();
        let mut faults = Vec::new();
        for (name, answer) in &self.facts {
            match vocabulary.fact(name) {
                Some(fact) => match answer.value(fact) {
                    Ok(value) => {
                        profile.facts.insert(fact.name.to_arc(), value);
                    }
                    Err(fault) => faults.push((name.clone(), Some(fault))),
                },
                None => faults.push((name.clone(), None)),
            }
        }
        let off_scale = vocabulary.off_scale(|name| profile.facts.get(name));
        let off_scale: Vec<(String, FactFault)> =
            off_scale.into_iter().map(|(fact, fault)| (fact.name.to_string(), fault)).collect();
        for (name, fault) in off_scale {
            profile.facts.remove(name.as_str());
            faults.push((name, Some(fault)));
        }
        (profile, faults)
    }
}

impl Answer {
    /// The value of a fact.
    pub fn value(&self, fact: &Fact) -> Result<Value, FactFault> {
        let given = match self {
            Answer::Boolean(value) => Given::Boolean(*value),
            Answer::Number(text) => Given::Number(text),
            Answer::Text(text) => Given::String(text),
            Answer::Texts(texts) => Given::Strings(texts.iter().map(String::as_str).collect()),
        };
        read_fact(fact, given)
    }
}
