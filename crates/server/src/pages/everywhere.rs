//! One person by every programme: a profile is pasted or dropped, nothing is stored.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use dmn::model::Title;
use feel::temporal::Date;
use policy::Library;
use policy::assessment::{Assessment, Figure, Improvement, Line, MissingKind, Outcome, Tristate};
use policy::person::Person;
use policy::profile::ProfileError;

use super::result::improvement_effect;
use super::{Desk, Fault, fault, page, today, ui_of};
use crate::chart;
use crate::fields::{FieldError, fault_text};
use crate::form::Fields;
use crate::icons::Icon;
use crate::text::Markup;
use crate::ui::{Area, Ui};

/// The control that takes the profile.
const PROFILE: &str = "profile";

/// How many faults of a profile are told.
const MAX_FAULTS: usize = 20;

/// How many changes are shown for each programme.
const MAX_CHANGES: usize = 3;

/// A profile that shows how one is written.
const EXAMPLE: &str = include_str!("../../../../examples/people/software-engineer.json");

#[derive(Template)]
#[template(path = "everywhere.html")]
struct EverywherePage<'a> {
    ui: &'a Ui,
    errors: Vec<FieldError>,
    profile: &'a str,
    example: &'static str,
    day: String,
    groups: Vec<Group<'a>>,
    /// Programmes without an answer, and why.
    without: Vec<String>,
    icon_step: Markup,
}

struct Group<'a> {
    heading: String,
    answers: Vec<Answer<'a>>,
}

struct Answer<'a> {
    title: &'a Title,
    country: &'a Title,
    rules_path: String,
    class: &'static str,
    icon: Markup,
    verdict: String,
    points: Option<String>,
    /// Facts that are missing, and data that an operator must load.
    missing: Vec<(String, Markup)>,
    failed: Vec<&'a Line>,
    improvements: Vec<(&'a Improvement, String)>,
}

/// The page before anything was entered.
pub(crate) async fn everywhere_get(uri: Uri, headers: HeaderMap) -> Response {
    let mut ui = ui_of(Area::Assess, &uri, &headers);
    ui.carries_answers = true;
    show(&ui, Vec::new(), "", None)
}

/// The page with a profile.
pub(crate) async fn everywhere_post(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut ui = ui_of(Area::Assess, &uri, &headers);
    ui.carries_answers = true;
    let fields = match Fields::read(&headers, body).await {
        Ok(fields) => fields,
        Err(body_fault) => return fault(ui, Fault::Body(body_fault)),
    };
    let profile = fields.get(PROFILE);
    if profile.trim().is_empty() {
        let errors = match fields.has("stay") {
            true => Vec::new(),
            false => vec![FieldError::at(PROFILE, ui.t("everywhere-empty"))],
        };
        return show(&ui, errors, profile, None);
    }
    let library = &desk.library;
    let read = if library.is_common_profile(profile) {
        library.read_person(profile).map_err(|faults| told(&ui, &faults))
    } else {
        // What is no object at all has a better reason than that it is none of ours.
        Err(match library.read_person(profile) {
            Err(faults) if faults.iter().any(|fault| fault.key.is_empty()) => told(&ui, &faults),
            _ => vec![FieldError::at(PROFILE, ui.t("everywhere-not-common"))],
        })
    };
    let person = match read {
        Ok(person) => person,
        Err(errors) => return show(&ui, errors, profile, None),
    };
    let first = library.countries().first();
    let Some(on) = person.on.or_else(|| first.and_then(|country| today(library, country))) else {
        return fault(ui, Fault::Internal);
    };
    show(&ui, Vec::new(), profile, Some((library, &person, on)))
}

fn show(
    ui: &Ui,
    errors: Vec<FieldError>,
    profile: &str,
    asked: Option<(&Library, &Person, Date)>,
) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut template = EverywherePage {
        ui,
        errors,
        profile,
        example: EXAMPLE,
        day: String::new(),
        groups: Vec::new(),
        without: Vec::new(),
        icon_step: Icon::Step.markup(),
    };
    let Some((library, person, on)) = asked else { return page(status, &template, ui.language) };
    let all = library.assess_everywhere(person, on, true);
    template.day = ui.day(&on);
    for (programme, error) in &all.without {
        let title = library.programme(programme).map(|known| ui.plain(&known.title));
        let why = ui.sentences(&error.message(), error.help().as_ref());
        let title = title.unwrap_or_default();
        template.without.push(format!("{title}{}{why}", ui.t("colon")));
    }
    for (country, faults) in &all.unusable {
        for fault in faults.iter().take(MAX_FAULTS) {
            let text = fault_text(ui, &fault.fault);
            template.without.push(format!("{country}.{}{}{text}", fault.key, ui.t("colon")));
        }
    }
    template.groups = groups(ui, library, &all.answers);
    page(status, &template, ui.language)
}

/// The faults of a profile, each with its key and line.
fn told(ui: &Ui, faults: &[ProfileError]) -> Vec<FieldError> {
    let place = |fault: &ProfileError| match (fault.key.is_empty(), fault.line) {
        (true, _) => String::new(),
        (false, 0) => format!("{}{}", fault.key, ui.t("colon")),
        (false, line) => ui.t2("everywhere-at", ("key", &fault.key), ("line", line)),
    };
    let told = faults.iter().take(MAX_FAULTS);
    told.map(|fault| {
        FieldError::at(PROFILE, format!("{}{}", place(fault), fault_text(ui, &fault.fault)))
    })
    .collect()
}

/// The answers by whether the way is open, and in each group the nearest first.
fn groups<'a>(ui: &Ui, library: &'a Library, answers: &'a [Assessment]) -> Vec<Group<'a>> {
    let of = |heading: &str, wanted: fn(&Assessment) -> bool| {
        let answers = answers.iter().filter(|answer| wanted(answer));
        let answers: Vec<Answer<'a>> =
            answers.filter_map(|assessment| answer(ui, library, assessment)).collect();
        (!answers.is_empty()).then(|| Group { heading: ui.tn(heading, answers.len()), answers })
    };
    let undecided = |answer: &Assessment| matches!(answer.outcome, Outcome::Undecided(_));
    [
        of("everywhere-open", |a| {
            matches!(a.outcome, Outcome::Decided(_)) && a.eligible == Tristate::Yes
        }),
        of("everywhere-undecided", undecided),
        of("everywhere-closed", |a| {
            matches!(a.outcome, Outcome::Decided(_)) && a.eligible != Tristate::Yes
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn answer<'a>(ui: &Ui, library: &'a Library, of: &'a Assessment) -> Option<Answer<'a>> {
    let pack = of.programme.split('/').next().and_then(|id| library.pack(id))?;
    let (class, icon, verdict) = match (&of.outcome, of.eligible) {
        (Outcome::Undecided(_), _) => {
            ("unknown", Icon::Open, ui.tn("everywhere-missing-count", of.missing.len()))
        }
        (Outcome::Decided(outcome), Tristate::Yes) => ("yes", Icon::Yes, ui.plain(&outcome.title)),
        (Outcome::Decided(outcome), _) => ("no", Icon::No, ui.plain(&outcome.title)),
    };
    let missing = |kind: MissingKind, key: &str| {
        let of_kind = of.missing.iter().filter(|missing| missing.kind == kind);
        let labels: Vec<&Title> = of_kind.map(|missing| &missing.label).collect();
        (!labels.is_empty()).then(|| (ui.t(key), ui.list(labels)))
    };
    let wants_facts = matches!(of.outcome, Outcome::Undecided(_));
    let missing = [
        missing(MissingKind::Fact, "everywhere-missing").filter(|_| wants_facts),
        missing(MissingKind::Parameter, "everywhere-missing-data"),
    ];
    let closed = of.eligible == Tristate::No;
    Some(Answer {
        title: &of.title,
        country: &pack.manifest.title,
        rules_path: format!("/rules/{}", of.programme),
        class,
        icon: icon.markup(),
        verdict,
        points: of.score.as_ref().filter(|score| **score != Figure::Unknown).map(|score| {
            let score = chart::figure(ui, score);
            match (of.next_threshold(), of.margin()) {
                (Some(threshold), Some(margin)) if margin.is_negative() => {
                    let short = ui.number(&margin.abs());
                    let points = ui.t1("everywhere-points", "score", score);
                    let threshold = ui.number(&threshold.value);
                    let margin =
                        ui.t2("everywhere-short", ("threshold", threshold), ("short", short));
                    format!("{points}{}{margin}", ui.t("everywhere-joint"))
                }
                (Some(threshold), Some(margin)) => {
                    let points = ui.t1("everywhere-points", "score", score);
                    let threshold = ui.number(&threshold.value);
                    let above = ui.number(&margin);
                    let margin =
                        ui.t2("everywhere-above", ("threshold", threshold), ("above", above));
                    format!("{points}{}{margin}", ui.t("everywhere-joint"))
                }
                _ => ui.t1("everywhere-points", "score", score),
            }
        }),
        missing: missing.into_iter().flatten().collect(),
        failed: of.conditions.iter().filter(|line| closed && line.state == Tristate::No).collect(),
        improvements: of
            .improvements
            .iter()
            .take(MAX_CHANGES)
            .map(|improvement| (improvement, improvement_effect(ui, improvement)))
            .collect(),
    })
}

/// The schema of the profile, as a file.
pub(crate) async fn profile_schema() -> Response {
    let kind = [(axum::http::header::CONTENT_TYPE, "application/schema+json; charset=utf-8")];
    (kind, include_str!("../../../../packs/profile.schema.json")).into_response()
}
