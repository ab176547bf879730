//! Verification of the signature method `TC3-HMAC-SHA256`.

use http::Method;
use tencentcloud_common::sign::tc3;

use super::authorization::Tc3Claim;
use super::common_params::CommonParams;
use super::credentials::{Credentials, check_timestamp, check_token, constant_time_eq};
use super::headers::Headers;
use crate::api_error::ApiError;
use crate::catalog::Catalog;
use crate::request::{Request, query};

/// The domain of the real service, in which the first label of a host names the service.
const ROOT_DOMAIN: &str = "tencentcloudapi.";

/// Checks the signature of a request, and its timestamp, host and token.
pub(super) fn verify(
    request: &Request,
    body: &[u8],
    claim: &Tc3Claim<'_>,
    credentials: &Credentials,
    catalog: &Catalog,
    now: u64,
) -> Result<(), ApiError> {
    let headers = Headers(request.headers());
    let common = CommonParams::Headers(headers);
    let credential = credentials.find(claim.secret_id)?;
    let timestamp = common.timestamp()?;
    check_timestamp(timestamp, now)?;
    check_scope_date(timestamp, claim.date)?;
    check_host(headers, claim.service, catalog)?;
    let signed = signed_headers(headers, &claim.signed_headers)?;
    let signed: Vec<_> = signed.iter().map(|(name, value)| (*name, value.as_str())).collect();

    let method = request.method();
    let query = if method == Method::GET { query(request) } else { "" };
    let payload: &[u8] = match headers.get("X-TC-Content-SHA256")? {
        Some(tc3::UNSIGNED_PAYLOAD) => tc3::UNSIGNED_PAYLOAD.as_bytes(),
        _ => body,
    };
    let payload = tc3::sha256_hex(payload);
    let canonical = tc3::canonical_request(method.as_str(), query, &signed, &payload);
    let string = tc3::string_to_sign(timestamp, claim.date, claim.service, &canonical);
    let expected = tc3::signature(credential.secret_key(), claim.date, claim.service, &string);
    if !constant_time_eq(expected.as_bytes(), claim.signature.as_bytes()) {
        return Err(mismatch(claim, &canonical));
    }
    check_token(common, credential)
}

/// Checks that a host that names a service names the service of the signature. Other hosts, such
/// as `127.0.0.1:8080`, name none.
fn check_host(headers: Headers<'_>, service: &str, catalog: &Catalog) -> Result<(), ApiError> {
    let host = headers.required("Host")?;
    let Some((label, domain)) = host.split_once('.') else { return Ok(()) };
    let names_service = catalog.has_service(label) || domain.contains(ROOT_DOMAIN);
    if names_service && label != service {
        return Err(ApiError::HostMismatch { host: host.to_owned(), service: service.to_owned() });
    }
    Ok(())
}

/// Returns an error with the canonical request, which shows what differs.
fn mismatch(claim: &Tc3Claim<'_>, canonical: &str) -> ApiError {
    let secret_id = claim.secret_id.to_owned();
    if claim.signed_headers.contains(&"x-tc-token") {
        ApiError::SignatureMismatchWithToken { secret_id }
    } else {
        ApiError::SignatureMismatch { secret_id, canonical_request: format!("{canonical:?}") }
    }
}

/// Checks that the date of the credential scope is the date of the timestamp.
fn check_scope_date(timestamp: u64, date: &str) -> Result<(), ApiError> {
    let expected = tc3::date(timestamp).map_err(|error| ApiError::TimestampWithoutDate {
        timestamp,
        problem: error.to_string(),
    })?;
    if expected == date {
        return Ok(());
    }
    Err(ApiError::ScopeDateMismatch { date: date.to_owned(), expected })
}

/// Returns the signed headers as the canonical request contains them: `Content-Type` and `Host` as
/// received, the values of all others in lower case.
fn signed_headers<'a>(
    headers: Headers<'_>,
    names: &[&'a str],
) -> Result<Vec<(&'a str, String)>, ApiError> {
    let signed = names.iter().map(|name| match headers.get(name)? {
        Some(value) if matches!(*name, "content-type" | "host") => Ok((*name, value.to_owned())),
        Some(value) => Ok((*name, value.to_lowercase())),
        None => Err(ApiError::SignedHeaderMissing { name: (*name).to_owned() }),
    });
    signed.collect()
}
