//! Where things are in the workspace.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::{Spec, spec};

use crate::error::Error;

/// The workspace: a folder with `api-specs/`, `crates/` and the rest.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace in a folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The workspace around the current folder; failing that, the one that this program was built
    /// in.
    pub fn current() -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        let around = folder.ancestors().find(|folder| folder.join("xtask/launch").is_dir());
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::new(around.or(package.parent()).unwrap_or(package))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The committed specifications.
    pub fn api_specs(&self) -> PathBuf {
        self.root.join("api-specs")
    }

    /// The made-up specifications of the generator's golden test.
    pub fn golden_specs(&self) -> PathBuf {
        self.root.join("codegen/golden/specs")
    }
}

/// The specifications in a folder, by service: every `SERVICE/YYYY-MM-DD.json`. A folder that is
/// not there holds none.
///
/// # Errors
///
/// A file that cannot be read, or that is no specification.
pub fn read_specs(folder: &Path) -> Result<BTreeMap<String, Vec<Spec>>, Error> {
    let mut services = BTreeMap::new();
    for (service, versions) in list_specs(folder)? {
        let mut specs = Vec::with_capacity(versions.len());
        for version in versions {
            specs.push(read_spec(folder, &service, &version)?);
        }
        services.insert(service, specs);
    }
    Ok(services)
}

/// One specification in a folder.
pub(crate) fn read_spec(folder: &Path, service: &str, version: &str) -> Result<Spec, Error> {
    let path = folder.join(service).join(format!("{version}.json"));
    let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
    Ok(spec::read(service, version, &String::from_utf8_lossy(&bytes))?)
}

/// The names of the services in a folder, with the versions of each.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn list_specs(folder: &Path) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut services = BTreeMap::new();
    for path in entries(folder)? {
        let Some(service) = path.file_name().and_then(OsStr::to_str) else { continue };
        if !path.is_dir() || service.starts_with('.') {
            continue;
        }
        let versions = entries(&path)?;
        let versions = versions.iter().filter_map(|path| version_of(path));
        let versions: Vec<String> = versions.map(str::to_owned).collect();
        if !versions.is_empty() {
            services.insert(service.to_owned(), versions);
        }
    }
    Ok(services)
}

/// The version that a file's name says, if it is the name of a specification. Other files may lie
/// beside them.
pub(crate) fn version_of(path: &Path) -> Option<&str> {
    let version = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let pattern = "dddd-dd-dd";
    let fits = |(letter, place): (char, char)| match place {
        'd' => letter.is_ascii_digit(),
        other => letter == other,
    };
    let is_version =
        version.len() == pattern.len() && version.chars().zip(pattern.chars()).all(fits);
    is_version.then_some(version)
}

/// What is in a folder, sorted; nothing if there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.collect::<Result<_, _>>().map_err(Error::file("read", folder))?;
    paths.sort();
    Ok(paths)
}

/// All files below a folder, sorted, without hidden ones and build output.
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
