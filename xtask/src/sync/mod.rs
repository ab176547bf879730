//! `cargo xtask sync`: takes the facts about services from the upstream package.

mod changes;
mod package;
mod pin;
mod pip;
mod replace;

pub use package::{Package, UpstreamFile};
pub use pin::Pin;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::{Spec, model, spec, upstream};

use crate::error::Error;
use crate::workspace::{Workspace, list_specs, read_specs};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A wheel, or the folder of an unpacked one, in place of a download.
    pub from: Option<PathBuf>,
    /// Whether another package than the pinned one is fine.
    pub unpinned: bool,
    /// The services; those committed if there is none here.
    pub services: Vec<String>,
    /// The Python whose pip downloads; `python3` if there is none here.
    pub python: Option<PathBuf>,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Report {
    /// About the package.
    pub package: Vec<String>,
    /// What changed in each file, by its name.
    pub files: BTreeMap<String, String>,
}

impl Report {
    /// What to tell who asked.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter().map(|(name, change)| format!("{name}: {change}"));
        self.package.iter().cloned().chain(files)
    }
}

/// Writes the specifications of some services anew, all versions of each.
///
/// Either all of them are written, or `api-specs/` is left as it was.
///
/// # Errors
///
/// No package, a package that is not the pinned one or is malformed, a service that is not in it,
/// or a file that cannot be written.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Report, Error> {
    let folder = workspace.api_specs();
    let pin = Pin::read(&folder)?;
    let (package, notes) = open(&pin, options)?;
    let services = services(&folder, &package, options)?;
    let files = package.read(&services)?;

    let before = read_specs(&folder)?;
    let mut before: BTreeMap<String, Spec> =
        before.into_values().flatten().map(|spec| (name_of(&spec), spec)).collect();
    before.retain(|_, spec| services.contains(&spec.directory));

    let mut report = Report { package: notes, files: BTreeMap::new() };
    let mut texts = BTreeMap::new();
    for file in files {
        let spec = parse(&file)?;
        let name = name_of(&spec);
        report.files.insert(name.clone(), changes::describe(before.get(&name), &spec));
        texts.insert(name, spec::write(&spec));
    }
    for name in before.keys().filter(|name| !texts.contains_key(*name)) {
        report.files.insert(name.clone(), "removed: upstream does not have it any more".into());
    }
    replace::replace(&folder, before.keys(), &texts)?;
    Ok(report)
}

/// Downloads the pinned package into a folder, and says which file it is.
///
/// # Errors
///
/// No pip, no network, or a file that is not the pinned one.
pub fn download(pin: &Pin, python: Option<&Path>, folder: &Path) -> Result<PathBuf, Error> {
    let python = python.unwrap_or(Path::new("python3"));
    let wheel = pip::download(pin, python, folder)?;
    pin.check_wheel(&wheel)?;
    Ok(wheel)
}

/// The facts of an upstream file, checked.
///
/// # Errors
///
/// A file that is malformed, or that breaks a rule which the generator relies on.
pub fn parse(file: &UpstreamFile) -> Result<Spec, Error> {
    let spec = upstream::read(&file.service, &file.version, &file.text)?;
    model::Service::new(std::slice::from_ref(&spec))?;
    Ok(spec)
}

/// Opens the package that is asked for, with notes about where it comes from.
///
/// # Errors
///
/// As [`run`].
pub fn open_pinned(
    workspace: &Workspace,
    options: &Options,
) -> Result<(Package, Vec<String>), Error> {
    open(&Pin::read(&workspace.api_specs())?, options)
}

fn open(pin: &Pin, options: &Options) -> Result<(Package, Vec<String>), Error> {
    let Some(path) = &options.from else {
        let folder = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
        let wheel = download(pin, options.python.as_deref(), folder.path())?;
        let note = format!("{} {}: downloaded, the checksum is right", pin.package, pin.version);
        return Ok((Package::open(&wheel)?.downloaded_to(folder), vec![note]));
    };
    let package = Package::open(path)?;
    if options.unpinned {
        let mut note = format!("{}: taken without a look at the pin", path.display());
        if path.is_file() {
            note = format!("{note}; its SHA-256 is {}", pin::sha256(path)?);
        }
        return Ok((package, vec![note]));
    }
    let note = if path.is_file() {
        pin.check_wheel(path)?;
        format!("{}: the checksum is right", path.display())
    } else if let Some(found) = package.version()? {
        pin.check_version(path, &found)?;
        format!("{}: version {found}, as pinned (a folder has no checksum)", path.display())
    } else {
        format!(
            "{}: a folder that does not tell its version; not compared with the pin",
            path.display()
        )
    };
    Ok((package, vec![note]))
}

/// The services to write: those named, or those committed.
fn services(folder: &Path, package: &Package, options: &Options) -> Result<Vec<String>, Error> {
    let mut services = options.services.clone();
    if services.is_empty() {
        services = list_specs(folder)?.into_keys().collect();
    }
    if services.is_empty() {
        return Err(Error::NoSpecs(folder.to_owned()));
    }
    services.sort();
    services.dedup();
    for name in &services {
        if !package.services().any(|service| service == name) {
            return Err(Error::unknown_service(name, "in the package", package.services()));
        }
    }
    Ok(services)
}

fn name_of(spec: &Spec) -> String {
    format!("{}/{}.json", spec.directory, spec.version)
}
