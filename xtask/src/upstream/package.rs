use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::supplements::Values;
use tencentcloud_codegen::{Spec, upstream};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Error;
use crate::files::files_below;
use crate::selector::normalize_version;
use crate::specs::Versions;

/// Upstream package: a wheel, or the folder of an unpacked wheel.
#[derive(Clone, Debug)]
pub struct Package {
    path: PathBuf,
    /// Path of `api.json` for each version of each service.
    services: BTreeMap<String, BTreeMap<String, String>>,
    /// Paths of all files.
    names: BTreeSet<String>,
    /// Path of the file that contains the version of the package.
    version_file: Option<String>,
    /// Files named `api.json` whose path does not contain a service and version.
    unrecognized: Vec<String>,
    /// Folder of a downloaded wheel, removed with the last clone.
    download: Option<Arc<TempDir>>,
}

/// File of the upstream package about one version of a service.
#[derive(Clone, Debug)]
pub struct UpstreamFile {
    /// Directory of the service.
    pub service: String,
    /// Version, such as `2017-03-12`.
    pub version: String,
    /// Text of the file.
    pub text: String,
}

impl UpstreamFile {
    /// Parses an `api.json` and checks the rules that the generator relies on.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] for the first violation.
    pub fn parse(&self) -> Result<Spec, Error> {
        let spec = upstream::read(&self.service, &self.version, &self.text)?;
        Service::new(std::slice::from_ref(&spec))?;
        Ok(spec)
    }

    /// Extracts the known values of members from the documents of an `api.json`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] for a text that is not an `api.json`.
    pub fn known_values(&self) -> Result<Values, Error> {
        Ok(upstream::known_values(&self.service, &self.version, &self.text)?)
    }
}

impl Package {
    /// Opens a package and lists its files.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidPackage`] for a file that is not a wheel, and for a package without
    /// services.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let names = if path.is_dir() { names_in_folder(path)? } else { names_in_wheel(path)? };
        let mut services: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut unrecognized = Vec::new();
        for name in &names {
            if let Some((service, version)) = service_and_version(name) {
                services.entry(service).or_default().insert(version, name.clone());
            } else if name.rsplit('/').next() == Some("api.json") {
                unrecognized.push(name.clone());
            }
        }
        if services.is_empty() {
            let reason = "it contains no service".to_owned();
            return Err(Error::InvalidPackage { path: path.to_owned(), reason });
        }
        let version_file = names.iter().find(|name| name.ends_with("tccli/__init__.py")).cloned();
        let names = names.into_iter().collect();
        Ok(Self {
            path: path.to_owned(),
            services,
            names,
            version_file,
            unrecognized,
            download: None,
        })
    }

    /// Keeps the folder of the download as long as the package.
    pub(super) fn with_download(mut self, folder: TempDir) -> Self {
        self.download = Some(Arc::new(folder));
        self
    }

    /// Returns the directories of the services.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// Returns the versions of each service.
    pub fn versions(&self) -> Versions {
        let services = self.services.iter();
        services.map(|(name, files)| (name.clone(), files.keys().cloned().collect())).collect()
    }

    /// Returns the files named `api.json` whose path does not contain a service and version.
    pub fn unrecognized(&self) -> &[String] {
        &self.unrecognized
    }

    /// Returns the version that the package declares.
    ///
    /// # Errors
    ///
    /// Returns an error if the package cannot be read.
    pub fn version(&self) -> Result<Option<String>, Error> {
        let Some(file) = &self.version_file else { return Ok(None) };
        let texts = self.texts(std::slice::from_ref(file))?;
        let mut lines = texts.iter().flat_map(|text| text.lines());
        let version = lines.find_map(|line| line.strip_prefix("__version__"));
        Ok(version.map(|rest| rest.trim_matches([' ', '=', '\'', '"']).to_owned()))
    }

    /// Reads `api.json` of every version of some services.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read or is not text.
    pub fn read(&self, services: &[String]) -> Result<Vec<UpstreamFile>, Error> {
        self.read_files(services, "api.json")
    }

    /// Reads a file next to `api.json`, such as `examples.json`, of every version of some services.
    ///
    /// Skips versions without such a file.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read or is not text.
    pub fn read_files(&self, services: &[String], file: &str) -> Result<Vec<UpstreamFile>, Error> {
        let mut names = Vec::new();
        let mut files = Vec::new();
        for service in services {
            for (version, name) in self.services.get(service).into_iter().flatten() {
                let folder = name.strip_suffix("api.json").unwrap_or_default();
                let name = format!("{folder}{file}");
                if !self.names.contains(&name) {
                    continue;
                }
                names.push(name);
                files.push((service.clone(), version.clone()));
            }
        }
        let texts = self.texts(&names)?;
        let files = files.into_iter().zip(texts);
        let files = files.map(|((service, version), text)| UpstreamFile { service, version, text });
        Ok(files.collect())
    }

    fn texts(&self, names: &[String]) -> Result<Vec<String>, Error> {
        if self.path.is_dir() {
            let read = |name: &String| {
                let path = self.path.join(name);
                fs::read_to_string(&path).map_err(Error::io("read", &path))
            };
            return names.iter().map(read).collect();
        }
        let mut archive = open_wheel(&self.path)?;
        let mut texts = Vec::with_capacity(names.len());
        for name in names {
            let mut text = String::new();
            let mut file =
                archive.by_name(name).map_err(|error| invalid_package(&self.path, &error))?;
            file.read_to_string(&mut text)
                .map_err(|error| invalid_package(&self.path, &ZipError::Io(error)))?;
            texts.push(text);
        }
        Ok(texts)
    }
}

fn names_in_wheel(path: &Path) -> Result<Vec<String>, Error> {
    Ok(open_wheel(path)?.file_names().map(str::to_owned).collect())
}

fn names_in_folder(path: &Path) -> Result<Vec<String>, Error> {
    let files = files_below(path)?;
    let names = files.iter().filter_map(|file| file.strip_prefix(path).ok());
    Ok(names.map(|name| name.to_string_lossy().replace('\\', "/")).collect())
}

fn open_wheel(path: &Path) -> Result<ZipArchive<BufReader<File>>, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| invalid_package(path, &error))
}

fn invalid_package(path: &Path, error: &ZipError) -> Error {
    Error::InvalidPackage { path: path.to_owned(), reason: error.to_string() }
}

/// Returns the service and version in a path such as `…/cvm/v20170312/api.json`.
fn service_and_version(name: &str) -> Option<(String, String)> {
    let mut parts = name.strip_suffix("/api.json")?.rsplit('/');
    let digits = parts.next()?.strip_prefix('v')?;
    let service = parts.next()?;
    if parts.next().is_some_and(|folder| folder != "services") {
        return None;
    }
    Some((service.to_owned(), normalize_version(digits)?))
}
