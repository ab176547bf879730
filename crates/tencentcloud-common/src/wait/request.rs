//! Fills the request of a poll.

use super::waiter::Waiter;
use crate::error::Error;
use crate::protocol::model::{Field, Model, Mut, ObjectList};

/// The members of an element of a list of filters.
const FILTER_NAME: &str = "Name";
const FILTER_VALUES: &str = "Values";

/// The parameters of a waiter beside the ids, by name.
pub(super) type Parameters = [(&'static str, String)];

/// Sets the members of a request that the waiter names.
///
/// # Errors
///
/// When an integer member is set to another text, or the request does not have a member.
pub(super) fn fill(
    request: &mut dyn Model,
    waiter: &Waiter,
    ids: &[String],
    parameters: &Parameters,
) -> Result<(), Error> {
    set(request, waiter.ids, &mut |member| match (member, waiter.filter) {
        (Mut::Objects(filters), Some(filter)) => add_filter(filters, filter, ids),
        (Mut::Strs(list), None) => {
            list.open().extend_from_slice(ids);
            Ok(())
        }
        (member, None) => match ids {
            [id] => set_text(member, waiter.ids, id),
            _ => Err(mismatch(waiter.ids)),
        },
        _ => Err(mismatch(waiter.ids)),
    })?;
    if let Some(limit) = waiter.limit {
        let count = ids.len().to_string();
        set(request, limit, &mut |member| set_text(member, limit, &count))?;
    }
    for (name, value) in parameters {
        set(request, name, &mut |member| set_text(member, name, value))?;
    }
    Ok(())
}

/// Passes the member with this name to `write`.
fn set(
    model: &mut dyn Model,
    name: &str,
    write: &mut dyn FnMut(Mut<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let members = model.table().members;
    let mut outcome = Err(mismatch(name));
    model.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        let field = members.iter().zip(fields).find(|(member, _)| **member == name);
        if let Some((_, field)) = field {
            outcome = write(field.get_mut());
        }
    });
    outcome
}

fn set_text(member: Mut<'_>, name: &str, text: &str) -> Result<(), Error> {
    match member {
        Mut::Str(slot) => *slot = Some(text.to_owned()),
        Mut::I64(slot) => *slot = Some(text.parse().map_err(|_| not_a_number(name, text))?),
        Mut::U64(slot) => *slot = Some(text.parse().map_err(|_| not_a_number(name, text))?),
        _ => return Err(mismatch(name)),
    }
    Ok(())
}

fn add_filter(
    filters: &mut dyn ObjectList,
    filter: &'static str,
    ids: &[String],
) -> Result<(), Error> {
    let mut outcome = Ok(());
    filters.open();
    filters.push(&mut |object| {
        outcome = set(object, FILTER_NAME, &mut |member| set_text(member, FILTER_NAME, filter))
            .and_then(|()| {
                set(object, FILTER_VALUES, &mut |member| match member {
                    Mut::Strs(list) => {
                        list.open().extend_from_slice(ids);
                        Ok(())
                    }
                    _ => Err(mismatch(FILTER_VALUES)),
                })
            });
        true
    });
    outcome
}

fn not_a_number(name: &str, text: &str) -> Error {
    Error::invalid_input(format!(
        "`{name}` must be a whole number from 0 to {}, got {text:?}",
        u64::MAX
    ))
}

/// Generated waiters match their requests.
fn mismatch(name: &str) -> Error {
    Error::invalid_input(format!(
        "the waiter does not match its request: `{name}` is missing or has another type"
    ))
}
