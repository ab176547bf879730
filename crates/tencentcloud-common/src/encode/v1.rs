//! Parameters that hold their own signature, by `HmacSHA1` or `HmacSHA256`: a query or a form body.

use super::{Encoded, limit};
use crate::credential::Credential;
use crate::error::Error;
use crate::form;
use crate::sign::v1::{Request, form as signed_form};

/// Signs for one attempt: host, time and nonce are those of the attempt.
pub(crate) fn encode(
    request: &Request<'_, String, String>,
    credential: &Credential,
) -> Result<Encoded, Error> {
    let signed = signed_form(request, credential)?;
    let encoded = match request.method {
        "GET" => Encoded::get(signed),
        _ => Encoded::post(form::CONTENT_TYPE, signed),
    };
    limit::check(&encoded, limit::POST_V1)?;
    Ok(encoded)
}
