use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zeroize::{Zeroize, Zeroizing};

use super::credential_source::{CredentialSource, CredentialSourceCache, Keys, Role};
use crate::credentials::internal::credential_file::{NO_HOME, home};
use crate::credentials::internal::file_reader::FileReader;
use crate::credentials::{
    Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};
use crate::protocol::model::json::{self, Leniency};
use crate::table;

const NAME: &str = "tccli";

const PROFILE: &str = "TCCLI_PROFILE";

/// Reads the credential that the command line tool `tccli` keeps, afresh for each request.
///
/// The file is `~/.tccli/<profile>.credential`; the profile is that of
/// [`profile`](Self::profile), or else `$TCCLI_PROFILE`, or else `default`. The file is never
/// written. What it says is taken in this order:
///
/// 1. Set to use the role of the CVM instance (`use-cvm-role`, or `"type": "cvm-role"`): as
///    [`CvmRoleProvider`](super::CvmRoleProvider), as the tool itself does even when keys are
///    left in the file.
/// 2. With a `role-arn`: the role is assumed with the keys of the file, and cached.
/// 3. With a `token`, from `tccli auth login` or `tccli sso login`: used until `expiresAt`. Then
///    an error says to let the tool refresh it.
/// 4. Otherwise the keys are permanent. A `type` or `expiresAt` left over from a login is then
///    ignored: keys without a token do not expire.
///
/// ```
/// use tencentcloud_common::credentials::TccliProvider;
///
/// let provider = TccliProvider::new().profile("production");
/// ```
pub struct TccliProvider {
    directory: Option<PathBuf>,
    profile: Option<String>,
    config: ProviderConfig,
    files: FileReader,
    cache: CredentialSourceCache,
}

impl TccliProvider {
    /// Reads the usual profile.
    pub fn new() -> Self {
        Self {
            directory: None,
            profile: None,
            config: ProviderConfig::new(),
            files: FileReader::default(),
            cache: CredentialSourceCache::default(),
        }
    }

    /// Sets the directory of the files. Default: `~/.tccli`.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Sets the profile.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the environment, and what a role is had through. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    async fn provide(&self) -> Result<Credential, ProviderError> {
        let (place, plan) = self.plan().await?;
        self.cache.credential(NAME, place, plan, &self.config).await
    }

    /// What the file says to do, and where it is.
    async fn plan(&self) -> Result<(String, CredentialSource), ProviderError> {
        let environment = &self.config.environment;
        let error = |reason: String| ProviderError::new(NAME, reason);
        let named = self.profile.clone().or_else(|| environment.get(PROFILE));
        let usual = self.directory.is_none() && named.is_none();
        // A file or profile that was asked for is missed.
        let missed = |reason: String| error(reason).configured(!usual);
        let profile = named.unwrap_or_else(|| "default".to_owned());
        if profile.is_empty() || profile.contains(['/', '\\', ':', '\0']) {
            return Err(error(format!("{profile:?} is no name of a profile")));
        }
        let directory = match &self.directory {
            Some(directory) => directory.clone(),
            None => home(environment).ok_or_else(|| missed(NO_HOME.to_owned()))?.join(".tccli"),
        };
        let path = directory.join(format!("{profile}.credential"));
        let parse = |text: &str| {
            let mut stored = Stored::default();
            json::from_slice(text.as_bytes(), &mut stored, Leniency::Lenient)
                .map_err(|reason| reason.position())?;
            stored.plan(self.config.clock.now())
        };
        let plan = self.files.read(&path, &*self.config.sleep, parse).await.map_err(error)?;
        let shown = path.display().to_string();
        match plan {
            Some(plan) => Ok((shown, plan)),
            None => Err(missed(format!("no file {shown}"))),
        }
    }
}

/// The members of the file that matter here.
#[derive(Default)]
struct Stored {
    kind: Option<String>,
    secret_id: Option<String>,
    secret_key: Option<String>,
    token: Option<String>,
    role_arn: Option<String>,
    role_session_name: Option<String>,
    use_cvm_role: Option<bool>,
    expires_at: Option<f64>,
}
table!(Stored {
    "type": kind,
    "secretId": secret_id,
    "secretKey": secret_key,
    "token": token,
    "role-arn": role_arn,
    "role-session-name": role_session_name,
    "use-cvm-role": use_cvm_role,
    "expiresAt": expires_at,
});

impl Drop for Stored {
    fn drop(&mut self) {
        self.secret_key.zeroize();
        self.token.zeroize();
    }
}

impl Stored {
    fn plan(&mut self, now: SystemTime) -> Result<CredentialSource, String> {
        let kind = text(&mut self.kind).unwrap_or_default();
        if self.use_cvm_role.unwrap_or(kind == "cvm-role") {
            return Ok(CredentialSource::CvmRole);
        }
        let token = text(&mut self.token).map(Zeroizing::new);
        let expires_at = token.as_ref().and(self.expires_at.and_then(moment));
        if expires_at.is_some_and(|end| now >= end) {
            return Err(ended(&kind));
        }
        let missing = |name: &str| match kind.as_str() {
            "sso" | "oauth" => format!("it has no `{name}`: {}", log_in(&kind)),
            _ => format!("it has no `{name}`: run `tccli configure`"),
        };
        let keys = CredentialSource::Keys(Keys {
            secret_id: text(&mut self.secret_id).ok_or_else(|| missing("secretId"))?,
            secret_key: text(&mut self.secret_key)
                .map(Zeroizing::new)
                .ok_or_else(|| missing("secretKey"))?,
            token,
            expires_at,
        });
        let Some(arn) = text(&mut self.role_arn) else { return Ok(keys) };
        let role = Role {
            arn,
            session_name: text(&mut self.role_session_name),
            external_id: None,
            duration: None,
            region: None,
        };
        Ok(CredentialSource::Role { source: Box::new(keys), role })
    }
}

/// Takes a text out; an empty one is not set.
fn text(member: &mut Option<String>) -> Option<String> {
    member.take().filter(|text| !text.is_empty())
}

/// Seconds since 1970; the tool's own clock writes fractions. What is no such time is an end
/// long past.
fn moment(seconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    UNIX_EPOCH.checked_add(since)
}

fn ended(kind: &str) -> String {
    format!("the temporary key in it has expired: {}", log_in(kind))
}

fn log_in(kind: &str) -> &'static str {
    match kind {
        "sso" => "log in again with `tccli sso login`",
        "oauth" => "log in again with `tccli auth login`",
        _ => "log in again with tccli, or run `tccli configure` for a permanent key",
    }
}

impl Default for TccliProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for TccliProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.provide())
    }

    fn invalidate(&self, credential: &Credential) {
        self.cache.invalidate(credential);
    }
}

impl fmt::Debug for TccliProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TccliProvider")
            .field("directory", &self.directory)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
