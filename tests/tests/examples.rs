//! The example programs that the front pages of the service crates name.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the programs in the folder, without the library that they share.
fn programs() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let names = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    names.filter(|name| name != "lib").collect()
}

#[test]
fn every_program_is_a_target() {
    let manifest = fs::read_to_string(root().join("examples/Cargo.toml")).unwrap();
    for program in programs() {
        assert!(manifest.contains(&format!("path = \"{program}.rs\"")), "{program}");
    }
}

#[test]
fn every_program_on_a_front_page_exists() {
    let programs = programs();
    let mut named = BTreeSet::new();
    for service in fs::read_dir(root().join("api-specs")).unwrap() {
        let service = service.unwrap().path();
        let files = fs::read_dir(&service).into_iter().flatten().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.to_string_lossy().ends_with(".supplement.toml"));
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            let table = text.split("\n[examples]\n").nth(1).unwrap_or_default();
            let lines = table.lines().take_while(|line| !line.starts_with('['));
            let entries = lines.filter_map(|line| line.split_once(" = "));
            named.extend(entries.map(|(name, _)| name.to_owned()));
        }
    }
    assert!(!named.is_empty());
    let unknown: Vec<_> = named.difference(&programs).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
