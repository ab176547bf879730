//! Small workspace and small upstream package in temporary folders.

#![allow(dead_code, reason = "each test file uses some of these functions")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use xtask::Workspace;
use zip::write::SimpleFileOptions;

pub(crate) const VERSION: &str = "1.2.3";

/// Manifest of the workspace.
const MANIFEST: &str = r#"[workspace]
members = ["crates/*"]

[workspace.package]
version = "0.4.2"
edition = "2024"
rust-version = "1.88"
license = "Apache-2.0"

[workspace.dependencies]
# <service crates> `cargo xtask generate` updates these lines.
# </service crates>
serde = "1"
"#;

/// Manifest of the conformance program.
const CONFORMANCE: &str = r#"[package]
name = "tencentcloud-conformance"

[dependencies]
# <service crates> `cargo xtask generate` updates these lines.
# </service crates>

[lints]
workspace = true
"#;

/// Workspace that contains only a folder for specifications and the manifests that list services.
pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) workspace: Workspace,
}

impl Fixture {
    /// Writes a fake Python that runs a shell script.
    ///
    /// Another process writes the file: if this one did, a process that another test starts at the
    /// same time could inherit the open file, and the system refuses to run a file that is open for
    /// writing.
    #[cfg(unix)]
    pub(crate) fn python(&self, script: &str) -> PathBuf {
        let path = self.folder.path().join("python");
        let mut write = std::process::Command::new("sh");
        write.args(["-c", r#"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#]);
        assert!(write.arg(&path).arg(script).status().unwrap().success());
        path
    }

    /// Creates a workspace that pins the package with this checksum.
    pub(crate) fn new(sha256: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(folder.path().join("workspace"));
        fs::create_dir_all(workspace.api_specs()).unwrap();
        let pin = format!("package = \"tccli\"\nversion = \"{VERSION}\"\nsha256 = \"{sha256}\"\n");
        fs::write(workspace.api_specs().join("upstream.toml"), pin).unwrap();
        let fixture = Self { folder, workspace };
        fixture.write("Cargo.toml", MANIFEST);
        fixture.write("tests/conformance/Cargo.toml", CONFORMANCE);
        fixture
    }

    /// Creates a workspace and the wheel that it pins.
    pub(crate) fn with_wheel(files: &[(&str, String)]) -> (Self, PathBuf) {
        let bytes = wheel(files);
        let fixture = Self::new(&sha256(&bytes));
        let path = fixture.folder.path().join("package.whl");
        fs::write(&path, bytes).unwrap();
        (fixture, path)
    }

    /// Writes a file of the workspace.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.workspace.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file of the workspace.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.workspace.root().join(path)).unwrap()
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.workspace.root().join(path).exists()
    }

    /// Returns all files of the workspace.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.workspace.root(), &mut files);
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn wheel(files: &[(&str, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn unpack(folder: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Returns the files of a package with two services, one of which has two versions.
pub(crate) fn package() -> Vec<(&'static str, String)> {
    vec![
        ("tccli/__init__.py", format!("__version__ = '{VERSION}'\n")),
        ("tccli/services/alpha/v20200101/api.json", api("2020-01-01", &["Get", "Put"])),
        ("tccli/services/alpha/v20200101/examples.json", "{}".to_owned()),
        ("tccli/services/alpha/v20210202/api.json", api("2021-02-02", &["Get"])),
        ("tccli/services/beta/v20200101/api.json", api("2020-01-01", &["Get"])),
    ]
}

/// Returns an upstream file with these actions.
pub(crate) fn api(version: &str, actions: &[&str]) -> String {
    let mut entries = Vec::new();
    let mut objects = Vec::new();
    for name in actions {
        entries.push(format!(
            r#""{name}": {{"document": "d", "input": "{name}Request", "name": "n", "output": "{name}Response", "status": "online"}}"#
        ));
        objects.push(format!(
            r#""{name}Request": {{"document": "d", "members": [{{"document": "d", "member": "string", "name": "Id", "required": true, "type": "string"}}], "type": "object"}}"#
        ));
        objects.push(format!(
            r#""{name}Response": {{"document": "d", "members": [{{"document": "d", "member": "string", "name": "RequestId", "type": "string"}}], "type": "object"}}"#
        ));
    }
    format!(
        r#"{{"actions": {{{}}}, "metadata": {{"apiVersion": "{version}", "serviceShortName": "svc"}}, "objects": {{{}}}, "version": "1.0"}}"#,
        entries.join(", "),
        objects.join(", ")
    )
}

/// Returns the files of the package, in which the documents of one service list values of `Id`.
pub(crate) fn package_with_values(values: &[&str]) -> Vec<(&'static str, String)> {
    let mut files = package();
    let items: String = values.iter().map(|value| format!("<li>{value}：值</li>")).collect();
    let id = "\"document\": \"d\", \"member\": \"string\", \"name\": \"Id\"";
    let (_, beta) = files.last_mut().unwrap();
    *beta = beta.replace(id, &id.replace("\"d\"", &format!("\"取值范围：{items}\"")));
    files
}

/// Returns the files of a package with error codes of both versions of `alpha`.
pub(crate) fn error_code_package() -> Vec<(&'static str, String)> {
    let codes = "# -*- coding: utf8 -*-\n\n# A text.\nINTERNALERROR = 'InternalError'\n\n\
                 # A text.\nLIMITEXCEEDED_THINGS = 'LimitExceeded.Things'\n";
    vec![
        ("tencentcloud/__init__.py", "# A text.\n__version__ = '3.2.1'\n".to_owned()),
        ("tencentcloud/alpha/v20200101/errorcodes.py", codes.to_owned()),
        ("tencentcloud/alpha/v20210202/errorcodes.py", "GONE = \"Gone\"\n".to_owned()),
        ("tencentcloud/alpha/v20210202/models.py", "import json\n".to_owned()),
    ]
}

impl Fixture {
    /// Writes the wheel of a package with error codes, and pins it.
    pub(crate) fn pin_error_codes(&self, files: &[(&str, String)]) -> PathBuf {
        let bytes = wheel(files);
        let path = self.folder.path().join("sdk.whl");
        fs::write(&path, &bytes).unwrap();
        let pins = self.read("api-specs/upstream.toml");
        let (pin, _) = pins.split_once("\n[error_codes]").unwrap_or((&pins, ""));
        let pin = format!(
            "{pin}\n[error_codes]\npackage = \"sdk\"\nversion = \"3.2.1\"\nsha256 = \"{}\"\n",
            sha256(&bytes)
        );
        self.write("api-specs/upstream.toml", &pin);
        path
    }
}
