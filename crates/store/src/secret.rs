//! Keys that the program makes for itself and must find again.

use casework::store::StoreError;

use crate::database::{Database, commit};
use crate::fault::damaged;
use crate::sql::{self, Columns, values};
use crate::tokens::hex;

impl Database {
    /// The key of this name: 32 random bytes, made when it is first asked for, and the same for
    /// ever after for every program that uses the database.
    ///
    /// # Errors
    ///
    /// A failure of the storage, or of the system's source of randomness.
    pub async fn secret(&self, name: &str) -> Result<[u8; 32], StoreError> {
        let mut made = [0_u8; 32];
        getrandom::fill(&mut made).map_err(|error| {
            StoreError::Failed(format!("the system gives no random bytes: {error}"))
        })?;
        let mut on = self.write().await?;
        let text = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        sql::execute(&mut on, text, values![name, hex(&made)]).await?;
        let text = "SELECT value FROM secret WHERE name = $1";
        let row = sql::row(&mut on, text, values![name]).await?;
        let kept = row.ok_or_else(|| damaged("a key is not there"))?.text(0)?;
        commit(on).await?;
        let digit = |char: char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digits: Option<Vec<u8>> = kept.chars().map(digit).collect();
        let bytes: Option<Vec<u8>> = digits.map(|digits| {
            let pairs = digits.chunks_exact(2);
            pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
        });
        let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        key.ok_or_else(|| damaged("a key is damaged"))
    }
}
