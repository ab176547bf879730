//! Forms that contain their signature as a parameter: the query of a GET or the body of a POST.

use http::Method;

use crate::api_error::ApiError;
use crate::parameters::{Pair, parse_pairs};
use crate::request::{Body, Request, is_form, query};

/// The common parameters, which are not parameters of the action.
const COMMON_PARAMS: [&str; 11] = [
    "Action",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Timestamp",
    "Token",
    "Version",
];

/// The decoded parameters of a signed form.
#[derive(Debug)]
pub(crate) struct SignedForm(pub(super) Vec<Pair>);

impl SignedForm {
    /// Parses the form of a request. Returns `None` if the request does not contain its signature.
    pub(crate) fn parse(request: &Request) -> Result<Option<Self>, ApiError> {
        let text = match (request.method(), request.body()) {
            (&Method::GET, _) => query(request),
            (_, Body::Complete(body)) if is_form(request) => {
                std::str::from_utf8(body).unwrap_or_default()
            }
            _ => return Ok(None),
        };
        let is_signed = text.split('&').any(|pair| pair.starts_with("Signature="));
        is_signed.then(|| parse_pairs(text).map(Self)).transpose()
    }

    /// Returns the value of a parameter that must not appear more than once.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut values = self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            return Err(ApiError::DuplicateParameter { name: name.to_owned() });
        }
        Ok(value.map(String::as_str))
    }

    /// Returns the parameters of the action, without the common parameters.
    pub(super) fn parameters(&self) -> Vec<Pair> {
        let is_common = |name: &str| COMMON_PARAMS.contains(&name);
        self.0.iter().filter(|(name, _)| !is_common(name)).cloned().collect()
    }

    /// Returns the parameters that the signature covers.
    pub(super) fn signed_params(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "Signature").collect()
    }
}

/// Returns the text of a form with the signature and the token replaced by `***`.
pub(crate) fn redact_form(form: &str) -> String {
    let pairs = form.split('&').map(|pair| match pair.split_once('=') {
        Some((name @ ("Signature" | "Token"), _)) => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}
