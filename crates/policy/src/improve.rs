//! The least changes that would better an outcome.
//!
//! A search over what a person can change: for each lever of the programme the values at which
//! anything in the rules changes, alone and then in pairs. Every suggestion is assessed in full
//! before it is made, and none rests on a fact that is not known.

mod search;

use std::cmp::Ordering;

use dmn::model::Title;
use feel::Number;

use crate::assess::{AssessError, Run};
use crate::assessment::{Assessment, Change, Figure, Improvement, Outcome, Reason, Tristate};
use crate::pack::{Lever, LeverKind};
use crate::profile::Profile;
use crate::words;
use search::{Search, Setting, Suggestion};

/// How many suggestions are made.
const MAX_SUGGESTIONS: usize = 5;

/// Looks for the least changes that would better `assessment`, which explains `base`.
pub(crate) fn improve(
    base: &Run<'_>,
    profile: &Profile,
    assessment: &Assessment,
) -> Result<Vec<Improvement>, AssessError> {
    let Outcome::Decided(outcome) = &assessment.outcome else { return Ok(Vec::new()) };
    let Some(rank) = base.programme().rank(&outcome.value).filter(|rank| *rank > 0) else {
        return Ok(Vec::new());
    };
    let score = match assessment.score {
        Some(Figure::Exactly(score)) => Some(score),
        _ => None,
    };
    let mut search = Search::new(base, profile, rank, score, assessment.eligible == Tristate::Yes);
    let found = search.run();
    let mut improvements = Vec::new();
    for suggestion in found {
        if improvements.len() == MAX_SUGGESTIONS {
            break;
        }
        improvements.extend(verify(base, &search, assessment, &suggestion)?);
    }
    Ok(improvements)
}

/// Assesses a suggestion in full; none if it does not hold what it promises.
fn verify(
    base: &Run<'_>,
    search: &Search<'_, '_>,
    before: &Assessment,
    suggestion: &Suggestion,
) -> Result<Option<Improvement>, AssessError> {
    let Some(run) = search.apply(&suggestion.settings) else { return Ok(None) };
    let after = run.explain()?;
    let Outcome::Decided(outcome) = &after.outcome else { return Ok(None) };
    let rank = base.programme().rank(&outcome.value);
    let reaches = rank.is_some_and(|rank| rank < search.rank);
    if reaches != suggestion.reaches {
        return Ok(None);
    }
    let changes = suggestion.settings.iter().filter_map(|setting| change(base, &run, setting));
    Ok(Some(Improvement {
        changes: changes.collect(),
        reasons: new_grounds(before, &after),
        score: after.score,
        outcome: after.outcome,
        reaches,
        cost: suggestion.cost,
    }))
}

fn change(base: &Run<'_>, run: &Run<'_>, setting: &Setting) -> Option<Change> {
    let lever: &Lever = base.programme().levers.get(setting.lever)?;
    let glossary = base.glossary();
    let (from, to, value): (Title, Title, String) = match lever.kind {
        LeverKind::Wait => {
            let years = setting.steps.to_i64().unwrap_or(0);
            let value = feel::Value::Date(run.on).to_string();
            (words::day(base.on), words::years_later(years, run.on), value)
        }
        _ if &*lever.fact == "place" => {
            let value = feel::Value::String(run.place.code.clone()).to_string();
            (base.place.title.clone(), run.place.title.clone(), value)
        }
        _ => {
            let before =
                base.in_force.program.input(&lever.fact).and_then(|id| base.inputs.get(id.0))?;
            let value = setting.value.as_ref()?;
            let name = lever.fact.as_str();
            (glossary.value(name, before), glossary.value(name, value), value.to_string())
        }
    };
    Some(Change {
        fact: lever.fact.to_arc(),
        label: glossary.label(&lever.fact),
        from,
        to,
        value,
        text: lever.text.clone(),
    })
}

/// The conditions and routes that newly hold, and the rows that give more points.
fn new_grounds(before: &Assessment, after: &Assessment) -> Vec<Reason> {
    let held = |decision: &str| {
        let conditions = before.conditions.iter();
        let lines = conditions.chain(before.routes.iter().map(|route| &route.line));
        lines.filter(|line| line.state == Tristate::Yes).any(|line| *line.decision == *decision)
    };
    let lines = after.conditions.iter().chain(after.routes.iter().map(|route| &route.line));
    let mut reasons: Vec<Reason> = lines
        .filter(|line| line.state == Tristate::Yes && !held(&line.decision))
        .flat_map(|line| line.reasons.iter().cloned())
        .collect();
    for factor in &after.factors {
        let earlier = before.factors.iter().find(|known| known.decision == factor.decision);
        let more = match (earlier.map(|earlier| earlier.points), factor.points) {
            (Some(Figure::Exactly(a)), Figure::Exactly(b)) => b > a,
            (None, Figure::Exactly(_)) => true,
            _ => false,
        };
        if more {
            reasons.extend(factor.reasons.iter().cloned());
        }
    }
    reasons
}

/// The order in which suggestions are made.
fn order(a: &Suggestion, b: &Suggestion) -> Ordering {
    let amount = |suggestion: &Suggestion| {
        let steps = suggestion.settings.iter().map(|setting| setting.steps);
        steps.fold(Number::ZERO, |sum, steps| sum.checked_add(steps).unwrap_or(sum))
    };
    b.reaches
        .cmp(&a.reaches)
        .then(a.cost.cmp(&b.cost))
        .then(a.settings.len().cmp(&b.settings.len()))
        .then(amount(a).cmp(&amount(b)))
}
