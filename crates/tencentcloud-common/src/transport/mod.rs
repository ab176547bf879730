//! How bytes travel: the one thing to replace for another HTTP stack, a recorder or a test.
//!
//! [`HyperTransport`] is what clients use when they are given nothing else. Anything that
//! implements [`HttpTransport`] takes its place with
//! [`ClientBuilder::transport`](crate::ClientBuilder::transport); one transport can be shared by
//! clients of many services.
//!
//! ```
//! use bytes::Bytes;
//! use tencentcloud_common::transport::{
//!     HttpTransport, Response, ResponseBody, SendFuture, TransportError,
//! };
//!
//! /// Answers every request alike, without a network.
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

mod connect_error;
mod connector;
mod hyper;
mod no_proxy;
mod pools;
mod preconnect;
pub(crate) mod proxy;
pub(crate) mod read;
mod tls;
mod tunnel;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use ::bytes::Bytes;

pub use self::hyper::HyperTransport;
use crate::error::{Error, ErrorKind, Source, chain};

/// The answer to a request, whose body is still to be read.
pub type Response = http::Response<ResponseBody>;

/// What [`HttpTransport::send`] returns.
pub type SendFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// What [`BodyChunks::chunk`] returns.
pub type ChunkFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Bytes>, TransportError>> + Send + 'a>>;

/// Sends a signed request and hands back the answer, whatever its status.
///
/// The request must be sent as it is: method, URI, headers and body are signed. `Host` is among
/// the headers. Redirects must not be followed, and nothing be sent twice: whether to try again is
/// decided above. A dropped future abandons the request.
///
/// One transport may be used in several runtimes at once: blocking calls are made in one of their
/// own. A connection that is kept must serve only the runtime that opened it, for it stands still
/// as long as that does.
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

/// The body of an answer, read piece by piece.
pub struct ResponseBody(Box<dyn BodyChunks>);

/// Yields the pieces of a body; implemented by transports.
pub trait BodyChunks: Send {
    /// The next piece; `None` at the end.
    fn chunk(&mut self) -> ChunkFuture<'_>;
}

impl ResponseBody {
    /// A body that is read from `chunks`.
    pub fn new(chunks: impl BodyChunks + 'static) -> Self {
        Self(Box::new(chunks))
    }

    /// The next piece; `None` at the end.
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

/// A body that is there already.
struct Whole(Option<Bytes>);

impl BodyChunks for Whole {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

impl<T: Into<Bytes>> From<T> for ResponseBody {
    fn from(body: T) -> Self {
        Self::new(Whole(Some(body.into())))
    }
}

/// A request could not be sent, or its answer not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.kind.text())]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Source,
}

/// What an error of a transport means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made; nothing was sent.
    Connect,
    /// No connection could be made in time; nothing was sent.
    ConnectTimeout,
    /// Somebody was reached with whom no connection can be made, now or later: the certificate is
    /// not trusted, or the proxy asks for another password, say. Nothing was sent.
    Rejected,
    /// The connection, a kept one as a rule, was gone before anything was written to it; nothing
    /// was sent. Only said when it is certain.
    NotSent,
    /// The connection broke; the request may have been sent.
    Broken,
    /// The transport or the request is unusable; nothing was sent.
    Unusable,
}

impl TransportErrorKind {
    fn text(self) -> &'static str {
        match self {
            Self::Connect => "no connection could be made",
            Self::Rejected => "no connection can be made",
            Self::ConnectTimeout => "no connection could be made in time",
            Self::NotSent => "the connection was gone before the request was sent",
            Self::Broken => "the connection broke",
            Self::Unusable => "the request cannot be sent",
        }
    }
}

impl TransportError {
    /// An error of this kind, with its cause.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into() }
    }

    /// What the error means for the request.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The error of a call whose request did not get through to an answer.
    pub(crate) fn into_error(self) -> Error {
        let (kind, maybe_sent) = match self.kind {
            TransportErrorKind::Connect | TransportErrorKind::Rejected => {
                (ErrorKind::Connect, false)
            }
            TransportErrorKind::NotSent => (ErrorKind::Transport, false),
            TransportErrorKind::ConnectTimeout => (ErrorKind::Timeout, false),
            TransportErrorKind::Unusable => (ErrorKind::InvalidInput, false),
            TransportErrorKind::Broken => (ErrorKind::Transport, true),
        };
        let lasting = self.kind == TransportErrorKind::Rejected;
        let error = Error::new(kind, chain(&self)).with_source(self).with_sent(maybe_sent);
        if lasting { error.lasting() } else { error }
    }
}
