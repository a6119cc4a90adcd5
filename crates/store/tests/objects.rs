//! The bytes of documents in a folder, and in the bucket that `XIANLU_TEST_S3` names: `s3/run.sh`
//! starts what speaks as S3 does, and sets it.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

#[path = "crashes/small_disk.rs"]
#[expect(dead_code, reason = "the tests of databases use more of it")]
mod small_disk;

use bytes::Bytes;
use small_disk::Disk;
use store::{Objects, ObjectsError};

/// A folder, which is deleted when this is dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Objects {
        Objects::open(self.0.path().to_str().unwrap()).unwrap()
    }

    fn files(&self) -> usize {
        walk(self.0.path())
    }
}

/// A place in the bucket that no other test uses.
fn bucket(name: &str) -> Option<String> {
    let Ok(place) = std::env::var("XIANLU_TEST_S3") else {
        println!("skipped: XIANLU_TEST_S3 names no bucket");
        return None;
    };
    Some(format!("{place}/{name}-{}", std::process::id()))
}

#[tokio::test]
async fn bytes_are_kept_once_and_given_as_they_were() {
    let folder = Folder::new();
    kept_and_given(&folder.open(), &folder.open()).await;
    assert_eq!(folder.files(), 1);
}

#[tokio::test]
async fn a_bucket_keeps_bytes_once_and_gives_them_as_they_were() {
    let Some(place) = bucket("kept") else { return };
    kept_and_given(&Objects::open(&place).unwrap(), &Objects::open(&place).unwrap()).await;
    let beside = Objects::open(&format!("{place}-beside/deeper/")).unwrap();
    let digest = casework::evidence::digest(CERTIFICATE);
    assert_eq!(beside.give(&digest).await.unwrap(), None, "prefixes keep places apart");
}

const CERTIFICATE: &[u8] = b"%PDF-1.7 a certificate";

/// `again` is what another program over the same place has.
async fn kept_and_given(objects: &Objects, again: &Objects) {
    objects.reach().await.unwrap();
    let bytes = Bytes::from_static(CERTIFICATE);
    let digest = objects.keep(bytes.clone()).await.unwrap();
    assert_eq!(objects.keep(bytes.clone()).await.unwrap(), digest);
    assert_eq!(objects.give(&digest).await.unwrap(), Some(bytes.clone()));
    assert_eq!(objects.give(&"0".repeat(64)).await.unwrap(), None);
    assert_eq!(objects.give("../../etc/passwd").await.unwrap(), None);
    assert_eq!(objects.give("").await.unwrap(), None);
    assert_eq!(again.give(&digest).await.unwrap(), Some(bytes.clone()));
    assert_eq!(again.keep(bytes).await.unwrap(), digest);
    again.reach().await.unwrap();
}

#[tokio::test]
async fn bytes_that_were_changed_where_they_are_kept_are_not_given() {
    let folder = Folder::new();
    let objects = folder.open();
    let digest = objects.keep(Bytes::from_static(b"a contract")).await.unwrap();
    let file = folder.0.path().join(&digest[..2]).join(&digest[2..]);
    std::fs::write(file, b"another contract").unwrap();
    let fault = objects.give(&digest).await.unwrap_err();
    assert!(matches!(fault, ObjectsError::Changed(_)), "{fault}");
}

#[tokio::test]
async fn many_at_once_keep_the_same_bytes() {
    let folder = Folder::new();
    many_keep(&folder.open()).await;
    assert_eq!(folder.files(), 1, "no half file is left");
}

#[tokio::test]
async fn many_at_once_keep_the_same_bytes_in_a_bucket() {
    let Some(place) = bucket("many") else { return };
    many_keep(&Objects::open(&place).unwrap()).await;
}

async fn many_keep(objects: &Objects) {
    let bytes = Bytes::from(vec![7; 100_000]);
    let keeping = (0..32).map(|_| {
        let (objects, bytes) = (objects.clone(), bytes.clone());
        tokio::spawn(async move { objects.keep(bytes).await.unwrap() })
    });
    let keeping: Vec<_> = keeping.collect();
    let mut digests = Vec::new();
    for one in keeping {
        digests.push(one.await.unwrap());
    }
    digests.dedup();
    assert_eq!(digests.len(), 1);
    assert_eq!(objects.give(&digests[0]).await.unwrap(), Some(bytes));
}

#[tokio::test]
async fn the_largest_document_fits_into_a_bucket() {
    let Some(place) = bucket("large") else { return };
    let objects = Objects::open(&place).unwrap();
    let bytes = Bytes::from((0..20 << 20).map(|at| (at % 251) as u8).collect::<Vec<_>>());
    let digest = objects.keep(bytes.clone()).await.unwrap();
    assert_eq!(objects.give(&digest).await.unwrap(), Some(bytes));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_and_keeps_nothing() {
    if bucket("none").is_none() {
        return;
    }
    let objects = Objects::open("s3://no-such-bucket/here").unwrap();
    let fault = objects.reach().await.unwrap_err();
    assert!(matches!(&fault, ObjectsError::Unavailable(why) if why.contains("bucket")), "{fault}");
    let fault = objects.keep(Bytes::from_static(CERTIFICATE)).await.unwrap_err();
    assert!(matches!(fault, ObjectsError::Unavailable(_)), "{fault}");
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let fault = Objects::open(file.path().to_str().unwrap()).unwrap_err().to_string();
    assert!(fault.contains(file.path().to_str().unwrap()), "{fault}");
    for location in ["ftp://documents/here", "s3://", "s3:///here", "s3://a b", "s3://a/b//c"] {
        let fault = Objects::open(location).unwrap_err().to_string();
        assert!(fault.contains(location), "{fault}");
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half() {
    let Some(disk) = Disk::of(1) else { return };
    let objects = Objects::open(disk.path().to_str().unwrap()).unwrap();
    let small = objects.keep(Bytes::from(vec![1; 100_000])).await.unwrap();
    let fault = objects.keep(Bytes::from(vec![2; 3_000_000])).await.unwrap_err();
    assert!(matches!(fault, ObjectsError::Unavailable(_)), "{fault:?}");
    assert_eq!(walk(disk.path()), 1, "no half file is left");
    objects.keep(Bytes::from(vec![3; 100_000])).await.unwrap();
    assert_eq!(objects.give(&small).await.unwrap().unwrap().len(), 100_000);
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
