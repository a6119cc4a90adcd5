//! `facts.toml`: the facts that rules ask about a person, an offer or an employer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use dmn::model::Title;
use feel::value::Possible;
use feel::{Number, Type, Value};
use serde::Deserialize;

use super::problem::{ProblemCode, Report};
use super::toml_file::{Name, TomlFile, decimal, title};
use crate::nearest::suggestion;
use crate::profile::{FactFault, FactFaultCode};
use crate::words;

/// Names that every rule document knows without a vocabulary.
pub(crate) const BUILT_IN: [&str; 2] = ["on", "place"];

/// The facts of a jurisdiction.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The groups of facts, in order.
    pub matters: Vec<Matter>,
    /// The facts, in order.
    pub facts: Vec<Arc<Fact>>,
    /// What parameters are called.
    pub parameters: Vec<ParameterLabel>,
    by_name: BTreeMap<Arc<str>, usize>,
    /// The places of the facts that have scales.
    scaled: Vec<usize>,
}

/// A group of facts: one task of the self-assessment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// Identifier.
    pub id: Name,
    /// Title.
    #[serde(deserialize_with = "title::read")]
    pub title: Title,
    /// A hint for the person who answers.
    #[serde(default, deserialize_with = "title::optional")]
    pub hint: Option<Title>,
}

/// A fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The key in a profile and the name of the input in rule documents.
    pub name: Name,
    /// The group that it belongs to.
    pub matter: Name,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// A noun phrase for it.
    #[serde(deserialize_with = "title::read")]
    pub label: Title,
    /// The question that asks for it.
    #[serde(deserialize_with = "title::read")]
    pub question: Title,
    /// A hint for the person who answers.
    #[serde(default, deserialize_with = "title::optional")]
    pub hint: Option<Title>,
    /// The unit of a number.
    #[serde(default, deserialize_with = "title::optional")]
    pub unit: Option<Title>,
    /// The least number.
    #[serde(default, deserialize_with = "decimal::optional")]
    pub min: Option<Number>,
    /// The greatest number.
    #[serde(default, deserialize_with = "decimal::optional")]
    pub max: Option<Number>,
    /// Whether only whole numbers make sense.
    #[serde(default)]
    pub whole: bool,
    /// The value that stands where a profile gives none: how a thing is stated is no fact that
    /// can be missing.
    pub if_absent: Option<Name>,
    /// Facts before which this one gives way: where one of them is given, it has the value of
    /// `if_absent`.
    #[serde(default)]
    pub gives_way_to: Vec<Name>,
    /// The bounds of a number, where they depend on another fact.
    #[serde(default, rename = "scale")]
    pub scales: Vec<Scale>,
    /// The document that proves it.
    #[serde(default, deserialize_with = "title::optional")]
    pub evidence: Option<Title>,
    /// Who knows it for certain.
    pub source_of_truth: SourceOfTruth,
    /// How closely it must be kept.
    pub sensitivity: Sensitivity,
    /// Whether the person can change it by an act of their own.
    pub mutable: bool,
    /// The allowed values, in order; empty where any text will do.
    #[serde(default, rename = "value")]
    pub values: Vec<FactValue>,
}

/// The bounds of a number while another fact has a certain value, as the scores of a test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The other fact, a text.
    pub fact: Name,
    /// Its value.
    pub value: Name,
    /// The least number.
    #[serde(deserialize_with = "decimal::read")]
    pub min: Number,
    /// The greatest number.
    #[serde(deserialize_with = "decimal::read")]
    pub max: Number,
    /// What every number is a multiple of.
    #[serde(deserialize_with = "decimal::read")]
    pub step: Number,
}

/// What a parameter of `parameters/NAME.csv` is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterLabel {
    /// The parameter.
    pub name: Name,
    /// A noun phrase for it.
    #[serde(deserialize_with = "title::read")]
    pub label: Title,
}

/// An allowed value of a fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactValue {
    /// The value.
    pub value: Name,
    /// What it is called.
    #[serde(deserialize_with = "title::read")]
    pub label: Title,
}

/// Types of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactType {
    /// A number.
    Number,
    /// A text.
    String,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// Several texts.
    #[serde(rename = "list<string>")]
    StringList,
}

/// Who knows a fact for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SourceOfTruth {
    Applicant,
    Employer,
    EducationAuthority,
    TaxAuthority,
    ImmigrationAdministration,
    ForeignExpertAuthority,
    Police,
    HealthAuthority,
    Register,
}

/// How closely a fact must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Anyone may know it.
    Public,
    /// Personal information.
    Personal,
    /// Sensitive personal information.
    Sensitive,
}

impl Vocabulary {
    /// The fact `name`.
    pub fn fact(&self, name: &str) -> Option<&Arc<Fact>> {
        self.facts.get(*self.by_name.get(name)?)
    }

    /// The place of the fact `name` in the order of the vocabulary.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The numbers that are off the scale on which another fact puts them, with what is wrong.
    pub fn off_scale<'f>(
        &self,
        value_of: impl Fn(&str) -> Option<&'f Value>,
    ) -> Vec<(&Arc<Fact>, FactFault)> {
        let facts = self.scaled.iter().filter_map(|position| self.facts.get(*position));
        facts
            .filter_map(|fact| {
                let Some(Value::Number(number)) = value_of(&fact.name) else { return None };
                let fault = self.scale_fault(fact, *number, &value_of)?;
                Some((fact, fault))
            })
            .collect()
    }

    fn scale_fault<'f>(
        &self,
        fact: &Fact,
        number: Number,
        value_of: impl Fn(&str) -> Option<&'f Value>,
    ) -> Option<FactFault> {
        let other = self.fact(&fact.scales.first()?.fact)?;
        let stated = match value_of(&other.name) {
            Some(Value::String(text)) => Some(&**text),
            _ => other.if_absent.as_deref(),
        };
        let scale = fact.scales.iter().find(|scale| Some(scale.value.as_str()) == stated);
        let Some(scale) = scale else {
            let help = Some(words::name_the_scale(other, &fact.scales));
            return Some(FactFault {
                code: FactFaultCode::OutOfRange,
                message: words::no_scale(other),
                help,
            });
        };
        let on_step = number.checked_rem(scale.step).is_some_and(|rest| rest == Number::ZERO);
        if number >= scale.min && number <= scale.max && on_step {
            return None;
        }
        let named = other.value_label(&scale.value);
        Some(FactFault {
            code: FactFaultCode::OutOfRange,
            message: words::off_scale(number, named),
            help: Some(words::scale(scale)),
        })
    }

    /// The names of all facts.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.facts.iter().map(|fact| &*fact.name)
    }
}

impl Fact {
    /// The value of the fact among those that are given, unless it gives way to one of them.
    pub fn given<'f>(&self, value_of: impl Fn(&str) -> Option<&'f Value>) -> Option<&'f Value> {
        let gives_way = self.gives_way_to.iter().any(|other| value_of(other).is_some());
        if gives_way { None } else { value_of(&self.name) }
    }

    /// What it can be while nobody has given it.
    pub fn possible(&self) -> Possible {
        match self.kind {
            FactType::Boolean => Possible::OneOf(vec![Value::Boolean(true), Value::Boolean(false)]),
            FactType::String if self.values.len() > 1 => {
                let values = self.values.iter().map(|value| Value::string(value.value.to_arc()));
                Possible::OneOf(values.collect())
            }
            FactType::Number => match (self.min, self.max) {
                (Some(min), Some(max)) => Possible::Between(min, max),
                _ => Possible::Anything,
            },
            _ => Possible::Anything,
        }
    }

    /// The label of an allowed value.
    pub fn value_label(&self, value: &str) -> Option<&Title> {
        self.values.iter().find(|allowed| &*allowed.value == value).map(|allowed| &allowed.label)
    }
}

impl FactType {
    /// The type in rule documents.
    pub fn to_type(self) -> Type {
        match self {
            FactType::Number => Type::Number,
            FactType::String => Type::String,
            FactType::Boolean => Type::Boolean,
            FactType::Date => Type::Date,
            FactType::StringList => Type::list(Type::String),
        }
    }
}

impl fmt::Display for FactType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_type().fmt(f)
    }
}

/// Reads `facts.toml`.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Vocabulary {
    let Some(mut toml) = TomlFile::read(file, report) else { return Vocabulary::default() };
    let matters = toml.take_all::<Matter>("matter", report);
    let facts = toml.take_all::<Fact>("fact", report);
    let parameters = toml.take_all::<ParameterLabel>("parameter", report);
    toml.finish_empty(report);
    let mut vocabulary = Vocabulary {
        parameters: parameters.into_iter().map(|element| element.value).collect(),
        ..Vocabulary::default()
    };
    for matter in matters {
        let matter = matter.value;
        if vocabulary.matters.iter().any(|earlier| earlier.id == matter.id) {
            let message = format!("the matter `{}` is defined twice", matter.id);
            report.error(file, matter.id.span(), ProblemCode::Duplicate, message, None);
        }
        vocabulary.matters.push(matter);
    }
    for fact in facts {
        let fact = fact.value;
        check(&fact, file, &vocabulary, report);
        let position = vocabulary.facts.len();
        if !fact.scales.is_empty() {
            vocabulary.scaled.push(position);
        }
        if vocabulary.by_name.insert(fact.name.to_arc(), position).is_some() {
            let message = format!("the fact `{}` is defined twice", fact.name);
            report.error(file, fact.name.span(), ProblemCode::Duplicate, message, None);
        }
        vocabulary.facts.push(Arc::new(fact));
    }
    vocabulary
}

fn check(fact: &Fact, file: &Arc<str>, vocabulary: &Vocabulary, report: &mut Report<'_>) {
    let name = &fact.name;
    let mut fault = |name: &Name, code, message: String, help: Option<String>| {
        report.error(file, name.span(), code, message, help);
    };
    if !is_identifier(name) {
        let help = Some("a name is a letter or `_`, then letters, digits and `_`".to_owned());
        fault(name, ProblemCode::Format, format!("`{name}` is no name"), help);
    }
    if BUILT_IN.contains(&name.as_str()) {
        let message = format!("`{name}` is known to every rule document");
        fault(name, ProblemCode::Duplicate, message, Some("leave it out".to_owned()));
    }
    if !vocabulary.matters.iter().any(|matter| matter.id == fact.matter) {
        let help = suggestion(&fact.matter, vocabulary.matters.iter().map(|m| m.id.as_str()));
        fault(&fact.matter, ProblemCode::Unresolved, format!("no matter `{}`", fact.matter), help);
    }
    let is_number = fact.kind == FactType::Number;
    let numeric = fact.unit.is_some() || fact.min.is_some() || fact.max.is_some() || fact.whole;
    if numeric && !is_number {
        let message = format!("`unit`, `min`, `max` and `whole` are for numbers, `{name}` is none");
        fault(name, ProblemCode::Format, message, None);
    }
    if let (Some(min), Some(max)) = (fact.min, fact.max)
        && max < min
    {
        let message = format!("the greatest value {max} of `{name}` is below the least, {min}");
        fault(name, ProblemCode::Format, message, None);
    }
    let takes_values = matches!(fact.kind, FactType::String | FactType::StringList);
    if !fact.values.is_empty() && !takes_values {
        let message = format!("`{name}` is of type `{}`, which has no list of values", fact.kind);
        fault(name, ProblemCode::Format, message, None);
    }
    if let Some(value) = &fact.if_absent
        && fact.value_label(value).is_none()
    {
        let help = suggestion(value, fact.values.iter().map(|v| v.value.as_str()));
        fault(value, ProblemCode::Unresolved, format!("`{value}` is no value of `{name}`"), help);
    }
    for other in &fact.gives_way_to {
        let message = if fact.if_absent.is_none() {
            format!("`{name}` can only give way where it has `if_absent`")
        } else if vocabulary.fact(other).is_none() {
            format!("no fact `{other}` stands before `{name}`")
        } else {
            continue;
        };
        fault(other, ProblemCode::Unresolved, message, None);
    }
    for scale in &fact.scales {
        let message = if !is_number {
            format!("`scale` is for numbers, `{name}` is none")
        } else if fact.scales.iter().any(|first| first.fact != scale.fact) {
            format!("the scales of `{name}` depend on more than one fact")
        } else if scale.max < scale.min || scale.step <= Number::ZERO {
            format!("the scale of `{name}` for `{}` is empty", scale.value)
        } else {
            match vocabulary.fact(&scale.fact) {
                None => format!("no fact `{}` stands before `{name}`", scale.fact),
                Some(other) if other.value_label(&scale.value).is_none() => {
                    format!("`{}` is no value of `{}`", scale.value, scale.fact)
                }
                Some(_) => continue,
            }
        };
        fault(&scale.value, ProblemCode::Format, message, None);
    }
    for (i, value) in fact.values.iter().enumerate() {
        if fact.values.iter().take(i).any(|earlier| earlier.value == value.value) {
            let message = format!("the value `{}` of `{name}` is listed twice", value.value);
            fault(&value.value, ProblemCode::Duplicate, message, None);
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
