//! The program `call_any_api`, run as a child process.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// Builds the program once and returns its path.
fn path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        // Like the command in the README, but only builds the program.
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "-p", "tencentcloud-common"])
            .args(["--example", "call_any_api", "--message-format=json"])
            // Shows compiler errors.
            .stderr(Stdio::inherit())
            .output();
        let output = built.map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|it| it.pointer("/target/name").is_some_and(|name| name == "call_any_api"))
            .find_map(|it| it.get("executable")?.as_str().map(PathBuf::from))
            .unwrap_or_default()
    })
}

/// Returns a command for the program, with only a credential as its settings in the environment.
pub fn call_any_api() -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars_os() {
        let upper = name.to_string_lossy().to_ascii_uppercase();
        if ["TENCENTCLOUD_", "TKE_"].iter().any(|prefix| upper.starts_with(prefix))
            || upper.ends_with("_PROXY")
        {
            command.env_remove(name);
        }
    }
    command
        .env("TENCENTCLOUD_SECRET_ID", "AKIDexample")
        .env("TENCENTCLOUD_SECRET_KEY", "key-12345");
    command
}

/// Returns exit code, standard output and standard error.
pub fn output_text(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}
