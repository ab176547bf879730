//! Finds generated crates on disk.

use std::fs;
use std::path::Path;

use tencentcloud_codegen::HEADER;

use crate::error::Error;
use crate::files::{entries, files_below};
use crate::workspace::Workspace;

/// Returns the folders of generated crates whose service is not committed, and of empty crates.
pub(crate) fn orphaned_crates(
    workspace: &Workspace,
    is_committed: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Error> {
    let mut orphans = Vec::new();
    for path in entries(&workspace.root().join("crates"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(service) = name.strip_prefix("tencentcloud-") else { continue };
        if path.is_dir() && is_generated(&path) && !is_committed(service) {
            orphans.push(format!("crates/{name}"));
        }
    }
    Ok(orphans)
}

/// Returns whether the generator wrote a crate, or what is left of it. An empty folder counts.
pub(crate) fn is_generated(folder: &Path) -> bool {
    let has_header = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(text.lines().next()?.contains(HEADER))
    };
    let header = ["Cargo.toml", "src/lib.rs", "README.md"].into_iter().find_map(has_header);
    header.unwrap_or_else(|| files_below(folder).is_ok_and(|files| files.is_empty()))
}
