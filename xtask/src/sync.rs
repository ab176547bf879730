//! `cargo xtask sync`: updates the committed specifications from the upstream package.

mod diff;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::spec;

use crate::error::Error;
use crate::error_codes;
use crate::files::replace;
use crate::known_values;
use crate::selector::Selector;
use crate::specs::{
    Versions, file_name, list_supplements, list_versions, read_spec, read_supplements,
};
use crate::upstream::{ErrorCodeSource, IN_PACKAGE, PIN_FILE, Pin, Source};
use crate::workspace::Workspace;

/// Options of the command.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Wheel, or folder of an unpacked wheel. Without it, the package is downloaded.
    pub from: Option<PathBuf>,
    /// Wheel of the package of the error codes, or folder of an unpacked wheel. Without it, the
    /// package is downloaded if `from` is not set.
    pub error_codes: Option<PathBuf>,
    /// Whether the package may differ from the pin.
    pub unpinned: bool,
    /// Version of the package to pin.
    pub upstream: Option<String>,
    /// Services as `SERVICE` or `SERVICE@VERSION`; all committed services if empty.
    pub services: Vec<String>,
    /// Python that runs pip; `python3` by default.
    pub python: Option<PathBuf>,
}

/// Result of the command.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Messages about the package.
    pub package: Vec<String>,
    /// What changed in each file.
    pub files: BTreeMap<String, String>,
    /// What can be done next.
    pub hints: Vec<String>,
}

impl Report {
    /// Returns the output of the command.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter().map(|(name, change)| format!("{name}: {change}"));
        self.package.iter().cloned().chain(files).chain(self.hints.iter().cloned())
    }
}

/// Updates the specifications of some services: the committed versions of a service, or all
/// versions of a service that is not committed. Replaces committed files that cannot be read.
///
/// Writes all files or none.
///
/// # Errors
///
/// Returns an error if the package cannot be opened or differs from the pin, if it does not contain
/// a service, or if a specification is invalid.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Report, Error> {
    let folder = workspace.api_specs();
    let pin = Pin::read(&folder)?;
    let selectors = Selector::parse_all(&options.services)?;
    let source = Source {
        from: options.from.clone(),
        unpinned: options.unpinned,
        python: options.python.clone(),
    };
    let (opened, new_pin) = match &options.upstream {
        Some(version) if options.unpinned || !selectors.is_empty() => {
            return Err(Error::CannotPin {
                path: pin.package.into(),
                version: version.clone(),
                reason: "`--upstream` cannot be combined with services or `--unpinned`".into(),
            });
        }
        Some(version) => {
            let (opened, new_pin) = source.open_version(&pin, version)?;
            (opened, Some(new_pin))
        }
        None => (source.open(&pin)?, None),
    };
    let (package, upstream) = (&opened.package, opened.package.versions());
    let error_codes = ErrorCodeSource {
        path: options.error_codes.clone(),
        may_download: options.from.is_none(),
        unpinned: options.unpinned,
        python: options.python.clone(),
    };
    let (error_codes, message) = error_codes.open(Pin::read_error_codes(&folder)?.as_ref())?;
    let committed = list_versions(&folder)?;
    let mut report = Report { package: opened.messages, ..Report::default() };
    report.package.extend(message);
    let chosen = choose(&folder, &selectors, &committed, &upstream)?;
    let services: Vec<String> = chosen.keys().cloned().collect();

    let mut texts = BTreeMap::new();
    for file in package.read(&services)? {
        let versions = chosen.get(&file.service);
        if !versions.is_some_and(|versions| versions.contains(&file.version)) {
            continue;
        }
        let mut spec = file.parse()?;
        let name = file_name(&spec.directory, &spec.version);
        let is_committed = folder.join(&name).exists();
        let change = match read_spec(&folder, &spec.directory, &spec.version) {
            Ok(before) => diff::describe(Some(&before), &spec),
            Err(_) if is_committed => {
                format!("replaced, because it could not be read; {}", diff::describe(None, &spec))
            }
            Err(_) => diff::describe(None, &spec),
        };
        report.files.insert(name.clone(), change);
        texts.insert(name, spec::write(&spec));
        let supplements = read_supplements(&folder, &spec.directory, &spec.version)?;
        // Only the error codes are updated here. Whether the other supplements fit the new
        // specification is for `generate` to say, because people edit them.
        spec.supplements.errors = supplements.errors;
        let change = error_codes::update(&mut spec, error_codes.as_ref())?;
        if let (Some(change), Some((name, text))) = (change, error_codes::file(&spec)) {
            report.files.insert(name.clone(), change);
            texts.insert(name, text);
        }
        let (name, change, text) = known_values::sync(supplements.values.as_ref(), &file)?;
        report.files.extend(change.map(|change| (name.clone(), change)));
        texts.extend(text.map(|text| (name, text)));
    }

    let mut before = Vec::new();
    for (service, versions) in &chosen {
        for version in versions {
            let name = file_name(service, version);
            if !upstream.contains_key(service) {
                report.files.insert(name, "unchanged, because the package does not have it".into());
                continue;
            }
            if !texts.contains_key(&name) {
                let supplements = list_supplements(&folder, service, version)?;
                for name in std::iter::once(&name).chain(&supplements) {
                    let change = "removed, because upstream no longer has it".into();
                    report.files.insert(name.clone(), change);
                }
                before.extend(supplements);
            }
            before.push(name);
        }
    }
    report.hints = available(&committed, &chosen, &upstream);
    if let Some(pin) = new_pin {
        let path = folder.join(PIN_FILE);
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        texts.insert(PIN_FILE.to_owned(), pin.update(&text));
    }
    if replace(&folder, before.iter(), &texts)? {
        report.hints.push("Next: run `cargo xtask generate` to update the crates.".to_owned());
    }
    Ok(report)
}

/// Returns the versions to update: those of the selected services, or of all committed services.
fn choose(
    folder: &Path,
    selectors: &[Selector],
    committed: &Versions,
    upstream: &Versions,
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let mut chosen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for selector in selectors {
        let mut versions: Vec<String> =
            selector.versions(upstream, IN_PACKAGE)?.into_iter().cloned().collect();
        if let (None, Some(committed)) = (&selector.version, committed.get(&selector.service)) {
            versions.clone_from(committed);
        }
        chosen.entry(selector.service.clone()).or_default().extend(versions);
    }
    if selectors.is_empty() {
        let all = committed.iter();
        chosen = all.map(|(name, all)| (name.clone(), all.iter().cloned().collect())).collect();
    }
    if chosen.is_empty() {
        return Err(Error::NoSpecs(folder.to_owned()));
    }
    Ok(chosen)
}

/// Returns hints about versions of the chosen services that are available but not committed.
fn available(
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
                    "Available: {service} {version}; add it with `cargo xtask add {service}@{version}`."
                ));
            }
        }
    }
    hints
}
