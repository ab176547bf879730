use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use ::bytes::Bytes;
use rustls_platform_verifier::BuilderVerifierExt;

use super::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture, TransportError,
    TransportErrorKind,
};
use crate::profile::HttpProfile;

/// The server closes a connection that is idle for 60 s; ours must be given up well before.
const POOL_IDLE: Duration = Duration::from_secs(30);

/// HTTP/1.1 over a pool of kept-alive connections, with TLS by rustls and ring and the trusted
/// roots of the platform; proxies are taken from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
///
/// Clones share the pool. No process-wide TLS provider is used or installed.
///
/// ```
/// use tencentcloud_common::profile::HttpProfile;
/// use tencentcloud_common::transport::ReqwestTransport;
///
/// let transport = ReqwestTransport::new(&HttpProfile::default())?;
/// # Ok::<(), tencentcloud_common::transport::TransportError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
}

impl ReqwestTransport {
    /// Makes a transport with the time limits of a profile.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Unusable`] when TLS cannot be set up, for instance because the
    /// trusted roots of the platform cannot be read.
    pub fn new(profile: &HttpProfile) -> Result<Self, TransportError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(unusable)?
            .with_no_client_auth();
        let client = ::reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            // What was signed for one host must not go to another.
            .redirect(::reqwest::redirect::Policy::none())
            .retry(::reqwest::retry::never())
            .referer(false)
            .connect_timeout(profile.connect_timeout())
            .pool_idle_timeout(POOL_IDLE)
            .user_agent(concat!("tencentcloud-sdk-rust/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(unusable)?;
        Ok(Self { client })
    }
}

impl HttpTransport for ReqwestTransport {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        Box::pin(async move {
            let request = ::reqwest::Request::try_from(request).map_err(unusable)?;
            let response = self.client.execute(request).await.map_err(error)?;
            let response: http::Response<::reqwest::Body> = response.into();
            Ok(Response::from(response.map(|body| {
                let response = ::reqwest::Response::from(http::Response::new(body));
                ResponseBody::new(Chunks(response))
            })))
        })
    }
}

struct Chunks(::reqwest::Response);

impl BodyChunks for Chunks {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async move { self.0.chunk().await.map_err(error) })
    }
}

fn unusable(source: impl StdError + Send + Sync + 'static) -> TransportError {
    TransportError::new(TransportErrorKind::Unusable, source)
}

fn error(error: ::reqwest::Error) -> TransportError {
    let kind = match (error.is_connect(), error.is_timeout(), error.is_builder()) {
        (true, true, _) => TransportErrorKind::ConnectTimeout,
        (true, false, _) => TransportErrorKind::Connect,
        (_, _, true) => TransportErrorKind::Unusable,
        _ => TransportErrorKind::Broken,
    };
    // The URL is the endpoint, which the caller knows; a proxy's may hold a password.
    TransportError::new(kind, error.without_url())
}
