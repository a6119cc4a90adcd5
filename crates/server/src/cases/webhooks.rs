//! Webhooks: other systems that are told what happens in cases.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use casework::ActionKind;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Pending, Replay, Subscription};

use super::access::Caller;
use super::act::{MAX_ACTION, request_id};
use super::refusal::store_problem;
use super::scope::Scope;
use super::send::Target;
use super::view::kind_name;
use super::wire::{moment, moment_or_null};
use super::{Cases, enter, page};
use crate::form::read_body;
use crate::pages::Desk;
use crate::problem::{Problem, body_problem, must_be_json, read_json};

/// How many deliveries are shown that have not arrived.
const SHOWN: usize = 100;

/// The most webhooks of a department.
const MOST: usize = 50;

/// A webhook that is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookRequest {
    /// What the client calls this request: the same one again gives the same webhook with its
    /// secret, as long as that is there. May stand in the header `Idempotency-Key` instead, or
    /// nowhere.
    #[serde(default)]
    #[schemars(length(max = 200), regex(pattern = "^[!-~]+$"))]
    id: Option<String>,
    /// Where events are sent: an address of `https`.
    url: String,
    /// The kinds of action that are told; all where none is named.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    kinds: BTreeSet<ActionKind>,
    /// From where in the feed of events on; without it, from now on.
    #[serde(default)]
    after: Option<String>,
}

/// A webhook.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Webhook {
    /// What it is called.
    id: String,
    /// Where events are sent.
    url: String,
    /// The kinds of action that are told; all where none is named.
    kinds: Vec<String>,
    /// Who made it.
    by: String,
    /// When.
    #[schemars(schema_with = "moment")]
    made: Timestamp,
    /// What its messages are signed with; shown to the request that makes it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// The webhooks of a department.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WebhookList {
    webhooks: Vec<Webhook>,
}

/// A webhook, with what it has still to be told.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WebhookState {
    #[serde(flatten)]
    webhook: Webhook,
    /// The first deliveries that have not arrived.
    pending: Vec<Undelivered>,
}

/// A delivery that has not arrived.
#[derive(Debug, Serialize, JsonSchema)]
struct Undelivered {
    /// Its place in the order of all events.
    sequence: String,
    /// Whether it was given up; a replay takes it up again.
    given_up: bool,
    /// When it is tried next.
    #[schemars(schema_with = "moment_or_null")]
    due: Option<Timestamp>,
    /// How often it was tried.
    attempts: u64,
    /// What went wrong the last time.
    fault: Option<String>,
}

/// Which deliveries are made again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayRequest {
    /// All after this place in the feed of events, whether they arrived or not; without it, those
    /// that were given up.
    #[serde(default)]
    after: Option<String>,
}

/// How many deliveries are made again.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Replayed {
    deliveries: u64,
}

/// `POST /api/v1/webhooks`
pub(crate) async fn subscribe(
    State(desk): State<Desk>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::WebhooksManage).await?;
    let department = department(&caller)?;
    let bytes =
        read_body(body, MAX_ACTION).await.map_err(|fault| body_problem(fault, MAX_ACTION))?;
    must_be_json(&headers)?;
    let wanted: WebhookRequest = read_json(&bytes, r#"{"url": "https://example.org/hook"}"#)?;
    Target::read(&wanted.url, cases.sending).map_err(|fault| {
        Problem::invalid("webhook-url", "Nothing is sent there", fault.to_string())
            .say("problem-webhook-url")
            .at("#/url", fault.to_string())
    })?;
    let after = page::place::<u64>(wanted.after.as_deref())?;
    let by = format!("{department}/{}", caller.actor.person);
    let called = wanted.id.is_some() || headers.contains_key("idempotency-key");
    let (id, secret) = if called {
        let request = request_id(&headers, wanted.id.as_deref())?;
        let derive = |name| cases.seal.derive(name, [by.as_str(), request.as_str()]);
        (derive("webhook"), derive("webhook secret"))
    } else {
        (random()?, random()?)
    };
    let id: String = id.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let own = own(cases, &department).await?;
    if let Some(known) = own.iter().find(|one| one.id == id) {
        return match known.url == wanted.url && known.kinds == wanted.kinds {
            true => Ok(made(StatusCode::OK, known)),
            false => Err(id_taken()),
        };
    }
    if own.len() >= MOST {
        let detail = format!("a department has at most {MOST} webhooks");
        return Err(Problem::invalid("webhooks", "There are too many webhooks", detail));
    }
    let subscription = Subscription {
        id,
        url: wanted.url,
        secret: format!("whsec_{}", STANDARD.encode(secret)),
        kinds: wanted.kinds,
        by,
        made: cases.now()?,
    };
    let subscribed = cases.desk.store.subscribe(&subscription, after).await;
    subscribed.map_err(|error| store_problem(&error))?;
    Ok(made(StatusCode::CREATED, &subscription))
}

fn made(status: StatusCode, subscription: &Subscription) -> Response {
    let place = format!("/api/v1/webhooks/{}", subscription.id);
    let webhook = Webhook { secret: Some(subscription.secret.clone()), ..shown(subscription) };
    (status, [(header::LOCATION, place)], Json(webhook)).into_response()
}

fn id_taken() -> Problem {
    let detail = "another webhook was made by a request of this identifier";
    Problem::invalid("id-taken", "The identifier is taken", detail)
        .say("problem-id-taken")
        .at("#/id", "give each request an identifier of its own")
}

fn random() -> Result<[u8; 32], Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| store_problem(&casework::store::StoreError::Failed(error.to_string())))?;
    Ok(bytes)
}

/// `GET /api/v1/webhooks`
pub(crate) async fn list(
    State(desk): State<Desk>,
    headers: HeaderMap,
) -> Result<Json<WebhookList>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::WebhooksManage).await?;
    let own = own(cases, &department(&caller)?).await?;
    Ok(Json(WebhookList { webhooks: own.iter().map(shown).collect() }))
}

/// `GET /api/v1/webhooks/{webhook}`
pub(crate) async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<WebhookState>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::WebhooksManage).await?;
    let one = find(cases, &caller, &id).await?;
    let pending = cases.desk.store.pending(&one.id, 0, SHOWN).await;
    let pending = pending.map_err(|error| store_problem(&error))?;
    let pending = pending.into_iter().map(|one: Pending| Undelivered {
        sequence: one.position.to_string(),
        given_up: one.dead,
        due: (!one.dead).then_some(one.due),
        attempts: one.attempts,
        fault: one.fault,
    });
    Ok(Json(WebhookState { webhook: shown(&one), pending: pending.collect() }))
}

/// `DELETE /api/v1/webhooks/{webhook}`
pub(crate) async fn unsubscribe(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::WebhooksManage).await?;
    let one = find(cases, &caller, &id).await?;
    let ended = cases.desk.store.unsubscribe(&one.id).await;
    ended.map_err(|error| store_problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/webhooks/{webhook}/replay`
pub(crate) async fn replay(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Replayed>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::WebhooksManage).await?;
    let bytes =
        read_body(body, MAX_ACTION).await.map_err(|fault| body_problem(fault, MAX_ACTION))?;
    let one = find(cases, &caller, &id).await?;
    must_be_json(&headers)?;
    let wanted: ReplayRequest = read_json(&bytes, "{}")?;
    let what = match page::place::<u64>(wanted.after.as_deref())? {
        Some(after) => Replay::After(after),
        None => Replay::Dead,
    };
    let again = cases.desk.store.replay(&one.id, what).await;
    Ok(Json(Replayed { deliveries: again.map_err(|error| store_problem(&error))? }))
}

/// The webhooks of a department.
async fn own(cases: &Cases, department: &str) -> Result<Vec<Subscription>, Problem> {
    let all = cases.desk.store.subscriptions().await.map_err(|error| store_problem(&error))?;
    Ok(all.into_iter().filter(|one| department_of(one) == department).collect())
}

async fn find(cases: &Cases, caller: &Caller, id: &str) -> Result<Subscription, Problem> {
    let own = own(cases, &department(caller)?).await?;
    own.into_iter().find(|one| one.id == id).ok_or_else(|| {
        let detail = "there is no such webhook, or it is another department's";
        Problem::new(StatusCode::NOT_FOUND, "webhook", "There is no such webhook", detail)
            .say("problem-webhook")
    })
}

/// The department that a webhook belongs to.
pub(crate) fn department_of(subscription: &Subscription) -> &str {
    subscription.by.split('/').next().unwrap_or_default()
}

/// The department that is told.
fn department(caller: &Caller) -> Result<String, Problem> {
    let department = caller.actor.department.clone().filter(|_| caller.actor.role.is_officer());
    department.ok_or_else(|| {
        let detail = "webhooks are for departments that handle cases";
        Problem::new(StatusCode::FORBIDDEN, "webhooks", "Webhooks are for departments", detail)
            .say("problem-webhooks")
    })
}

fn shown(subscription: &Subscription) -> Webhook {
    Webhook {
        id: subscription.id.clone(),
        url: subscription.url.clone(),
        kinds: subscription.kinds.iter().map(|kind| kind_name(*kind)).collect(),
        by: subscription.by.split('/').nth(1).unwrap_or_default().to_owned(),
        made: subscription.made,
        secret: None,
    }
}
