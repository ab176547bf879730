//! Small files with secrets: where they are, and reading them into memory that is wiped.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use crate::runtime::Environment;

/// A file of credentials is never longer.
const MAX_FILE: u64 = 1024 * 1024;

/// Nor is it often longer than this.
const USUAL_FILE: u64 = 16 * 1024;

/// The mark of byte order.
const MARK: &str = "\u{feff}";

/// Why there is no home directory.
pub(in crate::credentials) const NO_HOME: &str =
    "the home directory is unknown: neither HOME nor USERPROFILE is set";

/// The home directory: `HOME`, on Windows `USERPROFILE`.
pub(in crate::credentials) fn home(environment: &Environment) -> Option<PathBuf> {
    environment.get("HOME").or_else(|| environment.get("USERPROFILE")).map(PathBuf::from)
}

/// Reads a text file without the mark of byte order that some editors write; `None` when there
/// is no such file. It blocks: call it through a [`FileReader`](crate::credentials::internal::file_reader::FileReader).
pub(in crate::credentials) fn read_text(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        // A file stands where a directory should, as with the home directory `/dev/null`.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    // What has no length, as a pipe, or grows in the meantime is not longer either as a rule: a
    // buffer that grows would leave copies behind.
    let length = file.metadata()?.len().clamp(USUAL_FILE, MAX_FILE);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is longer than 1 MiB"));
    }
    if bytes.starts_with(MARK.as_bytes()) {
        bytes.drain(..MARK.len());
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) => {
            error.into_bytes().zeroize();
            let what = "it is no text in UTF-8: save it in this encoding";
            Err(io::Error::new(ErrorKind::InvalidData, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_absent_readable_or_wrong() {
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
            "it is no text in UTF-8: save it in this encoding"
        );
        std::fs::write(&path, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_text(&path).unwrap_err().to_string(), "it is longer than 1 MiB");
        std::fs::write(&path, vec![b'x'; 1024 * 1024]).unwrap();
        assert_eq!(read_text(&path).unwrap().unwrap().len(), 1024 * 1024);
        assert!(read_text(directory.path()).is_err());
    }

    /// A file without a length was cut at the limit in silence.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_has_no_length_and_no_end_is_refused() {
        let error = read_text(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 1 MiB");
    }
}
