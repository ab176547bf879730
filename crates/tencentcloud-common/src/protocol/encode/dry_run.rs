//! `DryRun`, the member that asks the service to check a request and not to execute it.

use serde_json::Value;

use super::Parameters;
use crate::error::Error;
use crate::protocol::model::{Model, Mut, member};
use crate::protocol::raw_members::RawMembers;

/// A boolean in most actions, and a string in a few.
const MEMBER: &str = "DryRun";

/// Sets the member to `true`.
///
/// # Errors
///
/// When the request has no such member, or one of another type.
pub(crate) fn set(request: &mut dyn Model) -> Result<(), Error> {
    let mut is_set = false;
    let has_member = member::write(request, MEMBER, &mut |flag| {
        match flag {
            Mut::Bool(flag) => *flag = Some(true),
            Mut::Str(flag) => *flag = Some("true".to_owned()),
            _ => return,
        }
        is_set = true;
    });
    let name = request.table().name;
    if !has_member {
        return Err(Error::invalid_input(format!(
            "the action has no dry run: {name} has no member {MEMBER}"
        )));
    }
    if is_set {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the member {MEMBER} of {name} is neither a boolean nor a string: set it in the request, and \
         call the action without `dry_run`"
    )))
}

/// Sets the parameter to `true`, or to `"true"` if it is a string.
///
/// # Errors
///
/// When the parameters are not JSON.
pub(crate) fn set_parameter(parameters: &mut Parameters) -> Result<(), Error> {
    let Parameters::Json(json) = parameters else {
        return Err(Error::invalid_input(format!(
            "a dry run needs parameters in JSON: files and octet streams have no {MEMBER}"
        )));
    };
    let unreadable = |error: String| {
        Error::invalid_input(format!("the parameters of a dry run cannot be read: {error}"))
    };
    let text = std::str::from_utf8(json).map_err(|error| unreadable(error.to_string()))?;
    let members = RawMembers::from_json(text).map_err(|error| unreadable(error.to_string()))?;
    let is_text = members.get(MEMBER).is_some_and(|value| value.starts_with('"'));
    let flag = if is_text { Value::from("true") } else { Value::from(true) };
    *json = members.with(MEMBER, &flag).into();
    Ok(())
}
