//! Files that are there as a whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// A file that gets its name only when it is whole.
pub struct Whole {
    /// The name that it gets.
    pub path: PathBuf,
    file: NamedTempFile,
}

impl Whole {
    /// Begins a file beside `path`.
    pub fn create(path: &Path) -> io::Result<Whole> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        let file = Builder::new().prefix(".xianlu-").suffix(".part").tempfile_in(folder)?;
        Ok(Whole { path: path.to_owned(), file })
    }

    /// Another handle to write by.
    pub fn writer(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// Gives the file its name.
    pub fn finish(self) -> io::Result<()> {
        let Whole { path, file } = self;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are private; a result is as readable as any file that is made.
            let mode = std::fs::Permissions::from_mode(0o644);
            file.as_file().set_permissions(mode)?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Writes a file as a whole.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    use io::Write as _;
    let written = Whole::create(path).and_then(|whole| {
        whole.writer()?.write_all(text.as_bytes())?;
        whole.finish()
    });
    written.map_err(|error| Failure::file(path, "cannot-be-written", [("why", error.to_string())]))
}
