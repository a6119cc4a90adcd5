//! Where the bytes of documents are kept: a folder, or a bucket of S3 or of what speaks as S3 does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use casework::evidence::digest;
use futures_util::StreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig};

/// How often a request to a bucket is made again when it fails for a reason that may pass, and for
/// how long: whoever hands in a document waits for it.
const RETRIES: usize = 3;
const RETRIED_FOR: Duration = Duration::from_secs(15);

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
        why: LocationFault,
    },
    /// It cannot be reached or is full: the same may succeed later.
    #[error("the documents are not available: {0}")]
    Unavailable(String),
    /// What is kept is not what was handed in.
    #[error("the document {0} has been changed where it is kept")]
    Changed(String),
}

/// What is wrong with a place for documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationFault {
    /// It is written as neither.
    #[error("it is neither a folder nor s3://BUCKET/PREFIX")]
    NoPlace,
    /// The folder is not there.
    #[error("there is no such folder")]
    NoFolder,
    /// No bucket is called so.
    #[error("the name of a bucket has letters, digits, `-`, `.` and `_`")]
    BucketName,
    /// The system or the settings do not let it be used.
    #[error("{0}")]
    Unusable(String),
}

impl Objects {
    /// Opens the place where documents are kept: a folder, which is made if it is not there, or
    /// `s3://BUCKET` or `s3://BUCKET/PREFIX`, for which credentials, region and endpoint are taken
    /// from the usual variables of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP` …) or from the machine's role.
    ///
    /// # Errors
    ///
    /// When the place cannot be used. A bucket is not looked for: [`Objects::reach`] does.
    pub fn open(location: &str) -> Result<Objects, ObjectsError> {
        let store = if let Some(bucket) = location.strip_prefix("s3://") {
            bucket_at(bucket)
        } else if location.contains("://") {
            Err(LocationFault::NoPlace)
        } else {
            folder_at(location)
        };
        let fault = |why| ObjectsError::Location { location: location.to_owned(), why };
        Ok(Objects { store: store.map_err(fault)? })
    }

    /// Opens the place where documents are kept. A folder must be there.
    ///
    /// # Errors
    ///
    /// When the place cannot be used.
    pub fn there(location: &str) -> Result<Objects, ObjectsError> {
        if !location.contains("://") && !std::path::Path::new(location).is_dir() {
            let why = LocationFault::NoFolder;
            return Err(ObjectsError::Location { location: location.to_owned(), why });
        }
        Objects::open(location)
    }

    /// Looks whether the place answers. A bucket that is not there would else be told from one
    /// without the document only by whoever misses it.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn reach(&self) -> Result<(), ObjectsError> {
        match self.store.list(None).next().await {
            None | Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(ObjectsError::Unavailable(error.to_string())),
        }
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

fn folder_at(location: &str) -> Result<Arc<dyn ObjectStore>, LocationFault> {
    std::fs::create_dir_all(location).map_err(unusable)?;
    let folder = LocalFileSystem::new_with_prefix(location).map_err(unusable)?;
    // What was acknowledged outlives a loss of power.
    Ok(Arc::new(folder.with_fsync(true)))
}

fn bucket_at(place: &str) -> Result<Arc<dyn ObjectStore>, LocationFault> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if bucket.is_empty() || !bucket.bytes().all(plain) {
        return Err(LocationFault::BucketName);
    }
    let prefix = Path::parse(prefix.trim_end_matches('/')).map_err(unusable)?;
    // Where the program has chosen no provider of cryptography yet, this one serves all of it.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let retry =
        RetryConfig { max_retries: RETRIES, retry_timeout: RETRIED_FOR, ..RetryConfig::default() };
    let bucket = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry).build();
    Ok(Arc::new(PrefixStore::new(bucket.map_err(unusable)?, prefix)))
}

fn unusable(error: impl fmt::Display) -> LocationFault {
    LocationFault::Unusable(error.to_string())
}

/// Where bytes are: folders by the first two digits keep each of them small.
fn place(digest: &str) -> Path {
    let (folder, rest) = digest.split_at_checked(2).unwrap_or(("", digest));
    Path::from_iter([folder, rest])
}
