use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{CredentialFuture, ProvideCredential, ProviderError};
use crate::credentials::Credential;

const NAME: &str = "chain";

/// A provider that tries several providers in order and uses the first that has a credential.
///
/// Later calls start with the provider that succeeded, unless a configured provider before it
/// failed. If the provider that they start with fails, the others are tried in order. The error of
/// a chain contains the name and the error of every provider.
///
/// A provider that is [not configured](ProviderError::is_not_configured) is skipped silently. A
/// provider that fails for another reason, such as an invalid file, is skipped with a warning in
/// the log, because the next credential may belong to another account. The same applies to any
/// failure of a provider that succeeded before. Each call tries a failed provider again and uses it
/// as soon as it works.
///
/// ```
/// use tencentcloud_common::credentials::{
///     ChainProvider, EnvironmentProvider, ProfileFileProvider, TccliProvider,
/// };
///
/// let provider = ChainProvider::new()
///     .with(EnvironmentProvider::new())
///     .with(ProfileFileProvider::new().profile("production"))
///     .with(TccliProvider::new());
/// ```
#[doc(alias("ProviderChain", "NewProviderChain"))]
pub struct ChainProvider {
    providers: Vec<Box<dyn ProvideCredential>>,
    /// The index of the provider to try first; out of range for none.
    preferred: AtomicUsize,
    /// The last warning, so that the same warning is not logged for each request.
    last_warning: Mutex<Option<String>>,
}

impl ChainProvider {
    /// Creates an empty chain.
    pub fn new() -> Self {
        Self {
            providers: Vec::new(),
            preferred: AtomicUsize::new(usize::MAX),
            last_warning: Mutex::default(),
        }
    }

    /// Adds a provider to the end of the chain.
    pub fn with(mut self, provider: impl ProvideCredential + 'static) -> Self {
        self.providers.push(Box::new(provider));
        self
    }

    async fn provide(&self) -> Result<Credential, ProviderError> {
        let preferred = self.preferred.load(Ordering::Relaxed);
        let mut preferred_error = None;
        if let Some(provider) = self.providers.get(preferred) {
            match provider.provide_credential().await {
                Ok(credential) => {
                    self.select(preferred, &[]);
                    return Ok(credential);
                }
                // It succeeded before, so it is configured, whatever its error says now.
                Err(error) => preferred_error = Some(error.configured(true)),
            }
        }
        let mut reasons = Vec::with_capacity(self.providers.len());
        for (index, provider) in self.providers.iter().enumerate() {
            // The preferred provider has just failed and is not called twice.
            if index == preferred
                && let Some(error) = preferred_error.take()
            {
                reasons.push(error);
                continue;
            }
            match provider.provide_credential().await {
                Ok(credential) => {
                    reasons.extend(preferred_error);
                    self.select(index, &reasons);
                    return Ok(credential);
                }
                Err(error) => reasons.push(error),
            }
        }
        let configured = !reasons.iter().all(ProviderError::is_not_configured);
        Err(ProviderError::new(NAME, ChainError { reasons }).configured(configured))
    }

    /// Records that the provider at `index` succeeded, and logs why others failed. `reasons`
    /// contains the errors of the providers before it, then that of the preferred provider.
    fn select(&self, index: usize, reasons: &[ProviderError]) {
        if reasons.iter().take(index).all(ProviderError::is_not_configured) {
            self.preferred.store(index, Ordering::Relaxed);
        }
        let failed: Vec<_> =
            reasons.iter().filter(|it| !it.is_not_configured()).map(ToString::to_string).collect();
        let warning = (!failed.is_empty()).then(|| failed.join("; "));
        let mut last_warning = self.last_warning.lock().unwrap_or_else(PoisonError::into_inner);
        if *last_warning == warning {
            return;
        }
        last_warning.clone_from(&warning);
        drop(last_warning);
        if let Some(reasons) = warning {
            tracing::warn!(
                reasons,
                used = index + 1,
                "a configured credential provider failed; the chain uses another provider"
            );
        }
    }
}

impl fmt::Debug for ChainProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainProvider").field("providers", &self.providers).finish_non_exhaustive()
    }
}

impl Default for ChainProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for ChainProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.provide())
    }

    fn invalidate(&self, credential: &Credential) {
        for provider in &self.providers {
            provider.invalidate(credential);
        }
    }
}

/// The reasons why no provider of a chain has a credential.
///
/// It is the [`source`](std::error::Error::source) of the [`ProviderError`] of a chain.
#[derive(Clone, Debug)]
pub struct ChainError {
    reasons: Vec<ProviderError>,
}

impl ChainError {
    /// Returns the error of each provider, in the order of the chain.
    pub fn reasons(&self) -> &[ProviderError] {
        &self.reasons
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reasons.is_empty() {
            return f.write_str("the chain has no provider");
        }
        f.write_str("no provider has a credential")?;
        for (index, reason) in self.reasons.iter().enumerate() {
            write!(f, "{} ({}) {reason}", if index == 0 { ":" } else { ";" }, index + 1)?;
        }
        Ok(())
    }
}

impl std::error::Error for ChainError {}

#[cfg(test)]
mod tests;
