//! The credential: what a request is signed with.
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
use crate::redact::Hidden;

/// A secret id, its key, and the token of a temporary credential: one value, never taken apart, so
/// that parts of two generations cannot be mixed.
///
/// Cheap to clone. The secrets are overwritten when the last clone is dropped, and are never shown
/// by `Debug`. Keys are made in the [console](https://console.cloud.tencent.com/cam/capi).
#[derive(Clone)]
pub struct Credential(Arc<Parts>);

struct Parts {
    secret_id: String,
    secret_key: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    expires_at: Option<SystemTime>,
}

impl Credential {
    /// A long-lived key.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the id or the key is empty, has
    /// spaces around it, or holds a character that cannot be sent.
    #[doc(alias = "NewCredential")]
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Result<Self, Error> {
        Self::from_parts(secret_id.into(), secret_key.into(), None)
    }

    /// A temporary key with its token.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when the token is empty.
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
        // The id stands in the Authorization header, between these.
        if let Some(c) = secret_id.chars().find(|c| matches!(c, '/' | ',' | '=')) {
            return Err(Error::invalid_input(format!("the secret id must not contain '{c}'")));
        }
        check("secret key", &secret_key)?;
        if let Some(token) = &token {
            check("token", token)?;
        }
        Ok(Self(Arc::new(Parts { secret_id, secret_key, token, expires_at: None })))
    }

    /// The same credential, known to be refused from this moment on.
    pub fn expiring_at(self, expires_at: SystemTime) -> Self {
        Self(Arc::new(Parts {
            secret_id: self.0.secret_id.clone(),
            secret_key: self.0.secret_key.clone(),
            token: self.0.token.clone(),
            expires_at: Some(expires_at),
        }))
    }

    /// The public half, which is sent with each request.
    pub fn secret_id(&self) -> &str {
        &self.0.secret_id
    }

    /// The key that signs. Never sent, never shown.
    pub fn secret_key(&self) -> &str {
        &self.0.secret_key
    }

    /// The token of a temporary credential, sent in `X-TC-Token`.
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_ref().map(|token| token.as_str())
    }

    /// When the credential ends; `None` for one that does not.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("secret_id", &self.0.secret_id)
            .field("secret_key", &Hidden)
            .field("token", &self.0.token.as_ref().map(|_| Hidden))
            .field("expires_at", &self.0.expires_at)
            .finish()
    }
}

/// Refuses what can only be a mistake of copying.
fn check(what: &str, text: &str) -> Result<(), Error> {
    let wrong = if text.trim().is_empty() {
        "is empty"
    } else if text.trim() != text {
        "has spaces or line breaks around it"
    } else if !text.chars().all(|c| c.is_ascii_graphic()) {
        "holds a space or a character outside printable ASCII"
    } else {
        return Ok(());
    };
    Err(Error::invalid_input(format!("the {what} {wrong}: copy it again from the console")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_of_copying_are_named_and_not_shown() {
        let cases = [
            ("", "key", "the secret id is empty"),
            ("  ", "key", "the secret id is empty"),
            (" id", "key", "the secret id has spaces"),
            ("id", "key\n", "the secret key has spaces"),
            ("id", "", "the secret key is empty"),
            ("id", "k ey", "the secret key holds a space"),
            ("id", "ké", "the secret key holds a space or a character outside"),
            ("i/d", "key", "must not contain '/'"),
        ];
        for (id, key, expected) in cases {
            let error = Credential::new(id, key).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        }
        let error = Credential::with_token("id", "key", " tok").unwrap_err().to_string();
        assert!(error.contains("the token has spaces") && !error.contains("tok\""), "{error}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credential::with_token("AKID1", "kkkk", "tttt").unwrap());
        assert!(shown.contains("AKID1"));
        assert!(!shown.contains("kkkk") && !shown.contains("tttt"), "{shown}");
    }
}
