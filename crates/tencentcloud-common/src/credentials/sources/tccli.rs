use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zeroize::{Zeroize, Zeroizing};

use super::credential_source::{CredentialSource, CredentialSourceCache, Role, StaticKey};
use crate::credentials::internal::credential_file::{NO_HOME, home_dir};
use crate::credentials::internal::file_reader::FileReader;
use crate::credentials::{
    Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};
use crate::protocol::model::json::{self, Leniency};
use crate::table;

const NAME: &str = "tccli";

const PROFILE_VARIABLE: &str = "TCCLI_PROFILE";

/// A provider that reads the credential of the command line tool `tccli`.
///
/// The file is `~/.tccli/<profile>.credential`. The profile is set by [`profile`](Self::profile),
/// or else by `$TCCLI_PROFILE`; the default is `default`. The file is read again for each request
/// and never written. The first of these rules that applies is used:
///
/// 1. `"use-cvm-role": true`, or `"type": "cvm-role"`: the provider works like
///    [`CvmRoleProvider`](super::CvmRoleProvider). Like `tccli`, it ignores keys in the file.
/// 2. A `role-arn`: the role is assumed with the keys of the file, and its credential is cached.
/// 3. A `token`, from `tccli auth login` or `tccli sso login`: the credential is used until
///    `expiresAt`. After that, the error says which command refreshes it.
/// 4. Otherwise the keys are permanent. A `type` or `expiresAt` left over from a login is ignored,
///    because keys without a token do not expire.
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
    /// Creates a provider for the default profile.
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

    /// Sets the name of the profile.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the environment variables, and the transport and clock for roles. Default:
    /// [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    async fn provide(&self) -> Result<Credential, ProviderError> {
        let (location, source) = self.load().await?;
        self.cache.credential(NAME, location, source, &self.config).await
    }

    /// Reads the credential source, and its location for errors.
    async fn load(&self) -> Result<(String, CredentialSource), ProviderError> {
        let environment = &self.config.environment;
        let error = |reason: String| ProviderError::new(NAME, reason);
        let named = self.profile.clone().or_else(|| environment.get(PROFILE_VARIABLE));
        let is_default = self.directory.is_none() && named.is_none();
        // A missing file is an error if the caller or a variable names a directory or profile.
        let missing = |reason: String| error(reason).configured(!is_default);
        let profile = named.unwrap_or_else(|| "default".to_owned());
        if profile.is_empty() || profile.contains(['/', '\\', ':', '\0']) {
            return Err(error(format!(
                "invalid profile name {profile:?}: it must not be empty or contain a path separator"
            )));
        }
        let directory = match &self.directory {
            Some(directory) => directory.clone(),
            None => {
                home_dir(environment).ok_or_else(|| missing(NO_HOME.to_owned()))?.join(".tccli")
            }
        };
        let path = directory.join(format!("{profile}.credential"));
        let parse = |text: &str| {
            let mut file = CredentialFile::default();
            json::from_slice(text.as_bytes(), &mut file, Leniency::Lenient)
                .map_err(|reason| reason.position())?;
            file.credential_source(self.config.clock.now())
        };
        let source = self.files.read(&path, &*self.config.sleep, parse).await.map_err(error)?;
        let shown = path.display().to_string();
        match source {
            Some(source) => Ok((shown, source)),
            None => Err(missing(format!("file not found: {shown}"))),
        }
    }
}

/// The fields of the file that are used here.
#[derive(Default)]
struct CredentialFile {
    kind: Option<String>,
    secret_id: Option<String>,
    secret_key: Option<String>,
    token: Option<String>,
    role_arn: Option<String>,
    role_session_name: Option<String>,
    use_cvm_role: Option<bool>,
    expires_at: Option<f64>,
}
table!(CredentialFile {
    "type": kind,
    "secretId": secret_id,
    "secretKey": secret_key,
    "token": token,
    "role-arn": role_arn,
    "role-session-name": role_session_name,
    "use-cvm-role": use_cvm_role,
    "expiresAt": expires_at,
});

impl Drop for CredentialFile {
    fn drop(&mut self) {
        self.secret_key.zeroize();
        self.token.zeroize();
    }
}

impl CredentialFile {
    fn credential_source(&mut self, now: SystemTime) -> Result<CredentialSource, String> {
        let kind = take_text(&mut self.kind).unwrap_or_default();
        if self.use_cvm_role.unwrap_or(kind == "cvm-role") {
            return Ok(CredentialSource::CvmRole);
        }
        let token = take_text(&mut self.token).map(Zeroizing::new);
        let expires_at = token.as_ref().and(self.expires_at.and_then(expiry));
        if expires_at.is_some_and(|expires_at| now >= expires_at) {
            return Err(expired_message(&kind));
        }
        let missing = |name: &str| match kind.as_str() {
            "sso" | "oauth" => format!("`{name}` is missing or empty: {}", login_hint(&kind)),
            _ => format!("`{name}` is missing or empty: run `tccli configure`"),
        };
        let key = CredentialSource::Key(StaticKey {
            secret_id: take_text(&mut self.secret_id).ok_or_else(|| missing("secretId"))?,
            secret_key: take_text(&mut self.secret_key)
                .map(Zeroizing::new)
                .ok_or_else(|| missing("secretKey"))?,
            token,
            expires_at,
        });
        let Some(arn) = take_text(&mut self.role_arn) else { return Ok(key) };
        let role = Role {
            arn,
            session_name: take_text(&mut self.role_session_name),
            external_id: None,
            duration: None,
            region: None,
        };
        Ok(CredentialSource::Role { source: Box::new(key), role })
    }
}

/// Takes the text of a field; an empty text is treated as unset.
fn take_text(field: &mut Option<String>) -> Option<String> {
    field.take().filter(|text| !text.is_empty())
}

/// Converts seconds since 1970, which may have a fraction, to a time. An invalid value becomes a
/// time in the past.
fn expiry(seconds: f64) -> Option<SystemTime> {
    let since_1970 = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    UNIX_EPOCH.checked_add(since_1970)
}

fn expired_message(kind: &str) -> String {
    format!("the temporary key has expired: {}", login_hint(kind))
}

fn login_hint(kind: &str) -> &'static str {
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
