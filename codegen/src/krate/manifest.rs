use super::Publish;
use crate::format::HEADER;
use crate::model::Service;

/// The manifest of the crate.
pub(super) fn manifest(service: &Service, publish: Publish) -> String {
    let package = service.package();
    let directory = &service.directory;
    let publish = match publish {
        Publish::Yes | Publish::Alone => "",
        Publish::No => "publish = false\n",
    };
    format!(
        r#"# {HEADER}

[package]
name = "{package}"
description = "Tencent Cloud SDK for Rust: typed client and models of the `{directory}` service"
readme = "README.md"
{publish}version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
keywords.workspace = true
categories.workspace = true

[package.metadata.docs.rs]
all-features = true

[features]
# `Serialize` and `Deserialize` for every model, in the spelling of the API.
serde = ["tencentcloud-common/serde"]

[dependencies]
tencentcloud-common.workspace = true

[lints]
workspace = true
"#
    )
}
