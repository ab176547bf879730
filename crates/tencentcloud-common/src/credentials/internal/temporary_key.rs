//! The temporary key in the responses of STS and the metadata service.

use std::time::{Duration, UNIX_EPOCH};

use zeroize::{Zeroize, Zeroizing};

use crate::credentials::Credential;
use crate::error::Error;
use crate::table;

/// A temporary key in a response. It does not implement `Debug` and is zeroized on drop.
#[derive(Default)]
pub(in crate::credentials) struct TemporaryKey {
    secret_id: Option<String>,
    secret_key: Option<String>,
    token: Option<String>,
    /// Seconds since 1970; in a response of STS it is outside the key.
    pub(in crate::credentials) expired_time: Option<u64>,
}
table!(TemporaryKey {
    "TmpSecretId": secret_id,
    "TmpSecretKey": secret_key,
    "Token": token,
    "ExpiredTime": expired_time,
});

impl Drop for TemporaryKey {
    fn drop(&mut self) {
        self.secret_key.zeroize();
        self.token.zeroize();
    }
}

/// Why a response contains no credential; the message continues "the response".
#[derive(Debug, thiserror::Error)]
pub(in crate::credentials) enum TemporaryKeyError {
    /// A field is missing or empty.
    #[error("has no {0}")]
    Missing(&'static str),
    /// The source is not part of the message, because its advice is for keys copied by hand.
    #[error("contains an invalid key")]
    Key(#[source] Error),
}

impl TemporaryKey {
    /// Takes the credential out of the response.
    pub(in crate::credentials) fn credential(&mut self) -> Result<Credential, TemporaryKeyError> {
        let take = |name, field: &mut Option<String>| {
            let text = field.take().map(Zeroizing::new).filter(|text| !text.is_empty());
            text.ok_or(TemporaryKeyError::Missing(name))
        };
        let secret_id = take("TmpSecretId", &mut self.secret_id)?;
        let mut secret_key = take("TmpSecretKey", &mut self.secret_key)?;
        let mut token = take("Token", &mut self.token)?;
        let expires_at = self
            .expired_time
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .ok_or(TemporaryKeyError::Missing("ExpiredTime"))?;
        let (secret_key, token) = (std::mem::take(&mut *secret_key), std::mem::take(&mut *token));
        let credential = Credential::with_token(secret_id.as_str(), secret_key, token);
        Ok(credential.map_err(TemporaryKeyError::Key)?.expiring_at(expires_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::model::json::{self, Leniency};

    #[test]
    fn missing_or_empty_field_is_named() {
        let full = r#"{"TmpSecretId":"i","TmpSecretKey":"leaked","Token":"t","ExpiredTime":7}"#;
        let read = |text: &str| {
            let mut key = TemporaryKey::default();
            json::from_slice(text.as_bytes(), &mut key, Leniency::Lenient).unwrap();
            key.credential()
        };
        let credential = read(full).unwrap();
        assert_eq!((credential.secret_id(), credential.secret_key()), ("i", "leaked"));
        assert_eq!(credential.token(), Some("t"));
        assert_eq!(credential.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(7)));
        for (field, replacement, expected) in [
            (r#""i""#, "null", "has no TmpSecretId"),
            (r#""i""#, r#""""#, "has no TmpSecretId"),
            (r#""leaked""#, r#""""#, "has no TmpSecretKey"),
            (r#""t""#, r#""""#, "has no Token"),
            ("7", "null", "has no ExpiredTime"),
            ("7", "18446744073709551615", "has no ExpiredTime"),
            ("leaked", "leaked key", "contains an invalid key"),
        ] {
            let error = read(&full.replace(field, replacement)).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert!(!format!("{error:?}").contains("leaked"), "{error:?}");
        }
    }
}
