//! Which request goes where.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::Procedures;
use policy::Library;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::api;
use crate::assets::ASSETS;
use crate::cases::{
    Cases, act, documents, event, export, letters, pace, procedures, queue, read, webhooks,
};
use crate::headers;
use crate::pages::{self, Desk, Fault, fault, ui_of};
use crate::ui::Area;

/// How long an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(60);

/// How long the database may take to say that it is there.
const READY_TIME: Duration = Duration::from_secs(2);

/// What a server answers from.
#[derive(Debug, Clone)]
pub struct Site {
    /// The rules.
    pub library: Arc<Library>,
    /// The procedures.
    pub procedures: Arc<Procedures>,
    /// The cases, if the server keeps any.
    pub cases: Option<Arc<Cases>>,
}

/// Everything that the server answers.
pub fn router(site: Site) -> Router {
    let desk = Desk { library: site.library, procedures: site.procedures, cases: site.cases };
    // Documents take longer to arrive than anything else.
    let documents = Router::new()
        .route("/api/v1/cases/{case}/documents", get(documents::list).post(documents::receive))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, documents::ANSWER_TIME));
    Router::new()
        .route("/", get(pages::home))
        .route("/assess", get(pages::assess_get).post(pages::assess_post))
        .route("/assess/everywhere", get(pages::everywhere_get).post(pages::everywhere_post))
        .route("/assess/everywhere/profile.json", post(pages::keep_post))
        .route("/assess/everywhere/{section}", get(pages::section_get).post(pages::section_post))
        .route("/assess/profile.schema.json", get(pages::profile_schema))
        .route("/assess/{*step}", get(pages::assess_get).post(pages::assess_post))
        .route("/rules", get(pages::rules))
        .route("/rules/coverage", get(pages::coverage))
        .route("/rules/instruments", get(pages::instruments))
        .route("/rules/{pack}/{programme}", get(pages::programme))
        .route("/assets/{name}", get(asset))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/api", get(pages::api))
        .route("/api/openapi.json", get(api::description))
        .route("/api/v1/programmes", get(api::programmes))
        .route("/api/v1/coverage", get(api::coverage))
        .route("/api/v1/assess", post(api::assess))
        .route("/api/v1/assess-all", post(api::assess_all))
        .route("/api/v1/procedures", get(procedures::list))
        .route("/api/v1/procedures/{pack}/{procedure}", get(procedures::show))
        .route("/api/v1/cases", get(queue::queue).post(act::open))
        .route("/api/v1/cases/{case}", get(read::show))
        .route("/api/v1/cases/{case}/actions", get(read::log).post(act::act))
        .route("/api/v1/cases/{case}/proposal", get(read::proposal))
        .route("/api/v1/cases/{case}/proposal/replay", get(read::replay))
        .route("/api/v1/cases/{case}/documents/{document}", get(documents::give))
        .route("/api/v1/cases/{case}/known", get(documents::known))
        .route("/api/v1/cases/{case}/letters", get(letters::list))
        .route("/api/v1/cases/{case}/letters/{version}", get(letters::show))
        .route("/api/v1/events", get(event::events))
        .route("/api/v1/webhooks", get(webhooks::list).post(webhooks::subscribe))
        .route("/api/v1/webhooks/{webhook}", get(webhooks::show).delete(webhooks::unsubscribe))
        .route("/api/v1/webhooks/{webhook}/replay", post(webhooks::replay))
        .route("/api/v1/export/ocel", get(export::ocel))
        .route("/api/v1/export/csv", get(export::csv))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_TIME))
        .merge(documents)
        .layer(from_fn_with_state(desk.clone(), pace::keep))
        .layer(from_fn(api::faults))
        .layer(from_fn(headers::conditional))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::secure))
        .with_state(desk)
}

/// Whether the program works; that does not depend on the database, which starting it again would
/// not mend.
async fn healthz(State(desk): State<Desk>) -> Response {
    state(desk.library.programmes().next().is_some(), "no programmes\n")
}

/// Whether requests should be sent here: whether the database answers, if there are cases.
async fn readyz(State(desk): State<Desk>) -> Response {
    if desk.library.programmes().next().is_none() {
        return state(false, "no programmes\n");
    }
    let Some(cases) = desk.cases.as_deref() else { return state(true, "") };
    let ready = tokio::time::timeout(READY_TIME, cases.desk().store.is_ready()).await;
    state(matches!(ready, Ok(Ok(true))), "the database does not answer\n")
}

fn state(well: bool, otherwise: &'static str) -> Response {
    let (status, text) =
        if well { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, otherwise) };
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

async fn asset(Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    match ASSETS.find(&name) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.content,
        )
            .into_response(),
        None => fault(ui_of(Area::Home, &uri, &headers), Fault::NotFound),
    }
}

async fn not_found(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return api::not_found();
    }
    fault(ui_of(Area::Home, &uri, &headers), Fault::NotFound)
}

async fn method_not_allowed(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return api::method_not_allowed();
    }
    fault(ui_of(Area::Home, &uri, &headers), Fault::Method)
}

/// A panic is a fault of ours: the page says so, and the server goes on.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    let ui = crate::ui::Ui::new(crate::language::Language::English, Area::Home, "/");
    fault(ui, Fault::Internal)
}
