//! The sentences of the generated documentation. All of them are made from facts.

use crate::model::{Action, Element, Member, Object, Role, Scalar, Service, Value, Version};
use crate::spec::Status;

/// What an object is, with a link to the method that it belongs to.
pub(super) fn object(service: &Service, object: &Object) -> String {
    let client = &service.client;
    match &object.role {
        Role::Request(method) => {
            format!("Request of [`{0}`](super::{client}::{0}).", method.text())
        }
        Role::Response(method) => {
            format!("Response of [`{0}`](super::{client}::{0}).", method.text())
        }
        Role::Part => {
            let way = match (object.sent, object.returned) {
                (true, true) => "sent in requests and returned in responses",
                (true, false) => "sent in requests",
                _ => "returned in responses",
            };
            format!("The object `{}`, {way}.", object.wire)
        }
    }
}

/// What a member is: its name in JSON, its type, and what else is known.
pub(super) fn member(object: &Object, member: &Member) -> String {
    if member.request_id {
        return "The id of the call, to be told when help is needed.".to_owned();
    }
    let mut text = format!("`{}`: {}.", member.wire, value(&member.value));
    if member.required {
        text.push_str(" Required.");
    }
    if member.nullable && object.returned {
        text.push_str(" May be null.");
    }
    text
}

/// What the compiler says of a member that should not be used.
pub(super) fn deprecated_member(member: &Member) -> String {
    format!("the API says that `{}` is deprecated", member.wire)
}

/// What the compiler says of an action that should not be used.
pub(super) fn deprecated_action(action: &Action) -> Option<String> {
    match action.status {
        Some(Status::Deprecated) => {
            Some(format!("the API says that `{}` is deprecated", action.wire))
        }
        Some(Status::Offline) => Some(format!("the API does not offer `{}` any more", action.wire)),
        Some(Status::Online) | None => None,
    }
}

/// The page where an action can be looked up and tried.
pub(super) fn explorer(version: &Version, action: &Action) -> String {
    format!(
        "https://console.cloud.tencent.com/api/explorer?Product={}&Version={}&Action={}",
        version.service, version.version, action.wire
    )
}

fn value(value: &Value) -> String {
    match (&value.element, value.list) {
        (Element::Object(name), true) => format!("list of `{name}` objects"),
        (Element::Object(name), false) => format!("object `{name}`"),
        (Element::Scalar(scalar), true) => format!("list of {}", plural(*scalar)),
        (Element::Scalar(scalar), false) => singular(*scalar).to_owned(),
    }
}

fn singular(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "true or false",
        Scalar::Signed => "integer",
        Scalar::Unsigned => "integer, not negative",
        Scalar::Float => "number",
        Scalar::Text => "string",
        Scalar::Date => "date, as `YYYY-MM-DD`",
        Scalar::DateTime => "date and time without a zone, as `YYYY-MM-DD hh:mm:ss`",
        Scalar::DateTimeIso => "date and time in ISO 8601",
        Scalar::Binary => "bytes of a file",
    }
}

fn plural(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "booleans",
        Scalar::Signed => "integers",
        Scalar::Unsigned => "integers, not negative",
        Scalar::Float => "numbers",
        Scalar::Text => "strings",
        Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso => "dates",
        Scalar::Binary => "files",
    }
}
