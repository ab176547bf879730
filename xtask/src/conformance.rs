//! `cargo xtask conformance`: compares the generator, the models, the signatures and the local
//! server with independent sources: the upstream package and the official Python SDK.

mod examples;
mod generator;
mod paging_table;
mod python_sdk;

pub use generator::{Report, generate_all};

use std::path::PathBuf;

use crate::error::Error;
use crate::upstream::{Pin, Source};
use crate::workspace::Workspace;

/// Parts of a run, in order.
const PARTS: [&str; 4] = ["generator", "examples", "signatures", "endpoint"];

/// Runs the parts, or all if the list is empty, and prints their results. With `update`, writes the
/// committed tables instead of comparing them.
///
/// # Errors
///
/// Returns an error if a part is unknown or fails, or if the package cannot be opened.
pub fn run(
    workspace: &Workspace,
    from: Option<PathBuf>,
    update: bool,
    parts: &[String],
) -> Result<(), Error> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        let known = PARTS.join("`, `");
        return Err(Error::Conformance(format!(
            "unknown part `{unknown}`: expected one of `{known}`"
        )));
    }
    let is_selected = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    let scratch = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
    if is_selected("generator") || is_selected("examples") {
        let pin = Pin::read(&workspace.api_specs())?;
        let opened = Source { from, ..Source::default() }.open(&pin)?;
        for message in opened.messages {
            println!("{message}");
        }
        if is_selected("generator") {
            generator::check(workspace, &opened.package, update)?;
        }
        if is_selected("examples") {
            examples::check(workspace, &opened.package, &pin, scratch.path())?;
        }
    }
    if is_selected("signatures") || is_selected("endpoint") {
        let python = python_sdk::install(workspace, scratch.path())?;
        if is_selected("signatures") {
            python_sdk::check_signatures(workspace, scratch.path(), &python)?;
        }
        if is_selected("endpoint") {
            python_sdk::check_local_endpoint(workspace, &python)?;
        }
    }
    Ok(())
}
