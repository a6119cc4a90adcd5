//! Which documents a case needs, which may be promised, and which cannot be told yet.

use std::fmt;
use std::sync::Arc;

use clock::Basis;
use dmn::compile::{Allowed, Role as UnitRole, Unit};
use dmn::diagnostic::Diagnostic;
use dmn::model::{Block, Element, InputData, Logic, Model, Section, Text as ModelText};
use dmn::program::{Decision, DecisionId, Limits, Program};
use feel::value::Possible;
use feel::{Span, Value};
use policy::Library;
use policy::pack::{Fact, FactType};
use policy::profile::{Given, read_fact};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use toml::Spanned;

use super::{Particular, Procedure, Text};
use crate::action::Document;

/// The name by which a condition refers to the category that the rules give, as `A`.
pub const CATEGORY: &str = "category";

/// How much work the conditions of one case may ask.
const LIMITS: Limits = Limits { fuel: 1_000_000, depth: 128, ..Limits::DEFAULT };

/// A document that is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredDocument {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The categories that may promise it instead and hand it in later.
    #[serde(default)]
    pub commitment_for: Vec<String>,
    /// When it is asked for: a FEEL condition on facts, on what the procedure itself asks, and on
    /// the `category`; without it, always.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The facts, and what the procedure itself asks, that it proves.
    #[serde(default)]
    pub proves: Vec<String>,
    /// The law that asks for it.
    pub basis: Basis,
}

/// Whether a case needs a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It is asked for.
    Asked,
    /// It may be promised and handed in later.
    Promised,
    /// It is not asked for.
    NotAsked,
    /// It cannot be told before these are known: facts, what the procedure asks, or the category.
    Open(Vec<String>),
}

/// A document and whether a case needs it.
#[derive(Debug, Clone)]
pub struct Needed<'p> {
    /// The document.
    pub document: &'p RequiredDocument,
    /// Whether the case needs it.
    pub need: Need,
}

/// Something that is wrong with a condition, and where in the procedure's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionFault {
    /// The document.
    pub document: String,
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong, and what would be right if that can be told.
    pub message: String,
}

impl fmt::Display for ConditionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.document, self.message)
    }
}

/// The conditions of a procedure's documents, compiled over the vocabulary of its country. Before
/// they are, it is not known whether a document with a condition is asked for.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Option<Arc<Compiled>>);

#[derive(Debug)]
struct Compiled {
    program: Program,
    /// How each input of the program gets its value.
    inputs: Vec<(Arc<str>, Source)>,
}

#[derive(Debug)]
enum Source {
    Fact(Arc<Fact>),
    Particular(Particular),
    /// The category, with the values that it can have.
    Category(Vec<Value>),
}

impl Conditions {
    /// Compiles the conditions of a procedure.
    ///
    /// # Errors
    ///
    /// Every name that nothing declares, value that a fact cannot have, and fault of type. The
    /// lines are right if `source` is the text that the procedure was read from.
    pub fn compile(
        procedure: &Procedure,
        library: &Library,
        source: &str,
    ) -> Result<Conditions, Vec<ConditionFault>> {
        let conditions: Vec<&String> = procedure
            .documents
            .iter()
            .filter_map(|of| of.when.as_ref())
            .map(Spanned::get_ref)
            .collect();
        let named = |name: &str| conditions.iter().any(|condition| condition.contains(name));
        let few = sources(procedure, library).into_iter().filter(|(name, _)| named(name));
        // Few inputs are compiled faster; with all of them, a fault can say what was meant.
        let compiled = compile(procedure, few.collect())
            .or_else(|_| compile(procedure, sources(procedure, library)));
        let compiled = compiled.map_err(|faults| -> Vec<ConditionFault> {
            faults.iter().map(|one| fault(procedure, one, source)).collect()
        })?;
        Ok(Conditions(Some(Arc::new(compiled))))
    }
}

fn compile(
    procedure: &Procedure,
    inputs: Vec<(Arc<str>, Source)>,
) -> Result<Compiled, Vec<Diagnostic>> {
    let model = model(procedure, &inputs);
    let unit = Unit { file: procedure.id.as_str().into(), model: &model, role: UnitRole::Main };
    let program = dmn::compile::compile(&[unit], &allowed(&inputs))?;
    Ok(Compiled { program, inputs })
}

impl Compiled {
    /// The value of each condition, by the index of its document.
    fn evaluate(&self, facts: &Map<String, Json>, category: Option<&str>) -> Vec<(usize, Value)> {
        let value = |name: &Arc<str>| {
            let (_, source) = self.inputs.iter().find(|(known, _)| known == name)?;
            Some(source.value(name, facts, category))
        };
        let inputs = self.program.inputs().iter();
        let inputs: Vec<Value> =
            inputs.map(|input| value(&input.name).unwrap_or(Value::NULL)).collect();
        let decisions = self.program.decisions();
        let wanted: Vec<DecisionId> = (0..decisions.len()).map(DecisionId).collect();
        let Ok(evaluation) = self.program.evaluate(&inputs, &wanted, LIMITS, false) else {
            return Vec::new();
        };
        let value = |(index, decision): (usize, &Decision)| {
            let document = index_of(&decision.name)?;
            Some((document, evaluation.values.get(index)?.clone()?))
        };
        decisions.iter().enumerate().filter_map(value).collect()
    }
}

impl Source {
    /// What a name stands for in a case; unknown where it was not given, or not as it must be.
    fn value(&self, name: &Arc<str>, facts: &Map<String, Json>, category: Option<&str>) -> Value {
        let given = facts.get(&**name);
        match self {
            Source::Category(values) => match category {
                Some(category) => Value::string(category),
                None => Value::unknown(name.clone(), one_of(values.clone())),
            },
            Source::Particular(particular) => given
                .and_then(|given| particular.read(given))
                .unwrap_or_else(|| Value::unknown(name.clone(), particular.possible())),
            Source::Fact(fact) => {
                let value = given.and_then(|given| read(fact, given));
                value.unwrap_or_else(|| match &fact.if_absent {
                    Some(value) => Value::string(value.to_arc()),
                    None => Value::unknown(name.clone(), fact.possible()),
                })
            }
        }
    }

    fn kind(&self) -> FactType {
        match self {
            Source::Fact(fact) => fact.kind,
            Source::Particular(particular) => particular.kind,
            Source::Category(_) => FactType::String,
        }
    }

    /// The values that it can have; none for any.
    fn values(&self) -> Vec<Value> {
        match self {
            Source::Fact(fact) => {
                fact.values.iter().map(|value| Value::string(value.value.to_arc())).collect()
            }
            Source::Particular(particular) => {
                particular.values.iter().map(|of| Value::string(of.value.as_str())).collect()
            }
            Source::Category(values) => values.clone(),
        }
    }
}

/// A fact as given in a case; none where it is not as it must be.
fn read(fact: &Fact, given: &Json) -> Option<Value> {
    let number;
    let given = match given {
        Json::Bool(value) => Given::Boolean(*value),
        Json::Number(value) => {
            number = value.to_string();
            Given::Number(&number)
        }
        Json::String(text) => Given::String(text),
        Json::Array(items) => {
            Given::Strings(items.iter().map(Json::as_str).collect::<Option<Vec<&str>>>()?)
        }
        Json::Null | Json::Object(_) => return None,
    };
    read_fact(fact, given).ok()
}

impl Procedure {
    /// Every document, and whether a case with these facts and in this category needs it.
    pub fn documents_needed(
        &self,
        facts: &Map<String, Json>,
        category: Option<&str>,
    ) -> Vec<Needed<'_>> {
        let compiled = self.conditions.0.as_ref();
        let values = compiled.map(|of| of.evaluate(facts, category)).unwrap_or_default();
        let need = |(index, document): (usize, &RequiredDocument)| {
            let value = values.iter().find(|(of, _)| *of == index).map(|(_, value)| value);
            let promised = category
                .is_some_and(|category| document.commitment_for.iter().any(|of| of == category));
            match (&document.when, value) {
                (Some(_), Some(Value::Boolean(false))) => Need::NotAsked,
                // Whether it is asked for may be open: nothing is due now either way.
                _ if promised => Need::Promised,
                (None, _) | (Some(_), Some(Value::Boolean(true))) => Need::Asked,
                (Some(_), value) => {
                    let unknown = value.and_then(Value::as_unknown);
                    let facts = unknown.map(|of| of.facts.as_slice()).unwrap_or_default();
                    Need::Open(facts.iter().map(ToString::to_string).collect())
                }
            }
        };
        let documents = self.documents.iter().enumerate();
        documents.map(|of| Needed { document: of.1, need: need(of) }).collect()
    }

    /// The documents that a case must have and has not, and those of which that cannot be told
    /// yet. What its category may promise counts as had.
    pub fn missing_documents(
        &self,
        facts: &Map<String, Json>,
        category: Option<&str>,
        has: &[Document],
    ) -> Vec<Needed<'_>> {
        let mut needs = self.documents_needed(facts, category);
        needs.retain(|needed| {
            matches!(needed.need, Need::Asked | Need::Open(_))
                && !has.iter().any(|had| had.kind == needed.document.id)
        });
        needs
    }
}

pub(super) fn one_of(values: Vec<Value>) -> Possible {
    if values.len() > 1 { Possible::OneOf(values) } else { Possible::Anything }
}

/// What begins the name of the decision on a document; its index follows.
const DECISION: &str = "document_";

/// The index of the document that a decision is about.
fn index_of(decision: &str) -> Option<usize> {
    decision.strip_prefix(DECISION)?.parse().ok()
}

/// What conditions may name.
fn sources(procedure: &Procedure, library: &Library) -> Vec<(Arc<str>, Source)> {
    let country = library.country(&procedure.id);
    let facts = country.iter().flat_map(|country| &country.vocabulary.facts);
    let facts = facts.map(|fact| (fact.name.to_arc(), Source::Fact(fact.clone())));
    let particulars = procedure.particulars.iter();
    let particulars =
        particulars.map(|one| (one.id.as_str().into(), Source::Particular(one.clone())));
    let programme = library.programme(&procedure.programme).ok();
    let outcomes = programme.map(|programme| {
        let values = programme.outcomes.iter().map(|of| Value::string(of.value.to_arc()));
        (CATEGORY.into(), Source::Category(values.collect()))
    });
    facts.chain(particulars).chain(outcomes).collect()
}

/// The conditions as a decision model: what they may name are its inputs.
fn model(procedure: &Procedure, inputs: &[(Arc<str>, Source)]) -> Model {
    let input = |(name, source): &(Arc<str>, Source)| InputData {
        name: ModelText::new(&**name),
        kind: ModelText::new(source.kind().to_type().to_string()),
        ..InputData::default()
    };
    let inputs = inputs.iter().map(input).collect();
    let declarations = Section { blocks: vec![Block::Inputs(inputs)], ..Section::default() };
    let decision = |(index, document): (usize, &RequiredDocument)| {
        let when = document.when.as_ref()?;
        // Between the quotes.
        let (start, end) = (when.span().start + 1, when.span().end.saturating_sub(1));
        let text = ModelText { text: when.get_ref().clone(), span: Span::new(start, end) };
        Some(Section {
            level: 2,
            element: Some(Element {
                name: ModelText::new(format!("{DECISION}{index}")),
                parameters: None,
                result: ModelText::new("boolean"),
                logic: Some(Logic::Literal(text)),
                exchange: None,
            }),
            blocks: vec![Block::Logic],
            ..Section::default()
        })
    };
    let decisions = procedure.documents.iter().enumerate().filter_map(decision);
    let sections = std::iter::once(declarations).chain(decisions).collect();
    Model { id: procedure.id.clone(), sections, ..Model::default() }
}

/// The values that inputs may have.
fn allowed(inputs: &[(Arc<str>, Source)]) -> Vec<Allowed> {
    let all = inputs.iter().map(|(name, source)| (name.to_string(), source.values()));
    let some = all.filter(|(_, values)| !values.is_empty());
    some.map(|(input, values)| Allowed { input, values }).collect()
}

fn fault(procedure: &Procedure, fault: &Diagnostic, source: &str) -> ConditionFault {
    let index = fault.place.element.as_deref().and_then(index_of);
    let document = index.and_then(|index| procedure.documents.get(index));
    let help = fault.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    ConditionFault {
        document: document.map_or_else(|| procedure.id.clone(), |document| document.id.clone()),
        line: fault.line_column(source).0,
        message: format!("{}{help}", fault.message),
    }
}
