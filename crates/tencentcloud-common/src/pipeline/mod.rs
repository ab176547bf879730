//! The way of a call: encode → credential and endpoint → sign → send → decode, within one loop
//! that owns the attempts.

mod attempt;
mod failure;
mod headers;
mod options;
mod prepare;
mod secrets;
mod sent;
mod signed;

use std::borrow::Cow;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tracing::{Instrument, Span, field::Empty};

use crate::client::Client;
use crate::credential::Credential;
use crate::decode::{Answer, Notes};
use crate::encode::Form;
use crate::error::{Error, ErrorKind};
use crate::metadata::Metadata;
use crate::profile::Endpoint;
use crate::retry::{Decision, RetryState, Safety};
use crate::skew::Offset;
use crate::sse::EventStream;
use crate::tokio_runtime;
pub(crate) use options::CallOptions;
use prepare::{InFlight, Prepared};
use secrets::Secrets;

/// A call, ready to go.
pub struct Outgoing {
    pub(crate) action: Cow<'static, str>,
    pub(crate) signed: bool,
    pub(crate) safety: Safety,
    pub(crate) form: Result<Form, Error>,
    pub(crate) options: CallOptions,
    /// The answer may be a stream of events.
    pub(crate) events: bool,
}

/// What came back, to be read.
pub struct Reply<'a> {
    pub(crate) action: &'a str,
    pub(crate) body: ReplyBody<'a>,
    secrets: &'a Secrets,
}

pub(crate) enum ReplyBody<'a> {
    Whole(&'a Answer),
    Events(Box<EventStream>),
}

impl<'a> Reply<'a> {
    /// A request id, unless it is no id but a secret that is echoed.
    pub(crate) fn hide_in_id(&self, id: &str) -> String {
        self.secrets.hide_in_id(id)
    }

    /// The answer of a call that did not ask for events.
    pub(crate) fn whole(&self) -> Result<&'a Answer, Error> {
        match self.body {
            ReplyBody::Whole(answer) => Ok(answer),
            ReplyBody::Events(_) => {
                Err(Error::new(ErrorKind::Response, "the answer is a stream of events"))
            }
        }
    }
}

/// What was read.
pub struct Received<T> {
    pub(crate) value: T,
    pub(crate) notes: Notes,
}

/// Reads what came back, or says why it is a failure.
pub(crate) type Receive<'a> = &'a mut (dyn FnMut(Reply<'_>) -> Result<Notes, Error> + Send);

/// Makes a call. Boxed, so that it is compiled once and not per action.
pub(crate) fn execute<'a>(
    client: &'a Client,
    outgoing: Outgoing,
    receive: Receive<'a>,
) -> Pin<Box<dyn Future<Output = Result<Metadata, Error>> + Send + 'a>> {
    let region = outgoing.options.region.as_ref().unwrap_or(client.region());
    let span = tracing::info_span!(
        "tencentcloud.call",
        service = client.service(),
        action = outgoing.action.as_ref(),
        region = region.as_str(),
        trace_id = Empty,
        attempts = Empty,
        status = Empty,
        request_id = Empty,
    );
    Box::pin(limited(client, outgoing, receive).instrument(span))
}

/// How far a call has come; kept outside of it, for it can be cut off by a time limit.
#[derive(Default)]
struct Progress {
    trace_id: Option<String>,
    attempts: u32,
    retries: RetryState,
    /// The attempt that is under way.
    in_flight: Option<InFlight>,
    /// Where the last attempt went.
    endpoint: Option<Endpoint>,
    /// An attempt that has ended may have reached the service.
    maybe_sent: bool,
    /// Why the last attempt failed.
    last: Option<Error>,
    /// What our clock was taken to be off by, and what the last attempt was signed with.
    offset: Offset,
    credential: Option<Credential>,
    /// The service has refused this one: signing with it again is of no use.
    refused: Option<Credential>,
    /// How the answer to the last attempt began.
    head: Option<Head>,
}

/// What comes before the body of an answer.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
}

/// Makes a call within its time limit.
async fn limited(
    client: &Client,
    outgoing: Outgoing,
    receive: Receive<'_>,
) -> Result<Metadata, Error> {
    let action = outgoing.action.clone();
    let limit = outgoing.options.timeout.filter(|limit| !limit.is_zero());
    let mut progress = Progress::default();
    let outcome = if let Err(error) = tokio_runtime::with_timer() {
        let message = format!("the call cannot be awaited here: {error}");
        Err(Error::invalid_input(message).with_source(error))
    } else {
        match (Prepared::new(client, outgoing, &mut progress), limit) {
            (Err(error), _) => Err(error),
            (Ok(call), None) => run(&call, receive, &mut progress).await,
            (Ok(call), Some(limit)) => {
                match tokio::time::timeout(limit, run(&call, receive, &mut progress)).await {
                    Ok(outcome) => outcome,
                    Err(elapsed) => Err(cut_off(&call, limit, elapsed, &mut progress)),
                }
            }
        }
    };
    Span::current().record("attempts", progress.attempts);
    outcome.map_err(|error| {
        // What an earlier attempt may have done is not undone by a later one.
        let sent = error.maybe_sent() || progress.maybe_sent;
        let error = error.with_sent(sent).with_call(action, progress.trace_id, progress.attempts);
        tracing::debug!(%error, "call failed");
        error
    })
}

/// The time for the whole call is up.
fn cut_off(
    call: &Prepared<'_>,
    limit: Duration,
    elapsed: tokio::time::error::Elapsed,
    progress: &mut Progress,
) -> Error {
    let mut message = format!("the call took longer than {limit:?}");
    if let Some(last) = &progress.last {
        message = format!("{message}; the last attempt failed: {}", last.message());
    }
    let flight = progress.in_flight.take();
    let error = match &flight {
        Some(flight) => failure::timed_out(message, &flight.tracker),
        None => Error::new(ErrorKind::Timeout, message),
    };
    let error = match progress.last.take() {
        None => error.with_source(elapsed),
        Some(last) => error.with_source(last),
    };
    let Some(flight) = flight else { return error };
    // Of an attempt that had little of the time, it says nothing about the endpoint.
    let counts = call.elapsed(&flight) >= limit / 2;
    let error = failure::late(error, progress);
    match call.ended(flight, Err(call.name(error, progress.attempts)), counts) {
        Err(error) => error,
        // Cannot be: it is handed back.
        Ok(_) => Error::new(ErrorKind::Timeout, "the call took too long").with_sent(true),
    }
}

/// The loop: attempts until one succeeds, or it is not worth another one.
async fn run(
    call: &Prepared<'_>,
    receive: Receive<'_>,
    progress: &mut Progress,
) -> Result<Metadata, Error> {
    loop {
        if let Err(no_turn) = call.wait_for_turn().await {
            // Why there was to be another attempt says more.
            return Err(progress.last.take().unwrap_or(no_turn));
        }
        let error = match call.attempt(receive, progress).await {
            Ok(metadata) => {
                std::mem::take(&mut progress.retries).succeeded(&call.shared.state.budget);
                return Ok(metadata);
            }
            Err(error) => error,
        };
        match call.decide(&error, progress) {
            Decision::GiveUp(why) => {
                tracing::debug!(%why, "not tried again");
                return Err(error);
            }
            Decision::RetryIn(delay, reason) => {
                call.announce(&error, delay, reason, progress);
                progress.last = Some(error);
                call.shared.sleep.sleep(delay).await;
            }
        }
    }
}
