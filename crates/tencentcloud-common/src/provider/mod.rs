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
//! use tencentcloud_common::provider::{CredentialFuture, ProvideCredential, ProviderError};
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

mod assume_role;
mod cache;
mod chain;
mod config;
mod cvm_role;
mod default;
mod document;
mod environment;
mod exchange;
mod file;
mod file_reader;
mod ini;
mod plan;
mod profile;
mod refresh;
mod session;
mod sts;
mod tccli;
mod temporary;
mod web_identity;

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod secrecy_tests;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use assume_role::{AssumeRoleProvider, AssumeRoleProviderBuilder};
pub use cache::{CachingProvider, CachingProviderBuilder};
pub use chain::{ChainError, ChainProvider};
pub use config::ProviderConfig;
pub use cvm_role::{CvmRoleProvider, CvmRoleProviderBuilder};
pub use default::DefaultProvider;
pub use environment::EnvironmentProvider;
pub use profile::ProfileFileProvider;
pub use tccli::TccliProvider;
pub use web_identity::{WebIdentityProvider, WebIdentityProviderBuilder};

use crate::credential::Credential;
use crate::redact::OneLine;

/// What [`ProvideCredential::provide_credential`] returns.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credential, ProviderError>> + Send + 'a>>;

/// Provides the credential that a request is signed with.
///
/// Asked once for each attempt, so an implementation that does I/O should cache, or be wrapped in
/// a [`CachingProvider`]. The credential is one value: id, key and token always belong together.
#[doc(alias("CredentialIface", "CredentialsProvider", "DynamicCredential", "get_credential_info"))]
pub trait ProvideCredential: fmt::Debug + Send + Sync {
    /// The credential to use now.
    ///
    /// A provider that may stand in a [`ChainProvider`] tells by
    /// [`ProviderError::not_configured`] that it is simply not in use.
    fn provide_credential(&self) -> CredentialFuture<'_>;

    /// Hears that the service no longer takes this credential, so that a cache drops exactly this
    /// value. Default: nothing happens.
    fn refused(&self, credential: &Credential) {
        _ = credential;
    }
}

impl ProvideCredential for Credential {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl<P: ProvideCredential + ?Sized> ProvideCredential for Arc<P> {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        (**self).provide_credential()
    }

    fn refused(&self, credential: &Credential) {
        (**self).refused(credential);
    }
}

impl<P: ProvideCredential + ?Sized> ProvideCredential for Box<P> {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        (**self).provide_credential()
    }

    fn refused(&self, credential: &Credential) {
        (**self).refused(credential);
    }
}

/// Whether an error code of the API says that the credential itself is no longer good, so that
/// [`ProvideCredential::refused`] should hear of it. A wrong clock or a missing permission is no
/// fault of the credential.
pub(crate) fn refuses_credential(code: &str) -> bool {
    const CODES: [&str; 3] =
        ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId"];
    CODES.contains(&code)
}

/// Whether two credentials are the same value, whatever is known of their ends.
pub(crate) fn is_same(one: &Credential, other: &Credential) -> bool {
    one.secret_id() == other.secret_id()
        && one.secret_key() == other.secret_key()
        && one.token() == other.token()
}

/// A provider has no credential, and why.
///
/// The text is one line, and never holds a secret. The reason is also the
/// [`source`](std::error::Error::source): that of a chain is a [`ChainError`].
#[derive(Clone, Debug)]
pub struct ProviderError {
    provider: &'static str,
    reason: Arc<dyn std::error::Error + Send + Sync>,
    not_configured: bool,
}

impl ProviderError {
    /// The provider of this name should have a credential and has none; the reason must not hold a
    /// secret.
    pub fn new(
        provider: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { provider, reason: reason.into().into(), not_configured: false }
    }

    /// As [`new`](Self::new), where nothing says that the provider should have a credential: no
    /// variable is set, say, or there is no file. A chain then goes on without a warning.
    pub fn not_configured(
        provider: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { not_configured: true, ..Self::new(provider, reason) }
    }

    /// Whether nothing says that the provider should have a credential.
    pub fn is_not_configured(&self) -> bool {
        self.not_configured
    }

    /// The same error of a provider that something says to use, or nothing.
    fn configured(self, configured: bool) -> Self {
        Self { not_configured: !configured, ..self }
    }

    /// The name of the provider, such as `environment`.
    pub fn provider(&self) -> &'static str {
        self.provider
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.provider, OneLine(&self.reason.to_string()))
    }
}

impl std::error::Error for ProviderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.reason)
    }
}

#[cfg(test)]
mod tests;
