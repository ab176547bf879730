//! Where credentials come from.
//!
//! A client takes anything that implements [`ProvideCredential`]: a [`Credential`] itself, a
//! provider of this module, or one of yours.
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

mod environment;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use environment::EnvironmentProvider;

use crate::credential::Credential;
use crate::error::Source;

/// What [`ProvideCredential::provide_credential`] returns.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credential, ProviderError>> + Send + 'a>>;

/// Provides the credential that a request is signed with.
///
/// Asked once for each attempt, so an implementation that does I/O should cache. The credential is
/// one value: id, key and token always belong together.
pub trait ProvideCredential: fmt::Debug + Send + Sync {
    /// The credential to use now.
    fn provide_credential(&self) -> CredentialFuture<'_>;
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
}

impl<P: ProvideCredential + ?Sized> ProvideCredential for Box<P> {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        (**self).provide_credential()
    }
}

/// A provider has no credential, and why.
#[derive(Debug, thiserror::Error)]
#[error("{provider}: {reason}")]
pub struct ProviderError {
    provider: &'static str,
    reason: Source,
}

impl ProviderError {
    /// An error of the provider of this name; the reason must not hold a secret.
    pub fn new(
        provider: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { provider, reason: reason.into() }
    }

    /// The name of the provider, such as `environment`.
    pub fn provider(&self) -> &'static str {
        self.provider
    }
}
