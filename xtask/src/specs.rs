//! Reads the specifications in a folder, one file `SERVICE/YYYY-MM-DD.json` per version, and their
//! supplements, in files `SERVICE/YYYY-MM-DD.KIND.toml`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use tencentcloud_codegen::supplements::{error_codes, supplement, values};
use tencentcloud_codegen::{Spec, Supplements, spec};

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
            let mut spec =
                read_spec(&folder, &service, version).map_err(Error::in_committed_spec)?;
            spec.supplements = read_supplements(&folder, &service, version)?;
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
            let mut spec = read_spec(folder, &service, &version)?;
            spec.supplements = read_supplements(folder, &service, &version)?;
            specs.push(spec);
        }
        services.insert(service, specs);
    }
    Ok(services)
}

/// Reads one specification in a folder, without its supplements.
pub(crate) fn read_spec(folder: &Path, service: &str, version: &str) -> Result<Spec, Error> {
    let path = folder.join(file_name(service, version));
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    Ok(spec::read(service, version, &String::from_utf8_lossy(&bytes))?)
}

/// Reads the supplements of a specification in a folder.
pub(crate) fn read_supplements(
    folder: &Path,
    service: &str,
    version: &str,
) -> Result<Supplements, Error> {
    let text = |kind| {
        let path = folder.join(supplement_name(service, version, kind));
        path.exists().then(|| fs::read_to_string(&path).map_err(Error::io("read", &path)))
    };
    let errors = text(error_codes::KIND).transpose()?;
    let values = text(values::KIND).transpose()?;
    let supplement = text(supplement::KIND).transpose()?;
    Ok(Supplements {
        errors: errors.map(|text| error_codes::read(service, version, &text)).transpose()?,
        values: values.map(|text| values::read(service, version, &text)).transpose()?,
        supplement: supplement.map(|text| supplement::read(service, version, &text)).transpose()?,
    })
}

/// Lists the supplements of a specification in a folder, of every kind, also unknown ones. The paths
/// are relative to the folder.
pub(crate) fn list_supplements(
    folder: &Path,
    service: &str,
    version: &str,
) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for path in entries(&folder.join(service))? {
        let Some(name) = path.file_name().and_then(OsStr::to_str) else { continue };
        let kind = name
            .strip_prefix(version)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(".toml"));
        let is_word =
            |kind: &str| !kind.is_empty() && kind.chars().all(|it| it.is_ascii_alphanumeric());
        if kind.is_some_and(is_word) {
            names.push(format!("{service}/{name}"));
        }
    }
    Ok(names)
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

/// Returns the path of a supplement, relative to the folder of all specifications.
pub(crate) fn supplement_name(service: &str, version: &str, kind: &str) -> String {
    format!("{service}/{version}.{kind}.toml")
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
