//! The files of a service crate.

mod alone;
mod example;
mod manifest;
mod pages;

pub use alone::Alone;

use crate::error::{Error, Place};
use crate::model::{Service, Version};
use crate::spec::Spec;
use crate::{File, format, tokens};

/// The license of the workspace. Each published package carries a copy, because a symbolic link does
/// not survive a checkout on every system.
const LICENSE: &str = include_str!("../../../LICENSE");

/// Whether a crate is for the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publish {
    /// It is.
    Yes,
    /// It is for the tests of this workspace only.
    No,
    /// It stands alone, outside of this workspace.
    Alone,
}

/// Generates the crate of a service from the specifications of its versions.
///
/// The paths of the files are relative to the folder of the crate, and sorted. The same
/// specifications give the same bytes.
///
/// # Errors
///
/// An [`Error`] that says where a specification is wrong, and how.
pub fn generate(specs: &[Spec], publish: Publish) -> Result<Vec<File>, Error> {
    let service = Service::new(specs)?;
    let example = example::choose(&service);
    let mut files = vec![
        file("Cargo.toml", manifest::manifest(&service, publish)),
        file("README.md", pages::readme(&service, example.as_ref(), publish)),
        file("src/lib.rs", pages::lib(&service, example.as_ref())),
    ];
    if publish != Publish::No {
        files.push(file("LICENSE", LICENSE.to_owned()));
    }
    for version in &service.versions {
        files.extend(module(&service, version)?);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Generates a crate as [`generate`] does, for use outside of this workspace.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_alone(specs: &[Spec], alone: &Alone) -> Result<Vec<File>, Error> {
    let mut files = generate(specs, Publish::Alone)?;
    let service = Service::new(specs)?;
    if let Some(manifest) = files.iter_mut().find(|file| file.path == "Cargo.toml") {
        manifest.contents = alone.manifest(&service);
    }
    Ok(files)
}

fn module(service: &Service, version: &Version) -> Result<Vec<File>, Error> {
    let place = Place::version(&service.directory, &version.version);
    let sources = [
        ("mod.rs", tokens::module(service, version)),
        ("client.rs", tokens::client(service, version)),
        ("actions.rs", tokens::actions(service, version)),
        ("models.rs", tokens::models(service, version)),
    ];
    let files = sources.into_iter().map(|(name, source)| {
        let path = format!("src/{}/{name}", version.module);
        Ok(file(&path, format::source(source, &place)?))
    });
    files.collect()
}

fn file(path: &str, contents: String) -> File {
    File { path: path.to_owned(), contents }
}
