//! The credential that requests are signed with.
//!
//! ```
//! use tencentcloud_common::Credential;
//!
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let temporary = Credential::with_token("AKIDexample", "my-secret-key", "my-token")?;
//!
//! assert_eq!(credential.secret_id(), "AKIDexample");
//! assert!(!format!("{temporary:?}").contains("my-"));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::redact::Redacted;

/// A secret id, a secret key and, for a temporary credential, a token.
///
/// The three are one value, so that parts of different credentials cannot be mixed. Cloning is
/// cheap. The secrets are zeroized when the last clone is dropped, and `Debug` redacts them. Create
/// keys in the [console](https://console.cloud.tencent.com/cam/capi).
#[derive(Clone)]
pub struct Credential(Arc<Parts>);

struct Parts {
    secret_id: String,
    secret_key: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    expires_at: Option<SystemTime>,
}

impl Credential {
    /// Creates a credential from a long-term key.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the id or the key is empty, has leading
    /// or trailing whitespace, or contains a character other than visible ASCII, or if the id
    /// contains `/`, `,` or `=`.
    #[doc(alias = "NewCredential")]
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Result<Self, Error> {
        Self::from_parts(secret_id.into(), secret_key.into(), None)
    }

    /// Creates a temporary credential from a key and its token.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new); the token is checked like the key.
    #[doc(alias = "NewTokenCredential")]
    pub fn with_token(
        secret_id: impl Into<String>,
        secret_key: impl Into<String>,
        token: impl Into<String>,
    ) -> Result<Self, Error> {
        Self::from_parts(secret_id.into(), secret_key.into(), Some(token.into()))
    }

    fn from_parts(
        secret_id: String,
        secret_key: String,
        token: Option<String>,
    ) -> Result<Self, Error> {
        let secret_key = Zeroizing::new(secret_key);
        let token = token.map(Zeroizing::new);
        check("secret id", &secret_id)?;
        // These separate the id from other values in the Authorization header.
        if let Some(c) = secret_id.chars().find(|c| matches!(c, '/' | ',' | '=')) {
            return Err(Error::invalid_input(format!(
                "the secret id must not contain '{c}': copy it again from the console"
            )));
        }
        check("secret key", &secret_key)?;
        if let Some(token) = &token {
            check("token", token)?;
        }
        Ok(Self(Arc::new(Parts { secret_id, secret_key, token, expires_at: None })))
    }

    /// Sets the time at which the credential expires.
    pub fn expiring_at(self, expires_at: SystemTime) -> Self {
        Self(Arc::new(Parts {
            secret_id: self.0.secret_id.clone(),
            secret_key: self.0.secret_key.clone(),
            token: self.0.token.clone(),
            expires_at: Some(expires_at),
        }))
    }

    /// Returns the public id of the key, which is sent with each request.
    pub fn secret_id(&self) -> &str {
        &self.0.secret_id
    }

    /// Returns the key that signs requests. It is never sent.
    pub fn secret_key(&self) -> &str {
        &self.0.secret_key
    }

    /// Returns the token of a temporary credential, which is sent in `X-TC-Token`.
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_ref().map(|token| token.as_str())
    }

    /// Returns when the credential expires; `None` if it does not.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("secret_id", &self.0.secret_id)
            .field("secret_key", &Redacted)
            .field("token", &self.0.token.as_ref().map(|_| Redacted))
            .field("expires_at", &self.0.expires_at)
            .finish()
    }
}

/// Rejects a text that was probably copied incorrectly.
fn check(what: &str, text: &str) -> Result<(), Error> {
    let wrong = if text.trim().is_empty() {
        "is empty"
    } else if text.trim() != text {
        "has leading or trailing whitespace"
    } else if !text.chars().all(|c| c.is_ascii_graphic()) {
        "contains a space or a character outside printable ASCII"
    } else {
        return Ok(());
    };
    Err(Error::invalid_input(format!("the {what} {wrong}: copy it again from the console")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_errors_are_reported_without_the_value() {
        let cases = [
            ("", "key", "the secret id is empty"),
            ("  ", "key", "the secret id is empty"),
            (" id", "key", "the secret id has leading or trailing whitespace"),
            ("id", "key\n", "the secret key has leading or trailing whitespace"),
            ("id", "", "the secret key is empty"),
            ("id", "k ey", "the secret key contains a space"),
            ("id", "ké", "the secret key contains a space or a character outside"),
            ("i/d", "key", "must not contain '/'"),
        ];
        for (id, key, expected) in cases {
            let error = Credential::new(id, key).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        }
        let error = Credential::with_token("id", "key", " tok").unwrap_err().to_string();
        assert!(
            error.contains("the token has leading or trailing whitespace")
                && !error.contains("tok\""),
            "{error}"
        );
    }

    #[test]
    fn debug_redacts_secrets() {
        let debug = format!("{:?}", Credential::with_token("AKID1", "kkkk", "tttt").unwrap());
        assert!(debug.contains("AKID1"));
        assert!(!debug.contains("kkkk") && !debug.contains("tttt"), "{debug}");
    }
}
