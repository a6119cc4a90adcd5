//! The procedures of the packs, each with the calendar and time zone of its country.

use std::collections::BTreeMap;

use clock::Office;
use sha2::{Digest, Sha256};

use crate::case::Rules;
use crate::competence::{Competences, Department, NotCompetent};
use crate::procedure::Procedure;

/// The procedures of the packs, each with the office of its country.
#[derive(Debug, Clone, Default)]
pub struct Procedures {
    procedures: BTreeMap<String, Procedure>,
    /// By the identifier of the national pack.
    offices: BTreeMap<String, Office>,
    /// By the identifier of the national pack.
    competences: BTreeMap<String, Competences>,
}

impl Procedures {
    /// These procedures. Offices are those of countries, by the identifiers of their packs; a
    /// procedure `cn/work-permit` belongs to that of `cn`. Gives the identifiers of procedures
    /// whose country has no office, if there are any.
    ///
    /// # Errors
    ///
    /// The identifiers of the procedures without an office.
    pub fn new(
        procedures: impl IntoIterator<Item = Procedure>,
        offices: BTreeMap<String, Office>,
    ) -> Result<Procedures, Vec<String>> {
        let procedures: BTreeMap<String, Procedure> =
            procedures.into_iter().map(|one| (one.id.clone(), one)).collect();
        let homeless = procedures.keys().filter(|id| !offices.contains_key(country_of(id)));
        let homeless: Vec<String> = homeless.cloned().collect();
        if !homeless.is_empty() {
            return Err(homeless);
        }
        Ok(Procedures { procedures, offices, competences: BTreeMap::new() })
    }

    /// Stands for everything that cases are judged by here: it is another one where a procedure, a
    /// calendar or a competence is.
    pub fn mark(&self) -> String {
        let digest = Sha256::digest(format!("{self:?}"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The procedures in the order of their identifiers.
    pub fn all(&self) -> impl Iterator<Item = &Procedure> {
        self.procedures.values()
    }

    /// The same procedures with what the packs of each country say of competence.
    #[must_use]
    pub fn with_competences(mut self, competences: BTreeMap<String, Competences>) -> Procedures {
        self.competences = competences;
        self
    }

    /// What the packs of a procedure's country say of competence.
    pub fn competences(&self, procedure: &str) -> Option<&Competences> {
        self.competences.get(country_of(procedure))
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
        match self.competences.get(country_of(procedure)) {
            Some(competences) => competences.department(procedure, owner, place),
            None => Err(NotCompetent::Unsaid {
                owner: owner.to_owned(),
                procedure: procedure.to_owned(),
                place: place.to_owned(),
            }),
        }
    }

    /// What cases of a procedure are judged by.
    pub fn rules(&self, procedure: &str) -> Option<Rules<'_>> {
        let office = self.offices.get(country_of(procedure))?;
        Some(Rules { procedure: self.procedures.get(procedure)?, office })
    }
}

fn country_of(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}
