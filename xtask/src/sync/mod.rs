//! `cargo xtask sync`: takes the facts about services from the upstream package.

mod changes;
mod open;
mod package;
mod pin;
mod pip;
mod replace;

pub use open::download;
pub use package::{Package, UpstreamFile};
pub use pin::Pin;
pub(crate) use replace::replace;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::{Spec, model, spec, upstream};

use crate::error::Error;
use crate::selector::Selector;
use crate::workspace::{Workspace, list_specs, read_spec};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A wheel, or the folder of an unpacked one, in place of a download.
    pub from: Option<PathBuf>,
    /// Whether another package than the pinned one is fine.
    pub unpinned: bool,
    /// The version of the package to pin from now on.
    pub upstream: Option<String>,
    /// The services, as `SERVICE` or `SERVICE@VERSION`; those committed if there is none here.
    pub services: Vec<String>,
    /// The Python whose pip downloads; `python3` if there is none here.
    pub python: Option<PathBuf>,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// About the package.
    pub package: Vec<String>,
    /// What changed in each file, by its name.
    pub files: BTreeMap<String, String>,
    /// What can be done next.
    pub hints: Vec<String>,
}

impl Report {
    /// What to tell who asked.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter().map(|(name, change)| format!("{name}: {change}"));
        self.package.iter().cloned().chain(files).chain(self.hints.iter().cloned())
    }
}

/// The versions of each service.
type Versions = BTreeMap<String, Vec<String>>;

/// Where services of a package are looked for.
pub(crate) const IN_PACKAGE: &str = "in the package";

/// Writes the specifications of some services anew: the committed versions of a service, or all
/// versions of one that is not committed. A committed file that cannot be read is replaced.
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
    let named = Selector::parse_all(&options.services)?;
    let opened = open::open(&pin, options)?;
    let (package, upstream) = (&opened.package, opened.package.versions());
    let committed = list_specs(&folder)?;
    let mut report = Report { package: opened.notes, ..Report::default() };
    let chosen = choose(&folder, &named, &committed, &upstream)?;
    let services: Vec<String> = chosen.keys().cloned().collect();

    let mut texts = BTreeMap::new();
    for file in package.read(&services)? {
        let versions = chosen.get(&file.service);
        if !versions.is_some_and(|versions| versions.contains(&file.version)) {
            continue;
        }
        let spec = parse(&file)?;
        let name = name_of(&spec.directory, &spec.version);
        let is_committed = folder.join(&name).exists();
        let change = match read_spec(&folder, &spec.directory, &spec.version) {
            Ok(before) => changes::describe(Some(&before), &spec),
            Err(_) if is_committed => {
                format!("could not be read, and is replaced; {}", changes::describe(None, &spec))
            }
            Err(_) => changes::describe(None, &spec),
        };
        report.files.insert(name.clone(), change);
        texts.insert(name, spec::write(&spec));
    }

    let mut before = Vec::new();
    for (service, versions) in &chosen {
        for version in versions {
            let name = name_of(service, version);
            if !upstream.contains_key(service) {
                report.files.insert(name, "not in the package; left as it is".into());
                continue;
            }
            if !texts.contains_key(&name) {
                let change = "removed: upstream does not have it any more".into();
                report.files.insert(name.clone(), change);
            }
            before.push(name);
        }
    }
    report.hints = not_taken(&committed, &chosen, &upstream);
    if let Some(pin) = opened.pin {
        let path = folder.join(pin::FILE);
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        texts.insert(pin::FILE.to_owned(), pin.written_into(&text));
    }
    if replace(&folder, before.iter(), &texts)? {
        report.hints.push("Next: `cargo xtask generate` writes the crates anew.".to_owned());
    }
    Ok(report)
}

/// The versions to write: of the services that are named, or of those committed.
fn choose(
    folder: &Path,
    named: &[Selector],
    committed: &Versions,
    upstream: &Versions,
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let mut chosen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for selector in named {
        let mut versions: Vec<String> =
            selector.versions(upstream, IN_PACKAGE)?.into_iter().cloned().collect();
        if let (None, Some(committed)) = (&selector.version, committed.get(&selector.service)) {
            versions.clone_from(committed);
        }
        chosen.entry(selector.service.clone()).or_default().extend(versions);
    }
    if named.is_empty() {
        let all = committed.iter();
        chosen = all.map(|(name, all)| (name.clone(), all.iter().cloned().collect())).collect();
    }
    if chosen.is_empty() {
        return Err(Error::NoSpecs(folder.to_owned()));
    }
    Ok(chosen)
}

/// Versions that upstream has of the services, and that are not among those taken.
fn not_taken(
    committed: &Versions,
    chosen: &BTreeMap<String, BTreeSet<String>>,
    upstream: &Versions,
) -> Vec<String> {
    let mut hints = Vec::new();
    for (service, versions) in chosen {
        for version in upstream.get(service).into_iter().flatten() {
            let is_committed = committed.get(service).is_some_and(|all| all.contains(version));
            if !versions.contains(version) && !is_committed {
                hints.push(format!(
                    "Not taken: {service} {version}; `cargo xtask add {service}@{version}` adds it."
                ));
            }
        }
    }
    hints
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
    let opened = open::open(&Pin::read(&workspace.api_specs())?, options)?;
    Ok((opened.package, opened.notes))
}

/// The file of a version, in the folder of the specifications.
pub(crate) fn name_of(service: &str, version: &str) -> String {
    format!("{service}/{version}.json")
}
