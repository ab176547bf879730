//! The attempts of a call: what they share, and what happens between them.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use tokio::time::error::Elapsed;
use tracing::{Instrument, Span, field::Empty};

use super::CallContext;
use super::attempt::{Attempt, FinishedAttempt, Signing, timed_out};
use super::context::{Account, Shared};
use super::headers::call_headers;
use super::metadata::ResponseMetadata;
use super::request::{CallInput, DecodeFn};
use crate::credentials::{Credential, is_same, rejects_credential};
use crate::error::{Error, ErrorKind};
use crate::interceptor;
use crate::policy::rate_limit::RateLimitExceeded;
use crate::policy::retry::{
    self, AttemptError, Failure, Idempotency, Operation, RetryPolicy, RetryReason, RetryState,
};
use crate::profile::{Endpoint, Language, Region, SignMethod};
use crate::protocol::encode::{EncodedRequest, WireFormat};
use crate::protocol::headers::TRACE_ID;
use crate::runtime::tokio_runtime;
use crate::transport::WriteTracker;

/// Makes a call. Boxed, so that it is compiled once and not for each action.
pub(crate) fn execute<'a>(
    context: &'a CallContext,
    input: CallInput,
    decode: DecodeFn<'a>,
) -> Pin<Box<dyn Future<Output = Result<ResponseMetadata, Error>> + Send + 'a>> {
    let region = input.options.region.as_ref().unwrap_or(&context.region);
    let span = tracing::info_span!(
        "tencentcloud.call",
        service = &*context.shared.service,
        action = input.action.as_ref(),
        region = region.as_str(),
        trace_id = Empty,
        attempts = Empty,
        status = Empty,
        request_id = Empty,
    );
    Box::pin(run(context, input, decode).instrument(span))
}

async fn run(
    context: &CallContext,
    input: CallInput,
    decode: DecodeFn<'_>,
) -> Result<ResponseMetadata, Error> {
    let action = input.action.clone();
    let failed = |error: Error| {
        tracing::debug!(%error, "call failed");
        error
    };
    let call = PreparedCall::new(context, input)
        .map_err(|error| failed(error.with_call(action.clone(), None, 0)))?;
    let mut attempts = Attempts::new(&call, decode);
    let Shared { retry_budget, random, .. } = call.shared;
    let outcome = retry::retry(&mut attempts, &call.policy, retry_budget, &**random).await;
    Span::current().record("attempts", attempts.sent);
    outcome.map_err(|error| {
        // A later attempt does not undo what an earlier one may have done.
        let maybe_sent = error.maybe_sent() || attempts.maybe_sent;
        failed(call.name(error.with_sent(maybe_sent), attempts.sent))
    })
}

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
    signed: bool,
    policy: RetryPolicy,
    idempotency: Idempotency,
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
    fn new(context: &'a CallContext, input: CallInput) -> Result<Self, Error> {
        let CallInput { action, signed, idempotency, parameters, options, accepts_events } = input;
        tokio_runtime::with_timer().map_err(|error| {
            let message = format!("the call cannot be awaited here: {error}");
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
            message = format!("{message}; the last attempt failed: {}", previous.message());
        }
        let error = match tracker {
            Some(tracker) => timed_out(message, tracker),
            None => Error::new(ErrorKind::Timeout, message),
        };
        match previous {
            None => error.with_source(elapsed),
            Some(previous) => error.with_source(previous),
        }
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
    fn time_left(&self) -> Option<Duration> {
        let at = self.deadline.as_ref()?.at?;
        Some(at.saturating_duration_since(self.shared.clock.instant()))
    }

    /// Waits for a permit of the rate limit.
    ///
    /// # Errors
    ///
    /// When the permit would come after the deadline.
    async fn acquire_permit(&self) -> Result<(), Error> {
        let Some(limiter) = &self.shared.rate_limiter else { return Ok(()) };
        let now = self.shared.clock.instant();
        let max_wait = self.time_left().unwrap_or(Duration::MAX);
        let permit = limiter.acquire(self.region.as_str(), &self.action, now, max_wait).map_err(
            |RateLimitExceeded { wait, .. }| {
                let message = format!(
                    "the rate limit of the client allows the call only in {wait:?}, after its \
                     time limit"
                );
                Error::new(ErrorKind::Timeout, message)
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

/// The attempts of one call, made one after the other.
struct Attempts<'a> {
    call: &'a PreparedCall<'a>,
    decode: DecodeFn<'a>,
    /// How many attempts were handed to the transport.
    sent: u32,
    /// Whether one of them may have reached the service.
    maybe_sent: bool,
    /// How the last attempt was signed, and where it went.
    signing: Signing,
    endpoint: Option<Endpoint>,
    /// Why there is another attempt.
    previous: Option<Error>,
    /// The credential that the service rejected: signing with it again would be useless.
    rejected: Option<Credential>,
}

impl<'a> Attempts<'a> {
    fn new(call: &'a PreparedCall<'a>, decode: DecodeFn<'a>) -> Self {
        Self {
            call,
            decode,
            sent: 0,
            maybe_sent: false,
            signing: Signing::default(),
            endpoint: None,
            previous: None,
            rejected: None,
        }
    }

    /// Returns the credential to sign with; `None` for a call without a signature.
    ///
    /// # Errors
    ///
    /// When the provider fails, or returns the credential that the service has just rejected.
    async fn credential(&mut self) -> Result<Option<Credential>, Error> {
        if !self.call.signed {
            return Ok(None);
        }
        let provided = self.call.account.provider.provide_credential().await;
        let credential = provided.map_err(|error| {
            let message = match &self.previous {
                None => format!("no credential: {error}"),
                Some(last) => format!("no credential: {error}; the last attempt failed: {last}"),
            };
            Error::new(ErrorKind::Credential, message).with_source(error)
        })?;
        if let Some(rejected) = self.rejected.take()
            && is_same(&rejected, &credential)
            && let Some(previous) = self.previous.take()
        {
            return Err(previous);
        }
        Ok(Some(credential))
    }
}

impl Operation for Attempts<'_> {
    type Output = ResponseMetadata;

    async fn attempt(
        &mut self,
        retries: &mut RetryState,
    ) -> Result<ResponseMetadata, AttemptError> {
        let call = self.call;
        match call.before_deadline(call.acquire_permit()).await {
            Ok(Ok(())) => {}
            // The error that called for this attempt says more.
            Ok(Err(error)) => {
                return Err(AttemptError::Final(self.previous.take().unwrap_or(error)));
            }
            Err(elapsed) => return Err(self.out_of_time(elapsed)),
        }
        let credential = match call.before_deadline(self.credential()).await {
            Ok(credential) => credential?,
            Err(elapsed) => return Err(self.out_of_time(elapsed)),
        };
        let attempt = Attempt::new(call, self.sent + 1, credential, &mut self.signing)?;
        self.sent += 1;
        retries.record_sent();
        let FinishedAttempt { outcome, endpoint } =
            attempt.send(&mut *self.decode, &mut self.previous).await;
        self.endpoint = Some(endpoint);
        self.maybe_sent |= match &outcome {
            Ok(_) => false,
            Err(AttemptError::Failed(error) | AttemptError::Final(error)) => error.maybe_sent(),
        };
        outcome
    }

    fn failure<'e>(&'e mut self, error: &'e Error) -> Failure<'e> {
        let call = self.call;
        let Shared { clock, clock_skew, .. } = call.shared;
        let now = clock.now();
        let headers = error.headers();
        let clock_corrected = retry::is_clock_skew(error)
            && clock_skew.learn(headers.and_then(retry::date), now, self.signing.clock_offset);
        // Also when this call is not retried: the next one must not use the credential.
        if let Some(credential) = &self.signing.credential
            && error.code().is_some_and(rejects_credential)
        {
            call.account.provider.invalidate(credential);
        }
        Failure {
            error,
            action: &call.action,
            idempotency: call.idempotency,
            retry_after: headers
                .and_then(|headers| retry::retry_after(headers, clock_skew.offset().apply(now))),
            clock_corrected,
            time_left: call.time_left(),
        }
    }

    async fn wait(
        &mut self,
        error: Error,
        delay: Duration,
        reason: RetryReason,
    ) -> Result<(), Error> {
        let call = self.call;
        if reason == RetryReason::CredentialExpired {
            self.rejected.clone_from(&self.signing.credential);
        }
        tracing::info!(attempt = self.sent, ?delay, ?reason, %error, "retrying");
        let endpoint = self.endpoint.as_ref().unwrap_or(&call.endpoint);
        let attempt = call.describe(endpoint, self.sent);
        for interceptor in &call.shared.interceptors {
            interceptor.on_retry(&attempt, &error, delay);
        }
        self.previous = Some(error);
        let sleep = call.shared.sleep.sleep(delay);
        call.before_deadline(sleep)
            .await
            .map_err(|elapsed| call.out_of_time(elapsed, self.previous.take(), None))
    }
}

impl Attempts<'_> {
    fn out_of_time(&mut self, elapsed: Elapsed) -> AttemptError {
        AttemptError::Final(self.call.out_of_time(elapsed, self.previous.take(), None))
    }
}
