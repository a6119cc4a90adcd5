//! The list of packs and programmes, with what they cover.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dmn::model::Title;
use policy::assessment::Confidence;
use policy::pack::{Manifest, Pack};

use super::{Desk, page, programmes, ui_of};
use crate::ui::{Area, Ui, anchor};

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage<'l> {
    ui: Ui,
    countries: Vec<CountryPart<'l>>,
    confidences: Vec<(&'static str, String, String)>,
}

struct CountryPart<'l> {
    title: &'l Title,
    programmes: Vec<ProgrammeLine<'l>>,
    scope: &'l Title,
    checked: String,
    coverage_path: String,
    locals: Vec<Local<'l>>,
}

struct ProgrammeLine<'l> {
    title: &'l Title,
    summary: &'l Title,
    rules_path: String,
    period: String,
}

struct Local<'l> {
    title: &'l Title,
    scope: &'l Title,
    checked: String,
    coverage_path: String,
}

/// The list of packs and programmes.
pub(crate) async fn rules(State(desk): State<Desk>, uri: Uri, headers: HeaderMap) -> Response {
    let ui = ui_of(Area::Rules, &uri, &headers);
    let language = ui.language;
    let national = desk.library.packs().iter().filter(|pack| pack.manifest.parent.is_none());
    let countries = national.map(|pack| country(&desk, &ui, pack)).collect();
    let confidences = Confidence::ALL
        .iter()
        .map(|(confidence, _)| {
            let class = ui.flag(confidence).unwrap_or("sure");
            (class, ui.confidence(confidence), ui.confidence_meaning(confidence))
        })
        .collect();
    page(StatusCode::OK, &RulesPage { ui, countries, confidences }, language)
}

fn country<'l>(desk: &'l Desk, ui: &Ui, pack: &'l Pack) -> CountryPart<'l> {
    let id = &pack.manifest.id;
    let programmes =
        programmes(&desk.library).into_iter().filter(|programme| *programme.pack == **id);
    let programmes = programmes.map(|programme| ProgrammeLine {
        title: &programme.title,
        summary: &programme.summary,
        rules_path: format!("/rules/{}", programme.id),
        period: programme
            .versions
            .iter()
            .map(|version| version.from)
            .min()
            .map(|first| ui.t1("rules-since", "day", ui.day(&first)))
            .unwrap_or_default(),
    });
    let parent = |pack: &&Pack| pack.manifest.parent.as_ref().is_some_and(|parent| parent == id);
    let locals = desk.library.packs().iter().filter(parent).map(|pack| Local {
        title: &pack.manifest.title,
        scope: &pack.manifest.scope,
        checked: checked(ui, &pack.manifest),
        coverage_path: coverage_path(&pack.manifest),
    });
    CountryPart {
        title: &pack.manifest.title,
        programmes: programmes.collect(),
        scope: &pack.manifest.scope,
        checked: checked(ui, &pack.manifest),
        coverage_path: coverage_path(&pack.manifest),
        locals: locals.collect(),
    }
}

fn coverage_path(manifest: &Manifest) -> String {
    format!("/rules/coverage#{}", anchor(&manifest.id))
}

fn checked(ui: &Ui, manifest: &Manifest) -> String {
    ui.t1("rules-checked", "day", ui.day(&manifest.checked))
}
