//! Crates for use outside of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::{PackageKind, StandaloneManifest, generate};

use crate::error::Error;
use crate::generate::{Plan, Specs, is_generated, manifest, package};
use crate::workspace::Workspace;

/// The folder for the crates, made absolute.
///
/// # Errors
///
/// A folder in the workspace, where cargo would take the crate for a part of it.
pub(super) fn check(workspace: &Workspace, out: &Path) -> Result<PathBuf, Error> {
    fs::create_dir_all(out).map_err(Error::file("make", out))?;
    let out = fs::canonicalize(out).map_err(Error::file("find", out))?;
    let root = workspace.root();
    let root = fs::canonicalize(root).map_err(Error::file("find", root))?;
    if out.starts_with(&root) {
        let reason = "it is in this workspace; name a folder outside of it, or leave `--out` out \
                      to make the service a part of the workspace";
        return Err(Error::Out { path: out, reason: reason.to_owned() });
    }
    Ok(out)
}

/// Writes a crate for each service; says where it is.
///
/// # Errors
///
/// A folder that holds something else than such a crate, or that cannot be written.
pub(super) fn write(
    workspace: &Workspace,
    out: &Path,
    common_path: Option<&Path>,
    specs: &Specs,
) -> Result<Vec<String>, Error> {
    let kind = PackageKind::Standalone(StandaloneManifest {
        version: package(workspace, "version")?,
        edition: package(workspace, "edition")?,
        rust_version: package(workspace, "rust-version")?,
        license: package(workspace, "license")?,
        common_path: common_path.map(common).transpose()?,
    });
    let mut lines = Vec::new();
    let mut plans = Vec::new();
    for (service, specs) in specs {
        let folder = out.join(format!("tencentcloud-{service}"));
        if folder.exists() && !is_generated(&folder) {
            let reason = "it holds what was not generated; move that away, or name another folder";
            return Err(Error::Out { path: folder, reason: reason.to_owned() });
        }
        let mut plan = Plan::new(&folder);
        plan.owns("")?;
        plan.wants("", generate(specs, &kind)?);
        plan.compare()?;
        lines.push(format!("{}: {}", folder.display(), plan.summary()));
        plans.push(plan);
    }
    for plan in plans {
        plan.carry_out()?;
    }
    Ok(lines)
}

/// The absolute path of `tencentcloud-common`, as text.
fn common(path: &Path) -> Result<String, Error> {
    let found = fs::canonicalize(path).map_err(Error::file("find", path))?;
    let manifest = manifest(&found.join("Cargo.toml"))?;
    let name = manifest.get("package").and_then(|package| package.get("name")?.as_str());
    if name != Some("tencentcloud-common") {
        let reason = "`--common-path` expects the folder of the package `tencentcloud-common`";
        return Err(Error::Manifest { path: found, reason: reason.to_owned() });
    }
    Ok(found.to_string_lossy().into_owned())
}
