use std::io;
use std::path::PathBuf;

/// A logger could not be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoggingError {
    /// The file cannot be opened or created; its directory must be there.
    #[error("the log file {} cannot be opened: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why it cannot be opened.
        source: io::Error,
    },
    /// An option has a value that makes no sense.
    #[error("{0}")]
    Options(&'static str),
    /// The program has a subscriber of `tracing` already.
    #[error(
        "the program has a subscriber already: add `Logging::layer` to it instead of installing \
         another"
    )]
    SubscriberIsSet {
        /// What `tracing` says.
        source: tracing::subscriber::SetGlobalDefaultError,
    },
}
