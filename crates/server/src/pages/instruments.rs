//! The register of legal instruments.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dmn::model::Title;
use policy::pack::{Instrument, InstrumentKind};

use super::{Desk, page, ui_of};
use crate::text::Markup;
use crate::ui::{Area, Ui, anchor};

const KINDS: [InstrumentKind; 10] = [
    InstrumentKind::Treaty,
    InstrumentKind::Law,
    InstrumentKind::AdministrativeRegulation,
    InstrumentKind::DepartmentalRule,
    InstrumentKind::JointDocument,
    InstrumentKind::PartyDocument,
    InstrumentKind::NormativeDocument,
    InstrumentKind::Notice,
    InstrumentKind::Guide,
    InstrumentKind::Press,
];

#[derive(Template)]
#[template(path = "instruments.html")]
struct InstrumentsPage<'l> {
    ui: Ui,
    count: usize,
    groups: Vec<KindGroup<'l>>,
}

struct KindGroup<'l> {
    title: Title,
    lines: Vec<InstrumentLine<'l>>,
}

struct InstrumentLine<'l> {
    anchor: String,
    instrument: &'l Instrument,
    issuers: Markup,
    url: Option<&'l str>,
    dates: Vec<String>,
}

/// The register of instruments.
pub(crate) async fn instruments(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let ui = ui_of(Area::Rules, &uri, &headers);
    let language = ui.language;
    let mut groups = Vec::new();
    for kind in KINDS {
        let mut instruments: Vec<&Instrument> =
            desk.library.instruments().filter(|instrument| instrument.kind == kind).collect();
        instruments.sort_by_key(|instrument| {
            (instrument.issued.or(instrument.from), &instrument.title.zh)
        });
        if !instruments.is_empty() {
            let lines = instruments.into_iter().map(|instrument| line(&ui, instrument)).collect();
            groups.push(KindGroup { title: kind.title(), lines });
        }
    }
    let template = InstrumentsPage { count: desk.library.instruments().count(), groups, ui };
    page(StatusCode::OK, &template, language)
}

fn line<'l>(ui: &Ui, instrument: &'l Instrument) -> InstrumentLine<'l> {
    let dated =
        |key, date: Option<feel::temporal::Date>| date.map(|date| ui.t1(key, "day", ui.day(&date)));
    let dates = [
        dated("instruments-issued", instrument.issued),
        dated("instruments-from", instrument.from),
        dated("instruments-to", instrument.to),
    ];
    InstrumentLine {
        anchor: anchor(&instrument.id),
        instrument,
        issuers: ui.mark(&instrument.issuers.join(&ui.t("list-joint"))),
        url: instrument
            .url
            .as_deref()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        dates: dates.into_iter().flatten().collect(),
    }
}
