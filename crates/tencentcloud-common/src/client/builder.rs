use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Client;
use crate::call::{Account, CallContext, Shared};
use crate::credentials::{DefaultProvider, ProvideCredential};
use crate::error::{Error, ErrorKind, chain};
use crate::interceptor::Interceptor;
use crate::policy::breaker::Breakers;
use crate::policy::clock_skew::ClockSkew;
use crate::policy::rate_limit::RateLimiter;
use crate::policy::retry::RetryBudget;
use crate::profile::{ClientProfile, Region};
use crate::runtime::{Clock, Random, Sleep, SystemClock, SystemRandom, TokioSleep};
use crate::transport::{
    HttpTransport, ReqwestTransport, SendFuture, TransportError, TransportErrorKind,
};

/// A builder for a client. Transport, clock, sleep and randomness can be replaced, for example in a
/// test.
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
    provider: Option<Arc<dyn ProvideCredential>>,
    transport: Option<Arc<dyn HttpTransport>>,
    interceptors: Vec<Arc<dyn Interceptor>>,
    clock: Arc<dyn Clock>,
    sleep: Arc<dyn Sleep>,
    random: Arc<dyn Random>,
    retry_budget: RetryBudget,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Creates a builder for a service, such as `cvm`, and API version, such as `2017-03-12`. The
    /// method `builder` of a typed client sets both.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            service: service.into(),
            version: version.into(),
            region: Region::default(),
            profile: ClientProfile::default(),
            provider: None,
            transport: None,
            interceptors: Vec::new(),
            clock: Arc::new(SystemClock),
            sleep: Arc::new(TokioSleep),
            random: Arc::new(SystemRandom),
            retry_budget: RetryBudget::default(),
            client: PhantomData,
        }
    }

    /// Sets the credential or its provider. Default: [`DefaultProvider`], which searches the
    /// environment, the profile file, the identity of a TKE pod and the role of a CVM instance.
    #[doc(alias("WithCredential", "WithProvider", "NewClientWithProviders"))]
    pub fn credential(mut self, credential: impl ProvideCredential + 'static) -> Self {
        self.provider = Some(Arc::new(credential));
        self
    }

    /// Sets the region. Default: no region is sent.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets the profile. Default: [`ClientProfile::default`].
    pub fn profile(mut self, profile: ClientProfile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the transport, for instance to share its connections between clients of several
    /// services. Default: a [`ReqwestTransport`] with the settings of the profile.
    #[doc(alias("WithHttpTransport", "DefaultHttpClient", "httpClient"))]
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Adds an [`Interceptor`]. Interceptors are called in the order in which they were added.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the clock for timestamps, expiry and time limits. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how to wait between attempts. Default: [`TokioSleep`].
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// Sets the source of trace ids, client tokens and jitter. Default: [`SystemRandom`].
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets the budget that limits retries, to share it between clients or to change its size.
    /// Default: a new [`RetryBudget::default`], which the clones of the client share.
    ///
    /// ```
    /// use tencentcloud_common::CommonClient;
    /// use tencentcloud_common::policy::retry::RetryBudget;
    ///
    /// let budget = RetryBudget::default();
    /// let cvm = CommonClient::builder("cvm", "2017-03-12").retry_budget(budget.clone()).build()?;
    /// let vpc = CommonClient::builder("vpc", "2017-03-12").retry_budget(budget.clone()).build()?;
    /// assert_eq!(budget.tokens(), Some(500));
    /// # Ok::<(), tencentcloud_common::Error>(())
    /// ```
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// Creates the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when region or service cannot be part of a host
    /// name, when a certificate file of the profile cannot be read, or when the HTTP client rejects
    /// a setting.
    pub fn build(self) -> Result<C, Error> {
        self.region.check()?;
        self.profile.http_profile().endpoint_of(&self.service, &self.region)?;
        let transport = match &self.transport {
            Some(transport) => Arc::clone(transport),
            None => Arc::new(self.default_transport().map_err(|error| {
                let reason = std::error::Error::source(&error).map_or_else(String::new, chain);
                let message = format!("the client cannot be built: {reason}");
                Error::new(ErrorKind::InvalidInput, message).with_source(error)
            })?),
        };
        Ok(self.build_with(transport))
    }

    /// Creates the client. What is invalid is reported by its calls.
    pub(crate) fn build_or_defer(self) -> C {
        let transport = match &self.transport {
            Some(transport) => Arc::clone(transport),
            None => match self.default_transport() {
                Ok(transport) => Arc::new(transport) as Arc<dyn HttpTransport>,
                Err(error) => Arc::new(FailedTransport(Arc::new(error))),
            },
        };
        self.build_with(transport)
    }

    fn default_transport(&self) -> Result<ReqwestTransport, TransportError> {
        ReqwestTransport::new(self.profile.http_profile())
    }

    fn build_with(self, transport: Arc<dyn HttpTransport>) -> C {
        let profile = self.profile;
        let provider = self.provider.unwrap_or_else(|| Arc::new(DefaultProvider::new()));
        let shared = Shared {
            service: self.service,
            version: self.version,
            transport,
            interceptors: self.interceptors,
            clock: self.clock,
            sleep: self.sleep,
            random: self.random,
            retry_budget: self.retry_budget,
            breakers: profile.region_breaker().map(Breakers::new),
            rate_limiter: profile.rate_limit().cloned().map(RateLimiter::new),
            clock_skew: ClockSkew::default(),
            profile,
            #[cfg(feature = "blocking")]
            worker: crate::runtime::worker::LazyWorker::default(),
        };
        let context = CallContext {
            shared: Arc::new(shared),
            account: Account::new(provider),
            region: self.region,
        };
        C::from(Client { context })
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

/// Replaces a transport that could not be created, and reports why.
#[derive(Clone, Debug)]
struct FailedTransport(Arc<TransportError>);

impl HttpTransport for FailedTransport {
    fn send(&self, _: http::Request<bytes::Bytes>) -> SendFuture<'_> {
        let error = TransportError::new(TransportErrorKind::Unusable, Arc::clone(&self.0));
        Box::pin(std::future::ready(Err(error)))
    }
}
