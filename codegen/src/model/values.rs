//! Checks the sets of known values of a service version, and assigns the names of the constants.

use std::collections::BTreeMap;

use super::collisions;
use super::service::{KnownValue, Object, ValueSet};
use super::types::{Element, Scalar};
use crate::error::{Error, ErrorKind, Location};
use crate::names::{Ident, value_constant};
use crate::spec::Spec;
use crate::supplements::check_text;
use crate::supplements::values::{self, Entry, KIND, Literal};

/// Returns the sets, sorted by name, and notes in each member which set it takes its values from.
pub(super) fn value_sets(
    spec: &Spec,
    objects: &mut [Object],
    location: &Location,
) -> Result<Vec<ValueSet>, Error> {
    let Some(values::Values(sets)) = &spec.supplements.values else { return Ok(Vec::new()) };
    let location = location.supplement(KIND);
    sets.iter().map(|(name, set)| value_set(name, set, objects, &location.set(name))).collect()
}

fn value_set(
    name: &str,
    set: &values::ValueSet,
    objects: &mut [Object],
    location: &Location,
) -> Result<ValueSet, Error> {
    let is_valid = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if !is_valid {
        return Err(location.clone().error(ErrorKind::InvalidSetName));
    }
    if let Some(doc) = &set.doc {
        check_text(doc, location)?;
    }
    let module = Ident::new(name);
    let mut scalar = None;
    let mut members = Vec::with_capacity(set.members.len());
    for path in &set.members {
        let (found, object, field) = add_member(path, &module, objects, location)?;
        let first = *scalar.get_or_insert(found);
        if first != found {
            let (found, other) = (type_name(found), type_name(first));
            let kind = ErrorKind::MixedSet { member: path.clone(), found, other };
            return Err(location.clone().error(kind));
        }
        members.push((object, field));
    }
    let Some(scalar) = scalar else {
        return Err(location.clone().error(ErrorKind::EmptySet("member")));
    };
    if set.values.is_empty() {
        return Err(location.clone().error(ErrorKind::EmptySet("value")));
    }
    let values = known_values(set, scalar, location)?;
    Ok(ValueSet { name: module, doc: set.doc.clone(), scalar, members, values })
}

/// Finds a member and notes its set. Returns its scalar type, its struct and its field.
fn add_member(
    path: &str,
    set: &Ident,
    objects: &mut [Object],
    location: &Location,
) -> Result<(Scalar, Ident, Ident), Error> {
    let Some((object_name, member_name)) = path.split_once('.') else {
        return Err(location.clone().error(ErrorKind::InvalidMemberPath(path.to_owned())));
    };
    let Some(object) = objects.iter_mut().find(|object| object.api_name == object_name) else {
        return Err(location.clone().error(ErrorKind::UnknownObject(object_name.to_owned())));
    };
    let location = location.object(object_name).member(member_name);
    let mut members = object.members.iter_mut();
    let Some(member) = members.find(|member| member.api_name == member_name) else {
        return Err(location.error(ErrorKind::UnknownMember));
    };
    let scalar = match member.ty.element {
        Element::Scalar(scalar @ (Scalar::String | Scalar::Int64 | Scalar::Uint64)) => scalar,
        Element::Scalar(other) => {
            return Err(location.error(ErrorKind::UnsuitableMember(type_name(other))));
        }
        Element::Object(_) => return Err(location.error(ErrorKind::UnsuitableMember("an object"))),
    };
    if let Some(other) = member.values.replace(set.clone()) {
        return Err(location.error(ErrorKind::MemberInTwoSets(other.text().to_owned())));
    }
    Ok((scalar, object.name.clone(), member.field.clone()))
}

/// Returns the values of a set: strings sorted by constant, integers sorted by value.
fn known_values(
    set: &values::ValueSet,
    scalar: Scalar,
    location: &Location,
) -> Result<Vec<KnownValue>, Error> {
    let mut values = Vec::with_capacity(set.values.len());
    for (key, entry) in &set.values {
        if let Some(doc) = &entry.doc {
            check_text(doc, location)?;
        }
        values.push(known_value(key, entry, scalar, location)?);
    }
    values.sort_by(|one, other| {
        let number = |it: &KnownValue| match it.value {
            Literal::Integer(number) => Some(number),
            Literal::Text(_) => None,
        };
        (number(one), &one.constant).cmp(&(number(other), &other.constant))
    });
    let keys: Vec<String> = values.iter().map(|it| literal(&it.value)).collect();
    let constants = keys.iter().map(String::as_str).zip(values.iter().map(|it| &it.constant));
    collisions::check_unique(constants, |_| location.clone())?;
    let mut seen: BTreeMap<&Literal, &Ident> = BTreeMap::new();
    for KnownValue { constant, value, .. } in &values {
        if let Some(first) = seen.insert(value, constant) {
            let (first, second) = (first.to_string(), constant.to_string());
            let kind = ErrorKind::DuplicateValue { first, second, value: literal(value) };
            return Err(location.clone().error(kind));
        }
    }
    Ok(values)
}

fn known_value(
    key: &str,
    entry: &Entry,
    scalar: Scalar,
    location: &Location,
) -> Result<KnownValue, Error> {
    let (constant, value) = match &entry.value {
        Some(value) => (key.to_owned(), value.clone()),
        None => (value_constant(key), Literal::Text(key.to_owned())),
    };
    let found = match (&value, scalar) {
        (Literal::Text(_), Scalar::String) | (Literal::Integer(_), Scalar::Int64) => None,
        (Literal::Integer(number), Scalar::Uint64) => (*number < 0).then_some("a negative integer"),
        (Literal::Integer(_), _) => Some("an integer"),
        (Literal::Text(_), _) => Some("a string"),
    };
    if let Some(found) = found {
        let (value, expected) = (literal(&value), type_name(scalar));
        let kind = ErrorKind::ValueTypeMismatch { value, found, expected };
        return Err(location.clone().error(kind));
    }
    let is_valid = constant.starts_with(|first: char| first.is_ascii_uppercase())
        && constant.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_');
    if !is_valid {
        return Err(location.clone().error(ErrorKind::InvalidConstant(literal(&value))));
    }
    Ok(KnownValue { constant: Ident::new(constant), value, doc: entry.doc.clone() })
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Integer(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
    }
}

fn type_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "a boolean",
        Scalar::Int64 => "a signed integer",
        Scalar::Uint64 => "a non-negative integer",
        Scalar::Float => "a number",
        Scalar::String => "a string",
        Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso => "a date",
        Scalar::Binary => "a file",
    }
}
