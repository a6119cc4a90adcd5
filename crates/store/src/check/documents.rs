//! Whether the bytes of documents are where they were kept.

use casework::store::StoreError;

use super::{Checked, Fault};
use crate::database::Database;
use crate::objects::{Objects, ObjectsError};
use crate::sql::{self, Columns, values};

/// How many documents are looked up together.
const BATCH: usize = 200;

impl Database {
    /// Reads the bytes of every document, and adds to what was found those that are missing or
    /// changed: by the case and what the copy is called, with a slash between them. Documents that
    /// arrive meanwhile may or may not be among them.
    ///
    /// # Errors
    ///
    /// A failure of the storage or of the place where bytes are kept.
    pub async fn check_documents(
        &self,
        objects: &Objects,
        checked: &mut Checked,
    ) -> Result<(), StoreError> {
        // The same bytes are read once.
        let mut last = String::new();
        loop {
            let text = "SELECT DISTINCT digest FROM document WHERE digest > $1
                        ORDER BY digest LIMIT $2";
            let values = values![last.as_str(), sql::limit(BATCH)];
            let rows = sql::rows(&mut *self.read().await?, text, values).await?;
            let digests: Vec<String> =
                rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
            let Some(end) = digests.last() else { return Ok(()) };
            last.clone_from(end);
            for digest in &digests {
                let fault = match objects.give(digest).await {
                    Ok(Some(_)) => None,
                    Ok(None) => Some(Fault::DocumentMissing),
                    Err(ObjectsError::Changed(_)) => Some(Fault::DocumentChanged),
                    Err(error) => return Err(StoreError::Unavailable(error.to_string())),
                };
                for (case, id) in self.same_bytes(digest).await? {
                    checked.documents += 1;
                    if let Some(fault) = fault {
                        checked.fault(&format!("{case}/{id}"), fault);
                    }
                }
            }
        }
    }
}
