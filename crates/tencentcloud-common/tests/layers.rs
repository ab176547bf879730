//! The floors of the crate: a module uses those below it, and none above or beside it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. What stands on one floor does not know each other.
const FLOORS: [&[&str]; 14] = [
    // What a test replaces, and the rules of secrecy.
    &["clock", "environment", "random", "redact", "sleep"],
    &["error", "tokio_runtime"],
    // Values.
    &["credential", "form", "model", "region"],
    &["action", "rate_limit", "retry", "skew"],
    &["profile"],
    // Pure steps.
    &["breaker", "decode", "sign"],
    &["encode"],
    // Edges.
    &["logging", "transport"],
    &["metadata", "provider", "sse"],
    // The call.
    &["interceptor"],
    &["client"],
    &["pipeline"],
    &["call"],
    &["blocking", "common_client"],
];

/// The client has the slot in which the thread of its blocking calls lives, which makes them with
/// a client.
const EXCEPTION: (&str, &str) = ("client", "blocking");

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The modules that the code of a file uses, without its comments and its tests.
fn used(code: &str) -> BTreeSet<String> {
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = BTreeSet::new();
    for line in lines {
        // `$crate::` stands in macros for others.
        for (at, found) in line.match_indices("crate::") {
            let name = line[at + found.len()..].split(|c: char| !c.is_alphanumeric() && c != '_');
            if !line[..at].ends_with('$') {
                used.insert(name.into_iter().next().unwrap().to_owned());
            }
        }
    }
    used
}

#[test]
fn no_module_uses_one_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floor = |module: &str| FLOORS.iter().position(|floor| floor.contains(&module));
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut seen = 0;
    for path in found {
        let inside = path.strip_prefix(&source).unwrap().with_extension("");
        let mut parts = inside.iter().map(|part| part.to_str().unwrap());
        let module = parts.next().unwrap();
        let is_test = inside
            .iter()
            .any(|it| it.to_str().is_some_and(|it| it.ends_with("tests") || it == "fakes"));
        if module == "lib" || is_test {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{module} has no floor: give it one"));
        for other in used(&fs::read_to_string(&path).unwrap()) {
            let Some(theirs) = floor(&other) else { continue };
            let is_fine = theirs < own || module == other || (module, &*other) == EXCEPTION;
            assert!(is_fine, "{}: {module} must not use {other}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} uses were found");
}
