//! One person by every programme, the nearest first.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::sync::Arc;

use feel::Number;
use feel::temporal::Date;
use rayon::prelude::*;

use crate::assess::{AssessError, Request};
use crate::assessment::{Assessment, Figure, Outcome, ThresholdLine, Tristate};
use crate::library::Library;
use crate::pack::Programme;
use crate::person::Person;
use crate::profile::{Profile, ProfileError};

/// What every programme says of one person.
#[derive(Debug)]
pub struct Everywhere {
    /// The programmes that have rules in force, the nearest first.
    pub answers: Vec<Assessment>,
    /// The programmes that have none on that day, or whose rules are at fault.
    pub without: Vec<(Arc<str>, AssessError)>,
    /// The programmes that ask for facts which cannot be derived from the profile, with these facts
    /// and why; or the country, as `ca`, where none of its facts can.
    pub unusable: BTreeMap<Arc<str>, Vec<ProfileError>>,
}

/// Why a programme has no answer.
enum Unanswered {
    /// No rules are in force, or they are at fault.
    Error(AssessError),
    /// Facts that it asks for cannot be derived.
    Faults(Vec<ProfileError>),
}

impl Library {
    /// Assesses a person by every programme, each at the place that the profile names in its
    /// country or else at the country's own.
    pub fn assess_everywhere(&self, person: &Person, on: Date, improve: bool) -> Everywhere {
        let mut profiles: BTreeMap<Arc<str>, Profile> = BTreeMap::new();
        let mut faulty: BTreeMap<Arc<str>, Vec<ProfileError>> = BTreeMap::new();
        let mut unusable = BTreeMap::new();
        for country in self.countries() {
            let (profile, faults) = self.facts_and_faults(person, &country.id, on);
            if faults.iter().any(|fault| fault.key.is_empty()) {
                unusable.insert(country.id.clone(), faults);
                continue;
            }
            profiles.insert(country.id.clone(), profile);
            if !faults.is_empty() {
                faulty.insert(country.id.clone(), faults);
            }
        }
        let (answers, without) = self.assess_some(&profiles, on, improve, &|programme, place| {
            let Some(faults) = faulty.get(&programme.pack) else { return Vec::new() };
            let Ok(in_force) = self.in_force(programme, on, place) else { return Vec::new() };
            let asked: Vec<&str> = in_force.combination.asked_facts().collect();
            faults.iter().filter(|fault| asked.contains(&&*fault.key)).cloned().collect()
        });
        let without = without.into_iter().filter_map(|(programme, why)| match why {
            Unanswered::Error(error) => Some((programme, error)),
            Unanswered::Faults(faults) => {
                unusable.insert(programme, faults);
                None
            }
        });
        let without = without.collect();
        Everywhere { answers, without, unusable }
    }

    /// Assesses the programmes of the countries that have a profile, the nearest first.
    pub fn assess_each(
        &self,
        profiles: &BTreeMap<Arc<str>, Profile>,
        on: Date,
        improve: bool,
    ) -> (Vec<Assessment>, Vec<(Arc<str>, AssessError)>) {
        let (answers, without) = self.assess_some(profiles, on, improve, &|_, _| Vec::new());
        let without = without.into_iter().filter_map(|(programme, why)| match why {
            Unanswered::Error(error) => Some((programme, error)),
            Unanswered::Faults(_) => None,
        });
        (answers, without.collect())
    }

    /// Assesses the programmes of the countries that have a profile, but for those at whose place
    /// `faults` finds any; the nearest first.
    fn assess_some(
        &self,
        profiles: &BTreeMap<Arc<str>, Profile>,
        on: Date,
        improve: bool,
        faults: &(dyn Fn(&Programme, &str) -> Vec<ProfileError> + Sync),
    ) -> (Vec<Assessment>, Vec<(Arc<str>, Unanswered)>) {
        let programmes: Vec<_> = self.programmes().collect();
        let results: Vec<_> = programmes
            .par_iter()
            .filter_map(|programme| {
                let country = self.country(&programme.pack)?;
                let profile = profiles.get(&country.id)?;
                let own = self.pack(&country.id).map(|pack| pack.manifest.place.as_str());
                let place = profile.place.as_deref().or(own)?;
                let faults = faults(programme, place);
                let id = programme.id.clone();
                if !faults.is_empty() {
                    return Some((id, Err(Unanswered::Faults(faults))));
                }
                let request = Request { programme: &programme.id, profile, on, place, improve };
                Some((id, self.assess(&request).map_err(Unanswered::Error)))
            })
            .collect();
        let (mut answers, mut without) = (Vec::new(), Vec::new());
        for (programme, result) in results {
            match result {
                Ok(assessment) => answers.push(assessment),
                Err(why) => without.push((programme, why)),
            }
        }
        answers.sort_by(|a, b| self.nearness(a, b));
        (answers, without)
    }

    /// The order in which programmes are shown: those that are open, the better outcome first; those
    /// that facts are missing for, the fewest first; those that are closed, by how little is lacking.
    fn nearness(&self, a: &Assessment, b: &Assessment) -> Ordering {
        let key = |answer: &Assessment| {
            let rank = match &answer.outcome {
                Outcome::Decided(outcome) => {
                    let programme = self.programme(&answer.programme).ok();
                    programme.and_then(|programme| programme.rank(&outcome.value)).unwrap_or(0)
                }
                Outcome::Undecided(_) => 0,
            };
            let class = match (&answer.outcome, answer.eligible) {
                (Outcome::Decided(_), Tristate::Yes) => 0,
                (Outcome::Decided(_), Tristate::No) => 2,
                _ => 1,
            };
            let failing = answer.conditions.iter().filter(|line| line.state == Tristate::No);
            let failing = failing.count();
            let missing = if class == 1 { answer.missing.len() } else { 0 };
            (class, if class == 0 { rank } else { failing }, missing)
        };
        let by_margin = |answer: &Assessment| Reverse(relative_margin(answer));
        key(a)
            .cmp(&key(b))
            .then_with(|| by_margin(a).cmp(&by_margin(b)))
            .then_with(|| a.programme.cmp(&b.programme))
    }
}

impl Assessment {
    /// The threshold that counts: the lowest that the total does not reach, or, where it reaches
    /// all, the highest.
    pub fn next_threshold(&self) -> Option<&ThresholdLine> {
        let score = self.known_score()?;
        let above = self.thresholds.iter().filter(|line| line.value > score);
        above
            .min_by(|a, b| a.value.cmp(&b.value))
            .or_else(|| self.thresholds.iter().max_by(|a, b| a.value.cmp(&b.value)))
    }

    /// How far the total lies above the threshold that counts; below it, negative.
    pub fn margin(&self) -> Option<Number> {
        self.known_score()?.checked_sub(self.next_threshold()?.value)
    }

    fn known_score(&self) -> Option<Number> {
        match self.score {
            Some(Figure::Exactly(score)) => Some(score),
            _ => None,
        }
    }
}

/// The margin as a share of the threshold, so that programmes with other scales compare.
fn relative_margin(answer: &Assessment) -> Option<Number> {
    answer.margin()?.checked_div(answer.next_threshold()?.value)
}
