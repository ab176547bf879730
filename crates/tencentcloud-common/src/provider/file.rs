//! Small files with secrets: where they are, and reading them into memory that is wiped.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use crate::environment::Environment;

/// A file of credentials is never longer.
const MAX_FILE: u64 = 1024 * 1024;

/// The home directory: `HOME`, on Windows `USERPROFILE`.
pub(super) fn home(environment: &Environment) -> Option<PathBuf> {
    environment.get("HOME").or_else(|| environment.get("USERPROFILE")).map(PathBuf::from)
}

/// Reads a text file without the mark of byte order that some editors write; `None` when there
/// is no such file.
pub(super) fn read_text(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    if length > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than 1 MiB"));
    }
    // The size is known, so that the buffer does not grow and leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(MAX_FILE).read_to_end(&mut bytes)?;
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(.."\u{feff}".len());
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
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
        std::fs::write(&path, "\u{feff}[default]\r\n").unwrap();
        assert_eq!(read_text(&path).unwrap().unwrap().as_str(), "[default]\r\n");
        std::fs::write(&path, b"secret_key = \xff\xfe").unwrap();
        assert_eq!(read_text(&path).unwrap_err().to_string(), "it is no text in UTF-8");
        std::fs::write(&path, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_text(&path).unwrap_err().to_string(), "it is longer than 1 MiB");
        assert!(read_text(directory.path()).is_err());
    }
}
