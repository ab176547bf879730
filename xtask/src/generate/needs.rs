//! Which services the hand-written packages of the workspace cannot do without.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::HEADER;
use toml::{Table, Value};

use super::{is_generated, manifests};
use crate::error::Error;
use crate::workspace::{Workspace, files_below};

/// The services that hand-written packages use, with the files that do. A package uses those on
/// whose crates it depends, and those that its manifest names in `package.metadata.xtask.services`.
pub(crate) fn needs(workspace: &Workspace) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut packages = Vec::new();
    for path in files_below(workspace.root())? {
        let is_manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
        let folder = path.parent().unwrap_or(&path).to_owned();
        if is_manifest && !(is_in_crates(workspace, &folder) && is_generated(&folder)) {
            let table = manifests::parse(&path)?;
            packages.push((folder, table));
        }
    }
    let own: BTreeSet<&str> = packages.iter().filter_map(|(_, table)| name(table)).collect();
    let mut needs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (folder, table) in &packages {
        for package in dependencies(table).filter(|package| !own.contains(package)) {
            if let Some(service) = package.strip_prefix("tencentcloud-") {
                let users = sources(workspace, folder, package)?;
                needs.entry(service.to_owned()).or_default().extend(users);
            }
        }
        for service in metadata(table) {
            let manifest = shown(workspace, &folder.join("Cargo.toml"));
            needs.entry(service.to_owned()).or_default().push(manifest);
        }
    }
    for users in needs.values_mut() {
        users.sort();
        users.dedup();
    }
    Ok(needs)
}

fn is_in_crates(workspace: &Workspace, folder: &Path) -> bool {
    folder.parent().is_some_and(|parent| parent == workspace.root().join("crates"))
}

fn name(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

/// The names of the packages that a manifest depends on.
fn dependencies(manifest: &Table) -> impl Iterator<Item = &str> {
    let of_targets = manifest.get("target").and_then(Value::as_table);
    let of_targets = of_targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let tables = std::iter::once(manifest).chain(of_targets).flat_map(|table| {
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        kinds.into_iter().filter_map(|kind| table.get(kind)?.as_table())
    });
    tables
        .flatten()
        .map(|(key, value)| value.get("package").and_then(Value::as_str).unwrap_or(key.as_str()))
}

fn metadata(manifest: &Table) -> impl Iterator<Item = &str> {
    let path = ["package", "metadata", "xtask", "services"];
    let mut tables = path.into_iter();
    let first = tables.next().and_then(|key| manifest.get(key));
    let services = tables.fold(first, |value, key| value?.get(key)).and_then(Value::as_array);
    services.into_iter().flatten().filter_map(Value::as_str)
}

/// The hand-written source files of a package that name a crate; its manifest if none does.
fn sources(workspace: &Workspace, folder: &Path, package: &str) -> Result<Vec<String>, Error> {
    let krate = format!("{}::", package.replace('-', "_"));
    let is_own = |path: &PathBuf| {
        // A package may lie in the folder of another.
        let nearest = path.ancestors().skip(1).find(|above| above.join("Cargo.toml").exists());
        nearest == Some(folder) && path.extension().is_some_and(|extension| extension == "rs")
    };
    let names = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let is_generated = text.lines().next().is_some_and(|line| line.contains(HEADER));
        !is_generated && text.contains(&krate)
    };
    let sources = files_below(folder)?.into_iter().filter(|path| is_own(path) && names(path));
    let sources: Vec<String> = sources.map(|path| shown(workspace, &path)).collect();
    if sources.is_empty() {
        return Ok(vec![shown(workspace, &folder.join("Cargo.toml"))]);
    }
    Ok(sources)
}

/// A path as it is shown: relative to the workspace.
fn shown(workspace: &Workspace, path: &Path) -> String {
    let path = path.strip_prefix(workspace.root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
