use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Name of the file, in the folder of the specifications.
pub const PIN_FILE: &str = "upstream.toml";

/// Upstream package that the committed specifications come from: `api-specs/upstream.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Name in the Python package index.
    pub package: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the wheel, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Pin {
    /// Reads the pin in the folder of the specifications.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Io`] or [`Error::InvalidPin`].
    pub fn read(api_specs: &Path) -> Result<Self, Error> {
        let path = api_specs.join(PIN_FILE);
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let invalid = |reason: String| Error::InvalidPin { path: path.clone(), reason };
        let pin: Self =
            toml::from_str(&text).map_err(|error| invalid(error.message().to_owned()))?;
        let is_checksum = pin.sha256.len() == 64
            && pin.sha256.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
        if !is_checksum {
            return Err(invalid("`sha256` must be 64 lower-case hexadecimal digits".into()));
        }
        Ok(pin)
    }

    /// Returns the text of the file with this pin in place of the previous one. Comments stay.
    pub(crate) fn update(&self, text: &str) -> String {
        let line = |line: &str| match line.split_once('=').map(|(key, _)| key.trim()) {
            Some("package") => format!("package = \"{}\"", self.package),
            Some("version") => format!("version = \"{}\"", self.version),
            Some("sha256") => format!("sha256 = \"{}\"", self.sha256),
            _ => line.to_owned(),
        };
        text.lines().map(|text| line(text) + "\n").collect()
    }

    /// Returns an error unless a wheel has the pinned checksum.
    pub(super) fn check_wheel(&self, path: &Path) -> Result<(), Error> {
        let found = sha256(path)?;
        if found == self.sha256 {
            return Ok(());
        }
        Err(Error::ChecksumMismatch { path: path.to_owned(), found, pinned: self.sha256.clone() })
    }

    /// Returns an error unless a folder has the pinned version.
    pub(super) fn check_version(&self, path: &Path, found: &str) -> Result<(), Error> {
        if found == self.version {
            return Ok(());
        }
        let (found, pinned) = (found.to_owned(), self.version.clone());
        Err(Error::VersionMismatch { path: path.to_owned(), found, pinned })
    }
}

/// Returns the SHA-256 of a file, in hexadecimal digits.
pub(super) fn sha256(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let digits = Sha256::digest(&bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect())
}
