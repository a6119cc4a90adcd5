//! A small disk, and what fills it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A disk of its own, which is gone when this is dropped.
pub struct Disk(TempDir);

impl Disk {
    /// `None`, with a message, where none can be mounted.
    pub fn of(megabytes: u32) -> Option<Disk> {
        let folder = tempfile::Builder::new().prefix("small-disk").tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "none"])
            .arg(folder.path())
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(Disk(folder)),
            other => {
                println!("skipped: a small disk cannot be mounted: {other:?}");
                None
            }
        }
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it but for some room, in bytes.
    pub fn fill(&self, room: u64) {
        let mut file = std::fs::File::create(self.path().join("ballast")).unwrap();
        let chunk = [1; 1 << 16];
        let mut size = 0_u64;
        while file.write_all(&chunk).is_ok() {
            size += 1 << 16;
        }
        file.set_len(size.saturating_sub(room)).unwrap();
    }

    /// Removes what it was filled with.
    pub fn empty(&self) {
        std::fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// A text of at least this length that cannot be made much shorter, another for each seed.
pub fn noise(seed: u64, length: usize) -> String {
    let mut state = seed + 1;
    let mut text = String::new();
    while text.len() < length {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:016x}", state ^ (state >> 29)));
    }
    text
}
