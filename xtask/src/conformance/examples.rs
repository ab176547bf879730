//! Passes the upstream examples of the committed services through their typed models.

use std::fs;
use std::path::Path;

use crate::cargo::{cargo, check_status};
use crate::error::Error;
use crate::specs::{file_name, list_versions, read_spec};
use crate::upstream::{Package, Pin, UpstreamFile};
use crate::workspace::Workspace;

/// Writes the examples to a scratch folder, and runs the conformance program on them.
pub(super) fn check(
    workspace: &Workspace,
    package: &Package,
    pin: &Pin,
    scratch: &Path,
) -> Result<(), Error> {
    let folder = workspace.api_specs();
    let committed = list_versions(&folder)?;
    let services: Vec<String> = committed.keys().cloned().collect();
    let is_committed = |file: &UpstreamFile| {
        committed.get(&file.service).is_some_and(|versions| versions.contains(&file.version))
    };
    for file in package.read(&services)?.iter().filter(|file| is_committed(file)) {
        if read_spec(&folder, &file.service, &file.version)? != file.parse()? {
            return Err(Error::Conformance(format!(
                "`api-specs/{}` differs from the pinned package: run `cargo xtask sync`",
                file_name(&file.service, &file.version)
            )));
        }
    }
    let examples = scratch.join("examples");
    for file in package.read_files(&services, "examples.json")? {
        let folder = examples.join(&file.service);
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let path = folder.join(format!("{}.json", file.version));
        fs::write(&path, &file.text).map_err(Error::io("write", &path))?;
    }
    let status = cargo(workspace, &["run", "--quiet", "-p", "tencentcloud-conformance", "--"])
        .args([&folder, &examples])
        .arg(&pin.version)
        .status();
    check_status("checking the examples", status)
}
