//! The client that typed clients and [`CommonClient`] wrap.
//!
//! ```
//! use tencentcloud_common::{Client, Credential};
//!
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let client = Client::new("cvm", "2017-03-12", credential, "ap-shanghai");
//! // It shares connections, credentials, breaker and retry budget with `client`.
//! let other = client.in_region("ap-beijing");
//! assert_eq!(other.region().as_str(), "ap-beijing");
//! // It shares everything except the credential.
//! let account = client.with_credential(Credential::new("AKIDother", "its-secret-key")?);
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

mod builder;
mod common_client;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;
pub use common_client::CommonClient;

use crate::call::{Account, Call, CallContext};
use crate::credentials::ProvideCredential;
use crate::error::Error;
use crate::profile::{ClientProfile, Region};
use crate::protocol::Action;
use crate::wait::Wait;
use crate::wait::waiter::Waiter;

/// A client of one service and API version in one region.
///
/// Typed clients such as `CvmClient` wrap one. Use [`CommonClient`] for actions without a typed
/// crate.
///
/// A client is cheap to clone. Clones and clients for [another region](Self::in_region) share
/// connections, credentials, breaker and retry budget. Clients with [another
/// credential](Self::with_credential) share everything except the credential.
#[doc(alias = "AbstractClient")]
#[derive(Clone)]
pub struct Client {
    context: CallContext,
}

impl Client {
    /// Creates a client with the default profile.
    ///
    /// Invalid arguments, such as an invalid region, are reported by the calls.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
    ) -> Self {
        ClientBuilder::new(service, version).credential(credential).region(region).build_or_defer()
    }

    /// Creates a client with a profile.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
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

    /// Returns a client for another region. It shares everything else with this one.
    pub fn in_region(&self, region: impl Into<Region>) -> Self {
        Self { context: CallContext { region: region.into(), ..self.context.clone() } }
    }

    /// Returns a client with another credential or provider, for programs that act for many
    /// accounts. This is cheap.
    ///
    /// Both clients share profile, connections, interceptors, breaker, clock correction, retry
    /// budget, rate limit and the thread of blocking calls. Each has its own credential and signing
    /// keys. The rate limit counts the calls of all accounts together; for a rate limit per
    /// account, build a client per account with a shared [`transport`](ClientBuilder::transport).
    #[doc(alias("account", "tenant"))]
    pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
        let account = Account::new(Arc::new(credential));
        Self { context: CallContext { account, ..self.context.clone() } }
    }

    /// Prepares a typed call.
    pub fn call<A: Action>(&self, request: A) -> Call<A> {
        Call::new(self.context.clone(), request)
    }

    /// Prepares a wait. For generated code; not covered by semantic versioning.
    #[doc(hidden)]
    pub fn wait<A: Action>(
        &self,
        waiter: &'static Waiter,
        ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Wait<A> {
        let ids = ids.into_iter().map(Into::into).collect();
        Wait::new(self.context.clone(), waiter, ids)
    }

    /// Returns the name of the service, as in the credential scope of a signature.
    pub fn service(&self) -> &str {
        &self.context.shared.service
    }

    /// Returns the API version, such as `2017-03-12`.
    pub fn version(&self) -> &str {
        &self.context.shared.version
    }

    /// Returns the region of calls that do not set another one.
    pub fn region(&self) -> &Region {
        &self.context.region
    }

    /// Returns the profile.
    pub fn profile(&self) -> &ClientProfile {
        &self.context.shared.profile
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.context.fmt(f)
    }
}
