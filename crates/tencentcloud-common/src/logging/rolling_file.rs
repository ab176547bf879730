//! A file that is rotated when it is full.
//!
//! No existing crate is used: all crates that rotate by size depend on a date library, and none
//! continues to write if a file cannot be renamed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::FileLogger;

#[cfg(test)]
mod tests;

/// A writer of whole lines. Each call of [`write`](Write::write) writes one line.
pub(super) struct RollingFile {
    options: FileLogger,
    /// `None` if the file must be opened again.
    file: Option<OpenFile>,
    /// The error of a failed rotation, until [`flush`](Write::flush) returns it.
    rename_error: Option<io::Error>,
}

struct OpenFile {
    file: File,
    size: u64,
    /// Whether it is a regular file. A terminal or a pipe is not rotated.
    is_regular: bool,
}

impl RollingFile {
    /// Opens the file for appending.
    pub(super) fn open(options: FileLogger) -> io::Result<Self> {
        let file = Some(OpenFile::new(&options.path)?);
        Ok(Self { options, file, rename_error: None })
    }

    /// Returns the path of an old file, or that of the current file for 0.
    fn path(&self, number: u32) -> PathBuf {
        if number == 0 {
            return self.options.path.clone();
        }
        let mut path = OsString::from(&self.options.path);
        path.push(format!(".{number}"));
        path.into()
    }

    /// Returns the current file, after a rotation if the line does not fit.
    fn file(&mut self, line: u64) -> io::Result<&mut OpenFile> {
        // Opened again if another program deleted or moved the file, because lines would be lost.
        let open = self.file.take().filter(|_| fs::symlink_metadata(&self.options.path).is_ok());
        let mut open = match open {
            Some(open) => open,
            None => OpenFile::new(&self.options.path)?,
        };
        if open.is_regular
            && open.size > 0
            && open.size.saturating_add(line) > self.options.max_size
        {
            // Some systems cannot rename an open file.
            drop(open);
            if let Err(error) = self.rotate() {
                self.rename_error.get_or_insert(error);
            }
            open = OpenFile::new(&self.options.path)?;
        }
        Ok(self.file.insert(open))
    }

    /// Renames each file to the next number, up to the first free number. If no number is free, the
    /// oldest file is deleted.
    ///
    /// Files that were renamed before an error keep their new number. The next rotation uses the
    /// free number, so that repeated errors delete no files.
    fn rotate(&self) -> io::Result<()> {
        let last = self.options.max_files.saturating_sub(1);
        let free = (1..=last).find(|number| fs::symlink_metadata(self.path(*number)).is_err());
        let free = free.unwrap_or(last);
        remove(&self.path(free))?;
        for number in (0..free).rev() {
            fs::rename(self.path(number), self.path(number + 1))?;
        }
        Ok(())
    }
}

/// Deletes a file if it exists.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl OpenFile {
    fn new(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let metadata = file.metadata()?;
        Ok(Self { size: metadata.len(), is_regular: metadata.is_file(), file })
    }
}

impl Write for RollingFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let open = self.file(line.len() as u64)?;
        let written = open.file.write_all(line);
        match &written {
            Ok(()) => open.size += line.len() as u64,
            // The number of bytes written is unknown: opening the file again reads its size.
            Err(_) => self.file = None,
        }
        written.map(|()| line.len())
    }

    /// Returns an error of an earlier rotation, too. The lines since then are in the old file.
    fn flush(&mut self) -> io::Result<()> {
        match self.rename_error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
