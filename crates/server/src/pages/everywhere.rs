//! One person by every programme: a profile is filled in, pasted or dropped; nothing is stored.

mod section;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use dmn::model::Title;
use policy::Library;
use policy::assessment::{Assessment, Figure, Improvement, Line, MissingKind, Outcome, Tristate};
use policy::person::Person;

use super::result::improvement_effect;
use super::{Desk, Fault, fault, page, today, ui_of};
use crate::chart;
use crate::fields::{FieldError, fault_text};
use crate::icons::Icon;
use crate::profile::{MAX_FAULTS, Profile, SCHEMA, SECTIONS, told};
use crate::text::Markup;
use crate::ui::{Area, Ui};

pub(crate) use section::{keep_post, section_get, section_post};

/// The control that takes the profile.
const PROFILE: &str = "profile";

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
    progress: String,
    tasks: Vec<Task>,
}

/// A section of the form.
struct Task {
    id: String,
    title: String,
    path: String,
    state: String,
    class: &'static str,
    icon: Markup,
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

/// What a visit to the page is for.
enum Arrival {
    /// To see what there is to fill in.
    Look,
    /// To be assessed.
    Assess,
    /// To see what is wrong.
    Wrong(Vec<FieldError>),
}

/// The page before anything was entered.
pub(crate) async fn everywhere_get(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut ui = ui_of(Area::Assess, &uri, &headers);
    ui.carries_answers = true;
    overview(&desk, &ui, "", Arrival::Look)
}

/// The page with a profile.
pub(crate) async fn everywhere_post(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    section::take(&desk, &uri, &headers, body, section::Target::Overview).await
}

/// All parts of the profile, with the answers where they were asked for.
fn overview(desk: &Desk, ui: &Ui, profile: &str, arrival: Arrival) -> Response {
    let library = &desk.library;
    let (person, errors) = match arrival {
        Arrival::Look => (None, Vec::new()),
        Arrival::Wrong(errors) => (None, errors),
        Arrival::Assess => match read(ui, library, profile) {
            Ok(person) => (Some(person), Vec::new()),
            Err(errors) => (None, errors),
        },
    };
    let (tasks, done) = tasks(ui, library, profile);
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
        progress: ui.t2("tasks-progress", ("all", tasks.len()), ("done", done)),
        tasks,
    };
    let Some(person) = person else { return page(status, &template, ui.language) };
    let first = library.countries().first();
    let Some(on) = person.on.or_else(|| first.and_then(|country| today(library, country))) else {
        return fault(ui.clone(), Fault::Internal);
    };
    let all = library.assess_everywhere(&person, on, true);
    template.day = ui.day(&on);
    for (programme, error) in &all.without {
        let title = library.programme(programme).map(|known| ui.plain(&known.title));
        let why = ui.sentences(&error.message(), error.help().as_ref());
        let title = title.unwrap_or_default();
        template.without.push(format!("{title}{}{why}", ui.t("colon")));
    }
    for (id, faults) in &all.unusable {
        let title = library.programme(id).map_or_else(|_| id.to_string(), |p| ui.plain(&p.title));
        for fault in faults.iter().take(MAX_FAULTS) {
            let fact = library.country(id).and_then(|of| of.vocabulary.fact(&fault.key));
            let fact = fact.map_or_else(|| fault.key.clone(), |fact| ui.plain(&fact.label));
            let (text, colon) = (fault_text(ui, &fault.fault), ui.t("colon"));
            template.without.push(format!("{title}{colon}{fact}{colon}{text}"));
        }
    }
    template.groups = groups(ui, library, &all.answers);
    page(status, &template, ui.language)
}

/// The person whom a profile describes.
fn read(ui: &Ui, library: &Library, profile: &str) -> Result<Person, Vec<FieldError>> {
    if profile.trim().is_empty() {
        return Err(vec![FieldError::at(PROFILE, ui.t("everywhere-empty"))]);
    }
    let read = library.read_person(profile);
    if library.is_common_profile(profile) {
        return read.map_err(|faults| told(ui, library, &faults));
    }
    // What is no object at all has a better reason than that it is none of ours.
    Err(match read {
        Err(faults) if faults.iter().any(|fault| fault.key.is_empty()) => {
            told(ui, library, &faults)
        }
        _ => vec![FieldError::at(PROFILE, ui.t("everywhere-not-common"))],
    })
}

/// The sections with how far they are, and how many are filled in.
fn tasks(ui: &Ui, library: &Library, text: &str) -> (Vec<Task>, usize) {
    let profile = serde_json::from_str::<Profile>(text).unwrap_or_default();
    let faults = match profile.is_empty() {
        true => Vec::new(),
        false => library.read_person(text).err().unwrap_or_default(),
    };
    let mut done = 0;
    let tasks = SECTIONS.iter().map(|section| {
        let wrong = faults.iter().any(|fault| section.has(&fault.key));
        let filled = section.is_filled(&profile);
        done += usize::from(filled && !wrong);
        let (state, class, icon) = match (wrong, filled) {
            (true, _) => ("profile-wrong", "no", Icon::No),
            (false, true) => ("profile-filled", "done", Icon::Yes),
            (false, false) => ("task-not-started", "", Icon::Empty),
        };
        Task {
            id: format!("part-{}", section.id),
            title: ui.t(section.title),
            path: section.path(),
            state: ui.t(state),
            class,
            icon: icon.markup(),
        }
    });
    (tasks.collect(), done)
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
    (kind, SCHEMA).into_response()
}
