use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::GeneratedFile;

use crate::error::Error;
use crate::workspace::files_below;

/// What should be on disk, and how it differs from what is.
#[derive(Debug)]
pub struct Plan {
    root: PathBuf,
    wanted: BTreeMap<PathBuf, String>,
    found: BTreeSet<PathBuf>,
    /// Folders that go once they hold no file.
    emptied: Vec<PathBuf>,
    changes: Vec<Change>,
}

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, relative to the workspace.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not there.
    Missing,
    /// It holds something else.
    Different,
    /// It should not be there.
    Stale,
}

impl Plan {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            wanted: BTreeMap::new(),
            found: BTreeSet::new(),
            emptied: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Takes over a folder: a file in it that is not wanted is stale.
    pub(crate) fn owns(&mut self, folder: &str) -> Result<(), Error> {
        for path in files_below(&self.root.join(folder))? {
            self.found.insert(path.strip_prefix(&self.root).unwrap_or(&path).to_owned());
        }
        Ok(())
    }

    /// Removes a folder when no file is left in it.
    pub(super) fn empties(&mut self, folder: &str) {
        self.emptied.push(self.root.join(folder));
    }

    /// Wants files, whose paths are relative to a folder.
    pub(crate) fn wants(&mut self, folder: &str, files: Vec<GeneratedFile>) {
        let folder = Path::new(folder);
        self.wanted.extend(files.into_iter().map(|file| (folder.join(file.path), file.contents)));
    }

    pub(crate) fn compare(&mut self) -> Result<(), Error> {
        self.changes.clear();
        let mut push = |path: &Path, why| self.changes.push(Change { path: path.to_owned(), why });
        for (path, contents) in &self.wanted {
            let full = self.root.join(path);
            match fs::read(&full) {
                Ok(found) if found == contents.as_bytes() => {}
                Ok(_) => push(path, Why::Different),
                Err(error) if error.kind() == ErrorKind::NotFound => push(path, Why::Missing),
                Err(error) => return Err(Error::file("read", &full)(error)),
            }
        }
        for path in self.found.iter().filter(|path| !self.wanted.contains_key(*path)) {
            push(path, Why::Stale);
        }
        self.changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(())
    }

    /// Whether everything is as it should be.
    pub fn is_done(&self) -> bool {
        self.changes.is_empty()
    }

    /// The files that are not as they should be.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Writes and removes what is needed.
    ///
    /// # Errors
    ///
    /// A file that cannot be written or removed.
    pub fn carry_out(&self) -> Result<(), Error> {
        for change in &self.changes {
            let path = self.root.join(&change.path);
            if let (Why::Missing | Why::Different, Some(contents)) =
                (change.why, self.wanted.get(&change.path))
            {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(Error::file("make", folder))?;
                }
                fs::write(&path, contents).map_err(Error::file("write", &path))?;
            } else {
                fs::remove_file(&path).map_err(Error::file("remove", &path))?;
                remove_empty_folders(&path, &self.root);
            }
        }
        for folder in &self.emptied {
            remove_empty_folders_below(folder);
        }
        Ok(())
    }

    /// What to tell who asked for a check; nothing when everything is as it should be.
    pub fn complaints(&self) -> Vec<String> {
        if self.is_done() {
            return Vec::new();
        }
        let mut lines = vec!["These files are not what the generator writes:".to_owned()];
        lines.extend(self.changes.iter().map(|change| {
            let why = match change.why {
                Why::Missing => "missing",
                Why::Different => "different",
                Why::Stale => "not generated (any more)",
            };
            format!("  {} ({why})", change.path.display())
        }));
        lines.push("Run `cargo xtask generate`, and commit what it changes.".to_owned());
        lines
    }

    /// What was done, in a line.
    pub fn summary(&self) -> String {
        let count = |why| self.changes.iter().filter(|change| change.why == why).count();
        format!(
            "{} generated files: {} new, {} changed, {} removed",
            self.wanted.len(),
            count(Why::Missing),
            count(Why::Different),
            count(Why::Stale),
        )
    }
}

/// Removes the folders above a removed file that are empty now.
fn remove_empty_folders(path: &Path, root: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
        // Fails when something is left in it, and that is the end.
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Removes a folder in which there is no file, only folders.
fn remove_empty_folders_below(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_folders_below(&entry.path());
        }
    }
    // Fails when something is left in it, which then stays.
    let _ = fs::remove_dir(folder);
}
