//! Members that would have one name in Rust, such as `CaseId` and `CaseID`.

use std::collections::BTreeMap;

use crate::error::{Error, Place, Problem};
use crate::names::{Name, snake};
use crate::spec::Member;

/// Names that a setter cannot have: they would hide a method that every struct has, or the
/// function that makes an empty one.
const TAKEN_BY_EVERY_STRUCT: &[&str] = &[
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

/// The names of the fields, in the order of the members.
///
/// Of several members that would have one name, the first that is not disabled keeps it (or the
/// first, if all are); the others get `_deprecated` behind it when they are disabled, and a number
/// otherwise.
pub(super) fn fields(members: &[Member], object: &Place) -> Result<Vec<Name>, Error> {
    let names: Vec<Name> = members.iter().map(|member| Name::new(snake(&member.name))).collect();
    let mut keepers: BTreeMap<&Name, usize> = BTreeMap::new();
    for (index, (member, name)) in members.iter().zip(&names).enumerate() {
        let keeper = keepers.entry(name).or_insert(index);
        let keeper_is_disabled = members.get(*keeper).is_some_and(|keeper| keeper.disabled);
        if keeper_is_disabled && !member.disabled {
            *keeper = index;
        }
    }
    let mut others: BTreeMap<(&Name, bool), usize> = BTreeMap::new();
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
    let fields: Vec<Name> = fields.collect();
    unique(members.iter().map(|member| member.name.as_str()).zip(&fields), |name| {
        object.member(name)
    })?;
    Ok(fields)
}

/// The names of the setters of some fields.
pub(super) fn setters(
    members: &[Member],
    fields: &[Name],
    object: &Place,
) -> Result<Vec<Name>, Error> {
    let setters = fields.iter().map(|field| {
        if TAKEN_BY_EVERY_STRUCT.contains(&field.text()) {
            field.with_suffix("_")
        } else {
            field.clone()
        }
    });
    let setters: Vec<Name> = setters.collect();
    unique(members.iter().map(|member| member.name.as_str()).zip(&setters), |name| {
        object.member(name)
    })?;
    Ok(setters)
}

/// Refuses two names of the API that have one name in Rust.
pub(super) fn unique<'a>(
    names: impl Iterator<Item = (&'a str, &'a Name)>,
    place: impl Fn(&str) -> Place,
) -> Result<(), Error> {
    let mut seen: BTreeMap<&Name, &str> = BTreeMap::new();
    for (wire, name) in names {
        if let Some(first) = seen.insert(name, wire) {
            let (first, second) = (first.to_owned(), wire.to_owned());
            let problem = Problem::NameCollision { first, second, name: name.to_string() };
            return Err(place(wire).error(problem));
        }
    }
    Ok(())
}
