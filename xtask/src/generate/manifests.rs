//! The lines of hand-written manifests that list the service crates.

use std::fs;
use std::path::Path;

use tencentcloud_codegen::GeneratedFile;

use crate::error::Error;
use crate::workspace::Workspace;

/// The line before those that this program keeps.
const BEGIN: &str = "# <service crates> `cargo xtask generate` keeps these lines.";
/// The line after them.
const END: &str = "# </service crates>";

/// The manifests of the workspace and of the conformance program, with the lines for some services.
pub(super) fn manifests<'a>(
    workspace: &Workspace,
    services: impl Iterator<Item = &'a String>,
) -> Result<Vec<GeneratedFile>, Error> {
    let services: Vec<&String> = services.collect();
    let version = version(workspace)?;
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
        let text = fs::read_to_string(&full).map_err(Error::file("read", &full))?;
        let Some((before, _, after)) = split(&text) else {
            let reason = format!("expected a line `{BEGIN}` and after it a line `{END}`");
            return Err(Error::Manifest { path: full, reason });
        };
        Ok(GeneratedFile { path: path.to_owned(), contents: format!("{before}{lines}{after}") })
    });
    files.collect()
}

/// A manifest without the lines that this program keeps.
pub(super) fn hand_written(text: &str) -> String {
    split(text).map_or_else(|| text.to_owned(), |(before, _, after)| format!("{before}{after}"))
}

/// The text up to the kept lines, these, and the rest; both markers are outside of them.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(BEGIN)?;
    let rest = rest.strip_prefix('\n')?;
    let (kept, _) = rest.split_once(END)?;
    let start = before.len() + BEGIN.len() + 1;
    let (before, _) = text.split_at_checked(start)?;
    let (_, after) = text.split_at_checked(start + kept.len())?;
    Some((before, kept, after))
}

/// The version that all crates of the workspace have.
fn version(workspace: &Workspace) -> Result<String, Error> {
    package(workspace, "version")
}

/// A fact of `[workspace.package]`.
pub(crate) fn package(workspace: &Workspace, key: &str) -> Result<String, Error> {
    let path = workspace.root().join("Cargo.toml");
    let value = parse(&path)?;
    let package = value.get("workspace").and_then(|table| table.get("package"));
    let found = package.and_then(|table| table.get(key)).and_then(toml::Value::as_str);
    found.map(str::to_owned).ok_or_else(|| Error::Manifest {
        path: path.clone(),
        reason: format!("expected a string `{key}` in `[workspace.package]`"),
    })
}

/// Reads a manifest.
pub(crate) fn parse(path: &Path) -> Result<toml::Table, Error> {
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    parse_text(&hand_written(&text), path)
}

fn parse_text(text: &str, path: &Path) -> Result<toml::Table, Error> {
    let wrong = |error: toml::de::Error| Error::Manifest {
        path: path.to_owned(),
        reason: error.message().to_owned(),
    };
    text.parse::<toml::Table>().map_err(wrong)
}
