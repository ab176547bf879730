use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::package::Package;
use super::pin::{Pin, sha256};
use crate::cargo::one_line;
use crate::error::Error;
use crate::files::entries;

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
            let wheel = self.download(pin, folder.path())?;
            pin.check_wheel(&wheel)?;
            let message =
                format!("{} {}: downloaded, the checksum matches", pin.package, pin.version);
            let package = Package::open(&wheel)?.with_download(folder);
            return Ok(OpenedPackage { package, messages: vec![message] });
        };
        let package = Package::open(path)?;
        let message = if self.unpinned {
            let mut message = format!("{}: not compared with the pin", path.display());
            if path.is_file() {
                message = format!("{message}; its SHA-256 is {}", sha256(path)?);
            }
            message
        } else if path.is_file() {
            pin.check_wheel(path)?;
            format!("{}: the checksum matches", path.display())
        } else if let Some(found) = package.version()? {
            pin.check_version(path, &found)?;
            format!("{}: the version {found} matches; a folder has no checksum", path.display())
        } else {
            format!("{}: not compared with the pin; the folder has no version", path.display())
        };
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
            None => self.download(&new, folder.path())?,
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

    /// Downloads the wheel of a pin into a folder.
    fn download(&self, pin: &Pin, folder: &Path) -> Result<PathBuf, Error> {
        let python = self.python.as_deref().unwrap_or(Path::new("python3"));
        let package = format!("{}=={}", pin.package, pin.version);
        let output = Command::new(python)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--only-binary", ":all:", "--dest"])
            .arg(folder)
            .arg(&package)
            .output()
            .map_err(|error| Error::NoPip(format!("`{}`: {error}", python.display())))?;
        if !output.status.success() {
            let reason = one_line(&output.stderr);
            if reason.contains("No module named pip") {
                return Err(Error::NoPip(reason));
            }
            return Err(Error::Download { package, reason });
        }
        let wheel = entries(folder)?
            .into_iter()
            .find(|path| path.extension().and_then(OsStr::to_str) == Some("whl"));
        wheel.ok_or_else(|| Error::Download { package, reason: "pip wrote no wheel".to_owned() })
    }
}
