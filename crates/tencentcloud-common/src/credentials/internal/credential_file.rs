//! The location of credential files, and reading them into zeroizing memory.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use crate::runtime::Environment;

/// The largest file that is read, in bytes.
const MAX_FILE_SIZE: u64 = 1024 * 1024;

/// The least capacity of the read buffer, which fits most files.
const INITIAL_CAPACITY: u64 = 16 * 1024;

/// The byte order mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The error for an unknown home directory.
pub(in crate::credentials) const NO_HOME: &str =
    "the home directory is unknown: set HOME or USERPROFILE";

/// Returns the home directory: `$HOME`, or else `$USERPROFILE` (Windows).
pub(in crate::credentials) fn home_dir(environment: &Environment) -> Option<PathBuf> {
    environment.get("HOME").or_else(|| environment.get("USERPROFILE")).map(PathBuf::from)
}

/// Reads a text file without its byte order mark; returns `None` if the file does not exist. This
/// function blocks: call it through a [`FileReader`](super::file_reader::FileReader).
pub(in crate::credentials) fn read_text(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        // A parent is not a directory, as with the home directory `/dev/null`.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    // The buffer also fits most files without a length, such as pipes: a buffer that grows would
    // leave copies behind.
    let length = file.metadata()?.len().clamp(INITIAL_CAPACITY, MAX_FILE_SIZE);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_SIZE {
        return Err(io::Error::new(ErrorKind::InvalidData, "the file is larger than 1 MiB"));
    }
    if bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) => {
            error.into_bytes().zeroize();
            let what = "the file is not valid UTF-8: save it as UTF-8";
            Err(io::Error::new(ErrorKind::InvalidData, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_read_missing_or_invalid() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials");
        assert!(read_text(&path).unwrap().is_none());
        std::fs::write(&path, "").unwrap();
        assert!(read_text(&path.join("credentials")).unwrap().is_none());
        assert_eq!(read_text(&path).unwrap().unwrap().as_str(), "");
        std::fs::write(&path, "\u{feff}[default]\r\n").unwrap();
        assert_eq!(read_text(&path).unwrap().unwrap().as_str(), "[default]\r\n");
        std::fs::write(&path, b"secret_key = \xff\xfe").unwrap();
        assert_eq!(
            read_text(&path).unwrap_err().to_string(),
            "the file is not valid UTF-8: save it as UTF-8"
        );
        std::fs::write(&path, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_text(&path).unwrap_err().to_string(), "the file is larger than 1 MiB");
        std::fs::write(&path, vec![b'x'; 1024 * 1024]).unwrap();
        assert_eq!(read_text(&path).unwrap().unwrap().len(), 1024 * 1024);
        assert!(read_text(directory.path()).is_err());
    }

    /// Regression test: a file without a length was silently truncated at the limit.
    #[cfg(target_os = "linux")]
    #[test]
    fn endless_file_is_rejected() {
        let error = read_text(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.to_string(), "the file is larger than 1 MiB");
    }
}
