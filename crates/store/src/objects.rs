//! Where the bytes of documents are kept: a folder.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use casework::evidence::digest;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};

/// The bytes of documents, each under the digest of itself. The same bytes are kept once; nothing
/// that is kept is ever changed.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

/// Why bytes could not be kept or given.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The place cannot be used.
    #[error("`{location}` cannot be used for documents: {why}")]
    Location {
        /// The place.
        location: String,
        /// What is wrong with it.
        why: String,
    },
    /// It cannot be reached or is full: the same may succeed later.
    #[error("the documents are not available: {0}")]
    Unavailable(String),
    /// What is kept is not what was handed in.
    #[error("the document {0} has been changed where it is kept")]
    Changed(String),
}

impl Objects {
    /// Opens the folder where documents are kept; it is made if it is not there.
    ///
    /// # Errors
    ///
    /// When the place cannot be used.
    pub fn open(location: &str) -> Result<Objects, ObjectsError> {
        let fault = |why: String| ObjectsError::Location { location: location.to_owned(), why };
        if location.contains("://") {
            return Err(fault("it is no folder, and nothing else is known".to_owned()));
        }
        std::fs::create_dir_all(location).map_err(|error| fault(error.to_string()))?;
        let folder = LocalFileSystem::new_with_prefix(location);
        // What was acknowledged outlives a loss of power.
        let folder = folder.map_err(|error| fault(error.to_string()))?.with_fsync(true);
        Ok(Objects { store: Arc::new(folder) })
    }

    /// Opens the folder where documents are kept, which must be there.
    ///
    /// # Errors
    ///
    /// When the place cannot be used.
    pub fn there(location: &str) -> Result<Objects, ObjectsError> {
        if !location.contains("://") && !std::path::Path::new(location).is_dir() {
            let why = "there is no such folder".to_owned();
            return Err(ObjectsError::Location { location: location.to_owned(), why });
        }
        Objects::open(location)
    }

    /// Keeps bytes and gives their digest. Bytes that are there already are not kept again.
    ///
    /// # Errors
    ///
    /// When the place cannot be reached or is full; then nothing is kept.
    pub async fn keep(&self, bytes: Bytes) -> Result<String, ObjectsError> {
        let digest = digest(&bytes);
        let once = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&place(&digest), bytes.into(), once).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(digest),
            Err(error) => Err(ObjectsError::Unavailable(error.to_string())),
        }
    }

    /// The bytes with a digest, if they are there.
    ///
    /// # Errors
    ///
    /// When the place cannot be reached, or what is there has been changed.
    pub async fn give(&self, digest: &str) -> Result<Option<Bytes>, ObjectsError> {
        if digest.len() != 64 || !digest.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let unavailable = |error: object_store::Error| ObjectsError::Unavailable(error.to_string());
        let found = match self.store.get(&place(digest)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(unavailable(error)),
        };
        let bytes = found.bytes().await.map_err(unavailable)?;
        if casework::evidence::digest(&bytes) != digest {
            return Err(ObjectsError::Changed(digest.to_owned()));
        }
        Ok(Some(bytes))
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.store)
    }
}

/// Where bytes are: folders by the first two digits keep each of them small.
fn place(digest: &str) -> Path {
    let (folder, rest) = digest.split_at_checked(2).unwrap_or(("", digest));
    Path::from_iter([folder, rest])
}
