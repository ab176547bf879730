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
use crate::profile::{ClientProfile, HttpProfile, Region};
use crate::runtime::{Clock, Random, Sleep, SystemClock, SystemRandom, TokioSleep};
use crate::transport::{
    HttpTransport, ReqwestTransport, SendFuture, TransportError, TransportErrorKind,
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
    interceptors: Vec<Arc<dyn Interceptor>>,
    clock: Arc<dyn Clock>,
    sleep: Arc<dyn Sleep>,
    random: Arc<dyn Random>,
    retry_budget: RetryBudget,
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
            interceptors: Vec::new(),
            clock: Arc::new(SystemClock),
            sleep: Arc::new(TokioSleep),
            random: Arc::new(SystemRandom),
            retry_budget: RetryBudget::default(),
            client: PhantomData,
        }
    }

    /// Sets the credential or its provider. Default: [`DefaultProvider`], which looks into the
    /// environment, the profile file, the identity of the pod, and the role of the machine.
    #[doc(alias("WithCredential", "WithProvider", "NewClientWithProviders"))]
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

    /// Sets the transport, for instance to share one between clients of several services. Default:
    /// a [`ReqwestTransport`] with the settings of the profile.
    #[doc(alias("WithHttpTransport", "DefaultHttpClient", "httpClient"))]
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Adds an [`Interceptor`], to be called behind those added before.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the clock that requests are stamped by. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how the time between attempts is waited. Default: [`TokioSleep`].
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// Sets where trace ids, client tokens and jitter come from. Default: [`SystemRandom`].
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets the budget that limits retries, to share one between clients or to have another size.
    /// Default: a [`RetryBudget::default`] of its own, which the clones of the client share.
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

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when region or service cannot be part of a host
    /// name, or when the HTTP client refuses a setting.
    pub fn build(self) -> Result<C, Error> {
        self.region.check()?;
        self.profile.http_profile().endpoint_of(&self.service, &self.region)?;
        let own = match &self.transport {
            Some(_) => None,
            None => Some(Arc::new(self.own_transport().map_err(|error| {
                Error::new(ErrorKind::InvalidInput, chain(&error)).with_source(error)
            })?) as Arc<dyn HttpTransport>),
        };
        Ok(self.finish(own))
    }

    /// Makes the client; what is wrong is reported by its calls.
    pub(crate) fn build_or_defer(self) -> C {
        let own = match &self.transport {
            Some(_) => None,
            None => Some(match self.own_transport() {
                Ok(transport) => Arc::new(transport) as Arc<dyn HttpTransport>,
                Err(error) => unusable(error),
            }),
        };
        self.finish(own)
    }

    /// The transport of a client that was given none.
    fn own_transport(&self) -> Result<ReqwestTransport, TransportError> {
        ReqwestTransport::new(self.profile.http_profile())
    }

    /// Puts the client together; `own` is its transport when it was given none.
    fn finish(self, own: Option<Arc<dyn HttpTransport>>) -> C {
        let profile = self.profile;
        let provider = self.credentials.unwrap_or_else(|| Arc::new(DefaultProvider::new()));
        let shared = Shared {
            service: self.service,
            version: self.version,
            transport: own
                .or(self.transport)
                .unwrap_or_else(|| transport_or_reason(profile.http_profile())),
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

/// A transport made from a profile; one that says why, if that fails.
fn transport_or_reason(profile: &HttpProfile) -> Arc<dyn HttpTransport> {
    match ReqwestTransport::new(profile) {
        Ok(transport) => Arc::new(transport),
        Err(error) => unusable(error),
    }
}

fn unusable(error: TransportError) -> Arc<dyn HttpTransport> {
    Arc::new(Unusable(Arc::new(error)))
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
