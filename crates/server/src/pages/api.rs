//! The documentation of the API, from its description.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Map, Value};

use super::{page, ui_of};
use crate::description::{DESCRIPTION, ENDPOINTS};
use crate::text::Markup;
use crate::ui::{Area, Ui};

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    ui: Ui,
    operations: Vec<Operation>,
    problems: Vec<(u16, String)>,
    shapes: Vec<Shape>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    title: Markup,
    about: Option<Markup>,
    scope: Option<&'static str>,
    parameters: Vec<Member>,
    body: Option<String>,
    examples: Vec<String>,
    answers: Vec<Told>,
}

/// An answer: its status, what it means, the shape of what it carries.
struct Told {
    status: String,
    text: Markup,
    shape: Option<String>,
}

struct Shape {
    name: String,
    about: Markup,
    members: Vec<Member>,
}

struct Member {
    name: String,
    kind: String,
    /// The shape that it has, which the page describes.
    shape: Option<String>,
    needed: bool,
    about: Markup,
}

/// `GET /api`
pub(crate) async fn api(uri: Uri, headers: HeaderMap) -> Response {
    let ui = ui_of(Area::Home, &uri, &headers);
    let language = ui.language;
    let paths = DESCRIPTION.get("paths").and_then(Value::as_object);
    let operations = paths.into_iter().flatten().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(|(method, told)| operation(&ui, path, method, told)).collect::<Vec<_>>()
    });
    let shapes = DESCRIPTION.pointer("/components/schemas").and_then(Value::as_object);
    let shapes = shapes.into_iter().flatten().map(|(name, schema)| Shape {
        name: name.clone(),
        about: words(&ui, schema),
        members: members(&ui, schema),
    });
    let problems = [
        (400, "api-problem-400"),
        (401, "api-problem-401"),
        (403, "api-problem-403"),
        (404, "api-problem-404"),
        (405, "api-problem-405"),
        (408, "api-problem-408"),
        (409, "api-problem-409"),
        (413, "api-problem-413"),
        (415, "api-problem-415"),
        (422, "api-problem-422"),
        (429, "api-problem-429"),
        (500, "api-problem-500"),
        (503, "api-problem-503"),
    ];
    let template = ApiPage {
        operations: operations.collect(),
        problems: problems.into_iter().map(|(status, key)| (status, ui.t(key))).collect(),
        shapes: shapes.filter(|shape| !shape.members.is_empty()).collect(),
        ui,
    };
    page(StatusCode::OK, &template, language)
}

fn operation(ui: &Ui, path: &str, method: &str, told: &Value) -> Operation {
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    let ours = ENDPOINTS.iter().find(|one| one.path == path && one.method == method);
    let content = told.pointer("/requestBody/content/application~1json");
    let examples = content.map(|content| {
        let one = content.get("example").into_iter();
        let several = content.get("examples").and_then(Value::as_object);
        let several = several.into_iter().flatten().filter_map(|(_, one)| one.get("value"));
        one.chain(several)
            .map(|value| serde_json::to_string_pretty(value).unwrap_or_default())
            .collect()
    });
    let title = match (ours, path) {
        (Some(ours), _) => ui.mark(&ui.t(ours.title)),
        (None, "/api/v1/programmes") => ui.mark(&ui.t("api-programmes")),
        (None, "/api/v1/coverage") => ui.mark(&ui.t("api-coverage")),
        (None, "/api/v1/assess") => ui.mark(&ui.t("api-assess")),
        (None, "/api/v1/assess-all") => ui.mark(&ui.t("api-assess-all")),
        (None, "/api/openapi.json") => ui.mark(&ui.t("api-description")),
        (None, "/healthz") => ui.mark(&ui.t("api-health")),
        (None, "/readyz") => ui.mark(&ui.t("api-ready")),
        (None, _) => ui.mark(text("summary")),
    };
    let parameters = told.get("parameters").and_then(Value::as_array);
    let answers = told.get("responses").and_then(Value::as_object).into_iter().flatten();
    Operation {
        anchor: text("operationId").to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        title,
        about: ours.and_then(|ours| ours.about).map(|key| ui.mark(&ui.t(key))),
        scope: ours.and_then(|ours| ours.scope).map(crate::cases::scope::Scope::name),
        parameters: parameters.into_iter().flatten().map(|one| parameter(ui, one)).collect(),
        body: content.and_then(|content| shape_of(content.get("schema")?)),
        examples: examples.unwrap_or_default(),
        answers: answers
            .filter(|(_, answer)| answer.get("description").is_some())
            .map(|(status, answer)| Told {
                status: status.clone(),
                text: words(ui, answer),
                shape: answer.pointer("/content/application~1json/schema").and_then(shape_of),
            })
            .collect(),
    }
}

fn parameter(ui: &Ui, one: &Value) -> Member {
    let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
    Member {
        name: text("name").to_owned(),
        kind: format!("{}: {}", text("in"), one.get("schema").map(kind).unwrap_or_default()),
        shape: None,
        needed: one.get("required").and_then(Value::as_bool) == Some(true),
        about: words(ui, one),
    }
}

/// The members of an object, or the forms of something that has several.
fn members(ui: &Ui, schema: &Value) -> Vec<Member> {
    let needed = |name: &str| {
        let needed = schema.get("required").and_then(Value::as_array);
        needed.is_some_and(|names| names.iter().any(|one| one == name))
    };
    let member = |(name, schema): (&String, &Value)| Member {
        name: name.clone(),
        kind: kind(schema),
        shape: shape_of(schema),
        needed: needed(name),
        about: words(ui, schema),
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    if let Some(properties) = properties {
        return properties.iter().map(member).collect();
    }
    let forms = schema.get("oneOf").and_then(Value::as_array);
    forms.into_iter().flatten().flat_map(|form| form_of(ui, form)).collect()
}

/// A form of something that has several: a word, or an object with one member.
fn form_of(ui: &Ui, form: &Value) -> Vec<Member> {
    if let Some(properties) = form.get("properties").and_then(Value::as_object) {
        let inner = |(name, schema): (&String, &Value)| {
            let names = schema.get("properties").and_then(Value::as_object);
            let names: Vec<&str> =
                names.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            Member {
                name: name.clone(),
                kind: format!("{{{}}}", names.join(", ")),
                shape: None,
                needed: false,
                about: words(ui, form),
            }
        };
        return properties.iter().map(inner).collect();
    }
    let words_of = form
        .get("const")
        .into_iter()
        .chain(form.get("enum").and_then(Value::as_array).into_iter().flatten());
    words_of
        .filter_map(Value::as_str)
        .map(|name| Member {
            name: name.to_owned(),
            kind: String::new(),
            shape: None,
            needed: false,
            about: words(ui, form),
        })
        .collect()
}

/// What a schema says of itself.
fn words(ui: &Ui, schema: &Value) -> Markup {
    ui.mark(schema.get("description").and_then(Value::as_str).unwrap_or_default())
}

/// The kind of value in a word or two.
fn kind(schema: &Value) -> String {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect();
        return values.join(" | ");
    }
    if let Some(items) = schema.get("items") {
        return format!("[{}]", kind(items));
    }
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let format = schema.get("format").and_then(Value::as_str);
    match format {
        Some(format) => format!("{} ({format})", kinds.join(" | ")),
        None => kinds.join(" | "),
    }
}

/// The shape that a schema refers to.
fn shape_of(schema: &Value) -> Option<String> {
    let among = |name: &str| {
        let some = schema.get(name).and_then(Value::as_array);
        some.into_iter().flatten().find_map(shape_of)
    };
    let own = || schema.get("$ref").and_then(Value::as_str)?.rsplit('/').next().map(str::to_owned);
    own().or_else(|| schema.get("items").and_then(shape_of)).or_else(|| among("anyOf"))
}
