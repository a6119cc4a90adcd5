//! The coverage registry: which rules have been checked, until when and by which source, what is
//! flagged, and what is not covered.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dmn::model::Title;
use feel::temporal::Date;
use policy::assessment::Confidence;
use policy::coverage::{Flagged, PackCoverage, Period, ProgrammeCoverage, VersionCoverage};
use policy::pack::{Gap, Instrument};

use super::{Desk, page, today, ui_of};
use crate::ui::{Area, Ui, anchor};

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage<'l> {
    ui: Ui,
    packs: Vec<PackPart<'l>>,
}

struct PackPart<'l> {
    anchor: String,
    title: &'l Title,
    scope: &'l Title,
    checked: String,
    programmes: Vec<ProgrammePart<'l>>,
    gaps: Vec<GapLine<'l>>,
}

struct ProgrammePart<'l> {
    title: &'l Title,
    path: String,
    versions: Vec<VersionPart<'l>>,
}

struct VersionPart<'l> {
    now: bool,
    periods: Vec<String>,
    until: String,
    sources: Vec<SourceLink<'l>>,
    flagged_rows: usize,
    flagged_summary: String,
    flagged: Vec<FlaggedLine>,
}

struct FlaggedLine {
    title: Title,
    confidence: Confidence,
    rows: String,
}

struct SourceLink<'l> {
    instrument: &'l Instrument,
    path: String,
}

struct GapLine<'l> {
    programmes: Vec<&'l Title>,
    text: &'l Title,
}

/// The coverage registry.
pub(crate) async fn coverage(State(desk): State<Desk>, uri: Uri, headers: HeaderMap) -> Response {
    let ui = ui_of(Area::Rules, &uri, &headers);
    let language = ui.language;
    let packs =
        desk.library.coverage().into_iter().map(|covered| pack(&desk, &ui, covered)).collect();
    page(StatusCode::OK, &CoveragePage { ui, packs }, language)
}

fn pack<'l>(desk: &'l Desk, ui: &Ui, covered: PackCoverage<'l>) -> PackPart<'l> {
    let manifest = &covered.pack.manifest;
    let on = desk.library.country(&manifest.id).and_then(|country| today(&desk.library, country));
    let titles: Vec<(&str, &Title)> =
        covered.programmes.iter().map(|programme| (programme.id, programme.title)).collect();
    let gap = |gap: &'l Gap| GapLine {
        programmes: gap
            .programmes
            .iter()
            .filter_map(|name| {
                let named = |id: &str| id.rsplit('/').next() == Some(name.as_str());
                titles.iter().find(|(id, _)| named(id)).map(|(_, title)| *title)
            })
            .collect(),
        text: &gap.text,
    };
    PackPart {
        anchor: anchor(&manifest.id),
        title: &manifest.title,
        scope: &manifest.scope,
        checked: ui.t1("rules-checked", "day", ui.day(&manifest.checked)),
        gaps: covered.gaps.iter().map(gap).collect(),
        programmes: covered
            .programmes
            .into_iter()
            .map(|programme| part(desk, ui, programme, on))
            .collect(),
    }
}

fn part<'l>(
    desk: &'l Desk,
    ui: &Ui,
    programme: ProgrammeCoverage<'l>,
    on: Option<Date>,
) -> ProgrammePart<'l> {
    let versions = programme.versions.into_iter();
    ProgrammePart {
        title: programme.title,
        path: format!("/rules/{}", programme.id),
        versions: versions.map(|version| version_part(desk, ui, version, on)).collect(),
    }
}

fn version_part<'l>(
    desk: &'l Desk,
    ui: &Ui,
    version: VersionCoverage<'l>,
    on: Option<Date>,
) -> VersionPart<'l> {
    let now = on.is_some_and(|on| version.in_force(on));
    let flagged_rows = version.flagged_rows();
    VersionPart {
        now,
        periods: version.periods.iter().map(|period| period_text(desk, ui, period)).collect(),
        until: match (version.obtained, version.until) {
            (false, _) => ui.t("coverage-not-obtained"),
            (true, None) => ui.t("coverage-undated"),
            (true, Some(until)) => ui.day(&until),
        },
        sources: version
            .sources
            .into_iter()
            .map(|instrument| SourceLink {
                instrument,
                path: format!("/rules/instruments#{}", anchor(&instrument.id)),
            })
            .collect(),
        flagged_rows,
        flagged_summary: ui.t2("coverage-rows", ("flagged", flagged_rows), ("all", version.rows)),
        flagged: version.flagged.into_iter().map(|flagged| flagged_line(ui, flagged)).collect(),
    }
}

fn flagged_line(ui: &Ui, flagged: Flagged) -> FlaggedLine {
    let rows = match flagged.of {
        0 | 1 => String::new(),
        all => ui.t2("coverage-rows", ("flagged", flagged.rows), ("all", all)),
    };
    FlaggedLine { title: flagged.title, confidence: flagged.confidence, rows }
}

fn period_text(desk: &Desk, ui: &Ui, period: &Period) -> String {
    let from = ui.day(&period.from);
    let days = match &period.to {
        Some(to) => ui.t2("coverage-between", ("from", from), ("to", ui.day(to))),
        None => ui.t1("rules-since", "day", from),
    };
    if period.places.is_empty() {
        return days;
    }
    let places: Vec<String> = period
        .places
        .iter()
        .map(|code| {
            desk.library.place(code).map_or_else(|_| code.clone(), |place| ui.plain(&place.title))
        })
        .collect();
    let places = places.join(&ui.t("list-joint"));
    ui.t2("coverage-in-places", ("period", days), ("places", places))
}
