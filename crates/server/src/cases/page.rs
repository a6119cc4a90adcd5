//! Pages of long lists: how many, and from where.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::Cases;
use crate::fields::shorten;
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
    Problem::query(format!("`limit` is a number from 1 to {most}"))
}

/// Refuses a procedure that is asked for and is not there: nothing would be found of it.
pub(crate) fn known_procedure(cases: &Cases, asked: Option<&str>) -> Result<(), Problem> {
    match asked.filter(|id| cases.desk.procedures.rules(id).is_none()) {
        Some(id) => Err(Problem::query(format!(
            "`procedure`: there is no `{}`; `GET /api/v1/procedures` lists what there is",
            shorten(id)
        ))),
        None => Ok(()),
    }
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
    place.map(Some).ok_or_else(no_place)
}

fn no_place() -> Problem {
    let detail = "`cursor` is the `next` of another page of this list, or is left out";
    Problem::new(StatusCode::BAD_REQUEST, "cursor", "The cursor cannot be read", detail)
        .say("problem-cursor")
}

/// Closes places in lists that only we can open again. A list may end at a case that its reader
/// must not know of, and then the place where it goes on names that case.
///
/// The mask is drawn from a digest of the place under the key, and that digest goes with it: so a
/// place that is not ours, or of another list, is none (as RFC 5297 does it, with HMAC-SHA256).
pub(crate) struct Seal([u8; BLOCK]);

/// How many bytes a key of HMAC-SHA256 has.
const BLOCK: usize = 64;

/// How many bytes of the digest go with a place.
const TAG: usize = 16;

impl Seal {
    /// Closes places under a key.
    pub fn new(key: [u8; 32]) -> Seal {
        let mut block = [0; BLOCK];
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        Seal(block)
    }

    /// A place in a list as a client carries it, closed.
    pub fn cursor(&self, list: &str, place: &impl Serialize) -> String {
        let mut bytes = serde_json::to_vec(place).unwrap_or_default();
        let tag = self.tag(list, &bytes);
        self.mask(&tag, &mut bytes);
        URL_SAFE_NO_PAD.encode([&tag[..], &bytes].concat())
    }

    /// The place in a list that a client brings back, closed.
    ///
    /// # Errors
    ///
    /// The problem, if it is none of this list.
    pub fn place<T: DeserializeOwned>(
        &self,
        list: &str,
        cursor: Option<&str>,
    ) -> Result<Option<T>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        let open = || {
            let closed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (tag, bytes) = closed.split_first_chunk::<TAG>()?;
            let mut bytes = bytes.to_vec();
            self.mask(tag, &mut bytes);
            let ours = self.tag(list, &bytes) == *tag;
            ours.then(|| serde_json::from_slice(&bytes).ok()).flatten()
        };
        open().map(Some).ok_or_else(no_place)
    }

    fn tag(&self, list: &str, place: &[u8]) -> [u8; TAG] {
        let digest = self.digest(&[b"place", list.as_bytes(), &[0], place]);
        digest.first_chunk().copied().unwrap_or_default()
    }

    fn mask(&self, tag: &[u8; TAG], bytes: &mut [u8]) {
        for (number, part) in (0_u32..).zip(bytes.chunks_mut(32)) {
            let mask = self.digest(&[b"mask", tag, &number.to_be_bytes()]);
            part.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
    }

    /// Bytes that nobody foretells without the key, the same for the same name and parts.
    pub fn derive(&self, name: &str, parts: [&str; 2]) -> [u8; 32] {
        let [one, other] = parts;
        self.digest(&[name.as_bytes(), &[0], one.as_bytes(), &[0], other.as_bytes()])
    }

    fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_place_names_nothing_and_is_good_for_its_list_alone() {
        let seal = Seal::new([7; 32]);
        let place = "TM-7K3Q-ZD5M-4 and more than a block of the mask has".to_owned();
        let cursor = seal.cursor("export", &place);
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("TM"), "{bytes:?}");
        let read = |seal: &Seal, list, cursor: &str| seal.place::<String>(list, Some(cursor)).ok();
        assert_eq!(read(&seal, "export", &cursor), Some(Some(place.clone())));
        assert_eq!(seal.place::<String>("export", None).unwrap(), None);
        assert_eq!(read(&seal, "queue", &cursor), None);
        assert_eq!(read(&Seal::new([8; 32]), "export", &cursor), None);
        for place in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[place] ^= 1;
            assert_eq!(read(&seal, "export", &URL_SAFE_NO_PAD.encode(&forged)), None, "{place}");
        }
        for cut in 0..bytes.len() {
            assert_eq!(read(&seal, "export", &URL_SAFE_NO_PAD.encode(&bytes[..cut])), None);
        }
        // What is open is no closed place.
        assert_eq!(read(&seal, "export", &super::cursor(&place)), None);
    }
}
