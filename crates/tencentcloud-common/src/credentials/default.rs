use super::{
    ChainProvider, CredentialFuture, CvmRoleProvider, EnvironmentProvider, ProfileFileProvider,
    ProvideCredential, ProviderConfig, WebIdentityProvider,
};
use crate::credentials::Credential;

/// The default chain of providers: [environment variables](EnvironmentProvider), the
/// [profile file](ProfileFileProvider), the [identity of a TKE pod](WebIdentityProvider) and the
/// [role of a CVM instance](CvmRoleProvider), in this order.
///
/// The official SDKs try the CVM role before the pod. Here the pod comes first, because detecting
/// it needs no network. Outside the cloud, the last step fails after three connection attempts
/// that take at most 1 s each.
///
/// A provider that is not configured is skipped silently. An error, such as a secret id without a
/// secret key in the environment or a file that cannot be read, is logged as a warning: see
/// [`ChainProvider`].
///
/// ```no_run
/// use tencentcloud_common::CommonClient;
/// use tencentcloud_common::credentials::DefaultProvider;
///
/// let client = CommonClient::new("cvm", "2017-03-12", DefaultProvider::new(), "ap-shanghai");
/// ```
#[doc(alias("DefaultCredentialProvider", "DefaultCredentialsProvider", "DefaultProviderChain"))]
#[derive(Debug)]
pub struct DefaultProvider(ChainProvider);

impl DefaultProvider {
    /// Creates the chain with the default [`ProviderConfig`].
    pub fn new() -> Self {
        Self::with_config(ProviderConfig::new())
    }

    /// Creates the chain with another transport, clock or environment.
    pub fn with_config(config: ProviderConfig) -> Self {
        Self(
            ChainProvider::new()
                .with(EnvironmentProvider::with_environment(config.environment.clone()))
                .with(ProfileFileProvider::new().config(config.clone()))
                .with(WebIdentityProvider::from_tke_environment_with(config.clone()))
                .with(CvmRoleProvider::with_config(config)),
        )
    }
}

impl Default for DefaultProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for DefaultProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.invalidate(credential);
    }
}

#[cfg(test)]
mod tests;
