//! Runs cargo and other programs.

use std::io;
use std::process::{Command, ExitStatus};

use crate::error::Error;
use crate::workspace::Workspace;

/// Returns a command for cargo in the root folder of the workspace.
///
/// Uses the cargo that built this program.
pub fn cargo(workspace: &Workspace, args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(args).current_dir(workspace.root());
    command
}

/// Returns the path or name of cargo.
pub(crate) fn program() -> &'static str {
    option_env!("CARGO").unwrap_or("cargo")
}

/// Checks that the program of a step ended successfully.
///
/// # Errors
///
/// Returns [`Error::Program`] if the program cannot be run or fails.
pub fn check_status(step: &str, status: io::Result<ExitStatus>) -> Result<(), Error> {
    let reason = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("{status}; see the output above"),
        Err(error) => format!("cannot run the program: {error}"),
    };
    Err(Error::Program { step: step.to_owned(), reason })
}

/// Returns the output of a program as one line, for errors.
pub(crate) fn one_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Updates `Cargo.lock` after crates were added or removed.
///
/// Only the entries of workspace members change. Cargo uses the network only if it does not know
/// the other packages in the lock file yet.
///
/// # Errors
///
/// Returns [`Error::LockFile`] if cargo cannot load the workspace.
pub fn update_lock_file(workspace: &Workspace) -> Result<(), Error> {
    let mut reason = String::new();
    for network in [&["--offline"][..], &[]] {
        let output = cargo(workspace, &["update", "--quiet", "--workspace"])
            .args(network)
            .output()
            .map_err(|error| Error::LockFile(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        reason = one_line(&output.stderr);
    }
    Err(Error::LockFile(reason))
}
