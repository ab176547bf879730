//! Reads manifests, and updates the lists of service crates in them.

use std::fs;
use std::path::Path;

use tencentcloud_codegen::GeneratedFile;

use crate::error::Error;
use crate::workspace::Workspace;

/// Line before the list of service crates.
const BEGIN: &str = "# <service crates> `cargo xtask generate` updates these lines.";
/// Line after the list of service crates.
const END: &str = "# </service crates>";

/// Returns the manifests of the workspace and of the conformance program, with updated lists.
pub(super) fn service_manifests<'a>(
    workspace: &Workspace,
    services: impl Iterator<Item = &'a String>,
) -> Result<Vec<GeneratedFile>, Error> {
    let services: Vec<&String> = services.collect();
    let version = package_field(workspace, "version")?;
    let dependency = |service: &&String| {
        let package = format!("tencentcloud-{service}");
        format!("{package} = {{ version = \"{version}\", path = \"crates/{package}\" }}\n")
    };
    let inherited = |service: &&String| format!("tencentcloud-{service}.workspace = true\n");
    let lists: [(&str, String); 2] = [
        ("Cargo.toml", services.iter().map(dependency).collect()),
        ("tests/conformance/Cargo.toml", services.iter().map(inherited).collect()),
    ];
    let files = lists.into_iter().map(|(path, lines)| {
        let full = workspace.root().join(path);
        let text = fs::read_to_string(&full).map_err(Error::io("read", &full))?;
        let Some((before, _, after)) = split(&text) else {
            let reason = format!("expected a line {BEGIN:?}, followed by a line {END:?}");
            return Err(Error::InvalidManifest { path: full, reason });
        };
        Ok(GeneratedFile { path: path.to_owned(), contents: format!("{before}{lines}{after}") })
    });
    files.collect()
}

/// Returns a manifest without the list of service crates.
fn without_list(text: &str) -> String {
    split(text).map_or_else(|| text.to_owned(), |(before, _, after)| format!("{before}{after}"))
}

/// Splits a manifest into the text before the list, the list, and the text after it. The markers are
/// not part of the list.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(BEGIN)?;
    let rest = rest.strip_prefix('\n')?;
    let (list, _) = rest.split_once(END)?;
    let start = before.len() + BEGIN.len() + 1;
    let (before, _) = text.split_at_checked(start)?;
    let (_, after) = text.split_at_checked(start + list.len())?;
    Some((before, list, after))
}

/// Returns a field of `[workspace.package]`.
pub(crate) fn package_field(workspace: &Workspace, key: &str) -> Result<String, Error> {
    let path = workspace.root().join("Cargo.toml");
    let value = read_manifest(&path)?;
    let package = value.get("workspace").and_then(|table| table.get("package"));
    let found = package.and_then(|table| table.get(key)).and_then(toml::Value::as_str);
    found.map(str::to_owned).ok_or_else(|| Error::InvalidManifest {
        path: path.clone(),
        reason: format!("expected a string `{key}` in `[workspace.package]`"),
    })
}

/// Reads a manifest, except for the list of service crates.
pub(crate) fn read_manifest(path: &Path) -> Result<toml::Table, Error> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let invalid = |error: toml::de::Error| Error::InvalidManifest {
        path: path.to_owned(),
        reason: error.message().to_owned(),
    };
    without_list(&text).parse::<toml::Table>().map_err(invalid)
}
