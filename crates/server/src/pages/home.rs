//! The first page.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dmn::model::Title;

use super::{Desk, page, programmes, ui_of};
use crate::ui::{Area, Ui};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'l> {
    ui: Ui,
    programmes: Vec<ProgrammeLine<'l>>,
}

struct ProgrammeLine<'l> {
    title: &'l Title,
    summary: &'l Title,
    rules_path: String,
}

/// The first page.
pub(crate) async fn home(State(desk): State<Desk>, uri: Uri, headers: HeaderMap) -> Response {
    let ui = ui_of(Area::Home, &uri, &headers);
    let language = ui.language;
    let programmes = programmes(&desk.library).into_iter().map(|programme| ProgrammeLine {
        title: &programme.title,
        summary: &programme.summary,
        rules_path: format!("/rules/{}", programme.id),
    });
    let template = HomePage { ui, programmes: programmes.collect() };
    page(StatusCode::OK, &template, language)
}
