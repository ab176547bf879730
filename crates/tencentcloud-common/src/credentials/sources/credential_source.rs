//! What a file of credentials says to do, and the provider that does it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{AssumeRoleProvider, CvmRoleProvider};
use crate::credentials::{Credential, ProvideCredential, ProviderConfig, ProviderError};
use crate::error::Error;

/// Where the credential of a profile comes from. Without `Debug`: it holds keys.
#[derive(Clone, PartialEq)]
pub(super) enum CredentialSource {
    Keys(Keys),
    Role { source: Box<Self>, role: Role },
    CvmRole,
}

/// A key as it stands in a file.
#[derive(Clone, PartialEq)]
pub(super) struct Keys {
    pub(super) secret_id: String,
    pub(super) secret_key: Zeroizing<String>,
    pub(super) token: Option<Zeroizing<String>>,
    pub(super) expires_at: Option<SystemTime>,
}

/// A role to assume.
#[derive(Clone, PartialEq)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) duration: Option<Duration>,
    pub(super) region: Option<String>,
}

impl Keys {
    fn credential(&self) -> Result<Credential, Error> {
        let (id, key) = (self.secret_id.as_str(), self.secret_key.as_str());
        let credential = match &self.token {
            Some(token) => Credential::with_token(id, key, token.as_str())?,
            None => Credential::new(id, key)?,
        };
        Ok(match self.expires_at {
            Some(end) => credential.expiring_at(end),
            None => credential,
        })
    }
}

impl CredentialSource {
    fn provider(&self, config: &ProviderConfig) -> Result<Arc<dyn ProvideCredential>, Error> {
        let (source, role) = match self {
            Self::Keys(keys) => return Ok(Arc::new(keys.credential()?)),
            Self::CvmRole => return Ok(Arc::new(CvmRoleProvider::with_config(config.clone()))),
            Self::Role { source, role } => (source.provider(config)?, role),
        };
        let mut builder =
            AssumeRoleProvider::builder(source, role.arn.as_str()).config(config.clone());
        if let Some(name) = &role.session_name {
            builder = builder.session_name(name);
        }
        if let Some(id) = &role.external_id {
            builder = builder.external_id(id);
        }
        if let Some(duration) = role.duration {
            builder = builder.duration(duration);
        }
        if let Some(region) = &role.region {
            builder = builder.region(region.as_str());
        }
        Ok(Arc::new(builder.build()?))
    }
}

/// What a file says cannot be done.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {source}")]
struct Unusable {
    place: String,
    source: Error,
}

/// Keeps the provider of a plan for as long as the file says the same, so that the credential of a
/// role outlives the reading of the file.
#[derive(Default)]
pub(super) struct CredentialSourceCache(
    Mutex<Option<(CredentialSource, Arc<dyn ProvideCredential>)>>,
);

impl CredentialSourceCache {
    /// The credential of a plan that stands in `place`.
    pub(super) async fn credential(
        &self,
        name: &'static str,
        place: String,
        plan: CredentialSource,
        config: &ProviderConfig,
    ) -> Result<Credential, ProviderError> {
        let provider = self
            .provider(plan, config)
            .map_err(|source| ProviderError::new(name, Unusable { place, source }))?;
        // A file says to use it, wherever its credential comes from.
        provider.provide_credential().await.map_err(|error| error.configured(true))
    }

    fn provider(
        &self,
        plan: CredentialSource,
        config: &ProviderConfig,
    ) -> Result<Arc<dyn ProvideCredential>, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, provider)) = kept.as_ref().filter(|(own, _)| *own == plan) {
            return Ok(Arc::clone(provider));
        }
        let provider = plan.provider(config)?;
        *kept = Some((plan, Arc::clone(&provider)));
        Ok(provider)
    }

    pub(super) fn invalidate(&self, credential: &Credential) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let provider = kept.as_ref().map(|(_, provider)| Arc::clone(provider));
        drop(kept);
        if let Some(provider) = provider {
            provider.invalidate(credential);
        }
    }
}
