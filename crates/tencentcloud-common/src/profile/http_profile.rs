use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Endpoint, HttpProfileBuilder, Protocol, Proxy};
use crate::error::Error;
use crate::profile::Region;
use crate::runtime::Environment;

/// A source of trusted certificates in PEM. The transport reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CertificateSource {
    /// A file, and the name of the setting that its path comes from.
    File {
        path: PathBuf,
        setting: &'static str,
    },
    Pem(Vec<u8>),
}

/// The HTTP method of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReqMethod {
    /// `POST`, with the parameters as JSON in the body; the default.
    #[default]
    Post,
    /// `GET`, with the parameters in the query: at most 32 KB, and visible in the logs of proxies.
    Get,
}

impl ReqMethod {
    /// Returns the name of the method: `POST` or `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

impl std::str::FromStr for ReqMethod {
    type Err = Error;

    /// Parses `POST` or `GET`, in any case.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            _ if text.eq_ignore_ascii_case("POST") => Ok(Self::Post),
            _ if text.eq_ignore_ascii_case("GET") => Ok(Self::Get),
            _ => Err(Error::invalid_input(format!(
                "invalid HTTP method {text:?}: expected \"POST\" or \"GET\""
            ))),
        }
    }
}

impl From<ReqMethod> for http::Method {
    fn from(method: ReqMethod) -> Self {
        match method {
            ReqMethod::Post => Self::POST,
            ReqMethod::Get => Self::GET,
        }
    }
}

/// The HTTP settings of a client: endpoint, timeouts, connections, proxy and trusted certificates.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpProfile {
    pub(super) protocol: Protocol,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) apigw_endpoint: Option<Endpoint>,
    pub(super) root_domain: String,
    pub(super) regional_endpoint: bool,
    pub(super) req_method: ReqMethod,
    pub(super) req_timeout: Duration,
    /// `None` for the default.
    pub(super) connect_timeout: Option<Duration>,
    pub(super) sse_idle_timeout: Duration,
    pub(super) max_response_size: usize,
    pub(super) keep_alive: bool,
    pub(super) pool_idle_timeout: Duration,
    pub(super) pre_conn_pool_size: usize,
    pub(super) proxy: Proxy,
    pub(super) environment: Environment,
    pub(super) certificates: Arc<Vec<CertificateSource>>,
    pub(super) certification_off: bool,
}

impl Default for HttpProfile {
    fn default() -> Self {
        Self {
            protocol: Protocol::Https,
            endpoint: None,
            apigw_endpoint: None,
            root_domain: Self::ROOT_DOMAIN.to_owned(),
            regional_endpoint: false,
            req_method: ReqMethod::Post,
            req_timeout: Duration::from_secs(60),
            connect_timeout: None,
            sse_idle_timeout: Duration::from_secs(60),
            max_response_size: 100 * 1024 * 1024,
            keep_alive: true,
            pool_idle_timeout: Duration::from_secs(30),
            pre_conn_pool_size: 0,
            proxy: Proxy::FromEnvironment,
            environment: Environment::process(),
            certificates: Arc::default(),
            certification_off: false,
        }
    }
}

impl HttpProfile {
    /// The root domain of the Chinese site; the default.
    pub const ROOT_DOMAIN: &str = "tencentcloudapi.com";

    /// The root domain of the international site.
    pub const INTERNATIONAL: &str = "intl.tencentcloudapi.com";

    /// The root domain for requests from inside the networks of the cloud.
    pub const INTERNAL: &str = "internal.tencentcloudapi.com";

    const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Creates a builder with the defaults.
    #[doc(alias = "NewHttpProfile")]
    pub fn builder() -> HttpProfileBuilder {
        HttpProfileBuilder::default()
    }

    /// Returns the protocol, which applies unless the endpoint has its own. Default:
    /// [`Protocol::Https`].
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Returns the endpoint that was set. The default, `None`, means `<service>.<root domain>`.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Returns the gateway that requests are sent to. They are signed for the endpoint. Default:
    /// `None`.
    pub fn apigw_endpoint(&self) -> Option<&Endpoint> {
        self.apigw_endpoint.as_ref()
    }

    /// Returns the domain that follows the name of the service in the default endpoint. Default:
    /// [`ROOT_DOMAIN`](Self::ROOT_DOMAIN).
    pub fn root_domain(&self) -> &str {
        &self.root_domain
    }

    /// Returns whether the default endpoint contains the region. Default: `false`.
    pub fn regional_endpoint(&self) -> bool {
        self.regional_endpoint
    }

    /// Returns the HTTP method. Default: [`ReqMethod::Post`].
    pub fn req_method(&self) -> ReqMethod {
        self.req_method
    }

    /// Returns the timeout of one attempt, from connecting to the last byte of the response.
    /// Default: 60 s.
    pub fn req_timeout(&self) -> Duration {
        self.req_timeout
    }

    /// Returns the timeout for connecting: DNS, TCP, proxy and TLS together. Default: 10 s, or
    /// `req_timeout` if that is shorter.
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(self.req_timeout.min(Self::CONNECT_TIMEOUT))
    }

    /// Returns the idle timeout of event streams. Default: 60 s.
    pub fn sse_idle_timeout(&self) -> Duration {
        self.sse_idle_timeout
    }

    /// Returns the maximum size of the body of a response, in bytes. Default: 100 MiB.
    pub fn max_response_size(&self) -> usize {
        self.max_response_size
    }

    /// Returns whether connections are kept alive and reused. Default: `true`.
    pub fn keep_alive(&self) -> bool {
        self.keep_alive
    }

    /// Returns how long an idle connection is kept in the pool. Default: 30 s.
    pub fn pool_idle_timeout(&self) -> Duration {
        self.pool_idle_timeout
    }

    /// Returns the maximum number of idle connections per host; 0, the default, means 128.
    pub fn pre_conn_pool_size(&self) -> usize {
        self.pre_conn_pool_size
    }

    /// Returns the proxy. Default: [`Proxy::FromEnvironment`].
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// Returns the environment that [`Proxy::FromEnvironment`] reads. Default: that of the process.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the number of files and PEM texts with additional trusted certificates. Default: 0.
    pub fn extra_certificates(&self) -> usize {
        self.certificates.len()
    }

    /// Returns whether the verification of server certificates is disabled. Default: `false`.
    pub fn danger_certification_off(&self) -> bool {
        self.certification_off
    }

    pub(crate) fn certificates(&self) -> &[CertificateSource] {
        &self.certificates
    }

    /// Returns the endpoint of a service and region: the endpoint that was set,
    /// `<service>.<region>.<root domain>` with
    /// [`regional_endpoint`](HttpProfileBuilder::regional_endpoint), or `<service>.<root domain>`.
    /// If `region` is empty, the endpoint does not contain it.
    ///
    /// ```
    /// use tencentcloud_common::{HttpProfile, Region};
    ///
    /// let profile = HttpProfile::builder().regional_endpoint(true).build()?;
    /// let endpoint = profile.endpoint_of("cvm", &Region::AP_SHANGHAI_FSI)?;
    /// assert_eq!(endpoint.host(), "cvm.ap-shanghai-fsi.tencentcloudapi.com");
    /// # Ok::<(), tencentcloud_common::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the name of the service or region cannot
    /// be a part of a host name.
    pub fn endpoint_of(&self, service: &str, region: &Region) -> Result<Endpoint, Error> {
        if let Some(endpoint) = &self.endpoint {
            return Ok(endpoint.clone());
        }
        let root = &self.root_domain;
        let host = if self.regional_endpoint && !region.is_empty() {
            format!("{service}.{region}.{root}")
        } else {
            format!("{service}.{root}")
        };
        Endpoint::from_host_name(&host, self.protocol)
    }
}
