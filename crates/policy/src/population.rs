//! Many people by the same rules: outcome, score and points of each, without reasons.
//!
//! The rules in force are evaluated in columns where their expressions allow it, and person by
//! person where they do not; the results are those of [`Library::assess`].

use std::sync::Arc;

use dmn::columnar::{Columnar, Table};
use dmn::model::Title;
use dmn::program::{DecisionId, InputId};
use feel::temporal::Date;
use feel::{Null, Number, Value};
use rayon::prelude::*;

use crate::assess::{AssessError, LIMITS, country_of, find_place};
use crate::library::combination::{Combination, InputSource};
use crate::library::{Library, UnknownName};
use crate::nearest::nearest;
use crate::pack::{Fact, Vocabulary};
use crate::profile::FactFault;
use crate::words;

/// The rules of a programme in force on a day, at a place, for many people.
#[derive(Debug)]
pub struct Population<'l> {
    combination: &'l Combination,
    vocabulary: &'l Vocabulary,
    /// The values of inputs that are the same for all; `None` where they are a person's fact.
    fixed: Vec<Option<Value>>,
    factors: Vec<Arc<str>>,
    /// Outcome, eligible, score if there is one, factors.
    wanted: Vec<DecisionId>,
    /// The place of the code in force.
    place: Arc<str>,
}

/// The facts of a person, by the place of each fact in [`Population::facts`]; `None` where a fact
/// is missing.
pub type Facts = Vec<Option<Value>>;

/// What the rules say about one person of many.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// The outcome; `None` as long as facts are missing that it rests on.
    pub outcome: Option<Arc<str>>,
    /// Whether the person may be admitted at all; `None` if that is not known yet.
    pub eligible: Option<bool>,
    /// The total of points; `None` if it is not known yet, or if the programme has none.
    pub score: Option<Number>,
    /// The points of each of [`Population::factors`]; `None` where they are not known yet.
    pub factors: Vec<Option<Number>>,
    /// The missing facts and parameters that the outcome rests on.
    pub missing: Vec<Arc<str>>,
}

/// A rule that gives no result for a person: a fault of the pack, or too much work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct NoResult(pub Title);

impl<'l> Population<'l> {
    /// The rules of a programme.
    ///
    /// # Errors
    ///
    /// When there is no such programme or place, or when no rules are in force.
    pub fn new(
        library: &'l Library,
        programme: &str,
        on: Date,
        place: &str,
    ) -> Result<Population<'l>, AssessError> {
        let programme = library.programme(programme).map_err(AssessError::UnknownProgramme)?;
        let place = find_place(library, programme, place)?;
        let in_force =
            library.in_force(programme, on, &place.code).map_err(AssessError::NoVersion)?;
        let country = country_of(library, programme)?;
        let combination = in_force.combination;
        let fixed = combination.inputs.iter().map(|input| match input {
            InputSource::On => Some(Value::Date(on)),
            InputSource::Place => Some(Value::String(place.code.clone())),
            InputSource::Fact(..) => None,
            InputSource::Parameter(name, unknown) => {
                let parameter = country.parameters.get(name);
                let row = parameter.and_then(|p| p.find(&country.places, on, &place.code));
                Some(row.map_or_else(|| unknown.clone(), |row| Value::Number(row.value)))
            }
        });
        let name = |id: DecisionId| {
            combination.decision(id).map(|decision| decision.name.clone()).unwrap_or_default()
        };
        let mut wanted = vec![combination.outcome, combination.eligible];
        wanted.extend(combination.score);
        let factors = combination.factors.iter().map(|(_, id, _)| *id);
        let factors: Vec<DecisionId> =
            factors.chain(combination.sub_scores.iter().copied()).collect();
        wanted.extend(&factors);
        Ok(Population {
            combination,
            vocabulary: &country.vocabulary,
            fixed: fixed.collect(),
            factors: factors.into_iter().map(name).collect(),
            wanted,
            place: place.code.clone(),
        })
    }

    /// The code of the place whose rules apply.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The facts that a person can have.
    pub fn facts(&self) -> &'l [Arc<Fact>] {
        &self.vocabulary.facts
    }

    /// The place of a fact in [`Population::facts`].
    ///
    /// # Errors
    ///
    /// When the vocabulary has no such fact, with the nearest that it has.
    pub fn fact(&self, name: &str) -> Result<usize, UnknownName> {
        let found = self.facts().iter().position(|fact| fact.name.as_str() == name);
        found.ok_or_else(|| UnknownName {
            kind: "fact",
            name: name.to_owned(),
            nearest: nearest(name, self.vocabulary.names()).map(words::same),
        })
    }

    /// The facts of a person that are off the scale on which another fact puts them.
    pub fn off_scale(&self, facts: &Facts) -> Vec<(&'l Arc<Fact>, FactFault)> {
        self.vocabulary.off_scale(|name| {
            let position = self.vocabulary.position(name)?;
            facts.get(position)?.as_ref()
        })
    }

    /// The names of the factors of the score, in the order of the law, then of its other sub-scores.
    pub fn factors(&self) -> &[Arc<str>] {
        &self.factors
    }

    /// Whether the programme has a score.
    pub fn has_score(&self) -> bool {
        self.combination.score.is_some()
    }

    /// What the rules say about each person, on all cores.
    pub fn assess(&self, people: &[Facts]) -> Vec<Result<Brief, NoResult>> {
        let rows: Vec<Vec<Value>> = people.par_iter().map(|facts| self.inputs(facts)).collect();
        match self.in_columns(&rows) {
            Some(found) => found,
            None => rows.par_iter().map(|inputs| self.one(inputs)).collect(),
        }
    }

    fn inputs(&self, facts: &Facts) -> Vec<Value> {
        let value = |(input, fixed): (&InputSource, &Option<Value>)| match (input, fixed) {
            (InputSource::Fact(fact, unknown), None) => {
                let place = self.facts().iter().position(|known| known.name == fact.name);
                let given = place.and_then(|place| facts.get(place)?.clone());
                given.unwrap_or_else(|| unknown.clone())
            }
            (_, fixed) => fixed.clone().unwrap_or(Value::NULL),
        };
        self.combination.inputs.iter().zip(&self.fixed).map(value).collect()
    }

    /// The results in columns; `None` if the rules or the facts keep out of them.
    fn in_columns(&self, rows: &[Vec<Value>]) -> Option<Vec<Result<Brief, NoResult>>> {
        let program = &self.combination.program;
        let table = Table::from_rows(program, rows).ok()?;
        let mut schema = table.schema(program);
        for (number, input) in self.combination.inputs.iter().enumerate() {
            if let InputSource::Fact(_, unknown) | InputSource::Parameter(_, unknown) = input {
                schema.set_missing(InputId(number), unknown.clone());
            }
        }
        let plan = Columnar::with_schema(program, schema, &self.wanted).ok()?;
        let plan = plan.without_keeping().without_hits().with_limits(LIMITS);
        let output = plan.evaluate_parallel(&table.columns()).ok()?;
        let brief = |(row, inputs): (usize, &Vec<Value>)| {
            let values: Option<Vec<Value>> =
                output.results().iter().map(|results| results.value(row)).collect();
            // Columns do not say which facts an unknown outcome rests on.
            match values {
                Some(values) if !values.iter().any(Value::is_null) => self.brief(&values),
                _ => self.one(inputs),
            }
        };
        Some(rows.par_iter().enumerate().map(|(row, inputs)| brief((row, inputs))).collect())
    }

    fn one(&self, inputs: &[Value]) -> Result<Brief, NoResult> {
        let program = &self.combination.program;
        let evaluation = program
            .evaluate(inputs, &self.wanted, LIMITS, false)
            .map_err(|why| NoResult(words::too_much_work(&why.to_string())))?;
        let value = |id: &DecisionId| evaluation.values.get(id.0).cloned().flatten();
        let values: Vec<Value> =
            self.wanted.iter().map(|id| value(id).unwrap_or(Value::NULL)).collect();
        self.brief(&values)
    }

    /// The brief of the values of the wanted decisions.
    fn brief(&self, values: &[Value]) -> Result<Brief, NoResult> {
        for (id, value) in self.wanted.iter().zip(values) {
            let why = match value {
                Value::Null(Null::Failed(failure)) => failure.message.clone(),
                Value::Null(Null::Plain) => "no row applies".to_owned(),
                _ => continue,
            };
            let name = self.combination.decision(*id).map(|decision| &*decision.name);
            return Err(NoResult(words::fault_of_pack(name.unwrap_or(""), &why)));
        }
        let number = |value: Option<&Value>| match value {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let first_factor = 2 + usize::from(self.has_score());
        let outcome = values.first();
        Ok(Brief {
            outcome: match outcome {
                Some(Value::String(text)) => Some(text.clone()),
                _ => None,
            },
            eligible: match values.get(1) {
                Some(Value::Boolean(eligible)) => Some(*eligible),
                _ => None,
            },
            score: number(values.get(2)).filter(|_| self.has_score()),
            factors: values.iter().skip(first_factor).map(|value| number(Some(value))).collect(),
            missing: outcome
                .and_then(Value::as_unknown)
                .map(|unknown| unknown.facts.clone())
                .unwrap_or_default(),
        })
    }
}
