//! Pages for requests that cannot be answered as they are.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::page;
use crate::form::{BodyFault, MAX_FORM};
use crate::ui::Ui;

/// Why a request cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no such page.
    NotFound,
    /// The page does not take this method.
    Method,
    /// The body cannot be read.
    Body(BodyFault),
    /// The program is at fault.
    Internal,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    ui: Ui,
    status: String,
    heading: String,
    text: String,
    help: String,
}

/// The page for a fault.
pub(crate) fn fault(ui: Ui, fault: Fault) -> Response {
    let none = String::new();
    let (status, heading, text, help) = match fault {
        Fault::NotFound => {
            (StatusCode::NOT_FOUND, ui.t("fault-not-found"), ui.t("fault-not-found-text"), none)
        }
        Fault::Method => {
            (StatusCode::METHOD_NOT_ALLOWED, ui.t("fault-method"), ui.t("fault-method-text"), none)
        }
        Fault::Body(BodyFault::TooLarge) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            ui.t("fault-too-large"),
            ui.t1("fault-too-large-text", "limit", MAX_FORM / 1024),
            ui.t("fault-too-large-help"),
        ),
        Fault::Body(BodyFault::Unreadable) => (
            StatusCode::BAD_REQUEST,
            ui.t("fault-unreadable"),
            ui.t("fault-unreadable-text"),
            ui.t("fault-unreadable-help"),
        ),
        Fault::Body(BodyFault::Late) => (
            StatusCode::REQUEST_TIMEOUT,
            ui.t("fault-timeout"),
            ui.t("fault-timeout-text"),
            ui.t("fault-timeout-help"),
        ),
        Fault::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            ui.t("fault-internal"),
            ui.t("fault-internal-text"),
            ui.t("fault-internal-help"),
        ),
    };
    let language = ui.language;
    let line = ui.t1("fault-status", "status", status.as_u16());
    page(status, &FaultPage { ui, status: line, heading, text, help }, language)
}
