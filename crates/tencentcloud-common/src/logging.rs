//! Writes the log of the SDK to streams or to rolling files, like `set_stream_logger`,
//! `set_file_logger` and `set_default_logger` of the SDK for Python.
//!
//! The SDK logs with [`tracing`](https://docs.rs/tracing): each call is a span `tencentcloud.call`
//! with service, action, region and ids, and its steps are events. A program with its own
//! subscriber does not need this module. A program without a subscriber can install this one:
//!
//! ```no_run
//! use tencentcloud_common::logging::{FileLogger, Level, Logging, LoggingError};
//!
//! fn main() -> Result<(), LoggingError> {
//!     let logging = Logging::new();
//!     logging.install()?;
//!     logging.set_stream_logger(std::io::stderr(), Level::DEBUG);
//!     logging.set_file_logger(FileLogger::new("sdk.log").max_files(3), Level::INFO)?;
//!     // … calls …
//!     logging.set_default_logger();
//!     Ok(())
//! }
//! ```
//!
//! A program with a layered subscriber adds [`Logging::layer`] to it. The layer writes only events
//! of the SDK and does not affect the other layers:
//!
//! ```
//! use tencentcloud_common::logging::{Level, Logging};
//! use tracing_subscriber::layer::SubscriberExt as _;
//!
//! let logging = Logging::new();
//! let subscriber = tracing_subscriber::registry().with(logging.layer());
//! tracing::subscriber::with_default(subscriber, || {
//!     logging.set_stream_logger(std::io::stderr(), Level::DEBUG);
//!     // … calls …
//! });
//! ```
//!
//! # Levels
//!
//! Each level includes the levels above it.
//!
//! | Level | Events | Location |
//! |---|---|---|
//! | `ERROR` | none: a failed call returns its error, and the program decides whether to log it | |
//! | `WARN` | the region breaker changed state; a credential could not be refreshed; a chain skipped a configured credential provider; an action is deprecated; the clock of the machine differs too much to be corrected; certificates are not verified | the current span |
//! | `INFO` | each retry, with its reason, delay and error | the span of the call |
//! | `DEBUG` | each attempt and its response, with endpoint, status and size in bytes; why a failed call is not retried; a delay by the rate limit; rerouting by the breaker; the end of an event stream | the spans of the call and the attempt |
//! | `TRACE` | redacted parameters and bodies of requests and responses, up to 16 KiB of each; for files, only the size | the spans of the call and the attempt |
//!
//! The span `tencentcloud.call` (level `INFO`) has `service`, `action`, `region`, `trace_id`,
//! `attempts`, `status` and `request_id`; its child span `tencentcloud.attempt` (`DEBUG`) has
//! `attempt`, `endpoint`, `status` and `request_id`. In a line, the spans precede the event. Lines
//! of all levels include the span of the call. No level logs a secret.
//!
//! Lines are written synchronously. If that is too slow, pass a writer that hands lines to another
//! thread to [`set_stream_logger`](Logging::set_stream_logger).

mod file_logger;
mod layer;
mod line;
mod rolling_file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, ThreadId};

pub use tracing::Level;
use tracing::Subscriber;
pub use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

pub use self::file_logger::FileLogger;
use self::layer::{LogFilter, LogLayer};
use crate::runtime::{Clock, SystemClock};

/// The loggers of the SDK. There are none by default.
///
/// They have no effect until [`install`](Self::install) is called or the [`layer`](Self::layer) is
/// added to a subscriber. Changes take effect at once, also for calls in progress. Clones share the
/// loggers.
#[doc(alias("WithDebug", "WithLogger", "tencentcloud_sdk_common"))]
#[derive(Clone)]
pub struct Logging(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    sinks: RwLock<Sinks>,
    error: Mutex<Option<io::Error>>,
    /// The threads that are currently writing a line.
    writing: Mutex<Vec<ThreadId>>,
}

#[derive(Clone, Default)]
struct Sinks {
    streams: Vec<Sink>,
    /// The files with their canonical paths.
    files: Vec<(PathBuf, Sink)>,
}

/// A writer with the most verbose level that it logs.
#[derive(Clone)]
struct Sink {
    level: LevelFilter,
    writer: Arc<Mutex<dyn Write + Send>>,
}

impl Default for Logging {
    fn default() -> Self {
        Self::new()
    }
}

impl Logging {
    /// Creates a `Logging` without loggers.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Creates a `Logging` without loggers, with timestamps from `clock`.
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self(Arc::new(Shared {
            clock: Arc::new(clock),
            sinks: RwLock::default(),
            error: Mutex::default(),
            writing: Mutex::default(),
        }))
    }

    /// Adds a logger that writes a line to `stream` for each event up to `level`. Other loggers are
    /// kept, as in the SDK for Python, so a stream that is added twice gets each line twice.
    /// [`set_default_logger`](Self::set_default_logger) removes all loggers.
    ///
    /// `level` is a [`Level`] or a [`LevelFilter`]. The stream is flushed after each line. Events
    /// that the stream emits while it writes are ignored.
    pub fn set_stream_logger(
        &self,
        stream: impl Write + Send + 'static,
        level: impl Into<LevelFilter>,
    ) {
        let sink = Sink::new(stream, level.into());
        self.update(|sinks| sinks.streams.push(sink));
    }

    /// Adds a logger that appends a line to a file for each event up to `level`. Other loggers are
    /// kept. Setting the same file again replaces its level and limits.
    ///
    /// `file` is a path, or a [`FileLogger`] with limits. Default: 10 files of 512 MiB.
    ///
    /// # Errors
    ///
    /// [`LoggingError::File`] if the file cannot be opened, [`LoggingError::Options`] if a limit is
    /// invalid. The loggers are unchanged after an error.
    pub fn set_file_logger(
        &self,
        file: impl Into<FileLogger>,
        level: impl Into<LevelFilter>,
    ) -> Result<(), LoggingError> {
        let file = file.into();
        let path = file.path.clone();
        let sink = Sink::new(file.open()?, level.into());
        // The file exists now. Its canonical path identifies it, because two writers of one file
        // would both rename it.
        let path = path.canonicalize().unwrap_or(path);
        self.update(|sinks| match sinks.files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = sink,
            None => sinks.files.push((path, sink)),
        });
        Ok(())
    }

    /// Removes all loggers and closes their streams and files.
    pub fn set_default_logger(&self) {
        self.update(|sinks| *sinks = Sinks::default());
    }

    /// Returns the first write error since the last call of this function, for example because the
    /// disk is full. Write errors neither stop the loggers nor affect calls.
    pub fn take_error(&self) -> Option<io::Error> {
        lock(&self.0.error).take()
    }

    /// Installs the global `tracing` subscriber, for a program without one. It logs only events of
    /// the SDK.
    ///
    /// # Errors
    ///
    /// [`LoggingError::SubscriberIsSet`] if the program already has a global subscriber: add
    /// [`layer`](Self::layer) to it.
    pub fn install(&self) -> Result<(), LoggingError> {
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(self.layer()))
            .map_err(|source| LoggingError::SubscriberIsSet { source })
    }

    /// Returns a layer for the subscriber of the program. Its filter does not affect other layers.
    ///
    /// Events of a call that started while there was no logger do not contain the fields of its
    /// span.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        LogLayer::new(self.clone()).with_filter(LogFilter::new(self.clone()))
    }

    fn update(&self, change: impl FnOnce(&mut Sinks)) {
        let mut sinks = self.0.sinks.write().unwrap_or_else(PoisonError::into_inner);
        let before = sinks.clone();
        change(&mut sinks);
        drop(sinks);
        // Dropped after the lock is released, because the drop of a writer may log.
        drop(before);
    }

    fn sinks(&self) -> Sinks {
        self.0.sinks.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the most verbose level of all loggers.
    fn level(&self) -> LevelFilter {
        let sinks = self.0.sinks.read().unwrap_or_else(PoisonError::into_inner);
        let levels = sinks.all().map(|sink| sink.level);
        levels.max().unwrap_or(LevelFilter::OFF)
    }

    /// Writes a line to every logger that includes its level.
    fn write(&self, level: Level, line: &str) {
        // A writer that logs calls this function again and would wait for itself.
        let Some(_guard) = WriteGuard::acquire(&self.0.writing) else { return };
        for sink in self.sinks().all().filter(|sink| level <= sink.level) {
            if let Err(error) = sink.write(line) {
                lock(&self.0.error).get_or_insert(error);
            }
        }
    }
}

impl fmt::Debug for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sinks = self.sinks();
        let streams: Vec<_> = sinks.streams.iter().map(|sink| sink.level).collect();
        let files: Vec<_> = sinks.files.iter().map(|(path, sink)| (path, sink.level)).collect();
        f.debug_struct("Logging")
            .field("streams", &streams)
            .field("files", &files)
            .finish_non_exhaustive()
    }
}

impl Sinks {
    fn all(&self) -> impl Iterator<Item = &Sink> {
        self.streams.iter().chain(self.files.iter().map(|(_, sink)| sink))
    }
}

impl Sink {
    fn new(writer: impl Write + Send + 'static, level: LevelFilter) -> Self {
        Self { level, writer: Arc::new(Mutex::new(writer)) }
    }

    fn write(&self, line: &str) -> io::Result<()> {
        let mut writer = lock(&self.writer);
        writer.write_all(line.as_bytes())?;
        writer.flush()
    }
}

/// The error of a logger that cannot be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoggingError {
    /// The log file cannot be opened or created. Its directory must exist.
    #[error("cannot open the log file {}: {source}", path.display())]
    File {
        /// The path of the log file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// An option of the log file has an invalid value.
    #[error("{0}")]
    Options(&'static str),
    /// The program already has a global `tracing` subscriber.
    #[error(
        "the program already has a global subscriber: add `Logging::layer` to it instead of \
         calling `Logging::install`"
    )]
    SubscriberIsSet {
        /// The error of `tracing`.
        source: tracing::subscriber::SetGlobalDefaultError,
    },
}

/// A guard that marks this thread as writing until it is dropped.
struct WriteGuard<'a>(&'a Mutex<Vec<ThreadId>>);

impl<'a> WriteGuard<'a> {
    /// Returns `None` if this thread is already writing.
    fn acquire(threads: &'a Mutex<Vec<ThreadId>>) -> Option<Self> {
        let (mut writing, current) = (lock(threads), thread::current().id());
        if writing.contains(&current) {
            return None;
        }
        writing.push(current);
        Some(Self(threads))
    }
}

impl Drop for WriteGuard<'_> {
    fn drop(&mut self) {
        let current = thread::current().id();
        lock(self.0).retain(|thread| *thread != current);
    }
}

/// Locks a mutex, even if a thread panicked while it held the lock.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
