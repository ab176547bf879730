//! Runs `tencentcloud-local` for commands that call it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::cargo::{cargo, check_status};
use crate::error::Error;
use crate::workspace::Workspace;

/// Step that an error names.
const STEP: &str = "starting tencentcloud-local";

/// Running `tencentcloud-local`, which is stopped on drop.
pub(crate) struct LocalServer {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    /// Secret id that the server accepts.
    pub(crate) secret_id: String,
    /// Secret key that the server accepts.
    pub(crate) secret_key: String,
}

impl LocalServer {
    /// Builds and starts the program on a free port.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self, Error> {
        let package = ["--quiet", "-p", "tencentcloud-local"];
        // Built separately, so that compiler errors are shown.
        let status = cargo(workspace, &["build"]).args(package).status();
        check_status("building tencentcloud-local", status)?;
        let mut command = cargo(workspace, &["run"]);
        command.args(package).args(["--", "--port", "0"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let failed = |reason| Error::Program { step: STEP.to_owned(), reason };
        let mut server = Self {
            child: command.spawn().map_err(|error| failed(error.to_string()))?,
            address: String::new(),
            secret_id: String::new(),
            secret_key: String::new(),
        };
        if server.read_settings() {
            Ok(server)
        } else {
            Err(failed("it ended before it was ready".to_owned()))
        }
    }

    /// Reads the address and the credential that the program prints. Returns whether it printed
    /// all of them.
    fn read_settings(&mut self) -> bool {
        let output = self.child.stdout.take().map(BufReader::new);
        let mut settings = [
            ("Listening on http://", &mut self.address),
            ("export TENCENTCLOUD_SECRET_ID=", &mut self.secret_id),
            ("export TENCENTCLOUD_SECRET_KEY=", &mut self.secret_key),
        ];
        for line in output.into_iter().flat_map(BufReader::lines).map_while(Result::ok) {
            for (prefix, setting) in &mut settings {
                if let Some(value) = line.strip_prefix(*prefix) {
                    value.split(';').next().unwrap_or_default().clone_into(setting);
                }
            }
            if settings.iter().all(|(_, setting)| !setting.is_empty()) {
                return true;
            }
        }
        false
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        // The program may already have ended, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
