//! `cargo xtask add`: adds services to the workspace, or writes standalone crates.

mod standalone;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tencentcloud_codegen::supplements::values;
use tencentcloud_codegen::{Spec, spec};

use crate::error::Error;
use crate::error_codes;
use crate::files::replace;
use crate::generate::plan_all;
use crate::known_values;
use crate::selector::Selector;
use crate::specs::{Specs, file_name, read_committed, read_supplements, supplement_name};
use crate::upstream::{ErrorCodeSource, IN_PACKAGE, Pin, Source};
use crate::workspace::Workspace;

/// Options of the command.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Services as `SERVICE` or `SERVICE@VERSION`.
    pub services: Vec<String>,
    /// Wheel, or folder of an unpacked wheel. Without it, the package is downloaded.
    pub from: Option<PathBuf>,
    /// Wheel of the package of the error codes, or folder of an unpacked wheel. Without it, the
    /// package is downloaded if `from` is not set.
    pub error_codes: Option<PathBuf>,
    /// Folder for standalone crates. Without it, the services are added to the workspace.
    pub out: Option<PathBuf>,
    /// Folder of `tencentcloud-common` for standalone crates. Without it, they depend on the
    /// published version.
    pub common_path: Option<PathBuf>,
    /// Python that runs pip; `python3` by default.
    pub python: Option<PathBuf>,
}

/// Adds services: their specifications, their crates, and their entries in the lists of services.
/// Returns the output of the command.
///
/// # Errors
///
/// Returns an error if the package cannot be opened or does not contain a service, if a
/// specification is invalid, or if a file cannot be written.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Vec<String>, Error> {
    if options.services.is_empty() {
        return Err(Error::MissingService("add"));
    }
    if options.common_path.is_some() && options.out.is_none() {
        return Err(Error::CommonPathWithoutOut);
    }
    let selectors = Selector::parse_all(&options.services)?;
    let out = options.out.as_deref().map(|out| standalone::check(workspace, out)).transpose()?;
    let source =
        Source { from: options.from.clone(), unpinned: false, python: options.python.clone() };
    let folder = workspace.api_specs();
    let opened = source.open(&Pin::read(&folder)?)?;
    let (package, mut lines) = (opened.package, opened.messages);
    let upstream = package.versions();
    let mut chosen = Vec::new();
    for selector in &selectors {
        let versions = selector.versions(&upstream, IN_PACKAGE)?;
        chosen.extend(versions.into_iter().map(|version| (selector.service.clone(), version)));
    }
    let mut services: Vec<String> = selectors.into_iter().map(|it| it.service).collect();
    services.sort();
    services.dedup();
    let source = ErrorCodeSource {
        path: options.error_codes.clone(),
        may_download: options.from.is_none(),
        unpinned: false,
        python: options.python.clone(),
    };
    let (error_codes, message) = source.open(Pin::read_error_codes(&folder)?.as_ref())?;
    lines.extend(message);
    let mut specs = Specs::new();
    let mut texts = BTreeMap::new();
    for file in package.read(&services)? {
        if chosen.contains(&(file.service.clone(), &file.version)) {
            let mut spec = file.parse()?;
            spec.supplements = read_supplements(&folder, &file.service, &file.version)?;
            if let Some(change) = error_codes::update(&mut spec, error_codes.as_ref())? {
                lines.push(format!("error codes of {} {}: {change}", file.service, file.version));
            }
            texts.extend(known_values::add(&mut spec, &file)?);
            specs.entry(file.service.clone()).or_default().push(spec);
        }
    }
    lines.extend(match out {
        Some(out) => standalone::write(workspace, &out, options.common_path.as_deref(), &specs)?,
        None => add_to_workspace(workspace, specs, texts)?,
    });
    Ok(lines)
}

/// Adds specifications, and the texts of supplements that do not exist yet.
fn add_to_workspace(
    workspace: &Workspace,
    specs: Specs,
    mut texts: BTreeMap<String, String>,
) -> Result<Vec<String>, Error> {
    let is_added = |service: &str, version: &str| {
        specs.get(service).is_some_and(|specs| specs.iter().any(|spec| spec.version == version))
    };
    // Committed files of the added versions are replaced, so they need not be readable.
    let mut all = read_committed(workspace, |service, version| !is_added(service, version))?;
    let mut lines = Vec::new();
    for spec in specs.values().flatten() {
        let name = file_name(&spec.directory, &spec.version);
        lines.push(format!("api-specs/{name}: {} actions", spec.actions.len()));
        texts.insert(name, spec::write(spec));
        texts.extend(error_codes::file(spec));
        let name = supplement_name(&spec.directory, &spec.version, values::KIND);
        if let (Some(values), true) = (&spec.supplements.values, texts.contains_key(&name)) {
            lines.push(format!("api-specs/{name}: {}", known_values::describe(values)));
        }
    }
    for (service, specs) in specs {
        let versions = all.entry(service).or_default();
        versions.extend(specs);
        versions.sort_by(|one: &Spec, other| one.version.cmp(&other.version));
    }
    let plan = plan_all(workspace, &all)?;
    replace(&workspace.api_specs(), std::iter::empty(), &texts)?;
    plan.apply()?;
    lines.push(plan.summary());
    Ok(lines)
}
