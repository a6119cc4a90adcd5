//! With which procedures and calendars the derived tables were worked out.

use casework::store::StoreError;

use crate::database::{Database, commit};
use crate::sql::{self, Columns, values};

/// What the mark of procedures and calendars is called.
const PROCEDURES: &str = "procedures";

impl Database {
    /// The mark of the procedures and calendars with which everything that is derived was last
    /// worked out, if it was; see [`casework::Procedures::mark`].
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn derived_with(&self) -> Result<Option<String>, StoreError> {
        let text = "SELECT value FROM derivation WHERE name = $1";
        let row = sql::row(&mut *self.read().await?, text, values![PROCEDURES]).await?;
        row.map(|row| row.text(0)).transpose()
    }

    /// Keeps the mark of the procedures and calendars with which everything was worked out.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn keep_derived_with(&self, mark: &str) -> Result<(), StoreError> {
        let mut on = self.write().await?;
        let text = "INSERT INTO derivation (name, value) VALUES ($1, $2)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        sql::execute(&mut on, text, values![PROCEDURES, mark]).await?;
        commit(on).await?;
        Ok(())
    }
}
