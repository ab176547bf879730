use std::any::Any;
use std::fmt;
use std::time::Duration;

use super::progress::{States, WaitProgress};
use crate::error::{Error, ErrorKind};
use crate::redact::OneLine;

/// The longest explanation of a failure that a message contains, in characters.
const MAX_MESSAGE: usize = 300;

/// The error of a [`Wait`](super::Wait).
///
/// It converts into an [`Error`]: [`Failed`](Self::Failed) into one of the kind
/// [`WaitFailed`](ErrorKind::WaitFailed), [`TimedOut`](Self::TimedOut) into one of the kind
/// [`Timeout`](ErrorKind::Timeout), and [`Call`](Self::Call) into the error that it contains.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// A resource reached a state from which it cannot reach the expected one.
    #[error("{0}")]
    Failed(Box<WaitFailure>),
    /// The longest wait was over first.
    #[error("{0}")]
    TimedOut(Box<WaitTimeout>),
    /// A poll failed. With the kind [`InvalidInput`](ErrorKind::InvalidInput), nothing was sent: an
    /// argument or an option is invalid.
    #[error("the wait failed: {0}")]
    Call(#[source] Error),
}

impl From<Error> for WaitError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<WaitError> for Error {
    /// Keeps the error of a call, and makes the others the [source](std::error::Error::source) of a
    /// new error.
    fn from(error: WaitError) -> Self {
        let kind = match error {
            WaitError::Call(error) => return error,
            WaitError::Failed(_) => ErrorKind::WaitFailed,
            WaitError::TimedOut(_) => ErrorKind::Timeout,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

/// A resource that reached a failure state.
pub struct WaitFailure {
    pub(super) waiter: &'static str,
    pub(super) id: String,
    pub(super) state: Option<String>,
    pub(super) message: Option<String>,
    pub(super) error: Option<Error>,
    pub(super) response: Option<Box<dyn Any + Send + Sync>>,
}

impl WaitFailure {
    /// Returns the name of the waiter, such as `instance_running`.
    pub fn waiter(&self) -> &str {
        self.waiter
    }

    /// Returns the id of the resource or task.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the state; `None` if an error code of the API reported the failure.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the text of the API that explains the failure, if there is one.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the error of the API that reported the failure, if there was one.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Returns the response with the failure state: `response::<DescribeInstancesResponse>()`.
    /// `None` if the poll has another response type, or an error of the API reported the failure.
    pub fn response<R: 'static>(&self) -> Option<&R> {
        self.response.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for WaitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waiter, id, state, message, error, .. } = self;
        write!(f, "{waiter} cannot be reached: `{}`", OneLine(id))?;
        match state {
            Some(state) => write!(f, " is {}", OneLine(state))?,
            None => f.write_str(" failed")?,
        }
        if let Some(message) = message {
            let message = OneLine(message).to_string();
            match message.char_indices().nth(MAX_MESSAGE) {
                Some((end, _)) => write!(f, ": {}…", message.get(..end).unwrap_or_default())?,
                None => write!(f, ": {message}")?,
            }
        }
        match error {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for WaitFailure {
    /// Omits the response.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFailure")
            .field("waiter", &self.waiter)
            .field("id", &self.id)
            .field("state", &self.state)
            .field("message", &self.message)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for WaitFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}

/// A wait that ended before all ids reached the expected state.
#[derive(Debug)]
pub struct WaitTimeout {
    pub(super) waiter: &'static str,
    pub(super) max_wait: Duration,
    pub(super) progress: WaitProgress,
    pub(super) error: Option<Error>,
}

impl WaitTimeout {
    /// Returns the name of the waiter, such as `instance_running`.
    pub fn waiter(&self) -> &str {
        self.waiter
    }

    /// Returns the time that has passed. It is less than the longest wait if another poll would
    /// have been too late.
    pub fn waited(&self) -> Duration {
        self.progress.elapsed
    }

    /// Returns the number of polls and the states in the last of them.
    pub fn progress(&self) -> &WaitProgress {
        &self.progress
    }

    /// Returns the error of the last call: that of a call that took too long, or that reported that
    /// the resource does not exist.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

impl fmt::Display for WaitTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waiter, max_wait, progress, error } = self;
        let polls = match progress.polls {
            1 => "1 poll".to_owned(),
            polls => format!("{polls} polls"),
        };
        write!(
            f,
            "{waiter} was not reached within the max_wait of {max_wait:?}, after {polls}: {}",
            States(progress)
        )?;
        match error {
            Some(error) => write!(f, "; the last call failed: {error}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for WaitTimeout {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
