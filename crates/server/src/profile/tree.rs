//! A part of a profile as fields: read from JSON or from a form, and written as JSON.

use feel::temporal::Date;
use policy::person::schema::{Kind, Shape};
use serde_json::{Map, Value as Json};

use super::numbered;
use crate::fields::{Entry, clip, digits, read_date, shorten};
use crate::form::Fields;
use crate::format;
use crate::language::Language;
use crate::ui::Ui;

/// The value of the box that says that there is none.
pub(super) const NONE: &str = "1";

/// A part of a profile as fields.
#[derive(Debug)]
pub(crate) struct Node<'s> {
    /// Its path, as `work[0].start`.
    pub path: String,
    /// What it may be.
    pub shape: &'s Shape,
    /// What stands there.
    pub part: Part<'s>,
}

/// What stands in a part of a profile.
#[derive(Debug)]
pub(crate) enum Part<'s> {
    /// One control.
    Leaf(Entry),
    /// Several parts.
    Object(Vec<Node<'s>>),
    /// Parts of the same kind.
    List {
        items: Vec<Node<'s>>,
        /// Whether it was said that there is none.
        none: bool,
    },
}

/// The name of the control of a path.
pub(crate) fn control(path: &str) -> String {
    format!("p.{path}")
}

/// The identifier of the control of a path.
pub(crate) fn control_id(path: &str) -> String {
    let letters = path.chars().filter(|c| *c != ']');
    let letters = letters.map(|c| if matches!(c, '.' | '[') { '-' } else { c });
    format!("p-{}", letters.collect::<String>())
}

impl<'s> Node<'s> {
    /// A part that was read, or an empty one.
    pub fn of_json(path: String, shape: &'s Shape, json: Option<&Json>) -> Node<'s> {
        let part = match (&shape.kind, items(shape)) {
            (Kind::Object(object), _) => {
                let properties = object.properties.iter().map(|(name, shape)| {
                    let value = json.and_then(|json| json.get(&**name));
                    Node::of_json(format!("{path}.{name}"), shape, value)
                });
                Part::Object(properties.collect())
            }
            (_, Some((item, most))) => {
                let given = json.and_then(Json::as_array);
                let items = given.into_iter().flatten().take(most).enumerate();
                let items =
                    items.map(|(i, json)| Node::of_json(format!("{path}[{i}]"), item, Some(json)));
                Part::List { items: items.collect(), none: given.is_some_and(Vec::is_empty) }
            }
            _ => Part::Leaf(entry_of_json(&shape.kind, json)),
        };
        Node { path, shape, part }
    }

    /// What was entered, or an empty part.
    pub fn of_form(path: String, shape: &'s Shape, fields: &Fields) -> Node<'s> {
        let part = match (&shape.kind, items(shape)) {
            (Kind::Object(object), _) => {
                let properties = object
                    .properties
                    .iter()
                    .map(|(name, shape)| Node::of_form(format!("{path}.{name}"), shape, fields));
                Part::Object(properties.collect())
            }
            (_, Some((item, most))) => {
                let name = control(&path);
                let count = fields.count(&name).min(most);
                let items = (0..count)
                    .map(|i| Node::of_form(format!("{path}[{i}]"), item, fields))
                    .collect();
                Part::List { items, none: fields.has(&format!("{name}.none")) }
            }
            _ => Part::Leaf(entry_of_form(&shape.kind, &control(&path), fields)),
        };
        Node { path, shape, part }
    }

    /// Whether nothing was entered.
    pub fn is_blank(&self) -> bool {
        match &self.part {
            Part::Leaf(Entry::Text(text)) => text.trim().is_empty(),
            Part::Leaf(Entry::Date(year, month, day)) => {
                [year, month, day].iter().all(|part| part.trim().is_empty())
            }
            Part::Leaf(Entry::Many(texts, none)) => texts.is_empty() && !none,
            Part::Object(nodes) => nodes.iter().all(Node::is_blank),
            Part::List { items, none } => !none && items.iter().all(Node::is_blank),
        }
    }

    /// The JSON of what was entered; `None` for nothing. What cannot be read is told by path.
    pub fn json(&self, ui: &Ui, errors: &mut Vec<(String, String)>) -> Option<Json> {
        match &self.part {
            Part::Leaf(entry) => match json_of_entry(ui, &self.shape.kind, entry) {
                Ok(json) => json,
                Err(message) => {
                    errors.push((self.path.clone(), message));
                    None
                }
            },
            Part::Object(nodes) => {
                let mut object = Map::new();
                for node in nodes {
                    if let Some(json) = node.json(ui, errors) {
                        object.insert(node.name().to_owned(), json);
                    }
                }
                (!object.is_empty()).then_some(Json::Object(object))
            }
            Part::List { items, none } => {
                if *none && !items.is_empty() {
                    errors.push((self.path.clone(), ui.t("profile-none-and-some")));
                    return None;
                }
                let empty = || Json::Object(Map::new());
                let items: Vec<Json> =
                    items.iter().map(|item| item.json(ui, errors).unwrap_or_else(empty)).collect();
                (*none || !items.is_empty()).then_some(Json::Array(items))
            }
        }
    }

    /// Leaves out what is blank in lists, so that what stays is counted as in the JSON.
    pub fn drop_blank(&mut self) {
        match &mut self.part {
            Part::Leaf(_) => {}
            Part::Object(nodes) => nodes.iter_mut().for_each(Node::drop_blank),
            Part::List { items, .. } => {
                items.retain(|item| !item.is_blank());
                items.iter_mut().for_each(Node::drop_blank);
                self.renumber();
            }
        }
    }

    /// Adds an empty item to the list at a path. Returns the path of the item.
    pub fn add(&mut self, list: &str) -> Option<String> {
        let node = self.find(list)?;
        let (item, most) = items(node.shape)?;
        let Part::List { items, none } = &mut node.part else { return None };
        if items.len() >= most {
            return None;
        }
        *none = false;
        let path = format!("{list}[{}]", items.len());
        items.push(Node::of_json(path.clone(), item, None));
        Some(path)
    }

    /// Takes away the item at a path.
    pub fn remove(&mut self, item: &str) {
        let Some((list, index)) = item.strip_suffix(']').and_then(|item| item.rsplit_once('['))
        else {
            return;
        };
        let Some(node) = self.find(list) else { return };
        if let (Part::List { items, .. }, Ok(index)) = (&mut node.part, index.parse::<usize>())
            && index < items.len()
        {
            items.remove(index);
            node.renumber();
        }
    }

    /// Whether a fault at a path would be shown here.
    pub fn shows(&self, path: &str) -> bool {
        self.path == path
            || match &self.part {
                Part::Leaf(_) => false,
                Part::Object(nodes) | Part::List { items: nodes, .. } => {
                    nodes.iter().any(|node| node.shows(path))
                }
            }
    }

    /// All paths, in the order in which they stand on the page.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths = vec![&*self.path];
        if let Part::Object(nodes) | Part::List { items: nodes, .. } = &self.part {
            paths.extend(nodes.iter().flat_map(Node::paths));
        }
        paths
    }

    /// A text in which the parts here are called by their titles: `work[0]` is “Work 1”.
    pub fn name_in(&self, ui: &Ui, text: String) -> String {
        let mut text = text;
        match &self.part {
            Part::Leaf(_) => {
                let key = format!("`{}`", self.name());
                if text.contains(&key) {
                    let title = ui.t1("profile-quoted", "title", ui.plain(&self.shape.title));
                    text = text.replace(&key, &title);
                }
                text
            }
            Part::Object(nodes) => nodes.iter().fold(text, |text, node| node.name_in(ui, text)),
            Part::List { items, .. } => {
                for (i, item) in items.iter().enumerate() {
                    if text.contains(&item.path) {
                        let title = numbered(ui, &item.shape.title, i);
                        let title = ui.t1("profile-quoted", "title", title);
                        text = text.replace(&format!("`{}`", item.path), &title);
                        if ui.language == Language::Chinese {
                            text = text.replace(&format!(" {} ", item.path), &title);
                        }
                        text = text.replace(&item.path, &title);
                    }
                    text = item.name_in(ui, text);
                }
                text
            }
        }
    }

    /// The last part of the path, without its number.
    pub fn name(&self) -> &str {
        let last = self.path.rsplit('.').next().unwrap_or_default();
        last.split('[').next().unwrap_or_default()
    }

    fn find(&mut self, path: &str) -> Option<&mut Node<'s>> {
        if self.path == path {
            return Some(self);
        }
        match &mut self.part {
            Part::Leaf(_) => None,
            Part::Object(nodes) | Part::List { items: nodes, .. } => {
                nodes.iter_mut().find_map(|node| node.find(path))
            }
        }
    }

    fn renumber(&mut self) {
        let path = self.path.clone();
        if let Part::List { items, .. } = &mut self.part {
            for (i, item) in items.iter_mut().enumerate() {
                item.move_to(format!("{path}[{i}]"));
            }
        }
    }

    fn move_to(&mut self, path: String) {
        let old = std::mem::replace(&mut self.path, path.clone());
        if let Part::Object(nodes) | Part::List { items: nodes, .. } = &mut self.part {
            for node in nodes {
                let rest = node.path.strip_prefix(&old).unwrap_or_default().to_owned();
                node.move_to(format!("{path}{rest}"));
            }
        }
    }
}

/// The items of a list whose items are parts of their own, and the most of them. A list of texts
/// is one control.
fn items(shape: &Shape) -> Option<(&Shape, usize)> {
    match &shape.kind {
        Kind::List { item, most } if !matches!(item.kind, Kind::Text { .. }) => Some((item, *most)),
        _ => None,
    }
}

fn entry_of_json(kind: &Kind, json: Option<&Json>) -> Entry {
    let text = match json {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(json) => json.to_string(),
    };
    match kind {
        Kind::Date => match Date::parse(&text) {
            Ok(date) => {
                let (year, month, day) = format::parts(date);
                Entry::Date(year, month, day)
            }
            Err(_) => Entry::Date(text, String::new(), String::new()),
        },
        Kind::List { .. } => {
            let items = json.and_then(Json::as_array);
            let texts = items.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned);
            Entry::Many(texts.collect(), items.is_some_and(Vec::is_empty))
        }
        _ => Entry::Text(text),
    }
}

fn entry_of_form(kind: &Kind, name: &str, fields: &Fields) -> Entry {
    let part = |part: &str| clip(fields.get(&format!("{name}.{part}")));
    match kind {
        Kind::Date => Entry::Date(part("year"), part("month"), part("day")),
        Kind::List { .. } => Entry::Many(
            fields.all(name).take(500).map(clip).collect(),
            fields.has(&format!("{name}.none")),
        ),
        _ => Entry::Text(clip(fields.get(name))),
    }
}

fn json_of_entry(ui: &Ui, kind: &Kind, entry: &Entry) -> Result<Option<Json>, String> {
    let json = match (entry, kind) {
        (Entry::Text(text), _) if text.trim().is_empty() => return Ok(None),
        (Entry::Text(text), Kind::Boolean) => match text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            other => Json::String(other.to_owned()),
        },
        (Entry::Text(text), Kind::Number { whole, .. }) => {
            let number = digits(text).and_then(|number| serde_json::from_str(&number).ok());
            number.map(Json::Number).ok_or_else(|| {
                let example = if *whole { "12" } else { "7.5" };
                ui.t2("number-not-number", ("given", shorten(text)), ("example", example))
            })?
        }
        (Entry::Text(text), _) => Json::String(text.trim().to_owned()),
        (Entry::Date(year, month, day), _) => match read_date(ui, year, month, day)? {
            Some(date) => Json::String(date.to_string()),
            None => return Ok(None),
        },
        (Entry::Many(texts, false), _) if texts.is_empty() => return Ok(None),
        (Entry::Many(texts, true), _) if !texts.is_empty() => return Err(ui.t("many-both")),
        (Entry::Many(texts, _), _) => {
            Json::Array(texts.iter().map(|text| Json::String(text.clone())).collect())
        }
    };
    Ok(Some(json))
}
