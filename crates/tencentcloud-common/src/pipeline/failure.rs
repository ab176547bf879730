//! Attempts that run out of time.

use std::time::Duration;

use super::{Head, Progress};
use crate::decode::header_request_id;
use crate::error::{Error, ErrorKind};
use crate::transport::WriteTracker;

/// Runs one attempt for at most `limit`, which is `req_timeout`.
pub(super) async fn within<T>(
    limit: Duration,
    tracker: &WriteTracker,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|elapsed| {
        let message = format!("the attempt took longer than {limit:?} (req_timeout)");
        Err(timed_out(message, tracker).with_source(elapsed))
    })
}

/// The error of an attempt that ran out of time, and whether anything of it was sent.
pub(super) fn timed_out(mut message: String, tracker: &WriteTracker) -> Error {
    let maybe_sent = tracker.maybe_written();
    if !maybe_sent {
        message.push_str("; there was no connection yet, and nothing was sent");
    }
    Error::new(ErrorKind::Timeout, message).with_sent(maybe_sent)
}

/// Adds what the head of a response said before the time was up, while its body was read.
pub(super) fn late(error: Error, progress: &Progress) -> Error {
    match &progress.head {
        Some(Head { status, headers }) if error.is_timeout() => error
            .with_status(*status)
            .with_request_id(header_request_id(headers))
            .with_headers(headers.clone()),
        _ => error,
    }
}
