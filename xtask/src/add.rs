//! `cargo xtask add`: adds services to the workspace, or writes crates for use outside of it.

mod alone;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tencentcloud_codegen::{Spec, spec};

use crate::error::Error;
use crate::generate::{self, Plan, Specs};
use crate::selector::Selector;
use crate::sync::{self, IN_PACKAGE};
use crate::workspace::{Workspace, read_specs};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The services, as `SERVICE` or `SERVICE@VERSION`.
    pub services: Vec<String>,
    /// A wheel, or the folder of an unpacked one, in place of a download.
    pub from: Option<PathBuf>,
    /// The folder for crates that stand alone; the services become part of the workspace if there
    /// is none here.
    pub out: Option<PathBuf>,
    /// The folder of `tencentcloud-common` for crates that stand alone, which else depend on it by
    /// version.
    pub common_path: Option<PathBuf>,
    /// The Python whose pip downloads; `python3` if there is none here.
    pub python: Option<PathBuf>,
}

/// Adds services: their specifications, their crates, and every list of services. Says what was
/// done.
///
/// # Errors
///
/// Those of [`sync::run`] and [`generate::plan`]; nothing is written then.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Vec<String>, Error> {
    if options.services.is_empty() {
        return Err(Error::NoService("add"));
    }
    if options.common_path.is_some() && options.out.is_none() {
        return Err(Error::CommonPath);
    }
    let selectors = Selector::parse_all(&options.services)?;
    let from = sync::Options {
        from: options.from.clone(),
        python: options.python.clone(),
        ..sync::Options::default()
    };
    let out = options.out.as_deref().map(|out| alone::check(workspace, out)).transpose()?;
    let (package, mut lines) = sync::open_pinned(workspace, &from)?;
    let upstream = package.versions();
    let mut chosen = Vec::new();
    for selector in &selectors {
        let versions = selector.versions(&upstream, IN_PACKAGE)?;
        chosen.extend(versions.into_iter().map(|version| (selector.service.clone(), version)));
    }
    let services: Vec<String> = selectors.iter().map(|it| it.service.clone()).collect();
    let mut specs = Specs::new();
    for file in package.read(&deduplicated(services))? {
        if chosen.contains(&(file.service.clone(), &file.version)) {
            specs.entry(file.service.clone()).or_default().push(sync::parse(&file)?);
        }
    }
    match out {
        Some(out) => alone::write(workspace, &out, options.common_path.as_deref(), &specs)
            .map(|written| lines.extend(written))?,
        None => lines.extend(join(workspace, specs)?),
    }
    Ok(lines)
}

/// Makes services a part of the workspace.
fn join(workspace: &Workspace, specs: Specs) -> Result<Vec<String>, Error> {
    let is_new = |service: &str, version: &str| {
        specs.get(service).is_some_and(|specs| specs.iter().any(|spec| spec.version == version))
    };
    // A committed file of what is added is replaced, so it need not even be readable.
    let mut all = generate::committed(workspace, |service, version| !is_new(service, version))?;
    let mut texts = BTreeMap::new();
    let mut lines = Vec::new();
    for spec in specs.values().flatten() {
        let name = sync::name_of(&spec.directory, &spec.version);
        lines.push(format!("api-specs/{name}: {} actions", spec.actions.len()));
        texts.insert(name, spec::write(spec));
    }
    for (service, specs) in specs {
        let versions = all.entry(service).or_default();
        versions.extend(specs);
        versions.sort_by(|one: &Spec, other| one.version.cmp(&other.version));
    }
    let plan = plan(workspace, &all)?;
    sync::replace(&workspace.api_specs(), std::iter::empty(), &texts)?;
    plan.carry_out()?;
    lines.push(plan.summary());
    Ok(lines)
}

/// What is to be generated for these and no other services.
pub(crate) fn plan(workspace: &Workspace, specs: &Specs) -> Result<Plan, Error> {
    generate::plan_of(workspace, specs, &read_specs(&workspace.golden_specs())?, &[])
}

fn deduplicated(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
