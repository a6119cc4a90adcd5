//! `profile.schema.json`: the shape of the common profile, in the part of JSON Schema 2020-12 that
//! it needs.
//!
//! Read are `type`, `properties`, `required`, `additionalProperties: false`, `items`, `maxItems`,
//! `enum`, `const`, `pattern`, `maxLength`, `minimum`, `maximum`, `multipleOf`, `format: date`,
//! `$ref` to `$defs`, and `allOf` of `if` … `then` in which one property decides. Any other keyword
//! that would restrict a profile is an error of the pack, so that nothing is promised in vain.

use std::sync::Arc;

use dmn::model::Title;
use feel::Number;
use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::pack::problem::{ProblemCode, Report};
use crate::scalar;

/// How deeply shapes may be nested, references included.
const MAX_DEPTH: usize = 24;

/// The longest list where the schema says nothing.
const MAX_ITEMS: usize = 1_000;

/// The longest text where the schema says nothing, in characters.
const MAX_TEXT_LENGTH: usize = 1_000;

/// Keywords that say nothing about what is valid.
const ANNOTATIONS: [&str; 6] =
    ["$schema", "$id", "title", "description", "$defs", "patternProperties"];

/// What a value may be.
#[derive(Debug)]
pub struct Shape {
    /// What it is called.
    pub title: Title,
    /// The name of the definition that it is, as `country`, where the schema refers to one.
    pub definition: Option<Arc<str>>,
    /// What it may be.
    pub kind: Kind,
}

/// Kinds of value.
#[derive(Debug)]
pub enum Kind {
    /// An object.
    Object(Object),
    /// A list.
    List {
        /// What each item may be.
        item: Box<Shape>,
        /// The most items.
        most: usize,
    },
    /// A text.
    Text {
        /// The only texts that are allowed; empty where the pattern decides.
        allowed: Vec<Arc<str>>,
        /// What the text matches.
        pattern: Option<Regex>,
        /// The most characters.
        longest: usize,
    },
    /// A number.
    Number {
        /// The least.
        min: Option<Number>,
        /// The greatest.
        max: Option<Number>,
        /// What it is a multiple of.
        step: Option<Number>,
        /// Whether it is whole.
        whole: bool,
    },
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
}

/// An object.
#[derive(Debug)]
pub struct Object {
    /// The name of its definition, if it has one.
    pub name: Option<String>,
    /// What may stand in it, in order.
    pub properties: Vec<(Arc<str>, Shape)>,
    /// What must stand in it.
    pub required: Vec<Arc<str>>,
    /// Whether nothing else may stand in it.
    pub closed: bool,
    /// What else holds where a property has a certain value.
    pub conditions: Vec<Condition>,
}

/// What holds where a property has one of certain values.
#[derive(Debug)]
pub struct Condition {
    /// The property that decides.
    pub property: Arc<str>,
    /// Its values.
    pub values: Vec<Arc<str>>,
    /// What the object is then.
    pub then: Shape,
}

impl Shape {
    /// The shape as a FEEL type.
    pub(crate) fn feel_type(&self) -> String {
        match &self.kind {
            Kind::Object(object) => match &object.name {
                Some(name) => type_name(name),
                None => object.feel_type(),
            },
            Kind::List { item, .. } => format!("list<{}>", item.feel_type()),
            Kind::Text { .. } => "string".to_owned(),
            Kind::Number { .. } => "number".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Date => "date".to_owned(),
        }
    }
}

impl Object {
    /// The properties that rule documents see.
    pub fn visible(&self) -> impl Iterator<Item = &(Arc<str>, Shape)> {
        self.properties.iter().filter(|(name, _)| !name.starts_with('$'))
    }

    fn feel_type(&self) -> String {
        let entries: Vec<String> =
            self.visible().map(|(name, shape)| format!("{name}: {}", shape.feel_type())).collect();
        format!("context<{}>", entries.join(", "))
    }
}

/// The rule document that declares the types of the profile and the input `person`.
pub(crate) fn declarations(root: &Object) -> String {
    let mut types: Vec<(String, String)> = Vec::new();
    collect_types(root, &mut types);
    types.push((type_name("profile"), root.feel_type()));
    let mut text = String::from(
        "---\nid: profile/types\ntitle: 档案的类型 / Types of the profile\n---\n\n## 类型 / Types\n\n\
         | type | base |\n|---|---|\n",
    );
    for (name, base) in types {
        text.push_str(&format!("| {name} | {base} |\n"));
    }
    text.push_str("\n| input | type |\n|---|---|\n| person | tProfile |\n| on | date |\n");
    text
}

/// Adds the named types of an object, those that others use first.
fn collect_types(object: &Object, types: &mut Vec<(String, String)>) {
    for (_, shape) in object.visible() {
        let mut shape = shape;
        while let Kind::List { item, .. } = &shape.kind {
            shape = item;
        }
        let Kind::Object(inner) = &shape.kind else { continue };
        collect_types(inner, types);
        if let Some(name) = inner.name.as_deref().map(type_name)
            && !types.iter().any(|(known, _)| *known == name)
        {
            types.push((name, inner.feel_type()));
        }
    }
}

/// `language_test` → `tLanguageTest`.
fn type_name(definition: &str) -> String {
    let mut name = String::from("t");
    for part in definition.split('_') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// Reads the schema of the common profile.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Option<Object> {
    let text = report.text(file);
    let json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            report.error(file, 0..0, ProblemCode::Format, format!("no JSON: {error}"), None);
            return None;
        }
    };
    let definitions = json.get("$defs").and_then(Json::as_object).cloned().unwrap_or_default();
    let reader = Reader { definitions: &definitions };
    let shape = reader.shape(&json, "#", None, 0).and_then(|shape| match shape.kind {
        Kind::Object(object) => Ok(object),
        _ => Err(fault("#", "a profile is an object")),
    });
    match shape {
        Ok(object) => Some(object),
        Err(message) => {
            report.error(file, 0..0, ProblemCode::Format, message, None);
            None
        }
    }
}

struct Reader<'s> {
    definitions: &'s Map<String, Json>,
}

fn fault(path: &str, what: impl std::fmt::Display) -> String {
    format!("{path}: {what}")
}

impl Reader<'_> {
    fn shape(
        &self,
        json: &Json,
        path: &str,
        name: Option<&str>,
        depth: usize,
    ) -> Result<Shape, String> {
        if depth > MAX_DEPTH {
            return Err(fault(path, "shapes are nested too deeply, or refer to themselves"));
        }
        let Some(schema) = json.as_object() else {
            return Err(fault(path, "a schema is an object"));
        };
        let title = schema.get("title").and_then(Json::as_str).map(titled).unwrap_or_default();
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            known_keywords(schema, &["$ref"], path)?;
            let definition = reference.strip_prefix("#/$defs/").unwrap_or_default();
            let Some(target) = self.definitions.get(definition) else {
                return Err(fault(path, format_args!("no definition `{reference}`")));
            };
            let mut shape = self.shape(target, reference, Some(definition), depth + 1)?;
            if !title.en.is_empty() {
                shape.title = title;
            }
            shape.definition = Some(definition.into());
            return Ok(shape);
        }
        let kind = match schema.get("type").and_then(Json::as_str) {
            Some("object") => Kind::Object(self.object(schema, path, name, depth)?),
            Some("array") => self.list(schema, path, depth)?,
            Some("string") => text(schema, path)?,
            Some(kind @ ("number" | "integer")) => number(schema, kind == "integer", path)?,
            Some("boolean") => {
                known_keywords(schema, &["type"], path)?;
                Kind::Boolean
            }
            None if schema.contains_key("properties") => {
                Kind::Object(self.object(schema, path, name, depth)?)
            }
            None if schema.contains_key("const") || schema.contains_key("enum") => {
                text(schema, path)?
            }
            _ => return Err(fault(path, "`type` is none that a profile knows")),
        };
        Ok(Shape { title, definition: None, kind })
    }

    fn object(
        &self,
        schema: &Map<String, Json>,
        path: &str,
        name: Option<&str>,
        depth: usize,
    ) -> Result<Object, String> {
        let known = ["type", "properties", "required", "additionalProperties", "allOf"];
        known_keywords(schema, &known, path)?;
        let mut properties = Vec::new();
        for (key, property) in
            schema.get("properties").and_then(Json::as_object).into_iter().flatten()
        {
            let path = format!("{path}/properties/{key}");
            properties.push((key.as_str().into(), self.shape(property, &path, None, depth + 1)?));
        }
        let mut conditions = Vec::new();
        for (i, rule) in
            schema.get("allOf").and_then(Json::as_array).into_iter().flatten().enumerate()
        {
            conditions.push(self.condition(rule, &format!("{path}/allOf/{i}"), depth)?);
        }
        Ok(Object {
            name: name.map(str::to_owned),
            properties,
            required: texts(schema.get("required")),
            closed: schema.get("additionalProperties").and_then(Json::as_bool) == Some(false),
            conditions,
        })
    }

    fn condition(&self, rule: &Json, path: &str, depth: usize) -> Result<Condition, String> {
        let deciding = rule.pointer("/if/properties").and_then(Json::as_object);
        let (Some((property, test)), Some(then)) =
            (deciding.and_then(|properties| properties.iter().next()), rule.get("then"))
        else {
            return Err(fault(path, "`if` names one property, and `then` says what holds"));
        };
        let values = match test.get("const").and_then(Json::as_str) {
            Some(value) => vec![value.into()],
            None => texts(test.get("enum")),
        };
        let then = self.shape(then, &format!("{path}/then"), None, depth + 1)?;
        Ok(Condition { property: property.as_str().into(), values, then })
    }

    fn list(&self, schema: &Map<String, Json>, path: &str, depth: usize) -> Result<Kind, String> {
        known_keywords(schema, &["type", "items", "maxItems"], path)?;
        let Some(items) = schema.get("items") else {
            return Err(fault(path, "a list needs `items`"));
        };
        let item = self.shape(items, &format!("{path}/items"), None, depth + 1)?;
        let most = schema.get("maxItems").and_then(Json::as_u64);
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX_ITEMS);
        Ok(Kind::List { item: Box::new(item), most })
    }
}

fn text(schema: &Map<String, Json>, path: &str) -> Result<Kind, String> {
    if schema.get("format").and_then(Json::as_str) == Some("date") {
        known_keywords(schema, &["type", "format"], path)?;
        return Ok(Kind::Date);
    }
    known_keywords(schema, &["type", "enum", "const", "pattern", "maxLength"], path)?;
    let allowed = match schema.get("const").and_then(Json::as_str) {
        Some(value) => vec![value.into()],
        None => texts(schema.get("enum")),
    };
    let pattern = match schema.get("pattern").and_then(Json::as_str) {
        Some(pattern) => Some(Regex::new(pattern).map_err(|error| fault(path, error))?),
        None => None,
    };
    let longest = schema.get("maxLength").and_then(Json::as_u64);
    let longest = longest.and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX_TEXT_LENGTH);
    Ok(Kind::Text { allowed, pattern, longest })
}

fn number(schema: &Map<String, Json>, whole: bool, path: &str) -> Result<Kind, String> {
    known_keywords(schema, &["type", "minimum", "maximum", "multipleOf"], path)?;
    let figure = |key: &str| match schema.get(key) {
        None => Ok(None),
        Some(json) => scalar::number(&json.to_string())
            .map(Some)
            .ok_or_else(|| fault(path, format_args!("`{key}` is no decimal number"))),
    };
    Ok(Kind::Number {
        min: figure("minimum")?,
        max: figure("maximum")?,
        step: figure("multipleOf")?,
        whole,
    })
}

fn known_keywords(schema: &Map<String, Json>, known: &[&str], path: &str) -> Result<(), String> {
    let unknown =
        |key: &&String| !known.contains(&key.as_str()) && !ANNOTATIONS.contains(&key.as_str());
    match schema.keys().find(unknown) {
        Some(key) => Err(fault(path, format_args!("the keyword `{key}` is not read here"))),
        None => Ok(()),
    }
}

fn texts(json: Option<&Json>) -> Vec<Arc<str>> {
    let items = json.and_then(Json::as_array).into_iter().flatten();
    items.filter_map(Json::as_str).map(Arc::from).collect()
}

fn titled(text: &str) -> Title {
    match text.split_once(" / ") {
        Some((zh, en)) => Title { zh: zh.to_owned(), en: en.to_owned() },
        None => Title { zh: text.to_owned(), en: text.to_owned() },
    }
}
