use std::collections::BTreeMap;

use tencentcloud_codegen::Spec;

/// Describes in one line what changed in a specification.
pub(super) fn describe(before: Option<&Spec>, after: &Spec) -> String {
    let Some(before) = before else {
        return format!(
            "new: {} actions, {} objects, {} members",
            after.actions.len(),
            after.objects.len(),
            members(after).len()
        );
    };
    if before == after {
        return "unchanged".to_owned();
    }
    let kinds = [
        ("actions", count(&before.actions, &after.actions)),
        ("objects", count(&kinds(before), &kinds(after))),
        ("members", count(&members(before), &members(after))),
    ];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter(|(_, counts)| *counts != [0, 0, 0])
        .map(|(kind, [added, removed, changed])| format!("{kind} +{added} -{removed} ~{changed}"))
        .collect();
    if kinds.is_empty() { "members reordered".to_owned() } else { kinds.join(", ") }
}

fn kinds(spec: &Spec) -> BTreeMap<&str, impl PartialEq> {
    spec.objects.iter().map(|(name, object)| (name.as_str(), object.kind)).collect()
}

fn members(spec: &Spec) -> BTreeMap<(&str, &str), impl PartialEq> {
    let objects = spec.objects.iter();
    let members = objects.flat_map(|(name, object)| {
        object.members.iter().map(move |member| ((name.as_str(), member.name.as_str()), member))
    });
    members.collect()
}

/// Counts the added, removed and changed entries.
fn count<K: Ord, V: PartialEq>(before: &BTreeMap<K, V>, after: &BTreeMap<K, V>) -> [usize; 3] {
    let added = after.keys().filter(|key| !before.contains_key(*key)).count();
    let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
    let is_changed = |(key, value): &(&K, &V)| before.get(*key).is_some_and(|old| old != *value);
    [added, removed, after.iter().filter(is_changed).count()]
}
