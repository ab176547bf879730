//! Requests that hold their signature among the parameters: `HmacSHA1` and `HmacSHA256`.

use http::header::CONTENT_TYPE;
use http::{Method, Request};
use tencentcloud_common::sign::v1::{self, Algorithm};

use super::common::Common;
use super::signature::{check_time, check_token, failure, same};
use super::{Body, Gateway, essence, headers::Headers, query};
use crate::parameters::{Pair, pairs};
use crate::refusal::{Refusal, code};

/// The parameters that every action has.
const COMMON: [&str; 11] = [
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

/// The content type of a form in a body.
const FORM: &str = "application/x-www-form-urlencoded";

/// The query of a GET, or the body of a POST.
#[derive(Debug)]
pub(crate) struct Form(Vec<Pair>);

impl Form {
    /// The form of a request that is signed in it; none of one that is not.
    pub(crate) fn of(request: &Request<Body>) -> Result<Option<Self>, Refusal> {
        let text = match (request.method(), request.body()) {
            (&Method::GET, _) => query(request),
            (_, Body::Whole(body)) if is_form(request) => {
                std::str::from_utf8(body).unwrap_or_default()
            }
            _ => return Ok(None),
        };
        let is_signed = text.split('&').any(|pair| pair.starts_with("Signature="));
        is_signed.then(|| pairs(text).map(Self)).transpose()
    }

    /// The value of a parameter that can be there once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            let message = format!("The parameter `{name}` is given twice.");
            return Err(Refusal::new(code::INVALID_PARAMETER, message));
        }
        Ok(value.map(String::as_str))
    }

    /// The parameters of the action.
    pub(super) fn parameters(&self) -> Vec<Pair> {
        self.0.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())).cloned().collect()
    }

    /// What its signature is of.
    fn string_to_sign(&self, method: &Method, host: &str) -> String {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signed: Vec<_> = pairs.filter(|(name, _)| *name != "Signature").collect();
        v1::string_to_sign(method.as_str(), host, &signed)
    }
}

impl Gateway {
    /// Refuses a form that its sender did not sign.
    pub(super) fn check_form(
        &self,
        request: &Request<Body>,
        form: &Form,
        now: u64,
    ) -> Result<(), Refusal> {
        let common = Common::Form(form);
        let credential = self.credential(common.required("SecretId")?)?;
        check_time(common.timestamp()?, now)?;
        let nonce = common.required("Nonce")?;
        if !nonce.parse().is_ok_and(|nonce: u64| nonce > 0) {
            let message = format!("`Nonce` must be a positive integer, but is `{nonce}`.");
            return Err(Refusal::new(code::INVALID_PARAMETER, message));
        }
        let algorithm = match form.one("SignatureMethod")? {
            None | Some("" | "HmacSHA1") => Algorithm::HmacSha1,
            Some("HmacSHA256") => Algorithm::HmacSha256,
            Some(other) => {
                let what = format!("`SignatureMethod` is HmacSHA1 or HmacSHA256, not `{other}`.");
                return Err(failure(&what));
            }
        };
        let host = Headers(request.headers()).required("Host")?;
        let string = form.string_to_sign(request.method(), host);
        let expected = v1::signature(algorithm, credential.secret_key(), &string);
        if !same(expected.as_bytes(), common.required("Signature")?.as_bytes()) {
            let id = credential.secret_id();
            let what =
                format!("The signature is not the one of this form under the key of `{id}`.");
            return Err(failure(&what));
        }
        check_token(common, credential)
    }

    /// The service of a form, which does not name it: that of the host, or else the one that has
    /// such an action.
    pub(super) fn service_of(&self, request: &Request<Body>, form: &Form) -> Result<&str, Refusal> {
        let common = Common::Form(form);
        let (action, version) = (common.required("Action")?, common.required("Version")?);
        let host = Headers(request.headers()).required("Host")?;
        let label = host.split('.').next().unwrap_or_default();
        let by_host = self.catalog.specs().iter().find(|spec| spec.service == label);
        let by_action = || self.catalog.with_action(version, action);
        by_host.or_else(by_action).map(|spec| spec.service.as_str()).ok_or_else(|| {
            let message = format!("No service here has an action `{action}` in `{version}`.");
            Refusal::new("InvalidAction", message)
        })
    }
}

fn is_form(request: &Request<Body>) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    content_type.is_some_and(|it| essence(it).eq_ignore_ascii_case(FORM))
}

/// A form with what is secret in it hidden.
pub(crate) fn hidden(form: &str) -> String {
    let pairs = form.split('&').map(|pair| match pair.split_once('=') {
        Some((name @ ("Signature" | "Token"), _)) => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests;
