//! What all attempts of a call share.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use tracing::Span;

use super::headers::shared_headers;
use super::options::TRACE_ID;
use super::{Outgoing, Progress};
use crate::breaker::{self, Breaker, Permit};
use crate::client::{Account, Client, Shared};
use crate::encode::{Prepared as Wire, Way};
use crate::error::{Error, ErrorKind};
use crate::interceptor::{self, Outcome};
use crate::metadata::Metadata;
use crate::profile::{ClientProfile, Endpoint, Language, SignMethod};
use crate::provider::refuses_credential;
use crate::rate_limit::NoSlot;
use crate::region::Region;
use crate::retry::{self, Decision, Failure, Reason, RetryPolicy, Safety};
use crate::sign::v1::Algorithm;
use crate::transport::WriteTracker;

/// A call whose parameters, headers and endpoint are known and right.
pub(super) struct Prepared<'a> {
    pub(super) shared: &'a Shared,
    pub(super) account: &'a Account,
    pub(super) action: Cow<'static, str>,
    pub(super) region: Region,
    pub(super) trace_id: String,
    pub(super) headers: HeaderMap,
    pub(super) language: Language,
    pub(super) wire: Arc<Wire>,
    pub(super) signed: bool,
    pub(super) events: bool,
    endpoint: Endpoint,
    /// The breaker may send the call elsewhere.
    reroutable: bool,
    policy: RetryPolicy,
    safety: Safety,
    /// When the time for the whole call is up.
    deadline: Option<Instant>,
}

/// How the profile wants the call to travel. A call without a signature has the shape of TC3.
fn way(profile: &ClientProfile, signed: bool) -> Way {
    let v1 = match profile.sign_method() {
        SignMethod::HmacSha1 if signed => Some(Algorithm::HmacSha1),
        SignMethod::HmacSha256 if signed => Some(Algorithm::HmacSha256),
        _ => None,
    };
    Way { method: profile.http_profile().req_method().into(), v1 }
}

/// Where an attempt goes.
pub(super) struct Route<'a> {
    pub(super) endpoint: Cow<'a, Endpoint>,
    /// Who hears how it went.
    pub(super) watch: Option<(Breaker, Permit)>,
}

/// An attempt that was handed to the transport.
pub(super) struct InFlight {
    pub(super) endpoint: Endpoint,
    pub(super) watch: Option<(Breaker, Permit)>,
    pub(super) number: u32,
    pub(super) started: Instant,
    pub(super) tracker: WriteTracker,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(
        client: &'a Client,
        outgoing: Outgoing,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let Outgoing { action, signed, safety, form, options, events } = outgoing;
        let shared = client.shared();
        options.check()?;
        let signed = signed && !options.skip_sign;
        let way = way(&shared.profile, signed);
        let wire = form?.prepare(&way, &|bytes| shared.random.fill(bytes))?;
        let region = options.region.clone().unwrap_or_else(|| client.region().clone());
        let headers = shared_headers(shared, &action, &region, &options, &wire)?;
        let trace_id = headers.get(TRACE_ID).map(|id| String::from_utf8_lossy(id.as_bytes()));
        let trace_id = trace_id.unwrap_or_default().into_owned();
        Span::current().record("trace_id", &trace_id);
        progress.trace_id = Some(trace_id.clone());
        // A gateway would go on to the endpoint that it knows, which is not the backup.
        let gateway = shared.profile.http_profile().apigw_endpoint();
        let reroutable = options.endpoint.is_none() && gateway.is_none();
        let endpoint = match options.endpoint {
            Some(endpoint) => endpoint,
            None => shared.profile.http_profile().endpoint_of(&shared.service, &region)?,
        };
        Ok(Self {
            shared,
            account: client.account(),
            language: options.language.unwrap_or(shared.profile.language()),
            policy: options.retry.unwrap_or_else(|| shared.profile.retryer().clone()),
            deadline: options.timeout.and_then(|limit| shared.clock.instant().checked_add(limit)),
            signed,
            action,
            region,
            trace_id,
            headers,
            wire: Arc::new(wire),
            events,
            endpoint,
            reroutable,
            safety,
        })
    }

    /// Waits until the limit of calls a second allows another one.
    ///
    /// # Errors
    ///
    /// When that would be after the time for the whole call.
    pub(super) async fn wait_for_turn(&self) -> Result<(), Error> {
        let Some(limiter) = &self.shared.state.rate_limiter else { return Ok(()) };
        let now = self.shared.clock.instant();
        let patience = self.deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(now));
        let slot = limiter.take(self.region.as_str(), &self.action, now, patience).map_err(
            |NoSlot { wait, .. }| {
                let message = format!(
                    "the client's limit of calls a second allows the call only in {wait:?}, \
                     which is after its time limit"
                );
                Error::new(ErrorKind::Timeout, message)
            },
        )?;
        let delay = slot.wait();
        if !delay.is_zero() {
            tracing::debug!(?delay, "waiting for the limit of calls a second");
            self.shared.sleep.sleep(delay).await;
        }
        slot.used();
        Ok(())
    }

    /// Asks the breaker where to go.
    pub(super) fn route(&self) -> Result<Route<'_>, Error> {
        let to_primary = Route { endpoint: Cow::Borrowed(&self.endpoint), watch: None };
        let (Some(breakers), Some(profile)) =
            (&self.shared.state.breakers, self.shared.profile.region_breaker())
        else {
            return Ok(to_primary);
        };
        if !self.reroutable {
            return Ok(to_primary);
        }
        let now = self.shared.clock.instant();
        let breaker = breakers.of(&self.endpoint, now);
        let permit = breaker.before(now);
        let endpoint = if permit.to_backup() {
            let backup = profile.endpoint_of(&self.shared.service, self.endpoint.protocol())?;
            tracing::debug!(endpoint = %backup, "the region breaker routes the attempt to the backup endpoint");
            Cow::Owned(backup)
        } else {
            to_primary.endpoint
        };
        Ok(Route { endpoint, watch: Some((breaker, permit)) })
    }

    /// Whether another attempt is worth making, and when.
    pub(super) fn decide(&self, error: &Error, progress: &mut Progress) -> Decision {
        let shared = self.shared;
        let now = shared.clock.now();
        let headers = error.headers();
        let clock_corrected = retry::is_clock_skew(error)
            && shared.state.skew.learn(headers.and_then(retry::date), now, progress.offset);
        // Also when this call is not tried again: the next one must not use it.
        if let Some(credential) = &progress.credential
            && error.code().is_some_and(refuses_credential)
        {
            self.account.credentials.refused(credential);
        }
        let failure = Failure {
            error,
            action: &self.action,
            safety: self.safety,
            retry_after: headers.and_then(|headers| {
                retry::retry_after(headers, shared.state.skew.offset().apply(now))
            }),
            clock_corrected,
            time_left: self.deadline.map(|at| at.saturating_duration_since(shared.clock.instant())),
        };
        let (budget, retries) = (&shared.state.budget, &mut progress.retries);
        let decision = retry::decide(&self.policy, budget, retries, &failure, &*shared.random);
        if let Decision::RetryIn(_, Reason::CredentialExpired) = decision {
            progress.refused = progress.credential.clone();
        }
        decision
    }

    /// Tells breaker and interceptors how an attempt ended, and hands it back. With `counts`, it
    /// says something about the endpoint.
    pub(super) fn ended(
        &self,
        flight: InFlight,
        outcome: Result<Metadata, Error>,
        counts: bool,
    ) -> Result<Metadata, Error> {
        let elapsed = self.elapsed(&flight);
        if let Some((breaker, permit)) = flight.watch.filter(|_| counts)
            && let Some(outcome) = breaker::outcome(outcome.as_ref().map(drop))
        {
            breaker.after(permit, self.shared.clock.instant(), outcome);
        }
        let attempt = self.describe(&flight.endpoint, flight.number);
        for interceptor in &self.shared.interceptors {
            interceptor.after_response(&attempt, &Outcome { result: outcome.as_ref(), elapsed });
        }
        outcome
    }

    /// How long an attempt has been under way.
    pub(super) fn elapsed(&self, flight: &InFlight) -> Duration {
        self.shared.clock.instant().saturating_duration_since(flight.started)
    }

    /// The error with the names of the call.
    pub(super) fn name(&self, error: Error, attempts: u32) -> Error {
        error.with_call(self.action.clone(), Some(self.trace_id.clone()), attempts)
    }

    /// Tells of a retry.
    pub(super) fn announce(
        &self,
        error: &Error,
        delay: Duration,
        reason: Reason,
        progress: &Progress,
    ) {
        tracing::info!(attempt = progress.attempts, ?delay, ?reason, %error, "retrying");
        let endpoint = progress.endpoint.as_ref().unwrap_or(&self.endpoint);
        let attempt = self.describe(endpoint, progress.attempts);
        for interceptor in &self.shared.interceptors {
            interceptor.on_retry(&attempt, error, delay);
        }
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
}
