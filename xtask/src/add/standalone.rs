//! Writes crates for use outside of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::{PackageKind, StandaloneManifest, generate};

use crate::error::Error;
use crate::generate::{Plan, is_generated, package_field, read_manifest};
use crate::specs::Specs;
use crate::workspace::Workspace;

/// Creates the folder for the crates. Returns its absolute path.
///
/// # Errors
///
/// Returns an error if the folder is in the workspace, because cargo would take the crates for
/// members of the workspace.
pub(super) fn check(workspace: &Workspace, out: &Path) -> Result<PathBuf, Error> {
    fs::create_dir_all(out).map_err(Error::io("create", out))?;
    let out = fs::canonicalize(out).map_err(Error::io("find", out))?;
    let root = workspace.root();
    let root = fs::canonicalize(root).map_err(Error::io("find", root))?;
    if out.starts_with(&root) {
        let reason = "the folder is in this workspace; pass a folder outside of it, or omit \
                      `--out` to add the service to the workspace";
        return Err(Error::InvalidOut { path: out, reason });
    }
    Ok(out)
}

/// Writes one crate per service. Returns the output of the command.
///
/// # Errors
///
/// Returns an error if a folder contains other files, or cannot be written.
pub(super) fn write(
    workspace: &Workspace,
    out: &Path,
    common_path: Option<&Path>,
    specs: &Specs,
) -> Result<Vec<String>, Error> {
    let kind = PackageKind::Standalone(StandaloneManifest {
        version: package_field(workspace, "version")?,
        edition: package_field(workspace, "edition")?,
        rust_version: package_field(workspace, "rust-version")?,
        license: package_field(workspace, "license")?,
        common_path: common_path.map(check_common_path).transpose()?,
    });
    let mut lines = Vec::new();
    let mut plans = Vec::new();
    for (service, specs) in specs {
        let folder = out.join(format!("tencentcloud-{service}"));
        if folder.exists() && !is_generated(&folder) {
            let reason = "it contains files that were not generated; move them away, or pass \
                          another folder";
            return Err(Error::InvalidOut { path: folder, reason });
        }
        let mut plan = Plan::new(&folder);
        plan.add_folder("")?;
        plan.add_files("", generate(specs, &kind)?);
        plan.compare()?;
        lines.push(format!("{}: {}", folder.display(), plan.summary()));
        plans.push(plan);
    }
    for plan in plans {
        plan.apply()?;
    }
    Ok(lines)
}

/// Returns the absolute path of `tencentcloud-common`.
fn check_common_path(path: &Path) -> Result<String, Error> {
    let path = fs::canonicalize(path).map_err(Error::io("find", path))?;
    let manifest = read_manifest(&path.join("Cargo.toml"))?;
    let name = manifest.get("package").and_then(|package| package.get("name")?.as_str());
    if name != Some("tencentcloud-common") {
        return Err(Error::InvalidCommonPath(path));
    }
    Ok(path.to_string_lossy().into_owned())
}
