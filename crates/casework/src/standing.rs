//! How far a fact of a case is to be believed, and what is known already and need not be asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Verification;
use crate::case::{Case, Rules};
use crate::desk::{Desk, DeskError};
use crate::store::{Queue, Store};

/// The most cases of one person in which facts are looked for, the nearest time limit first.
const MOST_CASES: usize = 100;

/// How far a fact is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Somebody says so.
    Claimed,
    /// A document was handed in that proves it.
    Documented,
    /// Its source has confirmed it, too long ago to go by that.
    Stale,
    /// Its source has confirmed it.
    Verified,
    /// Its source says that it is not so.
    Denied,
}

/// A fact that another case of the same person has, confirmed by its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct KnownFact {
    /// The value.
    pub value: Value,
    /// The case in which it was confirmed.
    pub case: String,
    /// The source.
    pub evidence: String,
    /// The last day on which one can go by that, if there is one.
    pub valid_until: Option<Date>,
}

impl Case {
    /// How far a fact is to be believed at a moment; none if it was not given.
    pub fn standing(&self, rules: Rules<'_>, fact: &str, now: Timestamp) -> Option<Standing> {
        self.facts.get(fact).filter(|value| !value.is_null())?;
        let documented = || {
            let proving = rules.procedure.documents.iter();
            let mut proving = proving.filter(|kind| kind.proves.iter().any(|one| one == fact));
            let had = |kind: &str| self.documents.iter().any(|had| had.kind == kind);
            let documented = proving.any(|kind| had(&kind.id));
            if documented { Standing::Documented } else { Standing::Claimed }
        };
        Some(match self.verified.get(fact) {
            Some(said) => match said.finding {
                Verification::Confirmed if said.is_valid(rules.office.day(now)) => {
                    Standing::Verified
                }
                Verification::Confirmed => Standing::Stale,
                Verification::Denied => Standing::Denied,
                // That it cannot be told is neither for nor against.
                Verification::Unknown => documented(),
            },
            None => documented(),
        })
    }
}

impl<S: Store> Desk<S> {
    /// What the sources have confirmed of a person in other cases and one can still go by, so that
    /// it is not asked again. Facts that two cases know otherwise are left out.
    ///
    /// # Errors
    ///
    /// A failure of the storage, or a case that does not hold together.
    pub async fn known_of(
        &self,
        applicant: &str,
        but: &str,
        now: Timestamp,
    ) -> Result<BTreeMap<String, KnownFact>, DeskError> {
        let queue = Queue { applicant: Some(applicant.to_owned()), ..Queue::default() };
        let cases = self.store.queue(&queue, None, MOST_CASES).await?;
        let mut known: BTreeMap<String, Option<KnownFact>> = BTreeMap::new();
        for summary in cases.iter().filter(|summary| summary.case != but) {
            let (case, rules) = self.case(&summary.case, now).await?;
            for (fact, said) in &case.verified {
                let verified = case.standing(rules, fact, now) == Some(Standing::Verified);
                let Some(value) = case.facts.get(fact).filter(|_| verified) else { continue };
                let new = KnownFact {
                    value: value.clone(),
                    case: case.id.clone(),
                    evidence: said.evidence.clone(),
                    valid_until: said.valid_until,
                };
                known
                    .entry(fact.clone())
                    .and_modify(|old| {
                        if old.as_ref().is_some_and(|old| old.value != new.value) {
                            *old = None;
                        }
                    })
                    .or_insert(Some(new));
            }
        }
        Ok(known.into_iter().filter_map(|(fact, known)| Some((fact, known?))).collect())
    }
}
