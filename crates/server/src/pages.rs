//! The pages.

mod api;
mod assess;
mod coverage;
mod everywhere;
mod fault;
mod home;
mod instruments;
mod programme;
mod result;
mod rules;

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use casework::Procedures;
use feel::temporal::Date;
use policy::Library;
use policy::library::Country;
use policy::pack::Programme;

pub(crate) use api::api;
pub(crate) use assess::{assess_get, assess_post};
pub(crate) use coverage::coverage;
pub(crate) use everywhere::{
    everywhere_get, everywhere_post, keep_post, profile_schema, section_get, section_post,
};
pub(crate) use fault::{Fault, fault};
pub(crate) use home::home;
pub(crate) use instruments::instruments;
pub(crate) use programme::programme;
pub(crate) use rules::rules;

use crate::cases::Cases;
use crate::language::Language;
use crate::ui::{Area, Ui};

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    /// The rules.
    pub library: Arc<Library>,
    /// The procedures.
    pub procedures: Arc<Procedures>,
    /// The cases, where this server keeps any.
    pub cases: Option<Arc<Cases>>,
}

/// The page's knowledge of itself, from a request.
pub(crate) fn ui_of(area: Area, uri: &Uri, headers: &HeaderMap) -> Ui {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .take(16)
            .collect();
    let asked = query.iter().find(|(name, _)| name == "lang");
    let language = asked.and_then(|(_, value)| Language::read(value)).unwrap_or_else(|| {
        let header = headers.get(header::ACCEPT_LANGUAGE);
        Language::negotiate(header.and_then(|value| value.to_str().ok()).unwrap_or_default())
    });
    let mut ui = Ui::new(language, area, uri.path());
    ui.query = query.into_iter().filter(|(name, _)| name != "lang").collect();
    ui
}

/// A page as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template, language: Language) -> Response {
    match template.render() {
        Ok(html) => (
            status,
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_LANGUAGE, language.tag()),
                (header::VARY, "Accept-Language"),
            ],
            html,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The programmes, those first to which the rules of others refer.
pub(crate) fn programmes(library: &Library) -> Vec<&Programme> {
    let mut all: Vec<&Programme> = library.programmes().collect();
    let referred = |id: &str| {
        let refers = |other: &&Programme| {
            other.versions.iter().any(|version| {
                let country = library.country(&other.pack);
                let whole = country.and_then(|country| country.places.all.first());
                let place = version.area.first().map(|area| area.as_str());
                let place = place.or(whole.map(|place| &*place.code)).unwrap_or_default();
                let rules = library.in_force(other, version.from, place);
                rules.is_ok_and(|rules| rules.document.model.imports.iter().any(|i| i.text == *id))
            })
        };
        library.programmes().filter(refers).count()
    };
    all.sort_by_cached_key(|programme| std::cmp::Reverse(referred(&programme.id)));
    all
}

/// Today, where the rules of a country apply.
pub(crate) fn today(library: &Library, country: &Country) -> Option<Date> {
    let pack = library.pack(&country.id)?;
    let zone = jiff::tz::TimeZone::get(&pack.manifest.time_zone).ok();
    let now = jiff::Timestamp::now().to_zoned_datetime(zone.unwrap_or(jiff::tz::TimeZone::UTC));
    let date = now.date();
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Date::new(i32::from(date.year()), month, day)
}
