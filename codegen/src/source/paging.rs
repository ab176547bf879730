//! Renders `paging.rs` of a version: how the pages of its list actions are read.

use quote::quote;

use super::file::{Item, PaginateCall, SourceFile};
use super::type_names::element_path;
use crate::model::{Action, Paging, Token, Version, Way};

/// Renders the file, or nothing if no action has pages.
pub(crate) fn paging(version: &Version) -> Option<SourceFile> {
    let calls: Vec<_> = version.actions.iter().filter_map(call).collect();
    if calls.is_empty() {
        return None;
    }
    let docs = vec!["States how the pages of each list action are read.".into()];
    let mut items = vec![
        Item::Code(quote!(
            use tencentcloud_common::{Paging, paginate};
        )),
        Item::Code(quote!(
            use super::models;
        )),
    ];
    items.extend(calls.into_iter().map(Item::Paginate));
    Some(SourceFile { docs, allow: Vec::new(), items })
}

fn call(action: &Action) -> Option<PaginateCall> {
    let paging = action.paging.as_ref().ok()?;
    let fields: Vec<_> = paging.items.fields.iter().map(ToString::to_string).collect();
    Some(PaginateCall {
        request: format!("models::{}", action.request),
        item: element_path(&paging.item, "models"),
        list: fields.join("."),
        paging: expression(paging),
    })
}

/// Returns the calls that build a `Paging`, the first of which is a constructor.
fn expression(paging: &Paging) -> Vec<String> {
    let mut calls = match &paging.way {
        Way::Offset { offset, limit } => vec![format!("by_offset(\"{offset}\", \"{limit}\")")],
        Way::Page { number, size, first } => {
            let mut calls = vec![format!("by_page(\"{number}\", \"{size}\")")];
            // The default of the common crate.
            if *first != 1 {
                calls.push(format!("first_page({first})"));
            }
            calls
        }
        Way::Token(Token { token, next, size }) => {
            let mut calls = vec![format!("by_token(\"{token}\", \"{next}\")")];
            calls.extend(size.iter().map(|size| format!("size(\"{size}\")")));
            calls
        }
    };
    if let Some(Token { token, next, size: Some(size) }) = &paging.or_token {
        calls.push(format!("or_by_token(\"{token}\", \"{next}\", \"{size}\")"));
    }
    calls.push(format!("items(\"{}\")", paging.items.names.join(".")));
    calls.extend(paging.total.iter().map(|path| format!("total(\"{}\")", path.join("."))));
    calls
}
