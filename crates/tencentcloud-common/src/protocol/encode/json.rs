//! Parameters as a JSON body.

use serde::Serialize;

use super::{Multipart, Parameters};
use crate::error::Error;
use crate::protocol::model::{Model, json, missing_required};

/// What a JSON body has as its `Content-Type`.
pub(crate) const CONTENT_TYPE: &str = "application/json";

/// The parameters of a typed request: JSON, or parts when it holds a file.
pub(crate) fn model(model: &dyn Model, check_required: bool) -> Result<Parameters, Error> {
    if check_required && let Some(member) = missing_required(model) {
        return Err(Error::invalid_input(format!(
            "the required member {member} of {} is not set",
            model.table().name
        )));
    }
    if let Some(multipart) = Multipart::from_model(model)? {
        return Ok(Parameters::Multipart(multipart));
    }
    let body = json::to_vec(model).map_err(|error| {
        Error::invalid_input(format!("{} cannot be sent: {error}", model.table().name))
            .with_source(error)
    })?;
    Ok(Parameters::Json(body.into()))
}

/// Any parameters; they must be an object.
pub(crate) fn parameters(parameters: &impl Serialize) -> Result<Parameters, Error> {
    object(parameters).map(|json| Parameters::Json(json.into()))
}

/// Any parameters as JSON; they must be an object.
pub(super) fn object(parameters: &impl Serialize) -> Result<Vec<u8>, Error> {
    let json = serde_json::to_vec(parameters).map_err(|error| {
        Error::invalid_input(format!("the parameters cannot be written as JSON: {error}"))
            .with_source(error)
    })?;
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return Err(Error::invalid_input(
            "the parameters are not a JSON object: pass a map, a struct or json!({…})",
        ));
    }
    Ok(json)
}
