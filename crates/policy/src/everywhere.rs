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
use crate::person::Person;
use crate::profile::{Profile, ProfileError};

/// What every programme says of one person.
#[derive(Debug)]
pub struct Everywhere {
    /// The programmes that have rules in force, the nearest first.
    pub answers: Vec<Assessment>,
    /// The programmes that have none on that day, or whose rules are at fault.
    pub without: Vec<(Arc<str>, AssessError)>,
    /// The countries whose facts cannot be what the profile says, with every fault.
    pub unusable: BTreeMap<Arc<str>, Vec<ProfileError>>,
}

impl Library {
    /// Assesses a person by every programme, each at the place that the profile names in its
    /// country or else at the country's own.
    pub fn assess_everywhere(&self, person: &Person, on: Date, improve: bool) -> Everywhere {
        let mut profiles: BTreeMap<Arc<str>, Profile> = BTreeMap::new();
        let mut unusable = BTreeMap::new();
        for country in self.countries() {
            match self.facts_of(person, &country.id, on) {
                Ok(profile) => {
                    profiles.insert(country.id.clone(), profile);
                }
                Err(faults) => {
                    unusable.insert(country.id.clone(), faults);
                }
            }
        }
        let (answers, without) = self.assess_each(&profiles, on, improve);
        Everywhere { answers, without, unusable }
    }

    /// Assesses the programmes of the countries that have a profile, the nearest first.
    pub fn assess_each(
        &self,
        profiles: &BTreeMap<Arc<str>, Profile>,
        on: Date,
        improve: bool,
    ) -> (Vec<Assessment>, Vec<(Arc<str>, AssessError)>) {
        let programmes: Vec<_> = self.programmes().collect();
        let results: Vec<_> = programmes
            .par_iter()
            .filter_map(|programme| {
                let country = self.country(&programme.pack)?;
                let profile = profiles.get(&country.id)?;
                let own = self.pack(&country.id).map(|pack| pack.manifest.place.as_str());
                let place = profile.place.as_deref().or(own)?;
                let programme = &*programme.id;
                let request = Request { programme, profile, on, place, improve };
                Some((Arc::<str>::from(programme), self.assess(&request)))
            })
            .collect();
        let (mut answers, mut without) = (Vec::new(), Vec::new());
        for (programme, result) in results {
            match result {
                Ok(assessment) => answers.push(assessment),
                Err(error) => without.push((programme, error)),
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
