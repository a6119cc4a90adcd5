//! The pages of the common profile's form. Each is a form that brings the profile and what was
//! entered on it, and goes to the page that was asked for; where something is wrong, it is shown
//! again.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use policy::person::schema::{Kind, Object};
use policy::profile::FactFaultCode;

use super::{Arrival, PROFILE, overview};
use crate::fields::{FieldError, FieldKind, fault_text};
use crate::form::Fields;
use crate::pages::{Desk, Fault, fault, page, ui_of};
use crate::profile::{self, Node, Piece, Profile, SECTIONS, Section, Show, control_id};
use crate::ui::{Area, Ui};

/// Where a form leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// All sections, and the answers.
    Overview,
    /// A section.
    Section(&'static Section),
    /// The profile as a file.
    Keep,
}

#[derive(Template)]
#[template(path = "section.html")]
struct SectionPage<'a> {
    ui: &'a Ui,
    errors: Vec<FieldError>,
    profile: String,
    section: &'static Section,
    progress: String,
    pieces: Vec<Piece>,
    next: String,
}

/// A section opened by its address: nothing is known yet.
pub(crate) async fn section_get(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let ui = ui_of(Area::Assess, &uri, &headers);
    match Section::find(&id) {
        Some(section) => Visit { desk: &desk, ui }.arrive("", Target::Section(section), false),
        None => fault(ui, Fault::NotFound),
    }
}

/// A section with a profile.
pub(crate) async fn section_post(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match Section::find(&id) {
        Some(section) => take(&desk, &uri, &headers, body, Target::Section(section)).await,
        None => fault(ui_of(Area::Assess, &uri, &headers), Fault::NotFound),
    }
}

/// The profile as a file.
pub(crate) async fn keep_post(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    take(&desk, &uri, &headers, body, Target::Keep).await
}

/// Reads what a form brings, and goes where it leads.
pub(super) async fn take(
    desk: &Desk,
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
    target: Target,
) -> Response {
    let ui = ui_of(Area::Assess, uri, headers);
    match Fields::read(headers, body).await {
        Ok(fields) => Visit { desk, ui }.go(&fields, target),
        Err(body_fault) => fault(ui, Fault::Body(body_fault)),
    }
}

/// A request on its way.
struct Visit<'d> {
    desk: &'d Desk,
    ui: Ui,
}

impl Visit<'_> {
    fn go(self, fields: &Fields, target: Target) -> Response {
        let library = &self.desk.library;
        let (stay, text) = (fields.has("stay"), fields.get(PROFILE));
        let Some(from) = Section::find(fields.get("section")) else {
            let assess = !(stay && (fields.has("overview") || text.trim().is_empty()));
            return self.arrive(text, target, assess);
        };
        let profile = match profile::open(&self.ui, library, text) {
            Ok(profile) => profile,
            Err(errors) => return self.overview(text, Arrival::Wrong(errors)),
        };
        let Some(schema) = library.profile_schema() else {
            return fault(self.ui, Fault::Internal);
        };
        let mut nodes = from.of_form(schema, fields);
        let (add, remove) = (fields.get("add"), fields.get("remove"));
        for node in &mut nodes {
            node.add(add);
            node.remove(remove);
        }
        if stay || !add.is_empty() || !remove.is_empty() {
            return self.section(from, nodes, text.to_owned(), BTreeMap::new());
        }
        nodes.iter_mut().for_each(Node::drop_blank);
        let (changed, unread) = from.write(&self.ui, schema, &nodes, &profile);
        let mut errors: BTreeMap<String, String> = unread.into_iter().collect();
        let text = profile::text_of(&changed);
        for (path, message) in self.faults(from, schema, &text) {
            errors.entry(path).or_insert(message);
        }
        if !errors.is_empty() {
            return self.section(from, nodes, fields.get(PROFILE).to_owned(), errors);
        }
        self.arrive(&text, target, fields.has("assess"))
    }

    /// Shows a page by the profile so far.
    fn arrive(self, text: &str, target: Target, assess: bool) -> Response {
        let library = &self.desk.library;
        match target {
            Target::Overview if assess => self.overview(text, Arrival::Assess),
            Target::Overview => self.overview(text, Arrival::Look),
            Target::Section(section) => {
                let profile = match profile::open(&self.ui, library, text) {
                    Ok(profile) => profile,
                    Err(errors) => return self.overview(text, Arrival::Wrong(errors)),
                };
                let Some(schema) = library.profile_schema() else {
                    return fault(self.ui, Fault::Internal);
                };
                let errors = self.faults(section, schema, text);
                let nodes = section.read(schema, &profile);
                self.section(section, nodes, text.to_owned(), errors)
            }
            Target::Keep => {
                let empty = || vec![FieldError::at(PROFILE, self.ui.t("everywhere-empty"))];
                let written = match serde_json::from_str::<Profile>(text) {
                    Ok(profile) => profile::text_of(&profile),
                    Err(_) => String::new(),
                };
                if !written.is_empty() {
                    return keep(written);
                }
                let errors = match text.trim() {
                    "" => empty(),
                    _ => profile::open(&self.ui, library, text).err().unwrap_or_else(empty),
                };
                self.overview(text, Arrival::Wrong(errors))
            }
        }
    }

    fn overview(mut self, text: &str, arrival: Arrival) -> Response {
        self.at("/assess/everywhere".to_owned());
        overview(self.desk, &self.ui, text, arrival)
    }

    /// The page is one that carries answers, at a path.
    fn at(&mut self, path: String) {
        self.ui.path = path;
        self.ui.query.clear();
        self.ui.carries_answers = true;
    }

    /// The faults of a section's part of a profile, by path.
    fn faults(&self, section: &Section, schema: &Object, text: &str) -> BTreeMap<String, String> {
        let ui = &self.ui;
        let faults = self.desk.library.read_person(text).err().unwrap_or_default();
        let mut told = BTreeMap::new();
        for fault in faults.into_iter().filter(|fault| section.has(&fault.key)) {
            let lists_all =
                matches!(fault.fault.code, FactFaultCode::Missing | FactFaultCode::NotAllowed)
                    && profile::shape_of(schema, &fault.key).is_some_and(is_chosen);
            let message = if lists_all {
                let message = ui.sentences(&fault.fault.message, None);
                format!("{message}{}{}", ui.t("fault-joint"), ui.t("profile-choose-one"))
            } else {
                fault_text(ui, &fault.fault)
            };
            told.entry(fault.key).or_insert(message);
        }
        told
    }

    fn section(
        mut self,
        section: &'static Section,
        mut nodes: Vec<Node<'_>>,
        profile: String,
        mut errors: BTreeMap<String, String>,
    ) -> Response {
        self.at(section.path());
        let ui = &self.ui;
        let library = &self.desk.library;
        // On a page, parts are called as they are called there.
        for message in errors.values_mut() {
            *message =
                nodes.iter().fold(std::mem::take(message), |text, node| node.name_in(ui, text));
        }
        let pieces = Show { ui, library, errors: &errors }.section(&mut nodes);
        let schema = library.profile_schema();
        let name = |path: &str| schema.and_then(|schema| profile::name_of(ui, schema, path));
        let mut summary: Vec<FieldError> = Vec::new();
        let mut paths = nodes.iter().flat_map(Node::paths).collect::<Vec<_>>();
        // What no field shows is told all the same.
        paths.extend(
            errors.keys().filter(|path| !nodes.iter().any(|n| n.shows(path))).map(|p| &**p),
        );
        for path in paths {
            let Some(message) = errors.get(path) else { continue };
            let name = name(path).unwrap_or_else(|| path.to_owned());
            let shown = nodes.iter().any(|node| node.shows(path));
            let target = if shown { control_id(path) } else { String::new() };
            summary.push(FieldError::at(target, format!("{name}{}{message}", ui.t("colon"))));
        }
        let position = SECTIONS.iter().position(|known| known == section).unwrap_or_default();
        let wrong = !summary.is_empty();
        let template = SectionPage {
            ui,
            errors: summary,
            profile,
            section,
            progress: ui.t2("matter-progress", ("number", position + 1), ("all", SECTIONS.len())),
            pieces,
            next: section.next().map_or_else(|| "/assess/everywhere".to_owned(), Section::path),
        };
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        page(status, &template, ui.language)
    }
}

/// Whether what is allowed stands in the field itself, to choose from.
fn is_chosen(kind: &Kind) -> bool {
    match kind {
        Kind::Text { allowed, pattern, .. } => {
            !allowed.is_empty() || pattern.as_ref().is_some_and(|p| p.as_str() == "^[a-z]{2}$")
        }
        Kind::Boolean => true,
        _ => false,
    }
}

fn keep(text: String) -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"profile.json\""),
    ];
    (head, text).into_response()
}
