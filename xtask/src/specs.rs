//! Reads the specifications in a folder, one file `SERVICE/YYYY-MM-DD.json` per version.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use tencentcloud_codegen::{Spec, spec};

use crate::error::Error;
use crate::files::entries;
use crate::workspace::Workspace;

/// Specifications of each service.
pub(crate) type Specs = BTreeMap<String, Vec<Spec>>;

/// Versions of each service.
pub(crate) type Versions = BTreeMap<String, Vec<String>>;

/// Reads the committed specifications that a filter accepts by service and version.
pub(crate) fn read_committed(
    workspace: &Workspace,
    filter: impl Fn(&str, &str) -> bool,
) -> Result<Specs, Error> {
    let folder = workspace.api_specs();
    let mut services = Specs::new();
    for (service, versions) in list_versions(&folder)? {
        for version in versions.iter().filter(|version| filter(&service, version)) {
            let spec = read_spec(&folder, &service, version).map_err(Error::in_committed_spec)?;
            services.entry(service.clone()).or_default().push(spec);
        }
    }
    Ok(services)
}

/// Reads all specifications in a folder, or none if the folder does not exist.
pub(crate) fn read_specs(folder: &Path) -> Result<Specs, Error> {
    let mut services = Specs::new();
    for (service, versions) in list_versions(folder)? {
        let mut specs = Vec::with_capacity(versions.len());
        for version in versions {
            specs.push(read_spec(folder, &service, &version)?);
        }
        services.insert(service, specs);
    }
    Ok(services)
}

/// Reads one specification in a folder.
pub(crate) fn read_spec(folder: &Path, service: &str, version: &str) -> Result<Spec, Error> {
    let path = folder.join(file_name(service, version));
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    Ok(spec::read(service, version, &String::from_utf8_lossy(&bytes))?)
}

/// Lists the services in a folder and their versions, without reading the files.
pub(crate) fn list_versions(folder: &Path) -> Result<Versions, Error> {
    let mut services = Versions::new();
    for path in entries(folder)? {
        let Some(service) = path.file_name().and_then(OsStr::to_str) else { continue };
        if !path.is_dir() || service.starts_with('.') {
            continue;
        }
        let files = entries(&path)?;
        let versions: Vec<String> =
            files.iter().filter_map(|path| version_in_file_name(path)).map(str::to_owned).collect();
        if !versions.is_empty() {
            services.insert(service.to_owned(), versions);
        }
    }
    Ok(services)
}

/// Returns the path of a specification, relative to the folder of all specifications.
pub(crate) fn file_name(service: &str, version: &str) -> String {
    format!("{service}/{version}.json")
}

/// Returns the version of a specification, or `None` for other files.
fn version_in_file_name(path: &Path) -> Option<&str> {
    let version = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let pattern = "dddd-dd-dd";
    let matches = |(letter, expected): (char, char)| match expected {
        'd' => letter.is_ascii_digit(),
        other => letter == other,
    };
    let is_version =
        version.len() == pattern.len() && version.chars().zip(pattern.chars()).all(matches);
    is_version.then_some(version)
}
