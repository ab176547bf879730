//! Actions that list resources, and actions that describe one resource.

use serde_json::{Map, Value};

use super::pagination::{NEXT_TOKEN, Page, PageSize, TOTALS};
use super::placeholder::Placeholder;
use super::selection::Selection;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::call::Call;
use crate::spec::{ItemType, Member};

/// A response that contains one list, and possibly the total number of items.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    items: &'a Member,
    object: &'a str,
    total: Option<&'a str>,
}

impl<'a> Listing<'a> {
    /// Finds the list in the response object: its only list, or else its only list of objects.
    pub(super) fn find(call: &Call<'a>) -> Option<Self> {
        let lists: Vec<_> =
            call.output().filter(|member| member.is_list && !member.disabled).collect();
        let items = single(lists.iter().copied()).or_else(|| {
            single(lists.iter().copied().filter(|list| list.item.object().is_some()))
        })?;
        let object = items.item.object()?;
        let is_total = |name: &&str| {
            let mut members = call.output();
            members.any(|m| m.name == **name && matches!(m.item, ItemType::Int | ItemType::Uint))
        };
        Some(Self { items, object, total: TOTALS.into_iter().find(is_total) })
    }

    /// Returns one page of the matching items.
    pub(super) fn respond(
        &self,
        account: &Account,
        call: &Call<'_>,
    ) -> Result<Map<String, Value>, ApiError> {
        let placeholder = Placeholder::new(call);
        let table = account.table(&call.spec.service, self.object, &call.action.name);
        let (page, items) = if let Some(table) = table {
            let page = Page::parse(call, PageSize::Limited)?;
            let rows = Selection::parse(call, table)?.rows()?;
            (page, rows.into_iter().map(|row| row.value.clone()).collect())
        } else {
            (Page::parse(call, PageSize::Unlimited)?, placeholder.objects(self.object))
        };
        let total = items.len();
        let (items, next) = page.cut(items);
        let members = call.output().filter_map(|member| {
            let name = member.name.as_str();
            let value = if name == self.items.name {
                items.iter().cloned().collect()
            } else if Some(name) == self.total {
                Value::from(total)
            } else if name == NEXT_TOKEN && member.item.is_string() && !member.is_list {
                Value::from(next.clone())
            } else {
                placeholder.member(member)?
            };
            Some((member.name.clone(), value))
        });
        Ok(members.collect())
    }
}

/// Returns the response of an action that describes one resource of the account, or `None` if the
/// response object has another shape.
pub(super) fn describe_one(
    account: &Account,
    call: &Call<'_>,
) -> Option<Result<Map<String, Value>, ApiError>> {
    let member = single(call.output())?;
    let object = member.item.object().filter(|_| !member.is_list)?;
    let table = account.table(&call.spec.service, object, &call.action.name)?;
    let members = Selection::parse(call, table).and_then(|selection| {
        let first = selection.rows()?.into_iter().next();
        Ok(first.map(|row| (member.name.clone(), Value::Object(row.value.clone()))))
    });
    Some(members.map(|found| found.into_iter().collect()))
}

/// Returns the item of an iterator that has exactly one.
fn single<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    first.filter(|_| items.next().is_none())
}
