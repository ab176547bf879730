//! `cargo xtask live-smoke`: read-only calls to the real cloud, for people who have an account.

use crate::conformance::judge::{cargo, succeeded};
use crate::error::Error;
use crate::workspace::Workspace;

/// Runs the quickstart against the cloud: it describes instances, disks, networks and zones.
/// Without a credential in the environment nothing is done; answers whether something was.
///
/// # Errors
///
/// A call that fails.
pub fn run(workspace: &Workspace, has_credential: bool) -> Result<bool, Error> {
    if has_credential {
        let run = cargo(workspace, &["run", "--quiet", "--example", "quickstart"]).status();
        succeeded("the calls to the cloud", run)?;
    }
    Ok(has_credential)
}
