//! Encodes parameters as a JSON body.

use serde::Serialize;

use super::{Multipart, Parameters};
use crate::error::Error;
use crate::protocol::model::{Field, Model, Ref, json};

/// The `Content-Type` of a JSON body.
pub(crate) const CONTENT_TYPE: &str = "application/json";

/// Converts a typed request into parameters: JSON, or multipart if it contains a file.
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

/// Converts any value into parameters. It must serialize to a JSON object.
pub(crate) fn parameters(parameters: &impl Serialize) -> Result<Parameters, Error> {
    object(parameters).map(|json| Parameters::Json(json.into()))
}

/// Serializes any value that is a JSON object.
pub(super) fn object(parameters: &impl Serialize) -> Result<Vec<u8>, Error> {
    let json = serde_json::to_vec(parameters).map_err(|error| {
        Error::invalid_input(format!("the parameters cannot be serialized as JSON: {error}"))
            .with_source(error)
    })?;
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return Err(Error::invalid_input(
            "the parameters are not a JSON object: pass a map, a struct or `json!({…})`",
        ));
    }
    Ok(json)
}

/// Returns the path of the first required member that is not set, such as `Filters[0].Name`.
///
/// Checks the nested objects that are set. An object that is not set requires nothing.
fn missing_required(model: &dyn Model) -> Option<String> {
    let table = model.table();
    let mut missing = None;
    model.fields(&mut |fields: &[&dyn Field]| {
        missing = table.members.iter().zip(fields).find_map(|(name, field)| match field.get() {
            Ref::Unset => table.required.contains(name).then(|| (*name).to_owned()),
            Ref::Object(object) => missing_required(object).map(|path| format!("{name}.{path}")),
            Ref::Objects(objects) => objects.iter().enumerate().find_map(|(index, object)| {
                missing_required(object).map(|path| format!("{name}[{index}].{path}"))
            }),
            _ => None,
        });
    });
    missing
}
