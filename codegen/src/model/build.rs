use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::paging::NotPaged;
use super::service::{Action, Member, Object, Role, Service, Version};
use super::types::{referenced_object, type_of};
use super::{collisions, error_codes, paging_rule, replacements, validate, values, waiters};
use crate::error::{Error, ErrorKind, Location};
use crate::names::{Ident, client_name, snake, type_name};
use crate::spec::{self, ObjectKind, Spec};
use crate::supplements::check_text;
use crate::supplements::supplement::KIND;

/// Methods that every client has, so that no action can use their names.
const RESERVED_METHODS: &[&str] = &[
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

impl Service {
    /// Checks the specifications of all versions of a service and assigns Rust names.
    ///
    /// # Errors
    ///
    /// Returns the first violation of a rule, with its location.
    pub fn new(specs: &[Spec]) -> Result<Self, Error> {
        let Some(first) = specs.first() else {
            return Err(Location::default().error(ErrorKind::NoVersions));
        };
        let mut seen = BTreeSet::new();
        let mut versions = Vec::with_capacity(specs.len());
        for spec in specs {
            let location = Location::version(&spec.directory, &spec.version);
            if spec.directory != first.directory {
                return Err(location.error(ErrorKind::ServiceMismatch(first.directory.clone())));
            }
            if !seen.insert(&spec.version) {
                return Err(location.error(ErrorKind::DuplicateVersion));
            }
            versions.push(version(spec, &location)?);
        }
        versions.sort_by(|one, other| one.version.cmp(&other.version));
        let client = Ident::new(client_name(&first.directory));
        Ok(Self { directory: first.directory.clone(), client, versions })
    }
}

fn version(spec: &Spec, location: &Location) -> Result<Version, Error> {
    validate::validate(spec)?;
    let actions = spec.actions.iter();
    let mut actions: Vec<Action> = actions.map(|(name, it)| action(spec, name, it)).collect();
    for action in &actions {
        if RESERVED_METHODS.contains(&action.method.text()) {
            let kind = ErrorKind::ReservedMethod(action.method.to_string());
            return Err(location.action(&action.api_name).error(kind));
        }
    }
    let waiters = waiters::waiters(spec, &actions, location)?;
    let methods = actions.iter().map(|action| (action.api_name.as_str(), &action.method));
    let of_waiters = waiters.iter().map(|waiter| (waiter.name.as_str(), &waiter.method));
    collisions::check_unique(methods.chain(of_waiters), |name| {
        if waiters.iter().any(|waiter| waiter.name == name) {
            return location.supplement(KIND).waiter(name);
        }
        location.action(name)
    })?;

    let mut roles = BTreeMap::new();
    for (action, spec) in actions.iter().zip(spec.actions.values()) {
        roles.insert(spec.input.as_str(), Role::Request(action.method.clone()));
        roles.insert(spec.output.as_str(), Role::Response(action.method.clone()));
    }
    let graph = Graph::new(spec);
    let mut objects = Vec::with_capacity(spec.objects.len());
    for (name, object) in &spec.objects {
        let role = roles.remove(name.as_str()).unwrap_or(Role::Struct);
        objects.push(self::object(name, object, role, &graph, &location.object(name))?);
    }
    let types = objects.iter().map(|object| (object.api_name.as_str(), &object.name));
    collisions::check_unique(types, |name| location.object(name))?;
    replacements::add_replacements(spec, &mut actions, &mut objects, location)?;
    let value_sets = values::value_sets(spec, &mut objects, location)?;

    let by_name: BTreeMap<&str, &Object> =
        objects.iter().map(|object| (object.name.text(), object)).collect();
    for action in &mut actions {
        action.paging = paging_rule::paging(action, &by_name);
    }

    Ok(Version {
        service: spec.service.clone(),
        version: spec.version.clone(),
        module: Ident::new(format!("v{}", spec.version.replace('-', ""))),
        actions,
        objects,
        error_codes: error_codes::error_codes(spec, location)?,
        value_sets,
        examples: examples(spec, location)?,
        waiters,
    })
}

fn examples(spec: &Spec, location: &Location) -> Result<Vec<(String, String)>, Error> {
    let examples = spec.supplements.supplement.iter().flat_map(|facts| &facts.examples);
    let examples = examples.map(|(name, text)| {
        check_text(text, &location.supplement(KIND))?;
        Ok((name.clone(), text.clone()))
    });
    examples.collect()
}

fn action(spec: &Spec, api_name: &str, action: &spec::Action) -> Action {
    Action {
        api_name: api_name.to_owned(),
        method: Ident::new(snake(api_name)),
        request: Ident::new(type_name(&action.input)),
        response: Ident::new(type_name(&action.output)),
        status: action.status,
        signed: !action.skip_sign,
        // Replaced when the objects are known.
        paging: Err(NotPaged::NoPosition),
        error_codes: error_codes::of_action(spec, api_name),
        replacement: None,
    }
}

fn object<'a>(
    api_name: &str,
    object: &'a spec::Object,
    role: Role,
    graph: &Graph<'a>,
    location: &Location,
) -> Result<Object, Error> {
    let fields = collisions::fields(&object.members, location)?;
    let setters = collisions::setters(&object.members, &fields, location)?;
    let in_requests = graph.in_requests.contains(api_name);
    let mut members = Vec::with_capacity(object.members.len());
    for (member, (field, setter)) in object.members.iter().zip(fields.into_iter().zip(setters)) {
        let Some(ty) = type_of(member) else { continue };
        let is_recursive = |object: &'a str| !ty.list && graph.is_recursive(api_name, object);
        let boxed = referenced_object(member).is_some_and(is_recursive);
        let is_request_id = object.kind == ObjectKind::Response && validate::is_request_id(member);
        members.push(Member {
            api_name: member.name.clone(),
            field,
            setter,
            ty,
            boxed,
            is_request_id,
            // Older specifications also set the flag in responses, where it has no meaning.
            required: member.required && in_requests,
            deprecated: member.disabled,
            nullable: member.value_allowed_null,
            first_page: member.first_page,
            replacement: None,
            values: None,
        });
    }
    members.sort_by_key(|member| member.is_request_id);
    Ok(Object {
        api_name: api_name.to_owned(),
        name: Ident::new(type_name(api_name)),
        role,
        in_requests,
        in_responses: graph.in_responses.contains(api_name),
        members,
    })
}
