//! Opens connections: DNS and TCP, the proxy, TLS.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::ReadBufCursor;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::connect_error::ConnectError;
use super::preconnect::Spares;
use super::proxy::{Proxies, is_https};
use super::tunnel::tunnel;
use crate::profile::{Protocol, ProxyUrl};

/// Bytes in both directions, over TCP or TLS.
pub(super) type Stream = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Opens connections, each within one time limit.
pub(super) struct Dialer {
    tcp: HttpConnector,
    tls: TlsConnector,
    proxies: Arc<Proxies>,
    timeout: Duration,
}

impl Dialer {
    pub(super) fn new(tls: rustls::ClientConfig, proxies: Arc<Proxies>, timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Shared out between the addresses of a host, so that a dead one does not use it all up.
        tcp.set_connect_timeout(Some(timeout));
        Self { tcp, tls: TlsConnector::from(Arc::new(tls)), proxies, timeout }
    }

    /// Opens a connection for requests to the scheme, host and port of a URI.
    pub(super) async fn dial(&self, uri: &Uri) -> Result<Opened, ConnectError> {
        tokio::time::timeout(self.timeout, self.dial_without_limit(uri))
            .await
            .unwrap_or(Err(ConnectError::Time(self.timeout)))
    }

    async fn dial_without_limit(&self, uri: &Uri) -> Result<Opened, ConnectError> {
        let host = uri.host().unwrap_or_default();
        let Some(proxy) = self.proxies.of(uri)? else {
            let host_and_port = uri.authority().map(ToString::to_string).unwrap_or_default();
            let stream = self.tcp(uri.clone(), host_and_port).await?;
            let stream = if is_https(uri) { self.tls(stream, host).await? } else { stream };
            return Ok(Opened::new(stream, false));
        };
        let stream = self.to_proxy(proxy).await?;
        if !is_https(uri) {
            // The proxy is asked by the request itself, which names the whole URL.
            return Ok(Opened::new(stream, true));
        }
        let port = uri.port_u16().unwrap_or(Protocol::Https.default_port());
        let stream = tunnel(stream, proxy, &format!("{host}:{port}")).await?;
        Ok(Opened::new(self.tls(stream, host).await?, false))
    }

    async fn to_proxy(&self, proxy: &ProxyUrl) -> Result<Stream, ConnectError> {
        let uri: Uri = proxy.to_string().parse().map_err(|_| {
            ConnectError::Setting(format!("the proxy {proxy} does not fit into a URL"))
        })?;
        let stream = self.tcp(uri, format!("the proxy {proxy}")).await?;
        match proxy.protocol() {
            Protocol::Http => Ok(stream),
            Protocol::Https => self.tls(stream, proxy.host()).await,
        }
    }

    /// Connects to `whom`, as it is called in an error.
    async fn tcp(&self, uri: Uri, whom: String) -> Result<Stream, ConnectError> {
        match self.tcp.clone().call(uri).await {
            Ok(stream) => Ok(Box::new(stream.into_inner())),
            Err(error) => Err(ConnectError::Tcp { whom, source: Arc::new(error) }),
        }
    }

    async fn tls(&self, stream: Stream, host: &str) -> Result<Stream, ConnectError> {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| ConnectError::ServerName(name.to_owned()))?;
        match self.tls.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(ConnectError::tls(host, error)),
        }
    }
}

/// Hands connections to the HTTP client: opened ahead, or now.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) dialer: Arc<Dialer>,
    pub(super) spares: Arc<Spares>,
}

impl Service<Uri> for Connector {
    type Response = Opened;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Opened, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { dialer, spares } = self.clone();
        Box::pin(async move {
            match spares.take(&uri) {
                Some(spare) => Ok(spare),
                None => dialer.dial(&uri).await,
            }
        })
    }
}

/// An open connection on which nothing of a request was sent yet.
pub(super) struct Opened {
    stream: TokioIo<Stream>,
    /// Whether the other end is a proxy that wants whole URLs.
    to_proxy: bool,
}

impl Opened {
    pub(super) fn new(stream: Stream, to_proxy: bool) -> Self {
        Self { stream: TokioIo::new(stream), to_proxy }
    }

    /// Ready when the connection is of no use any more: closed, broken, or talking unasked.
    pub(super) fn poll_useless(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut byte = [0];
        Pin::new(self.stream.inner_mut())
            .poll_read(context, &mut ReadBuf::new(&mut byte))
            .map(|_| ())
    }
}

impl Connection for Opened {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.to_proxy)
    }
}

impl hyper::rt::Read for Opened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for Opened {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
