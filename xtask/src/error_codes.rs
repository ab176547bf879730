//! Updates the error codes of a specification from the package that contains them.

use tencentcloud_codegen::Spec;
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::supplements::error_codes;

use crate::error::{Error, listed};
use crate::specs::supplement_name;
use crate::upstream::ErrorCodePackage;

/// Updates the error codes of a specification with its committed supplements. Returns what changed,
/// or `None` if there is nothing to tell.
///
/// Adds the codes of the package without a description. Keeps codes that the package no longer has,
/// because programs may use their constants, and the descriptions and lists of actions, which are
/// written by hand. Only the lists of actions that the specification does not have are removed.
///
/// # Errors
///
/// Returns an error if the package cannot be read, or if a code is invalid.
pub(crate) fn update(
    spec: &mut Spec,
    package: Option<&ErrorCodePackage>,
) -> Result<Option<String>, Error> {
    let found = package.map(|package| package.codes(&spec.directory, &spec.version));
    let found = found.transpose()?.flatten();
    let before = spec.supplements.errors.take();
    if before.is_none() && found.is_none() {
        return Ok(None);
    }
    let mut after = before.clone().unwrap_or_default();
    for code in found.iter().flatten() {
        after.codes.entry(code.clone()).or_default();
    }
    after.actions.retain(|action, _| spec.actions.contains_key(action));
    let mut parts = Vec::new();
    if let Some(before) = &before {
        let added = after.codes.len() - before.codes.len();
        let removed = before.actions.len() - after.actions.len();
        if added > 0 {
            parts.push(format!("codes +{added}"));
        }
        if removed > 0 {
            parts.push(format!("lists of actions -{removed}"));
        }
        if parts.is_empty() && found.is_some() {
            parts.push("unchanged".to_owned());
        }
    } else {
        parts.push(format!("new: {} codes", after.codes.len()));
    }
    if let Some(found) = &found {
        let gone = after.codes.keys().filter(|code| !found.contains(*code));
        let gone: Vec<String> = gone.cloned().collect();
        if !gone.is_empty() {
            parts.push(format!("kept, but not in the package: {}", listed(&gone, "codes")));
        }
    }
    spec.supplements.errors = Some(after);
    Service::new(std::slice::from_ref(spec))?;
    Ok((!parts.is_empty()).then(|| parts.join(", ")))
}

/// Returns the path and the text of the error codes of a specification, if it has any.
pub(crate) fn file(spec: &Spec) -> Option<(String, String)> {
    let codes = spec.supplements.errors.as_ref()?;
    let name = supplement_name(&spec.directory, &spec.version, error_codes::KIND);
    Some((name, error_codes::write(&spec.directory, &spec.version, codes)))
}
