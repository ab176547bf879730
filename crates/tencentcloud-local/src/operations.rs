//! The stateful actions: calls that change the account.
//!
//! Each module is a kind of resource and names its actions in `RESOURCE`. To make another action
//! stateful, add a function to the module of its resource and name it there, or add a module to
//! [`RESOURCES`]. Every other action follows from its specification.
//!
//! An operation first checks everything and then changes the account, so that an error leaves the
//! account as it was.

mod addresses;
mod disks;
mod ids;
mod instances;
mod nat_gateways;
mod network_interfaces;
mod security_groups;
mod snapshots;
mod subnets;
mod tags;
mod tasks;
mod vpcs;
mod zones;

use serde_json::{Map, Value};

use crate::account::{Account, TokenKey};
use crate::api_error::ApiError;
use crate::call::Call;

/// The members of a response.
type Members = Map<String, Value>;

/// Runs a call of one action.
type Handler = fn(&mut Account, &Call<'_>) -> Result<Members, ApiError>;

/// The stateful actions of one kind of resource.
#[derive(Debug)]
struct Resource {
    service: &'static str,
    version: &'static str,
    actions: &'static [(&'static str, Handler)],
}

impl Resource {
    /// The version of every service that has stateful actions.
    const VERSION: &'static str = "2017-03-12";
}

/// All stateful actions.
const RESOURCES: [Resource; 9] = [
    instances::RESOURCE,
    disks::RESOURCE,
    snapshots::RESOURCE,
    vpcs::RESOURCE,
    subnets::RESOURCE,
    security_groups::RESOURCE,
    addresses::RESOURCE,
    nat_gateways::RESOURCE,
    tasks::RESOURCE,
];

/// The longest client token.
const MAX_TOKEN: usize = 64;

/// Runs the call if its action is stateful. Returns `None` for any other action.
pub(crate) fn run(account: &mut Account, call: &Call<'_>) -> Option<Result<Members, ApiError>> {
    let result = find(call).map(|handler| run_once(handler, account, call));
    if !matches!(result, Some(Err(_))) {
        tasks::record(account, call);
    }
    account.refresh();
    result
}

/// Returns whether the action is stateful.
#[cfg(test)]
pub(crate) fn is_stateful(service: &str, version: &str, action: &str) -> bool {
    find_by_name(service, version, action).is_some()
}

fn find(call: &Call<'_>) -> Option<Handler> {
    find_by_name(&call.spec.service, &call.spec.version, &call.action.name)
}

fn find_by_name(service: &str, version: &str, action: &str) -> Option<Handler> {
    let resources = RESOURCES.iter().filter(|it| it.service == service && it.version == version);
    let mut actions = resources.flat_map(|it| it.actions);
    actions.find(|(name, _)| *name == action).map(|(_, handler)| *handler)
}

/// Runs a call. A call with the client token of an earlier call gets the response of that call.
fn run_once(handler: Handler, account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let Some(token) = call.text("ClientToken").filter(|token| !token.is_empty()) else {
        return handler(account, call);
    };
    if token.len() > MAX_TOKEN || !token.is_ascii() {
        let code = match call.spec.service.as_str() {
            "cvm" => "InvalidClientToken.TooLong",
            "cbs" => "InvalidParameter.InvalidClientToken",
            _ => "InvalidParameterValue",
        };
        let expected = format!("at most {MAX_TOKEN} ASCII characters");
        return Err(ApiError::invalid(code, "ClientToken", token, expected));
    }
    let key = TokenKey {
        service: call.spec.service.clone(),
        action: call.action.name.clone(),
        region: call.region.to_owned(),
        token: token.to_owned(),
    };
    if let Some(response) = account.tokens.find(&key) {
        return Ok(response.clone());
    }
    let response = handler(account, call)?;
    account.tokens.add(key, response.clone());
    Ok(response)
}

/// Returns the response of an action that returns nothing but the request id.
fn done() -> Members {
    Members::new()
}

/// Returns a response with one member.
fn member(name: &str, value: impl Into<Value>) -> Members {
    Members::from_iter([(name.to_owned(), value.into())])
}

#[cfg(test)]
mod tests;
