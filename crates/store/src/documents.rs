//! What is known of the documents of cases; their bytes are kept elsewhere, by digest.

use casework::store::StoreError;
use casework::summary::Summary;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::{Database, commit};
use crate::sql::{self, Columns, values};

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DocumentRecord {
    /// The case.
    pub case: String,
    /// What this copy is called, unique in its case.
    pub id: String,
    /// What it is, as the procedure calls it.
    pub kind: String,
    /// The digest of its bytes.
    pub digest: String,
    /// How many bytes it has.
    pub size: u64,
    /// The type of its content, as it was found by looking.
    pub media_type: String,
    /// What its file was called by whoever uploaded it.
    pub file_name: String,
    /// When it was uploaded.
    pub uploaded: Timestamp,
    /// By whom.
    pub by: String,
    /// What the search for malicious software found.
    #[serde(skip)]
    pub scan: Scan,
}

/// What the search for malicious software found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Scan {
    /// Nobody has looked: none is configured, or it could not be reached.
    #[default]
    NotDone,
    /// Nothing was found.
    Clean {
        /// When.
        at: Timestamp,
    },
    /// Something was found.
    Infected {
        /// When.
        at: Timestamp,
        /// What.
        with: String,
    },
}

impl Database {
    /// Keeps what is known of a document; says whether it is new. The very same again changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::IdTaken`] when the case has another document under the identifier, or a
    /// failure of the storage.
    pub async fn keep_document(&self, document: &DocumentRecord) -> Result<bool, StoreError> {
        let text = "INSERT INTO document (case_id, id, digest, scan, body)
                    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let (case, id) = (document.case.as_str(), document.id.as_str());
        let (scan, body) = (sql::json(&document.scan)?, sql::json(document)?);
        let values = values![case, id, document.digest.as_str(), scan, body];
        let mut on = self.write().await?;
        if sql::execute(&mut on, text, values).await? == 1 {
            commit(on).await?;
            return Ok(true);
        }
        let text = "SELECT scan, body FROM document WHERE case_id = $1 AND id = $2";
        let known = sql::row(&mut on, text, values![case, id]).await?;
        let known = known.map(|row| read(&row)).transpose()?;
        // It may have been uploaded a second time, since the answer to the first did not arrive.
        let same = known.is_some_and(|known| {
            let DocumentRecord { uploaded, scan, .. } = known.clone();
            known == DocumentRecord { uploaded, scan, ..document.clone() }
        });
        if same { Ok(false) } else { Err(StoreError::IdTaken(document.id.clone())) }
    }

    /// What is known of a document of a case.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn document(
        &self,
        case: &str,
        id: &str,
    ) -> Result<Option<DocumentRecord>, StoreError> {
        let text = "SELECT scan, body FROM document WHERE case_id = $1 AND id = $2";
        let row = sql::row(&mut *self.read().await?, text, values![case, id]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// What is known of the documents of a case.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn documents(&self, case: &str) -> Result<Vec<DocumentRecord>, StoreError> {
        let text = "SELECT scan, body FROM document WHERE case_id = $1 ORDER BY id";
        let rows = sql::rows(&mut *self.read().await?, text, values![case]).await?;
        rows.iter().map(read).collect()
    }

    /// The documents with the same bytes in whatever case: the case and what the copy is called.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn same_bytes(&self, digest: &str) -> Result<Vec<(String, String)>, StoreError> {
        let text = "SELECT case_id, id FROM document WHERE digest = $1 ORDER BY case_id, id";
        let rows = sql::rows(&mut *self.read().await?, text, values![digest]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// Other cases with the very bytes of documents of a case: the digest, and the other case in a
    /// line. Only cases that were handed in, each once for a digest; of each digest at most `most`,
    /// and `all` together. Those about other people than `applicant` come first, and the first of
    /// every digest before the second of any.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn cases_with_the_same_bytes(
        &self,
        case: &str,
        applicant: &str,
        most: usize,
        all: usize,
    ) -> Result<Vec<(String, Summary)>, StoreError> {
        // In the text of a line a quotation mark within a value has a backslash before it, so that
        // only a line without a moment of handing in is like this pattern.
        let text = "SELECT ranked.digest, s.body FROM (
                      SELECT other.digest, other.case_id, other.own,
                             ROW_NUMBER() OVER (PARTITION BY other.digest
                                                ORDER BY other.own, other.case_id) AS place
                      FROM (
                        SELECT DISTINCT o.digest AS digest, o.case_id AS case_id,
                               CASE WHEN q.applicant = $2 THEN 1 ELSE 0 END AS own
                        FROM (SELECT DISTINCT digest FROM document WHERE case_id = $1) AS d
                        JOIN document o ON o.digest = d.digest AND o.case_id <> $1
                        JOIN queue q ON q.case_id = o.case_id AND q.owner = '*'
                        JOIN summary l ON l.case_id = o.case_id
                        WHERE l.body NOT LIKE '%\"submitted\":null%'
                      ) AS other
                    ) AS ranked JOIN summary s ON s.case_id = ranked.case_id
                    WHERE ranked.place <= $3
                    ORDER BY ranked.own, ranked.place, ranked.digest LIMIT $4";
        let values = values![case, applicant, sql::limit(most), sql::limit(all)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.json(1)?))).collect()
    }

    /// The digests of documents that nobody has searched for malicious software, those after
    /// `last` in their order.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn unsearched(&self, last: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let text = "SELECT DISTINCT digest FROM document WHERE scan = $1 AND digest > $2
                    ORDER BY digest LIMIT $3";
        let values = values![sql::json(&Scan::NotDone)?, last, sql::limit(limit)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// Keeps what the search for malicious software found in all documents with the same bytes;
    /// says in how many.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn keep_scan(&self, digest: &str, scan: &Scan) -> Result<u64, StoreError> {
        let text = "UPDATE document SET scan = $2 WHERE digest = $1";
        let mut on = self.write().await?;
        let found = sql::execute(&mut on, text, values![digest, sql::json(scan)?]).await?;
        commit(on).await?;
        Ok(found)
    }
}

fn read(row: &sqlx::any::AnyRow) -> Result<DocumentRecord, StoreError> {
    let document: DocumentRecord = row.json(1)?;
    Ok(DocumentRecord { scan: row.json(0)?, ..document })
}
