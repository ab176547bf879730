//! Writes what the SDK logs to a stream, to files of limited size, or nowhere, as
//! `set_stream_logger`, `set_file_logger` and `set_default_logger` of the SDK for Python do.
//!
//! The SDK logs with [`tracing`](https://docs.rs/tracing): each call is a span `tencentcloud.call`
//! with service, action, region and ids, and what happens on its way are events. A program that
//! has a subscriber of its own sees them without this module. With it, a program needs none:
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
//! In a program with a subscriber made of layers, it is one more of them. It writes events of the
//! SDK only, and takes none away from the other layers:
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
//! Each level shows its own events and those of the levels above it.
//!
//! | Level | What it shows | Where |
//! |---|---|---|
//! | `ERROR` | nothing: a failed call returns its error, and the program decides whether to log it | |
//! | `WARN` | the region breaker changes its state; a credential cannot be refreshed, or that of another provider of a chain is used; an action is deprecated; the clock of the machine is too far off to be corrected; certificates are not verified | where it happens |
//! | `INFO` | each retry, with its reason, delay and error | in the span of the call |
//! | `DEBUG` | each attempt that is sent and its response, with endpoint, status and number of bytes; why a call fails and is not retried; waiting for the rate limit; rerouting by the breaker; the end of a stream of events | in the spans of call and attempt |
//! | `TRACE` | the content: parameters and bodies of requests and responses, without secrets, the first 16 KiB of each; of files only the size | in the spans of call and attempt |
//!
//! The span `tencentcloud.call` (level `INFO`) has `service`, `action`, `region`, `trace_id`,
//! `attempts`, `status` and `request_id`; the span `tencentcloud.attempt` (`DEBUG`) in it has
//! `attempt`, `endpoint`, `status` and `request_id`. A line shows both before its event, also when
//! the event is of a coarser level than `INFO`. No level shows a secret.
//!
//! A line is written before the call goes on. Give [`set_stream_logger`](Logging::set_stream_logger)
//! a writer that hands over to a thread where this takes too long.

mod error;
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

pub use self::error::LoggingError;
pub use self::file_logger::FileLogger;
use self::layer::{LogFilter, LogLayer};
use crate::runtime::{Clock, SystemClock};

/// Where the SDK logs to; at first, nowhere.
///
/// It has no effect before it is [installed](Self::install), or its [layer](Self::layer) is added
/// to a subscriber. Changes take effect at once, also on calls that are under way. Clones are the
/// same logging.
#[doc(alias("WithDebug", "WithLogger", "tencentcloud_sdk_common"))]
#[derive(Clone)]
pub struct Logging(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    sinks: RwLock<Sinks>,
    error: Mutex<Option<io::Error>>,
    /// The threads that are writing a line.
    writing: Mutex<Vec<ThreadId>>,
}

#[derive(Clone, Default)]
struct Sinks {
    streams: Vec<Sink>,
    /// With the path of each file, without links.
    files: Vec<(PathBuf, Sink)>,
}

/// Takes lines, up to a level.
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
    /// Logging that is silent until a logger is set.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Logging that stamps its lines with another clock than that of the machine.
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self(Arc::new(Shared {
            clock: Arc::new(clock),
            sinks: RwLock::default(),
            error: Mutex::default(),
            writing: Mutex::default(),
        }))
    }

    /// Writes a line for each event up to `level` to `stream`, beside the loggers that were set
    /// before, as the SDK for Python does. A stream that is set twice gets each line twice.
    /// [`set_default_logger`](Self::set_default_logger) removes all of them.
    ///
    /// `level` is a [`Level`] or a [`LevelFilter`]. The stream is flushed after each line. What it
    /// logs itself while it writes is not logged.
    pub fn set_stream_logger(
        &self,
        stream: impl Write + Send + 'static,
        level: impl Into<LevelFilter>,
    ) {
        let sink = Sink::new(stream, level.into());
        self.change(|sinks| sinks.streams.push(sink));
    }

    /// Appends a line for each event up to `level` to a file, beside the loggers that were set
    /// before. Setting the same file again replaces its level and limits.
    ///
    /// `file` is a path, or a [`FileLogger`] with limits. Default: 10 files of 512 MiB.
    ///
    /// # Errors
    ///
    /// [`LoggingError::File`] when the file cannot be opened, [`LoggingError::Options`] for limits
    /// that cannot be kept; the loggers are as before then.
    pub fn set_file_logger(
        &self,
        file: impl Into<FileLogger>,
        level: impl Into<LevelFilter>,
    ) -> Result<(), LoggingError> {
        let file = file.into();
        let given = file.path.clone();
        let sink = Sink::new(file.open()?, level.into());
        // It is there now. Two writers of one file would rename it away from each other.
        let path = given.canonicalize().unwrap_or(given);
        self.change(|sinks| match sinks.files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = sink,
            None => sinks.files.push((path, sink)),
        });
        Ok(())
    }

    /// Is silent again; all streams and files are closed.
    pub fn set_default_logger(&self) {
        self.change(|sinks| *sinks = Sinks::default());
    }

    /// The first error of writing since this was asked last, such as of a full disk. Errors neither
    /// end the logging nor disturb the calls.
    pub fn take_error(&self) -> Option<io::Error> {
        lock(&self.0.error).take()
    }

    /// Makes this the subscriber of the program, which then logs nothing but the SDK. For programs
    /// that have none.
    ///
    /// # Errors
    ///
    /// [`LoggingError::SubscriberIsSet`] when there is one already: add [`layer`](Self::layer) to
    /// it.
    pub fn install(&self) -> Result<(), LoggingError> {
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(self.layer()))
            .map_err(|source| LoggingError::SubscriberIsSet { source })
    }

    /// A layer for the subscriber of the program. It is filtered by itself: what it leaves out, the
    /// other layers still see.
    ///
    /// A call that began while the logging was silent is logged without what its span says.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        LogLayer::new(self.clone()).with_filter(LogFilter::new(self.clone()))
    }

    fn change(&self, change: impl FnOnce(&mut Sinks)) {
        let mut sinks = self.0.sinks.write().unwrap_or_else(PoisonError::into_inner);
        let before = sinks.clone();
        change(&mut sinks);
        drop(sinks);
        // Closed after the lock is given back: a writer may do anything when it is dropped.
        drop(before);
    }

    fn sinks(&self) -> Sinks {
        self.0.sinks.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The finest level that any logger takes.
    fn level(&self) -> LevelFilter {
        let sinks = self.0.sinks.read().unwrap_or_else(PoisonError::into_inner);
        let levels = sinks.all().map(|sink| sink.level);
        levels.max().unwrap_or(LevelFilter::OFF)
    }

    /// Writes a line to every logger that takes its level.
    fn write(&self, level: Level, line: &str) {
        // A writer that logs comes back here, and would wait for itself.
        let Some(_writing) = Writing::begin(&self.0.writing) else { return };
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

/// Marks that this thread is writing, until it is dropped.
struct Writing<'a>(&'a Mutex<Vec<ThreadId>>);

impl<'a> Writing<'a> {
    /// `None` when it is already.
    fn begin(threads: &'a Mutex<Vec<ThreadId>>) -> Option<Self> {
        let (mut known, me) = (lock(threads), thread::current().id());
        if known.contains(&me) {
            return None;
        }
        known.push(me);
        Some(Self(threads))
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let me = thread::current().id();
        lock(self.0).retain(|thread| *thread != me);
    }
}

/// A thread that panicked while it wrote does not keep the others from writing.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
