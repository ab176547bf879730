//! What a failure on the way means.

use std::time::Duration;

use super::{Head, Progress};
use crate::decode::header_request_id;
use crate::error::{Error, ErrorKind, chain};
use crate::transport::{TransportError, TransportErrorKind};

/// Runs one attempt for at most `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|elapsed| {
        let message = format!("the attempt took longer than {limit:?}");
        Err(Error::new(ErrorKind::Timeout, message).with_source(elapsed).with_sent(true))
    })
}

/// Adds what an answer told before the time was up, while its body was read.
pub(super) fn late(error: Error, progress: &Progress) -> Error {
    match &progress.head {
        Some(Head { status, headers }) if error.is_timeout() => error
            .with_status(*status)
            .with_request_id(header_request_id(headers))
            .with_headers(headers.clone()),
        _ => error,
    }
}

/// The request did not get through to an answer.
pub(super) fn unanswered(error: TransportError) -> Error {
    let (kind, maybe_sent) = match error.kind() {
        TransportErrorKind::Connect | TransportErrorKind::Rejected => (ErrorKind::Connect, false),
        TransportErrorKind::NotSent => (ErrorKind::Transport, false),
        TransportErrorKind::ConnectTimeout => (ErrorKind::Timeout, false),
        TransportErrorKind::Unusable => (ErrorKind::InvalidInput, false),
        TransportErrorKind::Broken => (ErrorKind::Transport, true),
    };
    let lasting = error.kind() == TransportErrorKind::Rejected;
    let unanswered = Error::new(kind, chain(&error)).with_source(error).with_sent(maybe_sent);
    if lasting { unanswered.lasting() } else { unanswered }
}
