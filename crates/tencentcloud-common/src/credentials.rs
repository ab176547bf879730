//! Credentials and the providers that supply them.
//!
//! A client accepts any type that implements [`ProvideCredential`]: a [`Credential`] itself, a
//! provider of this module, or your own provider.
//!
//! | Provider | Source of the credential | Refresh |
//! |---|---|---|
//! | [`Credential`] | a static key | never |
//! | [`EnvironmentProvider`] | `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY`, optionally a token | read for each request |
//! | [`ProfileFileProvider`] | `~/.tencentcloud/credentials`, `/etc/tencentcloud/credentials` | read for each request; role credentials before they expire |
//! | [`TccliProvider`] | `~/.tccli/<profile>.credential` | read for each request; role credentials before they expire |
//! | [`CvmRoleProvider`] | the metadata service of a CVM instance | before it expires |
//! | [`AssumeRoleProvider`] | STS `AssumeRole`, signed with the credential of another provider | before it expires |
//! | [`WebIdentityProvider`] | STS `AssumeRoleWithWebIdentity`, such as in a TKE pod | before it expires; the token file is read again |
//! | [`ChainProvider`] | the first of several providers that has a credential | by that provider |
//! | [`DefaultProvider`] | environment, profile file, TKE pod, CVM role | by the provider that is used |
//! | [`CachingProvider`] | another provider, called once for all callers | before it expires |
//!
//! *Before it expires* means in the last fifth of the lifetime, but at most 300 s before expiry. A
//! new credential is then fetched in the background while the old one is still used. An expired
//! credential is never used. The providers that refresh in this way contain a [`CachingProvider`],
//! which documents the details.
//!
//! # Files
//!
//! Files are read on a separate thread with a time limit of 5 s, so that a hanging network drive
//! neither blocks the runtime nor delays the [`timeout`](crate::Call::timeout) of a call. If the
//! content is invalid, for example because another program is rewriting the file, the provider
//! reads the file up to three more times, after 5, 20 and 50 ms, before it returns an error.
//!
//! # Your own provider
//!
//! ```
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential, ProviderError};
//!
//! /// Reads the key from a vault.
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
