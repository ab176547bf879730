//! `cargo xtask` runs even if generated crates are missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs cargo without a network.
fn cargo(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO")).args(args).arg("--offline").current_dir(folder).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn its_workspace_loads_without_a_generated_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let names = ["Cargo.toml", "codegen", "examples", "tests", "xtask", ".cargo"];
    for name in names {
        copy(&root.join(name), &scratch.path().join(name));
    }
    for name in ["tencentcloud-common", "tencentcloud-local"] {
        copy(&root.join("crates").join(name), &scratch.path().join("crates").join(name));
    }
    let workspace = cargo(scratch.path(), &["metadata", "--no-deps", "--format-version", "1"]);
    assert!(!workspace.status.success(), "the workspace should not load without its crates");

    let alias = fs::read_to_string(scratch.path().join(".cargo/config.toml")).unwrap();
    let manifest = "xtask/launch/Cargo.toml";
    assert!(alias.contains(&format!("--manifest-path {manifest}")), "{alias}");
    let tree =
        cargo(scratch.path(), &["tree", "--locked", "--depth", "2", "--manifest-path", manifest]);
    let [stdout, stderr] = [tree.stdout, tree.stderr].map(|it| String::from_utf8(it).unwrap());
    assert!(stdout.contains("tencentcloud-codegen"), "{stdout}{stderr}");
}
