//! What a failure on the way means.

use std::time::Duration;

use super::{Head, Progress};
use crate::decode::header_request_id;
use crate::error::{Error, ErrorKind};

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
