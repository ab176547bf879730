//! The rules that every known specification keeps, and that the generated code relies on.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::value::{SCALAR_NAMES, object_of, value_of};
use crate::error::{Error, Place, Problem};
use crate::spec::{Member, Object, ObjectKind, Spec};

/// Checks everything but the names in Rust.
pub(super) fn check(spec: &Spec) -> Result<(), Error> {
    let place = Place::version(&spec.directory, &spec.version);
    header(spec, &place)?;
    case_twins(spec.actions.keys(), |name| place.action(name))?;
    case_twins(spec.objects.keys(), |name| place.object(name))?;
    roots(spec, &place)?;
    for (name, object) in &spec.objects {
        self::object(spec, name, object, &place.object(name))?;
    }
    reachable(spec, &place)
}

fn header(spec: &Spec, place: &Place) -> Result<(), Error> {
    for name in [&spec.directory, &spec.service] {
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if !is_name {
            let problem = Problem::BadName(name.clone(), "service, which has small letters only");
            return Err(place.clone().error(problem));
        }
    }
    let digits =
        |part: &str, count| part.len() == count && part.chars().all(|c| c.is_ascii_digit());
    let is_date = match spec.version.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    };
    if !is_date {
        let problem = Problem::BadName(spec.version.clone(), "version such as `2017-03-12`");
        return Err(place.clone().error(problem));
    }
    Ok(())
}

/// Every action has a request and a response object of its own, called after it.
fn roots(spec: &Spec, place: &Place) -> Result<(), Error> {
    let mut used: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, action) in &spec.actions {
        let place = place.action(name);
        name_of_parts(name, &[], &place)?;
        let sides = [
            (&action.input, ObjectKind::Request, "request", format!("{name}Request")),
            (&action.output, ObjectKind::Response, "response", format!("{name}Response")),
        ];
        for (object, kind, role, expected) in sides {
            if let Some(other) = used.insert(object, name) {
                let problem = Problem::SharedObject { object: object.clone(), other: other.into() };
                return Err(place.error(problem));
            }
            let Some(found) = spec.objects.get(object) else {
                return Err(place.error(Problem::MissingObject(object.clone())));
            };
            if *object != expected {
                let found = object.clone();
                let problem = Problem::UnexpectedObjectName { role, found, expected };
                return Err(place.error(problem));
            }
            if found.kind != kind {
                let problem = Problem::WrongKind { declared: kind_word(found.kind), used: role };
                return Err(place.object(object).error(problem));
            }
        }
    }
    Ok(())
}

fn object(spec: &Spec, name: &str, object: &Object, place: &Place) -> Result<(), Error> {
    if SCALAR_NAMES.contains(&name) {
        return Err(place.clone().error(Problem::ScalarName));
    }
    name_of_parts(name, &['_'], place)?;
    let mut seen = BTreeSet::new();
    for member in &object.members {
        let place = place.member(&member.name);
        name_of_parts(&member.name, &[], &place)?;
        if !seen.insert(&member.name) {
            return Err(place.error(Problem::DuplicateMember));
        }
        self::member(spec, member, place)?;
    }
    if object.kind == ObjectKind::Response && !object.members.iter().any(is_request_id) {
        return Err(place.clone().error(Problem::NoRequestId));
    }
    Ok(())
}

fn member(spec: &Spec, member: &Member, place: Place) -> Result<(), Error> {
    if value_of(member).is_none() {
        let (kind, element) = (member.kind.clone(), member.element.clone());
        return Err(place.error(Problem::UnknownType { kind, element }));
    }
    let Some(object) = object_of(member) else { return Ok(()) };
    match spec.objects.get(object).map(|object| object.kind) {
        Some(ObjectKind::Struct(_)) => Ok(()),
        Some(ObjectKind::Request | ObjectKind::Response) => {
            Err(place.error(Problem::RootAsMember(object.to_owned())))
        }
        // A list of something unknown is taken for a list of objects: a scalar that is called
        // like one is a type that is not known, and not an object that is missing.
        None if SCALAR_NAMES.contains(&object) => {
            let (kind, element) = (member.kind.clone(), member.element.clone());
            Err(place.error(Problem::UnknownType { kind, element }))
        }
        None => Err(place.error(Problem::MissingObject(object.to_owned()))),
    }
}

fn reachable(spec: &Spec, place: &Place) -> Result<(), Error> {
    let graph = Graph::of(spec);
    let mut used = BTreeSet::new();
    for action in spec.actions.values() {
        used.extend([action.input.as_str(), action.output.as_str()]);
    }
    for (name, object) in &spec.objects {
        let name = name.as_str();
        let reached = match object.kind {
            ObjectKind::Struct(_) => graph.sent.contains(name) || graph.returned.contains(name),
            ObjectKind::Request | ObjectKind::Response => used.contains(name),
        };
        if !reached {
            return Err(place.object(name).error(Problem::Unreferenced));
        }
    }
    Ok(())
}

/// Whether a member is the request id that every response has.
pub(super) fn is_request_id(member: &Member) -> bool {
    member.name == "RequestId" && member.kind == "string" && member.element == "string"
}

fn name_of_parts(name: &str, also: &[char], place: &Place) -> Result<(), Error> {
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(&letter));
    if is_name {
        return Ok(());
    }
    Err(place.clone().error(Problem::BadName(name.to_owned(), "name of letters and digits")))
}

fn case_twins<'a>(
    names: impl Iterator<Item = &'a String>,
    place: impl Fn(&str) -> Place,
) -> Result<(), Error> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            return Err(place(name).error(Problem::CaseTwins(other.to_owned())));
        }
    }
    Ok(())
}

fn kind_word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Request => "request",
        ObjectKind::Response => "response",
        ObjectKind::Struct(_) => "struct",
    }
}
