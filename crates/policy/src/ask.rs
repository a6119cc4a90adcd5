//! Which question to ask next: the one whose answer decides most.
//!
//! For each missing fact that the outcome or the total rests on, the rules are evaluated with each
//! value that it may have: all that the vocabulary lists, and of numbers and days those that the
//! programme's worked cases have, since these lie on both sides of its limits. What a question
//! decides is how much it narrows, on the average over these values, the outcomes that are possible
//! and the span of the total. A fact that can no longer change either is not asked.

use std::collections::BTreeSet;
use std::sync::Arc;

use dmn::model::Title;
use feel::{Number, Value};

use crate::assess::{AssessError, Request, Run, find_place};
use crate::assessment::{Figure, Outcome, OutcomeRef};
use crate::library::Library;
use crate::pack::{Fact, FactType};
use crate::profile::Profile;

/// How many values of one fact are tried.
const MAX_VALUES: usize = 24;

/// How many examples say why a question is asked.
const MAX_EXAMPLES: usize = 3;

/// What is known, and what to ask next.
#[derive(Debug)]
pub struct Questions {
    /// The outcome by what is known.
    pub outcome: Outcome,
    /// The total by what is known.
    pub score: Option<Figure>,
    /// The questions that still matter, the one that decides most first.
    pub next: Vec<Question>,
}

/// A question.
#[derive(Debug)]
pub struct Question {
    /// The fact that it asks for.
    pub fact: Arc<Fact>,
    /// How much its answer narrows what is possible, from 0 (nothing) to 1 (it decides
    /// everything), on the average over the answers that were tried.
    pub weight: f64,
    /// What the fact is needed for.
    pub needed_for: Vec<Title>,
    /// Answers that decide the outcome at once, each with the outcome.
    pub decisive: Vec<(Title, OutcomeRef)>,
}

impl Library {
    /// The questions that still matter for a programme, the one that decides most first.
    ///
    /// # Errors
    ///
    /// As [`Library::assess`].
    pub fn questions(&self, request: &Request<'_>) -> Result<Questions, AssessError> {
        let programme = self.programme(request.programme).map_err(AssessError::UnknownProgramme)?;
        let place = find_place(self, programme, request.place)?;
        let evaluate =
            |profile: &Profile| Run::evaluate(self, programme, profile, request.on, place);
        let run = evaluate(request.profile)?;
        let open = Open::of(&run, None)?;
        let assessment = run.explain()?;
        let combination = run.in_force.combination;
        let mut wanted: BTreeSet<Arc<str>> = run.missing(combination.outcome).into_iter().collect();
        wanted.extend(run.missing(combination.eligible));
        wanted.extend(combination.score.map(|id| run.missing(id)).unwrap_or_default());
        let mut next = Vec::new();
        for fact in run.country.vocabulary.facts.iter().filter(|f| wanted.contains(f.name.as_str()))
        {
            let glossary = run.glossary();
            let mut decisive: Vec<(Title, OutcomeRef)> = Vec::new();
            let (mut left, mut tried) = (0.0, 0.0);
            let values = candidates(self, request.programme, fact);
            for value in &values {
                let weight = likelihood(value, values.len());
                let mut profile = request.profile.clone();
                profile.facts.insert(fact.name.to_arc(), value.clone());
                let Ok(outcome) = evaluate(&profile) else { continue };
                let after = Open::of(&outcome, Some(&open))?;
                left += weight * after.measure();
                tried += weight;
                if open.outcomes > 1
                    && let Outcome::Decided(decided) = outcome.outcome()?
                    && decisive.len() < MAX_EXAMPLES
                    && decisive.iter().all(|(_, known)| known.value != decided.value)
                {
                    decisive.push((glossary.value(&fact.name, value), decided));
                }
            }
            let before = open.measure();
            let weight =
                if tried > 0.0 && before > 0.0 { 1.0 - left / tried / before } else { 0.0 };
            let needed = assessment.missing.iter().find(|missing| *missing.name == *fact.name);
            next.push(Question {
                fact: fact.clone(),
                weight: weight.clamp(0.0, 1.0),
                needed_for: needed.map(|missing| missing.needed_for.clone()).unwrap_or_default(),
                decisive,
            });
        }
        // A stable sort: questions that decide as much stay in the vocabulary's order.
        next.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Ok(Questions { outcome: assessment.outcome, score: assessment.score, next })
    }
}

/// What is still open.
struct Open {
    /// How many outcomes are possible.
    outcomes: usize,
    /// The span of the total as a share of what it was at the beginning; 1 if nothing is known.
    span: f64,
    width: Option<Number>,
}

impl Open {
    fn of(run: &Run<'_>, before: Option<&Open>) -> Result<Open, AssessError> {
        let outcomes = match run.outcome()? {
            Outcome::Decided(_) => 1,
            Outcome::Undecided(possible) => possible.len().max(2),
        };
        let width = match run.in_force.combination.score.map(|id| run.figure(id)).transpose()? {
            None | Some(Figure::Exactly(_)) => Some(Number::ZERO),
            Some(Figure::Between(low, high)) => high.checked_sub(low),
            Some(Figure::Unknown) => None,
        };
        let whole = before.map_or(width, |before| before.width);
        let span = match (width, whole) {
            (Some(width), _) if width.is_zero() => 0.0,
            (Some(width), Some(whole)) => {
                let share = width.checked_div(whole).map(|share| share.to_string());
                share.and_then(|share| share.parse::<f64>().ok()).unwrap_or(1.0).min(1.0)
            }
            _ => 1.0,
        };
        Ok(Open { outcomes, span, width })
    }

    /// An outcome more than one weighs as much as the whole span of the total.
    fn measure(&self) -> f64 {
        let outcomes = u32::try_from(self.outcomes.saturating_sub(1)).unwrap_or(u32::MAX);
        f64::from(outcomes) + self.span
    }
}

/// The values of a fact that are tried.
fn candidates(library: &Library, programme: &str, fact: &Fact) -> Vec<Value> {
    let listed = || fact.values.iter().map(|value| Value::String(value.value.to_arc()));
    let mut values: Vec<Value> = match fact.kind {
        FactType::Boolean => vec![Value::Boolean(true), Value::Boolean(false)],
        FactType::String => listed().collect(),
        FactType::StringList => std::iter::once(Value::list(Vec::new()))
            .chain(listed().map(|value| Value::list(vec![value])))
            .collect(),
        FactType::Number => fact.min.into_iter().map(Value::Number).collect(),
        FactType::Date => Vec::new(),
    };
    let free = matches!(fact.kind, FactType::Number | FactType::Date)
        || (fact.kind == FactType::String && fact.values.is_empty());
    if free {
        let cases = library.cases().iter().filter(|case| *case.programme == *programme);
        let mut stated: Vec<&Value> =
            cases.filter_map(|case| case.facts.get(fact.name.as_str())).collect();
        stated.sort_by_cached_key(|value| sort_key(value));
        stated.dedup_by_key(|value| value.to_string());
        // Evenly over all that the cases have, so that both ends are among them.
        let step = stated.len().div_ceil(MAX_VALUES).max(1);
        values.extend(stated.iter().step_by(step).map(|value| (*value).clone()));
        values.extend(stated.last().map(|value| (*value).clone()));
        values.dedup_by_key(|value| value.to_string());
    }
    values.truncate(MAX_VALUES + 2);
    values
}

/// How much an answer counts among all: that nothing of a list applies is as likely as all else.
fn likelihood(value: &Value, of: usize) -> f64 {
    match value {
        Value::List(items) if items.is_empty() => {
            f64::from(u32::try_from(of.saturating_sub(1)).unwrap_or(u32::MAX)).max(1.0)
        }
        _ => 1.0,
    }
}

fn sort_key(value: &Value) -> (Option<Number>, String) {
    match value {
        Value::Number(number) => (Some(*number), String::new()),
        other => (None, other.to_string()),
    }
}
