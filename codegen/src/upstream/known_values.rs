use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::document::listed_values;
use crate::error::{Error, Location};
use crate::names::{snake, value_constant};
use crate::spec::parse::{RawMap, parse};
use crate::supplements::values::{Entry, Literal, ValueSet, Values};

/// Extracts known values from the documents of an upstream `api.json`: sets without descriptions.
///
/// The documents have no format, so the result is incomplete and may contain mistakes. Members
/// share a set if they have the same name and the same values.
///
/// # Errors
///
/// Returns [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the text is not an `api.json`.
pub fn known_values(directory: &str, version: &str, text: &str) -> Result<Values, Error> {
    let api: Api<'_> = parse(text, &Location::version(directory, version))?;
    let objects = api.objects.values();
    let names = api.actions.0.keys().chain(api.objects.keys());
    let members = objects.flat_map(|object| object.members.iter().map(|member| &member.name));
    let names: BTreeSet<&str> = names.chain(members).map(String::as_str).collect();

    let mut by_name: BTreeMap<String, Vec<Group>> = BTreeMap::new();
    for (object, Object { members }) in &api.objects {
        for member in members.iter().filter(|member| member.is_suitable()) {
            let values = listed_values(member.document.as_deref().unwrap_or_default(), &names);
            if !values.is_empty() {
                let members = vec![format!("{object}.{}", member.name)];
                let group = Group { object, members, values };
                by_name.entry(snake(&member.name)).or_default().push(group);
            }
        }
    }
    let mut sets = BTreeMap::new();
    for (name, groups) in by_name {
        let groups = merge(groups);
        let is_alone = groups.len() == 1;
        for Group { object, members, values } in groups {
            let name = if is_alone { name.clone() } else { format!("{}_{name}", snake(object)) };
            let set = ValueSet { members, values: entries(values), ..ValueSet::default() };
            sets.insert(unique(name, |name| sets.contains_key(name)), set);
        }
    }
    Ok(Values(sets))
}

/// Members that share a set.
struct Group<'a> {
    /// Object of the first member.
    object: &'a str,
    members: Vec<String>,
    values: BTreeSet<String>,
}

/// Merges groups of members of the same name that have the same values.
///
/// Members with fewer values stay separate: `State` is the name of many different states.
fn merge(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    let mut merged: Vec<Group<'_>> = Vec::new();
    for group in groups {
        match merged.iter_mut().find(|other| other.values == group.values) {
            Some(other) => other.members.extend(group.members),
            None => merged.push(group),
        }
    }
    merged
}

/// Returns the entries of a set. A value whose constant is already in use gets a numbered one.
fn entries(values: BTreeSet<String>) -> BTreeMap<String, Entry> {
    let mut constants = BTreeSet::new();
    let mut entries = BTreeMap::new();
    for value in values {
        let constant = value_constant(&value);
        let name = unique(constant.clone(), |name| constants.contains(name));
        constants.insert(name.clone());
        if name == constant {
            entries.insert(value, Entry::default());
        } else {
            entries.insert(name, Entry { value: Some(Literal::Text(value)), doc: None });
        }
    }
    entries
}

/// Returns the name, with a number if it is taken.
fn unique(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or(name)
}

#[derive(Deserialize)]
struct Api<'a> {
    #[serde(borrow)]
    actions: RawMap<'a>,
    objects: BTreeMap<String, Object>,
}

#[derive(Deserialize)]
struct Object {
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "member")]
    element: String,
    document: Option<String>,
}

impl Member {
    /// Returns whether the member can have known values. Documents of lists of ids mention states.
    fn is_suitable(&self) -> bool {
        let is_string = self.element == "string" && matches!(self.kind.as_str(), "string" | "list");
        is_string && !["Ids", "IdSet", "IdList"].iter().any(|end| self.name.ends_with(end))
    }
}
