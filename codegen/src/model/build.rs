use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::value::{object_of, value_of};
use super::{Action, Member, Object, Role, Service, Version, check, collisions};
use crate::error::{Error, Place, Problem};
use crate::names::{Name, client_name, snake, type_name};
use crate::spec::{self, ObjectKind, Spec};

/// Methods of every client, which no action may take.
const TAKEN_BY_EVERY_CLIENT: &[&str] = &[
    "builder",
    "call",
    "clone",
    "from",
    "in_region",
    "into",
    "new",
    "with_credential",
    "with_profile",
];

pub(super) fn service(specs: &[Spec]) -> Result<Service, Error> {
    let Some(first) = specs.first() else {
        return Err(Place::default().error(Problem::NoVersion));
    };
    let mut seen = BTreeSet::new();
    let mut versions = Vec::with_capacity(specs.len());
    for spec in specs {
        let place = Place::version(&spec.directory, &spec.version);
        if spec.directory != first.directory {
            let problem = Problem::BadName(spec.directory.clone(), "version of the same service");
            return Err(place.error(problem));
        }
        if !seen.insert(&spec.version) {
            return Err(place.error(Problem::VersionTwice));
        }
        versions.push(version(spec, &place)?);
    }
    versions.sort_by(|one, other| one.version.cmp(&other.version));
    let client = Name::new(client_name(&first.directory));
    Ok(Service { directory: first.directory.clone(), client, versions })
}

fn version(spec: &Spec, place: &Place) -> Result<Version, Error> {
    check::check(spec)?;
    let actions: Vec<Action> = spec.actions.iter().map(|(name, it)| action(name, it)).collect();
    for action in &actions {
        if TAKEN_BY_EVERY_CLIENT.contains(&action.method.text()) {
            let problem = Problem::ReservedMethod(action.method.to_string());
            return Err(place.action(&action.wire).error(problem));
        }
    }
    let methods = actions.iter().map(|action| (action.wire.as_str(), &action.method));
    collisions::unique(methods, |name| place.action(name))?;

    let mut roles = BTreeMap::new();
    for (action, spec) in actions.iter().zip(spec.actions.values()) {
        roles.insert(spec.input.as_str(), Role::Request(action.method.clone()));
        roles.insert(spec.output.as_str(), Role::Response(action.method.clone()));
    }
    let graph = Graph::of(spec);
    let mut objects = Vec::with_capacity(spec.objects.len());
    for (name, object) in &spec.objects {
        let role = roles.remove(name.as_str()).unwrap_or(Role::Part);
        objects.push(self::object(name, object, role, &graph, &place.object(name))?);
    }
    let types = objects.iter().map(|object| (object.wire.as_str(), &object.name));
    collisions::unique(types, |name| place.object(name))?;

    Ok(Version {
        service: spec.service.clone(),
        version: spec.version.clone(),
        module: Name::new(format!("v{}", spec.version.replace('-', ""))),
        actions,
        objects,
    })
}

fn action(wire: &str, action: &spec::Action) -> Action {
    Action {
        wire: wire.to_owned(),
        method: Name::new(snake(wire)),
        request: Name::new(type_name(&action.input)),
        response: Name::new(type_name(&action.output)),
        status: action.status,
        signed: !action.skip_sign,
    }
}

fn object<'a>(
    wire: &str,
    object: &'a spec::Object,
    role: Role,
    graph: &Graph<'a>,
    place: &Place,
) -> Result<Object, Error> {
    let fields = collisions::fields(&object.members, place)?;
    let setters = collisions::setters(&object.members, &fields, place)?;
    let sent = graph.sent.contains(wire);
    let mut members = Vec::with_capacity(object.members.len());
    for (member, (field, setter)) in object.members.iter().zip(fields.into_iter().zip(setters)) {
        let Some(value) = value_of(member) else { continue };
        let recurses = |object: &'a str| !value.list && graph.recurses(wire, object);
        let boxed = object_of(member).is_some_and(recurses);
        let request_id = object.kind == ObjectKind::Response && check::is_request_id(member);
        members.push(Member {
            wire: member.name.clone(),
            field,
            setter,
            value,
            boxed,
            request_id,
            // Older specifications say so of members of responses too, where it means nothing.
            required: member.required && sent,
            deprecated: member.disabled,
            nullable: member.value_allowed_null,
        });
    }
    members.sort_by_key(|member| member.request_id);
    Ok(Object {
        wire: wire.to_owned(),
        name: Name::new(type_name(wire)),
        role,
        sent,
        returned: graph.returned.contains(wire),
        members,
    })
}
