//! Compares signatures and the local server with the official Python SDK.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, check_status};
use crate::error::Error;
use crate::local_server::LocalServer;
use crate::workspace::Workspace;

/// Number of random requests per encoding. `verify_signatures.py` requires at least 500.
const REQUESTS: &str = "500";

/// Installs the official SDK into a virtual environment. Returns its Python.
pub(super) fn install(workspace: &Workspace, scratch: &Path) -> Result<PathBuf, Error> {
    let folder = scratch.join("venv");
    let status = Command::new("python3").args(["-m", "venv"]).arg(&folder).status();
    check_status("creating a virtual environment with `python3 -m venv`", status)?;
    let python = folder.join("bin/python");
    let requirements = workspace.root().join("tests/conformance/python/requirements.txt");
    let status = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(requirements)
        .status();
    check_status("installing the official Python SDK with pip", status)?;
    Ok(python)
}

/// Creates random requests, and lets the official SDK create the same requests for comparison.
pub(super) fn check_signatures(
    workspace: &Workspace,
    scratch: &Path,
    python: &Path,
) -> Result<(), Error> {
    let requests = scratch.join("requests.jsonl");
    let file = File::create(&requests).map_err(Error::io("create", &requests))?;
    let bin = ["run", "--quiet", "-p", "tencentcloud-conformance", "--bin", "signatures", "--"];
    let status = cargo(workspace, &bin).arg(REQUESTS).stdout(file).status();
    check_status("signing random requests", status)?;
    let file = File::open(&requests).map_err(Error::io("open", &requests))?;
    let script = workspace.root().join("tests/conformance/python/verify_signatures.py");
    let status = Command::new(python).arg(script).stdin(file).status();
    check_status("comparing the requests with the official Python SDK", status)
}

/// Starts the local server, and runs the official SDK as its client.
pub(super) fn check_local_endpoint(workspace: &Workspace, python: &Path) -> Result<(), Error> {
    let server = LocalServer::start(workspace)?;
    let script = workspace.root().join("tests/conformance/python/local_client.py");
    let status = Command::new(python)
        .arg(script)
        .args([&server.address, &server.secret_id, &server.secret_key])
        .status();
    check_status("calling tencentcloud-local with the official Python SDK", status)
}
