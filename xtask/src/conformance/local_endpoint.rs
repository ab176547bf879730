//! The official Python SDK as a client of the local endpoint.

use std::path::Path;
use std::process::Command;

use super::judge::succeeded;
use crate::error::Error;
use crate::local_server::LocalServer;
use crate::workspace::Workspace;

/// Starts the endpoint and lets the official SDK use it.
pub(super) fn check(workspace: &Workspace, python: &Path) -> Result<(), Error> {
    let server = LocalServer::start(workspace)
        .map_err(|error| Error::Conformance(format!("cannot run tencentcloud-local: {error}")))?;
    let script = workspace.root().join("tests/conformance/python/local_client.py");
    let run = Command::new(python)
        .arg(script)
        .args([&server.address, &server.secret_id, &server.secret_key])
        .status();
    succeeded("the official Python SDK as a client of tencentcloud-local", run)
}
