//! Lists folders, and replaces their files atomically.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Returns the entries of a folder, sorted, or none if the folder does not exist.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.collect::<Result<_, _>>().map_err(Error::io("read", folder))?;
    paths.sort();
    Ok(paths)
}

/// Returns all files below a folder, sorted, except hidden files and build output.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Replaces files of a folder atomically. Returns whether anything changed.
///
/// Writes the files in `after`, and removes the files in `before` that are not in `after`. Both are
/// paths relative to the folder. The new files are written to a temporary copy next to the folder,
/// which finally replaces the folder.
pub(crate) fn replace<'a>(
    folder: &Path,
    before: impl Iterator<Item = &'a String>,
    after: &BTreeMap<String, String>,
) -> Result<bool, Error> {
    let removed: Vec<&String> = before.filter(|name| !after.contains_key(*name)).collect();
    let is_unchanged = |(name, text): (&String, &String)| {
        fs::read(folder.join(name)).is_ok_and(|found| found == text.as_bytes())
    };
    if removed.is_empty() && after.iter().all(is_unchanged) {
        return Ok(false);
    }
    let parent = folder.parent().unwrap_or(folder);
    let scratch = tempfile::Builder::new()
        .prefix(".api-specs-")
        .tempdir_in(parent)
        .map_err(Error::io("create a folder in", parent))?;
    let new = scratch.path().join("new");
    for file in files_below(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file);
        if !removed.iter().any(|removed| Path::new(removed) == name) {
            let text = fs::read(&file).map_err(Error::io("read", &file))?;
            write(&new.join(name), &text)?;
        }
    }
    for (name, text) in after {
        write(&new.join(name), text.as_bytes())?;
    }
    swap(folder, &new, &scratch.path().join("old"))?;
    Ok(true)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    fs::write(path, bytes).map_err(Error::io("write", path))
}

/// Moves `folder` to `old`, and `new` to `folder`.
fn swap(folder: &Path, new: &PathBuf, old: &Path) -> Result<(), Error> {
    fs::rename(folder, old).map_err(Error::io("move away", folder))?;
    fs::rename(new, folder).map_err(|error| {
        // Restores the folder. If that fails too, the first error is the one to report.
        let _ = fs::rename(old, folder);
        Error::io("replace", folder)(error)
    })
}
