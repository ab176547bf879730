//! The accepted credentials, and the checks that both kinds of signature share.

use tencentcloud_common::Credential;

use super::common_params::CommonParams;
use crate::api_error::ApiError;

/// How far the clock of a client may differ, in seconds.
const TOLERANCE: u64 = 300;

/// The credentials that the server accepts.
#[derive(Debug)]
pub(super) struct Credentials(pub(super) Vec<Credential>);

impl Credentials {
    /// Returns the credential with the secret id.
    pub(super) fn find(&self, secret_id: &str) -> Result<&Credential, ApiError> {
        let found = self.0.iter().find(|credential| credential.secret_id() == secret_id);
        found.ok_or_else(|| ApiError::UnknownSecretId { secret_id: secret_id.to_owned() })
    }
}

/// Checks that a timestamp is close to the time of the server.
pub(super) fn check_timestamp(timestamp: u64, now: u64) -> Result<(), ApiError> {
    if timestamp.abs_diff(now) > TOLERANCE {
        return Err(ApiError::SignatureExpired { timestamp, now, tolerance: TOLERANCE });
    }
    Ok(())
}

/// Checks that the token of the request is the token of the credential.
pub(super) fn check_token(
    common: CommonParams<'_>,
    credential: &Credential,
) -> Result<(), ApiError> {
    let expected = credential.token().unwrap_or_default();
    let token = common.get("Token")?.unwrap_or_default();
    if constant_time_eq(expected.as_bytes(), token.as_bytes()) {
        return Ok(());
    }
    let name = common.name("Token");
    Err(match (expected, token) {
        ("", _) => ApiError::UnexpectedToken { name },
        (_, "") => ApiError::MissingToken { name },
        _ => ApiError::TokenMismatch { name },
    })
}

/// Compares secrets in a time that does not depend on how many bytes are equal.
pub(super) fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
