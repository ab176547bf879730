use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::type_names::TypeNames;
use crate::model::{Element, Member, Object, Role, Scalar};

/// Renders the `impl` of an object that requests can contain: `new` and one setter per member.
pub(super) fn setters(names: &TypeNames, object: &Object) -> TokenStream {
    let name = &object.name;
    let article_and_noun =
        if matches!(object.role, Role::Request(_)) { "a request" } else { "an object" };
    let doc = docs::attribute(&format!("Creates {article_and_noun} in which no member is set."));
    let setters = object.members.iter().map(|member| setter(names, member));
    quote! {
        impl #name {
            #doc
            #[inline]
            pub fn new() -> Self {
                Self::default()
            }

            #(#setters)*
        }
    }
}

fn setter(names: &TypeNames, member: &Member) -> TokenStream {
    let name = &member.setter;
    let field = &member.field;
    let some = &names.some;
    let doc = docs::attribute(&format!("Sets `{}`.", member.api_name));
    let deprecated = docs::deprecated_member(member);
    let (argument, value) = argument(names, member);
    quote! {
        #doc
        #deprecated
        #[inline]
        pub fn #name(mut self, #argument) -> Self {
            self.#field = #some(#value);
            self
        }
    }
}

/// Returns the argument of a setter, and the expression that converts it to the field's value.
///
/// Numbers and booleans are not taken as `impl Into`: an integer literal would then be an `i32`,
/// which does not convert to `u64`.
fn argument(names: &TypeNames, member: &Member) -> (TokenStream, TokenStream) {
    let TypeNames { into, into_iterator, new_box, .. } = names;
    let ty = names.element(&member.ty.element);
    let is_exact = match member.ty.element {
        Element::Scalar(scalar) => is_number_or_bool(scalar),
        Element::Object(_) => false,
    };
    match (member.ty.list, is_exact) {
        (true, true) => {
            (quote!(values: impl #into_iterator<Item = #ty>), quote!(values.into_iter().collect()))
        }
        (true, false) => (
            quote!(values: impl #into_iterator<Item = impl #into<#ty>>),
            quote!(values.into_iter().map(#into::into).collect()),
        ),
        (false, true) => (quote!(value: #ty), quote!(value)),
        (false, false) if member.boxed => {
            (quote!(value: impl #into<#ty>), quote!(#new_box(value.into())))
        }
        (false, false) => (quote!(value: impl #into<#ty>), quote!(value.into())),
    }
}

fn is_number_or_bool(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Bool | Scalar::Int64 | Scalar::Uint64 | Scalar::Float)
}
