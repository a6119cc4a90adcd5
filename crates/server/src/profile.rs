//! The common profile as a form: its sections, made from the schema.
//!
//! The profile itself, as JSON, is all that travels between the pages. A section's page reads its
//! part of it into a tree of fields, and writes what was entered back into it; what no section
//! asks for stays as it is.

mod names;
mod show;
mod tree;

use std::sync::LazyLock;

use dmn::model::Title;
use policy::Library;
use policy::person::schema::{Kind, Object, Shape};
use policy::profile::ProfileError;
use serde_json::{Map, Value as Json};

pub(crate) use show::{Piece, Show};
pub(crate) use tree::{Node, control_id};

use crate::fields::{FieldError, fault_text};
use crate::form::Fields;
use crate::ui::Ui;

/// The schema of the profile, as it is served.
pub(crate) const SCHEMA: &str = include_str!("../../../packs/profile.schema.json");

/// The key under which a profile names its schema.
const SCHEMA_KEY: &str = "$schema";

/// The name of the schema, which marks what the form writes as a profile.
static SCHEMA_NAME: LazyLock<Option<Json>> =
    LazyLock::new(|| serde_json::from_str::<Json>(SCHEMA).ok()?.get("$id").cloned());

/// What a page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Section {
    /// The last part of its path.
    pub id: &'static str,
    /// The key of its heading.
    pub title: &'static str,
    /// The key of what is said under the heading.
    pub lead: &'static str,
    /// The properties of the profile, by path.
    pub properties: &'static [&'static str],
}

/// The sections, in the order in which they are asked for.
pub(crate) const SECTIONS: [Section; 11] = [
    Section {
        id: "person",
        title: "profile-section-person",
        lead: "profile-lead-person",
        properties: &["birth_date", "intended"],
    },
    Section {
        id: "education",
        title: "profile-section-education",
        lead: "profile-lead-education",
        properties: &["education"],
    },
    Section {
        id: "work",
        title: "profile-section-work",
        lead: "profile-lead-work",
        properties: &["work"],
    },
    Section {
        id: "languages",
        title: "profile-section-languages",
        lead: "profile-lead-languages",
        properties: &["languages"],
    },
    Section {
        id: "offer",
        title: "profile-section-offer",
        lead: "profile-lead-offer",
        properties: &["has_offer", "offer"],
    },
    Section {
        id: "partner",
        title: "profile-section-partner",
        lead: "profile-lead-partner",
        properties: &["family.has_partner", "family.partner"],
    },
    Section {
        id: "family",
        title: "profile-section-family",
        lead: "profile-lead-family",
        properties: &["family.children", "family.relatives"],
    },
    Section {
        id: "achievements",
        title: "profile-section-achievements",
        lead: "profile-lead-achievements",
        properties: &["achievements"],
    },
    Section {
        id: "licences",
        title: "profile-section-licences",
        lead: "profile-lead-licences",
        properties: &["licences"],
    },
    Section {
        id: "stays",
        title: "profile-section-stays",
        lead: "profile-lead-stays",
        properties: &["stays"],
    },
    Section {
        id: "assets",
        title: "profile-section-assets",
        lead: "profile-lead-assets",
        properties: &["assets"],
    },
];

/// A profile on its way.
pub(crate) type Profile = Map<String, Json>;

impl Section {
    /// The section at the last part of a path.
    pub fn find(id: &str) -> Option<&'static Section> {
        SECTIONS.iter().find(|section| section.id == id)
    }

    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/assess/everywhere/{}", self.id)
    }

    /// The section that is asked for after it.
    pub fn next(&self) -> Option<&'static Section> {
        let position = SECTIONS.iter().position(|section| section == self)?;
        SECTIONS.get(position + 1)
    }

    /// Its part of a profile, as fields.
    pub fn read<'s>(&self, schema: &'s Object, profile: &Profile) -> Vec<Node<'s>> {
        self.shapes(schema)
            .map(|(path, shape)| Node::of_json(path.to_owned(), shape, value_at(profile, path)))
            .collect()
    }

    /// What was entered on its page.
    pub fn of_form<'s>(&self, schema: &'s Object, fields: &Fields) -> Vec<Node<'s>> {
        self.shapes(schema)
            .map(|(path, shape)| Node::of_form(path.to_owned(), shape, fields))
            .collect()
    }

    /// Puts what was entered into a profile; what cannot be read is told by path.
    pub fn write(
        &self,
        ui: &Ui,
        schema: &Object,
        nodes: &[Node<'_>],
        profile: &Profile,
    ) -> (Profile, Vec<(String, String)>) {
        let mut errors = Vec::new();
        let mut changed = profile.clone();
        for node in nodes {
            let value = node.json(ui, &mut errors);
            match node.path.split_once('.') {
                None => put(&mut changed, &node.path, value),
                Some((outer, inner)) => {
                    let mut object = match changed.get(outer) {
                        Some(Json::Object(object)) => object.clone(),
                        _ => Map::new(),
                    };
                    put(&mut object, inner, value);
                    let object = (!object.is_empty()).then_some(Json::Object(object));
                    put(&mut changed, outer, object);
                }
            }
        }
        (in_order(schema, changed), errors)
    }

    /// Whether a part of the profile, by its path, belongs to the section.
    pub fn has(&self, path: &str) -> bool {
        self.properties.iter().any(|property| {
            let rest = path.strip_prefix(property);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Whether a profile says something of it.
    pub fn is_filled(&self, profile: &Profile) -> bool {
        self.properties
            .iter()
            .any(|property| value_at(profile, property).is_some_and(|value| !value.is_null()))
    }

    fn shapes<'s>(
        &self,
        schema: &'s Object,
    ) -> impl Iterator<Item = (&'static str, &'s Shape)> + use<'s> {
        let paths = self.properties.iter();
        paths.filter_map(move |path| Some((*path, shape_at(schema, path)?)))
    }
}

/// Reads a profile that goes into the form; an empty text is an empty profile.
///
/// # Errors
///
/// What is no profile, and faults that no field of the form could show.
pub(crate) fn open(ui: &Ui, library: &Library, text: &str) -> Result<Profile, Vec<FieldError>> {
    if text.trim().is_empty() {
        return Ok(Profile::new());
    }
    let faults = library.read_person(text).err().unwrap_or_default();
    let parsed = serde_json::from_str::<Profile>(text).ok();
    let (Some(schema), Some(profile)) = (library.profile_schema(), parsed) else {
        return Err(told(ui, library, &faults));
    };
    let nodes = SECTIONS.iter().flat_map(|section| section.read(schema, &profile));
    let nodes: Vec<Node<'_>> = nodes.collect();
    let is_shown = |fault: &&ProfileError| nodes.iter().any(|node| node.shows(&fault.key));
    if faults.iter().all(|fault| is_shown(&fault)) {
        Ok(profile)
    } else {
        Err(told(ui, library, &faults))
    }
}

/// A profile as a text to keep; empty where it says nothing.
pub(crate) fn text_of(profile: &Profile) -> String {
    if profile.keys().all(|key| key == SCHEMA_KEY) {
        return String::new();
    }
    serde_json::to_string_pretty(profile).unwrap_or_default()
}

/// How many faults of a profile are told.
pub(crate) const MAX_FAULTS: usize = 20;

/// The faults of a profile, each with its name, key and line.
pub(crate) fn told(ui: &Ui, library: &Library, faults: &[ProfileError]) -> Vec<FieldError> {
    let place = |fault: &ProfileError| {
        if fault.key.is_empty() {
            return String::new();
        }
        let at = match fault.line {
            0 => fault.key.clone(),
            line => ui.t2("everywhere-at", ("key", &fault.key), ("line", line)),
        };
        let name = library.profile_schema().and_then(|schema| name_of(ui, schema, &fault.key));
        match name {
            Some(name) => ui.t2("everywhere-named", ("name", name), ("at", at)),
            None => format!("{at}{}", ui.t("colon")),
        }
    };
    let target = |fault: &ProfileError| {
        let section = SECTIONS.iter().find(|section| section.has(&fault.key));
        section.map_or_else(|| "profile".to_owned(), |section| format!("part-{}", section.id))
    };
    let told = faults.iter().take(MAX_FAULTS);
    told.map(|fault| {
        let message = format!("{}{}", place(fault), fault_text(ui, &fault.fault));
        FieldError::at(target(fault), message)
    })
    .collect()
}

/// What a part of the profile is called, as “Education 1 · Level”.
pub(crate) fn name_of(ui: &Ui, schema: &Object, path: &str) -> Option<String> {
    let mut properties = &schema.properties;
    let mut names = Vec::new();
    for step in path.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, index.strip_suffix(']')?.parse::<usize>().ok()),
            None => (step, None),
        };
        let (_, found) = properties.iter().find(|(known, _)| **known == *name)?;
        let mut shape = found;
        let mut title = ui.plain(&shape.title);
        if let (Some(index), Kind::List { item, .. }) = (index, &shape.kind) {
            shape = item;
            title = numbered(ui, &shape.title, index);
        }
        names.push(title);
        match &shape.kind {
            Kind::Object(object) => properties = &object.properties,
            Kind::List { item, .. } => match &item.kind {
                Kind::Object(object) => properties = &object.properties,
                _ => continue,
            },
            _ => continue,
        }
    }
    Some(names.join(" · "))
}

/// One of several, as “Education 1”.
pub(crate) fn numbered(ui: &Ui, title: &Title, index: usize) -> String {
    ui.t2("profile-numbered", ("title", ui.plain(title)), ("number", index + 1))
}

/// What a part of the profile may be, by its path.
pub(crate) fn shape_of<'s>(schema: &'s Object, path: &str) -> Option<&'s Kind> {
    let plain: Vec<&str> = path.split('.').filter_map(|step| step.split('[').next()).collect();
    let mut object = schema;
    let mut found = None;
    for name in plain {
        let (_, property) = object.properties.iter().find(|(known, _)| **known == *name)?;
        let mut shape = property;
        found = Some(&shape.kind);
        if let Kind::List { item, .. } = &shape.kind {
            shape = item;
        }
        if let Kind::Object(inner) = &shape.kind {
            object = inner;
        }
    }
    found
}

fn shape_at<'s>(schema: &'s Object, path: &str) -> Option<&'s Shape> {
    let mut object = schema;
    let mut found = None;
    for name in path.split('.') {
        let (_, shape) = object.properties.iter().find(|(known, _)| **known == *name)?;
        found = Some(shape);
        if let Kind::Object(inner) = &shape.kind {
            object = inner;
        }
    }
    found
}

fn value_at<'p>(profile: &'p Profile, path: &str) -> Option<&'p Json> {
    let mut names = path.split('.');
    let first = profile.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

fn put(object: &mut Map<String, Json>, name: &str, value: Option<Json>) {
    match value {
        Some(value) => {
            object.insert(name.to_owned(), value);
        }
        None => {
            object.shift_remove(name);
        }
    }
}

/// A profile with its keys in the order of the schema, and the name of the schema first.
fn in_order(schema: &Object, mut profile: Profile) -> Profile {
    let mut ordered = Profile::new();
    if let Some(name) = profile.shift_remove(SCHEMA_KEY).or_else(|| SCHEMA_NAME.clone()) {
        ordered.insert(SCHEMA_KEY.to_owned(), name);
    }
    for (name, _) in &schema.properties {
        if let Some(value) = profile.shift_remove(&**name) {
            ordered.insert(name.to_string(), value);
        }
    }
    ordered.extend(profile);
    ordered
}

#[cfg(test)]
pub(crate) use names::tests::texts;
