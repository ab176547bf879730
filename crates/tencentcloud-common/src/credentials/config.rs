use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::profile::HttpProfile;
use crate::runtime::{Clock, Environment, Random, Sleep, SystemClock, SystemRandom, TokioSleep};
use crate::transport::{HttpTransport, ReqwestTransport};

/// How long connecting to STS may take.
const API_CONNECT: Duration = Duration::from_secs(5);

/// How long connecting to the metadata service may take: it is next door, or not there at all.
const METADATA_CONNECT: Duration = Duration::from_secs(1);

/// What providers reach the world through: transport, clock, waiting, randomness and environment
/// variables, each replaceable.
///
/// Clones share the connections. Nothing is opened before a provider needs it.
///
/// ```
/// use tencentcloud_common::runtime::Environment;
/// use tencentcloud_common::credentials::{DefaultProvider, ProviderConfig};
///
/// let config = ProviderConfig::new().environment(Environment::from_fn(|_| None));
/// let provider = DefaultProvider::with_config(config);
/// ```
#[derive(Clone)]
pub struct ProviderConfig {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sleep: Arc<dyn Sleep>,
    pub(super) random: Arc<dyn Random>,
    pub(super) environment: Environment,
    transport: Option<Arc<dyn HttpTransport>>,
    api: Arc<OnceLock<Arc<dyn HttpTransport>>>,
    metadata: Arc<OnceLock<Arc<dyn HttpTransport>>>,
}

impl ProviderConfig {
    /// The real world.
    pub fn new() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            sleep: Arc::new(TokioSleep),
            random: Arc::new(SystemRandom),
            environment: Environment::process(),
            transport: None,
            api: Arc::default(),
            metadata: Arc::default(),
        }
    }

    /// Sets the transport for STS and for the metadata service. Default: one for each; the one for
    /// the metadata service connects within 1 s and uses no proxy.
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock that requests are stamped and ends are judged by. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how to wait between attempts. Default: [`TokioSleep`].
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// Sets where jitter comes from. Default: [`SystemRandom`].
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets the environment variables. Default: those of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// The transport for STS.
    pub(super) fn api_transport(&self) -> Result<Arc<dyn HttpTransport>, Error> {
        self.shared(&self.api, Purpose::Api)
    }

    /// The transport for the metadata service.
    pub(super) fn metadata_transport(&self) -> Result<Arc<dyn HttpTransport>, Error> {
        self.shared(&self.metadata, Purpose::Metadata)
    }

    fn shared(
        &self,
        made: &OnceLock<Arc<dyn HttpTransport>>,
        purpose: Purpose,
    ) -> Result<Arc<dyn HttpTransport>, Error> {
        if let Some(transport) = self.transport.as_ref().or_else(|| made.get()) {
            return Ok(Arc::clone(transport));
        }
        // A failure is not kept: the next call tries anew.
        let transport = default_transport(purpose)?;
        Ok(Arc::clone(made.get_or_init(|| transport)))
    }
}

#[derive(Clone, Copy)]
enum Purpose {
    Api,
    Metadata,
}

/// The one place where providers make a transport.
fn default_transport(purpose: Purpose) -> Result<Arc<dyn HttpTransport>, Error> {
    // Refreshes are minutes apart and made by whatever runtime is at hand: a kept connection would
    // be of no use, and stand still with the runtime that opened it.
    let profile = HttpProfile::builder().keep_alive(false);
    let profile = match purpose {
        Purpose::Api => profile.connect_timeout(API_CONNECT),
        // No proxy can reach the service of this very machine.
        Purpose::Metadata => profile.connect_timeout(METADATA_CONNECT).no_proxy(),
    };
    match ReqwestTransport::new(&profile.build()?) {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => {
            Err(Error::new(ErrorKind::Connect, "TLS cannot be set up").with_source(error))
        }
    }
}

impl Default for ProviderConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig").field("transport", &self.transport).finish_non_exhaustive()
    }
}
