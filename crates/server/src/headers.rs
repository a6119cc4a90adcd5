//! What every answer carries: what a browser may do with it, and for how long it may keep it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action \
         'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the headers of security, and forbids to keep what carries answers.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let carries_answers = *request.method() == Method::POST
        || path.starts_with("/assess")
        || path.starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // What is given out as it was handed in may do even less.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let rule = if carries_answers { "no-store" } else { "no-cache" };
    let failed = !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if failed {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(rule));
    }
    response
}

/// Answers with “not modified” where the browser already has the page.
pub(crate) async fn conditional(request: Request, next: Next) -> Response {
    let known = tags(request.headers());
    let response = next.run(request).await;
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let fresh = tag.is_some_and(|tag| known.iter().any(|known| same(known, tag)));
    if !fresh || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}

fn tags(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().to_owned())
        .take(16)
        .collect()
}

/// Whether two tags name the same content, compressed or not.
fn same(a: &str, b: &str) -> bool {
    let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    strong(a) == strong(b)
}
