//! One request of a provider and its answer: bounded in time and size, and wiped afterwards.

use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use zeroize::Zeroize;

use super::ProviderConfig;
use crate::decode::Answer;
use crate::error::{Error, ErrorKind};
use crate::transport::{HttpTransport, Response, TransportError};

/// How often a request is sent at most.
pub(super) const ATTEMPTS: u32 = 3;

/// The longest wait before the second attempt; each further one may wait twice as long.
const PAUSE: Duration = Duration::from_millis(200);

/// No answer with a credential is longer.
const MAX_BODY: usize = 1024 * 1024;

/// An answer whose body is overwritten when it is dropped, for it may hold a credential.
pub(super) struct Wiped(Answer);

impl Deref for Wiped {
    type Target = Answer;

    fn deref(&self) -> &Answer {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        if let Ok(mut body) = std::mem::take(&mut self.0.body).try_into_mut() {
            body.as_mut().zeroize();
        }
    }
}

/// Sends a request and reads the answer to its end, within a time limit.
pub(super) async fn exchange(
    transport: &dyn HttpTransport,
    request: http::Request<Bytes>,
    limit: Duration,
) -> Result<Wiped, Error> {
    let work = async {
        let response = transport.send(request).await.map_err(TransportError::into_error)?;
        let (parts, mut body) = Response::into_parts(response);
        // Large enough for any credential: growing would leave copies behind.
        let mut bytes = Vec::with_capacity(16 * 1024);
        while let Some(chunk) = body.chunk().await.map_err(TransportError::into_error)? {
            if bytes.len() + chunk.len() > MAX_BODY {
                bytes.zeroize();
                return Err(Error::new(ErrorKind::Response, "the answer is longer than 1 MiB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Wiped(Answer { status: parts.status, headers: parts.headers, body: bytes.into() }))
    };
    tokio::time::timeout(limit, work).await.unwrap_or_else(|elapsed| {
        let message = format!("no answer within {limit:?}");
        Err(Error::new(ErrorKind::Timeout, message).with_source(elapsed).with_sent(true))
    })
}

/// Waits before the next attempt, with full jitter.
pub(super) async fn pause(config: &ProviderConfig, attempts_made: u32) {
    let most = PAUSE.saturating_mul(1 << attempts_made.saturating_sub(1).min(8));
    config.sleep.sleep(most.mul_f64(fraction(config))).await;
}

/// A random number from 0 to 1.
pub(super) fn fraction(config: &ProviderConfig) -> f64 {
    let mut bytes = [0; 4];
    config.random.fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX)
}
