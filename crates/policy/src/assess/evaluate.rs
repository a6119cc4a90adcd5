//! Values for the inputs of the rules in force, and their evaluation.

use std::sync::Arc;

use dmn::program::{DecisionId, Evaluation, Limits, TableTrace, Trace};
use feel::temporal::Date;
use feel::value::Possible;
use feel::{Null, Number, Value};

use super::{AssessError, Request};
use crate::assessment::{Figure, Outcome, OutcomeRef, Tristate};
use crate::library::combination::InputSource;
use crate::library::{Country, InForce, Library, UnknownName};
use crate::pack::{OutcomeDeclaration, ParameterRow, Place, Programme};
use crate::profile::Profile;
use crate::wording::{Glossary, Named};

/// How much work one assessment may ask of the rules.
pub(crate) const LIMITS: Limits = Limits { fuel: 20_000_000, depth: 256, ..Limits::DEFAULT };

/// The rules in force, evaluated for a person.
#[derive(Debug)]
pub(crate) struct Run<'l> {
    pub library: &'l Library,
    pub country: &'l Country,
    pub in_force: InForce<'l>,
    pub on: Date,
    pub place: &'l Place,
    /// The values of the inputs.
    pub inputs: Vec<Value>,
    /// The row of each input that is a parameter.
    pub rows: Vec<Option<&'l ParameterRow>>,
    pub evaluation: Evaluation,
}

impl<'l> Run<'l> {
    pub(crate) fn start(
        library: &'l Library,
        request: &Request<'_>,
    ) -> Result<Run<'l>, AssessError> {
        let programme =
            library.programme(request.programme).map_err(AssessError::UnknownProgramme)?;
        let place = find_place(library, programme, request.place)?;
        Run::evaluate(library, programme, request.profile, request.on, place)
    }

    pub(crate) fn evaluate(
        library: &'l Library,
        programme: &'l Programme,
        profile: &Profile,
        on: Date,
        place: &'l Place,
    ) -> Result<Run<'l>, AssessError> {
        let in_force =
            library.in_force(programme, on, &place.code).map_err(AssessError::NoVersion)?;
        Run::over(library, in_force, profile, on, place, None, true)
    }

    /// Evaluates given rules. The value of one row of a parameter may be another one than the
    /// packs say; without a trace there is nothing to explain.
    pub(crate) fn over(
        library: &'l Library,
        in_force: InForce<'l>,
        profile: &Profile,
        on: Date,
        place: &'l Place,
        changed: Option<(&ParameterRow, Number)>,
        trace: bool,
    ) -> Result<Run<'l>, AssessError> {
        let country = country_of(library, in_force.programme)?;
        let combination = in_force.combination;
        let mut inputs = Vec::with_capacity(combination.inputs.len());
        let mut rows = vec![None; combination.inputs.len()];
        for (index, input) in combination.inputs.iter().enumerate() {
            inputs.push(match input {
                InputSource::On => Value::Date(on),
                InputSource::Place => Value::String(place.code.clone()),
                InputSource::Fact(fact, unknown) => {
                    fact.given(|name| profile.facts.get(name)).unwrap_or(unknown).clone()
                }
                InputSource::Parameter(name, unknown) => {
                    let parameter = country.parameters.get(name);
                    let row = parameter.and_then(|p| p.find(&country.places, on, &place.code));
                    if let Some(slot) = rows.get_mut(index) {
                        *slot = row;
                    }
                    let value = |row: &ParameterRow| match changed {
                        Some((known, value)) if std::ptr::eq(known, row) => value,
                        _ => row.value,
                    };
                    row.map_or_else(|| unknown.clone(), |row| Value::Number(value(row)))
                }
            });
        }
        let evaluation = combination
            .program
            .evaluate(&inputs, &combination.wanted, LIMITS, trace)
            .map_err(|exhausted| AssessError::Limit(exhausted.to_string()))?;
        Ok(Run { library, country, in_force, on, place, inputs, rows, evaluation })
    }

    pub(crate) fn programme(&self) -> &'l Programme {
        self.in_force.programme
    }

    pub(crate) fn glossary(&self) -> Glossary<'_> {
        let program = Some(self.in_force.program);
        Glossary { country: self.country, program, values: Some(self) }
    }

    pub(crate) fn value(&self, id: DecisionId) -> Option<&Value> {
        self.evaluation.values.get(id.0)?.as_ref()
    }

    /// The trace of a decision that is a table.
    pub(crate) fn table_trace(&self, id: DecisionId) -> Option<&TableTrace> {
        match self.evaluation.traces.get(id.0)?.as_ref()? {
            Trace::Table(trace) => Some(trace),
            Trace::Literal => None,
        }
    }

    pub(crate) fn name(&self, id: DecisionId) -> Arc<str> {
        let decision = self.in_force.combination.decision(id);
        decision.map_or_else(|| "".into(), |decision| decision.name.clone())
    }

    /// Refuses a decision that gives `null` for any reason but a missing fact.
    fn checked(&self, id: DecisionId) -> Result<&Value, AssessError> {
        let fault = |why: &str| AssessError::Fault { decision: self.name(id), why: why.to_owned() };
        match self.value(id) {
            None => Err(fault("it was not evaluated")),
            Some(Value::Null(Null::Failed(failure))) => Err(fault(&failure.message)),
            Some(Value::Null(Null::Plain)) => Err(fault("no row applies")),
            Some(value) => Ok(value),
        }
    }

    pub(crate) fn truth(&self, id: DecisionId) -> Result<Tristate, AssessError> {
        match self.checked(id)? {
            Value::Boolean(true) => Ok(Tristate::Yes),
            Value::Boolean(false) => Ok(Tristate::No),
            _ => Ok(Tristate::Unknown),
        }
    }

    pub(crate) fn figure(&self, id: DecisionId) -> Result<Figure, AssessError> {
        Ok(match self.checked(id)? {
            Value::Number(number) => Figure::Exactly(*number),
            Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
                Possible::Between(low, high) => Figure::Between(*low, *high),
                Possible::OneOf(values) => between(values),
                Possible::Anything => Figure::Unknown,
            },
            _ => Figure::Unknown,
        })
    }

    pub(crate) fn text(&self, id: DecisionId) -> Result<Option<&str>, AssessError> {
        Ok(match self.checked(id)? {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    pub(crate) fn outcome(&self) -> Result<Outcome, AssessError> {
        let programme = self.programme();
        let id = self.in_force.combination.outcome;
        let declared = |value: &str| {
            programme.outcome(value).map(outcome_ref).ok_or_else(|| AssessError::Fault {
                decision: self.name(id),
                why: format!("`{value}` is no outcome of `programme.toml`"),
            })
        };
        match self.checked(id)? {
            Value::String(value) => declared(value).map(Outcome::Decided),
            Value::Null(Null::Unknown(unknown)) => {
                let possible = |outcome: &&OutcomeDeclaration| match &unknown.possible {
                    Possible::OneOf(values) => values.iter().any(
                        |value| matches!(value, Value::String(text) if **text == *outcome.value),
                    ),
                    _ => true,
                };
                let outcomes = programme.outcomes.iter().filter(possible).map(outcome_ref);
                Ok(Outcome::Undecided(outcomes.collect()))
            }
            other => Err(AssessError::Fault {
                decision: self.name(id),
                why: format!("`{other}` is no text"),
            }),
        }
    }

    /// The missing facts and parameters that a decision rests on.
    pub(crate) fn missing(&self, id: DecisionId) -> Vec<Arc<str>> {
        let unknown = self.value(id).and_then(Value::as_unknown);
        unknown.map(|unknown| unknown.facts.clone()).unwrap_or_default()
    }
}

impl Named for Run<'_> {
    fn named(&self, name: &str) -> Option<&Value> {
        let program = self.in_force.program;
        match program.input(name) {
            Some(input) => self.inputs.get(input.0),
            None => self.value(program.decision(name)?),
        }
    }
}

/// The country of a programme.
pub(crate) fn country_of<'l>(
    library: &'l Library,
    programme: &Programme,
) -> Result<&'l Country, AssessError> {
    library.country(&programme.pack).ok_or_else(|| {
        AssessError::UnknownProgramme(UnknownName {
            kind: "country",
            name: programme.pack.to_string(),
            nearest: None,
        })
    })
}

/// A place in the country of a programme.
pub(crate) fn find_place<'l>(
    library: &'l Library,
    programme: &Programme,
    query: &str,
) -> Result<&'l Place, AssessError> {
    let place = library.place(query).map_err(AssessError::UnknownPlace)?;
    let country = library.country(&programme.pack);
    let own = country.and_then(|country| country.places.get(&place.code));
    own.ok_or_else(|| {
        AssessError::UnknownPlace(UnknownName {
            kind: "place",
            name: query.to_owned(),
            nearest: None,
        })
    })
}

pub(crate) fn outcome_ref(outcome: &OutcomeDeclaration) -> OutcomeRef {
    OutcomeRef {
        value: outcome.value.to_arc(),
        title: outcome.title.clone(),
        text: outcome.text.clone(),
    }
}

fn between(values: &[Value]) -> Figure {
    let numbers: Option<Vec<Number>> = values
        .iter()
        .map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    let numbers = numbers.unwrap_or_default();
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(low), Some(high)) => Figure::Between(*low, *high),
        _ => Figure::Unknown,
    }
}
