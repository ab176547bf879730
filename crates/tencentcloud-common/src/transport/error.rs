//! Why an exchange with a server failed, and what that means for the request.

use crate::error::{BoxError, Error, ErrorKind, chain};

/// A request could not be sent, or its response could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.kind.text())]
pub struct TransportError {
    kind: TransportErrorKind,
    source: BoxError,
}

/// What an error of a transport means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made; nothing was sent.
    Connect,
    /// No connection was made in time; nothing was sent.
    ConnectTimeout,
    /// The server or the proxy was reached, and every further attempt would fail in the same way,
    /// for instance because its certificate is not trusted. Nothing was sent.
    Rejected,
    /// The connection was closed before the request was written to it; nothing was sent. Reported
    /// only when this is certain.
    NotSent,
    /// The connection broke; the request may have been sent.
    Broken,
    /// A time limit of the transport expired; the request may have been sent.
    Timeout,
    /// The body of the response is not compressed as its headers say.
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

    /// Returns what the error means for the request.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Converts into the error of a call.
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
