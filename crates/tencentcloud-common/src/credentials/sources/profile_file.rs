use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::credential_source::{CredentialSource, CredentialSourceCache, Keys, Role};
use crate::credentials::internal::credential_file::{NO_HOME, home};
use crate::credentials::internal::file_reader::FileReader;
use crate::credentials::internal::ini::{self, Ini, Section};
use crate::credentials::{
    Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};

const NAME: &str = "profile file";

const FILE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";
const PROFILE: &str = "TENCENTCLOUD_PROFILE";
const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";

/// How many profiles may stand in a row by `source_profile`.
const MAX_SOURCES: usize = 5;

/// Reads a profile from a file, afresh for each request.
///
/// The file is `$TENCENTCLOUD_CREDENTIALS_FILE`, or else the first that exists of
/// `~/.tencentcloud/credentials` and `/etc/tencentcloud/credentials`. The profile is that of
/// [`profile`](Self::profile), or else `$TENCENTCLOUD_PROFILE`, or else `default`.
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
/// ; role_session_name, external_id, duration_seconds and region may follow
/// ```
///
/// Lines that begin with `#` or `;` are comments. A profile, or a setting of one, that stands twice
/// is an error: it would not be clear what counts.
///
/// A profile with a `role_arn` assumes that role, with its own keys or those of `source_profile`.
/// The credential of the role is cached for as long as the file says the same.
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
    /// Reads the usual file and profile.
    pub fn new() -> Self {
        Self {
            path: None,
            profile: None,
            config: ProviderConfig::new(),
            files: FileReader::default(),
            cache: CredentialSourceCache::default(),
        }
    }

    /// Sets the file.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the profile.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the environment, and what a role is assumed through. Default:
    /// [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    async fn provide(&self) -> Result<Credential, ProviderError> {
        let (place, plan) = self.plan().await?;
        self.cache.credential(NAME, place, plan, &self.config).await
    }

    /// What the file says to do, and where it says so.
    async fn plan(&self) -> Result<(String, CredentialSource), ProviderError> {
        let environment = &self.config.environment;
        let error = |reason: String| ProviderError::new(NAME, reason);
        let file = self.path.clone().or_else(|| environment.get(FILE).map(Into::into));
        let named = self.profile.clone().or_else(|| environment.get(PROFILE));
        let usual = file.is_none() && named.is_none();
        let profile = named.unwrap_or_else(|| "default".to_owned());
        let home = home(environment);
        let mut absent = Vec::new();
        let candidates = file.clone().map_or_else(|| usual_files(home.clone()), |file| vec![file]);
        for path in candidates {
            let parse = |text: &str| {
                let ini = ini::parse(text).map_err(|reason| reason.to_string())?;
                plan(&ini, &profile, MAX_SOURCES)
            };
            let plan = self.files.read(&path, &*self.config.sleep, parse).await.map_err(error)?;
            let shown = path.display();
            match plan {
                Some(plan) => return Ok((format!("{shown}: [{profile}]"), plan)),
                None => absent.push(shown.to_string()),
            }
        }
        let mut reason = format!("no file {}", absent.join(" nor "));
        if file.is_none() && home.is_none() {
            reason = format!("{reason}, and {NO_HOME}");
        }
        // A file or profile that was asked for is missed.
        Err(error(reason).configured(!usual))
    }
}

/// The user's own file comes before that of the machine.
fn usual_files(home: Option<PathBuf>) -> Vec<PathBuf> {
    let own = home.map(|home| home.join(".tencentcloud").join("credentials"));
    own.into_iter().chain([Path::new(SYSTEM_FILE).to_owned()]).collect()
}

fn plan(ini: &Ini, profile: &str, sources_left: usize) -> Result<CredentialSource, String> {
    let section = ini.section(profile).ok_or_else(|| {
        let names: Vec<_> = ini.names().map(|name| format!("[{name}]")).collect();
        let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!("it has no profile [{profile}], but {has}")
    })?;
    let Some(arn) = section.get("role_arn") else {
        return Ok(CredentialSource::Keys(keys(section, profile)?));
    };
    let source = match section.get("source_profile") {
        None => CredentialSource::Keys(keys(section, profile)?),
        // A profile may name itself for its own keys.
        Some(name) if name.as_str() == profile => CredentialSource::Keys(keys(section, profile)?),
        Some(name) => match sources_left.checked_sub(1) {
            Some(left) => plan(ini, name, left)?,
            None => {
                return Err(format!(
                    "the `source_profile`s from [{profile}] on go round in a circle, or are more \
                     than {MAX_SOURCES} in a row"
                ));
            }
        },
    };
    let text = |name| section.get(name).map(|value| value.to_string());
    let duration = match section.get("duration_seconds") {
        None => None,
        Some(seconds) => Some(seconds.parse().map(Duration::from_secs).map_err(|_| {
            format!("`duration_seconds` of [{profile}] is no whole number of seconds")
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

fn keys(section: &Section, profile: &str) -> Result<Keys, String> {
    let checked = |name: &str| match section.get(name) {
        Some(value) if value.starts_with(['"', '\'']) => {
            Err(format!("`{name}` of [{profile}] is in quotes: remove them"))
        }
        value => Ok(value.cloned()),
    };
    let required = |name: &str| {
        checked(name)?.ok_or_else(|| format!("`{name}` of [{profile}] is missing or empty"))
    };
    Ok(Keys {
        secret_id: required("secret_id")?.to_string(),
        secret_key: required("secret_key")?,
        token: checked("token")?,
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
