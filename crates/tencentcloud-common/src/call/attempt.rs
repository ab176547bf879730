//! One attempt of a call: the request is signed and sent, and the response is read and decoded.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::{Instrument, Span, field::Empty};

use super::headers::check_unchanged;
use super::metadata::ResponseMetadata;
use super::prepared_call::{PreparedCall, timed_out};
use super::redactor::Redactor;
use super::request::{DecodeFn, IncomingBody, IncomingResponse};
use super::signed_request::SignedRequest;
use crate::credentials::Credential;
use crate::error::Error;
use crate::interceptor::Outcome;
use crate::policy::breaker::{self, Breaker, BreakerToken};
use crate::policy::clock_skew::Offset;
use crate::policy::retry::AttemptError;
use crate::profile::Endpoint;
use crate::protocol::decode::BufferedResponse;
use crate::protocol::headers;
use crate::sse::{EventStream, StreamOptions};
use crate::transport::read_body::{check_encoding, read_to_end};
use crate::transport::{Response, ResponseBody, TransportError, WriteTracker};

/// An attempt whose request is signed and not yet sent.
pub(super) struct Attempt<'a> {
    call: &'a PreparedCall<'a>,
    number: u32,
    route: Route<'a>,
    request: http::Request<Bytes>,
    redactor: Redactor,
}

/// Where an attempt goes.
struct Route<'a> {
    endpoint: Cow<'a, Endpoint>,
    /// The breaker that records the outcome.
    breaker: Option<(Breaker, BreakerToken)>,
}

/// What an attempt is signed with.
#[derive(Default)]
pub(super) struct Signing {
    pub(super) credential: Option<Credential>,
    pub(super) clock_offset: Offset,
}

/// An attempt that has ended.
pub(super) struct FinishedAttempt {
    pub(super) outcome: Result<ResponseMetadata, AttemptError>,
    pub(super) endpoint: Endpoint,
}

/// The part of a response that precedes its body.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
}

impl<'a> Attempt<'a> {
    /// Chooses the endpoint, asks the interceptors for headers, and signs the request. Tells
    /// `signing` with what.
    pub(super) fn new(
        call: &'a PreparedCall<'a>,
        number: u32,
        credential: Option<Credential>,
        signing: &mut Signing,
    ) -> Result<Self, Error> {
        let route = route(call)?;
        let headers = intercepted_headers(call, &route.endpoint, number)?;
        let (timestamp, clock_offset) =
            call.shared.clock_skew.timestamp(call.shared.clock.now())?;
        signing.clock_offset = clock_offset;
        let SignedRequest { request, signature } =
            SignedRequest::new(call, &route.endpoint, headers, credential.as_ref(), timestamp)?;
        let redactor = Redactor::new(
            credential.as_ref(),
            &signature,
            request.headers(),
            Arc::clone(&call.encoded),
            call.shared.profile.http_profile().clone(),
        );
        signing.credential = credential;
        Ok(Self { call, number, route, request, redactor })
    }

    /// Sends the request, and tells breaker and interceptors how the attempt ends. `previous` is
    /// why there is another attempt; it is taken when the time for the whole call is up.
    pub(super) async fn send(
        self,
        decode: DecodeFn<'_>,
        previous: &mut Option<Error>,
    ) -> FinishedAttempt {
        let Self { call, number, route, mut request, redactor } = self;
        let endpoint = route.endpoint.into_owned();
        let started = call.shared.clock.instant();
        let tracker = WriteTracker::default();
        request.extensions_mut().insert(tracker.clone());
        let call_span = Span::current();
        let span = tracing::debug_span!(
            "tencentcloud.attempt",
            attempt = number,
            %endpoint,
            status = Empty,
            request_id = Empty,
        );
        let mut head = None;
        let exchange =
            Exchange { call, number, endpoint: &endpoint, redactor: &redactor, call_span };
        let exchange = exchange.run(request, decode, &mut head).instrument(span);
        let limit = call.shared.profile.http_profile().req_timeout();
        let outcome = call.before_deadline(tokio::time::timeout(limit, exchange)).await;
        let elapsed = call.shared.clock.instant().saturating_duration_since(started);
        let named = |error: Error| call.name(redactor.redact(with_head(error, head)), number);
        let mut counts_for_breaker = true;
        let (result, is_final) = match outcome {
            Ok(Ok(outcome)) => (outcome.map_err(named), false),
            Ok(Err(timeout)) => {
                let message = format!("the attempt took longer than {limit:?} (req_timeout)");
                (Err(named(timed_out(message, &tracker).with_source(timeout))), false)
            }
            Err(timeout) => {
                // An attempt that had little of the time says nothing about the endpoint.
                counts_for_breaker =
                    call.deadline.as_ref().is_none_or(|deadline| elapsed >= deadline.limit / 2);
                (Err(named(call.out_of_time(timeout, previous.take(), Some(&tracker)))), true)
            }
        };
        if let Some((breaker, token)) = route.breaker.filter(|_| counts_for_breaker)
            && let Some(outcome) = breaker::outcome(result.as_ref().map(drop))
        {
            breaker.record(token, call.shared.clock.instant(), outcome);
        }
        let attempt = call.describe(&endpoint, number);
        for interceptor in &call.shared.interceptors {
            interceptor.after_response(&attempt, &Outcome { result: result.as_ref(), elapsed });
        }
        let outcome = result.map_err(|error| {
            if is_final { AttemptError::Final(error) } else { AttemptError::Failed(error) }
        });
        FinishedAttempt { outcome, endpoint }
    }
}

/// Asks the breaker where to go.
fn route<'a>(call: &'a PreparedCall<'a>) -> Result<Route<'a>, Error> {
    let shared = call.shared;
    let to_primary = Route { endpoint: Cow::Borrowed(&call.endpoint), breaker: None };
    let (Some(breakers), Some(profile)) = (&shared.breakers, shared.profile.region_breaker())
    else {
        return Ok(to_primary);
    };
    if !call.reroutable {
        return Ok(to_primary);
    }
    let now = shared.clock.instant();
    let breaker = breakers.get(&call.endpoint, now);
    let token = breaker.acquire(now);
    let endpoint = if token.to_backup() {
        let backup = profile.endpoint_of(&shared.service, call.endpoint.protocol())?;
        tracing::debug!(endpoint = %backup, "the region breaker routes the attempt to the backup endpoint");
        Cow::Owned(backup)
    } else {
        to_primary.endpoint
    };
    Ok(Route { endpoint, breaker: Some((breaker, token)) })
}

/// The headers of the call, as the interceptors change them.
fn intercepted_headers(
    call: &PreparedCall<'_>,
    endpoint: &Endpoint,
    number: u32,
) -> Result<HeaderMap, Error> {
    let mut headers = call.headers.clone();
    if call.shared.interceptors.is_empty() {
        return Ok(headers);
    }
    let attempt = call.describe(endpoint, number);
    for interceptor in &call.shared.interceptors {
        interceptor.before_send(&attempt, &mut headers).map_err(|error| {
            Error::invalid_input(format!("an interceptor refused the call: {error}"))
                .with_source(error)
        })?;
    }
    check_unchanged(&call.headers, &headers)?;
    headers::mark_secrets(&mut headers);
    Ok(headers)
}

/// Adds the head of a response to the error of an attempt that ran out of time while it read the
/// body.
fn with_head(error: Error, head: Option<Head>) -> Error {
    match head {
        Some(Head { status, headers }) if error.is_timeout() => error
            .with_status(status)
            .with_request_id(headers::request_id(&headers))
            .with_headers(headers),
        _ => error,
    }
}

/// The exchange of an attempt with the service.
struct Exchange<'a> {
    call: &'a PreparedCall<'a>,
    number: u32,
    endpoint: &'a Endpoint,
    redactor: &'a Redactor,
    call_span: Span,
}

impl Exchange<'_> {
    /// Sends the request, reads the response and decodes it. Keeps the head of the response in
    /// `head`, for the case that time runs out while the body is read.
    async fn run(
        &self,
        request: http::Request<Bytes>,
        decode: DecodeFn<'_>,
        head: &mut Option<Head>,
    ) -> Result<ResponseMetadata, Error> {
        let Self { call, redactor, .. } = *self;
        tracing::debug!(bytes = request.body().len(), "sending request");
        redactor.log_request(&call.encoded);
        let response =
            call.shared.transport.send(request).await.map_err(TransportError::into_error)?;
        let (parts, mut body) = Response::into_parts(response);
        *head = Some(Head { status: parts.status, headers: parts.headers.clone() });
        let header_id = headers::request_id(&parts.headers);
        self.record(parts.status, header_id.as_deref());
        let failed = |error: Error| {
            let id = error.request_id().map(str::to_owned);
            error
                .with_status(parts.status)
                .with_request_id(id.or_else(|| headers::request_id(&parts.headers)))
                .with_headers(parts.headers.clone())
        };
        check_encoding(&parts.headers).map_err(failed)?;
        let (mut envelope, body) = if call.accepts_events
            && parts.status == StatusCode::OK
            && headers::is_event_stream(&parts.headers)
        {
            let body = IncomingBody::Events(Box::new(self.stream(body, &parts)));
            (decode(self.incoming(body))?, None)
        } else {
            let limit = call.shared.profile.http_profile().max_response_size();
            let body = read_to_end(&mut body, &parts.headers, limit).await.map_err(failed)?;
            let status = parts.status.as_u16();
            tracing::debug!(status, bytes = body.len(), "received response");
            redactor.log_response(&body);
            let headers = parts.headers.clone();
            let response = BufferedResponse { status: parts.status, headers, body };
            let incoming = self.incoming(IncomingBody::Buffered(&response));
            let envelope = decode(incoming).map_err(|error| {
                self.record(parts.status, error.request_id());
                failed(error)
            })?;
            (envelope, Some(response.body))
        };
        self.record(parts.status, envelope.request_id.as_deref());
        envelope.request_id = envelope.request_id.or(header_id);
        redactor.redact_envelope(&mut envelope);
        if let Some(warning) = &envelope.deprecated_warning {
            tracing::warn!(action = %call.action, warning, "the action is deprecated");
        }
        Ok(ResponseMetadata {
            request_id: envelope.request_id,
            trace_id: call.trace_id.clone(),
            status: parts.status,
            headers: parts.headers,
            attempts: self.number,
            endpoint: self.endpoint.clone(),
            deprecated_warning: envelope.deprecated_warning,
            body,
        })
    }

    /// Records what is known about the response in the spans of call and attempt.
    fn record(&self, status: StatusCode, request_id: Option<&str>) {
        for span in [&self.call_span, &Span::current()] {
            span.record("status", status.as_u16());
            if let Some(id) = request_id {
                span.record("request_id", self.redactor.redact_id(id));
            }
        }
    }

    fn incoming<'b>(&'b self, body: IncomingBody<'b>) -> IncomingResponse<'b> {
        IncomingResponse { action: &self.call.action, body, redactor: self.redactor }
    }

    /// The event stream that a response begins.
    fn stream(&self, body: ResponseBody, parts: &http::response::Parts) -> EventStream {
        let Self { call, redactor, number, .. } = *self;
        let http_profile = call.shared.profile.http_profile();
        let (action, trace_id) = (call.action.clone(), call.trace_id.clone());
        let (status, on_error_redactor) = (parts.status, redactor.clone());
        EventStream::new(
            body,
            StreamOptions {
                idle_timeout: http_profile.sse_idle_timeout(),
                max_event_size: http_profile.max_response_size(),
                request_id: headers::request_id(&parts.headers).map(|id| redactor.redact_id(&id)),
                span: Span::current(),
                on_error: Box::new(move |error| {
                    let error = error.with_status(status).with_sent(true);
                    on_error_redactor.redact(error).with_call(
                        action.clone(),
                        Some(trace_id.clone()),
                        number,
                    )
                }),
            },
        )
    }
}
