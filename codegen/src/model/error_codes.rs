//! Checks the error codes of a service version, and assigns the names of their constants.

use std::collections::BTreeMap;

use super::collisions;
use super::service::ErrorCode;
use crate::error::{Error, ErrorKind, Location};
use crate::names::{Ident, constant};
use crate::spec::Spec;
use crate::supplements::error_codes::KIND;

/// Returns the error codes, sorted.
pub(super) fn error_codes(spec: &Spec, location: &Location) -> Result<Vec<ErrorCode>, Error> {
    let Some(supplement) = &spec.supplements.errors else { return Ok(Vec::new()) };
    let location = location.supplement(KIND);
    let names = names(supplement.codes.keys());
    let mut codes = Vec::with_capacity(supplement.codes.len());
    for ((code, description), name) in supplement.codes.iter().zip(names) {
        let is_valid = code.starts_with(|first: char| first.is_ascii_alphabetic())
            && code.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '_'));
        if !is_valid {
            return Err(location.error(ErrorKind::InvalidErrorCode(code.clone())));
        }
        if description.contains(char::is_control) || description.trim() != description {
            return Err(location.error(ErrorKind::InvalidDescription(code.clone())));
        }
        codes.push(ErrorCode { code: code.clone(), name, description: description.clone() });
    }
    let names = codes.iter().map(|code| (code.code.as_str(), &code.name));
    collisions::check_unique(names, |_| location.clone())?;
    for (action, used) in &supplement.actions {
        let location = location.action(action);
        if !spec.actions.contains_key(action) {
            return Err(location.error(ErrorKind::UnknownAction));
        }
        if let Some(code) = used.iter().find(|code| !supplement.codes.contains_key(*code)) {
            return Err(location.error(ErrorKind::UnknownErrorCode(code.clone())));
        }
    }
    Ok(codes)
}

/// Returns the names of the constants.
///
/// If codes differ only in the places of their dots, such as `InvalidParameter.ValueTooLarge` and
/// `InvalidParameterValue.TooLarge`, a dot is `__` in all of them, so that a code without dots keeps
/// its name. None with dots keeps the plain name: a new code with dots can thus remove the name of a
/// constant, which the compiler reports, but not silently change its value.
fn names<'a>(codes: impl Iterator<Item = &'a String> + Clone) -> Vec<Ident> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for code in codes.clone() {
        *counts.entry(constant(code)).or_default() += 1;
    }
    let names = codes.map(|code| {
        let name = constant(code);
        if counts.get(&name).is_some_and(|count| *count > 1) {
            let parts: Vec<String> = code.split('.').map(constant).collect();
            return Ident::new(parts.join("__"));
        }
        Ident::new(name)
    });
    names.collect()
}

/// Returns the codes that an action documents, sorted.
pub(super) fn of_action(spec: &Spec, action: &str) -> Vec<String> {
    let codes = spec.supplements.errors.as_ref().and_then(|it| it.actions.get(action));
    codes.into_iter().flatten().cloned().collect()
}
