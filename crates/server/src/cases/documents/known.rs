//! What is known of a person already.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::wire::{KnownLine, KnownList};
use crate::cases::access::Sight;
use crate::cases::enter;
use crate::cases::refusal::desk_problem;
use crate::cases::scope::Scope;
use crate::pages::Desk;
use crate::problem::Problem;

/// `GET /api/v1/cases/{case}/known`
pub(crate) async fn known(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<KnownList>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let known = cases.desk.known_of(&found.case.applicant, &found.case.id, found.now).await;
    let mut facts = BTreeMap::new();
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for (fact, known) in known.map_err(desk_problem)? {
        // What another case holds is told to those who may see that case. Each is looked at once.
        let seen = match seen.entry(known.case.clone()) {
            Entry::Occupied(seen) => *seen.get(),
            Entry::Vacant(place) => match cases.find(&caller, &known.case).await {
                Ok(_) => *place.insert(true),
                Err(problem) if problem.is_not_found() => *place.insert(false),
                Err(problem) => return Err(problem),
            },
        };
        if !seen {
            continue;
        }
        let evidence = Some(known.evidence).filter(|_| found.sight == Sight::Officer);
        let (value, case, valid_until) = (known.value, known.case, known.valid_until);
        facts.insert(fact, KnownLine { value, case, evidence, valid_until });
    }
    Ok(Json(KnownList { facts }))
}
