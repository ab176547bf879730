//! Access to the members of a request and a response that pages are read from, typed or JSON.

use bytes::Bytes;
use serde_json::Value;

use super::Paging;
use crate::error::{Error, ErrorKind};
use crate::protocol::model::{Model, Mut, Ref, member};
use crate::protocol::raw_members::RawMembers;

/// The usual names of the total number of items.
const TOTALS: [&str; 6] =
    ["TotalCount", "Total", "TotalNum", "TotalCnt", "TotalCounts", "TotalNumber"];

/// A request whose members are read and set by name.
pub enum RequestMut<'a> {
    Model(&'a mut dyn Model),
    Json { json: &'a mut Bytes, as_text: bool },
}

impl RequestMut<'_> {
    /// Returns a member as text, if it is a number or a string that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = match self {
            Self::Model(model) => {
                let mut text = None;
                member::read(&**model, name, &mut |value| text = scalar_text(value));
                text?
            }
            Self::Json { json, .. } => {
                let text = std::str::from_utf8(json).ok()?;
                json_text(
                    &serde_json::from_str(RawMembers::from_json(text).ok()?.get(name)?).ok()?,
                )?
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Returns a member that is a count, or `None` if it is not set.
    ///
    /// # Errors
    ///
    /// When the member is not a whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| {
            let message = format!(
                "pages cannot be read, because `{name}` of the request is {text:?}: expected a \
                 whole number"
            );
            Error::invalid_input(message)
        })
    }

    /// Whether a typed request must set the member.
    pub(super) fn requires(&self, name: &str) -> bool {
        match self {
            Self::Model(model) => model.table().required.contains(&name),
            Self::Json { .. } => false,
        }
    }

    /// Sets a number, in the type that the member has.
    pub(super) fn set_number(&mut self, name: &str, number: u64) {
        match self {
            Self::Model(model) => {
                member::write(&mut **model, name, &mut |slot| match slot {
                    Mut::I64(slot) => *slot = Some(i64::try_from(number).unwrap_or(i64::MAX)),
                    Mut::U64(slot) => *slot = Some(number),
                    Mut::Str(slot) => *slot = Some(number.to_string()),
                    _ => {}
                });
            }
            Self::Json { json, as_text } => {
                let text = number.to_string();
                let value = if *as_text || is_json_string(json, name) {
                    Value::from(text)
                } else {
                    Value::from(number)
                };
                set_json(json, name, &value);
            }
        }
    }

    /// Sets a string.
    pub(super) fn set_text(&mut self, name: &str, text: &str) {
        match self {
            Self::Model(model) => {
                member::write(&mut **model, name, &mut |slot| {
                    if let Mut::Str(slot) = slot {
                        *slot = Some(text.to_owned());
                    }
                });
            }
            Self::Json { json, .. } => set_json(json, name, &Value::from(text)),
        }
    }
}

fn is_json_string(json: &[u8], name: &str) -> bool {
    let members = std::str::from_utf8(json).ok().and_then(|json| RawMembers::from_json(json).ok());
    members.is_some_and(|members| members.get(name).is_some_and(|it| it.starts_with('"')))
}

/// Replaces or adds a member. The text of the others is unchanged.
fn set_json(json: &mut Bytes, name: &str, value: &Value) {
    let Some(members) =
        std::str::from_utf8(json).ok().and_then(|json| RawMembers::from_json(json).ok())
    else {
        // Unreachable: the parameters of a call are an object.
        return;
    };
    let mut text = String::with_capacity(json.len().saturating_add(32));
    for (other, value) in members.iter().filter(|(other, _)| *other != name) {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push_str(&format!("{}:{value}", Value::from(other)));
    }
    text.push(if text.is_empty() { '{' } else { ',' });
    text.push_str(&format!("{}:{value}}}", Value::from(name)));
    *json = text.into();
}

/// What a response says about its page.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of items.
    pub(super) count: usize,
    /// The number of items of all pages, if the response contains it.
    pub(super) total: Option<u64>,
    /// The token of the next page; `None` if it is absent or empty.
    pub(super) next_token: Option<String>,
}

impl Page {
    /// Reads what a typed response says.
    pub(super) fn of_model(model: &dyn Model, paging: &Paging) -> Self {
        let mut page = Self { count: 0, total: None, next_token: None };
        if let Some(items) = paging.items {
            member::read(model, items, &mut |list| page.count = list_length(list));
        }
        if let Some(total) = paging.total {
            member::read(model, total, &mut |total| {
                page.total = scalar_text(total).and_then(|total| total.parse().ok());
            });
        }
        if let Some(token) = &paging.token {
            member::read(model, token.next, &mut |token| page.next_token = scalar_text(token));
            page.next_token = page.next_token.filter(|token| !token.is_empty());
        }
        page
    }

    /// Reads what a JSON response says.
    ///
    /// # Errors
    ///
    /// When the response has several lists, or none although it has a total.
    pub(super) fn of_json(response: &Value, paging: &Paging) -> Result<Self, Error> {
        let items = items_path(response, paging)?;
        let list =
            items.as_ref().and_then(|path| at_path(response, path)).and_then(Value::as_array);
        let total = match paging.total {
            Some(path) => at_path(response, path).and_then(json_number),
            None => usual_total(response, items.as_deref()),
        };
        if items.is_none() && total.is_some_and(|total| total > 0) {
            return Err(Error::new(
                ErrorKind::Response,
                "pages cannot be read, because the response has a total but no list: name the list \
                 with `Paging::items`",
            ));
        }
        let next_token = paging.token.as_ref().and_then(|token| at_path(response, token.next));
        Ok(Self {
            count: list.map_or(0, Vec::len),
            total,
            next_token: next_token.and_then(json_text).filter(|token| !token.is_empty()),
        })
    }
}

/// Removes the items from a JSON response.
pub(super) fn take_items(mut response: Value, paging: &Paging) -> Vec<Value> {
    let Ok(Some(path)) = items_path(&response, paging) else { return Vec::new() };
    let list = path.split('.').try_fold(&mut response, |value, name| value.get_mut(name));
    match list.map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Returns the path of the list of items, or `None` if the response has no list.
fn items_path(response: &Value, paging: &Paging) -> Result<Option<String>, Error> {
    if let Some(path) = paging.items {
        return Ok(Some(path.to_owned()));
    }
    let lists = lists(response);
    match (lists.as_slice(), only_object(response)) {
        ([], Some((object, inner))) => {
            Ok(only_list(&self::lists(inner))?.map(|list| format!("{object}.{list}")))
        }
        (lists, _) => only_list(lists),
    }
}

/// Returns the lists of an object, and whether they contain objects.
fn lists(value: &Value) -> Vec<(&str, bool)> {
    let members = value.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| {
            let list = value.as_array()?;
            Some((name.as_str(), list.iter().any(Value::is_object)))
        })
        .collect()
}

/// Returns the only list, or else the only list of objects.
fn only_list(lists: &[(&str, bool)]) -> Result<Option<String>, Error> {
    let with_objects: Vec<_> = lists.iter().filter(|(_, has_objects)| *has_objects).collect();
    match (lists, with_objects.as_slice()) {
        ([], _) => Ok(None),
        ([(name, _)], _) | (_, [(name, _)]) => Ok(Some((*name).to_owned())),
        _ => {
            let names: Vec<_> = lists.iter().map(|(name, _)| format!("`{name}`")).collect();
            let message = format!(
                "pages cannot be read, because the response has several lists ({}): name one with \
                 `Paging::items`",
                names.join(", ")
            );
            Err(Error::new(ErrorKind::Response, message))
        }
    }
}

fn only_object(response: &Value) -> Option<(&str, &Value)> {
    let mut objects = response.as_object()?.iter().filter(|(_, value)| value.is_object());
    let (name, object) = objects.next()?;
    objects.next().is_none().then_some((name.as_str(), object))
}

/// Finds the total next to the list, or above it.
fn usual_total(response: &Value, items: Option<&str>) -> Option<u64> {
    let object = items.and_then(|path| path.rsplit_once('.')).map(|(object, _)| object);
    let inner = object.and_then(|object| at_path(response, object));
    let totals = [inner, Some(response)];
    totals
        .into_iter()
        .flatten()
        .find_map(|object| TOTALS.iter().find_map(|name| object.get(name).and_then(json_number)))
}

fn at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

fn json_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn json_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn scalar_text(value: Ref<'_>) -> Option<String> {
    match value {
        Ref::Str(text) => Some(text.to_owned()),
        Ref::I64(number) => Some(number.to_string()),
        Ref::U64(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list_length(list: Ref<'_>) -> usize {
    match list {
        Ref::Objects(list) => list.count(),
        Ref::Strs(list) => list.len(),
        Ref::I64s(list) => list.len(),
        Ref::U64s(list) => list.len(),
        Ref::F64s(list) => list.len(),
        Ref::Bools(list) => list.len(),
        _ => 0,
    }
}
