//! Where credentials come from.
//!
//! A client takes anything that implements [`ProvideCredential`]: a [`Credential`] itself, a
//! provider of this module, or one of yours.
//!
//! | Provider | Where it looks | When it is refreshed |
//! |---|---|---|
//! | [`Credential`] | a fixed key | never |
//! | [`EnvironmentProvider`] | `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY`, a token | read for each request |
//! | [`ProfileFileProvider`] | `~/.tencentcloud/credentials`, `/etc/tencentcloud/credentials` | read for each request; a role ahead of its end |
//! | [`TccliProvider`] | `~/.tccli/<profile>.credential` | read for each request; a role ahead of its end |
//! | [`CvmRoleProvider`] | the metadata service of a CVM instance | ahead of its end |
//! | [`AssumeRoleProvider`] | STS `AssumeRole`, signed with another provider | ahead of its end |
//! | [`WebIdentityProvider`] | STS `AssumeRoleWithWebIdentity`, the identity of a TKE pod | ahead of its end, with the token file read anew |
//! | [`ChainProvider`] | the first of several that has one | as that one |
//! | [`DefaultProvider`] | environment, profile file, TKE, CVM role | as the one that answers |
//! | [`CachingProvider`] | another provider, asked once for all callers | ahead of its end |
//!
//! *Ahead of its end* means: in the last fifth of its life, at most 300 s before its end, a new
//! credential is fetched in the background while the old one is used. An expired one is never
//! used. See [`CachingProvider`], which the providers above have inside.
//!
//! # Files
//!
//! A file is read on a thread of its own, for at most 5 s, so that a network drive that hangs holds
//! up neither the runtime nor the [`timeout`](crate::Call::timeout) of a call. A file that cannot be
//! used, such as one that another program has just emptied to write it anew, is read again after 5,
//! 20 and 50 ms before that is an error.
//!
//! # A provider of your own
//!
//! ```
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential, ProviderError};
//!
//! /// Asks a vault.
//! #[derive(Debug)]
//! struct Vault;
//!
//! impl ProvideCredential for Vault {
//!     fn provide_credential(&self) -> CredentialFuture<'_> {
//!         Box::pin(async {
//!             let (id, key) = ("AKIDexample", "my-secret-key"); // read from the vault
//!             Credential::new(id, key).map_err(|error| ProviderError::new("vault", error))
//!         })
//!     }
//! }
//! ```

mod cache;
mod chain;
mod config;
pub(crate) mod credential;
mod default;
mod internal;
mod provider;
mod sources;

#[cfg(test)]
mod test_util;
#[cfg(test)]
mod tests;

pub use cache::{CachingProvider, CachingProviderBuilder};
pub use chain::{ChainError, ChainProvider};
pub use config::ProviderConfig;
pub use credential::Credential;
pub use default::DefaultProvider;
pub use provider::{CredentialFuture, ProvideCredential, ProviderError};
pub use sources::{
    AssumeRoleProvider, AssumeRoleProviderBuilder, CvmRoleProvider, CvmRoleProviderBuilder,
    EnvironmentProvider, ProfileFileProvider, TccliProvider, WebIdentityProvider,
    WebIdentityProviderBuilder,
};

pub(crate) use provider::{is_same, rejects_credential};
