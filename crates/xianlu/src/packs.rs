//! Where rule packs come from: a folder, or those built into the program.

use std::collections::BTreeMap;
use std::path::Path;

use casework::Procedures;
use policy::Library;

use crate::arguments::Packs;
use crate::failure::Failure;

/// The packs of the product.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs"]
struct BuiltIn;

/// The largest file of a pack that is read, in bytes.
const MAX_FILE_LENGTH: u64 = 8 << 20;
/// The most files of all packs together.
const MAX_FILES: usize = 20_000;
/// The deepest folder.
const MAX_DEPTH: usize = 8;

/// Loads the packs that the arguments name.
pub fn load(packs: &Packs) -> Result<Library, Failure> {
    load_all(packs).map(|(library, _)| library)
}

/// Loads the packs that the arguments name, with their procedures.
pub fn load_all(packs: &Packs) -> Result<(Library, Procedures), Failure> {
    let files = match &packs.folder {
        Some(folder) => folder_files(folder)?,
        None => built_in_files(),
    };
    let library = Library::load(&files).map_err(Failure::Packs)?;
    let procedures = casework::packs::procedures(&files, &library)
        .map_err(|faults| Failure::Rendered(faults.join("\n") + "\n"))?;
    Ok((library, procedures))
}

fn built_in_files() -> BTreeMap<String, String> {
    BuiltIn::iter()
        .filter(|name| is_pack_file(name))
        .filter_map(|name| {
            let file = BuiltIn::get(&name)?;
            Some((name.into_owned(), String::from_utf8(file.data.into_owned()).ok()?))
        })
        .collect()
}

fn folder_files(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    read_folder(folder, "", 0, &mut files)?;
    if files.is_empty() {
        return Err(Failure::file(folder, "no-packs", []));
    }
    Ok(files)
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::read(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::read(folder, &error))?;
        let path = entry.path();
        let file_name = entry.file_name();
        let Some(file_name) = file_name.to_str() else {
            return Err(Failure::file(&path, "name-not-utf8", []));
        };
        let name =
            if prefix.is_empty() { file_name.to_owned() } else { format!("{prefix}/{file_name}") };
        let kind = entry.metadata().map_err(|error| Failure::read(&path, &error))?;
        if kind.is_dir() && !file_name.starts_with('.') {
            if depth >= MAX_DEPTH {
                return Err(Failure::file(&path, "folders-too-deep", []));
            }
            read_folder(&path, &name, depth + 1, files)?;
        } else if kind.is_file() && is_pack_file(&name) {
            if kind.len() > MAX_FILE_LENGTH || files.len() >= MAX_FILES {
                return Err(Failure::file(&path, "files-too-many", []));
            }
            let text =
                std::fs::read_to_string(&path).map_err(|error| Failure::read(&path, &error))?;
            files.insert(name, text);
        }
    }
    Ok(())
}

fn is_pack_file(name: &str) -> bool {
    [".toml", ".md", ".csv", ".schema.json"].iter().any(|ending| name.ends_with(ending))
}
