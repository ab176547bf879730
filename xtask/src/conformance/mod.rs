//! `cargo xtask conformance`: holds the generator, the models and the signatures against material
//! that was not written here.

pub(crate) mod judge;
mod local_endpoint;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::all_services::{Report, generate_all};
use crate::error::Error;
use crate::sync::{self, Options, Package, Pin, UpstreamFile};
use crate::workspace::{Workspace, list_specs, read_spec};

/// The parts of a run, in their order.
const PARTS: [&str; 4] = ["generator", "examples", "signatures", "endpoint"];

/// Runs some parts, or all if none is named, and prints what they find.
///
/// # Errors
///
/// The first part that fails, a part that does not exist, or a package that cannot be read.
pub fn run(workspace: &Workspace, from: Option<PathBuf>, parts: &[String]) -> Result<(), Error> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        let known = PARTS.join("`, `");
        let problem = format!("there is no part `{unknown}`; the parts are `{known}`");
        return Err(Error::Conformance(problem));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    let scratch = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
    if wanted("generator") || wanted("examples") {
        let options = Options { from, ..Options::default() };
        let (package, notes) = sync::open_pinned(workspace, &options)?;
        for note in notes {
            println!("{note}");
        }
        if wanted("generator") {
            every_version(&package)?;
        }
        if wanted("examples") {
            examples(workspace, &package, scratch.path())?;
        }
    }
    if wanted("signatures") || wanted("endpoint") {
        let python = judge::python(workspace, scratch.path())?;
        if wanted("signatures") {
            judge::signatures(workspace, scratch.path(), &python)?;
        }
        if wanted("endpoint") {
            local_endpoint::check(workspace, &python)?;
        }
    }
    Ok(())
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
    for name in package.unrecognised() {
        println!("  passed over: {name}");
    }
    if failures.is_empty() && package.unrecognised().is_empty() {
        return Ok(());
    }
    Err(Error::Conformance(format!(
        "{} services are refused, {} files are not of a service and version; see above",
        failures.len(),
        package.unrecognised().len()
    )))
}

/// Sends the examples of the committed services through their typed models.
fn examples(workspace: &Workspace, package: &Package, scratch: &Path) -> Result<(), Error> {
    let folder = workspace.api_specs();
    let committed = list_specs(&folder)?;
    let services: Vec<String> = committed.keys().cloned().collect();
    let is_committed = |file: &UpstreamFile| {
        committed.get(&file.service).is_some_and(|versions| versions.contains(&file.version))
    };
    for file in package.read(&services)?.iter().filter(|file| is_committed(file)) {
        if read_spec(&folder, &file.service, &file.version)? != sync::parse(file)? {
            return Err(Error::Conformance(format!(
                "`api-specs/{}` is not what the pinned package says: run `cargo xtask sync`",
                sync::name_of(&file.service, &file.version)
            )));
        }
    }
    for file in package.read_beside(&services, "examples.json")? {
        let folder = scratch.join("examples").join(&file.service);
        std::fs::create_dir_all(&folder).map_err(Error::file("make", &folder))?;
        let path = folder.join(format!("{}.json", file.version));
        std::fs::write(&path, &file.text).map_err(Error::file("write", &path))?;
    }
    let upstream = Pin::read(&folder)?.version;
    let run = judge::cargo(workspace, &["run", "--quiet", "-p", "tencentcloud-conformance", "--"])
        .args([&folder, &scratch.join("examples")])
        .arg(upstream)
        .status();
    judge::succeeded("the examples", run)
}
