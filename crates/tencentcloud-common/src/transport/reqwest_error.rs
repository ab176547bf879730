//! What an error of `reqwest` means for the request.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::{Error as TlsError, InvalidMessage};

use super::TransportErrorKind::{
    Broken, Connect, ConnectTimeout, Decompress, NotSent, Rejected, Timeout, Unusable,
};
use super::proxy::{is_https, wrong_login};
use super::write_tracker::WriteTracker;
use super::{TransportError, TransportErrorKind};
use crate::error::chain;
use crate::profile::{ProxyScheme, ProxyUrl};

/// hyper-util exports this type only as the error of its service.
type TunnelError = <Tunnel<HttpConnector> as tower_service::Service<Uri>>::Error;

/// An error of `reqwest` without its URL, whose query may contain a signature, and without the
/// outer causes that say nothing.
struct ReqwestError {
    /// Says what failed, in place of the error's own text.
    what: Option<String>,
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
        match (&self.what, self.cause()) {
            (Some(what), _) => f.write_str(what),
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
        if self.what.is_some() { cause } else { cause?.source() }
    }
}

/// Returns the first error of this type among the causes.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error is the source of the error inside, which is skipped so.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    None
}

/// The error of a body that cannot be read to its end. `reqwest` calls all of them decode errors;
/// those of a connection have one of hyper inside.
pub(super) fn of_body(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        Timeout
    } else if find::<hyper::Error>(&error).is_some() {
        Broken
    } else {
        Decompress
    };
    TransportError::new(kind, ReqwestError { what: None, error: error.without_url() })
}

/// The error of a request that got no response. `connect_timeout` is `None` where the program has
/// set its own.
pub(super) fn of_request(
    error: reqwest::Error,
    tracker: &WriteTracker,
    uri: &Uri,
    proxy: Option<&ProxyUrl>,
    connect_timeout: Option<Duration>,
) -> TransportError {
    let (kind, what) = if error.is_builder() {
        (Unusable, None)
    } else if tracker.maybe_written() {
        (if error.is_timeout() { Timeout } else { Broken }, None)
    } else if error.is_timeout() {
        let limit = connect_timeout.map(|limit| format!("no connection within {limit:?}"));
        (ConnectTimeout, limit)
    } else if error.is_connect() {
        let (kind, what) = of_connection(&error, uri, proxy);
        (kind, Some(what))
    } else {
        (NotSent, None)
    };
    TransportError::new(kind, ReqwestError { what, error: error.without_url() })
}

fn of_connection(
    error: &reqwest::Error,
    uri: &Uri,
    proxy: Option<&ProxyUrl>,
) -> (TransportErrorKind, String) {
    let host = uri.host().unwrap_or_default();
    if let (Some(tunnel), Some(proxy)) = (find::<TunnelError>(error), proxy) {
        return match tunnel {
            TunnelError::ProxyAuthRequired => (Rejected, wrong_login(proxy)),
            TunnelError::ConnectFailed(_) => match find::<TlsError>(error) {
                Some(tls) => of_handshake(tls, proxy.host()),
                None => (Connect, unreachable(proxy)),
            },
            _ => {
                let port = uri.port_u16().unwrap_or(443);
                (Connect, format!("the proxy {proxy} does not connect to {host}:{port}"))
            }
        };
    }
    if let Some(tls) = find::<TlsError>(error) {
        let peer = match proxy {
            Some(proxy) if !is_https(uri) => proxy.host(),
            _ => host,
        };
        return of_handshake(tls, peer);
    }
    let Some(proxy) = proxy else {
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        return (Connect, format!("{authority} cannot be reached"));
    };
    if proxy.scheme().is_socks() {
        return of_socks(error, proxy, host);
    }
    (Connect, unreachable(proxy))
}

fn unreachable(proxy: &ProxyUrl) -> String {
    format!("the proxy {proxy} cannot be reached")
}

fn of_handshake(error: &TlsError, peer: &str) -> (TransportErrorKind, String) {
    match error {
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => (
            Rejected,
            format!(
                "{peer} does not speak TLS: if it speaks plain HTTP, put http:// before its address"
            ),
        ),
        // General: the trusted roots cannot be read.
        TlsError::InvalidCertificate(_) | TlsError::General(_) => {
            (Rejected, format!("TLS with {peer} failed"))
        }
        _ => (Connect, format!("TLS with {peer} failed")),
    }
}

/// The errors of SOCKS have no public type: only their text tells them apart.
fn of_socks(error: &reqwest::Error, proxy: &ProxyUrl, host: &str) -> (TransportErrorKind, String) {
    let text = chain(error);
    let says = |part: &str| text.contains(part);
    if says("credentials not accepted") || says("user/pass authentication") {
        return (Rejected, wrong_login(proxy));
    }
    if says("error resolving for socks proxy") {
        let hint = match proxy.scheme() {
            ProxyScheme::Socks5 => "; socks5h:// lets the proxy resolve names",
            _ => "",
        };
        return (Connect, format!("{host} cannot be resolved{hint}"));
    }
    if says("SOCKS error") && !says("underlying connection") {
        return (Connect, format!("the proxy {proxy} does not connect to {host}"));
    }
    (Connect, unreachable(proxy))
}
