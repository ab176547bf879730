//! Texts of the generated documentation. They contain only facts from the specification.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{
    Action, Element, Member, NotPaged, Object, Role, Scalar, Service, Token, Type, Version, Way,
};
use crate::names::Ident;
use crate::spec::Status;

/// Returns a `#[doc]` attribute for one line of documentation.
pub(super) fn attribute(line: &str) -> TokenStream {
    let text = if line.is_empty() { String::new() } else { format!(" {line}") };
    quote!(#[doc = #text])
}

/// Breaks text into lines of at most `width` bytes, if it has enough spaces.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Lists the methods of the waiters that poll an action, as a paragraph.
pub(super) fn waiters_of(version: &Version, action: &Action) -> Option<TokenStream> {
    let waiters = version.waiters.iter().filter(|it| it.action.api_name == action.api_name);
    let methods: Vec<String> =
        waiters.map(|waiter| format!("[`{0}`](Self::{0})", waiter.method)).collect();
    if methods.is_empty() {
        return None;
    }
    let text = format!("Polled by {}.", and(&methods));
    let lines = wrap(&text, 90).into_iter().map(|line| attribute(&line));
    Some(quote! {
        ///
        #(#lines)*
    })
}

/// Joins parts of a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Joins alternatives: `a`, `a or b`, `a, b or c`.
pub(super) fn or(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Describes an object, with a link to the method that it belongs to.
pub(super) fn object(service: &Service, object: &Object) -> String {
    let client = &service.client;
    match &object.role {
        Role::Request(method) => {
            format!("Request of [`{0}`](super::{client}::{0}).", method.text())
        }
        Role::Response(method) => {
            format!("Response of [`{0}`](super::{client}::{0}).", method.text())
        }
        Role::Struct => {
            let usage = match (object.in_requests, object.in_responses) {
                (true, true) => "requests and responses",
                (true, false) => "requests",
                _ => "responses",
            };
            format!("Object `{}`, used in {usage}.", object.api_name)
        }
    }
}

/// Lists the members that must be set in an object of requests, as a paragraph.
pub(super) fn required(object: &Object) -> Vec<String> {
    let required = object.members.iter().filter(|member| member.required);
    let fields: Vec<String> = required.map(|member| format!("`{}`", member.field)).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let text = format!("Required: {}.", and(&fields));
    std::iter::once(String::new()).chain(wrap(&text, 90)).collect()
}

/// Describes a member: its JSON name, its type, and its constraints.
pub(super) fn member(object: &Object, member: &Member) -> String {
    if member.is_request_id {
        return "Id of the request; quote it in a support ticket.".to_owned();
    }
    let mut text = format!("`{}`: {}.", member.api_name, ty(&member.ty));
    if member.required {
        text.push_str(" Required.");
    }
    if member.nullable && object.in_responses {
        text.push_str(" May be null.");
    }
    if let Element::Scalar(scalar) = member.ty.element
        && let Some(name) = date_functions(scalar)
    {
        text.push_str(&date_links(object, name));
    }
    if let Some(set) = &member.values {
        text.push_str(&format!(" Known values: [`{0}`](super::values::{0}).", set.text()));
    }
    text
}

/// Returns the end of the names of the functions in `tencentcloud_common::date_time` for a type.
fn date_functions(scalar: Scalar) -> Option<&'static str> {
    match scalar {
        Scalar::Date => Some("date"),
        Scalar::DateTime => Some("datetime"),
        Scalar::DateTimeIso => Some("datetime_iso"),
        Scalar::Bool
        | Scalar::Int64
        | Scalar::Uint64
        | Scalar::Float
        | Scalar::String
        | Scalar::Binary => None,
    }
}

/// Links to the functions that format a date for a request and parse that of a response.
fn date_links(object: &Object, name: &str) -> String {
    let link = |verb: &str| {
        let function = format!("{verb}_{name}");
        format!("[`{function}`](tencentcloud_common::date_time::{function})")
    };
    match (object.in_requests, object.in_responses) {
        (true, true) => format!(" See {} and {}.", link("format"), link("parse")),
        (true, false) => format!(" See {}.", link("format")),
        _ => format!(" See {}.", link("parse")),
    }
}

/// Returns the `#[deprecated]` attribute of a member, if it has one.
pub(super) fn deprecated_member(member: &Member) -> Option<TokenStream> {
    let note = format!("`{}` is deprecated in the API", member.api_name);
    member.deprecated.then(|| deprecated(note, member.replacement.as_ref()))
}

/// Returns the `#[deprecated]` attribute of an action, if it has one.
pub(super) fn deprecated_action(action: &Action) -> Option<TokenStream> {
    let note = match action.status {
        Some(Status::Deprecated) => format!("`{}` is deprecated in the API", action.api_name),
        Some(Status::Offline) => {
            format!("`{}` is no longer available in the API", action.api_name)
        }
        Some(Status::Online) | None => return None,
    };
    Some(deprecated(note, action.replacement.as_ref()))
}

/// Returns a `#[deprecated]` attribute that says what to use instead, if that is known.
fn deprecated(mut note: String, replacement: Option<&Ident>) -> TokenStream {
    if let Some(name) = replacement {
        note.push_str(&format!("; use `{}` instead", name.text()));
    }
    quote!(#[deprecated(note = #note)])
}

/// Returns the URL of the page that describes and tries an action.
pub(super) fn explorer_url(version: &Version, action: &Action) -> String {
    format!(
        "https://console.cloud.tencent.com/api/explorer?Product={}&Version={}&Action={}",
        version.service, version.version, action.api_name
    )
}

/// Says how the pages of an action are read, or why they are not, as a paragraph.
pub(super) fn pages(action: &Action) -> Vec<String> {
    let lines = pages_text(action).map(|text| wrap(&text, 90));
    lines.into_iter().flat_map(|lines| std::iter::once(String::new()).chain(lines)).collect()
}

fn pages_text(action: &Action) -> Option<String> {
    let paging = match &action.paging {
        Ok(paging) => paging,
        Err(NotPaged::NoPosition | NotPaged::NotARead) => return None,
        Err(reason) => {
            return Some(format!(
                "Not paged by the SDK, because {reason}: make one call per page."
            ));
        }
    };
    let list = paging.items.names.join(".");
    let text = format!(
        "Paged: [`pages`](Call::pages) returns all pages, and [`items`](Call::items) every element of \
         `{list}`."
    );
    let Some(Token { token, size, .. }) = &paging.or_token else { return Some(text) };
    // A page size that is also that of the offset says nothing.
    let is_limit = matches!(&paging.way, Way::Offset { limit, .. } if Some(limit) == size.as_ref());
    let size = size.iter().filter(|_| !is_limit).map(|size| format!("`{size}` or "));
    Some(format!(
        "{text} A request that sets {}`{token}` is paged by token.",
        size.collect::<String>()
    ))
}

fn ty(ty: &Type) -> String {
    match (&ty.element, ty.list) {
        (Element::Object(name), true) => format!("list of `{name}` objects"),
        (Element::Object(name), false) => format!("object `{name}`"),
        (Element::Scalar(scalar), true) => format!("list of {}", plural(*scalar)),
        (Element::Scalar(scalar), false) => singular(*scalar).to_owned(),
    }
}

fn singular(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "boolean",
        Scalar::Int64 => "integer",
        Scalar::Uint64 => "non-negative integer",
        Scalar::Float => "number",
        Scalar::String => "string",
        Scalar::Date => "date, formatted as `YYYY-MM-DD`",
        Scalar::DateTime => "date and time without a time zone, formatted as `YYYY-MM-DD hh:mm:ss`",
        Scalar::DateTimeIso => "date and time in ISO 8601 format",
        Scalar::Binary => "contents of a file",
    }
}

fn plural(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "booleans",
        Scalar::Int64 => "integers",
        Scalar::Uint64 => "non-negative integers",
        Scalar::Float => "numbers",
        Scalar::String => "strings",
        Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso => "dates",
        Scalar::Binary => "files",
    }
}
