use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Name of the file, in the folder of the specifications.
pub const PIN_FILE: &str = "upstream.toml";

/// Pinned package, in `api-specs/upstream.toml`: the source of the committed specifications, or in the
/// table `[error_codes]` the source of the error codes.
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

/// Contents of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PinFile {
    package: String,
    version: String,
    sha256: String,
    error_codes: Option<Pin>,
}

impl PinFile {
    fn read(api_specs: &Path) -> Result<Self, Error> {
        let path = api_specs.join(PIN_FILE);
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let invalid = |reason: String| Error::InvalidPin { path: path.clone(), reason };
        let file: Self =
            toml::from_str(&text).map_err(|error| invalid(error.message().to_owned()))?;
        let is_checksum = |text: &String| {
            text.len() == 64 && text.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
        };
        let mut checksums =
            std::iter::once(&file.sha256).chain(file.error_codes.iter().map(|it| &it.sha256));
        if !checksums.all(is_checksum) {
            return Err(invalid("`sha256` must be 64 lower-case hexadecimal digits".into()));
        }
        Ok(file)
    }
}

impl Pin {
    /// Reads the pin of the specifications, in the folder of the specifications.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Io`] or [`Error::InvalidPin`].
    pub fn read(api_specs: &Path) -> Result<Self, Error> {
        let PinFile { package, version, sha256, .. } = PinFile::read(api_specs)?;
        Ok(Self { package, version, sha256 })
    }

    /// Reads the pin of the error codes, in the folder of the specifications, if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Io`] or [`Error::InvalidPin`].
    pub fn read_error_codes(api_specs: &Path) -> Result<Option<Self>, Error> {
        Ok(PinFile::read(api_specs)?.error_codes)
    }

    /// Returns the text of the file with this pin of the specifications in place of the previous
    /// one. Comments and tables stay.
    pub(crate) fn update(&self, text: &str) -> String {
        let line = |line: &str| match line.split_once('=').map(|(key, _)| key.trim()) {
            Some("package") => format!("package = \"{}\"", self.package),
            Some("version") => format!("version = \"{}\"", self.version),
            Some("sha256") => format!("sha256 = \"{}\"", self.sha256),
            _ => line.to_owned(),
        };
        let mut is_in_table = false;
        let lines = text.lines().map(|text| {
            is_in_table |= text.starts_with('[');
            (if is_in_table { text.to_owned() } else { line(text) }) + "\n"
        });
        lines.collect()
    }

    /// Returns an error unless a wheel has the pinned checksum. The error contains the remedy.
    pub(super) fn check_wheel(&self, path: &Path, remedy: &'static str) -> Result<(), Error> {
        let found = sha256(path)?;
        if found == self.sha256 {
            return Ok(());
        }
        let pinned = self.sha256.clone();
        Err(Error::ChecksumMismatch { path: path.to_owned(), found, pinned, remedy })
    }

    /// Returns an error unless a folder has the pinned version. The error contains the remedy, with
    /// the version of the folder in place of `VERSION`.
    pub(super) fn check_version(
        &self,
        path: &Path,
        found: &str,
        remedy: &'static str,
    ) -> Result<(), Error> {
        if found == self.version {
            return Ok(());
        }
        let remedy = remedy.replace("VERSION", found);
        let (found, pinned) = (found.to_owned(), self.version.clone());
        Err(Error::VersionMismatch { path: path.to_owned(), found, pinned, remedy })
    }
}

/// Returns the SHA-256 of a file, in hexadecimal digits.
pub(super) fn sha256(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let digits = Sha256::digest(&bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect())
}
