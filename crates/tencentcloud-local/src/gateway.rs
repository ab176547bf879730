//! The checks that every request must pass, and the routing to its action.
//!
//! The gateway does no input or output: a response depends only on the request, the times, the
//! request id and the earlier calls.

mod authorization;
mod common_params;
mod credentials;
mod headers;
mod signature_tc3;
mod signature_v1;
mod signed_form;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Method;
use http::header::AUTHORIZATION;
use tencentcloud_common::Credential;

use self::authorization::Authorization;
use self::common_params::CommonParams;
use self::credentials::Credentials;
use self::headers::Headers;
pub(crate) use self::signed_form::{SignedForm, redact_form};
use crate::account::{Account, Settings};
use crate::api_error::ApiError;
use crate::call::Call;
use crate::catalog::Catalog;
use crate::clock::AccountClock;
use crate::parameters::{self, Parameters};
use crate::request::{Body, MAX_BODY, Request, media_type, query};
use crate::response::{ApiResponse, Content};
use crate::responses;
use crate::spec::{Action, Spec};

/// The largest body that contains its signature, in bytes.
const MAX_FORM: usize = 1024 * 1024;

/// The longest query, in bytes.
const MAX_QUERY: usize = 32 * 1024;

/// Actions that return the same in every region and therefore need no region.
const GLOBAL_ACTIONS: [(&str, &str); 2] =
    [("cvm", "DescribeRegions"), ("hunyuan", "ChatCompletions")];

/// Checks requests and passes their calls on.
#[derive(Debug)]
pub(crate) struct Gateway {
    catalog: Arc<Catalog>,
    credentials: Credentials,
    clock: AccountClock,
    /// One call at a time reads or changes the account.
    account: Mutex<Account>,
}

/// The action that a request calls.
struct Target<'a> {
    spec: &'a Spec,
    action: &'a Action,
}

impl Gateway {
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        credentials: Vec<Credential>,
        clock: AccountClock,
        settings: Settings,
    ) -> Self {
        let account = Mutex::new(Account::seeded(Arc::clone(&catalog), settings));
        Self { catalog, credentials: Credentials(credentials), clock, account }
    }

    /// Returns the clock of the account.
    pub(crate) fn clock(&self) -> &AccountClock {
        &self.clock
    }

    /// Returns the response to a request that was received at `now`, in seconds since 1970.
    pub(crate) fn handle(&self, request: &Request, now: u64, request_id: &str) -> ApiResponse {
        let mut service = String::new();
        let result = self.call(request, now, request_id, &mut service);
        ApiResponse { request_id: request_id.to_owned(), service, result }
    }

    /// Authenticates and runs the call. Sets `service` as soon as it is known, because the request
    /// log shows it for failed calls too.
    fn call(
        &self,
        request: &Request,
        now: u64,
        request_id: &str,
        service: &mut String,
    ) -> Result<Content, ApiError> {
        let body = check_limits(request)?;
        let headers = Headers(request.headers());
        let form = match headers.get("Authorization") {
            Ok(None) => SignedForm::parse(request)?,
            _ => None,
        };
        let common = form.as_ref().map_or(CommonParams::Headers(headers), CommonParams::Form);
        let target = match &form {
            Some(form) => {
                signature_v1::verify(request, form, &self.credentials, now)?;
                self.target(common, self.form_service(headers, common)?)?
            }
            None => match Authorization::parse(headers.authorization()?)? {
                Authorization::Skip => self.unsigned_target(common)?,
                Authorization::Tc3(claim) => {
                    signature_tc3::verify(
                        request,
                        body,
                        &claim,
                        &self.credentials,
                        &self.catalog,
                        now,
                    )?;
                    self.target(common, claim.service)?
                }
            },
        };
        service.clone_from(&target.spec.service);
        if target.action.is_offline {
            return Err(ApiError::ActionOffline { action: target.action.name.clone() });
        }
        let region = region(common, &target)?;
        let parameters = match &form {
            Some(form) => {
                parameters::from_pairs(target.spec, &target.action.input, form.parameters())?
            }
            None => read_parameters(request, body, headers, &target)?,
        };
        let Target { spec, action } = target;
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.set_time(self.clock.now());
        responses::respond(&mut account, &Call { spec, action, region, parameters, request_id })
    }

    /// Returns the service of a signed form, which does not name it: the service of the host, or
    /// else the first service that has the action.
    fn form_service(
        &self,
        headers: Headers<'_>,
        common: CommonParams<'_>,
    ) -> Result<&str, ApiError> {
        let (action, version) = (common.required("Action")?, common.required("Version")?);
        let label = headers.required("Host")?.split('.').next().unwrap_or_default();
        let by_host = self.catalog.specs().iter().find(|spec| spec.service == label);
        by_host
            .or_else(|| self.catalog.find_by_action(version, action))
            .map(|spec| spec.service.as_str())
            .ok_or_else(|| ApiError::UnknownActionOfForm {
                action: action.to_owned(),
                version: version.to_owned(),
            })
    }

    /// Returns the action of a signed request.
    fn target(&self, common: CommonParams<'_>, service: &str) -> Result<Target<'_>, ApiError> {
        if !self.catalog.has_service(service) {
            return Err(ApiError::UnknownService {
                service: service.to_owned(),
                available: self.catalog.services().join(", "),
            });
        }
        let name = common.required("Action")?;
        let version = common.required("Version")?;
        let unknown_action =
            || ApiError::UnknownAction { service: service.to_owned(), action: name.to_owned() };
        if !self.catalog.has_action(service, name) {
            return Err(unknown_action());
        }
        let spec = self.catalog.find(service, version).ok_or_else(|| ApiError::UnknownVersion {
            service: service.to_owned(),
            version: version.to_owned(),
        })?;
        let action = spec.actions.get(name).ok_or_else(unknown_action)?;
        Ok(Target { spec, action })
    }

    /// Returns the action of an unsigned request.
    fn unsigned_target(&self, common: CommonParams<'_>) -> Result<Target<'_>, ApiError> {
        let name = common.required("Action")?;
        let version = common.required("Version")?;
        let found = self.catalog.find_unsigned(version, name);
        let (spec, action) =
            found.ok_or_else(|| ApiError::SignatureRequired { action: name.to_owned() })?;
        Ok(Target { spec, action })
    }
}

fn region<'a>(common: CommonParams<'a>, target: &Target<'_>) -> Result<&'a str, ApiError> {
    let call = (target.spec.service.as_str(), target.action.name.as_str());
    match common.get("Region")?.filter(|region| !region.is_empty()) {
        Some(region) if Account::has_region(region) => Ok(region),
        Some(region) => Err(ApiError::UnknownRegion { region: region.to_owned() }),
        None if target.action.skip_sign || GLOBAL_ACTIONS.contains(&call) => Ok(""),
        None => Err(ApiError::missing(common.name("Region"))),
    }
}

/// Checks method and sizes, and returns the body.
fn check_limits(request: &Request) -> Result<&Bytes, ApiError> {
    if request.method() != Method::GET && request.method() != Method::POST {
        return Err(ApiError::UnsupportedMethod { method: request.method().to_string() });
    }
    let Body::Complete(body) = request.body() else {
        return Err(ApiError::BodyTooLarge { max: MAX_BODY });
    };
    if body.len() > MAX_FORM && !request.headers().contains_key(AUTHORIZATION) {
        return Err(ApiError::FormTooLarge { max: MAX_FORM });
    }
    if query(request).len() > MAX_QUERY {
        return Err(ApiError::QueryTooLong { max: MAX_QUERY });
    }
    Ok(body)
}

fn read_parameters(
    request: &Request,
    body: &[u8],
    headers: Headers<'_>,
    target: &Target<'_>,
) -> Result<Parameters, ApiError> {
    let (spec, input) = (target.spec, target.action.input.as_str());
    if request.method() == Method::GET {
        return parameters::from_query(spec, input, query(request));
    }
    let content_type = headers.required("Content-Type")?;
    match media_type(content_type).to_ascii_lowercase().as_str() {
        "application/json" => parameters::from_json(spec, input, body),
        "multipart/form-data" => parameters::from_multipart(spec, input, content_type, body),
        // The body is signed, but no action here uses it.
        "application/octet-stream" => {
            parameters::from_headers(spec, input, headers.parameters(&spec.service)?)
        }
        _ => Err(ApiError::UnsupportedContentType { content_type: content_type.to_owned() }),
    }
}

#[cfg(test)]
mod tests;
