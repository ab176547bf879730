//! Reading files of credentials without holding up the runtime, also while they are rewritten.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::credentials::internal::credential_file::read_text;
use crate::runtime::{Sleep, tokio_runtime};

/// How long one read may take. A local file takes less than a millisecond; a network drive that
/// has not answered by then hangs.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How many reads of one provider are under way at a time, so that a drive that hangs does not
/// collect a thread for each call.
const MAX_READS: usize = 4;

/// The pauses before a file that cannot be used is read again: who rewrites it in place empties it
/// first, and has written it a moment later.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(5), Duration::from_millis(20), Duration::from_millis(50)];

/// Reads the files of one provider.
pub(in crate::credentials) struct FileReader {
    reads: Arc<Semaphore>,
    seen: Mutex<Seen>,
}

/// What is remembered of earlier reads, so that only a change is waited for.
#[derive(Default)]
struct Seen {
    /// The file that could be used last.
    usable: Option<PathBuf>,
    /// The content that could not be used, and stayed the same.
    unusable: Option<u64>,
}

impl Default for FileReader {
    fn default() -> Self {
        Self { reads: Arc::new(Semaphore::new(MAX_READS)), seen: Mutex::default() }
    }
}

impl FileReader {
    /// Reads a file and takes what `parse` makes of it; `None` when there is no such file.
    ///
    /// A file that cannot be used, or that was there and is gone, is read again up to three times
    /// within 75 ms, unless it has been seen so before.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, as one line that begins with its path.
    pub(in crate::credentials) async fn read<T>(
        &self,
        path: &Path,
        sleep: &dyn Sleep,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let mut pauses = PAUSES.iter();
        loop {
            let text = self.text(path).await;
            let seen = fingerprint(path, &text);
            let (outcome, may_change) = match &text {
                Ok(Some(text)) => match parse(text) {
                    Ok(value) => {
                        self.used(path);
                        return Ok(Some(value));
                    }
                    Err(reason) => (Err(reason), true),
                },
                Ok(None) => (Ok(None), self.was_usable(path)),
                // A letter of several bytes was cut where the writer stopped.
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    (Err(error.to_string()), true)
                }
                Err(error) => (Err(error.to_string()), false),
            };
            drop(text);
            // The usual sleep needs a runtime.
            if may_change
                && !self.is_known(seen)
                && tokio_runtime::with_timer().is_ok()
                && let Some(pause) = pauses.next()
            {
                sleep.sleep(*pause).await;
                continue;
            }
            if may_change {
                self.could_not_use(path, seen);
            }
            return outcome.map_err(|reason| format!("{}: {reason}", path.display()));
        }
    }

    /// Reads on a thread of its own. Not on one of the runtime's threads for blocking work: when a
    /// runtime is dropped it waits for those, so that a read that hangs would keep the program from
    /// ending.
    async fn text(&self, path: &Path) -> io::Result<Option<Zeroizing<String>>> {
        let read = async {
            let permit = Arc::clone(&self.reads).acquire_owned().await;
            let permit = permit.map_err(io::Error::other)?;
            let (sender, outcome) = oneshot::channel();
            let path = path.to_owned();
            let name = "tencentcloud-file".to_owned();
            thread::Builder::new().name(name).spawn(move || {
                // Nobody may wait for it any more.
                let _ = sender.send(read_text(&path));
                drop(permit);
            })?;
            outcome.await.map_err(io::Error::other)?
        };
        if tokio_runtime::with_timer().is_err() {
            return read.await;
        }
        tokio::time::timeout(TIMEOUT, read).await.unwrap_or_else(|_| {
            let what = format!(
                "it could not be read within {TIMEOUT:?}: check whether it is on a network drive \
                 that hangs"
            );
            Err(io::Error::new(io::ErrorKind::TimedOut, what))
        })
    }

    fn used(&self, path: &Path) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.usable.as_deref() != Some(path) {
            seen.usable = Some(path.to_owned());
        }
        seen.unusable = None;
    }

    fn could_not_use(&self, path: &Path, content: u64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.usable.take_if(|usable| usable == path);
        seen.unusable = Some(content);
    }

    fn was_usable(&self, path: &Path) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.usable.as_deref() == Some(path)
    }

    fn is_known(&self, content: u64) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.unusable == Some(content)
    }
}

/// Tells contents apart without keeping them.
fn fingerprint(path: &Path, text: &io::Result<Option<Zeroizing<String>>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    match text {
        Ok(text) => text.as_deref().map(String::as_str).hash(&mut hasher),
        Err(error) => error.to_string().hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests;
