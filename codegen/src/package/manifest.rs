use crate::model::Service;
use crate::source::HEADER;

/// Kind of package that a crate is generated for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageKind {
    /// Member of this workspace that is published.
    Published,
    /// Member of this workspace that is only used by its tests.
    Internal,
    /// Crate outside of this workspace.
    Standalone(StandaloneManifest),
}

/// Manifest values of a standalone crate, which cannot inherit them from a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandaloneManifest {
    /// Version of the crate, and of `tencentcloud-common`.
    pub version: String,
    /// Rust edition.
    pub edition: String,
    /// Minimum supported Rust version.
    pub rust_version: String,
    /// License.
    pub license: String,
    /// Folder of `tencentcloud-common`. Without it, the crate depends on the published version.
    pub common_path: Option<String>,
}

/// Renders the manifest of a crate.
pub(super) fn manifest(service: &Service, kind: &PackageKind) -> String {
    match kind {
        PackageKind::Published => workspace_member(service, ""),
        PackageKind::Internal => workspace_member(service, "publish = false\n"),
        PackageKind::Standalone(values) => standalone(service, values),
    }
}

fn workspace_member(service: &Service, publish: &str) -> String {
    let package = package(service);
    format!(
        r"{package}{publish}version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
keywords.workspace = true
categories.workspace = true

[package.metadata.docs.rs]
all-features = true

{FEATURES}
[dependencies]
tencentcloud-common.workspace = true

[lints]
workspace = true
"
    )
}

fn standalone(service: &Service, values: &StandaloneManifest) -> String {
    let StandaloneManifest { version, edition, rust_version, license, common_path } = values;
    let package = package(service);
    let common = match common_path {
        // A JSON string is also a TOML string.
        Some(path) => format!(
            "{{ version = \"{version}\", path = {} }}",
            serde_json::Value::from(path.as_str())
        ),
        None => format!("\"{version}\""),
    };
    format!(
        r#"{package}version = "{version}"
edition = "{edition}"
rust-version = "{rust_version}"
license = "{license}"

{FEATURES}
[dependencies]
tencentcloud-common = {common}
"#
    )
}

/// Renders the beginning of a manifest, which does not depend on the kind of package.
fn package(service: &Service) -> String {
    let package = service.package();
    let directory = &service.directory;
    format!(
        r#"# {HEADER}

[package]
name = "{package}"
description = "Tencent Cloud SDK for Rust: typed client and models of the `{directory}` service"
readme = "README.md"
"#
    )
}

const FEATURES: &str = r#"[features]
# Implements `Serialize` and `Deserialize` for every model, with the member names of the API.
serde = ["tencentcloud-common/serde"]
"#;
