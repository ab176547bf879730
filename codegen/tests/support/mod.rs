//! Builds small specifications for tests.

#![allow(dead_code, reason = "each test file uses some of these functions")]

pub(crate) mod waiters;

use std::collections::BTreeMap;

use tencentcloud_codegen::model::{Member, Object, Service, Version};
use tencentcloud_codegen::spec::{self, Action, ObjectKind, Spec, Status, Usage};
use tencentcloud_codegen::supplements::{supplement, values};
use tencentcloud_codegen::{Error, Supplements};

/// Returns an empty specification of the service `demo`.
pub(crate) fn empty() -> Spec {
    Spec {
        directory: "demo".into(),
        service: "demo".into(),
        version: "2020-01-01".into(),
        actions: BTreeMap::new(),
        objects: BTreeMap::new(),
        supplements: Supplements::default(),
    }
}

/// Returns a specification with one action, `Ask`, whose request and response have these members.
pub(crate) fn ask(request: &[spec::Member], response: &[spec::Member]) -> Spec {
    let mut spec = empty();
    add_action(&mut spec, "Ask", request, response);
    spec
}

/// Adds an action. Its response also gets a request id.
pub(crate) fn add_action(
    spec: &mut Spec,
    name: &str,
    request: &[spec::Member],
    response: &[spec::Member],
) {
    let (input, output) = (format!("{name}Request"), format!("{name}Response"));
    let mut response = response.to_vec();
    response.push(text("RequestId"));
    add_object(spec, &input, ObjectKind::Request, request);
    add_object(spec, &output, ObjectKind::Response, &response);
    let status = Some(Status::Online);
    spec.actions.insert(name.into(), Action { input, output, status, skip_sign: false });
}

/// Adds a struct that is declared for requests and responses.
pub(crate) fn add_struct(spec: &mut Spec, name: &str, members: &[spec::Member]) {
    add_object(spec, name, ObjectKind::Struct(Usage::Both), members);
}

/// Adds an object.
pub(crate) fn add_object(spec: &mut Spec, name: &str, kind: ObjectKind, members: &[spec::Member]) {
    spec.objects.insert(name.into(), spec::Object { kind, members: members.to_vec() });
}

/// Returns the specification with this text as its known values.
pub(crate) fn with_values(mut spec: Spec, text: &str) -> Result<Spec, Error> {
    spec.supplements.values = Some(values::read(&spec.directory, &spec.version, text)?);
    Ok(spec)
}

/// Returns the specification with this text as its other facts.
pub(crate) fn with_supplement(mut spec: Spec, text: &str) -> Result<Spec, Error> {
    spec.supplements.supplement = Some(supplement::read(&spec.directory, &spec.version, text)?);
    Ok(spec)
}

/// Returns a member of any type.
pub(crate) fn member(name: &str, kind: &str, element: &str) -> spec::Member {
    spec::Member {
        name: name.into(),
        kind: kind.into(),
        element: element.into(),
        required: false,
        disabled: false,
        output_required: false,
        value_allowed_null: false,
        first_page: None,
    }
}

/// Returns a string member.
pub(crate) fn text(name: &str) -> spec::Member {
    member(name, "string", "string")
}

/// Returns a member that is an object.
pub(crate) fn one(name: &str, object: &str) -> spec::Member {
    member(name, "object", object)
}

/// Returns a member that is a list of objects.
pub(crate) fn many(name: &str, object: &str) -> spec::Member {
    member(name, "list", object)
}

/// Returns the member marked as deprecated.
pub(crate) fn disabled(member: spec::Member) -> spec::Member {
    spec::Member { disabled: true, ..member }
}

/// Returns the model of a specification.
pub(crate) fn model(spec: &Spec) -> Version {
    Service::new(std::slice::from_ref(spec)).unwrap().versions.remove(0)
}

/// Returns an object of a model.
pub(crate) fn object<'a>(version: &'a Version, name: &str) -> &'a Object {
    version.objects.iter().find(|object| object.api_name == name).unwrap()
}

/// Returns a member of an object of a model.
pub(crate) fn member_of<'a>(version: &'a Version, object: &str, member: &str) -> &'a Member {
    let members = &self::object(version, object).members;
    members.iter().find(|it| it.api_name == member).unwrap()
}
