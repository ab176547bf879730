#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::http_profile::CertificateSource;
use super::{Endpoint, HttpProfile, Protocol, Proxy, ProxyUrl, ReqMethod};
use crate::error::Error;
use crate::runtime::Environment;

/// The service closes connections that are idle for this long.
const SERVER_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// A larger number of idle connections per host is certainly an error.
const MAX_IDLE_CONNECTIONS: usize = 1000;

/// A builder for an [`HttpProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct HttpProfileBuilder {
    profile: HttpProfile,
    endpoint: Option<UnparsedUrl>,
    apigw_endpoint: Option<UnparsedUrl>,
    proxy: Option<UnparsedUrl>,
}

/// A URL that is not parsed yet. It may contain a password, so `Debug` does not show it.
#[derive(Clone)]
struct UnparsedUrl(zeroize::Zeroizing<String>);

impl std::fmt::Debug for UnparsedUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(crate::redact::PLACEHOLDER)
    }
}

impl HttpProfileBuilder {
    /// Sets the protocol. It applies unless the endpoint has its own. Default: [`Protocol::Https`].
    #[doc(alias = "Scheme")]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.profile.protocol = protocol;
        self
    }

    /// Sets the endpoint: a host, a host and port, or a URL; see [`Endpoint::parse`]. A path, such as
    /// that of a reverse proxy, is sent but not signed. Default: `<service>.<root domain>`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(UnparsedUrl(endpoint.into().into()));
        self
    }

    /// Sets a gateway in front of the service. Requests are signed for the endpoint, but sent to
    /// the gateway, with the host of the gateway in the header `Host`. The text is parsed like an
    /// [`endpoint`](Self::endpoint). With a gateway the [breaker](crate::policy::breaker) does not
    /// reroute calls, because a gateway forwards to one endpoint only. Default: none.
    #[doc(alias("ApigwEndpoint", "gateway"))]
    pub fn apigw_endpoint(mut self, apigw_endpoint: impl Into<String>) -> Self {
        self.apigw_endpoint = Some(UnparsedUrl(apigw_endpoint.into().into()));
        self
    }

    /// Sets the domain that follows the name of the service in the default endpoint. Default:
    /// [`HttpProfile::ROOT_DOMAIN`]; see also [`HttpProfile::INTERNATIONAL`] and
    /// [`HttpProfile::INTERNAL`].
    #[doc(alias = "rootDomain")]
    pub fn root_domain(mut self, root_domain: impl Into<String>) -> Self {
        self.profile.root_domain = root_domain.into();
        self
    }

    /// Sets whether the default endpoint contains the region, such as
    /// `cvm.ap-shanghai-fsi.tencentcloudapi.com`. The regions of the finance industry require it.
    /// Default: `false`.
    pub fn regional_endpoint(mut self, regional_endpoint: bool) -> Self {
        self.profile.regional_endpoint = regional_endpoint;
        self
    }

    /// Sets the HTTP method. Default: [`ReqMethod::Post`].
    #[doc(alias = "reqMethod")]
    pub fn req_method(mut self, req_method: ReqMethod) -> Self {
        self.profile.req_method = req_method;
        self
    }

    /// Sets the timeout of one attempt, from connecting to the last byte of the response.
    /// Default: 60 s, as in the official SDKs.
    #[doc(alias("reqTimeout", "readTimeout", "writeTimeout", "timeout"))]
    pub fn req_timeout(mut self, req_timeout: Duration) -> Self {
        self.profile.req_timeout = req_timeout;
        self
    }

    /// Sets the timeout for connecting: DNS, TCP, proxy and TLS together. It must not be longer
    /// than [`req_timeout`](Self::req_timeout), which includes it. Default: 10 s, or `req_timeout`
    /// if that is shorter.
    #[doc(alias = "connTimeout")]
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.profile.connect_timeout = Some(connect_timeout);
        self
    }

    /// Sets the idle timeout of event streams: a stream fails if it sends no byte for this time.
    /// Default: 60 s.
    #[doc(alias = "read_timeout")]
    pub fn sse_idle_timeout(mut self, sse_idle_timeout: Duration) -> Self {
        self.profile.sse_idle_timeout = sse_idle_timeout;
        self
    }

    /// Sets the maximum size of the body of a response, in bytes, so that a faulty server cannot
    /// exhaust the memory. In an event stream it limits each event, not the stream. Default:
    /// 100 MiB. The memory of a typed response has its own
    /// [limit](crate::protocol::model::json#memory).
    pub fn max_response_size(mut self, max_response_size: usize) -> Self {
        self.profile.max_response_size = max_response_size;
        self
    }

    /// Sets whether connections are kept alive and reused. With `false`, every request has the header
    /// `Connection: close`. Default: `true`. (In the official Python SDK the default is `false`, but
    /// that setting only adds a header: connections are kept in both cases.)
    #[doc(alias = "keepAlive")]
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.profile.keep_alive = keep_alive;
        self
    }

    /// Sets how long an idle connection is kept in the pool. It must be less than 60 s, because the
    /// service closes idle connections after that time. Default: 30 s.
    pub fn pool_idle_timeout(mut self, pool_idle_timeout: Duration) -> Self {
        self.profile.pool_idle_timeout = pool_idle_timeout;
        self
    }

    /// Sets the maximum number of idle connections per host and Tokio runtime, up to 1000. It does
    /// not limit concurrent calls: surplus connections are closed after use. With
    /// [`keep_alive(false)`](Self::keep_alive) there are no idle connections. Default: 0, which means
    /// 128.
    ///
    /// The official Python SDK also opens these connections before the first call. This crate does
    /// not: to warm up a connection, make an early call.
    #[doc(alias = "pool_max_idle_per_host")]
    pub fn pre_conn_pool_size(mut self, pre_conn_pool_size: usize) -> Self {
        self.profile.pre_conn_pool_size = pre_conn_pool_size;
        self
    }

    /// Sets the proxy for all hosts, such as `http://user:password@proxy.example.com:3128` or
    /// `socks5h://proxy.example.com`; see [`ProxyUrl::parse`]. Default: [`Proxy::FromEnvironment`].
    #[doc(alias = "proxyHost")]
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.proxy = Some(UnparsedUrl(zeroize::Zeroizing::new(proxy.into())));
        self
    }

    /// Disables proxies, including those of the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.profile.proxy = Proxy::None;
        self
    }

    /// Sets the environment that [`Proxy::FromEnvironment`] reads. Default:
    /// [`Environment::process`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.profile.environment = environment;
        self
    }

    /// Adds trusted certificates from a PEM file to those of the platform, such as the certificate of
    /// a private CA. The file is read when a client or transport is built. Can be called repeatedly.
    ///
    /// For the official setting `certification = False`, use
    /// [`danger_certification_off`](Self::danger_certification_off).
    #[doc(alias("add_root_certificate", "ca_bundle"))]
    pub fn certification(self, path: impl Into<PathBuf>) -> Self {
        self.certificate_file(path, "certification")
    }

    /// Like [`certification`](Self::certification). Errors contain the name `setting`.
    pub(super) fn certificate_file(
        mut self,
        path: impl Into<PathBuf>,
        setting: &'static str,
    ) -> Self {
        let file = CertificateSource::File { path: path.into(), setting };
        Arc::make_mut(&mut self.profile.certificates).push(file);
        self
    }

    /// Adds trusted certificates in PEM to those of the platform. Can be called repeatedly.
    pub fn certification_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        Arc::make_mut(&mut self.profile.certificates).push(CertificateSource::Pem(pem.into()));
        self
    }

    /// Disables (`true`) or enables (`false`) the verification of server certificates. Default:
    /// `false`.
    ///
    /// **With `true`, anyone on the network path can read and change all traffic**, including
    /// secrets. Each client logs a warning. For a private CA use
    /// [`certification`](Self::certification) instead. In the official SDK for Python this setting is
    /// `certification = False`.
    #[doc(alias = "danger_accept_invalid_certs")]
    pub fn danger_certification_off(mut self, danger_certification_off: bool) -> Self {
        self.profile.certification_off = danger_certification_off;
        self
    }

    /// Builds the profile.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the setting, when an
    /// endpoint, the root domain or the proxy is invalid, or a timeout or size is out of range.
    pub fn build(self) -> Result<HttpProfile, Error> {
        let Self { mut profile, endpoint, apigw_endpoint, proxy } = self;
        let parse = |name: &str, text: UnparsedUrl| {
            Endpoint::parse(&text.0, profile.protocol)
                .map_err(|error| Error::invalid_input(format!("{name}: {}", error.message())))
        };
        profile.endpoint = match endpoint {
            Some(text) => Some(parse("endpoint", text)?),
            None => profile.endpoint,
        };
        profile.apigw_endpoint = match apigw_endpoint {
            Some(text) => Some(parse("apigw_endpoint", text)?),
            None => profile.apigw_endpoint,
        };
        if let Some(UnparsedUrl(text)) = proxy {
            let url = ProxyUrl::parse(&text);
            profile.proxy =
                Proxy::Url(url.map_err(|error| {
                    Error::invalid_input(format!("proxy: {}", error.message()))
                })?);
        }
        profile.check()?;
        Ok(profile)
    }
}

impl HttpProfile {
    fn check(&self) -> Result<(), Error> {
        let default =
            Endpoint::from_host_name(&format!("service.{}", self.root_domain), self.protocol);
        if default.is_err() {
            // The text before an `@` may be a password, and a query may be a signature.
            let shown = self.root_domain.rsplit('@').next().unwrap_or_default();
            let shown = shown.split(['?', '#']).next().unwrap_or_default();
            let shown: String = shown.chars().take(100).collect();
            if self.root_domain.contains('@') {
                return Err(Error::invalid_input(
                    "root_domain contains a user name: remove the part before '@'",
                ));
            }
            return Err(Error::invalid_input(format!(
                "invalid root_domain {shown:?}: expected the domain that follows the name of the \
                 service, such as \"tencentcloudapi.com\""
            )));
        }
        for (name, timeout) in [
            ("req_timeout", self.req_timeout),
            ("connect_timeout", self.connect_timeout()),
            ("sse_idle_timeout", self.sse_idle_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::invalid_input(format!(
                    "{name} must be longer than zero, or no call could succeed"
                )));
            }
        }
        if let Some(connect) = self.connect_timeout.filter(|timeout| *timeout > self.req_timeout) {
            return Err(Error::invalid_input(format!(
                "connect_timeout ({connect:?}) is longer than req_timeout ({:?}), which includes \
                 it: lower connect_timeout or raise req_timeout",
                self.req_timeout
            )));
        }
        if self.max_response_size == 0 {
            return Err(Error::invalid_input(
                "max_response_size must be at least 1 byte, or no call could succeed",
            ));
        }
        if self.pool_idle_timeout.is_zero() || self.pool_idle_timeout >= SERVER_IDLE_TIMEOUT {
            return Err(Error::invalid_input(format!(
                "pool_idle_timeout must be above zero and below 60 s, after which the service closes \
                 idle connections, got {:?}; to disable the pool use keep_alive(false)",
                self.pool_idle_timeout
            )));
        }
        if self.pre_conn_pool_size > MAX_IDLE_CONNECTIONS {
            return Err(Error::invalid_input(format!(
                "pre_conn_pool_size must be at most {MAX_IDLE_CONNECTIONS}, got {}",
                self.pre_conn_pool_size
            )));
        }
        Ok(())
    }
}
