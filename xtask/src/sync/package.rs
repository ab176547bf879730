use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Error;
use crate::selector;
use crate::workspace::files_below;

/// The upstream package: a wheel, or the folder of an unpacked one.
#[derive(Clone, Debug)]
pub struct Package {
    path: PathBuf,
    /// The names of the files of each version of each service: `api.json` and what lies beside it.
    services: BTreeMap<String, BTreeMap<String, String>>,
    /// All files.
    names: BTreeSet<String>,
    /// The file that tells the version of the package.
    about: Option<String>,
    /// Files called `api.json` whose path names no service and version.
    unrecognised: Vec<String>,
    /// The folder of a download, removed with the last clone.
    download: Option<Arc<TempDir>>,
}

/// The upstream file of one version of a service.
#[derive(Clone, Debug)]
pub struct UpstreamFile {
    /// The directory of the service.
    pub service: String,
    /// The version, such as `2017-03-12`.
    pub version: String,
    /// What the file holds.
    pub text: String,
}

impl Package {
    /// Opens a package, and looks at what is in it.
    ///
    /// # Errors
    ///
    /// A file that is no wheel, or a package without services.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let names = if path.is_dir() { names_in_folder(path)? } else { names_in_wheel(path)? };
        let mut services: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut unrecognised = Vec::new();
        for name in &names {
            if let Some((service, version)) = service_and_version(name) {
                services.entry(service).or_default().insert(version, name.clone());
            } else if name.rsplit('/').next() == Some("api.json") {
                unrecognised.push(name.clone());
            }
        }
        if services.is_empty() {
            let reason = "no service is in it".to_owned();
            return Err(Error::Package { path: path.to_owned(), reason });
        }
        let about = names.iter().find(|name| name.ends_with("tccli/__init__.py")).cloned();
        let names = names.into_iter().collect();
        Ok(Self { path: path.to_owned(), services, names, about, unrecognised, download: None })
    }

    /// Keeps the folder that the package was downloaded to for as long as it is read from.
    pub(super) fn downloaded_to(mut self, folder: TempDir) -> Self {
        self.download = Some(Arc::new(folder));
        self
    }

    /// The services, by their directory.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// The versions of each service.
    pub fn versions(&self) -> BTreeMap<String, Vec<String>> {
        let services = self.services.iter();
        services.map(|(name, files)| (name.clone(), files.keys().cloned().collect())).collect()
    }

    /// Files called `api.json` that are not of a service and version, judging by their path.
    pub fn unrecognised(&self) -> &[String] {
        &self.unrecognised
    }

    /// The version that the package says it has.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn version(&self) -> Result<Option<String>, Error> {
        let Some(about) = &self.about else { return Ok(None) };
        let texts = self.texts(std::slice::from_ref(about))?;
        let mut lines = texts.iter().flat_map(|text| text.lines());
        let version = lines.find_map(|line| line.strip_prefix("__version__"));
        Ok(version.map(|rest| rest.trim_matches([' ', '=', '\'', '"']).to_owned()))
    }

    /// Reads every version of some services.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not text.
    pub fn read(&self, services: &[String]) -> Result<Vec<UpstreamFile>, Error> {
        self.read_beside(services, "api.json")
    }

    /// Reads the file with this name that lies beside the `api.json` of every version of some
    /// services, such as `examples.json`. A version without such a file is left out.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not text.
    pub fn read_beside(&self, services: &[String], file: &str) -> Result<Vec<UpstreamFile>, Error> {
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
                fs::read_to_string(&path).map_err(Error::file("read", &path))
            };
            return names.iter().map(read).collect();
        }
        let mut archive = open_wheel(&self.path)?;
        let mut texts = Vec::with_capacity(names.len());
        for name in names {
            let mut text = String::new();
            let mut file =
                archive.by_name(name).map_err(|error| not_a_wheel(&self.path, &error))?;
            file.read_to_string(&mut text)
                .map_err(|error| not_a_wheel(&self.path, &ZipError::Io(error)))?;
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
    let file = File::open(path).map_err(Error::file("open", path))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| not_a_wheel(path, &error))
}

fn not_a_wheel(path: &Path, error: &ZipError) -> Error {
    Error::Package { path: path.to_owned(), reason: error.to_string() }
}

/// The service and the version in the path of an `api.json`: `…/cvm/v20170312/api.json`.
fn service_and_version(name: &str) -> Option<(String, String)> {
    let mut parts = name.strip_suffix("/api.json")?.rsplit('/');
    let digits = parts.next()?.strip_prefix('v')?;
    let service = parts.next()?;
    if parts.next().is_some_and(|folder| folder != "services") {
        return None;
    }
    Some((service.to_owned(), selector::dashed(digits)?))
}
