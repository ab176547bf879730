use proc_macro2::TokenStream;
use quote::quote;

use super::{Item, Source, Table, docs, setters};
use crate::model::{Element, Member, Object, Scalar, Service, Version};

/// The methods of operators: a setter of the same name and form looks to clippy as if it should be
/// an implementation of the operator.
const OPERATORS: [&str; 10] =
    ["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];

/// The file `models.rs`: the structs of a version.
pub(crate) fn models(service: &Service, version: &Version) -> Source {
    let mut items = vec![Item::Code(quote!(
        use ::tencentcloud_common::table;
    ))];
    for object in &version.objects {
        items.push(Item::Code(structure(service, object)));
        items.push(Item::Table(table(object)));
        if object.sent {
            items.push(Item::Code(setters::of(object)));
        }
    }
    let mut allow = Vec::new();
    if version.objects.iter().flat_map(|object| &object.members).any(|member| member.deprecated) {
        allow.push(("deprecated", "the tables and setters name deprecated members too"));
    }
    let sent = version.objects.iter().filter(|object| object.sent);
    let mut setters = sent.flat_map(|object| &object.members).map(|member| &member.setter);
    if setters.any(|setter| OPERATORS.contains(&setter.text())) {
        allow.push(("clippy::should_implement_trait", "setters are named after the members"));
    }
    let docs = vec![
        format!(
            "Requests, responses and their parts in version `{}` of `{}`.",
            version.version, version.service
        ),
        String::new(),
        "A member that is not set is not sent. What a request can hold is `Option`, lists included:"
            .to_owned(),
        "`None` sends nothing, an empty list sends `[]`. Setters are named after the members."
            .to_owned(),
    ];
    Source { docs, allow, items }
}

fn structure(service: &Service, object: &Object) -> TokenStream {
    let name = &object.name;
    let doc = space(&docs::object(service, object));
    let fields = object.members.iter().map(|member| field(object, member));
    quote! {
        #[doc = #doc]
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
        }
    }
}

fn field(object: &Object, member: &Member) -> TokenStream {
    let name = &member.field;
    let doc = space(&docs::member(object, member));
    let deprecated = deprecated(member);
    let ty = field_type(object, member);
    quote! {
        #[doc = #doc]
        #deprecated
        pub #name: #ty,
    }
}

/// `#[deprecated]`, where a member is.
pub(super) fn deprecated(member: &Member) -> TokenStream {
    if !member.deprecated {
        return TokenStream::new();
    }
    let note = docs::deprecated_member(member);
    quote!(#[deprecated(note = #note)])
}

fn field_type(object: &Object, member: &Member) -> TokenStream {
    let element = element_type(&member.value.element);
    if member.request_id {
        return element;
    }
    match (member.value.list, member.boxed, object.sent) {
        (true, _, true) => quote!(::std::option::Option<::std::vec::Vec<#element>>),
        (true, _, false) => quote!(::std::vec::Vec<#element>),
        (false, true, _) => quote!(::std::option::Option<::std::boxed::Box<#element>>),
        (false, false, _) => quote!(::std::option::Option<#element>),
    }
}

/// The type of one value. Paths are whole, because objects are called `String` or `Option` too.
pub(super) fn element_type(element: &Element) -> TokenStream {
    match element {
        Element::Object(name) => quote!(#name),
        Element::Scalar(Scalar::Bool) => quote!(bool),
        Element::Scalar(Scalar::Signed) => quote!(i64),
        Element::Scalar(Scalar::Unsigned) => quote!(u64),
        Element::Scalar(Scalar::Float) => quote!(f64),
        Element::Scalar(Scalar::Binary) => quote!(::tencentcloud_common::Binary),
        Element::Scalar(Scalar::Text | Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso) => {
            quote!(::std::string::String)
        }
    }
}

fn table(object: &Object) -> Table {
    let members = object.members.iter();
    let required = members.clone().filter(|member| member.required);
    Table {
        name: object.name.to_string(),
        required: required.map(|member| member.wire.clone()).collect(),
        members: members.map(|member| (member.wire.clone(), member.field.to_string())).collect(),
    }
}

/// A line of documentation as the attribute holds it.
pub(super) fn space(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}
