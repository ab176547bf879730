//! `cargo xtask conformance`: holds the generator, the models and the signatures against material
//! that was not written here.

pub(crate) mod judge;
mod local_endpoint;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::all_services::{Report, generate_all};
use crate::error::Error;
use crate::sync::{self, Options, Package};
use crate::workspace::Workspace;

/// What an independent count found in the pinned package: versions, actions, objects, members.
const COUNTED: [usize; 4] = [300, 16_204, 48_044, 217_211];

/// Runs all parts and prints what they find.
///
/// # Errors
///
/// The first part that fails, or a package that cannot be had.
pub fn run(workspace: &Workspace, from: Option<PathBuf>) -> Result<(), Error> {
    let scratch = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
    let options = Options { from, ..Options::default() };
    let (package, notes) = sync::open_pinned(workspace, &options)?;
    for note in notes {
        println!("{note}");
    }
    every_version(&package)?;
    examples(workspace, &package, scratch.path())?;
    let python = judge::python(workspace, scratch.path())?;
    judge::signatures(workspace, scratch.path(), &python)?;
    local_endpoint::check(workspace, &python)
}

/// Generates all versions of all services in memory.
fn every_version(package: &Package) -> Result<(), Error> {
    #[allow(clippy::disallowed_methods, reason = "a time to print, which nothing depends on")]
    let start = Instant::now();
    let report = generate_all(package)?;
    let Report { services, versions, actions, objects, members, files, bytes, failures } = &report;
    println!(
        "generated in memory: {services} services, {versions} versions, {actions} actions, \
         {objects} objects, {members} members; {files} files, {} MB; {:.1} s",
        bytes / 1_000_000,
        start.elapsed().as_secs_f64(),
    );
    for failure in failures {
        println!("  refused: {failure}");
    }
    let found = [*versions, *actions, *objects, *members];
    if failures.is_empty() && found == COUNTED {
        return Ok(());
    }
    let problem = format!(
        "{} services are refused; counted {found:?} versions, actions, objects and members, \
         expected {COUNTED:?}",
        failures.len()
    );
    Err(Error::Conformance(problem))
}

/// Sends the examples of the committed services through their typed models.
fn examples(workspace: &Workspace, package: &Package, scratch: &Path) -> Result<(), Error> {
    let services: Vec<String> =
        crate::workspace::list_specs(&workspace.api_specs())?.into_keys().collect();
    for file in package.read_beside(&services, "examples.json")? {
        let version = format!("v{}", file.version.replace('-', ""));
        let folder = scratch.join("tccli/services").join(&file.service).join(version);
        std::fs::create_dir_all(&folder).map_err(Error::file("make", &folder))?;
        let path = folder.join("examples.json");
        std::fs::write(&path, &file.text).map_err(Error::file("write", &path))?;
    }
    let run = judge::cargo(workspace, &["run", "--quiet", "-p", "tencentcloud-conformance", "--"])
        .arg(scratch)
        .status();
    judge::succeeded("the examples", run)
}
