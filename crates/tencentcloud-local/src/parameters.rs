//! The parameters of an action: read from the body, the query or headers, and validated against
//! the specification.

mod multipart;
mod query;
mod validation;

use serde_json::{Map, Value};

pub(crate) use self::query::{Pair, parse_pairs};
use self::validation::{kind, validate};
use crate::api_error::ApiError;
use crate::spec::Spec;

/// Valid parameters: every name is known, every type is correct, every required parameter is
/// present, and no value is `null`.
pub(crate) type Parameters = Map<String, Value>;

/// Reads the parameters of the object type `input` from a JSON body.
pub(crate) fn from_json(spec: &Spec, input: &str, body: &[u8]) -> Result<Parameters, ApiError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::BodyNotJson { problem: error.to_string() })?;
    let Value::Object(members) = value else {
        return Err(ApiError::BodyNotObject { actual: kind(&value) });
    };
    validate(spec, input, members)
}

/// Reads the parameters of the object type `input` from a query such as
/// `Filters.0.Name=zone&Filters.0.Values.0=ap-guangzhou-6`.
pub(crate) fn from_query(spec: &Spec, input: &str, query: &str) -> Result<Parameters, ApiError> {
    from_pairs(spec, input, parse_pairs(query)?)
}

/// Reads the parameters of the object type `input` from the pairs of a query.
pub(crate) fn from_pairs(
    spec: &Spec,
    input: &str,
    pairs: Vec<Pair>,
) -> Result<Parameters, ApiError> {
    validate(spec, input, query::members(spec, input, pairs)?)
}

/// Reads the parameters of the object type `input` from headers, whose names are case-insensitive.
pub(crate) fn from_headers(
    spec: &Spec,
    input: &str,
    pairs: Vec<Pair>,
) -> Result<Parameters, ApiError> {
    let pairs = pairs.into_iter().map(|(name, value)| {
        let mut members = spec.members(input).iter();
        let member = members.find(|member| member.name.eq_ignore_ascii_case(&name));
        (member.map_or(name, |member| member.name.clone()), value)
    });
    from_pairs(spec, input, pairs.collect())
}

/// Reads the parameters of the object type `input` from `multipart/form-data`: JSON parts are
/// lists and objects, all other parts are scalars.
pub(crate) fn from_multipart(
    spec: &Spec,
    input: &str,
    content_type: &str,
    body: &[u8],
) -> Result<Parameters, ApiError> {
    let mut pairs = Vec::new();
    let mut json_members = Map::new();
    for part in multipart::parts(content_type, body)? {
        let is_duplicate = if part.is_json {
            let value = serde_json::from_slice(part.content).map_err(|error| {
                ApiError::PartNotJson { name: part.name.to_owned(), problem: error.to_string() }
            })?;
            json_members.insert(part.name.to_owned(), value).is_some()
        } else {
            let is_duplicate = pairs.iter().any(|(name, _)| name == part.name);
            pairs.push((part.name.to_owned(), String::from_utf8_lossy(part.content).into_owned()));
            is_duplicate
        };
        if is_duplicate {
            return Err(ApiError::DuplicatePart { name: part.name.to_owned() });
        }
    }
    let mut members = query::members(spec, input, pairs)?;
    members.append(&mut json_members);
    validate(spec, input, members)
}

#[cfg(test)]
mod tests;
