//! The HTTP API, described by `openapi.json`; what goes wrong is told as RFC 9457 says.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use feel::temporal::Date;
use policy::assess::{self, AssessError};
use policy::assessment::Language;
use policy::library::Country;
use policy::pack::Programme;
use policy::profile::{MAX_PROFILE_LENGTH, ProfileError};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::description::DESCRIPTION;
use crate::fields::shorten;
use crate::form::read_body;
use crate::pages::{Desk, today};
use crate::problem::{Problem, body_problem, both, must_be_json};

/// The largest request that is read, in bytes: a profile and what stands around it.
const MAX_REQUEST: usize = MAX_PROFILE_LENGTH + 64 * 1024;

/// A question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'q> {
    programme: String,
    #[serde(borrow)]
    profile: &'q RawValue,
    on: Option<String>,
    place: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    improve: bool,
}

/// A question to every programme.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionToAll<'q> {
    #[serde(borrow)]
    profile: &'q RawValue,
    on: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    improve: bool,
}

/// `GET /api/openapi.json`
pub(crate) async fn description() -> Response {
    let media_type = [(header::CONTENT_TYPE, "application/vnd.oai.openapi+json;version=3.1")];
    (media_type, DESCRIPTION.to_string()).into_response()
}

/// `GET /api/v1/programmes`
pub(crate) async fn programmes(State(desk): State<Desk>) -> Response {
    let library = &desk.library;
    let programmes = library.programmes().map(|programme| {
        let country = library.country(&programme.pack);
        json!({
            "id": *programme.id,
            "title": both(&programme.title),
            "summary": both(&programme.summary),
            "outcomes": programme
                .outcomes
                .iter()
                .map(|outcome| json!({
                    "value": outcome.value.as_str(),
                    "title": both(&outcome.title),
                    "text": both(&outcome.text),
                }))
                .collect::<Vec<_>>(),
            "versions": programme
                .versions
                .iter()
                .map(|version| json!({
                    "from": version.from.to_string(),
                    "to": version.to.map(|to| to.to_string()),
                    "area": version.area.iter().map(|area| area.as_str()).collect::<Vec<_>>(),
                    "instrument": version.instrument.as_str(),
                }))
                .collect::<Vec<_>>(),
            "facts": country.map(|country| facts(&desk, programme, country)).unwrap_or_default(),
        })
    });
    Json(json!({ "programmes": programmes.collect::<Vec<_>>() })).into_response()
}

/// `GET /api/v1/coverage`
pub(crate) async fn coverage(State(desk): State<Desk>) -> Response {
    Json(policy::json::coverage(&desk.library)).into_response()
}

/// The facts that the rules of today ask for.
fn facts(desk: &Desk, programme: &Programme, country: &Country) -> Vec<Value> {
    let place = country.places.all.first().map(|place| &*place.code).unwrap_or_default();
    let asked = today(&desk.library, country)
        .and_then(|on| desk.library.facts(programme, on, place).ok())
        .unwrap_or_default();
    let facts = asked.iter().flat_map(|group| &group.facts);
    facts
        .map(|fact| {
            let values: Vec<Value> = fact
                .values
                .iter()
                .map(|value| json!({ "value": value.value.as_str(), "label": both(&value.label) }))
                .collect();
            json!({
                "name": fact.name.as_str(),
                "type": fact.kind.to_string(),
                "matter": fact.matter.as_str(),
                "label": both(&fact.label),
                "question": both(&fact.question),
                "unit": fact.unit.as_ref().map(both),
                "min": fact.min.map(|min| min.to_string()),
                "max": fact.max.map(|max| max.to_string()),
                "values": values,
            })
        })
        .collect()
}

/// `POST /api/v1/assess`
pub(crate) async fn assess(State(desk): State<Desk>, headers: HeaderMap, body: Body) -> Response {
    respond(&headers, body, |bytes| answer(&desk, bytes)).await
}

/// `POST /api/v1/assess-all`
pub(crate) async fn assess_all(
    State(desk): State<Desk>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    respond(&headers, body, |bytes| answer_all(&desk, bytes)).await
}

/// Reads a question in JSON and answers it.
async fn respond(
    headers: &HeaderMap,
    body: Body,
    answer: impl FnOnce(&[u8]) -> Result<Value, Problem>,
) -> Response {
    let bytes = match read_body(body, MAX_REQUEST).await {
        Ok(bytes) => bytes,
        Err(fault) => return body_problem(fault, MAX_REQUEST).into_response(),
    };
    if let Err(problem) = must_be_json(headers) {
        return problem.into_response();
    }
    match answer(&bytes) {
        Ok(json) => Json(json).into_response(),
        Err(problem) => problem.into_response(),
    }
}

fn answer(desk: &Desk, bytes: &[u8]) -> Result<Value, Problem> {
    let question: Question<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!(
            "{error}; write an object as {{\"programme\": \"cn/work-permit\", \"on\": \
             \"2026-11-23\", \"place\": \"310000\", \"profile\": {{}}}}"
        );
        Problem::unreadable(detail)
    })?;
    let library = &desk.library;
    let language = language(question.lang.as_deref())?;
    let programme = library.programme(&question.programme).map_err(|error| {
        Problem::invalid("programme", "There is no such programme", error.to_string())
    })?;
    let country = library.country(&programme.pack);
    let on = question.on.as_deref().map(day).transpose()?;
    let today = country.and_then(|country| today(library, country));
    let json = question.profile.get();
    let is_common = library.is_common_profile(json);
    let profile = match on.or(today) {
        Some(today) => library.read_any_profile(json, &programme.id, on, today),
        None => library.read_profile(json, &programme.id),
    };
    let profile = profile.map_err(|errors| profile_problem(&errors, is_common))?;
    let on = on.or(profile.on).or(today).ok_or_else(no_day)?;
    // A common profile that names no place means the country.
    let own = library.pack(&programme.pack).filter(|_| is_common);
    let own = own.map(|pack| pack.manifest.place.to_string());
    let place = question.place.or_else(|| profile.place.as_deref().map(str::to_owned)).or(own);
    let place = place.ok_or_else(|| {
        let detail = "write `place`, a code or a name, in the request or in the profile";
        Problem::invalid("place", "The place is missing", detail)
    })?;
    let request = assess::Request {
        programme: &programme.id,
        profile: &profile,
        on,
        place: &place,
        improve: question.improve,
    };
    let assessment = library.assess(&request).map_err(|error| assess_problem(&error))?;
    Ok(policy::json::assessment(&assessment, language))
}

fn answer_all(desk: &Desk, bytes: &[u8]) -> Result<Value, Problem> {
    let question: QuestionToAll<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!(
            "{error}; write an object as {{\"on\": \"2026-11-23\", \"profile\": \
             {{\"birth_date\": \"1996-05-14\", \"education\": []}}}}"
        );
        Problem::unreadable(detail)
    })?;
    let library = &desk.library;
    let language = language(question.lang.as_deref())?;
    let on = question.on.as_deref().map(day).transpose()?;
    let json = question.profile.get();
    let person = library.read_person(json).map_err(|errors| profile_problem(&errors, true))?;
    let first = library.countries().first().and_then(|country| today(library, country));
    let on = on.or(person.on).or(first).ok_or_else(no_day)?;
    let all = library.assess_everywhere(&person, on, question.improve);
    let assessments = all.answers.iter();
    let assessments = assessments.map(|answer| policy::json::assessment(answer, language));
    let without = all.without.iter().map(|(programme, error)| {
        json!({
            "programme": **programme,
            "code": error.code(),
            "detail": error.to_string(),
            "message": both(&error.message()),
            "help": error.help().as_ref().map(both),
        })
    });
    let unusable = all.unusable.iter().map(|(id, errors)| {
        let errors: Vec<Value> = errors.iter().take(100).map(|error| told(error, true)).collect();
        let (country, programme) = match id.split_once('/') {
            Some((country, _)) => (country, Some(&**id)),
            None => (&**id, None),
        };
        json!({ "country": country, "programme": programme, "errors": errors })
    });
    Ok(json!({
        "on": on.to_string(),
        "assessments": assessments.collect::<Vec<_>>(),
        "without": without.collect::<Vec<_>>(),
        "unusable": unusable.collect::<Vec<_>>(),
    }))
}

fn language(asked: Option<&str>) -> Result<Language, Problem> {
    match asked {
        None | Some("en") => Ok(Language::En),
        Some("zh" | "zh-CN") => Ok(Language::Zh),
        Some(other) => {
            let detail = format!("`{}` is neither `zh` nor `en`", shorten(other));
            Err(Problem::invalid("language", "There is no such language", detail))
        }
    }
}

fn day(text: &str) -> Result<Date, Problem> {
    Date::parse(text).map_err(|_| {
        let detail = format!(
            "`on`: `{}` is no day of the calendar; write it as \"2026-11-23\"",
            shorten(text)
        );
        Problem::invalid("day", "There is no such day", detail)
    })
}

fn no_day() -> Problem {
    Problem::invalid("day", "The day is missing", "write `on`")
}

/// The faults of a profile; the keys of a common one are paths, as `work[0].start`.
fn profile_problem(errors: &[ProfileError], paths: bool) -> Problem {
    let detail = match errors {
        [error] => error.to_string(),
        errors => format!("{} facts cannot be read", errors.len()),
    };
    let errors = errors.iter().take(100).map(|error| told(error, paths)).collect();
    Problem::invalid("profile", "The profile has faults", detail).errors(errors)
}

/// A fault of a profile: where, why, and what is allowed.
fn told(error: &ProfileError, paths: bool) -> Value {
    let escaped = error.key.replace('~', "~0").replace('/', "~1");
    let pointer = match paths {
        true => escaped.replace(['.', '['], "/").replace(']', ""),
        false => escaped,
    };
    let joint = if pointer.is_empty() { "" } else { "/" };
    json!({
        "pointer": format!("#/profile{joint}{pointer}"),
        "key": error.key,
        "detail": error.fault.to_string(),
        "message": both(&error.fault.message),
        "help": error.fault.help.as_ref().map(both),
    })
}

fn assess_problem(error: &AssessError) -> Problem {
    let (status, title) = match error {
        AssessError::UnknownProgramme(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "There is no such programme")
        }
        AssessError::UnknownPlace(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "There is no such place")
        }
        AssessError::NoVersion(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "No rules are in force then and there")
        }
        AssessError::Fault { .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The rule pack has a fault")
        }
        AssessError::Limit(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The rules ask for too much work")
        }
    };
    Problem::new(status, error.code(), title, error.to_string())
}

/// Tells every fault of the API as a problem, whatever it was that went wrong.
pub(crate) async fn faults(request: Request, next: Next) -> Response {
    let ours = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let told = media_type.is_some_and(|value| value == "application/problem+json");
    if !ours || told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match status {
        StatusCode::REQUEST_TIMEOUT => {
            Problem::new(status, "late", "The answer took too long", "send the request again")
        }
        _ if status.is_client_error() => {
            let detail = "the address or a header is not written as it must be";
            Problem::new(status, "request", "The request cannot be read", detail)
        }
        _ => {
            let detail = "this is a fault of the server; whoever runs it must look at it";
            Problem::new(status, "internal", "Something went wrong here", detail)
        }
    };
    problem.into_response()
}

/// An address that the API does not have.
pub(crate) fn not_found() -> Response {
    let detail = "see /api/openapi.json for what there is";
    Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here", detail)
        .into_response()
}

/// A method that an address does not take.
pub(crate) fn method_not_allowed() -> Response {
    let detail = "see /api/openapi.json for what there is";
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "method", "The address does not take this method", detail).into_response()
}
