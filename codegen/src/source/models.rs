use proc_macro2::TokenStream;
use quote::quote;

use super::file::{Item, SourceFile, TableCall};
use super::type_names::TypeNames;
use super::{docs, setters};
use crate::model::{Member, Object, Service, Version};

/// Methods of operator traits. Clippy suggests to implement the trait in place of a setter with
/// the same name and signature.
const OPERATORS: [&str; 10] =
    ["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];

/// Renders `models.rs` of a version: its structs.
pub(crate) fn models(service: &Service, version: &Version) -> SourceFile {
    let names = TypeNames::new(version);
    let binary_import = &names.binary_import;
    let mut items = vec![Item::Code(quote! {
        #binary_import
        use tencentcloud_common::table;
    })];
    for object in &version.objects {
        items.push(Item::Code(structure(service, &names, object)));
        items.push(Item::Table(table(object)));
        if object.in_requests {
            items.push(Item::Code(setters::setters(&names, object)));
        }
    }
    let mut allow = Vec::new();
    if version.objects.iter().flat_map(|object| &object.members).any(|member| member.deprecated) {
        allow.push(("deprecated", "tables and setters also refer to deprecated members"));
    }
    let in_requests = version.objects.iter().filter(|object| object.in_requests);
    let mut setters = in_requests.flat_map(|object| &object.members).map(|member| &member.setter);
    if setters.any(|setter| OPERATORS.contains(&setter.text())) {
        allow.push(("clippy::should_implement_trait", "setters are named after the members"));
    }
    let docs = vec![
        format!(
            "Requests, responses and their parts in version `{}` of the `{}` API.",
            version.version, version.service
        ),
        String::new(),
        "In requests, every member is an `Option`, including lists: `None` is not sent, and an empty"
            .into(),
        "list is sent as `[]`. Setters are named after the members.".into(),
    ];
    SourceFile { docs, allow, items }
}

fn structure(service: &Service, names: &TypeNames, object: &Object) -> TokenStream {
    let name = &object.name;
    let doc = docs::attribute(&docs::object(service, object));
    let required = docs::required(object);
    let required = required.iter().map(|line| docs::attribute(line));
    let fields = object.members.iter().map(|member| field(names, object, member));
    quote! {
        #doc
        #(#required)*
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
        }
    }
}

fn field(names: &TypeNames, object: &Object, member: &Member) -> TokenStream {
    let name = &member.field;
    let doc = docs::attribute(&docs::member(object, member));
    let deprecated = docs::deprecated_member(member);
    let ty = names.field(object, member);
    quote! {
        #doc
        #deprecated
        pub #name: #ty,
    }
}

fn table(object: &Object) -> TableCall {
    let members = object.members.iter();
    let required = members.clone().filter(|member| member.required);
    TableCall {
        name: object.name.to_string(),
        required: required.map(|member| member.api_name.clone()).collect(),
        members: members
            .map(|member| (member.api_name.clone(), member.field.to_string()))
            .collect(),
    }
}
