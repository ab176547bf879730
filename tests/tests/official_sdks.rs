//! Every test that the page on defects of the official SDKs names exists.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::path::Path;

#[test]
fn every_named_test_exists() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let common = tests.join("../crates/tencentcloud-common");
    let page = fs::read_to_string(common.join("docs/official-sdks.md")).unwrap();
    let (_, defects) = page.split_once("# Defects").unwrap();
    let mut named = 0;
    for row in defects.lines().filter(|line| line.starts_with("| ") && !line.contains("**")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), 3, "{row}");
        if cells[2].contains("Tests that") {
            continue;
        }
        let references: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
        assert!(!references.is_empty(), "no test: {row}");
        for reference in references {
            let (file, test) = reference.split_once("::").unwrap();
            let root = if file.starts_with("src/") { &common } else { tests };
            let source = fs::read_to_string(root.join(file))
                .unwrap_or_else(|error| panic!("{reference}: {error}"));
            let found = source.contains(&format!("fn {test}("));
            assert!(found, "{reference} does not exist");
            named += 1;
        }
    }
    assert!(named > 80, "only {named} tests were found in the page");
}
