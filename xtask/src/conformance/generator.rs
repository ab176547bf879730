//! Generates every service of the upstream package in memory.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value};
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::{PackageKind, Spec, check_syntax, generate};

use crate::error::Error;
use crate::parallel;
use crate::upstream::{Package, UpstreamFile};
use crate::workspace::Workspace;

use super::paging_table;

/// Counts of what was generated.
#[derive(Debug, Default)]
pub struct Report {
    /// Services.
    pub services: usize,
    /// Versions of all services.
    pub versions: usize,
    /// Actions of all versions.
    pub actions: usize,
    /// Objects of all versions.
    pub objects: usize,
    /// Members of all objects.
    pub members: usize,
    /// Generated files.
    pub files: usize,
    /// Size of the generated files in bytes.
    pub bytes: usize,
    /// Rows of the table of list actions.
    pub paging: Vec<String>,
    /// Services that failed. The counts do not include them.
    pub failures: Vec<Error>,
}

/// Generates every service, and prints a report.
pub(super) fn check(workspace: &Workspace, package: &Package, update: bool) -> Result<(), Error> {
    #[allow(clippy::disallowed_methods, reason = "the time is only printed")]
    let start = Instant::now();
    let report = generate_all(package)?;
    let Report { services, versions, actions, objects, members, files, bytes, failures, .. } =
        &report;
    println!(
        "generated in memory: {services} services, {versions} versions, {actions} actions, \
         {objects} objects, {members} members; {files} files, {} MB; {:.1} s",
        bytes / 1_000_000,
        start.elapsed().as_secs_f64(),
    );
    for failure in failures {
        println!("  failed: {failure}");
    }
    for name in package.unrecognized() {
        println!("  skipped: {name}");
    }
    if failures.is_empty() && package.unrecognized().is_empty() {
        return paging_table::check(workspace, report.paging, update);
    }
    Err(Error::Conformance(format!(
        "failed services: {}; files without a service and version in their path: {}; see the \
         output above",
        failures.len(),
        package.unrecognized().len()
    )))
}

/// Generates the crates of all services, and checks the syntax of the Rust files.
///
/// Also counts the actions, objects and members in the JSON of each file, so that nothing is lost
/// unnoticed in any version of the package.
///
/// # Errors
///
/// Returns an error if the package cannot be read. The report contains the errors of single
/// services.
pub fn generate_all(package: &Package) -> Result<Report, Error> {
    let services: Vec<String> = package.services().map(str::to_owned).collect();
    let mut files = BTreeMap::new();
    for file in package.read(&services)? {
        files.entry(file.service.clone()).or_insert_with(Vec::new).push(file);
    }
    let files: Vec<_> = files.into_values().collect();
    let reports = parallel::map(&files, |files| {
        let specs = files.iter().map(UpstreamFile::parse).collect::<Result<Vec<Spec>, Error>>()?;
        for (file, spec) in files.iter().zip(&specs) {
            check_counts(file, spec)?;
        }
        generate_service(&specs)
    });
    let mut total = Report::default();
    for report in reports {
        match report {
            Ok(report) => total.add(report),
            Err(error) => total.failures.push(error),
        }
    }
    Ok(total)
}

/// Returns an error unless a specification has as many actions, objects and members as its file.
fn check_counts(file: &UpstreamFile, spec: &Spec) -> Result<(), Error> {
    let json: Value = serde_json::from_str(&file.text).unwrap_or_default();
    let entries = |key: &str| json.get(key).and_then(Value::as_object);
    let objects = || entries("objects").into_iter().flat_map(Map::values);
    let members = |object: &Value| object.get("members").and_then(Value::as_array).map(Vec::len);
    let expected = [
        entries("actions").map_or(0, Map::len),
        objects().count(),
        objects().filter_map(members).sum(),
    ];
    let members = spec.objects.values().map(|object| object.members.len()).sum();
    let found = [spec.actions.len(), spec.objects.len(), members];
    if found == expected {
        return Ok(());
    }
    Err(Error::Conformance(format!(
        "{} {}: parsed {found:?} actions, objects and members, expected {expected:?}",
        file.service, file.version
    )))
}

fn generate_service(specs: &[Spec]) -> Result<Report, Error> {
    let files = generate(specs, &PackageKind::Published)?;
    for file in &files {
        check_syntax(file)?;
    }
    let objects = || specs.iter().flat_map(|spec| spec.objects.values());
    Ok(Report {
        services: 1,
        versions: specs.len(),
        actions: specs.iter().map(|spec| spec.actions.len()).sum(),
        objects: objects().count(),
        members: objects().map(|object| object.members.len()).sum(),
        files: files.len(),
        bytes: files.iter().map(|file| file.contents.len()).sum(),
        paging: paging_table::rows(&Service::new(specs)?),
        failures: Vec::new(),
    })
}

impl Report {
    fn add(&mut self, other: Self) {
        self.services += other.services;
        self.versions += other.versions;
        self.actions += other.actions;
        self.objects += other.objects;
        self.members += other.members;
        self.files += other.files;
        self.bytes += other.bytes;
        self.paging.extend(other.paging);
    }
}
