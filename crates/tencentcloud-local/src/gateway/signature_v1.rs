//! Verification of the signature methods `HmacSHA1` and `HmacSHA256`.

use tencentcloud_common::sign::v1::{self, Algorithm};

use super::common_params::CommonParams;
use super::credentials::{Credentials, check_timestamp, check_token, constant_time_eq};
use super::headers::Headers;
use super::signed_form::SignedForm;
use crate::api_error::ApiError;
use crate::request::Request;

/// Checks the signature of a form, and its timestamp, nonce and token.
pub(super) fn verify(
    request: &Request,
    form: &SignedForm,
    credentials: &Credentials,
    now: u64,
) -> Result<(), ApiError> {
    let common = CommonParams::Form(form);
    let credential = credentials.find(common.required("SecretId")?)?;
    check_timestamp(common.timestamp()?, now)?;
    let nonce = common.required("Nonce")?;
    if !nonce.parse().is_ok_and(|nonce: u64| nonce > 0) {
        return Err(ApiError::InvalidNonce { value: nonce.to_owned() });
    }
    let algorithm = match form.get("SignatureMethod")? {
        None | Some("" | "HmacSHA1") => Algorithm::HmacSha1,
        Some("HmacSHA256") => Algorithm::HmacSha256,
        Some(other) => {
            return Err(ApiError::UnsupportedSignatureMethod { method: other.to_owned() });
        }
    };
    let host = Headers(request.headers()).required("Host")?;
    let string = v1::string_to_sign(request.method().as_str(), host, &form.signed_params());
    let expected = v1::signature(algorithm, credential.secret_key(), &string);
    if !constant_time_eq(expected.as_bytes(), common.required("Signature")?.as_bytes()) {
        let secret_id = credential.secret_id().to_owned();
        return Err(ApiError::FormSignatureMismatch { secret_id });
    }
    check_token(common, credential)
}

#[cfg(test)]
mod tests;
