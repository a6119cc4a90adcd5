//! Where actions arrive: judged by the procedure, then kept.

use jiff::Timestamp;

use crate::action::{Action, What};
use crate::case::{Case, Refusal, Rules};
use crate::procedure::Procedure;
use crate::store::{Kept, Store, StoreError};

/// Takes actions for the cases of an authority.
#[derive(Debug)]
pub struct Desk<'d, S> {
    /// Where the logs are kept.
    pub store: S,
    /// The procedures.
    pub procedures: &'d [Procedure],
    /// The authority's calendar and time zone.
    pub office: &'d clock::Office,
}

/// Why an action was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// There is no such case, and this does not begin one.
    #[error("there is no case `{0}`")]
    UnknownCase(String),
    /// There is no such procedure.
    #[error("there is no procedure `{0}`")]
    UnknownProcedure(String),
    /// The procedure does not let it be done.
    #[error(transparent)]
    Refused(Refusal),
    /// It was not kept.
    #[error(transparent)]
    Store(StoreError),
}

impl<S: Store> Desk<'_, S> {
    /// Takes an action. The very same one again gives the same answer and changes nothing.
    ///
    /// # Errors
    ///
    /// A conflict with what others did meanwhile, an action that the procedure does not let be
    /// done, or a failure of the storage.
    pub fn take(&self, action: &Action) -> Result<Kept, DeskError> {
        let log = self.store.load(&action.case).map_err(DeskError::Store)?;
        // The store answers for what it has, and for what has moved on.
        let known = log.iter().any(|known| known.id == action.id);
        let behind = u64::try_from(log.len()).unwrap_or(u64::MAX) != action.expected_version;
        if !known && !behind {
            let rules = self.rules(log.first().unwrap_or(action))?;
            let mut case = Case::fold(rules, &action.case, &log).map_err(DeskError::Refused)?;
            case.apply(rules, action).map_err(DeskError::Refused)?;
        }
        self.store.append(action).map_err(DeskError::Store)
    }

    /// A case as it stands at a moment.
    ///
    /// # Errors
    ///
    /// When there is no such case, its log does not hold together, or the storage fails.
    pub fn case(&self, id: &str, now: Timestamp) -> Result<Case, DeskError> {
        let log = self.store.load(id).map_err(DeskError::Store)?;
        let first = log.first().ok_or_else(|| DeskError::UnknownCase(id.to_owned()))?;
        let rules = self.rules(first)?;
        let case = Case::fold(rules, id, &log).map_err(DeskError::Refused)?;
        Ok(case.at(rules, now))
    }

    /// What a case is judged by.
    fn rules(&self, first: &Action) -> Result<Rules<'_>, DeskError> {
        let What::Open { procedure, .. } = &first.what else {
            return Err(DeskError::UnknownCase(first.case.clone()));
        };
        let found = self.procedures.iter().find(|known| known.id == *procedure);
        let procedure = found.ok_or_else(|| DeskError::UnknownProcedure(procedure.clone()))?;
        Ok(Rules { procedure, office: self.office })
    }
}
