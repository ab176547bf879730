//! What stands before the services: who calls, and what is called.
//!
//! No input or output happens here: an answer is a function of the request, the time and the
//! request id.

mod authorization;
mod common;
mod form;
mod headers;
mod signature;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use serde_json::{Map, Value, json};
use tencentcloud_common::Credential;

use self::authorization::Authorization;
use self::common::Common;
pub(crate) use self::form::{Form, hidden};
use self::headers::Headers;
use crate::account::Account;
use crate::answer::{self, Call};
use crate::catalog::Catalog;
use crate::chat;
use crate::parameters::{self, Parameters};
use crate::refusal::{Refusal, code};
use crate::spec::{Action, Spec};

/// The largest body.
pub(crate) const MAX_BODY: usize = 10 * 1024 * 1024;

/// The largest body that holds its signature.
const MAX_FORM: usize = 1024 * 1024;

/// The longest query of a GET.
const MAX_QUERY: usize = 32 * 1024;

/// Actions that are the same everywhere, so that a client need not name a region.
const WITHOUT_REGION: [(&str, &str); 2] =
    [("cvm", "DescribeRegions"), (chat::SERVICE, chat::ACTION)];

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
    /// The service that was called; empty when the request is refused before it is known.
    pub(crate) service: String,
    /// Whether the answer is sent as a stream of events.
    pub(crate) streamed: bool,
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
        let mut answer = Answer {
            request_id: request_id.to_owned(),
            service: String::new(),
            streamed: false,
            result: Ok(Map::new()),
        };
        answer.result = self.call(request, now, &mut answer);
        answer
    }

    /// The members of the answer; notes beside them what else there is to know.
    fn call(
        &self,
        request: &Request<Body>,
        now: u64,
        answer: &mut Answer,
    ) -> Result<Map<String, Value>, Refusal> {
        let body = readable(request)?;
        let headers = Headers(request.headers());
        let form = match headers.one("Authorization") {
            Ok(None) => Form::of(request)?,
            _ => None,
        };
        let common = form.as_ref().map_or(Common::Headers(headers), Common::Form);
        let target = match &form {
            Some(form) => {
                self.check_form(request, form, now)?;
                self.target(common, self.service_of(request, form)?)?
            }
            None => match Authorization::parse(headers.authorization()?)? {
                Authorization::Skip => self.unsigned_target(common)?,
                Authorization::Tc3(claim) => {
                    self.check_signature(request, body, &claim, now)?;
                    self.target(common, claim.service)?
                }
            },
        };
        answer.service.clone_from(&target.spec.service);
        if target.action.offline {
            let message = format!("`{}` is no longer served.", target.action.name);
            return Err(Refusal::new("ActionOffline", message));
        }
        let region = self.region(common, &target)?;
        let parameters = match &form {
            Some(form) => {
                parameters::from_pairs(target.spec, &target.action.input, form.parameters())?
            }
            None => parameters(request, body, headers, &target)?,
        };
        let Target { spec, action } = target;
        let call = Call { spec, action, region, parameters, request_id: &answer.request_id };
        if chat::is(&call) {
            answer.streamed = chat::is_streamed(&call);
            return Ok(chat::answer(&call));
        }
        answer::answer(&self.account, &call)
    }

    /// The action of a signed request to a service.
    fn target(&self, common: Common<'_>, service: &str) -> Result<Target<'_>, Refusal> {
        if !self.catalog.has_service(service) {
            let known = self.catalog.services().join(", ");
            let message = format!("There is no service `{service}` here; there are: {known}.");
            return Err(Refusal::new("NoSuchProduct", message));
        }
        let name = common.required("Action")?;
        let version = common.required("Version")?;
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
    fn unsigned_target(&self, common: Common<'_>) -> Result<Target<'_>, Refusal> {
        let name = common.required("Action")?;
        let version = common.required("Version")?;
        let found = self.catalog.unsigned(version, name);
        let (spec, action) = found.ok_or_else(|| {
            let message = format!("`{name}` must be signed, but the request says SKIP.");
            Refusal::new(code::INVALID_AUTHORIZATION, message)
        })?;
        Ok(Target { spec, action })
    }

    fn region<'a>(&self, common: Common<'a>, target: &Target<'_>) -> Result<&'a str, Refusal> {
        let call = (target.spec.service.as_str(), target.action.name.as_str());
        match common.one("Region")?.filter(|region| !region.is_empty()) {
            Some(region) if self.account.has_region(region) => Ok(region),
            Some(region) => {
                let message = format!("There is no region `{region}`.");
                Err(Refusal::new("UnsupportedRegion", message))
            }
            None if target.action.skip_sign || WITHOUT_REGION.contains(&call) => Ok(""),
            None => Err(Refusal::missing(common.name("Region"))),
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
    let headers = request.headers();
    if body.len() > MAX_FORM && !headers.contains_key(AUTHORIZATION) {
        let message = format!("A body that holds its signature has at most {MAX_FORM} bytes.");
        return Err(Refusal::new(code::TOO_LARGE, message));
    }
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
    let (spec, input) = (target.spec, target.action.input.as_str());
    let content_type = headers.required("Content-Type")?;
    match essence(content_type).to_ascii_lowercase().as_str() {
        "application/json" => parameters::from_json(spec, input, body),
        "multipart/form-data" => parameters::from_parts(spec, input, content_type, body),
        // No action here takes the bytes; they are signed all the same.
        "application/octet-stream" => {
            let pairs = headers.of_service(&spec.service)?;
            parameters::from_headers(spec, input, pairs)
        }
        _ => {
            let message = format!(
                "A POST must be application/json, multipart/form-data or \
                 application/octet-stream, but is {content_type}."
            );
            Err(Refusal::new(code::INVALID_REQUEST, message))
        }
    }
}

/// A content type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests;
