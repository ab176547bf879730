use std::path::{Path, PathBuf};

use super::LoggingError;
use super::rolling_file::RollingFile;

/// A log file, and how much of it is kept: it is started anew when it is full, and the full ones
/// are renamed to `<path>.1`, which is the newest, `<path>.2` and so on.
///
/// One program writes to a file at a time. Its directory must be there.
///
/// ```
/// use tencentcloud_common::logging::FileLogger;
///
/// let file = FileLogger::new("sdk.log").max_size(10 << 20).max_files(3);
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to `Logging::set_file_logger`"]
pub struct FileLogger {
    pub(super) path: PathBuf,
    pub(super) max_size: u64,
    pub(super) max_files: u32,
}

impl FileLogger {
    /// A log file with the default limits.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), max_size: 512 << 20, max_files: 10 }
    }

    /// Sets how many bytes a file may have; a single line that is larger has a file for itself.
    /// Default: 512 MiB.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Sets how many files are kept, the one that is written to included. Default: 10.
    pub fn max_files(mut self, files: u32) -> Self {
        self.max_files = files;
        self
    }

    pub(super) fn open(self) -> Result<RollingFile, LoggingError> {
        if self.max_size == 0 {
            return Err(LoggingError::Options(
                "`max_size` of the log file is 0: nothing would fit",
            ));
        }
        if self.max_files == 0 {
            return Err(LoggingError::Options(
                "`max_files` of the log file is 0: the one that is written to counts, too",
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
