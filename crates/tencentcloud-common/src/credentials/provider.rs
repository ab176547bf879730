use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::credential::Credential;
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

/// Whether an error code of the API says that the credential itself is no longer good, so that
/// [`ProvideCredential::refused`] should hear of it. A wrong clock or a missing permission is no
/// fault of the credential.
pub(crate) fn rejects_credential(code: &str) -> bool {
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
    pub(super) fn configured(self, configured: bool) -> Self {
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
