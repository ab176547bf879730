//! The official Python SDK as a client of the local endpoint.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::judge::{cargo, succeeded};
use crate::error::Error;
use crate::workspace::Workspace;

/// Starts the endpoint and lets the official SDK use it.
pub(super) fn check(workspace: &Workspace, python: &Path) -> Result<(), Error> {
    let built = cargo(workspace, &["build", "--quiet", "-p", "tencentcloud-local"]).status();
    succeeded("building tencentcloud-local", built)?;
    let mut command =
        cargo(workspace, &["run", "--quiet", "-p", "tencentcloud-local", "--", "--port", "0"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut running = Running(child.map_err(|error| {
        Error::Conformance(format!("tencentcloud-local cannot be run: {error}"))
    })?);
    let [endpoint, secret_id, secret_key] = running.announced()?;
    let script = workspace.root().join("tests/conformance/python/local_client.py");
    let run = Command::new(python).arg(script).args([endpoint, secret_id, secret_key]).status();
    succeeded("the official Python SDK as a client of tencentcloud-local", run)
}

/// A program that is ended when this is dropped.
struct Running(Child);

impl Running {
    /// Host and port, secret id and secret key, as the program prints them.
    fn announced(&mut self) -> Result<[String; 3], Error> {
        let mut found = [const { String::new() }; 3];
        let marks = [
            "Listening on http://",
            "export TENCENTCLOUD_SECRET_ID=",
            "export TENCENTCLOUD_SECRET_KEY=",
        ];
        let output = self.0.stdout.take().map(BufReader::new);
        for line in output.into_iter().flat_map(BufReader::lines).map_while(Result::ok) {
            for (place, mark) in found.iter_mut().zip(marks) {
                if let Some(value) = line.strip_prefix(mark) {
                    value.split(';').next().unwrap_or_default().clone_into(place);
                }
            }
            if found.iter().all(|value| !value.is_empty()) {
                return Ok(found);
            }
        }
        Err(Error::Conformance("tencentcloud-local ended before it was ready".to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about it here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
