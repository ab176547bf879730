use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::Archive;
use super::package::{Package, VERSION_FILE};
use super::pin::{Pin, sha256};
use crate::cargo::one_line;
use crate::error::Error;
use crate::files::entries;

/// How to use a package that differs from the pin, for errors.
const REMEDY: &str = "run `cargo xtask sync --upstream VERSION`";

/// Option that takes the wheel of the package, for errors.
const OPTION: &str = "--from";

/// Source of the upstream package: a download, a wheel or a folder.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Wheel, or folder of an unpacked wheel. Without it, the package is downloaded.
    pub from: Option<PathBuf>,
    /// Whether a package may differ from the pinned one.
    pub unpinned: bool,
    /// Python that runs pip for the download; `python3` by default.
    pub python: Option<PathBuf>,
}

/// Opened package.
#[derive(Debug)]
pub struct OpenedPackage {
    /// The package.
    pub package: Package,
    /// Messages about its source.
    pub messages: Vec<String>,
}

impl Source {
    /// Opens the package, and compares it with the pin.
    ///
    /// # Errors
    ///
    /// Returns an error if the package cannot be downloaded or read, or differs from the pin.
    pub fn open(&self, pin: &Pin) -> Result<OpenedPackage, Error> {
        let Some(path) = &self.from else {
            let folder = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
            let wheel = download(self.python.as_deref(), pin, folder.path(), OPTION)?;
            pin.check_wheel(&wheel, REMEDY)?;
            let message =
                format!("{} {}: downloaded, the checksum matches", pin.package, pin.version);
            let package = Package::open(&wheel)?.with_download(folder);
            return Ok(OpenedPackage { package, messages: vec![message] });
        };
        let package = Package::open(path)?;
        let archive = package.archive();
        let message = compare(path, archive, VERSION_FILE, pin, self.unpinned, REMEDY)?;
        Ok(OpenedPackage { package, messages: vec![message] })
    }

    /// Opens the wheel of another version. Returns it with the new pin.
    ///
    /// # Errors
    ///
    /// Returns an error if the package cannot be downloaded or read, or has another version.
    pub fn open_version(&self, pin: &Pin, version: &str) -> Result<(OpenedPackage, Pin), Error> {
        let cannot_pin = |path: &Path, reason: String| Error::CannotPin {
            path: path.to_owned(),
            version: version.to_owned(),
            reason,
        };
        let is_valid = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
        if version.is_empty() || !version.chars().all(is_valid) {
            let reason = "expected digits and dots, such as `3.1.189.1`";
            return Err(cannot_pin(Path::new(&pin.package), reason.into()));
        }
        let mut new = Pin { version: version.to_owned(), ..pin.clone() };
        let folder = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
        let wheel = match &self.from {
            Some(path) => path.clone(),
            None => download(self.python.as_deref(), &new, folder.path(), OPTION)?,
        };
        if wheel.is_dir() {
            return Err(cannot_pin(&wheel, "a folder has no checksum; pass the wheel".into()));
        }
        let package = Package::open(&wheel)?.with_download(folder);
        match package.version()? {
            Some(found) if found == version => {}
            Some(found) => return Err(cannot_pin(&wheel, format!("it has version {found}"))),
            None => return Err(cannot_pin(&wheel, "it does not contain its version".into())),
        }
        new.sha256 = sha256(&wheel)?;
        let messages = vec![
            format!("{} {version}: pinned in place of {}", new.package, pin.version),
            format!("its SHA-256 is {}", new.sha256),
        ];
        Ok((OpenedPackage { package, messages }, new))
    }
}

/// Compares a package with its pin. Returns a message.
///
/// # Errors
///
/// Returns an error, which contains the remedy, if the package differs and must not.
pub(super) fn compare(
    path: &Path,
    archive: &Archive,
    version_file: &str,
    pin: &Pin,
    unpinned: bool,
    remedy: &'static str,
) -> Result<String, Error> {
    let shown = path.display();
    if unpinned {
        let message = format!("{shown}: not compared with the pin");
        if path.is_file() {
            return Ok(format!("{message}; its SHA-256 is {}", sha256(path)?));
        }
        return Ok(message);
    }
    if path.is_file() {
        pin.check_wheel(path, remedy)?;
        return Ok(format!("{shown}: the checksum matches"));
    }
    let Some(found) = archive.version(version_file)? else {
        return Ok(format!("{shown}: not compared with the pin; the folder has no version"));
    };
    pin.check_version(path, &found, remedy)?;
    Ok(format!("{shown}: the version {found} matches; a folder has no checksum"))
}

/// Downloads the wheel of a pin into a folder. An error names the option that takes the wheel.
pub(super) fn download(
    python: Option<&Path>,
    pin: &Pin,
    folder: &Path,
    option: &'static str,
) -> Result<PathBuf, Error> {
    let python = python.unwrap_or(Path::new("python3"));
    let package = format!("{}=={}", pin.package, pin.version);
    let output = Command::new(python)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(&package)
        .output()
        .map_err(|error| {
            let reason = format!("`{}`: {error}", python.display());
            Error::NoPip { reason, option }
        })?;
    if !output.status.success() {
        let reason = one_line(&output.stderr);
        if reason.contains("No module named pip") {
            return Err(Error::NoPip { reason, option });
        }
        return Err(Error::Download { package, reason, option });
    }
    let wheel = entries(folder)?
        .into_iter()
        .find(|path| path.extension().and_then(OsStr::to_str) == Some("whl"));
    let reason = "pip wrote no wheel".to_owned();
    wheel.ok_or(Error::Download { package, reason, option })
}
