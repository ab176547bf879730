//! Brings `Cargo.lock` up to date with the crates that there are.

use crate::conformance::judge::cargo;
use crate::error::Error;
use crate::workspace::Workspace;

/// Lets cargo update the entries of the workspace's own crates; no other version changes. The
/// network is used only if cargo does not know yet what the lock file names.
///
/// # Errors
///
/// A workspace that cargo refuses, with its reason.
pub fn update(workspace: &Workspace) -> Result<(), Error> {
    let mut reason = String::new();
    for network in [&["--offline"][..], &[]] {
        let output = cargo(workspace, &["update", "--quiet", "--workspace"])
            .args(network)
            .output()
            .map_err(|error| Error::Cargo(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        String::from_utf8_lossy(&output.stderr).trim().clone_into(&mut reason);
    }
    Err(Error::Cargo(reason))
}
