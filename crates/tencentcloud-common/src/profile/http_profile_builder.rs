#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::http_profile::CertificateSource;
use super::{Endpoint, HttpProfile, Protocol, Proxy, ProxyUrl, ReqMethod};
use crate::error::Error;
use crate::runtime::Environment;

/// The service closes a connection that is idle for this long.
const SERVER_IDLE: Duration = Duration::from_secs(60);

/// More idle connections to one host than this are surely a mistake.
const MAX_IDLE_CONNECTIONS: usize = 1000;

/// Builds an [`HttpProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct HttpProfileBuilder {
    profile: HttpProfile,
    endpoint: Option<Unchecked>,
    apigw_endpoint: Option<Unchecked>,
    proxy: Option<Unchecked>,
}

/// A URL that is not yet checked: a password may stand in it.
#[derive(Clone)]
struct Unchecked(zeroize::Zeroizing<String>);

impl std::fmt::Debug for Unchecked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(crate::redact::PLACEHOLDER)
    }
}

impl HttpProfileBuilder {
    /// Sets the protocol; other SDKs also call it scheme. Default: [`Protocol::Https`].
    #[doc(alias = "Scheme")]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.profile.protocol = protocol;
        self
    }

    /// Sets the endpoint: a host, a host and port, or a URL with its own protocol, as
    /// [`Endpoint::parse`] reads them. A path, as of a reverse proxy, is sent and not signed.
    /// Default: `<service>.<root domain>`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(Unchecked(endpoint.into().into()));
        self
    }

    /// Sets a gateway before the service: requests are signed for the endpoint, and then sent to
    /// this host, with this host in `Host`. Read like an [`endpoint`](Self::endpoint). The
    /// [breaker](crate::policy::breaker) reroutes no call then, for the gateway knows one endpoint only.
    /// Default: none.
    #[doc(alias = "ApigwEndpoint")]
    pub fn apigw_endpoint(mut self, apigw_endpoint: impl Into<String>) -> Self {
        self.apigw_endpoint = Some(Unchecked(apigw_endpoint.into().into()));
        self
    }

    /// Sets what follows the name of the service in the default endpoint. Default:
    /// [`HttpProfile::ROOT_DOMAIN`]; see also [`HttpProfile::INTERNATIONAL`] and
    /// [`HttpProfile::INTERNAL`].
    #[doc(alias = "rootDomain")]
    pub fn root_domain(mut self, root_domain: impl Into<String>) -> Self {
        self.profile.root_domain = root_domain.into();
        self
    }

    /// Sets whether the default endpoint names the region:
    /// `cvm.ap-shanghai-fsi.tencentcloudapi.com`. The regions of the finance industry need it.
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

    /// Sets how long one attempt may take, from connecting to the last byte of the response.
    /// Default: 60 s, as in the official SDKs.
    #[doc(alias("reqTimeout", "readTimeout", "writeTimeout", "timeout"))]
    pub fn req_timeout(mut self, req_timeout: Duration) -> Self {
        self.profile.req_timeout = req_timeout;
        self
    }

    /// Sets how long connecting may take: DNS, TCP, proxy and TLS together. Default: 10 s, or
    /// [`req_timeout`](Self::req_timeout) if that is shorter. It is a part of the time of the
    /// attempt, so [`build`](Self::build) refuses one that is longer than `req_timeout`.
    #[doc(alias = "connTimeout")]
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.profile.connect_timeout = Some(connect_timeout);
        self
    }

    /// Sets how long a stream of events may be silent before it counts as broken. Default: 60 s.
    pub fn sse_idle_timeout(mut self, sse_idle_timeout: Duration) -> Self {
        self.profile.sse_idle_timeout = sse_idle_timeout;
        self
    }

    /// Sets how many bytes the body of an answer may have, so that a broken server cannot fill
    /// the memory. Streams of events are not limited. Default: 100 MiB. What a typed response takes
    /// in memory is [limited](crate::protocol::model::json#memory) in proportion to its bytes.
    pub fn max_response_size(mut self, max_response_size: usize) -> Self {
        self.profile.max_response_size = max_response_size;
        self
    }

    /// Sets whether connections are kept and used again; without, every request says
    /// `Connection: close`. Default: `true`. (The official Python SDK has the default `false`,
    /// but only leaves out a header: it keeps connections as well.)
    #[doc(alias = "keepAlive")]
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.profile.keep_alive = keep_alive;
        self
    }

    /// Sets how long a connection is kept unused. Default: 30 s. It must be below the 60 s after
    /// which the service closes it, or requests meet closed connections.
    pub fn pool_idle_timeout(mut self, pool_idle_timeout: Duration) -> Self {
        self.profile.pool_idle_timeout = pool_idle_timeout;
        self
    }

    /// Sets how many idle connections are kept for each host and Tokio runtime. Default: 0, which
    /// means 128; at most 1000. More calls than that may run at once: their connections are closed
    /// afterwards. [`keep_alive(false)`](Self::keep_alive) keeps none.
    ///
    /// The official Python SDK also opens them ahead of the first call. Here a program that wants a
    /// warm connection makes an early call.
    #[doc(alias = "pool_max_idle_per_host")]
    pub fn pre_conn_pool_size(mut self, pre_conn_pool_size: usize) -> Self {
        self.profile.pre_conn_pool_size = pre_conn_pool_size;
        self
    }

    /// Sets the proxy for all hosts, as [`ProxyUrl::parse`] reads it:
    /// `http://user:password@proxy.example.com:3128`, or `socks5h://proxy.example.com`. Default:
    /// [`Proxy::FromEnvironment`].
    #[doc(alias = "proxyHost")]
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.proxy = Some(Unchecked(zeroize::Zeroizing::new(proxy.into())));
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.profile.proxy = Proxy::None;
        self
    }

    /// Sets where [`Proxy::FromEnvironment`] reads its variables. Default:
    /// [`Environment::process`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.profile.environment = environment;
        self
    }

    /// Trusts the certificates in a PEM file besides those of the platform, as of a company's own
    /// authority. The file is read when a client or transport is built. Can be repeated.
    ///
    /// The official setting `certification = False` is
    /// [`danger_certification_off`](Self::danger_certification_off).
    #[doc(alias = "add_root_certificate")]
    pub fn certification(self, path: impl Into<PathBuf>) -> Self {
        self.certification_of(path, "certification")
    }

    /// As [`certification`](Self::certification). `setting` is the name that errors use.
    pub(super) fn certification_of(
        mut self,
        path: impl Into<PathBuf>,
        setting: &'static str,
    ) -> Self {
        let file = CertificateSource::File { path: path.into(), setting };
        Arc::make_mut(&mut self.profile.certificates).push(file);
        self
    }

    /// Trusts these certificates, in PEM, besides those of the platform. Can be repeated.
    pub fn certification_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        Arc::make_mut(&mut self.profile.certificates).push(CertificateSource::Pem(pem.into()));
        self
    }

    /// Accepts any certificate of any server. Default: `false`.
    ///
    /// **Anybody on the way can then read and change everything**, secrets included; each client
    /// logs a warning. For a private authority use [`certification`](Self::certification) instead.
    /// The official SDK for Python spells it `certification = False`.
    #[doc(alias = "danger_accept_invalid_certs")]
    pub fn danger_certification_off(mut self, danger_certification_off: bool) -> Self {
        self.profile.certification_off = danger_certification_off;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the setting, when an endpoint or
    /// the root domain is not a host, a limit is zero or out of its range, or the proxy is not a
    /// URL.
    pub fn build(self) -> Result<HttpProfile, Error> {
        let Self { mut profile, endpoint, apigw_endpoint, proxy } = self;
        let parse = |name: &str, text: Unchecked| {
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
        if let Some(Unchecked(text)) = proxy {
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
        let default = Endpoint::of_name(&format!("service.{}", self.root_domain), self.protocol);
        if default.is_err() {
            // What stands before an `@` may be a password, and a query a signature.
            let shown = self.root_domain.rsplit('@').next().unwrap_or_default();
            let shown = shown.split(['?', '#']).next().unwrap_or_default();
            let shown: String = shown.chars().take(100).collect();
            return Err(Error::invalid_input(format!(
                "{shown:?} is no root_domain: give what follows the name of the service in a host, \
                 as in \"tencentcloudapi.com\""
            )));
        }
        for (name, limit) in [
            ("req_timeout", self.req_timeout),
            ("connect_timeout", self.connect_timeout()),
            ("sse_idle_timeout", self.sse_idle_timeout),
        ] {
            if limit.is_zero() {
                return Err(Error::invalid_input(format!(
                    "{name} is zero: no call could succeed; give a longer time"
                )));
            }
        }
        if let Some(connect) = self.connect_timeout.filter(|limit| *limit > self.req_timeout) {
            return Err(Error::invalid_input(format!(
                "connect_timeout ({connect:?}) is longer than req_timeout ({:?}), which includes \
                 it: lower connect_timeout or raise req_timeout",
                self.req_timeout
            )));
        }
        if self.max_response_size == 0 {
            return Err(Error::invalid_input(
                "max_response_size is zero: no call could succeed; give a number of bytes",
            ));
        }
        if self.pool_idle_timeout.is_zero() || self.pool_idle_timeout >= SERVER_IDLE {
            return Err(Error::invalid_input(format!(
                "pool_idle_timeout is {:?}: give more than zero and less than the 60 s after which \
                 the service closes a connection; to keep none use keep_alive(false)",
                self.pool_idle_timeout
            )));
        }
        if self.pre_conn_pool_size > MAX_IDLE_CONNECTIONS {
            return Err(Error::invalid_input(format!(
                "pre_conn_pool_size is {}: give at most {MAX_IDLE_CONNECTIONS}",
                self.pre_conn_pool_size
            )));
        }
        Ok(())
    }
}
