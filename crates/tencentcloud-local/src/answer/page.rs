//! Pages: `Offset` and `Limit`, or `NextToken` and `MaxResults`.

use std::fmt::Display;

use serde_json::Value;

use super::Call;
use crate::refusal::{Refusal, code};

/// The parameter, and the member of the answer, that says where the next page begins.
pub(super) const NEXT_TOKEN: &str = "NextToken";

/// How many items a page has when the request does not say.
const DEFAULT: usize = 20;

/// What a token begins with; the rest is an offset.
const TOKEN_PREFIX: &str = "next-";

/// The largest page that may be asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Maximum {
    Hundred,
    /// The specification does not say.
    Unknown,
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    offset: usize,
    /// None for an action that knows no pages.
    limit: Option<usize>,
}

impl Page {
    pub(super) fn of(call: &Call<'_>, maximum: Maximum) -> Result<Self, Refusal> {
        let input = &call.action.input;
        let has = |name| call.spec.member(input, name).is_some();
        let offset = match token(call)? {
            Some(offset) => offset,
            None => number(call, "Offset")?.unwrap_or(0),
        };
        if !has("Limit") && !has("MaxResults") {
            return Ok(Self { offset, limit: None });
        }
        let sizes = ["MaxResults", "Limit"].map(|name| Ok((name, number(call, name)?)));
        let mut limit = DEFAULT;
        for size in sizes {
            let (name, Some(size)) = size? else { continue };
            if size == 0 {
                return Err(out_of_range(name, size));
            }
            if matches!(maximum, Maximum::Hundred) && size > 100 {
                let message = format!("`{name}` is {size}, but a page has 100 items at most.");
                return Err(Refusal::new(code::LIMIT_EXCEEDED, message));
            }
            limit = size;
            break;
        }
        Ok(Self { offset, limit: Some(limit) })
    }

    /// The items of the page, and the token of the next one: empty after the last.
    pub(super) fn cut<T>(self, items: Vec<T>) -> (Vec<T>, String) {
        let total = items.len();
        let limit = self.limit.unwrap_or(total);
        let end = self.offset.saturating_add(limit);
        let page = items.into_iter().skip(self.offset).take(limit).collect();
        let next = if end < total { format!("{TOKEN_PREFIX}{end}") } else { String::new() };
        (page, next)
    }
}

/// The offset that the token of an earlier answer stands for.
fn token(call: &Call<'_>) -> Result<Option<usize>, Refusal> {
    let Some(token) = call.text(NEXT_TOKEN).filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let offset = token.strip_prefix(TOKEN_PREFIX).and_then(|offset| offset.parse().ok());
    offset.map(Some).ok_or_else(|| {
        let message = format!("`{NEXT_TOKEN}` is `{token}`, which no answer gave.");
        Refusal::new(code::INVALID_PARAMETER_VALUE, message)
    })
}

/// A number, which some actions take as a string.
fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Refusal> {
    let number = match call.parameters.get(name) {
        None => return Ok(None),
        Some(Value::String(text)) => text.parse::<i128>().map_err(|_| {
            let message = format!("`{name}` must be a decimal number, but is `{text}`.");
            Refusal::new(code::INVALID_PARAMETER_VALUE, message)
        })?,
        Some(value) => match (value.as_i64(), value.as_u64()) {
            (Some(number), _) => number.into(),
            (_, Some(number)) => number.into(),
            _ => return Ok(None),
        },
    };
    usize::try_from(number).map(Some).map_err(|_| out_of_range(name, number))
}

fn out_of_range(name: &str, number: impl Display) -> Refusal {
    Refusal::new(code::RANGE, format!("`{name}` is {number}, which is out of range."))
}
