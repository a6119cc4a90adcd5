//! The same bytes in several cases.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use casework::action::Document;
use casework::summary::Summary;

use super::wire::Elsewhere;
use crate::cases::access::{Caller, Sight};
use crate::cases::refusal::store_problem;
use crate::cases::{Cases, Found};
use crate::problem::Problem;

/// The most other cases that are told of for one document.
const MOST_CASES: usize = 20;

/// The most other cases of one document among which those are looked for that may be seen.
const MOST_OF_ONE: usize = 200;

/// The most other cases among which those are looked for, over all documents.
const MOST_OF_ALL: usize = 2_000;

/// The most other cases whose files are read.
const MOST_READ: usize = 100;

/// Where else the bytes of a case's documents were handed in, by document: for officers, in cases
/// that they may see. Each other case is looked at once, by its line and then in its file.
///
/// # Errors
///
/// A failure of the storage.
pub(crate) async fn shared(
    cases: &Cases,
    caller: &Caller,
    found: &Found<'_>,
) -> Result<BTreeMap<String, Vec<Elsewhere>>, Problem> {
    if found.sight != Sight::Officer {
        return Ok(BTreeMap::new());
    }
    let case = &found.case;
    let same = cases.desk.store.cases_with_the_same_bytes(
        &case.id,
        &case.applicant,
        MOST_OF_ONE,
        MOST_OF_ALL,
    );
    let mut read = 0;
    let mut looked_at: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    let mut places: BTreeMap<String, Vec<Elsewhere>> = BTreeMap::new();
    for (digest, line) in same.await.map_err(|error| store_problem(&error))? {
        if !case.documents.iter().any(|document| document.digest == digest) {
            continue;
        }
        let places = places.entry(digest.clone()).or_default();
        if places.len() == MOST_CASES {
            continue;
        }
        let (other, other_person) = (line.case.clone(), line.applicant != case.applicant);
        let documents = match looked_at.entry(other.clone()) {
            Entry::Occupied(documents) => documents.into_mut(),
            Entry::Vacant(_) if read == MOST_READ => continue,
            Entry::Vacant(place) => {
                let documents = handed_in(cases, caller, line).await?;
                read += usize::from(documents.is_some());
                place.insert(documents.unwrap_or_default())
            }
        };
        if let Some(copy) = documents.iter().find(|copy| copy.digest == digest) {
            places.push(Elsewhere { case: other, document: copy.id.clone(), other_person });
        }
    }
    let own = case.documents.iter().filter_map(|document| {
        let places = places.get(&document.digest).filter(|places| !places.is_empty())?;
        Some((document.id.clone(), places.clone()))
    });
    Ok(own.collect())
}

/// What was handed in in another case, if the caller may see it.
async fn handed_in(
    cases: &Cases,
    caller: &Caller,
    line: Summary,
) -> Result<Option<Vec<Document>>, Problem> {
    if line.contested_by.is_none() && cases.sees(caller, &line).is_none() {
        return Ok(None);
    }
    let id = line.case.clone();
    let seen = match cases.sight(caller, &id, Some(line)).await {
        Ok(sight) => cases.file(caller, &id, sight).await,
        Err(problem) => Err(problem),
    };
    match seen {
        Ok(seen) => Ok(Some(seen.case.documents)),
        Err(problem) if problem.is_not_found() => Ok(None),
        Err(problem) => Err(problem),
    }
}
