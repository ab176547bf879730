use std::time::Duration;

use super::{Endpoint, Protocol};
use crate::error::Error;

/// The HTTP method of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReqMethod {
    /// `POST`, with the parameters as JSON in the body; the default.
    #[default]
    Post,
}

impl ReqMethod {
    /// The name of the method, such as `POST`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
        }
    }
}

/// How requests travel: endpoint, protocol and time limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpProfile {
    protocol: Protocol,
    endpoint: Option<Endpoint>,
    root_domain: String,
    req_method: ReqMethod,
    req_timeout: Duration,
    connect_timeout: Duration,
}

impl Default for HttpProfile {
    fn default() -> Self {
        Self {
            protocol: Protocol::Https,
            endpoint: None,
            root_domain: "tencentcloudapi.com".to_owned(),
            req_method: ReqMethod::Post,
            req_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

impl HttpProfile {
    /// Starts from the defaults.
    pub fn builder() -> HttpProfileBuilder {
        HttpProfileBuilder::default()
    }

    /// The protocol, where the endpoint does not say its own.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The endpoint that was set; `None` for `<service>.<root domain>`.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// What follows the name of the service in the default endpoint.
    pub fn root_domain(&self) -> &str {
        &self.root_domain
    }

    /// The HTTP method.
    pub fn req_method(&self) -> ReqMethod {
        self.req_method
    }

    /// How long one attempt may take, from connecting to the last byte of the answer.
    pub fn req_timeout(&self) -> Duration {
        self.req_timeout
    }

    /// How long connecting may take, TLS included.
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// Where the requests of `service` go.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the name of the service does not fit
    /// into a host name.
    pub fn endpoint_of(&self, service: &str) -> Result<Endpoint, Error> {
        match &self.endpoint {
            Some(endpoint) => Ok(endpoint.clone()),
            None => Endpoint::parse(&format!("{service}.{}", self.root_domain), self.protocol),
        }
    }
}

/// Builds an [`HttpProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct HttpProfileBuilder {
    profile: HttpProfile,
    endpoint: Option<String>,
}

impl HttpProfileBuilder {
    /// Sets the protocol. Default: [`Protocol::Https`].
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.profile.protocol = protocol;
        self
    }

    /// Sets the endpoint: a host, a host and port, or a URL with its own protocol, as
    /// [`Endpoint::parse`] reads them. Default: `<service>.<root domain>`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets what follows the name of the service in the default endpoint. Default:
    /// `tencentcloudapi.com`; inside the cloud `internal.tencentcloudapi.com`, on the
    /// international site `intl.tencentcloudapi.com`.
    pub fn root_domain(mut self, root_domain: impl Into<String>) -> Self {
        self.profile.root_domain = root_domain.into();
        self
    }

    /// Sets the HTTP method. Default: [`ReqMethod::Post`].
    pub fn req_method(mut self, req_method: ReqMethod) -> Self {
        self.profile.req_method = req_method;
        self
    }

    /// Sets how long one attempt may take. Default: 60 s, as in the official SDKs.
    pub fn req_timeout(mut self, req_timeout: Duration) -> Self {
        self.profile.req_timeout = req_timeout;
        self
    }

    /// Sets how long connecting may take. Default: 10 s.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.profile.connect_timeout = connect_timeout;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the endpoint or the root domain is no
    /// host, or a time limit is zero.
    pub fn build(self) -> Result<HttpProfile, Error> {
        let Self { mut profile, endpoint } = self;
        profile.endpoint =
            endpoint.map(|text| Endpoint::parse(&text, profile.protocol)).transpose()?;
        let default =
            Endpoint::parse(&format!("service.{}", profile.root_domain), profile.protocol);
        if default.is_err() || profile.root_domain.contains(['/', ':']) {
            return Err(Error::invalid_input(format!(
                "{:?} is no root domain: give what follows the name of the service in a host, \
                 as in \"tencentcloudapi.com\"",
                profile.root_domain
            )));
        }
        for (name, limit) in
            [("req_timeout", profile.req_timeout), ("connect_timeout", profile.connect_timeout)]
        {
            if limit.is_zero() {
                return Err(Error::invalid_input(format!(
                    "{name} is zero: no call could succeed; give a longer time"
                )));
            }
        }
        Ok(profile)
    }
}
