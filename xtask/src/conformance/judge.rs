use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::error::Error;
use crate::workspace::Workspace;

/// How many random requests of each form are made; the judge wants at least 500.
const SIGNATURES: &str = "500";

/// Lets the official Python SDK make random requests again, and compares what both would send.
pub(super) fn signatures(
    workspace: &Workspace,
    scratch: &Path,
    python: &Path,
) -> Result<(), Error> {
    let signed = scratch.join("signed.jsonl");
    let file = File::create(&signed).map_err(Error::file("make", &signed))?;
    let bin = ["run", "--quiet", "-p", "tencentcloud-conformance", "--bin", "signatures", "--"];
    let run = cargo(workspace, &bin).arg(SIGNATURES).stdout(file).status();
    succeeded("signing random requests", run)?;
    let file = File::open(&signed).map_err(Error::file("open", &signed))?;
    let script = workspace.root().join("tests/conformance/python/verify_signatures.py");
    succeeded("the signatures", Command::new(python).arg(script).stdin(file).status())
}

/// A Python with the official SDK, in a virtual environment of its own.
pub(super) fn python(workspace: &Workspace, scratch: &Path) -> Result<PathBuf, Error> {
    let folder = scratch.join("venv");
    let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status();
    succeeded("making a virtual environment with `python3 -m venv`", made)?;
    let python = folder.join("bin/python");
    let wanted = workspace.root().join("tests/conformance/python/requirements.txt");
    let installed = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(wanted)
        .status();
    succeeded("installing the official Python SDK with pip", installed)?;
    Ok(python)
}

/// The cargo that runs this program, in the workspace.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(workspace.root());
    command
}

/// An error that names the part, unless its program ended well.
pub(crate) fn succeeded(part: &str, run: io::Result<ExitStatus>) -> Result<(), Error> {
    match run {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::Conformance(format!("{part}: {status}; see above"))),
        Err(error) => {
            Err(Error::Conformance(format!("{part}: the program cannot be run: {error}")))
        }
    }
}
