//! Whether the signature of a request is right.

use http::{Method, Request};
use tencentcloud_common::Credential;
use tencentcloud_common::sign::tc3;

use super::authorization::Claim;
use super::common::Common;
use super::headers::Headers;
use super::{Body, Gateway, query};
use crate::refusal::{Refusal, code};

/// How far the clock of a client may be off, in seconds.
const TOLERANCE: u64 = 300;

/// The domain of the real service, whose hosts name the service.
const ROOT_DOMAIN: &str = "tencentcloudapi.";

impl Gateway {
    /// Refuses a request that its sender did not sign.
    pub(super) fn check_signature(
        &self,
        request: &Request<Body>,
        body: &[u8],
        claim: &Claim<'_>,
        now: u64,
    ) -> Result<(), Refusal> {
        let headers = Headers(request.headers());
        let credential = self.credential(claim.secret_id)?;
        let timestamp = Common::Headers(headers).timestamp()?;
        check_time(timestamp, now)?;
        check_day(timestamp, claim.date)?;
        self.check_host(headers, claim.service)?;
        let signed = signed_headers(headers, &claim.signed_headers)?;
        let signed: Vec<_> = signed.iter().map(|(name, value)| (*name, value.as_str())).collect();

        let method = request.method();
        let query = if method == Method::GET { query(request) } else { "" };
        let payload: &[u8] = match headers.one("X-TC-Content-SHA256")? {
            Some(tc3::UNSIGNED_PAYLOAD) => tc3::UNSIGNED_PAYLOAD.as_bytes(),
            _ => body,
        };
        let payload = tc3::sha256_hex(payload);
        let canonical = tc3::canonical_request(method.as_str(), query, &signed, &payload);
        let string = tc3::string_to_sign(timestamp, claim.date, claim.service, &canonical);
        let key = credential.secret_key();
        let expected = tc3::signature(key, claim.date, claim.service, &string);
        if !same(expected.as_bytes(), claim.signature.as_bytes()) {
            return Err(mismatch(claim, &canonical));
        }
        check_token(Common::Headers(headers), credential)
    }

    pub(super) fn credential(&self, secret_id: &str) -> Result<&Credential, Refusal> {
        let known = self.credentials.iter().find(|known| known.secret_id() == secret_id);
        known.ok_or_else(|| {
            let message = format!("There is no secret id `{secret_id}`.");
            Refusal::new("AuthFailure.SecretIdNotFound", message)
        })
    }

    /// A host that names a service must name the one of the signature. Other hosts, such as
    /// `127.0.0.1:8080`, name none.
    fn check_host(&self, headers: Headers<'_>, service: &str) -> Result<(), Refusal> {
        let host = headers.required("Host")?;
        let Some((label, domain)) = host.split_once('.') else { return Ok(()) };
        let names_service = self.catalog.has_service(label) || domain.contains(ROOT_DOMAIN);
        if names_service && label != service {
            let what = format!("The host `{host}` is not one of the service `{service}`.");
            return Err(failure(&what));
        }
        Ok(())
    }
}

pub(super) fn failure(what: &str) -> Refusal {
    Refusal::new(code::SIGNATURE_FAILURE, what)
}

/// Shows what should have been signed, which is what one wants to see then.
fn mismatch(claim: &Claim<'_>, canonical: &str) -> Refusal {
    let canonical = if claim.signed_headers.contains(&"x-tc-token") {
        "not shown, for it holds the token".to_owned()
    } else {
        format!("{canonical:?}")
    };
    failure(&format!(
        "The signature is not the one of this request under the key of `{}`. \
         The canonical request, as received: {canonical}.",
        claim.secret_id
    ))
}

pub(super) fn check_time(timestamp: u64, now: u64) -> Result<(), Refusal> {
    if timestamp.abs_diff(now) > TOLERANCE {
        let message = format!(
            "The request is stamped {timestamp}, but here it is {now}: \
             more than {TOLERANCE} seconds apart."
        );
        return Err(Refusal::new("AuthFailure.SignatureExpire", message));
    }
    Ok(())
}

/// The day of the scope is that of the timestamp.
fn check_day(timestamp: u64, date: &str) -> Result<(), Refusal> {
    let day = tc3::date(timestamp).map_err(|error| failure(&format!("{error}.")))?;
    if day != date {
        let what = format!("The signature is of the day {date}, but the timestamp of {day}.");
        return Err(failure(&what));
    }
    Ok(())
}

/// The signed headers as they were received, in the form in which they are signed: the values of
/// `Content-Type` and `Host` as sent, all others in lower case.
fn signed_headers<'a>(
    headers: Headers<'_>,
    names: &[&'a str],
) -> Result<Vec<(&'a str, String)>, Refusal> {
    let signed = names.iter().map(|name| match headers.one(name)? {
        Some(value) if matches!(*name, "content-type" | "host") => Ok((*name, value.to_owned())),
        Some(value) => Ok((*name, value.to_lowercase())),
        None => Err(failure(&format!("The header `{name}` is signed, but was not sent."))),
    });
    signed.collect()
}

/// Compares without telling by the time it takes how much is the same.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

pub(super) fn check_token(common: Common<'_>, credential: &Credential) -> Result<(), Refusal> {
    let expected = credential.token().unwrap_or_default();
    let token = common.one("Token")?.unwrap_or_default();
    if same(expected.as_bytes(), token.as_bytes()) {
        return Ok(());
    }
    let what = match (expected, token) {
        ("", _) => "is sent, but the secret id is one without",
        (_, "") => "is not sent, but the secret id is one with a token",
        _ => "is not the one of the secret id",
    };
    let name = common.name("Token");
    Err(Refusal::new("AuthFailure.TokenFailure", format!("`{name}` {what}.")))
}
