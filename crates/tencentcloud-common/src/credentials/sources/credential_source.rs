//! The credential source that a credential file configures, and its provider.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{AssumeRoleProvider, CvmRoleProvider};
use crate::credentials::{Credential, ProvideCredential, ProviderConfig, ProviderError};
use crate::error::Error;

/// The credential source of a profile. It does not implement `Debug`, because it contains keys.
#[derive(Clone, PartialEq)]
pub(super) enum CredentialSource {
    Key(StaticKey),
    Role { source: Box<Self>, role: Role },
    CvmRole,
}

/// A key in a file.
#[derive(Clone, PartialEq)]
pub(super) struct StaticKey {
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

impl StaticKey {
    fn credential(&self) -> Result<Credential, Error> {
        let (id, key) = (self.secret_id.as_str(), self.secret_key.as_str());
        let credential = match &self.token {
            Some(token) => Credential::with_token(id, key, token.as_str())?,
            None => Credential::new(id, key)?,
        };
        Ok(match self.expires_at {
            Some(expires_at) => credential.expiring_at(expires_at),
            None => credential,
        })
    }
}

impl CredentialSource {
    fn provider(&self, config: &ProviderConfig) -> Result<Arc<dyn ProvideCredential>, Error> {
        let (source, role) = match self {
            Self::Key(key) => return Ok(Arc::new(key.credential()?)),
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

/// The error of a file whose settings are invalid.
#[derive(Debug, thiserror::Error)]
#[error("{location}: {source}")]
struct InvalidSource {
    location: String,
    source: Error,
}

/// Caches the provider of a source until the file changes, so that the credential of a role is kept
/// between reads of the file.
#[derive(Default)]
pub(super) struct CredentialSourceCache(
    Mutex<Option<(CredentialSource, Arc<dyn ProvideCredential>)>>,
);

impl CredentialSourceCache {
    /// Returns the credential of a source; `location` is where the file configures it.
    pub(super) async fn credential(
        &self,
        name: &'static str,
        location: String,
        source: CredentialSource,
        config: &ProviderConfig,
    ) -> Result<Credential, ProviderError> {
        let provider = self
            .provider(source, config)
            .map_err(|error| ProviderError::new(name, InvalidSource { location, source: error }))?;
        // A file configures the provider, even if the provider itself says that it is not.
        provider.provide_credential().await.map_err(|error| error.configured(true))
    }

    fn provider(
        &self,
        source: CredentialSource,
        config: &ProviderConfig,
    ) -> Result<Arc<dyn ProvideCredential>, Error> {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, provider)) = cached.as_ref().filter(|(key, _)| *key == source) {
            return Ok(Arc::clone(provider));
        }
        let provider = source.provider(config)?;
        *cached = Some((source, Arc::clone(&provider)));
        Ok(provider)
    }

    pub(super) fn invalidate(&self, credential: &Credential) {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let provider = cached.as_ref().map(|(_, provider)| Arc::clone(provider));
        drop(cached);
        if let Some(provider) = provider {
            provider.invalidate(credential);
        }
    }
}
