//! Why no connection was made.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use rustls::InvalidMessage;

use super::{TransportError, TransportErrorKind};

/// Why no connection was made; nothing of the request was sent.
///
/// Can be cloned, to be taken out of the error of the HTTP client, which only lends it.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// DNS and TCP.
    #[error("{whom} cannot be reached")]
    Tcp { whom: String, source: Arc<dyn StdError + Send + Sync> },
    #[error("TLS with {host} failed")]
    Tls { host: String, source: Arc<std::io::Error> },
    #[error(
        "{0} answers TLS with something else: if it speaks HTTP without TLS, write http:// before \
         it"
    )]
    NoTls(String),
    #[error("{0:?} is no name that a certificate could be for")]
    ServerName(String),
    #[error("the proxy {proxy} failed")]
    Proxy { proxy: String, source: Arc<std::io::Error> },
    #[error("the proxy {0} asks for another user name or password: set it in the URL of the proxy")]
    ProxyLogin(String),
    #[error("the proxy {proxy} asks for a login by {schemes}, and only Basic can be done")]
    ProxyScheme { proxy: String, schemes: String },
    #[error("the proxy {proxy} does not connect to {host}: it answered with status {status}")]
    ProxyRefused { proxy: String, host: String, status: u16 },
    #[error("the proxy {0} answered with something else than HTTP")]
    NoProxy(String),
    #[error("it took longer than {0:?}")]
    Time(Duration),
    #[error("{0}")]
    Setting(String),
}

impl ConnectError {
    /// Of a handshake that failed.
    pub(super) fn tls(host: &str, error: std::io::Error) -> Self {
        let host = host.to_owned();
        match tls_error(&error) {
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
                Self::NoTls(host)
            }
            _ => Self::Tls { host, source: Arc::new(error) },
        }
    }

    pub(super) fn into_transport_error(self) -> TransportError {
        let kind = if self.is_timeout() {
            TransportErrorKind::ConnectTimeout
        } else if self.is_lasting() {
            TransportErrorKind::Rejected
        } else {
            TransportErrorKind::Connect
        };
        TransportError::new(kind, self)
    }

    /// Whether another attempt would end alike.
    fn is_lasting(&self) -> bool {
        match self {
            Self::Tls { source, .. } => {
                matches!(tls_error(source), Some(rustls::Error::InvalidCertificate(_)))
            }
            // Too slow, too early and too many: that passes.
            Self::ProxyRefused { status, .. } => {
                (400..500).contains(status) && !matches!(status, 408 | 425 | 429)
            }
            Self::NoTls(_)
            | Self::ServerName(_)
            | Self::ProxyLogin(_)
            | Self::ProxyScheme { .. }
            | Self::Setting(_) => true,
            Self::Tcp { .. } | Self::Proxy { .. } | Self::NoProxy(_) | Self::Time(_) => false,
        }
    }

    fn is_timeout(&self) -> bool {
        match self {
            Self::Time(_) => true,
            Self::Tcp { source, .. } => {
                let mut cause: Option<&(dyn StdError + 'static)> = Some(&**source);
                while let Some(error) = cause {
                    if let Some(error) = error.downcast_ref::<std::io::Error>() {
                        return error.kind() == std::io::ErrorKind::TimedOut;
                    }
                    cause = error.source();
                }
                false
            }
            _ => false,
        }
    }
}

/// What TLS says, of an error in the middle of a handshake.
fn tls_error(error: &std::io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_refuses_for_now_may_be_asked_again() {
        let kind = |status| {
            let refused = ConnectError::ProxyRefused {
                proxy: "http://proxy:1".to_owned(),
                host: "cvm.tencentcloudapi.com:443".to_owned(),
                status,
            };
            refused.into_transport_error().kind()
        };
        for status in [400, 403, 404, 405] {
            assert_eq!(kind(status), TransportErrorKind::Rejected, "{status}");
        }
        for status in [302, 408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(kind(status), TransportErrorKind::Connect, "{status}");
        }
    }
}
