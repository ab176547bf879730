//! Decides which page is next. It does no I/O; the position itself is in the request.

use std::collections::HashSet;

use super::Paging;
use super::members::{Page, RequestMut};
use super::paging::{ByOffset, ByPage, ByToken};
use crate::error::Error;

/// The page size of an action that requires one, if the caller sets none. No action is known to
/// allow less.
const REQUIRED_PAGE_SIZE: u64 = 20;

/// How far a list was read.
#[derive(Debug)]
pub(super) struct Position {
    paging: Paging,
    way: Way,
    received: u64,
}

/// How the pages are read. It is chosen by the first request.
#[derive(Debug)]
enum Way {
    Unknown,
    Offset(ByOffset),
    Page {
        page: ByPage,
        /// How many items are on the pages before the first one that was read, if that is known.
        before: Option<u64>,
    },
    Token {
        token: ByToken,
        /// The tokens that were sent.
        used: HashSet<String>,
    },
}

impl Position {
    pub(super) fn new(paging: Paging) -> Self {
        Self { paging, way: Way::Unknown, received: 0 }
    }

    /// Prepares the first request.
    ///
    /// # Errors
    ///
    /// When the page size is zero or the action has none, or a position in the request is invalid.
    pub(super) fn begin(
        &mut self,
        request: &mut RequestMut<'_>,
        page_size: Option<u64>,
    ) -> Result<(), Error> {
        if page_size == Some(0) {
            return Err(Error::invalid_input("the page size is zero: use at least 1"));
        }
        self.way = self.choose(request, page_size)?;
        let size = match &self.way {
            Way::Unknown => None,
            Way::Offset(offset) => Some(offset.limit),
            Way::Page { page, .. } => Some(page.size),
            Way::Token { token, .. } => token.size,
        };
        match (size, page_size) {
            (Some(size), Some(number)) => request.set_number(size, number),
            (Some(size), None) => set_if_required(request, size, REQUIRED_PAGE_SIZE)?,
            (None, Some(_)) => {
                return Err(Error::invalid_input("the action has no page size: do not set one"));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Chooses the way, and makes sure that the request has a position if it needs one.
    fn choose(&self, request: &mut RequestMut<'_>, page_size: Option<u64>) -> Result<Way, Error> {
        let Paging { offset, page, token, .. } = self.paging;
        let only_token = offset.is_none() && page.is_none();
        if let Some(token) = token.filter(|it| only_token || self.is_by_token(it, request)) {
            let used = request.text(token.token).into_iter().collect();
            return Ok(Way::Token { token, used });
        }
        if let Some(offset) = offset {
            set_if_required(request, offset.offset, 0)?;
            return Ok(Way::Offset(offset));
        }
        let Some(page) = page else { return Ok(Way::Unknown) };
        let first = request.number(page.number)?;
        if first.is_none() {
            // Which page a service returns without a number is not always documented.
            request.set_number(page.number, page.first);
        }
        let pages_before = first.unwrap_or(page.first).saturating_sub(page.first);
        let size = page_size.or(request.number(page.size)?);
        let before = match pages_before {
            0 => Some(0),
            _ => size.map(|size| size.saturating_mul(pages_before)),
        };
        Ok(Way::Page { page, before })
    }

    /// Whether a request that could also be read by offset asks for pages by token.
    fn is_by_token(&self, token: &ByToken, request: &RequestMut<'_>) -> bool {
        // A page size that is also that of the offset says nothing.
        let limit = self.paging.offset.map(|offset| offset.limit);
        let size = token.size.filter(|size| Some(*size) != limit);
        [Some(token.token), size].into_iter().flatten().any(|name| request.text(name).is_some())
    }

    /// Prepares the request of the next page. Returns whether there is one.
    pub(super) fn advance(
        &mut self,
        request: &mut RequestMut<'_>,
        page: Page,
    ) -> Result<bool, Error> {
        let Page { count, total, next_token } = page;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.received = self.received.saturating_add(count);
        // A total of zero beside items is wrong.
        let total = total.filter(|total| *total > 0).unwrap_or(u64::MAX);
        match &mut self.way {
            Way::Unknown => Ok(false),
            Way::Offset(ByOffset { offset, .. }) => {
                let next = request.number(offset)?.unwrap_or(0).saturating_add(count);
                if count == 0 || next >= total {
                    return Ok(false);
                }
                request.set_number(offset, next);
                Ok(true)
            }
            Way::Page { page, before } => {
                let read = before.map_or(0, |before| before.saturating_add(self.received));
                if count == 0 || read >= total {
                    return Ok(false);
                }
                let number = request.number(page.number)?.unwrap_or(page.first);
                request.set_number(page.number, number.saturating_add(1));
                Ok(true)
            }
            Way::Token { token, used } => {
                let Some(next) = next_token.filter(|next| !used.contains(next)) else {
                    return Ok(false);
                };
                request.set_text(token.token, &next);
                used.insert(next);
                Ok(true)
            }
        }
    }
}

fn set_if_required(request: &mut RequestMut<'_>, name: &str, number: u64) -> Result<(), Error> {
    if request.number(name)?.is_none() && request.requires(name) {
        request.set_number(name, number);
    }
    Ok(())
}
