use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Error;
use crate::files::files_below;

/// Files of a Python package: a wheel, or the folder of an unpacked wheel.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    path: PathBuf,
    names: BTreeSet<String>,
    /// Files that the package should contain, for errors.
    expected: &'static str,
    /// Folder of a downloaded wheel, removed with the last clone.
    download: Option<Arc<TempDir>>,
}

impl Archive {
    /// Opens a wheel or a folder, and lists its files.
    pub(super) fn open(path: &Path, expected: &'static str) -> Result<Self, Error> {
        let path = path.to_owned();
        let mut archive = Self { path, names: BTreeSet::new(), expected, download: None };
        archive.names = if archive.path.is_dir() {
            let files = files_below(&archive.path)?;
            let names = files.iter().filter_map(|file| file.strip_prefix(&archive.path).ok());
            names.map(|name| name.to_string_lossy().replace('\\', "/")).collect()
        } else {
            archive.wheel()?.file_names().map(str::to_owned).collect()
        };
        Ok(archive)
    }

    /// Keeps the folder of the download as long as the package.
    pub(super) fn with_download(mut self, folder: TempDir) -> Self {
        self.download = Some(Arc::new(folder));
        self
    }

    /// Returns the paths of all files, relative to the root of the package.
    pub(super) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Reads files.
    pub(super) fn texts(&self, names: &[String]) -> Result<Vec<String>, Error> {
        if self.path.is_dir() {
            let read = |name: &String| {
                let path = self.path.join(name);
                fs::read_to_string(&path).map_err(Error::io("read", &path))
            };
            return names.iter().map(read).collect();
        }
        let mut wheel = self.wheel()?;
        let mut texts = Vec::with_capacity(names.len());
        for name in names {
            let mut text = String::new();
            let mut file = wheel.by_name(name).map_err(|error| self.invalid(error.to_string()))?;
            file.read_to_string(&mut text)
                .map_err(|error| self.invalid(ZipError::Io(error).to_string()))?;
            texts.push(text);
        }
        Ok(texts)
    }

    /// Returns the version that the first file with this name declares.
    pub(super) fn version(&self, file: &str) -> Result<Option<String>, Error> {
        let Some(file) = self.names.iter().find(|name| name.ends_with(file)) else {
            return Ok(None);
        };
        let texts = self.texts(std::slice::from_ref(file))?;
        let mut lines = texts.iter().flat_map(|text| text.lines());
        let version = lines.find_map(|line| line.strip_prefix("__version__"));
        Ok(version.map(|rest| rest.trim_matches([' ', '=', '\'', '"']).to_owned()))
    }

    /// Returns the error of a package that is not as expected.
    pub(super) fn invalid(&self, reason: String) -> Error {
        Error::InvalidPackage { path: self.path.clone(), reason, expected: self.expected }
    }

    fn wheel(&self) -> Result<ZipArchive<BufReader<File>>, Error> {
        let file = File::open(&self.path).map_err(Error::io("open", &self.path))?;
        ZipArchive::new(BufReader::new(file)).map_err(|error| self.invalid(error.to_string()))
    }
}
