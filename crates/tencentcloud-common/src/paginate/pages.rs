use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::members::{Page, RequestMut};
use super::position::Position;
use super::{Items, Paginate, Paging};
use crate::call::{Call, CallFuture, Request, ResponseMetadata};
use crate::error::Error;

/// The request of a call that can be read page by page: a typed list action, or a call of
/// [`CommonClient::call_json`](crate::CommonClient::call_json). Sealed.
pub trait PageRequest: PagedRequest {}

impl<R: PagedRequest> PageRequest for R {}

/// How the pages of a request are read.
pub trait PagedRequest: Request {
    /// An item of the list.
    type Item: Send + 'static;

    /// Returns the name of the action.
    fn action(&self) -> &str;

    /// Returns a copy to send. An invalid request is moved out, because its error has no copy.
    fn copy(&mut self) -> Self;

    /// Returns the members of the request.
    ///
    /// # Errors
    ///
    /// When the request has no members.
    fn members(&mut self, paging: &Paging) -> Result<RequestMut<'_>, Error>;

    /// Returns what a response says about its page.
    fn page(response: &Self::Output, paging: &Paging) -> Result<Page, Error>;

    /// Returns the items of a response.
    fn into_items(response: Self::Output, paging: &Paging) -> Vec<Self::Item>;
}

impl<A: Paginate> PagedRequest for A {
    type Item = A::Item;

    fn action(&self) -> &str {
        A::NAME
    }

    fn copy(&mut self) -> Self {
        self.clone()
    }

    fn members(&mut self, _: &Paging) -> Result<RequestMut<'_>, Error> {
        Ok(RequestMut::Model(self))
    }

    fn page(response: &A::Response, paging: &Paging) -> Result<Page, Error> {
        Ok(Page::of_model(response, paging))
    }

    fn into_items(response: A::Response, _: &Paging) -> Vec<A::Item> {
        A::into_items(response)
    }
}

/// The responses of a list action, one per page.
///
/// Read them with [`next`](Self::next), or as a [`Stream`] with the combinators of the crate
/// `futures`. The first page is returned even if it is empty. The stream ends after the first
/// error.
#[must_use = "no call is made until a page is read"]
pub struct Pages<R: PageRequest> {
    call: Call<R>,
    paging: Paging,
    page_size: Option<u64>,
    position: Position,
    state: State<WithMetadata<R::Output>>,
}

/// A response and its metadata.
type WithMetadata<T> = (T, ResponseMetadata);

enum State<T> {
    /// No page was read.
    Start,
    /// A call is in progress. It continues when the future of `next` is dropped.
    Calling {
        call: CallFuture<T>,
        is_first: bool,
    },
    /// A page was read, and there is another one.
    Between,
    Ended,
}

impl<R: PageRequest> Unpin for Pages<R> {}

impl<R: PageRequest> Pages<R> {
    pub(super) fn new(call: Call<R>, paging: Paging) -> Self {
        let position = Position::new(paging);
        Self { call, paging, page_size: None, position, state: State::Start }
    }

    /// Sets the number of items per page. Most actions allow at most 100; the API returns an error
    /// if it is too large. Default: that of the request, or else that of the API, usually 20.
    pub fn page_size(mut self, page_size: u64) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Also returns the [`ResponseMetadata`] of each page.
    pub fn with_metadata(self) -> PagesWithMetadata<R> {
        PagesWithMetadata(self)
    }

    /// Returns the items instead of the responses.
    pub fn items(self) -> Items<R> {
        Items::new(self)
    }

    /// Returns the next response; `None` after the last page and after an error.
    ///
    /// This method is cancel safe: if the future is dropped before it is ready, as in
    /// `tokio::select!`, the call goes on when the next future is polled, and no page is lost.
    ///
    /// # Errors
    ///
    /// Those of the call; [`InvalidInput`](crate::ErrorKind::InvalidInput) if the page size is zero
    /// or the action has none.
    pub async fn next(&mut self) -> Option<Result<R::Output, Error>> {
        let page = poll_fn(|context| self.poll(context)).await?;
        Some(page.map(|(response, _)| response))
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn call(&self) -> &Call<R> {
        &self.call
    }

    pub(super) fn paging(&self) -> &Paging {
        &self.paging
    }

    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<WithMetadata<R::Output>, Error>>> {
        let (mut call, is_first) = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return Poll::Ready(None),
            State::Calling { call, is_first } => (call, is_first),
            State::Between => (self.send(), false),
            State::Start => match self.begin() {
                Ok(()) => (self.send(), true),
                Err(error) => return Poll::Ready(Some(Err(self.name(error, 0)))),
            },
        };
        let Poll::Ready(outcome) = call.as_mut().poll(context) else {
            self.state = State::Calling { call, is_first };
            return Poll::Pending;
        };
        Poll::Ready(match outcome.and_then(|response| self.advance(response)) {
            // An empty page after others only says that there are no more.
            Ok((_, 0)) if !is_first && matches!(self.state, State::Ended) => None,
            Ok((response, _)) => Some(Ok(response)),
            Err(error) => Some(Err(error)),
        })
    }

    fn begin(&mut self) -> Result<(), Error> {
        let mut members = self.call.request_mut().members(&self.paging)?;
        self.position.begin(&mut members, self.page_size)
    }

    fn send(&mut self) -> CallFuture<WithMetadata<R::Output>> {
        let request = self.call.request_mut().copy();
        self.call.with_request(request).with_metadata().into_future()
    }

    /// Prepares the next call. Returns the response and the number of its items.
    fn advance(
        &mut self,
        response: WithMetadata<R::Output>,
    ) -> Result<(WithMetadata<R::Output>, usize), Error> {
        match self.next_request(&response.0) {
            Ok((count, has_next)) => {
                if has_next {
                    self.state = State::Between;
                }
                Ok((response, count))
            }
            Err(error) => {
                let metadata = &response.1;
                let error = error.with_request_id(metadata.request_id().map(str::to_owned));
                Err(self.name(error, metadata.attempts()))
            }
        }
    }

    /// Sets the position of the next page. Returns the number of items of this page, and whether
    /// there is a next one.
    fn next_request(&mut self, response: &R::Output) -> Result<(usize, bool), Error> {
        let page = R::page(response, &self.paging)?;
        let count = page.count;
        let mut members = self.call.request_mut().members(&self.paging)?;
        Ok((count, self.position.advance(&mut members, page)?))
    }

    fn name(&mut self, error: Error, attempts: u32) -> Error {
        let action = self.call.request_mut().action().to_owned();
        error.with_call(action.into(), None, attempts)
    }
}

impl<R: PageRequest> Stream for Pages<R> {
    type Item = Result<R::Output, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = self.get_mut().poll(context);
        page.map(|page| page.map(|page| page.map(|(response, _)| response)))
    }
}

impl<R: PageRequest + fmt::Debug> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("position", &self.position)
            .field("ended", &matches!(self.state, State::Ended))
            .finish_non_exhaustive()
    }
}

/// [`Pages`] with the [`ResponseMetadata`] of each page.
#[must_use = "no call is made until a page is read"]
pub struct PagesWithMetadata<R: PageRequest>(pub(crate) Pages<R>);

impl<R: PageRequest> Unpin for PagesWithMetadata<R> {}

impl<R: PageRequest> PagesWithMetadata<R> {
    /// Returns the next response and its metadata; see [`Pages::next`].
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<(R::Output, ResponseMetadata), Error>> {
        poll_fn(|context| self.0.poll(context)).await
    }
}

impl<R: PageRequest> Stream for PagesWithMetadata<R> {
    type Item = Result<(R::Output, ResponseMetadata), Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll(context)
    }
}

impl<R: PageRequest + fmt::Debug> fmt::Debug for PagesWithMetadata<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PagesWithMetadata").field(&self.0).finish()
    }
}

impl<R: Paginate> Call<R> {
    /// Returns the responses of all pages as a stream. Each page is a call with the options of this
    /// one; a [`timeout`](Self::timeout) applies to each. See [`paginate`](crate::paginate).
    pub fn pages(self) -> Pages<R> {
        Pages::new(self, *R::PAGING)
    }

    /// Returns the items of all pages as a stream. See [`pages`](Self::pages).
    pub fn items(self) -> Items<R> {
        self.pages().items()
    }
}
