use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Endpoint, HttpProfileBuilder, Protocol, Proxy};
use crate::error::Error;
use crate::profile::Region;
use crate::runtime::Environment;

/// Where to read trusted certificates in PEM. The transport reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CertificateSource {
    /// A file, and the name of the setting that has its path.
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
    /// The name of the method, such as `POST`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

impl std::str::FromStr for ReqMethod {
    type Err = Error;

    /// Reads `POST` or `GET`, in any case.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            _ if text.eq_ignore_ascii_case("POST") => Ok(Self::Post),
            _ if text.eq_ignore_ascii_case("GET") => Ok(Self::Get),
            _ => Err(Error::invalid_input(format!(
                "{text:?} is no HTTP method of the API: use \"POST\" or \"GET\""
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

/// How requests travel: endpoint, protocol, time limits, connections, proxy and trust.
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
    /// The root domain of the Chinese site, and the default.
    pub const ROOT_DOMAIN: &str = "tencentcloudapi.com";

    /// The root domain of the international site.
    pub const INTERNATIONAL: &str = "intl.tencentcloudapi.com";

    /// The root domain that is reached from inside of the cloud's networks.
    pub const INTERNAL: &str = "internal.tencentcloudapi.com";

    const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Starts from the defaults.
    #[doc(alias = "NewHttpProfile")]
    pub fn builder() -> HttpProfileBuilder {
        HttpProfileBuilder::default()
    }

    /// The protocol, where the endpoint does not say its own. Default: [`Protocol::Https`].
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The endpoint that was set; `None`, the default, for `<service>.<root domain>`.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// The gateway that requests are sent to after they were signed for the endpoint. Default:
    /// `None`.
    pub fn apigw_endpoint(&self) -> Option<&Endpoint> {
        self.apigw_endpoint.as_ref()
    }

    /// What follows the name of the service in the default endpoint. Default:
    /// [`ROOT_DOMAIN`](Self::ROOT_DOMAIN).
    pub fn root_domain(&self) -> &str {
        &self.root_domain
    }

    /// Whether the default endpoint names the region. Default: `false`.
    pub fn regional_endpoint(&self) -> bool {
        self.regional_endpoint
    }

    /// The HTTP method. Default: [`ReqMethod::Post`].
    pub fn req_method(&self) -> ReqMethod {
        self.req_method
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. Default:
    /// 60 s.
    pub fn req_timeout(&self) -> Duration {
        self.req_timeout
    }

    /// Returns how long connecting may take: DNS, TCP, proxy and TLS together. Default: 10 s, or
    /// `req_timeout` if that is shorter.
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(self.req_timeout.min(Self::CONNECT_TIMEOUT))
    }

    /// How long a stream of events may be silent. Default: 60 s.
    pub fn sse_idle_timeout(&self) -> Duration {
        self.sse_idle_timeout
    }

    /// How many bytes the body of an answer may have. Default: 100 MiB.
    pub fn max_response_size(&self) -> usize {
        self.max_response_size
    }

    /// Whether connections are kept and used again. Default: `true`.
    pub fn keep_alive(&self) -> bool {
        self.keep_alive
    }

    /// How long a connection is kept unused. Default: 30 s.
    pub fn pool_idle_timeout(&self) -> Duration {
        self.pool_idle_timeout
    }

    /// Returns the number of idle connections that are kept for each host; 0, the default, means
    /// 128.
    pub fn pre_conn_pool_size(&self) -> usize {
        self.pre_conn_pool_size
    }

    /// Which proxy requests go through. Default: [`Proxy::FromEnvironment`].
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// Where [`Proxy::FromEnvironment`] reads its variables. Default: the process.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// How many files and PEM texts with trusted certificates there are besides the trusted
    /// certificates of the platform. Default: 0.
    pub fn extra_certificates(&self) -> usize {
        self.certificates.len()
    }

    /// Whether any certificate of any server is accepted. Default: `false`.
    pub fn danger_certification_off(&self) -> bool {
        self.certification_off
    }

    pub(crate) fn certificates(&self) -> &[CertificateSource] {
        &self.certificates
    }

    /// Where the requests of `service` for `region` go: the endpoint that was set, or
    /// `<service>.<region>.<root domain>` with
    /// [`regional_endpoint`](HttpProfileBuilder::regional_endpoint), or `<service>.<root domain>`.
    /// Without a region there is no regional endpoint.
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
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the name of the service or of the
    /// region does not fit into a host name.
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
        Endpoint::of_name(&host, self.protocol)
    }
}
