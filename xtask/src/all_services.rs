//! Generates every service of an upstream package in memory, to see that it can be done.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tencentcloud_codegen::{PackageKind, Spec, check_syntax, generate};

use crate::error::Error;
use crate::parallel;
use crate::sync::{Package, UpstreamFile, parse};

/// What was seen.
#[derive(Debug, Default)]
pub struct Report {
    /// The services whose crate was generated.
    pub services: usize,
    /// The versions of all services.
    pub versions: usize,
    /// The actions of all versions.
    pub actions: usize,
    /// The objects of all versions.
    pub objects: usize,
    /// The members of all objects.
    pub members: usize,
    /// The generated files.
    pub files: usize,
    /// The size of the generated files.
    pub bytes: usize,
    /// What failed; the other counts leave it out.
    pub failures: Vec<Error>,
}

/// Generates the crates of all services, and reads back the Rust in them. What was read of each
/// file is counted against a plain reading of its JSON, so that nothing is lost unseen, whichever
/// version of the package it is.
///
/// # Errors
///
/// A package that cannot be read. What is wrong with single services is in the report.
pub fn generate_all(package: &Package) -> Result<Report, Error> {
    let services: Vec<String> = package.services().map(str::to_owned).collect();
    let mut files = BTreeMap::new();
    for file in package.read(&services)? {
        files.entry(file.service.clone()).or_insert_with(Vec::new).push(file);
    }
    let files: Vec<_> = files.into_values().collect();
    let reports = parallel::map(&files, |files| {
        let specs = files.iter().map(parse).collect::<Result<Vec<Spec>, Error>>()?;
        for (file, spec) in files.iter().zip(&specs) {
            recount(file, spec)?;
        }
        one(&specs)
    });
    let mut total = Report::default();
    for report in reports {
        match report {
            Ok(report) => total.add(&report),
            Err(error) => total.failures.push(error),
        }
    }
    Ok(total)
}

/// Fails unless a specification has the actions, objects and members of its file.
fn recount(file: &UpstreamFile, spec: &Spec) -> Result<(), Error> {
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
        "{} {}: read {found:?} actions, objects and members, but the file holds {expected:?}",
        file.service, file.version
    )))
}

fn one(specs: &[Spec]) -> Result<Report, Error> {
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
        failures: Vec::new(),
    })
}

impl Report {
    fn add(&mut self, other: &Self) {
        self.services += other.services;
        self.versions += other.versions;
        self.actions += other.actions;
        self.objects += other.objects;
        self.members += other.members;
        self.files += other.files;
        self.bytes += other.bytes;
    }
}
