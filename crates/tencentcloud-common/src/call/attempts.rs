//! The attempts of a call, and what happens between them.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::error::Elapsed;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::CallContext;
use super::attempt::{Attempt, FinishedAttempt, Signing};
use super::context::Shared;
use super::metadata::ResponseMetadata;
use super::prepared_call::PreparedCall;
use super::request::{CallInput, DecodeFn};
use crate::credentials::{Credential, is_same, rejects_credential};
use crate::error::{Error, ErrorKind};
use crate::policy::retry::{self, AttemptError, Failure, Operation, RetryReason, RetryState};
use crate::profile::Endpoint;

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
    /// Whether the service rejected the credential in `signing`: using it again would be useless.
    credential_rejected: bool,
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
            credential_rejected: false,
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
                Some(previous) => format!("no credential: {error}; {}", previous.as_previous()),
            };
            Error::new(ErrorKind::Credential, message).with_source(error)
        })?;
        if std::mem::take(&mut self.credential_rejected)
            && self.signing.credential.as_ref().is_some_and(|last| is_same(last, &credential))
            && let Some(previous) = self.previous.take()
        {
            return Err(previous);
        }
        Ok(Some(credential))
    }

    fn out_of_time(&mut self, elapsed: Elapsed) -> AttemptError {
        AttemptError::Final(self.call.out_of_time(elapsed, self.previous.take(), None))
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
        let clock_corrected = clock_skew.learn_from(error, now, self.signing.clock_offset);
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
        self.credential_rejected = reason == RetryReason::CredentialExpired;
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
