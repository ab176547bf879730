//! What all attempts of a call share.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use tokio::time::error::Elapsed;
use tracing::Span;

use super::CallContext;
use super::context::{Account, Shared};
use super::headers::call_headers;
use super::request::CallInput;
use crate::error::{Error, ErrorKind};
use crate::interceptor;
use crate::policy::rate_limit::RateLimitExceeded;
use crate::policy::retry::{Idempotency, RetryPolicy};
use crate::profile::{Endpoint, Language, Region, SignMethod};
use crate::protocol::encode::{EncodedRequest, WireFormat};
use crate::protocol::headers::TRACE_ID;
use crate::runtime::tokio_runtime;
use crate::transport::WriteTracker;

/// A call whose parameters, headers and endpoint are valid. It does not change between attempts.
pub(super) struct PreparedCall<'a> {
    pub(super) shared: &'a Shared,
    pub(super) account: &'a Account,
    pub(super) action: Cow<'static, str>,
    pub(super) region: Region,
    pub(super) trace_id: String,
    pub(super) headers: HeaderMap,
    pub(super) language: Language,
    pub(super) encoded: Arc<EncodedRequest>,
    pub(super) accepts_events: bool,
    pub(super) endpoint: Endpoint,
    /// Whether the breaker may send an attempt to the backup endpoint.
    pub(super) reroutable: bool,
    pub(super) deadline: Option<Deadline>,
    pub(super) signed: bool,
    pub(super) policy: RetryPolicy,
    pub(super) idempotency: Idempotency,
}

/// The end of the time for the whole call.
pub(super) struct Deadline {
    pub(super) limit: Duration,
    /// By the clock of the client; `None` for a time that is too far away.
    at: Option<Instant>,
    /// By the timer of the runtime.
    timer_at: Option<tokio::time::Instant>,
}

impl<'a> PreparedCall<'a> {
    pub(super) fn new(context: &'a CallContext, input: CallInput) -> Result<Self, Error> {
        let CallInput { action, signed, idempotency, parameters, options, accepts_events } = input;
        tokio_runtime::with_timer().map_err(|error| {
            let message = format!("the call cannot be awaited: {error}");
            Error::invalid_input(message).with_source(error)
        })?;
        options.check()?;
        let CallContext { shared, account, region } = context;
        let http_profile = shared.profile.http_profile();
        let signed = signed && !options.skip_sign;
        let format = WireFormat {
            method: http_profile.req_method().into(),
            sign_method: if signed { shared.profile.sign_method() } else { SignMethod::default() },
        };
        let encoded = parameters?.encode(&format, &|bytes| shared.random.fill(bytes))?;
        let region = options.region.clone().unwrap_or_else(|| region.clone());
        let headers = call_headers(shared, &action, &region, &options, &encoded)?;
        let trace_id = headers.get(TRACE_ID).map(|id| String::from_utf8_lossy(id.as_bytes()));
        let trace_id = trace_id.unwrap_or_default().into_owned();
        Span::current().record("trace_id", &trace_id);
        // A gateway would forward the call to the endpoint that it knows, not to the backup.
        let reroutable = options.endpoint.is_none() && http_profile.apigw_endpoint().is_none();
        let endpoint = match options.endpoint {
            Some(endpoint) => endpoint,
            None => http_profile.endpoint_of(&shared.service, &region)?,
        };
        let deadline = options.timeout.map(|limit| Deadline {
            limit,
            at: shared.clock.instant().checked_add(limit),
            timer_at: tokio::time::Instant::now().checked_add(limit),
        });
        Ok(Self {
            shared,
            account,
            language: options.language.unwrap_or(shared.profile.language()),
            policy: options.retry.unwrap_or_else(|| shared.profile.retryer().clone()),
            deadline,
            signed,
            action,
            region,
            trace_id,
            headers,
            encoded: Arc::new(encoded),
            accepts_events,
            endpoint,
            reroutable,
            idempotency,
        })
    }

    /// Runs `work` until the time for the whole call is up.
    pub(super) async fn before_deadline<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        match self.deadline.as_ref().and_then(|deadline| deadline.timer_at) {
            None => Ok(work.await),
            Some(at) => tokio::time::timeout_at(at, work).await,
        }
    }

    /// The error of a call that is out of time. `previous` is why it makes another attempt, and
    /// `tracker` that of the attempt that is under way.
    pub(super) fn out_of_time(
        &self,
        elapsed: Elapsed,
        previous: Option<Error>,
        tracker: Option<&WriteTracker>,
    ) -> Error {
        let limit = self.deadline.as_ref().map_or(Duration::MAX, |deadline| deadline.limit);
        let mut message = format!("the call took longer than {limit:?}");
        if let Some(previous) = &previous {
            message = format!("{message}; {}", previous.as_previous());
        }
        let error = match tracker {
            Some(tracker) => timed_out(message, tracker),
            None => Error::new(ErrorKind::Timeout, message),
        };
        match previous {
            None => error.with_source(elapsed),
            Some(previous) => error.with_source(previous),
        }
        .after_call_timeout()
    }

    /// Adds action, trace id and attempts to an error.
    pub(super) fn name(&self, error: Error, attempts: u32) -> Error {
        error.with_call(self.action.clone(), Some(self.trace_id.clone()), attempts)
    }

    /// An attempt as interceptors see it.
    pub(super) fn describe<'b>(
        &'b self,
        endpoint: &'b Endpoint,
        number: u32,
    ) -> interceptor::Attempt<'b> {
        interceptor::Attempt {
            service: &self.shared.service,
            version: &self.shared.version,
            action: &self.action,
            region: &self.region,
            endpoint,
            trace_id: &self.trace_id,
            number,
        }
    }

    /// What is left of the time for the whole call, by the clock of the client.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let at = self.deadline.as_ref()?.at?;
        Some(at.saturating_duration_since(self.shared.clock.instant()))
    }

    /// Waits for a permit of the rate limit.
    ///
    /// # Errors
    ///
    /// When the permit would come after the deadline.
    pub(super) async fn acquire_permit(&self) -> Result<(), Error> {
        let Some(limiter) = &self.shared.rate_limiter else { return Ok(()) };
        let now = self.shared.clock.instant();
        let max_wait = self.time_left().unwrap_or(Duration::MAX);
        let permit = limiter.acquire(self.region.as_str(), &self.action, now, max_wait).map_err(
            |RateLimitExceeded { wait, .. }| {
                let message = format!(
                    "the rate limit of the client allows the call in {wait:?}, after the call \
                     timeout"
                );
                Error::new(ErrorKind::Timeout, message).after_call_timeout()
            },
        )?;
        let delay = permit.wait();
        if !delay.is_zero() {
            tracing::debug!(?delay, "waiting for the rate limit");
            self.shared.sleep.sleep(delay).await;
        }
        permit.consume();
        Ok(())
    }
}

/// The error of an attempt that ran out of time, and whether anything of it was sent.
pub(super) fn timed_out(mut message: String, tracker: &WriteTracker) -> Error {
    let maybe_sent = tracker.maybe_written();
    if !maybe_sent {
        message.push_str("; no connection was established, so nothing was sent");
    }
    Error::new(ErrorKind::Timeout, message).with_sent(maybe_sent)
}
