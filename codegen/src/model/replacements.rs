//! Checks what replaces deprecated members and actions, and notes it in the model.

use super::service::{Action, Object};
use crate::error::{Error, ErrorKind, Location};
use crate::spec::{Spec, Status};
use crate::supplements::supplement::KIND;

/// Notes the replacement in each deprecated member and action that has one.
pub(super) fn add_replacements(
    spec: &Spec,
    actions: &mut [Action],
    objects: &mut [Object],
    location: &Location,
) -> Result<(), Error> {
    let location = location.supplement(KIND);
    for (name, replacement) in spec.supplements.supplement.iter().flat_map(|it| &it.deprecated) {
        match name.split_once('.') {
            Some((object, member)) => {
                of_member(objects, object, member, replacement, &location)?;
            }
            None => of_action(actions, name, replacement, location.action(name))?,
        }
    }
    Ok(())
}

fn of_member(
    objects: &mut [Object],
    object_name: &str,
    member_name: &str,
    replacement: &str,
    location: &Location,
) -> Result<(), Error> {
    let Some(object) = objects.iter_mut().find(|object| object.api_name == object_name) else {
        return Err(location.clone().error(ErrorKind::UnknownObject(object_name.to_owned())));
    };
    let location = location.object(object_name).member(member_name);
    let mut members = object.members.iter();
    let other = members.find(|member| member.api_name == replacement && !member.deprecated);
    let field = other.map(|member| member.field.clone());
    let mut members = object.members.iter_mut();
    let Some(member) = members.find(|member| member.api_name == member_name) else {
        return Err(location.error(ErrorKind::UnknownMember));
    };
    if !member.deprecated {
        return Err(location.error(ErrorKind::NotDeprecated));
    }
    let Some(field) = field else {
        let kind = ErrorKind::InvalidReplacement(replacement.to_owned(), "member of the object");
        return Err(location.error(kind));
    };
    member.replacement = Some(field);
    Ok(())
}

fn of_action(
    actions: &mut [Action],
    name: &str,
    replacement: &str,
    location: Location,
) -> Result<(), Error> {
    let is_deprecated =
        |action: &Action| matches!(action.status, Some(Status::Deprecated | Status::Offline));
    let mut others = actions.iter();
    let other = others.find(|action| action.api_name == replacement && !is_deprecated(action));
    let method = other.map(|action| action.method.clone());
    let Some(action) = actions.iter_mut().find(|action| action.api_name == name) else {
        return Err(location.error(ErrorKind::UnknownAction));
    };
    if !is_deprecated(action) {
        return Err(location.error(ErrorKind::NotDeprecated));
    }
    let Some(method) = method else {
        let kind = ErrorKind::InvalidReplacement(replacement.to_owned(), "action");
        return Err(location.error(kind));
    };
    action.replacement = Some(method);
    Ok(())
}
