//! What was done in cases, for process mining and evaluation: OCEL 2.0 and CSV.
//!
//! An export says what was done, when, as what and for which department. It holds no fact of an
//! application, no reason, no name: people are numbered anew in each export, in the order in which
//! they first act, and documents within their case.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::action::{Action, Document, Verdict, What};
use crate::procedure::kind_name;

/// An event log as OCEL 2.0 lays down for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventLog {
    /// The types of object and what is told of each.
    pub object_types: Vec<Type>,
    /// The types of event and what is told of each.
    pub event_types: Vec<Type>,
    /// The objects.
    pub objects: Vec<Object>,
    /// The events, in the order of the logs.
    pub events: Vec<Event>,
}

/// A type of object or event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Type {
    /// Its name.
    pub name: String,
    /// What is told of each.
    pub attributes: Vec<AttributeType>,
}

/// Something that is told of objects or events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeType {
    /// Its name.
    pub name: &'static str,
    /// `string`, `time`, `integer`, `float` or `boolean`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Object {
    /// Unique in the log.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What is told of it, from when.
    pub attributes: Vec<ObjectAttribute>,
    /// The objects that belong to it.
    pub relationships: Vec<Relationship>,
}

/// Something that is told of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectAttribute {
    /// Its name.
    pub name: &'static str,
    /// From when it holds.
    pub time: Timestamp,
    /// Its value.
    pub value: String,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Unique in the log.
    pub id: String,
    /// Its type: the kind of action, as procedures name it.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it reached the authority.
    pub time: Timestamp,
    /// What is told of it.
    pub attributes: Vec<EventAttribute>,
    /// The objects that it is about.
    pub relationships: Vec<Relationship>,
}

/// Something that is told of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// What an object is to another one, or to an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship {
    /// The object.
    pub object_id: String,
    /// What it is to it.
    pub qualifier: &'static str,
}

const CASE: &str = "case";
const PERSON: &str = "person";
const DEPARTMENT: &str = "department";
const DOCUMENT: &str = "document";
const DECISION: &str = "decision";

/// The types of object, with what is told of each.
const OBJECT_TYPES: [(&str, &[&str]); 5] = [
    (CASE, &["procedure"]),
    (PERSON, &["role"]),
    (DEPARTMENT, &[]),
    (DOCUMENT, &["kind"]),
    (DECISION, &["verdict"]),
];

/// What is told of events.
const EVENT_ATTRIBUTES: [&str; 5] = ["role", "version", "verdict", "clock", "act"];

/// The logs of cases as OCEL 2.0, whose objects are cases, people, departments, documents and
/// decisions. Written with `serde_json`, it is a file as the standard lays down.
pub fn ocel<'l>(logs: impl IntoIterator<Item = &'l [Action]>) -> EventLog {
    let mut builder = Builder::default();
    let mut events = Vec::new();
    for log in logs {
        builder.decisions = 0;
        builder.documents.clear();
        for (version, action) in (1_u64..).zip(log) {
            events.push(builder.event(version, action));
        }
    }
    let mut kinds: Vec<&String> = events.iter().map(|event| &event.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let text = |name: &&'static str| AttributeType { name, kind: "string" };
    let event_type = |name: &String| Type {
        name: name.clone(),
        attributes: EVENT_ATTRIBUTES.iter().map(text).collect(),
    };
    let object_type = |(name, attributes): (&str, &[&'static str])| Type {
        name: name.to_owned(),
        attributes: attributes.iter().map(text).collect(),
    };
    EventLog {
        object_types: OBJECT_TYPES.into_iter().map(|(name, of)| object_type((name, of))).collect(),
        event_types: kinds.into_iter().map(event_type).collect(),
        objects: builder.objects,
        events,
    }
}

/// People by number, in the order in which they first appear.
#[derive(Debug, Default)]
struct People(BTreeMap<String, usize>);

impl People {
    fn number(&mut self, person: &str) -> String {
        let next = self.0.len() + 1;
        format!("person-{}", self.0.entry(person.to_owned()).or_insert(next))
    }
}

#[derive(Debug, Default)]
struct Builder {
    objects: Vec<Object>,
    /// Indices into `objects`.
    by_id: BTreeMap<String, usize>,
    people: People,
    /// Of the case at hand: copies by what they are called there.
    documents: BTreeMap<String, String>,
    /// Of the case at hand.
    decisions: usize,
}

impl Builder {
    /// The object of this name, which is added if it is not there. The people of a log and the
    /// references of its cases never collide: each name begins with its type.
    fn object(&mut self, kind: &'static str, name: &str) -> (String, &mut Object) {
        let id = format!("{kind}:{name}");
        let next = self.objects.len();
        let index = *self.by_id.entry(id.clone()).or_insert(next);
        if index == next {
            let (attributes, relationships) = (Vec::new(), Vec::new());
            self.objects.push(Object { id: id.clone(), kind, attributes, relationships });
        }
        // INVARIANT: `by_id` holds indices of objects that have been pushed.
        #[expect(clippy::indexing_slicing, reason = "the index was pushed here or earlier")]
        (id, &mut self.objects[index])
    }

    fn event(&mut self, version: u64, action: &Action) -> Event {
        let at = action.at;
        let mut relationships = Vec::new();
        let mut relate = |object_id: String, qualifier| {
            relationships.push(Relationship { object_id, qualifier });
        };
        let (case, _) = self.object(CASE, &action.case);
        relate(case.clone(), "case");
        let person = self.people.number(&action.actor.person);
        let role = role_name(action);
        let (actor, object) = self.object(PERSON, &person);
        // Roles change: each holds from when it was first acted in.
        if object.attributes.last().is_none_or(|last| last.value != role) {
            object.attributes.push(ObjectAttribute { name: "role", time: at, value: role.clone() });
        }
        relate(actor, "actor");
        if let Some(of) = &action.on_behalf {
            let person = self.people.number(of);
            relate(self.object(PERSON, &person).0, "on behalf of");
        }
        if let Some(department) = &action.actor.department {
            relate(self.object(DEPARTMENT, department).0, "department");
        }
        let mut told = vec![("role", role), ("version", version.to_string())];
        match &action.what {
            What::Open { procedure, reconsiders, .. } => {
                let attribute =
                    ObjectAttribute { name: "procedure", time: at, value: procedure.clone() };
                self.object(CASE, &action.case).1.attributes.push(attribute);
                if let Some(other) = reconsiders {
                    let (other, _) = self.object(CASE, other);
                    self.belong(CASE, &action.case, &other, "reconsiders");
                    relate(other, "reconsidered case");
                }
            }
            What::SaveDraft { documents, .. } | What::Correct { documents, .. } => {
                for document in documents {
                    relate(self.document(action, document), "handed in");
                }
            }
            What::RequestCorrection { items, .. } => {
                for copy in items.iter().filter_map(|item| item.copy.as_ref()) {
                    if let Some(document) = self.documents.get(copy) {
                        relate(document.clone(), "faulted");
                    }
                }
            }
            What::Answer { verdict, .. } => told.push(("verdict", verdict_name(*verdict))),
            What::Decide { verdict, .. } => {
                told.push(("verdict", verdict_name(*verdict)));
                self.decisions += 1;
                let name = format!("{}/{}", action.case, self.decisions);
                let value = verdict_name(*verdict);
                let (decision, object) = self.object(DECISION, &name);
                object.attributes.push(ObjectAttribute { name: "verdict", time: at, value });
                self.belong(CASE, &action.case, &decision, "decision");
                relate(decision, "made");
            }
            What::ServeDecision { .. } => {
                relationships.extend(self.latest_decision(action, "served"));
            }
            What::AnnulDecision { .. } => {
                relationships.extend(self.latest_decision(action, "withdrawn"));
            }
            What::SuspectDuplicate { of, .. } | What::ResolveDuplicate { of, .. } => {
                relate(self.object(CASE, of).0, "suspected duplicate");
            }
            What::Contest { by } => relate(self.object(CASE, by).0, "contested in"),
            What::Suspend { clock, .. }
            | What::Resume { clock, .. }
            | What::RequestExtension { clock, .. }
            | What::Extend { clock, .. } => {
                told.push(("clock", clock.clone()));
            }
            What::Record { clock, act } => {
                told.push(("clock", clock.clone()));
                told.push(("act", act_name(act)));
            }
            What::Submit
            | What::Accept
            | What::NotAccept { .. }
            | What::ServeCorrection { .. }
            | What::StartReview
            | What::Verify { .. }
            | What::Propose { .. }
            | What::ConfirmAdverse { .. }
            | What::ReturnToReview { .. }
            | What::Close
            | What::Withdraw
            | What::ServeNotice { .. }
            | What::DeclareConflict { .. } => {}
        }
        Event {
            id: format!("event:{}/{version}", action.case),
            kind: kind_name(action.what.kind()),
            time: at,
            attributes: told
                .into_iter()
                .map(|(name, value)| EventAttribute { name, value })
                .collect(),
            relationships,
        }
    }

    /// Says that an object belongs to another one.
    fn belong(&mut self, kind: &'static str, name: &str, object: &str, qualifier: &'static str) {
        let relationship = Relationship { object_id: object.to_owned(), qualifier };
        self.object(kind, name).1.relationships.push(relationship);
    }

    fn document(&mut self, action: &Action, document: &Document) -> String {
        let name = format!("{}/{}", action.case, self.documents.len() + 1);
        let (id, object) = self.object(DOCUMENT, &name);
        let value = document.kind.clone();
        object.attributes.push(ObjectAttribute { name: "kind", time: action.at, value });
        self.documents.insert(document.id.clone(), id.clone());
        self.belong(CASE, &action.case, &id, "document");
        id
    }

    /// The latest decision of the case; what the law decided by silence is no object.
    fn latest_decision(
        &mut self,
        action: &Action,
        qualifier: &'static str,
    ) -> Option<Relationship> {
        if self.decisions == 0 {
            return None;
        }
        let name = format!("{}/{}", action.case, self.decisions);
        Some(Relationship { object_id: self.object(DECISION, &name).0, qualifier })
    }
}

/// The columns of [`csv`].
pub const COLUMNS: [&str; 10] = [
    "case_id",
    "procedure",
    "version",
    "activity",
    "timestamp",
    "actor",
    "actor_role",
    "department",
    "verdict",
    "clock",
];

/// The logs of cases as a table, one line for each action. Cells that a spreadsheet would take for
/// a formula begin with an apostrophe.
///
/// # Errors
///
/// When the table cannot be written.
pub fn csv<'l>(logs: impl IntoIterator<Item = &'l [Action]>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    let mut people = People::default();
    for log in logs {
        let procedure = log.first().and_then(|first| match &first.what {
            What::Open { procedure, .. } => Some(procedure.as_str()),
            _ => None,
        });
        for (version, action) in (1_u64..).zip(log) {
            let (verdict, clock) = match &action.what {
                What::Answer { verdict, .. } | What::Decide { verdict, .. } => {
                    (verdict_name(*verdict), "")
                }
                What::Suspend { clock, .. }
                | What::Resume { clock, .. }
                | What::RequestExtension { clock, .. }
                | What::Extend { clock, .. }
                | What::Record { clock, .. } => (String::new(), clock.as_str()),
                _ => (String::new(), ""),
            };
            let cells = [
                action.case.as_str(),
                procedure.unwrap_or_default(),
                &version.to_string(),
                &kind_name(action.what.kind()),
                &action.at.to_string(),
                &people.number(&action.actor.person),
                &role_name(action),
                action.actor.department.as_deref().unwrap_or_default(),
                &verdict,
                clock,
            ];
            writer.write_record(cells.map(harmless))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn role_name(action: &Action) -> String {
    name(&action.actor.role)
}

fn verdict_name(verdict: Verdict) -> String {
    name(&verdict)
}

/// What a clock's act is called in its log.
fn act_name(act: &clock::Act) -> String {
    match serde_json::to_value(act) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(serde_json::Value::Object(tagged)) => tagged.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

fn name(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
