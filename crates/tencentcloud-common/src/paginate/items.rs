use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;

use super::pages::{PageRequest, Pages};
use crate::error::Error;

/// The items of a list action, over all its pages.
///
/// Read them with [`next`](Self::next), or as a [`Stream`] with the combinators of the crate
/// `futures`. The stream ends after the first error.
#[must_use = "no call is made until an item is read"]
pub struct Items<R: PageRequest> {
    pages: Pages<R>,
    /// What is left of the last page.
    page: vec::IntoIter<R::Item>,
}

impl<R: PageRequest> Unpin for Items<R> {}

impl<R: PageRequest> Items<R> {
    pub(super) fn new(pages: Pages<R>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    /// Sets the number of items per call; see [`Pages::page_size`].
    pub fn page_size(mut self, page_size: u64) -> Self {
        self.pages = self.pages.page_size(page_size);
        self
    }

    /// Returns the next item; `None` after the last one and after an error.
    ///
    /// This method is cancel safe: if the future is dropped before it is ready, no item is lost.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<R::Item, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Reads all items that are left.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`]. The items that were read are lost: use [`next`](Self::next) to keep
    /// them.
    pub async fn into_vec(mut self) -> Result<Vec<R::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn pages(&self) -> &Pages<R> {
        &self.pages
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Item, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match self.pages.poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok((response, _)))) => {
                    self.page = R::into_items(response, self.pages.paging()).into_iter();
                }
            }
        }
    }
}

impl<R: PageRequest> Stream for Items<R> {
    type Item = Result<R::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R: PageRequest + fmt::Debug> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("left_of_page", &self.page.len())
            .finish()
    }
}

/// A list of a response as generated code has it: absent lists have no items.
pub trait IntoItems {
    /// An item.
    type Item;

    /// Returns the items.
    fn into_items(self) -> Vec<Self::Item>;
}

impl<T> IntoItems for Vec<T> {
    type Item = T;

    #[inline]
    fn into_items(self) -> Self {
        self
    }
}

impl<T> IntoItems for Option<Vec<T>> {
    type Item = T;

    #[inline]
    fn into_items(self) -> Vec<T> {
        self.unwrap_or_default()
    }
}
