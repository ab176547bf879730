//! Finds out how the pages of an action are read, from the names and types of its members.

use std::collections::BTreeMap;

use super::paging::{NotPaged, Paging, Path, Token, Way};
use super::service::{Action, Member, Object};
use super::types::{Element, Scalar};
use crate::names::Ident;

/// Verbs of actions that only read.
const READ_VERBS: [&str; 5] = ["Describe", "List", "Get", "Query", "Search"];
const OFFSETS: [&str; 2] = ["Offset", "OffSet"];
const SIZES: [&str; 6] = ["Limit", "MaxResults", "PageSize", "Size", "PerPage", "Length"];
/// Names of page numbers.
pub(crate) const PAGE_NUMBERS: [&str; 6] =
    ["PageNumber", "PageNo", "PageNum", "PageIndex", "Page", "CurrentPage"];
/// Names of a token in the request and of the next one in the response.
const TOKENS: [(&str, &str); 9] = [
    ("NextToken", "NextToken"),
    ("PageToken", "PageToken"),
    ("PageToken", "NextPageToken"),
    ("Cursor", "Cursor"),
    ("Cursor", "NextCursor"),
    ("Marker", "Marker"),
    ("Marker", "NextMarker"),
    ("Context", "Context"),
    ("ScrollId", "ScrollId"),
];
const TOTALS: [&str; 6] =
    ["TotalCount", "Total", "TotalNum", "TotalCnt", "TotalCounts", "TotalNumber"];

/// Finds out how the pages of an action are read.
pub(super) fn paging(
    action: &Action,
    objects: &BTreeMap<&str, &Object>,
) -> Result<Paging, NotPaged> {
    let object = |name: &Ident| objects.get(name.text()).copied();
    let (Some(request), Some(response)) = (object(&action.request), object(&action.response))
    else {
        return Err(NotPaged::NoPosition);
    };
    let (way, or_token) = way(request, response)?;
    if !READ_VERBS.iter().any(|verb| action.api_name.starts_with(verb)) {
        return Err(NotPaged::NotARead);
    }
    let mut items = list(response)?.map(|member| (vec![member], member));
    let mut holder = None;
    if items.is_none()
        && let Some(wrapper) = only_object(response)
        && let Element::Object(name) = &wrapper.ty.element
        && let Some(inner) = object(name)
    {
        items = list(inner)?.map(|member| (vec![wrapper, member], member));
        holder = Some((wrapper, inner));
    }
    let (path, list) = items.ok_or(NotPaged::NoList)?;
    let total = total(response).map(|total| vec![total]).or_else(|| {
        let (wrapper, inner) = holder?;
        Some(vec![wrapper.api_name.clone(), total(inner)?])
    });
    Ok(Paging {
        way,
        or_token,
        items: Path {
            names: path.iter().map(|member| member.api_name.clone()).collect(),
            fields: path.iter().map(|member| member.field.clone()).collect(),
        },
        item: list.ty.element.clone(),
        total,
    })
}

/// Finds the way to read pages, and the way by token beside it.
fn way(request: &Object, response: &Object) -> Result<(Way, Option<Token>), NotPaged> {
    let scalar = |name: &str| member(request, name, is_number_or_string);
    let size = SIZES.into_iter().find(|name| scalar(name).is_some());
    let token = token(request, response);
    let offset = OFFSETS.into_iter().find(|name| scalar(name).is_some());
    if let (Some(offset), Some(limit)) = (offset, size) {
        return Ok((Way::Offset { offset: offset.into(), limit: limit.into() }, token));
    }
    if let Some(token) = token {
        return Ok((Way::Token(token), None));
    }
    let number = PAGE_NUMBERS.into_iter().find_map(scalar);
    let (Some(number), Some(size)) = (number, size) else { return Err(NotPaged::NoPosition) };
    let first = number.first_page.ok_or(NotPaged::UnknownFirstPage)?;
    Ok((Way::Page { number: number.api_name.clone(), size: size.into(), first }, None))
}

fn token(request: &Object, response: &Object) -> Option<Token> {
    let (token, next) = TOKENS.into_iter().find(|(token, next)| {
        member(request, token, is_string).is_some() && member(response, next, is_string).is_some()
    })?;
    // `MaxResults` belongs to the token if there is also a size for the offset.
    let sizes = ["MaxResults"].into_iter().chain(SIZES);
    let size = sizes.into_iter().find(|name| member(request, name, is_number_or_string).is_some());
    Some(Token { token: token.into(), next: next.into(), size: size.map(str::to_owned) })
}

/// Returns the only list that is not deprecated, or else the only such list of objects.
fn list(object: &Object) -> Result<Option<&Member>, NotPaged> {
    let lists: Vec<_> =
        object.members.iter().filter(|member| member.ty.list && !member.deprecated).collect();
    let objects: Vec<_> =
        lists.iter().copied().filter(|it| matches!(it.ty.element, Element::Object(_))).collect();
    match (lists.as_slice(), objects.as_slice()) {
        ([], _) => Ok(None),
        ([list], _) | (_, [list]) => Ok(Some(list)),
        _ => Err(NotPaged::SeveralLists(lists.iter().map(|it| it.api_name.clone()).collect())),
    }
}

fn only_object(object: &Object) -> Option<&Member> {
    let is_object = |member: &&Member| {
        !member.ty.list && !member.deprecated && matches!(member.ty.element, Element::Object(_))
    };
    let mut objects = object.members.iter().filter(is_object);
    objects.next().filter(|_| objects.next().is_none())
}

fn total(object: &Object) -> Option<String> {
    let total = TOTALS.into_iter().find(|name| member(object, name, is_number).is_some());
    total.map(str::to_owned)
}

/// Returns a single value of an object by name, if its type is accepted.
fn member<'a>(object: &'a Object, name: &str, accept: fn(Scalar) -> bool) -> Option<&'a Member> {
    object.members.iter().find(|member| {
        let scalar = match member.ty.element {
            Element::Scalar(scalar) => accept(scalar),
            Element::Object(_) => false,
        };
        member.api_name == name && !member.ty.list && scalar
    })
}

fn is_number(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Int64 | Scalar::Uint64)
}

fn is_string(scalar: Scalar) -> bool {
    scalar == Scalar::String
}

fn is_number_or_string(scalar: Scalar) -> bool {
    is_number(scalar) || is_string(scalar)
}
