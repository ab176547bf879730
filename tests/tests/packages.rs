//! License and manifests of the published packages.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn crates() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("crates")).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path());
    let crates: Vec<PathBuf> = folders.filter(|it| it.join("Cargo.toml").is_file()).collect();
    assert!(crates.len() >= 2, "{crates:?}");
    crates
}

#[test]
fn every_package_contains_the_license() {
    let license = fs::read_to_string(root().join("LICENSE")).unwrap();
    assert!(license.contains("Apache License") && license.contains("END OF TERMS"));
    for folder in crates() {
        let copy = fs::read_to_string(folder.join("LICENSE"))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        assert!(copy == license, "{} has another license", folder.display());
    }
}

/// There is no public repository or page yet. Whoever adds one changes this test.
#[test]
fn no_manifest_contains_a_url() {
    let manifests = crates().into_iter().chain([root()]).map(|it| it.join("Cargo.toml"));
    for path in manifests {
        let manifest = fs::read_to_string(&path).unwrap();
        for line in manifest.lines().filter(|line| !line.starts_with('#')) {
            for name in ["repository", "homepage", "documentation"] {
                assert!(!line.starts_with(name), "{}: {line}", path.display());
            }
        }
    }
}
