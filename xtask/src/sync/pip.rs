use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Pin;
use crate::error::Error;
use crate::workspace::entries;

/// Downloads the wheel of a package into a folder.
pub(super) fn download(pin: &Pin, python: &Path, folder: &Path) -> Result<PathBuf, Error> {
    let package = format!("{}=={}", pin.package, pin.version);
    let output = Command::new(python)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(&package)
        .output()
        .map_err(|error| Error::NoPip(format!("`{}`: {error}", python.display())))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if reason.contains("No module named pip") {
            return Err(Error::NoPip(reason));
        }
        return Err(Error::Download { package, reason });
    }
    let wheel = entries(folder)?
        .into_iter()
        .find(|path| path.extension().and_then(OsStr::to_str) == Some("whl"));
    wheel.ok_or_else(|| Error::Download { package, reason: "pip left no wheel".to_owned() })
}
