//! Replacing files of a folder all at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::workspace::files_below;

/// Replaces files of a folder, or none of them: a complete copy with the new files is made beside
/// the folder, and takes its place in the end.
///
/// `before` are the files, by their path in the folder, that go unless they are among `after`.
/// When nothing differs, nothing is touched. Says whether something was.
pub(crate) fn replace<'a>(
    folder: &Path,
    before: impl Iterator<Item = &'a String>,
    after: &BTreeMap<String, String>,
) -> Result<bool, Error> {
    let gone: Vec<&String> = before.filter(|name| !after.contains_key(*name)).collect();
    let is_written = |(name, text): (&String, &String)| {
        fs::read(folder.join(name)).is_ok_and(|found| found == text.as_bytes())
    };
    if gone.is_empty() && after.iter().all(is_written) {
        return Ok(false);
    }
    let parent = folder.parent().unwrap_or(folder);
    let beside = tempfile::Builder::new()
        .prefix(".api-specs-")
        .tempdir_in(parent)
        .map_err(Error::file("make a folder in", parent))?;
    let new = beside.path().join("new");
    for file in files_below(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file);
        if !gone.iter().any(|gone| Path::new(gone) == name) {
            let text = fs::read(&file).map_err(Error::file("read", &file))?;
            write(&new.join(name), &text)?;
        }
    }
    for (name, text) in after {
        write(&new.join(name), text.as_bytes())?;
    }
    swap(folder, &new, &beside.path().join("old"))?;
    Ok(true)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::file("make", folder))?;
    }
    fs::write(path, bytes).map_err(Error::file("write", path))
}

/// Puts `new` in the place of `folder`, and `folder` in the place of `old`.
fn swap(folder: &Path, new: &PathBuf, old: &Path) -> Result<(), Error> {
    fs::rename(folder, old).map_err(Error::file("move away", folder))?;
    fs::rename(new, folder).map_err(|error| {
        // Back to where it was; if that fails as well, the error of the first is what to look at.
        let _ = fs::rename(old, folder);
        Error::file("replace", folder)(error)
    })
}
