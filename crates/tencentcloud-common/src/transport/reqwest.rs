use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::bytes::Bytes;
use ::reqwest::{Body, Client, ClientBuilder, Url, redirect, retry};
use http::{HeaderValue, Method, StatusCode, Uri, header};

use super::per_runtime::PerRuntimeClients;
use super::proxy::{ProxySelector, authentication_error, is_https};
use super::write_tracker::{TrackedBody, WriteTracker};
use super::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture, TransportError,
    TransportErrorKind, reqwest_error, tls,
};
use crate::profile::HttpProfile;
use crate::runtime::tokio_runtime;

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("tencentcloud-sdk-rust/", env!("CARGO_PKG_VERSION")));

/// The default maximum number of idle connections per host.
const DEFAULT_MAX_IDLE: usize = 128;

/// A transport that uses [`reqwest`](https://docs.rs/reqwest) over HTTP/1.1.
///
/// [`new`](Self::new) uses the settings of a profile. [`from_builder`](Self::from_builder) uses those
/// of a `reqwest::ClientBuilder`, for example with a DNS resolver or a client certificate. In both
/// cases reqwest does not follow redirects and does not retry, and gzip is the only encoding that is
/// requested and decoded.
///
/// Clones share connections. Dropping the last clone closes them. Connections are per Tokio runtime,
/// because they make no progress while their runtime is not polled.
///
/// ```
/// use tencentcloud_common::profile::HttpProfile;
/// use tencentcloud_common::transport::ReqwestTransport;
///
/// let transport = ReqwestTransport::new(&HttpProfile::default())?;
/// # Ok::<(), tencentcloud_common::transport::TransportError>(())
/// ```
#[derive(Clone)]
pub struct ReqwestTransport(Arc<Inner>);

struct Inner {
    clients: PerRuntimeClients,
    proxies: ProxySelector,
    keep_alive: bool,
    /// `None` if the program sets it in its builder.
    connect_timeout: Option<Duration>,
}

impl ReqwestTransport {
    /// Creates a transport with these settings of a profile: `connect_timeout`, `keep_alive`,
    /// `pool_idle_timeout`, `pre_conn_pool_size`, `proxy`, `certification` and
    /// `danger_certification_off`.
    ///
    /// TLS uses rustls with ring and the root certificates of the platform. They are loaded for the
    /// first TLS connection, so plain HTTP works on a machine without them. No process-wide
    /// `CryptoProvider` is used or installed.
    ///
    /// # Errors
    ///
    /// [`Unusable`](TransportErrorKind::Unusable) when a certificate cannot be read or reqwest
    /// rejects a setting.
    pub fn new(profile: &HttpProfile) -> Result<Self, TransportError> {
        let proxies = ProxySelector::new(profile);
        let reqwest_proxies = proxies.to_reqwest().map_err(unusable)?;
        let tls = tls::config(profile)?;
        let (connect_timeout, idle_timeout) =
            (profile.connect_timeout(), profile.pool_idle_timeout());
        let max_idle = match profile.pre_conn_pool_size() {
            _ if !profile.keep_alive() => 0,
            0 => DEFAULT_MAX_IDLE,
            size => size,
        };
        let make_builder = move || {
            // Without `no_proxy`, reqwest would read the proxy variables of the process.
            let builder = reqwest_proxies
                .iter()
                .cloned()
                .fold(Client::builder().no_proxy(), ClientBuilder::proxy);
            builder
                .tls_backend_preconfigured(tls.clone())
                .no_hickory_dns()
                .connect_timeout(connect_timeout)
                .pool_idle_timeout(idle_timeout)
                .pool_max_idle_per_host(max_idle)
        };
        Self::build(make_builder, proxies, profile.keep_alive(), Some(connect_timeout))
    }

    /// Creates a transport with a `reqwest::ClientBuilder`. `make_builder` is called once for each
    /// Tokio runtime, and once here to validate the settings.
    ///
    /// The builder sets connect timeout, connection pool, proxies, DNS and TLS. These settings of the
    /// profile have no effect: `connect_timeout`, `keep_alive`,
    /// `pool_idle_timeout`, `pre_conn_pool_size`, `proxy`, `environment`, `certification` and
    /// `danger_certification_off`. `req_timeout` and `max_response_size` still apply.
    ///
    /// This crate does not enable a TLS backend of reqwest: enable a TLS feature of reqwest, or call
    /// `tls_backend_preconfigured`. A `timeout` of the builder also limits event streams.
    ///
    /// ```
    /// use tencentcloud_common::reqwest;
    /// use tencentcloud_common::transport::ReqwestTransport;
    ///
    /// # fn tls() -> impl std::any::Any + Clone {
    /// #     let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    /// #     let builder = rustls::ClientConfig::builder_with_provider(ring);
    /// #     let builder = builder.with_safe_default_protocol_versions().unwrap();
    /// #     builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
    /// # }
    /// let transport = ReqwestTransport::from_builder(|| {
    ///     reqwest::Client::builder()
    ///         .tls_backend_preconfigured(tls()) // a `rustls::ClientConfig`
    ///         .resolve("cvm.tencentcloudapi.com", ([10, 0, 0, 8], 443).into())
    /// })?;
    /// # Ok::<(), tencentcloud_common::transport::TransportError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unusable`](TransportErrorKind::Unusable) when reqwest rejects the settings.
    pub fn from_builder(
        make_builder: impl Fn() -> ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, TransportError> {
        Self::build(make_builder, ProxySelector::default(), true, None)
    }

    fn build(
        make_builder: impl Fn() -> ClientBuilder + Send + Sync + 'static,
        proxies: ProxySelector,
        keep_alive: bool,
        connect_timeout: Option<Duration>,
    ) -> Result<Self, TransportError> {
        let clients = PerRuntimeClients::new(move || with_fixed_settings(make_builder()));
        clients.build()?;
        Ok(Self(Arc::new(Inner { clients, proxies, keep_alive, connect_timeout })))
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Result<Response, TransportError> {
        let Inner { clients, proxies, keep_alive, connect_timeout } = &*self.0;
        let runtime = tokio_runtime::with_timer().map_err(unusable)?;
        let (mut parts, bytes) = request.into_parts();
        let url = checked_url(&parts.method, &parts.uri)?;
        let proxy = proxies
            .for_uri(&parts.uri)
            .map_err(|reason| TransportError::new(TransportErrorKind::Rejected, reason))?;
        let client = clients.get(&runtime)?;
        let tracker = parts.extensions.remove::<WriteTracker>().unwrap_or_default();
        tracker.start();
        parts.headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
        if !keep_alive {
            parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // hyper leaves it out, and some gateways then reject the request with status 411.
        if bytes.is_empty() && parts.method != Method::GET {
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut request = ::reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(Body::wrap(TrackedBody { bytes, tracker: tracker.clone() }));
        // Lets the runtime poll its sockets first. Otherwise, after the program has blocked a thread,
        // the pool would return connections that the server has closed.
        tokio::task::yield_now().await;
        let response = client.execute(request).await.map_err(|error| {
            reqwest_error::request_error(error, &tracker, &parts.uri, proxy, *connect_timeout)
        })?;
        if let Some(proxy) = proxy.filter(|_| !is_https(&parts.uri))
            && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        {
            let challenges = response.headers().get_all(header::PROXY_AUTHENTICATE);
            let reason = authentication_error(proxy, challenges.iter().map(HeaderValue::as_bytes));
            return Err(TransportError::new(TransportErrorKind::Rejected, reason));
        }
        Ok(into_response(response))
    }
}

/// Applies the settings that all clients have. Features of reqwest that other crates enable must not
/// change the behavior of this crate.
fn with_fixed_settings(builder: ClientBuilder) -> ClientBuilder {
    builder
        .http1_only()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .gzip(true)
        .no_brotli()
        .no_deflate()
        .no_zstd()
}

impl HttpTransport for ReqwestTransport {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("proxies", &self.0.proxies).finish_non_exhaustive()
    }
}

/// Converts a response of reqwest without reading its body.
fn into_response(mut response: ::reqwest::Response) -> Response {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.version_mut() = response.version();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    head.map(|()| ResponseBody::new(Chunks(response)))
}

struct Chunks(::reqwest::Response);

impl BodyChunks for Chunks {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async move { self.0.chunk().await.map_err(reqwest_error::body_error) })
    }
}

/// Converts a URI to a URL. Fails if the URL would be sent differently.
fn checked_url(method: &Method, uri: &Uri) -> Result<Url, TransportError> {
    if method == Method::CONNECT {
        return Err(unusable("the method CONNECT is not supported"));
    }
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(unusable("the URL must begin with http:// or https:// and a host"));
    }
    let url = Url::parse(&uri.to_string()).map_err(unusable)?;
    // `Url` resolves `..` and percent-encodes characters, which would invalidate the signature.
    if url.path() != uri.path() || url.query() != uri.query() {
        return Err(unusable(
            "the path and query of the URL must be normalized, without `..` and with special \
             characters percent-encoded",
        ));
    }
    Ok(url)
}

fn unusable(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Unusable, reason)
}
