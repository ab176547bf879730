//! Package that contains the error codes of the services: the official SDK for Python.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::archive::Archive;
use super::pin::Pin;
use super::source::{compare, download};
use crate::error::Error;

/// How to use a package that differs from the pin, for errors.
const REMEDY: &str = "change `[error_codes]` in that file";

/// Option that takes the wheel of the package, for errors.
const OPTION: &str = "--error-codes";

/// File that contains the version of the package.
const VERSION_FILE: &str = "tencentcloud/__init__.py";

/// Package that contains the error codes.
#[derive(Clone, Debug)]
pub(crate) struct ErrorCodePackage {
    archive: Archive,
}

/// Source of the package.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorCodeSource {
    /// Wheel, or folder of an unpacked wheel. Without it, the package is downloaded.
    pub(crate) path: Option<PathBuf>,
    /// Whether the specifications come from a download, so that the network may be used.
    pub(crate) may_download: bool,
    /// Whether a package may differ from the pinned one.
    pub(crate) unpinned: bool,
    /// Python that runs pip for the download; `python3` by default.
    pub(crate) python: Option<PathBuf>,
}

impl ErrorCodeSource {
    /// Opens the package. Returns it with a message about its source.
    ///
    /// Error codes are optional: if no package is available, there is only a message, or nothing if
    /// none is pinned.
    ///
    /// # Errors
    ///
    /// Returns an error if `path` cannot be read, and if a package differs from the pin.
    pub(crate) fn open(
        &self,
        pin: Option<&Pin>,
    ) -> Result<(Option<ErrorCodePackage>, Option<String>), Error> {
        if let Some(path) = &self.path {
            let package = ErrorCodePackage::open(path)?;
            let Some(pin) = pin else {
                let message = "not compared: `api-specs/upstream.toml` has no `[error_codes]`";
                return Ok((Some(package), Some(format!("{}: {message}", path.display()))));
            };
            let message =
                compare(path, &package.archive, VERSION_FILE, pin, self.unpinned, REMEDY)?;
            return Ok((Some(package), Some(message)));
        }
        let Some(pin) = pin else { return Ok((None, None)) };
        if !self.may_download {
            let reason = "pass the package of the error codes with `--error-codes PATH`";
            return Ok((None, Some(not_updated(reason))));
        }
        let folder = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
        let wheel = match download(self.python.as_deref(), pin, folder.path(), OPTION) {
            Ok(wheel) => wheel,
            Err(error) => return Ok((None, Some(not_updated(&error.to_string())))),
        };
        pin.check_wheel(&wheel, REMEDY)?;
        let archive = ErrorCodePackage::open(&wheel)?.archive.with_download(folder);
        let message = format!("{} {}: downloaded, the checksum matches", pin.package, pin.version);
        Ok((Some(ErrorCodePackage { archive }), Some(message)))
    }
}

fn not_updated(reason: &str) -> String {
    format!("error codes: not updated; {reason}")
}

impl ErrorCodePackage {
    fn open(path: &Path) -> Result<Self, Error> {
        let expected = "tencentcloud/SERVICE/vYYYYMMDD/errorcodes.py";
        let archive = Archive::open(path, expected)?;
        if !archive.names().iter().any(|name| name.ends_with("/errorcodes.py")) {
            return Err(archive.invalid("it contains no error codes".to_owned()));
        }
        Ok(Self { archive })
    }

    /// Returns the error codes of a version of a service, or `None` if the package has none.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or has another format.
    pub(crate) fn codes(
        &self,
        service: &str,
        version: &str,
    ) -> Result<Option<BTreeSet<String>>, Error> {
        let end = format!("{service}/v{}/errorcodes.py", version.replace('-', ""));
        let is_file = |name: &&String| {
            name.strip_suffix(&end).is_some_and(|start| start.is_empty() || start.ends_with('/'))
        };
        let Some(name) = self.archive.names().iter().find(is_file) else { return Ok(None) };
        let mut codes = BTreeSet::new();
        for text in self.archive.texts(std::slice::from_ref(name))? {
            for (index, line) in text.lines().enumerate() {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let Some(code) = constant(line) else {
                    let reason = format!(
                        "`{name}`, line {}: expected a constant, such as `X = 'Code'`",
                        index + 1
                    );
                    return Err(self.archive.invalid(reason));
                };
                codes.insert(code.to_owned());
            }
        }
        Ok(Some(codes))
    }
}

/// Returns the code in a line such as `INVALIDPARAMETER = 'InvalidParameter'`.
fn constant(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(" = ")?;
    let is_name = |name: &str| name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    let code = ['\'', '"'].into_iter().find_map(|quote| {
        value.strip_prefix(quote)?.strip_suffix(quote).filter(|code| !code.contains(quote))
    });
    code.filter(|code| is_name(name) && !code.is_empty())
}
