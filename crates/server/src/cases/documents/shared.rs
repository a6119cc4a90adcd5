//! The same bytes in several cases.

use std::collections::BTreeMap;

use super::wire::Elsewhere;
use crate::cases::access::{Caller, Sight};
use crate::cases::refusal::store_problem;
use crate::cases::{Cases, Found};
use crate::problem::Problem;

/// The most other cases that are looked at for one document.
const MOST_CASES: usize = 20;

/// Where else the bytes of a case's documents were handed in, by document: for officers, in cases
/// that they may see.
///
/// # Errors
///
/// A failure of the storage.
pub(crate) async fn shared(
    cases: &Cases,
    caller: &Caller,
    found: &Found<'_>,
) -> Result<BTreeMap<String, Vec<Elsewhere>>, Problem> {
    let mut shared: BTreeMap<String, Vec<Elsewhere>> = BTreeMap::new();
    if found.sight != Sight::Officer {
        return Ok(shared);
    }
    let store = &cases.desk.store;
    let same = store.documents_elsewhere(&found.case.id, MOST_CASES).await;
    for (named, other, copy) in same.map_err(|error| store_problem(&error))? {
        if !found.case.documents.iter().any(|document| document.id == named) {
            continue;
        }
        let seen = match cases.find(caller, &other).await {
            Ok(seen) => seen,
            Err(problem) if problem.is_not_found() => continue,
            Err(problem) => return Err(problem),
        };
        if seen.case.documents.iter().any(|document| document.id == copy) {
            let other_person = seen.case.applicant != found.case.applicant;
            let place = Elsewhere { case: other, document: copy, other_person };
            shared.entry(named).or_default().push(place);
        }
    }
    Ok(shared)
}
