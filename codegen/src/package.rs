//! Generates all files of a service crate.

mod example;
mod front_page;
mod manifest;

pub use manifest::{PackageKind, StandaloneManifest};

use crate::error::{Error, Location};
use crate::model::{Service, Version};
use crate::source::{self, GeneratedFile};
use crate::spec::Spec;

/// License of the workspace. Each published package contains a copy, because some systems do not
/// support symbolic links.
const LICENSE: &str = include_str!("../../LICENSE");

/// Generates the crate of a service from the specifications of its versions.
///
/// The paths of the files are relative to the folder of the crate, and sorted. The output is
/// deterministic.
///
/// # Errors
///
/// Returns an [`Error`] with the location of the first problem in a specification.
pub fn generate(specs: &[Spec], kind: &PackageKind) -> Result<Vec<GeneratedFile>, Error> {
    let service = Service::new(specs)?;
    let example = example::choose(&service);
    let mut files = vec![
        file("Cargo.toml", manifest::manifest(&service, kind)),
        file("README.md", front_page::readme(&service, example.as_ref(), kind)),
        file("src/lib.rs", front_page::crate_root(&service, example.as_ref(), kind)),
    ];
    if *kind != PackageKind::Internal {
        files.push(file("LICENSE", LICENSE.to_owned()));
    }
    for version in &service.versions {
        files.extend(module(&service, version)?);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn module(service: &Service, version: &Version) -> Result<Vec<GeneratedFile>, Error> {
    let location = Location::version(&service.directory, &version.version);
    let mut sources = vec![
        (".rs", source::module(service, version)),
        ("/client.rs", source::client(service, version)),
        ("/actions.rs", source::actions(service, version)),
        ("/models.rs", source::models(service, version)),
    ];
    sources.extend(source::paging(version).map(|source| ("/paging.rs", source)));
    if !version.error_codes.is_empty() {
        sources.push(("/error_code.rs", source::error_codes(service, version)));
    }
    if !version.value_sets.is_empty() {
        sources.push(("/values.rs", source::values(service, version)));
    }
    if !version.waiters.is_empty() {
        sources.push(("/waiters.rs", source::waiters(service, version)));
    }
    let files = sources.into_iter().map(|(suffix, source)| {
        let path = format!("src/{}{suffix}", version.module);
        Ok(file(&path, source::format(source, &location)?))
    });
    files.collect()
}

fn file(path: &str, contents: String) -> GeneratedFile {
    GeneratedFile { path: path.to_owned(), contents }
}
