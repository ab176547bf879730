//! Small made-up specifications, put together in code.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::collections::BTreeMap;

use tencentcloud_codegen::model::{Member, Object, Service, Version};
use tencentcloud_codegen::spec::{self, Action, ObjectKind, Spec, Status, Usage};

/// A specification of the service `demo` without anything in it.
pub(crate) fn empty() -> Spec {
    Spec {
        directory: "demo".into(),
        service: "demo".into(),
        version: "2020-01-01".into(),
        actions: BTreeMap::new(),
        objects: BTreeMap::new(),
    }
}

/// A specification with one action, `Ask`, whose request and response have these members.
pub(crate) fn ask(request: &[spec::Member], response: &[spec::Member]) -> Spec {
    let mut spec = empty();
    add_action(&mut spec, "Ask", request, response);
    spec
}

/// Adds an action; the response gets its request id.
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

/// Adds a struct, which says that it is used in both directions.
pub(crate) fn add_part(spec: &mut Spec, name: &str, members: &[spec::Member]) {
    add_object(spec, name, ObjectKind::Struct(Usage::Both), members);
}

/// Adds an object.
pub(crate) fn add_object(spec: &mut Spec, name: &str, kind: ObjectKind, members: &[spec::Member]) {
    spec.objects.insert(name.into(), spec::Object { kind, members: members.to_vec() });
}

/// A member of some type.
pub(crate) fn member(name: &str, kind: &str, element: &str) -> spec::Member {
    spec::Member {
        name: name.into(),
        kind: kind.into(),
        element: element.into(),
        required: false,
        disabled: false,
        output_required: false,
        value_allowed_null: false,
    }
}

/// A string.
pub(crate) fn text(name: &str) -> spec::Member {
    member(name, "string", "string")
}

/// An object.
pub(crate) fn one(name: &str, object: &str) -> spec::Member {
    member(name, "object", object)
}

/// A list of objects.
pub(crate) fn many(name: &str, object: &str) -> spec::Member {
    member(name, "list", object)
}

/// The same member, as one that should not be used any more.
pub(crate) fn disabled(member: spec::Member) -> spec::Member {
    spec::Member { disabled: true, ..member }
}

/// The only version of a model.
pub(crate) fn model(spec: &Spec) -> Version {
    Service::new(std::slice::from_ref(spec)).unwrap().versions.remove(0)
}

/// An object of a model.
pub(crate) fn object<'a>(version: &'a Version, name: &str) -> &'a Object {
    version.objects.iter().find(|object| object.wire == name).unwrap()
}

/// A member of an object of a model.
pub(crate) fn member_of<'a>(version: &'a Version, object: &str, member: &str) -> &'a Member {
    let members = &self::object(version, object).members;
    members.iter().find(|it| it.wire == member).unwrap()
}
