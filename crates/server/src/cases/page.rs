//! Pages of long lists: how many, and from where.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// How many entries a page has where nothing is asked for.
const USUAL: usize = 50;

/// The most entries of a page.
pub(crate) const MOST: usize = 200;

/// Which part of a long list is asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// Where the last page ended: its `next`.
    pub cursor: Option<String>,
    /// How many entries at most.
    #[schemars(range(min = 1, max = 200), extend("default" = 50))]
    pub limit: Option<usize>,
}

/// How many entries are asked for.
///
/// # Errors
///
/// The problem, if none or too many.
pub(crate) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) {
        return Ok(limit);
    }
    Err(bad_limit(MOST))
}

/// A number of entries that is none or too many.
pub(crate) fn bad_limit(most: usize) -> Problem {
    let detail = format!("`limit` is a number from 1 to {most}");
    let title = "The query of the address cannot be read";
    Problem::new(StatusCode::BAD_REQUEST, "query", title, detail)
}

/// A place in a list as a client carries it.
pub(crate) fn cursor(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// The place in a list that a client brings back.
///
/// # Errors
///
/// The problem, if it is none.
pub(crate) fn place<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    place.map(Some).ok_or_else(|| {
        let detail = "`cursor` is the `next` of another page of this list, or is left out";
        Problem::new(StatusCode::BAD_REQUEST, "cursor", "The cursor cannot be read", detail)
            .say("problem-cursor")
    })
}
