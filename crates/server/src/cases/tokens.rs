//! Access tokens: secrets that say who asks.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::access::Caller;

/// How every token begins, so that one that lies about is known for what it is.
const PREFIX: &str = "xianlu_";

/// The tokens of this server. The secrets themselves are kept nowhere: a token is found by its
/// digest, which takes as long for a wrong one as for a right one.
#[derive(Debug, Default)]
pub(crate) struct Tokens(RwLock<HashMap<[u8; 32], Held>>);

#[derive(Debug)]
struct Held {
    caller: Caller,
    expires: Timestamp,
}

impl Tokens {
    /// Makes a token.
    ///
    /// # Errors
    ///
    /// When the machine gives no random bytes.
    pub fn make(&self, caller: Caller, expires: Timestamp) -> Result<String, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(digest(&token), Held { caller, expires });
        Ok(token)
    }

    /// Who a token was made for, while it is valid.
    pub fn find(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let held = held.get(&digest(token)).filter(|held| now < held.expires)?;
        Some(held.caller.clone())
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
