use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::GeneratedFile;

use crate::error::Error;
use crate::files::files_below;

/// Generated files, compared with the files on disk.
#[derive(Debug)]
pub struct Plan {
    root: PathBuf,
    generated: BTreeMap<PathBuf, String>,
    found: BTreeSet<PathBuf>,
    /// Folders to remove if they contain no file in the end.
    removable: Vec<PathBuf>,
    changes: Vec<Change>,
}

/// Difference between a generated file and the file on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path relative to the workspace.
    pub path: PathBuf,
    /// Kind of the difference.
    pub kind: ChangeKind,
}

/// Kind of a [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The file does not exist.
    Missing,
    /// The file has different contents.
    Different,
    /// The file is not generated, or no longer.
    Stale,
}

impl Plan {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            generated: BTreeMap::new(),
            found: BTreeSet::new(),
            removable: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Adds a folder in which every file is generated: other files in it are stale.
    pub(crate) fn add_folder(&mut self, folder: &str) -> Result<(), Error> {
        for path in files_below(&self.root.join(folder))? {
            self.found.insert(path.strip_prefix(&self.root).unwrap_or(&path).to_owned());
        }
        Ok(())
    }

    /// Removes a folder if it contains no file in the end.
    pub(super) fn remove_if_empty(&mut self, folder: &str) {
        self.removable.push(self.root.join(folder));
    }

    /// Adds generated files, with paths relative to a folder.
    pub(crate) fn add_files(&mut self, folder: &str, files: Vec<GeneratedFile>) {
        let folder = Path::new(folder);
        self.generated
            .extend(files.into_iter().map(|file| (folder.join(file.path), file.contents)));
    }

    /// Compares the generated files with the files on disk.
    pub(crate) fn compare(&mut self) -> Result<(), Error> {
        self.changes.clear();
        let mut push =
            |path: &Path, kind| self.changes.push(Change { path: path.to_owned(), kind });
        for (path, contents) in &self.generated {
            let full = self.root.join(path);
            match fs::read(&full) {
                Ok(found) if found == contents.as_bytes() => {}
                Ok(_) => push(path, ChangeKind::Different),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    push(path, ChangeKind::Missing);
                }
                Err(error) => return Err(Error::io("read", &full)(error)),
            }
        }
        for path in self.found.iter().filter(|path| !self.generated.contains_key(*path)) {
            push(path, ChangeKind::Stale);
        }
        self.changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(())
    }

    /// Returns whether the files on disk are up to date.
    pub fn is_up_to_date(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the differences.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Writes and removes files.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written or removed.
    pub fn apply(&self) -> Result<(), Error> {
        for change in &self.changes {
            let path = self.root.join(&change.path);
            if let (ChangeKind::Missing | ChangeKind::Different, Some(contents)) =
                (change.kind, self.generated.get(&change.path))
            {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
                }
                fs::write(&path, contents).map_err(Error::io("write", &path))?;
            } else {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                remove_empty_folders(&path, &self.root);
            }
        }
        for folder in &self.removable {
            remove_empty_folders_below(folder);
        }
        Ok(())
    }

    /// Returns the output of `--check`: nothing if the files are up to date.
    pub fn check_report(&self) -> Vec<String> {
        if self.is_up_to_date() {
            return Vec::new();
        }
        let mut lines = vec!["These files differ from the output of the generator:".to_owned()];
        lines.extend(self.changes.iter().map(|change| {
            let kind = match change.kind {
                ChangeKind::Missing => "missing",
                ChangeKind::Different => "different",
                ChangeKind::Stale => "no longer generated",
            };
            format!("  {} ({kind})", change.path.display())
        }));
        lines.push("Run `cargo xtask generate`, and commit the changes.".to_owned());
        lines
    }

    /// Returns the output of `generate`: counts of files.
    pub fn summary(&self) -> String {
        let count = |kind| self.changes.iter().filter(|change| change.kind == kind).count();
        format!(
            "{} generated files: {} new, {} changed, {} removed",
            self.generated.len(),
            count(ChangeKind::Missing),
            count(ChangeKind::Different),
            count(ChangeKind::Stale),
        )
    }
}

/// Removes the parent folders of a removed file that have become empty.
fn remove_empty_folders(path: &Path, root: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
        // Fails if the folder is not empty. Then its parents are not empty either.
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Removes a folder that contains only folders.
fn remove_empty_folders_below(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_folders_below(&entry.path());
        }
    }
    // Fails if the folder contains a file, which then stays.
    let _ = fs::remove_dir(folder);
}
