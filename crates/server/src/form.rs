//! Forms as they arrive: read within limits, and never half.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

/// The largest form that is read, in bytes.
pub(crate) const MAX_FORM: usize = 256 * 1024;

/// The largest body that is taken in and thrown away, so that its sender can read the answer.
const MAX_DRAIN: usize = 32 * 1024 * 1024;

/// The most fields of a form.
const MAX_FIELDS: usize = 2_000;

/// How long a body may take to arrive.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(20);

/// The fields of a form in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// It is too large.
    TooLarge,
    /// It ended early, or is not of the kind that was asked for.
    Unreadable,
    /// It did not arrive in time.
    Late,
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read_body(body: Body, limit: usize) -> Result<Vec<u8>, BodyFault> {
    match tokio::time::timeout(BODY_TIME, read_all(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(BodyFault::Late),
    }
}

async fn read_all(mut body: Body, limit: usize) -> Result<Vec<u8>, BodyFault> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyFault::Unreadable)?;
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(data);
        } else {
            bytes = Vec::new();
            if length > MAX_DRAIN {
                break;
            }
        }
    }
    if length > limit { Err(BodyFault::TooLarge) } else { Ok(bytes) }
}

impl Fields {
    /// Reads the body of a form.
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Fields, BodyFault> {
        let bytes = read_body(body, MAX_FORM).await?;
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(BodyFault::Unreadable);
        }
        let fields: Vec<_> =
            form_urlencoded::parse(&bytes).into_owned().take(MAX_FIELDS + 1).collect();
        if fields.len() > MAX_FIELDS { Err(BodyFault::TooLarge) } else { Ok(Fields(fields)) }
    }

    /// The first field of this name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// How many items of a list there are, by the fields `name[0]…`, `name[1]…`.
    pub fn count(&self, name: &str) -> usize {
        let index = |key: &str| {
            let rest = key.strip_prefix(name)?.strip_prefix('[')?;
            rest.split_once(']')?.0.parse::<usize>().ok()
        };
        let most = self.0.iter().filter_map(|(key, _)| index(key)).max();
        most.map_or(0, |most| most.saturating_add(1))
    }

    /// The fields of this name.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Fields {
        Fields(fields.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}
