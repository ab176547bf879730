//! What stands before the services: who calls, and what is called.
//!
//! No input or output happens here: an answer is a function of the request, the time and the
//! request id.

mod authorization;
mod headers;
mod signature;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Map, Value, json};
use tencentcloud_common::Credential;

use self::authorization::Authorization;
use self::headers::Headers;
use crate::account::Account;
use crate::answer::{self, Call};
use crate::catalog::Catalog;
use crate::parameters::{self, Parameters};
use crate::refusal::{Refusal, code};
use crate::spec::{Action, Spec};

/// The largest body.
pub(crate) const MAX_BODY: usize = 10 * 1024 * 1024;

/// The longest query of a GET.
const MAX_QUERY: usize = 32 * 1024;

/// Actions that are the same everywhere, so that a client need not name a region.
const WITHOUT_REGION: [(&str, &str); 1] = [("cvm", "DescribeRegions")];

/// A body as it was received.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Whole(Bytes),
    /// More than [`MAX_BODY`].
    TooLarge,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) request_id: String,
    /// The members of `Response`, or the error.
    pub(crate) result: Result<Map<String, Value>, Refusal>,
}

impl Answer {
    /// The document that is sent.
    pub(crate) fn json(&self) -> Value {
        let mut response = match &self.result {
            Ok(members) => members.clone(),
            Err(Refusal { code, message }) => {
                Map::from_iter([("Error".into(), json!({"Code": code, "Message": message}))])
            }
        };
        response.insert("RequestId".into(), Value::String(self.request_id.clone()));
        json!({ "Response": response })
    }
}

/// The gateway with what is behind it.
#[derive(Debug)]
pub(crate) struct Gateway {
    catalog: Catalog,
    credentials: Vec<Credential>,
    account: Account,
}

/// The action that is called.
struct Target<'a> {
    spec: &'a Spec,
    action: &'a Action,
}

impl Gateway {
    pub(crate) fn new(catalog: Catalog, credentials: Vec<Credential>) -> Self {
        let account = Account::seeded(&catalog);
        Self { catalog, credentials, account }
    }

    /// Answers a request that was received at `now`, in seconds since 1970.
    pub(crate) fn answer(&self, request: &Request<Body>, now: u64, request_id: &str) -> Answer {
        let result = self.result(request, now, request_id);
        Answer { request_id: request_id.to_owned(), result }
    }

    fn result(
        &self,
        request: &Request<Body>,
        now: u64,
        request_id: &str,
    ) -> Result<Map<String, Value>, Refusal> {
        let body = readable(request)?;
        let headers = Headers(request.headers());
        let target = match Authorization::parse(headers.authorization()?)? {
            Authorization::Skip => self.unsigned_target(headers)?,
            Authorization::Tc3(claim) => {
                self.check_signature(request, body, &claim, now)?;
                self.target(headers, claim.service)?
            }
        };
        if target.action.offline {
            let message = format!("`{}` is no longer served.", target.action.name);
            return Err(Refusal::new("ActionOffline", message));
        }
        let region = self.region(headers, &target)?;
        let parameters = parameters(request, body, headers, &target)?;
        let Target { spec, action } = target;
        answer::answer(&self.account, &Call { spec, action, region, parameters, request_id })
    }

    /// The action of a signed request to a service.
    fn target(&self, headers: Headers<'_>, service: &str) -> Result<Target<'_>, Refusal> {
        if !self.catalog.has_service(service) {
            let known = self.catalog.services().join(", ");
            let message = format!("There is no service `{service}` here; there are: {known}.");
            return Err(Refusal::new("NoSuchProduct", message));
        }
        let name = headers.required("X-TC-Action")?;
        let version = headers.required("X-TC-Version")?;
        let invalid_action = || {
            let message = format!("`{service}` has no action `{name}`.");
            Refusal::new("InvalidAction", message)
        };
        if !self.catalog.has_action(service, name) {
            return Err(invalid_action());
        }
        let spec = self.catalog.find(service, version).ok_or_else(|| {
            Refusal::new("NoSuchVersion", format!("`{service}` has no version `{version}`."))
        })?;
        let action = spec.actions.get(name).ok_or_else(invalid_action)?;
        Ok(Target { spec, action })
    }

    /// The action of a request that says it is not signed.
    fn unsigned_target(&self, headers: Headers<'_>) -> Result<Target<'_>, Refusal> {
        let name = headers.required("X-TC-Action")?;
        let version = headers.required("X-TC-Version")?;
        let found = self.catalog.unsigned(version, name);
        let (spec, action) = found.ok_or_else(|| {
            let message = format!("`{name}` must be signed, but the request says SKIP.");
            Refusal::new(code::INVALID_AUTHORIZATION, message)
        })?;
        Ok(Target { spec, action })
    }

    fn region<'a>(&self, headers: Headers<'a>, target: &Target<'_>) -> Result<&'a str, Refusal> {
        let call = (target.spec.service.as_str(), target.action.name.as_str());
        match headers.one("X-TC-Region")?.filter(|region| !region.is_empty()) {
            Some(region) if self.account.has_region(region) => Ok(region),
            Some(region) => {
                let message = format!("There is no region `{region}`.");
                Err(Refusal::new("UnsupportedRegion", message))
            }
            None if target.action.skip_sign || WITHOUT_REGION.contains(&call) => Ok(""),
            None => Err(Refusal::missing("X-TC-Region")),
        }
    }
}

/// The body of a request that has a method, and a size, which the service takes.
fn readable(request: &Request<Body>) -> Result<&Bytes, Refusal> {
    if request.method() != Method::GET && request.method() != Method::POST {
        let message = format!("Only GET and POST are served, not {}.", request.method());
        return Err(Refusal::new("UnsupportedProtocol", message));
    }
    let Body::Whole(body) = request.body() else {
        let message = format!("The body is larger than {MAX_BODY} bytes.");
        return Err(Refusal::new(code::TOO_LARGE, message));
    };
    if query(request).len() > MAX_QUERY {
        let message = format!("The query is longer than {MAX_QUERY} bytes: use POST.");
        return Err(Refusal::new(code::TOO_LARGE, message));
    }
    Ok(body)
}

/// The query exactly as received.
fn query<B>(request: &Request<B>) -> &str {
    request.uri().query().unwrap_or_default()
}

fn parameters(
    request: &Request<Body>,
    body: &[u8],
    headers: Headers<'_>,
    target: &Target<'_>,
) -> Result<Parameters, Refusal> {
    if request.method() == Method::GET {
        return parameters::from_query(target.spec, &target.action.input, query(request));
    }
    let content_type = headers.required("Content-Type")?;
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = format!("A POST must be application/json here, but is {content_type}.");
        return Err(Refusal::new(code::INVALID_REQUEST, message));
    }
    parameters::from_json(target.spec, &target.action.input, body)
}

#[cfg(test)]
mod tests;
