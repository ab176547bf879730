//! The parameters of a request: read from the body or the query, and held against the
//! specification.

mod check;
mod multipart;
mod query;

use serde_json::{Map, Value};

pub(crate) use self::query::{Pair, pairs};
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
    from_pairs(spec, input, pairs(query)?)
}

/// Reads the parameters of the object `input` from the pairs of a query.
pub(crate) fn from_pairs(
    spec: &Spec,
    input: &str,
    pairs: Vec<Pair>,
) -> Result<Parameters, Refusal> {
    check::object(spec, input, query::members(spec, input, pairs)?)
}

/// Reads the parameters of the object `input` from headers, whose names have no case.
pub(crate) fn from_headers(
    spec: &Spec,
    input: &str,
    pairs: Vec<Pair>,
) -> Result<Parameters, Refusal> {
    let named = pairs.into_iter().map(|(name, value)| {
        let mut members = spec.members(input).iter();
        let member = members.find(|member| member.name.eq_ignore_ascii_case(&name));
        (member.map_or(name, |member| member.name.clone()), value)
    });
    from_pairs(spec, input, named.collect())
}

/// Reads the parameters of the object `input` from `multipart/form-data`: parts of JSON are lists
/// and objects, all others scalars.
pub(crate) fn from_parts(
    spec: &Spec,
    input: &str,
    content_type: &str,
    body: &[u8],
) -> Result<Parameters, Refusal> {
    let mut pairs = Vec::new();
    let mut structured = Map::new();
    for part in multipart::parts(content_type, body)? {
        let taken = if part.is_json {
            let value = serde_json::from_slice(part.content).map_err(|error| {
                let message = format!("The part `{}` is not JSON: {error}.", part.name);
                Refusal::new(code::INVALID_PARAMETER, message)
            })?;
            structured.insert(part.name.to_owned(), value).is_some()
        } else {
            let taken = pairs.iter().any(|(name, _)| name == part.name);
            pairs.push((part.name.to_owned(), String::from_utf8_lossy(part.content).into_owned()));
            taken
        };
        if taken {
            let message = format!("The part `{}` is given twice.", part.name);
            return Err(Refusal::new(code::INVALID_PARAMETER, message));
        }
    }
    let mut members = query::members(spec, input, pairs)?;
    members.append(&mut structured);
    check::object(spec, input, members)
}

#[cfg(test)]
mod tests;
