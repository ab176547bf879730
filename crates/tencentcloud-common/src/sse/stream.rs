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

/// Adds the context of the call to an error, such as the action and the status, and redacts secrets.
pub(crate) type OnError = Box<dyn Fn(Error) -> Error + Send>;

/// The settings and the context of an [`EventStream`].
pub(crate) struct StreamOptions {
    /// The maximum time without a byte.
    pub(crate) idle_timeout: Duration,
    /// The maximum size of an event in bytes.
    pub(crate) max_event_size: usize,
    /// The request id from the headers.
    pub(crate) request_id: Option<String>,
    /// The span of the call, for log events.
    pub(crate) span: Span,
    pub(crate) on_error: OnError,
}

/// The number of chunks without an event after which the stream yields to other tasks.
const MAX_CHUNKS_PER_POLL: u32 = 32;

/// The events of a response, as they arrive.
///
/// Read them with [`next`](Self::next), or as a [`Stream`] with the combinators of the crate
/// `futures`. The stream ends after the first error. It cannot be resumed: make the call again.
///
/// If the service returns plain JSON, because the request did not ask for a stream, the stream has
/// one event, whose data is the member `Response`. The content type does not matter.
///
/// Dropping the stream closes its connection.
#[doc(alias("BaseSSEResponse", "SSEResponseModel"))]
#[must_use = "streams do nothing unless polled"]
pub struct EventStream {
    state: State,
    parser: Parser,
    /// The received bytes that are not parsed yet.
    input: Bytes,
    /// The received bytes, as long as they may be a JSON document instead of events.
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
    /// No read is in progress.
    Ready(ResponseBody),
    /// A read is in progress, limited by the idle timeout.
    Reading(ReadFuture, Pin<Box<Sleep>>),
    /// The only event of a response that is not a stream.
    Single(Event),
    Ended,
}

/// Reads a chunk. It owns the body, so that the read continues when the future of `next` is dropped.
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

    /// Creates a stream of one event.
    pub(crate) fn once(event: Event, request_id: Option<String>) -> Self {
        let options = StreamOptions {
            idle_timeout: Duration::ZERO,
            max_event_size: 0,
            request_id,
            span: Span::none(),
            on_error: Box::new(|error| error),
        };
        Self { state: State::Single(event), ..Self::new(ResponseBody::from(Bytes::new()), options) }
    }

    /// Returns the id of the request, if the headers of the response contain it. Quote it in a
    /// support ticket. Many services also send it in the data of each event.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the next event; `None` at the end of the stream and after an error.
    ///
    /// This method is cancel safe: if the future is dropped before it is ready, as in
    /// `tokio::select!`, no event is lost.
    ///
    /// # Errors
    ///
    /// - [`Service`](ErrorKind::Service) when the data of an event is an error response of the API.
    ///   Errors in other formats, such as a member `ErrorMsg`, are ordinary events.
    /// - [`Timeout`](ErrorKind::Timeout) when no byte, not even a comment, arrived within
    ///   [`sse_idle_timeout`](crate::HttpProfile::sse_idle_timeout).
    /// - [`Transport`](ErrorKind::Transport) when the connection broke.
    /// - [`Response`](ErrorKind::Response) when an event is larger than
    ///   [`max_response_size`](crate::HttpProfile::max_response_size), or the compressed data is
    ///   invalid.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        let mut chunks = 0;
        loop {
            match self.parser.push(&mut self.input) {
                Ok(Some(event)) => return Poll::Ready(Some(self.deliver(event))),
                Ok(None) => {}
                Err(TooLarge) => return Poll::Ready(Some(Err(self.too_large_error()))),
            }
            chunks += 1;
            if chunks > MAX_CHUNKS_PER_POLL {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Single(event) => return Poll::Ready(Some(self.deliver(event))),
                State::Ready(mut body) => {
                    if let Err(error) = tokio_runtime::with_timer() {
                        let message = format!("the stream cannot be read: {error}");
                        let error = Error::invalid_input(message).with_source(error);
                        return Poll::Ready(Some(Err(self.fail(error))));
                    }
                    let read: ReadFuture = Box::pin(async move {
                        let chunk = body.chunk().await;
                        (body, chunk)
                    });
                    // The time that the caller needs for an event does not count.
                    let sleep = Box::pin(tokio::time::sleep(self.idle_timeout));
                    self.state = State::Reading(read, sleep);
                }
                State::Reading(mut read, mut sleep) => match read.as_mut().poll(context) {
                    Poll::Ready((body, Ok(Some(chunk)))) => {
                        self.bytes += chunk.len() as u64;
                        self.accept(chunk);
                        self.state = State::Ready(body);
                    }
                    Poll::Ready((_, Ok(None))) => return Poll::Ready(self.end()),
                    Poll::Ready((_, Err(error))) => {
                        return Poll::Ready(Some(Err(self.transport_error(error))));
                    }
                    Poll::Pending if sleep.as_mut().poll(context).is_ready() => {
                        return Poll::Ready(Some(Err(self.idle_timeout_error())));
                    }
                    Poll::Pending => {
                        self.state = State::Reading(read, sleep);
                        return Poll::Pending;
                    }
                },
            }
        }
    }

    /// Stores a received chunk.
    fn accept(&mut self, bytes: Bytes) {
        self.document = self.document.take().and_then(|mut document| {
            let text = if document.is_empty() { bytes.trim_ascii_start() } else { bytes.as_ref() };
            // No field of an event begins with a brace.
            let is_document = !document.is_empty() || text.first().is_none_or(|it| *it == b'{');
            let fits = document.len().saturating_add(text.len()) <= self.max_event_size;
            (is_document && fits).then(|| {
                document.extend_from_slice(text);
                document
            })
        });
        self.input = bytes;
    }

    /// Returns an event, or the error of the API that it contains.
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

    fn transport_error(&mut self, error: TransportError) -> Error {
        let message = format!("the stream was interrupted {}: {}", self.progress(), chain(&error));
        let kind = match error.kind() {
            TransportErrorKind::Decompress => ErrorKind::Response,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        self.fail(Error::new(kind, message).with_source(error))
    }

    fn idle_timeout_error(&mut self) -> Error {
        let (time, progress) = (self.idle_timeout, self.progress());
        let message = format!(
            "the stream sent nothing for {time:?} {progress}: raise `sse_idle_timeout` if that is expected"
        );
        self.fail(Error::new(ErrorKind::Timeout, message))
    }

    fn too_large_error(&mut self) -> Error {
        let (limit, progress) = (self.max_event_size, self.progress());
        let message =
            format!("an event is larger than {limit} bytes {progress}: raise `max_response_size`");
        self.fail(Error::new(ErrorKind::Response, message))
    }

    fn progress(&self) -> String {
        let Self { events, bytes, .. } = self;
        format!("after {events} event{} ({bytes} bytes)", if *events == 1 { "" } else { "s" })
    }

    /// Ends the stream and closes the connection.
    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Ended;
        self.input = Bytes::new();
        self.document = None;
        // Frees the memory of an event that is too large.
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
