use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::Sleep;
use tracing::Span;

use super::Event;
use super::parser::{Parser, TooLarge};
use crate::error::{Error, ErrorKind, chain};
use crate::protocol::decode;
use crate::runtime::tokio_runtime;
use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

#[cfg(test)]
mod tests;

/// Adds to an error what the stream does not know: the call, the status, the secrets to hide.
pub(crate) type OnError = Box<dyn Fn(Error) -> Error + Send>;

/// What an [`EventStream`] must know beside its body.
pub(crate) struct StreamOptions {
    /// How long no byte may come.
    pub(crate) idle_timeout: Duration,
    /// How many bytes one event may have.
    pub(crate) max_event_size: usize,
    /// The request id that the headers told.
    pub(crate) request_id: Option<String>,
    /// The call that the stream answers, for what is logged.
    pub(crate) span: Span,
    pub(crate) on_error: OnError,
}

/// After so many pieces without an event, other tasks have their turn.
const MAX_PIECES: u32 = 32;

/// The events of an answer, as they arrive.
///
/// Take them with [`next`](Self::next), or as a [`Stream`] with the combinators of the crate
/// `futures`. After an error comes nothing more: the stream cannot be resumed, only the call be
/// made again.
///
/// An action that answers with plain JSON after all, because the request did not ask for a stream,
/// gives one event, whose data is the member `Response`; also when the answer calls itself a stream.
///
/// Dropping the stream closes its connection.
#[doc(alias("BaseSSEResponse", "SSEResponseModel"))]
#[must_use = "a stream does nothing until its events are taken"]
pub struct EventStream {
    state: State,
    parser: Parser,
    /// What has arrived and is still to be parsed.
    input: Bytes,
    /// What has arrived, as long as it may be one JSON document in place of events.
    document: Option<Vec<u8>>,
    idle_timeout: Duration,
    max_event_size: usize,
    request_id: Option<String>,
    span: Span,
    on_error: OnError,
    events: u64,
    bytes: u64,
}

enum State {
    /// Nothing is being waited for.
    Ready(ResponseBody),
    /// A chunk is being waited for, until the time is up.
    Waiting(ReadFuture, Pin<Box<Sleep>>),
    /// The one event of an answer that is no stream.
    Once(Event),
    Ended,
}

/// Reads a chunk. It owns the body, so that it goes on when a call of `next` is dropped.
type ReadFuture =
    Pin<Box<dyn Future<Output = (ResponseBody, Result<Option<Bytes>, TransportError>)> + Send>>;

impl EventStream {
    pub(crate) fn new(body: ResponseBody, options: StreamOptions) -> Self {
        let StreamOptions { idle_timeout, max_event_size, request_id, span, on_error } = options;
        Self {
            state: State::Ready(body),
            parser: Parser::new(max_event_size),
            input: Bytes::new(),
            document: Some(Vec::new()),
            idle_timeout,
            max_event_size,
            request_id,
            span,
            on_error,
            events: 0,
            bytes: 0,
        }
    }

    /// A stream of one event, which is there already.
    pub(crate) fn once(event: Event, request_id: Option<String>) -> Self {
        let options = StreamOptions {
            idle_timeout: Duration::ZERO,
            max_event_size: 0,
            request_id,
            span: Span::none(),
            on_error: Box::new(|error| error),
        };
        Self { state: State::Once(event), ..Self::new(ResponseBody::from(Bytes::new()), options) }
    }

    /// The id that the API gave to the request, when the headers of the answer told it: quote it
    /// to support. Many services tell it in the data of each event, too.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The next event; `None` at the end of the stream, and after an error.
    ///
    /// Nothing is lost when the future is dropped before it is ready, as `tokio::select!` does.
    ///
    /// # Errors
    ///
    /// [`Service`](ErrorKind::Service) when the data of the event is an answer of the API that
    /// says an error; other forms of errors, such as a member `ErrorMsg`, are events like any
    /// other. [`Timeout`](ErrorKind::Timeout) when nothing came for too long, not even a comment;
    /// [`Transport`](ErrorKind::Transport) when the connection broke;
    /// [`Response`](ErrorKind::Response) when an event is too large, or the compression is broken.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        let mut pieces = 0;
        loop {
            match self.parser.push(&mut self.input) {
                Ok(Some(event)) => return Poll::Ready(Some(self.deliver(event))),
                Ok(None) => {}
                Err(TooLarge) => return Poll::Ready(Some(Err(self.too_large()))),
            }
            pieces += 1;
            if pieces > MAX_PIECES {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Once(event) => return Poll::Ready(Some(self.deliver(event))),
                State::Ready(mut body) => {
                    if let Err(error) = tokio_runtime::with_timer() {
                        let message = format!("the stream cannot be read here: {error}");
                        let error = Error::invalid_input(message).with_source(error);
                        return Poll::Ready(Some(Err(self.fail(error))));
                    }
                    let read: ReadFuture = Box::pin(async move {
                        let chunk = body.chunk().await;
                        (body, chunk)
                    });
                    // The time that the caller spends on an event does not count.
                    let sleep = Box::pin(tokio::time::sleep(self.idle_timeout));
                    self.state = State::Waiting(read, sleep);
                }
                State::Waiting(mut read, mut sleep) => match read.as_mut().poll(context) {
                    Poll::Ready((body, Ok(Some(chunk)))) => {
                        self.bytes += chunk.len() as u64;
                        self.take(chunk);
                        self.state = State::Ready(body);
                    }
                    Poll::Ready((_, Ok(None))) => return Poll::Ready(self.end()),
                    Poll::Ready((_, Err(error))) => {
                        return Poll::Ready(Some(Err(self.broken_off(error))));
                    }
                    Poll::Pending if sleep.as_mut().poll(context).is_ready() => {
                        return Poll::Ready(Some(Err(self.too_late())));
                    }
                    Poll::Pending => {
                        self.state = State::Waiting(read, sleep);
                        return Poll::Pending;
                    }
                },
            }
        }
    }

    /// Takes bytes of the stream itself.
    fn take(&mut self, bytes: Bytes) {
        self.document = self.document.take().and_then(|mut document| {
            let text = if document.is_empty() { bytes.trim_ascii_start() } else { bytes.as_ref() };
            // No field of an event begins so.
            let is_document = !document.is_empty() || text.first().is_none_or(|it| *it == b'{');
            let fits = document.len().saturating_add(text.len()) <= self.max_event_size;
            (is_document && fits).then(|| {
                document.extend_from_slice(text);
                document
            })
        });
        self.input = bytes;
    }

    /// Hands over an event, or the error of the API that it is.
    fn deliver(&mut self, event: Event) -> Result<Event, Error> {
        self.document = None;
        if let Some(error) = decode::error_in_event(&event.data) {
            return Err(self.fail(error));
        }
        self.events += 1;
        Ok(event)
    }

    fn end(&mut self) -> Option<Result<Event, Error>> {
        let document = self.document.take().filter(|document| !document.is_empty());
        let event = match (self.parser.finish(), document) {
            (Some(event), _) => Some(self.deliver(event)),
            (None, Some(document)) => Some(match decode::text_of_event_stream(document) {
                Ok(text) => self.deliver(Event::new(text)),
                Err(error) => Err(self.fail(error)),
            }),
            (None, None) => None,
        };
        if event.as_ref().is_none_or(Result::is_ok) {
            let (events, bytes) = (self.events, self.bytes);
            tracing::debug!(parent: &self.span, events, bytes, "the stream ended");
        }
        event
    }

    fn broken_off(&mut self, error: TransportError) -> Error {
        let message = format!("the stream broke off {}: {}", self.so_far(), chain(&error));
        let kind = match error.kind() {
            TransportErrorKind::Decompress => ErrorKind::Response,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        self.fail(Error::new(kind, message).with_source(error))
    }

    fn too_late(&mut self) -> Error {
        let (time, so_far) = (self.idle_timeout, self.so_far());
        let message = format!("nothing came on the stream for {time:?} {so_far}");
        self.fail(Error::new(ErrorKind::Timeout, message))
    }

    fn too_large(&mut self) -> Error {
        let (limit, so_far) = (self.max_event_size, self.so_far());
        let message = format!(
            "an event of the stream has more than {limit} bytes {so_far}: raise `max_response_size`"
        );
        self.fail(Error::new(ErrorKind::Response, message))
    }

    fn so_far(&self) -> String {
        let Self { events, bytes, .. } = self;
        format!("after {events} event{} ({bytes} bytes)", if *events == 1 { "" } else { "s" })
    }

    /// Ends the stream, its connection included.
    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Ended;
        self.input = Bytes::new();
        self.document = None;
        // A new one, so that what it holds of an event that is too large is given back.
        self.parser = Parser::new(0);
        let error = if error.request_id().is_none() {
            error.with_request_id(self.request_id.clone())
        } else {
            error
        };
        let error = (self.on_error)(error.with_sent(true));
        tracing::debug!(parent: &self.span, %error, "the stream failed");
        error
    }
}

impl Stream for EventStream {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("request_id", &self.request_id)
            .field("events", &self.events)
            .field("bytes", &self.bytes)
            .field("ended", &matches!(self.state, State::Ended))
            .finish_non_exhaustive()
    }
}
