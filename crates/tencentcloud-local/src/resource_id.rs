//! The format of ids.

/// Returns whether an id has the prefix, such as `ins-`, and then eight letters and digits.
pub(crate) fn is_well_formed(id: &str, prefix: &str) -> bool {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
