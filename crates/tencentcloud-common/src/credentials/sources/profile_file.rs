use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::credential_source::{CredentialSource, CredentialSourceCache, Role, StaticKey};
use crate::credentials::internal::credential_file::{NO_HOME, home_dir};
use crate::credentials::internal::file_reader::FileReader;
use crate::credentials::internal::ini::{self, Ini, Section};
use crate::credentials::{
    Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};

const NAME: &str = "profile file";

const FILE_VARIABLE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";
const PROFILE_VARIABLE: &str = "TENCENTCLOUD_PROFILE";
const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";

/// The maximum length of a chain of `source_profile`s.
const MAX_SOURCE_PROFILES: usize = 5;

/// A provider that reads a profile from a credentials file.
///
/// The file is `$TENCENTCLOUD_CREDENTIALS_FILE`, or else the first of
/// `~/.tencentcloud/credentials` and `/etc/tencentcloud/credentials` that exists. The profile is
/// set by [`profile`](Self::profile), or else by `$TENCENTCLOUD_PROFILE`; the default is `default`.
/// The file is read again for each request.
///
/// ```ini
/// [default]
/// secret_id = AKIDexample
/// secret_key = my-secret-key
/// ; token = the token of a temporary key
///
/// [deploy]
/// role_arn = qcs::cam::uin/100000000001:roleName/deploy
/// source_profile = default
/// ; optional: role_session_name, external_id, duration_seconds, region
/// ```
///
/// Lines that start with `#` or `;` are comments. A duplicate profile, or a duplicate setting in a
/// profile, is an error.
///
/// A profile with a `role_arn` assumes that role, with its own keys or those of `source_profile`.
/// The credential of the role is cached as in a [`CachingProvider`](super::super::CachingProvider)
/// until the settings of the profile change.
///
/// ```
/// use tencentcloud_common::credentials::ProfileFileProvider;
///
/// let provider = ProfileFileProvider::new().profile("deploy");
/// ```
#[doc(alias(
    "ProfileCredential",
    "ProfileCredentialsProvider",
    "DefaultProfileProvider",
    "ProfileProvider"
))]
pub struct ProfileFileProvider {
    path: Option<PathBuf>,
    profile: Option<String>,
    config: ProviderConfig,
    files: FileReader,
    cache: CredentialSourceCache,
}

impl ProfileFileProvider {
    /// Creates a provider for the default file and profile.
    pub fn new() -> Self {
        Self {
            path: None,
            profile: None,
            config: ProviderConfig::new(),
            files: FileReader::default(),
            cache: CredentialSourceCache::default(),
        }
    }

    /// Sets the path of the file.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
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
        let file = self.path.clone().or_else(|| environment.get(FILE_VARIABLE).map(Into::into));
        let named = self.profile.clone().or_else(|| environment.get(PROFILE_VARIABLE));
        let is_default = file.is_none() && named.is_none();
        let profile = named.unwrap_or_else(|| "default".to_owned());
        let home = home_dir(environment);
        let mut missing = Vec::new();
        let candidates =
            file.clone().map_or_else(|| default_paths(home.clone()), |file| vec![file]);
        for path in candidates {
            let parse = |text: &str| {
                let ini = ini::parse(text).map_err(|reason| reason.to_string())?;
                credential_source(&ini, &profile, MAX_SOURCE_PROFILES)
            };
            let source = self.files.read(&path, &*self.config.sleep, parse).await.map_err(error)?;
            let shown = path.display();
            match source {
                Some(source) => return Ok((format!("{shown}: [{profile}]"), source)),
                None => missing.push(shown.to_string()),
            }
        }
        let mut reason = format!("file not found: {}", missing.join(", "));
        if file.is_none() && home.is_none() {
            reason = format!("{reason}; {NO_HOME}");
        }
        // A missing file is an error if the caller or a variable names a file or profile.
        Err(error(reason).configured(!is_default))
    }
}

/// Returns the default paths: the file of the user comes before that of the machine.
fn default_paths(home: Option<PathBuf>) -> Vec<PathBuf> {
    let own = home.map(|home| home.join(".tencentcloud").join("credentials"));
    own.into_iter().chain([Path::new(SYSTEM_FILE).to_owned()]).collect()
}

fn credential_source(
    ini: &Ini,
    profile: &str,
    sources_left: usize,
) -> Result<CredentialSource, String> {
    let section = ini.section(profile).ok_or_else(|| {
        let names: Vec<_> = ini.names().map(|name| format!("[{name}]")).collect();
        let found = if names.is_empty() { "no profiles".to_owned() } else { names.join(", ") };
        format!("profile [{profile}] not found: the file contains {found}")
    })?;
    let Some(arn) = section.get("role_arn") else {
        return Ok(CredentialSource::Key(static_key(section, profile)?));
    };
    let source = match section.get("source_profile") {
        None => CredentialSource::Key(static_key(section, profile)?),
        // A profile may name itself to use its own keys.
        Some(name) if name.as_str() == profile => {
            CredentialSource::Key(static_key(section, profile)?)
        }
        Some(name) => match sources_left.checked_sub(1) {
            Some(left) => credential_source(ini, name, left)?,
            None => {
                return Err(format!(
                    "the `source_profile` chain at [{profile}] is circular or longer than \
                     {MAX_SOURCE_PROFILES} profiles"
                ));
            }
        },
    };
    let text = |name| section.get(name).map(|value| value.to_string());
    let duration = match section.get("duration_seconds") {
        None => None,
        Some(seconds) => Some(seconds.parse().map(Duration::from_secs).map_err(|_| {
            format!(
                "`duration_seconds` in [{profile}] must be a whole number of seconds, got {:?}",
                seconds.as_str()
            )
        })?),
    };
    let role = Role {
        arn: arn.to_string(),
        session_name: text("role_session_name"),
        external_id: text("external_id"),
        duration,
        region: text("region"),
    };
    Ok(CredentialSource::Role { source: Box::new(source), role })
}

fn static_key(section: &Section, profile: &str) -> Result<StaticKey, String> {
    let unquoted = |name: &str| match section.get(name) {
        Some(value) if value.starts_with(['"', '\'']) => {
            Err(format!("`{name}` in [{profile}] is in quotes: remove them"))
        }
        value => Ok(value.cloned()),
    };
    let required = |name: &str| {
        unquoted(name)?.ok_or_else(|| format!("`{name}` in [{profile}] is missing or empty"))
    };
    Ok(StaticKey {
        secret_id: required("secret_id")?.to_string(),
        secret_key: required("secret_key")?,
        token: unquoted("token")?,
        expires_at: None,
    })
}

impl Default for ProfileFileProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for ProfileFileProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.provide())
    }

    fn invalidate(&self, credential: &Credential) {
        self.cache.invalidate(credential);
    }
}

impl fmt::Debug for ProfileFileProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileFileProvider")
            .field("path", &self.path)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
