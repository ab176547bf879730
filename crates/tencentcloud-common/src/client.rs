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

/// A client of one service and API version in one region.
///
/// Typed clients such as `CvmClient` wrap one; use [`CommonClient`](crate::CommonClient) for
/// actions without a type. Cheap to clone: clones, and clients [in other
/// regions](Self::in_region), share connections, credentials, breaker and retry budget; clients
/// [with another credential](Self::with_credential) share all of it but that.
#[doc(alias = "AbstractClient")]
#[derive(Clone)]
pub struct Client {
    context: CallContext,
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

    /// Returns a client for another region; it shares everything else with this one.
    pub fn in_region(&self, region: impl Into<Region>) -> Self {
        Self { context: CallContext { region: region.into(), ..self.context.clone() } }
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
        let account = Account::new(Arc::new(credential));
        Self { context: CallContext { account, ..self.context.clone() } }
    }

    /// Prepares a typed call.
    pub fn call<A: Action>(&self, request: A) -> Call<A> {
        Call::new(self.context.clone(), request)
    }

    /// The name of the service, as in the credential scope of a signature.
    pub fn service(&self) -> &str {
        &self.context.shared.service
    }

    /// The API version, such as `2017-03-12`.
    pub fn version(&self) -> &str {
        &self.context.shared.version
    }

    /// The region that calls go to unless they set another.
    pub fn region(&self) -> &Region {
        &self.context.region
    }

    /// The profile.
    pub fn profile(&self) -> &ClientProfile {
        &self.context.shared.profile
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.context.fmt(f)
    }
}
