//! Opening cases and acting in them.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::desk::{DeskError, Taken};
use casework::store::{Kept, StoreError};
use casework::{Action, Store, What};

use super::access::Caller;
use super::deed::Deed;
use super::reference::Reference;
use super::refusal::{conflict, desk_problem, with_since};
use super::scope::Scope;
use super::view::is_party;
use super::wire::{ActionRequest, Opening, Receipt};
use super::{Cases, Found, documents, enter, next, proposal};
use crate::fields::shorten;
use crate::form::read_body;
use crate::pages::Desk;
use crate::problem::{Problem, body_problem, must_be_json, read_json};

/// The largest request that is read, in bytes.
pub(crate) const MAX_ACTION: usize = 1 << 20;

/// The longest name that a client may give its request, in bytes.
const MAX_ID: usize = 200;

/// The longest time that is given, in days or months.
const MOST_DAYS: u32 = 36_500;

/// How many references are drawn before it is given up.
const DRAWS: u32 = 16;

const OPENING: &str = r#"{"id": "7d1f…", "procedure": "cn/work-permit", "place": "310000"}"#;
const ACTION: &str = r#"{"id": "41c2…", "expected_version": 1, "what": "submit"}"#;

/// `POST /api/v1/cases`
pub(crate) async fn open(
    State(desk): State<Desk>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesAct).await?;
    let bytes =
        read_body(body, MAX_ACTION).await.map_err(|fault| body_problem(fault, MAX_ACTION))?;
    must_be_json(&headers)?;
    let opening: Opening = read_json(&bytes, OPENING)?;
    let id = request_id(&headers, opening.id.as_deref())?;
    let rules = cases.desk.procedures.rules(&opening.procedure);
    let unknown = || desk_problem(DeskError::UnknownProcedure(opening.procedure.clone()));
    let rules = rules.ok_or_else(unknown)?;
    let on_behalf = opening.on_behalf.filter(|person| *person != caller.actor.person);
    if let Some(person) = &on_behalf
        && !caller.acts_for(person)
    {
        return Err(not_for_them());
    }
    let agent = is_party(caller.actor.role) && caller.actor.role != casework::Role::Applicant;
    if agent && on_behalf.is_none() {
        return Err(not_for_them());
    }
    let reconsiders = match &opening.reconsiders {
        Some(other) => Some(seen_case(cases, &caller, other, "#/reconsiders").await?),
        None => None,
    };
    let place = match &opening.place {
        Some(place) => Some(place_code(cases, &rules.procedure.id, place)?),
        None => None,
    };
    let what = What::Open { procedure: opening.procedure.clone(), place, reconsiders };
    for attempt in 0..DRAWS {
        let person = &caller.actor.person;
        let case = cases.reference(person, &id, attempt);
        let action = Action {
            id: id.clone(),
            case: case.clone(),
            expected_version: 0,
            at: cases.now()?,
            actor: caller.actor.clone(),
            on_behalf: on_behalf.clone(),
            what: what.clone(),
        };
        match cases.desk.take(&action).await {
            Ok(taken) => {
                let place = format!("/api/v1/cases/{case}");
                let mut response = receipt(&action, &taken);
                if let Ok(place) = place.parse() {
                    response.headers_mut().insert(header::LOCATION, place);
                }
                return Ok(response);
            }
            // The reference is another case's: draw again.
            Err(DeskError::Store(StoreError::Conflict { .. })) => {}
            Err(error) => return Err(desk_problem(error)),
        }
    }
    let detail = "no reference could be drawn; send the request again with another `id`";
    Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "reference", "No reference", detail))
}

/// `POST /api/v1/cases/{case}/actions`
pub(crate) async fn act(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesAct).await?;
    let bytes =
        read_body(body, MAX_ACTION).await.map_err(|fault| body_problem(fault, MAX_ACTION))?;
    // Whether the case is there is told before what is wrong with the request, and only to those
    // who may see it.
    let found = match cases.find(&caller, &reference).await {
        Err(problem) if problem.is_not_found() => {
            let declared = declared_before(cases, &caller, &reference, &headers, &bytes).await;
            return declared.ok_or(problem);
        }
        found => found?,
    };
    must_be_json(&headers)?;
    let request: ActionRequest = read_json(&bytes, ACTION)?;
    let id = request_id(&headers, request.id.as_deref())?;
    let what = what(cases, &caller, &found, &id, &request).await?;
    let applicant = &found.case.applicant;
    let on_behalf = (is_party(caller.actor.role) && caller.actor.person != *applicant)
        .then(|| applicant.clone());
    let action = Action {
        id,
        case: found.case.id.clone(),
        expected_version: request.expected_version,
        at: found.now,
        actor: caller.actor.clone(),
        on_behalf,
        what,
    };
    match cases.desk.take(&action).await {
        Ok(taken) => Ok(receipt(&action, &taken)),
        Err(DeskError::Store(StoreError::Conflict { case, expected, actual, since }))
            if case == action.case =>
        {
            // As the case is now: it has moved on since it was looked at, and may be hidden.
            let now = cases.find(&caller, &reference).await?;
            let problem = conflict(expected, actual);
            // To read what was done needs what reading the log needs.
            let reads = caller.scopes.contains(&Scope::CasesRead);
            Err(if reads { with_since(problem, &now, actual, &since, &caller) } else { problem })
        }
        Err(error) => Err(desk_problem(error)),
    }
}

/// The answer to an officer who has declared a conflict of their own and sends that again: they do
/// not see the case any more.
async fn declared_before(
    cases: &Cases,
    caller: &Caller,
    reference: &str,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Option<Response> {
    let case = Reference::read(reference)?.to_string();
    let request: ActionRequest = read_json(bytes, ACTION).ok()?;
    let id = request_id(headers, request.id.as_deref()).ok()?;
    let Deed::DeclareConflict { person, reason } = request.what else { return None };
    let what = What::DeclareConflict { person, reason };
    // Of a case that is hidden for another reason no more is read than of one that is not there.
    let line = cases.line(&case).await.ok()??;
    if !caller.is_barred(&line.conflicts) {
        return None;
    }
    let log = cases.desk.store.load(&case).await.ok()?;
    let known = log.into_iter().find(|one| {
        one.id == id
            && one.actor == caller.actor
            && one.expected_version == request.expected_version
            && one.what == what
    })?;
    let taken = cases.desk.take(&known).await.ok()?;
    Some(receipt(&known, &taken))
}

/// What is kept of a request.
async fn what(
    cases: &Cases,
    caller: &Caller,
    found: &Found<'_>,
    id: &str,
    request: &ActionRequest,
) -> Result<What, Problem> {
    let mut deed = request.what.clone();
    if deed.length().is_some_and(|length| length.amount() > MOST_DAYS) {
        let detail = format!("a length of time is at most {MOST_DAYS} days or months");
        return Err(Problem::invalid("length", "The length of time is too long", detail.clone())
            .at("#/what", detail));
    }
    match &mut deed {
        Deed::SaveDraft { facts, documents } => {
            documents::named(cases, found, documents, "#/what/save-draft/documents").await?;
            proposal::check_facts(&cases.library, found.rules, facts, "#/what/save-draft/facts")?;
        }
        Deed::Correct { facts, documents } => {
            documents::named(cases, found, documents, "#/what/correct/documents").await?;
            proposal::check_facts(&cases.library, found.rules, facts, "#/what/correct/facts")?;
        }
        Deed::SuspectDuplicate { of, .. } => {
            *of = seen_case(cases, caller, of, "#/what/suspect-duplicate/of").await?;
        }
        _ => {}
    }
    let proposes = matches!(deed, Deed::Propose | Deed::ProposeByOfficer { .. });
    if proposes && request.expected_version == found.case.version {
        // Who may not propose is told so, and not what the rules think of the facts.
        let dry = next::proposal(found.rules, &found.case, deed.opinion());
        let dry = What::Propose { proposal: Box::new(dry) };
        next::attempt(found.rules, &found.case, &caller.actor, found.now, dry)
            .map_err(|refusal| desk_problem(DeskError::Refused(refusal)))?;
    }
    deed.into_what(|opinion| {
        // The same request again is about the proposal that was made then.
        let before = found.log.iter().find(|action| action.id == id);
        match before.map(|action| &action.what) {
            Some(What::Propose { proposal }) if proposal.opinion == opinion => {
                Ok((**proposal).clone())
            }
            _ => proposal::put(&cases.library, found.rules, &found.case, found.now, opinion),
        }
    })
}

fn receipt(action: &Action, taken: &Taken) -> Response {
    let (number, repeated) = match taken.kept {
        Kept::New(number) => (number, false),
        Kept::Known(number) => (number, true),
    };
    let receipt = Receipt {
        case: action.case.clone(),
        id: action.id.clone(),
        action: number,
        repeated,
        version: taken.summary.version,
        status: taken.summary.status,
    };
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(receipt)).into_response()
}

/// What the client calls its request, in the body or in the header `Idempotency-Key`.
pub(crate) fn request_id(headers: &HeaderMap, given: Option<&str>) -> Result<String, Problem> {
    let missing = |detail: &str| {
        Problem::new(StatusCode::BAD_REQUEST, "id", "The request needs an identifier", detail)
            .at("#/id", "a text of at most 200 printable characters, as a UUID")
    };
    let header = match headers.get("idempotency-key") {
        Some(value) => {
            let text = value.to_str().map_err(|_| missing("`Idempotency-Key` cannot be read"))?;
            // The draft standard writes it as a string in quotes.
            let text = text.trim();
            let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            Some(bare.unwrap_or(text).to_owned())
        }
        None => None,
    };
    let id = match (header, given) {
        (Some(header), Some(given)) if header != given => {
            return Err(missing("`id` and `Idempotency-Key` say different things"));
        }
        (Some(id), _) => id,
        (None, Some(given)) => given.to_owned(),
        (None, None) => return Err(missing("write `id`, or send the header `Idempotency-Key`")),
    };
    let printable = id.chars().all(|char| char.is_ascii_graphic());
    // Such names are the system's own.
    let ours = id.starts_with("system:") || id.starts_with("law:");
    if id.is_empty() || id.len() > MAX_ID || !printable || ours {
        return Err(missing(
            "the identifier is empty, too long, or has other than printable ASCII",
        ));
    }
    Ok(id)
}

/// The reference of another case that the caller may see.
async fn seen_case(
    cases: &Cases,
    caller: &Caller,
    reference: &str,
    pointer: &str,
) -> Result<String, Problem> {
    match cases.find(caller, reference).await {
        Ok(found) => Ok(found.case.id),
        Err(problem) if problem.is_not_found() => {
            let detail = "the case that is named does not exist, or is not yours to see";
            Err(Problem::invalid("other-case", "There is no such other case", detail)
                .say("problem-other-case")
                .at(pointer, detail))
        }
        Err(problem) => Err(problem),
    }
}

/// The code of a place of a programme's country.
fn place_code(cases: &Cases, procedure: &str, place: &str) -> Result<String, Problem> {
    let country = cases.library.country(procedure);
    let found = country.and_then(|country| country.places.find(place));
    found.map(|place| place.code.to_string()).ok_or_else(|| {
        let near = country.and_then(|country| country.places.nearest(place));
        let near = near.map(|near| format!("; did you mean `{}` ({})?", near.code, near.title.en));
        let detail = format!("there is no place `{}`{}", shorten(place), near.unwrap_or_default());
        Problem::invalid("unknown-place", "There is no such place", detail.clone())
            .at("#/place", detail)
    })
}

fn not_for_them() -> Problem {
    let detail = "name in `on_behalf` a person for whom the token lets its bearer act";
    Problem::new(StatusCode::FORBIDDEN, "on-behalf", "Not for this person", detail)
        .say("problem-on-behalf")
        .at("#/on_behalf", detail)
}
