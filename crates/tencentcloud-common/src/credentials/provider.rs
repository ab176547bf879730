use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::credential::Credential;
use crate::redact::OneLine;

/// The future that [`ProvideCredential::provide_credential`] returns.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credential, ProviderError>> + Send + 'a>>;

/// A provider of the credential that requests are signed with.
///
/// It is called once per attempt. An implementation that does I/O should cache the credential or
/// be wrapped in a [`CachingProvider`](super::CachingProvider). A credential is one value: its id,
/// key and token always belong together.
#[doc(alias("CredentialIface", "CredentialsProvider", "DynamicCredential", "get_credential_info"))]
pub trait ProvideCredential: fmt::Debug + Send + Sync {
    /// Returns the credential to use now.
    ///
    /// # Errors
    ///
    /// Return [`ProviderError::not_configured`] if the provider is not configured, so that a
    /// [`ChainProvider`](super::ChainProvider) skips it without a warning.
    fn provide_credential(&self) -> CredentialFuture<'_>;

    /// Reports that the service rejected this credential, so that a cache discards this one
    /// only. Default: does nothing.
    fn invalidate(&self, credential: &Credential) {
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

    fn invalidate(&self, credential: &Credential) {
        (**self).invalidate(credential);
    }
}

impl<P: ProvideCredential + ?Sized> ProvideCredential for Box<P> {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        (**self).provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        (**self).invalidate(credential);
    }
}

/// Whether an error code of the API means that the credential itself is invalid, so that it is
/// [invalidated](ProvideCredential::invalidate). A wrong clock or a missing permission does not
/// make a credential invalid.
pub(crate) fn rejects_credential(code: &str) -> bool {
    const CODES: [&str; 3] =
        ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId"];
    CODES.contains(&code)
}

/// Whether two credentials have the same id, key and token. Their expiry is not compared.
pub(crate) fn is_same(one: &Credential, other: &Credential) -> bool {
    one.secret_id() == other.secret_id()
        && one.secret_key() == other.secret_key()
        && one.token() == other.token()
}

/// The error of a provider that cannot return a credential.
///
/// The message is one line and never contains a secret. The reason is also available as
/// [`source`](std::error::Error::source); for a chain it is a [`ChainError`](super::ChainError).
#[derive(Clone, Debug)]
pub struct ProviderError {
    provider: &'static str,
    reason: Arc<dyn std::error::Error + Send + Sync>,
    not_configured: bool,
}

impl ProviderError {
    /// Creates an error of a provider that is configured but cannot return a credential. The
    /// reason must not contain a secret.
    pub fn new(
        provider: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { provider, reason: reason.into().into(), not_configured: false }
    }

    /// Creates an error of a provider that is not configured, for example because no variable is
    /// set or the file does not exist. A chain then continues without a warning. The reason must
    /// not contain a secret.
    pub fn not_configured(
        provider: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { not_configured: true, ..Self::new(provider, reason) }
    }

    /// Returns whether the provider is not configured.
    pub fn is_not_configured(&self) -> bool {
        self.not_configured
    }

    /// Sets whether the provider is configured.
    pub(super) fn configured(self, configured: bool) -> Self {
        Self { not_configured: !configured, ..self }
    }

    /// Returns the name of the provider, such as `environment`.
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
