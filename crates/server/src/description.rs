//! What the API does, in OpenAPI 3.1.
//!
//! Each address is told once, in [`ENDPOINTS`]; the schemas are derived from the types that the
//! handlers read and write. What was written by hand before there were cases is `openapi.json`.

mod endpoints;

use std::sync::LazyLock;

use axum::http::StatusCode;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

pub(crate) use endpoints::ENDPOINTS;

use crate::cases::scope::Scope;
use crate::language::Language;
use crate::messages;

/// An address of the API and what it does.
pub(crate) struct Endpoint {
    /// What it is called.
    pub id: &'static str,
    /// The method, in small letters.
    pub method: &'static str,
    /// The address.
    pub path: &'static str,
    /// The part of the API.
    pub tag: &'static str,
    /// The message that says what it does.
    pub title: &'static str,
    /// The message that says what one must know to use it.
    pub about: Option<&'static str>,
    /// What the token must open; none where no token is needed.
    pub scope: Option<Scope>,
    /// What may stand in the query.
    pub query: Option<Shape>,
    /// What is sent.
    pub body: Option<Body>,
    /// What is answered.
    pub answers: &'static [Answer],
    /// The statuses of problems.
    pub problems: &'static [u16],
}

/// The schema of a type.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// What is sent to an address.
pub(crate) struct Body {
    /// Its shape.
    pub shape: Shape,
    /// Examples: what they are called, and JSON.
    pub examples: &'static [(&'static str, &'static str)],
}

/// An answer that is no problem.
pub(crate) struct Answer {
    /// The status.
    pub status: u16,
    /// In a few words.
    pub text: &'static str,
    /// The media type.
    pub media_type: &'static str,
    /// Its shape, where it is JSON.
    pub shape: Option<Shape>,
}

/// The schema of a type, by reference.
pub(crate) fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The description.
pub(crate) static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);

fn describe() -> Value {
    let mut whole: Value =
        serde_json::from_str(include_str!("../openapi.json")).unwrap_or_default();
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    for endpoint in ENDPOINTS {
        let operation = operation(endpoint, &mut generator);
        if let Some(paths) = whole.get_mut("paths").and_then(Value::as_object_mut) {
            let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
            if let Some(path) = path.as_object_mut() {
                path.insert(endpoint.method.to_owned(), operation);
            }
        }
    }
    let schemas = generator.take_definitions(true);
    if let Some(known) = whole.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        known.extend(schemas);
    }
    if let Some(components) = whole.get_mut("components").and_then(Value::as_object_mut) {
        let token = json!({ "type": "http", "scheme": "bearer" });
        components.insert("securitySchemes".to_owned(), json!({ "token": token }));
    }
    whole
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let text = |key| messages::text(Language::English, key, None);
    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    put("operationId", endpoint.id.into());
    put("tags", json!([endpoint.tag]));
    put("summary", text(endpoint.title).into());
    let mut about = endpoint.about.map(text).unwrap_or_default();
    if let Some(scope) = endpoint.scope {
        let needs = format!("The token needs the scope `{scope}`.");
        about = if about.is_empty() { needs } else { format!("{about} {needs}") };
        put("security", json!([{ "token": [] }]));
    }
    if !about.is_empty() {
        put("description", about.into());
    }
    let mut parameters = path_parameters(endpoint.path);
    parameters.extend(endpoint.query.iter().flat_map(|shape| query_parameters(*shape)));
    let made = [Some(Scope::CasesAct), Some(Scope::WebhooksManage)].contains(&endpoint.scope)
        && endpoint.answers.iter().any(|answer| answer.status == 201);
    if endpoint.body.is_some() && made {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "What the client calls this request, where the body has no `id`",
            "schema": { "type": "string", "pattern": "^[!-~]+$", "maxLength": 200 },
        }));
    }
    if !parameters.is_empty() {
        put("parameters", parameters.into());
    }
    if let Some(body) = &endpoint.body {
        let examples: Map<String, Value> = body
            .examples
            .iter()
            .filter_map(|(name, text)| {
                let value: Value = serde_json::from_str(text).ok()?;
                Some(((*name).to_owned(), json!({ "value": value })))
            })
            .collect();
        let schema = (body.shape)(generator);
        let mut content = Map::new();
        for media_type in media_types(&schema) {
            content.insert(media_type, json!({}));
        }
        if content.is_empty() {
            let json = json!({ "schema": schema, "examples": examples });
            content.insert("application/json".to_owned(), json);
        }
        put("requestBody", json!({ "required": true, "content": content }));
    }
    let mut responses = Map::new();
    for answer in endpoint.answers {
        let schema = answer.shape.map(|shape| json!({ "schema": shape(generator) }));
        let schema = schema.unwrap_or_else(|| json!({}));
        let told = match answer.media_type {
            "" => json!({ "description": answer.text }),
            of => json!({ "description": answer.text, "content": { of: schema } }),
        };
        responses.insert(answer.status.to_string(), told);
    }
    // Whoever needs a token can ask too often with it.
    let too_often = endpoint.scope.map(|_| &StatusCode::TOO_MANY_REQUESTS);
    for problem in endpoint.problems.iter().copied().chain(too_often.map(StatusCode::as_u16)) {
        let problem_schema = json!({ "$ref": "#/components/responses/Problem" });
        responses.insert(problem.to_string(), problem_schema);
    }
    put("responses", responses.into());
    Value::Object(operation)
}

/// The media types of which a schema tells that it is no JSON.
fn media_types(schema: &Schema) -> Vec<String> {
    let forms = schema.get("oneOf").and_then(Value::as_array);
    let media_type = |form: &Value| Some(form.get("contentMediaType")?.as_str()?.to_owned());
    forms.into_iter().flatten().filter_map(media_type).collect()
}

/// The parts of an address that vary.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names
        .map(|name| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "schema": { "type": "string", "minLength": 1 },
            })
        })
        .collect()
}

/// The members of a query.
fn query_parameters(shape: Shape) -> Vec<Value> {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let schema = shape(&mut generator).to_value();
    let properties = schema.get("properties").and_then(Value::as_object).cloned();
    properties
        .unwrap_or_default()
        .into_iter()
        .map(|(name, mut schema)| {
            let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            // A parameter that is absent is absent; there is no null in an address.
            if let Some(Value::Array(types)) = schema.get("type")
                && let Some(first) = types.first().cloned()
                && let Some(schema) = schema.as_object_mut()
            {
                schema.insert("type".to_owned(), first);
            }
            let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
            if let (Some(about), Some(parameter)) = (about, parameter.as_object_mut()) {
                parameter.insert("description".to_owned(), about);
            }
            parameter
        })
        .collect()
}
