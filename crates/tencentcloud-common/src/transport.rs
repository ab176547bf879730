//! Sends requests over HTTP. Implement [`HttpTransport`] to use another HTTP library, to record
//! requests, or to fake responses in tests.
//!
//! Clients use [`ReqwestTransport`] unless
//! [`ClientBuilder::transport`](crate::ClientBuilder::transport) sets another [`HttpTransport`].
//! Clients of several services can share one transport.
//!
//! ```
//! use bytes::Bytes;
//! use tencentcloud_common::transport::{
//!     HttpTransport, Response, ResponseBody, SendFuture, TransportError,
//! };
//!
//! /// Returns the same response to every request, without network access.
//! #[derive(Debug)]
//! struct Canned(&'static str);
//!
//! impl HttpTransport for Canned {
//!     fn send(&self, _request: http::Request<Bytes>) -> SendFuture<'_> {
//!         let mut response = Response::new(ResponseBody::from(self.0));
//!         let json = http::HeaderValue::from_static("application/json");
//!         response.headers_mut().insert(http::header::CONTENT_TYPE, json);
//!         Box::pin(std::future::ready(Ok(response)))
//!     }
//! }
//! ```

mod certificates;
mod error;
mod per_runtime;
pub(crate) mod proxy;
pub(crate) mod read_body;
mod reqwest;
mod reqwest_error;
mod tls;
mod write_tracker;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use ::bytes::Bytes;

pub use self::error::{TransportError, TransportErrorKind};
pub use self::reqwest::ReqwestTransport;
pub use self::write_tracker::WriteTracker;

/// A response whose body has not been read yet.
pub type Response = http::Response<ResponseBody>;

/// The future of [`HttpTransport::send`].
pub type SendFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// The future of [`BodyChunks::chunk`].
pub type ChunkFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Bytes>, TransportError>> + Send + 'a>>;

/// A transport that sends signed requests. A response of any status is a success.
///
/// A transport must send the request unchanged, because method, URI, headers and body are signed. The
/// headers include `Host`. A transport must not follow redirects or retry: the client decides about
/// retries. Dropping the future cancels the request.
///
/// The [extensions](http::Request::extensions) of a request contain a [`WriteTracker`]. If the
/// transport uses it, a call that times out can report that nothing was sent.
///
/// One transport may be used in several Tokio runtimes at once, because blocking calls have a runtime
/// of their own. A pooled connection must only be used in the runtime that opened it: connections
/// make no progress while their runtime is not polled.
pub trait HttpTransport: fmt::Debug + Send + Sync {
    /// Sends one request.
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_>;
}

impl<T: HttpTransport + ?Sized> HttpTransport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        (**self).send(request)
    }
}

impl<T: HttpTransport + ?Sized> HttpTransport for Box<T> {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        (**self).send(request)
    }
}

/// The body of a response, read chunk by chunk.
pub struct ResponseBody(Box<dyn BodyChunks>);

/// The source of the chunks of a body. Transports implement it.
pub trait BodyChunks: Send {
    /// Returns the next chunk; `None` at the end.
    fn chunk(&mut self) -> ChunkFuture<'_>;
}

impl ResponseBody {
    /// Creates a body that is read from `chunks`.
    pub fn new(chunks: impl BodyChunks + 'static) -> Self {
        Self(Box::new(chunks))
    }

    /// Returns the next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when the connection breaks before the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.0.chunk().await
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseBody")
    }
}

/// A body that is already in memory.
struct Buffered(Option<Bytes>);

impl BodyChunks for Buffered {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

impl<T: Into<Bytes>> From<T> for ResponseBody {
    fn from(body: T) -> Self {
        Self::new(Buffered(Some(body.into())))
    }
}
