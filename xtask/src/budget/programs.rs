//! A program that makes one call, with the SDK and by hand.
//!
//! Both are in `xtask/yardsticks`. They are copied to a scratch folder, where the versions of their
//! dependencies are those of the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cpu;
use crate::error::Error;
use crate::local_server::LocalServer;
use crate::workspace::Workspace;

/// The most that a clean build with the SDK may cost, in times of the one by hand.
const TARGET: f64 = 1.2;
/// The folders of the programs, which also are their names.
const NAMES: [&str; 2] = ["with_sdk", "by_hand"];
/// How the manifest of a yardstick names the workspace.
const ROOT: &str = "../../../";

/// Builds both programs from nothing, in each profile; returns what missed the target.
pub(super) fn measure(workspace: &Workspace, scratch: &Path) -> Result<Vec<String>, Error> {
    let folders = NAMES.map(|name| copy(workspace, name, scratch));
    let [with_sdk, by_hand] = folders;
    let folders = [with_sdk?, by_hand?];
    for folder in &folders {
        // Downloads are not what is measured.
        cpu::cargo(folder, &folder.join("target"), &["fetch"])?;
    }
    let mut missed = Vec::new();
    for (profile, arguments) in [("debug", &["build"][..]), ("release", &["build", "--release"])] {
        let mut costs = Vec::with_capacity(NAMES.len());
        for folder in &folders {
            costs.push(cpu::cargo(folder, &folder.join(profile), arguments)?.max(0.01));
        }
        let [ours, theirs] = costs.as_slice() else { continue };
        let ratio = ours / theirs;
        println!(
            "clean {profile} build of a program with one call: {ratio:.2} x the same program by \
             hand ({ours:.1} / {theirs:.1} CPU seconds)"
        );
        if ratio > TARGET {
            missed.push(format!(
                "a clean {profile} build costs {ratio:.2} x a program by hand, the target is {TARGET}"
            ));
        }
    }
    let built = [("with_sdk", "debug"), ("by_hand", "debug")]
        .map(|(name, profile)| scratch.join(name).join(profile).join("debug").join(name));
    compare(workspace, &built)?;
    Ok(missed)
}

/// Copies a program; returns its new folder.
fn copy(workspace: &Workspace, name: &str, scratch: &Path) -> Result<PathBuf, Error> {
    let from = workspace.root().join("xtask/yardsticks").join(name);
    let folder = scratch.join(name);
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::file("make", &source))?;
    let manifest = from.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(Error::file("read", &manifest))?;
    let manifest = folder.join("Cargo.toml");
    fs::write(&manifest, rooted(&text, workspace.root()))
        .map_err(Error::file("write", &manifest))?;
    let main = from.join("src/main.rs");
    fs::copy(&main, source.join("main.rs")).map_err(Error::file("copy", &main))?;
    let lock = workspace.root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map_err(Error::file("copy", &lock))?;
    Ok(folder)
}

/// A manifest whose paths into the workspace hold in any folder.
fn rooted(manifest: &str, root: &Path) -> String {
    // A TOML string in double quotes takes `/` on every system, and `\` is an escape there.
    let root = root.to_string_lossy().replace('\\', "/");
    manifest.replace(ROOT, &format!("{}/", root.trim_end_matches('/')))
}

/// Refuses a comparison of two programs that do not do the same: both call `tencentcloud-local`.
fn compare(workspace: &Workspace, built: &[PathBuf; 2]) -> Result<(), Error> {
    let server = LocalServer::start(workspace)
        .map_err(|error| Error::Budget(format!("cannot run tencentcloud-local: {error}")))?;
    let run = |program: &PathBuf| {
        let output = Command::new(program)
            .arg(format!("http://{}", server.address))
            .env("TENCENTCLOUD_SECRET_ID", &server.secret_id)
            .env("TENCENTCLOUD_SECRET_KEY", &server.secret_key)
            .env_remove("TENCENTCLOUD_TOKEN")
            .env_remove("TENCENTCLOUD_SESSION_TOKEN")
            .env_remove("TENCENTCLOUD_SECURITY_TOKEN")
            // A proxy does not reach the loopback of this machine.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .output();
        match output {
            Ok(output) if output.status.success() => {
                Ok(String::from_utf8_lossy(&output.stdout).into_owned())
            }
            Ok(output) => Err(Error::Budget(format!(
                "`{}` failed: {}",
                program.display(),
                String::from_utf8_lossy(&output.stderr).trim()
            ))),
            Err(error) => Err(Error::Budget(format!("`{}`: {error}", program.display()))),
        }
    };
    let [with_sdk, by_hand] = built;
    let (with_sdk, by_hand) = (run(with_sdk)?, run(by_hand)?);
    if with_sdk == by_hand && !with_sdk.is_empty() {
        return Ok(());
    }
    Err(Error::Budget(format!(
        "the programs in `xtask/yardsticks` do not do the same: one prints {with_sdk:?}, the other \
         {by_hand:?}"
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
