//! A file that is started anew when it is full.
//!
//! Not one of the crates that do this: all that rotate by size bring a library of dates along,
//! which sizes do not need, and none keeps on writing when a file cannot be renamed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::FileLogger;

#[cfg(test)]
mod tests;

/// Writes whole lines; each call of [`write`](Write::write) is one.
pub(super) struct RollingFile {
    options: FileLogger,
    /// `None` until it is opened again.
    file: Option<Open>,
    /// Why the files could not be renamed, until it is told.
    failure: Option<io::Error>,
}

struct Open {
    file: File,
    size: u64,
    /// Neither a terminal nor a pipe, which cannot be renamed.
    is_regular: bool,
}

impl RollingFile {
    /// Opens the file, to append to what is there.
    pub(super) fn open(options: FileLogger) -> io::Result<Self> {
        let file = Some(Open::new(&options.path)?);
        Ok(Self { options, file, failure: None })
    }

    /// The name of an old file; that of the file itself for 0.
    fn path(&self, number: u32) -> PathBuf {
        if number == 0 {
            return self.options.path.clone();
        }
        let mut path = OsString::from(&self.options.path);
        path.push(format!(".{number}"));
        path.into()
    }

    /// The file, with room for a line.
    fn file(&mut self, line: u64) -> io::Result<&mut Open> {
        // Deleted or moved by somebody else: what is written to it now would be lost.
        let open = self.file.take().filter(|_| fs::symlink_metadata(&self.options.path).is_ok());
        let mut open = match open {
            Some(open) => open,
            None => Open::new(&self.options.path)?,
        };
        if open.is_regular
            && open.size > 0
            && open.size.saturating_add(line) > self.options.max_size
        {
            // Some systems do not rename a file that is open.
            drop(open);
            if let Err(error) = self.roll() {
                self.failure.get_or_insert(error);
            }
            open = Open::new(&self.options.path)?;
        }
        Ok(self.file.insert(open))
    }

    /// Renames each file to the next number, up to the first that is free; the last is deleted.
    ///
    /// What was renamed before an error stays so, and leaves a number free. The next attempt fills
    /// it, so that repeated errors push no file out.
    fn roll(&self) -> io::Result<()> {
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

/// Deletes a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Open {
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
            // How much was written is unknown: the size is read again.
            Err(_) => self.file = None,
        }
        written.map(|()| line.len())
    }

    /// Tells an error of renaming, too; the lines since then are in the old file.
    fn flush(&mut self) -> io::Result<()> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
