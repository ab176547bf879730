mod refresh;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use self::refresh::Step;
use super::{CredentialFuture, ProvideCredential, ProviderConfig, ProviderError, is_same};
use crate::credentials::Credential;
use crate::runtime::{random, tokio_runtime};

/// How long a refresh may take unless the builder says otherwise.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How much longer a caller waits than a refresh may take, so that its own error comes first.
const GRACE: Duration = Duration::from_secs(5);

/// How often a caller asks whether the runtime of the refresh is still driven, and how long it
/// waits for that answer.
const PULSE: Duration = Duration::from_secs(1);

/// How often a caller joins a refresh that then vanishes, with its runtime, before it gives up.
const JOINS: usize = 3;

/// Asks another provider once for all callers, keeps what it answers, and asks again shortly
/// before that ends.
///
/// - Callers that come at the same time share one request to the source. It runs in a task of its
///   own, so that a caller that is cancelled does not take it away from the others.
/// - When the runtime of that task stands still, because a blocking call holds its only thread,
///   say, callers of other runtimes make a refresh of their own after 2 s.
/// - In the last fifth of its life, at most 300 s before its end and less up to a fifth by
///   chance, a credential is refreshed in the background, while it is still handed out.
/// - When that fails it is used until its end; each failure is logged as a warning, and the
///   source left alone for 10 s, then 20, 40 and 60 s.
/// - An expired credential is never handed out, also when the clock was set back: callers wait for
///   the next one, or get the error. The next call after an error tries anew.
/// - A source that panics has failed, as with any other error.
/// - A credential without an end is kept until the service [refuses](ProvideCredential::invalidate)
///   it.
///
/// The providers that use the network have one inside: wrap providers of your own. Clones share
/// the cache.
///
/// ```
/// use tencentcloud_common::Credential;
/// use tencentcloud_common::credentials::CachingProvider;
///
/// # fn vault() -> Credential { Credential::new("AKIDexample", "my-secret-key").unwrap() }
/// let provider = CachingProvider::new(vault());
/// ```
#[derive(Clone)]
pub struct CachingProvider(Arc<Shared>);

struct Shared {
    source: Box<dyn ProvideCredential>,
    name: &'static str,
    config: ProviderConfig,
    ahead: Duration,
    timeout: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// The refresh under way, if any.
    flight: Option<Flight>,
    /// Tells one refresh from the next.
    flights: u64,
    /// Failed refreshes in a row, and until when the source is left alone for them.
    failures: u32,
    retry_at: Option<Instant>,
}

struct Held {
    credential: Credential,
    refresh_at: Option<SystemTime>,
    /// When it was obtained, by both clocks.
    obtained: (SystemTime, Instant),
}

impl Held {
    /// The time to judge it by. The clock of the machine can be set back, and one that only goes
    /// forward can stand still while the machine sleeps: the later of the two is right.
    fn now(&self, wall: SystemTime, instant: Instant) -> SystemTime {
        let passed = instant.saturating_duration_since(self.obtained.1);
        self.obtained.0.checked_add(passed).map_or(wall, |now| now.max(wall))
    }
}

type Outcome = Result<Credential, ProviderError>;

/// A refresh, seen by those who wait for it. Without a sender it is gone, with its runtime.
#[derive(Clone)]
struct Flight {
    number: u64,
    started: Instant,
    runtime: tokio::runtime::Handle,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl Flight {
    /// Whether nothing will come of it: its task has ended without an outcome, or its runtime
    /// still exists but is no longer driven.
    fn is_gone(&self, now: Instant, limit: Duration) -> bool {
        self.outcome.has_changed().is_err() || now.saturating_duration_since(self.started) > limit
    }

    /// Waits for the outcome; `None` when it is seen that none will come.
    async fn joined(&mut self) -> Option<Outcome> {
        loop {
            let wait = self.outcome.wait_for(Option::is_some);
            if let Ok(outcome) = tokio::time::timeout(PULSE, wait).await {
                return outcome.ok()?.clone();
            }
            // Nothing, but it takes a thread of that runtime to do it.
            let pulse = self.runtime.spawn(std::future::ready(()));
            tokio::time::timeout(PULSE, pulse).await.ok()?.ok()?;
        }
    }
}

/// What a caller finds.
enum Found {
    Credential(Credential),
    Flight(Flight),
}

impl CachingProvider {
    /// Caches what `source` provides.
    pub fn new(source: impl ProvideCredential + 'static) -> Self {
        Self::builder(source).build()
    }

    /// Starts a cache with other settings.
    pub fn builder(source: impl ProvideCredential + 'static) -> CachingProviderBuilder {
        CachingProviderBuilder {
            source: Box::new(source),
            name: "cache",
            config: ProviderConfig::new(),
            ahead: refresh::AHEAD,
            timeout: TIMEOUT,
        }
    }

    async fn provide(&self) -> Outcome {
        let mut lost = None;
        for _ in 0..JOINS {
            let mut flight = match self.find(lost)? {
                Found::Credential(credential) => return Ok(credential),
                Found::Flight(flight) => flight,
            };
            lost = Some(flight.number);
            if let Ok(Some(outcome)) = tokio::time::timeout(self.0.limit(), flight.joined()).await {
                return outcome;
            }
        }
        Err(self.0.error(
            "the refresh was cut off again and again: its runtime was shut down, or stands still",
        ))
    }

    /// The credential to use, or the refresh to wait for; starts one where it is due. The flight
    /// `lost` is known to be of no use.
    fn find(&self, lost: Option<u64>) -> Result<Found, ProviderError> {
        let shared = &self.0;
        let mut state = shared.state();
        let (instant, limit) = (shared.config.clock.instant(), shared.limit());
        let useless = |it: &Flight| lost == Some(it.number) || it.is_gone(instant, limit);
        if state.flight.as_ref().is_some_and(useless) {
            state.flight = None;
        }
        let now = shared.config.clock.now();
        let step = state.held.as_ref().map_or(Step::Wait, |held| {
            refresh::step(held.credential.expires_at(), held.refresh_at, held.now(now, instant))
        });
        if let (Some(held), Step::Use | Step::UseAndRefresh) = (&state.held, step) {
            let credential = held.credential.clone();
            let left_alone = state.retry_at.is_some_and(|until| instant < until);
            if step == Step::UseAndRefresh && state.flight.is_none() && !left_alone {
                // Without a runtime the credential is still good; the next call tries again.
                _ = self.start(&mut state);
            }
            return Ok(Found::Credential(credential));
        }
        let flight = match &state.flight {
            Some(flight) => flight.clone(),
            None => self.start(&mut state)?,
        };
        Ok(Found::Flight(flight))
    }

    /// Starts a refresh in a task of its own.
    fn start(&self, state: &mut State) -> Result<Flight, ProviderError> {
        let runtime = tokio_runtime::with_timer().map_err(|error| self.0.error(error))?;
        state.flights += 1;
        let number = state.flights;
        let (sender, outcome) = watch::channel(None);
        let started = self.0.config.clock.instant();
        let flight = Flight { number, started, runtime: runtime.clone(), outcome };
        state.flight = Some(flight.clone());
        let this = self.clone();
        runtime.spawn(async move {
            let outcome = this.fetch().await;
            let outcome = this.0.keep(number, outcome);
            sender.send_replace(Some(outcome));
        });
        Ok(flight)
    }

    async fn fetch(&self) -> Outcome {
        let shared = &self.0;
        let work = shared.ask();
        let credential = tokio::time::timeout(shared.timeout, work).await.unwrap_or_else(|_| {
            Err(shared.error(format!("no credential within {:?}", shared.timeout)))
        })?;
        let now = shared.config.clock.now();
        if credential.expires_at().is_some_and(|end| now >= end) {
            return Err(shared.error(
                "the source answered a credential that has expired already: check the clock of \
                 this machine",
            ));
        }
        Ok(credential)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the source. A panic of it is a failure as any other, so that it is logged and the
    /// source left alone for a while.
    async fn ask(&self) -> Outcome {
        let panicked = |_| self.error("the source panicked: see what the panic said");
        let asked = catch_unwind(AssertUnwindSafe(|| self.source.provide_credential()));
        let mut work = asked.map_err(panicked)?;
        std::future::poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
            polled.unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic))))
        })
        .await
    }

    /// How long to wait for a refresh.
    fn limit(&self) -> Duration {
        self.timeout.saturating_add(GRACE)
    }

    fn error(&self, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProviderError {
        ProviderError::new(self.name, reason)
    }

    /// Takes in the outcome of a refresh, unless another one was started in its stead.
    fn keep(&self, number: u64, outcome: Outcome) -> Outcome {
        let (now, instant) = (self.config.clock.now(), self.config.clock.instant());
        let mut state = self.state();
        if state.flight.as_ref().is_none_or(|flight| flight.number != number) {
            return outcome;
        }
        state.flight = None;
        match &outcome {
            Ok(credential) => {
                let refresh_at = credential.expires_at().map(|end| {
                    refresh::due(now, end, self.ahead, random::fraction(&*self.config.random))
                });
                let credential = credential.clone();
                state.held = Some(Held { credential, refresh_at, obtained: (now, instant) });
                state.failures = 0;
                state.retry_at = None;
            }
            Err(error) => {
                state.failures = state.failures.saturating_add(1);
                let backoff = refresh::backoff(state.failures);
                state.retry_at = instant.checked_add(backoff);
                let left = state.held.as_ref().and_then(|held| {
                    held.credential.expires_at()?.duration_since(held.now(now, instant)).ok()
                });
                // Without a valid credential the callers hear of the error themselves.
                if let Some(left) = left {
                    drop(state);
                    tracing::warn!(
                        %error,
                        valid_for_seconds = left.as_secs(),
                        retry_in_seconds = backoff.as_secs(),
                        "the credential could not be refreshed; the present one is still used"
                    );
                }
            }
        }
        outcome
    }
}

impl ProvideCredential for CachingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.provide())
    }

    fn invalidate(&self, credential: &Credential) {
        let mut state = self.0.state();
        if state.held.as_ref().is_some_and(|held| is_same(&held.credential, credential)) {
            state.held = None;
        }
        drop(state);
        self.0.source.invalidate(credential);
    }
}

impl fmt::Debug for CachingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProvider").field("source", &self.0.source).finish_non_exhaustive()
    }
}

/// Builds a [`CachingProvider`].
#[must_use = "call `build` to get the provider"]
pub struct CachingProviderBuilder {
    source: Box<dyn ProvideCredential>,
    name: &'static str,
    config: ProviderConfig,
    ahead: Duration,
    timeout: Duration,
}

impl CachingProviderBuilder {
    /// Sets clock and randomness. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    /// Sets how long before its end a credential is refreshed at most; never more than a fifth of
    /// its life. Default: 300 s.
    pub fn refresh_ahead(mut self, ahead: Duration) -> Self {
        self.ahead = ahead;
        self
    }

    /// Sets how long one refresh may take. Default: 60 s.
    pub fn refresh_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Names the provider that errors are said to come from.
    pub(super) fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Makes the provider.
    pub fn build(self) -> CachingProvider {
        let Self { source, name, config, ahead, timeout } = self;
        let state = Mutex::default();
        CachingProvider(Arc::new(Shared { source, name, config, ahead, timeout, state }))
    }
}

impl fmt::Debug for CachingProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProviderBuilder")
            .field("source", &self.source)
            .field("refresh_ahead", &self.ahead)
            .field("refresh_timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
