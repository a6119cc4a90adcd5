//! The documents of a case: sent, listed and fetched.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::client::Client;
use super::{address, print, tell};
use crate::arguments::{CaseDownload, CaseOne, CaseUpload};
use crate::failure::Failure;

/// Sends a document.
pub fn upload(command: &CaseUpload) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let bytes =
        std::fs::read(&command.file).map_err(|error| Failure::read(&command.file, &error))?;
    let id = match &command.id {
        Some(id) => id.clone(),
        // The same file sent again is the same document.
        None => {
            let digest = casework::evidence::digest(&bytes);
            format!("{}-{}", command.kind, digest.get(..12).unwrap_or_default())
        }
    };
    let name = command.file.file_name().unwrap_or_default().to_string_lossy();
    let query: Vec<String> = [("id", id.as_str()), ("kind", &command.kind), ("name", &name)]
        .iter()
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let path = address(&command.case, &format!("/documents?{}", query.join("&")));
    let said = client.post_bytes(&path, &bytes)?;
    tell(&client, &command.api, said, print::uploaded)
}

/// Lists documents.
pub fn list(command: &CaseOne) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let said = client.get(&address(&command.case, "/documents"))?;
    tell(&client, &command.api, said, print::documents)
}

/// Fetches a document into a file that is not there yet.
pub fn download(command: &CaseDownload) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let file = command.file.as_path();
    let to_output = file == Path::new("-");
    if !to_output && file.exists() {
        return Err(Failure::input(file, client.messages.text("store-file-there")));
    }
    let id = utf8_percent_encode(&command.document, NON_ALPHANUMERIC);
    let bytes = match client.bytes(&address(&command.case, &format!("/documents/{id}")))? {
        Ok(bytes) => bytes,
        Err(words) => {
            anstream::eprintln!("{words}");
            return Ok(ExitCode::from(1));
        }
    };
    let unwritable = |error: std::io::Error| {
        let text = client.messages.format("store-file", &[("fault", &error.to_string())]);
        Failure::input(file, text)
    };
    if to_output {
        std::io::stdout().write_all(&bytes).map_err(unwritable)?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut partial =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(unwritable)?;
    partial.write_all(&bytes).map_err(unwritable)?;
    partial.persist_noclobber(file).map_err(|error| unwritable(error.error))?;
    let size = bytes.len().to_string();
    let name = file.display().to_string();
    let arguments = [("file", name.as_str()), ("size", size.as_str())];
    anstream::println!("{}", client.messages.format("case-downloaded", &arguments));
    Ok(ExitCode::SUCCESS)
}
