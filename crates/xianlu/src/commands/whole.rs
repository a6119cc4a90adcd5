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
    pub fn create(path: &Path) -> Result<Whole, Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        let file = Builder::new().prefix(".xianlu-").suffix(".part").tempfile_in(folder);
        let file = file.map_err(|error| write_failure(path, &error))?;
        Ok(Whole { path: path.to_owned(), file })
    }

    /// Another handle to write by.
    pub fn writer(&self) -> Result<File, Failure> {
        self.file.as_file().try_clone().map_err(|error| write_failure(&self.path, &error))
    }

    /// Gives the file its name.
    pub fn finish(self) -> Result<(), Failure> {
        let Whole { path, file } = self;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are private; a result is as readable as any file that is made.
            let mode = std::fs::Permissions::from_mode(0o644);
            file.as_file().set_permissions(mode).map_err(|error| write_failure(&path, &error))?;
        }
        file.as_file().sync_all().map_err(|error| write_failure(&path, &error))?;
        file.persist(&path).map_err(|error| write_failure(&path, &error.error))?;
        Ok(())
    }
}

/// A file that cannot be written.
pub fn write_failure(path: &Path, error: &io::Error) -> Failure {
    Failure::input(path, format!("it cannot be written: {error}"))
}

/// Writes a file as a whole.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    use io::Write as _;
    let whole = Whole::create(path)?;
    whole.writer()?.write_all(text.as_bytes()).map_err(|error| write_failure(path, &error))?;
    whole.finish()
}
