use std::path::{Path, PathBuf};

use super::LoggingError;
use super::rolling_file::RollingFile;

/// The path and the limits of a rolling log file. When the file is full, it is renamed to
/// `<path>.1` and a new file is created; older files are renamed to `<path>.2` and so on.
///
/// Only one program may write to the file. Its directory must exist.
///
/// ```
/// use tencentcloud_common::logging::FileLogger;
///
/// let file = FileLogger::new("sdk.log").max_size(10 << 20).max_files(3);
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to `Logging::set_file_logger`"]
pub struct FileLogger {
    pub(super) path: PathBuf,
    pub(super) max_size: u64,
    pub(super) max_files: u32,
}

impl FileLogger {
    /// Creates a log file with the default limits.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), max_size: 512 << 20, max_files: 10 }
    }

    /// Sets the maximum size of a file in bytes. A longer line gets its own file. Default: 512 MiB.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Sets the maximum number of files, including the current one. Default: 10.
    pub fn max_files(mut self, files: u32) -> Self {
        self.max_files = files;
        self
    }

    pub(super) fn open(self) -> Result<RollingFile, LoggingError> {
        if self.max_size == 0 {
            return Err(LoggingError::Options(
                "`max_size` of the log file must be at least 1 byte, got 0",
            ));
        }
        if self.max_files == 0 {
            return Err(LoggingError::Options(
                "`max_files` of the log file must be at least 1, got 0: it includes the current file",
            ));
        }
        let path = self.path.clone();
        RollingFile::open(self).map_err(|source| LoggingError::File { path, source })
    }
}

impl From<&str> for FileLogger {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for FileLogger {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

impl From<&Path> for FileLogger {
    fn from(path: &Path) -> Self {
        Self::new(path)
    }
}

impl From<PathBuf> for FileLogger {
    fn from(path: PathBuf) -> Self {
        Self::new(path)
    }
}
