//! The module of an API version, and its list of actions.

use quote::quote;

use super::file::{ActionCall, Item, SourceFile};
use super::waiters;
use crate::model::{Service, Version};

/// Renders the module of a version, such as `v20170312.rs`.
pub(crate) fn module(service: &Service, version: &Version) -> SourceFile {
    let client = &service.client;
    let has_error_codes = !version.error_codes.is_empty();
    let has_values = !version.value_sets.is_empty();
    let mut docs = vec![
        format!("Version `{}` of the `{}` API.", version.version, version.service),
        String::new(),
        format!(
            "[`{client}`] has one method per action. [`models`] contains the request and response \
             types."
        ),
    ];
    let has_paging = version.actions.iter().any(|action| action.paging.is_ok());
    let paging = has_paging.then(|| {
        quote!(
            mod paging;
        )
    });
    if has_error_codes {
        docs.push("[`error_code`] contains the error codes.".to_owned());
    }
    let error_code = has_error_codes.then(|| {
        quote!(
            pub mod error_code;
        )
    });
    if has_values {
        docs.push("[`values`] contains the known values of members.".to_owned());
    }
    let values = has_values.then(|| {
        quote!(
            pub mod values;
        )
    });
    docs.extend(waiters::module_docs(service, version));
    let waiters = (!version.waiters.is_empty()).then(|| {
        quote!(
            mod waiters;
        )
    });
    let items = vec![
        Item::Code(quote! {
            mod actions;
            mod client;
            #error_code
            pub mod models;
            #paging
            #values
            #waiters
        }),
        Item::Code(quote!(pub use client::#client;)),
    ];
    SourceFile { docs, allow: Vec::new(), items }
}

/// Renders `actions.rs` of a version, which links requests to actions.
pub(crate) fn actions(service: &Service, version: &Version) -> SourceFile {
    let client = &service.client;
    let docs =
        vec!["Links each request to its client, its response and the name of its action.".into()];
    let mut items = Vec::new();
    if !version.actions.is_empty() {
        items.push(Item::Code(quote!(
            use tencentcloud_common::action;
        )));
        items.push(Item::Code(quote!(use super::{#client, models};)));
    }
    items.extend(version.actions.iter().map(|action| {
        Item::Action(ActionCall {
            client: client.to_string(),
            request: format!("models::{}", action.request),
            response: format!("models::{}", action.response),
            api_name: action.api_name.clone(),
            signed: action.signed,
        })
    }));
    SourceFile { docs, allow: Vec::new(), items }
}
