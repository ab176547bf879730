//! Converts errors of `reqwest`.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::{CertificateError, Error as TlsError, InvalidMessage};

use super::TransportErrorKind::{
    Broken, Connect, ConnectTimeout, Decompress, NotSent, Rejected, Timeout, Unusable,
};
use super::proxy::{invalid_credentials, is_https};
use super::write_tracker::WriteTracker;
use super::{TransportError, TransportErrorKind};
use crate::error::chain;
use crate::profile::{ProxyScheme, ProxyUrl};

/// hyper-util exports this type only as the error of its service.
type TunnelError = <Tunnel<HttpConnector> as tower_service::Service<Uri>>::Error;

/// An error of `reqwest` without the URL, whose query may contain a signature, and without outer
/// errors that add no information.
struct ReqwestError {
    /// The message, instead of the text of the error.
    message: Option<String>,
    error: reqwest::Error,
}

impl ReqwestError {
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.error.source()?;
        match source.downcast_ref::<hyper_util::client::legacy::Error>() {
            Some(client) => client.source().or(Some(source)),
            None => Some(source),
        }
    }
}

impl fmt::Display for ReqwestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, self.cause()) {
            (Some(message), _) => f.write_str(message),
            (None, Some(cause)) => fmt::Display::fmt(cause, f),
            (None, None) => fmt::Display::fmt(&self.error, f),
        }
    }
}

impl fmt::Debug for ReqwestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl StdError for ReqwestError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let cause = self.cause();
        if self.message.is_some() { cause } else { cause?.source() }
    }
}

/// Returns the first error of this type among the causes.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error skips the inner error, so it is checked separately.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    None
}

/// Converts the error of a body. In `reqwest` all of them are decode errors; those of a connection
/// contain an error of hyper.
pub(super) fn body_error(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        Timeout
    } else if find::<hyper::Error>(&error).is_some() {
        Broken
    } else {
        Decompress
    };
    TransportError::new(kind, ReqwestError { message: None, error: error.without_url() })
}

/// Converts the error of a request without a response. `connect_timeout` is `None` if the program
/// sets it in its builder.
pub(super) fn request_error(
    error: reqwest::Error,
    tracker: &WriteTracker,
    uri: &Uri,
    proxy: Option<&ProxyUrl>,
    connect_timeout: Option<Duration>,
) -> TransportError {
    let (kind, message) = if error.is_builder() {
        (Unusable, None)
    } else if tracker.maybe_written() {
        let is_other_protocol = find::<hyper::Error>(&error).is_some_and(hyper::Error::is_parse);
        let message = is_other_protocol.then(|| "the response is not HTTP".to_owned());
        (if error.is_timeout() { Timeout } else { Broken }, message)
    } else if error.is_timeout() {
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        let message = connect_timeout.map(|timeout| {
            format!("no connection to {authority} within {timeout:?} (connect_timeout)")
        });
        (ConnectTimeout, message)
    } else if error.is_connect() {
        let (kind, message) = connection_error(&error, uri, proxy);
        (kind, Some(message))
    } else {
        (NotSent, None)
    };
    TransportError::new(kind, ReqwestError { message, error: error.without_url() })
}

fn connection_error(
    error: &reqwest::Error,
    uri: &Uri,
    proxy: Option<&ProxyUrl>,
) -> (TransportErrorKind, String) {
    let host = uri.host().unwrap_or_default();
    if let (Some(tunnel), Some(proxy)) = (find::<TunnelError>(error), proxy) {
        return match tunnel {
            TunnelError::ProxyAuthRequired => (Rejected, invalid_credentials(proxy)),
            TunnelError::ConnectFailed(_) => match find::<TlsError>(error) {
                Some(tls) => handshake_error(tls, &format!("the proxy {proxy}")),
                None => (Connect, proxy_unreachable(proxy)),
            },
            _ => {
                let port = uri.port_u16().unwrap_or(443);
                (Connect, format!("the proxy {proxy} cannot connect to {host}:{port}"))
            }
        };
    }
    if let Some(tls) = find::<TlsError>(error) {
        return match proxy {
            Some(proxy) if !is_https(uri) => handshake_error(tls, &format!("the proxy {proxy}")),
            _ => handshake_error(tls, host),
        };
    }
    let Some(proxy) = proxy else {
        if is_https(uri) && chain(error).contains("tls handshake eof") {
            return (Connect, format!("TLS with {host} failed: the server closed the connection"));
        }
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        return (Connect, format!("{authority} cannot be reached"));
    };
    if proxy.scheme().is_socks() {
        return socks_error(error, proxy, host);
    }
    (Connect, proxy_unreachable(proxy))
}

fn proxy_unreachable(proxy: &ProxyUrl) -> String {
    format!("the proxy {proxy} cannot be reached")
}

fn handshake_error(error: &TlsError, peer: &str) -> (TransportErrorKind, String) {
    match error {
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => (
            Rejected,
            format!(
                "{peer} does not use TLS: if it uses plain HTTP, begin its address with http://"
            ),
        ),
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => (
            Rejected,
            format!(
                "the certificate of {peer} is not trusted: add its certificate authority with \
                 `certification`"
            ),
        ),
        // `General` means that the root certificates cannot be read.
        TlsError::InvalidCertificate(_) | TlsError::General(_) => {
            (Rejected, format!("TLS with {peer} failed"))
        }
        _ => (Connect, format!("TLS with {peer} failed")),
    }
}

/// SOCKS errors have no public type, so their text is matched.
fn socks_error(
    error: &reqwest::Error,
    proxy: &ProxyUrl,
    host: &str,
) -> (TransportErrorKind, String) {
    let text = chain(error);
    let contains = |part: &str| text.contains(part);
    if contains("credentials not accepted") || contains("user/pass authentication") {
        return (Rejected, invalid_credentials(proxy));
    }
    if contains("error resolving for socks proxy") {
        let hint = match proxy.scheme() {
            ProxyScheme::Socks5 => "; socks5h:// lets the proxy resolve names",
            _ => "",
        };
        return (Connect, format!("{host} cannot be resolved{hint}"));
    }
    if contains("SOCKS error") && !contains("underlying connection") {
        return (Connect, format!("the proxy {proxy} cannot connect to {host}"));
    }
    (Connect, proxy_unreachable(proxy))
}
