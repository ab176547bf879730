use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Element, Member, Object, Scalar, Version};

/// Spellings of types and traits in the models of one version.
///
/// A name is spelled plainly, as in `Option<String>`, unless an object of the version shadows it.
/// Only then is it spelled with the full path, as in `::std::option::Option<String>`.
pub(super) struct TypeNames {
    option: TokenStream,
    vec: TokenStream,
    boxed: TokenStream,
    string: TokenStream,
    binary: TokenStream,
    /// Import of `Binary`, if the version uses it by its plain name.
    pub(super) binary_import: Option<TokenStream>,
    /// `Some`
    pub(super) some: TokenStream,
    /// `Box::new`
    pub(super) new_box: TokenStream,
    /// `Into`
    pub(super) into: TokenStream,
    /// `IntoIterator`
    pub(super) into_iterator: TokenStream,
}

/// Returns the type of a single value, with the module of the models before an object.
pub(super) fn element_path(element: &Element, models: &str) -> String {
    match element {
        Element::Object(name) => format!("{models}::{name}"),
        Element::Scalar(Scalar::Bool) => "bool".to_owned(),
        Element::Scalar(Scalar::Int64) => "i64".to_owned(),
        Element::Scalar(Scalar::Uint64) => "u64".to_owned(),
        Element::Scalar(Scalar::Float) => "f64".to_owned(),
        Element::Scalar(Scalar::Binary) => "tencentcloud_common::Binary".to_owned(),
        Element::Scalar(Scalar::String | Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso) => {
            "String".to_owned()
        }
    }
}

impl TypeNames {
    pub(super) fn new(version: &Version) -> Self {
        let objects: BTreeSet<&str> =
            version.objects.iter().map(|object| object.name.text()).collect();
        let spell = |name: &str, plain: TokenStream, full: TokenStream| {
            if objects.contains(name) { full } else { plain }
        };
        let boxed = spell("Box", quote!(Box), quote!(::std::boxed::Box));
        let binary_path = quote!(tencentcloud_common::Binary);
        let mut members = version.objects.iter().flat_map(|object| &object.members);
        let has_binary = members.any(|it| it.ty.element == Element::Scalar(Scalar::Binary));
        let is_imported = has_binary && !objects.contains("Binary");
        Self {
            option: spell("Option", quote!(Option), quote!(::std::option::Option)),
            vec: spell("Vec", quote!(Vec), quote!(::std::vec::Vec)),
            string: spell("String", quote!(String), quote!(::std::string::String)),
            binary: spell("Binary", quote!(Binary), binary_path.clone()),
            binary_import: is_imported.then(|| quote!(use #binary_path;)),
            some: spell("Some", quote!(Some), quote!(::std::option::Option::Some)),
            new_box: quote!(#boxed::new),
            boxed,
            into: spell("Into", quote!(Into), quote!(::std::convert::Into)),
            into_iterator: spell(
                "IntoIterator",
                quote!(IntoIterator),
                quote!(::std::iter::IntoIterator),
            ),
        }
    }

    /// Returns the type of a field.
    pub(super) fn field(&self, object: &Object, member: &Member) -> TokenStream {
        let Self { option, vec, boxed, .. } = self;
        let element = self.element(&member.ty.element);
        if member.is_request_id {
            return element;
        }
        match (member.ty.list, member.boxed, object.in_requests) {
            (true, _, true) => quote!(#option<#vec<#element>>),
            (true, _, false) => quote!(#vec<#element>),
            (false, true, _) => quote!(#option<#boxed<#element>>),
            (false, false, _) => quote!(#option<#element>),
        }
    }

    /// Returns the type of a single value.
    pub(super) fn element(&self, element: &Element) -> TokenStream {
        match element {
            Element::Object(name) => quote!(#name),
            Element::Scalar(Scalar::Bool) => quote!(bool),
            Element::Scalar(Scalar::Int64) => quote!(i64),
            Element::Scalar(Scalar::Uint64) => quote!(u64),
            Element::Scalar(Scalar::Float) => quote!(f64),
            Element::Scalar(Scalar::Binary) => self.binary.clone(),
            Element::Scalar(
                Scalar::String | Scalar::Date | Scalar::DateTime | Scalar::DateTimeIso,
            ) => self.string.clone(),
        }
    }
}
