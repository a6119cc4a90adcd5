//! The bytes of documents in a folder.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "helpers of tests may panic")]

use bytes::Bytes;
use store::{Objects, ObjectsError};

#[tokio::test]
async fn bytes_are_kept_once_and_given_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    let bytes = Bytes::from_static(b"%PDF-1.7 a certificate");
    let digest = objects.keep(bytes.clone()).await.unwrap();
    assert_eq!(objects.keep(bytes.clone()).await.unwrap(), digest);
    assert_eq!(objects.give(&digest).await.unwrap(), Some(bytes.clone()));
    assert_eq!(objects.give(&"0".repeat(64)).await.unwrap(), None);
    assert_eq!(objects.give("../../etc/passwd").await.unwrap(), None);
    assert_eq!(objects.give("").await.unwrap(), None);
    // Another program over the same folder has them too.
    let again = Objects::open(folder.path().to_str().unwrap()).unwrap();
    assert_eq!(again.give(&digest).await.unwrap(), Some(bytes));
    let files: usize = walk(folder.path());
    assert_eq!(files, 1);
}

#[tokio::test]
async fn bytes_that_were_changed_where_they_are_kept_are_not_given() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    let digest = objects.keep(Bytes::from_static(b"a contract")).await.unwrap();
    let file = folder.path().join(&digest[..2]).join(&digest[2..]);
    std::fs::write(file, b"another contract").unwrap();
    let fault = objects.give(&digest).await.unwrap_err();
    assert!(matches!(fault, ObjectsError::Changed(_)), "{fault}");
}

#[tokio::test]
async fn many_at_once_keep_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
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
    assert_eq!(walk(folder.path()), 1, "no half file is left");
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let fault = Objects::open(file.path().to_str().unwrap()).unwrap_err().to_string();
    assert!(fault.contains(file.path().to_str().unwrap()), "{fault}");
    let fault = Objects::open("s3://documents/here").unwrap_err().to_string();
    assert!(fault.contains("s3://documents/here"), "{fault}");
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "none"])
        .arg(folder.path())
        .output();
    if !mount.as_ref().is_ok_and(|output| output.status.success()) {
        println!("skipped: a small disk cannot be mounted: {mount:?}");
        return;
    }
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    let small = objects.keep(Bytes::from(vec![1; 100_000])).await;
    let fault = objects.keep(Bytes::from(vec![2; 3_000_000])).await;
    let files = walk(folder.path());
    let again = objects.keep(Bytes::from(vec![3; 100_000])).await;
    let given = objects.give(small.as_ref().unwrap()).await;
    let unmounted = std::process::Command::new("umount").arg("-l").arg(folder.path()).status();
    assert!(unmounted.unwrap().success());
    assert!(matches!(fault, Err(ObjectsError::Unavailable(_))), "{fault:?}");
    assert_eq!(files, 1, "no half file is left");
    assert!(again.is_ok(), "{again:?}");
    assert_eq!(given.unwrap().unwrap().len(), 100_000);
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
