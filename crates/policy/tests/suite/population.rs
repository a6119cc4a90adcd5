//! Many people at once have the results that each has alone.

use feel::temporal::Date;
use feel::{Number, Value};
use policy::assess::Request;
use policy::assessment::{Figure, Outcome, Tristate};
use policy::pack::{Fact, FactType};
use policy::population::{FactColumn, MISSING, Population};
use policy::{Library, Profile};

use super::packs;

/// Numbers by chance, always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }

    fn fact(&mut self, fact: &Fact) -> Option<Value> {
        if self.below(12) == 0 {
            return None;
        }
        let text = |chance: &mut Chance| match fact.values.as_slice() {
            [] => Value::string("anything"),
            values => Value::string(values[chance.below(values.len())].value.as_str()),
        };
        Some(match fact.kind {
            FactType::Boolean => Value::Boolean(self.below(5) > 0),
            FactType::String => text(self),
            FactType::StringList => Value::list((0..self.below(3)).map(|_| text(self)).collect()),
            FactType::Date => Value::Date(Date::from_days(self.below(24_000) as i64)?),
            FactType::Number => {
                let steps = [1, 10, 1_000, 100_000][self.below(4)];
                let number = Number::from(self.below(60) as i64 * steps);
                let low = fact.min.unwrap_or(Number::ZERO).max(number);
                Value::Number(fact.max.map_or(low, |max| low.min(max)))
            }
        })
    }
}

/// The facts of people, column by column; each value stands once for each person.
fn columns(people: &[Vec<Option<Value>>]) -> Vec<FactColumn> {
    let facts = people.first().map_or(0, Vec::len);
    let column = |fact: usize| {
        let mut column = FactColumn::default();
        for person in people {
            column.places.push(match &person[fact] {
                Some(_) => column.values.len() as u32,
                None => MISSING,
            });
            column.values.extend(person[fact].clone());
        }
        column
    };
    (0..facts).map(column).collect()
}

#[test]
fn many_people_have_the_results_of_each() {
    let library: &Library = &packs::load();
    let on = Date::new(2026, 11, 23).unwrap();
    let mut compared = 0;
    for programme in library.programmes() {
        let place = &library.pack(&programme.pack).unwrap().manifest.place;
        let Ok(population) = Population::new(library, &programme.id, on, place) else { continue };
        let mut chance = Chance(7);
        let people: Vec<Vec<Option<Value>>> = (0..80)
            .map(|_| population.facts().iter().map(|fact| chance.fact(fact)).collect())
            .collect();
        let results = population.assess(people.len(), &columns(&people));
        for (row, facts) in people.iter().enumerate() {
            let named = population.facts().iter().zip(facts);
            let facts =
                named.filter_map(|(fact, value)| Some((fact.name.as_str().into(), value.clone()?)));
            let profile = Profile { facts: facts.collect(), ..Profile::default() };
            let request =
                Request { programme: &programme.id, profile: &profile, on, place, improve: false };
            let assessment = match (results.failed.get(&row), library.assess(&request)) {
                (None, Ok(assessment)) => assessment,
                (Some(_), Err(_)) => continue,
                (found, alone) => panic!("{}: {found:?} beside {alone:?}", programme.id),
            };
            let exactly = |figure: &Figure| match figure {
                Figure::Exactly(number) => Some(*number),
                _ => None,
            };
            let outcome = match &assessment.outcome {
                Outcome::Decided(outcome) => Some(outcome.value.clone()),
                Outcome::Undecided(_) => None,
            };
            assert_eq!(results.outcome(row).cloned(), outcome, "{}: {profile:?}", programme.id);
            let eligible = match assessment.eligible {
                Tristate::Yes => Some(true),
                Tristate::No => Some(false),
                Tristate::Unknown => None,
            };
            assert_eq!(results.eligible[row], eligible, "{}", programme.id);
            let score = results.score.as_ref().and_then(|score| score[row]);
            assert_eq!(score, assessment.score.as_ref().and_then(exactly));
            let factors = assessment.factors.iter().map(|factor| &factor.points);
            let sub_scores = assessment.sub_scores.iter().map(|sub_score| &sub_score.points);
            let factors: Vec<Option<Number>> = factors.chain(sub_scores).map(exactly).collect();
            let found: Vec<Option<Number>> =
                results.factors.iter().map(|points| points[row]).collect();
            assert_eq!(found, factors, "{}", programme.id);
            assert_eq!(results.outcome(row).is_none(), results.missing.contains_key(&row));
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} were compared");
}
