//! `tests/*.toml`: worked cases with the results that their sources state.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::temporal::Date;
use feel::{Number, Value};
use serde::Deserialize;
use toml::Spanned;

use super::problem::{ProblemCode, Report};
use super::toml_file::{Name, TomlFile, day, decimal};
use super::vocabulary::Vocabulary;
use crate::nearest::suggestion;
use crate::profile::{self, Given};

/// A worked case.
#[derive(Debug, Clone)]
pub struct WorkedCase {
    /// What it is about.
    pub name: Name,
    /// The programme, as `cn/work-permit`.
    pub programme: Arc<str>,
    /// The day.
    pub on: Date,
    /// The place.
    pub place: Name,
    /// Where the expected result comes from.
    pub source: String,
    /// The facts, those of the cases that it is based on included.
    pub facts: BTreeMap<Arc<str>, Value>,
    /// What is expected.
    pub expect: Expectation,
    /// The file.
    pub file: Arc<str>,
    /// The line in the file, from 1.
    pub line: usize,
}

/// What a worked case expects; what is not named is not compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The outcome, or `undecided`.
    pub outcome: Option<String>,
    /// Whether the person may be admitted.
    pub eligible: Option<bool>,
    /// The total.
    #[serde(default, deserialize_with = "decimal::optional")]
    pub score: Option<Number>,
    /// Values of decisions by name.
    #[serde(default)]
    pub sub_scores: BTreeMap<String, ExpectedValue>,
    /// The missing facts, exactly.
    pub missing: Option<Vec<String>>,
    /// The kind of error.
    pub error: Option<String>,
}

/// The value of a decision that a case expects.
#[derive(Debug, Clone)]
pub struct ExpectedValue(pub Value);

impl<'de> Deserialize<'de> for ExpectedValue {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ExpectedValue, D::Error> {
        use serde::de::Error;
        let value = match toml::Value::deserialize(deserializer)? {
            toml::Value::Boolean(value) => Value::Boolean(value),
            toml::Value::String(text) => Value::string(text),
            toml::Value::Integer(value) => Value::from(value),
            toml::Value::Float(value) => match crate::scalar::number(&value.to_string()) {
                Some(number) => Value::Number(number),
                None => return Err(D::Error::custom("the number cannot be read exactly")),
            },
            _ => return Err(D::Error::custom("a number, a text or `true` or `false` is wanted")),
        };
        Ok(ExpectedValue(value))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Name,
    programme: Option<Name>,
    #[serde(deserialize_with = "day::read")]
    on: Date,
    place: Name,
    source: String,
    based_on: Option<Name>,
    #[serde(default)]
    facts: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    #[serde(default)]
    unset: Vec<Name>,
    expect: Expectation,
}

/// Reads a file of worked cases of the programme `programme`.
pub(crate) fn read(
    programme: &Arc<str>,
    vocabulary: &Vocabulary,
    file: &Arc<str>,
    report: &mut Report<'_>,
) -> Vec<WorkedCase> {
    let Some(mut toml) = TomlFile::read(file, report) else { return Vec::new() };
    let written: Vec<Written> =
        toml.take_all("case", report).into_iter().map(|element| element.value).collect();
    toml.finish_empty(report);
    if report.is_incomplete() {
        return Vec::new();
    }
    let own: Vec<BTreeMap<Arc<str>, Value>> =
        written.iter().map(|case| read_facts(case, vocabulary, file, report)).collect();
    for (i, case) in written.iter().enumerate() {
        if written.iter().take(i).any(|earlier| earlier.name == case.name) {
            let message = format!("two cases are named `{}`", case.name);
            report.error(file, case.name.span(), ProblemCode::Duplicate, message, None);
        }
    }
    let text = report.text(file);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut cases = Vec::new();
    for (i, case) in written.iter().enumerate() {
        let line = lines.of(case.name.span().start as usize);
        let Some(facts) = collect_facts(i, &written, &own, file, report) else { continue };
        for (fact, fault) in vocabulary.off_scale(|name| facts.get(name)) {
            let message = format!("`{}`: {}", fact.name, fault.message.en);
            let help = fault.help.map(|help| help.en);
            report.error(file, case.name.span(), ProblemCode::Format, message, help);
        }
        cases.push(WorkedCase {
            name: case.name.clone(),
            programme: case.programme.as_ref().map_or_else(|| programme.clone(), Name::to_arc),
            on: case.on,
            place: case.place.clone(),
            source: case.source.clone(),
            facts,
            expect: case.expect.clone(),
            file: file.clone(),
            line,
        });
    }
    cases
}

/// The lines of a text, counted as one goes down it.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a byte, from 1; no byte before the last one asked for.
    fn of(&mut self, byte: usize) -> usize {
        let passed = self.text.get(self.at..byte).unwrap_or("");
        self.line += passed.matches('\n').count();
        self.at = byte.max(self.at);
        self.line
    }
}

/// The facts that a case states itself.
fn read_facts(
    case: &Written,
    vocabulary: &Vocabulary,
    file: &Arc<str>,
    report: &mut Report<'_>,
) -> BTreeMap<Arc<str>, Value> {
    let whole = report.text(file);
    let mut facts = BTreeMap::new();
    for (name, given) in &case.facts {
        let Some(fact) = vocabulary.fact(name.get_ref()) else {
            let message = format!("no fact `{}`", name.get_ref());
            let help = suggestion(name.get_ref(), vocabulary.names());
            report.error(file, name.span(), ProblemCode::Unresolved, message, help);
            continue;
        };
        let text = whole.get(given.span()).unwrap_or("").replace('_', "");
        let read = match given.get_ref() {
            toml::Value::Boolean(value) => profile::read_fact(fact, Given::Boolean(*value)),
            toml::Value::Integer(_) | toml::Value::Float(_) => {
                profile::read_fact(fact, Given::Number(text.trim_start_matches('+')))
            }
            toml::Value::String(text) => profile::read_fact(fact, Given::String(text)),
            toml::Value::Datetime(date) => {
                profile::read_fact(fact, Given::String(&date.to_string()))
            }
            toml::Value::Array(items) => {
                let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                profile::read_fact(fact, items.map_or(Given::Other("a list"), Given::Strings))
            }
            toml::Value::Table(_) => profile::read_fact(fact, Given::Other("a table")),
        };
        match read {
            Ok(value) => {
                facts.insert(fact.name.to_arc(), value);
            }
            Err(fault) => {
                let message = format!("`{}`: {}", fact.name, fault.message.en);
                let help = fault.help.map(|help| help.en);
                report.error(file, given.span(), ProblemCode::Format, message, help);
            }
        }
    }
    facts
}

/// The facts of a case: its own, on top of those of the cases that it is based on.
fn collect_facts(
    index: usize,
    written: &[Written],
    own: &[BTreeMap<Arc<str>, Value>],
    file: &Arc<str>,
    report: &mut Report<'_>,
) -> Option<BTreeMap<Arc<str>, Value>> {
    let mut chain = vec![index];
    let mut current = written.get(index)?;
    while let Some(base) = &current.based_on {
        let Some(position) = written.iter().position(|case| case.name == *base) else {
            let help = suggestion(base, written.iter().map(|case| case.name.as_str()));
            let message = format!("no case `{base}` in this file");
            report.error(file, base.span(), ProblemCode::Unresolved, message, help);
            return None;
        };
        if chain.contains(&position) {
            let message = format!("the case `{base}` is based on itself");
            report.error(file, base.span(), ProblemCode::Cycle, message, None);
            return None;
        }
        chain.push(position);
        current = written.get(position)?;
    }
    let mut facts = BTreeMap::new();
    for position in chain.iter().rev() {
        let case = written.get(*position)?;
        for name in &case.unset {
            if facts.remove(name.as_str()).is_none() {
                let message = format!("`{name}` is not set, so that it cannot be unset");
                report.error(file, name.span(), ProblemCode::Unresolved, message, None);
            }
        }
        facts.extend(own.get(*position)?.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Some(facts)
}
