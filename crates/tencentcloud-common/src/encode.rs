//! From the parameters of a call to the bytes of a body.

use bytes::Bytes;
use serde::Serialize;

use crate::error::Error;
use crate::model::{Model, json, missing_required};

/// The form of a JSON body; signed exactly as it is sent.
pub(crate) const JSON: &str = "application/json";

/// What is sent: the body and the `Content-Type` that says its form.
#[derive(Clone)]
pub(crate) struct Encoded {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

/// Writes a typed request as JSON.
pub(crate) fn model(model: &dyn Model, check_required: bool) -> Result<Encoded, Error> {
    if check_required && let Some(member) = missing_required(model) {
        return Err(Error::invalid_input(format!(
            "the required member {member} of {} is not set",
            model.table().name
        )));
    }
    let body = json::to_vec(model).map_err(|error| {
        Error::invalid_input(format!("{} cannot be sent: {error}", model.table().name))
            .with_source(error)
    })?;
    Ok(Encoded { content_type: JSON, body: body.into() })
}

/// Writes any parameters as JSON; they must be an object.
pub(crate) fn parameters(parameters: &impl Serialize) -> Result<Encoded, Error> {
    let body = serde_json::to_vec(parameters).map_err(|error| {
        Error::invalid_input(format!("the parameters cannot be written as JSON: {error}"))
            .with_source(error)
    })?;
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return Err(Error::invalid_input(
            "the parameters are not a JSON object: pass a map, a struct or json!({…})",
        ));
    }
    Ok(Encoded { content_type: JSON, body: body.into() })
}
