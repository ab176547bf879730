//! Actions that list things, and actions that describe one thing.

use serde_json::{Map, Value};

use super::page::Page;
use super::select::Selection;
use super::shape::Shape;
use super::{Call, page};
use crate::account::Account;
use crate::refusal::Refusal;
use crate::spec::{Item, Member};

/// The names that a total goes by.
pub(super) const TOTALS: [&str; 6] =
    ["TotalCount", "Total", "TotalNum", "TotalCnt", "TotalCounts", "TotalNumber"];

/// An answer that is one list, perhaps with the number of all that match.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    items: &'a Member,
    object: &'a str,
    total: Option<&'a str>,
}

impl<'a> Listing<'a> {
    /// Finds the list: the only one of the answer, else the only one of objects.
    pub(super) fn of(call: &Call<'a>) -> Option<Self> {
        let lists: Vec<_> =
            call.output().filter(|member| member.list && !member.disabled).collect();
        let items = only(lists.iter().copied())
            .or_else(|| only(lists.iter().copied().filter(|list| list.item.object().is_some())))?;
        let object = items.item.object()?;
        let is_total = |name: &&str| {
            let mut members = call.output();
            members.any(|m| m.name == **name && matches!(m.item, Item::Int | Item::Uint))
        };
        Some(Self { items, object, total: TOTALS.into_iter().find(is_total) })
    }

    /// One page of what matches.
    pub(super) fn answer(
        &self,
        account: &Account,
        call: &Call<'_>,
    ) -> Result<Map<String, Value>, Refusal> {
        let rows = account.rows(&call.spec.service, self.object, &call.action.name);
        let shape = Shape::of(call);
        let (page, items) = if let Some(rows) = rows {
            let page = Page::of(call, page::Maximum::Hundred)?;
            let rows = Selection::of(call, self.object)?.rows(rows)?;
            (page, rows.into_iter().map(|row| row.value.clone()).collect())
        } else {
            // The account has nothing of this kind: one is made up, in the shape that it has.
            (Page::of(call, page::Maximum::Unknown)?, shape.objects(self.object))
        };
        let total = items.len();
        let (items, next) = page.cut(items);
        let members = call.output().filter_map(|member| {
            let name = member.name.as_str();
            let value = if name == self.items.name {
                items.iter().cloned().collect()
            } else if Some(name) == self.total {
                Value::from(total)
            } else if name == page::NEXT_TOKEN && member.item.is_text() && !member.list {
                Value::from(next.clone())
            } else {
                shape.member(member)?
            };
            Some((member.name.clone(), value))
        });
        Ok(members.collect())
    }
}

/// The answer of an action that describes one thing of a kind that the account holds.
pub(super) fn single(
    account: &Account,
    call: &Call<'_>,
) -> Option<Result<Map<String, Value>, Refusal>> {
    let member = only(call.output())?;
    let object = member.item.object().filter(|_| !member.list)?;
    let rows = account.rows(&call.spec.service, object, &call.action.name)?;
    let answer = Selection::of(call, object).and_then(|selection| {
        let first = selection.rows(rows)?.into_iter().next();
        Ok(first.map(|row| (member.name.clone(), Value::Object(row.value.clone()))))
    });
    Some(answer.map(|found| found.into_iter().collect()))
}

/// The item of an iterator that has just one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    first.filter(|_| items.next().is_none())
}
