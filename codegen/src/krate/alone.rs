//! The manifest of a crate outside of this workspace, which inherits nothing.

use crate::format::HEADER;
use crate::model::Service;

/// What a crate that stands alone has in its manifest, where others inherit from the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// The version of the crate, and of the runtime that it depends on.
    pub version: String,
    /// The edition of Rust.
    pub edition: String,
    /// The oldest Rust that compiles it.
    pub rust_version: String,
    /// The license.
    pub license: String,
    /// The folder of `tencentcloud-common`; without it, the crate depends on a published version.
    pub common_path: Option<String>,
}

impl Alone {
    pub(super) fn manifest(&self, service: &Service) -> String {
        let Self { version, edition, rust_version, license, common_path } = self;
        let package = service.package();
        let directory = &service.directory;
        let common = match common_path {
            // A string of JSON is one of TOML.
            Some(path) => format!(
                "{{ version = \"{version}\", path = {} }}",
                serde_json::Value::from(path.as_str())
            ),
            None => format!("\"{version}\""),
        };
        format!(
            r#"# {HEADER}

[package]
name = "{package}"
description = "Tencent Cloud SDK for Rust: typed client and models of the `{directory}` service"
readme = "README.md"
version = "{version}"
edition = "{edition}"
rust-version = "{rust_version}"
license = "{license}"

[features]
# `Serialize` and `Deserialize` for every model, in the spelling of the API.
serde = ["tencentcloud-common/serde"]

[dependencies]
tencentcloud-common = {common}
"#
        )
    }
}
