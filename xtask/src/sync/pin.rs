use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// The name of the file, beside the specifications.
pub(super) const FILE: &str = "upstream.toml";

/// Which upstream package the committed facts come from: `api-specs/upstream.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The name in the Python package index.
    pub package: String,
    /// The version.
    pub version: String,
    /// The checksum of the wheel, in small hexadecimal digits.
    pub sha256: String,
}

impl Pin {
    /// Reads the pin that lies beside the specifications.
    ///
    /// # Errors
    ///
    /// A file that is not there, or does not hold what it should.
    pub fn read(api_specs: &Path) -> Result<Self, Error> {
        let path = api_specs.join(FILE);
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let wrong = |reason: String| Error::Pin { path: path.clone(), reason };
        let pin: Self = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
        let is_checksum = pin.sha256.len() == 64
            && pin.sha256.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
        if !is_checksum {
            return Err(wrong("`sha256` is not 64 hexadecimal digits in small letters".into()));
        }
        Ok(pin)
    }

    /// The text of the file with this pin in the place of the one that the text holds; comments
    /// stay.
    pub(super) fn written_into(&self, text: &str) -> String {
        let line = |line: &str| match line.split_once('=').map(|(key, _)| key.trim()) {
            Some("package") => format!("package = \"{}\"", self.package),
            Some("version") => format!("version = \"{}\"", self.version),
            Some("sha256") => format!("sha256 = \"{}\"", self.sha256),
            _ => line.to_owned(),
        };
        text.lines().map(|text| line(text) + "\n").collect()
    }

    /// Refuses a wheel that is not the pinned one.
    pub(super) fn check_wheel(&self, path: &Path) -> Result<(), Error> {
        let found = sha256(path)?;
        if found == self.sha256 {
            return Ok(());
        }
        Err(Error::Checksum { path: path.to_owned(), found, pinned: self.sha256.clone() })
    }

    /// Refuses a folder that says that it is of another version.
    pub(super) fn check_version(&self, path: &Path, found: &str) -> Result<(), Error> {
        if found == self.version {
            return Ok(());
        }
        let (found, pinned) = (found.to_owned(), self.version.clone());
        Err(Error::OtherVersion { path: path.to_owned(), found, pinned })
    }
}

/// The SHA-256 of a file, in hexadecimal digits.
pub(super) fn sha256(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    let digits = Sha256::digest(&bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect())
}
