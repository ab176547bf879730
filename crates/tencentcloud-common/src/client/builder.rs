use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Client, Shared};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::profile::ClientProfile;
use crate::provider::{EnvironmentProvider, ProvideCredential};
use crate::random::{Random, SystemRandom};
use crate::region::Region;
use crate::transport::{
    HttpTransport, HyperTransport, SendFuture, TransportError, TransportErrorKind,
};

/// Builds a client, with everything that a test wants to fix replaceable.
///
/// ```
/// use tencentcloud_common::{Client, ClientBuilder, Credential};
///
/// let client: Client = ClientBuilder::new("cvm", "2017-03-12")
///     .credential(Credential::new("AKIDexample", "my-secret-key")?)
///     .region("ap-shanghai")
///     .build()?;
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[must_use = "call `build` to get the client"]
pub struct ClientBuilder<C = Client> {
    service: Cow<'static, str>,
    version: Cow<'static, str>,
    region: Region,
    profile: ClientProfile,
    credentials: Option<Arc<dyn ProvideCredential>>,
    transport: Option<Arc<dyn HttpTransport>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Starts a client of a service (`cvm`) and API version (`2017-03-12`). Typed clients have a
    /// method `builder` that knows both.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            service: service.into(),
            version: version.into(),
            region: Region::default(),
            profile: ClientProfile::default(),
            credentials: None,
            transport: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            client: PhantomData,
        }
    }

    /// Sets the credential or its provider. Default: [`EnvironmentProvider`].
    pub fn credential(mut self, credential: impl ProvideCredential + 'static) -> Self {
        self.credentials = Some(Arc::new(credential));
        self
    }

    /// Sets the region. Default: none is sent.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets the profile. Default: [`ClientProfile::default`].
    pub fn profile(mut self, profile: ClientProfile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the transport, also to share one between clients of several services. Default: a
    /// [`HyperTransport`] of its own.
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock that requests are stamped by. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets where trace ids come from. Default: [`SystemRandom`].
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when the region is no name or the service fits
    /// into no host, [`Connect`](ErrorKind::Connect) when TLS cannot be set up.
    pub fn build(mut self) -> Result<C, Error> {
        self.region.check()?;
        self.profile.http_profile().endpoint_of(&self.service)?;
        if self.transport.is_none() {
            let transport = self.own_transport().map_err(|error| {
                Error::new(ErrorKind::Connect, "TLS cannot be set up").with_source(error)
            })?;
            self.transport = Some(Arc::new(transport));
        }
        Ok(self.build_or_defer())
    }

    /// Makes the client; what is wrong is reported by its calls.
    pub(crate) fn build_or_defer(mut self) -> C {
        let transport: Arc<dyn HttpTransport> = match self.transport.take() {
            Some(transport) => transport,
            None => match self.own_transport() {
                Ok(transport) => Arc::new(transport),
                Err(error) => Arc::new(Unusable(Arc::new(error))),
            },
        };
        let shared = Shared {
            endpoint: self.profile.http_profile().endpoint_of(&self.service).ok(),
            service: self.service,
            version: self.version,
            profile: self.profile,
            credentials: self.credentials.unwrap_or_else(|| Arc::new(EnvironmentProvider::new())),
            transport,
            clock: self.clock,
            random: self.random,
        };
        C::from(Client { shared: Arc::new(shared), region: self.region })
    }

    /// The transport of a client that was given none, with its endpoint being connected to.
    fn own_transport(&self) -> Result<HyperTransport, TransportError> {
        let profile = self.profile.http_profile();
        let transport = HyperTransport::new(profile)?;
        let endpoint = profile.endpoint_in(&self.service, &self.region).ok();
        if let Some(endpoint) = profile.apigw_endpoint().or(endpoint.as_ref()) {
            transport.warm(endpoint);
        }
        Ok(transport)
    }
}

impl<C> std::fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.service)
            .field("version", &self.version)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Stands in for a transport that could not be made, and says why.
#[derive(Clone, Debug)]
struct Unusable(Arc<TransportError>);

impl HttpTransport for Unusable {
    fn send(&self, _: http::Request<bytes::Bytes>) -> SendFuture<'_> {
        let error = TransportError::new(TransportErrorKind::Unusable, Arc::clone(&self.0));
        Box::pin(std::future::ready(Err(error)))
    }
}
