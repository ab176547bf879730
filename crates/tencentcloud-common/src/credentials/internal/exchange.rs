//! Sends one request of a provider, with limits on time and size, and a zeroizing response.

use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use zeroize::Zeroize;

use crate::error::{Error, ErrorKind};
use crate::protocol::decode::BufferedResponse;
use crate::transport::{HttpTransport, Response, TransportError};

/// The largest response body that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// A response whose body is zeroized on drop, because it may contain a credential.
pub(in crate::credentials) struct ZeroizingResponse(BufferedResponse);

impl Deref for ZeroizingResponse {
    type Target = BufferedResponse;

    fn deref(&self) -> &BufferedResponse {
        &self.0
    }
}

impl Drop for ZeroizingResponse {
    fn drop(&mut self) {
        if let Ok(mut body) = std::mem::take(&mut self.0.body).try_into_mut() {
            body.as_mut().zeroize();
        }
    }
}

/// Sends a request and reads the whole response, within a time limit.
pub(in crate::credentials) async fn exchange(
    transport: &dyn HttpTransport,
    request: http::Request<Bytes>,
    limit: Duration,
) -> Result<ZeroizingResponse, Error> {
    let work = async {
        let response = transport.send(request).await.map_err(TransportError::into_error)?;
        let (parts, mut body) = Response::into_parts(response);
        // Fits any credential: a buffer that grows would leave copies behind.
        let mut bytes = Vec::with_capacity(16 * 1024);
        while let Some(chunk) = body.chunk().await.map_err(TransportError::into_error)? {
            if bytes.len() + chunk.len() > MAX_BODY {
                bytes.zeroize();
                return Err(Error::new(ErrorKind::Response, "the response is larger than 1 MiB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let (status, headers, body) = (parts.status, parts.headers, bytes.into());
        Ok(ZeroizingResponse(BufferedResponse { status, headers, body }))
    };
    tokio::time::timeout(limit, work).await.unwrap_or_else(|elapsed| {
        let message = format!("no response within {limit:?}");
        Err(Error::new(ErrorKind::Timeout, message).with_source(elapsed).with_sent(true))
    })
}
