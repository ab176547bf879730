use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{CredentialFuture, ProvideCredential, ProviderError};
use crate::credential::Credential;

/// Asks several providers in order; the first that has a credential wins.
///
/// The one that answered is asked first from then on; when it fails, all are asked anew. The
/// error of a chain names every provider and its reason.
///
/// ```
/// use tencentcloud_common::provider::{
///     ChainProvider, EnvironmentProvider, ProfileFileProvider, TccliProvider,
/// };
///
/// let provider = ChainProvider::new()
///     .with(EnvironmentProvider::new())
///     .with(ProfileFileProvider::new().profile("production"))
///     .with(TccliProvider::new());
/// ```
#[derive(Debug)]
pub struct ChainProvider {
    providers: Vec<Box<dyn ProvideCredential>>,
    /// The index of the provider that answered last; one past the end for none.
    last: AtomicUsize,
}

impl ChainProvider {
    /// A chain without a provider yet.
    pub fn new() -> Self {
        Self { providers: Vec::new(), last: AtomicUsize::new(usize::MAX) }
    }

    /// Adds a provider behind the others.
    pub fn with(mut self, provider: impl ProvideCredential + 'static) -> Self {
        self.providers.push(Box::new(provider));
        self
    }

    async fn provide(&self) -> Result<Credential, ProviderError> {
        let last = self.last.load(Ordering::Relaxed);
        let mut failed = None;
        if let Some(provider) = self.providers.get(last) {
            match provider.provide_credential().await {
                Ok(credential) => return Ok(credential),
                Err(error) => failed = Some(error),
            }
        }
        let mut reasons = Vec::with_capacity(self.providers.len());
        for (index, provider) in self.providers.iter().enumerate() {
            // What has just failed is not asked twice.
            if index == last
                && let Some(error) = failed.take()
            {
                reasons.push(error);
                continue;
            }
            match provider.provide_credential().await {
                Ok(credential) => {
                    self.last.store(index, Ordering::Relaxed);
                    return Ok(credential);
                }
                Err(error) => reasons.push(error),
            }
        }
        Err(ProviderError::new("chain", ChainError { reasons }))
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

    fn refused(&self, credential: &Credential) {
        for provider in &self.providers {
            provider.refused(credential);
        }
    }
}

/// No provider of a chain has a credential: the reason of each, in order.
///
/// It is the [`source`](std::error::Error::source) of the [`ProviderError`] of the chain.
#[derive(Clone, Debug)]
pub struct ChainError {
    reasons: Vec<ProviderError>,
}

impl ChainError {
    /// Why each provider was passed over, in the order of the chain.
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
