//! The client that all typed clients are made of: what calls of one service share.
//!
//! ```
//! use tencentcloud_common::{Client, Credential};
//!
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let client = Client::new("cvm", "2017-03-12", credential, "ap-shanghai");
//! // Connections, credentials, breaker and retry budget are those of `client`.
//! let other = client.in_region("ap-beijing");
//! assert_eq!(other.region().as_str(), "ap-beijing");
//! // The same, but for the credential: for a program that acts for many accounts.
//! let account = client.with_credential(Credential::new("AKIDother", "its-secret-key")?);
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

mod builder;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;

use crate::breaker::Breakers;
use crate::clock::Clock;
use crate::error::Error;
use crate::interceptor::Interceptor;
use crate::profile::ClientProfile;
use crate::provider::ProvideCredential;
use crate::random::Random;
use crate::rate_limit::RateLimiter;
use crate::region::Region;
use crate::retry::Budget;
use crate::sign::KeyCache;
use crate::skew::ClockSkew;
use crate::sleep::Sleep;
use crate::transport::HttpTransport;

/// A client of one service and API version in one region.
///
/// Typed clients such as `CvmClient` wrap one; use [`CommonClient`](crate::CommonClient) for
/// actions without a type. Cheap to clone: clones, and clients [in other
/// regions](Self::in_region), share connections, credentials, breaker and retry budget; clients
/// [with another credential](Self::with_credential) share all of it but that.
#[doc(alias = "AbstractClient")]
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    account: Arc<Account>,
    region: Region,
}

/// What belongs to the credential of a client, and must not reach a client with another one.
pub(crate) struct Account {
    pub(crate) credentials: Arc<dyn ProvideCredential>,
    pub(crate) keys: KeyCache,
}

impl Account {
    fn new(credentials: Arc<dyn ProvideCredential>) -> Arc<Self> {
        Arc::new(Self { credentials, keys: KeyCache::default() })
    }
}

/// What clones share, also those with another credential.
pub(crate) struct Shared {
    pub(crate) service: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) profile: ClientProfile,
    pub(crate) transport: Arc<dyn HttpTransport>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) state: Arc<State>,
    #[cfg(feature = "blocking")]
    pub(crate) blocking: crate::blocking::Worker,
}

/// What a client learns from its calls.
pub(crate) struct State {
    pub(crate) budget: Budget,
    pub(crate) breakers: Option<Breakers>,
    pub(crate) rate_limiter: Option<RateLimiter>,
    pub(crate) skew: ClockSkew,
}

impl Client {
    /// A client with the default profile.
    ///
    /// Never fails: what is wrong, such as a name that is no region, is reported by the calls.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
    ) -> Self {
        ClientBuilder::new(service, version).credential(credential).region(region).build_or_defer()
    }

    /// A client with a profile.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn with_profile(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
        profile: ClientProfile,
    ) -> Result<Self, Error> {
        ClientBuilder::new(service, version)
            .credential(credential)
            .region(region)
            .profile(profile)
            .build()
    }

    /// The same client for another region; it shares connections and credentials.
    pub fn in_region(&self, region: impl Into<Region>) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            account: Arc::clone(&self.account),
            region: region.into(),
        }
    }

    /// Returns a client with another credential or provider, for programs that act for many
    /// accounts. It is cheap to make.
    ///
    /// The two share everything that belongs to no account: profile, connections, interceptors,
    /// breaker, clock correction, retry budget, rate limit and the thread of blocking calls. Each
    /// has its own credential, with what is derived from it or learnt about it. The rate limit
    /// counts the calls of all accounts together; build clients of their own, with one
    /// [`transport`](ClientBuilder::transport), where each account shall have its own.
    #[doc(alias("account", "tenant"))]
    pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            account: Account::new(Arc::new(credential)),
            region: self.region.clone(),
        }
    }

    /// The name of the service, as it stands in the credential scope.
    pub fn service(&self) -> &str {
        &self.shared.service
    }

    /// The API version, such as `2017-03-12`.
    pub fn version(&self) -> &str {
        &self.shared.version
    }

    /// The region that calls go to unless they say another.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The profile.
    pub fn profile(&self) -> &ClientProfile {
        &self.shared.profile
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &self.shared.service)
            .field("version", &self.shared.version)
            .field("region", &self.region)
            .field("credentials", &self.account.credentials)
            .field("profile", &self.shared.profile)
            .finish_non_exhaustive()
    }
}
