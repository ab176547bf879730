//! `tencentcloud-local` as a program, for chores that call it.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::workspace::Workspace;

/// A running `tencentcloud-local`, which is ended when this is dropped.
pub(crate) struct LocalServer {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    /// The id of its key.
    pub(crate) secret_id: String,
    /// Its key.
    pub(crate) secret_key: String,
}

impl LocalServer {
    /// Builds and starts the program, on a free port.
    pub(crate) fn start(workspace: &Workspace) -> io::Result<Self> {
        let package = ["--quiet", "-p", "tencentcloud-local"];
        let cargo = |verb| {
            let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
            command.arg(verb).args(package).current_dir(workspace.root());
            command
        };
        // Separately, so that what the compiler says is seen.
        if !cargo("build").status()?.success() {
            return Err(io::Error::other("it cannot be built; see above"));
        }
        let mut command = cargo("run");
        command.args(["--", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Self {
            child: command.spawn()?,
            address: String::new(),
            secret_id: String::new(),
            secret_key: String::new(),
        };
        server.read_announcement()?;
        Ok(server)
    }

    /// Reads what the program prints when it is ready.
    fn read_announcement(&mut self) -> io::Result<()> {
        let output = self.child.stdout.take().map(BufReader::new);
        let mut places = [
            ("Listening on http://", &mut self.address),
            ("export TENCENTCLOUD_SECRET_ID=", &mut self.secret_id),
            ("export TENCENTCLOUD_SECRET_KEY=", &mut self.secret_key),
        ];
        for line in output.into_iter().flat_map(BufReader::lines).map_while(Result::ok) {
            for (mark, place) in &mut places {
                if let Some(value) = line.strip_prefix(*mark) {
                    value.split(';').next().unwrap_or_default().clone_into(place);
                }
            }
            if places.iter().all(|(_, place)| !place.is_empty()) {
                return Ok(());
            }
        }
        Err(io::Error::other("it ended before it was ready"))
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
