use proc_macro2::TokenStream;
use quote::quote;

use super::models::{deprecated, element_type, space};
use crate::model::{Element, Member, Object, Role, Scalar};

/// The functions of an object that is sent: one that makes an empty object, and one setter for
/// each member.
pub(super) fn of(object: &Object) -> TokenStream {
    let name = &object.name;
    let what = if matches!(object.role, Role::Request(_)) { "request" } else { "object" };
    let doc = format!(" An empty {what}, to be filled by the methods below.");
    let setters = object.members.iter().map(setter);
    quote! {
        impl #name {
            #[doc = #doc]
            #[inline]
            pub fn new() -> Self {
                Self::default()
            }

            #(#setters)*
        }
    }
}

fn setter(member: &Member) -> TokenStream {
    let name = &member.setter;
    let field = &member.field;
    let doc = space(&format!("Sets `{}`.", member.wire));
    let deprecated = deprecated(member);
    let (argument, value) = argument(member);
    quote! {
        #[doc = #doc]
        #deprecated
        #[inline]
        pub fn #name(mut self, #argument) -> Self {
            self.#field = ::std::option::Option::Some(#value);
            self
        }
    }
}

/// The argument of a setter, and the value that it becomes.
///
/// Numbers and booleans are taken as they are: a literal behind `impl Into<u64>` would be an `i32`,
/// which is no `u64`.
fn argument(member: &Member) -> (TokenStream, TokenStream) {
    let ty = element_type(&member.value.element);
    let plain = match member.value.element {
        Element::Scalar(scalar) => is_plain(scalar),
        Element::Object(_) => false,
    };
    match (member.value.list, plain) {
        (true, true) => (
            quote!(values: impl ::std::iter::IntoIterator<Item = #ty>),
            quote!(values.into_iter().collect()),
        ),
        (true, false) => (
            quote! {
                values: impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<#ty>>
            },
            quote!(values.into_iter().map(::std::convert::Into::into).collect()),
        ),
        (false, true) => (quote!(value: #ty), quote!(value)),
        (false, false) if member.boxed => (
            quote!(value: impl ::std::convert::Into<#ty>),
            quote!(::std::boxed::Box::new(value.into())),
        ),
        (false, false) => (quote!(value: impl ::std::convert::Into<#ty>), quote!(value.into())),
    }
}

fn is_plain(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Bool | Scalar::Signed | Scalar::Unsigned | Scalar::Float)
}
