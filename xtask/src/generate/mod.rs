//! `cargo xtask generate`: writes what is made from the specifications.

mod plan;

pub use plan::{Change, Plan, Why};

use std::collections::BTreeMap;

use tencentcloud_codegen::{
    File, HEADER, Publish, Spec, conformance_registry, generate, local_specs,
};

use crate::error::Error;
use crate::parallel;
use crate::workspace::{Workspace, entries, read_specs};

/// Generates in memory, and finds out what would change on disk. With no service named, all.
///
/// # Errors
///
/// A specification that is wrong, a service that is not there, a file that cannot be read.
pub fn plan(workspace: &Workspace, services: &[String]) -> Result<Plan, Error> {
    let committed = read_specs(&workspace.api_specs())?;
    let golden = read_specs(&workspace.golden_specs())?;
    if committed.is_empty() && golden.is_empty() {
        return Err(Error::NoSpecs(workspace.api_specs()));
    }
    for name in services {
        if !committed.contains_key(name) && !golden.contains_key(name) {
            let names = committed.keys().chain(golden.keys()).map(String::as_str);
            let place = "under `api-specs/` (`cargo xtask sync` brings one there)";
            return Err(Error::unknown_service(name, place, names));
        }
    }
    let mut plan = Plan::new(workspace.root());
    let crates = committed.iter().map(|(service, specs)| Job {
        folder: format!("crates/tencentcloud-{service}"),
        service,
        specs,
        publish: Publish::Yes,
    });
    let golden = golden.iter().map(|(service, specs)| Job {
        folder: format!("codegen/golden/tencentcloud-{service}"),
        service,
        specs,
        publish: Publish::No,
    });
    let jobs = crates.chain(golden);
    let jobs: Vec<Job<'_>> =
        jobs.filter(|job| services.is_empty() || services.contains(job.service)).collect();
    for (job, files) in jobs.iter().zip(parallel::map(&jobs, Job::run)) {
        plan.owns(&job.folder)?;
        plan.wants(&job.folder, files?);
    }
    if services.is_empty() {
        orphans(workspace, &committed, &mut plan)?;
    }
    lists(&committed, &mut plan)?;
    plan.compare()?;
    Ok(plan)
}

/// A crate to generate.
struct Job<'a> {
    folder: String,
    service: &'a String,
    specs: &'a [Spec],
    publish: Publish,
}

impl Job<'_> {
    fn run(&self) -> Result<Vec<File>, Error> {
        Ok(generate(self.specs, self.publish)?)
    }
}

/// Crates that were generated for a service whose specifications are gone.
fn orphans(
    workspace: &Workspace,
    committed: &BTreeMap<String, Vec<Spec>>,
    plan: &mut Plan,
) -> Result<(), Error> {
    for path in entries(&workspace.root().join("crates"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(service) = name.strip_prefix("tencentcloud-") else { continue };
        let manifest = std::fs::read_to_string(path.join("Cargo.toml")).unwrap_or_default();
        let is_generated = manifest.lines().next().is_some_and(|line| line.contains(HEADER));
        if is_generated && !committed.contains_key(service) {
            plan.owns(&format!("crates/{name}"))?;
        }
    }
    Ok(())
}

/// The files of other crates that list what there is.
fn lists(committed: &BTreeMap<String, Vec<Spec>>, plan: &mut Plan) -> Result<(), Error> {
    let specs: Vec<Spec> = committed.values().flatten().cloned().collect();
    plan.owns("crates/tencentcloud-local/specs")?;
    plan.wants("crates/tencentcloud-local", local_specs(&specs));
    plan.wants("tests/conformance/src", vec![conformance_registry(&specs)?]);
    Ok(())
}
