use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{CredentialFuture, ProvideCredential, ProviderError};
use crate::credentials::Credential;

const NAME: &str = "chain";

/// Asks several providers in order; the first that has a credential wins.
///
/// The one that answered is asked first from then on; when it fails, all are asked anew. The
/// error of a chain names every provider and its reason.
///
/// A provider that is [not configured](ProviderError::is_not_configured) is passed over in silence.
/// One that fails for another reason, such as a broken file, or that had answered before, is passed
/// over with a warning in the log, for the credential of the next may be that of somebody else. It
/// is asked again each time, so that the order holds as soon as it works.
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
    /// The index of the provider that answered last; one past the end for none.
    last: AtomicUsize,
    /// What was warned of last, so that the same is not said for each request.
    warned: Mutex<Option<String>>,
}

impl ChainProvider {
    /// A chain without a provider yet.
    pub fn new() -> Self {
        Self { providers: Vec::new(), last: AtomicUsize::new(usize::MAX), warned: Mutex::default() }
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
                Ok(credential) => {
                    self.chosen(last, &[]);
                    return Ok(credential);
                }
                // It answered once: something said that it should, whatever it says now.
                Err(error) => failed = Some(error.configured(true)),
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
                    reasons.extend(failed);
                    self.chosen(index, &reasons);
                    return Ok(credential);
                }
                Err(error) => reasons.push(error),
            }
        }
        let configured = !reasons.iter().all(ProviderError::is_not_configured);
        Err(ProviderError::new(NAME, ChainError { reasons }).configured(configured))
    }

    /// Takes in that the provider at `index` answered, and why others did not: first those before
    /// it, then the one that had answered last.
    fn chosen(&self, index: usize, reasons: &[ProviderError]) {
        if reasons.iter().take(index).all(ProviderError::is_not_configured) {
            self.last.store(index, Ordering::Relaxed);
        }
        let failed: Vec<_> =
            reasons.iter().filter(|it| !it.is_not_configured()).map(ToString::to_string).collect();
        let warning = (!failed.is_empty()).then(|| failed.join("; "));
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if *warned == warning {
            return;
        }
        warned.clone_from(&warning);
        drop(warned);
        if let Some(reasons) = warning {
            tracing::warn!(
                reasons,
                used = index + 1,
                "a provider that is configured has no credential; another one of the chain is used"
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
