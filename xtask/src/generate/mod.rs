//! `cargo xtask generate`: writes what is made from the specifications.

mod manifests;
mod needs;
mod plan;

pub(crate) use manifests::{package, parse as manifest};
pub(crate) use needs::needs;
pub use plan::{Change, Plan, Why};

use std::collections::BTreeMap;
use std::path::Path;

use tencentcloud_codegen::{
    GeneratedFile, HEADER, PackageKind, Spec, conformance_registry, generate, local_specs,
};

use crate::error::Error;
use crate::parallel;
use crate::workspace::{Workspace, entries, files_below, list_specs, read_spec, read_specs};

/// The specifications of each service.
pub(crate) type Specs = BTreeMap<String, Vec<Spec>>;

/// Generates in memory, and finds out what would change on disk. With no service named, all.
///
/// # Errors
///
/// A specification that is wrong, a service that is not there, a file that cannot be read.
pub fn plan(workspace: &Workspace, services: &[String]) -> Result<Plan, Error> {
    let committed = committed(workspace, |_, _| true)?;
    let golden = read_specs(&workspace.golden_specs())?;
    if committed.is_empty() && golden.is_empty() {
        return Err(Error::NoSpecs(workspace.api_specs()));
    }
    for name in services {
        if !committed.contains_key(name) && !golden.contains_key(name) {
            let names = committed.keys().chain(golden.keys()).map(String::as_str);
            let place = "under `api-specs/` (`cargo xtask add` adds one)";
            return Err(Error::unknown_service(name, place, names));
        }
    }
    plan_of(workspace, &committed, &golden, services)
}

/// The committed specifications for which `wanted` holds, given service and version.
pub(crate) fn committed(
    workspace: &Workspace,
    wanted: impl Fn(&str, &str) -> bool,
) -> Result<Specs, Error> {
    let folder = workspace.api_specs();
    let mut services = Specs::new();
    for (service, versions) in list_specs(&folder)? {
        for version in versions.iter().filter(|version| wanted(&service, version)) {
            let spec = read_spec(&folder, &service, version).map_err(broken)?;
            services.entry(service.clone()).or_default().push(spec);
        }
    }
    Ok(services)
}

/// As [`plan`], for specifications that may not be on disk yet.
pub(crate) fn plan_of(
    workspace: &Workspace,
    committed: &Specs,
    golden: &Specs,
    services: &[String],
) -> Result<Plan, Error> {
    for (service, users) in needs(workspace)? {
        if !committed.contains_key(&service) {
            return Err(Error::Needed { service, users, removing: false });
        }
    }
    let mut plan = Plan::new(workspace.root());
    let crates = committed.iter().map(|(service, specs)| Job {
        folder: format!("crates/tencentcloud-{service}"),
        service,
        specs,
        publish: PackageKind::Published,
    });
    let golden = golden.iter().map(|(service, specs)| Job {
        folder: format!("codegen/golden/tencentcloud-{service}"),
        service,
        specs,
        publish: PackageKind::Internal,
    });
    let jobs = crates.chain(golden);
    let jobs: Vec<Job<'_>> =
        jobs.filter(|job| services.is_empty() || services.contains(job.service)).collect();
    for (job, files) in jobs.iter().zip(parallel::map(&jobs, Job::run)) {
        plan.owns(&job.folder)?;
        plan.wants(&job.folder, files?);
    }
    if services.is_empty() {
        for folder in orphans(workspace, |service| committed.contains_key(service))? {
            plan.owns(&folder)?;
            plan.empties(&folder);
        }
    }
    lists(workspace, committed, &mut plan)?;
    plan.compare()?;
    Ok(plan)
}

/// A crate to generate.
struct Job<'a> {
    folder: String,
    service: &'a String,
    specs: &'a [Spec],
    publish: PackageKind,
}

impl Job<'_> {
    fn run(&self) -> Result<Vec<GeneratedFile>, Error> {
        generate(self.specs, &self.publish).map_err(|error| match self.publish {
            PackageKind::Internal => error.into(),
            _ => broken(error.into()),
        })
    }
}

/// The error of a committed specification, with what to do about it.
fn broken(error: Error) -> Error {
    match error {
        Error::Spec(error) => Error::BrokenSpec { service: error.location.service.clone(), error },
        other => other,
    }
}

/// The folders of crates that were generated for a service whose specifications are gone, and
/// folders for crates in which there is no file.
pub(crate) fn orphans(
    workspace: &Workspace,
    is_committed: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Error> {
    let mut orphans = Vec::new();
    for path in entries(&workspace.root().join("crates"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(service) = name.strip_prefix("tencentcloud-") else { continue };
        if path.is_dir() && is_generated(&path) && !is_committed(service) {
            orphans.push(format!("crates/{name}"));
        }
    }
    Ok(orphans)
}

/// Whether the generator wrote a crate, or what is left of it; so it is for an empty folder.
pub(crate) fn is_generated(folder: &Path) -> bool {
    let first_line = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        Some(text.lines().next()?.contains(HEADER))
    };
    let says = ["Cargo.toml", "src/lib.rs", "README.md"].into_iter().find_map(first_line);
    says.unwrap_or_else(|| files_below(folder).is_ok_and(|files| files.is_empty()))
}

/// The files of other crates that list what there is.
fn lists(workspace: &Workspace, committed: &Specs, plan: &mut Plan) -> Result<(), Error> {
    let specs: Vec<Spec> = committed.values().flatten().cloned().collect();
    plan.owns("crates/tencentcloud-local/specs")?;
    plan.wants("crates/tencentcloud-local", local_specs(&specs));
    plan.wants("tests/conformance/src", vec![conformance_registry(&specs)?]);
    plan.wants("", manifests::manifests(workspace, committed.keys())?);
    Ok(())
}
