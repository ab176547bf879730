//! Parsing of the `Authorization` header.

use tencentcloud_common::sign::tc3;

use crate::api_error::{ApiError, AuthorizationHeaderError as HeaderError};

/// A parsed `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Authorization<'a> {
    /// The request is not signed.
    Skip,
    Tc3(Tc3Claim<'a>),
}

/// The fields of a TC3-HMAC-SHA256 signature, before verification.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tc3Claim<'a> {
    pub(super) secret_id: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn parse(header: &'a str) -> Result<Self, ApiError> {
        if header == "SKIP" {
            return Ok(Self::Skip);
        }
        let (algorithm, fields) = header.split_once(' ').unwrap_or((header, ""));
        let claim = if algorithm == tc3::ALGORITHM {
            Tc3Claim::parse(fields)
        } else {
            Err(HeaderError::UnknownAlgorithm)
        };
        claim.map(Self::Tc3).map_err(ApiError::AuthorizationHeader)
    }
}

impl<'a> Tc3Claim<'a> {
    fn parse(fields: &'a str) -> Result<Self, HeaderError> {
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for field in fields.split(',') {
            let (name, value) = field.trim().split_once('=').unwrap_or((field, ""));
            let (slot, name) = match name {
                "Credential" => (&mut credential, "Credential"),
                "SignedHeaders" => (&mut signed_headers, "SignedHeaders"),
                "Signature" => (&mut signature, "Signature"),
                _ => return Err(HeaderError::UnknownField),
            };
            if slot.replace(value).is_some() {
                return Err(HeaderError::DuplicateField(name));
            }
        }
        let required = |value: Option<&'a str>, name: &'static str| {
            value.filter(|value| !value.is_empty()).ok_or(HeaderError::MissingField(name))
        };
        let scope: Vec<&str> = required(credential, "Credential")?.split('/').collect();
        let [secret_id, date, service, terminator] = scope[..] else {
            return Err(HeaderError::CredentialScope);
        };
        if terminator != tc3::TERMINATOR {
            return Err(HeaderError::CredentialTerminator);
        }
        let signed_headers: Vec<&str> =
            required(signed_headers, "SignedHeaders")?.split(';').collect();
        check_signed_headers(&signed_headers)?;
        let signature = required(signature, "Signature")?;
        Ok(Self { secret_id, date, service, signed_headers, signature })
    }
}

/// Checks that the names have the spelling and order of the canonical request.
fn check_signed_headers(names: &[&str]) -> Result<(), HeaderError> {
    if names.iter().any(|name| name.is_empty() || name.bytes().any(|b| b.is_ascii_uppercase())) {
        return Err(HeaderError::SignedHeadersCase);
    }
    if !names.is_sorted_by(|a, b| a < b) {
        return Err(HeaderError::SignedHeadersOrder);
    }
    match ["content-type", "host"].into_iter().find(|name| !names.contains(name)) {
        Some(name) => Err(HeaderError::UnsignedHeader(name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_separated_with_or_without_space() {
        for separator in [", ", ","] {
            let header = [
                "TC3-HMAC-SHA256 Credential=id/2019-02-25/cvm/tc3_request",
                "SignedHeaders=content-type;host;x-tc-action",
                "Signature=abc",
            ];
            let header = header.join(separator);
            let Authorization::Tc3(claim) = Authorization::parse(&header).unwrap() else {
                panic!()
            };
            assert_eq!(claim.secret_id, "id");
            assert_eq!(claim.date, "2019-02-25");
            assert_eq!(claim.service, "cvm");
            assert_eq!(claim.signed_headers, ["content-type", "host", "x-tc-action"]);
            assert_eq!(claim.signature, "abc");
        }
    }

    #[test]
    fn errors_name_the_problem() {
        let scope = "Credential=id/2019-02-25/cvm/tc3_request";
        let names = "SignedHeaders=content-type;host";
        let cases = [
            (String::new(), "must begin with TC3-HMAC-SHA256"),
            ("Bearer x".into(), "must begin with TC3-HMAC-SHA256"),
            ("TC3-HMAC-SHA256".into(), "a field other than"),
            (format!("TC3-HMAC-SHA256 {scope}, {names}"), "has no Signature"),
            (format!("TC3-HMAC-SHA256 {scope}, {names}, Signature="), "has no Signature"),
            (format!("TC3-HMAC-SHA256 {scope}, {scope}"), "contains Credential more than once"),
            (format!("TC3-HMAC-SHA256 {scope}, Signature=a"), "has no SignedHeaders"),
            (
                format!("TC3-HMAC-SHA256 Credential=id/cvm/tc3_request, {names}, Signature=a"),
                "ID/DATE/SERVICE/tc3_request",
            ),
            (
                format!("TC3-HMAC-SHA256 Credential=id/d/cvm/tc4_request, {names}, Signature=a"),
                "ends in /tc3_request",
            ),
            (
                format!("TC3-HMAC-SHA256 {scope}, SignedHeaders=content-type, Signature=a"),
                "must include host",
            ),
            (
                format!("TC3-HMAC-SHA256 {scope}, SignedHeaders=host;content-type, Signature=a"),
                "alphabetical order",
            ),
            (
                format!("TC3-HMAC-SHA256 {scope}, SignedHeaders=Content-Type;Host, Signature=a"),
                "lower case",
            ),
        ];
        for (header, problem) in cases {
            let error = Authorization::parse(&header).unwrap_err();
            assert_eq!(error.code(), "AuthFailure.InvalidAuthorization");
            assert!(error.to_string().contains(problem), "{header}: {error}");
        }
    }
}
