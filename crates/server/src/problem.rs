//! What goes wrong with a request to the API, told as RFC 9457 says.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dmn::model::Title;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value, json};

use crate::fields::shorten;
use crate::form::BodyFault;
use crate::language::Language;
use crate::messages;

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    message: Option<Title>,
    errors: Vec<Value>,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem whose type is `urn:xianlu:problem:` and the code.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        Problem(Box::new(Parts {
            status,
            code,
            title,
            detail: detail.into(),
            message: None,
            errors: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// The request makes sense and cannot be done.
    pub fn invalid(code: &'static str, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail)
    }

    /// The request cannot be read.
    pub fn unreadable(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "request", "The request cannot be read", detail)
            .say("problem-request")
    }

    /// The query of the address cannot be read.
    pub fn query(detail: impl Into<String>) -> Problem {
        let title = "The query of the address cannot be read";
        Problem::new(StatusCode::BAD_REQUEST, "query", title, detail).say("problem-query")
    }

    /// Whether it says that something is not there.
    pub fn is_not_found(&self) -> bool {
        self.0.status == StatusCode::NOT_FOUND
    }

    /// With the same in the words of both languages, from the messages.
    pub fn say(mut self, key: &str) -> Problem {
        let text = |language| messages::text(language, key, None);
        self.0.message = Some(Title { zh: text(Language::Chinese), en: text(Language::English) });
        self
    }

    /// With a place in the request, as a JSON pointer, and what is wrong there.
    pub fn at(mut self, pointer: &str, detail: impl Into<String>) -> Problem {
        self.0.errors.push(json!({ "pointer": pointer, "detail": detail.into() }));
        self
    }

    /// With places in the request and what is wrong at each.
    pub fn errors(mut self, errors: Vec<Value>) -> Problem {
        self.0.errors = errors;
        self
    }

    /// With a member of its own.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.0.more.insert(name.to_owned(), value.into());
        self
    }

    /// With a header.
    pub fn header(mut self, name: HeaderName, value: &str) -> Problem {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, code, title, detail, message, errors, more, headers } = *self.0;
        let mut body = Map::new();
        body.insert("type".to_owned(), format!("urn:xianlu:problem:{code}").into());
        body.insert("title".to_owned(), title.into());
        body.insert("status".to_owned(), status.as_u16().into());
        body.insert("detail".to_owned(), detail.into());
        if let Some(message) = &message {
            body.insert("message".to_owned(), both(message));
        }
        if !errors.is_empty() {
            body.insert("errors".to_owned(), Value::Array(errors));
        }
        body.extend(more);
        let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, media_type, Value::Object(body).to_string()).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

/// A body that cannot be taken in.
pub(crate) fn body_problem(fault: BodyFault, limit: usize) -> Problem {
    match fault {
        BodyFault::TooLarge => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "The request is too large",
            format!("at most {limit} bytes are read"),
        ),
        BodyFault::Unreadable => Problem::unreadable("it ended early"),
        BodyFault::Late => Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "late",
            "The request did not arrive in time",
            "send it again",
        ),
    }
}

/// Whether a body says that it is JSON.
///
/// # Errors
///
/// The problem, if it does not.
pub(crate) fn must_be_json(headers: &axum::http::HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        "The request is no JSON",
        "send the request with `Content-Type: application/json`",
    ))
}

/// Reads JSON; what cannot be read is told with its line, column and pointer.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8], example: &str) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Problem::unreadable(format!("it is no UTF-8: {error}")))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| (pointer(error.path()), error.into_inner()))
        .and_then(|value| reader.end().map(|()| value).map_err(|error| ("#".to_owned(), error)));
    read.map_err(|(pointer, error)| {
        let detail = format!("{error}; write an object as {example}");
        let problem =
            Problem::unreadable(detail).with("line", error.line()).with("column", error.column());
        match error.classify() {
            Category::Data => {
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                problem.at(&pointer, what)
            }
            Category::Io | Category::Syntax | Category::Eof => problem,
        }
    })
}

/// A place in a document as a JSON pointer in a fragment.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = "#".to_owned();
    for segment in path.iter() {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&shorten(&name).replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// Reads the query of an address.
pub(crate) fn read_query<T: for<'q> Deserialize<'q>>(uri: &axum::http::Uri) -> Result<T, Problem> {
    // No text that is kept has one; what a place in a list is, is read by who made it.
    let query = uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    if let Some((name, _)) = pairs.find(|(name, text)| name != "cursor" && text.contains('\0')) {
        return Err(Problem::query(format!("`{}` has a NUL character", shorten(&name))));
    }
    axum::extract::Query::<T>::try_from_uri(uri)
        .map(|query| query.0)
        .map_err(|rejection| Problem::query(rejection.body_text()))
}

/// A text in both languages.
pub(crate) fn both(title: &Title) -> Value {
    json!({ "zh": title.zh, "en": title.en })
}
