//! Reads credential files without blocking the runtime, and retries while they are rewritten.

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

/// The time limit of one read. A local file takes less than a millisecond; a network drive that
/// takes longer than this hangs.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum number of concurrent reads of one provider, so that a drive that hangs does not
/// block a thread for each call.
const MAX_CONCURRENT_READS: usize = 4;

/// The delays before an invalid file is read again. A program that rewrites a file in place
/// truncates it first and writes it shortly afterwards.
const RETRY_DELAYS: [Duration; 3] =
    [Duration::from_millis(5), Duration::from_millis(20), Duration::from_millis(50)];

/// Reads the files of one provider.
pub(in crate::credentials) struct FileReader {
    reads: Arc<Semaphore>,
    history: Mutex<ReadHistory>,
}

/// The results of earlier reads, so that only an unexpected change is retried.
#[derive(Default)]
struct ReadHistory {
    /// The last file that was valid.
    last_usable: Option<PathBuf>,
    /// The hash of the content that stayed invalid after all retries.
    last_unusable: Option<u64>,
}

impl Default for FileReader {
    fn default() -> Self {
        Self { reads: Arc::new(Semaphore::new(MAX_CONCURRENT_READS)), history: Mutex::default() }
    }
}

impl FileReader {
    /// Reads and parses a file; returns `None` if the file does not exist.
    ///
    /// A file that is invalid, or that existed before and is missing, is read again up to three
    /// times within 75 ms, unless an earlier call has done so for the same content.
    ///
    /// # Errors
    ///
    /// The reason, as one line that starts with the path of the file.
    pub(in crate::credentials) async fn read<T>(
        &self,
        path: &Path,
        sleep: &dyn Sleep,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let mut delays = RETRY_DELAYS.iter();
        loop {
            let text = self.text(path).await;
            let content = fingerprint(path, &text);
            let (outcome, may_change) = match &text {
                Ok(Some(text)) => match parse(text) {
                    Ok(value) => {
                        self.record_usable(path);
                        return Ok(Some(value));
                    }
                    Err(reason) => (Err(reason), true),
                },
                Ok(None) => (Ok(None), self.was_usable(path)),
                // The writer may have stopped within a multi-byte character.
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    (Err(error.to_string()), true)
                }
                Err(error) => (Err(error.to_string()), false),
            };
            drop(text);
            // `TokioSleep` needs a runtime.
            if may_change
                && !self.is_known_unusable(content)
                && tokio_runtime::with_timer().is_ok()
                && let Some(delay) = delays.next()
            {
                sleep.sleep(*delay).await;
                continue;
            }
            if may_change {
                self.record_unusable(path, content);
            }
            return outcome.map_err(|reason| format!("{}: {reason}", path.display()));
        }
    }

    /// Reads the file on a separate thread. `spawn_blocking` is not used, because a runtime waits
    /// for its blocking threads when it is dropped: a read that hangs would keep the program from
    /// exiting.
    async fn text(&self, path: &Path) -> io::Result<Option<Zeroizing<String>>> {
        let read = async {
            let permit = Arc::clone(&self.reads).acquire_owned().await;
            let permit = permit.map_err(io::Error::other)?;
            let (sender, outcome) = oneshot::channel();
            let path = path.to_owned();
            let name = "tencentcloud-file".to_owned();
            thread::Builder::new().name(name).spawn(move || {
                // The receiver is dropped if the read timed out.
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
                "the file could not be read within {TIMEOUT:?}: check whether it is on a network \
                 drive that hangs"
            );
            Err(io::Error::new(io::ErrorKind::TimedOut, what))
        })
    }

    fn record_usable(&self, path: &Path) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if history.last_usable.as_deref() != Some(path) {
            history.last_usable = Some(path.to_owned());
        }
        history.last_unusable = None;
    }

    fn record_unusable(&self, path: &Path, content: u64) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.last_usable.take_if(|usable| usable == path);
        history.last_unusable = Some(content);
    }

    fn was_usable(&self, path: &Path) -> bool {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.last_usable.as_deref() == Some(path)
    }

    fn is_known_unusable(&self, content: u64) -> bool {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.last_unusable == Some(content)
    }
}

/// Returns a hash that identifies the content without storing it.
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
