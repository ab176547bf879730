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
use crate::error::{Error, Source};
use crate::profile::Region;

const NAME: &str = "web identity";

const TKE_REGION: &str = "TKE_REGION";
const TKE_PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TKE_TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
const TKE_ROLE_ARN: &str = "TKE_ROLE_ARN";
/// All of them.
const TKE: [&str; 4] = [TKE_PROVIDER_ID, TKE_TOKEN_FILE, TKE_ROLE_ARN, TKE_REGION];

/// Assumes a role with a token of an identity provider (OIDC), by STS
/// [`AssumeRoleWithWebIdentity`](https://cloud.tencent.com/document/api/1312/73070): how a pod of
/// TKE gets its credential. No key is needed: the call is not signed.
///
/// The credential is cached: see [`CachingProvider`]. A token file is read anew on each refresh. A
/// failed call is made up to three times within 30 s. Clones share the cache.
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
    /// Takes everything from the variables that TKE sets in a pod, `TKE_REGION`,
    /// `TKE_PROVIDER_ID`, `TKE_WEB_IDENTITY_TOKEN_FILE` and `TKE_ROLE_ARN`. Variables and file are
    /// read anew on each refresh.
    #[doc(alias = "DefaultTkeOIDCRoleArnProvider")]
    pub fn from_tke_environment() -> Self {
        Self::from_tke_environment_with(ProviderConfig::new())
    }

    /// As [`from_tke_environment`](Self::from_tke_environment), through another transport, clock
    /// or environment.
    pub fn from_tke_environment_with(config: ProviderConfig) -> Self {
        let mut session = RoleSession::new();
        session.sts.config = config;
        Identity::new(Setup::Tke, session, None).cached()
    }

    /// As [`from_tke_environment`](Self::from_tke_environment), with other settings: the name or
    /// the duration of the session, say, or an endpoint inside of the cloud.
    pub fn builder_from_tke_environment() -> WebIdentityProviderBuilder {
        WebIdentityProviderBuilder::new(None)
    }

    /// Starts a provider of the role of this ARN, for tokens of the identity provider of this id.
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

/// Builds a [`WebIdentityProvider`].
#[must_use = "call `build` to get the provider"]
pub struct WebIdentityProviderBuilder {
    /// The identity provider and the role; `None` for those of TKE.
    given: Option<(String, String)>,
    token: Option<Token>,
    region: Option<Region>,
    session: RoleSession,
}

impl WebIdentityProviderBuilder {
    fn new(given: Option<(String, String)>) -> Self {
        Self { given, token: None, region: None, session: RoleSession::new() }
    }

    /// Sets the token itself. It ends at some time: better give a file.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Token::Text(Zeroizing::new(token.into())));
        self
    }

    /// Sets the file that holds the token.
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token = Some(Token::File(path.into()));
        self
    }

    /// Sets the name of the session, which audits show. Default: `tencentcloud-rust-sdk-` and the
    /// time.
    pub fn session_name(mut self, session_name: impl Into<String>) -> Self {
        self.session.name = Some(session_name.into());
        self
    }

    /// Sets how long a credential lives: 1 to 43,200 whole seconds. Default: 7,200 s.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.session.duration = duration;
        self
    }

    /// Sets the region that STS is asked for. Default: in a pod of TKE that of `TKE_REGION`, else
    /// `ap-guangzhou`.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets where STS is, as [`Endpoint::parse`](crate::profile::Endpoint::parse) reads it. Default:
    /// `sts.tencentcloudapi.com`; inside the cloud `sts.internal.tencentcloudapi.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.session.endpoint = Some(endpoint.into());
        self
    }

    /// Sets transport, clock and waiting. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.session.sts.config = config;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) that names the setting which is missing or
    /// which STS would refuse.
    pub fn build(self) -> Result<WebIdentityProvider, Error> {
        let Self { given, token, region, session } = self;
        let setup = match (given, token) {
            (None, None) => Setup::Tke,
            (None, Some(_)) => {
                return Err(Error::invalid_input(format!(
                    "the token of a TKE pod is that of {TKE_TOKEN_FILE}: set no other"
                )));
            }
            (Some((provider_id, _)), _) if provider_id.trim().is_empty() => {
                return Err(Error::invalid_input("the id of the identity provider is empty"));
            }
            (Some((provider_id, role_arn)), token) => {
                check_role_arn(&role_arn)?;
                let token = token.ok_or_else(|| {
                    Error::invalid_input("there is no token: set `token_file` or `token`")
                })?;
                Setup::Given { provider_id, role_arn, token }
            }
        };
        if let Some(region) = &region {
            region.check()?;
        }
        Ok(Identity::new(setup, session.checked()?, region).cached())
    }
}

impl fmt::Debug for WebIdentityProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentityProviderBuilder")
            .field("provider_id_and_role_arn", &self.given)
            .finish_non_exhaustive()
    }
}

enum Token {
    Text(Zeroizing<String>),
    File(PathBuf),
}

enum Setup {
    Tke,
    Given { provider_id: String, role_arn: String, token: Token },
}

/// The role, assumed anew each time.
struct Identity {
    setup: Setup,
    session: RoleSession,
    /// The region that the caller set.
    region: Option<Region>,
    files: FileReader,
}

/// What is sent, as it stands now.
struct Claim {
    provider_id: String,
    role_arn: String,
    token: Zeroizing<String>,
    region: Option<Region>,
}

impl Identity {
    fn new(setup: Setup, session: RoleSession, region: Option<Region>) -> Self {
        Self { setup, session, region, files: FileReader::default() }
    }

    fn cached(self) -> WebIdentityProvider {
        let config = self.session.sts.config.clone();
        WebIdentityProvider(CachingProvider::builder(self).config(config).name(NAME).build())
    }

    async fn assume(&self) -> Result<Credential, Source> {
        let claim = self.claim().await?;
        let name = self.session.name();
        let parameters = [
            ("ProviderId", Parameter::Text(&claim.provider_id)),
            ("WebIdentityToken", Parameter::Text(&claim.token)),
            ("RoleArn", Parameter::Text(&claim.role_arn)),
            ("RoleSessionName", Parameter::Text(&name)),
            ("DurationSeconds", Parameter::Seconds(self.session.duration)),
        ];
        let mut sts = self.session.sts.clone();
        if let Some(region) = self.region.clone().or(claim.region) {
            sts.region = region;
        }
        let call = StsCall {
            action: "AssumeRoleWithWebIdentity",
            parameters: &parameters,
            source: None,
            secrets: &[&claim.token],
        };
        Ok(sts.credential(&call).await?)
    }

    /// Whether nothing says that this is a pod of TKE.
    fn is_elsewhere(&self) -> bool {
        let environment = &self.session.sts.config.environment;
        matches!(self.setup, Setup::Tke) && TKE.iter().all(|name| environment.get(name).is_none())
    }

    async fn claim(&self) -> Result<Claim, Source> {
        match &self.setup {
            Setup::Given { provider_id, role_arn, token } => Ok(Claim {
                provider_id: provider_id.clone(),
                role_arn: role_arn.clone(),
                token: match token {
                    Token::Text(token) => trimmed(token).ok_or("the token is empty")?,
                    Token::File(path) => self.token(path).await?,
                },
                region: None,
            }),
            Setup::Tke => {
                let variable = |name: &str| {
                    let value = self.session.sts.config.environment.get(name);
                    value
                        .ok_or_else(|| format!("{name} is not set, but other variables of TKE are"))
                };
                let provider_id = variable(TKE_PROVIDER_ID)?;
                let token_file = variable(TKE_TOKEN_FILE)?;
                let role_arn = variable(TKE_ROLE_ARN)?;
                let region = Region::from(variable(TKE_REGION)?);
                region.check().map_err(|error| format!("{TKE_REGION}: {error}"))?;
                check_role_arn(&role_arn).map_err(|error| format!("{TKE_ROLE_ARN}: {error}"))?;
                let token = self.token(Path::new(&token_file)).await;
                let token = token.map_err(|error| format!("{TKE_TOKEN_FILE}: {error}"))?;
                Ok(Claim { provider_id, role_arn, token, region: Some(region) })
            }
        }
    }

    async fn token(&self, path: &Path) -> Result<Zeroizing<String>, String> {
        let parse = |text: &str| trimmed(text).ok_or_else(|| "the token is empty".to_owned());
        let token = self.files.read(path, &*self.session.sts.config.sleep, parse).await?;
        token.ok_or_else(|| format!("no file {}", path.display()))
    }
}

/// Files end with a line break, which is no part of the token.
fn trimmed(token: &str) -> Option<Zeroizing<String>> {
    let token = token.trim();
    (!token.is_empty()).then(|| Zeroizing::new(token.to_owned()))
}

impl ProvideCredential for Identity {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            if self.is_elsewhere() {
                let reason = format!("{TKE_PROVIDER_ID} is not set, as outside of a TKE pod");
                return Err(ProviderError::not_configured(NAME, reason));
            }
            self.assume().await.map_err(|error| ProviderError::new(NAME, error))
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Identity");
        match &self.setup {
            Setup::Tke => shown.field("environment", &"TKE"),
            Setup::Given { provider_id, role_arn, .. } => {
                shown.field("provider_id", provider_id).field("role_arn", role_arn)
            }
        };
        shown.field("sts", &self.session.sts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
