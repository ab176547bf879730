use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::credentials::internal::file_reader::FileReader;
use crate::credentials::internal::role_session::{RoleSession, check_role_arn};
use crate::credentials::internal::sts_client::{Parameter, StsCall};
use crate::credentials::{
    CachingProvider, Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};
use crate::error::{BoxError, Error};
use crate::profile::Region;

const NAME: &str = "web identity";

const TKE_REGION: &str = "TKE_REGION";
const TKE_PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TKE_TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
const TKE_ROLE_ARN: &str = "TKE_ROLE_ARN";
/// All variables that TKE sets in a pod.
const TKE_VARIABLES: [&str; 4] = [TKE_PROVIDER_ID, TKE_TOKEN_FILE, TKE_ROLE_ARN, TKE_REGION];

/// A provider that assumes a role with the token of an identity provider (OIDC), through STS
/// [`AssumeRoleWithWebIdentity`](https://cloud.tencent.com/document/api/1312/73070). A TKE pod gets
/// its credential this way. The request is not signed, so no key is needed.
///
/// The credential is cached as in a [`CachingProvider`]. A token file is read again on each
/// refresh. A call to STS has up to three attempts within 30 s. Clones share the cache.
///
/// ```
/// use tencentcloud_common::credentials::WebIdentityProvider;
///
/// let in_a_pod = WebIdentityProvider::from_tke_environment();
/// let role = "qcs::cam::uin/100000000001:roleName/deploy";
/// let elsewhere = WebIdentityProvider::builder("my-provider", role)
///     .token_file("/var/run/secrets/identity/token")
///     .build()?;
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[doc(alias("OIDCRoleArnCredential", "OIDCRoleArnProvider", "NewOIDCRoleArnProvider"))]
#[doc(alias = "OIDC")]
#[derive(Clone, Debug)]
pub struct WebIdentityProvider(CachingProvider);

impl WebIdentityProvider {
    /// Creates a provider that is configured by the variables that TKE sets in a pod:
    /// `TKE_REGION`, `TKE_PROVIDER_ID`, `TKE_WEB_IDENTITY_TOKEN_FILE` and `TKE_ROLE_ARN`. The
    /// variables and the token file are read again on each refresh.
    #[doc(alias = "DefaultTkeOIDCRoleArnProvider")]
    pub fn from_tke_environment() -> Self {
        Self::from_tke_environment_with(ProviderConfig::new())
    }

    /// Creates the same provider as [`from_tke_environment`](Self::from_tke_environment), with
    /// another transport, clock or environment.
    pub fn from_tke_environment_with(config: ProviderConfig) -> Self {
        let mut session = RoleSession::new();
        session.sts.config = config;
        UncachedWebIdentity::new(IdentityConfig::Tke, session, None).cached()
    }

    /// Creates a builder for the same provider as
    /// [`from_tke_environment`](Self::from_tke_environment), with other settings, such as the name
    /// or duration of the session, or an endpoint inside the cloud.
    pub fn builder_from_tke_environment() -> WebIdentityProviderBuilder {
        WebIdentityProviderBuilder::new(None)
    }

    /// Creates a builder for the role with this ARN and the identity provider with this id.
    pub fn builder(
        provider_id: impl Into<String>,
        role_arn: impl Into<String>,
    ) -> WebIdentityProviderBuilder {
        WebIdentityProviderBuilder::new(Some((provider_id.into(), role_arn.into())))
    }
}

impl ProvideCredential for WebIdentityProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.invalidate(credential);
    }
}

/// A builder for a [`WebIdentityProvider`].
#[must_use = "call `build` to get the provider"]
pub struct WebIdentityProviderBuilder {
    /// The ids of the identity provider and the role; `None` to read them from the variables.
    provider_and_role: Option<(String, String)>,
    token: Option<Token>,
    region: Option<Region>,
    session: RoleSession,
}

impl WebIdentityProviderBuilder {
    fn new(provider_and_role: Option<(String, String)>) -> Self {
        Self { provider_and_role, token: None, region: None, session: RoleSession::new() }
    }

    /// Sets the token itself. Prefer [`token_file`](Self::token_file), because a token expires.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Token::Text(Zeroizing::new(token.into())));
        self
    }

    /// Sets the path of the file that contains the token.
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token = Some(Token::File(path.into()));
        self
    }

    /// Sets the session name, which audit logs show. Default: `tencentcloud-rust-sdk-` and the time
    /// in microseconds.
    pub fn session_name(mut self, session_name: impl Into<String>) -> Self {
        self.session.name = Some(session_name.into());
        self
    }

    /// Sets the lifetime of a credential: 1 to 43,200 whole seconds. Default: 7,200 s.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.session.duration = duration;
        self
    }

    /// Sets the region of the STS request. Default: `$TKE_REGION` if the provider is configured by
    /// the variables of a TKE pod, or else `ap-guangzhou`.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the STS endpoint, in the format of
    /// [`Endpoint::parse`](crate::profile::Endpoint::parse). Default: `sts.tencentcloudapi.com`.
    /// The endpoint inside the cloud is `sts.internal.tencentcloudapi.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.session.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the transport, clock and sleep. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.session.sts.config = config;
        self
    }

    /// Builds the provider.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) that names the setting that is missing or
    /// that STS would reject.
    pub fn build(self) -> Result<WebIdentityProvider, Error> {
        let Self { provider_and_role, token, region, session } = self;
        let identity = match (provider_and_role, token) {
            (None, None) => IdentityConfig::Tke,
            (None, Some(_)) => {
                return Err(Error::invalid_input(format!(
                    "the token of a TKE pod is read from {TKE_TOKEN_FILE}: do not set `token` or \
                     `token_file`"
                )));
            }
            (Some((provider_id, _)), _) if provider_id.trim().is_empty() => {
                return Err(Error::invalid_input("the identity provider id is empty"));
            }
            (Some((provider_id, role_arn)), token) => {
                check_role_arn(&role_arn)?;
                let token = token.ok_or_else(|| {
                    Error::invalid_input("the token is missing: set `token_file` or `token`")
                })?;
                IdentityConfig::Explicit { provider_id, role_arn, token }
            }
        };
        if let Some(region) = &region {
            region.check()?;
        }
        Ok(UncachedWebIdentity::new(identity, session.validate()?, region).cached())
    }
}

impl fmt::Debug for WebIdentityProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentityProviderBuilder")
            .field("provider_id_and_role_arn", &self.provider_and_role)
            .finish_non_exhaustive()
    }
}

enum Token {
    Text(Zeroizing<String>),
    File(PathBuf),
}

enum IdentityConfig {
    Tke,
    Explicit { provider_id: String, role_arn: String, token: Token },
}

/// Assumes the role on each call, without a cache.
struct UncachedWebIdentity {
    identity: IdentityConfig,
    session: RoleSession,
    /// The region that the caller set, if any.
    region: Option<Region>,
    files: FileReader,
}

/// The current values of the request parameters.
struct ResolvedIdentity {
    provider_id: String,
    role_arn: String,
    token: Zeroizing<String>,
    region: Option<Region>,
}

impl UncachedWebIdentity {
    fn new(identity: IdentityConfig, session: RoleSession, region: Option<Region>) -> Self {
        Self { identity, session, region, files: FileReader::default() }
    }

    fn cached(self) -> WebIdentityProvider {
        let config = self.session.sts.config.clone();
        WebIdentityProvider(CachingProvider::builder(self).config(config).name(NAME).build())
    }

    async fn assume(&self) -> Result<Credential, BoxError> {
        let resolved = self.resolve().await?;
        let name = self.session.name();
        let parameters = [
            ("ProviderId", Parameter::Text(&resolved.provider_id)),
            ("WebIdentityToken", Parameter::Text(&resolved.token)),
            ("RoleArn", Parameter::Text(&resolved.role_arn)),
            ("RoleSessionName", Parameter::Text(&name)),
            ("DurationSeconds", Parameter::Seconds(self.session.duration)),
        ];
        let mut sts = self.session.sts.clone();
        if let Some(region) = self.region.clone().or(resolved.region) {
            sts.region = region;
        }
        let call = StsCall {
            action: "AssumeRoleWithWebIdentity",
            parameters: &parameters,
            source: None,
            secrets: &[&resolved.token],
        };
        Ok(sts.credential(&call).await?)
    }

    /// Whether none of the variables of a TKE pod is set.
    fn is_outside_tke(&self) -> bool {
        let environment = &self.session.sts.config.environment;
        matches!(self.identity, IdentityConfig::Tke)
            && TKE_VARIABLES.iter().all(|name| environment.get(name).is_none())
    }

    async fn resolve(&self) -> Result<ResolvedIdentity, BoxError> {
        match &self.identity {
            IdentityConfig::Explicit { provider_id, role_arn, token } => Ok(ResolvedIdentity {
                provider_id: provider_id.clone(),
                role_arn: role_arn.clone(),
                token: match token {
                    Token::Text(token) => trim_token(token).ok_or("the token is empty")?,
                    Token::File(path) => self.token(path).await?,
                },
                region: None,
            }),
            IdentityConfig::Tke => {
                let variable = |name: &str| {
                    let value = self.session.sts.config.environment.get(name);
                    value.ok_or_else(|| format!("{name} is not set, but other TKE variables are"))
                };
                let provider_id = variable(TKE_PROVIDER_ID)?;
                let token_file = variable(TKE_TOKEN_FILE)?;
                let role_arn = variable(TKE_ROLE_ARN)?;
                let region = Region::from(variable(TKE_REGION)?);
                region.check().map_err(|error| format!("{TKE_REGION}: {error}"))?;
                check_role_arn(&role_arn).map_err(|error| format!("{TKE_ROLE_ARN}: {error}"))?;
                let token = self.token(Path::new(&token_file)).await;
                let token = token.map_err(|error| format!("{TKE_TOKEN_FILE}: {error}"))?;
                Ok(ResolvedIdentity { provider_id, role_arn, token, region: Some(region) })
            }
        }
    }

    async fn token(&self, path: &Path) -> Result<Zeroizing<String>, String> {
        let parse = |text: &str| trim_token(text).ok_or_else(|| "the token is empty".to_owned());
        let token = self.files.read(path, &*self.session.sts.config.sleep, parse).await?;
        token.ok_or_else(|| format!("file not found: {}", path.display()))
    }
}

/// Trims the token, because a file ends with a line break that is not part of the token.
fn trim_token(token: &str) -> Option<Zeroizing<String>> {
    let token = token.trim();
    (!token.is_empty()).then(|| Zeroizing::new(token.to_owned()))
}

impl ProvideCredential for UncachedWebIdentity {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            if self.is_outside_tke() {
                let reason = format!("{TKE_PROVIDER_ID} is not set: not running in a TKE pod");
                return Err(ProviderError::not_configured(NAME, reason));
            }
            self.assume().await.map_err(|error| ProviderError::new(NAME, error))
        })
    }
}

impl fmt::Debug for UncachedWebIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("UncachedWebIdentity");
        match &self.identity {
            IdentityConfig::Tke => debug.field("environment", &"TKE"),
            IdentityConfig::Explicit { provider_id, role_arn, .. } => {
                debug.field("provider_id", provider_id).field("role_arn", role_arn)
            }
        };
        debug.field("sts", &self.session.sts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
