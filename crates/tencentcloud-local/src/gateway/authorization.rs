//! The `Authorization` header.

use tencentcloud_common::sign::tc3;

use crate::refusal::{Refusal, code};

/// How a request says who sends it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Authorization<'a> {
    /// It does not.
    Skip,
    Tc3(Claim<'a>),
}

/// The parts of a TC3 signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claim<'a> {
    pub(super) secret_id: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn parse(header: &'a str) -> Result<Self, Refusal> {
        if header == "SKIP" {
            return Ok(Self::Skip);
        }
        let (algorithm, fields) = header.split_once(' ').unwrap_or((header, ""));
        if algorithm != tc3::ALGORITHM {
            return Err(refused(&format!("must begin with {}", tc3::ALGORITHM)));
        }
        Claim::parse(fields).map(Self::Tc3)
    }
}

impl<'a> Claim<'a> {
    fn parse(fields: &'a str) -> Result<Self, Refusal> {
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for field in fields.split(',') {
            let (name, value) = field.trim().split_once('=').unwrap_or((field, ""));
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(refused(
                        "has a field that is none of Credential, SignedHeaders and Signature",
                    ));
                }
            };
            if slot.replace(value).is_some() {
                return Err(refused(&format!("has {name} twice")));
            }
        }
        let field = |value: Option<&'a str>, name: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| refused(&format!("lacks {name}")))
        };
        let scope: Vec<&str> = field(credential, "Credential")?.split('/').collect();
        let [secret_id, date, service, terminator] = scope[..] else {
            return Err(refused("needs a Credential of the form ID/DATE/SERVICE/tc3_request"));
        };
        if terminator != tc3::TERMINATOR {
            return Err(refused("needs a Credential that ends in /tc3_request"));
        }
        let signed_headers: Vec<&str> =
            field(signed_headers, "SignedHeaders")?.split(';').collect();
        check_names(&signed_headers)?;
        let signature = field(signature, "Signature")?;
        Ok(Self { secret_id, date, service, signed_headers, signature })
    }
}

/// The names must be in the form in which they are signed.
fn check_names(names: &[&str]) -> Result<(), Refusal> {
    if names.iter().any(|name| name.is_empty() || name.bytes().any(|b| b.is_ascii_uppercase())) {
        return Err(refused("needs SignedHeaders in lower case, separated by `;`"));
    }
    if !names.is_sorted_by(|a, b| a < b) {
        return Err(refused("needs SignedHeaders in alphabetical order, each once"));
    }
    match ["content-type", "host"].iter().find(|name| !names.contains(name)) {
        Some(name) => Err(refused(&format!("must name {name} in SignedHeaders"))),
        None => Ok(()),
    }
}

fn refused(what: &str) -> Refusal {
    Refusal::new(code::INVALID_AUTHORIZATION, format!("The `Authorization` header {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_of_the_fields_are_read() {
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
    fn what_is_wrong_is_said() {
        let scope = "Credential=id/2019-02-25/cvm/tc3_request";
        let names = "SignedHeaders=content-type;host";
        let cases = [
            (String::new(), "must begin with TC3-HMAC-SHA256"),
            ("Bearer x".into(), "must begin with TC3-HMAC-SHA256"),
            ("TC3-HMAC-SHA256".into(), "a field that is none of"),
            (format!("TC3-HMAC-SHA256 {scope}, {names}"), "lacks Signature"),
            (format!("TC3-HMAC-SHA256 {scope}, {names}, Signature="), "lacks Signature"),
            (format!("TC3-HMAC-SHA256 {scope}, {scope}"), "has Credential twice"),
            (format!("TC3-HMAC-SHA256 {scope}, Signature=a"), "lacks SignedHeaders"),
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
                "must name host",
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
        for (header, what) in cases {
            let refusal = Authorization::parse(&header).unwrap_err();
            assert_eq!(refusal.code, "AuthFailure.InvalidAuthorization");
            assert!(refusal.message.contains(what), "{header}: {}", refusal.message);
        }
    }
}
