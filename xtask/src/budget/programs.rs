//! Measures how long it takes to build a program that makes one call, with and without the SDK.
//!
//! Both programs are in `xtask/yardsticks`. They are copied to a scratch folder, and built with the
//! dependency versions of the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cpu_time;
use crate::cargo::one_line;
use crate::error::Error;
use crate::local_server::LocalServer;
use crate::workspace::Workspace;

/// Maximum CPU time of a clean build with the SDK, as a ratio to that without the SDK but with the
/// same features of reqwest.
const MAX_BUILD_RATIO: f64 = 1.2;
/// Number of builds of each program; the result is the fastest, which other load delays least.
const ROUNDS: usize = 2;
/// Folders and names of the programs.
const NAMES: [&str; 2] = ["with_sdk", "by_hand"];
/// Relative path of the workspace in the manifests of the programs.
const ROOT: &str = "../../../";

/// Builds both programs from scratch in each profile. Returns the limits that are exceeded.
pub(super) fn measure(workspace: &Workspace, scratch: &Path) -> Result<Vec<String>, Error> {
    let folders = NAMES.map(|name| copy(workspace, name, scratch));
    let [with_sdk, by_hand] = folders;
    let folders = [with_sdk?, by_hand?];
    for folder in &folders {
        // Downloads are not measured.
        cpu_time::of_cargo(folder, &folder.join("target"), &["fetch"])?;
    }
    let mut exceeded = Vec::new();
    for (profile, args) in [("debug", &["build"][..]), ("release", &["build", "--release"])] {
        let [with_sdk, same_reqwest, least] = builds(&folders, profile, args)?;
        let ratio = with_sdk / same_reqwest;
        println!(
            "clean {profile} build of a program with one call: {ratio:.2} x a program without the SDK \
             ({with_sdk:.1} / {same_reqwest:.1} CPU seconds), {:.2} x one that also does without gzip \
             and SOCKS ({least:.1})",
            with_sdk / least
        );
        if ratio > MAX_BUILD_RATIO {
            exceeded.push(format!(
                "a clean {profile} build costs {ratio:.2} x a program without the SDK: the limit is \
                 {MAX_BUILD_RATIO}"
            ));
        }
    }
    let built = [("with_sdk", "debug"), ("by_hand", "debug")]
        .map(|(name, profile)| scratch.join(name).join(profile).join("debug").join(name));
    compare_output(workspace, &built)?;
    Ok(exceeded)
}

/// Builds the programs alternately: with the SDK, without it but with the same features of reqwest,
/// and without both. Returns the CPU seconds of the fastest clean build of each.
fn builds(
    [with_sdk, by_hand]: &[PathBuf; 2],
    profile: &str,
    args: &[&str],
) -> Result<[f64; 3], Error> {
    let variants: [(&PathBuf, &[&str]); 3] =
        [(with_sdk, &[]), (by_hand, &["--features", "sdk-transport"]), (by_hand, &[])];
    let mut fastest = [f64::INFINITY; 3];
    for _ in 0..ROUNDS {
        for ((folder, features), fastest) in variants.iter().zip(&mut fastest) {
            let target = folder.join(profile);
            if target.exists() {
                fs::remove_dir_all(&target).map_err(Error::io("remove", &target))?;
            }
            let cost = cpu_time::of_cargo(folder, &target, &[args, features].concat())?;
            *fastest = fastest.min(cost.max(0.01));
        }
    }
    Ok(fastest)
}

/// Copies a program to the scratch folder. Returns its new folder.
fn copy(workspace: &Workspace, name: &str, scratch: &Path) -> Result<PathBuf, Error> {
    let from = workspace.root().join("xtask/yardsticks").join(name);
    let folder = scratch.join(name);
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::io("create", &source))?;
    let manifest = from.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(Error::io("read", &manifest))?;
    let manifest = folder.join("Cargo.toml");
    fs::write(&manifest, with_absolute_paths(&text, workspace.root()))
        .map_err(Error::io("write", &manifest))?;
    let main = from.join("src/main.rs");
    fs::copy(&main, source.join("main.rs")).map_err(Error::io("copy", &main))?;
    let lock = workspace.root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map_err(Error::io("copy", &lock))?;
    Ok(folder)
}

/// Makes the paths to the workspace in a manifest absolute.
fn with_absolute_paths(manifest: &str, root: &Path) -> String {
    // `\` would be an escape in a TOML string, and `/` works on every system.
    let root = root.to_string_lossy().replace('\\', "/");
    manifest.replace(ROOT, &format!("{}/", root.trim_end_matches('/')))
}

/// Calls `tencentcloud-local` with both programs. Returns an error unless they print the same.
fn compare_output(workspace: &Workspace, built: &[PathBuf; 2]) -> Result<(), Error> {
    let server = LocalServer::start(workspace)?;
    let run = |program: &PathBuf| {
        let output = Command::new(program)
            .arg(format!("http://{}", server.address))
            .env("TENCENTCLOUD_SECRET_ID", &server.secret_id)
            .env("TENCENTCLOUD_SECRET_KEY", &server.secret_key)
            .env_remove("TENCENTCLOUD_TOKEN")
            .env_remove("TENCENTCLOUD_SESSION_TOKEN")
            .env_remove("TENCENTCLOUD_SECURITY_TOKEN")
            // A proxy cannot reach the loopback address.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .output();
        let reason = match output {
            Ok(output) if output.status.success() => {
                return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
            }
            Ok(output) => one_line(&output.stderr),
            Err(error) => error.to_string(),
        };
        Err(Error::Program { step: format!("running `{}`", program.display()), reason })
    };
    let [with_sdk, by_hand] = built;
    let (with_sdk, by_hand) = (run(with_sdk)?, run(by_hand)?);
    if with_sdk == by_hand && !with_sdk.is_empty() {
        return Ok(());
    }
    Err(Error::Budget(format!(
        "the programs in `xtask/yardsticks` print different results: {with_sdk:?} with the SDK, \
         {by_hand:?} without"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_program_depends_on_the_crates_of_this_workspace() {
        let workspace = Workspace::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        let scratch = tempfile::tempdir().unwrap();
        for name in NAMES {
            let folder = copy(&workspace, name, scratch.path()).unwrap();
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            assert!(!manifest.contains(ROOT), "{manifest}");
            for path in manifest.lines().filter_map(|line| line.split("path = \"").nth(1)) {
                let path = path.split('"').next().unwrap();
                assert!(Path::new(path).join("Cargo.toml").is_file(), "{path}");
            }
            assert!(folder.join("src/main.rs").is_file() && folder.join("Cargo.lock").is_file());
        }
        let manifest = fs::read_to_string(scratch.path().join("with_sdk/Cargo.toml")).unwrap();
        assert!(manifest.contains("tencentcloud-cvm = { path = "));
    }
}
