//! The constants of the known values of members.

use std::cmp::Reverse;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::docs;
use super::file::{Item, SourceFile};
use crate::model::{KnownValue, Member, Object, Scalar, Service, ValueSet, Version};
use crate::supplements::values;

/// Length up to which clippy accepts an integer without separators.
const MAX_PLAIN_DIGITS: usize = 5;

/// Renders `values.rs` of a version: one module of constants per set.
pub(crate) fn values(service: &Service, version: &Version) -> SourceFile {
    let mut docs = vec![
        format!(
            "Known values of members in version `{}` of the `{}` API, one module per set.",
            version.version, version.service
        ),
        String::new(),
        "The members are strings and integers, not enumerations, because a service can add values:"
            .into(),
        "expect others than these. Some members take only some of the values of their set.".into(),
    ];
    if let Some(example) = Example::choose(version) {
        docs.push(String::new());
        docs.extend(example.lines(service, version));
    }
    let items = version.value_sets.iter().map(|set| Item::Code(module(set)));
    SourceFile { docs, allow: Vec::new(), items: items.collect() }
}

fn module(set: &ValueSet) -> TokenStream {
    let name = &set.name;
    let members = set.members.iter().map(|(object, field)| {
        let (object, field) = (object.text(), field.text());
        docs::attribute(&format!(
            "- [`{object}::{field}`](super::models::{object}#structfield.{field})"
        ))
    });
    let doc = set.doc.clone().unwrap_or_else(|| {
        let fields = set.members.first().map(|(_, field)| field.text());
        format!("Known values of `{}`.", fields.unwrap_or_default())
    });
    let doc = docs::attribute(&doc);
    let constants = set.values.iter().map(|value| constant(set, value));
    quote! {
        #doc
        ///
        /// Members:
        #(#members)*
        pub mod #name {
            #(#constants)*
        }
    }
}

fn constant(set: &ValueSet, known: &KnownValue) -> TokenStream {
    let name = &known.constant;
    let (ty, value) = match (&known.value, set.scalar) {
        (values::Literal::Text(text), _) => (quote!(&str), quote!(#text)),
        (values::Literal::Integer(number), scalar) => {
            let ty = if scalar == Scalar::Uint64 { quote!(u64) } else { quote!(i64) };
            // A literal is never negative: the sign is an operator.
            let sign = (*number < 0).then(|| quote!(-));
            let digits = digits(number.unsigned_abs());
            (ty, quote!(#sign #digits))
        }
    };
    let doc = known.doc.clone().unwrap_or_else(|| format!("Value `{value}`.", value = text(known)));
    let doc = docs::attribute(&doc);
    quote! {
        #doc
        pub const #name: #ty = #value;
    }
}

/// Returns an integer as a literal, with separators if it is long.
fn digits(number: u64) -> TokenStream {
    let text = number.to_string();
    if text.len() <= MAX_PLAIN_DIGITS {
        return Literal::u64_unsuffixed(number).into_token_stream();
    }
    let mut grouped = String::new();
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && (text.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    syn::LitInt::new(&grouped, proc_macro2::Span::call_site()).into_token_stream()
}

fn text(known: &KnownValue) -> String {
    match &known.value {
        values::Literal::Text(text) => text.clone(),
        values::Literal::Integer(number) => number.to_string(),
    }
}

/// Comparison of a member with a known value.
struct Example<'a> {
    object: &'a Object,
    member: &'a Member,
    set: &'a ValueSet,
    value: &'a KnownValue,
}

impl<'a> Example<'a> {
    /// Chooses a member of an object in responses: if possible, the state with the most values.
    fn choose(version: &'a Version) -> Option<Self> {
        let candidates = version.objects.iter().filter(|object| object.in_responses);
        let candidates = candidates.flat_map(|object| {
            object.members.iter().filter_map(move |member| {
                let name = member.values.as_ref()?;
                let set = version.value_sets.iter().find(|set| set.name == *name)?;
                let is_suitable = !member.ty.list && !member.deprecated;
                // The shortest name, to be easy to read.
                let value = set.values.iter().min_by_key(|it| it.constant.text().len())?;
                is_suitable.then_some(Self { object, member, set, value })
            })
        });
        candidates.min_by_key(|Self { set, .. }| {
            let name = set.name.text();
            let is_state = name.ends_with("state") || name.ends_with("status");
            Reverse((is_state && set.scalar == Scalar::String, set.values.len()))
        })
    }

    fn lines(&self, service: &Service, version: &Version) -> Vec<String> {
        let Self { object, member, set, value } = self;
        let (crate_name, version) = (service.crate_name(), &version.module);
        let deref = if set.scalar == Scalar::String { ".as_deref()" } else { "" };
        vec![
            "```".to_owned(),
            format!("use {crate_name}::{version}::models::{};", object.name),
            format!("use {crate_name}::{version}::values::{};", set.name),
            String::new(),
            format!("fn matches(object: &{}) -> bool {{", object.name),
            format!("    object.{}{deref} == Some({}::{})", member.field, set.name, value.constant),
            "}".to_owned(),
            "```".to_owned(),
        ]
    }
}
