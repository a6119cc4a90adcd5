//! The lines of an assessment.

use std::sync::Arc;

use dmn::model::Title;
use dmn::program::DecisionId;
use feel::Number;

use super::evaluate::{Run, outcome_ref};
use super::grounds::feel_text;
use super::{AssessError, in_order};
use crate::assessment::{
    Assessment, FactLine, FactorLine, Figure, Line, Missing, MissingKind, PlaceRef, RouteLine,
    Source, SubScoreLine, ThresholdLine, Tristate, VersionRef,
};
use crate::library::combination::InputSource;
use crate::library::document;
use crate::pack::Name;
use crate::words;

impl Run<'_> {
    /// The assessment, without improvements.
    pub(crate) fn explain(&self) -> Result<Assessment, AssessError> {
        let combination = self.in_force.combination;
        let programme = self.programme();
        let conditions: Vec<Line> =
            combination.conditions.iter().map(|id| self.line(*id)).collect::<Result<_, _>>()?;
        let factors = self.factor_lines()?;
        let routes = self.route_lines()?;
        let score = combination.score.map(|id| self.figure(id)).transpose()?;
        let mut notices = Vec::new();
        for (index, id) in &combination.notices {
            let Some(notice) = programme.notices.get(*index) else { continue };
            if self.text(*id)? == Some(notice.value.as_str()) {
                notices.push(notice.text.clone());
            }
        }
        let mut thresholds: Vec<ThresholdLine> = combination
            .thresholds
            .iter()
            .filter_map(|index| programme.thresholds.get(*index))
            .filter_map(|threshold| {
                let outcome = programme.outcome(&threshold.outcome).map(outcome_ref)?;
                Some(ThresholdLine { value: threshold.value, outcome })
            })
            .collect();
        thresholds.sort_by_key(|threshold| std::cmp::Reverse(threshold.value));
        let sub_scores = self.sub_score_lines()?;
        let missing = self.missing_for_outcome(&conditions, &routes, &factors);
        let missing_for_score = self.missing_for_score(&missing, &factors, &sub_scores);
        let grounds = self.grounds();
        Ok(Assessment {
            programme: programme.id.clone(),
            title: programme.title.clone(),
            on: self.on,
            place: PlaceRef { code: self.place.code.clone(), title: self.place.title.clone() },
            versions: self.versions(),
            outcome: self.outcome()?,
            eligible: self.truth(combination.eligible)?,
            score,
            score_cap: programme.score_cap.or_else(|| score_cap(&factors)),
            thresholds,
            unneeded: self.unneeded(&missing),
            factors,
            sub_scores,
            conditions,
            routes,
            notices,
            missing,
            missing_for_score,
            sources: grounds.sources,
            flags: grounds.flags,
            facts: self.fact_lines(),
            improvements: Vec::new(),
            decisions: self.evaluated_decisions(),
        })
    }

    fn line(&self, id: DecisionId) -> Result<Line, AssessError> {
        let state = self.truth(id)?;
        let decision = self.in_force.combination.decision(id);
        Ok(Line {
            decision: self.name(id),
            title: decision.map(|decision| decision.title.clone()).unwrap_or_default(),
            state,
            value: self.value(id).map(feel_text).unwrap_or_default(),
            reasons: match state {
                Tristate::Yes => self.reasons(id),
                Tristate::No => self.reasons_against(id),
                Tristate::Unknown => Vec::new(),
            },
            why_not: if state == Tristate::Yes { Vec::new() } else { self.why_not(id) },
            missing: self.missing(id),
            source: self.source(id),
        })
    }

    fn route_lines(&self) -> Result<Vec<RouteLine>, AssessError> {
        let programme = self.programme();
        let mut routes = Vec::new();
        for (index, id) in &self.in_force.combination.routes {
            let outcome = programme.routes.get(*index).map(|route| &route.outcome);
            let Some(outcome) = outcome.and_then(|outcome| programme.outcome(outcome)) else {
                continue;
            };
            routes.push(RouteLine { outcome: outcome_ref(outcome), line: self.line(*id)? });
        }
        routes.sort_by_key(|route| programme.rank(&route.outcome.value));
        Ok(routes)
    }

    fn factor_lines(&self) -> Result<Vec<FactorLine>, AssessError> {
        let combination = self.in_force.combination;
        let line = |(_, id, cap): &(usize, DecisionId, Number)| {
            let points = self.figure(*id)?;
            let decision = combination.decision(*id);
            Ok(FactorLine {
                decision: self.name(*id),
                title: decision.map(|decision| decision.title.clone()).unwrap_or_default(),
                points,
                cap: *cap,
                reasons: match points {
                    Figure::Exactly(_) => self.reasons(*id),
                    _ => Vec::new(),
                },
                why_not: match points {
                    Figure::Exactly(points) if points < *cap => self.why_not_more(*id),
                    _ => Vec::new(),
                },
                missing: self.missing(*id),
                source: self.source(*id),
            })
        };
        combination.factors.iter().map(line).collect()
    }

    fn sub_score_lines(&self) -> Result<Vec<SubScoreLine>, AssessError> {
        let combination = self.in_force.combination;
        let line = |id: &DecisionId| {
            let decision = combination.decision(*id);
            Ok(SubScoreLine {
                decision: self.name(*id),
                title: decision.map(|decision| decision.title.clone()).unwrap_or_default(),
                points: self.figure(*id)?,
                missing: self.missing(*id),
            })
        };
        combination.sub_scores.iter().map(line).collect()
    }

    fn versions(&self) -> Vec<VersionRef> {
        let in_force = &self.in_force;
        let register = self.library.register();
        let put_in_force =
            |instrument: &Name| document::source(register, instrument, String::new(), None);
        let version = put_in_force(&in_force.version.instrument).map(|source| VersionRef {
            pack: in_force.document.pack.clone(),
            file: in_force.document.file.clone(),
            from: in_force.version.from,
            to: in_force.version.to,
            source,
        });
        let overlays = in_force.overlays.iter().filter_map(|(overlay, document)| {
            Some(VersionRef {
                pack: document.pack.clone(),
                file: document.file.clone(),
                from: overlay.entry.from,
                to: overlay.entry.to,
                source: put_in_force(&overlay.entry.instrument)?,
            })
        });
        version.into_iter().chain(overlays).collect()
    }

    fn missing_for_outcome(
        &self,
        conditions: &[Line],
        routes: &[RouteLine],
        factors: &[FactorLine],
    ) -> Vec<Missing> {
        let combination = self.in_force.combination;
        let mut names = self.missing(combination.outcome);
        names.extend(self.missing(combination.eligible));
        // Where there is but one outcome, the score is what is asked for.
        if self.programme().outcomes.len() == 1 {
            names.extend(combination.score.map(|score| self.missing(score)).unwrap_or_default());
        }
        let lines = conditions.iter().chain(routes.iter().map(|route| &route.line));
        let lines: Vec<(&Title, &[Arc<str>])> = lines
            .map(|line| (&line.title, line.missing.as_slice()))
            .chain(factors.iter().map(|factor| (&factor.title, factor.missing.as_slice())))
            .collect();
        self.missing_lines(names, &lines)
    }

    /// What the score, the factors and the sub-scores rest on beyond what the outcome does.
    fn missing_for_score(
        &self,
        missing: &[Missing],
        factors: &[FactorLine],
        sub_scores: &[SubScoreLine],
    ) -> Vec<Missing> {
        let combination = self.in_force.combination;
        let factors = factors.iter().map(|one| (&one.title, one.missing.as_slice()));
        let sub_scores = sub_scores.iter().map(|one| (&one.title, one.missing.as_slice()));
        let lines: Vec<(&Title, &[Arc<str>])> = factors.chain(sub_scores).collect();
        let mut names = combination.score.map(|score| self.missing(score)).unwrap_or_default();
        names.extend(lines.iter().flat_map(|(_, missing)| missing.iter().cloned()));
        names.retain(|name| missing.iter().all(|one| one.name != *name));
        self.missing_lines(names, &lines)
    }

    fn missing_lines(&self, names: Vec<Arc<str>>, lines: &[(&Title, &[Arc<str>])]) -> Vec<Missing> {
        let vocabulary = &self.country.vocabulary;
        let mut missing: Vec<Missing> = in_order(names)
            .into_iter()
            .map(|name| {
                let fact = vocabulary.fact(&name);
                let needed_for = lines
                    .iter()
                    .filter(|(_, missing)| missing.contains(&name))
                    .map(|(title, _)| (*title).clone())
                    .collect();
                Missing {
                    label: self.glossary().label(&name),
                    kind: if fact.is_some() { MissingKind::Fact } else { MissingKind::Parameter },
                    matter: fact.map(|fact| fact.matter.to_arc()),
                    needed_for,
                    help: match fact {
                        Some(_) => None,
                        None => Some(words::no_parameter(&self.place.title, self.on)),
                    },
                    name,
                }
            })
            .collect();
        missing.sort_by_key(|missing| vocabulary.position(&missing.name).unwrap_or(usize::MAX));
        missing
    }

    fn unneeded(&self, missing: &[Missing]) -> Vec<Arc<str>> {
        let combination = self.in_force.combination;
        let inputs = combination.inputs.iter().zip(&combination.needed).zip(&self.inputs);
        let mut names: Vec<Arc<str>> = inputs
            .filter(|((_, needed), value)| **needed && value.as_unknown().is_some())
            .filter_map(|((input, _), _)| match input {
                InputSource::Fact(fact, _) => Some(fact.name.to_arc()),
                _ => None,
            })
            .filter(|name| missing.iter().all(|missing| missing.name != *name))
            .collect();
        names.sort_by_key(|name| self.country.vocabulary.position(name));
        names
    }

    fn fact_lines(&self) -> Vec<FactLine> {
        let combination = self.in_force.combination;
        let glossary = self.glossary();
        let mut lines: Vec<(usize, FactLine)> = Vec::new();
        for (index, (input, value)) in combination.inputs.iter().zip(&self.inputs).enumerate() {
            if value.as_unknown().is_some() || combination.needed.get(index) != Some(&true) {
                continue;
            }
            let (name, position, source): (_, _, Option<Source>) = match input {
                InputSource::Fact(fact, _) => {
                    let position = self.country.vocabulary.position(&fact.name);
                    (fact.name.to_arc(), position.unwrap_or(usize::MAX), None)
                }
                InputSource::Parameter(name, _) => {
                    let row = self.rows.get(index).copied().flatten();
                    (name.clone(), usize::MAX, row.and_then(|row| self.row_source(row)))
                }
                InputSource::On | InputSource::Place => continue,
            };
            let label = match self.rows.get(index).copied().flatten() {
                Some(row) => row.statistic.clone(),
                None => glossary.label(&name),
            };
            let line = FactLine { label, value: glossary.value(&name, value), name, source };
            lines.push((position, line));
        }
        lines.sort_by_key(|(position, _)| *position);
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

/// The highest total that the rules can give.
fn score_cap(factors: &[FactorLine]) -> Option<Number> {
    let first = factors.first()?.cap;
    factors.iter().skip(1).try_fold(first, |sum, factor| sum.checked_add(factor.cap))
}
