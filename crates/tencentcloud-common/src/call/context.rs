use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::credentials::ProvideCredential;
use crate::interceptor::Interceptor;
use crate::policy::breaker::Breakers;
use crate::policy::clock_skew::ClockSkew;
use crate::policy::rate_limit::RateLimiter;
use crate::policy::retry::RetryBudget;
use crate::profile::{ClientProfile, Region};
use crate::runtime::{Clock, Random, Sleep};
use crate::sign::KeyCache;
use crate::transport::HttpTransport;

/// Everything that a call takes from its client. A client is a handle of one; so a call needs no
/// client, and cloning either is cheap.
#[derive(Clone)]
pub struct CallContext {
    pub(crate) shared: Arc<Shared>,
    pub(crate) account: Arc<Account>,
    pub(crate) region: Region,
}

/// What clients of one service share, whatever their region and credential.
pub(crate) struct Shared {
    pub(crate) service: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) profile: ClientProfile,
    pub(crate) transport: Arc<dyn HttpTransport>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) breakers: Option<Breakers>,
    pub(crate) rate_limiter: Option<RateLimiter>,
    pub(crate) clock_skew: ClockSkew,
    #[cfg(feature = "blocking")]
    pub(crate) worker: crate::runtime::worker::LazyWorker,
}

/// What belongs to one credential, and must not reach a client with another one.
pub(crate) struct Account {
    pub(crate) provider: Arc<dyn ProvideCredential>,
    pub(crate) signing_keys: KeyCache,
}

impl Account {
    pub(crate) fn new(provider: Arc<dyn ProvideCredential>) -> Arc<Self> {
        Arc::new(Self { provider, signing_keys: KeyCache::default() })
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &self.shared.service)
            .field("version", &self.shared.version)
            .field("region", &self.region)
            .field("credentials", &self.account.provider)
            .field("profile", &self.shared.profile)
            .finish_non_exhaustive()
    }
}
