//! Resolves collisions of Rust names, such as those of `CaseId` and `CaseID`.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Location};
use crate::names::{Ident, snake};
use crate::spec::Member;

/// Names that setters cannot have, because they would hide a method or function of every struct.
const RESERVED_SETTERS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "default",
    "eq",
    "fmt",
    "from",
    "into",
    "ne",
    "new",
    "to_owned",
    "try_into",
    "type_id",
];

/// Returns the field names, in the order of the members.
///
/// If several members have the same name, the first one that is not disabled keeps it, or the first
/// one if all are disabled. The others get the suffix `_deprecated` if they are disabled, and a
/// number otherwise.
pub(super) fn fields(members: &[Member], object: &Location) -> Result<Vec<Ident>, Error> {
    let names: Vec<Ident> = members.iter().map(|member| Ident::new(snake(&member.name))).collect();
    let mut keepers: BTreeMap<&Ident, usize> = BTreeMap::new();
    for (index, (member, name)) in members.iter().zip(&names).enumerate() {
        let keeper = keepers.entry(name).or_insert(index);
        let keeper_is_disabled = members.get(*keeper).is_some_and(|keeper| keeper.disabled);
        if keeper_is_disabled && !member.disabled {
            *keeper = index;
        }
    }
    let mut others: BTreeMap<(&Ident, bool), usize> = BTreeMap::new();
    let fields = members.iter().zip(&names).enumerate().map(|(index, (member, name))| {
        if keepers.get(name) == Some(&index) {
            return name.clone();
        }
        let count = others.entry((name, member.disabled)).or_insert(0);
        *count += 1;
        match (member.disabled, *count) {
            (true, 1) => name.with_suffix("_deprecated"),
            (true, count) => name.with_suffix(&format!("_deprecated_{count}")),
            (false, count) => name.with_suffix(&format!("_{}", count + 1)),
        }
    });
    let fields: Vec<Ident> = fields.collect();
    check_unique(members.iter().map(|member| member.name.as_str()).zip(&fields), |name| {
        object.member(name)
    })?;
    Ok(fields)
}

/// Returns the setter names for the fields.
pub(super) fn setters(
    members: &[Member],
    fields: &[Ident],
    object: &Location,
) -> Result<Vec<Ident>, Error> {
    let setters = fields.iter().map(|field| {
        if RESERVED_SETTERS.contains(&field.text()) {
            field.with_suffix("_")
        } else {
            field.clone()
        }
    });
    let setters: Vec<Ident> = setters.collect();
    check_unique(members.iter().map(|member| member.name.as_str()).zip(&setters), |name| {
        object.member(name)
    })?;
    Ok(setters)
}

/// Returns an error if two API names have the same Rust name.
pub(super) fn check_unique<'a>(
    names: impl Iterator<Item = (&'a str, &'a Ident)>,
    location: impl Fn(&str) -> Location,
) -> Result<(), Error> {
    let mut seen: BTreeMap<&Ident, &str> = BTreeMap::new();
    for (api_name, name) in names {
        if let Some(first) = seen.insert(name, api_name) {
            let (first, second) = (first.to_owned(), api_name.to_owned());
            let kind = ErrorKind::NameCollision { first, second, name: name.to_string() };
            return Err(location(api_name).error(kind));
        }
    }
    Ok(())
}
