#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use ::bytes::Bytes;
use ::hyper::body::Incoming;
use http::{HeaderValue, Method, StatusCode, Uri, Version, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Error as ClientError;
use tokio::runtime::Handle;

use super::connect_error::ConnectError;
use super::connector::Dialer;
use super::pools::{Keeping, Pools};
use super::proxy::{Proxies, authorization, is_https, login_refused};
use super::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture, TransportError,
    TransportErrorKind, tls,
};
use crate::profile::{Endpoint, HttpProfile};

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("tencentcloud-sdk-rust/", env!("CARGO_PKG_VERSION")));

/// HTTP/1.1 over a pool of kept-alive connections, with TLS by rustls and ring.
///
/// It obeys these settings of the [`HttpProfile`]: `connect_timeout`, `keep_alive`,
/// `pool_idle_timeout`, `pre_conn_pool_size`, `proxy`, `certification` and
/// `danger_certification_off`. Trusted are the roots of the platform. No process-wide TLS provider
/// is used or installed. IPv6 and IPv4 are tried side by side.
///
/// Clones share the pool. When the last is dropped, all connections are closed. Each Tokio runtime
/// has connections of its own, for they stand still as long as it does, and end with it.
///
/// ```
/// use tencentcloud_common::profile::HttpProfile;
/// use tencentcloud_common::transport::HyperTransport;
///
/// let transport = HyperTransport::new(&HttpProfile::default())?;
/// # Ok::<(), tencentcloud_common::transport::TransportError>(())
/// ```
#[derive(Clone)]
pub struct HyperTransport {
    pools: Arc<Pools>,
    proxies: Arc<Proxies>,
}

impl HyperTransport {
    /// Makes a transport with the settings of a profile.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Unusable`] when TLS cannot be set up, for instance because the
    /// trusted roots of the platform cannot be read.
    pub fn new(profile: &HttpProfile) -> Result<Self, TransportError> {
        let proxies = Arc::new(Proxies::new(profile));
        let tls = tls::config(profile)?;
        let keeping = Keeping {
            dialer: Arc::new(Dialer::new(tls, Arc::clone(&proxies), profile.connect_timeout())),
            keep_alive: profile.keep_alive(),
            idle_timeout: profile.pool_idle_timeout(),
            pre_connections: profile.pre_conn_pool_size(),
        };
        Ok(Self { pools: Arc::new(Pools::new(keeping)), proxies })
    }

    /// Has connections to an endpoint opened ahead, as many as `pre_conn_pool_size` says: from now
    /// on inside of a Tokio runtime, and in any other runtime from the first request in it.
    ///
    /// Every client does this for its own endpoint when it is built. Other hosts are kept warm from
    /// their first use until they were not used for 5 minutes.
    pub fn warm(&self, endpoint: &Endpoint) {
        if let Ok(uri) = endpoint.to_string().parse::<Uri>() {
            self.pools.warm(uri);
        }
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Result<Response, TransportError> {
        let mut request = request.map(Full::new);
        let runtime = check(request.method(), request.uri())?;
        *request.version_mut() = Version::HTTP_11;
        let proxy = self.proxies.of(request.uri()).map_err(ConnectError::into_transport_error)?;
        let asked = proxy.filter(|_| !is_https(request.uri())).cloned();
        let headers = request.headers_mut();
        headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
        if !self.pools.keeping().keep_alive {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // A proxy that passes on plain requests is asked by each of them.
        if let Some(login) = asked.as_ref().and_then(authorization) {
            headers.insert(header::PROXY_AUTHORIZATION, login);
        }
        // Lets the runtime look at its sockets first: a program that blocked since its last call
        // would otherwise write to a connection whose end has long arrived.
        tokio::task::yield_now().await;
        let pool = self.pools.of(&runtime);
        let response = pool.client.request(request).await.map_err(send_error)?;
        if let Some(proxy) = asked
            && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        {
            let challenges = response.headers().get_all(header::PROXY_AUTHENTICATE);
            let challenges = challenges.iter().map(HeaderValue::as_bytes);
            return Err(login_refused(&proxy, challenges).into_transport_error());
        }
        Ok(response.map(|body| ResponseBody::new(Chunks(body))))
    }
}

impl HttpTransport for HyperTransport {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("proxies", &self.proxies).finish_non_exhaustive()
    }
}

struct Chunks(Incoming);

impl BodyChunks for Chunks {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async move {
            while let Some(frame) = self.0.frame().await {
                let frame = frame
                    .map_err(|error| TransportError::new(TransportErrorKind::Broken, error))?;
                // Trailers say nothing to us.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Ok(None)
        })
    }
}

/// Refuses what the client cannot send; the runtime to send in.
fn check(method: &Method, uri: &Uri) -> Result<Handle, TransportError> {
    let refuse = |reason: &'static str| TransportError::new(TransportErrorKind::Unusable, reason);
    let Ok(runtime) = Handle::try_current() else {
        return Err(refuse("there is no Tokio runtime: await it within #[tokio::main], say"));
    };
    if method == Method::CONNECT {
        return Err(refuse("CONNECT is for proxies"));
    }
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(refuse("the URI is not that of an http or https server"));
    }
    Ok(runtime)
}

/// What an error of the client means for the request.
fn send_error(error: ClientError) -> TransportError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<ConnectError>() {
            return inner.clone().into_transport_error();
        }
        // Canceled: hyper gives the request back, for the connection ended before it was taken up.
        // Closed: the connection ended before it was ready to take one up. Any other error can
        // come after the first byte.
        if let Some(inner) = inner.downcast_ref::<::hyper::Error>() {
            let untouched = inner.is_canceled() || inner.is_closed();
            let kind =
                if untouched { TransportErrorKind::NotSent } else { TransportErrorKind::Broken };
            return TransportError::new(kind, error);
        }
        cause = inner.source();
    }
    let kind =
        if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Broken };
    TransportError::new(kind, error)
}
