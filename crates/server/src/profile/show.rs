//! The fields of a section as they stand on its page.

use std::collections::BTreeMap;

use policy::Library;
use policy::person::schema::{Kind, Object};

use super::names;
use super::numbered;
use super::tree::{NONE, Node, Part, control, control_id};
use crate::fields::{Choice, Entry, Field, FieldKind, Group};
use crate::text::{Markup, escape};
use crate::ui::Ui;

/// The most values that are shown as a list of choices; more are a menu.
const MAX_CHOICES: usize = 4;

/// Groups of which few people know anything: they are folded until something stands in them.
const FOLDED: [&str; 1] = ["occupations"];

/// What stands on a page, one after the other; groups open and end.
#[derive(Debug)]
pub(crate) enum Piece {
    /// A control.
    Field(Field),
    /// A group of fields begins.
    Group { id: String, title: String, hint: String, error: Option<String> },
    /// A group ends.
    EndGroup,
    /// A group that may be folded begins.
    Folded { title: String, hint: String, open: bool },
    /// It ends.
    EndFolded,
    /// One of several begins.
    Item {
        id: String,
        path: String,
        title: String,
        error: Option<String>,
        /// What the button says that takes it away.
        remove: String,
        /// Where to look afterwards.
        list_id: String,
    },
    /// It ends.
    EndItem,
    /// A list begins.
    List { id: String, title: Option<String>, hint: String, error: Option<String> },
    /// What is under the items of a list.
    EndList {
        path: String,
        /// The identifier that the next item will have.
        next_id: String,
        /// What the button says that adds one.
        add: String,
        /// That there is none; not asked where something was entered.
        none: Option<Choice>,
        none_name: String,
    },
}

/// What is needed to show fields.
#[derive(Debug)]
pub(crate) struct Show<'a> {
    pub ui: &'a Ui,
    pub library: &'a Library,
    /// What is wrong, by path.
    pub errors: &'a BTreeMap<String, String>,
}

impl Show<'_> {
    /// The fields of a section. A list that makes up a section begins with an empty item.
    pub fn section(&self, nodes: &mut [Node<'_>]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let alone = nodes.len() == 1;
        for node in nodes {
            let path = node.path.clone();
            if alone && matches!(&node.part, Part::List { items, none: false } if items.is_empty())
            {
                node.add(&path);
            }
            match &node.part {
                // A section that is one object needs no second heading.
                Part::Object(nodes) if alone => self.object(node, nodes, &mut pieces),
                Part::List { .. } if alone => self.list(node, None, &mut pieces),
                _ => self.node(node, false, None, &mut pieces),
            }
        }
        pieces
    }

    fn node(
        &self,
        node: &Node<'_>,
        required: bool,
        around: Option<&Object>,
        pieces: &mut Vec<Piece>,
    ) {
        let title = self.ui.plain(&node.shape.title);
        match &node.part {
            Part::Leaf(entry) => {
                pieces.push(Piece::Field(self.field(node, entry, required, around)))
            }
            Part::Object(nodes) if FOLDED.contains(&node.name()) => {
                let wrong = self.errors.keys().any(|path| node.shows(path));
                let open = wrong || !node.is_blank();
                pieces.push(Piece::Folded { title, hint: self.hint(&node.path), open });
                self.object(node, nodes, pieces);
                pieces.push(Piece::EndFolded);
            }
            Part::Object(nodes) => {
                pieces.push(Piece::Group {
                    id: control_id(&node.path),
                    title,
                    hint: self.hint(&node.path),
                    error: self.error(&node.path),
                });
                self.object(node, nodes, pieces);
                pieces.push(Piece::EndGroup);
            }
            Part::List { .. } => self.list(node, Some(title), pieces),
        }
    }

    fn object(&self, node: &Node<'_>, nodes: &[Node<'_>], pieces: &mut Vec<Piece>) {
        let Kind::Object(object) = &node.shape.kind else { return };
        for node in nodes {
            let required = object.required.iter().any(|name| **name == *node.name());
            self.node(node, required, Some(object), pieces);
        }
    }

    fn list(&self, node: &Node<'_>, title: Option<String>, pieces: &mut Vec<Piece>) {
        let ui = self.ui;
        let (Part::List { items, none }, Kind::List { item: shape, .. }) =
            (&node.part, &node.shape.kind)
        else {
            return;
        };
        let id = control_id(&node.path);
        pieces.push(Piece::List {
            id: id.clone(),
            title,
            hint: self.hint(&node.path),
            error: self.error(&node.path),
        });
        for (i, item) in items.iter().enumerate() {
            let title = numbered(ui, &shape.title, i);
            pieces.push(Piece::Item {
                id: control_id(&item.path),
                path: item.path.clone(),
                remove: ui.t1("profile-remove", "title", &title),
                title,
                error: self.error(&item.path),
                list_id: id.clone(),
            });
            match &item.part {
                Part::Object(nodes) => self.object(item, nodes, pieces),
                _ => self.node(item, false, None, pieces),
            }
            pieces.push(Piece::EndItem);
        }
        let name = ui.plain(&shape.title);
        let add = if items.is_empty() { "profile-add-first" } else { "profile-add" };
        pieces.push(Piece::EndList {
            path: node.path.clone(),
            next_id: control_id(&format!("{}[{}]", node.path, items.len())),
            add: ui.t1(add, "title", &name),
            none: (*none || items.iter().all(Node::is_blank)).then(|| Choice {
                id: format!("{id}-none"),
                value: NONE.to_owned(),
                label: Markup(escape(&ui.t1("profile-none", "title", &name))),
                hint: Markup::default(),
                checked: *none,
                apart: true,
            }),
            none_name: format!("{}.none", control(&node.path)),
        });
    }

    fn field(
        &self,
        node: &Node<'_>,
        entry: &Entry,
        required: bool,
        around: Option<&Object>,
    ) -> Field {
        let ui = self.ui;
        let kind = self.kind(node, entry, around);
        let short = match &kind {
            FieldKind::One(options) => {
                matches!(node.shape.kind, Kind::Boolean) || options.len() <= 5
            }
            FieldKind::Many(_) => true,
            _ => false,
        };
        let mut hint = self.hint(&node.path);
        if required {
            let joint = if hint.is_empty() { "" } else { " " };
            hint = format!("{}{joint}{hint}", ui.t("profile-required"));
        }
        Field {
            name: control(&node.path),
            id: control_id(&node.path),
            question: ui.say(&node.shape.title),
            hint: ui.mark(&hint),
            evidence: Markup::default(),
            kind,
            error: self.error(&node.path),
            short,
        }
    }

    fn kind(&self, node: &Node<'_>, entry: &Entry, around: Option<&Object>) -> FieldKind {
        let ui = self.ui;
        let id = control_id(&node.path);
        let text = match entry {
            Entry::Text(text) => text.as_str(),
            _ => "",
        };
        let choice =
            |index: usize, value: &str, label: String, checked: bool, apart: bool| Choice {
                id: if index == 0 { id.clone() } else { format!("{id}-{index}") },
                value: value.to_owned(),
                label: Markup(escape(&label)),
                hint: Markup::default(),
                checked,
                apart,
            };
        let label = |value: &str| names::of_value(ui, node.shape, node.name(), value);
        let one = |value: &str| choice(0, value, label(value), value == text, false);
        match (&node.shape.kind, entry) {
            (Kind::Boolean, _) => FieldKind::One(vec![
                choice(0, "true", ui.t("choice-yes"), text == "true", false),
                choice(1, "false", ui.t("choice-no"), text == "false", false),
                choice(2, "", ui.t("profile-unknown"), false, true),
            ]),
            (Kind::Number { .. }, _) => FieldKind::Number(text.to_owned(), Markup::default()),
            (Kind::Date, Entry::Date(year, month, day)) => {
                FieldKind::Date { year: year.clone(), month: month.clone(), day: day.clone() }
            }
            (Kind::List { item, .. }, Entry::Many(texts, none)) => {
                // Only where there are rules does it matter by whom something is recognised.
                let own = self.library.countries().iter().map(|country| country.id.to_uppercase());
                let mut values: Vec<String> = own.collect();
                values.extend(
                    texts.iter().filter(|text| !values.contains(text)).cloned().collect::<Vec<_>>(),
                );
                let mut options: Vec<Choice> = values
                    .iter()
                    .enumerate()
                    .map(|(i, value)| {
                        let label = names::of_value(ui, item, node.name(), value);
                        choice(i, value, label, texts.contains(value), false)
                    })
                    .collect();
                options.push(choice(options.len(), NONE, ui.t("choice-none"), *none, true));
                FieldKind::Many(options)
            }
            (Kind::Text { allowed, .. }, _) => {
                let mut groups = self.groups(node, allowed, around, &one);
                if groups.is_empty() {
                    return FieldKind::Text(text.to_owned());
                }
                let all: Vec<&Choice> = groups.iter().flat_map(|group| &group.options).collect();
                let given_is_there = all.iter().any(|option| option.checked);
                let few = groups.len() == 1 && all.len() <= MAX_CHOICES;
                if few && (given_is_there || text.is_empty()) {
                    let mut options: Vec<Choice> =
                        groups.into_iter().flat_map(|group| group.options).collect();
                    options.push(one(""));
                    for (i, option) in options.iter_mut().enumerate() {
                        option.id = choice(i, "", String::new(), false, false).id;
                        option.apart = option.value.is_empty();
                        if option.apart {
                            option.label = Markup(escape(&ui.t("profile-unknown")));
                            option.checked = false;
                        }
                    }
                    return FieldKind::One(options);
                }
                let unknown = choice(0, "", ui.t("profile-choose"), false, false);
                let mut first = vec![unknown];
                if !given_is_there && !text.is_empty() {
                    first.push(choice(0, text, text.to_owned(), true, false));
                }
                groups.insert(0, Group { label: String::new(), options: first });
                FieldKind::Select(groups)
            }
            _ => FieldKind::Text(text.to_owned()),
        }
    }

    /// The values of a text in groups; none where any text is allowed.
    fn groups(
        &self,
        node: &Node<'_>,
        allowed: &[std::sync::Arc<str>],
        around: Option<&Object>,
        one: &dyn Fn(&str) -> Choice,
    ) -> Vec<Group> {
        let ui = self.ui;
        let plain = |options: Vec<Choice>| vec![Group { label: String::new(), options }];
        match node.shape.definition.as_deref() {
            Some("country") => {
                let own = |code: &str| {
                    self.library
                        .countries()
                        .iter()
                        .any(|country| country.id.eq_ignore_ascii_case(code))
                };
                let codes: Vec<&str> = names::in_order(ui, "country", allowed);
                let (near, far): (Vec<&str>, Vec<&str>) = codes.into_iter().partition(|c| own(c));
                let group = |key: &str, codes: Vec<&str>| Group {
                    label: ui.t(key),
                    options: codes.into_iter().map(one).collect(),
                };
                vec![
                    group("profile-countries-with-rules", near),
                    group("profile-countries-other", far),
                ]
            }
            Some("language") => {
                let codes = names::codes(ui, "language");
                plain(codes.iter().map(|code| one(code)).collect())
            }
            _ if !allowed.is_empty() => plain(allowed.iter().map(|value| one(value)).collect()),
            _ => self.by_condition(node, around, one),
        }
    }

    /// The values that conditions allow, as the levels of each test.
    fn by_condition(
        &self,
        node: &Node<'_>,
        around: Option<&Object>,
        one: &dyn Fn(&str) -> Choice,
    ) -> Vec<Group> {
        let Some(around) = around else { return Vec::new() };
        let mut groups = Vec::new();
        let mut chosen = false;
        for condition in &around.conditions {
            let Kind::Object(then) = &condition.then.kind else { continue };
            let property = then.properties.iter().find(|(name, _)| **name == *node.name());
            let Some((_, shape)) = property else { continue };
            let Kind::Text { allowed, .. } = &shape.kind else { continue };
            if allowed.is_empty() {
                continue;
            }
            let deciding = around.properties.iter().find(|(name, _)| *name == condition.property);
            let names = condition.values.iter().map(|value| match deciding {
                Some((name, shape)) => names::of_value(self.ui, shape, name, value),
                None => value.to_string(),
            });
            let label = names.collect::<Vec<_>>().join(&self.ui.t("list-joint"));
            let mut options: Vec<Choice> = allowed.iter().map(|value| one(value)).collect();
            for option in &mut options {
                // The same level may be one of several tests: one of them is marked.
                option.checked = option.checked && !chosen;
                chosen = chosen || option.checked;
            }
            groups.push(Group { label, options });
        }
        groups
    }

    fn hint(&self, path: &str) -> String {
        names::hint(self.ui, path).unwrap_or_default()
    }

    fn error(&self, path: &str) -> Option<String> {
        self.errors.get(path).cloned()
    }
}
