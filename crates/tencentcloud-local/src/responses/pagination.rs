//! Pagination by `Offset` and `Limit`, or by `NextToken` and `MaxResults`.

use serde_json::Value;

use crate::api_error::ApiError;
use crate::call::Call;

/// The parameter and the response member that contain the token of the next page.
pub(super) const NEXT_TOKEN: &str = "NextToken";

/// The names of a member that contains the total number of items.
pub(super) const TOTALS: [&str; 6] =
    ["TotalCount", "Total", "TotalNum", "TotalCnt", "TotalCounts", "TotalNumber"];

/// The number of items on a page if the request has no limit.
const DEFAULT_LIMIT: usize = 20;

/// The largest number of items on a page of resources that the account has.
const MAX_LIMIT: usize = 100;

/// The prefix of a token. The rest is an offset.
const TOKEN_PREFIX: &str = "next-";

/// Whether a page has a maximum size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageSize {
    /// At most [`MAX_LIMIT`] items.
    Limited,
    /// Any number of items, because the specification does not contain the limit of the service.
    Unlimited,
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    offset: usize,
    /// `None` for an action without pagination.
    limit: Option<usize>,
}

impl Page {
    /// Parses the pagination parameters of a call.
    pub(super) fn parse(call: &Call<'_>, page_size: PageSize) -> Result<Self, ApiError> {
        let input = &call.action.input;
        let has = |name| call.spec.member(input, name).is_some();
        let offset = match parse_token(call)? {
            Some(offset) => offset,
            None => parse_number(call, "Offset")?.unwrap_or(0),
        };
        if !has("Limit") && !has("MaxResults") {
            return Ok(Self { offset, limit: None });
        }
        let mut limit = DEFAULT_LIMIT;
        for parameter in ["MaxResults", "Limit"] {
            let Some(size) = parse_number(call, parameter)? else { continue };
            if size == 0 {
                return Err(ApiError::OutOfRange { parameter, value: 0 });
            }
            if page_size == PageSize::Limited && size > MAX_LIMIT {
                return Err(ApiError::PageTooLarge { parameter, size, max: MAX_LIMIT });
            }
            limit = size;
            break;
        }
        Ok(Self { offset, limit: Some(limit) })
    }

    /// Returns the items of the page, and the token of the next page: empty for the last page.
    pub(super) fn cut<T>(self, items: Vec<T>) -> (Vec<T>, String) {
        let total = items.len();
        let limit = self.limit.unwrap_or(total);
        let end = self.offset.saturating_add(limit);
        let page = items.into_iter().skip(self.offset).take(limit).collect();
        let next = if end < total { format!("{TOKEN_PREFIX}{end}") } else { String::new() };
        (page, next)
    }
}

/// Returns the offset in the token of an earlier response.
fn parse_token(call: &Call<'_>) -> Result<Option<usize>, ApiError> {
    let Some(token) = call.text(NEXT_TOKEN).filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let offset = token.strip_prefix(TOKEN_PREFIX).and_then(|offset| offset.parse().ok());
    offset.map(Some).ok_or_else(|| ApiError::InvalidNextToken { token: token.to_owned() })
}

/// Returns the value of a number parameter, which is a string in some actions.
fn parse_number(call: &Call<'_>, parameter: &'static str) -> Result<Option<usize>, ApiError> {
    let value = match call.parameters.get(parameter) {
        None => return Ok(None),
        Some(Value::String(text)) => text
            .parse::<i128>()
            .map_err(|_| ApiError::NotANumber { parameter, value: text.clone() })?,
        Some(value) => match (value.as_i64(), value.as_u64()) {
            (Some(number), _) => number.into(),
            (_, Some(number)) => number.into(),
            _ => return Ok(None),
        },
    };
    usize::try_from(value).map(Some).map_err(|_| ApiError::OutOfRange { parameter, value })
}
