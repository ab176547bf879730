//! Checks the rules that every known specification follows and that the generated code relies on.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::types::{SCALAR_NAMES, referenced_object, type_of};
use crate::error::{Error, ErrorKind, Location};
use crate::spec::{Member, Object, ObjectKind, Spec};

/// Checks a specification, except for its Rust names.
pub(super) fn validate(spec: &Spec) -> Result<(), Error> {
    let location = Location::version(&spec.directory, &spec.version);
    header(spec, &location)?;
    case_conflicts(spec.actions.keys(), |name| location.action(name))?;
    case_conflicts(spec.objects.keys(), |name| location.object(name))?;
    roots(spec, &location)?;
    for (name, object) in &spec.objects {
        self::object(spec, name, object, &location.object(name))?;
    }
    usage(spec, &location)
}

fn header(spec: &Spec, location: &Location) -> Result<(), Error> {
    for name in [&spec.directory, &spec.service] {
        let is_valid = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if !is_valid {
            return Err(location.clone().error(ErrorKind::InvalidService(name.clone())));
        }
    }
    let digits =
        |part: &str, count| part.len() == count && part.chars().all(|c| c.is_ascii_digit());
    let is_date = match spec.version.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    };
    if !is_date {
        return Err(location.clone().error(ErrorKind::InvalidVersion(spec.version.clone())));
    }
    Ok(())
}

/// Checks that every action has its own request and response objects, named after it.
fn roots(spec: &Spec, location: &Location) -> Result<(), Error> {
    let mut used: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, action) in &spec.actions {
        let location = location.action(name);
        check_name(name, &[], &location)?;
        let sides = [
            (&action.input, ObjectKind::Request, "request", format!("{name}Request")),
            (&action.output, ObjectKind::Response, "response", format!("{name}Response")),
        ];
        for (object, kind, role, expected) in sides {
            if let Some(other) = used.insert(object, name) {
                let kind = ErrorKind::SharedObject { object: object.clone(), other: other.into() };
                return Err(location.error(kind));
            }
            let Some(found) = spec.objects.get(object) else {
                return Err(location.error(ErrorKind::UnknownObject(object.clone())));
            };
            if *object != expected {
                let found = object.clone();
                let kind = ErrorKind::UnexpectedObjectName { role, found, expected };
                return Err(location.error(kind));
            }
            if found.kind != kind {
                let kind = ErrorKind::KindMismatch { declared: kind_name(found.kind), used: role };
                return Err(location.object(object).error(kind));
            }
        }
    }
    Ok(())
}

fn object(spec: &Spec, name: &str, object: &Object, location: &Location) -> Result<(), Error> {
    if SCALAR_NAMES.contains(&name) {
        return Err(location.clone().error(ErrorKind::ReservedObjectName));
    }
    check_name(name, &['_'], location)?;
    let mut seen = BTreeSet::new();
    for member in &object.members {
        let location = location.member(&member.name);
        check_name(&member.name, &[], &location)?;
        if !seen.insert(&member.name) {
            return Err(location.error(ErrorKind::DuplicateMember));
        }
        self::member(spec, member, location)?;
    }
    if object.kind == ObjectKind::Response && !object.members.iter().any(is_request_id) {
        return Err(location.clone().error(ErrorKind::MissingRequestId));
    }
    Ok(())
}

fn member(spec: &Spec, member: &Member, location: Location) -> Result<(), Error> {
    if type_of(member).is_none() {
        let (kind, element) = (member.kind.clone(), member.element.clone());
        return Err(location.error(ErrorKind::UnknownType { kind, element }));
    }
    let Some(object) = referenced_object(member) else { return Ok(()) };
    match spec.objects.get(object).map(|object| object.kind) {
        Some(ObjectKind::Struct(_)) => Ok(()),
        Some(ObjectKind::Request | ObjectKind::Response) => {
            Err(location.error(ErrorKind::RootAsMember(object.to_owned())))
        }
        // `referenced_object` takes any list of unknown elements for a list of objects. With the
        // name of a scalar, the type is unknown, not the object.
        None if SCALAR_NAMES.contains(&object) => {
            let (kind, element) = (member.kind.clone(), member.element.clone());
            Err(location.error(ErrorKind::UnknownType { kind, element }))
        }
        None => Err(location.error(ErrorKind::UnknownObject(object.to_owned()))),
    }
}

fn usage(spec: &Spec, location: &Location) -> Result<(), Error> {
    let graph = Graph::new(spec);
    let mut roots = BTreeSet::new();
    for action in spec.actions.values() {
        roots.extend([action.input.as_str(), action.output.as_str()]);
    }
    for (name, object) in &spec.objects {
        let name = name.as_str();
        let is_used = match object.kind {
            ObjectKind::Struct(_) => {
                graph.in_requests.contains(name) || graph.in_responses.contains(name)
            }
            ObjectKind::Request | ObjectKind::Response => roots.contains(name),
        };
        if !is_used {
            return Err(location.object(name).error(ErrorKind::UnusedObject));
        }
    }
    Ok(())
}

/// Returns whether a member is the request id that every response has.
pub(super) fn is_request_id(member: &Member) -> bool {
    member.name == "RequestId" && member.kind == "string" && member.element == "string"
}

fn check_name(name: &str, extra: &[char], location: &Location) -> Result<(), Error> {
    let is_valid = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || extra.contains(&letter));
    if is_valid {
        return Ok(());
    }
    Err(location.clone().error(ErrorKind::InvalidName(name.to_owned())))
}

fn case_conflicts<'a>(
    names: impl Iterator<Item = &'a String>,
    location: impl Fn(&str) -> Location,
) -> Result<(), Error> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            return Err(location(name).error(ErrorKind::CaseConflict(other.to_owned())));
        }
    }
    Ok(())
}

fn kind_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Request => "request",
        ObjectKind::Response => "response",
        ObjectKind::Struct(_) => "struct",
    }
}
