use zeroize::Zeroizing;

use crate::credentials::{Credential, CredentialFuture, ProvideCredential, ProviderError};
use crate::runtime::Environment;

const NAME: &str = "environment";

const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
/// The variables that the official SDKs, the command line tool and Terraform use for the token.
const TOKEN_NAMES: [&str; 3] =
    ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"];

/// A provider that reads environment variables.
///
/// It reads `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY` and, for a temporary credential,
/// the first of `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` and
/// `TENCENTCLOUD_SECURITY_TOKEN` that is set. An empty variable is treated as unset. The variables
/// are read again for each request.
///
/// ```
/// use tencentcloud_common::runtime::Environment;
/// use tencentcloud_common::credentials::EnvironmentProvider;
///
/// let provider = EnvironmentProvider::new();
/// let error = EnvironmentProvider::with_environment(Environment::from_fn(|_| None))
///     .credential()
///     .unwrap_err();
/// assert_eq!(error.to_string(), "environment: TENCENTCLOUD_SECRET_ID is not set");
/// ```
#[doc(alias(
    "EnvironmentVariableCredential",
    "EnvironmentVariableCredentialsProvider",
    "EnvCredential",
    "DefaultEnvProvider",
    "NewEnvProvider"
))]
#[derive(Clone, Debug)]
pub struct EnvironmentProvider {
    environment: Environment,
}

impl EnvironmentProvider {
    /// Creates a provider that reads the variables of the process.
    pub fn new() -> Self {
        Self::with_environment(Environment::process())
    }

    /// Creates a provider that reads other variables.
    pub fn with_environment(environment: Environment) -> Self {
        Self { environment }
    }

    /// Returns the credential that the variables currently contain.
    ///
    /// # Errors
    ///
    /// [`ProviderError`] that names the variable that is missing or invalid.
    pub fn credential(&self) -> Result<Credential, ProviderError> {
        let get = |name| self.environment.get(name);
        let (secret_id, secret_key) = (get(SECRET_ID), get(SECRET_KEY).map(Zeroizing::new));
        let incomplete = |unset, set| error(format!("{unset} is not set, but {set} is"));
        let (secret_id, mut secret_key) = match (secret_id, secret_key) {
            (Some(id), Some(key)) => (id, key),
            (Some(_), None) => return Err(incomplete(SECRET_KEY, SECRET_ID)),
            (None, Some(_)) => return Err(incomplete(SECRET_ID, SECRET_KEY)),
            (None, None) => {
                let reason = format!("{SECRET_ID} is not set");
                return Err(ProviderError::not_configured(NAME, reason));
            }
        };
        let secret_key = std::mem::take(&mut *secret_key);
        match TOKEN_NAMES.iter().find_map(|name| get(name)) {
            Some(token) => Credential::with_token(secret_id, secret_key, token),
            None => Credential::new(secret_id, secret_key),
        }
        .map_err(error)
    }
}

impl Default for EnvironmentProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for EnvironmentProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::ready(self.credential()))
    }
}

fn error(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProviderError {
    ProviderError::new(NAME, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(variables: &'static [(&'static str, &'static str)]) -> EnvironmentProvider {
        EnvironmentProvider::with_environment(Environment::from_fn(move |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        }))
    }

    #[test]
    fn each_token_variable_is_read_and_an_empty_one_is_unset() {
        for variable in [
            [(SECRET_ID, "id"), (SECRET_KEY, "key"), ("TENCENTCLOUD_TOKEN", "t")],
            [(SECRET_ID, "id"), (SECRET_KEY, "key"), ("TENCENTCLOUD_SESSION_TOKEN", "t")],
            [(SECRET_ID, "id"), (SECRET_KEY, "key"), ("TENCENTCLOUD_SECURITY_TOKEN", "t")],
        ] {
            let credential = provider(Vec::from(variable).leak()).credential().unwrap();
            assert_eq!((credential.secret_id(), credential.token()), ("id", Some("t")));
        }
        let credential =
            provider(&[(SECRET_ID, "id"), (SECRET_KEY, "key"), ("TENCENTCLOUD_TOKEN", "")])
                .credential()
                .unwrap();
        assert_eq!(credential.token(), None);
    }

    #[test]
    fn missing_or_invalid_variable_is_named() {
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[], "environment: TENCENTCLOUD_SECRET_ID is not set"),
            (
                &[(SECRET_ID, "id"), (SECRET_KEY, "")],
                "SECRET_KEY is not set, but TENCENTCLOUD_SECRET_ID is",
            ),
            (&[(SECRET_KEY, "key")], "SECRET_ID is not set, but TENCENTCLOUD_SECRET_KEY is"),
            (
                &[(SECRET_ID, " id"), (SECRET_KEY, "key")],
                "the secret id has leading or trailing whitespace",
            ),
        ];
        for (variables, expected) in cases {
            let error = provider(variables.to_vec().leak()).credential().unwrap_err();
            assert_eq!(error.is_not_configured(), variables.is_empty());
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
