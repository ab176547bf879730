use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::profile::HttpProfile;
use crate::runtime::{Clock, Environment, Random, Sleep, SystemClock, SystemRandom, TokioSleep};
use crate::transport::{HttpTransport, ReqwestTransport};

/// The time limit for connecting to STS.
const STS_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The time limit for connecting to the metadata service, which is in the same network or absent.
const METADATA_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The dependencies of credential providers: transport, clock, sleep, randomness and environment
/// variables. Each can be replaced.
///
/// Clones share the transports. A transport is created when a provider first needs it.
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
    sts: Arc<OnceLock<Arc<dyn HttpTransport>>>,
    metadata: Arc<OnceLock<Arc<dyn HttpTransport>>>,
}

impl ProviderConfig {
    /// Creates the default configuration, which uses the system and the network.
    pub fn new() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            sleep: Arc::new(TokioSleep),
            random: Arc::new(SystemRandom),
            environment: Environment::process(),
            transport: None,
            sts: Arc::default(),
            metadata: Arc::default(),
        }
    }

    /// Sets the transport for STS and for the metadata service. Default: one transport for each;
    /// the one for the metadata service uses no proxy and a connect timeout of 1 s.
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock for signatures and for the expiry of credentials. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how to wait between attempts. Default: [`TokioSleep`].
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// Sets the source of randomness for jitter. Default: [`SystemRandom`].
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets the environment variables. Default: the variables of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Returns the transport for STS.
    pub(super) fn sts_transport(&self) -> Result<Arc<dyn HttpTransport>, Error> {
        self.shared(&self.sts, Purpose::Sts)
    }

    /// Returns the transport for the metadata service.
    pub(super) fn metadata_transport(&self) -> Result<Arc<dyn HttpTransport>, Error> {
        self.shared(&self.metadata, Purpose::Metadata)
    }

    fn shared(
        &self,
        cell: &OnceLock<Arc<dyn HttpTransport>>,
        purpose: Purpose,
    ) -> Result<Arc<dyn HttpTransport>, Error> {
        if let Some(transport) = self.transport.as_ref().or_else(|| cell.get()) {
            return Ok(Arc::clone(transport));
        }
        // An error is not cached: the next call tries again.
        let transport = default_transport(purpose)?;
        Ok(Arc::clone(cell.get_or_init(|| transport)))
    }
}

#[derive(Clone, Copy)]
enum Purpose {
    Sts,
    Metadata,
}

/// Creates the transport that providers use by default.
fn default_transport(purpose: Purpose) -> Result<Arc<dyn HttpTransport>, Error> {
    // Refreshes are minutes apart and may run in different runtimes: an idle connection would
    // rarely be reused, and makes no progress while the runtime that opened it is not polled.
    let profile = HttpProfile::builder().keep_alive(false);
    let profile = match purpose {
        Purpose::Sts => profile.connect_timeout(STS_CONNECT_TIMEOUT),
        // A proxy cannot reach the metadata service of this machine.
        Purpose::Metadata => profile.connect_timeout(METADATA_CONNECT_TIMEOUT).no_proxy(),
    };
    match ReqwestTransport::new(&profile.build()?) {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(Error::new(ErrorKind::Connect, "cannot set up TLS").with_source(error)),
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
