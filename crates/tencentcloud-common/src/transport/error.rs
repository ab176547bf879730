//! Errors of transports.

use crate::error::{BoxError, Error, ErrorKind, chain};

/// The error of a request that could not be sent, or whose response could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.kind.text())]
pub struct TransportError {
    kind: TransportErrorKind,
    source: BoxError,
}

/// The kind of a [`TransportError`]. It tells whether the request may have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be established; nothing was sent.
    Connect,
    /// No connection was established within the timeout; nothing was sent.
    ConnectTimeout,
    /// The server or the proxy was reached, but a retry would fail in the same way, for example
    /// because the certificate is not trusted. Nothing was sent.
    Rejected,
    /// The connection was closed before the request was written; nothing was sent. Use this kind
    /// only if that is certain.
    NotSent,
    /// The connection broke; the request may have been sent.
    Broken,
    /// A timeout of the transport expired; the request may have been sent.
    Timeout,
    /// The body of the response cannot be decompressed.
    Decompress,
    /// The transport or the request cannot be used; nothing was sent.
    Unusable,
}

impl TransportErrorKind {
    fn text(self) -> &'static str {
        match self {
            Self::Connect => "connection failed",
            Self::ConnectTimeout => "connection timed out",
            Self::Rejected => "connection rejected",
            Self::NotSent => "the connection was closed before the request was sent",
            Self::Broken => "the connection broke",
            Self::Timeout => "the transport timed out",
            Self::Decompress => "the response is not valid gzip",
            Self::Unusable => "the request cannot be sent",
        }
    }
}

impl TransportError {
    /// Creates an error of this kind with its cause.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into() }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Converts the error into that of a call.
    pub(crate) fn into_error(self) -> Error {
        let (kind, maybe_sent) = match self.kind {
            TransportErrorKind::Connect | TransportErrorKind::Rejected => {
                (ErrorKind::Connect, false)
            }
            TransportErrorKind::NotSent => (ErrorKind::Transport, false),
            TransportErrorKind::ConnectTimeout => (ErrorKind::Timeout, false),
            TransportErrorKind::Unusable => (ErrorKind::InvalidInput, false),
            TransportErrorKind::Broken => (ErrorKind::Transport, true),
            TransportErrorKind::Timeout => (ErrorKind::Timeout, true),
            TransportErrorKind::Decompress => (ErrorKind::Response, true),
        };
        let permanent = self.kind == TransportErrorKind::Rejected;
        let error = Error::new(kind, chain(&self)).with_source(self).with_sent(maybe_sent);
        if permanent { error.permanent() } else { error }
    }
}
