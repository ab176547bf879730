use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::supplements::Values;
use tencentcloud_codegen::{Spec, upstream};

use super::archive::Archive;
use crate::error::Error;
use crate::selector::normalize_version;
use crate::specs::Versions;

/// File that contains the version of the package.
pub(super) const VERSION_FILE: &str = "tccli/__init__.py";

/// Upstream package: a wheel, or the folder of an unpacked wheel.
#[derive(Clone, Debug)]
pub struct Package {
    archive: Archive,
    /// Path of `api.json` for each version of each service.
    services: BTreeMap<String, BTreeMap<String, String>>,
    /// Files named `api.json` whose path does not contain a service and version.
    unrecognized: Vec<String>,
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
        let archive = Archive::open(path, "tccli/services/SERVICE/vYYYYMMDD/api.json")?;
        let mut services: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut unrecognized = Vec::new();
        for name in archive.names() {
            if let Some((service, version)) = service_and_version(name) {
                services.entry(service).or_default().insert(version, name.clone());
            } else if name.rsplit('/').next() == Some("api.json") {
                unrecognized.push(name.clone());
            }
        }
        if services.is_empty() {
            return Err(archive.invalid("it contains no service".to_owned()));
        }
        Ok(Self { archive, services, unrecognized })
    }

    /// Keeps the folder of the download as long as the package.
    pub(super) fn with_download(mut self, folder: TempDir) -> Self {
        self.archive = self.archive.with_download(folder);
        self
    }

    /// Returns the files of the package.
    pub(super) fn archive(&self) -> &Archive {
        &self.archive
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
        self.archive.version(VERSION_FILE)
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
                if !self.archive.names().contains(&name) {
                    continue;
                }
                names.push(name);
                files.push((service.clone(), version.clone()));
            }
        }
        let texts = self.archive.texts(&names)?;
        let files = files.into_iter().zip(texts);
        let files = files.map(|((service, version), text)| UpstreamFile { service, version, text });
        Ok(files.collect())
    }
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
