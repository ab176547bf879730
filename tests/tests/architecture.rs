//! The architecture page names only files that exist, and every module.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::path::Path;

#[test]
fn every_named_file_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let common = root.join("crates/tencentcloud-common/src");
    let names = page.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| {
        let is_file = Path::new(name).extension().is_some_and(|it| it == "rs" || it == "md");
        (is_file || name.ends_with('/')) && !name.contains([' ', '<'])
    };
    let mut checked = 0;
    for name in names.filter(is_path) {
        let exists = root.join(name).exists() || common.join(name).exists();
        assert!(exists, "docs/architecture.md names {name}, which does not exist");
        checked += 1;
    }
    assert!(checked > 40, "only {checked} paths were found");
}

/// The diagram of the layers has every top-level module of `tencentcloud-common`.
#[test]
fn every_module_is_in_the_diagram() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let (_, layers) = page.split_once("## Layers").unwrap();
    let diagram = layers.split("```").nth(1).unwrap();
    for entry in fs::read_dir(root.join("crates/tencentcloud-common/src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        let is_named = diagram.split_whitespace().any(|word| word == module);
        assert!(module == "lib" || is_named, "{module} is not in the diagram of the layers");
    }
}
