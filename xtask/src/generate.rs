//! `cargo xtask generate`: writes everything that is generated from the specifications.

mod dependents;
mod generated_crates;
mod manifests;
mod plan;

pub(crate) use dependents::dependents;
pub(crate) use generated_crates::{is_generated, orphaned_crates};
pub(crate) use manifests::{package_field, read_manifest};
pub use plan::{Change, ChangeKind, Plan};

use tencentcloud_codegen::{
    GeneratedFile, PackageKind, Spec, conformance_registry, generate, local_specs,
};

use crate::error::Error;
use crate::parallel;
use crate::specs::{Specs, read_committed, read_specs};
use crate::workspace::Workspace;

/// Generates the services, or all if the list is empty, in memory, and compares them with the files
/// on disk.
///
/// # Errors
///
/// Returns an error if a specification is invalid, a service is unknown, or a file cannot be read.
pub fn plan(workspace: &Workspace, services: &[String]) -> Result<Plan, Error> {
    let committed = read_committed(workspace, |_, _| true)?;
    let golden = read_specs(&workspace.golden_specs())?;
    if committed.is_empty() && golden.is_empty() {
        return Err(Error::NoSpecs(workspace.api_specs()));
    }
    for name in services {
        if !committed.contains_key(name) && !golden.contains_key(name) {
            let names = committed.keys().chain(golden.keys()).map(String::as_str);
            let place = "in `api-specs/` (`cargo xtask add` adds a service)";
            return Err(Error::unknown_service(name, place, names));
        }
    }
    plan_specs(workspace, &committed, &golden, services)
}

/// Generates all services from the given specifications, which may not be on disk yet.
pub(crate) fn plan_all(workspace: &Workspace, committed: &Specs) -> Result<Plan, Error> {
    plan_specs(workspace, committed, &read_specs(&workspace.golden_specs())?, &[])
}

fn plan_specs(
    workspace: &Workspace,
    committed: &Specs,
    golden: &Specs,
    services: &[String],
) -> Result<Plan, Error> {
    for (service, users) in dependents(workspace)? {
        if !committed.contains_key(&service) {
            return Err(Error::MissingSpec { service, users });
        }
    }
    let mut plan = Plan::new(workspace.root());
    let published = committed.iter().map(|(service, specs)| Job {
        folder: format!("crates/tencentcloud-{service}"),
        service,
        specs,
        kind: PackageKind::Published,
    });
    let internal = golden.iter().map(|(service, specs)| Job {
        folder: format!("codegen/golden/tencentcloud-{service}"),
        service,
        specs,
        kind: PackageKind::Internal,
    });
    let jobs: Vec<Job<'_>> = published
        .chain(internal)
        .filter(|job| services.is_empty() || services.contains(job.service))
        .collect();
    for (job, files) in jobs.iter().zip(parallel::map(&jobs, Job::run)) {
        plan.add_folder(&job.folder)?;
        plan.add_files(&job.folder, files?);
    }
    if services.is_empty() {
        for folder in orphaned_crates(workspace, |service| committed.contains_key(service))? {
            plan.add_folder(&folder)?;
            plan.remove_if_empty(&folder);
        }
    }
    add_service_lists(workspace, committed, &mut plan)?;
    plan.compare()?;
    Ok(plan)
}

/// Crate to generate.
struct Job<'a> {
    folder: String,
    service: &'a String,
    specs: &'a [Spec],
    kind: PackageKind,
}

impl Job<'_> {
    fn run(&self) -> Result<Vec<GeneratedFile>, Error> {
        generate(self.specs, &self.kind).map_err(|error| match self.kind {
            PackageKind::Internal => error.into(),
            _ => Error::from(error).in_committed_spec(),
        })
    }
}

/// Adds the files in other crates that list all services.
fn add_service_lists(
    workspace: &Workspace,
    committed: &Specs,
    plan: &mut Plan,
) -> Result<(), Error> {
    let specs: Vec<Spec> = committed.values().flatten().cloned().collect();
    plan.add_folder("crates/tencentcloud-local/specs")?;
    plan.add_files("crates/tencentcloud-local", local_specs(&specs));
    plan.add_files("tests/conformance/src", vec![conformance_registry(&specs)?]);
    plan.add_files("", manifests::service_manifests(workspace, committed.keys())?);
    Ok(())
}
