//! `cargo xtask remove`: removes services from the workspace.

use std::collections::BTreeMap;

use crate::add::plan;
use crate::error::Error;
use crate::generate::{self, needs, orphans};
use crate::selector::Selector;
use crate::sync;
use crate::workspace::{Workspace, list_specs};

/// Where services to remove are looked for.
const COMMITTED: &str = "under `api-specs/`";

/// Removes services, or single versions of them: their specifications, their crates, and their
/// place in every list of services. Says what was done.
///
/// # Errors
///
/// A service that is not there, or that hand-written code uses; nothing is removed then.
pub fn run(workspace: &Workspace, services: &[String]) -> Result<Vec<String>, Error> {
    if services.is_empty() {
        return Err(Error::NoService("remove"));
    }
    let committed = list_specs(&workspace.api_specs())?;
    let left_over = orphans(workspace, |service| committed.contains_key(service))?;
    let mut going = Vec::new();
    for selector in Selector::parse_all(services)? {
        // A crate whose specifications were removed by hand goes with the rest.
        if left_over.contains(&format!("crates/tencentcloud-{}", selector.service)) {
            continue;
        }
        let versions = selector.versions(&committed, COMMITTED)?;
        going.extend(versions.into_iter().map(|version| sync::name_of(&selector.service, version)));
    }
    let stays = |service: &str, version: &str| !going.contains(&sync::name_of(service, version));
    for (service, users) in needs(workspace)? {
        let versions = committed.get(&service);
        let goes = |versions: &Vec<String>| !versions.iter().any(|it| stays(&service, it));
        if versions.is_some_and(goes) {
            return Err(Error::Needed { service, users, removing: true });
        }
    }
    let plan = plan(workspace, &generate::committed(workspace, stays)?)?;
    sync::replace(&workspace.api_specs(), going.iter(), &BTreeMap::new())?;
    plan.carry_out()?;
    let mut lines: Vec<String> =
        going.iter().map(|name| format!("api-specs/{name}: removed")).collect();
    lines.push(plan.summary());
    Ok(lines)
}
