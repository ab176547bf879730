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
        let Paging { offset, page, token, .. } = self.paging;
        let sets_token = |token: &ByToken, request: &RequestMut<'_>| {
            let size = token.size.and_then(|size| request.text(size));
            size.is_some() || request.text(token.token).is_some()
        };
        let only_token = offset.is_none() && page.is_none();
        let (way, size) =
            match (token.filter(|it| only_token || sets_token(it, request)), offset, page) {
                (Some(token), _, _) => {
                    let used = request.text(token.token).into_iter().collect();
                    (Way::Token { token, used }, token.size)
                }
                (None, Some(offset), _) => {
                    if request.number(offset.offset)?.is_none() && request.requires(offset.offset) {
                        request.set_number(offset.offset, 0);
                    }
                    (Way::Offset(offset), Some(offset.limit))
                }
                (None, None, Some(page)) => {
                    let first = request.number(page.number)?;
                    let first = first.unwrap_or_else(|| {
                        // Which page a service returns without a number is not always documented.
                        request.set_number(page.number, page.first);
                        page.first
                    });
                    let pages = first.saturating_sub(page.first);
                    let size = page_size.or(request.number(page.size)?);
                    let before =
                        if pages == 0 { Some(0) } else { size.map(|it| it.saturating_mul(pages)) };
                    (Way::Page { page, before }, Some(page.size))
                }
                (None, None, None) => (Way::Unknown, None),
            };
        self.way = way;
        match (size, page_size) {
            (Some(size), Some(number)) => request.set_number(size, number),
            (Some(size), None) => {
                if request.number(size)?.is_none() && request.requires(size) {
                    request.set_number(size, REQUIRED_PAGE_SIZE);
                }
            }
            (None, Some(_)) => {
                return Err(Error::invalid_input("the action has no page size: do not set one"));
            }
            (None, None) => {}
        }
        Ok(())
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
