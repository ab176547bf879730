//! `cargo xtask remove`: removes services from the workspace.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::files::replace;
use crate::generate::{dependents, orphaned_crates, plan_all};
use crate::selector::Selector;
use crate::specs::{file_name, list_supplements, list_versions, read_committed};
use crate::workspace::Workspace;

/// Where a service or version was not found, for errors.
const IN_API_SPECS: &str = "in `api-specs/`";

/// Removes services or single versions: their specifications, their crates, and their entries in
/// the lists of services. Returns the output of the command.
///
/// # Errors
///
/// Returns an error, and removes nothing, if a service does not exist or if hand-written code uses
/// it.
pub fn run(workspace: &Workspace, services: &[String]) -> Result<Vec<String>, Error> {
    if services.is_empty() {
        return Err(Error::MissingService("remove"));
    }
    let committed = list_versions(&workspace.api_specs())?;
    let orphans = orphaned_crates(workspace, |service| committed.contains_key(service))?;
    let mut removed = Vec::new();
    for selector in Selector::parse_all(services)? {
        // The plan also removes crates whose specifications were deleted by hand.
        if orphans.contains(&format!("crates/tencentcloud-{}", selector.service)) {
            continue;
        }
        let versions = selector.versions(&committed, IN_API_SPECS)?;
        removed.extend(versions.into_iter().map(|version| file_name(&selector.service, version)));
    }
    let is_kept = |service: &str, version: &str| !removed.contains(&file_name(service, version));
    for (service, users) in dependents(workspace)? {
        let Some(versions) = committed.get(&service) else { continue };
        if !versions.iter().any(|version| is_kept(&service, version)) {
            return Err(Error::ServiceInUse { service, users });
        }
    }
    let folder = workspace.api_specs();
    let mut supplements = Vec::new();
    for (service, versions) in &committed {
        for version in versions.iter().filter(|version| !is_kept(service, version)) {
            supplements.extend(list_supplements(&folder, service, version)?);
        }
    }
    let plan = plan_all(workspace, &read_committed(workspace, is_kept)?)?;
    removed.extend(supplements);
    replace(&folder, removed.iter(), &BTreeMap::new())?;
    plan.apply()?;
    let mut lines: Vec<String> =
        removed.iter().map(|name| format!("api-specs/{name}: removed")).collect();
    lines.push(plan.summary());
    Ok(lines)
}
