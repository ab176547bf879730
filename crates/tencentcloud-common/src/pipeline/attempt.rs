//! One attempt of a call: credential, endpoint, signature, and the exchange with the service.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::{Instrument, Span, field::Empty};

use super::failure::{late, within};
use super::headers::mark_secrets;
use super::options::check_unchanged;
use super::prepare::{InFlight, Prepared};
use super::secrets::Secrets;
use super::signed::Signed;
use super::{Head, Progress, Receive, Reply, ReplyBody};
use crate::credential::Credential;
use crate::decode::compression::Decompressor;
use crate::decode::{self, Answer};
use crate::error::{Error, ErrorKind};
use crate::metadata::Metadata;
use crate::profile::Endpoint;
use crate::provider::is_same;
use crate::sse::{EventStream, StreamOptions};
use crate::transport::read::read_to_end;
use crate::transport::{Response, ResponseBody, TransportError};

impl Prepared<'_> {
    /// Signs, sends and reads once.
    pub(super) async fn attempt(
        &self,
        receive: Receive<'_>,
        progress: &mut Progress,
    ) -> Result<Metadata, Error> {
        let credential = if self.signed { Some(self.credential(progress).await?) } else { None };
        let route = self.route()?;
        let number = progress.attempts + 1;
        let headers = self.intercepted_headers(&route.endpoint, number)?;
        progress.offset = self.shared.state.skew.offset();
        let Signed { request, signature } =
            self.sign(&route.endpoint, headers, credential.as_ref(), progress.offset)?;
        let secrets = Secrets::of(
            credential.as_ref(),
            &signature,
            request.headers(),
            Arc::clone(&self.wire),
            self.shared.profile.http_profile().clone(),
        );
        progress.credential = credential;
        progress.attempts = number;
        progress.retries.sent();
        let endpoint = route.endpoint.into_owned();
        progress.endpoint = Some(endpoint.clone());
        progress.head = None;
        progress.in_flight = Some(InFlight {
            endpoint: endpoint.clone(),
            watch: route.watch,
            number,
            started: self.shared.clock.instant(),
        });
        let call = Span::current();
        let span = tracing::debug_span!(
            "tencentcloud.attempt",
            attempt = number,
            %endpoint,
            status = Empty,
            request_id = Empty,
        );
        let exchange =
            self.exchange(request, &endpoint, receive, &secrets, &call, progress).instrument(span);
        let limit = self.shared.profile.http_profile().req_timeout();
        let outcome = within(limit, exchange).await.map_err(|error| {
            let error = late(error, progress);
            self.name(secrets.hide(error), number)
        });
        progress.maybe_sent |= outcome.as_ref().is_err_and(Error::maybe_sent);
        match progress.in_flight.take() {
            Some(flight) => self.ended(flight, outcome, true),
            None => outcome,
        }
    }

    /// The credential to sign with.
    ///
    /// # Errors
    ///
    /// When there is none, or the one that the service has just refused.
    async fn credential(&self, progress: &mut Progress) -> Result<Credential, Error> {
        let provided = self.shared.credentials.provide_credential().await;
        let credential = provided.map_err(|error| {
            let message = match &progress.last {
                None => format!("no credential: {error}"),
                Some(last) => format!("no credential: {error}; the last attempt failed: {last}"),
            };
            Error::new(ErrorKind::Credential, message).with_source(error)
        })?;
        match (progress.refused.take(), progress.last.take()) {
            (Some(refused), Some(last)) if is_same(&refused, &credential) => Err(last),
            (_, last) => {
                progress.last = last;
                Ok(credential)
            }
        }
    }

    /// The headers of the call, with what interceptors add.
    fn intercepted_headers(&self, endpoint: &Endpoint, number: u32) -> Result<HeaderMap, Error> {
        let mut headers = self.headers.clone();
        if self.shared.interceptors.is_empty() {
            return Ok(headers);
        }
        let attempt = self.describe(endpoint, number);
        for interceptor in &self.shared.interceptors {
            interceptor.before_send(&attempt, &mut headers).map_err(|error| {
                Error::invalid_input(format!("an interceptor refused the call: {error}"))
                    .with_source(error)
            })?;
        }
        check_unchanged(&self.headers, &headers)?;
        mark_secrets(&mut headers);
        Ok(headers)
    }

    /// Sends the request and reads the answer.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        endpoint: &Endpoint,
        receive: Receive<'_>,
        secrets: &Secrets,
        call: &Span,
        progress: &mut Progress,
    ) -> Result<Metadata, Error> {
        tracing::debug!(bytes = request.body().len(), "sending");
        secrets.log_request(&self.wire);
        let response =
            self.shared.transport.send(request).await.map_err(TransportError::into_error)?;
        let (parts, mut body) = Response::into_parts(response);
        progress.head = Some(Head { status: parts.status, headers: parts.headers.clone() });
        let seen = |request_id: Option<&str>| {
            for span in [call, &Span::current()] {
                span.record("status", parts.status.as_u16());
                if let Some(id) = request_id {
                    span.record("request_id", secrets.hide_in_id(id));
                }
            }
        };
        seen(decode::header_request_id(&parts.headers).as_deref());
        let http = self.shared.profile.http_profile();
        let failed = |error: Error| {
            let id = error.request_id().map(str::to_owned);
            error
                .with_status(parts.status)
                .with_request_id(id.or_else(|| decode::header_request_id(&parts.headers)))
                .with_headers(parts.headers.clone())
        };
        let (mut notes, body) = if self.events
            && parts.status == StatusCode::OK
            && decode::sse::is_event_stream(&parts.headers)
        {
            let decompressor = Decompressor::new(&parts.headers).map_err(failed)?;
            let stream =
                self.stream(body, &parts, decompressor, progress.attempts, secrets.clone());
            let body = ReplyBody::Events(Box::new(stream));
            (receive(self.reply(body, secrets))?, None)
        } else {
            let limit = http.max_response_size();
            let body = read_to_end(&mut body, &parts.headers, limit).await.map_err(failed)?;
            tracing::debug!(status = parts.status.as_u16(), bytes = body.len(), "answered");
            let body =
                decode::compression::decompress(&parts.headers, body, limit).map_err(failed)?;
            secrets.log_answer(&body);
            let answer = Answer { status: parts.status, headers: parts.headers.clone(), body };
            let notes =
                receive(self.reply(ReplyBody::Whole(&answer), secrets)).map_err(|error| {
                    seen(error.request_id());
                    failed(error)
                })?;
            (notes, Some(answer.body))
        };
        seen(notes.request_id.as_deref());
        notes.request_id = notes.request_id.or_else(|| decode::header_request_id(&parts.headers));
        secrets.hide_in_notes(&mut notes);
        if let Some(warning) = &notes.deprecated_warning {
            tracing::warn!(action = %self.action, warning, "the action is deprecated");
        }
        Ok(Metadata {
            request_id: notes.request_id,
            trace_id: self.trace_id.clone(),
            status: parts.status,
            headers: parts.headers,
            attempts: progress.attempts,
            endpoint: endpoint.clone(),
            deprecated_warning: notes.deprecated_warning,
            body,
        })
    }

    fn reply<'b>(&'b self, body: ReplyBody<'b>, secrets: &'b Secrets) -> Reply<'b> {
        Reply { action: &self.action, body, secrets }
    }

    /// The stream of events that an answer has begun.
    fn stream(
        &self,
        body: ResponseBody,
        parts: &http::response::Parts,
        decompressor: Option<Decompressor>,
        number: u32,
        secrets: Secrets,
    ) -> EventStream {
        let http = self.shared.profile.http_profile();
        let (action, trace_id) = (self.action.clone(), self.trace_id.clone());
        let status = parts.status;
        EventStream::new(
            body,
            StreamOptions {
                idle_timeout: http.sse_idle_timeout(),
                max_event_size: http.max_response_size(),
                request_id: decode::header_request_id(&parts.headers)
                    .map(|id| secrets.hide_in_id(&id)),
                decompressor,
                span: Span::current(),
                on_error: Box::new(move |error| {
                    let error = error.with_status(status).with_sent(true);
                    secrets.hide(error).with_call(action.clone(), Some(trace_id.clone()), number)
                }),
            },
        )
    }
}
