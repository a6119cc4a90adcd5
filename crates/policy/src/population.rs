//! Many people by the same rules: outcome, score and points of each, without reasons.
//!
//! The rules in force are evaluated in columns where their expressions allow it, and person by
//! person where they do not; the results are those of [`Library::assess`].

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use dmn::columnar::{Columnar, Schema, Table};
use dmn::model::Title;
use dmn::program::{DecisionId, InputId};
use feel::temporal::Date;
use feel::{Null, Number, Value};
use rayon::prelude::*;

use crate::assess::{AssessError, LIMITS, country_of, find_place};
use crate::library::combination::{Combination, InputSource};
use crate::library::{Library, UnknownName};
use crate::nearest::nearest;
use crate::pack::{Fact, FactType, Vocabulary};
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
    /// The code of the place.
    place: Arc<str>,
    /// For each input the place of its fact in the vocabulary, if it is one.
    places: Vec<Option<usize>>,
    /// The plan for columns, which all people share as long as no new texts turn up.
    plan: Mutex<Plan<'l>>,
}

/// A plan for columns, if there is one, and the texts that it is made for.
#[derive(Debug, Clone)]
struct Plan<'l> {
    columnar: Option<Arc<Columnar<'l>>>,
    schema: Schema,
}

/// One fact of many people: the values that there are, and for each person the place of theirs.
#[derive(Debug, Clone, Default)]
pub struct FactColumn {
    /// The values; no two need differ, and not all need be used.
    pub values: Vec<Value>,
    /// The place of each person's value, or [`MISSING`].
    pub places: Vec<u32>,
}

/// The place of a value that is missing.
pub const MISSING: u32 = u32::MAX;

/// What the rules say about many people: a column for each question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The outcomes that there are.
    pub outcomes: Vec<Arc<str>>,
    /// The place of each person's outcome, or [`MISSING`] as long as facts are missing that it
    /// rests on.
    pub outcome: Vec<u32>,
    /// Whether each person may be admitted at all; `None` if that is not known yet.
    pub eligible: Vec<Option<bool>>,
    /// The total of points of each person, if the programme has one; `None` if it is not known yet.
    pub score: Option<Vec<Option<Number>>>,
    /// The points of each person, for each of [`Population::factors`].
    pub factors: Vec<Vec<Option<Number>>>,
    /// The missing facts and parameters that outcomes rest on, by row.
    pub missing: BTreeMap<usize, Vec<Arc<str>>>,
    /// The rows without a result, and why.
    pub failed: BTreeMap<usize, NoResult>,
}

/// What the rules say about one person of many.
struct Brief {
    outcome: Option<Arc<str>>,
    eligible: Option<bool>,
    score: Option<Number>,
    factors: Vec<Option<Number>>,
    missing: Vec<Arc<str>>,
}

/// A rule that gives no result for a person: a fault of the pack, or too much work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct NoResult(pub Title);

/// How many texts of one fact columns know; rows with others are evaluated one by one.
const MOST_TEXTS: usize = 20_000;

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
        let facts = &country.vocabulary.facts;
        let places = combination.inputs.iter().map(|input| match input {
            InputSource::Fact(fact, _) => facts.iter().position(|known| known.name == fact.name),
            _ => None,
        });
        let mut schema = Schema::of(&combination.program);
        for (number, input) in combination.inputs.iter().enumerate() {
            let input_id = InputId(number);
            // What a missing fact stands for is put in its column.
            if let InputSource::Fact(_, unknown) | InputSource::Parameter(_, unknown) = input
                && unknown.is_null()
            {
                schema.set_missing(input_id, unknown.clone());
            }
            match input {
                InputSource::Fact(fact, _) if fact.whole => schema.set_scale(input_id, 0),
                InputSource::Place => schema.set_dictionary(input_id, [place.code.clone()]),
                _ => {}
            }
        }
        let plan = Plan::new(combination, &wanted, schema);
        Ok(Population {
            combination,
            vocabulary: &country.vocabulary,
            fixed: fixed.collect(),
            places: places.collect(),
            plan: Mutex::new(plan),
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

    /// Whether facts have scales on which other facts put them.
    pub fn has_scales(&self) -> bool {
        self.facts().iter().any(|fact| !fact.scales.is_empty())
    }

    /// The facts of a person that are off the scale on which another fact puts them; the columns
    /// are as in [`Population::assess`].
    pub fn off_scale(&self, row: usize, facts: &[FactColumn]) -> Vec<(&'l Arc<Fact>, FactFault)> {
        self.vocabulary.off_scale(|name| {
            let position = self.vocabulary.position(name)?;
            facts.get(position)?.value(row)
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

    /// What the rules say about each person, on all cores. The columns are those of
    /// [`Population::facts`]; one that is shorter than `rows` counts as missing.
    pub fn assess(&self, rows: usize, facts: &[FactColumn]) -> Results {
        let facts = &*self.without_those_that_give_way(facts);
        self.in_columns(rows, facts).unwrap_or_else(|| self.row_by_row(rows, facts))
    }

    /// The columns, without the values of facts that give way to others.
    fn without_those_that_give_way<'f>(&self, facts: &'f [FactColumn]) -> Cow<'f, [FactColumn]> {
        let mut columns = Cow::Borrowed(facts);
        for (position, fact) in self.facts().iter().enumerate() {
            let Some(column) = facts.get(position).filter(|column| !column.places.is_empty())
            else {
                continue;
            };
            let others = fact.gives_way_to.iter();
            let others: Vec<&FactColumn> = others
                .filter_map(|other| facts.get(self.vocabulary.position(other)?))
                .filter(|other| !other.places.is_empty())
                .collect();
            if others.is_empty() {
                continue;
            }
            let gives_way = |row: usize| others.iter().any(|other| other.value(row).is_some());
            let places = column.places.iter().enumerate();
            let places =
                places.map(|(row, place)| if gives_way(row) { MISSING } else { *place }).collect();
            if let Some(column) = columns.to_mut().get_mut(position) {
                column.places = places;
            }
        }
        columns
    }

    /// The values of a person's inputs.
    fn inputs(&self, row: usize, rows: usize, facts: &[FactColumn]) -> Vec<Value> {
        let sources = self.combination.inputs.iter().zip(&self.fixed).zip(&self.places);
        let value =
            |((input, fixed), place): ((&InputSource, &Option<Value>), &Option<usize>)| match (
                input, fixed,
            ) {
                (InputSource::Fact(_, unknown), None) => {
                    let column = place.and_then(|place| facts.get(place));
                    let column = column.filter(|column| column.places.len() >= rows);
                    let given = column.and_then(|column| column.value(row));
                    given.unwrap_or(unknown).clone()
                }
                (_, fixed) => fixed.clone().unwrap_or(Value::NULL),
            };
        sources.map(value).collect()
    }

    /// The results in columns; `None` if the rules or the facts keep out of them.
    fn in_columns(&self, rows: usize, facts: &[FactColumn]) -> Option<Results> {
        let program = &self.combination.program;
        let inputs: Vec<usize> = (0..self.combination.inputs.len()).collect();
        let same = vec![0; rows];
        let columns: Option<Vec<_>> = inputs
            .par_iter()
            .map(|number| {
                let input = InputId(*number);
                let fixed = self.fixed.get(*number)?;
                let fact = self.places.get(*number).copied().flatten();
                let absent = match self.combination.inputs.get(*number)? {
                    InputSource::Fact(_, absent) if !absent.is_null() => Some(absent),
                    _ => None,
                };
                let fact = fact.and_then(|fact| facts.get(fact));
                let column = match (fixed.as_ref(), fact.filter(|f| f.places.len() >= rows)) {
                    (Some(value), _) => {
                        Table::column(program, input, std::slice::from_ref(value), &same)
                    }
                    (None, Some(fact)) => {
                        let places = fact.places.get(..rows)?;
                        match absent {
                            None => Table::column(program, input, &fact.values, places),
                            Some(absent) => {
                                let FactColumn { values, places } = fact.filled(places, absent);
                                Table::column(program, input, &values, &places)
                            }
                        }
                    }
                    (None, None) => match absent {
                        Some(absent) => {
                            Table::column(program, input, std::slice::from_ref(absent), &same)
                        }
                        None => return Some(None),
                    },
                };
                column.ok()
            })
            .collect();
        let table = Table::new(rows, columns?);
        let plan = self.plan(facts)?;
        let output = plan.evaluate_parallel(&table.columns()).ok()?;

        // Columns do not say which facts an unknown outcome rests on.
        let mut alone = vec![false; rows];
        for results in output.results() {
            let null: Vec<bool> = results.values().iter().map(Value::is_null).collect();
            let places = match results.codes() {
                Some(codes) => codes,
                None if results.integers().is_some() => results.exceptions(),
                None => return None,
            };
            // The first exception of integers stands for none.
            let regular = results.integers().is_some();
            for (alone, place) in alone.iter_mut().zip(places) {
                let is_null = null.get(usize::from(*place)).copied().unwrap_or(true);
                *alone |= is_null && !(regular && *place == 0);
            }
        }
        let mut columns = output.results().iter();
        let (outcome, eligible) = (columns.next()?, columns.next()?);
        let mut found = Results::default();
        let mut outcomes = Vec::new();
        for value in outcome.values() {
            outcomes.push(match value {
                Value::String(text) => found.place(text),
                _ => MISSING,
            });
        }
        let place = |code: &u16| outcomes.get(usize::from(*code)).copied().unwrap_or(MISSING);
        found.outcome = outcome.codes()?.iter().map(place).collect();
        let truths: Vec<Option<bool>> = eligible.values().iter().map(truth).collect();
        let truth = |code: &u16| truths.get(usize::from(*code)).copied().flatten();
        found.eligible = eligible.codes()?.iter().map(truth).collect();
        let points: Option<Vec<Vec<Option<Number>>>> =
            columns.collect::<Vec<_>>().into_par_iter().map(points).collect();
        let mut points = points?.into_iter();
        found.score = self.has_score().then(|| points.next()).flatten();
        found.factors = points.collect();

        let schema = plan.schema();
        let rows: Vec<usize> =
            alone.iter().enumerate().filter(|(_, alone)| **alone).map(|(row, _)| row).collect();
        let columns = table.columns();
        let briefs: Vec<Result<Brief, NoResult>> =
            rows.par_iter().map(|row| self.one(&columns.row(*row, schema))).collect();
        for (row, brief) in rows.into_iter().zip(briefs) {
            found.set(row, brief);
        }
        Some(found)
    }

    fn row_by_row(&self, rows: usize, facts: &[FactColumn]) -> Results {
        let briefs: Vec<Result<Brief, NoResult>> =
            (0..rows).into_par_iter().map(|row| self.one(&self.inputs(row, rows, facts))).collect();
        let mut found = Results {
            outcome: vec![MISSING; rows],
            eligible: vec![None; rows],
            score: self.has_score().then(|| vec![None; rows]),
            factors: vec![vec![None; rows]; self.factors.len()],
            ..Results::default()
        };
        for (row, brief) in briefs.into_iter().enumerate() {
            found.set(row, brief);
        }
        found
    }

    /// The plan, made anew if there are texts that the last one does not know.
    fn plan(&self, facts: &[FactColumn]) -> Option<Arc<Columnar<'l>>> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.columnar.as_ref()?;
        let mut grown: Option<Schema> = None;
        for (number, place) in self.places.iter().enumerate() {
            let Some(fact) = place.and_then(|place| self.facts().get(place)) else { continue };
            let column = place.and_then(|place| facts.get(place));
            let (FactType::String, [], Some(column)) = (fact.kind, &*fact.values, column) else {
                continue;
            };
            let input = InputId(number);
            let mut known: HashSet<Arc<str>> =
                plan.schema.dictionary(input).iter().cloned().collect();
            let texts = column.values.iter().filter_map(|value| match value {
                Value::String(text) => Some(text.clone()),
                _ => None,
            });
            let new: Vec<Arc<str>> = texts.filter(|text| known.insert(text.clone())).collect();
            if !new.is_empty() && known.len() <= MOST_TEXTS {
                let schema = grown.get_or_insert_with(|| plan.schema.clone());
                let all = plan.schema.dictionary(input).iter().cloned().chain(new);
                schema.set_dictionary(input, all.collect::<Vec<_>>());
            }
        }
        if let Some(schema) = grown {
            *plan = Plan::new(self.combination, &self.wanted, schema);
        }
        plan.columnar.clone()
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
        let first_factor = 2 + usize::from(self.has_score());
        let outcome = values.first();
        Ok(Brief {
            outcome: match outcome {
                Some(Value::String(text)) => Some(text.clone()),
                _ => None,
            },
            eligible: values.get(1).and_then(truth),
            score: values.get(2).and_then(number).filter(|_| self.has_score()),
            factors: values.iter().skip(first_factor).map(number).collect(),
            missing: outcome
                .and_then(Value::as_unknown)
                .map(|unknown| unknown.facts.clone())
                .unwrap_or_default(),
        })
    }
}

impl<'l> Plan<'l> {
    fn new(combination: &'l Combination, wanted: &[DecisionId], schema: Schema) -> Plan<'l> {
        let columnar = Columnar::with_schema(&combination.program, schema.clone(), wanted).ok();
        let lean = columnar.map(|plan| plan.without_keeping().without_hits().with_limits(LIMITS));
        Plan { columnar: lean.map(Arc::new), schema }
    }
}

impl FactColumn {
    /// The column with a value where there is none.
    fn filled(&self, places: &[u32], absent: &Value) -> FactColumn {
        let last = u32::try_from(self.values.len()).unwrap_or(MISSING);
        let values = self.values.iter().chain([absent]).cloned().collect();
        let places = places.iter().map(|place| (*place).min(last)).collect();
        FactColumn { values, places }
    }

    /// The value of a person; `None` if it is missing.
    pub fn value(&self, row: usize) -> Option<&Value> {
        let place = self.places.get(row).filter(|place| **place != MISSING)?;
        self.values.get(usize::try_from(*place).ok()?)
    }
}

impl Results {
    /// The outcome of a row; `None` as long as facts are missing that it rests on.
    pub fn outcome(&self, row: usize) -> Option<&Arc<str>> {
        let place = self.outcome.get(row).filter(|place| **place != MISSING)?;
        self.outcomes.get(usize::try_from(*place).ok()?)
    }

    /// The place of an outcome, which is added if it is new.
    fn place(&mut self, outcome: &Arc<str>) -> u32 {
        let place = self.outcomes.iter().position(|known| known == outcome).unwrap_or_else(|| {
            self.outcomes.push(outcome.clone());
            self.outcomes.len() - 1
        });
        u32::try_from(place).unwrap_or(MISSING)
    }

    /// Sets the results of a row.
    fn set(&mut self, row: usize, brief: Result<Brief, NoResult>) {
        let brief = match brief {
            Ok(brief) => brief,
            Err(why) => {
                self.failed.insert(row, why);
                return;
            }
        };
        let outcome = brief.outcome.map_or(MISSING, |outcome| self.place(&outcome));
        fn put<T>(column: &mut [T], row: usize, value: T) {
            if let Some(slot) = column.get_mut(row) {
                *slot = value;
            }
        }
        put(&mut self.outcome, row, outcome);
        put(&mut self.eligible, row, brief.eligible);
        if let Some(score) = &mut self.score {
            put(score, row, brief.score);
        }
        for (factor, points) in self.factors.iter_mut().zip(brief.factors) {
            put(factor, row, points);
        }
        if !brief.missing.is_empty() {
            self.missing.insert(row, brief.missing);
        }
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(truth) => Some(*truth),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// The points of each row; `None` if they are no numbers.
fn points(results: &dmn::columnar::Results) -> Option<Vec<Option<Number>>> {
    if let Some(codes) = results.codes() {
        let values: Vec<Option<Number>> = results.values().iter().map(number).collect();
        let value = |code: &u16| values.get(usize::from(*code)).copied().flatten();
        return Some(codes.iter().map(value).collect());
    }
    let scale = i32::try_from(results.scale()?).ok()?;
    let number = |integer: &i64| Number::from_scaled(i128::from(*integer), scale);
    Some(results.integers()?.iter().map(number).collect())
}
