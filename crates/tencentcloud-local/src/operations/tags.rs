//! The tags of new resources.

use serde_json::{Value, json};

/// Returns a list of tags for a new resource: an empty list if the parameter is absent.
pub(super) fn tags(parameter: Option<&Value>) -> Value {
    parameter.filter(|tags| tags.is_array()).cloned().unwrap_or_else(|| json!([]))
}

/// Returns the first key that a list of tags contains twice.
pub(super) fn duplicate_key(tags: &Value) -> Option<String> {
    let keys = tags.as_array().into_iter().flatten();
    let keys: Vec<_> = keys.filter_map(|tag| tag.get("Key")?.as_str()).collect();
    let mut positions = keys.iter().enumerate();
    positions
        .find(|(position, key)| keys.iter().take(*position).any(|it| it == *key))
        .map(|(_, key)| (*key).to_owned())
}
