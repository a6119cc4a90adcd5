//! The search for changes: elementary intervals by walking, with a bounded number of evaluations.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use dmn::program::Trace;
use feel::{Number, Value};

use crate::assess::{AssessError, Run};
use crate::assessment::{Figure, Outcome};
use crate::pack::{Fact, FactType, Lever, LeverKind, Name};
use crate::profile::Profile;
use crate::scalar;

/// How often the rules may be evaluated in one search.
const MAX_EVALUATIONS: usize = 3_000;
/// How much work all evaluations of one search together may ask of the rules.
const MAX_FUEL: u64 = 200_000_000;
/// How many evaluations are kept for each lever, so that a long walk leaves some for the others.
const MAX_WALK: usize = 600;
/// How many values of one lever are looked at.
const MAX_CANDIDATES: usize = 40;
/// How many values of one lever are combined with those of another.
const MAX_PAIRED: usize = 8;
/// Up to this many steps a number is walked step by step.
const MAX_PLAIN_STEPS: i64 = 64;

/// One lever set to a value.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Which lever of the programme.
    pub lever: usize,
    /// The fact's new value; none for `wait`.
    pub value: Option<Value>,
    /// How many steps it is away: values passed, steps of a number, or years.
    pub steps: Number,
    /// How many of them are felt: values passed, intervals of the rules entered, or years.
    pub effort: Number,
}

/// A change that betters the outcome or the total.
#[derive(Debug, Clone)]
pub(super) struct Suggestion {
    pub settings: Vec<Setting>,
    pub reaches: bool,
    pub cost: Number,
}

/// A setting with what came of it.
#[derive(Debug, Clone)]
struct Tried {
    setting: Setting,
    result: Found,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    /// The rank of the outcome, if it is decided.
    rank: Option<usize>,
    score: Option<Number>,
    /// What tells one elementary interval of the rules from the next.
    signature: Signature,
}

pub(super) struct Search<'s, 'l> {
    base: &'s Run<'l>,
    profile: &'s Profile,
    pub rank: usize,
    score: Option<Number>,
    eligible: bool,
    evaluations: Cell<usize>,
    fuel: Cell<u64>,
}

impl<'s, 'l> Search<'s, 'l> {
    pub(super) fn new(
        base: &'s Run<'l>,
        profile: &'s Profile,
        rank: usize,
        score: Option<Number>,
        eligible: bool,
    ) -> Search<'s, 'l> {
        Search {
            base,
            profile,
            rank,
            score,
            eligible,
            evaluations: Cell::new(0),
            fuel: Cell::new(0),
        }
    }

    /// The suggestions, the most telling first.
    pub(super) fn run(&mut self) -> Vec<Suggestion> {
        let levers = &self.base.programme().levers;
        let walks: Vec<Vec<Tried>> = (0..levers.len()).map(|lever| self.walk(lever)).collect();
        let mut suggestions = Vec::new();
        for walk in &walks {
            let mut best = self.rank;
            for tried in walk {
                if let Some(rank) = tried.result.rank.filter(|rank| *rank < best) {
                    best = rank;
                    suggestions.extend(self.suggestion(vec![tried.setting.clone()], true));
                }
            }
        }
        if suggestions.is_empty() {
            suggestions = self.pairs(&walks);
        }
        // More points are worth nothing to a person who cannot be admitted.
        for walk in walks.iter().filter(|_| self.eligible) {
            let helps = |tried: &&Tried| self.is_more(tried.result) || self.is_better(tried.result);
            let first = walk.iter().find(helps).filter(|tried| self.is_more(tried.result));
            suggestions.extend(
                first.and_then(|tried| self.suggestion(vec![tried.setting.clone()], false)),
            );
        }
        suggestions.sort_by(super::order);
        suggestions
    }

    fn is_better(&self, found: Found) -> bool {
        found.rank.is_some_and(|rank| rank < self.rank)
    }

    /// Whether a result has a higher total, and the same outcome.
    fn is_more(&self, found: Found) -> bool {
        let more = matches!((self.score, found.score), (Some(a), Some(b)) if b > a);
        more && found.rank == Some(self.rank)
    }

    fn suggestion(&self, settings: Vec<Setting>, reaches: bool) -> Option<Suggestion> {
        let levers = &self.base.programme().levers;
        let cost = settings.iter().try_fold(Number::ZERO, |sum, setting| {
            let lever = levers.get(setting.lever)?;
            sum.checked_add(lever.cost.checked_mul(setting.effort)?)
        })?;
        Some(Suggestion { settings, reaches, cost })
    }

    /// The values of a lever at which something changes, in order.
    fn walk(&self, index: usize) -> Vec<Tried> {
        let Some(lever) = self.base.programme().levers.get(index) else { return Vec::new() };
        let fact = self.base.country.vocabulary.fact(&lever.fact);
        if fact.is_some_and(|fact| !fact.mutable) {
            return Vec::new();
        }
        let settings = match (lever.kind, fact) {
            (LeverKind::Wait, _) => self.years(index, lever),
            (LeverKind::Choose, Some(fact)) => self.choices(index, lever, fact),
            (LeverKind::Choose, None) => self.places(index, lever),
            (LeverKind::Raise, Some(fact)) => return self.raise(index, lever, fact),
            (LeverKind::Raise, None) => Vec::new(),
        };
        let tried = settings.into_iter().take(MAX_CANDIDATES).filter_map(|setting| {
            let result = self.find(std::slice::from_ref(&setting))?;
            Some(Tried { setting, result })
        });
        tried.collect()
    }

    fn years(&self, lever: usize, declared: &Lever) -> Vec<Setting> {
        let limit = declared.limit.and_then(Number::to_i64).unwrap_or(0).clamp(0, 50);
        let setting = |years| {
            let steps = Number::from(years);
            Setting { lever, value: None, steps, effort: steps }
        };
        (1..=limit).map(setting).collect()
    }

    fn choices(&self, lever: usize, declared: &Lever, fact: &Arc<Fact>) -> Vec<Setting> {
        let Some(current) = self.profile.facts.get(fact.name.as_str()) else { return Vec::new() };
        let named: Vec<Arc<str>> = if declared.values.is_empty() {
            match fact.kind {
                FactType::Boolean => vec!["true".into()],
                _ => fact.values.iter().map(|value| value.value.to_arc()).collect(),
            }
        } else {
            declared.values.iter().map(Name::to_arc).collect()
        };
        let later = match current {
            // Only later values are better, where the pack does not name the candidates.
            Value::String(text) if declared.values.is_empty() => {
                named.iter().position(|value| value == text).map_or(0, |position| position + 1)
            }
            _ => 0,
        };
        let values = named.iter().skip(later).filter_map(|name| match current {
            Value::Boolean(truth) => {
                let value = &**name == "true";
                (value != *truth).then_some(Value::Boolean(value))
            }
            Value::String(text) => (text != name).then(|| Value::String(name.clone())),
            Value::List(items) => {
                let has = |item: &Value| matches!(item, Value::String(text) if text == name);
                let mut items = items.to_vec();
                if items.iter().any(has) {
                    return None;
                }
                items.push(Value::String(name.clone()));
                Some(Value::list(items))
            }
            _ => None,
        });
        let ordered = matches!(current, Value::String(_));
        let step = |(passed, value)| {
            let passed = i64::try_from(passed + 1).unwrap_or(i64::MAX);
            let steps = if ordered { Number::from(passed) } else { Number::ONE };
            Setting { lever, value: Some(value), steps, effort: steps }
        };
        values.enumerate().map(step).collect()
    }

    /// Other places of which the packs say something of their own.
    fn places(&self, lever: usize, declared: &Lever) -> Vec<Setting> {
        let country = self.base.country;
        let mut codes: Vec<Arc<str>> = declared.values.iter().map(Name::to_arc).collect();
        if codes.is_empty() {
            let rows = country.parameters.values().flat_map(|parameter| &parameter.rows);
            codes.extend(rows.map(|row| row.place.clone()));
            let overlays = self.base.library.overlays().iter();
            let own = overlays.filter(|overlay| overlay.programme == self.base.programme().id);
            codes.extend(own.map(|overlay| overlay.entry.place.to_arc()));
        }
        let here = &self.base.place.code;
        let elsewhere = |code: &Arc<str>| {
            !country.places.lies_in(here, code) && !country.places.lies_in(code, here)
        };
        let codes = crate::assess::in_order(codes.into_iter().filter(elsewhere));
        let setting = |code| {
            let value = Some(Value::String(code));
            Setting { lever, value, steps: Number::ONE, effort: Number::ONE }
        };
        codes.into_iter().map(setting).collect()
    }

    /// The least numbers at which the rules change, one after the other.
    fn raise(&self, lever: usize, declared: &Lever, fact: &Arc<Fact>) -> Vec<Tried> {
        let mut tried = Vec::new();
        let (Some(Value::Number(start)), Some(step), Some(limit)) =
            (self.profile.facts.get(fact.name.as_str()), declared.step, declared.limit)
        else {
            return tried;
        };
        let differs_from = |found: &Found, current: &Found, plain: bool| {
            let formula = plain && found.signature.score != current.signature.score;
            formula || found.signature.rules != current.signature.rules
        };
        let limit = fact.max.map_or(limit, |max| max.min(limit));
        let most = limit
            .checked_sub(*start)
            .and_then(|room| room.checked_div(step))
            .and_then(|steps| steps.floor().to_i64())
            .unwrap_or(0);
        let plain = most <= MAX_PLAIN_STEPS;
        let at = |count: i64, effort: i64| {
            let steps = Number::from(count);
            let value = start.checked_add(step.checked_mul(steps)?)?;
            let setting = Setting {
                lever,
                value: Some(Value::Number(value)),
                steps,
                effort: Number::from(effort),
            };
            let result = self.find(std::slice::from_ref(&setting))?;
            Some(Tried { setting, result })
        };
        let Some(mut current) = self.find(&[]) else { return tried };
        let mut reached = 0_i64;
        let mut entered = 0_i64;
        let until = self.evaluations.get() + MAX_WALK;
        while reached < most && tried.len() < MAX_CANDIDATES && self.evaluations.get() < until {
            // Ever longer strides until something differs, then back to the first step that does.
            let mut same = reached;
            let mut stride = 1_i64;
            let mut differs = None;
            while same < most {
                let next = same.saturating_add(stride).min(most);
                match at(next, entered + 1) {
                    Some(found) if !differs_from(&found.result, &current, plain) => same = next,
                    Some(found) => {
                        differs = Some((next, found));
                        break;
                    }
                    None => return tried,
                }
                if !plain {
                    stride = stride.saturating_mul(2);
                }
            }
            let Some((mut other, mut found)) = differs else { return tried };
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                match at(middle, entered + 1) {
                    Some(at_middle) if !differs_from(&at_middle.result, &current, plain) => {
                        same = middle;
                    }
                    Some(at_middle) => (other, found) = (middle, at_middle),
                    None => return tried,
                }
            }
            reached = other;
            entered += 1;
            current = found.result;
            tried.push(found);
            if current.rank == Some(0) {
                break;
            }
        }
        tried
    }

    /// Pairs of changes that better the outcome together, the least of each kind.
    fn pairs(&self, walks: &[Vec<Tried>]) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = Vec::new();
        for (i, first) in walks.iter().enumerate() {
            for second in walks.iter().skip(i + 1) {
                found.extend(self.least_pairs(first, second));
            }
        }
        found
    }

    fn least_pairs(&self, first: &[Tried], second: &[Tried]) -> Vec<Suggestion> {
        let mut found = Vec::new();
        let mut bound = second.len().min(MAX_PAIRED);
        for a in first.iter().take(MAX_PAIRED) {
            for (j, b) in second.iter().enumerate().take(bound) {
                let pair = vec![a.setting.clone(), b.setting.clone()];
                if self.find(&pair).is_some_and(|found| self.is_better(found)) {
                    let pair = self.refine(pair);
                    found.extend(self.suggestion(pair, true));
                    // A later value of the first change helps only with an earlier one of the
                    // second.
                    bound = j;
                    break;
                }
            }
        }
        found
    }

    /// Takes back as much of each number of a pair as can be taken back.
    fn refine(&self, mut pair: Vec<Setting>) -> Vec<Setting> {
        for index in 0..pair.len() {
            let Some(setting) = pair.get(index).cloned() else { continue };
            let Some(lever) = self.base.programme().levers.get(setting.lever) else { continue };
            let (LeverKind::Raise, Some(step)) = (lever.kind, lever.step) else { continue };
            let (Some(Value::Number(value)), Some(count)) =
                (&setting.value, setting.steps.to_i64())
            else {
                continue;
            };
            let lowered = |back: i64| {
                let value = value.checked_sub(step.checked_mul(Number::from(back))?)?;
                let steps = Number::from(count - back);
                let mut changed = pair.clone();
                *changed.get_mut(index)? =
                    Setting { value: Some(Value::Number(value)), steps, ..setting.clone() };
                self.is_better(self.find(&changed)?).then_some(changed)
            };
            // INVARIANT: `good` steps back still reach the outcome, `bad` ones do not.
            let (mut good, mut bad, mut best) = (0_i64, count, None);
            while bad - good > 1 {
                let middle = good + (bad - good) / 2;
                match lowered(middle) {
                    Some(changed) => {
                        good = middle;
                        best = Some(changed);
                    }
                    None => bad = middle,
                }
            }
            if let Some(best) = best {
                pair = best;
            }
        }
        pair
    }

    /// The rules evaluated with some levers set; none where no rules are in force then, or where
    /// the evaluations are used up.
    pub(super) fn apply(&self, settings: &[Setting]) -> Option<Run<'l>> {
        let programme = self.base.programme();
        let mut profile = self.profile.clone();
        let mut on = self.base.on;
        let mut place = self.base.place;
        for setting in settings {
            let lever = programme.levers.get(setting.lever)?;
            match (lever.kind, &setting.value) {
                (LeverKind::Wait, _) => {
                    on = scalar::add_years(on, setting.steps.to_i64()?)?;
                    for name in &lever.along {
                        let Some(Value::Number(number)) = profile.facts.get_mut(name.as_str())
                        else {
                            continue;
                        };
                        let grown = number.checked_add(setting.steps)?;
                        let max = self.base.country.vocabulary.fact(name).and_then(|fact| fact.max);
                        *number = max.map_or(grown, |max| grown.min(max));
                    }
                }
                (_, Some(Value::String(code))) if &*lever.fact == "place" => {
                    place = self.base.country.places.get(code)?;
                }
                (_, Some(value)) => {
                    profile.facts.insert(lever.fact.to_arc(), value.clone());
                }
                (_, None) => return None,
            }
        }
        match Run::evaluate(self.base.library, programme, &profile, on, place) {
            Ok(run) => Some(run),
            Err(AssessError::Limit(_)) => {
                self.fuel.set(MAX_FUEL);
                None
            }
            Err(_) => None,
        }
    }

    fn find(&self, settings: &[Setting]) -> Option<Found> {
        let spent = self.evaluations.get();
        if spent >= MAX_EVALUATIONS || self.fuel.get() >= MAX_FUEL {
            return None;
        }
        self.evaluations.set(spent + 1);
        let run = self.apply(settings)?;
        self.fuel.set(self.fuel.get().saturating_add(run.evaluation.fuel));
        let rank = match run.outcome().ok()? {
            Outcome::Decided(outcome) => run.programme().rank(&outcome.value),
            Outcome::Undecided(_) => None,
        };
        let score = match run.in_force.combination.score.map(|id| run.figure(id)) {
            Some(Ok(Figure::Exactly(score))) => Some(score),
            _ => None,
        };
        Some(Found { rank, score, signature: signature(&run, score) })
    }
}

/// What tells one elementary interval of the rules from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signature {
    /// The rows that match, the truth of every decision that has one, and the outcome.
    rules: u64,
    /// The total, which a formula may change at every step.
    score: Option<Number>,
}

fn signature(run: &Run<'_>, score: Option<Number>) -> Signature {
    let mut hasher = DefaultHasher::new();
    for (value, trace) in run.evaluation.values.iter().zip(&run.evaluation.traces) {
        if let Some(Trace::Table(table)) = trace {
            (&table.matched, table.default).hash(&mut hasher);
        }
        match value {
            Some(Value::Boolean(truth)) => (1_u8, truth).hash(&mut hasher),
            Some(Value::String(text)) => (2_u8, text).hash(&mut hasher),
            Some(Value::Null(_)) => 3_u8.hash(&mut hasher),
            _ => 0_u8.hash(&mut hasher),
        }
    }
    Signature { rules: hasher.finish(), score }
}
