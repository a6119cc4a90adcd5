//! Who may ask: access tokens, of which only digests are kept.

use std::collections::BTreeSet;
use std::fmt::Write;

use casework::Actor;
use casework::store::StoreError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::database::{Database, commit};
use crate::sql::{self, Columns, values};

/// Begins every secret, so that one that went astray can be told for what it is.
const PREFIX: &str = "xianlu_";

/// What is known of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Token {
    /// What it is called; not the secret.
    pub id: String,
    /// What it is for, in the words of whoever made it.
    pub name: String,
    /// As whom it acts.
    pub actor: Actor,
    /// What it may be used for.
    pub scopes: BTreeSet<String>,
    /// When it was made.
    pub made: Timestamp,
    /// From when on it is no longer valid.
    pub expires: Timestamp,
    /// Since when it is no longer valid, if it was revoked.
    #[serde(skip)]
    pub revoked: Option<Timestamp>,
}

impl Token {
    /// Whether it is valid at a moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.expires && self.revoked.is_none_or(|revoked| now < revoked)
    }
}

/// A token that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// As whom it acts.
    pub actor: Actor,
    /// What it may be used for.
    pub scopes: BTreeSet<String>,
    /// The moment.
    pub made: Timestamp,
    /// From when on it is no longer valid.
    pub expires: Timestamp,
}

impl Database {
    /// Makes a token; gives it with its secret, which is kept nowhere and cannot be had again.
    ///
    /// # Errors
    ///
    /// A failure of the storage, or of the system's source of randomness.
    pub async fn make_token(&self, new: NewToken) -> Result<(Token, String), StoreError> {
        let secret = format!("{PREFIX}{}", random::<32>()?);
        let NewToken { name, actor, scopes, made, expires } = new;
        let id = random::<8>()?;
        let token = Token { id, name, actor, scopes, made, expires, revoked: None };
        let text = "INSERT INTO token (id, digest, expires, body) VALUES ($1, $2, $3, $4)";
        let expires = token.expires.as_microsecond();
        let values = values![token.id.as_str(), digest(&secret), expires, sql::json(&token)?];
        let mut on = self.write().await?;
        sql::execute(&mut on, text, values).await?;
        commit(on).await?;
        Ok((token, secret))
    }

    /// The token with a secret, if there is one that is valid at this moment.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn token(&self, secret: &str, now: Timestamp) -> Result<Option<Token>, StoreError> {
        // The digest is what is looked up: how long that takes says nothing of the secret.
        let text = "SELECT revoked, body FROM token WHERE digest = $1";
        let row = sql::row(&mut *self.read().await?, text, values![digest(secret)]).await?;
        let token = row.map(|row| read(&row)).transpose()?;
        Ok(token.filter(|token| token.is_valid(now)))
    }

    /// All tokens, valid or not.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let text = "SELECT revoked, body FROM token ORDER BY id";
        let rows = sql::rows(&mut *self.read().await?, text, Vec::new()).await?;
        rows.iter().map(read).collect()
    }

    /// Revokes a token from a moment on, for good; says whether it was there and not revoked yet.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn revoke_token(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let text = "UPDATE token SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
        let mut on = self.write().await?;
        let values = values![id, now.as_microsecond()];
        let revoked = sql::execute(&mut on, text, values).await? == 1;
        commit(on).await?;
        Ok(revoked)
    }
}

fn read(row: &sqlx::any::AnyRow) -> Result<Token, StoreError> {
    let revoked = row.int_or_null(0)?.map(Timestamp::from_microsecond).transpose();
    let token: Token = row.json(1)?;
    Ok(Token { revoked: revoked.map_err(crate::fault::damaged)?, ..token })
}

/// The SHA-256 of a secret. The secret is 256 random bits: there is nothing to guess, and so
/// nothing to slow down.
fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Random bytes, in hexadecimal digits.
fn random<const N: usize>() -> Result<String, StoreError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        StoreError::Failed(format!("the system gives no random bytes: {error}"))
    })?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
