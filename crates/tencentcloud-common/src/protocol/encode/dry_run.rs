//! `DryRun`, the member that asks the service to check a request and not to execute it.

use super::Parameters;
use crate::error::Error;
use crate::protocol::model::{Field, Model, Mut};
use crate::protocol::raw_members::RawMembers;

/// A boolean in most actions, and a string in a few.
const MEMBER: &str = "DryRun";

/// Sets the member to `true`.
///
/// # Errors
///
/// When the request has no such member, or one of another type.
pub(crate) fn set(request: &mut dyn Model) -> Result<(), Error> {
    let table = request.table();
    let Some(index) = table.members.iter().position(|name| *name == MEMBER) else {
        return Err(Error::invalid_input(format!(
            "the action has no dry run: {} has no member {MEMBER}",
            table.name
        )));
    };
    let mut is_set = false;
    request.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        is_set = match fields.get_mut(index).map(|field| field.get_mut()) {
            Some(Mut::Bool(flag)) => {
                *flag = Some(true);
                true
            }
            Some(Mut::Str(flag)) => {
                *flag = Some("true".to_owned());
                true
            }
            _ => false,
        };
    });
    if is_set {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the member {MEMBER} of {} is neither a boolean nor a string: set it in the request, and \
         call the action without `dry_run`",
        table.name
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
    // The names are escaped again. The texts of the values are unchanged.
    let mut with_flag = String::with_capacity(text.len() + MEMBER.len() + 12);
    with_flag.push('{');
    for (name, value) in members.iter().filter(|(name, _)| *name != MEMBER) {
        let name = serde_json::to_string(name).map_err(|error| unreadable(error.to_string()))?;
        with_flag.extend([&name, ":", value, ","]);
    }
    let flag = if is_text { "\"true\"" } else { "true" };
    with_flag.push_str(&format!("\"{MEMBER}\":{flag}}}"));
    *json = with_flag.into();
    Ok(())
}
