//! The parameters of a request: read from the body or the query, and held against the
//! specification.

mod check;
mod query;

use serde_json::{Map, Value};

use crate::refusal::{Refusal, code};
use crate::spec::Spec;

/// Parameters that the specification allows: known names, right types, nothing required missing,
/// no `null`.
pub(crate) type Parameters = Map<String, Value>;

/// Reads the parameters of the object `input` from a JSON body.
pub(crate) fn from_json(spec: &Spec, input: &str, body: &[u8]) -> Result<Parameters, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        Refusal::new(code::INVALID_PARAMETER, format!("The body is not JSON: {error}."))
    })?;
    let Value::Object(members) = value else {
        let message = format!("The body must be a JSON object, but is {}.", check::kind(&value));
        return Err(Refusal::new(code::INVALID_PARAMETER, message));
    };
    check::object(spec, input, members)
}

/// Reads the parameters of the object `input` from a query such as
/// `Filters.0.Name=zone&Filters.0.Values.0=ap-guangzhou-6`.
pub(crate) fn from_query(spec: &Spec, input: &str, query: &str) -> Result<Parameters, Refusal> {
    let members = query::members(spec, input, query)?;
    check::object(spec, input, members)
}

#[cfg(test)]
mod tests;
