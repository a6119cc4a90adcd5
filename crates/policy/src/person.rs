//! One profile of a person for all programmes.
//!
//! The common profile (`profile.schema.json`) is written once: education, work, languages, an
//! offer, a family. Each country's `profile.md` derives the facts of its vocabulary from it by
//! decisions that are named as the facts, so that no rule of derivation stands in Rust. Facts in a
//! country's own section go before what is derived.

mod consistency;
pub(crate) mod derivation;
mod read;
pub mod schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::Value;
use feel::temporal::Date;
use feel::value::Context;

use crate::library::Library;
use crate::nearest::nearest;
use crate::pack::Name;
use crate::profile::{
    Entries, FactFault, FactFaultCode, MAX_PROFILE_LENGTH, Profile, ProfileError, line_of,
    object_of_entries,
};
use crate::words;
pub(crate) use derivation::Derivation;
use read::Reading;

/// A person as all programmes see them.
#[derive(Debug, Clone)]
pub struct Person {
    /// The profile, as rule documents see it under the name `person`.
    pub(crate) profile: Value,
    /// Facts that the sections of countries state, by country.
    pub(crate) stated: BTreeMap<Arc<str>, Profile>,
    /// Where the person means to apply: the code of the country, in lower case.
    pub country: Option<Arc<str>>,
    /// Where in that country: a code or a name.
    pub place: Option<Arc<str>>,
    /// When the person means to apply.
    pub on: Option<Date>,
}

impl Library {
    /// Whether a text is a common profile rather than the facts of one country's vocabulary: it has
    /// one of the keys that only a common profile has.
    pub fn is_common_profile(&self, json: &str) -> bool {
        let Some(schema) = self.profile_schema() else { return false };
        let Ok(entries) = serde_json::from_str::<Entries<'_>>(json) else { return false };
        entries.0.iter().any(|(key, raw)| match &**key {
            "$schema" => true,
            // Also a fact of some vocabulary: alone it tells nothing.
            key if self.countries().iter().any(|known| known.vocabulary.fact(key).is_some()) => {
                false
            }
            key if self.country(key).is_some_and(|country| &*country.id == key) => {
                raw.get().starts_with('{')
            }
            key => schema.properties.iter().any(|(name, _)| **name == *key),
        })
    }

    /// Reads a common profile.
    ///
    /// # Errors
    ///
    /// Every fault of the profile: of its form, and of parts that contradict each other.
    pub fn read_person(&self, json: &str) -> Result<Person, Vec<ProfileError>> {
        let entries = object_of_entries(json)?;
        let Some(schema) = self.profile_schema() else {
            let message = words::no_common_profile();
            let fault = FactFault::new(FactFaultCode::Json, message, None);
            return Err(vec![ProfileError { key: String::new(), line: 0, fault }]);
        };
        let mut reading = Reading { json, errors: Vec::new() };
        let (mut context, rest) = reading.root(schema, entries);
        settle_offer(&mut context);
        let mut stated = BTreeMap::new();
        for (key, raw) in rest {
            match self.country(&key).filter(|country| *country.id == *key) {
                Some(country) => {
                    let read = Profile::from_json(raw.get(), &country.vocabulary, &country.places);
                    match read {
                        Ok(profile) => {
                            stated.insert(country.id.clone(), profile);
                        }
                        Err(errors) => {
                            let before = line_of(json, raw.get()).saturating_sub(1);
                            reading.errors.extend(errors.into_iter().map(|mut error| {
                                error.key = read::join(&key, &error.key);
                                error.line += if error.line > 0 { before } else { 0 };
                                error
                            }));
                        }
                    }
                }
                None => {
                    let names = schema.properties.iter().map(|(name, _)| &**name);
                    let known = names.chain(self.countries().iter().map(|country| &*country.id));
                    let help = match nearest(&key, known.clone()) {
                        Some(near) => words::did_you_mean(&words::same(near)),
                        None => words::known_keys(known),
                    };
                    let message = words::unknown_key();
                    let fault = FactFault::new(FactFaultCode::UnknownKey, message, Some(help));
                    reading.fault(&key, raw.get(), fault);
                }
            }
        }
        if reading.errors.is_empty() {
            reading.errors = consistency::check(&context, self);
        }
        if !reading.errors.is_empty() {
            return Err(reading.errors);
        }
        let intended = |name: &str| match context.get("intended") {
            Some(Value::Context(intended)) => intended.get(name).cloned(),
            _ => None,
        };
        let text = |value: Option<Value>| match value {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Ok(Person {
            country: text(intended("country")).map(|code| code.to_lowercase().into()),
            place: text(intended("place")),
            on: match intended("date") {
                Some(Value::Date(date)) => Some(date),
                _ => None,
            },
            profile: Value::context(context),
            stated,
        })
    }

    /// The facts of a country's vocabulary that a common profile states, or that the country's
    /// `profile.md` derives from it on a day.
    ///
    /// # Errors
    ///
    /// What is derived and lies outside of what the vocabulary allows, with the fact.
    pub fn facts_of(
        &self,
        person: &Person,
        id: &str,
        on: Date,
    ) -> Result<Profile, Vec<ProfileError>> {
        let (profile, faults) = self.facts_and_faults(person, id, on);
        if faults.is_empty() { Ok(profile) } else { Err(faults) }
    }

    /// The facts as [`Library::facts_of`] tells them, those that cannot be derived left out, and why
    /// each of these cannot. A fault without a key concerns all of them.
    pub(crate) fn facts_and_faults(
        &self,
        person: &Person,
        id: &str,
        on: Date,
    ) -> (Profile, Vec<ProfileError>) {
        let Some(country) = self.country(id) else { return (Profile::default(), Vec::new()) };
        let stated = person.stated.get(&country.id);
        let (mut profile, mut faults) = match &country.derivation {
            Some(derivation) => derivation.derive(person, on),
            None => (Profile::default(), Vec::new()),
        };
        if let Some(stated) = stated {
            // A score that is derived belongs to the test that is derived, not to the one stated.
            let scales = profile.derived.iter().filter_map(|name| country.vocabulary.fact(name));
            let other_scale: Vec<Arc<str>> = scales
                .filter(|fact| fact.scales.iter().any(|s| stated.facts.contains_key(&*s.fact)))
                .map(|fact| fact.name.to_arc())
                .collect();
            // What is stated does not give way to what is derived.
            let way = stated.facts.keys().filter_map(|name| country.vocabulary.fact(name));
            let way = way.flat_map(|fact| fact.gives_way_to.iter().map(Name::to_arc));
            let way: Vec<Arc<str>> = way.filter(|name| profile.derived.contains(name)).collect();
            for name in other_scale.into_iter().chain(way) {
                profile.derived.remove(&name);
                profile.facts.remove(&name);
            }
            for name in stated.facts.keys() {
                profile.derived.remove(name);
            }
            profile.facts.extend(stated.facts.clone());
            // What is stated need not be derived.
            faults.retain(|fault| !stated.facts.contains_key(fault.key.as_str()));
        }
        let own = person.country.as_deref() == Some(&*country.id);
        let named = person.place.as_deref().filter(|_| own);
        let stated_place = stated.and_then(|stated| stated.place.clone());
        profile.place = stated_place
            .or_else(|| named.and_then(|name| Some(country.places.find(name)?.code.clone())));
        profile.on = stated.and_then(|stated| stated.on).or(person.on);
        (profile, faults)
    }

    /// Reads the facts of a programme's or pack's vocabulary from a profile of either kind. What a
    /// common profile says is counted to `on`, or else to the day that it names, or else to `today`.
    ///
    /// # Errors
    ///
    /// Every fault of the profile; of what is derived for a programme, those of the facts that its
    /// rules ask for on some day at some place.
    pub fn read_any_profile(
        &self,
        json: &str,
        id: &str,
        on: Option<Date>,
        today: Date,
    ) -> Result<Profile, Vec<ProfileError>> {
        if json.len() <= MAX_PROFILE_LENGTH && self.is_common_profile(json) {
            let person = self.read_person(json)?;
            let on = on.or(person.on).unwrap_or(today);
            let (profile, mut faults) = self.facts_and_faults(&person, id, on);
            if let Ok(programme) = self.programme(id) {
                faults.retain(|fault| fault.key.is_empty() || self.asks(programme, &fault.key));
            }
            return if faults.is_empty() { Ok(profile) } else { Err(faults) };
        }
        self.read_profile(json, id)
    }
}

/// An offer that is described exists; one of which it is said that there is none is known to be
/// absent, and no longer unknown.
fn settle_offer(person: &mut Context) {
    if matches!(person.get("offer"), Some(Value::Context(_))) {
        if !matches!(person.get("has_offer"), Some(Value::Boolean(_))) {
            person.put("has_offer", Value::Boolean(true));
        }
    } else if matches!(person.get("has_offer"), Some(Value::Boolean(false))) {
        person.put("offer", Value::NULL);
    }
}
