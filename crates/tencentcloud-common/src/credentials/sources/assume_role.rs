use std::fmt;
use std::time::Duration;

use serde::de::IgnoredAny;

use crate::credentials::internal::role_session::{RoleSession, check_role_arn, check_text};
use crate::credentials::internal::sts_client::{Parameter, StsCall};
use crate::credentials::{
    CachingProvider, Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};
use crate::error::Error;
use crate::profile::Region;
use crate::protocol::query::percent_encoded;

const NAME: &str = "assume role";

/// A provider that assumes a role with the credential of another provider, through STS
/// [`AssumeRole`](https://cloud.tencent.com/document/api/1312/48197).
///
/// The source can be any provider, such as a static key, the role of a CVM instance or another
/// role. The credential is cached as in a [`CachingProvider`]. A call to STS has up to three
/// attempts within 30 s. Clones share the cache.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_common::credentials::{AssumeRoleProvider, EnvironmentProvider};
///
/// let role = "qcs::cam::uin/100000000001:roleName/deploy";
/// let provider = AssumeRoleProvider::builder(EnvironmentProvider::new(), role)
///     .session_name("nightly")
///     .duration(Duration::from_secs(3600))
///     .build()?;
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[doc(alias(
    "STSAssumeRoleCredential",
    "STSCredential",
    "STSCredentialsProvider",
    "RoleArnProvider",
    "NewRoleArnProvider",
    "DefaultRoleArnProvider"
))]
#[derive(Clone, Debug)]
pub struct AssumeRoleProvider(CachingProvider);

impl AssumeRoleProvider {
    /// Creates a builder for the role with this ARN, such as
    /// `qcs::cam::uin/100000000001:roleName/deploy`.
    pub fn builder(
        source: impl ProvideCredential + 'static,
        role_arn: impl Into<String>,
    ) -> AssumeRoleProviderBuilder {
        let role = UncachedAssumeRole {
            source: Box::new(source),
            arn: role_arn.into(),
            session: RoleSession::new(),
            external_id: None,
            policy: None,
            tags: Vec::new(),
            source_identity: None,
        };
        AssumeRoleProviderBuilder(role)
    }
}

impl ProvideCredential for AssumeRoleProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.invalidate(credential);
    }
}

/// A builder for an [`AssumeRoleProvider`].
#[derive(Debug)]
#[must_use = "call `build` to get the provider"]
pub struct AssumeRoleProviderBuilder(UncachedAssumeRole);

impl AssumeRoleProviderBuilder {
    /// Sets the session name, which audit logs show. Default: `tencentcloud-rust-sdk-` and the time
    /// in microseconds.
    pub fn session_name(mut self, session_name: impl Into<String>) -> Self {
        self.0.session.name = Some(session_name.into());
        self
    }

    /// Sets the lifetime of a credential: 1 to 43,200 whole seconds. Default: 7,200 s.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.0.session.duration = duration;
        self
    }

    /// Sets the external id that the role requires.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.0.external_id = Some(external_id.into());
        self
    }

    /// Sets a policy that restricts the permissions of the role, as JSON text in the [policy
    /// language](https://cloud.tencent.com/document/product/598/10603). The provider
    /// percent-encodes it for STS.
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.0.policy = Some(policy.into());
        self
    }

    /// Adds a session tag. At most 50 tags are allowed.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.tags.push((key.into(), value.into()));
        self
    }

    /// Sets the source identity, which the session keeps when it assumes another role.
    pub fn source_identity(mut self, source_identity: impl Into<String>) -> Self {
        self.0.source_identity = Some(source_identity.into());
        self
    }

    /// Sets the region of the STS request. Default: `ap-guangzhou`.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.0.session.sts.region = region.into();
        self
    }

    /// Sets the STS endpoint, in the format of
    /// [`Endpoint::parse`](crate::profile::Endpoint::parse). Default: `sts.tencentcloudapi.com`.
    /// The endpoint inside the cloud is `sts.internal.tencentcloudapi.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.0.session.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the transport, clock and sleep. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.0.session.sts.config = config;
        self
    }

    /// Builds the provider.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) that names the setting that STS would
    /// reject.
    pub fn build(self) -> Result<AssumeRoleProvider, Error> {
        let Self(mut role) = self;
        check_role_arn(&role.arn)?;
        role.session = role.session.validate()?;
        if let Some(id) = &role.external_id {
            check_text("external id", id, "+=,.@:_/-")?;
        }
        if role.tags.len() > 50 {
            let count = role.tags.len();
            return Err(Error::invalid_input(format!(
                "too many session tags: at most 50 are allowed, got {count}"
            )));
        }
        if role.tags.iter().any(|(key, _)| key.is_empty()) {
            return Err(Error::invalid_input("the key of a session tag is empty"));
        }
        role.policy = role.policy.map(|policy| encoded_policy(&policy)).transpose()?;
        let config = role.session.sts.config.clone();
        Ok(AssumeRoleProvider(CachingProvider::builder(role).config(config).name(NAME).build()))
    }
}

/// URL encodes the policy, as STS requires.
fn encoded_policy(policy: &str) -> Result<String, Error> {
    serde_json::from_str::<IgnoredAny>(policy)
        .ok()
        .filter(|_| policy.trim_start().starts_with('{'))
        .ok_or_else(|| {
            Error::invalid_input(
                "the policy is not a JSON object: pass the JSON text, without URL encoding",
            )
        })?;
    Ok(percent_encoded(policy))
}

/// Assumes the role on each call, without a cache.
struct UncachedAssumeRole {
    source: Box<dyn ProvideCredential>,
    arn: String,
    session: RoleSession,
    external_id: Option<String>,
    policy: Option<String>,
    tags: Vec<(String, String)>,
    source_identity: Option<String>,
}

impl UncachedAssumeRole {
    async fn assume(&self) -> Result<Credential, Error> {
        let name = self.session.name();
        let mut parameters = vec![
            ("RoleArn", Parameter::Text(&self.arn)),
            ("RoleSessionName", Parameter::Text(&name)),
            ("DurationSeconds", Parameter::Seconds(self.session.duration)),
        ];
        let texts = [
            ("ExternalId", &self.external_id),
            ("Policy", &self.policy),
            ("SourceIdentity", &self.source_identity),
        ];
        for (name, text) in texts {
            parameters.extend(text.as_deref().map(|text| (name, Parameter::Text(text))));
        }
        if !self.tags.is_empty() {
            parameters.push(("Tags", Parameter::Tags(&self.tags)));
        }
        let external_id = self.external_id.as_deref().unwrap_or_default();
        let call = StsCall {
            action: "AssumeRole",
            parameters: &parameters,
            source: Some(&*self.source),
            secrets: &[external_id],
        };
        self.session.sts.credential(&call).await
    }
}

impl ProvideCredential for UncachedAssumeRole {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async { self.assume().await.map_err(|error| ProviderError::new(NAME, error)) })
    }
}

impl fmt::Debug for UncachedAssumeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UncachedAssumeRole")
            .field("role_arn", &self.arn)
            .field("session_name", &self.session.name)
            .field("duration", &self.session.duration)
            .field("sts", &self.session.sts)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
