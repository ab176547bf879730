//! The program `call_any_api`, run as a person would run it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// Builds the program, and says where it is: nothing is built twice.
fn path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        // The command of the README, without the call.
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "-p", "tencentcloud-common"])
            .args(["--example", "call_any_api", "--message-format=json"])
            // Says why there is no program, if there is none.
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

/// The program, with a key in its environment and nothing else that it looks at.
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

/// What the program did: exit code, standard output, standard error.
pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}
