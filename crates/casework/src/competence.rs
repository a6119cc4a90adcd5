//! Which department deals with a case: competence by place, as data.

use std::fmt;

use clock::Basis;
use policy::pack::{Place, Places};
use serde::{Deserialize, Serialize};

use crate::procedure::Text;

/// What the packs of a country say of competence.
#[derive(Debug, Clone, Default)]
pub struct Competences {
    rules: Vec<Competence>,
    places: Places,
}

/// A file of competences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "competence")]
    all: Vec<Competence>,
}

/// At which level an owner of procedures deals with them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competence {
    /// The owner, as procedures call it.
    pub owner: String,
    /// The procedures.
    pub procedures: Vec<String>,
    /// The level of the department.
    pub level: Level,
    /// Whether the departments above it, up to the province, may deal with it as well, so that the
    /// place need not be named more closely.
    #[serde(default)]
    pub or_above: bool,
    /// The places to which it is confined; none for everywhere. What a place says goes before what
    /// the places say in which it lies.
    #[serde(default)]
    pub places: Vec<String>,
    /// What the department is called, with `{place}` for the name of its place.
    pub title: Text,
    /// The law.
    pub basis: Basis,
    /// What the rule leaves open.
    #[serde(default)]
    pub note: Option<Text>,
}

/// Levels of departments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The whole country.
    National,
    /// A province, an autonomous region or a municipality.
    Province,
    /// A city that has districts; in municipalities, a district.
    City,
}

/// A department that deals with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// The owner, as procedures call it.
    pub owner: String,
    /// The code of its place.
    pub place: String,
    /// What it is called.
    pub title: Text,
    /// Its level.
    pub level: Level,
    /// The law.
    pub basis: Basis,
    /// What is left open.
    pub note: Option<Text>,
}

/// Why no department can be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCompetent {
    /// The packs do not have the place.
    #[error("there is no place `{place}`{}", .nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownPlace {
        /// What was asked for.
        place: String,
        /// The nearest that there is.
        nearest: Option<String>,
    },
    /// The place is larger than the area of one department.
    #[error("`{place}` has several departments: name one of its {level}s")]
    TooLarge {
        /// What was asked for.
        place: String,
        /// The level that decides.
        level: Level,
    },
    /// The procedure has no such owner, or nothing says at which level it deals with it there.
    #[error("nothing says which `{owner}` deals with `{procedure}` in `{place}`")]
    Unsaid {
        /// The owner.
        owner: String,
        /// The procedure.
        procedure: String,
        /// The place.
        place: String,
    },
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::National => "country",
            Level::Province => "province",
            Level::City => "city",
        })
    }
}

impl Level {
    /// How many places lie around one of this level.
    fn depth(self) -> usize {
        match self {
            Level::National => 0,
            Level::Province => 1,
            Level::City => 2,
        }
    }
}

impl Competences {
    /// Nothing yet, for the places of a country.
    pub fn new(places: Places) -> Competences {
        Competences { rules: Vec::new(), places }
    }

    /// Adds what a pack's `competence.toml` says.
    ///
    /// # Errors
    ///
    /// Where it is not written as `docs/cases.md` says, with its line; or every place that is not
    /// there and text that is missing in one language, without one.
    pub fn read(&mut self, text: &str) -> Result<(), Vec<(Option<usize>, String)>> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            vec![(Some(line), error.message().trim().replace('\n', ", "))]
        })?;
        let mut faults = Vec::new();
        for rule in &file.all {
            for place in rule.places.iter().filter(|place| self.places.get(place).is_none()) {
                faults.push((None, format!("`{}`: there is no place `{place}`", rule.owner)));
            }
            let texts = [Some(&rule.title), rule.note.as_ref()].into_iter().flatten();
            for text in texts {
                if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                    let missing = "a text is missing in Chinese or English";
                    faults.push((None, format!("`{}`: {missing}", rule.owner)));
                }
            }
            let same = |other: &&Competence| {
                let shared = other.places.iter().any(|place| rule.places.contains(place))
                    || (other.places.is_empty() && rule.places.is_empty());
                let about = other.procedures.iter().any(|one| rule.procedures.contains(one));
                other.owner == rule.owner && shared && about
            };
            if self.rules.iter().chain(&file.all).filter(same).count() > 1 {
                faults.push((None, format!("`{}`: two rules say who is competent", rule.owner)));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        self.rules.extend(file.all);
        Ok(())
    }

    /// The rules.
    pub fn rules(&self) -> &[Competence] {
        &self.rules
    }

    /// The department of an owner that deals with a procedure at a place, which is named by its
    /// code or its name.
    ///
    /// # Errors
    ///
    /// When the place is not known or too large, or nothing says who is competent.
    pub fn department(
        &self,
        procedure: &str,
        owner: &str,
        place: &str,
    ) -> Result<Department, NotCompetent> {
        let found = self.places.find(place).ok_or_else(|| NotCompetent::UnknownPlace {
            place: place.to_owned(),
            nearest: self.places.nearest(place).map(|near| near.title.en.clone()),
        })?;
        let upwards: Vec<&Place> = self.places.upwards(&found.code).collect();
        // The nearest place that says something.
        let nearness = |rule: &Competence| {
            if rule.places.is_empty() {
                return Some(upwards.len());
            }
            upwards.iter().position(|place| rule.places.iter().any(|of| *of == *place.code))
        };
        let about = self.rules.iter().filter(|rule| {
            rule.owner == owner && rule.procedures.iter().any(|one| one == procedure)
        });
        let rule = about
            .filter_map(|rule| Some((nearness(rule)?, rule)))
            .min_by_key(|(nearness, _)| *nearness)
            .map(|(_, rule)| rule);
        let rule = rule.ok_or_else(|| NotCompetent::Unsaid {
            owner: owner.to_owned(),
            procedure: procedure.to_owned(),
            place: place.to_owned(),
        })?;
        let seat = self
            .seat(&upwards, rule)
            .ok_or_else(|| NotCompetent::TooLarge { place: place.to_owned(), level: rule.level })?;
        let named = |text: &str, name: &str| text.replace("{place}", name);
        Ok(Department {
            owner: owner.to_owned(),
            place: seat.code.to_string(),
            title: Text {
                zh: named(&rule.title.zh, &seat.title.zh),
                en: named(&rule.title.en, &seat.title.en),
            },
            level: rule.level,
            basis: rule.basis.clone(),
            note: rule.note.clone(),
        })
    }

    /// The place of the department that deals with what belongs to the first of these places,
    /// each of which lies in the next.
    fn seat<'p>(&self, upwards: &[&'p Place], rule: &Competence) -> Option<&'p Place> {
        let depth = |place: &Place| self.places.upwards(&place.code).count().saturating_sub(1);
        let exact = upwards.iter().find(|place| depth(place) == rule.level.depth());
        let above = || {
            let lowest = upwards.first().filter(|_| rule.or_above)?;
            (depth(lowest) >= Level::Province.depth()).then_some(lowest)
        };
        exact.or_else(above).copied()
    }
}
