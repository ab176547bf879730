//! Finds the services that the hand-written packages of the workspace use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::HEADER;
use toml::{Table, Value};

use super::generated_crates::is_generated;
use super::manifests::read_manifest;
use crate::error::Error;
use crate::files::files_below;
use crate::workspace::Workspace;

/// Returns the services that hand-written packages use, with the files that use them.
///
/// A package uses a service if it depends on its crate, or if its manifest lists the service in
/// `package.metadata.xtask.services`.
pub(crate) fn dependents(workspace: &Workspace) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut packages = Vec::new();
    for path in files_below(workspace.root())? {
        let is_manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
        let folder = path.parent().unwrap_or(&path).to_owned();
        if is_manifest && !(is_in_crates(workspace, &folder) && is_generated(&folder)) {
            let table = read_manifest(&path)?;
            packages.push((folder, table));
        }
    }
    let hand_written: BTreeSet<&str> =
        packages.iter().filter_map(|(_, table)| package_name(table)).collect();
    let mut dependents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (folder, table) in &packages {
        for package in dependencies(table).filter(|package| !hand_written.contains(package)) {
            if let Some(service) = package.strip_prefix("tencentcloud-") {
                let users = sources(workspace, folder, package)?;
                dependents.entry(service.to_owned()).or_default().extend(users);
            }
        }
        for service in listed_services(table) {
            let manifest = relative_path(workspace, &folder.join("Cargo.toml"));
            dependents.entry(service.to_owned()).or_default().push(manifest);
        }
    }
    for users in dependents.values_mut() {
        users.sort();
        users.dedup();
    }
    Ok(dependents)
}

fn is_in_crates(workspace: &Workspace, folder: &Path) -> bool {
    folder.parent().is_some_and(|parent| parent == workspace.root().join("crates"))
}

fn package_name(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

/// Returns the names of the packages that a manifest depends on.
fn dependencies(manifest: &Table) -> impl Iterator<Item = &str> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let tables = std::iter::once(manifest).chain(targets).flat_map(|table| {
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        kinds.into_iter().filter_map(|kind| table.get(kind)?.as_table())
    });
    tables
        .flatten()
        .map(|(key, value)| value.get("package").and_then(Value::as_str).unwrap_or(key.as_str()))
}

/// Returns the services in `package.metadata.xtask.services` of a manifest.
fn listed_services(manifest: &Table) -> impl Iterator<Item = &str> {
    let path = ["package", "metadata", "xtask", "services"];
    let mut tables = path.into_iter();
    let first = tables.next().and_then(|key| manifest.get(key));
    let services = tables.fold(first, |value, key| value?.get(key)).and_then(Value::as_array);
    services.into_iter().flatten().filter_map(Value::as_str)
}

/// Returns the hand-written source files of a package that use a crate, or else its manifest.
fn sources(workspace: &Workspace, folder: &Path, package: &str) -> Result<Vec<String>, Error> {
    let prefix = format!("{}::", package.replace('-', "_"));
    let is_own = |path: &PathBuf| {
        // The folder of a package may contain other packages.
        let nearest = path.ancestors().skip(1).find(|above| above.join("Cargo.toml").exists());
        nearest == Some(folder) && path.extension().is_some_and(|extension| extension == "rs")
    };
    let uses = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let is_generated = text.lines().next().is_some_and(|line| line.contains(HEADER));
        !is_generated && text.contains(&prefix)
    };
    let sources = files_below(folder)?.into_iter().filter(|path| is_own(path) && uses(path));
    let sources: Vec<String> = sources.map(|path| relative_path(workspace, &path)).collect();
    if sources.is_empty() {
        return Ok(vec![relative_path(workspace, &folder.join("Cargo.toml"))]);
    }
    Ok(sources)
}

/// Returns a path relative to the workspace, for messages.
fn relative_path(workspace: &Workspace, path: &Path) -> String {
    let path = path.strip_prefix(workspace.root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
